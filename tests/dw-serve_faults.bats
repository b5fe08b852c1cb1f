# dw-serve among faults: killed under load, without its database, without room, beside senders of every bad kind, as process 1. The clients
# are in tests/serve_faults.py. `make test-kills` kills it 50 times on each database (KILL_ROUNDS).

bats_require_minimum_version 1.5.0

setup_file()
{
  . "$BATS_TEST_DIRNAME/postgres_server.bash"
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" ASAN_OPTIONS=detect_leaks=0 no_proxy=127.0.0.1 PG_UP=
  cd "$BATS_FILE_TMPDIR" || return 1
  pg_start 3>&-
}

teardown_file()
{
  . "$BATS_TEST_DIRNAME/postgres_server.bash"
  pg_stop
}

setup()
{
  . "$BATS_TEST_DIRNAME/postgres_server.bash"
  cd "$BATS_TEST_TMPDIR" || return 1
  command -v python3 >/dev/null || skip 'no python3 for the clients'
  command -v curl >/dev/null || skip 'there is no curl'
  unset LOG_LEVEL PROMETHEUS_PORT DATABASE_URL DW_NOW CHECK_INTERVAL_SECONDS
  faults=$BATS_TEST_DIRNAME/serve_faults.py
}

teardown()
{
  for process in ${server:-} ${client:-}; do kill -KILL "$process" 2>/dev/null || true; done
  [ -z "${mounted:-}" ] || umount "$mounted" || true
}

# Waits for the service that writes to `log`: `port` is where it listens.
listening()
{
  for ((tries = 0; tries < 3000; tries++)); do
    log=; [ ! -e log ] || log=$(<log)
    if [[ $log =~ '"event":"listening","address":"127.0.0.1:'([0-9]+)'"' ]]; then
      port=${BASH_REMATCH[1]} url=http://127.0.0.1:${BASH_REMATCH[1]}
      return 0
    fi
    sleep 0.02
  done
  cat log
  return 1
}

serve()
{
  : >log # a server before this one left its port there
  dw-serve --listen 127.0.0.1:0 "$@" 2>log 3>&- &
  server=$!
  listening
}

code() { curl -sS --max-time 100 -D head -o answer -w '%{http_code}' "$@"; }
post() { code -H 'Content-Type: application/json' -d "$1" "$url/inference"; }

new_database()
{
  [ -n "$PG_UP" ] || skip 'no PostgreSQL server is installed'
  pg_sql -c 'DROP DATABASE IF EXISTS faults WITH (FORCE)' -c 'CREATE DATABASE faults'
  db=postgresql://tester:secret@127.0.0.1:$PG_PORT/faults
}

@test "killed under load beside put, prune and checks: no acknowledged record and no notification is lost (sqlite)" {
  python3 "$faults" kills sqlite:r.db "${KILL_ROUNDS:-2}" 3>&-
}

@test "killed under load beside put, prune and checks: no acknowledged record and no notification is lost (postgres)" {
  new_database
  python3 "$faults" kills "$db" "${KILL_ROUNDS:-2}" 3>&-
}

@test "the database goes and comes back under load: nothing that was acknowledged is lost, and no restart is needed" {
  new_database
  serve --db "$db?connect_timeout=1"
  python3 "$faults" load "$port" 3>&- &
  client=$!
  until [ -s acked ]; do sleep 0.02; done
  $PG_AS "$PG_BIN/pg_ctl" -D "$PG_DATA/data" -m immediate stop >stopped 2>&1
  until grep -q '^503' refused; do sleep 0.05; done
  [ "$(code "$url/readyz")" = 503 ]
  grep -qi '^Retry-After: [0-9]' head
  [ "$(code "$url/livez")" = 200 ]
  [ "$(code "$url/metrics")" = 200 ]
  grep -qx 'dw_store_up 0' answer
  [ "$(post '{"id":"away"}')" = 503 ]
  grep -qi '^Retry-After: [0-9]' head
  before=$(wc -l <acked)
  pg_up 60 3>&-
  for _ in {1..600}; do
    if [ "$(wc -l <acked)" -gt $((before + 20)) ]; then break; fi
    sleep 0.05
  done
  [ "$(wc -l <acked)" -gt $((before + 20)) ] || { tail -n 3 refused; tail -n 5 log; wc -l acked refused; return 1; }
  [ "$(code "$url/readyz")" = 200 ]
  : >stop
  wait "$client"
  client=
  [ "$(grep -vc '^503 [0-9]' refused)" -eq 0 ] || { cat refused; return 1; } # never another answer, never a broken connection
  dw-store get --quiet --db "$db" | jq -r .id | sort >there
  [ -z "$(sort acked | comm -23 - there)" ]
  kill -0 "$server"
}

@test "no room: when a file may not grow nothing more is accepted, reads go on" {
  exec 7> >(cat >log)
  (ulimit -c 0 && ulimit -f 600 && exec dw-serve --listen 127.0.0.1:0 --db sqlite:r.db 2>&7 3>&-) 7>&7 &
  server=$!
  exec 7>&-
  listening
  printf -v padding '%3000s'
  for i in {1..400}; do
    said=$(post "{\"id\":\"n$i\",\"x\":\"$padding\"}")
    [ "$said" = 200 ] || break
    echo "n$i" >>acked
  done
  [[ $said == 50[37] ]] || { cat answer log; return 1; } # SQLite does not say whether it was the room
  [ "$(wc -l <acked)" -gt 10 ] || { wc -l acked; ls -l; cat answer; return 1; }
  [ "$(code "$url/livez")" = 200 ]
  [ "$(code -H 'Accept: application/x-ndjson' "$url/records?limit=10000")" = 200 ]
  [ "$(wc -l <answer)" -eq "$(wc -l <acked)" ]
  kill -0 "$server"
}

@test "no room: a small disk is 507 before it is full, and 200 when there is room again" {
  [ "$(id -u)" -eq 0 ] || skip 'only root mounts a disk'
  mkdir disk
  mount -t tmpfs -o size=400m none disk 2>/dev/null || skip 'a disk cannot be mounted here'
  mounted=$PWD/disk
  serve --db sqlite:disk/r.db
  [ "$(post '{"id":"a"}')" = 200 ]
  head -c 200M /dev/zero >disk/other
  [ "$(post '{"id":"b"}')" = 507 ]
  [ "$(code "$url/records")" = 200 ]
  rm disk/other
  [ "$(post '{"id":"b"}')" = 200 ]
  kill -TERM "$server"
  wait "$server"
  server=
}

@test "slow, malformed, oversize and strange requests, and 1,000 idle connections: each is answered, and posts go on (sqlite)" {
  serve --db sqlite:r.db
  python3 "$faults" hostile "$port" "$server" 3>&-
  [ "$(code "$url/readyz")" = 200 ]
  kill -TERM "$server"
  wait "$server"
  server=
  dw-store stats --db sqlite:r.db >stats
}

@test "texts that would be commands of a database are stored, and found again (postgres; DW_SUITE=full: all those requests)" {
  new_database
  serve --db "$db"
  python3 "$faults" nasty "$port" "$server" 3>&-
  [ "$(code "$url/readyz")" = 200 ]
  kill -TERM "$server"
  wait "$server"
  server=
}

@test "wrong tokens and wrong hosts, on every address" {
  printf '%s\n' "shop ingest fraud sha256:$(printf %s abc | sha256sum | cut -d ' ' -f 1)" >tokens
  serve --db sqlite:r.db --token-file tokens --base-path /dw
  asked=() wanted=() # by one curl
  request() { asked+=(--next -sS --max-time 100 -o answer -w '%{http_code} ' "${body[@]}" "$@"); }
  for at in 'GET metrics' 'GET records' 'GET stats' 'GET models' 'GET drift/latest' 'GET drift/history' 'GET report' 'GET alerts' \
    'POST inference' 'POST labels' 'POST interactions' 'POST embeddings' 'POST score' 'POST alerts/m/ack' 'POST alerts/m/silence'; do
    method=${at% *} body=()
    [ "$method" = GET ] || body=(-H 'Content-Type: application/json' -d '{"id":"x","model_id":"other"}')
    for where in "$url/dw/${at#* }" "$url/${at#* }"; do
      request "$where"
      request -H 'Authorization: Bearer abd' "$where"
      request -H 'Authorization: Basic abc' "$where"
      request "$where?token="
      request -H 'Host: evil.example' -H 'Authorization: Bearer abc' "$where"
      request -H 'Authorization: Bearer abc' "$where"
      case $at in *score) wanted+=(401 401 401 401 421 503) ;; *) wanted+=(401 401 401 401 421 403) ;; esac
    done
  done
  said=$(curl "${asked[@]:1}")
  [ "$said" = "${wanted[*]} " ] || { echo "$said"; return 1; }
  for path in /dwx/livez /dw/dw/livez /DW/livez /dw//livez /dwlivez; do [ "$(code --path-as-is "$url$path")" = 404 ] || { echo "$path"; return 1; }; done
  [ "$(code "$url/dw")" = 308 ]
  [ "$(dw-store get --db sqlite:r.db | wc -l)" -eq 0 ]
}

@test "SIGTERM as process 1: what is under way is answered and stored, and whoever never ends does not hold it" {
  [ "$(id -u)" -eq 0 ] || skip 'only root makes a space of processes'
  unshare --pid --fork true 2>/dev/null || skip 'there is no unshare'
  : >log # a server before this one left its port there
  unshare --pid --fork --kill-child dw-serve --listen 127.0.0.1:0 --db sqlite:r.db --drain 3s 2>log 3>&- &
  client=$!
  listening
  server=$(cat "/proc/$client/task/$client/children")
  server=${server% }
  exec 8<>"/dev/tcp/127.0.0.1/$port" 9<>"/dev/tcp/127.0.0.1/$port"
  printf 'POST /inference HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\n\r\n{"id"' >&8
  printf 'POST /inference HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\n\r\n{"id"' >&9 # never goes on
  until curl -sS "$url/metrics" | grep -qx 'dw_http_connections 3'; do sleep 0.02; done
  kill -TERM "$server"
  SECONDS=0
  until grep -q '"event":"draining"' log; do sleep 0.02; done
  printf ':"last"}' >&8
  timeout 60 head -n 1 <&8 | grep -q '^HTTP/1.1 200 '
  wait "$client" || true
  client=
  [ "$SECONDS" -le 10 ]
  server=
  exec 8>&- 9>&-
  grep -q '"event":"stopped, requests cut off"' log
  [ "$(dw-store get --db sqlite:r.db)" = '{"id":"last"}' ]
}
