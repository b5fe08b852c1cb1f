# For tests of dw-model with an MLflow server: a registry with two versions, the first in Production, and tests/mlflow_server.py, which runs
# for all tests of a file and is empty again for each.
# shellcheck shell=bash disable=SC2034

setup_file()
{
  command -v python3 >/dev/null || return 0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_FILE_TMPDIR" || return 1
  export PATH DW_NOW=2026-01-31T09:30:00Z ASAN_OPTIONS=detect_leaks=0 DW_REGISTRY=reg no_proxy=127.0.0.1 URL SERVER_ID
  unset MLFLOW_TRACKING_TOKEN MLFLOW_TRACKING_USERNAME MLFLOW_TRACKING_PASSWORD
  mkfifo ask told
  exec 8<>ask 9<>told
  python3 "$BATS_TEST_DIRNAME/mlflow_server.py" <&8 >&9 2>server.err 3>&- &
  SERVER_ID=$!
  mkdir made
  cd made || return 1
  echo '{"kind":"model","format":1,"task":"binary","booster_kind":"gbtree","metrics":{"auc":0.93,"note":"x"},"booster":{},"made_by":[{"command":"dw-train","inputs":[{"name":"input","digest":"0123456789abcdef0123456789abcdef"}]}]}' >m1.json
  cat >metrics.ndjson <<'JSON'
{"kind":"metric","metric":"auc","value":0.91,"low":0.9,"high":0.92,"window":null,"segment":null,"estimated":false}
{"kind":"metric","metric":"confusion_matrix","value":null,"matrix":[[1,2],[3,4]]}
{"kind":"metric","metric":"brier","value":0.125,"low":null,"high":null,"estimated":true}
JSON
  dw-model register --model m1.json --metrics metrics.ndjson --name 'fraud model' >out
  dw-model register --model m1.json --parent v1 --name 'fraud model' >out
  dw-model promote v1 >out
  read -r -t 60 port <&9 || { cat ../server.err; return 1; }
  exec 8>&- 9>&-
  URL=http://127.0.0.1:$port
}

teardown_file() { [ -z "${SERVER_ID:-}" ] || kill "$SERVER_ID"; }

setup()
{
  command -v python3 >/dev/null || skip 'no python3 for the MLflow server of the tests'
  cp -r "$BATS_FILE_TMPDIR/made/." "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# LINE: what the server says to it
told()
{
  echo "$1" 1<>"$BATS_FILE_TMPDIR/ask" # also for reading: without the server it would wait for one who reads
  read -r -t 60 answer <>"$BATS_FILE_TMPDIR/told" || { cat "$BATS_FILE_TMPDIR/server.err"; return 1; }
}

# ARGUMENT...: the server is empty, and such a one
serve() { told "serve $*" && [ "$answer" = ready ]; }

# An expression of Python about the server's state s
state() { told "$1" && echo "$answer"; }
