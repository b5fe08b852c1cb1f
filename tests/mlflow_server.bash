# For tests of dw-model with an MLflow server: a registry with two versions, the first in Production, and tests/mlflow_server.py.
# shellcheck shell=bash disable=SC2034

setup()
{
  command -v python3 >/dev/null || skip 'no python3 for the MLflow server of the tests'
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-31T09:30:00Z ASAN_OPTIONS=detect_leaks=0 DW_REGISTRY=reg no_proxy=127.0.0.1
  unset MLFLOW_TRACKING_TOKEN MLFLOW_TRACKING_USERNAME MLFLOW_TRACKING_PASSWORD
  SERVER_ID=
  echo '{"kind":"model","format":1,"task":"binary","booster_kind":"gbtree","metrics":{"auc":0.93,"note":"x"},"booster":{},"made_by":[{"command":"dw-train","inputs":[{"name":"input","digest":"0123456789abcdef0123456789abcdef"}]}]}' >m1.json
  cat >metrics.ndjson <<'JSON'
{"kind":"metric","metric":"auc","value":0.91,"low":0.9,"high":0.92,"window":null,"segment":null,"estimated":false}
{"kind":"metric","metric":"confusion_matrix","value":null,"matrix":[[1,2],[3,4]]}
{"kind":"metric","metric":"brier","value":0.125,"low":null,"high":null,"estimated":true}
JSON
  dw-model register --model m1.json --metrics metrics.ndjson --name 'fraud model' >out
  dw-model register --model m1.json --parent v1 --name 'fraud model' >out
  dw-model promote v1 >out
}

teardown() { [ -z "${SERVER_ID:-}" ] || kill "$SERVER_ID" 2>/dev/null || true; }

# ARGUMENT...: starts the server; URL is its address
serve()
{
  : >port
  python3 "$BATS_TEST_DIRNAME/mlflow_server.py" state.json "$@" >port 2>server.err 3>&- &
  SERVER_ID=$!
  for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done
  [ -s port ] || { cat server.err; return 1; }
  URL=http://127.0.0.1:$(cat port)
}

# An expression of Python about the server's state s
state() { python3 -c "import json, base64; s = json.load(open('state.json')); r = $1; print(r)"; }
