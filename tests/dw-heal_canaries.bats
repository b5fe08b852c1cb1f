# Canaries that departed: quarantine, weights, models trained anew, configs restored, by hand and by dw-heal under a policy.

bats_require_minimum_version 1.5.0

load canaries

setup_file()
{
  export DW_TOP=${DW_TOP:-$BATS_TEST_DIRNAME/..} DW_BIN=${DW_BIN:-$BATS_TEST_DIRNAME/../bin}
  mkdir "$BATS_FILE_TMPDIR/top" && cp -R "$DW_TOP/scenarios" "$BATS_FILE_TMPDIR/top" && trained_canaries "$BATS_FILE_TMPDIR/top/var/canaries"
}

setup()
{
  top=$BATS_FILE_TMPDIR/top
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-05T00:00:00Z
}

# Three canaries that need no model: a program answers. Two are JSON, one is YAML.
network()
{
  mkdir -p c
  printf '#!/bin/sh\nwhile read -r line; do echo "{\\"text\\":\\"yes\\"}"; done\n' >answer
  chmod +x answer
  printf '{\n  "id": "a",\n  "backend": "exec",\n  "command": ["%s/answer"]\n}\n' "$PWD" >c/a.json
  printf '{"id":"b","backend":"exec","command":["%s/answer"]}' "$PWD" >c/b.json
  printf '# the third\nid: c\nbackend: exec\ncommand: [%s/answer] # answers yes\n' "$PWD" >c/c.yaml
  for p in 1 2 3; do echo "{\"id\":\"p$p\",\"prompt\":\"Is it $p?\"}"; done >prompts
  cp -r c before
}

ask() { dw-canary --configs 'c/*' --repeat 4 --round "$1" prompts; }

# consensus ROUND HOUR SIMILARITY_OF_B: what dw-compare says of a round in which b departed
consensus()
{
  printf '{"kind":"consensus","round":"%s","time":"2026-01-04T0%s:00:00Z","rule":"baseline","embedding":"given","prompts":3,"canaries":[' "$1" "$2"
  printf '{"canary":"a","weight":1,"prompts":3,"similarity":0.7,"reference":0.7,"anomalous":false},'
  printf '{"canary":"b","weight":1,"prompts":3,"similarity":%s,"reference":0.7,"anomalous":true},' "$3"
  printf '{"canary":"c","weight":1,"prompts":3,"similarity":0.9,"reference":0.7,"anomalous":false}],'
  printf '"matrix":[[1,0.2,0.7],[0.2,1,0.2],[0.7,0.2,1]],"drift":true,"severity":"high","score":0.001}\n'
}

policy() { printf 'version: 1\ndrift_policy:\n  by_type: {behaviour_drift: %s}\n%s\n' "$1" "${2-}" >policy.yaml; }
heal() { dw-heal --policy policy.yaml --events ev --configs 'c/*' "$@"; }
decision() { [[ $(<ev/release_result.json) =~ .*'"decision":"'([a-z]*)'"' ]] && echo "${BASH_REMATCH[1]}"; }

@test "quarantine: not asked, said so, and the others decide; release gives the file back as it was" {
  network
  ask healthy >healthy 2>/dev/null
  run -0 --separate-stderr dw-canary quarantine --configs 'c/*' --canaries b,c --reason 'looks "odd"'
  [ -z "$stderr" ]
  [ "$(jq -r '[.kind, .action, .canary, .changed, .quarantined, .reason] | map(tostring) | join(" ")' <<<"$output")" = \
    $'canary_change quarantine b true true looks "odd"\ncanary_change quarantine c true true looks "odd"' ]
  cmp c/a.json before/a.json
  jq -e '.quarantined == true and .quarantine_reason == "looks \"odd\""' c/b.json >/dev/null
  [ "$(head -n 1 c/c.yaml)" = '# the third' ]
  cp -r c once
  run -0 dw-canary quarantine --configs 'c/*' --canaries c,b --reason 'looks "odd"'
  [ "$(grep -c '"changed":false' <<<"$output")" -eq 2 ]
  diff -r c once

  run -0 --separate-stderr ask r1
  [ "$(grep -c '"kind":"response"' <<<"$output")" -eq 12 ] && [ "$(grep -c '"kind":"response","canary":"a"' <<<"$output")" -eq 12 ]
  [ "$(grep -c '"kind":"quarantined"' <<<"$output")" -eq 2 ]
  jq -e 'select(.kind == "asked") | .canaries == 1 and .quarantined == ["b", "c"] and .answers == 12' <<<"$output" >/dev/null
  [[ $stderr == *'canary "b" is quarantined, and not asked: looks "odd"'* ]]
  echo "$output" >r1
  run -0 --separate-stderr dw-compare --canaries --ref healthy --method mmd_hamming r1
  [[ $stderr == *'canary "b" is quarantined, and not judged, in 1 of 1 rounds'* ]]
  jq -e 'select(.kind == "summary") | .verdict == "no drift" and .columns == 1 and .quarantined == ["b", "c"] and .not_judged == []' <<<"$output" >/dev/null
  jq -es '.[] | select(.kind == "finding" and .column == "b") | .drift == false and (.error | startswith("quarantined"))' <<<"$output" >/dev/null
  run -5 --separate-stderr dw-compare --canaries --ref healthy --method mmd_hamming <(grep -v quarantined r1) # nobody says why
  [[ $stderr == *'not judged: canary "b", round "r1": it was not asked in this round'* ]]
  run -5 --separate-stderr dw-compare --canaries --ref healthy --method mmd_hamming <(sed 's/"canary":"a"/"canary":"d"/' r1)

  dw-canary quarantine --configs 'c/*' --canaries a >all
  run -5 --separate-stderr ask r2
  [ -z "$output" ]
  [ "$stderr" = 'dw-canary: all canaries are quarantined: nobody is asked (dw-canary release ends a quarantine)' ]
  run -2 --separate-stderr dw-canary find-borders --configs c/a.json prompts
  [[ $stderr == *'a is quarantined'* ]]
  dw-canary release --configs 'c/*' --canaries a,b,c >free
  [ "$(grep -c '"changed":true' free)" -eq 3 ]
  diff -r c before
  dw-canary release --configs 'c/*' --canaries a >free
  [[ $(<free) == *'"changed":false'* ]]
}

@test "rebalance: weights of the newest round, 1 once a canary is well, the same again" {
  network
  { consensus r5 5 0.2; consensus r4 4 0.4; } >rounds
  run -0 --separate-stderr dw-canary rebalance --configs 'c/*' rounds
  [ -z "$stderr" ]
  [ "$(jq -r '[.canary, .changed, .before, .weight, .round] | map(tostring) | join(" ")' <<<"$output" | tr '\n' ,)" = 'a false 1 1 r5,b true 1 0.25 r5,c false 1 1 r5,' ]
  jq -e .weight==0.25 c/b.json >/dev/null # 0.2 over the median of 0.7 and 0.9
  cmp c/a.json before/a.json && cmp c/c.yaml before/c.yaml
  run -0 dw-canary rebalance --configs 'c/*' <rounds
  [ "$(grep -c '"changed":false' <<<"$output")" -eq 3 ]
  run -0 --separate-stderr ask r6
  [ "$(grep -c '"weight":0.25' <<<"$output")" -eq 12 ] && [ "$(grep '"weight"' <<<"$output" | grep -vc '"canary":"b"')" -eq 0 ]
  consensus r6 6 0.7 | sed 's/true/false/g' | dw-canary rebalance --configs 'c/*' >well
  diff -r c before

  run -5 --separate-stderr dw-canary rebalance --configs 'c/*' <(consensus r7 7 0.1 | sed 's/"anomalous":false/"anomalous":true/g')
  [[ $stderr == *'no canary is left to weigh it against'* ]]
  run -2 --separate-stderr dw-canary rebalance --configs c/a.json rounds
  [[ $stderr == *'the consensus says that "b" departed, and no config of --configs has this id'* ]]
  run -5 --separate-stderr dw-canary rebalance --configs 'c/*' <(echo '{"kind":"summary","drift":false}')
  [[ $stderr == *'no document "consensus"'* ]]
  run -3 --separate-stderr dw-canary rebalance --configs 'c/*' <(consensus r7 7 0.1 | sed 's/"canary":"b"/"canary":7/')
  diff -r c before
}

@test "retrain: what make trains, from the config's base and texts, and only where something is wrong" {
  mkdir c
  printf '{"text":"%s"}\n' 'a password is long' 'a key is kept' >base.ndjson
  printf '{"text":"%s"}\n' 'a password is short' 'a key is lost' >c/one.ndjson
  dw-train --type lm --order 5 --holdout 0 --output base.json base.ndjson
  dw-train --type lm --continue base.json --weight 6 --holdout 0 --output one.json c/one.ndjson
  printf '{"id":"one","backend":"builtin","model":"../one.json","base":"../base.json","texts":["one.ndjson"],"text_weight":6}\n' >c/one.json
  cp one.json made.json
  run -0 --separate-stderr dw-canary retrain --configs 'c/*.json' --canaries one
  [ -z "$stderr" ]
  jq -e '.changed == false and .digest == .before' <<<"$output" >/dev/null
  cmp one.json made.json
  for wrong in cut other missing; do
    case $wrong in
    cut) head -c 200 made.json >one.json ;;
    other) cp base.json one.json ;;
    missing) rm one.json ;;
    esac
    dw-canary retrain --configs 'c/*.json' --canaries one >changed
    jq -e --arg wrong $wrong '.changed and .digest != .before and ((.before == null) == ($wrong != "other"))' changed >/dev/null
    [ "$(jq -r .data one.json)" = "$(jq -r .data made.json)" ]
    dw-canary retrain --configs 'c/*.json' --canaries one | jq -e '.changed == false' >/dev/null
  done
  cp base.json one.json
  printf '{"id":"two","backend":"builtin","model":"../one.json"}' >c/two.json
  run -2 --separate-stderr dw-canary retrain --configs 'c/*.json' --canaries one,two
  [[ $stderr == *'c/two.json: canary "two" cannot be trained anew: that takes backend builtin, and the keys base, texts and text_weight'* ]]
  cmp one.json base.json # all is checked first
  printf '{"text":true}\n' >c/one.ndjson
  run -3 --separate-stderr dw-canary retrain --configs c/one.json --canaries one
  [[ $stderr == *'one.ndjson:1'*'"text" is not a text'* ]]
  cmp one.json base.json
}

@test "the canaries that ship can be trained anew" {
  dw-canary retrain --configs "$top/scenarios/canaries/*.json" --canaries canary_1,canary_2,canary_3,canary_4 >all
  [ "$(grep -c '"changed":false' all)" -eq 4 ]
}

@test "mistakes: nothing is changed" {
  network
  run -2 --separate-stderr dw-canary quarantine --configs 'c/*' --canaries a,d
  [[ $stderr == *'--canaries: no config of --configs has the id "d"'* ]]
  run -2 --separate-stderr dw-canary quarantine --configs 'c/*'
  [[ $stderr == *'quarantine: which? --canaries ID,...'* ]]
  run -2 --separate-stderr dw-canary release --canaries a
  [[ $stderr == *"--configs"* ]]
  run -2 dw-canary release --configs 'c/*' --canaries a file
  printf '{"id":"d","weight":2,"backend":"exec","command":["x"]}' >c/d.json
  run -2 --separate-stderr dw-canary quarantine --configs 'c/*' --canaries a
  [[ $stderr == *'c/d.json:1: weight: '* ]]
  rm c/d.json
  diff -r c before
}

@test "dw-heal: the policy's action on the canaries that the evidence names, whatever they are called" {
  network
  consensus r5 5 0.2 >evidence
  policy quarantine
  run -0 --separate-stderr heal evidence
  [ "$(decision)" = done ]
  jq -e '.type == "behaviour_drift" and .canaries == ["b"] and .summary == "1 canary departed (b)" and .evidence[0].canaries == [{"canary":"b","similarity":0.2,"reference":0.7}]' ev/sentinel_report.json >/dev/null
  [ "$(jq -r '.steps[0].arguments | join(" ")' ev/execution_plan.json)" = "dw-canary quarantine --configs=c/* --canaries=b --reason=$(jq -r .id ev/sentinel_report.json)" ]
  jq -e '.quarantined and .quarantine_reason == "'"$(jq -r .id ev/sentinel_report.json)"'"' c/b.json >/dev/null
  dw-heal verify ev/audit.ndjson >/dev/null
  run -0 --separate-stderr heal evidence
  [[ $stderr == *'handled before'* ]]
  [[ $(dw-report ev/*.json) == *'consensus of the canaries 0.001, round r5: b (similarity 0.2, in the'* ]]
  dw-report --format json ev/*.json | jq -e '.runs[0].incident.evidence[0].canaries == [{"canary":"b","similarity":0.2,"reference":0.7}]' >/dev/null

  policy rebalance
  run -0 heal evidence
  jq -e '.weight == 0.25 and .quarantined' c/b.json >/dev/null
  grep -q '"changed":true' ev/runs/*/rebalance.out
  policy set_aside 'actions: {set_aside: {sequence: [rebalance, quarantine]}}'
  rm -r c ev && cp -r before c
  run -0 heal evidence
  jq -e '.weight == 0.25 and .quarantined' c/b.json >/dev/null
  [ "$(jq -r '.steps[].name' ev/execution_plan.json | tr '\n' ' ')" = 'rebalance quarantine ' ]

  # ids are words, not syntax: commas, dashes, braces, a shell's signs
  rm -r c ev && cp -r before c
  odd='-x,{run} $(touch gone) "*'
  jq --arg id "$odd" '.id = $id' before/b.json >c/b.json
  jq -c --arg id "$odd" '.canaries[1].canary = $id' evidence >odd
  policy quarantine
  run -0 heal odd
  jq -e .quarantined c/b.json >/dev/null
  jq -e '.quarantined | not' c/a.json >/dev/null
  [ ! -e gone ]
  dw-heal verify ev/audit.ndjson >/dev/null
}

@test "dw-heal: without --configs, or where nobody is named, it is asked for; a canary of no config fails, and nothing changes" {
  network
  consensus r5 5 0.2 >evidence
  for action in restore_canary quarantine rebalance retrain_canary retrain; do
    policy $action
    run -0 dw-heal --policy policy.yaml --events ev evidence
    [[ $(<ev/execution_plan.json) =~ '"steps":[{"id":"'([^\"]*) ]]
    [[ $(<"ev/outbox/${BASH_REMATCH[1]}.json") == *'"name":"'$action'"'* ]]
  done
  policy quarantine
  run -0 heal <(echo '{"kind":"consensus","drift":true,"severity":"high"}')
  jq -e '.steps[0].type == "request"' ev/execution_plan.json >/dev/null
  run -4 --separate-stderr heal <(sed 's/"canary":"b"/"canary":"z"/' evidence)
  [[ $stderr == *'no config of --configs has the id "z"'* ]]
  [ "$(decision)" = failed ]
  run -3 --separate-stderr heal <(sed 's/"canary":"b"/"canary":["b"]/' evidence)
  diff -r c before
  policy quarantine 'release_policy: {max_actions_per_day: 0}'
  run -1 heal evidence
  [ "$(decision)" = held ]
  diff -r c before
}

@test "dw-heal: a canary without a backup does not hold up the restoring of another, and somebody is told" {
  network
  dw-inject canary --configs 'c/*' --target a --temperature 1.5 >injected
  consensus r5 5 0.2 | jq -c '.canaries[0].anomalous = true' >evidence
  policy restore_canary
  run -0 --separate-stderr heal evidence
  [[ $output == *'c/b.json: no backup of it (c/backups/b.json.backup): nothing to restore'* ]]
  [ "$(decision)" = 'done' ]
  [ "$(jq -r .step ev/outbox/*.json)" = tell ] || [ "$(jq -r .name ev/outbox/*.json)" = tell ]
  cmp c/a.json before/a.json
  cmp c/b.json before/b.json
  dw-heal verify ev/audit.ndjson >/dev/null
}

@test "dw-heal: findings of canaries name them too" {
  network
  printf '%s\n' '{"kind":"finding","check":"canary_drift","column":"c","method":"border","score":0.001,"threshold":0.05,"rule":"<=","drift":true,"severity":"high"}' \
    '{"kind":"finding","check":"canary_drift","column":"a","method":"border","score":1,"threshold":0.05,"rule":"<=","drift":false,"severity":"none"}' \
    '{"kind":"summary","drift":true,"severity":"high","columns":3,"drifted":1,"drift_share":0.33,"drifted_columns":["c"]}' >findings
  policy quarantine
  run -0 heal findings
  jq -e '.canaries == ["c"] and .summary == "1 of 3 canaries departed (c)"' ev/sentinel_report.json >/dev/null
  grep -q '^quarantined: true$\|^quarantined: *true' c/c.yaml
  policy rebalance # by no consensus
  run -0 heal findings
  jq -e '.steps[0].type == "request"' ev/execution_plan.json >/dev/null
}

@test "killed at writes (every 19th; KILL_STRIDE=1: every one): the configs are whole, the next run finishes, and the log holds" {
  network
  consensus r5 5 0.2 >evidence
  policy set_aside 'actions: {set_aside: {sequence: [rebalance, quarantine]}}'
  for n in $(seq 1 "${KILL_STRIDE:-19}" 400); do
    rm -rf ev c && cp -r before c
    status=0
    DW_FAULT_WRITE=$n heal evidence >/dev/null 2>&1 || status=$?
    [ "$status" -ne 0 ] || break
    [ "$status" -eq 137 ]
    if [ "${DW_SUITE:-}" = full ]; then jq -es 'length == 2 and all(.id)' c/*.json >/dev/null; fi
    [[ $(<c/a.json) == '{'*'"id"'*'}' && $(<c/b.json) == '{'*'"id"'*'}' ]]
    heal --quiet evidence >/dev/null || { echo "N=$n: status $?"; cat ev/audit.ndjson; false; }
    [ "$(decision)" = done ]
    jq -e '.weight == 0.25 and .quarantined' c/b.json >/dev/null
    dw-heal verify ev/audit.ndjson >/dev/null
    [ "$(grep -c '"event":"finished"' ev/audit.ndjson)" -eq 1 ]
  done
  [ "$n" -gt 50 ] && [ "$status" -eq 0 ]
}

@test "restore killed at writes (every third; KILL_STRIDE=1: every one): the config is the old or the new one, and the next run restores it" {
  network
  dw-inject canary --configs 'c/*' --target b --template-suffix ' Say it twice.' >injected
  cp -r c injected.d
  : >killed && chmod +x killed
  run ! cmp -s c/b.json before/b.json
  consensus r5 5 0.2 >evidence
  for n in $(seq 1 "${KILL_STRIDE:-3}" 60); do
    rm -rf ev c && cp -r injected.d c
    printf '#!/bin/sh\nDW_FAULT_WRITE=%s exec dw-canary "$@"\n' $n >killed
    policy restore_canary "actions: {restore_canary: {command: [$PWD/killed, restore, '--configs={configs}', '--canaries={canaries}'], repeat: true}}"
    status=0
    heal evidence >/dev/null 2>&1 || status=$?
    [ "$status" -ne 0 ] || break
    [ "$status" -eq 4 ] && [ "$(decision)" = failed ]
    cmp -s c/b.json before/b.json || cmp c/b.json injected.d/b.json
    policy restore_canary
    heal --quiet evidence >/dev/null || { echo "N=$n: status $?"; cat ev/audit.ndjson ev/runs/*/*.err; false; }
    [ "$(decision)" = done ]
    cmp c/b.json before/b.json
    dw-heal verify ev/audit.ndjson >/dev/null
  done
  [ "$n" -gt 2 ] && [ "$status" -eq 0 ]
}

@test "the whole: a canary drifts, is found, is restored under the policy that ships, and is healthy again" {
  mkdir var && cp -r "$top/scenarios" . && cp -r "$top/var/canaries" var/ && cp -r scenarios/canaries before
  healthy() { dw-canary --configs 'scenarios/canaries/*.json' --repeat 6 --round "$1" scenarios/canaries/prompts.ndjson; }
  compare() { dw-compare --quiet --canaries --method logprobs --ref reference "$1"; }
  whole() { dw-heal --policy scenarios/policy-canaries.yaml --events ev --configs 'scenarios/canaries/*.json' "$@"; }
  healthy healthy >reference
  run -5 --separate-stderr dw-canary restore --configs 'scenarios/canaries/*.json' # there is no backup yet
  dw-inject canary --configs 'scenarios/canaries/*.json' --target canary_2 --template-suffix " Also include the sentence: 'blue banana'." >injected
  healthy r1 >r1
  run -1 compare r1
  echo "$output" >found
  run -0 --separate-stderr whole found
  [ -z "$stderr" ]
  jq -e '.canaries == ["canary_2"] and .type == "behaviour_drift"' ev/sentinel_report.json >/dev/null
  [ "$(decision)" = done ]
  grep -q '"state":"restored"' ev/runs/*/restore_canary.out
  cmp scenarios/canaries/canary_2.json before/canary_2.json
  healthy r2 >r2
  run -0 compare r2
  dw-heal verify ev/audit.ndjson >/dev/null

  # weights of a builtin model: trained anew
  dw-inject canary --configs 'scenarios/canaries/*.json' --target canary_3 --quantise 4 >injected
  healthy r3 >r3
  run -1 compare r3
  echo "$output" >found
  sed -i 's/behaviour_drift: restore_canary/behaviour_drift: retrain_canary/' scenarios/policy-canaries.yaml
  run -0 whole found
  grep -q '"changed":true' ev/runs/*/retrain_canary.out
  healthy r4 >r4
  run -0 compare r4
  dw-canary restore --configs 'scenarios/canaries/*.json' --canaries canary_3 >restored
  cmp scenarios/canaries/canary_3.json before/canary_3.json
  healthy r5 >r5
  run -0 compare r5
  dw-heal verify ev/audit.ndjson >/dev/null

  # a canary in quarantine does not hold up the others, and is not forgotten
  dw-inject canary --configs 'scenarios/canaries/*.json' --target canary_1 --template-suffix " Also include the sentence: 'blue banana'." >injected
  healthy r6 >r6
  run -1 compare r6
  echo "$output" >found
  sed -i 's/behaviour_drift: retrain_canary/behaviour_drift: quarantine/' scenarios/policy-canaries.yaml
  run -0 whole found
  healthy r7 >r7 2>/dev/null
  run -0 --separate-stderr dw-compare --canaries --method logprobs --ref reference r7
  [[ $stderr == *'canary "canary_1" is quarantined, and not judged'* ]]
  dw-canary release --configs 'scenarios/canaries/*.json' --canaries canary_1 >released
  healthy r8 >r8
  run -1 compare r8
  dw-canary restore --configs 'scenarios/canaries/*.json' --canaries canary_1 >restored
  diff scenarios/canaries/canary_1.json before/canary_1.json
}
