# dw-serve: options, tokens, the log, signals. What the server itself does is held to by tests/unit/test_server.c, test_connection.c and test_attend.c.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  unset LOG_LEVEL
}

teardown() { [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true; }

# Starts it in the background; `port` is where it listens, the log stands in `log`.
serve()
{
  : >log # a server before this one left its port there
  dw-serve --listen 127.0.0.1:0 "$@" 2>log 3>&- &
  server=$!
  await '"event":"listening"'
  port=$(sed -n 's/.*"event":"listening","address":"127.0.0.1:\([0-9]*\)".*/\1/p' log | head -n 1)
  [ -n "$port" ]
}

await() # TEXT: until the log has it
{
  for _ in {1..1500}; do
    if grep -qF -- "$1" log; then return 0; fi
    sleep 0.04
  done
  echo "the log lacks $1: $(cat log)"
  return 1
}

ask() # LINES of the head: the answer goes to `answer`
{
  exec 8<>"/dev/tcp/127.0.0.1/$port"
  { printf '%s\r\n' "$@"; printf 'Connection: close\r\n\r\n'; } >&8
  timeout 60 cat <&8 | tr -d '\r' >answer
  exec 8>&-
}

code() { [ "$(sed -n '1s/^HTTP.1\.1 \([0-9]*\) .*/\1/p' answer)" = "$1" ] || { cat answer; return 1; }; }

tokens() # TOKEN: a file with it
{
  echo "shop read * sha256:$(printf %s "$1" | sha256sum | cut -d ' ' -f 1)" >tokens
}

@test "it lives, counts what it answers, and ends when it is told to" {
  serve
  ask 'GET /livez HTTP/1.1' 'Host: localhost'
  code 200
  [ "$(tail -n 1 answer)" = ok ]
  ask 'GET /metrics HTTP/1.1' 'Host: localhost'
  code 200
  grep -qx 'dw_http_requests_total{route="/livez",method="GET",code="200"} 1' answer
  grep -qx 'dw_http_connections 1' answer
  ask 'GET /nothing HTTP/1.1' 'Host: localhost'
  code 404
  grep -qx 'Content-Type: application/problem+json' answer
  ask 'POST /livez HTTP/1.1' 'Host: localhost'
  code 405
  grep -qx 'Allow: GET, HEAD' answer
  kill -TERM "$server"
  wait "$server"
  jq -e -s 'map(.event) | .[0] == "listening" and .[-1] == "stopped"' log
  jq -e -s 'map(select(.event == "request")) | map(.path) == ["/metrics", "/nothing", "/livez"]' log
  server=
}

@test "a name that is not its own is refused, one that it goes by is not" {
  serve --allowed-hosts dw.example.org,.corp.example --base-path /dw
  ask 'GET /livez HTTP/1.1' 'Host: evil.example'
  code 421
  ask 'GET /dw/livez HTTP/1.1' 'Host: dw.example.org'
  code 200
  ask 'GET /livez HTTP/1.1' 'Host: a.corp.example:8080'
  code 200
}

@test "tokens: in a header or in the address, read again on SIGHUP, never in the log" {
  tokens first-secret
  serve --token-file tokens
  ask 'GET /livez HTTP/1.1' 'Host: localhost'
  code 200
  ask 'GET /metrics HTTP/1.1' 'Host: localhost'
  code 401
  grep -qx 'WWW-Authenticate: Bearer' answer
  ask 'GET /metrics HTTP/1.1' 'Host: localhost' 'Authorization: Bearer first-secret'
  code 200
  tokens second-secret
  kill -HUP "$server"
  await '"event":"reloaded"'
  ask 'GET /metrics?token=first-secret HTTP/1.1' 'Host: localhost'
  code 401
  ask 'GET /metrics?token=second-secret HTTP/1.1' 'Host: localhost'
  code 200
  echo 'shop read' >tokens
  kill -HUP "$server"
  await '"event":"not reloaded","message":"tokens:1: 2 words; a line is NAME SCOPES MODELS sha256:HASH"'
  ask 'GET /metrics?token=second-secret HTTP/1.1' 'Host: localhost'
  code 200
  [ "$(grep -c secret log)" -eq 0 ]
  grep -q '"token":"shop"' log
}

@test "LOG_LEVEL says what is logged" {
  LOG_LEVEL=debug serve
  ask 'GET /livez HTTP/1.1' 'Host: localhost'
  await '"path":"/livez"'
  kill -TERM "$server"
  wait "$server"
  server=
  run -2 --separate-stderr env LOG_LEVEL=loud dw-serve --listen 127.0.0.1:0
  [ "${stderr_lines[0]}" = 'dw-serve: LOG_LEVEL: "loud" is none of debug, info, warn, error' ]
  LOG_LEVEL=error timeout --preserve-status 1 dw-serve --listen 127.0.0.1:0 2>log
  [ ! -s log ]
}

@test "a log that nobody reads stops nothing" {
  mkfifo full
  exec 7<>full
  dw-serve --listen 127.0.0.1:0 2>full 3>&- &
  server=$!
  read -r line <&7
  port=$(sed -n 's/.*"address":"127.0.0.1:\([0-9]*\)".*/\1/p' <<<"$line")
  # lines of 400 bytes: the pipe holds 64 KiB
  { for i in $(seq 1000); do printf 'GET /%0300d HTTP/1.1\r\nHost: localhost\r\n\r\n' "$i"; done; } >requests
  exec 8<>"/dev/tcp/127.0.0.1/$port"
  { cat requests; printf 'GET /livez HTTP/1.0\r\n\r\n'; } >&8 &
  timeout 60 cat <&8 | tr -d '\r' >answers
  exec 8>&-
  [ "$(grep -c '^HTTP/1.1 404' answers)" -eq 1000 ]
  [ "$(tail -n 1 answers)" = ok ]
  timeout 5 head -c 60000 <&7 >log || true
  ask 'GET /nothing HTTP/1.1' 'Host: localhost'
  code 404
  kill -TERM "$server"
  wait "$server"
  server=
  timeout 1 cat <&7 >>log || true
  exec 7>&-
  grep -q '"level":"warn","event":"log lines lost","count":[1-9]' log
}

@test "mistakes in the call" {
  run -2 --separate-stderr dw-serve --listen 0.0.0.0:0
  [ "${stderr_lines[0]}" = 'dw-serve: 0.0.0.0:0 is open to other machines: that needs tokens (--token-file)' ]
  run -2 --separate-stderr dw-serve --listen nowhere
  [ "${stderr_lines[0]}" = 'dw-serve: "nowhere" is no address to listen on; it is HOST:PORT, [IPV6]:PORT or PORT' ]
  run -2 --separate-stderr dw-serve --listen 127.0.0.1:0 --base-path dw/
  [ "${stderr_lines[0]}" = 'dw-serve: "dw/" is no base path; it begins with a slash, does not end in one and holds no escapes' ]
  run -2 --separate-stderr dw-serve more
  [ "${stderr_lines[0]}" = 'dw-serve: nothing is taken besides options, outbox and recheck, not more' ]
  run -4 --separate-stderr dw-serve --token-file absent
  [ "${stderr_lines[0]}" = 'dw-serve: absent: No such file or directory' ]
  : >empty
  run -2 --separate-stderr dw-serve --token-file empty
  [ "${stderr_lines[0]}" = 'dw-serve: empty: no tokens; a line is NAME SCOPES MODELS sha256:HASH' ]
  serve
  run -4 --separate-stderr dw-serve --listen "127.0.0.1:$port"
  [ "${stderr_lines[0]}" = "dw-serve: 127.0.0.1:$port: Address already in use" ]
}
