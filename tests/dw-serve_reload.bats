# dw-serve: receivers and policy are read again on SIGHUP, and a receiver that never answers keeps neither checks nor SIGTERM. What the
# thread does that delivers is held to by tests/unit/test_postman.c. The service is its own receiver here: its log has the requests.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DATABASE_URL=sqlite:r.db ASAN_OPTIONS=detect_leaks=0 no_proxy=127.0.0.1
  unset EMBEDDING_COSINE_THRESHOLD EMBEDDING_DRIFT_THRESHOLD REFUSAL_RATE_THRESHOLD TOXICITY_RATE_THRESHOLD ACCURACY_DROP_THRESHOLD ACCURACY_DROP_POINTS CHECK_INTERVAL_SECONDS LOG_LEVEL http_proxy
}

teardown()
{
  [ -z "${deaf:-}" ] || kill "$deaf" 2>/dev/null || true
  [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true
}

# Starts it in the background; `port` is where it is, the log stands in `log`.
serve()
{
  : >log # a server before this one left its port there
  dw-serve --listen 127.0.0.1:0 --events ev --open-after 1 --every 1s --window 2h "$@" 2>log 3>&- &
  server=$!
  await '"event":"listening"'
  port=$(sed -n 's/.*"event":"listening","address":"127.0.0.1:\([0-9]*\)".*/\1/p' log | head -n 1)
}

await() # TEXT [TIMES]: until the log has it so often
{
  for _ in {1..1500}; do
    if [ "$(grep -cF -- "$1" log)" -ge "${2:-1}" ]; then return 0; fi
    sleep 0.04
  done
  echo "the log lacks $1: $(cat log)"
  return 1
}

until_true() { for _ in {1..600}; do if "$@"; then return; fi; sleep 0.1; done; return 1; }

receivers() { printf 'receivers:\n  - name: ops\n    type: webhook\n    url: "http://127.0.0.1:%s"\n    allow_private: true\n' "$1" >receivers.yaml; }

policy() # ACTION of a high incident
{
  printf 'version: 1\ndrift_policy: {on_low: %s, on_medium: %s, on_high: %s, by_type: {refusal_rate: %s}}\n' "$1" "$1" "$1" "$1"
  printf 'actions:\n  old: [%s/old]\n  new: [%s/new]\n' "$PWD" "$PWD"
}

# 100 answers of the last hour, half of them refused.
refused()
{
  hour=$(date -u -d '-1 hour' +%Y-%m-%dT%H)
  awk -v from="$hour" 'BEGIN { for (i = 0; i < 100; i++)
    printf "{\"id\":\"%s-%d\",\"ts\":\"%s:%02d:%02dZ\",\"query\":\"q\",\"response\":\"a\",\"refusal\":%d}\n", from, i, from, i * 0.6, i % 60, i % 2 }' |
    DW_NOW="$hour:59:59Z" dw-store put --quiet --kind interaction --model chat >/dev/null
}

runs() { dw-store stats | sed -n 's/.*"record":"run".*"records":\([0-9]*\).*/\1/p'; }
several_runs() { [ "$(runs)" -ge "$1" ]; }

@test "SIGHUP: receivers and policy that are right take the place of those before, with the next check" {
  for job in old new; do
    printf '#!/bin/sh\necho %s >>"%s/did"\n' $job "$PWD" >$job
    chmod +x $job
  done
  receivers 1/before
  policy old >policy.yaml
  serve --receivers receivers.yaml --policy policy.yaml
  receivers "$port/after"
  policy new >policy.yaml
  kill -HUP "$server"
  await '"event":"reloaded"'
  refused
  await '"path":"/after"'
  until_true [ -s did ]
  await '"event":"action","model":"chat","check":"refusal_rate","decision":"done","action":"new"'
  [ "$(cat did)" = new ]
  kill -TERM "$server"
  wait "$server"
  server=
}

@test "SIGHUP: a file with a mistake changes nothing, keeps no other from being read, and the log has its line" {
  receivers 1/before
  policy alert >policy.yaml
  serve --receivers receivers.yaml --policy policy.yaml
  printf 'receivers:\n  - name: ops\n    type: email\n    url: "http://127.0.0.1:1/"\n' >receivers.yaml
  echo 'actions: {x: []}' >policy.yaml
  kill -HUP "$server"
  await '"event":"not reloaded","message":"receivers.yaml:3: type: no such receiver'
  await '"event":"not reloaded","message":"policy.yaml:1: '
  [ "$(grep -c '"event":"reloaded"' log)" -eq 0 ]
  receivers "$port/after"
  kill -HUP "$server"
  await '"event":"not reloaded","message":"policy.yaml:1: ' 2
  rm policy.yaml
  kill -HUP "$server"
  await '"event":"not reloaded","message":"policy.yaml: ' # it is not there
  [ "$(grep -c 'receivers.yaml' log)" -eq 1 ]
  [ "$(grep -c '"event":"reloaded"' log)" -eq 0 ]
  refused
  await '"path":"/after"'
  kill -TERM "$server"
  wait "$server"
  server=
}

@test "a receiver that never answers keeps no check from its time, nor the end of the service; what it was to hear waits" {
  command -v python3 >/dev/null || skip "there is no python3"
  python3 -c '
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(8)
open("port", "w").write(str(s.getsockname()[1]) + "\n")
kept = []
while True:
    kept.append(s.accept())
    open("asked", "a").write("x\n")' 3>&- &
  deaf=$!
  until_true [ -s port ]
  receivers "$(cat port)/"
  refused
  serve --receivers receivers.yaml
  until_true [ -s asked ]
  before=$(runs)
  until_true several_runs $((before + 2))
  stopping=$SECONDS
  kill -TERM "$server"
  wait "$server"
  server=
  took=$((SECONDS - stopping))
  [ "$(wc -l <asked)" -eq 1 ]
  [ "$took" -lt 15 ]
  dw-serve outbox >letters
  [ "$(wc -l <letters)" -eq 1 ]
  grep -q '"state":"waiting","attempts":0,' letters
}
