# dw-compare with profiles in the place of records (dw-profile): the same answers, and plain words where there is none.

bats_require_minimum_version 1.5.0

setup_file()
{
  DW_BIN=$(cd "${DW_BIN:-bin}" && pwd) DW_TOP=${DW_TOP:-$PWD}
  export DW_BIN DW_TOP DW_SCENARIOS=$DW_TOP/scenarios R=$BATS_FILE_TMPDIR
  cd "$R" || return 1
  "$DW_BIN/dw-gen" --rows 2500 --step 90s --seed 1 --output ref.ndjson
  "$DW_BIN/dw-gen" --rows 2000 --step 90s --seed 2 --output same.ndjson
  "$DW_BIN/dw-inject" --column transaction_amount --op shift --by 25 same.ndjson >drift.ndjson
  "$DW_BIN/dw-profile" ref.ndjson >ref.profile
  "$DW_BIN/dw-profile" same.ndjson >same.profile
  "$DW_BIN/dw-profile" --error 0.02 drift.ndjson >drift.profile
  "$DW_BIN/dw-profile" --error 0.02 ref.ndjson >rough.profile
}

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

compare() { "$DW_BIN/dw-compare" "$@"; }
findings() { compare "$@" 2>/dev/null | grep -v '"kind":"summary"'; }
member() { grep -o "\"$1\":[^,}]*" | head -n 1 | cut -d : -f 2-; } # NAME

# STATUS MESSAGE ARGS...: says so in its last line, and writes nothing.
refused()
{
  run --separate-stderr compare "${@:3}"
  [ "$status" -eq "$1" ] || { echo "status $status: $stderr"; return 1; }
  [ -z "$output" ] || { echo "output: $output"; return 1; }
  [[ $stderr == *"dw-compare: $2"* ]] || { echo "it says: $stderr"; return 1; }
}

@test "profiles: what they hold exactly is found as in the records, to the last digit" {
  cut -d , -f 4,5,9,10,11 "$R/ref.ndjson" | sed 's/^/{/; s/}*$/}/' >few.ndjson # hour, age and what has few values
  cut -d , -f 4,5,9,10,11 "$R/drift.ndjson" | sed 's/^/{/; s/}*$/}/' >now.ndjson
  "$DW_BIN/dw-profile" few.ndjson >few.profile
  "$DW_BIN/dw-profile" now.ndjson >now.profile
  m=share_shift,ks,kuiper,cramer_von_mises,anderson,es,mannw,t_test,ed,wasserstein,psi,kl_div,jensenshannon,hellinger,l_infinity,cosine,chisquare,g_test,tvd
  findings --ref few.ndjson --method "$m" now.ndjson >want
  grep -c '"method"' want
  for pair in 'few.profile now.ndjson' 'few.ndjson now.profile' 'few.profile now.profile'; do
    findings --ref "${pair% *}" --method "$m" "${pair#* }" | cmp - want
  done
}

@test "profiles: the golden samples, every method, to the last digit (DW_SUITE=full: of 1500 rows, too)" {
  data=${DW_SHARED:-$BATS_TEST_DIRNAME/../../shared}/data
  [ -f "$data/mixed300_reference.csv" ] || skip 'the samples are not here'
  m=share_shift,ks,kuiper,cramer_von_mises,anderson,es,mannw,t_test,ed,wasserstein,psi,kl_div,jensenshannon,hellinger,l_infinity,cosine,chisquare,g_test,tvd,empirical_mmd,z,fisher_exact
  names=(mixed300)
  if [ "${DW_SUITE:-}" = full ]; then names=(mixed300 mixed1500); fi
  for name in "${names[@]}"; do
    "$DW_BIN/dw-profile" "$data/${name}_reference.csv" >profile
    findings --ref "$data/${name}_reference.csv" --method "$m" "$data/${name}_current.csv" >want
    findings --ref profile --method "$m" "$data/${name}_current.csv" | cmp - want
  done
}

@test "profiles: no drift between alike ones, drift where there is some, and the error is stated" {
  run -0 --separate-stderr compare --ref "$R/ref.profile" --exclude ts "$R/same.profile"
  [ -z "$stderr" ]
  run -1 --separate-stderr compare --ref "$R/ref.profile" --exclude ts "$R/drift.profile"
  amount=$(grep '"column_drift","column":"transaction_amount"' <<<"$output")
  [[ $amount == *'"drift":true'*'"least":'*'"approximate":true,"rank_error":0.0'* ]]
  run -1 --separate-stderr compare --ref "$R/ref.ndjson" --exclude ts "$R/drift.profile"
  [[ $(tail -n 1 <<<"$output") == *'"drifted_columns":["transaction_amount"]'* ]]
}

# 0.02 of the rank: the shift of half a percent that the records show is not claimed of rough profiles.
@test "profiles: nothing is claimed that their error could make" {
  m=ks,wasserstein,psi,jensenshannon,hellinger,kl_div,l_infinity,ed
  one=(--columns transaction_amount --checks column_drift --method "$m")
  findings --ref "$R/rough.profile" "${one[@]}" "$R/drift.profile" >rough
  findings --ref "$R/ref.ndjson" "${one[@]}" "$R/drift.ndjson" >exact
  sed -n 's/.*"method":"\([a-z_]*\)","statistic":\([^,]*\),.*"score":\([^,]*\),.*/\1 \2 \3/p' rough exact >scores # eight of each
  awk '{ print } NR <= 8 { statistic[$1] = $2; score[$1] = $3; next } !($1 in score) { wrong = 1 }
    $1 == "ks" { n++; wrong = wrong || !(score[$1] >= $3); next } { n++; a = score[$1]; wrong = wrong || !(a <= $3 && a < statistic[$1] && a > 0) }
    END { exit wrong || n != 8 }' scores
}

@test "profiles: --memory makes the same of records" {
  run --separate-stderr compare --memory 64k --ref "$R/ref.ndjson" --method psi,es "$R/drift.ndjson"
  psi=$(grep '"column":"transaction_amount".*"method":"psi"' <<<"$output")
  [[ $psi == *'"approximate":true'* ]]
  awk -v s="$(member statistic <<<"$psi")" -v a="$(member score <<<"$psi")" 'BEGIN { exit !(a < s) }'
  grep '"column":"transaction_amount".*"method":"es"' <<<"$output" | grep -q '"error":"its numbers are held as a sketch'
}

@test "profiles: the summary says what the sides were" {
  run -0 --separate-stderr compare --ref "$R/ref.profile" --exclude ts "$R/same.ndjson"
  summary=$(tail -n 1 <<<"$output") digest=$(grep -o '"digest":"[0-9a-f]\{64\}"' "$R/ref.profile")
  [[ $summary == *'"reference_profile":{"profiles":1,"rank_error":0.001,'"$digest"'},"reference_rows":2500,"current_rows":2000,'* ]]
  [[ $summary == *'"made_by":[{"command":"dw-profile",'*'"name":"ref.ndjson"'*'{"command":"dw-compare",'* ]]
  run -0 compare --ref "$R/ref.profile" --exclude ts --ref-cache cache "$R/same.ndjson"
  [ ! -e cache ]
}

@test "profiles: parts and windows are merged, segments compared with their like" {
  split -l 1000 "$R/ref.ndjson" part.
  for part in part.*; do "$DW_BIN/dw-profile" "$part"; done >parts
  run -0 --separate-stderr compare --ref parts --exclude ts "$R/same.ndjson"
  [[ $(tail -n 1 <<<"$output") == *'"reference_profile":{"profiles":3,'*'"reference_rows":2500,'* ]]
  "$DW_BIN/dw-profile" --time ts --every 6h "$R/ref.ndjson" >windows
  run -0 --separate-stderr compare --ref windows "$R/same.ndjson" # ts is no new column
  [[ $(tail -n 1 <<<"$output") == *'"reference_rows":2500,'* ]]
  "$DW_BIN/dw-profile" --by merchant_category "$R/ref.ndjson" >by
  compare --ref "$R/ref.ndjson" --exclude ts --by merchant_category "$R/same.ndjson" | tail -n 1 >want
  run -0 --separate-stderr compare --ref by --exclude ts --by merchant_category "$R/same.ndjson"
  [ "$(tail -n 1 <<<"$output" | grep -o '"value":"[a-z_]*","reference_rows":[0-9]*,"current_rows":[0-9]*' | sort)" = \
    "$(grep -o '"value":"[a-z_]*","reference_rows":[0-9]*,"current_rows":[0-9]*' want | sort)" ]
  refused 3 "by: --by is_fraud: the profiles were not made for each of its values" --ref by --by is_fraud "$R/same.ndjson"
  "$DW_BIN/dw-profile" --time ts --every 1d "$R/ref.ndjson" >days
  refused 3 'windows: holds profiles whose windows overlap' --ref windows --ref days "$R/same.ndjson"
  refused 3 'by: holds profiles that are told apart by "merchant_category" and others' --ref by --ref "$R/ref.profile" "$R/same.ndjson"
}

@test "profiles: read from a pipe, compressed, and beside records from a pipe" {
  compare --ref "$R/ref.profile" --exclude ts "$R/same.ndjson" | sed '$d' >want
  compare --ref - --exclude ts "$R/same.ndjson" <"$R/ref.profile" | sed '$d' | cmp - want
  compare --ref <(gzip -c "$R/ref.profile") --exclude ts <(cat "$R/same.ndjson") | sed '$d' | cmp - want
}

@test "profiles: what needs records is refused" {
  p=$R/ref.profile now=$R/same.ndjson
  refused 2 '--window needs the order and the times of records' --window 1h --baseline 1h --time ts "$p"
  refused 2 '--split needs' --split 50% "$p"
  refused 2 '--match needs' --ref "$p" --match hour --time ts "$now"
  refused 2 '--sequential needs records one by one' --ref "$p" --sequential state "$now"
  refused 2 '--unit needs' --ref "$p" --sequential state --unit 1h --time ts "$now"
  refused 2 '--preset nannyml needs' --ref "$p" --preset nannyml "$now"
  refused 2 '--multivariate needs the columns of each record' --ref "$now" --multivariate all "$p"
  refused 2 '--vector needs' --ref "$p" --vector 'a*' "$now"
  [ ! -e state ]
  refused 3 '--describe: the profile of the reference was made without --describe merchant_category' --ref "$p" --describe merchant_category "$now"
  refused 3 '--describe: the profile of the reference was made without --describe merchant_category' --ref "$p" --describe merchant_category "$p"
  refused 3 '--types transaction_amount=categorical: the profile of the reference holds numbers' --ref "$p" --types transaction_amount=categorical "$now"
  run -2 "$DW_BIN/dw-calibrate" thresholds --ref "$p"
  [[ $output == *'a baseline needs records one by one'* ]]
}

@test "profiles: what they cannot say is named, not green" {
  run -0 --separate-stderr compare --ref "$R/ref.profile" --label is_fraud --score merchant_risk_score "$R/same.ndjson"
  [[ $stderr == *'not judged: "ts": a profile keeps no instants'* ]]
  [[ $stderr == *'performance: a profile keeps no pairs of label and score'* ]]
  run -5 --separate-stderr compare --ref "$R/ref.profile" --require ts "$R/same.ndjson"
  run -0 --separate-stderr compare --ref "$R/ref.profile" --time ts "$R/same.ndjson"
  [[ $stderr == *'its profile keeps no order of rows; they are taken as independent'* ]]
  awk 'BEGIN { for (i = 0; i < 9600; i++) printf "{\"t\":\"a text of words %d and more\",\"v\":[%d,1.5],\"x\":%d.5}\n", i, i % 7, i % 40 }' >texts
  "$DW_BIN/dw-profile" texts >texts.profile
  run -0 --separate-stderr compare --ref texts.profile texts
  [[ $stderr == *'"t", perc_text_content_drift: a profile keeps no sample of texts'* ]]
  [[ $stderr == *'"v", mmd: a profile keeps no vectors'* ]]
  run -5 --separate-stderr compare --ref texts.profile --columns t,v texts
  run -0 --separate-stderr compare --ref "$R/ref.profile" --checks column_drift,data_quality "$R/same.ndjson"
  [[ $stderr == *'not judged: data_quality: a profile keeps no records: which of them repeat others is not known'* ]]
}

@test "profiles: new categories beyond those that are named are not judged, and are named so" {
  local unknown='"c", new_categories: not all values are known, of a profile or a sketch: which are new or gone is not known'
  awk 'BEGIN { for (i = 0; i < 500; i++) printf "{\"c\":\"p%d\",\"x\":%d}\n", i % 100, i % 5 }' >few
  awk 'BEGIN { for (i = 0; i < 15000; i++) printf "{\"c\":\"q%d\",\"x\":%d}\n", i * 7919 % 4999, i % 5 }' >many
  "$DW_BIN/dw-profile" many >many.profile
  run -1 --separate-stderr compare --ref few many.profile
  [[ $stderr == *"not judged: $unknown"* ]]
  [[ $output == *'"not_judged":[{"column":"c","method":"new_categories",'* ]]
  run -0 --separate-stderr compare --ref many.profile many.profile # neither names any: how far apart they are is not known at all
  [[ $stderr == *'not judged: "c", share_shift: neither side names a value: which there are, and how often, is not known'* ]]
  [[ $stderr == *"not judged: $unknown"* ]]
  # where some is drift whatever the profile lacks, the share is what is there at least
  awk 'BEGIN { for (i = 0; i < 5000; i++) print "{\"c\":\"new\",\"x\":1}" }' | cat many - | "$DW_BIN/dw-profile" >new.profile
  run -1 compare --ref few new.profile
  grep '"check":"new_categories"' <<<"$output" >found
  grep -q '"drift":true,' found
  grep -q '"approximate":true,' found
  [ "$(member statistic <found | cut -c 1-3)" = 0.9 ]
  # texts of many bytes are kept by what they begin with: that is no new one
  local long
  long=$(printf '%03000d' 0)
  for i in 1 2 3 4; do printf '{"c":"%s%d","x":1}\n' "$long" $((i % 2)); done >long
  "$DW_BIN/dw-profile" --types c=categorical long >long.profile
  run -5 --separate-stderr compare --ref long --types c=categorical long.profile
  [[ $stderr == *"not judged: $unknown"* ]]
}

@test "profiles: types that they were made with hold" {
  "$DW_BIN/dw-profile" --types transaction_hour=categorical "$R/ref.ndjson" >hours
  findings --ref "$R/ref.ndjson" --columns transaction_hour --types transaction_hour=categorical "$R/same.ndjson" >want
  grep -q '"column_drift","column":"transaction_hour","type":"categorical"' want
  findings --ref hours --columns transaction_hour "$R/same.ndjson" | cmp - want
  findings --ref "$R/ref.profile" --columns transaction_hour --types transaction_hour=categorical "$R/same.ndjson" | cmp - want
  refused 3 'hours: "transaction_hour" was profiled with --types transaction_hour=categorical' --ref "$R/ref.profile" hours
}

@test "profiles: of --types numeric what is no number stays, and is missing to who compares" {
  awk 'BEGIN { srand(7); for (i = 0; i < 400; i++) printf "{\"x\":\"%s\"}\n", i % 50 ? int(rand() * 7) : "foo" }' >few
  awk 'BEGIN { srand(8); for (i = 0; i < 400; i++) printf "{\"x\":%s}\n", i % 5 ? "\"" int(rand() * 7) "\"" : i % 2 ? "true" : "\"bar\"" }' >more
  for side in few more; do "$DW_BIN/dw-profile" --types x=numeric "$side" >"$side.profile"; done
  counts() { findings "$@" | sed 's/,"first":\[[^]]*\]//g'; } # where they stand is known of records alone
  counts --ref few --types x=numeric more >want
  grep -q '"kind":"stray_values","strays":{"reference":{"count":8},"current":{"count":80}}' want
  grep -q '"missing_values","column":"x","type":"numeric".*"drift":true' want
  counts --ref few.profile more | cmp - want
  counts --ref few --types x=numeric more.profile | cmp - want
  counts --ref few.profile more.profile | cmp - want
  "$DW_BIN/dw-profile" --merge few.profile more.profile | grep -q '"values":\[\["bar",40\],\["true",40\],\["foo",8\]\]'
}

@test "profiles: cut, damaged, of another version, mixed with records" {
  head -c 20000 "$R/ref.profile" >short
  refused 3 'short:1:20001: the profile is cut short' --ref short "$R/same.ndjson"
  sed 's/"version":1/"version":2/' "$R/ref.profile" >other
  refused 3 'other:1:1: a profile of version 2; this program reads version 1' --ref other "$R/same.ndjson"
  sed 's/"min":/"min":-/' "$R/ref.profile" >damaged
  refused 3 'damaged:1:' --ref damaged "$R/same.ndjson"
  cat "$R/ref.profile" "$R/ref.ndjson" >mixed
  refused 3 'mixed:2: another document or a record among profiles' --ref mixed "$R/same.ndjson"
  cat "$R/ref.ndjson" "$R/ref.profile" >mixed
  refused 3 'mixed:2501: a profile among records: what is compared is records, or profiles' --ref mixed "$R/same.ndjson"
  refused 3 "$R/ref.profile: holds profiles, and $R/ref.ndjson holds records" --ref "$R/ref.ndjson" --ref "$R/ref.profile" "$R/same.ndjson"
  for i in {1..40}; do echo "{\"kind\":\"profile\",\"user\":$((i % 5))}"; done >events # records of somebody's own
  run -0 compare --ref events --input-format ndjson events
}
