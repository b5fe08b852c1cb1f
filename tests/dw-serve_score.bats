# dw-serve: POST /score over HTTP, held to dw-score. What the handler says of mistakes: tests/unit/test_score.c.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" ASAN_OPTIONS=detect_leaks=0
  dw-gen --scenario "$BATS_TEST_DIRNAME/../scenarios/fraud-baseline.yaml" --rows 16000 --seed 1 >"$F/base.ndjson" || return 1
  head -n 3000 "$F/base.ndjson" >"$F/few.ndjson"
  dw-train --label is_fraud --id transaction_id --time ts --rounds 15 "$F/few.ndjson" >"$F/v1.json" || return 1
  dw-train --label is_fraud --id transaction_id --time ts --rounds 3 "$F/few.ndjson" >"$F/v2.json" || return 1
  dw-train --label merchant_category --id transaction_id --time ts --rounds 3 "$F/few.ndjson" >"$F/v3.json" || return 1
}

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  command -v curl >/dev/null || skip "there is no curl"
  unset LOG_LEVEL
  for v in 1 2 3; do dw-model --registry models register --model "$F/v$v.json" --name fraud >/dev/null || return 1; done
}

teardown() { [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true; }

# Starts it in the background; `port` is where it listens, the log stands in `log`.
serve()
{
  : >log # a server before this one left its port there
  dw-serve --listen 127.0.0.1:0 --db sqlite:x.db --registry models "$@" 2>log 3>&- &
  server=$!
  for _ in {1..2000}; do
    { read -r -d '' said <log || :; } 2>/dev/null
    if [[ $said =~ '"event":"listening","address":"127.0.0.1:'([0-9]+)'"' ]]; then port=${BASH_REMATCH[1]}; else port=; fi
    if [ -n "$port" ]; then return 0; fi
    sleep 0.03
  done
  cat log
  return 1
}

post() # QUERY FILE [CURL-OPTION...]: the answer goes to `answer`, its head to `head`
{
  query=$1 file=$2
  shift 2
  curl -sS --max-time 100 -D head -o answer -H 'Content-Type: application/x-ndjson' -H 'Expect:' "$@" --data-binary "@$file" "http://127.0.0.1:$port/score$query"
}

@test "score: byte for byte what dw-score writes, for two classes, several, and at a cut" {
  for v in 1 3; do
    dw-model --registry models promote "v$v" >/dev/null
    [ -n "${server:-}" ] || serve
    kill -HUP "$server"
    for _ in $(seq 100); do # the signal is taken when it is taken
      post '' "$F/few.ndjson"
      if grep -q "DW-Model-Version: v$v" head; then break; fi
      sleep 0.1
    done
    dw-score --model "$F/v$v.json" "$F/few.ndjson" | cmp - answer
    post '' "$F/base.ndjson"
    dw-score --model "$F/v$v.json" "$F/base.ndjson" | cmp - answer
  done
}

@test "score: a cut, lines that are no records, and a body without a last line end, as dw-score has them" {
  dw-model --registry models promote v1 >/dev/null
  serve
  { head -n 5 "$F/few.ndjson"; echo nonsense; sed -n '6,9p' "$F/few.ndjson"; echo '{"transaction_id":"x"}'; printf %s "$(sed -n 10p "$F/few.ndjson")"; } >mixed
  dw-score --model "$F/v1.json" --cut 0.01 --on-error skip mixed >want 2>/dev/null
  post '?cut=0.01' mixed
  grep -v '^{"kind":"rejected"' answer | head -c "$(wc -c <want)" | cmp - want
  [ "$(grep -c '^{"kind":"rejected"' answer)" = 2 ]
  jq -e -s 'map(select(.kind == "rejected") | .line) == [6, 11]' answer
  for way in gzip zstd; do
    command -v $way >/dev/null || continue
    $way -c mixed >packed
    post '?cut=0.01' packed -H "Content-Encoding: $way"
    [ "$(grep -c '"prediction"' answer)" = 10 ]
  done
}

@test "score: another version takes over while bodies are scored, and each answer is of one version" {
  dw-model --registry models promote v1 >/dev/null
  serve
  for v in 1 2; do dw-score --model "$F/v$v.json" "$F/base.ndjson" >"want$v"; done
  seen=(0 0 0)
  for i in $(seq 60); do
    post '' "$F/base.ndjson"
    v=$(sed -n 's/^DW-Model-Version: v\([0-9]*\).*/\1/p' head)
    cmp answer "want$v"
    seen[v]=$((seen[v] + 1))
    [ "$i" != 3 ] || dw-model --registry models promote v2 >/dev/null
    if [ "${seen[2]}" -ge 2 ]; then break; fi
    sleep 0.1
  done
  [ "${seen[1]}" -ge 3 ]
  [ "${seen[2]}" -ge 2 ]
}

@test "score: a body that never ends takes no more memory, and one that is cut is told" {
  case $DW_BIN in */build/san* | */build/thread*) skip "sanitizers keep memory that was given back" ;; esac
  command -v python3 >/dev/null || skip "there is no python3"
  dw-model --registry models promote v1 >/dev/null
  serve
  python3 - "$port" "$server" "$F/few.ndjson" <<'END'
import socket, sys, threading
port, pid, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
piece = open(path, 'rb').read()
def resident(): return int([l for l in open('/proc/%s/status' % pid) if l.startswith('VmHWM')][0].split()[1])
def request(times, whole):
  s = socket.create_connection(('127.0.0.1', port))
  s.settimeout(100)
  s.sendall(b'POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n')
  def send():
    for _ in range(times): s.sendall(b'%x\r\n%s\r\n' % (len(piece), piece))
    s.sendall(b'0\r\n\r\n') if whole else s.shutdown(socket.SHUT_WR)
  sender = threading.Thread(target=send)
  sender.start()
  count, tail = 0, b''
  while True:
    b = s.recv(1 << 16)
    if not b: break
    count += len(b)
    tail = (tail + b)[-400:]
  sender.join()
  return count, tail
request(20, True)
before = resident()
count, tail = request(200, True) # 165 MB
assert count > 200 * len(piece) and tail.endswith(b'\r\n0\r\n\r\n'), (count, tail)
assert resident() < before + 30000, (before, resident())
count, tail = request(20, False)
assert b'{"kind":"problem","status":400,' in tail and b'cut short' in tail, tail
END
}
