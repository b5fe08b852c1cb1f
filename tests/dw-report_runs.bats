# dw-report: runs of dw-serve. Their verdict is that of the report, in every form.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-02T01:00:00Z DATABASE_URL=sqlite:r.db ASAN_OPTIONS=detect_leaks=0
  unset EMBEDDING_COSINE_THRESHOLD EMBEDDING_DRIFT_THRESHOLD REFUSAL_RATE_THRESHOLD TOXICITY_RATE_THRESHOLD ACCURACY_DROP_THRESHOLD ACCURACY_DROP_POINTS CHECK_INTERVAL_SECONDS
}

# What a model was asked from 2026-01-01 on, every 10 minutes for 25 hours; of 4 answers so many are refusals.
answers()
{
  for ((i = 0; i < 150; i++)); do
    printf '{"kind":"interaction","id":"i%d","ts":"2026-01-%02dT%02d:%02d:00Z","prompt":"hi","response":"ok","refused":%s}\n' \
      "$i" $((i / 144 + 1)) $((i / 6 % 24)) $((i % 6 * 10)) "$([ $((i % 4)) -lt "$1" ] && echo true || echo false)"
  done
}

# data drift of the comparison, by the scenario that is named
fill()
{
  dw-gen --rows 2880 --seed 1 --start 2026-01-01T00:00:00Z --step 30s | DW_NOW=2026-01-02 dw-store put --quiet --model fraud --id transaction_id >/dev/null
  dw-gen --scenario "$1" --rows 120 --seed 2 --start 2026-01-02T00:00:00Z --step 30s >hour
  sed -i 's/"tx_/"hour_/' hour
  dw-store put --quiet --model fraud --id transaction_id hour >/dev/null
}

@test "a rate drifts and nothing else: every form says drift" {
  answers 3 | dw-store put --quiet --model bot - >/dev/null
  run -1 --separate-stderr dw-serve --once --model bot
  printf '%s\n' "$output" >out
  run -1 grep -c '"kind":"summary"' out # no comparison says anything
  dw-report --ascii --width 100 out >text
  [ "$(head -n 1 text)" = 'DRIFT of bot, severity high: refusal rate' ]
  grep -q '^Severity as of the worst check: refusal rate\.' text
  grep -q '^  high  *refusal rate: 75 %; drift is above 10 %; 144 of 144 records say$' text
  grep -q '^  not judged data drift: there are no inferences' text
  grep -q '^Window 2026-01-02T00:00:00Z to 2026-01-02T01:00:00Z, 6 rows. Baseline trailing(0,24h), 138 rows,' text
  dw-report --format markdown out >md
  grep -qF '**DRIFT of bot, severity high: refusal rate**' md
  grep -q '^Severity as of the worst check: refusal rate\.' md
  grep -q '^| \*\*high\*\* | refusal rate | 75 % | above 10 % | 144 of 144 say |' md
  dw-report --format html out >html
  grep -q '<div class="verdict s3"><p class="answer">Drift <span>severity high</span></p>' html
  grep -q '<p class="why">Severity as of the worst check: refusal rate\.</p>' html
  grep -q '<th scope="row">refusal rate</th><td[^>]*>75 %</td><td[^>]*>above 10 %</td><td[^>]*>144 of 144 say</td>' html
  dw-report --format junit out >junit
  grep -q '<testsuite name="driftwatch run bot" tests="5" failures="1" errors="0" skipped="3"' junit
  grep -q 'name="refusal rate"><failure message="75 %; drift is above 10 %; 144 of 144 records say" type="high"/>' junit
  dw-report --format prometheus out | grep -qx 'driftwatch_drift{model="bot"} 1'
  run -1 dw-report --exit-code --output /dev/null out
  dw-report --format json out >json
  [ "$(grep -c '^{' json)" -eq 1 ]
  command -v jq >/dev/null || skip 'no jq'
  jq -e '.verdict == "drift" and .drift and .severity == "high" and .model == "bot" and .recommended_action == "investigate"' json
  jq -e '.checks[] | select(.check == "refusal_rate") | .judged and .drift and .value == 0.75 and .known == 144' json
  jq -e '.checks[] | select(.check == "data_drift") | .judged == false and .drift == null' json
  jq -e '.comparisons == [] and (has("history") | not) and .made_by[-1].command == "dw-report"' json
}

@test "the comparison is quiet and a rate drifts: the run's verdict comes first, and is the one" {
  fill fraud-baseline
  answers 3 | dw-store put --quiet --model fraud - >/dev/null
  run -1 --separate-stderr dw-serve --once --model fraud
  printf '%s\n' "$output" >out
  grep -q '"kind":"summary","drift":false' out
  run -1 dw-report --exit-code --ascii out
  [[ ${lines[0]} == 'DRIFT of fraud, severity high: refusal rate' ]]
  [[ $output == *'Comparison: inference'$'\n''No drift'* ]]
  dw-report --format markdown out | grep -qx '### Comparison inference'
  dw-report --format junit out >junit
  [ "$(grep -c '<failure' junit)" -eq 1 ]
  command -v jq >/dev/null || skip 'no jq'
  dw-report --format json out | jq -e '.verdict == "drift" and .comparisons[0].verdict == "no drift" and .comparisons[0].made_by != []'
}

@test "a history: over time, the newest first, and its verdict; twice the same is once; a service's list is the same" {
  one() { printf '{"kind":"run","model":"m","time":"2026-01-0%dT00:00:00Z","verdict":"%s","drift":%s,"severity":"%s","drifted":%d,"checks":{"data_drift":{"judged":true,"drift":%s,"severity":"%s"}},"alerts":{"data_drift":{"state":"%s","severity":"%s"}}}' "$1" "$2" "$3" "$4" "$5" "$3" "$4" "$6" "$4"; }
  { one 2 drift true high 3 open; echo; one 3 'no drift' false none 0 open; echo; one 1 'no drift' false none 0 closed; echo; one 2 drift true high 3 open; echo; } >runs
  dw-report --exit-code --ascii runs >text # the newest is quiet
  [ "$(head -n 1 text)" = 'No drift of m: data drift was judged' ]
  [ "$(sed -n '/^Over time/,$p' text)" = 'Over time
  no         2026-01-03T00:00:00Z: data drift was judged; 0 columns; data drift
             open
  high       2026-01-02T00:00:00Z: data drift; 3 columns; data drift open
  no         2026-01-01T00:00:00Z: data drift was judged; 0 columns; no open
             alert' ]
  dw-report --format markdown runs | grep -qF '| **high** | 2026-01-02T00:00:00Z | drift | data drift | 3 columns | data drift |'
  dw-report --format html runs | grep -q '<h2>Over time</h2>'
  { printf '{"runs":['; paste -sd, runs; printf '],"next":null}'; } | tr -d '\n' | dw-report --ascii >list
  cmp text list
  head -n 1 runs | dw-report --ascii >alone
  run -1 grep -q 'Over time' alone
  run -1 dw-report --exit-code --output /dev/null <(head -n 1 runs)
  command -v jq >/dev/null || skip 'no jq'
  dw-report --format json runs | jq -e '.verdict == "no drift" and [.history[].drift] == [false, true, false] and .history[1].open_alerts == ["data_drift"]'
}

@test "not judged: why, status 5, and no form takes it for no drift" {
  fill fraud-feature-drift
  run -5 --separate-stderr dw-serve --once --model fraud --min-rows 121
  printf '%s\n' "$output" >out
  run -5 --separate-stderr dw-report --exit-code --ascii --width 200 out
  [ "${lines[0]}" = 'NOT JUDGED of fraud: the window has 120 inference records, and 121 are the least that is judged' ]
  dw-report --format junit out | grep -q '<testsuite name="driftwatch run fraud" tests="6" failures="0" errors="1"'
  dw-report --format html out | grep -q '<div class="verdict s4" role="alert"><p class="answer">Not judged</p>'
  dw-report --format json out | tr -d '\n ' | grep -q '"verdict":"notjudged","drift":null,'
}

@test "the seeds' rule: its verdict is the run's, and the comparison does not fail beside it" {
  fill fraud-feature-drift
  run -1 --separate-stderr dw-serve --once --model fraud
  sed 's/"verdict":"drift","drift":true,"severity":"[a-z]*",\("reason"\)/"verdict":"no drift","drift":false,"severity":"none",\1/; s/"rule":"default","checks":{"data_drift":{"judged":true,"drift":true,"severity":"[a-z]*"}/"rule":"seed","checks":{"data_drift":{"judged":true,"drift":false,"severity":"none"}/; s/"seed_rule":{"kl_divergence":null,"cosine_similarity":null/"seed_rule":{"kl_divergence":0.01,"cosine_similarity":0.99/' <<<"$output" >out
  dw-report --exit-code --ascii --width 200 out >text
  [ "$(head -n 1 text)" = 'No drift of fraud: data drift, silence were judged' ]
  grep -q "^  The seeds' rule, which decides on data drift here: Kullback-Leibler divergence 0.01 nats, cosine similarity 0.99, of 0 and 0 rows with a confidence: no alarm.$" text
  grep -q "^  For comparison only: the verdict of the run is by the seeds' rule.$" text
  run -1 grep -c '<failure\|<error' <(dw-report --format junit out)
}

@test "checks that no run follows are incomplete, and so says the report" {
  answers 3 | dw-store put --quiet --model bot - >/dev/null
  run -1 --separate-stderr dw-serve --once --model bot
  grep -v '"kind":"run"' <<<"$output" >out
  run -3 --separate-stderr dw-report out
  [[ ${lines[0]} == 'INCOMPLETE:'* ]]
  [[ $stderr == *'no summary at the end: the input is incomplete, and the report says so' ]]
}

teardown() { [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true; }

@test "the service draws the same: GET /report of a run that compared nothing, and of its history" {
  command -v curl >/dev/null || skip 'no curl command'
  answers 3 | dw-store put --quiet --model bot - >/dev/null
  run -1 --separate-stderr dw-serve --once --model bot
  : >log # a server before this one left its port there
  dw-serve --db sqlite:r.db --listen 127.0.0.1:0 --every 1h 2>log 3>&- &
  server=$!
  for _ in {1..2000}; do
    { read -r -d '' said <log || :; } 2>/dev/null
    if [[ $said =~ '"event":"listening","address":"127.0.0.1:'([0-9]+)'"' ]]; then port=${BASH_REMATCH[1]}; else port=; fi
    [ -z "$port" ] || break
    kill -0 "$server" || { cat log; return 1; }
    sleep 0.03
  done
  curl -sS -m 30 -f "http://127.0.0.1:$port/report?model=bot" >page
  grep -q '<div class="verdict s3"><p class="answer">Drift <span>severity high</span></p>' page
  grep -q '<th scope="row">refusal rate</th><td[^>]*>75 %</td><td[^>]*>above 10 %</td><td[^>]*>144 of 144 say</td>' page
  curl -sS -m 30 -f "http://127.0.0.1:$port/drift/history?model=bot" | dw-report --ascii >text
  [ "$(head -n 1 text)" = 'DRIFT of bot, severity high: refusal rate' ]
}
