# dw-model export --mlflow and dw-model alias: aliases beside the stages, against tests/mlflow_server.py. Skipped where there is no python3.

bats_require_minimum_version 1.5.0

load mlflow_server.bash

@test "mlflow: aliases go with the stages, and come back by a rollback" {
  serve
  aliases() { state "s['aliases']['fraud model']"; }
  dw-model export v1 --mlflow "$URL" >out
  [ "$(aliases)" = "{'champion': '1'}" ]
  dw-model promote v2 --stage staging >out
  run -0 --separate-stderr dw-model export v2 --mlflow "$URL"
  [[ $output == *'"stage":"Staging","alias":"challenger","stages":true,'* ]]
  [ "$(aliases)" = "{'challenger': '2', 'champion': '1'}" ]
  # into use: the one alias moves, the other is taken back
  dw-model promote v2 >out
  dw-model export production --mlflow "$URL" >out
  [ "$(aliases)" = "{'champion': '2'}" ]
  run -0 --separate-stderr dw-model export v1 --mlflow "$URL"
  [[ $output == *'"stage":"Archived","alias":null,'* ]]
  [ "$(aliases)" = "{'champion': '2'}" ]
  # and back
  dw-model rollback >out
  dw-model export production --mlflow "$URL" >out
  [ "$(aliases)" = "{'champion': '1'}" ]
  [ "$(state "[v['stage'] for v in s['models']['fraud model']]")" = "['Production', 'Archived']" ]
  # what is in no stage any longer has no alias either
  dw-model promote v2 >out
  dw-model export v1 --mlflow "$URL" >out
  [ "$(aliases)" = "{}" ]
  # names of one's own, and none
  dw-model export v2 --mlflow "$URL" --production-alias in-use --staging-alias '' >out
  [ "$(aliases)" = "{'in-use': '2'}" ]
  run -2 --separate-stderr dw-model export v1 --mlflow "$URL" --production-alias latest
  [[ $stderr == 'dw-model: --production-alias: "latest" cannot be an alias: "latest" is MLflow'"'"'s own'* ]]
  run -2 --separate-stderr dw-model export v1 --mlflow "$URL" --staging-alias 'a b'
  run -2 --separate-stderr dw-model export v1 --mlflow "$URL" --staging-alias champion
}

@test "mlflow: a server without aliases, and one without stages" {
  serve --without aliases
  run -0 --separate-stderr dw-model export v1 --mlflow "$URL"
  [[ $output == *'"stage":"Production","alias":null,"stages":true,'* && -z $stderr ]]
  [ "$(state "s['models']['fraud model'][0]['stage'], s['aliases']['fraud model']")" = "('Production', {})" ]
  run -3 --separate-stderr dw-model alias 'models:/fraud model@champion' --mlflow "$URL"
  [[ $stderr == 'dw-model: the MLflow server has no aliases (it answers registered-models/alias with status 404)'* ]]
  serve --without stages
  run -0 --separate-stderr dw-model export v1 --mlflow "$URL"
  [[ $output == *'"stage":"Production","alias":"champion","stages":false,'* && -z $stderr ]]
  [ "$(state "s['models']['fraud model'][0]['stage'], s['aliases']['fraud model']")" = "('None', {'champion': '1'})" ]
  # nothing would say what is in use: that is an error
  run -4 --separate-stderr dw-model export v1 --mlflow "$URL" --production-alias '' --staging-alias ''
  [[ $stderr == 'dw-model: MLflow refuses model-versions/transition-stage: status 404, ENDPOINT_NOT_FOUND'* ]]
}

@test "mlflow: an alias is asked for, set and taken back" {
  serve
  dw-model export v1 --mlflow "$URL" >out
  dw-model export v2 --mlflow "$URL" >out
  unset DW_REGISTRY
  run -0 --separate-stderr dw-model alias 'models:/fraud model@champion' --mlflow "$URL"
  [[ $output == '{"kind":"model_alias","action":"get","name":"fraud model","alias":"champion","mlflow_version":"1","version":"v1","run_id":"00000000000000000000000000000001","source":"mlflow-artifacts:/1/00000000000000000000000000000001/artifacts/model","stage":"Production","time":"2026-01-31T09:30:00Z","made_by":['* ]]
  run -0 --separate-stderr dw-model alias 'models:/fraud model@shadow_2' --mlflow "$URL" --to 2
  [[ $output == *'"action":"set",'*'"alias":"shadow_2","mlflow_version":"2","version":"v2",'* ]]
  [ "$(state "s['aliases']['fraud model']")" = "{'champion': '1', 'shadow_2': '2'}" ]
  run -0 --separate-stderr dw-model alias 'models:/fraud model@shadow_2' --mlflow "$URL" --delete
  [[ $output == *'"action":"delete",'*'"alias":"shadow_2","mlflow_version":null,"version":null,'* ]]
  run -5 --separate-stderr dw-model alias 'models:/fraud model@shadow_2' --mlflow "$URL"
  [ "$stderr" = 'dw-model: no version of "fraud model" has the alias "shadow_2" at MLflow' ]
  # other servers say it in another word
  serve --not-found 404
  dw-model --registry reg export v1 --mlflow "$URL" >out
  run -5 --separate-stderr dw-model alias 'models:/fraud model@shadow_2' --mlflow "$URL"
  run -5 --separate-stderr dw-model alias 'models:/nothing@champion' --mlflow "$URL"
  run -4 --separate-stderr dw-model alias 'models:/fraud model@champion' --mlflow "$URL" --to 9
  [[ $stderr == 'dw-model: MLflow refuses registered-models/alias: status 404, RESOURCE_DOES_NOT_EXIST: Model Version'* ]]
  for uri in 'fraud model@champion' models:/fraud models:/@champion 'models:/a/b@c' 'models:/fraud@' 'models:/fraud@v7' 'models:/fraud@Latest'; do
    run -2 --separate-stderr dw-model alias "$uri" --mlflow "$URL"
    [[ $stderr == "dw-model: \"$uri\" is not models:/NAME@ALIAS"* ]]
  done
  run -2 --separate-stderr dw-model alias 'models:/fraud@champion' --mlflow "$URL" --to 2 --delete
  run -2 --separate-stderr dw-model alias 'models:/fraud@champion' --mlflow "$URL" --to v2
  run -2 --separate-stderr dw-model alias 'models:/fraud@champion'
}
