# dw-compare --preset nannyml: chunks, thresholds from the reference's own, options and errors.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR"
}

setup_file() {
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_FILE_TMPDIR"
  dw-gen --scenario fraud-baseline --rows 5000 --seed 1 --step 1h --output base.ndjson
  dw-gen --scenario fraud-baseline --rows 2000 --seed 2 --step 1h --output calm.ndjson
  dw-gen --scenario fraud-feature-drift --rows 2000 --seed 3 --step 1h --output drifted.ndjson
}

data() { echo "$BATS_FILE_TMPDIR/$1"; }

# chunks CURRENT ARGUMENT...
chunks() {
  local current=$1
  shift
  dw-compare --preset nannyml --ref "$(data base.ndjson)" --id transaction_id --time ts --label is_fraud "$@" "$(data "$current")"
}

# how many findings match a pattern
count() { grep -c "$1" <<<"$output" || true; }

@test "chunks by size: the drifted columns raise an alert in every chunk" {
  run -1 --separate-stderr chunks drifted.ndjson --chunk-size 500 --checks column_drift
  [ -z "$stderr" ]
  [ "$(grep -o '"chunks":{"reference":10,"current":4,"alerts":\[{"rank":1,"column":"[a-z_]*","alerts":4},{"rank":2,"column":"[a-z_]*","alerts":4}' <<<"${lines[-1]}")" = \
    '"chunks":{"reference":10,"current":4,"alerts":[{"rank":1,"column":"geo_distance_km","alerts":4},{"rank":2,"column":"transaction_amount","alerts":4}' ]
  [ "$(count '"column":"transaction_amount".*"period":"analysis".*"drift":true')" -eq 4 ]
  [ "$(count '"chunk":{"index":3,"first_row":1500,"last_row":1999,')" -ge 5 ]
}

@test "another baseline: whole rows and most columns are quiet" {
  run -0 --separate-stderr chunks calm.ndjson --chunk-size 500 --checks column_drift,multivariate_drift --exit-zero
  [ "$(count '"drift":true,"severity":.*"detail"')" -le 3 ]
  [ "$(count '"check":"multivariate_drift".*"drift":false')" -eq 4 ]
}

@test "by count and by period" {
  run -0 --separate-stderr chunks drifted.ndjson --chunk-count 5 --exit-zero
  [[ "${lines[-1]}" == *'"chunks":{"reference":5,"current":5,'* ]]
  [[ "$stderr" == *"warning: the reference makes only 5 chunks"* ]]
  run -0 --separate-stderr chunks drifted.ndjson --chunk-period M --exit-zero --columns transaction_amount --checks column_drift
  grep -q '"start":"20[0-9][0-9]-[01][0-9]-01T00:00:00Z","end":"20[0-9][0-9]-[01][0-9]-01T00:00:00Z"' <<<"${lines[0]}"
  run -0 --separate-stderr chunks drifted.ndjson --chunk-period 1w --exit-zero --columns transaction_amount --checks column_drift
  run -0 --separate-stderr chunks drifted.ndjson --exit-zero
  [[ "${lines[-1]}" == *'"chunks":{"reference":10,"current":10,'* ]]
}

@test "the rest of the rows" {
  run -0 --separate-stderr chunks drifted.ndjson --chunk-size 450 --exit-zero --columns transaction_amount
  [[ "${lines[-1]}" == *'"chunks":{"reference":12,"current":5,'*'"warnings":["the last chunk of the reference has only 50 of 450 rows'* ]]
  [[ "$stderr" == *"dw-compare: warning: the last chunk of the reference has only 50 of 450 rows, and what is found in so few widens the thresholds; --chunk-rest append adds"* ]]
  run -0 --separate-stderr chunks drifted.ndjson --chunk-size 450 --chunk-rest append --exit-zero --columns transaction_amount
  [[ "${lines[-1]}" == *'"chunks":{"reference":11,"current":4,'*'"warnings":[]'* ]]
  [ -z "$stderr" ]
  run -0 --separate-stderr chunks drifted.ndjson --chunk-size 450 --chunk-rest drop --exit-zero --columns transaction_amount
  [[ "${lines[-1]}" == *'"chunks":{"reference":11,"current":4,'* ]]
}

@test "the reference's chunks are shown and never drift" {
  run -1 --separate-stderr chunks drifted.ndjson --chunk-size 500 --reference-chunks --method all
  [ "$(count '"column":"transaction_amount".*"period":"reference".*"method":"wasserstein"')" -eq 10 ]
  [ "$(count '"period":"reference".*"drift":true')" -eq 0 ]
  [ "$(count '"detail":{"alert":')" -eq "$(count '"period":')" ]
}

@test "the same bytes with any number of threads, from CSV and from a split input" {
  run -1 --separate-stderr chunks drifted.ndjson --threads 1
  one=$(sed 's/"made_by".*//' <<<"$output")
  run -1 --separate-stderr chunks drifted.ndjson --threads 3
  [ "$one" = "$(sed 's/"made_by".*//' <<<"$output")" ]
  cat "$(data base.ndjson)" "$(data drifted.ndjson)" >both.ndjson
  run -1 --separate-stderr dw-compare --preset nannyml --split 5000 --id transaction_id --time ts --label is_fraud both.ndjson
  [ "$one" = "$(sed 's/"made_by".*//' <<<"$output")" ]
  run -1 --separate-stderr dw-compare --preset nannyml --ref "$(data base.ndjson)" --id transaction_id --time ts --label is_fraud - <"$(data drifted.ndjson)"
  [ "$one" = "$(sed 's/"made_by".*//' <<<"$output")" ]
}

@test "rows and findings stay within memory" {
  run -5 --separate-stderr chunks drifted.ndjson --memory 200KiB
  [[ "$stderr" == "dw-compare: "*"rows and more are beyond what --memory allows"* ]]
  [ -z "$output" ]
  run -5 --separate-stderr chunks drifted.ndjson --memory 6MiB --chunk-size 5
  [[ "$stderr" == "dw-compare: "*"measures of 400 chunks are more findings than --memory allows: raise it, or make larger chunks" ]]
}

@test "options that do not go together" {
  run -2 --separate-stderr chunks drifted.ndjson --chunk-size 5 --chunk-count 5
  [[ "$stderr" == "dw-compare: --chunk-size, --chunk-count and --chunk-period exclude each other"* ]]
  run -2 --separate-stderr chunks drifted.ndjson --chunk-period fortnight
  [[ "$stderr" == 'dw-compare: --chunk-period: "fortnight" is neither a duration such as 1d or 12h, nor D, W, M, Q or Y'* ]]
  run -2 --separate-stderr dw-compare --preset nannyml --ref "$(data base.ndjson)" --chunk-period D "$(data drifted.ndjson)"
  [[ "$stderr" == "dw-compare: --chunk-period needs --time COLUMN"* ]]
  run -2 --separate-stderr dw-compare --ref "$(data base.ndjson)" --chunk-size 5 "$(data drifted.ndjson)"
  [[ "$stderr" == "dw-compare: --chunk-size goes with --preset nannyml"* ]]
  run -2 --separate-stderr chunks drifted.ndjson --correction bh
  [[ "$stderr" == "dw-compare: --correction does not go with --preset nannyml"* ]]
  run -2 --separate-stderr chunks drifted.ndjson --describe merchant_category
  [[ "$stderr" == "dw-compare: --describe does not go with --preset nannyml"* ]]
  run -2 --separate-stderr chunks drifted.ndjson --method psi
  [[ "$stderr" == 'dw-compare: --method: chunks are compared by jensenshannon, ks, '* ]]
  run -2 --separate-stderr chunks drifted.ndjson --chunk-rest keeps
  run -2 --separate-stderr chunks drifted.ndjson --chunk-size 0
}

@test "a record without an instant is bad data" {
  printf '{"ts":"2024-01-01","x":1}\n{"x":2}\n' >odd.ndjson
  run -3 --separate-stderr dw-compare --preset nannyml --ref odd.ndjson --time ts odd.ndjson
  [ "$stderr" = 'dw-compare: odd.ndjson:2: field "ts" is missing; each record needs its time' ]
}

@test "columns that follow each other exactly: no error, limits of no width, and no alert" {
  awk 'BEGIN { srand(3); print "a,b,c"; for (i = 0; i < 2000; i++) { x = rand(); printf "%.17g,%.17g,%.17g\n", x, x, 2 * x + 1 } }' >reference.csv
  awk 'BEGIN { srand(4); print "a,b,c"; for (i = 0; i < 2000; i++) { x = rand(); printf "%.17g,%.17g,%.17g\n", x, x, 2 * x + 1 } }' >current.csv
  for current in reference.csv current.csv; do
    dw-compare --exit-zero --preset nannyml --ref reference.csv $current | grep '"method":"pca_reconstruction"' >rows
    [ "$(wc -l <rows)" -ge 10 ]
    run ! grep -q '"drift":true' rows
    [ "$(grep -c '"statistic":0,' rows)" -eq "$(wc -l <rows)" ]
  done
  sed '1! s/,[^,]*$/,0.5/' current.csv >broken.csv
  dw-compare --exit-zero --preset nannyml --ref reference.csv broken.csv | grep '"method":"pca_reconstruction"' | grep -q '"drift":true'
}
