# dw-serve --policy killed (kill -9) at every 29th write (KILL_STRIDE=1, make test-kills: at every one), and dw-heal, which it calls, too: the
# next call finishes the work, and nothing is done twice.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DATABASE_URL=sqlite:r.db ASAN_OPTIONS=detect_leaks=0
  unset EMBEDDING_COSINE_THRESHOLD EMBEDDING_DRIFT_THRESHOLD REFUSAL_RATE_THRESHOLD TOXICITY_RATE_THRESHOLD ACCURACY_DROP_THRESHOLD ACCURACY_DROP_POINTS CHECK_INTERVAL_SECONDS
  printf '#!/bin/sh\necho done >>"%s/did"\n' "$PWD" >prompt
  chmod +x prompt
  printf 'version: 1\ndrift_policy: {on_high: alert}\nactions: {update_system_prompt: {command: [%s/prompt], repeat: false}}\n' "$PWD" >policy.yaml
  awk 'BEGIN { for (i = 0; i < 100; i++)
    printf "{\"id\":\"%d\",\"ts\":\"2026-01-02T00:%02d:%02dZ\",\"query\":\"q\",\"response\":\"a\",\"refusal\":%d}\n", i, i * 0.6, i % 60, i < 50 }' |
    DW_NOW=2026-01-02T00:59:59Z dw-store put --quiet --kind interaction --model chat >/dev/null
  mkdir before
  cp r.db* before/
}

anew() { rm -rf ev r.db* did; cp before/* .; : >did; }

say() { echo "$*"; return 1; }

# at N: once more, five minutes later, when claims are over and what failed is tried again: all is as if nothing had been
finished()
{
  DW_NOW=2026-01-02T01:05:00Z "$1" --once --model chat --policy policy.yaml --events ev --open-after 1 >out 2>err || [ $? -eq 1 ] || say "at $2: $(cat err)"
  [ "$(cat did)" = 'done' ] || say "at $2: did $(tr '\n' ' ' <did): $(cat err)"
  [ "$(dw-store get --kind event | grep -c '"kind":"remedy".*"decision":"done"')" -eq 1 ] || say "at $2: events"
  [ "$(dw-store get --kind outbox | grep -c '"kind":"remedy"')" -eq 0 ] || say "at $2: the outbox"
  dw-heal verify ev/chat/audit.ndjson >verified || say "at $2: the log"
}

@test "kills: dw-serve, with an alert that is acted on" {
  local n ended=137
  for ((n = 1; ended == 137; n += ${KILL_STRIDE:-29})); do
    ended=0
    anew
    DW_NOW=2026-01-02T01:00:00Z DW_FAULT_WRITE=$n dw-serve --once --model chat --policy policy.yaml --events ev --open-after 1 >out 2>err || ended=$?
    finished dw-serve "$n"
  done
  [ "$n" -gt 43 ] || say "killed at writes below $n only"
}

@test "kills: dw-heal, which it calls" {
  local n killed=1
  mkdir own
  cp "$(command -v dw-serve)" own/ # it calls the dw-heal that is beside it
  printf '#!/bin/sh\nDW_FAULT_WRITE=$(cat "%s/at") "%s" "$@"\nstatus=$?\n[ $status -ne 137 ] || echo yes >"%s/killed"\nexit $status\n' "$PWD" "$(command -v dw-heal)" "$PWD" >own/dw-heal
  chmod +x own/dw-heal
  for ((n = 1; killed; n += ${KILL_STRIDE:-29})); do
    anew
    rm -f killed
    echo "$n" >at
    DW_NOW=2026-01-02T01:00:00Z own/dw-serve --once --model chat --policy policy.yaml --events ev --open-after 1 >out 2>err || [ $? -eq 1 ] || say "at $n: $(cat err)"
    killed=0
    if [ -e killed ]; then killed=1; fi
    echo 1000000 >at
    finished own/dw-serve "$n"
  done
  [ "$n" -gt 43 ] || say "killed at writes below $n only"
}
