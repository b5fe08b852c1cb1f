# An option that names a column which the input does not have: an error where the command cannot do its work without, else a warning, and
# both with the column that was probably meant. One table over all commands and options; --help says whether an option is missing in it.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR
  awk 'BEGIN {
    for (i = 0; i < 400; i++)
      printf "{\"Row-ID\":\"r%d\",\"amount\":%d,\"country\":\"%s\",\"y_true\":%d,\"risk\":%.3f,\"ts\":\"2026-01-%02dT00:%02d:00Z\",\"note\":\"some words of row %d here\"}\n",
        i, (i * 37) % 101, i % 3 ? "IT" : "FR", i % 5 == 0, (i % 5 == 0) * 0.4 + (i * 7 % 50) / 100, 1 + int(i / 60), i % 60, i
  }' >"$F/in.ndjson"
  "$DW_BIN/dw-train" --label y_true --columns amount,risk --rounds 3 --output "$F/model.json" "$F/in.ndjson"
  sed 's/"risk"/"Risk"/g' "$F/model.json" >"$F/model2.json"
  grep -q '"Risk"' "$F/model2.json"
}

setup()
{
  PATH=$DW_BIN:$PATH
  cd "$F" || return 1
}

# COMMAND, what it needs besides, the option, the column meant, the option's value, the exit status, what comes behind.
# {} is where the name goes.
cases()
{
  compare='dw-compare --ref in.ndjson --exit-zero'
  thresholds='dw-calibrate thresholds --ref in.ndjson --runs 200'
  cat <<TABLE
$compare|--time|ts|{}|0
$compare|--id|Row-ID|{}|0
$compare|--exclude|amount|{}|0
$compare|--require|amount|{}|5
$compare|--types|amount|{}=numeric|5
$compare|--describe|note|{}|0
$compare|--method|amount|{}=ks|5
$compare|--threshold|amount|{}=0.2|0
$compare|--label|y_true|{}|3
$compare|--score|risk|{}|3
$compare|--by|country|{}|3
$compare|--columns|amount|{}|3
$compare|--vector|amount|{}|3
$compare|--fail-on|amount|column:{}|3
dw-compare --exit-zero --window 1d --baseline 3d|--time|ts|{}|3
dw-compare --exit-zero --split 2026-01-03|--time|ts|{}|3
$compare --preset nannyml|--time|ts|{}|3
$compare --preset nannyml|--id|Row-ID|{}|0
$thresholds|--id|Row-ID|{}|0
$thresholds|--exclude|amount|{}|0
$thresholds|--types|amount|{}=numeric|0
$thresholds|--method|amount|{}=ks|0
$thresholds|--columns|amount|{}|3
$thresholds|--label|y_true|{}|3
$thresholds|--score|risk|{}|3
$thresholds|--time|ts|{}|3
dw-calibrate scores --score risk|--label|y_true|{}|3
dw-calibrate scores --label y_true|--score|risk|{}|3
dw-calibrate detector --method cusum --false-alarm-every 100|--column|amount|{}|3
dw-profile|--by|country|{}|3
dw-profile|--columns|amount|{}|3
dw-profile|--exclude|amount|{}|0
dw-profile|--describe|note|{}|0
dw-profile|--types|amount|{}=numeric|0
dw-profile|--time|ts|{}|0
dw-detect --method adwin|--column|amount|{}|3
dw-detect --method adwin|--columns|amount|{}|3
dw-detect --method adwin --column amount|--time|ts|{}|3
dw-train --label y_true --rounds 2|--id|Row-ID|{}|0
dw-train --label y_true --rounds 2|--exclude|amount|{}|0
dw-train --label y_true --rounds 2|--time|ts|{}|0
dw-train --label y_true --rounds 2|--columns|amount|{}|3
dw-train --rounds 2|--label|y_true|{}|3
dw-train --label y_true --rounds 2|--types|amount|{}=categorical|3
dw-train --type lm|--text|note|{}|3
dw-score --model model.json --champion model.json --split 0.5|--id|Row-ID|{}|3
dw-score --model model.json --format parquet|--text|amount|{}|0
dw-eval --bootstrap 0 --score risk|--label|y_true|{}|3
dw-eval --bootstrap 0 --label y_true|--score|risk|{}|3
dw-eval --bootstrap 0 --label y_true|--prediction|y_true|{}|3
dw-eval --bootstrap 0 --label y_true --score risk|--compare|risk|{}|3
dw-eval --bootstrap 0 --label y_true --score risk|--by|country|{}|3
dw-eval --bootstrap 0 --label y_true --score risk|--time|ts|{}|3
dw-eval --estimate --ref in.ndjson --label y_true|--score|risk|{}|3
dw-inject --column amount --op scale --factor 2|--time|ts|{}|0
dw-inject --column amount --op scale --factor 2 --from 2026-01-02|--time|ts|{}|3
dw-inject --format parquet|--text|amount|{}|0
dw-inject|--column|amount|{}|3|--op scale --factor 2
dw-inject --column amount --op scale --factor 2|--where|amount|{} > 3|3
TABLE
}

# The name as somebody would write it who has not looked: another case, another joint, a letter too many.
slips()
{
  local name=${1//-/_}
  case $1 in ts) slips=(T-S t_s) ;; *) name=${name~~} slips=("$name" "${1//_/-}s") ;; esac
}

@test "a column that is not there is named, with the one that was meant, by every command and option" {
  turn=0
  while IFS='|' read -r call option column value wanted more; do
    slips "$column"
    [ "${DW_SUITE:-}" = full ] || slips=("${slips[turn++ % 2]}") # in turn; DW_SUITE=full: both
    for slip in "${slips[@]}"; do
      [ "$slip" != "$column" ] || continue
      status=0 input=in.ndjson
      [[ $call != *thresholds* ]] || input='' # all that these read is --ref
      # shellcheck disable=SC2086
      $call "$option" "${value/\{\}/$slip}" $more $input >out 2>err </dev/null || status=$?
      [ "$status" -eq "$wanted" ] || { echo "$call $option $slip: status $status, not $wanted"; cat err; return 1; }
      told=0 meant=
      while IFS= read -r line; do
        [[ $line != *"$option"*'no column'*"\"$slip\""*"did you mean \"$column\"?"* &&
          $line != *"column \"$slip\" does not occur in the input; did you mean \"$column\"?"* ]] || meant=1
        [[ $line == *'not learned from'* || $line == *'not judged'* ]] || told=$((told + 1))
      done <err
      [ -n "$meant" ] || { echo "$call $option $slip says:"; cat err; return 1; }
      [ "$told" -eq 1 ] || { echo "$call $option $slip says more:"; cat err; return 1; }
    done
  done < <(cases)
}

@test "the table has every option of every command that names a column" {
  cases | sed 's/^\(dw-[a-z]*\)[^|]*|\(--[a-z]*\)|.*/\1 \2/' | sort -u >told
  # dw-gen refuses columns that its scenario has not; dw-heal hands names on; what dw-score writes need not be there, and dw-report reads no records; records of dw-store
  # may do without; of those of dw-serve each model may.
  printf '%s\n' 'dw-heal --label' 'dw-heal --id' 'dw-score --feature-names' 'dw-report --feature-names' 'dw-store --id' 'dw-store --time' 'dw-serve --exclude' 'dw-serve --by' 'dw-serve --id' 'dw-serve --label' >others
  for command in "$DW_BIN"/dw-*; do
    name=${command##*/}
    "$command" --help | sed -n "s/^  \(--[a-z-]*\) \(COLUMNS\{0,1\}\|COLUMN=TYPE\|PATTERNS\)\( .*\|$\)/$name \1/p"
  done | sort -u >have
  [ "$(wc -l <have)" -ge 25 ]
  sort -u told others | comm -13 - have >missing
  [ ! -s missing ] || { echo "not in the table:"; cat missing; return 1; }
}

@test "a feature of the model that no record has is told, where missing values are fine" {
  sed 's/"risk":/"Risk":/' in.ndjson >renamed.ndjson
  run -0 --separate-stderr dw-score --model model.json --incomplete ok renamed.ndjson
  [ "$stderr" = 'dw-score: warning: --model: there is no column "risk"; did you mean "Risk"?' ]
  run -0 --separate-stderr dw-score --model model.json --champion model.json --split 0.5 --id Row-ID --incomplete ok renamed.ndjson
  [ "${#stderr_lines[@]}" -eq 2 ]
  [[ ${stderr_lines[1]} == *'--champion: there is no column "risk"'* ]]
  run -3 --separate-stderr dw-score --model model.json renamed.ndjson
  [[ $stderr == *'lacks what the model needs: risk'* ]]
}

@test "several slips, none with --quiet; objects are not columns; one side is enough; what described columns make is there" {
  run -0 --separate-stderr dw-compare --ref in.ndjson --id row_id,nothing --exclude amount,amuont in.ndjson
  [ "${#stderr_lines[@]}" -eq 3 ]
  [ "${stderr_lines[1]}" = 'dw-compare: warning: --id: there is no column "nothing"; there are Row-ID, amount, country, note, risk, ts, y_true' ]
  run -0 --separate-stderr dw-compare --quiet --ref in.ndjson --id row_id in.ndjson
  [ -z "$stderr" ]
  sed 's/"amount":\([0-9]*\)/"in":{"amount":\1,"other":{"x":1}}/' in.ndjson >nested.ndjson
  run -0 --separate-stderr dw-compare --ref nested.ndjson --exclude in nested.ndjson
  [ "$stderr" = 'dw-compare: warning: --exclude: there is no column "in"; did you mean "in.amount"?' ]
  run -0 --separate-stderr dw-compare --ref nested.ndjson --exclude 'in.*,in.other.x' nested.ndjson
  [ -z "$stderr" ]
  sed 's/"country":"[A-Z]*",//' in.ndjson >without.ndjson
  for sides in 'in without' 'without in'; do
    run -0 --separate-stderr dw-compare --ref "${sides% *}.ndjson" --exclude country --id note "${sides#* }.ndjson"
    [ -z "$stderr" ]
  done
  run -3 --separate-stderr dw-compare --ref without.ndjson --by country in.ndjson
  [ "$stderr" = 'dw-compare: --by: the reference has no column "country"; the other side has it' ]
  run -0 --separate-stderr dw-compare --exit-zero --ref in.ndjson --types note=text --describe note --exclude 'note.words' in.ndjson
  [ -z "$stderr" ]
  run -5 --separate-stderr dw-compare --ref in.ndjson --id nothing /dev/null
  [[ $stderr != *nothing* ]]
}

# The same input with a comma, and a backslash, in two names.
@test "a name with a comma is given with a backslash before it, in every list of columns; in a file as it is" {
  sed 's/"amount":/"net, amount":/; s/"country":/"a\\\\b":/' in.ndjson >commas.ndjson
  awk -F '[:,]' 'NR == 1 { print "\"net, amount\",a\\b,y_true" } { print $4 "," NR % 3 "," NR % 2 }' in.ndjson >commas.csv
  for input in commas.ndjson commas.csv; do
    turn=0
    [ $input = commas.csv ] || turn=1
    for option in --id --exclude --require --types --method --threshold --describe; do
      # the inputs in turn; DW_SUITE=full: each with each
      [ $((turn++ % 2)) -eq 0 ] || [ "${DW_SUITE:-}" = full ] || continue
      value='' other=''
      case $option in --types) value='=numeric' other='=categorical' ;; --method) value='=ks' other='=chisquare' ;; --threshold) value='=0.2' ;; esac
      run -0 --separate-stderr dw-compare --exit-zero --ref $input "$option" "net\\, amount$value,a\\\\b${other:-$value}" $input
      [[ $stderr != *'there is no column "'* ]] || { echo "$option: $stderr"; return 1; }
    done
    run -0 --separate-stderr dw-compare --exit-zero --ref $input --columns 'net\, amount' $input
    [[ ${lines[-1]} == *'"columns":1,'*'"not_compared":[],'* ]]
    run -0 --separate-stderr dw-compare --exit-zero --ref $input --columns 'net*' --columns 'a\b' $input # a backslash before anything else is one
    [[ ${lines[-1]} == *'"columns":2,'* ]]
    run -3 --separate-stderr dw-compare --ref $input --columns 'net, amount' $input
    [ "$stderr" = 'dw-compare: --columns: the reference has no column "net"; did you mean "net, amount"?' ]
    printf 'columns: ["net, amount"]\n' >list.yaml
    run -0 --separate-stderr dw-compare --config list.yaml --exit-zero --ref $input $input
    [[ ${lines[-1]} == *'"columns":1,'*'"arguments":['*',"--columns=net\\, amount"],'* ]]
    run -0 --separate-stderr dw-train --label y_true --columns 'net\, amount,a\\b' --rounds 2 $input
    [ "$(jq -c '[.features[].column]' <<<"$output")" = '["net, amount","a\\b"]' ] || { jq -c '.features' <<<"$output"; return 1; }
    run -0 --separate-stderr dw-eval --bootstrap 0 --label y_true --score y_true --by 'a\\b,net\, amount' --metrics accuracy $input
    jq -es '[.[].segment.column // empty] | unique == ["a\\b", "net, amount"]' <<<"$output"
    run -0 --separate-stderr dw-calibrate thresholds --ref $input --runs 200 --columns 'net\, amount'
    [[ $output == *'"column":"net, amount",'* && ${output//'"column":"net, amount",'/} != *'"column":'* ]]
  done
  for command in "$DW_BIN"/dw-*; do
    help=$("$command" --help)
    [[ ! $help =~ $'\n  --'(columns|exclude|id|by|with)' ' || $command == */dw-heal || $command == */dw-inject ||
      $help == *'Lists are separated by commas; \, is a comma in a name.'* ]] || { echo "$command --help"; return 1; }
  done
}
