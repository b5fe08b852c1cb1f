# Gates that must not be green because nobody looked: --require, --min-columns, and status 5 under --exit-zero.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR
  awk 'BEGIN { print "id,amount,country,empty,when,other"; for (i = 0; i < 400; i++) printf "k%d,%d,%s,,2026-01-01T%02d:%02d:00Z,%d\n", i, i * 37 % 101, i * 7919 % 13 % 3 ? "IT" : "FR", i / 60, i % 60, i * 1103 % 83 }' >"$F/in.csv"
  cut -d, -f1,3- "$F/in.csv" >"$F/without.csv"
  awk -F, -v OFS=, 'NR > 1 { $6 += 60 } 1' "$F/in.csv" >"$F/moved.csv"
}

setup()
{
  PATH=$DW_BIN:$PATH
  cd "$F" || return 1
}

@test "--require: a column that was judged is fine; none other is, and says why, --exit-zero or not" {
  run -0 --separate-stderr dw-compare --ref in.csv --require amount --require country,other in.csv
  [ -z "$stderr" ]
  n=0
  for gate in 'in in --exclude=amount amount this call leaves it out' 'in in --id=amount amount this call leaves it out' \
    'in in --columns=country amount this call leaves it out' 'in in --time=when when it is the instant of --time' 'in in --exclude=when.value when instants pass' \
    'in without -q amount the current data does not have it' \
    'without in -q amount the reference does not have it' 'in in -q nothing neither side has it' \
    'in in -q empty neither side has a value' 'in in --checks=multivariate_drift amount none of the checks is about it' \
    'in in --preset=nannyml empty the reference has no value in it' 'in in -q id its values hardly repeat'; do
    read -r reference current option column why <<<"$gate"
    [ "$option" != -q ] || option=--quiet
    for exit_zero in '' --exit-zero; do
      [ "${DW_SUITE:-}" = full ] || [ $((n++ % 4 % 3)) -eq 0 ] || continue # with and without in turn; DW_SUITE=full: both
      # shellcheck disable=SC2086
      run -5 --separate-stderr dw-compare --ref "$reference.csv" "$option" --require "$column" $exit_zero "$current.csv"
      [[ $stderr == *"not judged as --require and --min-columns have it"*": \"$column\": $why"* ]] || { echo "$gate: $stderr"; return 1; }
      named=${lines[-1]#*'"not_judged":['} named=${named%%'],"reference_rows"'*} once="{\"column\":\"$column\","
      [[ $named == *"$once"* && ${named/"$once"/} != *"$once"* ]] || { echo "$gate"; return 1; }
    done
  done
}

@test "--require under checks of quality alone: a column that was looked at" {
  run -0 --separate-stderr dw-compare --ref in.csv --checks missing_values --require amount --min-columns 3 in.csv
  run -5 --separate-stderr dw-compare --ref in.csv --checks missing_values --require amount without.csv
}

@test "what is required stands before drift in the rest, and the documents keep both" {
  run -1 dw-compare --ref in.csv --require amount moved.csv
  run -0 dw-compare --ref in.csv --require amount --exit-zero moved.csv
  for exit_zero in '' --exit-zero; do
    # shellcheck disable=SC2086
    run -5 --separate-stderr dw-compare --ref in.csv --require nothing,empty $exit_zero moved.csv
    [[ $stderr == *', though there is drift in the rest: "nothing": neither side has it; "empty": neither side has a value' ]]
    [ "$(tail -n 1 <<<"$output" | jq -c '[.verdict, .drift, [.not_judged[].column]]')" = '["drift",true,["empty","nothing"]]' ]
  done
}

@test "--min-columns: so many are judged, or it is not" {
  run -0 --separate-stderr dw-compare --ref in.csv --min-columns 4 in.csv # amount, country, other, when.value
  [ -z "$stderr" ]
  run -5 --separate-stderr dw-compare --ref in.csv --min-columns 5 --exit-zero in.csv
  [[ $stderr == *'have it: 4 of at least 5 columns judged' ]]
  [ "$(tail -n 1 <<<"$output" | jq -c '[.verdict, .not_judged]')" = \
    '["not judged",[{"column":null,"method":"--min-columns","reason":"4 of at least 5 columns judged","option":null}]]' ]
  run -5 --separate-stderr dw-compare --ref in.csv --min-columns 3 --label country --preset nannyml without.csv
  run -2 --separate-stderr dw-compare --ref in.csv --min-columns 0 in.csv
}
