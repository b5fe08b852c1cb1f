# dw-compare: columns of vectors.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR"
  part='' rows=2000 used=1000
}

# vectors SEED ROWS MEAN SD [ARGUMENT]...: records with an id and a vector of 8 components
vectors() {
  local seed=$1 rows=$2 mean=$3 sd=$4
  shift 4
  echo "columns: {id: {distribution: sequence}, v: {distribution: vector, dimension: 8, component: {distribution: normal, mean: $mean, sd: $sd}, decimals: 4}}" >"scenario-$seed.yaml"
  dw-gen --scenario "./scenario-$seed.yaml" --seed "$seed" --rows "$rows" "$@"
  rm "scenario-$seed.yaml"
}

setup_file() {
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_FILE_TMPDIR"
  vectors 1 2000 1 1 >base.ndjson
  vectors 2 2000 1 1 >same.ndjson
  vectors 3 2000 1.3 1 >moved.ndjson
  vectors 4 2000 1 1.3 >wide.ndjson
  { vectors 5 1000 1 1 && vectors 6 1000 4 1; } >two.ndjson
  { vectors 7 800 1 1 && vectors 8 1200 4 1; } >grown.ndjson
  for name in base same moved wide; do head -n 400 $name.ndjson >few_$name.ndjson; done
}

# Where it is enough, 400 rows a side; 2000 with DW_SUITE=full. MMD takes 1000 of them at most.
few() { [ "${DW_SUITE:-}" = full ] || part=few_ rows=400 used=400; }

data() { echo "$BATS_FILE_TMPDIR/$part$1"; }

compare() {
  local reference=$1
  shift
  dw-compare --ref "$(data "$reference")" --id id "$@"
}

# verdicts: METHOD of the findings of drift, one a line
verdicts() { grep '"kind":"finding".*"drift":true' | sed 's/.*"method":"\([a-z_]*\)".*/\1/' | sort; }

@test "vectors of one distribution are no drift, by any method" {
  few
  run -0 --separate-stderr compare base.ndjson --method all "$(data same.ndjson)"
  [ -z "$stderr" ]
  [ "$(grep -c '"check":"embedding_drift","column":"v","type":"vector"' <<<"$output")" -eq 9 ]
  [[ $output != *'"error"'* ]]
  [[ ${lines[-1]} == *'"columns":1,"drifted":0,'*'"not_compared":[]'* ]]
}

@test "other seeds are no drift at least 5 times of 6 by the default method (DW_SUITE=full: 17 of 20)" {
  few
  quiet=0 last=106 least=5
  if [ "${DW_SUITE:-}" = full ]; then last=120 least=17; fi
  for seed in $(seq 101 $last); do
    status=0
    vectors "$seed" 300 1 1 >now.ndjson
    compare base.ndjson now.ndjson >out || status=$?
    [ "$status" -le 1 ]
    quiet=$((quiet + (status == 0)))
  done
  echo "quiet: $quiet"
  [ "$quiet" -ge $least ]
}

@test "a moved mean" {
  few
  run -1 --separate-stderr compare base.ndjson "$(data moved.ndjson)"
  [ -z "$stderr" ]
  [[ $output == *'"method":"mmd"'*'"p_value":0.001,'*'"drift":true,"severity":"high"'*'"dimension":8,"reference_used":'$used',"current_used":'$used',"centroid_cosine":'* ]]
  [ "$(compare base.ndjson --exit-zero --method all "$(data moved.ndjson)" | verdicts | tr '\n' ' ')" = \
    "centroid_chebyshev centroid_cityblock centroid_euclidean cluster_shares component_ratio domain_classifier mmd " ]
}

@test "a variance that changes alone" {
  few
  [ "$(compare base.ndjson --exit-zero --method all "$(data wide.ndjson)" | verdicts | tr '\n' ' ')" = \
    "component_ratio domain_classifier mmd variance_change " ]
}

@test "a cluster that grows" {
  run -1 --separate-stderr compare two.ndjson --method cluster_shares "$(data grown.ndjson)"
  grep -q '"method":"cluster_shares".*"drift":true.*"clusters":\[{"reference":' <<<"$output"
  [ "${DW_SUITE:-}" != full ] || run -1 compare two.ndjson "$(data grown.ndjson)"
}

@test "the same bytes with any number of threads, from CSV columns too" {
  few
  compare base.ndjson --exit-zero --method all --threads 1 "$(data moved.ndjson)" >one
  compare base.ndjson --exit-zero --method all --threads 4 "$(data moved.ndjson)" >four
  [ "$(grep -v '"kind":"summary"' one)" = "$(grep -v '"kind":"summary"' four)" ]
  vectors 1 $rows 1 1 --format csv >base.csv
  vectors 3 $rows 1.3 1 --format csv >moved.csv
  dw-compare --ref base.csv --id id --vector 'v.*' --exit-zero --method mmd moved.csv >columns
  compare base.ndjson --method mmd --exit-zero "$(data moved.ndjson)" >arrays
  statistic() { sed -n '1s/.*"statistic":\([^,]*\),"p_value":\([^,]*\),.*/\1 \2/p' "$1"; }
  [ -n "$(statistic arrays)" ]
  [ "$(statistic columns)" = "$(statistic arrays)" ]
  grep -q '"check":"embedding_drift","column":"v.\*","type":"vector"' columns
  grep -q '"moved_most":\[{"component":"v\.[0-7]","shift":' columns
  [ "$(grep -c '"kind":"finding"' columns)" -eq 1 ]
}

@test "--vector: rows without a component, a column that one side lacks, a pattern without columns" {
  printf '%s\n' 'e1,e2,e10,note' '1,2,3,a' '2,,4,b' '3,1,5,a' '5,3,2,b' '4,2,1,a' >r.csv
  printf '%s\n' 'e1,e2,e10,note' '1,2,3,a' '2,1,4,b' '3,1,5,a' 'x,3,2,b' '4,2,1,a' >c.csv
  run --separate-stderr dw-compare --ref r.csv --vector 'e*' --method centroid_euclidean --exit-zero c.csv
  [ "$status" -eq 0 ]
  grep -q '"column":"e\*".*"reference":{"count":4,"missing":1,.*"current":{"count":4,"missing":1,' <<<"$output"
  printf '%s\n' 'e1,e2,note' '1,2,a' '2,1,b' >short.csv
  run -1 --separate-stderr dw-compare --ref r.csv --vector 'e*' --checks embedding_drift short.csv
  grep -q '"check":"schema","column":"e\*".*"change":"components_changed",.*"lost":true,"reference_components":3,"current_components":2' <<<"$output"
  sed 's/e10/e11/' c.csv >named.csv
  sed -n '1p; s/,[0-9]*,\([ab]\)$/,,\1/p' r.csv >lost.csv
  jq -nc 'range(5) | {e1: ., e2: (. * 2 % 5), e10: "x", note: "a"}' >text.ndjson
  options=('--checks embedding_drift' '--checks schema' '--columns e*,note --fail-on column:e*' '--fail-on severity:high') n=0
  for current in short.csv named.csv lost.csv text.ndjson; do
    for option in "${options[@]}"; do
      # each of the four files with another one of the four; DW_SUITE=full: with all
      [ "${DW_SUITE:-}" = full ] || [ $((n++ % 5)) -eq 0 ] || continue
      # shellcheck disable=SC2086 # words
      run -1 --separate-stderr dw-compare --ref r.csv --vector 'e*' $option $current
      [[ $output =~ '"check":"schema","column":"e*"'.*'"drift":true,"severity":"high"'.*'"change":"'(unusable|components_changed)'"'.*'"lost":true' ]]
      report=$(dw-report --width 400 <<<"$output")
      [[ $report =~ 'e*: '(unusable|other\ vectors)' now' ]] || { echo "$report"; false; }
    done
  done
  printf '%s\n' 'e1,e2,e10,note' ',,,a' ',,,b' ',,,a' >empty.csv
  run -0 --separate-stderr dw-compare --ref r.csv --vector 'e*' empty.csv
  [[ $output == *'"column":"e*"'*'"error":"the current data has no usable value in this column"'* && $output != *'"column":"e'[0-9]* ]]
  run -3 --separate-stderr dw-compare --ref r.csv --vector 'f*' c.csv
  [[ $stderr == *'the reference has no column "f*"; it has e1, e10, e2, note'* ]]
}

@test "vectors of other lengths, one row, constant vectors, none at all" {
  few
  { vectors 11 50 1 1 && echo '{"id":1,"v":[1,2,3]}' && echo '{"id":2,"v":[]}'; } >mixed.ndjson
  run -0 --separate-stderr compare base.ndjson mixed.ndjson
  grep -q '"current":{"count":50,"missing":0,"infinite":0,"other_length":2,.*"warning":"vectors of another length than the first are left out"' <<<"$output"
  echo '{"v":[1,2,3]}' >three.ndjson
  { echo '{"v":[1,2,3]}' && vectors 11 50 1 1; } >odd.ndjson # the first one alone is of another length
  run -5 --separate-stderr compare base.ndjson odd.ndjson
  grep -q '"error":"the reference has vectors of 8 components, the current data of 3"' <<<"$output"
  run --separate-stderr compare base.ndjson --exit-zero three.ndjson
  [ "$status" -eq 0 ]
  grep -q '"check":"schema","column":"v".*"drift":true,"severity":"high".*"change":"components_changed".*"lost":true' <<<"$output"
  jq -c '. + {n: (.v[0] | round)}' "$(data base.ndjson)" >other.ndjson
  jq -c '.v = .v[:7]' other.ndjson >seven.ndjson # another model's embeddings, while the rest is as it was
  for option in '' '--fail-on severity:high' '--fail-on column:v' '--preset evidently --fail-on share' '--checks schema' '--checks missing_values'; do
    run -1 --separate-stderr dw-compare --columns v,n $option --ref other.ndjson seven.ndjson
  done
  sed '1s/"v":\[[^]]*\]/"v":[1]/' other.ndjson >first.ndjson # one odd vector, which comes first
  run -5 --separate-stderr dw-compare --columns v,n --ref other.ndjson first.ndjson
  [[ "$stderr" == *'not judged: "v", mmd: the reference has vectors of 8 components, the current data of 1'* ]]
  run --separate-stderr dw-compare --ref three.ndjson --exit-zero three.ndjson
  [ "$status" -eq 5 ]
  grep -q '"check":"embedding_drift".*"drift":false.*"error":"fewer than two values on a side"' <<<"$output"
  for _ in {1..30}; do echo '{"v":[1,2,3]}'; done >constant.ndjson
  run -0 --separate-stderr dw-compare --ref constant.ndjson --method all constant.ndjson
  grep -q '"method":"mmd","statistic":0,"p_value":1,' <<<"$output"
  echo '{"v":"none"}' >text.ndjson
  run --separate-stderr compare base.ndjson --exit-zero text.ndjson
  [ "$status" -eq 0 ]
  grep -q '"check":"schema","column":"v".*"drift":true.*"change":"type_changed","reference":"vector","current":"string","lost":true' <<<"$output"
}

@test "an array that is cut is bad data" {
  head -c 200000 "$(data same.ndjson)" | head -c -5 >cut.ndjson
  run -3 --separate-stderr compare base.ndjson cut.ndjson
  grep -q 'cut.ndjson:[0-9]*' <<<"$stderr"
}

@test "memory: the sample of vectors gives way, the centroids stay" {
  compare base.ndjson --exit-zero --method centroid_cosine,component_ratio "$(data moved.ndjson)" >wide.out
  compare base.ndjson --exit-zero --method centroid_cosine,component_ratio --memory 256KiB "$(data moved.ndjson)" >narrow.out
  cosine() { grep '"method":"centroid_cosine"' "$1" | sed 's/.*"statistic":\([^,]*\),.*/\1/'; }
  [ -n "$(cosine wide.out)" ]
  [ "$(cosine wide.out)" = "$(cosine narrow.out)" ]
  grep -q '"method":"component_ratio".*"sampled":2000,.*"approximate":false' wide.out
  grep -q '"method":"component_ratio".*"sampled":1\{0,1\}[0-9]\{2,3\},.*"approximate":true' narrow.out
}

# 1536 components of 8 bytes: 2 MiB a side hold 170 vectors beside the moments.
@test "memory: long vectors stay inside it" {
  echo "columns: {v: {distribution: vector, dimension: 1536, component: {distribution: normal, mean: 0, sd: 1}, decimals: 3}}" >long.yaml
  dw-gen --scenario ./long.yaml --seed 1 --rows 400 >long.ndjson
  dw-gen --scenario ./long.yaml --seed 2 --rows 400 >other.ndjson
  run -0 --separate-stderr dw-compare --ref long.ndjson --memory 4MiB other.ndjson
  sampled=$(sed -n '1s/.*"sampled":\([0-9]*\),.*"sampled":\([0-9]*\),.*/\1 \2/p' <<<"$output")
  for count in $sampled; do [ "$count" -ge 64 ] && [ "$count" -le 170 ]; done
  [ "$(wc -w <<<"$sampled")" -eq 2 ]
}

@test "threshold of centroid_cosine from the environment; an option is stronger" {
  limit() { compare base.ndjson --exit-zero --method centroid_cosine "$@" "$(data moved.ndjson)" | sed -n '1s/.*"threshold":\([^,]*\),.*/\1/p'; }
  [ "$(limit)" = 0.1 ]
  [ "$(EMBEDDING_DRIFT_THRESHOLD=0.3 limit)" = 0.3 ]
  [ "$(EMBEDDING_DRIFT_THRESHOLD=0.3 EMBEDDING_COSINE_THRESHOLD=0.001 limit)" = 0.001 ]
  [ "$(EMBEDDING_COSINE_THRESHOLD=0.001 limit --threshold 0.25)" = 0.25 ]
  [ "$(EMBEDDING_COSINE_THRESHOLD=0.001 limit --threshold centroid_cosine=0.15)" = 0.15 ]
  EMBEDDING_COSINE_THRESHOLD=much run -2 --separate-stderr compare base.ndjson "$(data moved.ndjson)"
  grep -q 'EMBEDDING_COSINE_THRESHOLD: "much" is not a number' <<<"$stderr"
}

@test "--preset evidently: the domain classifier, raw distances, MMD as a distance" {
  run --separate-stderr compare base.ndjson --preset evidently --fail-on any "$(data moved.ndjson)"
  [ "$status" -eq 1 ]
  grep -q '"method":"domain_classifier".*"threshold":0.55,"rule":">","drift":true' <<<"$output"
  run --separate-stderr compare base.ndjson --preset evidently --fail-on any --method mmd,centroid_euclidean "$(data same.ndjson)"
  [ "$status" -eq 0 ]
  grep -q '"method":"mmd".*"p_value":null.*"threshold":0.015,"rule":">","drift":false' <<<"$output"
  compare base.ndjson --preset evidently --exit-zero --method centroid_euclidean "$(data moved.ndjson)" |
    grep -q '"method":"centroid_euclidean","statistic":0\.8.*"drift":true'
}

@test "the report shows vectors" {
  compare base.ndjson --exit-zero "$(data moved.ndjson)" >findings.ndjson
  run -0 --separate-stderr dw-report findings.ndjson
  grep -q 'centroids 0.3[0-9]* spreads apart (cosine distance' <<<"$output"
  dw-report --format html findings.ndjson >report.html
  grep -q 'Positions along the line' report.html
}

@test "vectors of other components are a lost column, not an error beside a green rest" {
  { vectors 21 60 1 1; } | jq -c '.y = .id % 7 | .id |= "\(. * 48271 % 233280 % 9)"' >was.ndjson
  jq -c '.v |= .[:5]' was.ndjson >short.ndjson
  jq -c '. + (.v | to_entries | map({key: "k\(.key)", value}) | from_entries) | del(.v)' was.ndjson >columns.ndjson
  jq -c 'del(.k3)' columns.ndjson >less.ndjson
  jq -c '.k3 = null' columns.ndjson >null.ndjson
  jq -c '.k3 = "x"' columns.ndjson >word.ndjson
  jq -c '.k9 = .k3 | del(.k3)' columns.ndjson >other.ndjson
  while read -r words options ref now said; do
    run -1 --separate-stderr dw-compare --ref $ref.ndjson ${options//+/ } $now.ndjson
    [ -z "$stderr" ] || { echo "$words: $stderr"; false; }
    [[ ${lines[-1]} =~ '"drift":true,"severity":"high",'.*'"drifted":1,'.*'"verdict":"drift"'.*'"not_judged":[]' ]]
    report=$(dw-report --width 400 <<<"$output")
    [[ $report == *"other vectors now; ${said//+/ }"* ]] || { echo "$words: $report"; false; }
  done <<'EOT'
array    --exclude+id               was     short             8+components+→+5
typed    --types+v=vector           was     short             8+components+→+5
checks   --checks+embedding_drift   was     short             8+components+→+5
gathered --vector+k*                columns less              8+components+→+7
empty    --vector+k*                columns null              8+components+→+7
text     --vector+k*                columns word              8+components+→+7
renamed  --vector+k*                columns other             their+components+are+of+other+columns
EOT
}
