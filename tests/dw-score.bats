# dw-score: scores are added and nothing else changes; what cannot be scored is named.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR ASAN_OPTIONS=detect_leaks=0
  "$DW_BIN/dw-gen" --scenario "$BATS_TEST_DIRNAME/../scenarios/fraud-baseline.yaml" --rows 3000 --seed 1 >"$F/base.ndjson" || return 1
  "$DW_BIN/dw-train" --label is_fraud --id transaction_id --time ts --rounds 15 "$F/base.ndjson" >"$F/model.json" || return 1
  "$DW_BIN/dw-train" --label is_fraud --id transaction_id --time ts --rounds 3 "$F/base.ndjson" >"$F/other.json" || return 1
  "$DW_BIN/dw-train" --label merchant_category --id transaction_id --time ts --rounds 3 "$F/base.ndjson" >"$F/classes.json" || return 1
  "$DW_BIN/dw-score" --model "$F/model.json" "$F/base.ndjson" >"$F/scored.ndjson"
}

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

score() { "$DW_BIN/dw-score" "$@"; }

# STATUS SAYS -- ARGS
refuses()
{
  want=$1 says=$2
  shift 3
  run --separate-stderr score "$@"
  [ "$status" -eq "$want" ] || { echo "exit $status, want $want: $stderr"; return 1; }
  [[ $stderr == "dw-score: "*"$says"* ]] || { echo "it says: $stderr"; return 1; }
}

@test "score: records pass byte for byte, with a score behind" {
  sed 's/,"score":[0-9.e-]*}$/}/' "$F/scored.ndjson" | cmp - "$F/base.ndjson"
  [ "$(grep -cE ',"score":(0|1|0?\.[0-9]+|[0-9.]+e-[0-9]+|0\.[0-9]+)}$' "$F/scored.ndjson")" -eq 3000 ]
}

@test "score: the same for any number of threads, and in any pieces" {
  for threads in 1 2 5; do score --threads $threads --model "$F/model.json" "$F/base.ndjson" | cmp - "$F/scored.ndjson"; done
  { head -n 1000 "$F/base.ndjson" >a; sed -n '1001,1007p' "$F/base.ndjson" >b; tail -n +1008 "$F/base.ndjson" >c; }
  for part in a b c; do score --model "$F/model.json" $part; done | cmp - "$F/scored.ndjson"
}

@test "score: CSV" {
  { head -n 1 "$F/base.ndjson" | grep -o '"[a-z_]*":' | tr -d '":' | paste -sd, -; sed 's/"[a-z_]*"://g; s/[{}"]//g' "$F/base.ndjson"; } >base.csv
  score --model "$F/model.json" --cut 0.5 base.csv >scored.csv
  head -n 1 scored.csv | grep -q ',is_fraud,score,prediction$'
  sed 's/,[^,]*,[^,]*$//' scored.csv | cmp - base.csv
  cmp <(tail -n +2 scored.csv | sed 's/.*,\([^,]*\),[^,]*$/\1/') <(sed 's/.*"score":\(.*\)}$/\1/' "$F/scored.ndjson")
}

@test "score: predictions at a cut, in the words of the label" {
  score --model "$F/model.json" --cut 0.2 "$F/base.ndjson" | awk -F'"score":' '{ split($2, part, /[,:}]/); if ((part[1] >= 0.2) != (part[3] == 1)) { print; bad = 1 } } END { exit bad }'
  sed 's/"is_fraud":1/"kind":"bad \\"one\\""/; s/"is_fraud":0/"kind":"good"/' "$F/base.ndjson" >words.ndjson
  "$DW_BIN/dw-train" --label kind --id transaction_id --time ts --positive 'bad \"one\"' --rounds 5 words.ndjson >words.json
  score --model words.json --cut 0.06 words.ndjson >out
  grep -q '"prediction":"bad \\"one\\""}$' out
  grep -q '"prediction":"good"}$' out
}

@test "score: several classes: an array and the likeliest" {
  score --model "$F/classes.json" "$F/base.ndjson" | head -n 20 >out
  grep -qE '"score":\[[0-9.,e-]*\],"score_classes":"\[(\\"[a-z]+\\",?)+\]","prediction":"[a-z]+"\}$' out
  [ "$(sed 's/.*"score":\[\([^]]*\)\].*/\1/' out | awk -F, '{ s = 0; for (i = 1; i <= NF; i++) s += $i; if (NF != 8 || s < 0.999 || s > 1.001) exit 1 } END { print NR }')" = 20 ]
  refuses 2 'two classes' -- --model "$F/classes.json" --cut 0.5 "$F/base.ndjson"
}

@test "score: a field of another name, one that is there, and --replace" {
  score --model "$F/model.json" --score risk.v2 "$F/base.ndjson" | sed 's/"risk.v2"/"score"/' | cmp - "$F/scored.ndjson"
  refuses 3 'scored.ndjson:1: there is a field "score" already; --replace' -- --model "$F/model.json" "$F/scored.ndjson"
  score --model "$F/model.json" --replace "$F/scored.ndjson" | cmp - "$F/scored.ndjson"
  score --model "$F/other.json" --replace "$F/scored.ndjson" | score --model "$F/model.json" --replace | cmp - "$F/scored.ndjson"
}

@test "score: a record that lacks a feature is an error that names it, or is scored without" {
  { head -n 5 "$F/base.ndjson"; sed -n '6s/"transaction_amount":[^,]*,//; 6s/"merchant_category":[^,]*,//; 6p' "$F/base.ndjson"; } >gap.ndjson
  refuses 3 'gap.ndjson:6: the record lacks what the model needs: transaction_amount, merchant_category' -- --model "$F/model.json" gap.ndjson
  run --separate-stderr score --model "$F/model.json" --missing ok gap.ndjson
  [ "$status" -eq 0 ] && [ -z "$stderr" ] && [ "${#lines[@]}" -eq 6 ]
  head -n 1 "$F/base.ndjson" | sed 's/"customer_age":[0-9]*/"customer_age":"old"/' >kind.ndjson
  refuses 3 'kind.ndjson:1: of another kind than in training: customer_age' -- --model "$F/model.json" kind.ndjson
  head -n 1 "$F/base.ndjson" | sed 's/"customer_age":[0-9]*/"customer_age":null/' | score --model "$F/model.json" >out
  grep -q '"score":' out
}

@test "score: categories that training has not seen are counted" {
  sed 's/"merchant_category":"grocery"/"merchant_category":"moon"/' "$F/base.ndjson" >moon.ndjson
  run --separate-stderr score --model "$F/model.json" moon.ndjson
  [ "$status" -eq 0 ]
  [[ $stderr == "dw-score: warning: $(grep -c moon moon.ndjson) values of merchant_category were never seen in training, and count as missing" ]]
}

@test "score: models of XGBoost as they are" {
  G=$BATS_TEST_DIRNAME/golden
  awk '$1 == "binary" { gsub("nan", "null"); printf "{\"a\":%s,\"b\":%s,\"c\":{\"d\":%s}}\n", $2, $3, $4 }' "$G/xgboost.txt" >in
  awk '$1 == "binary" { print $5 }' "$G/xgboost.txt" >want
  for kind in json ubj; do
    score --model "$G/xgboost_binary.$kind" in | sed 's/.*"score":\(.*\)}$/\1/' | paste - want | awk '{ d = $1 - $2; if (d > 1e-6 || d < -1e-6) exit 1 } END { exit NR != 23 }'
  done
  score --model "$G/xgboost_binary.json" --feature-names 'a,b,c.d' in >named
  refuses 3 'give the columns in order by --feature-names' -- --model "$G/xgboost_linear.json" in
  score --model "$G/xgboost_linear.json" --feature-names 'a,b,c.d' in | grep -q '"score":'
  refuses 3 '3 features, and 2 names are given' -- --model "$G/xgboost_linear.json" --feature-names a,b in
}

@test "score: files that are no models" {
  head -c 3000 "$F/model.json" >cut.json
  refuses 3 'cut.json:1:' -- --model cut.json "$F/base.ndjson"
  head -c 900 "$BATS_TEST_DIRNAME/golden/xgboost_binary.ubj" >cut.ubj
  refuses 3 'cut.ubj: UBJSON' -- --model cut.ubj "$F/base.ndjson"
  sed 's/"format":1/"format":9/' "$F/model.json" >next.json
  refuses 3 'next.json: a model of format 9' -- --model next.json "$F/base.ndjson"
  refuses 3 'neither a model' -- --model <(head -n 1 "$F/base.ndjson") "$F/base.ndjson"
  refuses 4 'no/such' -- --model no/such "$F/base.ndjson"
  refuses 2 '--model FILE is needed' -- "$F/base.ndjson"
}

@test "score: a model that went through another JSON printer" {
  command -v python3 >/dev/null || skip "no python3 here"
  python3 -c '
import json
number = lambda text: int(float(text)) if float(text).is_integer() else float(text)
json.dump(json.load(open("'"$F"'/model.json"), parse_float=number), open("printed.json", "w"), indent=2)'
  score --model printed.json "$F/base.ndjson" | cmp - "$F/scored.ndjson"
}

@test "score: a canary shares records out by id" {
  score --model "$F/other.json" "$F/base.ndjson" >challenger
  score --model "$F/other.json" --champion "$F/model.json" --split 0.2 --id transaction_id "$F/base.ndjson" >canary
  sed 's/,"scored_by":"[a-z]*"}$/}/' canary >plain
  n=$(grep -c '"scored_by":"challenger"}$' canary)
  [ "$n" -gt 500 ] && [ "$n" -lt 700 ]
  [ "$(grep -c '"scored_by":"champion"}$' canary)" -eq $((3000 - n)) ]
  paste -d'\n' plain canary | awk 'NR % 2 { line = $0; next } { print line > (/"challenger"}$/ ? "by_challenger" : "by_champion") }'
  grep -vxFf challenger by_challenger && return 1
  grep -vxFf "$F/scored.ndjson" by_champion && return 1
  refuses 2 'go together' -- --model "$F/model.json" --split 0.2 "$F/base.ndjson"
  refuses 3 'no nope to share it out by' -- --model "$F/other.json" --champion "$F/model.json" --split 0.2 --id nope "$F/base.ndjson"
}

@test "score: memory does not grow with the input" {
  [ -x /usr/bin/time ] || skip "no /usr/bin/time here"
  case $DW_BIN in *san*) skip "sanitizers keep freed memory" ;; esac
  awk '{ line[NR] = $0 } END { for (k = 0; k < 16; k++) for (i = 1; i <= NR; i++) print line[i] }' "$F/base.ndjson" >some.ndjson
  cat some.ndjson some.ndjson some.ndjson some.ndjson some.ndjson some.ndjson some.ndjson some.ndjson >many.ndjson
  kilobytes() { /usr/bin/time -o used -f %M "$DW_BIN/dw-score" --threads 2 --model "$F/model.json" "$1" >scored && cat used; }
  small=$(kilobytes some.ndjson) large=$(kilobytes many.ndjson)
  [ "$large" -lt $((small + 4000)) ] || { echo "$small KB for 13 MB, $large KB for 100 MB"; return 1; }
}
