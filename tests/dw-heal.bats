# dw-heal: decisions, steps, resuming after a kill, the audit log. The actions are small shell programs that write down that they ran.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR"
  export DW_NOW=2026-01-05T00:00:00Z
  finding='{"kind":"finding","check":"column_drift","column":"amount","method":"wasserstein","score":0.4,"threshold":0.1,"rule":">=","drift":true,"severity":"high","direction":"up"}'
  printf '%s\n{"kind":"summary","drift":true,"severity":"high","columns":1,"drifted":1,"drift_share":1,"dataset_drift":true}\n' "$finding" >high.ndjson
  printf '%s\n{"kind":"summary","drift":true,"severity":"low","columns":1,"drifted":1,"drift_share":1,"dataset_drift":true}\n' "$finding" >low.ndjson
  printf '{"kind":"summary","drift":false,"severity":"none","columns":1,"drifted":0,"drift_share":0}\n' >none.ndjson
  metrics 0.9 0.7
  for step in train evaluate register promote undo; do
    printf '#!/bin/sh\necho "%s $*" >>"%s/did"\n' $step "$PWD" >$step
  done
  chmod +x train evaluate register promote undo
  echo "cat '$PWD/metrics'" >>evaluate
  echo "echo '{\"kind\":\"change\",\"version\":\"v7\"}'" >>register
  policy >policy.yaml
  : >did
}

# metrics NEW CURRENT: what dw-eval says of the new model beside the current one
metrics() {
  awk -v new="$1" -v current="$2" 'BEGIN {
    printf "{\"kind\":\"metric\",\"metric\":\"auc\",\"value\":%s,\"window\":null,\"segment\":null,\"score\":\"current\",\"comparison\":{\"score\":\"new\",\"value\":%s,\"difference\":%s,\"low\":%s,\"high\":%s,\"p_value\":0.01,\"method\":\"delong\"}}\n", current, new, new - current, new - current - 0.01, new - current + 0.01
    print "{\"kind\":\"summary\",\"command\":\"dw-eval\",\"gate\":null}" }' >metrics
}

policy() { # [RELEASE POLICY...]
  echo 'version: 1
name: test
quality_gates: {min_auc: 0.8}
drift_policy: {on_low: alert, on_medium: fix, on_high: fix}'
  printf 'release_policy: {%s}\n' "$*"
  echo "actions:
  undo: [$PWD/undo]
  fix:
    changes: true
    steps:
      - {name: train, command: [$PWD/train, '{work}/model'], repeat: true}
      - {name: evaluate, command: [$PWD/evaluate]}
      - {name: decide, decide: evaluate}
      - {name: register, command: [$PWD/register, '{work}/model'], gives: version}
      - {name: promote, command: [$PWD/promote, '{version}']}"
}

heal() { dw-heal --policy policy.yaml --events ev "$@"; }
decision() { [[ $(<ev/release_result.json) =~ .*'"decision":"'([a-z]*)'"' ]] && echo "${BASH_REMATCH[1]}"; }
did() { while read -r word _; do printf '%s ' "$word"; done <did; }

@test "high drift: retrained, judged, registered, promoted, all of it in the log" {
  run -0 --separate-stderr heal high.ndjson
  [ -z "$stderr" ]
  [ "$(did)" = "train evaluate register promote " ]
  [[ $'\n'$(<did)$'\n' == *$'\n''promote v7'$'\n'* ]]
  [ "$(decision)" = promoted ]
  [[ $(<ev/release_result.json) == *'"version":"v7","stage":"Production","reasons":["auc is 0.9, which passes auc>=0.8","on the same rows auc of the new model is 0.9, of the current one 0.7: better"]'* ]]
  [ "$(grep -o '^{"kind":"[a-z]*"' <<<"$output" | cut -d'"' -f4 | tr '\n' ' ')" = "incident plan action action action action release " ]
  cmp <(sed -n 1p <<<"$output") ev/sentinel_report.json
  cmp <(sed -n 2p <<<"$output") ev/execution_plan.json
  cmp <(tail -n 1 <<<"$output") ev/release_result.json
  [ "$(sed 's/.*"event":"\([a-z]*\)".*/\1/' ev/audit.ndjson | tr '\n' ' ')" = "incident plan started ended started ended release started ended started ended finished " ]
  run -0 --separate-stderr dw-heal verify ev/audit.ndjson
  [[ $output == "ev/audit.ndjson: whole: 12 lines, the last with hash "* ]]
}

@test "no drift: nothing to do; low drift: an alert in the outbox" {
  run -0 --separate-stderr heal none.ndjson
  [ "$(decision)" = none ]
  run -0 --separate-stderr heal low.ndjson
  [ "$(decision)" = done ]
  [ "$(ls ev/outbox | wc -l)" -eq 1 ]
  grep -q '^{"kind":"alert",.*"severity":"low"' ev/outbox/*.json
  [ ! -s did ]
}

@test "a model that does not pass its gates is never promoted, nor one worse than the current one" {
  metrics 0.79 0.7
  run -1 --separate-stderr heal high.ndjson
  [ "$(did)" = "train evaluate " ]
  grep -q '"decision":"blocked".*"reasons":\["auc is 0.79, which does not pass auc>=0.8"\]' ev/release_result.json
  rm -r ev
  metrics 0.85 0.86
  run -1 --separate-stderr heal high.ndjson
  [[ $(<ev/release_result.json) == *'"reasons":["on the same rows auc of the new model is 0.85, of the current one 0.86: not better"]'* ]]
  policy require_better_than_current: false >policy.yaml
  rm -r ev
  metrics 0.855 0.86
  run -0 heal high.ndjson
  rm -r ev
  metrics 0.84 0.86
  run -1 heal high.ndjson
  [[ $(<ev/release_result.json) == *'of the current one 0.86: worse'* ]]
  policy promote_if_quality_gates_pass: false >policy.yaml
  metrics 0.9 0.8
  run -1 heal high.ndjson
  [[ $(<ev/release_result.json) == *'the policy does not promote by itself'* ]]
  [ "$(grep -c promote did)" -eq 1 ]
}

@test "a gate on a metric that was not computed blocks, and is an error" {
  sed -i 's/min_auc: 0.8/min_f1: 0.5/' policy.yaml
  run -3 --separate-stderr heal high.ndjson
  [[ $stderr == 'dw-heal: quality gate f1>=0.5 could not be judged: '* ]]
  [ "$(decision)" = blocked ]
  [ "$(did)" = "train evaluate " ]
  sed -i 's/"value":0.9,/"value":null,/' metrics
  sed -i 's/min_f1: 0.5/min_auc: 0.5/' policy.yaml
  run -5 --separate-stderr heal high.ndjson
  [ "$(decision)" = blocked ]
  printf '#!/bin/sh\n' >evaluate
  run -3 --separate-stderr heal --again high.ndjson
  [[ $stderr == *'quality gate auc>=0.5'* || $stderr == *'no metrics to decide on'* ]]
  [ "$(decision)" = blocked ]
}

@test "an action that fails, hangs or is not there: status 4, its words in the reason, nothing after it is done" {
  printf '#!/bin/sh\necho "disk on fire" >&2\nexit 3\n' >train
  run -4 --separate-stderr heal high.ndjson
  [ "$stderr" = "dw-heal: train: exit status 3: disk on fire" ]
  [ "$(decision)" = failed ]
  [ ! -s did ]
  printf '#!/bin/sh\nsleep 60\n' >train
  sed -i "s/repeat: true}/repeat: true, time_limit: 300ms}/" policy.yaml
  run -4 --separate-stderr heal high.ndjson
  [ "$stderr" = "dw-heal: train: took longer than its time limit, and was killed" ]
  sed -i "s,\[$PWD/train,[/no/such/program," policy.yaml
  run -4 --separate-stderr heal high.ndjson
  [[ $stderr == "dw-heal: train: could not be started: No such file or directory" ]]
  [ ! -s did ]
  dw-heal verify ev/audit.ndjson
}

@test "what failed is tried again; what was done is not" {
  printf '#!/bin/sh\nexit 1\n' >train
  run -4 heal high.ndjson
  printf '#!/bin/sh\necho "train" >>did\n' >train
  run -0 heal high.ndjson
  [ "$(did)" = "train evaluate register promote " ]
  cp ev/audit.ndjson before
  run -0 --separate-stderr heal high.ndjson
  [ "$stderr" = "dw-heal: warning: this evidence was handled before, and nothing was done (--again does it once more)" ]
  [ "$(did)" = "train evaluate register promote " ]
  cmp ev/audit.ndjson before
  run -0 heal --again high.ndjson
  [ "$(wc -l <did)" -eq 8 ]
}

@test "cool-down and daily limit hold an action back and say until when" {
  policy cool_down: 6h, max_actions_per_day: 2 >policy.yaml
  run -0 heal high.ndjson
  DW_NOW=2026-01-05T05:59:00Z run -1 --separate-stderr heal --again high.ndjson
  [ "$(decision)" = held ]
  [[ $(<ev/execution_plan.json) == *'"held":{"by":"cool_down","until":"2026-01-05T06:00:00Z"'* ]]
  [[ $(<ev/release_result.json) == *'what is in production stays'* ]]
  [ "$(wc -l <did)" -eq 4 ]
  DW_NOW=2026-01-05T06:00:00Z run -0 --separate-stderr heal high.ndjson
  [ -z "$stderr" ]
  [ "$(wc -l <did)" -eq 8 ]
  DW_NOW=2026-01-05T13:00:00Z run -1 heal --again high.ndjson
  [[ $(<ev/execution_plan.json) == *'"held":{"by":"max_actions_per_day","until":"2026-01-06T00:00:00Z"'* ]]
  DW_NOW=2026-01-06T00:00:00Z run -0 heal high.ndjson
  [ "$(wc -l <did)" -eq 12 ]
}

@test "approval: a step waits, --approve goes on from there" {
  policy 'approval: [promote]' >policy.yaml
  run -1 --separate-stderr heal high.ndjson
  [ "$(decision)" = waiting ]
  [ "$(did)" = "train evaluate register " ]
  id=$(sed -n 's/.*--approve \([^ ]*\) goes on.*/\1/p' ev/release_result.json)
  run -1 --separate-stderr heal high.ndjson
  [ "$(did)" = "train evaluate register " ]
  run -2 --separate-stderr dw-heal --events ev --approve r-nothing
  [ "$stderr" = "dw-heal: --approve r-nothing: nothing waits under this id" ]
  run -0 --separate-stderr dw-heal --events ev --approve "$id"
  [ "$(did)" = "train evaluate register promote " ]
  [ "$(decision)" = promoted ]
  run -2 dw-heal --events ev --approve "$id"
  dw-heal verify ev/audit.ndjson
}

@test "--dry-run prints incident and plan, and leaves no trace" {
  run -0 --separate-stderr heal --dry-run high.ndjson
  [ "${#lines[@]}" -eq 2 ]
  [[ ${lines[0]} == '{"kind":"incident",'* && ${lines[1]} == '{"kind":"plan",'*'"name":"promote"'* ]]
  [ ! -e ev ]
  [ ! -s did ]
}

@test "the same input gives the same bytes" {
  heal high.ndjson >one
  cp -r ev first
  rm -r ev
  heal high.ndjson >two
  cmp one two
  diff -r first ev
}

@test "killed while an action runs: the next run waits for it and takes its outcome" {
  printf '#!/bin/sh\necho "train" >>"%s/did"\nsleep 1\n' "$PWD" >train
  heal high.ndjson >/dev/null 2>&1 3>&- &
  pid=$!
  for _ in $(seq 100); do [ -s did ] && break; sleep 0.05; done
  kill -9 $pid
  wait $pid || true
  run -4 --separate-stderr dw-heal --policy policy.yaml --events ev --wait 100ms high.ndjson
  [[ $stderr == *"is at work here"* ]]
  run -0 --separate-stderr dw-heal --events ev --resume
  [ "$(did)" = "train evaluate register promote " ]
  [ "$(decision)" = promoted ]
}

@test "a step that nobody knows the outcome of is not repeated unless it is safe, or a person says so" {
  printf '#!/bin/sh\necho "register" >>"%s/did"\nkill -9 $PPID\nsleep 0.2\n' "$PWD" >register # its supervisor dies
  run -4 --separate-stderr heal high.ndjson
  [[ $stderr == *"ended without an outcome"* ]]
  printf '#!/bin/sh\necho "register" >>"%s/did"\necho v8\n' "$PWD" >register
  run -1 --separate-stderr heal high.ndjson
  grep -q 'register was started, and nobody knows whether it took effect; it is not safe to repeat; --approve r-[0-9a-f]*.4 goes on' ev/release_result.json
  id=$(sed -n 's/.*--approve \([^ ]*\) goes on.*/\1/p' ev/release_result.json)
  run -0 dw-heal --events ev --approve "$id"
  [ "$(did)" = "train evaluate register register promote " ]
  [[ $'\n'$(<did)$'\n' == *$'\n''promote v8'$'\n'* ]]
}

@test "verify names the first line that was changed, removed or moved" {
  heal high.ndjson >/dev/null
  tampered() { # EXPECTED, from a changed copy in bad
    cp ev/audit.ndjson.head bad.head
    run -1 --separate-stderr dw-heal verify bad
    [[ $output == "bad:$1" ]] || { echo "$output"; false; }
  }
  sed '5s/started/startled/' ev/audit.ndjson >bad; tampered '5: line 5 was changed: the next line carries another hash of it'
  sed '5d' ev/audit.ndjson >bad; tampered '5: line 5 was removed: entry 6 stands in its place'
  sed '$d' ev/audit.ndjson >bad; tampered '12: line 12 was removed: the head tells of 12 lines'
  sed '12s/promoted/blocked/' ev/audit.ndjson >bad; tampered '12: line 12 was changed: the head carries another hash of it'
  sed -n '3{h;d};4{G;p;d};p' ev/audit.ndjson >bad; tampered '3: line 3 is out of order: entry 4 stands where entry 3 belongs'
  cp bad ev/audit.ndjson
  run -3 --separate-stderr heal low.ndjson
  [[ $stderr == "dw-heal: ev/audit.ndjson:3: this line is out of order"* ]]
}

@test "signed lines; a hash kept elsewhere" {
  command -v openssl >/dev/null || skip "no openssl command"
  openssl genpkey -algorithm ed25519 -out key.pem 2>/dev/null
  openssl pkey -in key.pem -pubout -out pub.pem
  heal --sign key.pem high.ndjson >/dev/null
  run -0 --separate-stderr dw-heal verify --key pub.pem ev/audit.ndjson
  hash=${output##* }
  sed '$d' ev/audit.ndjson >cut
  run -5 dw-heal verify --quiet cut
  run -1 dw-heal verify --expect "$hash" cut
  run -0 dw-heal verify --expect "$hash" ev/audit.ndjson
  openssl genpkey -algorithm ed25519 -out other.pem 2>/dev/null
  openssl pkey -in other.pem -pubout -out other.pub
  run -1 dw-heal verify --key other.pub ev/audit.ndjson
  run -2 --separate-stderr heal --sign pub.pem low.ndjson
  [[ $stderr == *"not an Ed25519 private key"* ]]
}

@test "ten at once: one after the other, one chain" {
  for i in 0 1 2 3 4 5 6 7 8 9; do
    sed "s/0.4/0.4$i/" low.ndjson >low$i.ndjson
    heal low$i.ndjson >out$i 2>&1 3>&- &
  done
  for job in $(jobs -p); do wait "$job"; done
  dw-heal verify ev/audit.ndjson
  [ "$(grep -c '"event":"finished"' ev/audit.ndjson)" -eq 10 ]
  [ "$(ls ev/outbox | wc -l)" -eq 10 ]
}

@test "mistakes in the call and in the policy" {
  run -2 --separate-stderr dw-heal high.ndjson
  [[ $stderr == "dw-heal: what is to be done? give --policy FILE"* ]]
  run -2 --separate-stderr dw-heal --policy policy.yaml high.ndjson
  [[ $stderr == "dw-heal: where does the audit log go? give --events DIR"* ]]
  sed 's/on_high: fix/on_high: fxi/' policy.yaml >bad.yaml
  run -2 --separate-stderr dw-heal --policy bad.yaml --events ev high.ndjson
  [ "$stderr" = 'dw-heal: bad.yaml:4: on_high: there is no action "fxi": did you mean fix?' ]
  sed 's/on_high: fix/on_high: rollback/' policy.yaml >bad.yaml
  run -2 --separate-stderr dw-heal --policy bad.yaml --events ev high.ndjson
  [ "$stderr" = 'dw-heal: rollback: the step "rollback" needs --registry WHERE' ]
  [ ! -e ev/execution_plan.json ]
  head -n 1 high.ndjson >cut.ndjson
  run -3 --separate-stderr heal cut.ndjson
  [[ $stderr == *"no summary at the end"* ]]
}

@test "a full disk: status 4, and the log still holds together" {
  run -4 --separate-stderr bash -c 'ulimit -f 3; trap "" XFSZ; dw-heal --policy policy.yaml --events ev high.ndjson >/dev/null'
  [[ $stderr == "dw-heal: ev/"* ]]
  dw-heal verify ev/audit.ndjson
  run -0 heal high.ndjson
  [ "$(did)" = "train evaluate register promote " ]
}

@test "the built-in retraining with the real commands: concept drift, canary stages, promotion; the same again is blocked as not better" {
  [ -x "$(command -v dw-train)" ] || skip "no dw-train here"
  dw-gen --seed 1 --rows 3000 --output base.ndjson
  dw-train --quiet --label is_fraud --output model.json base.ndjson
  dw-model --registry registry register --model model.json >/dev/null
  dw-model --registry registry promote v1 >/dev/null
  dw-gen --scenario fraud-concept-drift --seed 2 --rows 2000 --output fresh.ndjson
  dw-gen --scenario fraud-concept-drift --seed 3 --rows 2000 --output holdout.ndjson
  dw-score --model model.json fresh.ndjson | dw-eval --label is_fraud --score score --output metrics.ndjson
  printf '%s\n' 'version: 1' 'quality_gates: {min_auc: 0.8}' 'drift_policy: {on_high: retrain_and_evaluate}' 'release_policy: {stages: [50%, 100%]}' >loop.yaml
  loop() { dw-heal --policy loop.yaml --events loop --registry registry --data fresh.ndjson --holdout holdout.ndjson --label is_fraud --id transaction_id "$@"; }
  run -0 --separate-stderr loop metrics.ndjson
  grep -q '"type":"concept_drift".*"severity":"high"' loop/sentinel_report.json
  grep -q '"decision":"promoted","version":"v2","stage":"Production".*"stages":\[{"share":0.5,"decision":"promote".*{"share":1,"decision":"promote"' loop/release_result.json
  [[ $(dw-model --registry registry show production) == *'"version":"v2"'* ]]
  run -1 --separate-stderr loop --again metrics.ndjson
  grep -q '"decision":"blocked".*not better' loop/release_result.json
  [[ $(dw-model --registry registry show production) == *'"version":"v2"'* ]]
  [ "$(dw-model --registry registry list | wc -l)" -eq 2 ]
  dw-heal verify loop/audit.ndjson
}

@test "the built-in recalibration: scores far from probabilities, a map put into use; the same again is blocked as not better" {
  [ -x "$(command -v dw-train)" ] || skip "no dw-train here"
  for seed in 1 2 3; do dw-gen --seed $seed --rows 2500 --output part$seed.ndjson; done
  dw-train --quiet --label is_fraud --class-weight balanced --output model.json part1.ndjson
  dw-model --registry registry register --model model.json >/dev/null
  dw-model --registry registry promote v1 >/dev/null
  printf '%s\n' 'version: 1' 'quality_gates: {min_auc: 0.7, max_ece: 0.05}' 'drift_policy: {on_high: recalibrate}' >loop.yaml
  loop() { dw-heal --policy loop.yaml --events loop --registry registry --data part2.ndjson --holdout part3.ndjson --label is_fraud "$@"; }
  run -0 --separate-stderr loop high.ndjson
  grep -q '"decision":"promoted","version":"v2","stage":"Production".*on the same rows brier of the new model is .*: better' loop/release_result.json
  dw-model --registry registry show production --output production.json
  brier() { dw-score "$@" part3.ndjson | dw-eval --label is_fraud --score score | sed -n 's/.*"metric":"brier","value":\([^,]*\).*/\1/p'; }
  dw-score --model model.json part3.ndjson >before
  dw-score --raw --model production.json part3.ndjson | cmp - before
  awk -v before="$(brier --model model.json)" -v after="$(brier --model production.json)" 'BEGIN { exit !(after < before) }'
  run -1 --separate-stderr loop --again high.ndjson
  grep -q '"decision":"blocked".*brier of the new model .*not better' loop/release_result.json
  dw-heal verify loop/audit.ndjson
}

@test "a summary alone is acted on when it says enough, and status 5 says what is needed when not" {
  sed -i 's/on_medium: fix, on_high: fix/on_medium: alert, on_high: alert/' policy.yaml
  printf '{"kind":"summary","drift":true,"severity":"high","columns":4,"drifted":2,"drift_share":0.5,"drifted_columns":["amount","age"]}\n' >alone.ndjson
  run -0 --separate-stderr heal alone.ndjson
  grep -q '"type":"feature_drift",.*"severity":"high","summary":"2 of 4 columns drifted",.*"evidence":\[{"kind":"summary","severity":"high","drift_share":0.5,"drifted_columns":\["amount","age"\]}\]' ev/sentinel_report.json
  [ "$(ls ev/outbox | wc -l)" -eq 1 ]
  cp -r ev before
  for less in 's/,"drifted_columns":.*]//' 's/"severity":"high",//' 's/\["amount","age"\]/[]/'; do
    sed "$less" alone.ndjson >less.ndjson
    for how in '' --dry-run; do
      run -5 --separate-stderr heal $how less.ndjson
      [[ $stderr == "dw-heal: a summary says drift, and nothing says what drifted: give the findings before it too"* ]]
      [ -z "$output" ]
    done
  done
  cmp before/audit.ndjson ev/audit.ndjson
  sed 's/"drift":true/"drift":false/' alone.ndjson >quiet.ndjson
  run -0 heal quiet.ndjson
  [ "$(decision)" = none ]
  cat none.ndjson less.ndjson >two.ndjson # one of several is enough to ask
  run -5 heal two.ndjson
}

@test "a severity that nobody knows is status 3, wherever it stands" {
  while read -r place word; do # each word and each place once, DW_SUITE=full: each with each
    if [ $place = consensus ]; then printf '{"kind":"consensus","drift":true,"severity":"%s"}\n' "$word"
    else sed "/\"kind\":\"$place\"/s/\"severity\":\"high\"/\"severity\":\"$word\"/" high.ndjson; fi >bad.ndjson
    line=1
    [ $place != summary ] || line=2
    run -3 --separate-stderr heal bad.ndjson
    [ "$stderr" = "dw-heal: bad.ndjson:$line: \"severity\": \"$word\" is not none, low, medium or high" ]
  done < <(if [ "${DW_SUITE:-}" = full ]; then for word in critical HIGH '' none,low; do for place in finding summary consensus; do echo "$place $word"; done; done
    else printf '%s\n' 'finding critical' 'summary HIGH' 'consensus' 'finding none,low'; fi)
  [ ! -e ev ]
}

@test "what the registry is asked leaves nothing in TMPDIR, though dw-heal is killed while it waits" {
  policy cool_down: 1h >policy.yaml
  mkdir own registry t
  printf '#!/bin/sh\nls "%s/t" >"%s/seen"\nkill -9 $PPID\n' "$PWD" "$PWD" >own/dw-model
  chmod +x own/dw-model
  cp "$(command -v dw-heal)" own/ # it calls the dw-model that is beside it
  run -137 env PATH="$PWD/own:$PATH" TMPDIR="$PWD/t" own/dw-heal --policy policy.yaml --registry registry --events ev high.ndjson
  [ -e seen ] && [ -z "$(ls -A t)" ]
}

@test "too few file descriptors: every number of them (of six in make test, DW_SUITE=full: each) is enough, or status 4 names a file, and nothing is left undone" {
  [ -x "$(command -v dw-model)" ] || skip "no dw-model here"
  policy cool_down: 1h >policy.yaml
  echo '{"kind":"model","format":1,"task":"binary","booster_kind":"gbtree","metrics":{"auc":0.91},"booster":{},"made_by":[]}' >model.json
  DW_NOW=2026-01-01T00:00:00Z dw-model --registry registry register --model model.json >/dev/null
  DW_NOW=2026-01-01T00:00:00Z dw-model --registry registry promote v1 >/dev/null
  seen='' numbers='3 8 14 20'
  if [ "${DW_SUITE:-}" = full ]; then numbers=$(seq 3 20); fi
  for n in $numbers; do
    rm -rf ev
    : >did
    run --separate-stderr bash -c "ulimit -n $n; dw-heal --policy policy.yaml --registry registry --events ev high.ndjson; status=\$?; [ \$status -ne 127 ] || status=4; exit \$status"
    seen+=" $status"
    [[ $stderr != *'(null)'* ]]
    if [ "$status" -ne 0 ]; then
      [ "$status" -eq 4 ] # 127: the program could not even be loaded
      [ -n "$stderr" ]
    fi
    [ ! -s ev/audit.ndjson ] || dw-heal verify ev/audit.ndjson >/dev/null
    DW_NOW=2026-01-05T02:00:00Z heal --quiet --registry registry high.ndjson >/dev/null # after the cool-down, what failed is done again
    [ "$(decision)" = promoted ]
  done
  [[ $seen == *' 4 '* && $seen == *' 0' ]]
}

@test "what the registry says of production is held to its form: without an instant no cool-down counts from nowhere" {
  mkdir beside
  cp "$(command -v dw-heal)" beside/ # programs beside dw-heal come first
  printf '#!/bin/sh\ncat "%s/says"\n' "$PWD" >beside/dw-model
  chmod +x beside/dw-model
  policy cool_down: 6h >policy.yaml
  for says in '{}' '{"stage_since":null}' '{"stage_since":1767571200}' '{"stage_since":"soon"}' '{"stage_since":[]}' '[]' 'null'; do
    echo "$says" >says
    run -3 --separate-stderr beside/dw-heal --policy policy.yaml --registry registry --events ev high.ndjson
    [[ $stderr == 'dw-heal: dw-model show production:1: "stage_since": expected an instant'* ]]
    [ ! -s did ]
    [ ! -s ev/audit.ndjson ]
  done
  echo '{"version":"v1","stage_since":"2026-01-04T23:00:00Z"}' >says
  run -1 beside/dw-heal --policy policy.yaml --registry registry --events ev high.ndjson
  [ "$(decision)" = held ]
  echo '{"version":"v1","stage_since":"2026-01-04T12:00:00Z"}' >says
  run -0 beside/dw-heal --policy policy.yaml --registry registry --events ev high.ndjson
  [ "$(decision)" = promoted ]
}

@test "what the registry cannot say of production: nothing is done, and it is told why" {
  mkdir beside
  cp "$(command -v dw-heal)" beside/ # programs beside dw-heal come first
  policy cool_down: 6h >policy.yaml
  asks() { # STATUS MESSAGE COMMAND: what dw-model is
    printf '#!/bin/sh\n%s\n' "$3" >beside/dw-model
    chmod +x beside/dw-model
    run "-$1" --separate-stderr beside/dw-heal --policy policy.yaml --registry registry --events ev high.ndjson
    [[ $stderr == "dw-heal: $2"* ]] || { echo "$stderr"; return 1; }
    [ ! -s did ]
    [ ! -s ev/audit.ndjson ]
  }
  cannot='the cool-down counts from the last promotion, and dw-model --registry registry show production does not tell'
  asks 4 "$cannot: exit status 4" 'exit 4'
  asks 4 "$cannot: killed by signal 9" 'kill -KILL $$'
  asks 3 'dw-model show production says more than 67108864 bytes' 'head -c 67108865 /dev/zero'
  printf '#!/bin/sh\nexit 5\n' >beside/dw-model # nothing is in production: nothing to cool down from
  run -0 beside/dw-heal --policy policy.yaml --registry registry --events ev high.ndjson
  [ "$(decision)" = promoted ]
}
