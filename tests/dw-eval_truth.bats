# dw-eval --truth: what dw-detect found, against what dw-inject did.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

detections() { # COLUMN INDEX...: drifts, and the summary
  column=$1
  shift
  for index; do echo "{\"kind\":\"detection\",\"column\":\"$column\",\"method\":\"cusum\",\"event\":\"drift\",\"index\":$index}"; done
  echo "{\"kind\":\"summary\",\"command\":\"dw-detect\",\"drift\":true,\"first_index\":0,\"records\":1000,\"columns\":[{\"column\":\"$column\"}]}"
}

injection() { # COLUMN CHANGES
  echo "{\"kind\":\"injection\",\"column\":$1,\"op\":\"shift\",\"records\":10,\"changes\":$2,\"rows\":1000}"
}

value() { sed -n "s/.*\"metric\":\"$1\",\"value\":\([^,]*\),.*\"segment\":null.*/\1/p"; }

# Expected by hand, from the definitions of dw-eval(1): of the drifts 100 and 500, alarm 110 hits the first after 10 rows, 900 hits none.
@test "delay, precision, recall and F1 of two alarms and two drifts" {
  injection '"x"' '[[100,100],[500,500]]' >truth
  detections x 110 900 >found
  run -0 --separate-stderr dw-eval --truth truth --delta-max 50 found
  [ -z "$stderr" ]
  [ "$(value detection_delay <<<"$output")" = 10 ]
  [ "$(value normalized_detection_time <<<"$output")" = 0.2 ]
  for half in precision recall episode_recall missed_detection_rate f1; do [ "$(value $half <<<"$output")" = 0.5 ]; done
  [ "$(value false_alarm_rate <<<"$output")" = 0.001 ]
  [ "$(value mean_time_between_false_alarms <<<"$output")" = null ]
  [[ "$output" == *'"metric":"mean_time_ratio","value":null'*'"error":"there are fewer than two false alarms"'* ]]
  [[ "${lines[-1]}" == '{"kind":"summary","command":"dw-eval","task":"detection","drift":null,"gate":null,"rows":1000,"alarms":2,"hits":1,"false_alarms":1,"drifts":2,"caught":1,"warnings":0,"columns":1,"delta_max":50,"delta_pre":0,'* ]]
  [ "$(grep -c '"kind":"metric"' <<<"$output")" -eq 20 ]
  run -0 --separate-stderr dw-eval --truth truth --delta-max 50 --metrics f1,recall - <found
  [ "$(grep -c '"kind":"metric"' <<<"$output")" -eq 4 ]
}

# 90 is early by 10, 250 late by 50 of a drift from 100 to 200: hits of --delta-pre 10 and --delta-max 50, and neither is with one row less.
@test "how early and how late an alarm may be" {
  injection '"x"' '[[100,200]]' >truth
  detections x 90 250 >found
  dw-eval --truth truth --delta-max 50 --delta-pre 10 found >both
  [ "$(value precision <both)" = 1 ]
  [ "$(value detection_delay <both)" = -10 ]
  dw-eval --truth truth --delta-max 49 --delta-pre 9 found >none
  [ "$(value precision <none)" = 0 ]
  [ "$(value mean_time_between_false_alarms <none)" = 160 ]
  dw-eval --truth truth --delta-max 49 --delta-pre 10 found >early
  [ "$(value f1 <early | cut -c1-6)" = 0.6666 ]
}

@test "columns are pooled, and what was not watched does not count" {
  { injection '"x"' '[[100,100]]' && injection '"z"' '[[300,300]]'; } >truth
  detections x 120 >found_x
  detections y 400 700 >found_y
  run -0 --separate-stderr dw-eval --truth truth --delta-max 50 found_x found_y
  [[ "$stderr" == *'warning: "z" was drifted and not watched'* ]]
  [ "$(value precision <<<"$output" | cut -c1-5)" = 0.333 ]
  [ "$(value mean_time_between_false_alarms <<<"$output")" = 300 ]
  [[ "$output" == *'"metric":"precision","value":1,'*'"segment":{"column":"column","value":"x"}'* ]]
  [[ "$output" == *'"metric":"precision","value":0,'*'"segment":{"column":"column","value":"y"}'* ]]
  run -0 --separate-stderr dw-eval --truth truth --delta-max 100 --every-column found_x found_y
  [ -z "$stderr" ] # each of the two drifts is to be noticed in each of the two columns: 400 is one of 300
  [[ "${lines[-1]}" == *'"alarms":3,"hits":2,"false_alarms":1,"drifts":4,"caught":2,'* ]]
}

@test "from dw-inject through dw-detect: a gate on the delay" {
  awk 'BEGIN { srand(3); for (i = 0; i < 2000; i++) printf "{\"x\":%.4f,\"t\":%d}\n", rand() + rand() + rand(), 1700000000 + 60 * i }' >in
  dw-inject --column x --op shift --by 2 --time t --from 2023-11-15T14:53:20Z --truth truth --output drifted in
  grep -q '"changes":\[\[1000,1000\]\]' truth # 1700000000 is 2023-11-14T22:13:20Z: 1,000 minutes before
  dw-detect --column x --method page_hinkley --param threshold=20 drifted >found
  run -0 --separate-stderr dw-eval --truth truth --gate 'episode_recall>=1,detection_delay<=100,false_alarm_rate<=0' found
  [[ "${lines[-1]}" == *'"gate":{"passed":true,'* ]]
  run -1 --separate-stderr dw-eval --truth truth --gate 'detection_delay<=0' found
  run -0 --separate-stderr dw-eval --truth truth --gate 'detection_delay<=0' --exit-zero found
  run -0 dw-report - < <(dw-eval --truth truth found)
  [[ "$output" == *detection_delay* ]]
}

@test "changes of several injections, and detections cut short" {
  seq 100 | sed 's/.*/{"x":&}/' >in
  dw-inject --column x --op shift --by 100 --from 50 --column x --op permute --from 20 --to 40 --course blip --truth truth --output out in
  [ "$(sed -n 's/.*"changes":\(.*\),"rows":100,"input_rows".*/\1/p' truth | paste -sd' ')" = '[[50,50]] [[20,20],[40,40]]' ]
  detections x 55 | head -n 1 >cut
  run -3 --separate-stderr dw-eval --truth truth cut
  [[ "$stderr" == *'cut: the summary of dw-detect is missing at the end'* ]]
}

@test "mistakes in the call" {
  injection '"x"' '[[100,100]]' >truth
  detections x >found
  run -2 --separate-stderr dw-eval --truth truth --label y found
  [[ "$stderr" == *'--label does not go with --truth'* ]]
  run -2 --separate-stderr dw-eval --label y --score s --delta-max 5 found
  [[ "$stderr" == *'--delta-max goes with --truth'* ]]
  run -2 --separate-stderr dw-eval --truth truth --metrics auc found
  [[ "$stderr" == *'there is no metric "auc" of detections'* ]]
  run -2 --separate-stderr dw-eval --truth truth --gate 'auc>=1' found
  run -2 --separate-stderr dw-eval --truth truth --delta-max 0 found
  run -5 --separate-stderr dw-eval --truth truth --gate 'precision>=0.5' found # there is no alarm: no precision
  run -5 --separate-stderr dw-eval --truth found found
  [[ "$stderr" == *'the truth has no injection'* ]]
  run -4 --separate-stderr dw-eval --truth nope found
}

@test "rows that dw-detect did not look at, or looked at twice, are said" {
  awk 'BEGIN { for (i = 0; i < 400; i++) print i % 7 + (i >= 300 ? 20 : 0) }' >stream
  echo '{"kind":"injection","column":"value","op":"shift","records":100,"changes":[[300,300]],"rows":400}' >truth
  dw-detect stream >whole
  run -0 --separate-stderr dw-eval --truth truth whole
  [ -z "$stderr" ]
  head -n 250 stream | dw-detect --state s >first
  run -0 --separate-stderr dw-eval --truth truth first
  [[ "$stderr" == 'dw-eval: warning: "value": dw-detect looked at 250 rows, and the stream has 400: rates are over all of them, '* ]]
  tail -n +251 stream | dw-detect --state s >second
  run -0 --separate-stderr dw-eval --truth truth first second
  [ -z "$stderr" ]
  dw-detect --after-drift stop stream >stopped
  run -0 --separate-stderr dw-eval --truth truth stopped
  [[ "$stderr" == *'dw-detect looked at 30'[0-9]' rows, and the stream has 400: '* ]]
  run -0 --separate-stderr dw-eval --truth truth whole whole
  [[ "$stderr" == *'looked at 800 rows, and the stream has 400: rows that were read twice have their alarms twice' ]]
}
