# dw-heal killed (kill -9) at every 11th write (KILL_STRIDE=1, make test-kills: at every one): the log is whole, and the next run finishes the work once.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-05T00:00:00Z
  printf '%s\n' '{"kind":"finding","check":"column_drift","column":"amount","method":"wasserstein","score":0.4,"threshold":0.1,"rule":">=","drift":true,"severity":"high","direction":"up"}' \
    '{"kind":"summary","drift":true,"severity":"high","columns":1,"drifted":1,"drift_share":1,"dataset_drift":true}' >high.ndjson
  printf '%s\n' '{"kind":"metric","metric":"auc","value":0.7,"window":null,"segment":null,"score":"current","comparison":{"score":"new","value":0.9,"difference":0.2,"low":0.19,"high":0.21,"p_value":0.01,"method":"delong"}}' \
    '{"kind":"summary","command":"dw-eval","gate":null}' >metrics
  for step in train evaluate register promote; do
    printf '#!/bin/sh\necho "%s $*" >>"%s/did"\n' $step "$PWD" >$step
    chmod +x $step
  done
  echo "cat '$PWD/metrics'" >>evaluate
  echo "echo v7" >>register
  cat >policy.yaml <<YAML
version: 1
quality_gates: {min_auc: 0.8}
drift_policy: {on_high: fix}
actions:
  fix:
    changes: true
    steps:
      - {name: train, command: [$PWD/train, '{work}/model'], repeat: true}
      - {name: evaluate, command: [$PWD/evaluate]}
      - {name: decide, decide: evaluate}
      - {name: register, command: [$PWD/register, '{work}/model'], gives: version}
      - {name: promote, command: [$PWD/promote, '{version}']}
YAML
}

heal() { dw-heal --policy policy.yaml --events ev "$@"; }
decision() { sed -n 's/.*"decision":"\([a-z]*\)".*/\1/p' ev/release_result.json; }
did() { cut -d' ' -f1 did | tr '\n' ' '; }

@test "killed at writes: the chain is whole, and the next run finishes the work once" {
  for n in $(seq 1 "${KILL_STRIDE:-11}" 1000); do
    rm -rf ev
    : >did
    status=0
    DW_FAULT_WRITE=$n heal high.ndjson >/dev/null 2>&1 || status=$?
    [ "$status" -ne 0 ] || break
    [ "$status" -eq 137 ]
    [ ! -e ev/audit.ndjson ] || dw-heal verify --quiet ev/audit.ndjson >/dev/null || { echo "N=$n"; dw-heal verify ev/audit.ndjson; false; }
    heal --quiet high.ndjson >/dev/null || { echo "N=$n: status $?"; cat ev/audit.ndjson; false; }
    [ "$(decision)" = promoted ]
    [ "$(did)" = "train evaluate register promote " ] || { echo "N=$n: $(did)"; false; }
    dw-heal verify ev/audit.ndjson >/dev/null
    [ "$(grep -c '"event":"finished"' ev/audit.ndjson)" -eq 1 ]
  done
  [ "$n" -gt 100 ] && [ "$status" -eq 0 ]
}
