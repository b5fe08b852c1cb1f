# dw-eval: metrics, windows, segments, comparisons, gates, estimates and errors.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

setup_file() {
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_FILE_TMPDIR" || return 1
  dw-gen --scenario fraud-baseline --rows 5000 --seed 1 --with fraud_score --output base.ndjson
  dw-gen --scenario fraud-baseline --rows 5000 --seed 1 --with fraud_score --format csv --output base.csv
  dw-gen --scenario fraud-concept-drift --rows 5000 --seed 3 --with fraud_score --output concept.ndjson
  zstd -q base.ndjson -o base.ndjson.zst
}

data() { echo "$BATS_FILE_TMPDIR/$1"; }
evaluate() { dw-eval --label is_fraud --score fraud_score "$@"; }
# field NAME LINE: a number, word or null
field() { [[ ! $2 =~ .*\"$1\":\"?([^,\"\}]*) ]] || echo "${BASH_REMATCH[1]}"; }

@test "every metric once, in order, then the summary" {
  run -0 --separate-stderr evaluate "$(data base.ndjson)"
  [ -z "$stderr" ]
  [ "$(sed -n 's/.*"metric":"\([a-z0-9_]*\)","value".*/\1/p' <<<"$output" | tr '\n' ' ')" = \
    "auc average_precision log_loss brier accuracy precision recall f1 specificity ks ece confusion_matrix " ]
  [[ "${lines[-1]}" == '{"kind":"summary","command":"dw-eval","task":"binary","drift":null,"gate":null,"rows":5000,'* ]]
  [[ "${lines[0]}" == *'"count":5000,"positives":143,"window":null,"segment":null,"estimated":false,"method":"delong","score":"fraud_score"}' ]]
  [[ "${lines[11]}" == *'"value":null,"low":null,"high":null,'*'"labels":[0,1],"matrix":[[4848,9],[134,9]]}' ]]
}

@test "the same bytes from a file, standard input, zstd and CSV, and for any number of threads" {
  metrics() { grep -v '"kind":"summary"'; }
  evaluate --bootstrap 200 --threads 1 "$(data base.ndjson)" | metrics >want
  [ "$(wc -l <want)" -eq 12 ]
  evaluate --bootstrap 200 --threads 3 "$(data base.ndjson)" | metrics | cmp - want
  evaluate --bootstrap 200 - <"$(data base.ndjson)" | metrics | cmp - want
  evaluate --bootstrap 200 <"$(data base.ndjson.zst)" | metrics | cmp - want
  evaluate --bootstrap 200 "$(data base.csv)" | metrics | cmp - want
  evaluate --bootstrap 200 --seed 2 "$(data base.ndjson)" | metrics >other
  run ! cmp -s other want
  [ "$(sed -n 's/.*"metric":"\([a-z_0-9]*\)".*"method":"\([a-z]*\)".*/\1=\2/p' want | tr '\n' ' ')" = "auc=delong average_precision=logit log_loss=studentised \
brier=studentised accuracy=wilson precision=wilson recall=wilson f1=wilson specificity=wilson ks=logit ece=normal " ]
  evaluate --bootstrap 200 --interval percentile "$(data base.ndjson)" | grep -c '"method":"bootstrap"' | grep -qx 10
  evaluate --bootstrap 200 --interval bca "$(data base.ndjson)" | grep -c '"method":"bca"' | grep -qx 10
}

@test "windows, chunks and segments, and the same figures over all rows as without them" {
  evaluate --metrics auc,recall "$(data base.ndjson)" | head -n 2 >whole
  evaluate --metrics auc,recall --time ts --window 6h "$(data base.ndjson)" >out
  tail -n 3 out | head -n 2 | cmp - whole
  n=$(grep -c '"metric":"auc".*"window":{' out)
  [ "$n" -gt 3 ]
  grep -q '"window":{"index":0,"first_row":0,"last_row":[0-9]*,"start":"2026-01-01T00:00:00Z","end":"2026-01-01T06:00:00Z"}' out
  evaluate --metrics auc --chunk-size 1000 "$(data base.ndjson)" >out
  [ "$(grep -c '"window":{.*"start":null' out)" -eq 5 ]
  evaluate --metrics auc --chunk-count 4 --by merchant_category,is_international "$(data base.ndjson)" >out
  [ "$(grep -c '"segment":null' out)" -eq 5 ]
  rows=$(grep '"window":null,"segment":{"column":"merchant_category"' out | sed 's/.*"count":\([0-9]*\).*/\1/' | awk '{ sum += $1 } END { print sum }')
  [ "$rows" -eq 5000 ]
}

@test "a window of one class is a line with an error, and the run goes on" {
  printf '%s\n' '{"y":0,"s":0.2}' '{"y":0,"s":0.3}' '{"y":1,"s":0.7}' '{"y":0,"s":0.8}' >in
  run -0 --separate-stderr dw-eval --label y --score s --metrics auc --chunk-count 2 in
  [ "${#lines[@]}" -eq 4 ]
  [[ "${lines[0]}" == *'"value":null,"low":null,"high":null'*'"error":"labels of one class only"}' ]]
  [ "$(field value "${lines[1]}")" = 0 ]
  [[ "${lines[2]}" == *'"value":0.6666666666666666,"low":null,'*'"method":null'* ]]
}

@test "gates: passed, refused, refused but exit zero, and each figure in the summary" {
  run -0 --separate-stderr evaluate --gate 'auc>=0.8, log_loss<=0.2,auc.low>0.8' "$(data base.ndjson)"
  [[ "${lines[-1]}" == *'"gate":{"passed":true,"gates":[{"gate":"auc>=0.8","metric":"auc","value":0.914'* ]]
  run -1 --separate-stderr evaluate --gate 'auc>=0.8,recall>=0.5' "$(data base.ndjson)"
  [ -z "$stderr" ]
  [[ "${lines[-1]}" == *'"passed":false'*'{"gate":"recall>=0.5","metric":"recall","value":0.0629'*'"threshold":0.5,"passed":false}'* ]]
  run -0 evaluate --gate 'auc>=0.99' --exit-zero "$(data base.ndjson)"
}

@test "a gate on what was not computed, or has no value, is an error and never a pass" {
  run -2 --separate-stderr evaluate --metrics recall --gate 'auc>=0' "$(data base.ndjson)"
  [[ "$stderr" == *'gate auc>=0: the metric "auc" was not computed; there are recall'* ]]
  run -2 --separate-stderr evaluate --gate 'acu>=0.8' "$(data base.ndjson)"
  [[ "$stderr" == *'dw-eval: --gate: there is no metric "acu"'* ]]
  [ -z "$output" ]
  run -2 --separate-stderr evaluate --gate 'auc=>0.8' "$(data base.ndjson)"
  [[ "$stderr" == *'expected >=, >, <= or <'* ]]
  printf '%s\n' '{"y":0,"s":0.2}' '{"y":0,"s":0.3}' >in
  run -5 --separate-stderr dw-eval --label y --score s --gate 'auc>=0' in
  [ "$stderr" = 'dw-eval: gate auc>=0: the metric has no value' ]
}

@test "champion and challenger: difference, interval and p-value on the same rows" {
  run -1 --separate-stderr evaluate --compare merchant_risk_score --metrics auc,average_precision --gate 'auc.difference_low>=0' "$(data base.ndjson)"
  [[ "${lines[0]}" == *'"comparison":{"score":"merchant_risk_score","value":'*'"method":"delong"}}' ]]
  [[ "${lines[1]}" == *'"comparison":{'*'"method":"bootstrap"}}' ]]
  [[ "${lines[-1]}" == *'"metric":"auc.difference_low","value":-0.'* ]]
  run -0 evaluate --compare fraud_score --metrics auc,brier "$(data base.ndjson)"
  [[ "${lines[1]}" == *'"difference":0,"low":0,"high":0,"p_value":1,"method":"bootstrap"}}' ]]
}

@test "regression and multiclass, by hand" {
  printf 'y,s\n1,1.5\n2,2\n3,2.5\n4,4\n' >in.csv
  run -0 --separate-stderr dw-eval --task regression --label y --score s in.csv
  [ "$(sed -n 's/.*"metric":"\([a-z0-9_]*\)","value":\([^,]*\).*/\1=\2/p' <<<"$output" | tr '\n' ' ')" = "mae=0.25 rmse=0.3535533905932738 mape=0.16666666666666666 r2=0.9 " ]
  printf '%s\n' '{"y":"a","s":[0.8,0.1,0.1]}' '{"y":"b","s":[0.2,0.7,0.1]}' '{"y":"c","s":[0.1,0.5,0.4]}' '{"y":"c","s":[0.2,0.2,0.6]}' >in
  run -0 --separate-stderr dw-eval --label y --score s --bootstrap 0 in
  [[ "$output" == *'"metric":"accuracy","value":0.75,'* ]]
  [[ "$output" == *'"labels":["a","b","c"],"matrix":[[1,0,0],[0,1,0],[0,1,1]]}'* ]]
  printf '%s\n' '{"y":"a","p":"a"}' '{"y":"b","p":"c"}' '{"y":"c","p":"c"}' >in
  run -0 --separate-stderr dw-eval --label y --prediction p --bootstrap 0 in
  [[ "${lines[0]}" == '{"kind":"metric","metric":"accuracy","value":0.6666666666666666,'* ]]
  [ "${#lines[@]}" -eq 7 ]
}

@test "a label is the same task to dw-train and to dw-eval, and --task says otherwise" {
  [ -x "${DW_BIN:-$BATS_TEST_DIRNAME/../bin}/dw-train" ] || skip "built without XGBoost"
  # LABELS (of awk, by the row i): what each command takes them for
  tasks() {
    awk "BEGIN { print \"x,y\"; for (i = 0; i < 200; i++) print i \",\" $1 }" >in.csv
    dw-train --label y --rounds 1 --depth 1 --output model.json in.csv
    dw-eval --label y --prediction y --metrics "${2:-accuracy}" --bootstrap 0 in.csv >out
    echo "$(grep -o '"task":"[a-z]*"' model.json | head -n 1) $(tail -n 1 out | grep -o '"task":"[a-z]*"')"
  }
  same() { [ "$1" = "\"task\":\"$2\" \"task\":\"$2\"" ] || { echo "$1, want $2"; return 1; }; }
  [ "${DW_SUITE:-}" != full ] || same "$(tasks 'i % 2')" binary
  same "$(tasks '0.5 + i % 2')" binary
  [ "${DW_SUITE:-}" != full ] || same "$(tasks 'i % 3')" multiclass
  same "$(tasks 'i % 10 ".0"')" multiclass
  same "$(tasks '"class" i % 12')" multiclass
  same "$(tasks 'i % 11' mae)" regression
  [ "${DW_SUITE:-}" != full ] || same "$(tasks 'i % 3 + 0.5' mae)" regression
  awk 'BEGIN { print "x,y,s"; for (i = 0; i < 200; i++) print i "," i % 5 "," i % 5 + 0.25 }' >stars.csv
  run -3 --separate-stderr dw-eval --label y --score s stars.csv
  [[ "$stderr" == *'labels of 5 classes need scores that are arrays'*'--task regression'* ]]
  run -0 --separate-stderr dw-eval --label y --score s --task regression --metrics mae --bootstrap 0 stars.csv
  [ "$(field value "${lines[0]}")" = 0.25 ]
  dw-train --label y --task regression --rounds 1 --depth 1 --output model.json stars.csv
  grep -q '"task":"regression"' model.json
}

@test "rows that lack label or score are counted; none left is exit status 5" {
  printf '%s\n' '{"y":0,"s":0.2}' '{"y":1,"s":0.3}' '{"y":1}' '{"s":1}' '{"y":1,"s":null}' >in
  run -0 --separate-stderr dw-eval --label y --score s --metrics auc in
  [[ "${lines[-1]}" == *'"rows":2,"without_label":1,"without_score":2,'* ]]
  run -5 --separate-stderr dw-eval --label y --score s /dev/null
  [ "$stderr" = 'dw-eval: no records' ]
  printf '{"y":1,"s":null}\n' >in
  run -5 --separate-stderr dw-eval --label y --score s in
  printf '%s\n' '{"y":1,"s":1}' '{"y":1,"s":1}' >in
  run -5 --separate-stderr dw-eval --label y --score s --metrics auc,ks in
  [[ "$stderr" == 'dw-eval: none of the metrics has a value: labels of one class only'* ]]
}

@test "mistakes in the call" {
  wrong() { local says=$1; shift; run -2 --separate-stderr dw-eval "$@" "$(data base.ndjson)"; [[ "$stderr" == *"$says"* ]] || { echo "$stderr"; return 1; }; [ -z "$output" ]; }
  wrong '--label COLUMN is needed' --score s
  wrong '--score COLUMN or --prediction COLUMN is needed' --label y
  wrong 'exclude each other' --label y --score s --chunk-size 5 --chunk-count 5
  wrong '--window goes with --time' --label y --score s --window 1h
  wrong '--compare goes with --score' --label y --prediction p --compare s
  wrong '--ref goes with --estimate' --label y --score s --ref x
  wrong '--estimate needs --ref' --label y --score s --estimate
  wrong '--preset goes with --estimate' --label y --score s --preset nannyml
  wrong 'there is no metric "roc"' --label is_fraud --score fraud_score --metrics roc
  wrong 'mae is not a metric of a binary task' --label is_fraud --score fraud_score --metrics mae
  wrong 'there is no estimate of "brier"' --label is_fraud --score fraud_score --estimate --ref "$(data base.ndjson)" --metrics brier
  run -3 --separate-stderr dw-eval --label nope --score fraud_score "$(data base.ndjson)"
  [[ "$stderr" == *'the input has no column "nope"'* || "$stderr" == *'no record has a label'* ]]
}

@test "estimates without labels agree with the truth where nothing but the mix changed, and raise no alert" {
  dw-gen --scenario fraud-baseline --rows 5000 --seed 2 --with fraud_score --output now.ndjson
  run -0 --separate-stderr evaluate --estimate --ref "$(data base.ndjson)" --metrics auc,recall now.ndjson
  [ "$(grep -c '"estimated":true,"method":"cbpe"' <<<"$output")" -eq 22 ]
  [ "$(grep -c '"alert":false' <<<"$output")" -eq 20 ]
  [[ "${lines[-1]}" == *'"drift":false'* ]]
  estimated=$(field value "${lines[20]}")
  real=$(field value "$(evaluate --metrics auc now.ndjson | head -n 1)")
  awk -v a="$estimated" -v b="$real" 'BEGIN { d = a - b; exit !(d < 0.04 && d > -0.04) }'
}

@test "the business value is the estimated cells times what they are worth; as a mean, by row; a gate can judge it" {
  blind() { evaluate --estimate --ref "$(data base.ndjson)" --exit-zero "$@" "$(data base.ndjson)"; }
  blind --metrics confusion_matrix,business_value --business-value 0,-5,-100,20 >sum
  blind --metrics business_value --business-value=0,-5,-100,20 --per-row --gate 'business_value>=-100' >mean
  [ "$(grep -c '"metric":"business_value"' sum)" -eq 11 ]
  grep '"window":null' sum | sed 's/.*"value":\([^,]*\),.*/\1/' >cells
  [ "$(wc -l <cells)" -eq 5 ]
  paste -sd ' ' cells | awk '{ d = $1 - (-5 * $3 - 100 * $4 + 20 * $5); exit !(d < 1e-9 && d > -1e-9 && $1 < 0) }'
  awk -v a="$(head -n 1 cells)" -v b="$(field value "$(grep '"window":null' mean)")" 'BEGIN { d = a / 5000 - b; exit !(d < 1e-12 && d > -1e-12) }'
  [[ "$(tail -n 1 mean)" == *'"gate":{"passed":true'* ]]
  [ "$(grep -c '"threshold":{"lower":-' sum)" -ge 10 ]
  run -2 --separate-stderr blind --metrics business_value
  [[ "$stderr" == *'business_value needs --business-value'* ]]
  run -2 --separate-stderr blind --business-value 1,2,3
  [[ "$stderr" == *'wants four numbers, TN,FP,FN,TP, not 3'* ]]
  run -2 --separate-stderr blind --per-row
  [[ "$stderr" == *'--per-row goes with --business-value'* ]]
  run -2 --separate-stderr evaluate --business-value 1,2,3,4 "$(data base.ndjson)"
  [[ "$stderr" == *'--business-value goes with --estimate'* ]]
}

# classes SEED ROWS LIFT: a label of three, probabilities that say too little, and what is predicted; a lift moves the mix to "a".
classes() {
  awk -v seed="$1" -v n="$2" -v lift="$3" 'BEGIN { srand(seed); split("a b c", name, " ")
    for (i = 0; i < n; i++) { sum = all = 0; best = 1
      for (k = 1; k <= 3; k++) { w[k] = (rand() + (k == 1 ? lift : 0.05)) ^ 2; sum += w[k]; all += w[k] ^ 2; if (w[k] > w[best]) best = k }
      v = rand() * all; for (k = 1; k < 3 && v >= w[k] ^ 2; k++) v -= w[k] ^ 2
      printf "{\"y\":\"%s\",\"p\":\"%s\",\"s\":[%.6f,%.6f,%.6f]}\n", name[k], name[best], w[1] / sum, w[2] / sum, w[3] / sum } }'
}

@test "limits of estimates are those of prediction, with --preset nannyml three deviations of the chunks" {
  dw-gen --scenario fraud-baseline --rows 2000 --seed 3 --with fraud_score --output now.ndjson
  reach() {
    evaluate --estimate --ref "$(data base.ndjson)" --chunk-count 10 --metrics business_value --business-value 0,-1,-10,5 --exit-zero "$@" now.ndjson |
      sed -n '1s/.*"threshold":{"lower":\([^,]*\),"upper":\([^}]*\)}.*/\1 \2/p'
  }
  # scipy: t.isf(norm.sf(3), 9) * sqrt(1 + 1/10) / (3 * sqrt(9/10)), of ten chunks; nothing cuts what rows are worth
  echo "$(reach) $(reach --preset nannyml)" | awk '{ r = ($2 - $1) / ($4 - $3); print; exit !(r > 1.508789 && r < 1.508791) }'
}

@test "several classes without labels: estimates meet the truth, cells by name, what they are worth, and alerts" {
  classes 1 4000 0.05 >ref.ndjson
  classes 2 2000 0.4 >now.ndjson
  sed 's/"y":"[abc]",//' now.ndjson >blind.ndjson
  run -1 --separate-stderr dw-eval --estimate --ref ref.ndjson --label y --score s --classes a,b,c blind.ndjson
  [ -z "$stderr" ]
  [ "${#lines[@]}" -eq 78 ]
  [[ "${lines[-1]}" == *'"task":"multiclass","drift":true,'* ]]
  dw-eval --label y --score s --bootstrap 0 now.ndjson >real
  { cat real; grep '"window":null' <<<"$output"; } | awk '
    function number(name) { return match($0, "\"" name "\":[-0-9.e]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : "" }
    match($0, /"metric":"[a-z_0-9]+"/) { metric = substr($0, RSTART + 10, RLENGTH - 11) }
    /"estimated":true/ { low[metric] = number("low"); high[metric] = number("high"); next }
    { real[metric] = number("value") }
    END {
      count = split("auc average_precision accuracy precision recall f1 specificity", name, " ")
      for (i = 1; i <= count; i++) {
        m = name[i]
        if (low[m] == "" || real[m] == "" || !(low[m] < real[m] && real[m] < high[m] && high[m] - low[m] < 0.15)) { print m, low[m], real[m], high[m]; exit 1 }
      }
    }'
  # the cells by name; their columns are what was predicted
  dw-eval --estimate --ref ref.ndjson --label y --score s --prediction p --metrics confusion_matrix --normalise pred --exit-zero blind.ndjson >cells
  [ "$(grep -c '"metric":"confusion_matrix"' cells)" -eq 99 ]
  grep -q '"window":null,.*"cell":{"label":"a","prediction":"b"},"normalised":"pred","sampling_error":' cells
  grep '"window":null' cells | sed 's/.*"value":\([^,]*\),.*"prediction":"\(.\)".*/\1 \2/' | awk '{ sum[$2] += $1 } END { for (k in sum) if (sum[k] < 1 - 1e-12 || sum[k] > 1 + 1e-12) exit 1 }'
  # a hit is worth 1: the mean is the accuracy
  dw-eval --estimate --ref ref.ndjson --label y --score s --metrics accuracy,business_value --business-value 1,0,0,0,1,0,0,0,1 --per-row --exit-zero \
    --gate 'business_value>=0.5' blind.ndjson >worth
  awk -v a="$(field value "$(grep accuracy worth | tail -n 1)")" -v b="$(field value "$(grep '"business_value","value"' worth | tail -n 1)")" \
    'BEGIN { d = a - b; exit !(d < 1e-12 && d > -1e-12) }'
  # CSV writes an array as text
  csv() { sed 's/"y":"\(.\)",//; s/.*"p":"\(.\)","s":\(.*\)}/\1,"\2"/; 1i p,s' "$1"; }
  { echo y,s; sed 's/.*"y":"\(.\)".*"s":\(.*\)}/\1,"\2"/' ref.ndjson; } >ref.csv
  csv blind.ndjson >blind.csv
  dw-eval --estimate --ref ref.csv --label y --score s --exit-zero blind.csv | grep -v summary | cmp - <(head -n 77 <<<"$output")
  # the same bytes for any number of threads; classes that the reference lacks
  dw-eval --estimate --ref ref.ndjson --label y --score s --exit-zero --threads 1 blind.ndjson | grep -v summary | cmp - <(head -n 77 <<<"$output")
  run -2 --separate-stderr dw-eval --estimate --ref ref.ndjson --label y --score s --metrics true_positive blind.ndjson
  [[ "$stderr" == *'true_positive is a cell of two classes; of 3 say confusion_matrix'* ]]
  run -2 --separate-stderr dw-eval --estimate --ref ref.ndjson --label y --score s --business-value 1,2,3,4 blind.ndjson
  [[ "$stderr" == *'--business-value wants 9 numbers for 3 classes, not 4'* ]]
  run -3 --separate-stderr dw-eval --estimate --ref <(grep -v '"y":"c"' ref.ndjson) --label y --score s blind.ndjson
  [ "$stderr" = 'dw-eval: reference: scores have 3 components, but there are 2 classes among the labels; --classes says which the scores are of' ]
  sed 's/"p":"a"/"p":"d"/' blind.ndjson >other.ndjson
  run -3 --separate-stderr dw-eval --estimate --ref ref.ndjson --label y --score s --prediction p other.ndjson
  [[ "$stderr" == *'dw-eval: the prediction "d" is none of the reference'"'"'s classes' ]]
}

@test "the confusion matrix normalised: by all, by label, by prediction" {
  printf '%s\n' y,p 0,0 0,0 0,0 0,1 1,0 1,1 1,1 1,1 1,1 1,1 >in.csv
  matrix() { dw-eval --label y --prediction p --metrics confusion_matrix --normalise "$1" in.csv | sed -n 's/.*"method":null,"score":"p",\(.*\)}/\1/p'; }
  [ "$(matrix none)" = '"labels":[0,1],"matrix":[[3,1],[1,5]]' ]
  [ "$(matrix all)" = '"normalised":"all","labels":[0,1],"matrix":[[0.3,0.1],[0.1,0.5]]' ]
  [ "$(matrix true)" = '"normalised":"true","labels":[0,1],"matrix":[[0.75,0.25],[0.16666666666666666,0.8333333333333334]]' ]
  [ "$(matrix pred)" = '"normalised":"pred","labels":[0,1],"matrix":[[0.75,0.16666666666666666],[0.25,0.8333333333333334]]' ]
  evaluate --estimate --ref "$(data base.ndjson)" --metrics confusion_matrix --normalise true --exit-zero "$(data base.ndjson)" | grep '"window":null' >cells
  [ "$(grep -c '"normalised":"true"' cells)" -eq 4 ]
  sed 's/.*"value":\([^,]*\),.*/\1/' cells | paste -sd ' ' | awk '{ d = $1 + $2 - 1; e = $3 + $4 - 1; exit !(d < 1e-12 && d > -1e-12 && e < 1e-12 && e > -1e-12) }'
}

# noisy SEED ROWS POWER: targets y of predictions s whose error grows with x; a power below 1 moves x up.
noisy() {
  awk -v seed="$1" -v n="$2" -v power="$3" 'BEGIN { srand(seed); print "x,g,y,s"
    for (i = 0; i < n; i++) { x = rand() ^ power; g = rand() < 0.5 ? "a" : "b"; e = -6; for (k = 0; k < 12; k++) e += rand()
      printf "%.5f,%s,%.5f,%.5f\n", x, g, 10 * x + (0.2 + 3 * x + (g == "b")) * e, 10 * x } }'
}

@test "losses of a regression are told without targets: what shifted is told within 5 %, and raises alerts" {
  noisy 1 4000 1 >ref.csv
  noisy 2 3000 0.4 >now.csv
  cut -d, -f1,2,4 now.csv >blind.csv
  run -1 --separate-stderr dw-eval --estimate --task regression --ref ref.csv --label y --score s --metrics mae,rmse --gate 'mae<=1.9' blind.csv
  [ -z "$stderr" ]
  [ "$(grep -c '"estimated":true,"method":"dle"' <<<"$output")" -eq 22 ]
  [[ "${lines[-1]}" == *'"drift":true,"gate":{"passed":false,'* ]]
  for metric in mae rmse; do
    told=$(field value "$(grep "\"metric\":\"$metric\".*\"window\":null" <<<"$output")")
    real=$(field value "$(dw-eval --label y --score s --metrics $metric --bootstrap 0 now.csv | head -n 1)")
    awk -v a="$told" -v b="$real" 'BEGIN { exit !(a / b < 1.05 && a / b > 0.95) }'
  done
  noisy 3 3000 1 | cut -d, -f1,2,4 >same.csv
  run -0 dw-eval --estimate --task regression --ref ref.csv --label y --score s --metrics mae same.csv
  run -5 --separate-stderr dw-eval --estimate --task regression --ref <(head -n 15 ref.csv) --label y --score s same.csv
  [[ "$stderr" == *'the reference has fewer than 20 rows'* ]]
}

# What trees tell are floats that another version of XGBoost may round otherwise: 1e-5; what comes from the reference alone: 1e-12.
@test "losses told without targets are those of Python's XGBoost and numpy (tests/golden/make_dle.py)" {
  golden=$BATS_TEST_DIRNAME/golden
  dw-eval --estimate --task regression --ref "$golden/dle_reference.csv" --label y --score s --chunk-count 5 --metrics mae,mape,mse,rmse,msle,rmsle \
    --exit-zero --output est.ndjson "$golden/dle_current.csv"
  # metric chunk value error low high lower upper alert
  sed -n 's/"window":null/"window":{"index":all,}/; /"kind":"metric"/ s/.*"metric":"\([a-z]*\)","value":\([^,]*\),"low":\([^,]*\),"high":\([^,]*\),.*"index":\([a-z0-9]*\),.*"sampling_error":\([^,}]*\)\(,"threshold":{"lower":\([^,]*\),"upper":\([^}]*\)},"alert":\([a-z]*\)\)\{0,1\}.*/\1 \5 \2 \6 \3 \4 \8 \9/p' est.ndjson >got
  [ "$(wc -l <got)" -eq 36 ]
  awk '
    function same(what, a, b, most) { d = a / b - 1; if (a == b) d = 0; if (!(d < most && d > -most)) { print $1 " " $2 " " what ": " a ", want " b; bad = 1 } }
    FNR == NR { if ($1 != "#") want[$1, $2] = $0; next }
    {
      split(want[$1, $2], w, " ")
      same("value", $3, w[3], 1e-5)
      same("error", $4, w[4], 1e-12)
      same("low", $5, w[5], 1e-5)
      same("high", $6, w[6], 1e-5)
      if ($2 != "all") { same("lower", $7, w[7], 1e-12); same("upper", $8, w[8], 1e-12) }
      checked++
    }
    END { exit bad || checked != 36 }' "$golden/dle.txt" got
  [ "$(grep -c '"alert":true' est.ndjson)" -eq "$(grep -c 'true$' "$golden/dle.txt")" ]
}

@test "NannyML's published table of car_loan, to its six digits" {
  SHARED=${DW_SHARED:-$BATS_TEST_DIRNAME/../../shared}
  [ -r "$SHARED/data/car_loan_reference.csv.zst" ] || skip "no ../shared/data/car_loan_reference.csv.zst here"
  run -1 dw-eval --estimate --preset nannyml --ref "$SHARED/data/car_loan_reference.csv.zst" --label repaid --score y_pred_proba --prediction y_pred --time timestamp \
    --metrics auc,accuracy,f1 --output est.ndjson "$SHARED/data/car_loan_analysis.csv.zst"
  # A line a chunk and metric: index metric value error low high lower upper alert
  sed -n 's/.*"metric":"\([a-z0-9]*\)","value":\([^,]*\),"low":\([^,]*\),"high":\([^,]*\),.*"index":\([0-9]*\),.*"sampling_error":\([^,]*\),"threshold":{"lower":\([^,]*\),"upper":\([^}]*\)},"alert":\([a-z]*\).*/\5 \1 \2 \6 \3 \4 \7 \8 \9/p' est.ndjson >got
  [ "$(wc -l <got)" -eq 30 ]
  awk '
    function same(what, a, b, most) { d = a - b; if (d < 0) d = -d; if (!(d <= most)) { print FILENAME ": chunk " $1 " " $2 " " what ": " a ", want " b; bad = 1 } }
    FNR == NR { split($0, cell, ","); for (i in cell) want[FNR - 2, head[i]] = cell[i]; if (FNR == 1) for (i in cell) head[i] = cell[i]; next }
    {
      m = $2 == "auc" ? "roc_auc" : $2
      # AUC: NannyML ranks the 101 distinct scores as numpy leaves ties, which moves its error by up to 0.4 %
      tie = m == "roc_auc" ? 2e-6 : 0
      same("value", $3, want[$1, m "_value"], 5e-7)
      same("sampling error", $4, want[$1, m "_sampling_error"], 5e-9 + tie)
      same("low", $5, want[$1, m "_lower_confidence_boundary"], 5e-7 + 3 * tie)
      same("high", $6, want[$1, m "_upper_confidence_boundary"], 5e-7 + 3 * tie)
      same("lower", $7, want[$1, m "_lower_threshold"], 5e-7)
      same("upper", $8, want[$1, m "_upper_threshold"], 5e-7)
      if (tolower(want[$1, m "_alert"]) != $9) { print "chunk " $1 " " m " alert " $9; bad = 1 }
      checked++
    }
    END { exit bad || checked != 30 }' "$SHARED/golden/nannyml/nannyml_cbpe_car_loan.csv" got
}
