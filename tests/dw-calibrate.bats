# dw-calibrate scores: maps, their errors on held-out rows, and mistakes.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# Scores that are the square of the probability: they have to be calibrated back.
warped() {
  awk -v n="$1" 'BEGIN { srand(7); for (i = 0; i < n; i++) { p = rand(); printf "{\"id\":%d,\"score\":%.6f,\"y\":%d}\n", i, p * p, rand() < p } }'
}

after() { sed "s/.*\"$1\":{\"ece\":\([^,]*\),.*/\1/" map.json; }

@test "isotonic and Platt maps mend warped scores on rows that they were not fitted to" {
  warped 4000 >in
  for method in isotonic platt; do
    run -0 --separate-stderr dw-calibrate scores --label y --score score --method $method --output map.json in
    [ -z "$stderr" ]
    [ -z "$output" ]
    grep -q "^{\"kind\":\"calibration\",\"method\":\"$method\"" map.json
    awk -v b="$(after before)" -v a="$(after after)" 'BEGIN { exit !(b > 0.1 && a < 0.06) }'
  done
  [ "$(jq '.fitted_rows + .held_out_rows' map.json)" -eq 4000 ]
}

@test "the same map from standard input, zstd and CSV, and for any number of threads; another with another seed" {
  warped 2000 >in
  map() { sed 's/,"made_by".*//'; }
  dw-calibrate scores --label y --score score in | map >want
  dw-calibrate scores --label y --score score --threads 3 <in | map | cmp - want
  zstd -qc in | dw-calibrate scores --label y --score score | map | cmp - want
  { echo id,score,y; sed 's/[^:]*://; s/"[a-z]*"://g; s/}//' in; } >in.csv
  dw-calibrate scores --label y --score score in.csv | map | cmp - want
  dw-calibrate scores --label y --score score --seed 2 in | map >other
  run ! cmp -s other want
}

@test "all rows for the map: nothing is said about its errors" {
  warped 300 >in
  run -0 --separate-stderr dw-calibrate scores --label y --score score --method temperature --holdout 0 in
  [[ "$output" == *'"fitted_rows":300,"held_out_rows":0,"before":null,"after":null,'* ]]
}

@test "too little data is exit status 5" {
  run -5 --separate-stderr dw-calibrate scores --label y --score s /dev/null
  [ "$stderr" = 'dw-calibrate: no records' ]
  printf '%s\n' '{"y":1,"s":0.5}' '{"y":1,"s":0.25}' >in
  run -5 --separate-stderr dw-calibrate scores --label y --score s --holdout 0 in
  [ "$stderr" = 'dw-calibrate: labels of one class only: nothing to calibrate to' ]
  printf '%s\n' '{"y":1,"s":0.25}' '{"y":0,"s":0.75}' '{"y":1,"s":0.75}' '{"y":0,"s":0.875}' >in
  run -5 --separate-stderr dw-calibrate scores --label y --score s --holdout 0 --method temperature in
  [[ "$stderr" == *'the scores do not rank positives above negatives' ]]
}

@test "mistakes in the call" {
  run -2 --separate-stderr dw-calibrate --label y --score s
  [[ "$stderr" == 'dw-calibrate: the first argument says what is calibrated: scores'* ]]
  run -2 --separate-stderr dw-calibrate weights --label y --score s
  [[ "$stderr" == *'not "weights"'* ]]
  run -2 --separate-stderr dw-calibrate scores --label y
  [[ "$stderr" == *'--label COLUMN and --score COLUMN are needed'* ]]
  run -2 --separate-stderr dw-calibrate scores --label y --score s --method magic
  [[ "$stderr" == *'platt'*'isotonic'*'temperature'* ]]
  printf '%s\n' '{"y":1,"s":0.5}' '{"y":2,"s":0.5}' '{"y":3,"s":0.5}' >in
  run -3 --separate-stderr dw-calibrate scores --label y --score s in
  [[ "$stderr" == *'a binary task with 3 different labels'* ]]
  run -3 --separate-stderr dw-calibrate scores --label y --score nope in
  [[ "$stderr" == *'no column "nope"'* ]]
}

@test "--model: the model document with the map in it" {
  warped 400 >in
  printf '{"kind":"model","task":"binary","calibration":null,"booster":{"x": 1.50},"made_by":[{"command":"dw-train"}]}\n' >model.json
  dw-calibrate scores --label y --score score --output map.json in
  run -0 --separate-stderr dw-calibrate scores --label y --score score --model model.json --output new.json in
  [ -z "$stderr" ]
  grep -q '^{"kind":"model","task":"binary","calibration":{"kind":"calibration","method":"isotonic",.*},"booster":{"x": 1.50},"made_by":\[{"command":"dw-train"},{"command":"dw-calibrate",' new.json
  run -3 --separate-stderr dw-calibrate scores --label y --score score --model map.json in
  [[ $stderr == "dw-calibrate: map.json: not a model document of dw-train" ]]
  run -4 --separate-stderr dw-calibrate scores --label y --score score --model absent.json in
}
