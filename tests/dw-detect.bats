# dw-detect: a stream in, what detectors tell of it out; what each method does is in tests/unit/test_detector.c.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# N FROM STEP: numbers that swing around FROM, and around FROM + STEP from number N / 2 on.
stream() {
  awk -v n="$1" -v from="$2" -v step="$3" 'BEGIN { for (i = 0; i < n; i++) print from + (i * 37) % 101 / 101 + (i >= n / 2 ? step : 0) }'
}

columns() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next } { printf "{"; for (i = 1; i <= NF; i++) printf "%s\"%s\":%s", (i > 1 ? "," : ""), name[i], $i; print "}" }'; }

@test "detect: bare numbers, the default method, the summary is the last line" {
  stream 2000 0 0 >calm
  run -0 --separate-stderr dw-detect calm
  [ "${#lines[@]}" -eq 1 ] && [ -z "$stderr" ]
  [[ "$output" == '{"kind":"summary","command":"dw-detect","drift":false,"method":"ranks","parameters":{"run_length":10000,'*'"records":2000,"drifts":0,'* ]]
  stream 2000 0 1 >moved
  run -0 --separate-stderr dw-detect moved
  [[ "$output" == *'"event":"drift","index":10'[0-3][0-9]',"value":'* ]]
  [[ "${lines[-1]}" == '{"kind":"summary",'*'"drift":true,'*'"first_drift":10'* ]]
  run -0 --separate-stderr dw-detect - <moved
  [[ "${lines[0]}" == '{"kind":"detection","column":"value","method":"ranks","event":"warning","index":'* ]]
}

@test "detect: NDJSON, CSV, compressed and numbers say the same" {
  stream 1000 5 2 >numbers
  { echo value; cat numbers; } >file.csv
  columns <file.csv >file.ndjson
  dw-detect --method adwin numbers | sed 's/,"made_by.*//' >want
  [ "$(grep -c detection want)" -eq 1 ]
  zstd -q file.ndjson
  gzip -k numbers
  for file in file.csv file.ndjson file.ndjson.zst numbers.gz; do
    dw-detect --method adwin --threads 2 "$file" >said
    sed 's/,"made_by.*//' said | cmp - want
  done
}

@test "detect: --fail-on, --exit-zero" {
  stream 400 0 5 >moved
  run -0 dw-detect --method page_hinkley moved
  run -1 dw-detect --method page_hinkley --fail-on drift moved
  run -0 dw-detect --method page_hinkley --fail-on drift --exit-zero moved
  stream 400 0 0 >calm
  run -0 dw-detect --method page_hinkley --fail-on drift calm
  awk 'BEGIN { for (i = 0; i < 400; i++) print (i % 10 == 0 || (i > 300 && i < 340 && i % 3 == 0)) }' >errors
  run -0 dw-detect --method ddm --param drift_threshold=9 --fail-on drift errors
  run -1 dw-detect --method ddm --param drift_threshold=9 --fail-on warning errors
  [[ "${lines[0]}" == *'"event":"warning"'* ]]
}

@test "detect: parameters, in the call and in a file" {
  stream 400 0 5 >moved
  dw-detect --method cusum --param threshold=8 --param mode=up moved >said
  grep -q '"parameters":{"min_instances":30,"slack":0.5,"threshold":8,"mode":"up"}' said
  printf 'method: cusum\nparam: [threshold=8, mode=up]\n' >settings.yaml
  dw-detect --config settings.yaml moved | sed 's/,"made_by.*//' >again
  sed 's/,"made_by.*//' said | cmp - again
  run -2 --separate-stderr dw-detect --method adwin --param alpha=1 moved
  [[ "$stderr" == *'adwin has no parameter "alpha"; it has delta, clock, max_buckets, min_window_length, grace_period'* ]]
  run -2 --separate-stderr dw-detect --param seed moved
  run -2 --separate-stderr dw-detect --method none moved
  run -2 --separate-stderr dw-detect --error y moved
  run -2 --separate-stderr dw-detect --error y,p --column a moved
}

@test "detect: many columns, in the order of the records" {
  { echo a,b_1,b_2,c; awk -v OFS=, 'BEGIN { for (i = 0; i < 600; i++) { u = (i * 37) % 101 / 101; print u + (i > 400), u, u + 3 * (i > 300), "x" } }'; } >four.csv
  dw-detect --columns 'a,b_*' --method shewhart --after-drift stop four.csv >said
  sed -n 's/.*"column":"\([^"]*\)","method":"shewhart","event":"drift","index":\([0-9]*\),.*/\1 \2/p' said >got
  printf 'b_2 301\na 4%s\n' "$(sed -n 's/^a 4//p' got)" | cmp - got
  grep -q '"column":"b_1","values":600,"missing":0,"texts":0,"drifts":0,' said
  run -0 --separate-stderr dw-detect --columns '*' --method adwin four.csv
  [[ "$stderr" == *'c: 600 values are no numbers, and were passed over'* ]]
  run -3 --separate-stderr dw-detect --column c --method adwin four.csv
  [ "$stderr" = 'dw-detect: four.csv:2: field "c": expected a number' ]
  run -3 --separate-stderr dw-detect --column b1 --method adwin four.csv
  [[ "$stderr" == *'"b1"; did you mean "b_1"?'* ]]
}

@test "detect: mistakes of a model from its label and its score" {
  awk 'BEGIN { print "y,p,ts"; for (i = 0; i < 800; i++) { wrong = i < 500 ? i % 10 == 0 : i % 2; y = i % 3 == 0; printf "%d,%.1f,2026-01-01T%02d:%02d:00Z\n", y, (y != wrong) ? 0.9 : 0.1, i / 60, i % 60 } }' >scored.csv
  for method in ddm hddm_w fhddm stepd ranks; do
    dw-detect --error y,p --time ts --method $method --after-drift stop scored.csv >said
    grep -q '"column":"error","method":"'$method'","event":"drift","index":5[0-9][0-9],"time":"2026-01-01T0[89]:[0-9:]*Z",' said
  done
  sed '700s/01T.*Z/01T00:00:00Z/' scored.csv >late.csv
  run -0 --separate-stderr dw-detect --error y,p --time ts --method ddm late.csv
  [[ "$stderr" == *'1 records are earlier than one before them'* ]]
  sed 's/^1,/yes,/; s/^0,/no,/' scored.csv >words.csv
  dw-detect --error y,p --positive yes --method ddm words.csv | grep -q '"event":"drift"'
  run -3 --separate-stderr dw-detect --error y,p --method ddm words.csv
  [[ "$stderr" == *'--positive VALUE says which one is 1'* ]]
}

@test "detect: a state goes on where it was" {
  stream 3000 0 1 >whole
  cuts=(1,1512 1513,1514 1515,3000)
  [ "${DW_SUITE:-}" != full ] || cuts=(1,700 701,1512 1513,1514 1515,3000)
  for method in ranks adwin kswin rddm; do
    [ $method = rddm ] && awk '{ print ($1 > 0.9) }' whole >bits && mv bits whole
    rm -f state.json state.json.lock
    dw-detect --method $method whole | grep detection >want
    : >got
    for cut in "${cuts[@]}"; do
      sed -n "${cut}p" whole | dw-detect --method $method --state state.json >said
      grep detection said >>got || true
    done
    cmp want got
    grep -q '"first_index":1514,"records":1486,' said
  done
  run -3 --separate-stderr dw-detect --method adwin --state state.json whole
  [[ "$stderr" == *'state.json: this state was begun with --method rddm, not adwin'* ]]
  sed 's/"records":3000/"records":3001/' state.json >edited.json
  run -3 --separate-stderr dw-detect --method rddm --state edited.json whole
  [[ "$stderr" == *'edited.json: this state was cut or changed after it was written: put back a copy, or remove the file' ]]
  cp state.json before.json
  run -3 dw-detect --method rddm --state state.json < <(printf '1\nwhat\n')
  cmp state.json before.json
}

@test "detect: a state of mistakes goes on with the same mistakes alone" {
  awk 'BEGIN { for (i = 0; i < 50; i++) printf "{\"y\":%d,\"s\":0.7,\"error\":1}\n", i % 2 }' >in
  run -0 --separate-stderr dw-detect --error y,s --state e.json in
  cp e.json before.json
  for other in '--error y,error' '--error y,s --cut 0.8' '--error y,s --positive 0' '--column error'; do
    # shellcheck disable=SC2086
    run -3 --separate-stderr dw-detect $other --state e.json in
    [[ "$stderr" == 'dw-detect: e.json: this state was begun with the values of {"error":{"label":"y","score":"s","positive":null,"cut":0.5}}, not '* ]]
  done
  cmp e.json before.json
  run -0 --separate-stderr dw-detect --error y,s --state e.json in
  [[ "$output" == *'"first_index":50,"records":50,'* ]]
  run -0 --separate-stderr dw-detect --column error --state c.json in
  run -3 --separate-stderr dw-detect --error y,s --state c.json in
  [[ "$stderr" == *'begun with the values of columns, not {"error":'* ]]
}

@test "detect: records that a state has seen already, and times that are none, are said" {
  awk 'BEGIN { for (i = 0; i < 50; i++) printf "{\"a\":%d,\"t\":\"2026-01-01T00:%02d:00.25Z\"}\n", i % 7, i }' >in
  run -0 --separate-stderr dw-detect --column a --time t --state s.json in
  [ -z "$stderr" ]
  grep -q '"latest":"2026-01-01T00:49:00.25' s.json
  run -0 --separate-stderr dw-detect --column a --time t --state s.json in
  [[ "$stderr" == 'dw-detect: warning: 49 records are earlier than one before them: '* ]]
  sed 's/"2026-01-01T00:0[34][^"]*"/"soon"/; s/"2026-01-01T00:05[^"]*"/null/' in >odd
  run -0 --separate-stderr dw-detect --column a --time t odd
  [[ "$stderr" == 'dw-detect: warning: 2 records have no time in t that can be read: '* ]]
}

@test "detect: a column that nothing looked at is said" {
  awk 'BEGIN { for (i = 0; i < 50; i++) printf "{\"a\":%d,\"b\":null}\n", i % 7 }' >in
  run -5 --separate-stderr dw-detect --column a --column b in
  [ "${stderr_lines[0]}" = 'dw-detect: warning: b had no value in 50 records, and was not judged' ]
  [ "${stderr_lines[1]}" = 'dw-detect: a column that was named had no value to be judged' ]
  [[ "$output" == *'"kind":"summary"'* ]]
  run -0 --separate-stderr dw-detect --columns '?' in
  [ "$stderr" = 'dw-detect: warning: b had no value in 50 records, and was not judged' ]
  run -5 --separate-stderr dw-detect --column b in
  [ "$stderr" = 'dw-detect: no value was there to be judged' ]
  seq 1 20 >rising
  run -1 --separate-stderr dw-detect --after-drift stop --state s.json --fail-on drift rising
  [ -z "$stderr" ]
  run -0 --separate-stderr dw-detect --after-drift stop --state s.json --fail-on drift rising
  [ "$stderr" = 'dw-detect: warning: value was not looked at: a drift of an earlier run ended it (--after-drift stop)' ]
}

@test "detect: a line that comes through a pipe is answered at once" {
  mkfifo in out
  dw-detect --method shewhart --param min_instances=3 <in >out 3>&- &
  pid=$!
  exec 7>in 8<out
  printf '1\n2\n1\n' >&7
  printf '9\n' >&7
  read -t 60 -r line <&8
  [[ "$line" == *'"index":3,"value":9,'* ]]
  printf '1\n2\n1\n2\n' >&7
  printf '7\n' >&7 # nothing else comes until this is answered
  read -t 60 -r line <&8
  [[ "$line" == *'"index":8,"value":7,'* ]]
  exec 7>&-
  read -t 60 -r line <&8
  [[ "$line" == '{"kind":"summary",'* ]]
  exec 8<&-
  wait $pid
}

@test "detect: bad records stop it, or are counted" {
  { stream 300 0 9; echo x; stream 300 0 9; } >bad
  run -3 --separate-stderr dw-detect --method adwin bad
  [ "$stderr" = 'dw-detect: bad:301:1: expected a number, and nothing else on its line' ]
  [[ "$output" == *'"event":"drift"'* && "$output" != *'"kind":"summary"'* ]]
  run -0 --separate-stderr dw-detect --method adwin --on-error skip bad
  [[ "$output" == *'"records":600,'*'"skipped_records":1,'* ]]
  run -5 --separate-stderr dw-detect --method adwin /dev/null
  [[ "$stderr" == 'dw-detect: no value was there to be judged' ]]
}

@test "detect: dw-report passes its documents over" {
  stream 400 0 5 >moved
  dw-detect --method adwin moved >said
  printf 'a\n1\n2\n3\n' >r.csv
  dw-compare --ref r.csv r.csv >findings || [ $? -eq 5 ]
  dw-report findings >want
  cat said findings | dw-report >got
  cmp <(grep -v 'made\|not shown' want) <(grep -v 'made\|not shown' got)
  # alone they are no comparison that was cut: said, and no report
  for file in said <(grep summary said); do
    run -3 --separate-stderr dw-report "$file"
    [ -z "$output" ]
    [[ "$stderr" == 'dw-report: '*':1: this is what dw-detect writes, and no report shows it: expected what dw-compare, '* ]]
  done
  dw-profile r.csv >profile.json
  run -3 --separate-stderr dw-report findings profile.json
  [[ -z "$output" && "$stderr" == 'dw-report: profile.json:1: this is what dw-profile writes, '* ]]
}
