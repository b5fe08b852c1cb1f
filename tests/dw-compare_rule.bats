#!/usr/bin/env bats
# The default rule on changes that a rule by means, by standard deviations or by distances does not see, and on what is no change or too
# small a one.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# EXPRESSION: of awk of n() (a standard normal draw), u() (uniform), i (the row) and side (0 or 1); the column is x.
rows() # ROWS SEED SIDE EXPRESSION
{
  awk -v rows="$1" -v seed="$2" -v side="$3" '
    function u() { return rand() }
    function n() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307179586 * rand()) }
    BEGIN { srand(seed); print "x"; for (i = 0; i < rows; i++) { x = '"$4"'; print x } }' OFMT=%.12g CONVFMT=%.12g
}

# The verdict, and of column_drift (or CHECK) drift, severity, and the words of a report.
judge() # ROWS EXPRESSION [OPTION]...
{
  size=$1 what=$2
  shift 2
  if [ "$size $what" != "${made:-}" ]; then
    rows "$size" 101 0 "$what" >ref.csv
    rows "$size" 202 1 "$what" >cur.csv
    made="$size $what"
  fi
  status=0
  dw-compare --ref ref.csv "$@" cur.csv >out || status=$?
}
told() { echo "$size rows, $what: status $status, $(jq -c 'select(.kind == "finding") | [.check, .method, .p_adjusted, .share_shift, .drift, .severity]' out)"; }
found() { judge "$@" && [ "$status" -eq 1 ] || { told; return 1; }; }
quiet() { judge "$@" && [ "$status" -eq 0 ] || { told; return 1; }; }
# Of the summary, which is the last line.
severity() { [[ $(tail -n 1 out) =~ \"kind\":\"summary\".*\"severity\":\"([a-z]*)\" ]]; echo "${BASH_REMATCH[1]}"; }
whole() { [ "${DW_SUITE:-}" = full ]; }

@test "units, outliers and tails hide nothing (DW_SUITE=full: at three sizes)" {
  sizes=(1000)
  if whole; then sizes=(1000 5000 20000); fi
  for size in "${sizes[@]}"; do
    found "$size" '1e-5 * (n() + side)'
    [ "$(severity)" = high ]
    found "$size" '1e-300 * (n() + side)'
    [ "$(severity)" = high ]
    found "$size" 'u() < 0.01 ? -999999 : (side ? 20 : 50) + 10 * n()'
    [ "$(severity)" = high ]
    found "$size" 'i < 3 && side ? 1e9 : -log(1 - u()) * (side ? 0.5 : 1)'
    [ "$(severity)" != low ]
    found "$size" 'n() / n() + 5 * side'
    [ "$(severity)" = high ]
    found "$size" 'i == 7 ? 1e6 : u() + 2 * side'
    [ "$(severity)" = high ]
    found "$size" 'u() < 0.003 ? "1.8e308" : n() + side'
    [ "$(severity)" = high ]
    found "$size" 'side && u() < 0.03 ? 8 : n()'
    found "$size" '(side ? 1.5 : 1) * n()'
  done
}

@test "what could have been found is said, with the weights of the tests of the run" {
  quiet 300 'n()' # one column, and its range at an eighth of the weight: (z(0.8) + z(1 - 0.05 / 1.125 / 2)) sqrt(2 / 300)
  [ "$(tail -n 1 out | jq '.detectable * 1e7 | round')" -eq 2328237 ]
  quiet 300 'n()' --correction none # (z(0.8) + z(1 - 0.05 / 2)) sqrt(2 / 300)
  [ "$(tail -n 1 out | jq '.detectable * 1e7 | round')" -eq 2287485 ]
}

@test "shares of categories, labels, ratings: found from the size on at which they can be told from chance" {
  sizes=(5000)
  if whole; then sizes=(5000 20000); fi
  for size in "${sizes[@]}"; do
    found "$size" 'u() < (side ? 0.55 : 0.45) ? "a" : "b"'
    found "$size" 'u() < (side ? 0.001 : 0.01) ? "vital" : u() < 0.5 ? "a" : "b"'
    found "$size" 'u() < (side ? 0.3 : 0.2) ? 5 : 1 + int(4 * u())'
  done
  found 2000 'u() < (side ? 0.3 : 0.2) ? 5 : 1 + int(4 * u())'
  found 20000 'u() < (side ? 0.03 : 0.01) ? 1 : 0' --label x
  found 2000 'u() < (side ? 0.06 : 0.02) ? "NA" : n()'
  [ "$(jq -r 'select(.check == "missing_values").drift' out)" = true ]
}

@test "more rows never turn a drift into none, nor make it severe" {
  before=0
  sizes=(200 2000 20000)
  if whole; then sizes+=(200000); fi
  for size in "${sizes[@]}"; do
    judge "$size" 'u() < (side ? 0.59 : 0.45) ? "a" : "b"'
    [ "$status" -ge "$before" ]
    before=$status
  done
  [ "$before" -eq 1 ]
  [ "$(severity)" = medium ]
}

@test "a change too small to matter is none, however certain: missing 20 to 22.5 %, a mean moved by 0.08 sd (DW_SUITE=full: 21 %, 0.05 sd)" {
  size=50000 share=0.225 by=0.08
  if whole; then size=200000 share=0.21 by=0.05; fi
  quiet $size "u() < (side ? $share : 0.2) ? \"NA\" : n()"
  [ "$(jq -c 'select(.check == "missing_values") | [.p_value < 1e-9, .drift, .severity]' out)" = '[true,false,"none"]' ]
  quiet $size "n() + $by * side"
  [ "$(jq -c 'select(.check == "column_drift") | [.p_value < 1e-9, .drift, .severity, .share_shift.min_effect]' out)" = '[true,false,"none",0.1]' ]
  found $size "n() + $by * side" --min-effect 0
  [ "$(severity)" = low ]
  if whole; then
    found 200000 'n() + 0.05 * side' --min-effect 0.3,x=0.02
    quiet 200000 'n() + 0.05 * side' --min-effect x=0.3,0.02
    found 200000 'n() + 0.09 * side' --label x # 0.05 is enough for a label
    return
  fi
  found 2000 'n() + 0.2 * side' --min-effect 0.9,x=0.02
  quiet 2000 'n() + 0.2 * side' --min-effect x=0.9,0.02
  found 20000 'n() + 0.09 * side' --label x # 0.05 is enough for a label
}

@test "no drift: Cauchy, zeros, lognormal(2), many categories against few rows: at most 5 % alarm (DW_SUITE=full: of 30)" {
  runs=3 most=1 # at a rate of 5 %, more than 1 of 3 have a chance of 0.007
  if whole; then runs=30 most=6; fi # and more than 6 of 30 one of 0.0006
  for what in 'n() / n()' 'u() < 0.8 ? 0 : -log(1 - u())' 'exp(2 * n())' 'int(exp(7 * u()))' '"c" int(1000 * u())'; do
    alarms=0
    type=numeric
    [[ $what != \"* ]] || type=categorical
    for ((seed = 1; seed <= runs; seed++)); do
      rows 2000 "$seed" 0 "$what" >ref.csv
      rows 200 "$((seed + 1000))" 0 "$what" >cur.csv
      status=0
      dw-compare --ref ref.csv --types x=$type --min-effect 0 cur.csv >out || status=$?
      [ "$status" -le 1 ]
      alarms=$((alarms + status))
    done
    echo "$what: $alarms of $runs"
    [ "$alarms" -le $most ]
  done
}

@test "--alpha is for all checks of the run; presets have rules of their own; bad words are refused" {
  found 2000 'n() + 0.2 * side'
  [ "$(jq -c 'select(.kind == "finding").threshold' out | sort -u)" = 0.05 ]
  judge 2000 'n() + 0.2 * side' --alpha 1e-9 --min-effect 0.2
  [ "$(jq -c 'select(.kind == "finding").threshold == 1e-9' out | sort -u)" = true ] # jq 1.6 and 1.7 write the number in two ways
  judge 2000 'n() + 0.2 * side' --alpha 1e-9 --threshold share_shift=0.01
  [ "$(jq -c 'select(.check == "column_drift").threshold' out)" = 0.01 ]
  for preset in evidently nannyml; do
    run -2 --separate-stderr dw-compare --preset "$preset" --min-effect 0.2 --ref ref.csv cur.csv
    [[ $stderr == *'--min-effect is of the default rule'* ]]
    run -2 --separate-stderr dw-compare --preset "$preset" --alpha 0.01 --ref ref.csv cur.csv
    [[ $stderr == *'--alpha is of the default rule'* ]]
  done
  for word in -1 much 4 x= nan; do
    run -2 --separate-stderr dw-compare --min-effect "$word" --ref ref.csv cur.csv
    [[ $stderr == *'--min-effect'* ]] || { echo "$word: $stderr"; return 1; }
  done
  run -1 --separate-stderr dw-compare --threshold 9 --ref ref.csv cur.csv
  [[ $output == *'the threshold is above 1, as no p-value is: it always alarms'* ]]
}

@test "the report says which share changed, from what to what" {
  judge 5000 '(side ? 1.5 : 1) * n()'
  run -0 dw-report --width 300 out
  [[ $output =~ [0-9.]+\ %\ of\ the\ values\ lie\ (at\ or\ )?below\ [-0-9.]+,\ the\ reference\'s\ [0-9.]+\ %\ quantile,\ instead\ of ]]
  if whole; then judge 200000 'n() + 0.05 * side'; else judge 50000 'n() + 0.08 * side'; fi
  run -0 dw-report --all --format markdown out
  [[ $output == *'but h 0.0'*'0.1'* ]]
}

@test "the same p-values at any number of threads; another seed deals otherwise" {
  judge 400 'n() + 0.25 * side' --threads 1
  cp out one
  judge 400 'n() + 0.25 * side' --threads 4
  diff <(jq -c 'del(.made_by)' one) <(jq -c 'del(.made_by)' out)
  judge 400 'n() + 0.25 * side' --seed 2
  [ "$(jq 'select(.check == "column_drift").detail.omnibus.hits' out)" != "$(jq 'select(.check == "column_drift").detail.omnibus.hits' one)" ] ||
    [ "$(jq 'select(.check == "column_drift").p_value' out)" != "$(jq 'select(.check == "column_drift").p_value' one)" ]
}

@test "a preset's checks know of no share: the p-value alone decides, below 0.01" {
  judge 20000 'u() < (side ? 0.22 : 0.2) ? "NA" : n()' --preset evidently --checks missing_values
  [ "$(jq -c 'select(.check == "missing_values") | [.threshold, .drift, .severity, has("share_shift")]' out)" = '[0.01,true,"high",false]' ]
  size=500
  ! whole || size=2000
  judge $size 'n()' --preset evidently --method all
  run ! grep -q share_shift out
}
