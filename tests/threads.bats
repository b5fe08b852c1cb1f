# Several threads at once, in commands and in the service. `make check` runs this file under the thread sanitizer, where a data race ends a
# command with status 66; here it holds that the number of threads changes no byte, and that nothing of what was sent at once is lost.

bats_require_minimum_version 1.5.0

setup_file()
{
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" F=$BATS_FILE_TMPDIR
  cd "$F" || return 1
  dw-gen --rows 6000 --seed 1 --threads 1 --output reference.ndjson
  dw-gen --rows 6000 --seed 2 --format csv --output current.csv
}

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }
teardown() { [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true; }

# COMMAND... with one thread and with four: the same bytes
alike()
{
  "$@" --threads 1 --output one 2>said || { echo "$* --threads 1: status $?"; cat said; return 1; }
  "$@" --threads 4 --output four 2>said || { echo "$* --threads 4: status $?"; cat said; return 1; }
  sed 's/"--threads","[14]"/"--threads","N"/; s/"--output","[a-z]*"/"--output","X"/' one >one.told
  sed 's/"--threads","[14]"/"--threads","N"/; s/"--output","[a-z]*"/"--output","X"/' four >four.told
  [ -s one ] || return 1
  cmp one.told four.told
}

@test "records are generated, damaged and read by several threads" {
  alike dw-gen --rows 6000 --seed 1
  cmp one "$F/reference.ndjson"
  alike dw-inject --column transaction_amount --op scale --factor 2 --seed 1 "$F/current.csv"
  alike dw-profile "$F/reference.ndjson"
}

@test "two sides are compared by several threads, column by column, all columns together and chunk by chunk" {
  alike dw-compare --ref "$F/reference.ndjson" --id transaction_id --time ts --exit-zero "$F/current.csv"
  alike dw-compare --ref "$F/reference.ndjson" --id transaction_id --multivariate all --permutations 50 --exit-zero "$F/current.csv"
  alike dw-compare --ref "$F/reference.ndjson" --id transaction_id --time ts --preset nannyml --chunk-size 1000 --exit-zero "$F/current.csv"
  alike dw-calibrate thresholds --ref "$F/reference.ndjson" --id transaction_id --time ts --rows 500 --runs 400
}

@test "no row is lost or read twice where tables do not fit into memory, in any format" {
  awk 'BEGIN { for (k = 0; k < 120; k++) same = same sprintf(",\"c%d\":%d", k, k % 7); for (i = 0; i < 16000; i++) printf "{\"n\":%d%s}\n", i, same }' >wide.ndjson
  dw-inject --format parquet --output wide.parquet wide.ndjson
  dw-inject --format csv --output wide.csv wide.ndjson
  for format in ndjson csv parquet; do
    alike dw-compare --memory 1MiB --exit-zero --ref wide.$format wide.$format
    jq -e -s '.[-1] | .reference_rows == 16000 and .current_rows == 16000' four
  done
}

@test "a service under load: four senders and three that look at it; every record is there at the end" {
  dw-serve --listen 127.0.0.1:0 --db sqlite:service.db 2>log 3>&- &
  server=$!
  for _ in {1..1500}; do
    if grep -qF '"event":"listening"' log; then break; fi
    sleep 0.04
  done
  port=$(sed -n 's/.*"event":"listening","address":"127.0.0.1:\([0-9]*\)".*/\1/p' log | head -n 1)
  [ -n "$port" ]
  clients=()
  for client in 1 2 3 4; do
    for n in {1..5}; do dw-gen --rows 40 --seed $((10 * client + n)) | sed "s/\"transaction_id\":\"tx_/\"id\":\"$client-$n-/" >"body.$client.$n"; done
    (for n in {1..5}; do
      curl -sS --fail-with-body -o "answer.$client.$n" -H 'Content-Type: application/x-ndjson' --data-binary @"body.$client.$n" \
        "http://127.0.0.1:$port/inference" || exit 1
    done) &
    clients+=($!)
  done
  for path in /metrics /stats '/records?limit=5'; do
    (for _ in {1..8}; do curl -sS --fail-with-body -o /dev/null "http://127.0.0.1:$port$path" || exit 1; done) &
    clients+=($!)
  done
  for client in "${clients[@]}"; do wait "$client" || { cat log answer.*; return 1; }; done
  kill -TERM "$server"
  wait "$server" || { echo "dw-serve: status $?"; cat log; return 1; }
  server=
  [ "$(dw-store get --db sqlite:service.db | wc -l)" -eq 800 ]
}
