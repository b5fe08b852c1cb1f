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
  run --separate-stderr score --model "$F/model.json" --incomplete ok gap.ndjson
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [ "${#lines[@]}" -eq 6 ]
  head -n 1 "$F/base.ndjson" | sed 's/"customer_age":[0-9]*/"customer_age":"old"/' >kind.ndjson
  refuses 3 'kind.ndjson:1: of another kind than in training: customer_age' -- --model "$F/model.json" kind.ndjson
  head -n 1 "$F/base.ndjson" | sed 's/"customer_age":[0-9]*/"customer_age":null/' | score --model "$F/model.json" >out
  [[ $(<out) == *'"score":'* ]]
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
  [[ $(score --model "$G/xgboost_linear.json" --feature-names 'a,b,c.d' in) == *'"score":'* ]]
  refuses 3 '3 features, and 2 names are given' -- --model "$G/xgboost_linear.json" --feature-names a,b in
}

# ARGS: the largest difference of the scores from EXPECTED's predictions, over the larger of 1 and the prediction, is at most 1e-5
scores_as() # EXPECTED ROWS ARGS
{
  expected=$1 rows=$2
  shift 2
  score "$@" "$rows" >scored || return 1
  jq -ne --slurpfile got scored --slurpfile want "$expected" '[($got | map([.score] | flatten)), ($want | map([.prediction] | flatten))] | transpose | map(transpose) |
    flatten(1) | length >= 40 and all(.[1] as $w | (.[0] - $w | fabs) <= 1e-5 * ([1, ($w | fabs)] | max))' >/dev/null
}

# FORM OF THE FIRST: each kind of the models by XGBoost 3.3, in JSON and UBJSON by turns; DW_SUITE=full: each in both
kinds()
{
  local form=$1 kind
  for kind in binary dart early_stopped linear softprob squared; do
    if [ "${DW_SUITE:-}" = full ]; then echo "$kind json" && echo "$kind ubj"; else echo "$kind $form"; fi
    if [ "$form" = json ]; then form=ubj; else form=json; fi
  done
}

@test "score: models by XGBoost 3.3 as its own Python scores them" {
  X=$BATS_TEST_DIRNAME/data/xgboost33
  while read -r kind form; do scores_as "$X/$kind.expected.ndjson" "$X/rows.ndjson" --model "$X/$kind.$form" || { echo "$kind.$form"; return 1; }; done < <(kinds json)
  for form in json ubj; do scores_as "$X/categorical.expected.ndjson" "$X/rows_categorical.ndjson" --model "$X/categorical.$form"; done
  gzip -c "$X/softprob.ubj" >softprob.ubj.gz
  scores_as "$X/softprob.expected.ndjson" "$X/rows.ndjson" --model softprob.ubj.gz --threads 3
  score --model "$X/softprob.json" "$X/rows.ndjson" | head -n 1 | grep -q '"prediction":2}$'
}

@test "score: a model of several targets: an array with a value for each" {
  X=$BATS_TEST_DIRNAME/data/xgboost33
  sed 's/multi:softprob/reg:squarederror/; s/"num_class":"3"/"num_class":"0"/; s/"num_target":"1"/"num_target":"3"/' "$X/softprob.json" >targets.json
  jq -c '{prediction: .margin}' "$X/softprob.expected.ndjson" >margins
  scores_as margins "$X/rows.ndjson" --model targets.json
  if grep -q prediction scored; then return 1; fi
  refuses 2 'two classes' -- --cut 0.5 --model targets.json "$X/rows.ndjson"
}

@test "score: the models of ../shared" {
  S=${DW_SHARED:-$BATS_TEST_DIRNAME/../../shared}/data/models
  [ -d "$S" ] || skip "no ../shared/data/models here"
  count=0
  for model in "$S"/*.json "$S"/*.ubj; do
    kind=$(basename "$model") && kind=${kind%.*} && rows=$S/rows.ndjson
    [ -e "$S/rows_$kind.ndjson" ] && rows=$S/rows_$kind.ndjson
    engines=(library own) # in make test one by turns
    [ "${DW_SUITE:-}" = full ] || engines=("${engines[count % 2]}")
    for engine in "${engines[@]}"; do scores_as "$S/$kind.expected.ndjson" "$rows" --engine $engine --model "$model" || { echo "$model"; return 1; }; done
    count=$((count + 1))
  done
  [ $count -ge 14 ]
}

@test "score: so many rounds, up to the best one, or all" {
  X=$BATS_TEST_DIRNAME/data/xgboost33
  of() { score --model "$X/early_stopped.json" "$@" "$X/rows.ndjson"; }
  of >best
  of --rounds 9 | cmp - best
  of --rounds all >all
  of --rounds 13 | cmp - all
  if cmp -s best all; then return 1; fi
  of --rounds 1 >one
  if cmp -s one best; then return 1; fi
  sed 's/"best_iteration":"8",//' "$X/early_stopped.json" >plain.json
  score --model plain.json "$X/rows.ndjson" | cmp - all
  score --model plain.json --rounds 9 "$X/rows.ndjson" | cmp - best
  score --model "$F/model.json" --rounds all "$F/base.ndjson" | cmp - "$F/scored.ndjson"
  refuses 2 '--rounds: the model has 13 rounds, and not 14' -- --rounds 14 --model "$X/early_stopped.json" "$X/rows.ndjson"
  refuses 2 '--rounds: "some" is neither a number of rounds nor "all"' -- --rounds some --model "$X/early_stopped.json" "$X/rows.ndjson"
  refuses 2 'a linear model' -- --rounds 2 --model "$X/linear.json" "$X/rows.ndjson"
  sed 's/"best_iteration":"8"/"best_iteration":"99"/' "$X/early_stopped.json" >lost.json
  refuses 3 'lost.json: the XGBoost model names a best_iteration that is not among its 13 rounds' -- --model lost.json "$X/rows.ndjson"
  score --model lost.json --rounds all "$X/rows.ndjson" | cmp - all
}

@test "score: models of XGBoost that cannot be read right are refused by name" {
  X=$BATS_TEST_DIRNAME/data/xgboost33
  changed() # SAYS FROM SED
  {
    sed "$3" "$X/$2.json" >changed.json
    cmp -s changed.json "$X/$2.json" && return 1
    refuses 3 "changed.json: $1" -- --model changed.json "$X/rows.ndjson"
  }
  changed 'the XGBoost model does not hold together: the leaves of a tree are vectors of another length' squared 's/"size_leaf_vector":"1"/"size_leaf_vector":"3"/'
  changed 'the XGBoost model has the objective reg:expectedloss, which is not known' squared 's/reg:squarederror/reg:expectedloss/'
  changed 'the XGBoost model has 3 classes, and reg:squarederror is not an objective for that' softprob 's/multi:softprob/reg:squarederror/'
  changed 'the XGBoost model has 2 base scores (base_score) for 3 sums' softprob 's/"\[4.3715405E-1,/"[/'
  changed 'the XGBoost model starts from a base_score of [1.5], which cannot be one of binary:logistic' binary 's/"\[5.4E-1\]"/"[1.5]"/'
  changed 'the XGBoost model takes codes of the categories of "gamma" (enable_categorical), and does not say what they stand for; --categories FILE does' categorical 's/"cats":/"cots":/'
  changed 'the categories of feature 3 of the XGBoost model (cats.enc) cannot be read: two are the same' categorical 's/103,51/103,50/'
}

@test "score: categories that a model of XGBoost does not name, from a file beside it" {
  X=$BATS_TEST_DIRNAME/data/xgboost33
  sed 's/"cats":/"cots":/' "$X/categorical.json" >codes.json
  echo '{"gamma":["g0","g1","g2","g3","g4"]}' >names.json
  scores_as "$X/categorical.expected.ndjson" "$X/rows_categorical.ndjson" --model codes.json --categories names.json
  sed 's/"gamma": *"g\([0-4]\)"/"gamma": \1/' "$X/rows_categorical.ndjson" >coded.ndjson
  [[ $(<coded.ndjson) == *'"gamma": 3'* ]]
  scores_as "$X/categorical.expected.ndjson" coded.ndjson --model codes.json --categories <(echo '{"gamma":"codes"}')
  scores_as "$X/categorical.expected.ndjson" coded.ndjson --model codes.json --categories <(echo '{"gamma":[0,1,2,3,4]}')
  says() { run --separate-stderr score --model "${2:-codes.json}" --categories <(echo "$1") "$X/rows_categorical.ndjson"; }
  wrong() { says "$3" "${4:-}" && [ "$status" -eq "$1" ] && [[ $stderr == "dw-score: "*"$2"* ]] || { echo "$status: $stderr"; return 1; }; }
  wrong 3 'column "gamma": expected the list of its categories in the order of their codes, or "codes"' '{"gamma":{"g0":0}}'
  wrong 3 'column "gamma": expected the list' '{"gamma":[]}'
  wrong 3 'column "gamma": a category stands twice in its list' '{"gamma":["g0","g1","g0"]}'
  wrong 3 'column "gamma": a category is neither a text' '{"gamma":["g0",null]}'
  wrong 3 'expected a JSON object' '["g0"]'
  wrong 3 'takes codes of the categories of "gamma"' '{}'
  wrong 2 'has no feature "delta"' '{"gamma":"codes","delta":["a"]}'
  wrong 2 'takes a number there, and needs no categories for "alpha"' '{"gamma":"codes","alpha":["a"]}'
  wrong 2 'names them itself, and needs no categories for "gamma"' '{"gamma":["g0"]}' "$X/categorical.json"
  wrong 2 '--categories is for models of XGBoost' '{"gamma":["g0"]}' "$F/model.json"
  wrong 3 'rows_categorical.ndjson:' '{"gamma":["g0","g1","g2","g3"]}'
  [[ $stderr == *'a category that the model does not know: gamma'* ]]
  refuses 4 'no/such' -- --model codes.json --categories no/such "$X/rows_categorical.ndjson"
}

# FROM TO FORM: the trees of each round of a model of several classes as one whose leaves are vectors: each tree stands at every leaf of the
# one before. FORM base: a vector for each node, as XGBoost 2.0 has it; leaf: for leaves alone, as 3.2 has it.
with_vectors()
{
  python3 - "$@" <<'PYTHON'
import json, sys

document = json.load(open(sys.argv[1]))
model = document["learner"]["gradient_booster"]["model"]
groups = int(document["learner"]["learner_model_param"]["num_class"])

def graft(trees, out, parent, leaves, at=0):
    tree = trees[0]
    place = len(out["left_children"])
    split = tree["left_children"][at] != -1
    if not split and len(trees) > 1:
        return graft(trees[1:], out, parent, leaves + [tree["split_conditions"][at]])
    for key, value in (("left_children", -1), ("right_children", -1), ("parents", parent), ("split_indices", tree["split_indices"][at]), ("split_type", 0),
                       ("default_left", tree["default_left"][at] if split else 0), ("split_conditions", tree["split_conditions"][at] if split else None)):
        out[key].append(value)
    out["vectors"].append([0] * groups if split else leaves + [tree["split_conditions"][at]])
    for side in ("left_children", "right_children"):
        if split:
            out[side][place] = graft(trees, out, place, leaves, tree[side][at])
    return place

made = []
for first in range(0, len(model["trees"]), groups):
    out = {key: [] for key in ("left_children", "right_children", "parents", "split_indices", "split_type", "default_left", "split_conditions", "vectors")}
    graft(model["trees"][first:first + groups], out, 2147483647, [])
    vectors = out.pop("vectors")
    if sys.argv[3] == "base":
        out["base_weights"] = sum(vectors, [])
    else:
        ends = [i for i, left in enumerate(out["left_children"]) if left == -1]
        for place, i in enumerate(ends):
            out["right_children"][i] = place
        out |= {"base_weights": [0] * len(vectors), "leaf_weights": sum((vectors[i] for i in ends), [])}
    made.append(out | {"id": len(made), "categories": [], "categories_nodes": [], "categories_segments": [], "categories_sizes": [],
                       "tree_param": {"num_deleted": "0", "num_feature": "3", "num_nodes": str(len(vectors)), "size_leaf_vector": str(groups)}})
model |= {"trees": made, "tree_info": [0] * len(made), "iteration_indptr": list(range(len(made) + 1))}
model["gbtree_model_param"]["num_trees"] = str(len(made))
json.dump(document, open(sys.argv[2], "w"))
PYTHON
}

@test "score: leaves that are vectors, which the library cannot" {
  command -v python3 >/dev/null || skip "no python3 here"
  X=$BATS_TEST_DIRNAME/data/xgboost33
  for form in base leaf; do
    with_vectors "$X/softprob.json" vectors.json $form
    scores_as "$X/softprob.expected.ndjson" "$X/rows.ndjson" --model vectors.json
    run --separate-stderr score --model vectors.json "$X/rows.ndjson"
    [ -z "$stderr" ]
    score --model vectors.json --engine own "$X/rows.ndjson" | cmp - <(printf '%s\n' "$output")
    refuses 3 "vectors.json: XGBoost's library cannot score with this model: its leaves are vectors (multi_strategy multi_output_tree); --engine own can" -- --engine library --model vectors.json "$X/rows.ndjson"
    score --model vectors.json --rounds 2 "$X/rows.ndjson" 2>said >two
    score --model "$X/softprob.json" --engine own --rounds 2 "$X/rows.ndjson" >want
    jq -sne --slurpfile a two --slurpfile b want '[$a, $b] | map(map(.score) | flatten) | transpose | all((.[0] - .[1] | fabs) < 1e-6)' >said
  done
}

@test "score: both engines give the same scores, for any number of threads" {
  X=$BATS_TEST_DIRNAME/data/xgboost33
  for model in "$F/model.json" "$F/classes.json"; do
    score --model "$model" --engine library "$F/base.ndjson" >library
    score --model "$model" --engine own --threads 1 "$F/base.ndjson" >own
    score --model "$model" --engine own --threads 5 "$F/base.ndjson" | cmp - own
    score --model "$model" "$F/base.ndjson" | cmp - own
    score --model "$model" --engine auto "$F/base.ndjson" | cmp - own
    jq -ne --slurpfile a library --slurpfile b own '[$a, $b] | map(map(.score) | flatten) | transpose | length >= 3000 and all((.[0] - .[1] | fabs) < 1e-6)' >said
  done
  while read -r kind form; do scores_as "$X/$kind.expected.ndjson" "$X/rows.ndjson" --engine own --model "$X/$kind.$form" || { echo "$kind.$form"; return 1; }; done < <(kinds ubj)
  scores_as "$X/categorical.expected.ndjson" "$X/rows_categorical.ndjson" --engine own --model "$X/categorical.ubj"
  refuses 2 '--engine' -- --engine both --model "$F/model.json" "$F/base.ndjson"
}

@test "score: a category that a model of XGBoost does not know" {
  X=$BATS_TEST_DIRNAME/data/xgboost33
  sed '7s/"gamma": *[^}]*}/"gamma": "g9"}/' "$X/rows_categorical.ndjson" >new.ndjson
  refuses 3 'new.ndjson:7: a category that the model does not know: gamma' -- --model "$X/categorical.json" new.ndjson
  refuses 3 'rows.ndjson:1: a category that the model does not know: gamma' -- --model "$X/categorical.json" "$X/rows.ndjson"
  run --separate-stderr score --incomplete ok --model "$X/categorical.json" new.ndjson
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 40 ]
  [[ $stderr == "dw-score: warning: 1 values of gamma were never seen in training, and count as missing" ]]
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
  [ "$n" -gt 500 ]
  [ "$n" -lt 700 ]
  [ "$(grep -c '"scored_by":"champion"}$' canary)" -eq $((3000 - n)) ]
  paste -d'\n' plain canary | awk 'NR % 2 { line = $0; next } { print line > (/"challenger"}$/ ? "by_challenger" : "by_champion") }'
  grep -vxFf challenger by_challenger && return 1
  grep -vxFf "$F/scored.ndjson" by_champion && return 1
  refuses 2 'go together' -- --model "$F/model.json" --split 0.2 "$F/base.ndjson"
  refuses 3 '--id: the input has no column "nope"; it has ' -- --model "$F/other.json" --champion "$F/model.json" --split 0.2 --id nope "$F/base.ndjson"
}

@test "score: memory does not grow with the input" {
  [ -x /usr/bin/time ] || skip "no /usr/bin/time here"
  case $DW_BIN in *san*) skip "sanitizers keep freed memory" ;; esac
  awk '{ line[NR] = $0 } END { for (k = 0; k < 5; k++) for (i = 1; i <= NR; i++) print line[i] }' "$F/base.ndjson" >some.ndjson
  cat some.ndjson some.ndjson some.ndjson some.ndjson some.ndjson some.ndjson some.ndjson some.ndjson >many.ndjson
  kilobytes() { /usr/bin/time -o used -f %M "$DW_BIN/dw-score" --threads 2 --model "$F/model.json" "$1" >scored && cat used; }
  small=$(kilobytes some.ndjson) large=$(kilobytes many.ndjson)
  [ "$large" -lt $((small + 4000)) ] || { echo "$small KB for 4 MB, $large KB for 33 MB"; return 1; }
}

@test "score: Parquet is written, and holds what NDJSON would" {
  score --model "$F/model.json" --format parquet "$F/base.ndjson" >scored.parquet
  "$DW_BIN/dw-inject" scored.parquet | cmp - "$F/scored.ndjson"
  run -0 --separate-stderr score --model "$F/model.json" --format parquet --text score,is_fraud --output text.parquet "$F/base.ndjson"
  [ -z "$stderr" ]
  "$DW_BIN/dw-inject" text.parquet | sed 's/"\(score\|is_fraud\)":"\([^"]*\)"/"\1":\2/g' | cmp - "$F/scored.ndjson"
  refuses 2 "--text goes with --format parquet" -- --model "$F/model.json" --text score "$F/base.ndjson"
}
