# dw-profile: what comes out of records, how profiles merge, and what it says when something is wrong.

bats_require_minimum_version 1.5.0

setup_file()
{
  DW_BIN=$(cd "${DW_BIN:-bin}" && pwd) DW_TOP=${DW_TOP:-$PWD}
  export DW_BIN DW_TOP DW_SCENARIOS=$DW_TOP/scenarios R=$BATS_FILE_TMPDIR
  "$DW_BIN/dw-gen" --rows 20000 --step 90s --output "$R/all.ndjson"
  split -l 6000 "$R/all.ndjson" "$R/part."
}

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

profile() { "$DW_BIN/dw-profile" "$@"; }

# STATUS MESSAGE ARGS...: fails so, with that message (behind the command's name), and writes nothing.
refused()
{
  run --separate-stderr profile "${@:3}"
  [ "$status" -eq "$1" ] || { echo "status $status: $stderr"; return 1; }
  [ -z "$output" ] || { echo "output: $output"; return 1; }
  [ "${stderr_lines[0]}" = "dw-profile: $2" ] || { echo "it says: $stderr"; return 1; }
}

# The document without how it was made and how many profiles went into it: what has to be the same.
content() { sed 's/"merged":[0-9]*,//; s/,"digest":.*//' "$@"; }

column() { grep -o "{\"name\":\"$1\",.*" | sed 's/},{"name":.*//; s/}\],"digest":.*//'; } # NAME: from there to the next column

@test "dw-profile: a line with all columns, and what they hold" {
  run --separate-stderr profile "$R/all.ndjson"
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [ "${#lines[@]}" -eq 1 ]
  [[ $output == '{"kind":"profile","version":1,"rows":20000,"skipped":0,"merged":1,"rank_error":0.001,"formats":["typed"],"columns":[{"name":"transaction_id","type":"identifier","count":20000,"missing":0,"distinct":'* ]]
  [[ $(column transaction_hour <<<"$output") == '{"name":"transaction_hour","type":"numeric","count":20000,"missing":0,"distinct":24,"distinct_exact":true,"cells":{"integer":20000},"numbers":{"count":20000,"min":0,"max":23,"mean":'* ]]
  [[ $(column merchant_category <<<"$output") == *'"type":"categorical"'*'"texts":{"count":20000,"looked":8,"values":[["'* ]]
  [[ $output == *'"made_by":[{"command":"dw-profile",'*'"rows":20000,'* ]]
}

@test "dw-profile: file, standard input, compressed, CSV and any number of threads give the same" {
  profile "$R/all.ndjson" | content >want
  profile <"$R/all.ndjson" | content | cmp - want
  [ "${DW_SUITE:-}" != full ] || profile --threads 1 "$R/all.ndjson" | content | cmp - want
  profile --threads 7 "$R/all.ndjson" | content | cmp - want
  gzip -c "$R/all.ndjson" | profile - | content | cmp - want
  DW_HASH_KEY=00112233445566778899aabbccddeeff profile "$R/all.ndjson" | content | cmp - want
  head -n 500 "$R/all.ndjson" >few.ndjson
  sed 's/"[a-z_]*"://g; s/[{}"]//g' few.ndjson | sed '1i transaction_id,ts,transaction_amount,transaction_hour,customer_age,account_tenure_days,merchant_risk_score,geo_distance_km,is_international,merchant_category,is_fraud' >few.csv
  profile few.ndjson | content | sed 's/\["typed"\]/[]/' >want
  profile few.csv | content | sed 's/\["untyped"\]/[]/' | cmp - want
}

@test "dw-profile --merge: parts say what the whole says" {
  profile "$R/all.ndjson" >whole
  for part in "$R"/part.*; do profile "$part"; done >parts
  run --separate-stderr profile --merge parts
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [[ $output == '{"kind":"profile","version":1,"rows":20000,"skipped":0,"merged":4,'* ]]
  for name in transaction_hour is_fraud; do # exact columns: the same but for the last digits of moments
    exact() { column "$name" | sed 's/"mean":.*"scale"/"scale"/'; }
    [ "$(exact <whole)" = "$(exact <<<"$output")" ]
  done
  [ "$(column merchant_category <whole)" = "$(column merchant_category <<<"$output")" ]
  # order and nesting: the same rows, and the same exact columns
  profile --merge <(tail -n 2 parts | profile --merge) <(head -n 2 parts | profile --merge) >nested
  [ "$(column merchant_category <whole)" = "$(column merchant_category <nested)" ]
  [[ $(cat nested) == *'"rows":20000,"skipped":0,"merged":4,'* ]]
  # one profile is itself, and its content has the same digest
  profile --merge whole | sed 's/,"made_by":.*//' >again
  sed 's/,"made_by":.*//' whole | cmp - again
}

@test "dw-profile --merge: the same profile twice is told, documents of other kinds are passed over" {
  profile "$R/part.aa" >one
  echo '{"kind":"summary","drift":false}' | cat - one one >both
  run --separate-stderr profile --merge both
  [ "$status" -eq 0 ]
  [[ $output == *'"rows":12000,'* ]]
  [ "$stderr" = 'dw-profile: warning: 1 profiles had come before, the same in every byte: their records are counted twice' ]
}

@test "dw-profile --by, --every: one for each value and window; merged to coarser windows" {
  profile --every 1d --time ts --by merchant_category "$R/all.ndjson" >days
  profile --every 2d --time ts --by merchant_category "$R/all.ndjson" | content >want
  [[ $(head -n 1 days) == *'"segment":{"column":"merchant_category","value":"electronics"},"window":{"column":"ts","start":"2026-01-01T00:00:00Z","end":"2026-01-02T00:00:00Z"},'* ]]
  [ "$(wc -l <days)" -gt 100 ]
  [ "$(grep -o '"rows":[0-9]*,"skipped"' days | sed 's/[^0-9]*//; s/,.*//' | awk '{ n += $1 } END { print n }')" -eq 20000 ]
  profile --merge days | content | cmp - <(content days)
  profile --merge --every 2d days | content >got
  keys() { grep -o '^.*"columns":' "$1"; }
  [ "$(keys got)" = "$(keys want)" ]
  profile --merge --every all days >got
  [ "$(wc -l <got)" -eq 8 ]
  [[ $(cat got) != *'"window"'* ]]
  [[ $(head -n 1 days) != *'"name":"ts"'* ]]
  refused 3 "days:1: --every 1h: the window of this profile is longer, or lies across two" --merge --every 1h days
  head -n 60 "$R/all.ndjson" >few
  profile --every 1h --time ts few >hours
  profile --every 1d --time ts few >day
  profile few >whole
  refused 3 'day:1: --every D: the window of this profile overlaps that of hours:1: their records would count twice, give one of them' \
    --merge --every D hours day
  refused 3 'hours:1: --every all: a profile of a window, and that of whole:1 has none: their records may count twice, merge them apart' \
    --merge --every all hours whole
  profile --merge --every D hours >got
  [ "$(keys got)" = "$(keys day | sed "s/\"merged\":1,/\"merged\":$(wc -l <hours),/")" ]
  profile --by is_fraud "$R/part.aa" | grep -c '"segment":{"column":"is_fraud","value":"[01]"}' >count
  [ "$(cat count)" -eq 2 ]
}

@test "dw-profile: rows in no order, and little memory: the same keys and counts" {
  profile --every 6h --time ts "$R/all.ndjson" >ordered
  sort -t: -k4 "$R/all.ndjson" >mixed.ndjson
  profile --every 6h --time ts --memory 2MiB mixed.ndjson >small
  counts() { sed 's/"columns":.*//' "$1"; }
  [ "$(counts small)" = "$(counts ordered)" ]
  for name in is_fraud merchant_category; do
    [ "$(column "$name" <ordered | sed 's/"mean":.*"scale"/"scale"/')" = "$(column "$name" <small | sed 's/"mean":.*"scale"/"scale"/')" ]
  done
}

@test "dw-profile: columns, types, missing marks, descriptions" {
  printf '{"a":1,"b":"x y","c":7}\n{"a":-999,"b":"a longer text. Yes!","c":8}\n' >few.ndjson
  run --separate-stderr profile --columns 'a,b' --missing a=-999 --types a=numeric --describe b few.ndjson
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [[ $output != *'"name":"c"'* ]]
  [[ $(column a <<<"$output") == '{"name":"a","type":"numeric","count":1,"missing":1,"distinct":1,"distinct_exact":true,"declared":"numeric","cells":{"null":1,"integer":1},'* ]]
  [[ $(column b.words <<<"$output") == *'"describes":"b",'*'"sample":[[1,[2,4]]]'* ]]
  run --separate-stderr profile --exclude 'b*' --types c=categorical few.ndjson
  [[ $(column c <<<"$output") == *'"type":"categorical"'*'"declared":"categorical","cells":{"string":2},"texts":'* ]]
  refused 3 '--by: the input has no column "d"; it has a, b, c' --by d few.ndjson
  run --separate-stderr profile --exclude bb few.ndjson
  [ "$stderr" = 'dw-profile: warning: --exclude: there is no column "bb"; there are a, b, c' ]
}

@test "dw-profile: ranks within --error, stated and kept, of a large column" {
  profile --error 0.01 --columns transaction_amount "$R/all.ndjson" >coarse
  profile --columns transaction_amount "$R/all.ndjson" >fine
  [ "$(wc -c <coarse)" -lt "$(wc -c <fine)" ]
  # the median by the sample, against the sorted values
  sed 's/.*"transaction_amount":\([0-9.]*\).*/\1/' "$R/all.ndjson" | LC_ALL=C sort -g >sorted
  for file in coarse fine; do
    error=$(grep -o '"rank_error":[0-9.e-]*,"registers' "$file" | sed 's/[^:]*://; s/,.*//')
    awk -v asked="$([ "$file" = fine ] && echo 0.001 || echo 0.01)" -v error="$error" 'BEGIN { exit !(error > 0 && error <= asked) }'
    grep -o '"sample":.*' "$file" | grep -o '\[[0-9]*,\[[^]]*\]\]' | sed 's/\[\([0-9]*\),\[/\1,/; s/\]\]//' |
      awk -F, '{ for (i = 2; i <= NF; i++) print $i, $1 }' | LC_ALL=C sort -g >sample
    awk -v error="$error" 'NR == FNR { value[NR] = $1; weight[NR] = $2; m = NR; next } { x[FNR] = $1; n = FNR }
      END { for (i = 1; i <= n; i++) { if (i < n && x[i + 1] == x[i]) continue; while (at < m && value[at + 1] + 0 <= x[i] + 0) below += weight[++at];
        off = below - i; if (off < 0) off = -off; if (off > worst) worst = off } print worst / n, error; exit worst / n > error }' sample sorted
  done
}

@test "dw-profile: nothing to profile, nothing to merge, wrong words" {
  : >empty
  refused 5 'no records: there is nothing to make a profile of' empty
  refused 5 'no records: there is nothing to make a profile of' --columns a --by b empty
  refused 5 'no profiles: there is nothing to merge' --merge empty
  refused 2 '--every needs --time COLUMN' --every 1h empty
  refused 2 '--every: "1x" is neither a duration such as 1d or 12h, nor D, W, M, Q or Y' --every 1x --time t empty
  refused 2 '--types: "a=b" is not COLUMN=TYPE with numeric, categorical, text, datetime, identifier or vector' --types a=b empty
  refused 2 '--columns is of records, and does not go with --merge' --merge --columns a empty
  echo '{"a":1}' >one && profile one >one.profile
  refused 3 'one.profile:1: a profile, and no record: profiles become one with --merge' one.profile
  run --separate-stderr profile --from whylogs empty
  [ "$status" -eq 2 ]
  [[ $stderr == 'dw-profile: --from whylogs: '* ]]
}

@test "dw-profile --merge: cut, damaged and foreign lines are refused with their place" {
  profile "$R/part.aa" >one
  { cat one; head -c 3000 one; echo; } >cut
  run --separate-stderr profile --merge cut
  [ "$status" -eq 3 ]
  [ -z "$output" ]
  [[ $stderr == 'dw-profile: cut:2:3001: the profile is cut short: '* ]]
  sed 's/"rows":6000/"rows":6001/' one >changed
  run --separate-stderr profile --merge changed
  [ "$status" -eq 3 ]
  [[ $stderr =~ ^'dw-profile: changed:1:'[0-9]+': the profile is damaged, or was changed: ' ]]
  echo '{"a":1}' >rec
  run --separate-stderr profile --merge rec
  [ "$status" -eq 3 ]
  [[ $stderr == 'dw-profile: rec:1:7: "kind" is missing in this object'* ]]
  sed 's/"version":1/"version":2/' one >later
  run --separate-stderr profile --merge later
  [ "$status" -eq 3 ]
  [[ $stderr == *'a profile of version 2; this program reads version 1'* ]]
  cat one rec changed >some
  run --separate-stderr profile --merge --on-error skip some
  [ "$status" -eq 0 ]
  [[ $output == *'"rows":6000,'* ]]
  [[ $stderr == *'2 lines were left out'* ]]
}

@test "dw-profile --from sagemaker: statistics.json becomes a profile" {
  cat >statistics.json <<'JSON'
{"version":0.0,"dataset":{"item_count":8},"features":[
 {"name":"amount","inferred_type":"Fractional","numerical_statistics":{"common":{"num_present":7,"num_missing":1},"mean":4.0,"sum":28.0,
  "std_dev":2.0,"min":1.0,"max":7.0,"distribution":{"kll":{"buckets":[{"lower_bound":1.0,"upper_bound":4.0,"count":3.0},
  {"lower_bound":4.0,"upper_bound":7.0,"count":4.0}],"sketch":{"parameters":{"c":0.64,"k":2048.0},"data":[[1.0,2.0,7.0],[3.0,5.0]]}}}}},
 {"name":"age","inferred_type":"Integral","numerical_statistics":{"common":{"num_present":8,"num_missing":0},"mean":30.0,"sum":240.0,
  "std_dev":5.0,"min":20.0,"max":40.0,"distribution":{"kll":{"buckets":[{"lower_bound":20.0,"upper_bound":30.0,"count":3.0},
  {"lower_bound":30.0,"upper_bound":40.0,"count":5.0}]}}}},
 {"name":"country","inferred_type":"String","string_statistics":{"common":{"num_present":8,"num_missing":0},"distinct_count":2.0,
  "distribution":{"categorical":{"buckets":[{"value":"DE","count":5},{"value":"FR","count":3}]}}}}]}
JSON
  run --separate-stderr profile --from sagemaker statistics.json
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [[ $(column amount <<<"$output") == '{"name":"amount","type":"numeric","count":7,"missing":1,'*'"count":7,"min":1,"max":7,"mean":4,"m2":28,'*'"probable":true,'*'[[1,[1,2,7]],[2,[3,5]]]'* ]]
  [[ $(column age <<<"$output") == *'"lowered":5,"rank_error":0.625,'* ]]
  [[ $(column country <<<"$output") == '{"name":"country","type":"categorical","count":8,"missing":0,"distinct":2,"distinct_exact":true,'*'"values":[["DE",5],["FR",3]]'* ]]
  profile --merge <<<"$output" | content | cmp - <(content <<<"$output")
  echo '{"features":[]}' >other.json
  refused 3 'other.json: not a statistics.json of SageMaker Model Monitor: "dataset" with "item_count", and "features"' --from sagemaker other.json
}
