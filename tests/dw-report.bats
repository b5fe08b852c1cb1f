# dw-report: formats, completeness, terminals, hostile input.

setup()
{
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  export LC_ALL=C.UTF-8 DW_NOW=2026-01-31T09:30:00Z
  unset NO_COLOR COLUMNS
  cd "$BATS_TEST_TMPDIR" || return 1
}

findings() { echo "$BATS_TEST_DIRNAME/data/findings-$1.ndjson"; }

@test "the verdict comes first, and drift is not an error" {
  run -0 --separate-stderr dw-report "$(findings feature)"
  [ -z "$stderr" ]
  [ "${lines[0]}" = "DRIFT, severity medium: performance, 4 of 8 columns (50 %), 4 other checks" ]
  run -0 --separate-stderr dw-report "$(findings quiet)"
  [ "${lines[0]}" = "No drift: none of 8 columns drifted" ]
}

@test "--exit-code turns drift into status 1" {
  run -1 --separate-stderr dw-report --exit-code "$(findings feature)"
  [ -z "$stderr" ]
  run -0 dw-report --exit-code "$(findings quiet)"
  run -1 dw-report --exit-code "$(findings quiet)" "$(findings feature)"
}

@test "the same report from a file, standard input, zstd and gzip, in every format" {
  zstd -q "$(findings feature)" -o f.zst
  gzip -c "$(findings feature)" >f.gz
  for format in text markdown html junit; do # prometheus: of the model that the file names
    dw-report --format $format "$(findings feature)" >want
    [ -s want ]
    dw-report --format $format f.zst | cmp - want
    dw-report --format $format f.gz | cmp - want
    dw-report --format $format - <"$(findings feature)" | cmp - want
    dw-report --format $format <"$(findings feature)" | cmp - want
    dw-report --format $format --output out "$(findings feature)"
    cmp out want
  done
}

@test "input without a summary is incomplete: said in the report and by status 3, in every format" {
  for format in text markdown json html junit prometheus; do
    run -3 --separate-stderr dw-report --format $format "$(findings incomplete)"
    [ "$stderr" = "dw-report: $(findings incomplete): no summary at the end: the input is incomplete, and the report says so" ]
    case $format in
    json) [[ $output == *'"complete": false'* && $output == *'"drift": null'* ]] ;;
    html) [[ $output == *'>Incomplete<'* && $output != *'No drift'* ]] ;;
    junit) [[ $output == *'errors="1"'* ]] ;;
    prometheus) [[ $output == *'driftwatch_judged{model="findings-incomplete"} 0'* ]] ;;
    *) [[ $output == *INCOMPLETE* ]] ;;
    esac
  done
  run -3 --separate-stderr dw-report --exit-code "$(findings feature)" "$(findings incomplete)"
  [ "${lines[0]}" = "Comparison 1 of 2: reference.ndjson → current.ndjson" ]
  run -3 --separate-stderr dw-report /dev/null
  [[ $stderr == "dw-report: /dev/null: no summary at the end"* ]]
  run -3 --separate-stderr dw-report <<<''
  [[ $stderr == "dw-report: standard input: no summary at the end"* ]]
}

@test "a cut line is bad data with its line, and no report" {
  head -c 9000 "$(findings feature)" >cut.ndjson
  run -3 --separate-stderr dw-report --output report cut.ndjson
  [[ $stderr == "dw-report: cut.ndjson:"[0-9]*:[0-9]*": "* ]]
  [ ! -e report ]
  echo '{"kind":"finding","check":"x","drift":true,"score":"high"}' >odd.ndjson
  run -3 --separate-stderr dw-report odd.ndjson
  [ "$stderr" = 'dw-report: odd.ndjson:1: "score": expected a number or null' ]
}

@test "no colour in a pipe; --color, NO_COLOR and the environment" {
  escape=$(printf '\033')
  run -0 dw-report "$(findings feature)"
  [[ $output != *"$escape"* ]]
  run -0 dw-report --color always "$(findings feature)"
  [[ $output == *"$escape"* ]]
  NO_COLOR=1 run -0 dw-report --color always "$(findings feature)"
  [[ $output == *"$escape"* ]]
  DW_COLOR=always run -0 dw-report "$(findings feature)"
  [[ $output == *"$escape"* ]]
}

# TERM and the width of a terminal come from script(1)
on_terminal() { script -qec "stty cols $1 && $2" /dev/null </dev/null; }

@test "on a terminal: colour, unless NO_COLOR; its width" {
  command -v script >/dev/null || skip "no script(1) to make a terminal"
  export TERM=xterm
  escape=$(printf '\033')
  run -0 on_terminal 100 "dw-report --all '$(findings feature)'"
  [[ $output == *"$escape"* ]]
  NO_COLOR=1 run -0 on_terminal 100 "dw-report --all --ascii '$(findings feature)'"
  [[ $output != *"$escape"* ]]
  widest=$(awk '{ sub(/\r$/, ""); if (length > n) n = length } END { print n }' <<<"$output")
  [ "$widest" -gt 80 ]
  [ "$widest" -le 100 ]
  TERM=dumb run -0 on_terminal 100 "dw-report '$(findings feature)'"
  [[ $output != *"$escape"* ]]
}

@test "width: 80 in a pipe, COLUMNS, --width" {
  widest() { awk '{ if (length > n) n = length } END { print n }'; }
  [ "$(LC_ALL=C dw-report --ascii "$(findings methods)" | widest)" -le 80 ]
  [ "$(COLUMNS=50 dw-report --ascii "$(findings feature)" | widest)" -le 50 ]
  [ "$(COLUMNS=50 dw-report --ascii --width 120 "$(findings feature)" | widest)" -gt 80 ]
  [ "$(COLUMNS=junk dw-report --ascii "$(findings feature)" | widest)" -le 80 ]
  run -2 dw-report --width 39 "$(findings feature)"
}

@test "ASCII where the locale is not UTF-8" {
  for locale in C POSIX en_US.ISO-8859-1; do
    LC_ALL=$locale dw-report --all "$(findings hostile)" >out
    run -1 env LC_ALL=C grep -n '[^ -~]' out
  done
  [[ $(LC_ALL="" LC_CTYPE=en_US.utf8 dw-report "$(findings feature)") == *'█'* ]]
}

@test "junit and the pictures are well-formed for an XML parser" {
  command -v xmllint >/dev/null || skip "no xmllint"
  for name in feature quiet methods hostile incomplete; do
    dw-report --format junit "$(findings $name)" 2>/dev/null | xmllint --noout -
    dw-report --format html "$(findings $name)" 2>/dev/null | grep -o '<svg.*</svg>' | sed 's/<svg/\n<svg/g; s/<\/svg>/<\/svg>\n/g' | grep '^<svg' >svg || true
    { echo '<all>'; cat svg; echo '</all>'; } | xmllint --noout -
  done
}

@test "the page's security policy names the script that it holds, and no other runs" {
  dw-report --format html "$(findings hostile)" >page.html
  sed -n '/^<script>/,/<\/script>$/p' page.html | sed '1s/^<script>//' | sed '$d' >script.js
  [ "$(grep -c '<script' page.html)" -eq 1 ]
  digest=$(sha256sum script.js | cut -d' ' -f1 | sed 's/../\\x&/g')
  grep -qF "script-src 'sha256-$(printf "$digest" | base64)'" page.html
}

@test "json: what a monitor reads" {
  dw-report --format json --title Nightly --output monitoring_summary.json "$(findings feature)"
  grep -q '^  "kind": "monitoring_summary",$' monitoring_summary.json
  grep -q '^  "recommended_action": "investigate",$' monitoring_summary.json
  grep -q '^  "drift_ratio": 0.5,$' monitoring_summary.json
  grep -q '"command":"dw-report","version":"[0-9.]*","arguments":\["--format","json","--title","Nightly"' monitoring_summary.json
  dw-report --format json "$(findings quiet)" "$(findings methods)" >two.ndjson
  [ "$(wc -l <two.ndjson)" -eq 2 ]
}

@test "1,000 drifted columns: an HTML page below 2 MB" {
  awk 'BEGIN {
    for (i = 0; i < 1000; i++) {
      printf "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"feature_number_%d\",\"type\":\"numeric\",\"method\":\"ks\",\"p_value\":1e-9,\"score\":1e-9,\"threshold\":0.05,\"rule\":\"<=\",\"drift\":true,\"severity\":\"high\"", i
      for (s = 0; s < 2; s++) {
        printf ",\"%s\":{\"count\":900,\"missing\":0,\"mean\":%d.5,\"std\":9,\"quantiles\":{\"0.05\":1,\"0.25\":2,\"0.5\":%d,\"0.75\":7,\"0.95\":9},\"histogram\":{\"edges\":[0", s ? "current" : "reference", i, 3 + s
        for (b = 1; b <= 30; b++) printf ",%d", b
        printf "],\"counts\":[%d", i % 9
        for (b = 1; b < 30; b++) printf ",%d", (b * 37 + i + s) % 60
        printf "]}}"
      }
      print "}"
    }
    print "{\"kind\":\"summary\",\"drift\":true,\"severity\":\"high\",\"columns\":1000,\"drifted\":1000,\"drift_share\":1}"
  }' | dw-report --format html --output page.html
  [ "$(wc -c <page.html)" -lt 2000000 ]
  [ "$(grep -o 'feature_number_[0-9]*' page.html | sort -u | wc -l)" -eq 1000 ]
}

@test "--model: importance of each column, in its order, and the share that drifted by it, in every form" {
  M=$BATS_TEST_DIRNAME/data/xgboost33
  for column in alpha 'beta value' gamma other; do
    [ "$column" = alpha ] && drift=false || drift=true
    echo '{"kind":"finding","check":"column_drift","column":"'"$column"'","type":"numeric","method":"ks","score":0.5,"threshold":0.1,"rule":">=","drift":'$drift',"severity":"low","effect_size":0.1}'
  done >in
  echo '{"kind":"summary","drift":true,"severity":"low","columns":4,"drifted":3,"drift_share":0.75,"drifted_columns":["beta value","gamma","other"]}' >>in
  dw-report --model "$M/binary.json" --format json in >json # total_gain 170.2518, 101.5153 and 9.9987, as XGBoost says
  [ "$(sed -n 's/^      "column": "\(.*\)",$/\1/p' json | paste -sd,)" = 'beta value,gamma,other,alpha' ]
  [ "$(sed -n 's/^ *"importance": \([0-9.nul]*\),*$/\1/p' json | cut -c 1-6 | paste -sd,)" = '0.3602,0.0354,null,0.6042' ]
  [[ $'\n'$(<json) == *$'\n''  "drift_ratio_by_importance": 0.3957'* ]]
  [[ "$(dw-report --width 400 --model "$M/binary.ubj" in)" == *'Drifted by importance to the model: 40 %.'*'importance'*'beta value'*'36 %'* ]]
  dw-report --model "$M/binary.json" --format markdown in | grep -q 'beta value.*36 %'
  [[ $(dw-report --model "$M/binary.json" --format html in) == *'<dt>Drifted by importance</dt><dd>40 %</dd>'* ]]
  dw-model --registry reg register --model "$M/binary.json" >v1
  dw-report --registry reg --model latest --format json in | grep -q '^  "drift_ratio_by_importance": 0.3957'
  DW_REGISTRY=reg dw-report --model "$M/binary.json" --format json in | grep -q '^  "drift_ratio_by_importance": 0.3957' # a file is one, whatever the environment says
  run -5 --separate-stderr dw-report --registry reg --model production in
  [[ $stderr == 'dw-report: reg: no version is in Production' ]]
  run -2 --separate-stderr dw-report --registry reg in
  [[ $stderr == *'--registry goes with --model VERSION'* ]]
  run -3 --separate-stderr dw-report --model "$M/linear.json" in
  [[ $stderr == *'linear.json: the model does not say what its features gained: it is linear, and only trees do' ]]
  sed 's/alpha/a/; s/beta value/b/; s/gamma/c/' in >others
  run -3 --separate-stderr dw-report --model "$M/binary.json" others
  [[ $stderr == *"none of the model's columns (\"alpha\"…) is in the findings" ]]
}

control() { echo "$BATS_TEST_DIRNAME/data/control-$1.ndjson"; }

@test "what was decided, in every format, from one stream or several files" {
  run -0 --separate-stderr dw-report "$(control promoted)"
  [ -z "$stderr" ]
  [ "${lines[0]}" = "PROMOTED: version 4 to Production" ]
  grep '"incident",' "$(control promoted)" | head -n 1 >sentinel_report.json
  sed -n 2p "$(control promoted)" >execution_plan.json
  sed -n 6p "$(control promoted)" >release_result.json
  cat "$(findings feature)" sentinel_report.json execution_plan.json release_result.json >all.ndjson
  for format in text markdown html junit json; do
    dw-report --format $format "$(findings feature)" release_result.json execution_plan.json sentinel_report.json >several
    grep -qi promoted several
    [ "$format" = json ] && continue
    dw-report --format $format all.ndjson | cmp - several
  done
  [[ $(<several) == *'"decision": "promoted"'* ]]
}

@test "--exit-code: a blocked release, a refused gate" {
  run -1 dw-report --exit-code "$(control blocked)"
  run -1 dw-report --exit-code "$(control metrics)"
  run -0 dw-report --exit-code "$(control promoted)"
  run -0 dw-report --exit-code "$(control held)"
}

@test "an incident without plan or result, metrics without a summary: incomplete" {
  head -n 1 "$(control promoted)" >incident.json
  for format in text markdown json html junit; do
    run -3 --separate-stderr dw-report --format $format incident.json
    [ "$stderr" = "dw-report: incident.json: an incident without plan or result: the input is incomplete, and the report says so" ]
  done
  head -n 2 "$(control metrics)" >metrics.ndjson
  run -3 --separate-stderr dw-report metrics.ndjson
  [[ $stderr == "dw-report: metrics.ndjson: no summary at the end"* ]]
  [[ ${lines[0]} == INCOMPLETE* ]]
  run -3 dw-report "$(findings incomplete)" "$(control promoted)"
}

@test "rows that depend on each other: what they are worth and what to do, in every format" {
  column() { # NAME TIME MISSING WORTH HOUR WEEKDAY WHOLE
    printf '{"column":"%s","autocorrelation_time":%s,"missing_autocorrelation_time":%s,"reference_values":3000,"reference_effective":%s,' "$1" "$2" "$3" "$4"
    printf '"current_values":96,"current_effective":5,"hour":%s,"weekday":%s,"rest_autocorrelation_time":1.5,"whole_cycles":%s}' "$5" "$6" "$7"
  }
  printf '{"kind":"summary","drift":false,"severity":"none","columns":4,"drifted":0,"drift_share":0,"drift_share_threshold":0.5,"dataset_drift":false,"fail_on":["any"],"drifted_columns":[],"verdict":"no drift","not_compared":[],"not_judged":[],"dependence":[%s,%s,%s,%s],"reference_rows":3000,"current_rows":96,"skipped_records":0,"made_by":[]}\n' \
    "$(column 'w|<i>' 17 1 176 null null null)" "$(column x 26 1 2000 0.8557 null true)" "$(column y 77 1 38 0.2 0.55 false)" \
    "$(column z 1 25.85 3000 null null null)" >in
  run -0 dw-report --width 400 in
  [[ "$output" == *$'\nRows depend on each other in time\n'* ]]
  [[ $output == *'  w|<i>: values are worth 176 of 3,000 in the reference, 5 of 96 in the current data'* ]]
  [[ $output == *'  x: values are worth 2,000 of 3,000 in the reference, 5 of 96 in the current data; goes with the hour of the day (86 % of the variance); the current rows cover whole days: compared without the cycle'* ]]
  [[ $output == *'goes with the hour of the day (20 % of the variance) and the day of the week (55 % of the variance); --match hour-of-week compares like with like; or compare whole weeks'* ]]
  [[ $'\n'$output$'\n' == *$'\n''  z: gaps: 25.9 rows are worth one'$'\n'* ]]
  run ! grep -q '.\{81\}' <(dw-report --width 80 in)
  run -0 dw-report --format markdown in
  [[ $output == *'| y | 38 of 3,000 | 5 of 96 | the hour of the day (20 % of the variance) and the day of the week (55 % of the variance) | \--match hour-of-week compares like with like; or compare whole weeks |'* ]]
  run -0 dw-report --format html in
  [[ $output == *'<h2>Rows depend on each other in time</h2>'* ]]
  [[ "$output" == *'w|&lt;i&gt;'*'176 of 3,000'* ]]
  dw-report --format json in >out
  jq -e '.dependence | length == 4 and .[1].whole_cycles and .[3].missing_autocorrelation_time == 25.85 and .[0].hour == null' out
  # Nobody looked, or nothing was found: nothing is said.
  for nothing in 'del(.dependence)' '.dependence = []'; do
    jq -c "$nothing" in >none
    run -0 dw-report none
    [[ "$output" != *depend* ]]
  done
  # Of many columns the first twenty, where there is no page.
  jq -c '.dependence = [range(30) as $i | .dependence[0] | .column = "c\($i)"]' in >many
  run -0 dw-report many
  [[ $output == *'30 columns in all, 20 shown'* ]]
  [ "$(dw-report --format html many | grep -c '>c[0-9]*<')" -ge 30 ]
}

@test "segments: where the drift is, in every format" {
  line='"method":"ks","statistic":0.2,"p_value":1e-9,"p_adjusted":1e-9,"score":1e-9,"threshold":0.05,"rule":"<=","drift":true,"severity":"high","direction":"up","effect_size":0.4,"reference":null,"current":null'
  printf '{"kind":"finding","check":"column_drift","column":"amount","segment":{"column":"shop","value":"b|<i>"},"type":"numeric",%s}\n' "$line" >in
  printf '{"kind":"finding","check":"column_drift","column":"amount","segment":{"column":"shop","value":null},"type":"numeric",%s}\n' "$line" >>in
  segment() { printf '{"value":%s,"reference_rows":500,"current_rows":600,"part":%s,"columns":2,"drifted":%s,"severity":"%s","drifted_columns":[]}' "$@"; }
  printf '{"kind":"summary","drift":true,"severity":"low","columns":3,"drifted":0,"drift_share":0,"drift_share_threshold":0.5,"dataset_drift":false,"fail_on":["any"],"drifted_columns":[],"by":"shop","segments":[%s,%s,%s],"not_compared":[],"reference_rows":1500,"current_rows":1500,"skipped_records":0,"made_by":[]}\n' \
    "$(segment '"b|<i>"' 0.75 1 low)" "$(segment null 0.25 1 low)" "$(segment '"c"' 0 0 none)" >>in
  run -0 --separate-stderr dw-report in
  [ "${lines[0]}" = "DRIFT, severity low: none of 3 columns drifted, 2 segments" ]
  [[ $'\n'$output$'\n' == *$'\n''By shop'$'\n'* ]]
  [[ $output == *'  low      b|<i>: 75 % of the drift; 500 → 600 rows; 1 of 2 columns drifted'* ]]
  [[ $output == *'           amount: ks p 1e-09 ≤ 0.05'* ]]
  [[ $output == *'(no value): 25 % of the drift'* ]]
  [[ $output == *'1 of 3 segments are quiet'* ]]
  [[ $(dw-report --format markdown in) == *'| low | b&#124;&lt;i&gt; | 75 % of the drift;'* ]]
  [[ $(dw-report --format html in) == *'<h2>By <bdi>shop</bdi></h2>'* ]]
  run ! grep -q '<i>' <(dw-report --format html in)
  [[ $(dw-report --format junit in) == *'name="amount (ks) in shop b|&lt;i&gt;"'* ]]
  [[ $(dw-report --format junit in) == *'tests="2" failures="2"'* ]]
  dw-report --format json in | tr -d ' \n' | grep -q '"by":"shop","segments":\[{"value":"b|<i>","part":0.75,.*"findings":\[{"column":"amount","check":"column_drift"'
}

@test "chunks: a line for each column and method, in every format" {
  chunk() { printf '{"kind":"finding","check":"column_drift","column":"amount","chunk":{"index":%s,"first_row":0,"last_row":9,"start":"2026-01-0%sT00:00:00Z","end":null},"period":"%s","type":"numeric","method":"jensenshannon","statistic":%s,"p_value":null,"p_adjusted":null,"score":%s,"threshold":0.1,"rule":">","drift":%s,"severity":"%s","direction":null,"effect_size":null,"reference":null,"current":null,"detail":{"lower_threshold":null,"upper_threshold":0.1}}\n' "$@"; }
  { chunk 0 1 reference 0.02 0.02 false none; chunk 0 2 analysis 0.04 0.04 false none; chunk 1 3 analysis 0.3 0.3 true high; } >in
  echo '{"kind":"summary","drift":true,"severity":"high","columns":1,"drifted":1,"drift_share":1,"drift_share_threshold":0.5,"drifted_columns":["amount"],"made_by":[]}' >>in
  run -0 --separate-stderr dw-report in
  [[ $'\n'$output$'\n' == *$'\n''Chunk by chunk'$'\n'* ]]
  [[ $output == *'  high     amount (jensenshannon): 1 of 2 chunks, the first from'* ]]
  [[ $output == *'▁▂█'* ]]
  [[ $(dw-report --format markdown in) == *'| high | amount | jensenshannon | `▁▂█` | 1 of 2 chunks, the first from 2026-01-03T00:00:00Z, 0.04 to 0.3, limit 0.1 |'* ]]
  dw-report --format html in | grep -q '<svg class="line".*<path class="rl" d="M166 100"/><path class="cl" d="M500 9[0-9]L833 0"/><path class="al" d="M833 0h0"/></svg>'
  [[ $(dw-report --format junit in) == *'tests="1" failures="1"'* ]]
  dw-report --format json in | tr -d ' \n' | grep -q '"chunks":\[{"check":"column_drift","column":"amount","method":"jensenshannon","alerts":1,"severity":"high","values":\[{"chunk":0,"start":"2026-01-01T00:00:00Z","period":"reference","value":0.02,'
}

@test "windows against a reference: which are worse, in every format" {
  line() { # METRIC VALUE WINDOW START END LOWER UPPER ALERT [SEGMENT]
    printf '{"kind":"metric","metric":"%s","value":%s,"low":null,"high":null,"count":100,"positives":40,"window":{"index":%d,"first_row":0,"last_row":99,"start":"%s","end":"%s"},"segment":%s,"estimated":false,"method":"delong","score":"p","threshold":{"lower":%s,"upper":%s},"alert":%s}\n' \
      "$1" "$2" "$3" "$4" "$5" "${9:-null}" "$6" "$7" "$8"
  }
  week() { line "$1" "$2" "$3" "2026-04-0$((1 + 2 * $3))T00:00:00Z" "2026-04-0$((3 + 2 * $3))T00:00:00Z" "$4" "$5" "$6"; }
  {
    week auc 0.81 0 0.78 null false; week brier 0.15 0 null 0.175 false; week ks 0.5 0 0.4 null false
    week auc 0.775 1 0.78 null true; week brier 0.179 1 null 0.175 true; week ks 0.45 1 0.4 null false
    week auc 0.80 2 0.77 null false; week brier null 2 null 0.175 false; week ks 0.48 2 0.4 null false
    week auc 0.74 3 0.78 null true; week brier 0.16 3 null 0.175 false; week ks 0.44 3 0.4 null false
  } >metrics
  echo '{"kind":"summary","command":"dw-eval","task":"binary","drift":true,"gate":null,"rows":400,"alerts":3,"assumption":null,"made_by":[]}' >summary
  cat metrics summary >in
  run -0 dw-report --width 200 in
  [ "${lines[0]}" = 'METRICS OF WINDOWS RAISED ALERTS: 3 of 12' ]
  [[ $'\n'$output$'\n' == *$'\n''  Beyond their limits: 2026-04-03 to 2026-04-05 (2 metrics), 2026-04-07 to 2026-04-09 (1 metric)'$'\n'* ]]
  [[ $'\n'$output$'\n' == *$'\n''  alert    auc: 2 of 4 windows: 2026-04-03 to 2026-04-05 0.775, below 0.78; 2026-04-07 to 2026-04-09 0.74, below 0.78; the others 0.8 to 0.81'$'\n'* ]]
  [[ $'\n'$output$'\n' == *$'\n''  alert    brier: 1 of 4 windows: 2026-04-03 to 2026-04-05 0.179, above 0.175; the others 0.15 to 0.16; 1 without a value'$'\n'* ]]
  [[ $output == *'1 of 3 metrics are quiet (--all shows them)'* ]]
  grep -qE '^  auc +0.775 +ALERT: below 0.78$' <<<"$output"
  [[ $'\n'$(dw-report --all in)$'\n' == *$'\n''  no       ks: 0 of 4 windows: 0.44 to 0.5'$'\n'* ]]
  run ! grep -q '.\{81\}' <(dw-report --width 80 --ascii in)
  dw-report --format markdown in >md
  [[ $(<md) == *'| alert | metric | windows | found |'* ]]
  [[ $(<md) == *'| alert | auc | `'* ]]
  # Limits step where they change: the third of four windows has a lower one.
  dw-report --format html in | grep -q '<svg class="line".*<path class="rm" d="M0 \([0-9]*\)H500V[0-9]*H750V\1H1000"/>'
  [[ $(dw-report --format html in) == *'<h2>Windows against the reference</h2>'* ]]
  dw-report --format json in | jq -e '.evaluations[0].metrics | .[3].threshold == {"lower": 0.78, "upper": null} and .[4].threshold.upper == 0.175'
  # Limits that know nothing of how windows differ are said to.
  run ! grep -q 'too few windows' <(dw-report in)
  sed '/"auc"/s/"upper":null/"upper":null,"from":"blocks"/; /"ks"/s/"upper":null/"upper":null,"from":"windows"/' in >few
  [[ $'\n'$(dw-report --width 300 few)$'\n' == *$'\n''  The reference has too few windows for limits of auc: these are from blocks or rows of it, know nothing of how windows differ, and alarm more often. Take a longer reference, or shorter windows.'$'\n'* ]]
  sed 's/"upper":null/"upper":null,"from":"rows"/; s/"lower":null/"lower":null,"from":"rows"/' in >none
  [[ $'\n'$(dw-report --width 300 none) == *$'\n''  The reference has too few windows for limits: these are from blocks or rows of it'* ]]
  # Parts of days are told in full; segments have lines of their own; without alerts nothing is beyond a limit.
  segment() { line auc "$1" 0 2026-04-01T00:00:00Z 2026-04-01T06:00:00Z 0.7 null "$2" "{\"column\":\"shop\",\"value\":\"$3\"}"; }
  { segment 0.65 true 'b|<i>'; segment 0.75 false c; cat summary; } >parts
  run -0 dw-report --width 200 parts
  [[ $'\n'$output$'\n' == *$'\n''  alert    auc (shop = b|<i>): 1 of 1 window: 2026-04-01T00:00:00Z to 2026-04-01T06:00:00Z 0.65, below 0.7'$'\n'* ]]
  [[ "$(dw-report --format html parts)" == *'shop = b|&lt;i&gt;'* ]]
  { grep -v '"alert":true' metrics; sed 's/"drift":true/"drift":false/' summary; } >quiet
  run -0 dw-report quiet
  [ "${lines[0]}" = 'No alerts: 9 metrics of windows' ]
  [[ "$output" != *'Beyond their limits'* ]]
}

@test "estimates that the reference contradicts say so first, in every format" {
  echo '{"kind":"metric","metric":"auc","value":0.8,"low":0.7,"high":0.9,"count":50,"window":null,"segment":null,"estimated":true,"method":"cbpe","score":"s","threshold":{"lower":0.6,"upper":0.9},"alert":false}' >metric
  trial() { printf '{"metric":"%s","chunks":13,"estimated":0.8,"realised":%s,"difference":%s,"chance":0.0145,"p_value":%s,"holds":%s}' "$@"; }
  summary() { printf '{"kind":"summary","command":"dw-eval","task":"binary","drift":false,"gate":null,"rows":50,"assumption":{"holds":%s,"metrics":[%s,%s]},"made_by":[]}\n' "$1" "$2" "$3"; }
  { cat metric; summary false "$(trial auc 0.71 0.0937 3e-88 false)" "$(trial f1 0.801 0.02 0.4 true)"; } >in
  run -0 dw-report --width 200 in
  [ "${lines[0]}" = "THE REFERENCE'S OWN LABELS CONTRADICT THE ESTIMATES; no alerts: 1 estimate" ]
  [[ $output == *'on the reference, whose labels are known, 1 of 2 metrics are off by more than chance. Wait for labels'* ]]
  [[ $'\n'$output$'\n' == *$'\n''  off      auc: estimated 0.8, realised 0.71 on average; off by 0.0937, 0.0145 by chance, p 3e-88'$'\n'* ]]
  [[ "$output" != *'f1: estimated'* ]]
  [[ $'\n'$(dw-report --format markdown in)$'\n' == *$'\n''| off | auc | 0.8 | 0.71 | 0.0937 | 0.0145 | 3e-88 |'$'\n'* ]]
  dw-report --format html in | grep -qF "OWN LABELS CONTRADICT THE ESTIMATES"
  dw-report --format json in | jq -e '.evaluations[0].assumption | (.holds | not) and (.metrics | length == 2) and .metrics[0].p_value == 3e-88'
  [[ $(dw-report --format junit in) == *'OWN LABELS CONTRADICT'* ]]
  { cat metric; summary true "$(trial auc 0.79 0.0137 0.4 true)" "$(trial f1 0.801 0.02 0.4 true)"; } >in
  run -0 dw-report in
  [ "${lines[0]}" = "No alerts: 1 estimate" ]
  [[ "$output" != *'reference itself'* ]]
}

@test "a cell of a confusion matrix says which it is; shares stay shares" {
  echo '{"kind":"metric","metric":"confusion_matrix","value":0.25,"low":0.2,"high":0.3,"count":50,"window":null,"segment":null,"estimated":true,"method":"cbpe","score":"s","cell":{"label":"a","prediction":3}}' >in
  echo '{"kind":"metric","metric":"confusion_matrix","value":null,"labels":["a","b"],"matrix":[[0.25,0.75],[0,12]],"window":null,"segment":null}' >>in
  echo '{"kind":"summary","command":"dw-eval","rows":50,"gate":null,"made_by":[]}' >>in
  run -0 dw-report in
  grep -q 'a taken for 3 *0.25 ' <<<"$output"
  [[ $output == *'a: a 0.25, b 0.75; b: a 0, b 12'* ]]
  [[ $(dw-report --format markdown in) == *'| a taken for 3 | 0.25 |'* ]]
  [[ $(dw-report --format html in) == *'<td>0.75</td>'* ]]
}

@test "hostile strings and numbers: every format takes what dw-compare found" {
  printf '{"s":"a\\u0000b","big":900719925474099%d,"t":"%s"}\n' 2 x 4 x 6 y 8 x >before.ndjson
  printf '{"s":"\\u0000","big":900719925474099%d,"t":"%s"}\n' 2 x 4 z 6 y 8 x >after.ndjson
  dw-compare --ref before.ndjson --exit-zero after.ndjson >findings.ndjson
  for format in text markdown html json junit; do
    run -0 --separate-stderr dw-report --format "$format" findings.ndjson
    [ -z "$stderr" ]
  done
}

@test "segments: a column is told once, with all its methods, and a check says what it checks" {
  dw-gen --seed 1 --rows 300 --output before.ndjson
  dw-gen --scenario fraud-feature-drift --seed 2 --rows 300 --output after.ndjson
  dw-compare --ref before.ndjson --columns transaction_amount --by is_international --method ks,mannw,chisquare --exit-zero after.ndjson >findings.ndjson
  run -0 --separate-stderr dw-report --width 200 findings.ndjson
  grep -Eq '^ +transaction_amount: median .* ks p [^ ]+ ≤ 0.05, mannw p [^ ]+ < 0.05$' <<<"$output"
  [ "$(grep -c ' transaction_amount: median' <<<"$output")" -eq "$(grep -c ' rows; 1 of 1 column drifted' <<<"$output")" ]
  dw-compare --ref before.ndjson --by is_international --multivariate pca --joint-rows 10 --exit-zero after.ndjson >findings.ndjson
  run -0 --separate-stderr dw-report --width 200 findings.ndjson
  [[ $output == *'Multivariate drift: pca: 10 reference and 10 current rows'* ]]
}

@test "an estimate that raised an alert, and metrics without a value: every report and the exit status say what dw-eval does" {
  awk 'BEGIN { for (i = 0; i < 400; i++) { y = (i * i * 31 + i * 17) % 101 < 40; printf "{\"y\":%d,\"s\":%.3f}\n", y, 0.3 + 0.4 * y + (i * i * 7 % 1009 - 504) / 1800 } }' >labelled.ndjson
  awk 'BEGIN { for (i = 0; i < 400; i++) printf "{\"s\":%.3f}\n", 0.4 + i % 20 / 100 }' >vague.ndjson
  estimate=(dw-eval --estimate --ref labelled.ndjson --label y --score s --metrics accuracy --chunk-size 100)
  run -0 --separate-stderr "${estimate[@]}" --output quiet.ndjson labelled.ndjson
  run -1 --separate-stderr "${estimate[@]}" --output alert.ndjson vague.ndjson
  alerts=$(grep -c '"alert":true' alert.ndjson)
  [ "$alerts" -gt 0 ]
  for gate in '' '--gate accuracy>=0'; do
    run -1 --separate-stderr "${estimate[@]}" $gate --output alert.ndjson vague.ndjson
    run -1 --separate-stderr dw-report --exit-code --width 400 alert.ndjson
    [[ "${lines[0]}" == *"ESTIMATES RAISED ALERTS: $alerts of "* ]]
    [[ "$output" == *"ALERT: outside of "* ]]
    for format in markdown html; do dw-report --format $format alert.ndjson | grep -q "ESTIMATES RAISED ALERTS: $alerts of "; done
    [ "$(dw-report --format json alert.ndjson | jq -c '.evaluations[0] | [.drift, .alerts, ([.metrics[] | select(.alert)] | length)]')" = "[true,$alerts,$alerts]" ]
    [ "$(dw-report --format junit alert.ndjson | grep -c '<failure message="[0-9.]* ALERT: outside of ')" -eq "$alerts" ]
    [[ "$(dw-report --format junit alert.ndjson)" == *" failures=\"$alerts\" errors=\"0\" skipped=\"0\""* ]]
  done
  grep '"kind":"summary"' alert.ndjson >alone.ndjson
  [[ "$(dw-report --format junit alone.ndjson)" == *'classname="verdict" name="drift"'*'<failure message="'*'ESTIMATES RAISED ALERTS'* ]]
  run -0 --separate-stderr dw-report --exit-code quiet.ndjson
  [[ "$(dw-report --format junit quiet.ndjson)" == *' failures="0" errors="0"'* ]]
  sed 's/"y":0/"y":1/' labelled.ndjson >one.ndjson # no AUC
  run -0 --separate-stderr dw-eval --label y --score s --gate 'accuracy>=0.1' --output passed.ndjson one.ndjson
  [[ $(<passed.ndjson) == *'"error":'* ]]
  dw-report --format junit passed.ndjson >junit
  run ! grep -q '<failure\|<error\|errors="[1-9]' junit
  [[ $(<junit) == *'<skipped message="labels of one class only'* ]]
  run -1 --separate-stderr dw-eval --label y --score s --gate 'accuracy>=0.99' --output refused.ndjson one.ndjson
  [[ "$(dw-report --format junit refused.ndjson)" == *'<failure'*'<skipped message="labels of one class only'* ]]
}

@test "what has no answer is in the first line, and columns alike share a paragraph; stray values are told without --all" {
  local row='{"y":Y'
  for k in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do row="$row,\"c$k\":\"%d.50\""; done
  awk -v row="$row}\n" 'BEGIN { for (i = 0; i < 60; i++) { line = row; gsub("%d", i, line); sub("Y", i * 48271 % 233280 % 11, line); printf "%s", line } }' >wide.ndjson
  run -0 --separate-stderr dw-compare --ref wide.ndjson wide.ndjson
  [ "${#stderr_lines[@]}" -eq 1 ]
  grep -q '^dw-compare: warning: not judged: "c1", "c2", .*, "c20" and 5 more, which the summary names: its strings are numbers that hardly repeat: .*; settled by --types c1=numeric, likewise the others$' <<<"$stderr"
  jq -se '.[-1].not_judged | length == 25' <<<"$output" >/dev/null
  echo "$output" >findings.ndjson
  run -0 dw-report --width 400 findings.ndjson
  [ "${lines[0]}" = "No drift: none of 1 column drifted, 25 not judged" ]
  [ "$(grep -c 'strings are numbers' <<<"$output")" -eq 1 ]
  grep -q '^  c1, c2, .*, c25: its strings are numbers' <<<"$output"
  dw-report --format markdown findings.ndjson | grep -q '^- c1, c2, .*, c25: its strings are numbers'
  [[ $(dw-report --format html findings.ndjson) == *'none of 1 column drifted, 25 not judged'* ]]

  run -5 --separate-stderr dw-compare --ref wide.ndjson --columns c1,c2 wide.ndjson
  echo "$output" >findings.ndjson
  for format in text markdown html; do # what was not judged is below no limit
    run -0 dw-report --format $format findings.ndjson
    [ "$(grep -c 'Data set drift' <<<"$output")" -eq 0 ]
  done

  awk 'BEGIN { print "a,b"; for (i = 0; i < 60; i++) print (i == 7 ? "?" : i + 0.5) "," i % 3 }' >strays.csv
  dw-compare --ref strays.csv strays.csv >findings.ndjson
  for format in text markdown html; do
    run -0 dw-report --format $format --width 400 findings.ndjson
    [[ $output == *'taken for missing: 1 in the reference (? in line 9)'* ]]
  done
  dw-report findings.ndjson | head -n 1 | grep -q '^No drift'
}

@test "prometheus: a comparison as samples, of the model that the title or the file names" {
  dw-report --format prometheus --title fraud "$(findings feature)" >got
  [[ $'\n'$(<got)$'\n' == *$'\n''driftwatch_drift{model="fraud"} 1'$'\n'* ]]
  [[ $'\n'$(<got)$'\n' == *$'\n''driftwatch_judged{model="fraud"} 1'$'\n'* ]]
  [[ $'\n'$(<got)$'\n' == *$'\n''driftwatch_severity{model="fraud"} 2'$'\n'* ]]
  [[ $'\n'$(<got)$'\n' == *$'\n''driftwatch_drift_share{model="fraud"} 0.5'$'\n'* ]]
  [[ $'\n'$(<got)$'\n' == *$'\n''driftwatch_columns_drifted{model="fraud"} 4'$'\n'* ]]
  [ "$(grep -c '^driftwatch_column_drift{model="fraud",column="[^"]*"} 1$' got)" -ge 4 ]
  [ "$(grep -c '^driftwatch_column_drift{.*} 0$' got)" -ge 3 ]
  [ "$(tail -c 1 got | od -An -c | tr -d ' ')" = '\n' ]
  [ "$(grep -ci '} nan\|} inf' got)" -eq 0 ]
  # by files; the last of a name counts, since two samples with the same labels are an error
  cp "$(findings feature)" churn.ndjson
  zstd -q "$(findings quiet)" -o fraud.ndjson.zst
  dw-report --format prometheus churn.ndjson fraud.ndjson.zst >got
  [[ $'\n'$(<got)$'\n' == *$'\n''driftwatch_drift{model="churn"} 1'$'\n'* ]]
  [[ $'\n'$(<got)$'\n' == *$'\n''driftwatch_drift{model="fraud"} 0'$'\n'* ]]
  cat "$(findings feature)" "$(findings quiet)" | dw-report --format prometheus >got
  [ "$(grep '^driftwatch_drift{' got)" = 'driftwatch_drift{model=""} 0' ]
  [ -z "$(grep -v '^#' got | sed 's/ [^ ]*$//' | sort | uniq -d)" ]
}

@test "prometheus: what is incomplete, or was not judged, has no verdict" {
  run -3 --separate-stderr dw-report --format prometheus --output out.prom "$(findings incomplete)"
  grep -q '^driftwatch_judged{model="findings-incomplete"} 0$' out.prom
  [ "$(grep -c '^driftwatch_drift{' out.prom)" -eq 0 ]
  echo '{"kind":"summary","verdict":"not judged","drift":null}' | dw-report --format prometheus >got
  [[ $'\n'$(<got)$'\n' == *$'\n''driftwatch_judged{model=""} 0'$'\n'* ]]
  [ "$(grep -c '^driftwatch_drift{' got)" -eq 0 ]
}

@test "runs of dw-serve: the newest of a model, with its columns; without findings its summaries are shown, and no older ones" {
  checked() { echo '{"kind":"run","model":"'"$1"'","time":"'"$2"'","verdict":"'"$3"'","comparisons":[{"record":"inference","summary":{"kind":"summary","drift":'"$4"',"columns":1,"drifted":1,"drift_share":1},"columns":[{"column":"a","check":"column_drift","score":0.25,"h":0.5,"drift":'"$4"'}]}]}'; }
  { checked b 2026-01-01T02:00:00Z drift true; checked a 2026-01-01T01:00:00Z drift true; checked b 2026-01-01T01:00:00Z 'no drift' false; checked a 2026-01-01T02:00:00Z 'no drift' false; } >runs
  dw-report --format prometheus runs >got
  [ "$(grep '^driftwatch_drift{' got)" = 'driftwatch_drift{model="b"} 1
driftwatch_drift{model="a"} 0' ]
  [[ $'\n'$(<got)$'\n' == *$'\n''driftwatch_column_score{model="a",record="inference",column="a"} 0.25'$'\n'* ]]
  [[ $'\n'$(<got)$'\n' == *$'\n''driftwatch_last_check_timestamp_seconds{model="a"} 1767232800'$'\n'* ]]
  dw-report runs >text
  [[ $(<text) == *'Comparison 1 of 2: inference of b'* ]]
  [[ $(<text) == *'Comparison 2 of 2: inference of a'* ]]
  [ "$(head -n 1 text)" = 'DRIFT of b' ]
  run -1 dw-report --exit-code runs
  head -n 1 runs | sed 's/"drift":true/"drift":1/' >wrong
  run -3 --separate-stderr dw-report wrong
  [[ $stderr == 'dw-report: wrong:1: "drift": expected true or false'* ]]
}
