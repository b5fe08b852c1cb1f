# dw-serve: records over the wire and into a database: with curl, beside dw-store, and killed in the middle of it. What each address answers is
# held to by tests/unit/test_resources.c.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  unset LOG_LEVEL DATABASE_URL EMBEDDING_DIM http_proxy
  command -v curl >/dev/null || skip 'no curl command'
}

teardown() { [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true; }

# Starts it in the background; `url` is where it is, the log stands in `log`.
serve()
{
  : >log # a server before this one left its port there
  dw-serve --listen 127.0.0.1:0 "$@" 2>log 3>&- &
  server=$!
  for _ in {1..2000}; do
    { read -r -d '' said <log || :; } 2>/dev/null
    if [[ $said =~ '"event":"listening","address":"127.0.0.1:'([0-9]+)'"' ]]; then port=${BASH_REMATCH[1]}; else port=; fi
    if [ -n "$port" ]; then break; fi
    kill -0 "$server" || { cat log; return 1; }
    sleep 0.03
  done
  [ -n "$port" ]
  url=http://127.0.0.1:$port
}

ended() # the server, told to end, does, and well
{
  kill -TERM "$server"
  wait "$server"
  server=
}

# CODE CURL-ARGUMENT...: the answer's body goes to `answer`, its head to `head`
ask()
{
  local want=$1 got
  shift
  got=$(curl -sS -m 120 -o answer -D head -w '%{http_code}' "$@") || return 1
  [ "$got" = "$want" ] || { echo "$got, not $want: $(cat answer)"; return 1; }
}

json='Content-Type: application/json' ndjson='Content-Type: application/x-ndjson'

@test "what is posted is there: for lists, for dw-store, and after a restart" {
  serve --model fraud
  [ -f var/driftwatch.db ]
  ask 200 -H "$json" -d '{"id":"a","input_data":{"amount":12.50},"prediction":0.93,"confidence":0.9}' "$url/inference"
  [ "$(cat answer)" = '{"accepted":1,"duplicates":0,"rejected":0,"id":"a"}' ]
  printf '%s\n' '{"id":"b","prediction":0.1}' '{"id":"a","prediction":0.1}' '{"id":"c"' >lines
  ask 200 -H "$ndjson" --data-binary @lines "$url/inference"
  jq -e '.accepted == 1 and .rejected == 2 and [.errors[].line] == [2, 3]' answer
  ask 200 -H "$json" -d '{"id":"b","label":1}' "$url/labels"
  dw-store get --labels >got
  [ "$(sed -n 1p got)" = '{"id":"a","input_data":{"amount":12.50},"prediction":0.93,"confidence":0.9}' ]
  [ "$(sed -n 2p got)" = '{"id":"b","prediction":0.1,"label":1}' ]
  [ "$(wc -l <got)" -eq 2 ]
  dw-gen --rows 1000 --seed 3 >others
  dw-store put --quiet others >stored # another process puts meanwhile
  ended
  serve --db sqlite:var/driftwatch.db
  ask 200 -H 'Accept: application/x-ndjson' "$url/records?model=fraud"
  [ "$(wc -l <answer)" -eq 2 ]
  ask 200 "$url/stats"
  jq -e '[.records[] | select(.record == "inference") | .records] | add == 1002' answer
  ended
}

@test "bulk: long, compressed, in chunks; the same again are duplicates" {
  DATABASE_URL=sqlite:own.db serve
  [ -f own.db ]
  dw-gen --rows 8000 --seed 1 >rows
  gzip -k rows
  zstd -q rows
  ask 200 -H "$ndjson" --data-binary @rows "$url/inference"
  [ "$(cat answer)" = '{"accepted":8000,"duplicates":0,"rejected":0,"errors":[]}' ]
  ask 200 -H "$ndjson" -H 'Content-Encoding: gzip' --data-binary @rows.gz "$url/inference"
  jq -e '.duplicates == 8000' answer
  ask 200 -H "$ndjson" -H 'Content-Encoding: zstd' -H 'Transfer-Encoding: chunked' --data-binary @rows.zst "$url/inference"
  jq -e '.duplicates == 8000' answer
  head -c 100000 rows.zst >cut.zst
  ask 400 -H "$ndjson" --data-binary @cut.zst "$url/inference"
  grep -q 'cut short' answer
  head -c 17000000 /dev/zero | tr '\0' ' ' >spaces
  ask 413 -H "$json" --data-binary @spaces "$url/inference"
  ended
  dw-store get --db sqlite:own.db | cmp - rows
}

@test "a base path, HEAD, tokens for scopes and models" {
  echo "shop ingest,read m sha256:$(printf %s secret | sha256sum | cut -d ' ' -f 1)" >tokens
  serve --db sqlite:r.db --base-path /dw --token-file tokens
  ask 401 -H "$json" -d '{"id":1}' "$url/dw/inference"
  ask 200 -H "$json" -H 'Authorization: Bearer secret' -d '{"id":1,"model_id":"m"}' "$url/dw/inference"
  ask 403 -H "$json" -H 'Authorization: Bearer secret' -d '{"id":1,"model_id":"n"}' "$url/dw/inference"
  ask 200 -I "$url/dw/readyz"
  [ ! -s answer ] || [ "$(head -c 4 answer)" = HTTP ]
  grep -q '^Content-Length: 6' head
  ask 405 "$url/dw/inference"
  grep -q '^Allow: POST' head
  ended
}

@test "what is older than its table keeps is removed, in the service too" {
  printf '{"id":"%s","confidence":0.5}\n' a b c >records
  DW_NOW=$(date -u -d '2 days ago' +%Y-%m-%dT%H:%M:%SZ) dw-store put --quiet --db sqlite:r.db --kind inference records >put
  serve --db sqlite:r.db --clean-up 200ms --keep inference_logs=1d
  ask 200 -H "$json" -d '{"id":"new","confidence":0.5}' "$url/inference"
  for _ in $(seq 200); do grep -q '"event":"removed"' log && break; sleep 0.04; done
  grep -q '"event":"removed","records":3}' log
  ask 200 "$url/records"
  [ "$(jq -r '.records[].id' answer)" = new ]
  ended
  run -2 dw-serve --listen 127.0.0.1:0 --db sqlite:r.db --keep logs=1d
  [[ $output == *'--keep: "logs=1d" is not TABLE=TIME'* ]]
}

@test "an embedding of another dimension is rejected" {
  EMBEDDING_DIM=3 serve --db sqlite:r.db
  ask 400 -H "$json" -d '{"id":1,"embedding":[1,2]}' "$url/embeddings"
  grep -qF 'field \"embedding\" has 2 dimensions, not 3' answer
  ask 200 -H "$json" -d '{"id":1,"embedding":[1,2,3]}' "$url/embeddings"
  ended
}

@test "databases that it does not open" {
  run -2 --separate-stderr env EMBEDDING_DIM=many dw-serve --listen 127.0.0.1:0
  [ "${stderr_lines[0]}" = 'dw-serve: EMBEDDING_DIM: "many" is no number from 1 to 65536' ]
  run -2 --separate-stderr dw-serve --listen 127.0.0.1:0 --db mysql://x
  [[ "${stderr_lines[0]}" = 'dw-serve: mysql://… names no database of records; sqlite:FILE and postgresql://… do' ]]
  run -4 --separate-stderr dw-serve --listen 127.0.0.1:0 --db sqlite:no/folder/r.db
  n=1 older=
  while [ -z "$older" ] && [ "$n" -lt 400 ]; do # a migration that was killed between two versions
    rm -f old.db*
    DW_FAULT_WRITE=$n dw-store migrate --db sqlite:old.db >out 2>err || true
    if dw-store get --db sqlite:old.db 2>&1 | grep -q 'its schema is version 1 '; then older=yes; fi
    n=$((n + 29)) # some sixty writes lie between the two
  done
  [ "$older" = yes ]
  run -3 --separate-stderr dw-serve --listen 127.0.0.1:0 --db sqlite:old.db
  [[ "${stderr_lines[0]}" = 'dw-serve: old.db: its schema is version 1 (tables), this program'*'run dw-store migrate' ]]
  dw-store migrate --db sqlite:old.db
  serve --db sqlite:old.db
  ask 200 "$url/readyz"
  ended
}

@test "while it ends it is not ready, and what is under way is answered" {
  serve --db sqlite:r.db
  exec 8<>"/dev/tcp/127.0.0.1/$port" 9<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\n' >&8
  printf 'POST /inference HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n{"id"' >&9
  until curl -sS "$url/metrics" | grep -qx 'dw_http_connections 3'; do sleep 0.04; done
  kill -TERM "$server"
  until grep -q '"event":"draining"' log; do sleep 0.04; done
  printf '\r\n' >&8
  printf ':1}' >&9
  timeout 60 cat <&8 >ready
  timeout 60 cat <&9 >posted
  exec 8>&- 9>&-
  head -n 1 ready | grep -q '^HTTP/1.1 503 '
  grep -q 'the server is being ended' ready
  head -n 1 posted | grep -q '^HTTP/1.1 200 '
  wait "$server"
  server=
  [ "$(dw-store get --db sqlite:r.db)" = '{"id":1}' ]
}

@test "metrics are as Prometheus wants them" {
  command -v promtool >/dev/null || skip 'no promtool (package prometheus)'
  serve --db sqlite:r.db
  ask 200 -H "$json" -d '{"id":1,"model_id":"a\"\\b\nc"}' "$url/inference"
  ask 400 -H "$json" -d '{"id":' "$url/inference"
  ask 200 "$url/metrics"
  promtool check metrics <answer >said 2>&1 || { cat said; return 1; }
  [ ! -s said ]
  ended
}

@test "metrics: each name has one HELP and one TYPE, in front of its samples" {
  serve --db sqlite:r.db
  ask 200 -H "$json" -d '{"id":1,"model_id":"m"}' "$url/inference"
  ask 200 "$url/metrics"
  awk '
    /^# HELP / { if (help[$3]++) { print "two HELP: " $3; bad = 1 } next }
    /^# TYPE / { if (type[$3]++ || !help[$3]) { print "TYPE: " $3; bad = 1 } now = $3; next }
    { name = $1; sub(/[{].*/, "", name); base = name; sub(/_(bucket|sum|count)$/, "", base)
      if (name != now && base != now) { print "out of its family: " $0; bad = 1 }
      if (NF != 2) { print "not name and value: " $0; bad = 1 } samples++ }
    END { exit bad || samples < 30 }' answer
  [ "$(tail -c 1 answer | od -An -c | tr -d ' ')" = '\n' ]
  grep -qx 'dw_records_accepted_total{kind="inference",model="m"} 1' answer
  grep -qx 'dw_store_commit_duration_seconds_count 1' answer
  grep -q '^dw_http_requests_total{route="/inference",method="POST",code="200"} 1' answer
  ended
}

# ROUND CLIENT: 1,500 single posts on one connection, after every fiftieth one of 200 lines; what was told 200 stands in `acked.CLIENT`
load()
{
  awk -v url="$url" -v json="$json" -v ndjson="$ndjson" -v name="$1-$2" -v file="bulk.$2" '
    function post(type, data, id) {
      printf "url = \"%s/inference\"\nheader = \"%s\"\n%s\noutput = \"/dev/null\"\nwrite-out = \"%%{http_code} %s\\n\"\nnext\n", url, type, data, id
    }
    BEGIN {
      for (i = 1; i <= 1500; i++) {
        post(json, "data = \"{\\\"id\\\":\\\"s-" name "-" i "\\\"}\"", "s-" name "-" i)
        if (i % 50) continue
        for (k = 1; k <= 200; k++) print "{\"id\":\"b-" name "-" i "-" k "\"}" >(file "." i)
        close(file "." i)
        post(ndjson, "data-binary = \"@" file "." i "\"", "b-" name "-" i)
      }
    }' >"posts.$2"
  curl -s -m 60 -K "posts.$2" >"acked.$2" 2>/dev/null || true
}

@test "killed under load, time and again: every record that was acknowledged is there" {
  local acked=0 refused=0
  for round in $(seq "${KILL_ROUNDS:-2}"); do
    serve --db sqlite:r.db
    clients=
    for client in 1 2 3; do
      load "$round" "$client" 3>&- &
      clients="$clients $!"
    done
    until [ -s acked.1 ] || [ -s acked.2 ] || [ -s acked.3 ]; do kill -0 "$server" && sleep 0.02; done # curl writes down hundreds at once
    sleep "0.0$((round % 4 + 1))$((round * 7 % 10))"
    kill -KILL "$server"
    wait "$server" || true
    server=
    # shellcheck disable=SC2086 # a list of processes
    wait $clients
    sed -n 's/^200 //p' acked.* | while read -r id; do
      case $id in
      b-*) seq -f "$id-%.0f" 200 ;;
      *) echo "$id" ;;
      esac
    done >>want
    acked=$((acked + $(cat acked.* | grep -c '^200 ' || true)))
    refused=$((refused + $(cat acked.* | grep -c '^000 ' || true)))
    rm -f acked.*
  done
  dw-store get --db sqlite:r.db | jq -r .id | sort >there
  sort want >sorted
  [ -z "$(comm -23 sorted there | head)" ]
  [ -z "$(uniq -d there)" ]
  echo "$acked posts acknowledged, $refused not"
  [ "$acked" -gt 100 ]
  [ "$refused" -gt 100 ] # or nothing was killed in the middle
}

# Checks are made while records come in: at the beginning of a second here, every five minutes by default.
@test "what is stored is checked at its times, and runs and alerts stand beside it, to be asked for and acknowledged" {
  dw-gen --rows 3000 --step 30s --start "$(date -u -d '-1500 minutes' +%FT%TZ)" --scenario fraud-baseline --output old.ndjson
  dw-gen --rows 110 --step 30s --start "$(date -u -d '-59 minutes' +%FT%TZ)" --scenario fraud-feature-drift --seed 5 --output new.ndjson
  head -n 2850 old.ndjson | cat - new.ndjson >all.ndjson # the last hour has drifted
  dw-store put --quiet --db sqlite:r.db --model fraud all.ndjson >put
  serve --db sqlite:r.db --every 1s --open-after 1
  for _ in {1..200}; do
    if dw-store get --quiet --db sqlite:r.db --kind run --model fraud --strays 2>/dev/null | grep -q '"verdict":"drift"'; then break; fi
    sleep 0.1
  done
  dw-store get --quiet --db sqlite:r.db --kind run --model fraud --strays >runs
  grep -q '"verdict":"drift"' runs
  ask 200 "$url/records?kind=alert"
  grep -q '"change":"opened"' answer
  ask 200 "$url/drift/latest?model=fraud"
  jq -e '.kind == "run" and .model == "fraud"' answer
  ask 404 "$url/drift/latest?model=other"
  ask 200 "$url/drift/history?model=fraud&limit=1"
  jq -e '(.runs | length) == 1 and .runs[0].kind == "run"' answer
  ask 200 "$url/report?model=fraud"
  grep -q '^Content-Type: text/html; charset=utf-8' head
  grep -q "^Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" head
  grep -q 'geo_distance_km' answer
  grep -q '</html>' answer
  ask 200 "$url/alerts?model=fraud&state=open"
  jq -e '[.alerts[] | .check] == ["data_drift"] and .alerts[0].alert.state == "open" and .alerts[0].silenced == false' answer
  ask 409 -H "$json" -d '{"check":"silence","who":"ann"}' "$url/alerts/fraud/ack"
  ask 200 -H "$json" -d '{"check":"data_drift","who":"ann","why":"a sale"}' "$url/alerts/fraud/ack"
  jq -e '.alert.acknowledged.who == "ann" and .alert.acknowledged.why == "a sale"' answer
  ask 200 -H "$json" -d '{"until":"2199-01-01T00:00:00Z","who":"ann"}' "$url/alerts/fraud/silence"
  ask 200 "$url/alerts?state=open"
  jq -e '.alerts[0].silenced' answer
  ended
}
