# dw-serve: what the environment says, each with what it changes; limits of the server; a port for /metrics alone.

bats_require_minimum_version 1.5.0

load ports

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" DW_NOW=2026-01-02T01:00:00Z ASAN_OPTIONS=detect_leaks=0
  unset DATABASE_URL CHECK_INTERVAL_SECONDS EMBEDDING_DIM EMBEDDING_COSINE_THRESHOLD EMBEDDING_DRIFT_THRESHOLD REFUSAL_RATE_THRESHOLD \
    TOXICITY_RATE_THRESHOLD ACCURACY_DROP_POINTS ACCURACY_DROP_THRESHOLD PROMETHEUS_PORT LOG_LEVEL
}

teardown() { [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true; }

serve()
{
  : >log # a server before this one left its port there
  env -u DW_NOW dw-serve --listen 127.0.0.1:0 "$@" 2>log 3>&- &
  server=$!
  for _ in {1..2000}; do
    { read -r -d '' said <log || :; } 2>/dev/null
    if [[ $said =~ '"event":"listening","address":"127.0.0.1:'([0-9]+)'"' ]]; then port=${BASH_REMATCH[1]}; else port=; fi
    if [ -n "$port" ]; then return 0; fi
    kill -0 "$server" || break
    sleep 0.03
  done
  cat log
  return 1
}

# 120 interactions of the first hour of a day: SHARE of them refused, as many toxic, FEEDBACK to each, embeddings at ANGLE ("": none).
interactions() # DAY SHARE FEEDBACK ANGLE
{
  awk -v day="$1" -v share="$2" -v feedback="$3" -v angle="$4" 'BEGIN {
    for (i = 0; i < 120; i++) {
      a = angle + (i * 37 % 101 - 50) / 250
      printf "{\"id\":\"%s-%d\",\"ts\":\"%sT00:%02d:%02dZ\",\"query\":\"q\",\"refusal\":%d,\"toxicity\":%d,\"feedback\":%s",
        day, i, day, i / 2, i % 2 * 30, i < share * 120, i < share * 120, feedback
      if (angle != "") printf ",\"embedding\":[%.6f,%.6f,%.6f]", cos(a), sin(a), (i * 53 % 97) / 970
      print "}"
    }
  }' >"$1.ndjson"
  DW_NOW="$1T01:00:00Z" dw-store put --quiet --db sqlite:r.db --model m --kind interaction "$1.ndjson" >/dev/null
}

once() # STATUS [SETTING...]
{
  want=$1
  shift
  run --separate-stderr env "$@" dw-serve --once --db sqlite:r.db --model m --window 60m --baseline 'trailing(22h,26h)'
  [ "$status" -eq "$want" ] || { echo "status $status with $*: $output $stderr"; return 1; }
}

@test "DATABASE_URL is the database where --db is not given" {
  DATABASE_URL=sqlite:here.db serve
  [ -s here.db ]
  [ ! -e var ]
}

@test "CHECK_INTERVAL_SECONDS is the grid of the checks where --every is not given" {
  echo '{"id":"a","prediction":1}' | env -u DW_NOW dw-store put --quiet --db sqlite:r.db --model m >/dev/null
  CHECK_INTERVAL_SECONDS=1 serve --db sqlite:r.db
  for _ in $(seq 100); do
    env -u DW_NOW dw-store get --quiet --db sqlite:r.db --kind run --model m --strays >runs 2>/dev/null
    if [ "$(wc -l <runs)" -ge 3 ]; then break; fi
    sleep 0.2
  done
  [ "$(wc -l <runs)" -ge 3 ] # the default, 5 minutes, would have made one at most
}

@test "EMBEDDING_DIM refuses embeddings of another dimension" {
  command -v curl >/dev/null || skip "there is no curl"
  EMBEDDING_DIM=3 serve --db sqlite:r.db
  for vector in '[1,2]' '[1,2,3]'; do
    curl -sS -o answer -w '%{http_code}\n' -d "{\"embedding\":$vector}" -H 'Content-Type: application/json' "http://127.0.0.1:$port/embeddings"
  done >codes
  [ "$(tr '\n' ' ' <codes)" = '400 200 ' ]
}

@test "REFUSAL_RATE_THRESHOLD and TOXICITY_RATE_THRESHOLD are limits of the rates" {
  interactions 2026-01-02 0.3 1 ''
  once 1
  once 1 REFUSAL_RATE_THRESHOLD=0.4
  once 1 TOXICITY_RATE_THRESHOLD=0.4
  once 0 REFUSAL_RATE_THRESHOLD=0.4 TOXICITY_RATE_THRESHOLD=0.4
  once 1 REFUSAL_RATE_THRESHOLD=0.29 TOXICITY_RATE_THRESHOLD=off
  jq -e -s 'any(.kind == "watch" and .check == "refusal_rate" and .drift)' <<<"$output"
}

@test "ACCURACY_DROP_THRESHOLD is a share, ACCURACY_DROP_POINTS takes its place" {
  interactions 2025-12-01 0 0.9 ''
  interactions 2026-01-02 0 0.7 ''
  once 1
  once 0 ACCURACY_DROP_THRESHOLD=0.3
  once 1 ACCURACY_DROP_POINTS=0.15
  once 0 ACCURACY_DROP_POINTS=0.25
  once 1 ACCURACY_DROP_POINTS=0.15 ACCURACY_DROP_THRESHOLD=0.9
}

@test "EMBEDDING_COSINE_THRESHOLD and EMBEDDING_DRIFT_THRESHOLD judge the centroids of embeddings" {
  interactions 2026-01-01 0 1 0
  interactions 2026-01-02 0 1 0.5 # a distance of 0.12
  for setting in NONE=1 EMBEDDING_COSINE_THRESHOLD=0.2 EMBEDDING_COSINE_THRESHOLD=0.05 EMBEDDING_DRIFT_THRESHOLD=0.2 EMBEDDING_DRIFT_THRESHOLD=0.05; do
    cp r.db "$setting.db" # an alert that opens would change the next baseline
    run --separate-stderr env "$setting" dw-serve --once --db "sqlite:$setting.db" --model m --baseline 'trailing(22h,26h)'
    jq -r -s --arg set "$setting" 'map(select(.kind == "finding" and .method == "centroid_cosine")) | "\($set) \(map("\(.threshold) \(.drift)"))"' <<<"$output"
  done >said
  cat >want <<'END'
NONE=1 ["0.1 true"]
EMBEDDING_COSINE_THRESHOLD=0.2 ["0.2 false"]
EMBEDDING_COSINE_THRESHOLD=0.05 ["0.05 true"]
EMBEDDING_DRIFT_THRESHOLD=0.2 ["0.2 false"]
EMBEDDING_DRIFT_THRESHOLD=0.05 ["0.05 true"]
END
  diff want said
  jq -e -s 'map(select(.kind == "finding" and .column == "embedding" and .check == "embedding_drift") | .method) | sort == ["centroid_cosine", "mmd", "variance_change"]' <<<"$output"
}

@test "PROMETHEUS_PORT answers /metrics, and nothing else" {
  command -v curl >/dev/null || skip "there is no curl"
  for _ in $(seq 20); do
    other=$(free_port)
    PROMETHEUS_PORT=$other serve --db sqlite:r.db && break # somebody may have the port
    port=
  done
  [ -n "$port" ]
  for path in /metrics /livez /stats /inference; do curl -sS -o "answer" -w '%{http_code}\n' "http://127.0.0.1:$other$path"; done >codes
  [ "$(tr '\n' ' ' <codes)" = '200 404 404 404 ' ]
  curl -sS -D head "http://127.0.0.1:$other/metrics" >metrics
  grep -q '^Content-Type: text/plain; version=0.0.4; charset=utf-8' head
  grep -q '^dw_store_up 1$' metrics
  curl -sS "http://127.0.0.1:$port/metrics" | grep '^dw_http_connections'
  kill -TERM "$server"
  wait "$server"
  run ! curl -s "http://127.0.0.1:$other/metrics"
  server=
}

@test "PROMETHEUS_PORT wants the tokens too" {
  command -v curl >/dev/null || skip "there is no curl"
  echo "ops read * sha256:$(printf %s abc | sha256sum | cut -d ' ' -f 1)" >tokens
  for _ in $(seq 20); do
    other=$(free_port)
    PROMETHEUS_PORT=$other serve --db sqlite:r.db --token-file tokens && break
    port=
  done
  [ "$(curl -sS -o answer -w '%{http_code}' "http://127.0.0.1:$other/metrics")" = 401 ]
  [ "$(curl -sS -o answer -w '%{http_code}' -H 'Authorization: Bearer abc' "http://127.0.0.1:$other/metrics")" = 200 ]
  echo "ops read * sha256:$(printf %s def | sha256sum | cut -d ' ' -f 1)" >tokens
  kill -HUP "$server"
  for _ in $(seq 100); do
    if [ "$(curl -sS -o answer -w '%{http_code}' -H 'Authorization: Bearer def' "http://127.0.0.1:$other/metrics")" = 200 ]; then break; fi
    sleep 0.1
  done
  [ "$(curl -sS -o answer -w '%{http_code}' -H 'Authorization: Bearer abc' "http://127.0.0.1:$other/metrics")" = 401 ]
}

@test "settings that are none are refused" {
  while IFS='|' read -r setting says; do
    run -2 --separate-stderr env "$setting" dw-serve --db sqlite:r.db --listen 127.0.0.1:0
    [[ $stderr == "dw-serve: $says"* ]] || { echo "$setting: $stderr"; return 1; }
  done <<'END'
PROMETHEUS_PORT=0|PROMETHEUS_PORT: "0" is no port from 1 to 65535
PROMETHEUS_PORT=http|PROMETHEUS_PORT: "http" is no port
EMBEDDING_DIM=0|EMBEDDING_DIM: "0" is no number from 1 to 65536
LOG_LEVEL=loud|LOG_LEVEL: "loud" is none of debug, info, warn, error
CHECK_INTERVAL_SECONDS=0|CHECK_INTERVAL_SECONDS: "0" is not a whole number of seconds
TOXICITY_RATE_THRESHOLD=2|TOXICITY_RATE_THRESHOLD: "2" is neither a number from 0 to 1 nor off
ACCURACY_DROP_POINTS=-1|ACCURACY_DROP_POINTS: "-1" is neither a number from 0 to 100 nor off
END
  for wrong in '--max-connections 0' '--drain 0s' '--body-limit none' '--answer-timeout 25h'; do
    run -2 --separate-stderr dw-serve --db sqlite:r.db --listen 127.0.0.1:0 $wrong
    [[ $stderr == "dw-serve: ${wrong%% *}: "* ]] || { echo "$wrong: $stderr"; return 1; }
  done
}

@test "limits: a long body, a slow head, a body that stops, an idle connection, one connection too many" {
  command -v python3 >/dev/null || skip "there is no python3"
  serve --db sqlite:r.db --max-connections 3 --body-limit 1k --head-timeout 1s --idle-timeout 2s --pause-timeout 1s --request-timeout 2s
  python3 - "$port" <<'END'
import socket, sys, time
port = int(sys.argv[1])
def to(text):
  s = socket.create_connection(('127.0.0.1', port))
  s.settimeout(60)
  s.sendall(text)
  return s
def all_of(s):
  b = b''
  while True:
    piece = s.recv(65536)
    if not piece: s.close(); return b
    b += piece
head = b'POST /inference HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n'
assert all_of(to(head + b'Content-Length: 1025\r\n\r\n')).startswith(b'HTTP/1.1 413 ')
assert all_of(to(head + b'Transfer-Encoding: chunked\r\n\r\n401\r\n' + b' ' * 1025 + b'\r\n0\r\n\r\n')).startswith(b'HTTP/1.1 413 ')
assert all_of(to(b'GET /livez HT')).startswith(b'HTTP/1.1 408 ')
assert all_of(to(head + b'Content-Length: 100\r\n\r\n{')).startswith(b'HTTP/1.1 408 ')
s = to(head + b'Content-Length: 1000\r\n\r\n')
try:
  while True: s.sendall(b' '); time.sleep(0.2) # never a pause, and never an end
except OSError: pass
s.close()
assert all_of(to(b'')) == b'' # idle
for attempt in range(20): # one of whom nothing was read yet is idle, and gives way
  held = [to(b'GET /liv') for _ in range(3)]
  time.sleep(0.1)
  told = all_of(to(b'GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'))
  for s in held: all_of(s)
  if told.startswith(b'HTTP/1.1 503 '): break
else: raise AssertionError(told)
assert all_of(to(b'GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).startswith(b'HTTP/1.1 200 ')
END
}
