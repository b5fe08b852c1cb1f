# dw-serve --once: a window of the database against its baseline.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-02T01:00:00Z DATABASE_URL=sqlite:r.db ASAN_OPTIONS=detect_leaks=0
  unset EMBEDDING_COSINE_THRESHOLD EMBEDDING_DRIFT_THRESHOLD REFUSAL_RATE_THRESHOLD TOXICITY_RATE_THRESHOLD ACCURACY_DROP_THRESHOLD ACCURACY_DROP_POINTS CHECK_INTERVAL_SECONDS
}

# A day of baseline, then an hour, of the scenario that is named: a record every 30 seconds.
fill()
{
  dw-gen --rows 2880 --seed 1 --start 2026-01-01T00:00:00Z --step 30s | DW_NOW=2026-01-02 dw-store put --quiet --model fraud --id transaction_id >/dev/null
  dw-gen --scenario "$1" --rows 120 --seed 2 --start 2026-01-02T00:00:00Z --step 30s >hour
  sed -i 's/"tx_/"hour_/' hour
  dw-store put --quiet --model fraud --id transaction_id hour >/dev/null
}

# Receivers: a server on PORT that writes each body it gets as a line of `heard`, and answers 200 ok.
hear()
{
  command -v python3 >/dev/null || skip 'no python3 for a receiver'
  python3 - >port 3>&- <<'PYTHON' &
import http.server
class Hear(http.server.BaseHTTPRequestHandler):
  def do_POST(self):
    body = self.rfile.read(int(self.headers['Content-Length']))
    with open('heard', 'ab') as f: f.write(body + b'\n')
    self.send_response(200); self.send_header('Content-Length', '2'); self.end_headers(); self.wfile.write(b'ok')
  def log_message(self, *a): pass
server = http.server.HTTPServer(('127.0.0.1', 0), Hear)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
  listener=$!
  until [ -s port ]; do sleep 0.05; done
}

teardown()
{
  if [ -n "${listener:-}" ]; then kill "$listener"; fi
}

kept() { dw-store stats | sed -n "s/.*\"record\":\"$1\".*\"records\":\([0-9]*\).*/\1/p"; }

@test "no drift: findings, the summary, the run, status 0, and the run is kept" {
  fill fraud-baseline
  run -0 --separate-stderr dw-serve --once --model fraud
  [ "$stderr" = '' ]
  [[ ${lines[-1]} == '{"kind":"run","model":"fraud","time":"2026-01-02T01:00:00Z","verdict":"no drift","drift":false,'*'"window":{"from":"2026-01-02T00:00:00Z","to":"2026-01-02T01:00:00Z"},"rows":120,'* ]]
  [[ ${lines[-2]} == '{"kind":"summary","drift":false,'*'"reference_rows":2880,"current_rows":120,'* ]]
  [ "$(kept run)" -eq 1 ]
  [ "$(kept event)" = '' ]
  [ "$(dw-store get --kind run)" = "${lines[-1]}" ]
  dw-serve --once --model fraud >again # the same look is the same run
  [ "$(kept run)" -eq 1 ]
}

@test "the comparison is that of dw-compare, to the digit" {
  fill fraud-feature-drift
  run -1 --separate-stderr dw-serve --once --model fraud
  grep -v '"kind":"run"' <<<"$output" | sed 's/,"made_by".*//' >got
  dw-store get --until 2026-01-02T00:00:00Z --since 2026-01-01 >reference
  dw-store get --since 2026-01-02T00:00:00Z --until 2026-01-02T01:00:00Z >current
  run -1 --separate-stderr dw-compare --ref reference --time ts current
  sed 's/,"made_by".*//' <<<"$output" >want
  cmp got want
  [ "$(kept event)" -gt 0 ]
  dw-store get --kind event >events
  run -1 grep -v '"drift":true' events
}

@test "few rows are not judged: status 5, and the run says so" {
  fill fraud-feature-drift
  run -5 --separate-stderr dw-serve --once --model fraud --min-rows 121
  [ "$stderr" = 'dw-serve: not judged: the window has 120 inference records, and 121 are the least that is judged' ]
  [[ $output == '{"kind":"run",'*'"verdict":"not judged","drift":false,'* ]]
  [ "$(kept run)" -eq 1 ]
}

@test "silence is an alert of its own" {
  fill fraud-baseline
  export DW_NOW=2026-01-02T02:59:00Z
  run -5 --separate-stderr dw-serve --once --model fraud
  export DW_NOW=2026-01-02T03:00:00Z
  run -1 --separate-stderr dw-serve --once --model fraud
  [[ ${lines[0]} == '{"kind":"watch","check":"silence","model":"fraud","time":"2026-01-02T03:00:00Z","judged":true,"drift":true,"severity":"high","since":"2026-01-02T01:00:00Z"}' ]]
  run -5 --separate-stderr dw-serve --once --model fraud --silence 3h
  run -0 --separate-stderr dw-serve --once --model fraud --delay 2h --silence 1d
}

@test "baselines by their rule" {
  fill fraud-baseline
  run -0 --separate-stderr dw-serve --once --model fraud --baseline 'fixed(2026-01-01,2026-01-01T12:00:00Z)'
  [[ ${lines[-1]} == *'"baseline":{"rule":"fixed(2026-01-01,2026-01-01T12:00:00Z)","rows":1440,"periods":[{"from":"2026-01-01T00:00:00Z","to":"2026-01-01T12:00:00Z"}]}'* ]]
  run -5 --separate-stderr dw-serve --once --model fraud --baseline hour-of-week
  [[ $stderr == 'dw-serve: not judged: the baseline has 0 inference records'* ]]
  run -2 --separate-stderr dw-serve --once --model fraud --baseline yesterday
  [[ $stderr == 'dw-serve: --baseline: "yesterday" is none of trailing(OFFSET,SIZE)'* ]]
}

@test "the seeds' rule alarms with --rule seed alone" {
  for i in {0..199}; do
    hour=$((i < 180 ? 10 : 0))
    day=$((i < 180 ? 1 : 2))
    printf '{"id":%d,"confidence":0.%d5,"ts":"2026-01-0%dT%02d:%02d:00Z"}\n' "$i" $((i < 180 ? i % 5 : i % 5 + 5)) $day $hour $((i % 60))
  done | dw-store put --quiet --model m >/dev/null
  run -1 --separate-stderr dw-serve --once --model m --rule seed --min-rows 20
  [[ ${lines[-1]} == *'"rule":"seed"'*'"seed_rule":{"kl_divergence":'*'"alarm":true,"baseline_rows":180,"rows":20}'* ]]
  grep -q '"check":"data_drift","model":"m"' <<<"$output"
}

@test "thresholds of the environment are read strictly" {
  fill fraud-baseline
  export REFUSAL_RATE_THRESHOLD=often
  run -2 --separate-stderr dw-serve --once --model fraud
  [[ $stderr == 'dw-serve: REFUSAL_RATE_THRESHOLD: "often" is neither a number from 0 to 1 nor off'* ]]
  export REFUSAL_RATE_THRESHOLD=off CHECK_INTERVAL_SECONDS=1.5
  run -2 --separate-stderr dw-serve --once --model fraud
  [[ $stderr == 'dw-serve: CHECK_INTERVAL_SECONDS: "1.5" is not a whole number'* ]]
  export CHECK_INTERVAL_SECONDS=60
  run -0 --separate-stderr dw-serve --once --model fraud
}

@test "where the database is, which may hold a password, is in no document" {
  export DATABASE_URL=sqlite:secret.db
  fill fraud-baseline
  run -0 --separate-stderr dw-serve --once --model fraud --db sqlite:secret.db
  [[ $output == *'"made_by":[{"command":"dw-serve"'* ]]
  [[ $output != *secret.db* ]]
  DATABASE_URL= DW_DB=sqlite:secret.db run -0 --separate-stderr dw-serve --once --model fraud
  [[ $output != *secret.db* ]]
}

@test "a database that is not there is named" {
  run -4 --separate-stderr dw-serve --once --model fraud
  [[ $stderr == 'dw-serve: '*r.db* ]]
  [ "$output" = '' ]
}

@test "alerts open and close by the checks, and their time is left out of the baseline" {
  fill fraud-feature-drift
  dw-gen --rows 240 --seed 3 --start 2026-01-02T01:00:00Z --step 30s | sed 's/"tx_/"after_/' | DW_NOW=2026-01-02T03:00:00Z dw-store put --quiet --model fraud --id transaction_id >/dev/null
  for minute in 00 05; do DW_NOW=2026-01-02T01:$minute:00Z run -1 --separate-stderr dw-serve --once --model fraud; done
  [[ ${lines[-1]} == *'"alerts":{"data_drift":{"state":"open",'* ]]
  dw-store get --kind alert >changes
  [ "$(wc -l <changes)" -eq 1 ]
  grep -q '^{"kind":"alert_change","model":"fraud","check":"data_drift","time":"2026-01-02T01:05:00Z","change":"opened",' changes
  for minute in 05 10 15; do DW_NOW=2026-01-02T02:$minute:00Z run -0 --separate-stderr dw-serve --once --model fraud; done
  [[ ${lines[-1]} == *'"periods":[{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}]'* ]]
  [[ ${lines[-1]} == *'"alerts":{"data_drift":{"state":"closed",'* ]]
  [ "$(dw-store get --kind alert | tail -1 | grep -c '"change":"closed"')" -eq 1 ]
}

@test "receivers are told once, and what they could not take waits" {
  fill fraud-feature-drift
  export no_proxy=127.0.0.1
  printf 'receivers:\n  - {name: ops, type: webhook, url: "http://127.0.0.1:9/", allow_private: true}\n' >receivers
  run -1 --separate-stderr dw-serve --once --model fraud --receivers receivers
  [ "$stderr" = '' ]
  export DW_NOW=2026-01-02T01:05:00Z
  run -1 --separate-stderr dw-serve --once --model fraud --receivers receivers
  [[ $stderr == 'dw-serve: warning: 1 notifications are still to be delivered, 0 could not be'* ]]
  [ "$(kept outbox)" -eq 2 ] # the notification, and an attempt
  hear
  printf 'receivers:\n  - {name: ops, type: webhook, url: "http://127.0.0.1:%s/", allow_private: true}\n  - {name: am, type: alertmanager, url: "http://127.0.0.1:%s/", allow_private: true}\n' "$(cat port)" "$(cat port)" >receivers
  export DW_NOW=2026-01-02T01:10:00Z
  run -1 --separate-stderr dw-serve --once --model fraud --receivers receivers
  [ "$stderr" = '' ]
  [ "$(kept outbox)" = '' ]
  [ "$(wc -l <heard)" -eq 2 ]
  head -1 heard >alertmanager
  grep -q '^\[{"labels":{"alertname":"DriftWatch","model":"fraud","check":"data_drift"},.*"endsAt":"2026-01-02T01:30:00Z"}\]$' alertmanager
  tail -1 heard >webhook
  grep -q '^{"kind":"notification","id":".*","receiver":"ops","model":"fraud","time":"2026-01-02T01:05:00Z","news":"opened",' webhook
  run -2 --separate-stderr dw-serve --once --model fraud --receivers webhook
  [[ $stderr == 'dw-serve: webhook: there is no list "receivers"'* ]]
}

@test "recheck judges windows again that records came late for, and nothing else" {
  fill fraud-baseline
  run -0 --separate-stderr dw-serve --once --model fraud
  run -0 --separate-stderr dw-serve recheck --model fraud --from 2026-01-02 --to now
  [ "$output" = '' ]
  [ "$stderr" = 'dw-serve: no window of model "fraud" that ended in that span is stale' ]
  dw-gen --scenario fraud-feature-drift --rows 300 --seed 3 --start 2026-01-02T00:00:00Z --step 10s | sed 's/"tx_/"late_/' |
    DW_NOW=2026-01-02T01:02:00Z dw-store put --quiet --model fraud --id transaction_id >/dev/null
  export DW_NOW=2026-01-02T01:05:00Z
  run dw-serve --once --model fraud # marks it
  alerts=$(kept alert)
  run -1 --separate-stderr dw-serve recheck --model fraud --from 60m --to 2026-01-02T01:01:00Z
  [[ ${lines[-1]} == '{"kind":"run","model":"fraud","time":"2026-01-02T01:00:00Z","verdict":"drift",'*'"rows":420,'*'"supersedes":"2026-01-02T01:00:00Z/'*'"rechecked":"2026-01-02T01:05:00Z","alerts":{'* ]]
  [ "$(kept alert)" = "$alerts" ]
  [ "$(kept run)" -eq 3 ]
  run -0 --separate-stderr dw-serve recheck --model fraud --from 60m --to 2026-01-02T01:01:00Z
  [ "$(kept run)" -eq 3 ]
  run -1 --separate-stderr dw-serve recheck --all --model fraud --from 60m --to 2026-01-02T01:01:00Z
  [ "$(kept run)" -eq 4 ]
  run -2 --separate-stderr dw-serve recheck --model fraud
  [[ $stderr == 'dw-serve: recheck: --from and --to say which windows'* ]]
  run -2 --separate-stderr dw-serve --all --once
  [[ $stderr == 'dw-serve: --all goes with recheck'* ]]
}

@test "a version of the model is a baseline of its own" {
  for hour in 00 01 02 03; do
    for minute in {10..59}; do echo "{\"id\":\"$hour$minute\",\"ts\":\"2026-01-02T$hour:$minute:00Z\",\"x\":$((minute * 7 % 9 + (10#$hour > 1 ? 900 : 0))),\"model_version\":\"v$((10#$hour / 2 + 1))\"}"; done
  done | DW_NOW=2026-01-02T04:00:00Z dw-store put --quiet --model m >/dev/null
  export DW_NOW=2026-01-02T04:00:00Z
  run -0 --separate-stderr dw-serve --once --model m
  run -0 --separate-stderr dw-serve --once --model m --baseline version:v2
  run -1 --separate-stderr dw-serve --once --model m --baseline version:previous
  [[ ${lines[-1]} == *'"baseline":{"rule":"version:previous","version":"v1","rows":100,'* ]]
  [ "$(dw-store get --kind version | sed 's/.*"version":"\([^"]*\)".*/\1/' | tr '\n' ' ')" = 'v1 v2 ' ]
}
