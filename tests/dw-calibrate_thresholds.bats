# dw-calibrate thresholds: the baseline against itself; dw-compare --thresholds.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

rows() { awk -v n="$1" -v seed="$2" -v by="${3:-0}" 'BEGIN { srand(seed); for (i = 0; i < n; i++) { x = rand(); printf "{\"id\":\"r%d\",\"x\":%.6f,\"y\":%.6f,\"k\":\"%s\"}\n", i, x + by, x + rand(), rand() < 0.3 ? "a" : "b" } }'; }

whole() { [ "${DW_SUITE:-}" = full ]; }
# Where the rate need not be simulated as well as by default, 200 runs; DW_SUITE=full: 2000.
calibrate() { if whole; then dw-calibrate thresholds "$@"; else dw-calibrate thresholds --runs ${runs:-200} "$@"; fi; }

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
  rows $(if whole; then echo 200; else echo 60; fi) 1 >ref
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
  rows=1500 runs=170
  if whole; then rows=3000 runs=200; fi
  awk -v rows=$rows 'BEGIN { srand(1); for (i = 0; i < rows; i++) { w = 0.9 * w + rand() - 0.5; printf "{\"t\":%d,\"w\":%.6f,\"u\":%.6f}\n", 1700000000 + 60 * i, w, rand() } }' >ref
  last() { dw-calibrate thresholds --ref ref --runs $runs "$@" | tail -n 1; }
  last --rows $((rows / 3)) --time t | grep -q '"resampling":"blocks","block":'$((rows / 3))','
  last --rows $((rows / 3 + 1)) --time t | grep -q '"resampling":"blocks","block":[1-9][0-9],'
  last --rows 50 --time t | grep -q '"resampling":"windows","block":50'
  last --rows 50 --time t --columns u | grep -q '"resampling":"rows","block":1'
  last --rows 50 | grep -q '"resampling":"rows","block":1'
  last --rows $((rows / 3)) --block 7 | grep -q '"resampling":"blocks","block":7'
  # A window of a wandering column is further from the rest than rows drawn one by one: the threshold allows for it.
  dw-calibrate thresholds --ref ref --rows 50 --runs $((2 * runs)) --method wasserstein --time t --output windows
  dw-calibrate thresholds --ref ref --rows 50 --runs $((2 * runs)) --method wasserstein --output rows
  awk -v a="$(member w wasserstein windows)" -v b="$(member w wasserstein rows)" 'BEGIN { exit !(a > 1.5 * b) }'
}

# 48 rows a day from a Monday on; memory, days (the first is 0), how much the hour tells, days left out.
days() { awk -v memory="$1" -v days="$2" -v hour="$3" -v out=",$4," 'BEGIN { srand(5); for (i = 0; i < 48 * days; i++) { e = sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()); x = memory * x + sqrt(1 - memory * memory) * e
  if (!index(out, "," int(i / 48) ",")) printf "{\"t\":%d,\"x\":%.6f}\n", 1700438400 + 1800 * i, x + hour * sin(6.283185307 * i / 48) } }'; }

@test "in time: windows of 19 looks or more, blocks of whole days of fewer, and none over a gap" {
  runs=60
  ! whole || runs=200
  last() { dw-calibrate thresholds --ref ref --runs $runs --quiet --time t "$@" | tail -n 1; }
  days 0.9 21 0 >ref
  last --rows 48 | grep -q '"resampling":"windows","block":48,"places":961,"looks":21,"gaps":0,'
  last --rows 54 | grep -q '"resampling":"blocks","block":[0-9]*,"places":[0-9]*,"looks":18,"gaps":0,'
  last --rows 54 | sed 's/.*"block":\([0-9]*\).*/\1/' | awk '{ exit !($1 >= 54) }'
  days 0.9 23 0 3,12 >ref
  last --rows 48 | grep -q '"resampling":"windows","block":48,"places":867,"looks":21,"gaps":2,'
  days 0 12 2 >ref
  last --rows 40 | grep -q '"hour":0\.[0-9]*,"weekday":null,"rest_autocorrelation_time":'
  last --rows 40 | grep -q '"resampling":"blocks"'
  last --rows 40 | sed 's/.*"block":\([0-9]*\).*/\1/' | awk '{ exit !($1 >= 48 && $1 % 48 == 0) }'
  days 0.9 12 0 2,5,8 >ref
  run -5 --separate-stderr dw-calibrate thresholds --ref ref --runs 200 --quiet --time t --rows 150 --resample windows
  [ "$stderr" = 'dw-calibrate: no 150 rows of the baseline follow each other without a gap: the longest stretch has 144' ]
}

@test "dependence in time is looked for as dw-compare does; without --time a warning names it" {
  days 0.9 21 0 >ref
  run -0 --separate-stderr calibrate --ref ref --rows 48 --time t --output found
  [[ "$stderr" == *'warning: rows depend on those before them in "x": 1008 reference values are worth '* ]]
  dw-compare --ref ref --time t --quiet --exit-zero ref | tail -n 1 | sed 's/.*"dependence":\[\([^]]*\)\].*/\1/; s/,"current_[a-z]*":[0-9]*//g' >want
  tail -n 1 found | sed 's/.*"dependence":\[\([^]]*\)\].*/\1/; s/,"current_[a-z]*":[0-9]*//g' | cmp - want
  grep -q '"autocorrelation_time":[1-9][0-9]' want
  tail -n 1 found | grep -q '"current_values":48,"current_effective":[1-9],'
  run -0 --separate-stderr calibrate --ref ref --rows 48 --columns x --output found
  [[ "$stderr" == 'dw-calibrate: warning: rows resemble those before them in "x", '*'--time COLUMN makes thresholds that hold'* ]]
  run ! grep -q '"dependence"' found
  days 0 21 0 >ref
  run -0 --separate-stderr calibrate --ref ref --rows 48 --columns x --output found
  [ -z "$stderr" ]
  run -0 --separate-stderr calibrate --ref ref --rows 48 --time t --output found
  [ "$stderr" = 'dw-calibrate: without drift 1.5 alarms are to be expected in 30 looks' ]
  tail -n 1 found | grep -q '"dependence":\[\]'
}

@test "like with like: thresholds for the same cells of the calendar, and for nothing else" {
  runs=400
  days 0 21 3 >all
  head -n 960 all >ref
  tail -n 20 all >same # ten hours, of which the level goes with the hour
  awk -F: '{ printf "%s:%s:%.6f}\n", $1, $2, $3 + 1.5 }' same >moved
  run -0 --separate-stderr calibrate --ref ref --rows 20 --time t --match hour --zone Etc/UTC --output t
  [ "$stderr" = 'dw-calibrate: without drift 1.5 alarms are to be expected in 30 looks' ]
  tail -n 1 t | grep -q '"resampling":"windows","block":20,"places":941,"looks":48,"gaps":0,"match":"hour","zone":"Etc/UTC","not_calibrated"'
  run -0 --separate-stderr dw-compare --ref ref --time t --match hour --zone Etc/UTC --thresholds t same
  [ -z "$stderr" ]
  [[ "$output" == *'"column":"x","type":"numeric","method":"share_shift"'*'"calibrated":true,"drift":false'* ]]
  [[ "$output" == *'"matched":{"cells":10,'* ]]
  run -1 --separate-stderr dw-compare --ref ref --time t --match hour --zone Etc/UTC --thresholds t moved
  run -2 --separate-stderr dw-compare --ref ref --time t --match hour --thresholds t same
  [[ "$stderr" == *'t: made for --match hour --zone Etc/UTC, and holds for nothing else'* ]]
  run -2 --separate-stderr dw-compare --ref ref --time t --thresholds t same
  [[ "$stderr" == *'t: made for --match hour --zone Etc/UTC, and holds for nothing else'* ]]
  calibrate --ref ref --rows 20 --time t --quiet --output plain
  run -2 --separate-stderr dw-compare --ref ref --time t --match hour --thresholds plain same
  [[ "$stderr" == *'plain: not made for --match: '* ]]
  run -2 --separate-stderr dw-calibrate thresholds --ref ref --rows 20 --match hour
  [[ "$stderr" == *'--match needs --time COLUMN'* ]]
  run -2 --separate-stderr dw-calibrate thresholds --ref ref --rows 20 --time t --match hour --resample blocks
  [[ "$stderr" == *'--match does not go with --resample blocks'* ]]
  run -2 --separate-stderr dw-calibrate thresholds --ref ref --rows 20 --time t --match hour --block 20
  run -5 --separate-stderr dw-calibrate thresholds --ref ref --rows 400 --time t --match hour
  [[ "$stderr" == *'the baseline has 2 looks of 400 rows; within cells of the calendar it takes 3 or more'* ]]
}

@test "alarms in 30 looks are told, and may be asked for" {
  days 0.9 21 0 >ref
  member_of() { tail -n 1 found | sed "s/.*\"$1\":\([^,]*\),.*/\1/"; }
  run -0 --separate-stderr calibrate --ref ref --rows 48 --time t --alarms-per-month 3 --output found
  [[ "$stderr" == *'dw-calibrate: without drift '*' alarms are to be expected in 30 looks' ]]
  [ "$(member_of false_alarm)" = 0.1 ]
  awk -v e="$(member_of expected_alarms_in_30_looks)" -v r="$(member_of simulated_false_alarm)" 'BEGIN { exit !(e - 30 * r < 1e-9 && 30 * r - e < 1e-9 && e > 2 && e <= 3) }'
  # 21 looks promise 1 / 22; a rate of 1 / 60 takes 59
  run -0 --separate-stderr calibrate --ref ref --rows 48 --time t --alarms-per-month 0.5 --output found
  [[ "$stderr" == *'warning: 21 looks of 48 rows cannot promise a rate of alarms of 0.0166667: up to 0.045 is to be expected, 1.4 alarms in 30 looks; it takes a baseline of 2832 rows, or smaller looks' ]]
  awk -v r="$(member_of simulated_false_alarm)" 'BEGIN { exit !(r * 22 > 0.999999 && r * 22 < 1.000001) }'
  run -2 --separate-stderr dw-calibrate thresholds --ref ref --alarms-per-month 1 --false-alarm 0.05
  [[ "$stderr" == *'--alarms-per-month and --false-alarm say the same in two ways; give one of them'* ]]
  run -2 --separate-stderr dw-calibrate thresholds --ref ref --alarms-per-month 16
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
