# The demos of the Makefile, in a copy of what they need: each ends with the report, leaves its files, and holds the exit statuses.

bats_require_minimum_version 1.5.0

setup_file()
{
  cd "$BATS_FILE_TMPDIR" || return 1
  mkdir bin scripts
  cp "$DW_TOP/scripts/demo" scripts/
  ln -s "$DW_BIN"/dw-* bin/
  ln -s "$DW_TOP/scenarios" scenarios
}

setup()
{
  cd "$BATS_FILE_TMPDIR" || return 1
  [ "${DW_SUITE:-}" = full ] || export ROWS=2500 # half as many transactions as a user gets
}

demo() { run --separate-stderr scripts/demo "$1"; }

# The demo at a fixed time, from nothing; kept for the second run, with what it printed.
demo_kept()
{
  export DW_NOW=2026-03-01T09:00:00Z
  rm -rf var "first.$1"
  demo "$1"
  cp -r var "first.$1"
  printf '%s\n' "$output" >"printed.$1"
}

ends_with_reports()
{
  [ "$status" -eq 0 ] || { echo "$output $stderr"; return 1; }
  [ -z "$stderr" ]
  grep -q '"drift": *true' var/reports/monitoring_summary.json
  [[ $(<var/reports/drift_report.html) == *'</html>'* ]]
  [[ $'\n'$(tail -n 1 var/reports/findings.ndjson) == *$'\n''{"kind":"summary","drift":true,'* ]]
}

@test "demo: feature drift is found in the shifted columns and in no other" {
  demo_kept demo-drift-feature
  ends_with_reports
  [[ $(tail -n 1 var/reports/findings.ndjson) == *'"drifted_columns":["transaction_amount","geo_distance_km"]'* ]]
  [ "$(grep -c '"check":"column_drift".*"drift":true' var/reports/findings.ndjson)" -eq 2 ]
  [[ $(<var/events/release_result.json) == *'"decision":"promoted","version":"v2"'* ]]
  [[ "$output" == *PROMOTED* ]]
}

@test "demo: concept drift leaves the features quiet and is found with labels and scores" {
  demo_kept demo-drift-concept
  ends_with_reports
  [[ $(<var/reports/features.ndjson) != *'"drift":true'* ]]
  [[ $(<var/reports/metrics.ndjson) == *'"passed":false'* ]]
  [[ $(<var/events/release_result.json) == *'"decision":"promoted","version":"v2"'* ]]
  grep -q '"check":"performance".*"drift":true' var/reports/findings.ndjson
  run ! grep -q '"check":"column_drift".*"drift":true' var/reports/findings.ndjson
}

@test "demo: black friday: held by the cool-down, then blocked by a gate, and the old model stays" {
  demo_kept demo-black-friday
  ends_with_reports
  [[ "$output" == *'cool-down'* ]]
  [[ $(<var/events/release_result.json) == *'"decision":"blocked"'* ]]
  [[ $(bin/dw-model --registry var/registry show production --output model.json) == *'"version":"v1","stage":"Production"'* ]]
}

@test "demo: a language model's chats: each alert opens for what it is, and closes; recovery is none" {
  demo_kept demo-llm
  ends_with_reports
  # Days, checks and what became of them; the numbers in the sentences are told by the same documents.
  grep -E '^2026-[0-9-]+  [a-z_]+ +(opened|closed)' <<<"$output" | awk '{ print $1, $2, $3 }' >story
  cat >want <<'STORY'
2026-01-11 data_drift opened
2026-01-19 refusal_rate opened
2026-01-20 data_drift closed
2026-01-26 toxicity_rate opened
2026-01-31 refusal_rate closed
2026-02-02 accuracy_drop opened
2026-02-04 toxicity_rate closed
2026-02-09 accuracy_drop closed
STORY
  cmp want story
  [ "$(grep -c '^            remedy: ' <<<"$output")" -eq 4 ]
  [ "$(grep -cE '^            ([0-9]|mean feedback [0-9])' <<<"$output")" -eq 9 ] # a reason each, when it opens and when its severity changes
  columns() { tail -n 1 "var/reports/$1.ndjson" | grep -o '"drifted_columns":\[[^]]*\]'; }
  [[ "$(columns findings)" == *'"topic","query",'*'"query_embedding","document_embedding"'* ]]
  [[ "$(columns llm_refusals)" == *'"is_refusal"'* ]]
  [ "$(columns llm_toxicity)" = '"drifted_columns":["is_toxic"]' ]
  [ "$(columns llm_accuracy)" = '"drifted_columns":["feedback"]' ]
  [ "$(columns llm_recovery)" = '"drifted_columns":[]' ]
  for page in refusals toxicity accuracy recovery; do grep -q '</html>' var/reports/llm_$page.html; done
  [ "$(bin/dw-store get --db sqlite:var/data/llm.db --kind run | grep -c '"kind":"run"')" -eq 40 ]
  bin/dw-store get --db sqlite:var/data/llm.db --kind interaction | cmp - var/data/llm.ndjson
}

@test "demo: one canary of four is told something else: found, it and no other; restored; healthy again; the report shows it" {
  demo_kept demo-canaries
  [ "$(grep -c 'asked by another config than the reference (model, template, samplers): "canary_2";' <<<"$stderr")" -ge 1 ]
  stderr=$(grep -v 'asked by another config than the reference (model, template, samplers): "canary_2";' <<<"$stderr" || true)
  ends_with_reports
  departed() { tail -n 1 "var/network/$1.ndjson" | grep -o '"drifted_columns":\[[^]]*\]'; }
  [ "$(grep -c '"kind":"canary_margin","canary":"canary_[1-4]","method":"logprobs"' var/network/margins.ndjson)" -eq 4 ]
  [ "$(departed found_round_1)" = '"drifted_columns":[]' ]
  [ "$(departed found_round_2)" = '"drifted_columns":["canary_2"]' ]
  [ "$(departed found_round_3)" = '"drifted_columns":[]' ]
  for round in 1 2 3; do
    [[ "$(tail -n 1 var/network/found_round_$round.ndjson)" == *'"not_judged":[]'* ]]
    [ "$(grep -c '"kind":"finding","check":"canary_drift".*"method":"logprobs"' var/network/found_round_$round.ndjson)" -eq 4 ]
  done
  grep -q '"kind":"plan".*"action":"restore_canary"' var/network/healed.ndjson
  [[ $(tail -n 1 var/network/healed.ndjson) == *'"decision":"done"'* ]]
  diff -r scenarios/canaries var/network/scenarios/canaries -x backups
  grep -q "blue banana" var/network/injected.ndjson
  config() { grep '"canary":"canary_2"' "var/network/$1.ndjson" | grep -o '"config":"[^"]*"' | sort -u; }
  [ "$(config round_1)" = "$(config round_3)" ]
  [ "$(config round_1)" != "$(config round_2)" ]
  for shown in canary_2 round_2; do
    [[ "$output" == *"$shown"* ]]
    grep -q "$shown" var/reports/drift_report.html
  done
  [[ $(tail -n 1 var/reports/findings.ndjson) == *'"drifted_columns":["canary_2"]'* ]]
}

@test "demo: once more, the same decisions and the same bytes, pasted into a shell (DW_SUITE=full: of all five)" {
  export DW_NOW=2026-03-01T09:00:00Z
  [ -d first.demo-drift-feature ] || demo_kept demo-drift-feature # this test alone
  rm -rf var
  mkdir -p var/data var/reports var/models
  grep '^\$ ' printed.demo-drift-feature | sed 's/^\$ //' >pasted
  [ "$(wc -l <pasted)" -eq 17 ]
  sh pasted >/dev/null
  diff -r first.demo-drift-feature var
  [ "${DW_SUITE:-}" = full ] || return 0
  for name in demo-drift-concept demo-black-friday demo-llm demo-canaries; do
    [ -d first.$name ] || demo_kept $name
    rm -rf var
    export DW_NOW=2026-03-01T09:00:00Z
    demo $name
    [ "$status" -eq 0 ]
    diff -r first.$name var
  done
}

@test "demo: parts, and monitor on what they left" {
  export ROWS=1000
  rm -rf var
  for part in gen-base gen-feature gen-concept gen-blackfriday train promote-prod monitor control; do
    demo $part
    [ "$status" -eq 0 ] || { echo "$part: $output $stderr"; return 1; }
  done
  demo no-such-demo
  [ "$status" -eq 2 ]
}

@test "demo: a step with the wrong exit status fails the demo" {
  rm bin/dw-compare
  printf '#!/bin/sh\nexit 3\n' >bin/dw-compare
  chmod +x bin/dw-compare
  ROWS=500 demo demo-drift-feature
  [ "$status" -eq 1 ]
  [[ "$stderr" == *'exit status 3 instead of 1'* ]]
  [[ "$output" != *'reports:'* ]]
}
