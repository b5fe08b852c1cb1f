# dw-model export --mlflow, against tests/mlflow_server.py. Skipped where there is no python3.

bats_require_minimum_version 1.5.0

load mlflow_server.bash

@test "mlflow: a version with metrics, tags, artifact and stage" {
  serve
  run -0 --separate-stderr dw-model export production --mlflow "$URL/"
  [ -z "$stderr" ]
  run_id=00000000000000000000000000000001
  [[ $output == '{"kind":"model_export","version":"v1","to":"mlflow","name":"fraud model","mlflow_version":"1","run_id":"'$run_id'","experiment_id":"1","stage":"Production","alias":"champion","stages":true,"artifacts":"mlflow-artifacts:/1/'$run_id'/artifacts","uploaded":true,"already_there":false,"time":"2026-01-31T09:30:00Z","made_by":[{"command":"dw-model",'* ]]
  [ "$(state "s['experiments']")" = "{'1': 'driftwatch'}" ]
  [ "$(state "s['runs']['$run_id']['metrics']")" = "{'auc': 0.91, 'auc_high': 0.92, 'auc_low': 0.9, 'estimated_brier': 0.125, 'training_auc': 0.93}" ]
  [ "$(state "s['runs']['$run_id']['status'], s['runs']['$run_id']['start'], s['runs']['$run_id']['name']")" = "('FINISHED', 1769851800000, 'fraud model v1')" ]
  [ "$(state "list(s['artifacts'])")" = "['1/$run_id/artifacts/model/model.json']" ]
  state "base64.b64decode(list(s['artifacts'].values())[0]).decode()[:-1]" | cmp - m1.json
  [ "$(state "s['models']['fraud model'][0]['stage'], s['models']['fraud model'][0]['source']")" = "('Production', 'mlflow-artifacts:/1/$run_id/artifacts/model')" ]
  [ "$(state "s['models']['fraud model'][0]['tags']['driftwatch.version'], s['models']['fraud model'][0]['tags']['driftwatch.data_digest']")" = "('v1', '0123456789abcdef0123456789abcdef')" ]
  # another one beside it: experiment and model are there now
  run -0 --separate-stderr dw-model export v2 --mlflow "$URL" --output done.json
  [[ $(cat done.json) == *'"mlflow_version":"2"'*'"stage":"None"'* ]]
  [ "$(state "[v['stage'] for v in s['models']['fraud model']], len(s['experiments']), s['models']['fraud model'][1]['tags']['driftwatch.parent']")" = "(['Production', 'None'], 1, 'v1')" ]
  dw-model promote v2 >out
  dw-model export v2 --mlflow "$URL" --experiment 'my own/experiment & more' >out
  [ "$(state "[v['stage'] for v in s['models']['fraud model']], s['experiments']['2']")" = "(['Archived', 'None', 'Production'], 'my own/experiment & more')" ]
}

@test "mlflow: artifacts that only the server reaches, a host in their address, a token" {
  serve --artifacts s3://bucket --token sesame
  run -4 --separate-stderr dw-model export v1 --mlflow "$URL"
  [ "$stderr" = 'dw-model: MLflow refuses experiments/get-by-name: status 401, UNAUTHENTICATED: Who is this?' ]
  MLFLOW_TRACKING_TOKEN=sesame run -0 --separate-stderr dw-model export v1 --mlflow "$URL"
  [[ $output == *'"artifacts":"s3://bucket/1/'*'"uploaded":false'* && $output != *sesame* ]]
  [ "$(state "s['artifacts']")" = '{}' ]
  serve --artifacts mlflow-artifacts://host:5000/root
  dw-model export v1 --mlflow "$URL" >out
  [ "$(state "list(s['artifacts'])")" = "['root/1/00000000000000000000000000000001/artifacts/model/model.json']" ]
}

@test "mlflow: a refusal at any step is an error, and the run ends as failed" {
  for path in mlflow/runs/search mlflow/runs/create mlflow/runs/log-batch mlflow/registered-models/create mlflow/model-versions/search mlflow/model-versions/create \
    mlflow/registered-models/alias mlflow/model-versions/transition-stage mlflow-artifacts/artifacts/1/00000000000000000000000000000001/artifacts/model/model.json; do
    serve --fail $path
    run -4 --separate-stderr dw-model export v1 --mlflow "$URL"
    [ -z "$output" ]
    [[ $stderr == 'dw-model: MLflow refuses '*': status 500, INTERNAL_ERROR: Out of order??[31mtoday' ]]
    [[ $path = mlflow/runs/[sc]* ]] || [ "$(state "list(s['runs'].values())[0]['status']")" = FAILED ]
  done
}

@test "mlflow: the same version again makes nothing new, moves the stage, and takes up what was broken off" {
  serve
  dw-model export v1 --mlflow "$URL" >first
  before=$(state "s['runs']")
  DW_NOW=2026-02-01T00:00:00Z dw-model export v1 --mlflow "$URL" >second
  [[ $(cat second) == *'"mlflow_version":"1"'*'"uploaded":true,"already_there":true,'* ]]
  [ "$(state "len(s['runs']), len(s['models']['fraud model'])")" = "(1, 1)" ]
  [ "$(state "s['runs']")" = "$before" ]
  # a later stage is brought along; the same bytes registered as another version are another version
  dw-model promote v2 >out
  dw-model export v1 --mlflow "$URL" >out
  [ "$(state "[v['stage'] for v in s['models']['fraud model']]")" = "['Archived']" ]
  dw-model export v2 --mlflow "$URL" >out
  dw-model export v2 --mlflow "$URL" >out
  [ "$(state "[v['stage'] for v in s['models']['fraud model']], len(s['runs'])")" = "(['Archived', 'Production'], 2)" ]
  for path in mlflow/runs/log-batch mlflow/model-versions/create mlflow/registered-models/alias mlflow/model-versions/transition-stage mlflow/runs/update; do
    serve --fail $path --fail-once
    run -4 --separate-stderr dw-model export v2 --mlflow "$URL"
    run -0 --separate-stderr dw-model export v2 --mlflow "$URL"
    [[ $output == *'"already_there":false'* ]]
    [ "$(state "len(s['runs']), [v['stage'] for v in s['models']['fraud model']], list(s['runs'].values())[0]['status'], list(s['runs'].values())[0]['metrics']")" = \
      "(1, ['Production'], 'FINISHED', {'training_auc': 0.93})" ]
  done
}

@test "mlflow: no server, not one, not an address" {
  run -4 --separate-stderr dw-model export v1 --mlflow http://me:secret@127.0.0.1:1
  [[ $stderr == 'dw-model: http://127.0.0.1:1/api/2.0/mlflow/experiments/get-by-name: '*'onnect'* && $stderr != *secret* ]]
  run -2 --separate-stderr dw-model export v1 --mlflow ftp://127.0.0.1
  run -2 --separate-stderr dw-model export v1
  [[ $stderr == 'dw-model: export where to? give --mlflow URL'* ]]
  run -3 --separate-stderr dw-model export v9 --mlflow http://127.0.0.1:1
  serve
  run -4 --separate-stderr dw-model export v1 --mlflow "$URL/elsewhere"
  [[ $stderr == 'dw-model: '*'is it an MLflow server?' ]]
  [ "$(state "s['runs'], s['models']")" = '({}, {})' ]
}
