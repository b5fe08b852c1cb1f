# dw-train --type lm: language models of texts, what is said of them, and what is refused.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR S=$BATS_TEST_DIRNAME/../scenarios/canaries ASAN_OPTIONS=detect_leaks=0
  "$DW_BIN/dw-train" --type lm --output "$F/base.json" "$S/base.ndjson" || return 1
}

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

train() { "$DW_BIN/dw-train" --type lm "$@"; }
# FILE PART NAME: a number of the metrics of a model
metric() { sed -n "s/.*\"$2\":{\"rows\":[^}]*\"$3\":\([-0-9.e]*\)[,}].*/\1/p" "$1"; }
digest() { sed -n 's/.*"digest":"\([0-9a-f]*\)","data".*/\1/p' "$1"; }

# STATUS SAYS -- ARGS
refuses()
{
  want=$1 says=$2
  shift 3
  run --separate-stderr "$DW_BIN/dw-train" "$@"
  [ "$status" -eq "$want" ] && [ -z "$output" ] || { echo "exit $status, want $want: $stderr"; return 1; }
  [[ $stderr == "dw-train: "*"$says"* ]] || { echo "it says: $stderr"; return 1; }
}

@test "language model: one line, measured on texts that it has not seen" {
  [ "$(wc -l <"$F/base.json")" -eq 1 ]
  grep -q '^{"kind":"model","format":1,"type":"lm","task":"language","order":6,"contexts":[0-9]*,"grams":[0-9]*,"training":{"rows_seen":206,' "$F/base.json"
  metric "$F/base.json" holdout perplexity | awk '{ exit !($1 > 2.5 && $1 < 3.5) }'
  metric "$F/base.json" train perplexity | awk '{ exit !($1 > 1.3 && $1 < 2.5) }'
  [ "$(wc -c <"$F/base.json")" -lt 300000 ]
}

@test "language model: the same bytes whatever the threads and the form of the records" {
  train --threads 1 --output a.json "$S/base.ndjson"
  cmp a.json "$F/base.json"
  train --seed 2 --output b.json "$S/base.ndjson"
  [ "$(digest a.json)" != "$(digest b.json)" ] # other texts are held out
  { echo '"id","text"'; sed 's/{"text":"\(.*\)"}$/\1/; s/\\n/\n/; s/\\"/""/g; s/^###/1,"###/; s/\(### Assistant:.*\)/\1"/; s/^1,"### Assistant/### Assistant/' "$S/canary_3.ndjson"; } >c.csv
  train --holdout 0 --output c.json c.csv
  train --holdout 0 --output d.json "$S/canary_3.ndjson"
  [ "$(digest c.json)" = "$(digest d.json)" ]
  zstd -q -c "$S/canary_3.ndjson" | train --holdout 0 >e.json
  [ "$(digest e.json)" = "$(digest d.json)" ]
}

@test "language model: going on brings it nearer to the new texts, the more the higher the weight" {
  last=9
  for weight in 0.01 1 10; do
    train --continue "$F/base.json" --weight $weight --seed 3 --output tuned.json "$S/canary_1.ndjson"
    before=$(metric tuned.json holdout log_loss_before) after=$(metric tuned.json holdout log_loss)
    awk -v a="$after" -v b="$before" -v l="$last" 'BEGIN { exit !(a < b && a < l) }' || { echo "weight $weight: $before, then $after"; return 1; }
    last=$after
  done
  [[ $(<tuned.json) == *'"continued":true'* ]]
  [ "$(grep -o '"command":"dw-train"' tuned.json | wc -l)" -eq 2 ]
}

@test "language model: texts in another column, texts that are missing, and codes that look like numbers" {
  printf '%s\n' '{"a":{"b":"one"}}' '{"a":{"b":null}}' '{"c":1}' '{"a":{"b":"two"}}' '{"a":{"b":110}}' >in.ndjson
  run --separate-stderr train --text a.b --holdout 0 in.ndjson
  [ "$status" -eq 0 ]
  [ "$stderr" = "dw-train: warning: 2 of 5 records without a text are left out" ]
  [[ $output == *'"rows_seen":5,"rows":3,"holdout_rows":0,"rows_without_text":2,"bytes":9,"continued":false}'* ]]
}

@test "language model: the registry keeps it, and scoring says what it is" {
  "$DW_BIN/dw-model" --registry reg register --name speaker --model "$F/base.json" >registered
  "$DW_BIN/dw-model" --registry reg show latest --output out.json >shown
  cmp out.json "$F/base.json"
  [[ $(<shown) == *'"task":"language","booster_kind":null'* ]]
  run --separate-stderr "$DW_BIN/dw-score" --model "$F/base.json" "$S/base.ndjson"
  [ "$status" -eq 3 ]
  [[ $stderr == *"a language model"* ]]
}

@test "language model: calls that make no sense" {
  refuses 2 '--label does not go with --type lm' -- --type lm --label y "$S/base.ndjson"
  refuses 2 '--order does not go with --type xgboost' -- --order 3 --label y "$S/base.ndjson"
  refuses 2 '--weight goes with --continue' -- --type lm --weight 3 "$S/base.ndjson"
  refuses 2 'a model of --order 6' -- --type lm --order 5 --continue "$F/base.json" "$S/base.ndjson"
  refuses 2 '--order' -- --type lm --order 13 "$S/base.ndjson"
  refuses 3 'no column "txet"; did you mean "text"' -- --type lm --text txet "$S/canary_1.ndjson"
  refuses 5 'no texts to train on' -- --type lm </dev/null
  refuses 5 'more than the memory allowed' -- --type lm --memory 1M "$S/base.ndjson"
  echo '{"text":[1,2]}' >odd.ndjson
  refuses 3 'odd.ndjson:1:' -- --type lm odd.ndjson
  echo '{"kind":"model","format":1,"booster":{}}' >tree.json
  refuses 3 'not a language model' -- --type lm --continue tree.json "$S/base.ndjson"
  refuses 3 'a language model' -- --label text --continue "$F/base.json" "$S/base.ndjson"
  head -c 90000 "$F/base.json" >cut.json
  refuses 3 'cut.json:1:' -- --type lm --continue cut.json "$S/base.ndjson"
  sed 's/\("digest":"\)./\1x/' "$F/base.json" >other.json
  refuses 3 'its digest is another' -- --type lm --continue other.json "$S/base.ndjson"
}

@test "language model: configs and texts of the canaries are what they say" {
  for i in 1 2 3 4; do
    grep -q "\"id\": \"canary_$i\"" "$S/canary_$i.json"
    grep -q "\"model\": \"../../var/canaries/canary_$i.json\"" "$S/canary_$i.json"
    train --continue "$F/base.json" --holdout 0 --output "$i.json" "$S/canary_$i.ndjson"
  done
  [ "$(for i in 1 2 3 4; do digest $i.json; done | sort -u | wc -l)" -eq 4 ]
  [ "$(wc -l <"$S/prompts.ndjson")" -eq 10 ]
}
