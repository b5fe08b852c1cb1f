# dw-model: the life of versions, concurrent callers, full disks, for every kind of store. dw-model_kills.bats: killed at every write.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-31T09:30:00Z ASAN_OPTIONS=detect_leaks=0
  model() { echo "{\"kind\":\"model\",\"format\":1,\"task\":\"binary\",\"booster_kind\":\"gbtree\",\"metrics\":{\"auc\":0.$1},\"booster\":{},\"made_by\":[]}"; }
  model 91 >m1.json
  model 92 >m2.json
  { model 93; head -c 20000 /dev/zero | tr '\0' ' '; } >m3.json
  cat >metrics.ndjson <<'JSON'
{"kind":"metric","metric":"auc","value":0.91,"low":0.9,"high":0.92,"count":5000,"positives":150,"window":null,"segment":null,"estimated":false}
{"kind":"metric","metric":"auc","value":0.5,"window":{"index":0},"segment":null}
{"kind":"summary","command":"dw-eval"}
JSON
}

# Every kind of store that needs no server: WORD COMMAND... with R, its address, and P, its path.
each_store()
{
  local word=$1
  shift
  for kind in '' 'sqlite:'; do
    P=$word${kind%:} R=$kind$word${kind%:}
    "$@" || { echo "with $R"; return 1; }
  done
}

reg() { dw-model --registry "$R" "$@"; }
say() { echo "$*"; return 1; }

# Two versions, v1 in Production, v2 in Staging.
two()
{
  reg register --model m1.json --metrics metrics.ndjson --name fraud >two.out && reg register --model m2.json --parent v1 >two.out &&
    reg promote v1 >two.out && reg promote v2 --stage staging >two.out
}

# "v1 Production"
stages() { reg list | sed 's/.*"version":"\(v[0-9]*\)","stage":"\([A-Za-z]*\)".*/\1 \2/'; }

@test "register, promote, rollback, list, show, history" {
  one()
  {
    run -0 --separate-stderr reg register --model m1.json --metrics metrics.ndjson --name fraud --reason 'first of all' || return 1
    [ -z "$stderr" ] && [[ $output == '{"kind":"model_change","change":1,"action":"register","version":"v1",'*'"reason":"first of all"'*'"time":"2026-01-31T09:30:00Z"'* ]] || return 1
    run -0 --separate-stderr reg register --model m2.json --parent v1 || return 1
    run -0 --separate-stderr reg promote v1 || return 1
    run -0 --separate-stderr reg promote v2 || return 1
    [[ $output == *'"action":"promote","version":"v2","from":"None","stage":"Production","replaced":"v1"'* ]] || return 1
    [ "$(stages)" = $'v1 Archived\nv2 Production' ] || return 1
    run -0 --separate-stderr reg rollback || return 1
    [[ $output == *'"action":"rollback","version":"v1","from":"Archived","stage":"Production","replaced":"v2"'* ]] || return 1
    run -5 --separate-stderr reg rollback || return 1
    [[ $stderr == *'nothing to roll back to: no version was in Production before v1' ]] || return 1
    run -0 --separate-stderr reg list || return 1
    [ "${#lines[@]}" -eq 2 ] && [[ ${lines[0]} == '{"kind":"model_version","version":"v1","stage":"Production"'*'"name":"fraud"'*'"metrics":[{"metric":"auc","value":0.91,"low":0.9,"high":0.92,"count":5000,"positives":150,"estimated":false}]'* ]] || return 1
    [[ ${lines[1]} == *'"version":"v2","stage":"Archived"'*'"parent":"v1"'* ]] || return 1
    run -0 --separate-stderr reg history || return 1
    [ "${#lines[@]}" -eq 5 ]
    [[ ${lines[4]} == *'"change":5,"action":"rollback"'* ]]
  }
  each_store reg one
}

@test "the model itself: to a file beside the document, or alone to standard output" {
  one()
  {
    two || return 1
    reg show production --output got.json >got.line && cmp got.json m1.json && [ "$(cat got.line)" = "$(reg list | head -n 1)" ] || return 1
    reg show staging --output - | cmp - m2.json || return 1
    run -0 --separate-stderr reg show v2 || return 1
    [ "$output" = "$(reg list | tail -n 1)" ] || return 1
    gzip -c m3.json >m3.json.gz
    reg register --model m3.json.gz >out
    reg show latest --output - | cmp - m3.json
  }
  each_store reg one
}

@test "mistakes" {
  R=reg
  two
  run -2 --separate-stderr dw-model list
  [[ $stderr == 'dw-model: which registry?'* ]]
  DW_REGISTRY=reg run -0 dw-model list
  run -2 --separate-stderr reg
  [[ $stderr == 'dw-model: what to do?'* ]]
  run -2 --separate-stderr reg remove v1
  [[ $stderr == 'dw-model: "remove" is not register, promote,'* ]]
  run -2 --separate-stderr reg promote
  [[ $stderr == 'dw-model: promote which version?'* ]]
  run -2 --separate-stderr reg promote v1 v2
  [[ $stderr == 'dw-model: unexpected operand "v2"'* ]]
  run -2 --separate-stderr reg register
  [[ $stderr == 'dw-model: register what? give --model FILE'* ]]
  run -2 --separate-stderr reg rollback --stage staging
  [[ $stderr == 'dw-model: --stage does not go with rollback'* ]]
  run -2 --separate-stderr reg promote v1 --stage archived
  run -3 --separate-stderr reg promote v7
  [ "$stderr" = 'dw-model: reg: no version v7; the latest is v2' ]
  run -3 --separate-stderr reg promote seven
  [[ $stderr == 'dw-model: "seven" is not a version: v1,'* ]]
  run -3 --separate-stderr reg register --model metrics.ndjson
  run -3 --separate-stderr reg register --model m1.json --parent v9
  run -3 --separate-stderr reg register --model m1.json --metrics m1.json
  run -4 --separate-stderr reg register --model none.json
  [ "$stderr" = 'dw-model: none.json: No such file or directory' ]
  [ "$(reg history | wc -l)" -eq 4 ]
  R=nowhere
  run -4 --separate-stderr reg list
  [ "$stderr" = 'dw-model: nowhere: No such file or directory' ]
  run -4 --separate-stderr reg promote v1
  run -3 --separate-stderr reg register --model metrics.ndjson
  [ ! -e nowhere ]
  mkdir mine
  touch mine/file
  R=mine
  run -3 --separate-stderr reg register --model m1.json
  [[ $stderr == 'dw-model: mine: neither a store (there is no index.json in it) nor empty: "file" is in it' ]]
  [ "$(ls -A mine)" = file ]
}

@test "a damaged model is bad data, whatever was changed" {
  R=reg
  two
  sed -i 's/0.91/0.99/' reg/*-model-v1.json
  run -3 --separate-stderr reg show production
  [[ $stderr == 'dw-model: reg/'*'-model-v1.json: damaged: these are not the bytes that were stored' ]]
  run -3 --separate-stderr reg show v1 --output model.json
  [ -z "$output" ]
  [ ! -e model.json ]
  run -0 reg show v2
  rm reg/*-model-v2.json
  run -3 --separate-stderr reg show v2
  [[ $stderr == *'damaged: the file is missing' ]]
  run -0 reg list
}

@test "a key makes a change once" {
  one()
  {
    two || return 1
    ! reg rollback --once k1 2>err || say 'nothing to roll back, and it did' || return 1
    reg promote v2 --once k1 >first && reg promote v2 --once k1 >second && cmp first second || return 1
    reg rollback --once k2 >first && reg rollback --once k2 >second && cmp first second || return 1
    [ "$(stages)" = $'v1 Production\nv2 Archived' ] || return 1
    run -3 --separate-stderr reg register --model m1.json --once k2 || return 1
    [[ $stderr == *'the key "k2" was used for a rollback already'* ]]
  }
  each_store reg one
}

# --- concurrent callers ---

@test "ten concurrent promotes leave one Production version" {
  one()
  {
    local pids=() i
    for i in 1 2 3 4 5 6 7 8 9 10; do reg register --model m1.json >out || return 1; done
    for i in 1 2 3 4 5 6 7 8 9 10; do reg promote v$i >out.$i 2>err.$i & pids+=($!); done
    for i in "${pids[@]}"; do wait "$i" || say "a promote failed: $(cat err.*)" || return 1; done
    [ "$(stages | grep -c Production)" -eq 1 ] && [ "$(stages | grep -c Archived)" -eq 9 ] || say "$(stages)" || return 1
    [ "$(reg history | sed 's/.*"change":\([0-9]*\).*/\1/')" = "$(seq 20)" ] || return 1
    # each took the place of the one before it: the way back visits all of them
    for i in 1 2 3 4 5 6 7 8 9; do reg rollback >out || return 1; [ "$(stages | grep -c Production)" -eq 1 ] || return 1; done
    run -5 reg rollback || return 1
  }
  each_store many one
}

# --- full disks ---

@test "a full disk is an error, and nothing is half registered" {
  one()
  {
    two
    reg list >before
    reg history >before.history
    local size
    size=$(du -sk "$P" | sed 's/[^0-9].*//')
    { model 94; head -c 400000 /dev/zero | tr '\0' ' '; } >big.json
    # SIGXFSZ ignored: the write fails with EFBIG, as it would with ENOSPC
    run -4 --separate-stderr bash -c "trap '' XFSZ; ulimit -f 100; exec dw-model --registry $R register --model big.json" || return 1
    [[ $stderr == dw-model:*'File too large'* || $stderr == dw-model:*'disk I/O error'* || $stderr == dw-model:*'full'* ]] || say "$stderr" || return 1
    reg list | cmp - before && reg history | cmp - before.history || return 1
    [ "$(du -sk "$P" | sed 's/[^0-9].*//')" -le $((size + 8)) ] || say "it takes $(du -sk "$P"), $size before" || return 1
    # the same where the caller did not ignore the signal
    run -4 bash -c "ulimit -c 0 -f 100; exec dw-model --registry $R register --model big.json" || return 1
    reg list | cmp - before
    reg register --model big.json >out
    reg show v3 --output - | cmp - big.json
  }
  each_store full one
}

@test "a folder that cannot be written can be read" {
  R=reg
  two
  reg list >before
  chmod a-w reg reg/*
  if touch reg/x 2>/dev/null; then rm -f reg/x; skip 'root writes everywhere'; fi
  reg list | cmp - before
  run -4 --separate-stderr reg promote v2
  [[ $stderr == 'dw-model: reg/lock: Permission denied' ]]
  chmod u+w reg
}

@test "model: models of XGBoost in UBJSON, and with NaN in them, are kept byte for byte" {
  X=$BATS_TEST_DIRNAME/data/xgboost33
  sed 's/"base_weights":\[/"base_weights":[NaN,/' "$X/categorical.json" >nan.json
  dw-model --registry forms register --model "$X/categorical.ubj" >out
  dw-model --registry forms register --model nan.json >out
  dw-model --registry forms show v1 --output one.ubj | jq -e '.model == {format: "xgboost", bytes: 8301, digest: .model.digest, task: null, booster_kind: "gbtree"}' >said
  cmp one.ubj "$X/categorical.ubj"
  dw-model --registry forms show v2 --output two.json | jq -e '.model.booster_kind == "gbtree"' >said
  cmp two.json nan.json
  dw-score --model one.ubj "$X/rows_categorical.ndjson" >scored
  head -c 4000 "$X/categorical.ubj" >cut.ubj
  run -3 --separate-stderr dw-model --registry forms register --model cut.ubj
  [[ $stderr == 'dw-model: cut.ubj: UBJSON, byte '* ]]
}
