# dw-calibrate thresholds: the baseline against itself; dw-compare --thresholds.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

rows() { awk -v n="$1" -v seed="$2" -v by="${3:-0}" 'BEGIN { srand(seed); for (i = 0; i < n; i++) { x = rand(); printf "{\"id\":\"r%d\",\"x\":%.6f,\"y\":%.6f,\"k\":\"%s\"}\n", i, x + by, x + rand(), rand() < 0.3 ? "a" : "b" } }'; }

member() { sed -n "s/.*\"column\":\"$1\",\"method\":\"$2\",\"threshold\":\([^,]*\),.*/\1/p" "$3"; }

@test "a threshold for each column, method and check; the last line says how" {
  rows 300 1 >ref
  run -0 --separate-stderr dw-calibrate thresholds --ref ref --rows 100 --output t
  [ -z "$stderr" ]
  [ -z "$output" ]
  grep -q '^{"kind":"threshold","check":"column_drift","column":"x","method":"share_shift","threshold":0.0[0-9]*,"rule":"<","rows":100,"reference_rows":300,"deals":1999,"level":0.0[0-9]*,"quantiles":{"0.01":.*},"false_alarm":0.05,"runs":2000,"seed":1}$' t
  grep -q '"check":"value_range","column":"y","method":"exceedance"' t
  grep -q '"check":"new_categories","column":"k","method":"exceedance"' t
  run ! grep -q '"column":"id"' t
  tail -n 1 t | grep -q '^{"kind":"thresholds","count":6,"false_alarm":0.05,"simulated_false_alarm":0.0[0-9]*,"standard_error":0.00[0-9]*,"expected_alarms_in_30_looks":1\.[0-9]*,"level":.*"rows":100,"reference_rows":300,"resampling":"rows","block":1,"places":300,"looks":3,"gaps":0,"not_calibrated":\["id"\],"skipped_records":0,"made_by":\[{"command":"dw-calibrate"'
  tail -n 1 t | sed 's/.*"simulated_false_alarm":\([^,]*\),.*/\1/' | awk '{ exit !($1 > 0.03 && $1 <= 0.05) }'
}

@test "the same bytes for any number of threads and from zstd; others for another seed" {
  rows 200 1 >ref
  dw-calibrate thresholds --ref ref --runs 300 --method share_shift,ks,anderson,psi,wasserstein,chisquare,tvd --threads 1 | sed 's/,"made_by".*//' >want
  dw-calibrate thresholds --ref ref --runs 300 --method share_shift,ks,anderson,psi,wasserstein,chisquare,tvd --threads 3 | sed 's/,"made_by".*//' | cmp - want
  zstd -qc ref | dw-calibrate thresholds --ref - --runs 300 --method share_shift,ks,anderson,psi,wasserstein,chisquare,tvd | sed 's/,"made_by".*//' | cmp - want
  dw-calibrate thresholds --ref ref --runs 300 --method share_shift,ks,anderson,psi,wasserstein,chisquare,tvd --seed 2 | sed 's/,"made_by".*//' >other
  run ! cmp -s other want
  grep -q '"method":"psi","threshold":[0-9.]*,"rule":">"' want
}

@test "uncalibrated PSI between small samples alarms; calibrated it does not, and finds a real drift" {
  rows 60 1 >ref
  rows 60 2 >same
  rows 60 3 0.7 >moved
  dw-calibrate thresholds --ref ref --method psi --output t
  run -1 --separate-stderr dw-compare --ref ref --method psi same
  run -0 --separate-stderr dw-compare --ref ref --thresholds t same
  [ -z "$stderr" ]
  [[ "$output" == *'"column":"x","type":"numeric","method":"psi"'*'"rule":">","calibrated":true,"drift":false'* ]]
  run -1 --separate-stderr dw-compare --ref ref --thresholds t moved
  [[ "$output" == *'"drifted_columns":["x"]'* ]]
}

@test "what the user names is closer than the file; other columns keep the default" {
  rows 100 1 >ref
  rows 100 2 >cur
  dw-calibrate thresholds --ref ref --columns x --method psi --output t
  run -0 --separate-stderr dw-compare --ref ref --thresholds t cur
  [[ "$output" == *'"column":"x","type":"numeric","method":"psi"'* && "$output" == *'"column":"y","type":"numeric","method":"share_shift"'* ]]
  run -0 --separate-stderr dw-compare --ref ref --thresholds t --method x=ks cur
  [[ "$output" == *'"column":"x","type":"numeric","method":"ks"'* && "$output" != *'"method":"psi"'* ]]
  run -0 --separate-stderr dw-compare --ref ref --thresholds t --threshold psi=9 cur
  [[ "$output" == *'"method":"psi"'*'"threshold":9,"rule":">=","drift":false'* ]]
}

@test "other sizes than it was made for are told" {
  rows 100 1 >ref
  rows 60 2 >cur
  dw-calibrate thresholds --ref ref --runs 500 --output t
  run -0 --separate-stderr dw-compare --ref ref --thresholds t cur
  [ "$stderr" = 'dw-compare: warning: t: made for 100 reference rows and 100 current ones; here are 100 and 60: the rate of false alarms is another' ]
  [[ "$output" == *'"warning":"the threshold was calibrated for other numbers of rows"'* ]]
  run -0 --separate-stderr dw-compare --quiet --ref ref --thresholds t cur
  [ -z "$stderr" ]
}

@test "a file that was cut, or is something else, is refused" {
  rows 50 1 >ref
  dw-calibrate thresholds --ref ref --runs 500 --output t
  head -n 2 t >cut
  run -3 --separate-stderr dw-compare --ref ref --thresholds cut ref
  [ "$stderr" = 'dw-compare: cut: cut short: the document of kind "thresholds" that ends it is missing' ]
  { echo '{"kind":"from the future"}'; cat t; } >more
  run -0 --separate-stderr dw-compare --ref ref --thresholds more ref
  run -3 --separate-stderr dw-compare --ref ref --thresholds ref ref
  run -4 --separate-stderr dw-compare --ref ref --thresholds nope ref
}

@test "rows in time that depend on each other are drawn in blocks or windows" {
  awk 'BEGIN { srand(1); for (i = 0; i < 3000; i++) { w = 0.9 * w + rand() - 0.5; printf "{\"t\":%d,\"w\":%.6f,\"u\":%.6f}\n", 1700000000 + 60 * i, w, rand() } }' >ref
  last() { dw-calibrate thresholds --ref ref --runs 200 "$@" | tail -n 1; }
  last --rows 1000 --time t | grep -q '"resampling":"blocks","block":[1-9][0-9]'
  last --rows 50 --time t | grep -q '"resampling":"windows","block":50'
  last --rows 50 --time t --columns u | grep -q '"resampling":"rows","block":1'
  last --rows 50 | grep -q '"resampling":"rows","block":1'
  last --rows 1000 --block 7 | grep -q '"resampling":"blocks","block":7'
  # A window of a wandering column is further from the rest than rows drawn one by one: the threshold allows for it.
  dw-calibrate thresholds --ref ref --rows 50 --runs 400 --method wasserstein --time t --output windows
  dw-calibrate thresholds --ref ref --rows 50 --runs 400 --method wasserstein --output rows
  awk -v a="$(member w wasserstein windows)" -v b="$(member w wasserstein rows)" 'BEGIN { exit !(a > 1.5 * b) }'
}

@test "a distance is held to its threshold as that was made: outliers have no part in it" {
  rows 300 1 >ref
  rows 300 2 >same
  sed '1,3s/"x":0/"x":1000000/' same >outliers
  rows 300 3 0.3 | sed '1,3s/"x":[01]/"x":1000000/' >moved
  sed '1,3s/"x":0/"x":1000000/' ref >outlying
  dw-calibrate thresholds --ref outlying --columns x --method wasserstein,ed --runs 500 --output t
  [ "$(grep -c '"scale":"winsorised"' t)" -eq 2 ]
  run ! grep -q '"method":"exceedance".*"scale"' t
  statistic() { dw-compare --ref outlying --columns x --checks column_drift --exit-zero "$@" | sed -n 's/.*"method":"wasserstein","statistic":\([^,]*\),.*/\1/p'; }
  # 0.3 in a standard deviation of 0.29, and in one of 100,000; with a threshold of the user's the distance is the method's own
  statistic --thresholds t moved | awk '{ exit !($1 > 0.75 && $1 < 1.2) }'
  statistic --method wasserstein moved | awk '{ exit !($1 < 0.01) }'
  [ "$(statistic --thresholds t --threshold wasserstein=0.1 moved)" = "$(statistic --method wasserstein moved)" ]
  run -1 --separate-stderr dw-compare --ref outlying --columns x --checks column_drift --thresholds t moved
  run -0 --separate-stderr dw-compare --ref outlying --columns x --checks column_drift --thresholds t outliers
  run -0 --separate-stderr dw-compare --ref outlying --columns x --checks column_drift --thresholds t same
}

@test "of large samples the least effect decides, with calibrated thresholds too" {
  rows 20000 1 >ref
  rows 20000 2 0.0015 >moved
  dw-calibrate thresholds --ref ref --columns x --checks column_drift --runs 300 --output t
  run -0 --separate-stderr dw-compare --ref ref --columns x --checks column_drift --thresholds t moved
  [[ "$output" == *'"method":"share_shift"'*'"calibrated":true,"drift":false'* ]]
  grep -q '"threshold":0.05,' t
  run -1 --separate-stderr dw-compare --ref ref --columns x --checks column_drift --thresholds t --min-effect 0 moved
  [[ "$output" == *'"detectable":0.0280158'* ]] # (z(0.8) + z(1 - 0.05 / 2)) sqrt(2 / 20000)
}

@test "mistakes in the call" {
  rows 50 1 >ref
  run -2 --separate-stderr dw-calibrate thresholds
  [[ "$stderr" == *'--ref BASELINE is needed'* ]]
  run -2 --separate-stderr dw-calibrate thresholds ref
  [[ "$stderr" == *'the baseline is given as --ref ref'* ]]
  run -2 --separate-stderr dw-calibrate thresholds --ref ref --false-alarm 0
  run -2 --separate-stderr dw-calibrate thresholds --ref ref --method magic
  run -2 --separate-stderr dw-calibrate thresholds --ref ref --resample windows
  [[ "$stderr" == *'a window has fewer rows than the baseline'* ]]
  run -3 --separate-stderr dw-calibrate thresholds --ref ref --time t
  [[ "$stderr" == *'--time: the baseline has no column "t"; '* ]]
  run -5 --separate-stderr dw-calibrate thresholds --ref /dev/null
  run -5 --separate-stderr dw-calibrate thresholds --ref ref --runs 20 --false-alarm 0.001
  [[ "$stderr" == *'20 runs are too few for a rate of alarms this low over 6 tests; about '*' are needed'* ]]
}

@test "chats: thresholds of the columns that are made of messages, as dw-compare makes them" {
  chats() { awk -v n="$1" -v seed="$2" -v long="$3" 'BEGIN { srand(seed); for (i = 0; i < n; i++) { text = "well"; for (k = int(rand() * 8) + long; k > 0; k--) text = text " word" int(rand() * 500)
    printf "{\"x\":%.6f,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},{\"role\":\"assistant\",\"content\":\"%s\"}]}\n", rand(), text, text } }'; }
  chats 120 1 0 >ref
  chats 120 2 0 >same
  chats 120 3 6 >longer
  run -0 --separate-stderr dw-calibrate thresholds --ref ref --output t
  [ -z "$stderr" ]
  grep -q '"check":"column_drift","column":"messages.length","method":"share_shift"' t
  run ! grep -q '"column":"messages"' t
  run ! grep -q '"column":"messages.system.content"' t
  tail -n 1 t | grep -q '"not_calibrated":\["messages.content","messages.user.content","messages.assistant.content"\]'
  run -0 --separate-stderr dw-compare --ref ref --thresholds t same
  [[ "$output" == *'"column":"messages.length","type":"numeric","method":"share_shift"'*'"calibrated":true'* ]]
  run -1 --separate-stderr dw-compare --ref ref --thresholds t longer
  [[ "$output" == *'"drifted_columns":['*'"messages.length"'* ]]

  run -0 --separate-stderr dw-calibrate thresholds --ref ref --columns x,messages.length --runs 400 --output t
  [ -z "$stderr" ]
  [ "$(sed -n 's/.*"check":"column_drift","column":"\([^"]*\)".*/\1/p' t | sort | paste -sd ' ')" = 'messages.length x' ]
}
