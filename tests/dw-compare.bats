# dw-compare: verdicts, inputs, options and errors.

whole() { [ "${DW_SUITE:-}" = full ]; }

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR"
  rows=2000
  ! whole || rows=5000
}

setup_file() {
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_FILE_TMPDIR"
  rows=2000
  ! whole || rows=5000
  dw-gen --scenario fraud-baseline --rows $rows --seed 1 --with fraud_score --output base.ndjson
  dw-gen --scenario fraud-feature-drift --rows $rows --seed 2 --with fraud_score --output feature.ndjson
  dw-gen --scenario fraud-concept-drift --rows $rows --seed 3 --with fraud_score --output concept.ndjson
  dw-gen --scenario fraud-feature-drift --rows $rows --seed 2 --with fraud_score --format csv --output feature.csv
  zstd -q feature.ndjson -o feature.ndjson.zst
  gzip -k feature.ndjson
}

data() { echo "$BATS_FILE_TMPDIR/$1"; }

# compare REFERENCE ARGUMENT...: the roles of the fraud records given
compare() {
  local reference=$1
  shift
  dw-compare --ref "$(data "$reference")" --id transaction_id --time ts "$@"
}

@test "feature drift is found in the shifted columns and in no other" {
  run -1 --separate-stderr compare base.ndjson --exclude is_fraud,fraud_score "$(data feature.ndjson)"
  [ -z "$stderr" ]
  [ "$(grep -o '"drifted_columns":\[[^]]*\]' <<<"${lines[-1]}")" = '"drifted_columns":["transaction_amount","geo_distance_km"]' ]
  [ "$(grep -c '"check":"column_drift".*"drift":true' <<<"$output")" -eq 2 ]
}

# seeds LEAST LEAST-OF-ALL: seeds 101 to $last, of which $least or more are to be quiet: 6, and with DW_SUITE=full 100.
seeds() { if whole; then last=200 least=$2; else last=106 least=$1; fi; }

@test "another baseline is no drift in at least 5 of 6 seeds (DW_SUITE=full: 95 of 100)" {
  quiet=0
  seeds 5 95
  for ((seed = 101; seed <= last; seed++)); do
    status=0
    dw-gen --rows $rows --seed "$seed" >now.ndjson
    compare base.ndjson --exclude fraud_score,is_fraud --output out.ndjson now.ndjson || status=$?
    [ "$status" -le 1 ]
    [ "$status" -eq 1 ] || quiet=$((quiet + 1))
  done
  echo "quiet: $quiet up to seed $last"
  [ "$quiet" -ge $least ]
}

@test "the same on 500 rows in at least 5 of 6 seeds (rate 5 %, odds 1 in 30; DW_SUITE=full: 89 of 100, 1 in 85)" {
  quiet=0
  seeds 5 89
  dw-gen --rows 500 --seed 1 >small.ndjson
  for ((seed = 101; seed <= last; seed++)); do
    status=0
    dw-gen --rows 500 --seed "$seed" >now.ndjson
    dw-compare --ref small.ndjson --id transaction_id --time ts --exclude is_fraud --output out.ndjson now.ndjson || status=$?
    [ "$status" -le 1 ]
    [ "$status" -eq 1 ] || quiet=$((quiet + 1))
  done
  echo "quiet: $quiet up to seed $last"
  [ "$quiet" -ge $least ]
}

@test "concept drift leaves the features quiet, and shows as soon as labels and scores are compared" {
  run -0 --separate-stderr compare base.ndjson --exclude is_fraud,fraud_score "$(data concept.ndjson)"
  run -1 --separate-stderr compare base.ndjson --label is_fraud --score fraud_score "$(data concept.ndjson)"
  grep -q '"check":"performance","column":"fraud_score","type":"numeric","method":"auc".*"drift":true.*"direction":"down"' <<<"$output"
  ! grep -q '"check":"column_drift".*"drift":true' <<<"$output"
}

@test "the same answer for a file, standard input, zstd, gzip and CSV" {
  findings() { grep -v '"kind":"summary"'; }
  compare base.ndjson --exit-zero "$(data feature.ndjson)" | findings >want
  [ "$(wc -l <want)" -gt 9 ]
  compare base.ndjson --exit-zero - <"$(data feature.ndjson)" | findings | cmp want
  compare base.ndjson --exit-zero <"$(data feature.ndjson.zst)" | findings | cmp want
  whole && { compare base.ndjson --exit-zero "$(data feature.ndjson.zst)" | findings | cmp want; }
  compare base.ndjson --exit-zero "$(data feature.ndjson.gz)" | findings | cmp want
  compare base.ndjson --exit-zero "$(data feature.csv)" | findings | cmp want
}

@test "the same bytes for any number of threads" {
  for threads in 1 3 $(if whole; then echo 2 8; fi); do
    compare base.ndjson --exit-zero --threads "$threads" "$(data feature.ndjson)" >"out.$threads"
    cmp out.1 "out.$threads"
    compare base.ndjson --exit-zero --memory 200k --threads "$threads" "$(data feature.ndjson)" >"small.$threads"
    cmp small.1 "small.$threads"
  done
  grep -q '"approximate":true,"rank_error":0.0' small.1
}

@test "--split gives what two files give" {
  head -n $((rows / 5 * 3)) "$(data base.ndjson)" >first
  tail -n +$((rows / 5 * 3 + 1)) "$(data base.ndjson)" >second
  dw-compare --ref first --id transaction_id second --exit-zero | grep -v '"kind":"summary"' >want
  for where in $((rows / 5 * 3)) 60% 0.6; do
    dw-compare --split "$where" --id transaction_id --exit-zero "$(data base.ndjson)" | grep -v '"kind":"summary"' >got
    cmp want got
  done
}

@test "--window and --baseline: the last hour against the day before it" {
  dw-gen --rows 4000 --seed 5 --step 30s --start 2026-03-01T00:00:00Z >log.ndjson
  run -0 --separate-stderr dw-compare --time ts --window 60m --baseline 24h --id transaction_id --exclude is_fraud log.ndjson
  grep -q '"reference_rows":28[0-9][0-9],"current_rows":1[12][0-9],' <<<"${lines[-1]}"
}

@test "--time names a column of numbers: with --window and --split too it is not compared" {
  awk 'BEGIN { srand(3); for (i = 0; i < 3000; i++) printf "{\"ts\":%d,\"x\":%.6f,\"k\":\"%s\"}\n", 1772323200 + 30 * i, rand(), rand() < 0.5 ? "a" : "b" }' >log.ndjson
  jq -c 'if .x < 0.5 then .ts |= todate else . end' log.ndjson >mixed.ndjson
  n=0 # each of the three ways, of the two files and of the three additions; DW_SUITE=full: all together
  for where in '--window 2h --baseline 12h' '--split 0.7' '--split 2026-03-01T20:00:00Z'; do
    for file in log.ndjson mixed.ndjson; do
      for more in '' '--preset evidently' '--multivariate domain_classifier,pca'; do
        whole || [[ " 0 4 8 9 13 17 " == *" $((n++)) "* ]] || continue
        # shellcheck disable=SC2086 # words
        run -0 --separate-stderr dw-compare --time ts $where $more "$file"
        [ -z "$stderr" ]
        for line in "${lines[@]}"; do [[ $line != *'{"kind":"finding"'*'"column":"ts"'* ]]; done
      done
    done
  done
  run -0 --separate-stderr dw-compare --time ts --split 0.7 log.ndjson
  [[ "${lines[-1]}" == *'"columns":2,"drifted":0,'*'"column":"ts","type":"datetime","reason":"instants pass;'* ]]
  run -1 --separate-stderr dw-compare --time ts --split 0.7 --types ts=numeric log.ndjson
  [[ "${lines[-1]}" == *'"columns":3,"drifted":1,'*'"drifted_columns":["ts"]'* ]]
}

@test "--preset evidently: column drift alone, the share decides" {
  run -0 --separate-stderr compare base.ndjson --preset evidently --exclude is_fraud,fraud_score "$(data feature.ndjson)"
  ! grep -q '"check":"[^c]' <<<"$output" || return 1
  grep -q '"dataset_drift":false,"fail_on":\["share"\]' <<<"${lines[-1]}"
  run -1 --separate-stderr compare base.ndjson --preset evidently --drift-share 0.1 "$(data feature.ndjson)"
}

@test "--fail-on chooses what is exit status 1" {
  run -0 --separate-stderr compare base.ndjson --fail-on share "$(data feature.ndjson)"
  run -1 --separate-stderr compare base.ndjson --fail-on share --drift-share 0.1 "$(data feature.ndjson)"
  run -1 --separate-stderr compare base.ndjson --fail-on column:geo_distance_km "$(data feature.ndjson)"
  run -0 --separate-stderr compare base.ndjson --fail-on column:customer_age "$(data feature.ndjson)"
  ! whole || run -1 --separate-stderr compare base.ndjson --fail-on severity:low "$(data feature.ndjson)"
  run -1 --separate-stderr compare base.ndjson --fail-on severity:high "$(data feature.ndjson)"
  run -0 --separate-stderr compare base.ndjson --fail-on severity:high --severity 0.3,0.5 "$(data feature.ndjson)"
  run -0 --separate-stderr compare base.ndjson --exit-zero "$(data feature.ndjson)"
}

@test "--method and --threshold" {
  if whole; then cp "$(data feature.ndjson)" few.ndjson; else head -n 500 "$(data feature.ndjson)" >few.ndjson; fi
  run -1 --separate-stderr compare base.ndjson --columns 'transaction_amount' --method all few.ndjson
  [ "$(grep -c '"check":"column_drift"' <<<"$output")" -ge 9 ]
  run -1 --separate-stderr compare base.ndjson --columns 'customer_age' --checks column_drift --method t_test --threshold t_test=1 "$(data feature.ndjson)"
  grep -q '"method":"t_test".*"threshold":1,"rule":"<","drift":true' <<<"${lines[0]}"
  run -0 --separate-stderr compare base.ndjson --columns 'transaction_amount,is_*' --method transaction_amount=wasserstein --threshold transaction_amount=9 --checks column_drift "$(data feature.ndjson)"
}

@test "mistakes in the call" {
  check() { local want=$1; shift; run -2 --separate-stderr "$@"; [ -z "$output" ]; grep -qF -- "$want" <<<"$stderr"; }
  check 'what to compare with?' dw-compare x.ndjson
  check "what to compare with? dw-compare --ref 'a b.csv' b.csv holds the second file against the first; or give" dw-compare 'a b.csv' b.csv
  check 'no method "kolmogorov"' dw-compare --ref a --method kolmogorov b
  check 'exclude each other' dw-compare --ref a --split 5 b
  check '--window goes with --baseline' dw-compare --time ts --window 1h b
  check '--window needs --time' dw-compare --window 1h --baseline 1d b
  check 'is not a row number' dw-compare --split 1.5 b
  check 'is not COLUMN=TYPE' dw-compare --ref a --types b=number c
  check 'is not any, share' dw-compare --ref a --fail-on never b
  check 'no check "schemas"' dw-compare --ref a --checks schemas b
}

@test "bad data says where, gives no verdict, and exits with 3" {
  printf '{"a":1}\n{"a":2,}\n' >bad.ndjson
  run -3 --separate-stderr dw-compare --ref bad.ndjson bad.ndjson
  [ -z "$output" ]
  grep -q '^dw-compare: bad.ndjson:2:' <<<"$stderr"
  printf 'a,b\n1,2\n1,2,3\n' >bad.csv
  run -3 --separate-stderr dw-compare --ref bad.csv bad.csv
  [ "$stderr" = "dw-compare: bad.csv:3: expected 2 fields, got 3" ]
}

@test "--on-error skip leaves bad records out and counts them" {
  { printf '{"a":1}\n{"a":2,}\n' && for i in {1..39}; do echo "{\"a\":$((i % 4))}"; done; } >bad.ndjson
  run -0 --separate-stderr dw-compare --ref bad.ndjson --on-error skip bad.ndjson
  grep -q '"reference_rows":40,"current_rows":40,"skipped_records":2' <<<"${lines[-1]}"
  grep -q 'bad.ndjson:2' <<<"$stderr"
}

@test "not enough data is 5, and no verdict" {
  printf '{"a":1}\n' >one.ndjson
  : >none.ndjson
  run -5 --separate-stderr dw-compare --ref one.ndjson none.ndjson
  [ -z "$output" ]
  [ "$stderr" = 'dw-compare: none.ndjson: the current data has no records' ]
  run -5 --separate-stderr dw-compare --ref none.ndjson one.ndjson
  [ "$stderr" = 'dw-compare: none.ndjson: the reference has no records' ]
  run -5 --separate-stderr dw-compare --ref one.ndjson </dev/null
  [ "$stderr" = 'dw-compare: standard input: the current data has no records' ]
}

@test "a column that is named must exist" {
  run -3 --separate-stderr compare base.ndjson --label fraud "$(data feature.ndjson)"
  grep -q 'the reference has no column "fraud"; it has account_tenure_days, customer_age, fraud_score' <<<"$stderr"
}

@test "names stand for themselves where a pattern makes no sense, and a pattern that matches nothing is a mistake" {
  run -3 --separate-stderr compare base.ndjson --label 'is_fr*' "$(data feature.ndjson)"
  [[ $stderr == 'dw-compare: --label: the reference has no column "is_fr*"; did you mean "is_fraud"?' ]]
  run -3 --separate-stderr compare base.ndjson --by 'merchant*' "$(data feature.ndjson)"
  run -3 --separate-stderr compare base.ndjson --by ts "$(data feature.ndjson)"
  [ "$stderr" = 'dw-compare: --by: "ts" is left out by --time, --id or --exclude' ]
  run -3 --separate-stderr compare base.ndjson --columns 'amount*' "$(data feature.ndjson)"
  [ "$stderr" = 'dw-compare: --columns: the reference has no column "amount*"; did you mean "transaction_amount"?' ]
}

@test "a column of --fail-on must exist: it would never fail" {
  run -3 --separate-stderr compare base.ndjson --fail-on column:amount "$(data feature.ndjson)"
  [[ $stderr == 'dw-compare: --fail-on: the reference has no column "amount"; did you mean "transaction_amount"?' ]]
  run -1 --separate-stderr compare base.ndjson --fail-on column:transaction_amount "$(data feature.ndjson)"
  for i in {1..20}; do printf '{"comment":"so it is","x":1}\n{"comment":"so it was","x":2}\n'; done >text.ndjson
  run -0 --separate-stderr dw-compare --ref text.ndjson --types comment=text --describe comment --fail-on column:comment.length text.ndjson
  [ -z "$stderr" ]
}

@test "settings that have nothing to act on are told" {
  run -1 --separate-stderr compare base.ndjson --method amount=ks,merchant_category=ks --threshold kss=0.3 --min-effect 0.2,kind=0.3 --types amount=text --describe customer_age "$(data feature.ndjson)"
  known='account_tenure_days, customer_age, fraud_score, geo_distance_km, is_fraud, is_international, merchant_category, merchant_risk_score, transaction_amount, transaction_hour, transaction_id, ts'
  [ "$stderr" = "$(sed "s/KNOWN/$known/" <<'TEXT'
dw-compare: warning: --method: there is no column "amount"; did you mean "transaction_amount"?
dw-compare: warning: --threshold: there is no column "kss"; there are KNOWN
dw-compare: warning: --min-effect: there is no column "kind"; there are KNOWN
dw-compare: warning: --types: there is no column "amount"; did you mean "transaction_amount"?
dw-compare: warning: --describe: there is no column of text "customer_age"
dw-compare: warning: not judged: "amount": neither side has it
dw-compare: warning: not judged: "amount", ks: neither side has the column
dw-compare: warning: not judged: "merchant_category", ks: it does not fit the column, whose type is categorical
TEXT
)" ]
  run -0 --separate-stderr compare base.ndjson --columns customer_age --method transaction_amount=ks --threshold geo_distance_km=0.3 --min-effect geo_distance_km=0.3 --types 'merchant_*=text' --exclude 'geo*' "$(data feature.ndjson)"
  [ -z "$stderr" ]
}

@test "standard input is one side, never both" {
  run -2 --separate-stderr dw-compare --ref - <"$(data base.ndjson)"
  [[ $stderr == "dw-compare: standard input cannot be both: "* ]]
  run -2 --separate-stderr dw-compare --ref - - <"$(data base.ndjson)"
  [ -z "$output" ]
  run -1 --separate-stderr dw-compare --ref - --id transaction_id --time ts "$(data feature.ndjson)" <"$(data base.ndjson)"
}

@test "what --preset evidently and --sequential do not go with is told, not passed over" {
  run -2 --separate-stderr compare base.ndjson --preset evidently --multivariate all "$(data feature.ndjson)"
  [[ $stderr == "dw-compare: --multivariate does not go with --preset evidently"* ]]
  run -2 --separate-stderr compare base.ndjson --preset evidently --sequential state "$(data feature.ndjson)"
  [[ $stderr == "dw-compare: --sequential does not go with --preset evidently"* ]]
  run -2 --separate-stderr compare base.ndjson --output state --sequential state "$(data feature.ndjson)"
  [[ $stderr == "dw-compare: --output would overwrite the state of --sequential"* ]]
  [ ! -e state ]
}

@test "--expect-rows" {
  run -3 --separate-stderr compare base.ndjson --expect-rows $((rows - 1)) "$(data feature.ndjson)"
  [ "$stderr" = "dw-compare: expected $((rows - 1)) current records, got $rows" ]
  run -0 --separate-stderr compare base.ndjson --exit-zero --expect-rows $rows "$(data feature.ndjson)"
}

@test "columns that break methods give findings, not a stop" {
  printf 'a,b,c,d\n1,,inf,x\n1,,2,x\n1,,3,x\n' >odd.csv
  run -0 --separate-stderr dw-compare --ref odd.csv --method all odd.csv
  grep -q '"column":"b","type":"empty"' <<<"${lines[-1]}"
  grep -q '"check":"missing_values","column":"c"' <<<"$output"
}

@test "--output writes the file whole or not at all" {
  compare base.ndjson --exit-zero --output out.ndjson.zst "$(data feature.ndjson)"
  zstd -dc out.ndjson.zst | tail -n 1 | grep -q '"kind":"summary"'
  run -4 --separate-stderr compare base.ndjson --output missing/out.ndjson "$(data feature.ndjson)"
  [ ! -e missing ]
}
