# --on-error: a record that parses and cannot be used stops a command with file and line, or is left out, counted, and named; the rest is
# worked on as if it had never been there. One table over the commands and what each cannot use.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR
  awk 'BEGIN {
    for (i = 0; i < 400; i++)
      printf "{\"id\":\"r%d\",\"amount\":%d,\"y\":%d,\"x\":%.3f,\"p\":[%.3f,%.3f],\"s\":%.3f,\"ts\":\"2026-01-%02dT00:%02d:00Z\"}\n",
        i, (i * 37) % 101, i % 5 == 0, (i * 7 % 50) / 100 + (i % 5 == 0), i % 10 / 10, 1 - i % 10 / 10, (i % 5 == 0) * 0.4 + (i * 7 % 50) / 100, 1 + int(i / 60), i % 60
  }' >"$F/good.ndjson"
  "$DW_BIN/dw-train" --label y --columns amount,x --rounds 3 --output "$F/model.json" "$F/good.ndjson"
  "$DW_BIN/dw-train" --label x --task regression --columns amount --rounds 3 --output "$F/number.json" "$F/good.ndjson"
}

setup()
{
  PATH=$DW_BIN:$PATH
  cd "$F" || return 1
}

# COMMAND, the edit (of sed) that makes a good record one of no use, what is said about it. The bad ones are lines 7 and 300.
cases()
{
  compare='dw-compare --exit-zero'
  no_time='s/"ts":"[^"]*"/"ts":null/' odd_time='s/"ts":"[^"]*"/"ts":"soon"/'
  cat <<TABLE
$compare --time ts --window 1d --baseline 5d|$no_time|field "ts" is missing
$compare --time ts --window 1d --baseline 5d|$odd_time|field "ts" is not a time
$compare --time ts --split 2026-01-05|$no_time|field "ts" is missing
$compare --time ts --split 2026-01-05|s/"ts":"[^"]*"/"t":1/|field "ts" is missing
$compare --time ts --preset nannyml --ref good.ndjson|$no_time|field "ts" is missing
$compare --time ts --preset nannyml --ref good.ndjson|s/"ts":"[^"]*"/"ts":true/|field "ts" is not a time
dw-calibrate thresholds --runs 200 --time ts --columns amount,x|$odd_time|field "ts" is not a time
dw-calibrate scores --label y --score s|s/"s":[0-9.]*/"s":"high"/|field "s" is not a number
dw-calibrate scores --label y --score s|s/"y":[01]/"y":[1]/|field "y" is an array
dw-eval --bootstrap 0 --label y --score s|s/"s":[0-9.]*/"s":"high"/|field "s" is not a number
dw-eval --bootstrap 0 --label y --score s|s/"s":[0-9.]*/"s":[0.1,0.9]/|field "s" has another number of components
dw-eval --bootstrap 0 --label y --score s|s/"y":[01]/"y":{}/|field "y" is an array
dw-eval --bootstrap 0 --label y --score s|s/"y":[01]/"y":"yes"/|field "y" does not go with the others: labels and predictions are numbers (such as
dw-eval --bootstrap 0 --label y --score s --time ts|$no_time|field "ts" is missing
dw-eval --bootstrap 0 --label y --prediction y|s/"y":[01]/"y":[1]/|field "y" is an array
dw-eval --bootstrap 0 --label y --score p|s/"p":.[^]]*./"p":[0.2,0.3,0.5]/|field "p" has another number of components
dw-eval --estimate --exit-zero --ref good.ndjson --label y --score s|s/"s":[0-9.]*/"s":"high"/|field "s" is not a number
dw-eval --estimate --exit-zero --task regression --ref good.ndjson --label x --score s|s/"s":[0-9.]*/"s":"high"/|field "s" is not a number
dw-train --rounds 3 --label y --columns amount,x|s/"y":[01]/"y":[1]/|field "y" is an array
dw-train --rounds 3 --label x --task regression --columns amount|s/"x":[0-9.]*/"x":"many"/|field "x" is not a number
dw-train --rounds 3 --label x --continue number.json|s/"x":[0-9.]*/"x":"many"/|field "x" is not a number
dw-score --model model.json|s/"x":[0-9.]*,//|the record lacks what the model needs: x
dw-score --model model.json|s/"x":[0-9.]*/"x":"many"/|of another kind than in training: x
dw-score --model model.json|s/}$/,"score":1}/|there is a field "score" already
dw-score --model model.json --score new|s/}$/,"new":{"a":1}}/|"new.a" stands in an object
dw-score --model model.json --champion model.json --split 0.5 --id id|s/"id":"[^"]*",//|the record has no id
dw-score --model model.json --champion model.json --split 0.5 --id id|s/"x":[0-9.]*,//|the record lacks what the model needs: x
dw-inject --column amount --op rename-column --as sum|s/}$/,"sum":1}/|cannot rename "amount" to "sum"
dw-inject --column amount --op rename-column --as sum --column x --op permute|s/}$/,"sum":1}/|cannot rename "amount" to "sum"
TABLE
}

result() { sed 's/,\{0,1\}"made_by".*//; s/"skipped_records":[0-9]*//'; }

@test "a record of no use stops with file and line, or is left out and counted, and the rest is as if it had not been there" {
  last=''
  sed '7d;300d' good.ndjson >rest.ndjson
  while IFS='|' read -r call edit said; do
    sed "7{$edit};300{$edit}" good.ndjson >bad.ndjson
    reads=''
    case $call in *thresholds*) reads=--ref ;; esac
    status=0
    # shellcheck disable=SC2086
    $call $reads bad.ndjson >out 2>err </dev/null || status=$?
    [ "$status" -eq 3 ] && [[ $(<err) == *": bad.ndjson:7: $said"* ]] || { echo "$call, $said: status $status"; cat err; return 1; }
    status=0
    # shellcheck disable=SC2086
    $call --on-error skip $reads bad.ndjson >got 2>err </dev/null || status=$?
    [ "$status" -eq 0 ] && [[ $(<err) == *"2 bad records left out; the first: bad.ndjson:7: $said"* ]] || { echo "$call --on-error skip, $said: status $status"; cat err; return 1; }
    got=$(<got)
    [[ $got != *'"skipped_records"'* || $got == *'"skipped_records":2'* ]] || { echo "$call: the count"; grep -o '"skipped_records":[0-9]*' got; return 1; }
    [[ $got != *'"name":"bad.ndjson"'* || $got =~ \"name\":\"bad.ndjson\",\"bytes\":[0-9]*,\"rows\":398 ]] || { echo "$call: made_by"; grep -o '"name":"bad.ndjson[^}]*' got; return 1; }
    # shellcheck disable=SC2086
    [ "$call" = "$last" ] || $call $reads rest.ndjson 2>/dev/null </dev/null | result >want || true
    last=$call
    case $call in
    *op\ permute* | *--runs*) [ "$(wc -l <got)" -eq "$(wc -l <want)" ] ;; # what is drawn depends on the place in the stream
    *) result <got | cmp - want ;;
    esac || { echo "$call, $said: another result than without the records"; diff <(result <got) want | cut -c1-600 | head -n 6; return 1; }
  done < <(cases)
}

@test "both kinds of bad record are counted together; what is merely missing is not bad" {
  sed '7s/"x":[0-9.]*,//; 5s/$/,/; 9s/^/{/' good.ndjson >bad.ndjson
  run -0 --separate-stderr dw-score --model model.json --on-error skip bad.ndjson
  [ "${#lines[@]}" -eq 397 ]
  [[ $stderr == *'3 bad records left out; the first: bad.ndjson:5:'* ]]
  sed '7s/"y":[01]/"y":null/; 9s/"s":[0-9.]*/"s":null/' good.ndjson >bad.ndjson
  run -0 --separate-stderr dw-eval --bootstrap 0 --label y --score s bad.ndjson
  [ "$stderr" = 'dw-eval: warning: 1 of 399 rows have no score: they are left out' ]
  [ "$(jq -c 'select(.kind == "summary") | [.rows, .without_label, .without_score, .skipped_records]' <<<"$output")" = '[398,1,1,0]' ]
}

@test "the truth of dw-inject leaves out what did not leave" {
  sed '7s/}$/,"sum":1}/' good.ndjson >bad.ndjson
  run -0 --separate-stderr dw-inject --column amount --op rename-column --as sum --truth truth --on-error skip bad.ndjson
  [ "${#lines[@]}" -eq 399 ]
  [ "$(jq -c '[.records, .left]' truth)" = '[399,1]' ]
}
