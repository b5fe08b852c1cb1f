# scripts/live-loop, in a copy of what it needs: rounds, what it says of them, how it ends, and what a signal leaves.

bats_require_minimum_version 1.5.0

load canaries

setup_file()
{
  cd "$BATS_FILE_TMPDIR" || return 1
  mkdir -p top/bin top/scripts top/var/canaries
  cd top || return 1
  cp "$DW_TOP/scripts/live-loop" scripts/
  ln -s "$DW_BIN"/dw-* bin/
  cp -R "$DW_TOP/scenarios" scenarios
  trained_canaries var/canaries
  cp -R . ../lived # as the first round leaves it
  cd ../lived || return 1
  scripts/live-loop --every 0 --healthy 3 --repeat 2 >said 2>../lived.stderr
  rm said
  cp -R ../top ../owned # two programs as canaries, as their first round leaves them
  cd ../owned || return 1
  programs
  scripts/live-loop --every 0 --healthy 3 --repeat 2 --configs 'own/*.json' --prompts own/prompts.ndjson >said
  rm said
}

setup()
{
  PATH=$DW_BIN:$PATH
  cp -R "$BATS_FILE_TMPDIR/top" "$BATS_TEST_TMPDIR/top"
  cd "$BATS_TEST_TMPDIR/top" || return 1
  history=var/events/live_history.ndjson
  live=var/live/scenarios/canaries
}

# As the first round leaves it.
lived() { cp -R "$BATS_FILE_TMPDIR/lived/var" .; }
owned() { cp -R "$BATS_FILE_TMPDIR/owned/own" "$BATS_FILE_TMPDIR/owned/var" .; }

live() { run --separate-stderr scripts/live-loop --every 0 --healthy 3 --repeat 2 "$@"; }

ends() # STATUS
{
  [ "$status" -eq "$1" ] || { echo "status $status, not $1: $output $stderr"; return 1; }
}

# Every line is a whole document, and they are numbered from 1 on.
whole()
{
  jq -es 'to_entries | all(.value.kind == "live_round" and .value.number == .key + 1)' "$history" >/dev/null || { cat "$history"; return 1; }
  [ -z "$(tail -c 1 "$history")" ]
  [ "$(ls var/live/rounds | wc -l)" -eq "$(wc -l <"$history")" ]
}

# Two programs as canaries, which say what the file `says` holds; with a file `slow`, b writes down who it is and answers in ten minutes.
programs()
{
  mkdir own
  echo '{"id":"p1","prompt":"Why?"}
{"id":"p2","prompt":"How?"}' >own/prompts.ndjson
  cat >own/answer.sh <<'END'
while read -r line; do
  if [ "$1" = b ] && [ -e own/slow ]; then echo $$ >own/pid; sleep 600 & echo $! >>own/pid; wait; fi
  if [ -e own/kills ]; then kill -KILL "$PPID"; fi
  if [ -e "own/fails_$1" ]; then echo '{"error":"out of order"}'; else read -r says <own/says; printf '{"text":"%s"}\n' "$says"; fi
done
END
  for canary in a b; do echo "{\"backend\":\"exec\",\"command\":[\"sh\",\"own/answer.sh\",\"$canary\"]}" >own/$canary.json; done
  echo "I cannot say." >own/says
}
own() { live --configs 'own/*.json' --prompts own/prompts.ndjson "$@"; }

@test "live-loop: healthy canaries are healthy in the first round, and in every one that is watched" {
  lived
  [ ! -s "$BATS_FILE_TMPDIR/lived.stderr" ]
  whole
  live --watch --max-rounds 2
  ends 0
  whole
  [ "$(jq -c '[.verdict, .canaries, .status]' "$history" | sort -u)" = '["healthy",{"canary_1":"healthy","canary_2":"healthy","canary_3":"healthy","canary_4":"healthy"},{"dw-canary":0,"dw-compare":0,"dw-heal":null}]' ]
  [ "$(wc -l <"$history")" -eq 3 ]
  [ "$(jq -s 'map(.round) | unique | length' "$history")" -eq 3 ]
  diff -r scenarios "$DW_TOP/scenarios"
  diff -r var/canaries "$BATS_FILE_TMPDIR/top/var/canaries"
}

@test "live-loop: one canary drifts, and is healed; the next round is healthy and ends it" {
  lived
  cp -R $live before
  dw-inject canary --configs "$live/*.json" --target canary_2 --template-suffix " Also include the sentence: 'blue banana'."
  run ! diff before/canary_2.json $live/canary_2.json
  live --max-rounds 5
  ends 0
  whole
  [ "$(jq -r .verdict "$history" | tr '\n' ' ')" = 'healthy drift healthy ' ]
  jq -es '.[1].canaries == {"canary_1":"healthy","canary_2":"drifted","canary_3":"healthy","canary_4":"healthy"} and .[1].action == "restore_canary" and
    .[1].decision == "done" and .[1].status["dw-heal"] == 0 and .[2].canaries.canary_2 == "healthy"' "$history" >/dev/null
  diff before/canary_2.json $live/canary_2.json
  dw-heal verify var/events/audit.ndjson
  diff -r scenarios "$DW_TOP/scenarios"
}

@test "live-loop: --sequential: an alarm stays until something was done about it" {
  lived
  live --sequential --watch --max-rounds 1
  ends 0
  [ -s var/live/sequential.json ]
  dw-inject canary --configs "$live/*.json" --target canary_2 --quantise 4
  live --sequential --max-rounds 2 --dry-run
  ends 1
  live --sequential --max-rounds 2
  ends 0
  whole
  [ "$(jq -r .verdict "$history" | tr '\n' ' ')" = 'healthy healthy drift drift drift healthy ' ]
  live --sequential
  ends 0
}

@test "live-loop: drift that stays is status 1 after the last round; --dry-run heals nothing" {
  lived
  dw-inject canary --configs "$live/*.json" --target canary_2 --quantise 4
  cp $live/canary_2.json drifted
  live --max-rounds 2 --dry-run
  ends 1
  whole
  [ "$(jq -r .verdict "$history" | tr '\n' ' ')" = 'healthy drift drift ' ]
  cmp drifted $live/canary_2.json
  [ ! -e var/events/audit.ndjson ]
}

@test "live-loop: a canary that fails is not judged, and not healthy" {
  owned
  touch own/fails_b
  own --max-rounds 2
  ends 5
  whole
  jq -es '.[2].verdict == "not judged" and .[2].canaries == {"a":"healthy","b":"not judged"}' "$history" >/dev/null || { cat "$history"; return 1; }
  touch own/fails_a # nobody answers
  own --max-rounds 1
  ends 4
  whole
}

@test "live-loop: a command that is killed is status 4, and the next run goes on" {
  owned
  touch own/kills
  own --max-rounds 1
  ends 4
  whole
  jq -es '.[1].verdict == "not judged" and .[1].status["dw-canary"] == 137' "$history" >/dev/null || { cat "$history"; return 1; }
  rm own/kills
  own
  ends 0
  whole
}

# SIGNAL STATUS: while b is asked
signalled()
{
  owned
  cp "$history" before
  touch own/slow
  # What is started in the background ignores SIGINT, unless somebody sets that right.
  run --separate-stderr timeout 120 bash -c 'env --default-signal=INT scripts/live-loop --every 0 --healthy 3 --repeat 2 --configs "own/*.json" --prompts own/prompts.ndjson & loop=$!
    until mapfile -t pids <own/pid && [ ${#pids[@]} -eq 2 ]; do kill -0 $loop || exit 99; sleep 0.05; done 2>/dev/null
    kill -'"$1"' $loop; wait $loop'
  ends "$2"
  [[ $stderr == *"live-loop: ended by SIG$1"* ]]
  cmp before "$history"
  whole
  for pid in $(<own/pid); do [ ! -e "/proc/$pid" ] || grep -q ') [ZX]' "/proc/$pid/stat"; done # ended, if not taken notice of
  rm own/slow
  own
  ends 0
  whole
  [ "$(wc -l <"$history")" -eq 2 ]
}

@test "live-loop: SIGTERM ends the command at work, and drops the round" { signalled TERM 143; }

@test "live-loop: SIGINT does too" { signalled INT 130; }

@test "live-loop: what is being done about drift is finished before a signal ends the loop, and so is the round" {
  lived
  cat >own.sh <<'END'
echo $$ >own.pid
until [ -e go ]; do sleep 0.05; done
END
  cat >own.yaml <<END
version: 1
drift_policy: {on_low: own, on_medium: own, on_high: own}
actions:
  own: {command: [sh, -c, 'cd "$PWD" && exec sh own.sh']}
END
  dw-inject canary --configs "$live/*.json" --target canary_3 --quantise 4
  run --separate-stderr timeout 120 bash -c 'scripts/live-loop --every 0 --repeat 2 --policy own.yaml & loop=$!
    until [ -s own.pid ]; do kill -0 $loop || exit 99; sleep 0.05; done
    kill -TERM $loop; sleep 0.2; touch go; wait $loop'
  ends 143
  whole
  jq -es '.[1].verdict == "drift" and .[1].action == "own" and .[1].decision == "done" and .[1].status["dw-heal"] == 0' "$history" >/dev/null || { cat "$history"; return 1; }
  dw-heal verify var/events/audit.ndjson
}

@test "live-loop: killed at any moment, history and rounds are whole, and the next run goes on" {
  lived
  delays='0.03 0.1 0.2'
  [ "${DW_SUITE:-}" != full ] || delays='0.02 0.05 0.08 0.1 0.12 0.15 0.2 0.3'
  for delay in $delays; do
    timeout -s KILL $delay scripts/live-loop --every 0 --repeat 2 --watch >/dev/null 2>&1 || true
  done
  live
  ends 0
  whole
  printf '{"kind":"live_round","round":"cut' >>"$history" # as a full disk leaves it
  live
  ends 0
  [[ $stderr == *'the last line was cut'* ]]
  whole
}

@test "live-loop: one at a time; options are held to their form" {
  command -v flock >/dev/null || skip 'no flock command'
  mkdir -p var/live
  exec 8>var/live/lock
  flock 8
  live
  ends 4
  [[ $stderr == *'another live-loop'* ]]
  exec 8>&-
  for options in '--every soon' '--max-rounds 0' '--healthy 2' '--repeat -1' '--no-such 3' 'file' '--configs' '--every='; do
    # shellcheck disable=SC2086
    run -2 --separate-stderr scripts/live-loop $options
    [[ $stderr == 'live-loop: '* ]]
  done
  run -4 --separate-stderr scripts/live-loop --policy nowhere.yaml
  run -0 --separate-stderr scripts/live-loop --help
  for option in $(sed -n 's/^  \(--[a-z-]*\)).*/\1/p' scripts/live-loop); do [[ $output == *"$option "* ]]; done
}
