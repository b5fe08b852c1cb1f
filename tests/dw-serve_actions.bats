# dw-serve --policy: what is done about alerts, by dw-heal: once, whatever happens, and without anybody waiting for it. The actions are small
# shell programs that write down that they ran.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DATABASE_URL=sqlite:r.db ASAN_OPTIONS=detect_leaks=0
  unset EMBEDDING_COSINE_THRESHOLD EMBEDDING_DRIFT_THRESHOLD REFUSAL_RATE_THRESHOLD TOXICITY_RATE_THRESHOLD ACCURACY_DROP_THRESHOLD ACCURACY_DROP_POINTS CHECK_INTERVAL_SECONDS LOG_LEVEL http_proxy
  for job in prompt retrain index; do
    printf '#!/bin/sh\necho "%s $*" >>"%s/did"\n' $job "$PWD" >$job
    chmod +x $job
  done
  : >did
  policy >policy.yaml
}

teardown() { [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true; }

policy() # [RELEASE POLICY...]
{
  printf 'version: 1\ndrift_policy: {on_low: alert, on_medium: alert, on_high: alert}\nrelease_policy: {%s}\n' "$*"
  printf 'actions:\n  update_system_prompt: [%s/prompt, "{model}", "{type}"]\n  retrain: [%s/retrain, "{model}", "{type}"]\n' "$PWD" "$PWD"
}

# talk FROM REFUSED TOXIC [MODEL]: 100 answers in the hour from FROM on, so many of which are refused, or toxic
talk()
{
  awk -v from="$1" -v refused="$2" -v toxic="$3" 'BEGIN { for (i = 0; i < 100; i++)
    printf "{\"id\":\"%s-%d\",\"ts\":\"%s:%02d:%02dZ\",\"query\":\"q\",\"response\":\"a\",\"refusal\":%d,\"toxicity\":%d}\n", from, i, from, i * 0.6, i % 60, i < refused, i < toxic }' |
    DW_NOW="$1:59:59Z" dw-store put --quiet --kind interaction --model "${4:-chat}" >/dev/null
}

once() { dw-serve --once --model chat --policy policy.yaml --events ev --open-after 1 "$@"; }
did() { cut -d' ' -f1 did | tr '\n' ' '; }
remedies() { dw-store get --kind event | grep '"kind":"remedy"'; }
say() { echo "$*"; return 1; }

@test "an alert that opens is acted on, once, as the policy says" {
  talk 2026-01-02T00 50 0
  export DW_NOW=2026-01-02T01:00:00Z
  run -1 --separate-stderr once
  [[ $stderr == 'dw-serve: chat, refusal_rate: done: update_system_prompt: '* ]]
  [ "$(cat did)" = 'prompt chat refusal_rate' ]
  remedies >got
  [ "$(wc -l <got)" -eq 1 ]
  grep -q '^{"kind":"remedy","model":"chat","check":"refusal_rate","time":"2026-01-02T01:00:00Z","decision":"done","action":"update_system_prompt","run":"r-' got
  run -0 dw-heal verify ev/chat/audit.ndjson
  for minute in 00 05 10; do DW_NOW=2026-01-02T01:$minute:00Z run -1 once; done # it stays open
  [ "$(did)" = 'prompt ' ]
  [ "$(dw-store get --kind outbox)" = '' ]
}

@test "each check has its own action: toxicity a sequence of two, refusals one" {
  talk 2026-01-02T00 50 50
  export DW_NOW=2026-01-02T01:00:00Z
  run -1 once
  [ "$(sort did | tr '\n' ,)" = 'prompt chat refusal_rate,prompt chat toxicity_rate,retrain chat toxicity_rate,' ]
  [ "$(remedies | wc -l)" -eq 2 ]
}

@test "without a job it is written down, for whoever does it" {
  printf 'version: 1\ndrift_policy: {on_high: alert}\n' >policy.yaml
  talk 2026-01-02T00 0 50
  DW_NOW=2026-01-02T01:00:00Z run -1 --separate-stderr once
  [[ $stderr == 'dw-serve: chat, toxicity_rate: done: update_system_prompt_and_retrain: '* ]]
  [ ! -s did ]
  [ "$(cat ev/chat/outbox/*.json | sed 's/.*"name":"\([a-z_]*\)".*/\1/' | tr '\n' ' ')" = 'update_system_prompt retrain ' ]
}

@test "held back by the cool-down it is done when that is over, if the alert is still open" {
  policy cool_down: 1h, >policy.yaml
  talk 2026-01-02T00 50 50
  DW_NOW=2026-01-02T01:00:00Z run -1 --separate-stderr once
  [ "$(did)" = 'prompt ' ]
  [[ $stderr == *'chat, toxicity_rate: held: update_system_prompt_and_retrain: '*'the cool-down of 1h since the last change'* ]]
  [ "$(dw-serve outbox | jq -r '.receiver + " " + .state')" = 'policy/toxicity_rate held' ]
  DW_NOW=2026-01-02T01:30:00Z run -1 once
  [ "$(did)" = 'prompt ' ]
  DW_NOW=2026-01-02T02:00:00Z run -1 once
  [ "$(did)" = 'prompt prompt retrain ' ]
  [ "$(dw-store get --kind outbox)" = '' ]
}

@test "held back when its alert closes, nothing is done" {
  policy cool_down: 1h, >policy.yaml
  talk 2026-01-02T00 50 50
  DW_NOW=2026-01-02T01:00:00Z run -1 once
  for hour in 00 01 02 03 04 05; do talk 2026-01-03T$hour 0 0; done
  TOXICITY_RATE_THRESHOLD=0.9 DW_NOW=2026-01-03T06:00:00Z run -0 --separate-stderr once --close-after 1
  [[ $stderr == *'chat, toxicity_rate: over'* ]]
  [ "$(did)" = 'prompt ' ]
  [ "$(dw-store get --kind outbox)" = '' ]
}

@test "models have cool-downs and logs of their own" {
  policy cool_down: 1d, >policy.yaml
  talk 2026-01-02T00 50 0
  talk 2026-01-02T00 50 0 'other/one'
  export DW_NOW=2026-01-02T01:00:00Z
  run -1 once
  run -1 once --model other/one
  [ "$(cat did)" = "$(printf 'prompt chat refusal_rate\nprompt other/one refusal_rate')" ]
  [ -f ev/chat/audit.ndjson ]
  [ -f ev/other%2Fone/audit.ndjson ]
}

@test "an action that fails is listed with its words, and is replayed" {
  printf '#!/bin/sh\necho "no such prompt" >&2\nexit 3\n' >prompt
  talk 2026-01-02T00 50 0
  DW_NOW=2026-01-02T01:00:00Z run -1 --separate-stderr once
  [[ $stderr == *'chat, refusal_rate: failed: update_system_prompt: '*'no such prompt'* ]]
  [[ $stderr == *'1 actions failed (dw-serve outbox says why)'* ]]
  export DW_NOW=2026-01-02T01:05:00Z
  dw-serve outbox --failed >letters
  [ "$(jq -r '.what + " " + .state + " " + .receiver' letters)" = 'remedy failed policy/refusal_rate' ]
  jq -e '.error | contains("no such prompt")' letters
  printf '#!/bin/sh\necho "prompt $*" >>"%s/did"\n' "$PWD" >prompt
  run -0 dw-serve outbox --replay "$(jq -r .id letters)"
  run -1 once
  [ "$(did)" = 'prompt ' ]
  [ "$(dw-store get --kind outbox)" = '' ]
}

@test "act_on: drift acts on each run that says so" {
  policy >policy.yaml
  sed -i 's/on_high: alert}/on_high: alert, act_on: drift}/' policy.yaml
  talk 2026-01-02T00 50 0
  for minute in 00 05 10; do DW_NOW=2026-01-02T01:$minute:00Z run -1 once --open-after 5; done
  [ "$(did)" = 'prompt prompt prompt ' ]
}

@test "a policy is read before anything else" {
  talk 2026-01-02T00 50 0
  echo 'actions: {x: []}' >policy.yaml
  DW_NOW=2026-01-02T01:00:00Z run -2 --separate-stderr once
  [[ $stderr == 'dw-serve: policy.yaml:'* ]]
  [ "$(dw-store get --kind run)" = '' ]
}

# Starts it in the background; `url` is where it is, the log stands in `log`.
serve()
{
  : >log # a server before this one left its port there
  dw-serve --listen 127.0.0.1:0 "$@" 2>log 3>&- &
  server=$!
  for _ in {1..2000}; do
    { read -r -d '' said <log || :; } 2>/dev/null
    if [[ $said =~ '"event":"listening","address":"127.0.0.1:'([0-9]+)'"' ]]; then port=${BASH_REMATCH[1]}; else port=; fi
    if [ -n "$port" ]; then return; fi
    kill -0 "$server" || { cat log; return 1; }
    sleep 0.03
  done
  return 1
}

runs() { dw-store stats | sed -n 's/.*"record":"run".*"records":\([0-9]*\).*/\1/p'; }

# What may take its time, but happens.
until_true() { for _ in {1..600}; do if "$@"; then return; fi; sleep 0.1; done; return 1; }
several_runs() { [ "$(runs)" -ge "$1" ]; }

@test "a slow action keeps no check from its time, nor the end of the service; it goes on, and is not begun again" {
  printf '#!/bin/sh\necho "prompt $*" >>"%s/did"\nuntil [ -e "%s/go" ]; do sleep 0.1; done\necho "end" >>"%s/did"\n' "$PWD" "$PWD" "$PWD" >prompt
  hour=$(date -u -d '-1 hour' +%Y-%m-%dT%H)
  talk "$hour" 50 0
  set -- --policy policy.yaml --events ev --open-after 1 --every 1s --window 2h
  serve "$@"
  until_true [ -s did ]
  before=$(runs)
  until_true several_runs $((before + 3))
  kill -TERM "$server"
  for _ in $(seq 100); do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
  wait "$server"
  server=
  [ "$(did)" = 'prompt ' ]
  serve "$@" # while it is still at work
  touch go
  remembered() { remedies | grep -q '"decision":"done"'; }
  until_true remembered
  [ "$(did)" = 'prompt end ' ]
  kill -TERM "$server"
  wait "$server"
  server=
  grep -q '"event":"action","model":"chat","check":"refusal_rate","decision":"done","action":"update_system_prompt"' log
}

@test "killed (kill -9) while an action is at work, it goes on, and is not begun again" {
  printf '#!/bin/sh\necho "prompt $*" >>"%s/did"\nuntil [ -e "%s/go" ]; do sleep 0.1; done\necho "end" >>"%s/did"\n' "$PWD" "$PWD" "$PWD" >prompt
  hour=$(date -u -d '-1 hour' +%Y-%m-%dT%H)
  talk "$hour" 50 0
  serve --policy policy.yaml --events ev --open-after 1 --every 1s --window 2h
  until_true [ -s did ]
  kill -KILL "$server"
  wait "$server" || true
  server=
  touch go
  until_true grep -q end did
  later=$(date -u -d '+5 minutes' +%Y-%m-%dT%H:%M:%SZ) # when the claim of who was killed is over
  DW_NOW=$later run -1 --separate-stderr once --window 3h
  [[ $stderr == *'chat, refusal_rate: done: update_system_prompt'* ]]
  [ "$(did)" = 'prompt end ' ]
  [ "$(dw-store get --kind outbox)" = '' ]
}
