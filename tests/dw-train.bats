# dw-train: what it learns, that it is the same each time, and what it refuses.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR ASAN_OPTIONS=detect_leaks=0
  "$DW_BIN/dw-gen" --scenario "$BATS_TEST_DIRNAME/../scenarios/fraud-baseline.yaml" --rows 5000 --seed 1 >"$F/base.ndjson" || return 1
  "$DW_BIN/dw-gen" --scenario "$BATS_TEST_DIRNAME/../scenarios/fraud-baseline.yaml" --rows 5000 --seed 2 >"$F/fresh.ndjson" || return 1
  awk 'BEGIN { for (i = 0; i < 300; i++) { x = (i * 37) % 101; printf "{\"x\":%d,\"c\":\"%s\",\"two\":\"%s\",\"three\":\"%s\",\"number\":%d.5,\"flag\":%s}\n",
    x, (i % 2 ? "u" : "v"), (x > 50 ? "fraud" : "legit"), (x > 66 ? "c" : x > 33 ? "b" : "a"), 3 * x, (x > 50 ? "true" : "false") } }' >"$F/small.ndjson"
  fraud=(--label is_fraud --id transaction_id --time ts)
}

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  fraud=(--label is_fraud --id transaction_id --time ts)
}

train() { "$DW_BIN/dw-train" "$@"; }
# FILE PART NAME: a number of the metrics of a model
metric() { sed -n "s/.*\"$2\":{\"rows\":[^}]*\"$3\":\([-0-9.e]*\)[,}].*/\1/p" "$1"; }
same_but_made_by() { cmp <(sed 's/"made_by":\[.*//' "$1") <(sed 's/"made_by":\[.*//' "$2"); }

# STATUS SAYS -- ARGS
refuses()
{
  want=$1 says=$2
  shift 3
  run --separate-stderr train "$@"
  [ "$status" -eq "$want" ] && [ -z "$output" ] || { echo "exit $status, want $want: $stderr"; return 1; }
  [[ $stderr == "dw-train: "*"$says"* ]] || { echo "it says: $stderr"; return 1; }
}

@test "train: a model of the baseline ranks fraud well on its holdout" {
  for booster in gbtree gblinear; do
    run --separate-stderr train "${fraud[@]}" --booster $booster --output model.json "$F/base.ndjson"
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ -z "$output" ]
    metric model.json holdout auc | awk -v b=$booster '{ print b, $1; exit !($1 > 0.83 && $1 < 0.95) }'
    metric model.json train log_loss | awk '{ exit !($1 > 0 && $1 < 0.13) }'
    grep -q "\"booster_kind\":\"$booster\"" model.json
    [[ $(<model.json) == *'"label":{"column":"is_fraud","classes":[0,1]}'* ]]
  done
}

@test "train: the same bytes whatever the threads, another model with another seed" {
  for booster in gbtree gblinear; do
    train "${fraud[@]}" --booster $booster --threads 1 --output a.json "$F/base.ndjson"
    train "${fraud[@]}" --booster $booster --threads 4 --output b.json "$F/base.ndjson"
    cmp a.json b.json
    train "${fraud[@]}" --booster $booster --seed 2 --output c.json "$F/base.ndjson"
    run ! cmp -s a.json c.json
  done
}

@test "train: CSV and NDJSON make the same model" {
  { head -n 1 "$F/base.ndjson" | grep -o '"[a-z_]*":' | tr -d '":' | paste -sd, -; sed 's/"[a-z_]*"://g; s/[{}"]//g' "$F/base.ndjson"; } >base.csv
  train "${fraud[@]}" base.csv >csv.json
  train "${fraud[@]}" "$F/base.ndjson" >ndjson.json
  same_but_made_by csv.json ndjson.json
}

@test "train: tasks are told by the label" {
  one() # LABEL TASK CLASSES
  {
    train --label "$1" --columns x --depth 3 --rounds 20 "$F/small.ndjson" >model.json
    grep -q "\"task\":\"$2\".*\"label\":{\"column\":\"$1\",\"classes\":$3}" model.json
  }
  one two binary '\["fraud","legit"\]'
  one three multiclass '\["a","b","c"\]'
  one number regression '\[\]'
  one flag binary '\[false,true\]'
  metric model.json holdout auc | awk '{ exit !($1 > 0.99) }'
  [[ $(train --label two --positive fraud --columns x "$F/small.ndjson") == *'"classes":["legit","fraud"]'* ]]
}

@test "train: what is no feature is named" {
  run --separate-stderr train --label is_fraud "$F/base.ndjson"
  [ "$status" -eq 0 ]
  [[ $stderr == "dw-train: warning: not learned from: transaction_id (identifier), ts (datetime)" ]]
  run --separate-stderr train "${fraud[@]}" --columns 'transaction_*,merchant_risk_score' --exclude transaction_hour "$F/base.ndjson"
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [ "$(grep -o '"features":.*"training"' <<<"$output" | grep -o '"column":"[a-z_]*"' | paste -sd' ' -)" = '"column":"transaction_amount" "column":"merchant_risk_score"' ]
}

@test "train: categories are encoded, and the encoding is kept" {
  train --label flag --columns c --rounds 3 "$F/small.ndjson" >model.json
  [[ $(<model.json) == *'{"column":"c","type":"categorical","encoding":{"kind":"one_hot","categories":["u","v"],"exact":true},"names":["c=u","c=v"]}'* ]]
}

@test "train: class weights raise the scores of the rare class" {
  train "${fraud[@]}" --class-weight balanced "$F/base.ndjson" >weighted.json
  train "${fraud[@]}" "$F/base.ndjson" >plain.json
  train "${fraud[@]}" --class-weight 30 "$F/base.ndjson" >thirty.json
  recall() { metric "$1" train recall; }
  echo "$(recall weighted.json) $(recall thirty.json) $(recall plain.json)" | awk '{ print; exit !($1 > $3 + 0.2 && $2 > $3 + 0.2) }'
}

# Rows of the XGBoost models of the tests, five times, with a label that goes by their scores
xgboost_rows() # ROWS EXPECTED
{
  for _ in 1 2 3 4 5; do paste -d '\n' "$1" "$2" | jq -c -s '[range(0; length; 2) as $i | .[$i] + {y: (if .[$i + 1].prediction > 0.5 then 1 else 0 end)}] | .[]'; done
}

@test "train: --continue goes on from a model of XGBoost, where the library can" {
  X=$BATS_TEST_DIRNAME/data/xgboost33
  xgboost_rows "$X/rows.ndjson" "$X/binary.expected.ndjson" >rows.ndjson
  for form in json ubj; do
    train --label y --continue "$X/binary.$form" --rounds 3 --early-stop 0 --holdout 0 --output more.json rows.ndjson
    before=$("$DW_BIN/dw-score" --model "$X/binary.$form" --rounds all rows.ndjson | jq -s 'map(.score)')
    n=$(jq '.learner.gradient_booster.model.trees | length' "$X/binary.json")
    [ "$(jq '.booster.learner.gradient_booster.model.trees | length' more.json)" -eq $((n + 3)) ]
    "$DW_BIN/dw-score" --model more.json --rounds "$n" rows.ndjson | jq -se --argjson want "$before" '[map(.score), $want] | transpose | all((.[0] - .[1] | fabs) < 1e-6)' >said
    run "$DW_BIN/dw-score" --model more.json rows.ndjson
    [ "$(jq -s 'map(.score)' <<<"$output")" != "$before" ]
  done
  xgboost_rows "$X/rows_categorical.ndjson" "$X/categorical.expected.ndjson" >categories.ndjson
  sed 's/"cats":/"cots":/' "$X/categorical.json" >codes.json
  echo '{"gamma":["g0","g1","g2","g3","g4"]}' >names.json
  train --label y --continue "$X/categorical.json" --rounds 3 --holdout 0 --early-stop 0 categories.ndjson | jq .booster >named
  train --label y --continue codes.json --categories names.json --rounds 3 --holdout 0 --early-stop 0 categories.ndjson | jq .booster | cmp - named
  refuses 3 '--categories FILE does' -- --label y --continue codes.json categories.ndjson
  refuses 2 '--categories goes with --continue' -- --label y --categories names.json categories.ndjson
  for kind in dart softprob; do
    refuses 3 'can be scored with, and not be trained on: the library in use is told its trees only' -- --label y --continue "$X/$kind.json" rows.ndjson
  done
}

@test "train: --continue goes on from a model" {
  train "${fraud[@]}" --rounds 10 "$F/base.ndjson" >first.json
  train "${fraud[@]}" --rounds 40 --continue first.json --output second.json "$F/fresh.ndjson"
  [[ $(<second.json) == *'"continued":true'* ]]
  [ "$(grep -o '"command":"dw-train"' second.json | wc -l)" -eq 2 ]
  trees() { grep -o '"num_trees":"[0-9]*"' "$1" | grep -o '[0-9]*'; }
  [ "$(trees second.json)" -gt "$(trees first.json)" ]
  refuses 2 'another --booster' -- "${fraud[@]}" --continue first.json --booster gblinear "$F/fresh.ndjson"
  refuses 2 'trained on the label "is_fraud"' -- --label is_international --continue first.json "$F/fresh.ndjson"
  refuses 3 'needs: customer_age' -- "${fraud[@]}" --continue first.json --exclude customer_age "$F/fresh.ndjson"
}

@test "train: records without a label are left out and counted" {
  awk 'NR % 10 == 0 { sub(/"is_fraud":[01]/, "\"is_fraud\":null") } 1' "$F/base.ndjson" >gaps.ndjson
  run --separate-stderr train "${fraud[@]}" gaps.ndjson
  [ "$status" -eq 0 ]
  [[ $stderr == "dw-train: warning: 500 records without a label are left out" ]]
  [[ $output == *'"rows_without_label":500'* ]]
}

@test "train: records past --memory are sampled, alike from any way of reading, and it is said" {
  cat "$F/base.ndjson" "$F/fresh.ndjson" "$F/base.ndjson" "$F/fresh.ndjson" >many.ndjson
  run --separate-stderr train "${fraud[@]}" --memory 1M --threads 1 many.ndjson
  [ "$status" -eq 0 ]
  rows=$(wc -l <many.ndjson)
  used=$(sed -n 's/.*"rows_seen":'"$rows"',"rows_used":\([0-9]*\),.*/\1/p' <<<"$output")
  [ "$used" -gt 1000 ]
  [ "$used" -lt "$rows" ]
  [ "$stderr" = "dw-train: warning: the records do not fit into --memory: the model is trained on a sample, $used of $rows" ]
  without() { sed 's/"made_by":.*//'; }
  train "${fraud[@]}" --memory 1M --threads 3 many.ndjson 2>/dev/null | without | cmp - <(without <<<"$output")
  train "${fraud[@]}" --memory 1M <many.ndjson 2>/dev/null | without | cmp - <(without <<<"$output")
  run --separate-stderr train "${fraud[@]}" "$F/base.ndjson"
  [ -z "$stderr" ]
  [[ $output == *'"rows_seen":5000,"rows_used":5000,'* ]]
}

@test "train: what cannot be trained on" {
  refuses 2 '--label COLUMN is needed' -- "$F/base.ndjson"
  refuses 3 '--label: the input has no column "nope"; it has ' -- --label nope "$F/small.ndjson"
  refuses 5 'one class only' -- --label is_fraud --id transaction_id --time ts <(grep '"is_fraud":0' "$F/base.ndjson")
  refuses 5 'too few' -- --label flag --columns x <(head -n 19 "$F/small.ndjson")
  awk 'BEGIN { for (k = 0; k < 600; k++) printf "x%d,", k; print "y"; for (i = 0; i < 300; i++) { for (k = 0; k < 600; k++) printf "%d.5,", i * k % 7; print i % 2 } }' >wide.csv
  refuses 5 'take more than the memory allowed; give more by --memory' -- --label y --memory 1M wide.csv
  refuses 3 'no column is left' -- --label flag --columns flag "$F/small.ndjson"
  refuses 2 '--class-weight' -- "${fraud[@]}" --class-weight heavy "$F/base.ndjson"
  refuses 2 '--class-weight' -- --label number --columns x --class-weight balanced "$F/small.ndjson"
  refuses 3 'has no class spam' -- --label two --positive spam --columns x "$F/small.ndjson"
  refuses 3 'neither a model' -- "${fraud[@]}" --continue <(head -n 1 "$F/small.ndjson") "$F/base.ndjson"
}

@test "train: a model that others load: Python's XGBoost scores equally" {
  /usr/bin/python3 -c 'import xgboost' 2>/dev/null || skip "no python3-xgboost here"
  train "${fraud[@]}" "$F/base.ndjson" >model.json
  "$DW_BIN/dw-score" --model model.json "$F/fresh.ndjson" >scored.ndjson
  /usr/bin/python3 - <<'PY'
import json, numpy, xgboost
text = open("model.json").read()
model = json.loads(text)
at = text.index('"booster":') + len('"booster":')
end = json.JSONDecoder().raw_decode(text, at)[1]
booster = xgboost.Booster()
booster.load_model(bytearray(text[at:end].encode()))
records = [json.loads(line) for line in open("scored.ndjson")]
rows = []
for record in records:
    row = []
    for feature in model["features"]:
        value, how = record.get(feature["column"]), feature["encoding"]
        row += [float(value == c) for c in how["categories"]] if how["kind"] == "one_hot" else [value]
    rows.append(row)
names = [name for feature in model["features"] for name in feature["names"]]
want = booster.predict(xgboost.DMatrix(numpy.array(rows, dtype="f4"), feature_names=names))
gap = numpy.abs(want - numpy.array([r["score"] for r in records])).max()
assert len(records) == 5000 and gap < 1e-6, gap
PY
}

@test "train: a stray cell does not make a feature of numbers one of categories; beyond one in twenty it is none of numbers" {
  rows() { # EVERY: a stray in every so many rows
    awk -v every="$1" 'BEGIN { srand(4); print "x,y"
      for (i = 1; i <= 2000; i++) { x = rand() - 0.5; print (i % every == 0 ? "?" : sprintf("%.4f", x)) "," (x + rand() / 2 - 0.25 > 0) } }'
  }
  rows 700 >few.csv
  rows 3000 >none.csv
  rows 15 >many.csv
  for rows in few none; do
    run -0 --separate-stderr train --label y --output $rows.model $rows.csv
    [[ $(<$rows.model) == *'"features":[{"column":"x","type":"numeric","encoding":{"kind":"number"}'* ]]
  done
  run -3 --separate-stderr train --label y --output many.model many.csv # its digits would have to be exact
  [[ $stderr == *'--types x=categorical of dw-train keeps them'* ]] || { echo "$stderr"; return 1; }
  run -0 --separate-stderr train --label y --types x=categorical --output many.model many.csv
  [[ $(<many.model) == *'"features":[{"column":"x","type":"categorical"'* ]]
  run -0 --separate-stderr "$DW_BIN/dw-score" --model few.model none.csv
  run -3 --separate-stderr "$DW_BIN/dw-score" --model few.model few.csv
  [ "$stderr" = 'dw-score: few.csv:701: of another kind than in training: x (with --incomplete ok, a missing value)' ]
  run -0 --separate-stderr "$DW_BIN/dw-score" --model few.model --incomplete ok few.csv
}
