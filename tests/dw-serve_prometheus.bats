# dw-serve's /metrics and dw-report --format prometheus before a real Prometheus and its promtool; the rules, the settings and the dashboard
# of scripts/deploy. Skipped where no Prometheus is installed. PEERS_ROOT: the folder of another Debian, whose Prometheus is taken
# (scripts/test-peers): it runs there by chroot, and what is its folder here is there too, by a link.

bats_require_minimum_version 1.5.0

load ports

setup()
{
  D=$BATS_TEST_DIRNAME/../scripts/deploy
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" TZ=UTC LC_ALL=C.UTF-8 ASAN_OPTIONS=detect_leaks=0
  unset LOG_LEVEL http_proxy
  cd "$BATS_TEST_TMPDIR" || return 1
}

teardown()
{
  for process in ${server:-} ${prometheus:-} ${exporter:-}; do kill -KILL "$process" 2>/dev/null || true; done
  case ${W:-} in
  /tmp/dw-prometheus-*)
    rm -rf "${PEERS_ROOT:-}$W"
    rm -rf "$W" # the link
    ;;
  esac
}

say() { echo "$*"; return 1; }

# What stands in front of a program of Prometheus' package: it becomes that program, so that its process id is that of the program.
before()
{
  front=(env --chdir=/)
  [ -z "${PEERS_ROOT:-}" ] || front=(env --chdir=/ chroot --userspec=65534:65534 --groups= "$PEERS_ROOT")
}

program()
{
  before
  "${front[@]}" "$@"
}

need()
{
  { [ -n "${PEERS_ROOT:-}" ] && [ -x "$PEERS_ROOT/usr/bin/$1" ]; } || { [ -z "${PEERS_ROOT:-}" ] && command -v "$1" >/dev/null; } || skip "no $1 (Debian's package prometheus)"
  command -v jq >/dev/null || skip 'no jq'
}

# W: a folder that the program sees under the same name.
folder()
{
  W=$(mktemp -d "${PEERS_ROOT:-}/tmp/dw-prometheus-XXXXXX")
  chmod 777 "$W"
  [ -z "${PEERS_ROOT:-}" ] || ln -s "$W" "/tmp/${W##*/}"
  W=/tmp/${W##*/}
}

# A day of records, the last hour of which has other amounts; a week and a month ago too, of a language model.
records()
{
  export DATABASE_URL=sqlite:$PWD/r.db DW_NOW=2026-03-02T00:00:00Z
  dw-gen --rows 3000 --step 30s --start 2026-03-01T00:00:00Z | head -n 2880 |
    awk 'NR > 2760 { gsub(/"transaction_amount":/, "&9") } { print }' | dw-store put --quiet --model fraud --id transaction_id >out
  # as they came: what comes a day too late moves no window
  for day in 2026-01-28 2026-02-27; do
    awk -v day=$day 'BEGIN {
      for (i = 0; i < 200; i++)
        printf "{\"id\":\"%s-%d\",\"model_name\":\"chat \\\"8b\\\"\",\"ts\":\"%sT%02d:%02d:00Z\",\"query\":\"q\",\"response\":\"r\",\"refusal\":%s,\"toxic\":false,\"feedback\":%d}\n",
          day, i, day, i / 60, i % 60, i % 2 ? "true" : "false", day ~ /-01-/ || i % 10 < 6
    }' | DW_NOW=${day}T12:00:00Z dw-store put --quiet >out
  done
  awk 'BEGIN {
    for (i = 0; i < 1440; i++) {
      x = 1; y = i % 2 ? 0.1 : 0.2
      if (i >= 1380) { x = 0.2; y = 1 + i % 2 }
      printf "{\"id\":\"e%d\",\"model_name\":\"chat \\\"8b\\\"\",\"ts\":\"2026-03-01T%02d:%02d:30Z\",\"embedding\":[%s,%s]}\n", i, i / 60, i % 60, x, y
    }
  }' | dw-store put --quiet >out
}

serve()
{
  : >log # a server before this one left its port there
  dw-serve --listen 127.0.0.1:0 --open-after 1 "$@" 2>log 3>&- &
  server=$!
  for _ in {1..2000}; do
    { read -r -d '' said <log || :; } 2>/dev/null
    if [[ $said =~ '"event":"listening","address":"127.0.0.1:'([0-9]+)'"' ]]; then port=${BASH_REMATCH[1]}; else port=; fi
    [ -z "$port" ] || return 0
    kill -0 "$server" || { cat log; return 1; }
    sleep 0.03
  done
  return 1
}

scrape() { curl -fsS -m 60 ${token:+-H "Authorization: Bearer $token"} -D head "http://127.0.0.1:$port/metrics" >metrics; }

await() # LINE: until the metrics have it
{
  for _ in $(seq 300); do
    scrape
    if grep -qxF -- "$1" metrics; then return 0; fi
    sleep 0.1
  done
  grep -v '^#' metrics
  say "no line: $1"
}

ended()
{
  kill -TERM "$server"
  wait "$server"
  server=
}

value() { grep -F -- "$1 " metrics | sed 's/.* //'; }
between() { awk -v v="$1" -v low="$2" -v high="$3" 'BEGIN { exit !(v != "" && v + 0 >= low && v + 0 <= high) }' || say "$1 is not from $2 to $3"; }

@test "what checks found stands in /metrics under the names that people know" {
  command -v curl >/dev/null || skip 'no curl'
  records
  serve
  await 'driftwatch_drift{model="chat \"8b\""} 1'
  await 'driftwatch_drift{model="fraud"} 1'
  # no other type than this, to the letter
  tr -d '\r' <head | grep -qix 'content-type: text/plain; version=0.0.4; charset=utf-8'
  grep -qx 'drift_detection_runs_total 2' metrics
  grep -qx 'drift_detection_errors_total 0' metrics
  grep -q '^drift_monitor_info{version="[0-9.]*"} 1$' metrics
  grep -qx 'retrain_events_total{reason="accuracy_drop"} 0' metrics
  grep -qx 'reindex_events_total 0' metrics
  grep -qx 'driftwatch_last_check_timestamp_seconds{model="fraud"} 1772409600' metrics
  # columns: the one that drifted, and one that did not
  grep -qx 'driftwatch_column_drift{model="fraud",record="inference",column="transaction_amount"} 1' metrics
  grep -qx 'driftwatch_column_drift{model="fraud",record="inference",column="customer_age"} 0' metrics
  between "$(value 'driftwatch_column_score{model="fraud",record="inference",column="transaction_amount"}')" 0 0.01
  between "$(value 'driftwatch_column_shift{model="fraud",record="inference",column="transaction_amount"}')" 0.5 2
  between "$(value 'driftwatch_drift_share{model="fraud",record="inference"}')" 0.1 0.3
  grep -qx 'driftwatch_columns_dropped{model="fraud",record="inference"} 0' metrics
  grep -qx 'driftwatch_alert_open{model="fraud",check="data_drift"} 1' metrics
  # the language model: half of the answers decline; all were liked a month ago, and three fifths are now
  c='model="chat \"8b\""'
  grep -qxF "refusal_rate{$c} 0.5" metrics
  grep -qxF "model_refusal_rate{$c} 0.5" metrics
  grep -qxF "toxicity_rate{$c} 0" metrics
  grep -qxF "model_toxicity_rate{$c} 0" metrics
  grep -qxF "recent_accuracy{$c,metric=\"feedback\"} 0.6" metrics
  grep -qxF "model_accuracy_score{$c,metric=\"feedback\"} 0.6" metrics
  grep -qxF "baseline_accuracy{$c,metric=\"feedback\"} 1" metrics
  grep -qxF "driftwatch_alert_open{$c,check=\"refusal_rate\"} 1" metrics
  # centroids of (1, 0.15) and (0.2, 1.5): a cosine of 0.28
  between "$(value "embedding_drift_score{$c,record=\"embedding\",column=\"embedding\"}")" 0.71 0.73
  between "$(value "embedding_variance_score{$c,record=\"embedding\",column=\"embedding\"}")" 98 100
  # what calls cost, as it comes
  curl -fsS -m 60 -H 'Content-Type: application/x-ndjson' -d '{"id":"n","query":"q","model_name":"chat \"8b\"","tokens":120,"cost":0.5}' "http://127.0.0.1:$port/interactions" >said
  scrape
  grep -qxF "api_tokens_total{$c} 120" metrics
  grep -qxF "api_cost_total{$c} 0.5" metrics
  # a new server on the same database knows them before it has checked anything: the same time is the same slot
  grep '^driftwatch_column_score' metrics >before
  [ -s before ]
  ended
  serve
  scrape
  grep -qx 'drift_detection_runs_total 0' metrics
  grep '^driftwatch_column_score' metrics | cmp - before
  # a model whose runs are gone is gone
  DW_NOW=2026-04-20T00:00:00Z dw-store prune --quiet --keep drift_runs=1d >out
  for _ in 1 2; do scrape; done
  ! grep -q 'model="fraud"} ' metrics || say "$(grep 'model="fraud"} ' metrics)"
  ended
}

# A run has to stay small, and a curve without holes: which columns are told of does not depend on what drifts.
@test "of 1,004 columns 1,000 have samples, the same whatever drifts, and four are counted" {
  export DATABASE_URL=sqlite:$PWD/r.db
  for day in 2026-03-02 2026-03-03; do
    awk -v day=$day 'BEGIN {
      srand(7)
      for (i = 0; i < 100; i++) {
        printf "{\"id\":\"%s-%d\",\"ts\":\"%sT%s:%02d:00Z\",\"prediction\":1", day, i, day, i < 50 ? "09" : "11", i % 50
        for (c = 1002; c >= 0; c--) printf ",\"c%04d\":%.3f", c, rand() + (i >= 50 && day ~ /-03$/ && (c == 2 || c == 1002) ? 2 : 0)
        print "}"
      }
    }' >in
    DW_NOW=${day}T12:00:00Z dw-store put --quiet --model wide in >out
    status=0
    DW_NOW=${day}T12:00:00Z dw-serve --once --model wide >run || status=$?
    [ "$status" -le 1 ]
    tail -n 1 run | dw-report --format prometheus >$day.prom
  done
  for day in 2026-03-02 2026-03-03; do
    [ "$(grep -c '^driftwatch_column_drift{' $day.prom)" -eq 1000 ]
    grep '^driftwatch_column_drift{' $day.prom | sed 's/.*column="//; s/".*//' | sort >$day
    # the constant "prediction" stands behind them in the order of names
    seq -f 'c%04g' 0 999 | cmp - $day
    grep -qx 'driftwatch_columns_dropped{model="wide",record="inference"} 4' $day.prom || say "$(grep dropped $day.prom)"
  done
  grep -qx 'driftwatch_columns_drifted{model="wide",record="inference"} 2' 2026-03-03.prom
  [ "$(grep '^driftwatch_column_drift{.*} 1$' 2026-03-03.prom)" = 'driftwatch_column_drift{model="wide",record="inference",column="c0002"} 1' ]
}

@test "a token that is for one model hears of that one" {
  command -v curl >/dev/null || skip 'no curl'
  records
  token=secret
  printf 'all read * sha256:%s\none read fraud sha256:%s\n' "$(printf secret | sha256sum | cut -d' ' -f1)" "$(printf other | sha256sum | cut -d' ' -f1)" >tokens
  serve --token-file tokens
  await 'driftwatch_drift{model="chat \"8b\""} 1'
  await 'driftwatch_drift{model="fraud"} 1'
  token=other
  scrape
  grep -q '^driftwatch_drift{model="fraud"} 1$' metrics
  ! grep -q 'chat' metrics || say "$(grep chat metrics)"
  ended
}

@test "promtool finds nothing to complain about, neither in /metrics nor in dw-report's file" {
  need promtool
  command -v curl >/dev/null || skip 'no curl'
  records
  serve
  await 'driftwatch_drift{model="chat \"8b\""} 1'
  await 'driftwatch_drift{model="fraud"} 1'
  ended
  program promtool check metrics <metrics >said 2>&1 || say "$(cat said)"
  [ ! -s said ]
  run -1 dw-serve --once --open-after 1 --model fraud
  echo "$output" >run
  dw-report --format prometheus run >file.prom
  program promtool check metrics <file.prom >said 2>&1 || say "$(cat said)"
  [ ! -s said ]
  # the same names, and of the model the same samples
  diff <(grep '^# ' file.prom) <(grep -F "$(grep '^# ' file.prom)" metrics | grep '^# ')
  diff <(grep 'model="fraud"' file.prom) <(grep '^[a-z_]*{model="fraud"' metrics | grep -v '^api_')
}

# Names of metrics in expressions of PromQL: what is neither a label, a text, a duration nor a word of the language.
names()
{
  sed -E 's/"[^"]*"//g; s/\{[^}]*\}//g; s/\[[^]]*\]//g; s/\b(by|on|ignoring|without|group_left|group_right) *\([^)]*\)//g' |
    grep -oE '[a-zA-Z_:][a-zA-Z0-9_:]*' |
    grep -vxE 'sum|min|max|count|avg|topk|rate|increase|time|histogram_quantile|min_over_time|and|or|unless|up' | sort -u
}

@test "every metric that rules and dashboard ask for is there" {
  command -v curl >/dev/null && command -v jq >/dev/null || skip 'no curl, or no jq'
  serve --db sqlite:r.db
  scrape
  ended
  awk '/^# TYPE/ { print $3; if ($4 == "histogram") { print $3 "_bucket"; print $3 "_sum"; print $3 "_count" } }' metrics | sort -u >there
  jq -r '.. | .expr? // empty' "$D/grafana_dashboard.json" >expressions
  [ "$(wc -l <expressions)" -ge 40 ]
  jq -r '.templating.list[].definition' "$D/grafana_dashboard.json" | sed 's/label_values(\([a-z_]*\),.*/\1/' >>expressions
  awk '/^ *expr: *>-/ { inside = 1; next } /^ *[a-z]+:/ { inside = 0 } /^ *expr: / { sub(/^ *expr: /, ""); print } inside { print }' "$D/alert_rules.yml" >>expressions
  grep -oE 'printf "[a-z_]*\{' "$D/alert_rules.yml" | sed 's/printf "//' >>expressions
  names <expressions >asked
  [ "$(wc -l <asked)" -ge 40 ]
  [ -z "$(comm -23 asked there)" ] || say "not in /metrics: $(comm -23 asked there)"
  # and the names that the manual promises
  man=$BATS_TEST_DIRNAME/../man/dw-serve.1
  sed -n '/^\.Ss Metrics/,/^\.S[hs] /p' "$man" | sed -n 's/^\.It Va //p' | tr ' ' '\n' | grep -E '^[a-z_]+$' | sort -u >promised
  [ -z "$(comm -23 promised there)" ] || say "promised in vain: $(comm -23 promised there)"
  [ -z "$(comm -13 promised <(grep -v '_bucket$\|_sum$\|_count$' there))" ] || say "not in the manual: $(comm -13 promised <(grep -v '_bucket$\|_sum$\|_count$' there))"
}

@test "the dashboard: one data source by its name, panels that do not overlap, nothing to be filled in" {
  command -v jq >/dev/null || skip 'no jq'
  f=$D/grafana_dashboard.json
  uid=$(sed -n 's/^ *uid: \([a-z-]*\).*/\1/p' "$D/grafana/datasources/prometheus.yml")
  [ "$(jq -r '[.. | .datasource? // empty | .uid] | unique | join(" ")' "$f")" = "$uid" ]
  [ "$(grep -c '\${DS_\|__inputs\|__requires' "$f")" -eq 0 ]
  [ "$(jq '[.panels[].id] | length == (unique | length)' "$f")" = true ]
  [ "$(jq '[.panels[] | select(.type != "row") | select((.targets | length) == 0 or .title == "")] | length' "$f")" -eq 0 ]
  jq -r '.panels[].gridPos | "\(.x) \(.y) \(.w) \(.h)"' "$f" |
    awk '{ for (x = $1; x < $1 + $3; x++) for (y = $2; y < $2 + $4; y++) if (x > 23 || taken[x, y]++) exit 1 }'
  path=$(sed -n 's/^ *path: //p' "$D/grafana/dashboards/driftwatch.yml")
  [ "$path" = /var/lib/grafana/dashboards ]
}

@test "promtool takes settings, rules and the dashboard's expressions, and the rules fire when they should" {
  need promtool
  folder
  cp "$D/alert_rules.yml" "$D/prometheus.yml" "$BATS_TEST_DIRNAME/data/alert_rules_test.yml" "$W/"
  {
    echo 'groups: [{name: dashboard, rules: ['
    jq -r '[.. | .expr? // empty] | to_entries[] | "{record: \"panel:\(.key)\", expr: \(.value | gsub("\\$__rate_interval"; "1m") | gsub("\\$model"; ".*") | tojson)},"' "$D/grafana_dashboard.json"
    echo ']}]'
  } >"$W/dashboard.yml"
  program promtool check config --syntax-only "$W/prometheus.yml"
  program promtool check rules "$W/alert_rules.yml" "$W/dashboard.yml" >said 2>&1 || say "$(cat said)"
  ! grep -qi 'duplicate\|error\|warn' said || say "$(cat said)"
  program promtool test rules "$W/alert_rules_test.yml" >said 2>&1 || say "$(cat said)"
  grep -q SUCCESS said
}

ask_prometheus() { curl -fsS -m 20 -G --data-urlencode "query=$1" "http://127.0.0.1:$at/api/v1/query"; }

start_prometheus()
{
  before
  for _ in 1 2 3 4 5; do
    at=$(free_port)
    "${front[@]}" prometheus --config.file="$W/prometheus.yml" --storage.tsdb.path="$W/data" --web.listen-address="127.0.0.1:$at" >"$BATS_TEST_TMPDIR/prometheus.log" 2>&1 3>&- &
    prometheus=$!
    for _ in $(seq 300); do
      if curl -fsS -m 5 "http://127.0.0.1:$at/-/ready" >/dev/null 2>&1; then return 0; fi
      kill -0 "$prometheus" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$prometheus" 2>/dev/null || true
    wait "$prometheus" || true
  done
  cat prometheus.log
  return 1
}

@test "a real Prometheus scrapes the service with our settings, and knows what was found" {
  need prometheus
  command -v curl >/dev/null || skip 'no curl'
  records
  folder
  token=secret
  printf secret >"$W/token"
  printf 'prometheus read * sha256:%s\n' "$(printf secret | sha256sum | cut -d' ' -f1)" >tokens
  serve --token-file tokens
  await 'driftwatch_drift{model="chat \"8b\""} 1'
  await 'driftwatch_drift{model="fraud"} 1'
  cp "$D/alert_rules.yml" "$W/"
  sed -e "s|/etc/prometheus|$W|; s|/run/secrets/prometheus_token|$W/token|; s|driftwatch:3001|127.0.0.1:$port|; s|15s|1s|" "$D/prometheus.yml" >"$W/prometheus.yml"
  mkdir -m 777 "$W/data"
  start_prometheus
  for _ in $(seq 300); do
    ask_prometheus 'driftwatch_drift == 1' >said
    [ "$(jq '.data.result | length' said)" != 2 ] || break
    sleep 0.1
  done
  [ "$(jq -c '[.data.result[].metric.model] | sort' said)" = '["chat \"8b\"","fraud"]' ] || say "$(cat said; curl -s -m 5 "http://127.0.0.1:$at/api/v1/targets")"
  ask_prometheus 'up{job="driftwatch"}' >said
  [ "$(jq -r '.data.result[0].value[1]' said)" = 1 ]
  ask_prometheus 'driftwatch_column_drift{model="fraud"} == 1' >said
  [ "$(jq -r '[.data.result[].metric.column] | join(" ")' said)" = transaction_amount ]
  ask_prometheus 'refusal_rate' >said
  [ "$(jq -r '.data.result[0].value[1]' said)" = 0.5 ]
  ask_prometheus 'drift_detection_runs_total' >said
  [ "$(jq -r '.data.result[0].value[1]' said)" = 2 ]
  ask_prometheus 'sum(dw_http_request_duration_seconds_count{route="/metrics"})' >said
  between "$(jq -r '.data.result[0].value[1]' said)" 1 1e6
  # the rules are judged, and what is open fires: without a "for" as soon as it is seen
  for _ in $(seq 300); do
    curl -fsS -m 5 "http://127.0.0.1:$at/api/v1/alerts" >said
    [ "$(jq '[.data.alerts[] | select(.state == "firing")] | length' said)" -lt 4 ] || break
    sleep 0.1
  done
  jq -r '.data.alerts[] | select(.state == "firing") | "\(.labels.alertname) \(.labels.model)"' said | sort -u >fired
  for line in 'ModelDataDrift fraud' 'ModelRefusals chat "8b"' 'ModelAccuracyDrop chat "8b"' 'ModelDataDrift chat "8b"'; do
    grep -qxF "$line" fired || say "$line does not fire: $(cat fired)"
  done
  [ "$(jq -r '.data.alerts[] | select(.labels.alertname == "ModelRefusals") | .annotations.description' said)" = '50% of the answers of the last 7 days decline.' ]
  curl -fsS -m 5 "http://127.0.0.1:$at/api/v1/rules" >said
  [ "$(jq '[.data.groups[].rules[] | select(.health == "err")] | length' said)" -eq 0 ] || say "$(jq -r '.data.groups[].rules[] | select(.health == "err") | .lastError' said)"
  [ "$(jq '[.data.groups[].rules[]] | length' said)" -ge 15 ]
  kill -TERM "$prometheus"
  wait "$prometheus"
  prometheus=
  ended
}

# It drops a whole file for a time or a last line without its end, and samples that stand there twice.
@test "node_exporter's textfile collector takes dw-report's file whole" {
  need prometheus-node-exporter
  command -v curl >/dev/null || skip 'no curl'
  records
  folder
  for model in fraud 'chat "8b"'; do run -1 dw-serve --once --model "$model"; echo "$output"; done >runs
  cat runs runs >twice # the same models again
  dw-report --format prometheus --output "$W/models.prom" twice "$BATS_TEST_DIRNAME/data/findings-feature.ndjson"
  chmod 644 "$W/models.prom"
  before
  for _ in 1 2 3 4 5; do
    at=$(free_port)
    "${front[@]}" prometheus-node-exporter --web.listen-address="127.0.0.1:$at" --collector.disable-defaults --collector.textfile \
      --collector.textfile.directory="$W" >exporter.log 2>&1 3>&- &
    exporter=$!
    for _ in $(seq 300); do
      if curl -fsS -m 5 "http://127.0.0.1:$at/metrics" >got 2>/dev/null; then break 2; fi
      kill -0 "$exporter" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$exporter" 2>/dev/null || true
    wait "$exporter" || true
  done
  grep -qx 'node_textfile_scrape_error 0' got || say "$(cat exporter.log)"
  grep -qxF 'driftwatch_drift{model="chat \"8b\""} 1' got
  # all of it, and nothing of ours besides
  [ "$(grep -vc '^#' "$W/models.prom")" -eq "$(grep -c '^[^#]*[{,]model="\|^drift_monitor_info{' got)" ]
  # the check of the check: a file with a time in it is dropped
  { cat "$W/models.prom"; echo 'other{model="fraud"} 0 1772409600000'; } >"$W/new"
  mv "$W/new" "$W/models.prom"
  curl -fsS -m 5 "http://127.0.0.1:$at/metrics" >got
  grep -qx 'node_textfile_scrape_error 1' got || say "$(grep -v '^#' got | head -n 5)"
  [ "$(grep -c '^driftwatch' got)" -eq 0 ]
  kill -KILL "$exporter"
  wait "$exporter" || true
  exporter=
}
