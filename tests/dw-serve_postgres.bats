# dw-serve with PostgreSQL: a server of the tests' own. Skipped where no server is installed.

bats_require_minimum_version 1.5.0
load postgres_server

setup_file() { pg_start; }
teardown_file() { pg_stop; }

setup()
{
  [ -n "${PG_UP:-}" ] || skip 'no PostgreSQL server is installed'
  command -v curl >/dev/null || skip 'no curl command'
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  unset LOG_LEVEL EMBEDDING_DIM http_proxy
  export ASAN_OPTIONS=detect_leaks=0 PGPASSWORD=secret
  pg_sql -c "CREATE SCHEMA t$BATS_TEST_NUMBER"
  export DATABASE_URL="postgresql://tester@/postgres?host=$PG_DATA/socket&port=$PG_PORT&options=-csearch_path%3Dt$BATS_TEST_NUMBER&connect_timeout=1" # a server that is gone is waited for three times as long
  : >log # a server before this one left its port there
  dw-serve --listen 127.0.0.1:0 2>log 3>&- &
  server=$!
  port=
  for _ in {1..2000}; do
    { read -r -d '' said <log || :; } 2>/dev/null
    if [[ $said =~ '"event":"listening","address":"127.0.0.1:'([0-9]+)'"' ]]; then port=${BASH_REMATCH[1]}; else port=; fi
    if [ -n "$port" ]; then break; fi
    kill -0 "$server" || { cat log; return 1; }
    sleep 0.03
  done
  url=http://127.0.0.1:$port
}

teardown() { [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true; }

# CODE CURL-ARGUMENT...: the answer's body goes to `answer`
ask()
{
  local want=$1 got
  shift
  got=$(curl -sS -m 120 -o answer -w '%{http_code}' "$@") || return 1
  [ "$got" = "$want" ] || { echo "$got, not $want: $(cat answer)"; return 1; }
}

json='Content-Type: application/json' ndjson='Content-Type: application/x-ndjson'

@test "postgres: records in, pages of them out, with labels" {
  dw-gen --rows 2500 --seed 1 >rows
  ask 200 -H "$ndjson" --data-binary @rows "$url/inference"
  jq -e '.accepted == 2500' answer
  ask 200 -H "$json" -d '{"id":"a","model_id":"m","prediction":1.10}' "$url/inference"
  ask 409 -H "$json" -d '{"id":"a","model_id":"m","prediction":1.1}' "$url/inference"
  ask 200 -H "$json" -d '{"id":"a","label":0}' "$url/labels"
  cursor= pages=0
  : >got
  while :; do
    ask 200 "$url/records?limit=700$cursor"
    jq -r '.records[].id, .next' answer >page
    head -n -1 page >>got
    pages=$((pages + 1)) next=$(tail -n 1 page)
    [ "$next" != null ] || break
    cursor="&cursor=$next"
  done
  [ "$pages" -eq 4 ]
  [ "$(wc -l <got)" -eq 2501 ]
  [ -z "$(sort got | uniq -d)" ]
  ask 200 "$url/records?model=m&labels=1"
  grep -qF '"content":{"id":"a","model_id":"m","prediction":1.10,"label":0}' answer
  ask 200 "$url/stats"
  jq -e '[.records[] | .records] | add == 2502' answer
  ask 200 "$url/metrics"
  grep -qx 'dw_store_up 1' answer
  kill -TERM "$server"
  wait "$server"
  server=
}

@test "postgres: while it is away nothing is accepted; when it is back, all goes on" {
  ask 200 -H "$json" -d '{"id":1}' "$url/inference"
  ask 200 "$url/readyz"
  pg_program pg_ctl -D "$PG_DATA/data" -m fast stop >stop 2>&1
  ask 503 "$url/readyz"
  ask 503 -H "$json" -d '{"id":2}' "$url/inference"
  grep -q '"event":"not stored"' log
  [ "$(grep -c secret log)" -eq 0 ]
  ask 200 "$url/livez"
  ask 200 "$url/metrics"
  grep -qx 'dw_store_up 0' answer
  pg_up 60 3>&-
  ask 200 "$url/readyz"
  ask 200 -H "$json" -d '{"id":2}' "$url/inference"
  ask 200 "$url/records"
  jq -e '[.records[].id] == ["1", "2"]' answer
  kill -TERM "$server"
  wait "$server"
  server=
}
