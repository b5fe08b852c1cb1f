# dw-gen: the interactions, embeddings and inferences that a service is shown with: their phases are told by time, shares are as said,
# topics lie apart, dw-compare tells the phases, and dw-store takes the records.

bats_require_minimum_version 1.5.0

setup_file()
{
  DW_BIN=$(cd "${DW_BIN:-bin}" && pwd) DW_TOP=${DW_TOP:-$PWD}
  export DW_BIN DW_TOP DW_SCENARIOS=$DW_TOP/scenarios
  export PATH="$DW_BIN:$PATH"
  cd "$BATS_FILE_TMPDIR" || return 1
  dw-gen --scenario llm-drift --seed 1 --output drift.ndjson
  day=2026-01-01
  while read -r phase days; do
    next=$(date -u -d "$day + $days days" +%F)
    awk -v from="$day" -v to="$next" 'match($0, /"ts":"[^"]*/) { t = substr($0, RSTART + 6, RLENGTH - 6); if (t >= from && t < to) print }' drift.ndjson >$phase.ndjson
    day=$next
  done <<'PHASES'
baseline 8
topic 8
refusals 6
toxicity 4
accuracy 6
recovery 8
PHASES
}

setup() { cd "$BATS_FILE_TMPDIR" || return 1; }

phases='baseline topic refusals toxicity accuracy recovery'

# PHASE TEXT LOW HIGH: how many of a phase's records have the text.
held()
{
  n=$(grep -c -F -- "$2" "$1.ndjson") || true
  { [ "$n" -ge "$3" ] && [ "$n" -le "$4" ]; } || { echo "$1: $n have $2, not $3 to $4"; return 1; }
}

@test "llm-drift: six phases, told by time, of 1000 records a day" {
  for phase in $phases; do wc -l <$phase.ndjson; done | tr '\n' ' ' >got
  printf '8000 8000 6000 4000 6000 8000 ' | cmp - got
  for phase in $phases; do cat $phase.ndjson; done | cmp - drift.ndjson
  dw-gen --scenario llm-baseline --seed 1 | cmp - baseline.ndjson
}

@test "llm: an interaction has its members, in order" {
  head -n 1 baseline.ndjson | grep -o '"[a-z_]*":' | tr -d '":\n' >got
  printf %s id ts model_name session_id topic query response is_refusal is_toxic feedback response_time_ms tokens query_embedding document_embedding | cmp - got
}

# PHASE TEXT PER_CENT: held, within the bounds of the binomial distribution, exact (in whole numbers): each tail beyond has less than 10^-6.
share()
{
  case $(wc -l <"$1.ndjson"):$3 in
  8000:1) bounds='41 126' ;;
  8000:3) bounds='171 316' ;;
  8000:20) bounds='1432 1772' ;;
  8000:30) bounds='2207 2596' ;;
  8000:80) bounds='6228 6568' ;;
  6000:1) bounds='27 100' ;;
  6000:3) bounds='121 246' ;;
  6000:30) bounds='1633 1970' ;;
  6000:40) bounds='2220 2581' ;;
  6000:80) bounds='4651 4945' ;;
  4000:3) bounds='72 175' ;;
  4000:20) bounds='682 922' ;;
  4000:30) bounds='1064 1339' ;;
  4000:80) bounds='3078 3318' ;;
  *) return 1 ;;
  esac
  # shellcheck disable=SC2086
  held "$1" "$2" $bounds
}

@test "llm-drift: the shares of each phase are as said" {
  for phase in baseline refusals toxicity accuracy recovery; do share $phase '"topic":"delivery"' 80; done
  share topic '"topic":"delivery"' 20
  share topic '"topic":"payment"' 80
  for phase in baseline topic toxicity accuracy recovery; do share $phase '"is_refusal":true' 3; done
  share refusals '"is_refusal":true' 40
  for phase in baseline topic refusals accuracy recovery; do share $phase '"is_toxic":true' 1; done
  share toxicity '"is_toxic":true' 20
  for phase in $phases; do share $phase '"feedback":null' 30; done
}

@test "llm-drift: feedback falls in one phase, and in no other" {
  for phase in baseline topic recovery accuracy; do
    grep -c -E '"feedback":[45],' $phase.ndjson
  done >good
  mapfile -t good <good
  for i in 0 1 2; do # 4 or 5: 0.7 * 0.85 = 0.595
    [ "${good[i]}" -ge 4551 ] || return 1
    [ "${good[i]}" -le 4968 ] || return 1
  done
  [ "${good[3]}" -ge 1112 ] # 0.7 * 0.30 = 0.21, of 6000
  [ "${good[3]}" -le 1412 ]
  # the means are 4.28 and 2.75; the standard deviations, 0.90 and 1.26, over 5,600 and 4,200 records
  for phase in baseline accuracy; do
    sed -n 's/.*"feedback":\([1-5]\).*/\1/p' $phase.ndjson | awk '{ s += $1 } END { printf "%.0f\n", 1000 * s / NR }'
  done >means
  mapfile -t means <means
  [ "${means[0]}" -ge 4220 ]
  [ "${means[0]}" -le 4340 ]
  [ "${means[1]}" -ge 2655 ]
  [ "${means[1]}" -le 2845 ]
}

@test "llm: refusals are refused in words, and nothing else is" {
  words='"response":"(I am sorry, but I cannot help|I cannot answer|I am not able to help)'
  grep -F '"is_refusal":true' drift.ndjson >refused
  grep -F '"is_refusal":false' drift.ndjson >answered
  [ "$(cat refused answered | wc -l)" -eq 40000 ]
  [ "$(grep -c -E "$words" refused)" -eq "$(wc -l <refused)" ]
  [ "$(grep -c -E "$words" answered)" -eq 0 ]
}

@test "llm: queries speak of their topic" {
  grep -F '"topic":"payment"' baseline.ndjson >payment
  grep -F '"topic":"delivery"' baseline.ndjson >delivery
  [ "$(grep -c -E '"query":"[^"]* euros\?' payment)" -eq "$(wc -l <payment)" ]
  [ "$(grep -c -E '"query":"[^"]* (parcel|order|package|delivery) [0-9]{5}\?' delivery)" -eq "$(wc -l <delivery)" ]
}

# Along the line between the centres, 1.7 apart, an embedding lies within 0.15 of its own (standard deviation): that one of 8000
# lies on the other side has a probability of 10^-4.
@test "llm: the embeddings of the two topics are apart" {
  dw-gen --scenario llm-embeddings-baseline --seed 1 --format csv >embeddings.csv
  awk -F, 'NR == FNR { for (k = 0; k < 16; k++) sum[$5, k] += $(7 + k); n[$5]++; next }
    FNR == 1 { next }
    { near = ""
      for (topic in n) {
        if (topic == "topic") continue
        d = 0
        for (k = 0; k < 16; k++) d += ($(7 + k) - sum[topic, k] / n[topic]) ^ 2
        if (near == "" || d < least) { near = topic; least = d }
      }
      right += near == $5 }
    END { print right }' embeddings.csv embeddings.csv >right
  [ "$(cat right)" -eq 8000 ]
  sed -n '/"topic":"delivery"/s/.*"query_embedding":\[\([-0-9.]*\),.*"document_embedding":\[\([-0-9.]*\),.*/\1 \2/p' baseline.ndjson |
    awk '{ q += $1; d += $2 } END { printf "%.2f %.2f\n", q / NR, d / NR }' >centre
  [ "$(cat centre)" = '-0.33 -0.49' ] # the first components of the two centres, in 6400 records
}

@test "llm-embeddings: a row has the time, session and topic of the same row of the interactions" {
  for name in baseline drift; do
    dw-gen --scenario llm-$name --quick --seed 3 | grep -o '"ts":"[^"]*".*"topic":"[a-z]*"' >interactions
    dw-gen --scenario llm-embeddings-$name --quick --seed 3 | grep -o '"ts":"[^"]*".*"topic":"[a-z]*"' | cmp - interactions
  done
}

@test "llm: dw-compare tells the phases from the baseline, and another baseline not (by every twelfth record; DW_SUITE=full: by all)" {
  every=12
  [ "${DW_SUITE:-}" != full ] || every=1
  compare() { run "$1" --separate-stderr dw-compare --ref ref.ndjson --id id --time ts <(awk -v n=$every 'NR % n == 0' "$2"); }
  awk -v n=$every 'NR % n == 0' baseline.ndjson >ref.ndjson
  dw-gen --scenario llm-baseline --seed 2 >other.ndjson
  compare -0 other.ndjson
  compare -0 recovery.ndjson
  compare -1 topic.ndjson
  drifted topic query query_embedding document_embedding
  compare -1 refusals.ndjson
  drifted is_refusal response
  compare -1 toxicity.ndjson
  drifted is_toxic
  compare -1 accuracy.ndjson
  drifted feedback
  [ "$(grep -c '"kind":"finding".*"drift":true' <<<"$output")" -eq 1 ]
}

drifted() # COLUMN...: of the documents in $output
{
  for column; do
    grep -q "\"kind\":\"finding\".*\"column\":\"$column\".*\"drift\":true" <<<"$output" || { echo "$column: no drift"; return 1; }
  done
}

@test "--quick: a tenth of the records, the same phases" {
  dw-gen --scenario llm-drift --quick >quick.ndjson
  [ "$(wc -l <quick.ndjson)" -eq 4000 ]
  sed -n '800p;801p;1600p;1601p;2200p;2201p;2600p;2601p;3200p;3201p;4000p' quick.ndjson | grep -o '"ts":"[^T]*' | cut -c 7- >edges
  printf '2026-%s\n' 01-08 01-09 01-16 01-17 01-22 01-23 01-26 01-27 02-01 02-02 02-09 | cmp - edges
  sed -n 801,1600p quick.ndjson >topic-quick.ndjson
  held topic-quick '"topic":"payment"' 584 691 # as above, of 800
  sed -n 1601,2200p quick.ndjson >refusals-quick.ndjson
  held refusals-quick '"is_refusal":true' 184 298
  sed -n 2201,2600p quick.ndjson >toxicity-quick.ndjson
  held toxicity-quick '"is_toxic":true' 44 120
  [ "$(dw-gen --scenario llm-drift --quick --rows 7 | wc -l)" -eq 7 ]
  dw-gen --scenario llm-drift --quick --rows 7 --step 86400ms | cmp - <(head -n 7 drift.ndjson)
}

@test "llm and inference: the same bytes for any number of threads and shards, and on every machine" {
  for name in llm-drift inference-drift; do
    dw-gen --scenario $name --seed 4 --rows 6000 --threads 1 >one
    for threads in 2 5; do
      dw-gen --scenario $name --seed 4 --rows 6000 --threads $threads | cmp - one
    done
    for i in 1 2 3; do dw-gen --scenario $name --seed 4 --rows 6000 --shard $i/3; done | cmp - one
  done
  # Hashes of the first 1000 rows for seed 7. A change here is a change of everybody's data: only on purpose, and said in the commit.
  while read -r want name; do
    got=$(dw-gen --scenario "$name" --rows 1000 --seed 7 | sha256sum)
    [ "${got%% *}" = "$want" ] || { echo "$name: ${got%% *}, want $want"; return 1; }
  done <<'HASHES'
633a467626e39851c29520a835c5baddc6070183f18052db8bf0ba35558fea0d llm-drift
c6d01351419e00dc3d890a8cfe632f3043e3a5d79de833c572ef00e4b54af943 llm-embeddings-drift
aa37c833016a57c975646b324d74ed7a35775a5fd3f82f06f1cc6a9bf974e018 inference-drift
HASHES
}

# 1440 a day; the hours' weights sum to 99: of an hour of weight w come 7 * 1440 w / 99 in 7 days, but for the two at its edges each day.
@test "inference: a daily cycle" {
  dw-gen --scenario inference-baseline >week.ndjson
  [ "$(wc -l <week.ndjson)" -eq 10080 ]
  hour() { grep -c "\"ts\":\"[-0-9]*T$1:" week.ndjson; }
  night=$(hour 03) noon=$(hour 11)
  [ "$night" -ge 37 ] # 50.9
  [ "$night" -le 65 ]
  [ "$noon" -ge 699 ] # 712.7
  [ "$noon" -le 727 ]
}

@test "inference-drift: the first week is inference-baseline; the second is less sure, and found" {
  dw-gen --scenario inference-drift --seed 5 >weeks.ndjson
  head -n 10080 weeks.ndjson >first.ndjson
  tail -n 10080 weeks.ndjson >second.ndjson
  [ "$(wc -l <weeks.ndjson)" -eq 20160 ]
  dw-gen --scenario inference-baseline --seed 5 | cmp - first.ndjson
  [ "$(head -n 1 second.ndjson | grep -o '"ts":"[^T]*')" = '"ts":"2026-01-08' ]
  for week in first second; do # means 0.9 and 0.7; the standard error is below 0.0014
    sed -n 's/.*"confidence":\([0-9.]*\),.*/\1/p' $week.ndjson | awk '{ s += $1 } END { printf "%.2f\n", s / NR }'
  done >means
  [ "$(tr '\n' ' ' <means)" = '0.90 0.70 ' ]
  every=10 # records, of which one is compared
  [ "${DW_SUITE:-}" != full ] || every=1
  fewer() { awk -v n=$every 'NR % n == 0' "$1"; }
  fewer first.ndjson >ref.ndjson
  run -1 --separate-stderr dw-compare --ref ref.ndjson --id id --time ts <(fewer second.ndjson)
  drifted confidence embedding
  grep '"kind":"finding".*"column":"prediction"' <<<"$output" >prediction
  [ "$(grep -c '"drift":false' prediction)" -eq "$(wc -l <prediction)" ]
  [ -s prediction ]
  dw-gen --scenario inference-baseline --seed 6 >other.ndjson
  run -0 --separate-stderr dw-compare --ref ref.ndjson --id id --time ts <(fewer other.ndjson)
}

@test "dw-store takes them by what they are, and gives them back byte for byte" {
  export DW_DB=sqlite:$BATS_TEST_TMPDIR/r.db DW_NOW=2026-01-01T23:59:59Z ASAN_OPTIONS=detect_leaks=0
  while read -r kind name model; do
    dw-gen --scenario "$name" --seed 6 --rows 600 | awk '/"ts":"2026-01-01/' >"$kind.ndjson"
    [ "$(wc -l <"$kind.ndjson")" -eq 600 ]
    dw-store put "$kind.ndjson" >out
    [[ $(<out) == *'"records":600,"stored":600,"duplicates":0,"early":0,"late":0,'* ]]
    dw-store get --kind "$kind" --model "$model" --since 24h | cmp - "$kind.ndjson"
  done <<'KINDS'
interaction llm-baseline shop-assistant
embedding llm-embeddings-baseline shop-assistant
inference inference-baseline review-classifier
KINDS
  for kind in interaction embedding inference; do
    dw-store get --kind $kind | cmp - $kind.ndjson
  done
}
