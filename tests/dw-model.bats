# dw-model: the life of versions, kills at every write, concurrent callers, full disks, for every kind of store.

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
  for kind in ''; do
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
    run -0 --separate-stderr reg register --model m1.json --metrics metrics.ndjson --name fraud --reason 'first of all'
    [ -z "$stderr" ] && [[ $output == '{"kind":"model_change","change":1,"action":"register","version":"v1",'*'"reason":"first of all"'*'"time":"2026-01-31T09:30:00Z"'* ]] || return 1
    run -0 --separate-stderr reg register --model m2.json --parent v1
    run -0 --separate-stderr reg promote v1
    run -0 --separate-stderr reg promote v2
    [[ $output == *'"action":"promote","version":"v2","from":"None","stage":"Production","replaced":"v1"'* ]] || return 1
    [ "$(stages)" = $'v1 Archived\nv2 Production' ] || return 1
    run -0 --separate-stderr reg rollback
    [[ $output == *'"action":"rollback","version":"v1","from":"Archived","stage":"Production","replaced":"v2"'* ]] || return 1
    run -5 --separate-stderr reg rollback
    [[ $stderr == *'nothing to roll back to: no version was in Production before v1' ]] || return 1
    run -0 --separate-stderr reg list
    [ "${#lines[@]}" -eq 2 ] && [[ ${lines[0]} == '{"kind":"model_version","version":"v1","stage":"Production"'*'"name":"fraud"'*'"metrics":[{"metric":"auc","value":0.91,"low":0.9,"high":0.92,"count":5000,"positives":150,"estimated":false}]'* ]] || return 1
    [[ ${lines[1]} == *'"version":"v2","stage":"Archived"'*'"parent":"v1"'* ]] || return 1
    run -0 --separate-stderr reg history
    [ "${#lines[@]}" -eq 5 ] && [[ ${lines[4]} == *'"change":5,"action":"rollback"'* ]]
  }
  each_store reg one
}

@test "the model itself: to a file beside the document, or alone to standard output" {
  one()
  {
    two || return 1
    reg show production --output got.json >got.line && cmp got.json m1.json && [ "$(cat got.line)" = "$(reg list | head -n 1)" ] || return 1
    reg show staging --output - | cmp - m2.json || return 1
    run -0 --separate-stderr reg show v2
    [ "$output" = "$(reg list | tail -n 1)" ] || return 1
    gzip -c m3.json >m3.json.gz
    reg register --model m3.json.gz >out && reg show latest --output - | cmp - m3.json
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
  mkdir mine && touch mine/file
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
  [ -z "$output" ] && [ ! -e model.json ]
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
    reg rollback --once k1 2>err && say 'nothing to roll back, and it did'
    reg promote v2 --once k1 >first && reg promote v2 --once k1 >second && cmp first second || return 1
    reg rollback --once k2 >first && reg rollback --once k2 >second && cmp first second || return 1
    [ "$(stages)" = $'v1 Production\nv2 Archived' ] || return 1
    run -3 --separate-stderr reg register --model m1.json --once k2
    [[ $stderr == *'the key "k2" was used for a rollback already'* ]]
  }
  each_store reg one
}

# --- kill -9 at every write ---

copy() { rm -rf "$2" "$2-journal" && cp -r "$1" "$2"; }

# COMMAND...: killed at its 1st, 2nd, … write; the registry is the one before the command or the one after it, every time, and the same
# command finishes the work. $P.start holds the registry before it ('' for none).
killed_everywhere()
{
  local start=$P.start n=0 status=137 kills=0
  rm -rf "$P"
  [ ! -e "$start" ] || copy "$start" "$P"
  if [ -e "$P" ]; then reg list >before && reg history >before.history; else : >before; : >before.history; fi
  reg "$@" --once k >out || return 1
  reg list >after && reg history >after.history && ls "$P" >after.files
  [ "$(wc -l <after.history)" -eq $(($(wc -l <before.history) + 1)) ] || say 'the command itself did not do one change' || return 1
  while [ "$status" -eq 137 ]; do
    n=$((n + 1)) status=0
    rm -rf "$P" "$P-journal"
    [ ! -e "$start" ] || copy "$start" "$P"
    DW_FAULT_WRITE=$n reg "$@" --once k >out 2>err || status=$?
    [ "$status" -eq 137 ] || break
    kills=$((kills + 1))
    # a registry that was about to be made may not be there, or be empty
    if reg list >now 2>err; then reg history >now.history || return 1
    elif [ ! -e "$start" ]; then : >now; : >now.history
    else say "killed at $n: list says $(cat err)" || return 1; fi
    if cmp -s now before; then cmp now.history before.history || return 1
    else cmp now after && cmp now.history after.history || say "killed at $n: neither before nor after" || return 1; fi
    while read -r version; do reg show "$version" >out || return 1; done < <(stages | sed 's/ .*//')
    reg "$@" --once k >out 2>err || say "killed at $n: the next run says $(cat err)" || return 1
    reg list | cmp - after && reg history | cmp - after.history || say "killed at $n: the next run did something else" || return 1
    # a promote that changes nothing any more cleans up as well: nothing is left over
    reg promote latest --stage staging >out 2>err || reg promote latest >out || return 1
    [ "$(find . -name '*.dw-*' -o -name '*-journal')" = '' ] || say "killed at $n: left $(find . -name '*.dw-*')" || return 1
    [ ! -d "$P" ] || [ "$(ls "$P" | wc -l)" -eq "$(wc -l <after.files)" ] || say "killed at $n: files $(ls "$P") instead of $(cat after.files)" || return 1
  done
  [ "$status" -eq 0 ] || say "with DW_FAULT_WRITE=$n: status $status, $(cat err)" || return 1
  [ "$kills" -ge 4 ] || say "only $kills writes were seen"
}

@test "killed at every write: the first register" {
  one() { killed_everywhere register --model m3.json --metrics metrics.ndjson; }
  each_store first one
}

@test "killed at every write: register, promote, rollback" {
  one()
  {
    two && reg promote v2 >out && mv "$P" "$P.start" || return 1
    killed_everywhere register --model m3.json --metrics metrics.ndjson --parent production &&
      killed_everywhere promote v1 && killed_everywhere rollback
  }
  each_store later one
}

@test "killed at every write: the model of show is whole or absent" {
  R=reg
  two
  n=0
  while n=$((n + 1)); status=0; DW_FAULT_WRITE=$n dw-model --registry reg show v2 --output got/model.json >out || status=$?; [ "$status" -ne 0 ]; do
    [ "$n" -gt 1 ] || { mkdir got; continue; }
    [ "$status" -eq 137 ]
    [ ! -e got/model.json ] || cmp got/model.json m2.json
  done
  [ "$n" -ge 4 ]
  cmp got/model.json m2.json
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
    run -5 reg rollback
  }
  each_store many one
}

@test "concurrent registers, half of them killed: the others get numbers without gaps" {
  one()
  {
    local pids=() i good=0
    reg register --model m1.json >out || return 1
    for i in 1 2 3 4 5 6 7 8 9 10; do
      if [ $((i % 2)) -eq 0 ]; then reg register --model m3.json >out.$i 2>err.$i & else DW_FAULT_WRITE=$i reg register --model m3.json >out.$i 2>err.$i & fi
      pids+=($!)
    done
    for i in "${pids[@]}"; do ! wait "$i" 2>err || good=$((good + 1)); done
    [ "$good" -ge 5 ] || return 1
    local count
    count=$(reg list | wc -l)
    [ "$count" -gt "$good" ] && [ "$(stages | sed 's/ .*//')" = "$(seq "$count" | sed 's/^/v/')" ] || say "$good, $count: $(stages)" || return 1
    while read -r version; do reg show "$version" >out || return 1; done < <(stages | sed 's/ .*//')
  }
  each_store killed one
}

# --- full disks ---

@test "a full disk is an error, and nothing is half registered" {
  one()
  {
    two && reg list >before && reg history >before.history && local size
    size=$(du -sk "$P" | sed 's/[^0-9].*//')
    { model 94; head -c 400000 /dev/zero | tr '\0' ' '; } >big.json
    # SIGXFSZ ignored: the write fails with EFBIG, as it would with ENOSPC
    run -4 --separate-stderr bash -c "trap '' XFSZ; ulimit -f 100; exec dw-model --registry $R register --model big.json"
    [[ $stderr == dw-model:*'File too large'* || $stderr == dw-model:*'disk I/O error'* || $stderr == dw-model:*'full'* ]] || say "$stderr" || return 1
    reg list | cmp - before && reg history | cmp - before.history || return 1
    [ "$(du -sk "$P" | sed 's/[^0-9].*//')" -le $((size + 8)) ] || say "it takes $(du -sk "$P"), $size before" || return 1
    # and not ignored: the signal ends it
    run -153 bash -c "ulimit -c 0 -f 100; exec dw-model --registry $R register --model big.json"
    reg list | cmp - before && reg register --model big.json >out && reg show v3 --output - | cmp - big.json
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
