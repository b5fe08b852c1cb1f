# dw-compare --by: where a drift is.

rows() { rows=6000; [ "${DW_SUITE:-}" != full ] || rows=20000; }

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  rows
  ln -s "$BATS_FILE_TMPDIR"/*.ndjson .
}

setup_file() {
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  rows
  dw-gen --seed 1 --rows $rows --output "$BATS_FILE_TMPDIR/before.ndjson"
  dw-gen --seed 2 --rows $rows --output "$BATS_FILE_TMPDIR/after.ndjson"
}

compare() { dw-compare --ref before.ndjson --by merchant_category "$@"; }

@test "a drift in one segment that the whole hides is found, and is where it is" {
  dw-inject --column transaction_amount --op scale --factor 1.5 --where 'merchant_category = travel' --output drifted.ndjson after.ndjson
  run -0 --separate-stderr dw-compare --ref before.ndjson drifted.ndjson
  run -1 --separate-stderr compare --fail-on column:transaction_amount drifted.ndjson
  run -0 --separate-stderr compare --fail-on column:customer_age drifted.ndjson
  run -1 --separate-stderr compare drifted.ndjson
  [ -z "$stderr" ]
  [ "$(grep -c '"kind":"finding".*"segment":' <<<"$output")" -eq 1 ]
  grep -q '"column":"transaction_amount","segment":{"column":"merchant_category","value":"travel"},"type":"numeric"' <<<"$output"
  grep -q '"segments":\[{"value":"travel","reference_rows":[0-9]*,"current_rows":[0-9]*,"part":1,"columns":8,"drifted":1,"verdict":"drift","severity":"medium","drifted_columns":\["transaction_amount"\]}' <<<"$(tail -n 1 <<<"$output")"
}

@test "the part of a drift that bins hardly see, in a tail and beside an outlier" {
  sides() { awk -v seed="$1" -v moved="$2" -v far="$3" 'BEGIN { srand(seed); for (i = 0; i < 8000; i++) { s = i % 2 ? "a" : "b"; x = rand()
    if (s == "b" && rand() < moved) x = 1 + x / 10
    printf "{\"s\":\"%s\",\"x\":%.6f}\n", s, i < 2 ? far : x } }'; }
  for far in 0.5 1e9; do
    sides 1 0 "$far" >ref
    sides 2 0.03 "$far" >tail
    run -1 --separate-stderr dw-compare --ref ref --by s tail
    part=$(tail -n 1 <<<"$output" | sed 's/.*{"value":"b","reference_rows":4000,"current_rows":4000,"part":\([^,]*\),.*/\1/')
    awk -v part="$part" 'BEGIN { exit !(part > 0.95) }'
  done
}

@test "no drift: every segment is told, none has a part, and the status is 0" {
  run -0 --separate-stderr compare after.ndjson
  [ "$(grep -c '"segment":' <<<"$output")" -eq 0 ]
  [ "$(tail -n 1 <<<"$output" | grep -o '"part":0,' | wc -l)" -eq 8 ]
}

@test "the same bytes for any number of threads, and from one split input" {
  compare --threads 1 after.ndjson >one
  compare --threads 3 after.ndjson | cmp - one
  cat before.ndjson after.ndjson | dw-compare --split $rows --by merchant_category | sed 's/,"made_by".*//' >split
  sed 's/,"made_by".*//' one | cmp - split
}

@test "the memory bound holds for the segments too, and is said" {
  run -0 --separate-stderr compare --memory $((rows * 100)) after.ndjson
  grep -q '"approximate":true' <<<"$output"
}

@test "a vector's pattern is not taken for its type's: columns that it matches keep theirs inside segments" {
  if [ "${DW_SUITE:-}" != full ]; then
    rm before.ndjson after.ndjson
    for side in before after; do head -n 400 "$BATS_FILE_TMPDIR/$side.ndjson" >$side.ndjson; done
  fi
  run -0 --separate-stderr dw-compare --ref before.ndjson --by is_fraud --vector 'm*' --method jensenshannon --threshold merchant_category=0 after.ndjson --exit-zero
  [ "$(grep -c '"column":"merchant_category","segment":{"column":"is_fraud","value":"[01]"},"type":"categorical"' <<<"$output")" -eq 2 ]
}

@test "minus zero is no segment of its own" {
  printf '{"k":%s,"x":1}\n' 0 -0 -0.0 0.0 1 >zeros.ndjson
  run -0 --separate-stderr dw-compare --ref zeros.ndjson --by k zeros.ndjson
  [ "$(grep -o '"value":"[^"]*","reference_rows":[0-9]*' <<<"${lines[-1]}" | tr '\n' ' ')" = '"value":"0","reference_rows":4 "value":"1","reference_rows":1 ' ]
}

@test "mistakes in the call" {
  run -3 --separate-stderr compare --by transaction_amount after.ndjson
  [[ $stderr == 'dw-compare: --by: "transaction_amount" has more than 100 values; give a column of few, such as a country or a version' ]]
  run -3 --separate-stderr compare --by country after.ndjson
  [[ $stderr == 'dw-compare: --by: the reference has no column "country"; it has '* ]]
}
