# dw-compare --canaries --sequential: rounds of a cron job held against one healthy round, remembered in a state file.

bats_require_minimum_version 1.5.0

setup()
{
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" F=$BATS_FILE_TMPDIR
  export DW_NOW=2026-01-31T09:30:00Z ASAN_OPTIONS=detect_leaks=0
  cd "$BATS_TEST_TMPDIR" || return 1
  methods=logprobs,mmd_hamming
}

whole() { [ "${DW_SUITE:-}" = full ]; }
brief() { whole || methods=logprobs; } # where it does not matter which: the distances take twice the time

# NUMBER MODEL: an hour's round of two canaries, the second of which is that model.
ask()
{
  for canary in one two; do
    model=first.json
    [ $canary = one ] || model=$2
    printf '{"id":"%s","backend":"builtin","model":"%s","temperature":0.6,"top_p":0.95,"seed":%d,"max_new_tokens":60,"template":"### Human: {prompt}\\n### Assistant: ","logprobs":10,"logprob_tokens":1}\n' \
      $canary "$model" $((7000 * $1 + 100)) >$canary.json
  done
  DW_NOW=2026-01-01T0$1:00:00Z dw-canary --configs one.json,two.json --repeat 5 --round "r$1" --output "round$1" "$S/prompts.ndjson"
}

setup_file()
{
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" S=$BATS_TEST_DIRNAME/../scenarios/canaries ASAN_OPTIONS=detect_leaks=0
  cd "$BATS_FILE_TMPDIR" || return 1
  dw-train --quiet --type lm --order 8 --holdout 0 --output base.json "$S/base.ndjson"
  dw-train --quiet --type lm --continue base.json --weight 6 --holdout 0 --output first.json "$S/canary_1.ndjson"
  dw-train --quiet --type lm --continue base.json --weight 6 --holdout 0 --output second.json "$S/canary_2.ndjson"
  for round in 0 1 2 3 4 5; do ask $round second.json; done
  ask 6 base.json # another model
  ask 7 second.json
}

watch() { dw-compare --canaries --quiet --method "$methods" --ref "$F/round0" --sequential state.json "$@"; }
member() { jq -r "select(.kind == \"finding\") | $1"; }
# Everything but made_by, which holds the arguments
answer() { sed 's/,"made_by":.*//' "$@"; }

@test "healthy rounds are quiet, a swapped model alarms in its first round, and the alarm stays until a reset" {
  rounds=(1 2) look=3
  if whole; then rounds=(1 2 3 4 5) look=6; fi
  for round in "${rounds[@]}"; do
    run -0 --separate-stderr watch "$F/round$round"
    [ -z "$stderr" ]
    jq -es --argjson round "$round" '[.[] | select(.kind == "finding") | .detail | [.looks, .streams, .alarm_look]] | unique == [[$round, 4, null]]' <<<"$output"
  done
  run -1 --separate-stderr watch "$F/round6"
  jq -es --argjson look $look '.[-1].verdict == "drift" and .[-1].drifted_columns == ["two"] and
    ([.[] | select(.kind == "finding" and .drift)] | map([.column, .method, .detail.alarm_look, .detail.alarm_round, .detail.alarm_time]) == [["two", "logprobs", $look, "r6", "2026-01-31T09:30:00Z"]] and
      all(.[]; .detail.permutations > 1000 and .detail.look_p_value < .p_value and .p_value < .p_adjusted and .p_adjusted <= 0.05))' <<<"$output"
  DW_NOW=2026-02-01T00:00:00Z run -1 --separate-stderr watch "$F/round7"
  [ "$(member 'select(.drift) | "\(.column) \(.detail.alarm_look) \(.detail.alarm_round) \(.detail.alarm_time) \(.severity)"' <<<"$output")" = "two $look r6"' 2026-01-31T09:30:00Z low' ]
  run -0 --separate-stderr watch --exit-zero "$F/round7"
  run -0 --separate-stderr watch --sequential-reset "$F/round5"
  [[ $output == *'"looks":1,'* && ! $output =~ \"looks\":([2-9]|1[0-9]) ]]
}

@test "all rounds at once are looks one after the other, whatever their order, threads or compression" {
  brief
  rounds=(1 2 6 7) turned=(7 1 6 2)
  if whole; then rounds=(1 2 3 4 5 6 7) turned=(7 3 6 1 5 2 4); fi
  for round in "${rounds[@]}"; do
    status=0
    watch --output "out$round" "$F/round$round" || status=$?
    [ $status -eq $((round > 5)) ]
  done
  cp state.json single.json
  rm state.json
  run -1 --separate-stderr watch --threads 1 --output out "${turned[@]/#/$F/round}"
  cmp state.json single.json
  cmp <(answer "${rounds[@]/#/out}" | grep finding) <(answer out | grep finding)
  rm state.json
  cat "${turned[@]/#/$F/round}" >turned
  zstd -q turned
  run -1 --separate-stderr watch --threads 4 --output other turned.zst
  cmp state.json single.json
}

@test "a round that was looked at is not counted again, and answers as it did" {
  brief
  watch --output first "$F/round1"
  watch --output second "$F/round2"
  run -1 --separate-stderr watch --output sixth "$F/round6"
  cp state.json before.json
  run -1 --separate-stderr dw-compare --canaries --method "$methods" --ref "$F/round0" --sequential state.json "$F"/round[126]
  [[ $stderr == *'state.json: 3 rounds, the first of them "r1": an earlier look was at this very data: it is not counted again'* ]]
  cmp state.json before.json
  cmp <(cat first second sixth | sed 's/,"made_by":.*//' | grep finding) <(grep finding <<<"$output")
  sed 's/"round":"r2"/"round":"again"/' "$F/round2" >renamed # the same answers at the same times
  run -0 --separate-stderr dw-compare --canaries --method "$methods" --ref "$F/round0" --sequential state.json renamed
  [[ $stderr == *'round "again": an earlier look was at this very data'* ]]
  cmp state.json before.json
  sed 's/"round":"r3"/"round":"r2"/' "$F/round3" >mistaken # other answers by the same name
  run -3 --separate-stderr watch mistaken
  [ -z "$output" ]
  [ "$stderr" = 'dw-compare: state.json: an earlier look was at other answers of canary "one" in a round "r2": each round has a name of its own, and is looked at when it is complete' ]
  cmp state.json before.json
}

@test "a canary that is not judged does not advance, and does not pass" {
  watch --output out "$F/round1"
  grep '"canary":"one"' "$F/round2" >half
  run -5 --separate-stderr watch half
  [[ $stderr == 'dw-compare: not judged: canary "two", round "r2": it was not asked in this round' ]]
  [ "$(member '"\(.column) \(.detail.observations)"' <<<"$output" | sort -u | tr '\n' ' ')" = 'one 2 two 1 ' ]
  run -0 --separate-stderr watch "$F/round2" # the other half: that of one is known
  [ "$(member '"\(.column) \(.detail.observations)"' <<<"$output" | sort -u | tr '\n' ' ')" = 'one 2 two 2 ' ]
  run -1 --separate-stderr watch "$F/round6"
  grep '"canary":"one"' "$F/round3" >half
  run -1 --separate-stderr watch half # two is not judged, but its alarm stands
  [ "$(jq -r 'select(.kind == "summary") | .drifted_columns[], .not_judged[].column' <<<"$output" | tr '\n' ' ')" = 'two two two ' ]
}

@test "another reference, other methods, and options that do not go together" {
  brief
  watch --output first "$F/round1"
  cp state.json before.json
  run -3 --separate-stderr dw-compare --canaries --method "$methods" --ref "$F/round3" --sequential state.json "$F/round2"
  [[ $stderr == *'state.json: this state was begun with another reference'*'--sequential-reset'* ]]
  run -2 --separate-stderr dw-compare --canaries --quiet --ref "$F/round0" --sequential state.json "$F/round2"
  [[ $stderr == *"begun with --method $methods --characters 1000 --block 1 --tokens 50, now it is --method auto --characters 1000 --block 1 --tokens 50: give the same"* ]]
  for option in '--characters 50' '--tokens 5' '--units characters' --latency '--block 5' '--permutations 5000'; do
    # shellcheck disable=SC2086
    run -2 --separate-stderr watch $option "$F/round2"
    [[ $stderr == *'give the same at every look'* ]]
  done
  cmp state.json before.json
  run -0 --separate-stderr watch --alpha 0.2 --seed 7 "$F/round2" # a matter of taste
  tac "$F/round0" >turned
  run -0 --separate-stderr dw-compare --canaries --quiet --method "$methods" --ref turned --sequential state.json "$F/round3" # the same reference
  run -2 --separate-stderr dw-compare --canaries --ref "$F/round0" --sequential-reset "$F/round1"
  [[ $stderr == *'--sequential-reset goes with --sequential STATE'* ]]
  run -2 --separate-stderr dw-compare --canaries --ref "$F/round0" --sequential - "$F/round1"
  [[ $stderr == *'needs the name of a file that stays'* ]]
  run -2 --separate-stderr dw-compare --canaries --ref "$F/round0" --sequential s.json --output s.json "$F/round1"
  [[ $stderr == *'--output would overwrite the state'* ]]
  for rule in seed published; do
    run -2 --separate-stderr dw-compare --canaries --rule $rule --ref "$F/round0" --sequential s.json "$F/round1"
    [[ $stderr == *"--sequential goes with --rule own: rule $rule knows no rate of false alarms"* ]]
  done
  [ ! -e s.json ]
}

@test "a state that was cut, edited or is none of ours is refused, and a foreign file is never overwritten" {
  brief
  watch --output first "$F/round1"
  cp state.json whole.json
  head -c 700 whole.json >state.json
  run -3 --separate-stderr watch "$F/round2"
  [ -z "$output" ]
  [ "$stderr" = 'dw-compare: state.json: this state was cut or changed after it was written: put back a copy, or begin anew with --sequential-reset' ]
  sed 's/"looks":1/"looks":2/' whole.json >state.json
  run -3 --separate-stderr watch "$F/round2"
  [[ $stderr == *'cut or changed'* ]]
  run -0 --separate-stderr watch --sequential-reset --output out "$F/round2"
  dw-gen --rows 100 --seed 1 --output columns.ndjson
  dw-compare --quiet --ref columns.ndjson --sequential columns.json --output out columns.ndjson
  for foreign in columns.json "$F/round1"; do # the state of columns is none of canaries
    for reset in '' --sequential-reset; do
      cp "$foreign" state.json
      run -3 --separate-stderr watch $reset "$F/round2"
      [[ $stderr == *'state.json: this is no state of dw-compare --canaries --sequential'* ]]
      cmp state.json "$foreign"
    done
  done
  run -3 --separate-stderr dw-compare --ref columns.ndjson --sequential whole.json columns.ndjson
  [[ $stderr == *'this is no state of dw-compare --sequential'* ]]
}

@test "killed at every write: the look did not happen, or is not counted twice (DW_SUITE=full: at every write, not every second)" {
  brief
  step=2 least=(3 1 1)
  if whole; then step=1 least=(6 2 2); fi
  watch --output first "$F/round1"
  cp state.json before.json
  watch --output want "$F/round2"
  cp state.json after.json
  n=$((1 - step)) status=137 kills=0 olds=0 news=0
  while [ "$status" -eq 137 ]; do
    n=$((n + step)) status=0
    rm -f got
    cp before.json state.json
    { DW_FAULT_WRITE=$n dw-compare --canaries --quiet --method "$methods" --ref "$F/round0" --sequential state.json --output got "$F/round2"; } 2>err || status=$?
    [ "$status" -eq 137 ] || [ "$status" -eq 0 ]
    [ "$status" -eq 0 ] || kills=$((kills + 1))
    if cmp -s state.json before.json; then olds=$((olds + 1))
    else cmp state.json after.json; news=$((news + 1)); fi
    [ ! -e got ] || cmp <(answer got) <(answer want)
    watch --output got "$F/round2"
    cmp state.json after.json
    cmp <(answer got) <(answer want)
  done
  echo "$kills kills, $olds old states, $news new ones"
  [ "$kills" -ge "${least[0]}" ]
  [ "$olds" -ge "${least[1]}" ]
  [ "$news" -ge "${least[2]}" ]
}

@test "two looks at once: the second waits for the first" {
  brief
  mkfifo go
  { exec 8>state.json.lock; flock 8; echo held >go; sleep 0.2; : >released; } &
  read -r _ <go
  watch --output out "$F/round1"
  [ -e released ]
  wait
  [ "$(member .detail.looks <out | sort -u)" = 1 ]
  for round in 2 3 4 5; do watch --output "out$round" "$F/round$round" & done # whichever comes first
  wait
  watch --output out "$F/round7"
  [ "$(member .detail.looks <out | sort -u)" = 6 ]
}

@test "a full disk: no verdict, the old state, nothing left behind" {
  brief
  watch --output first "$F/round1"
  cp state.json before.json
  full() { ( trap '' XFSZ; ulimit -f 1; watch "$F/round2" ); }
  run -4 --separate-stderr full
  [ -z "$output" ]
  [ "$stderr" = 'dw-compare: state.json: File too large' ]
  cmp state.json before.json
  [ "$(find . -name '.state*')" = '' ]
}

@test "what a user is told: times that go backwards, other prompts, too few permutations" {
  tell() { dw-compare --canaries --method logprobs --ref "$F/round0" --sequential state.json "$@"; }
  tell --output out "$F/round3"
  run -0 --separate-stderr tell --output out "$F/round2"
  [[ $stderr == *'warning: state.json: round "r2" begins at 2026-01-01T02:00:00Z, before the end of an earlier look: times go backwards'* ]]
  grep -v '"prompt":"p01"' "$F/round4" >fewer
  run -0 --separate-stderr tell fewer
  [[ $stderr == *'warning: state.json: in 2 findings other prompts, or another number of answers, were asked for than in earlier looks: ranks begin anew'* ]]
  [ "$(member .detail.ranked <<<"$output" | sort -u)" = 0 ]
  rm state.json
  run -0 --separate-stderr tell --permutations 100 "$F/round6"
  [[ $stderr == *'warning: state.json: 1 finding is as plain as its permutations can show, and that is no alarm by itself at this look: --permutations asks for more'* ]]
  [ "$(member 'select(.column == "two") | .detail.permutations_needed > 100' <<<"$output")" = true ]
}

# A real endpoint, whose provider redirected it to another model between the 29th and the 30th of January 2026.
@test "a recorded endpoint, day by day: the first alarm is the swap" {
  shared=${DW_SHARED:-$BATS_TEST_DIRNAME/../../shared}
  [ -f "$shared/data/canary/border_inputs.ndjson.zst" ] || skip 'the recorded endpoint is not here'
  zstd -dcq "$shared/data/canary/border_inputs.ndjson.zst" >all
  grep '"round":"2026-01-14' all >reference
  grep -v '"round":"2026-01-14' all >rounds
  run -1 --separate-stderr dw-compare --canaries --quiet --alpha 0.01 --ref reference --sequential state.json rounds
  jq -es '[.[] | select(.kind == "finding")] | length == 37 and (map(select(.drift).detail) | .[0].round == "2026-01-30T21:11:19+00:00" and
    (map(.alarm_round) | unique == ["2026-01-30T21:11:19+00:00"]) and map(.alarm_look) == [range(22) | 16])' <<<"$output"
}
