# dw-calibrate detector: thresholds for a wanted mean time between false alarms, and dw-detect with them.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# Values that resemble those before them: x' = 0.7 x + noise.
dependent() { awk -v n="$1" -v seed="$2" 'BEGIN { srand(seed); for (i = 0; i < n; i++) { x = 0.7 * x + rand() + rand() - 1; printf "%.4f\n", x } }'; }

member() { sed -n "s/.*\"$1\":\([^,}]*\).*/\1/p"; }

between() { awk -v x="$1" -v low="$2" -v high="$3" 'BEGIN { exit !(x >= low && x <= high) }'; }

@test "a simulated law: the mean time is measured again, and the same on any number of threads" {
  run -0 --separate-stderr dw-calibrate detector --method page_hinkley --false-alarm-every 200 --precision 0.1 --simulate normal
  [[ "${lines[0]}" == '{"kind":"detector_threshold","column":null,"method":"page_hinkley","parameter":"threshold","threshold":'*'"asked":200,"false_alarm_every":'*'"simulated":"normal","resampling":null,'*'"seed":1}' ]]
  [[ "${lines[1]}" == '{"kind":"thresholds","count":1,"false_alarm_every":200,"made_by":'* ]]
  # an interval of 95 %, and four standard errors of 0.1 for search and measurement together
  between "$(member false_alarm_every <<<"${lines[0]}")" 113 352
  between "$(member false_alarm_every <<<"${lines[0]}")" "$(member low <<<"${lines[0]}")" "$(member high <<<"${lines[0]}")"
  dw-calibrate detector --method page_hinkley --false-alarm-every 200 --precision 0.1 --simulate normal --threads 1 | cmp - <(echo "$output")
  run -0 dw-calibrate detector --method page_hinkley --false-alarm-every 200 --precision 0.1 --simulate normal --seed 2
  [ "$(member threshold <<<"${lines[0]}")" != "$(dw-calibrate detector --method page_hinkley --false-alarm-every 200 --precision 0.1 --simulate normal | member threshold)" ]
}

# Fresh values of the same law alarm as often as was asked for, within what chance makes of so many; thresholds for rows that do not depend
# on each other, and the method's own, alarm far more often.
@test "a baseline whose values depend on each other is drawn in blocks, and dw-detect takes the threshold" {
  dependent 6000 1 >baseline
  dependent 40000 2 >fresh
  dw-calibrate detector --method page_hinkley --param delta=0.2 --false-alarm-every 400 --output t baseline
  grep -q '"column":"value".*"resampling":"blocks","block":[0-9][0-9]' t
  run -0 --separate-stderr dw-detect --thresholds t fresh
  [ -z "$stderr" ]
  between "$(grep -c '"event":"drift"' <<<"$output")" 70 145 # 100
  [[ "${lines[-1]}" == *'"columns":[{"column":"value","parameters":{"min_instances":30,"delta":0.2,"threshold":'* ]]
  dw-calibrate detector --method page_hinkley --param delta=0.2 --false-alarm-every 400 --resample rows --output rows baseline
  [ "$(dw-detect --thresholds rows fresh | grep -c '"event":"drift"')" -gt 250 ]
}

@test "columns have a threshold each, and a state remembers it" {
  paste -d, <(dependent 3000 1) <(dependent 3000 2 | awk '{ print 10 * $1 }') | sed '1i a,b' >in.csv
  dw-calibrate detector --method page_hinkley --param delta=0.2 --false-alarm-every 100 --precision 0.2 --column a --column b --output t in.csv
  between "$(sed -n 2p t | member threshold)" "$(sed -n 1p t | awk -F'"threshold":' '{ print 5 * ($2 + 0) }')" "$(sed -n 1p t | awk -F'"threshold":' '{ print 20 * ($2 + 0) }')"
  dw-detect --thresholds t --columns a,b --state s in.csv >/dev/null
  dw-detect --thresholds t --columns a,b --state s in.csv >/dev/null
  sed 's/"threshold":[0-9.]*,"alpha"/"threshold":7,"alpha"/' t >other
  run -3 --separate-stderr dw-detect --thresholds other --columns a,b --state s in.csv
  [[ "$stderr" == *'s: this state was begun with the {"parameters":'*', not {"parameters":'* ]]
  run -3 --separate-stderr dw-detect --method page_hinkley --columns a,b --state s in.csv
  head -n 1 t >one
  run -3 --separate-stderr dw-detect --thresholds one --columns a in.csv
  [[ "$stderr" == *'one: cut short'* ]]
  { head -n 1 t && tail -n 1 t; } >one
  run -0 --separate-stderr dw-detect --thresholds one --columns a,b in.csv
  [[ "$stderr" == *'warning: b: one has no threshold for it'* ]]
  run -2 --separate-stderr dw-detect --thresholds t --method cusum --columns a in.csv
  [[ "$stderr" == *'--thresholds are of page_hinkley, not of --method cusum'* ]]
  run -2 --separate-stderr dw-detect --thresholds t --param delta=1 --columns a in.csv
}

@test "mistakes of a model, and the stream in its order" {
  awk 'BEGIN { srand(4); for (i = 0; i < 4000; i++) { y = rand() < 0.5; s = rand() < 0.8 ? y : 1 - y; printf "{\"y\":%d,\"s\":%.1f}\n", y, s } }' >in
  run -0 --separate-stderr dw-calibrate detector --method hddm_w --error y,s --false-alarm-every 300 --precision 0.2 in
  [[ "${lines[0]}" == '{"kind":"detector_threshold","column":"error","method":"hddm_w","parameter":"drift_confidence",'* ]]
  run -0 --separate-stderr dw-calibrate detector --method hddm_w --error y,s --false-alarm-every 60 --resample order in
  [[ "${lines[0]}" == *'"streams":1,"stream_rows":2000,'*'"resampling":"order","block":null,"values":4000,'* ]]
  run -5 --separate-stderr dw-calibrate detector --method hddm_w --error y,s --false-alarm-every 300 --resample order in
  [[ "$stderr" == *'error: 4000 values in their order are too few for a mean time of 300: it takes 12000'* ]]
}

@test "a mean time that a method cannot have is status 5" {
  run -5 --separate-stderr dw-calibrate detector --method ecdd --false-alarm-every 4000 --simulate bernoulli:0.2
  [[ "$stderr" == *'ecdd cannot have a mean time between false alarms of 4000 on this data: average_run_length 2, the calmest that it can have, makes it '* ]]
  [ -z "$output" ]
  yes 3 | head -n 100 >constant
  run -5 --separate-stderr dw-calibrate detector --method kswin --false-alarm-every 100 --output t constant
  [[ "$stderr" == *'value: kswin has no alarm in '* ]]
  [ ! -e t ]
}

@test "mistakes in the call" {
  usage() { # MESSAGE OPTION...
    message=$1
    shift
    run -2 --separate-stderr dw-calibrate detector "$@"
    [[ "$stderr" == *"$message"* ]]
  }
  usage '--false-alarm-every N is needed' --simulate normal
  usage '"gauss" is none of normal, uniform' --false-alarm-every 100 --simulate gauss
  usage 'ddm takes mistakes, 1 or 0: bernoulli:P' --false-alarm-every 100 --simulate normal --method ddm
  usage '--simulate goes with neither a baseline' --false-alarm-every 100 --simulate normal in
  usage 'cusum has no parameter "delta"' --false-alarm-every 100 --simulate normal --method cusum --param delta=1
  usage 'cusum has no parameter "h"' --false-alarm-every 100 --simulate normal --method cusum --parameter h
  usage '--block goes with --resample blocks' --false-alarm-every 100 --block 5 --resample rows in
  usage '--rows does not go with --resample order' --false-alarm-every 100 --rows 500 --resample order in
  usage '--error: expected LABEL,SCORE' --false-alarm-every 100 --error y in
  printf '1\nx\n2\n' >in
  run -3 --separate-stderr dw-calibrate detector --false-alarm-every 100 in
  [[ "$stderr" == *'in:2:1: expected a number'* ]]
}
