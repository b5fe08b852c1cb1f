# dw-model killed (kill -9) at every seventh write of a registry in a folder and at every 37th of one in SQLite (KILL_STRIDE=1, make test-kills:
# every one): the registry is the one before or the one after, and the same command finishes the work.

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

# What was there before a command: $P.start, or nothing.
restart() { rm -rf "$P" "$P-journal" && { [ ! -e "$P.start" ] || cp -r "$P.start" "$P"; }; }

# What the registry says of itself, into LIST and HISTORY.
ask() { LIST=$(reg list) && HISTORY=$(reg history); }

# Every version can be shown.
shown()
{
  local line
  while read -r line; do
    [[ $line =~ '"version":"'(v[0-9]+)'"' ]] && reg show "${BASH_REMATCH[1]}" >out || return 1
  done <<<"$LIST"
}

# COMMAND...: killed at its 1st, 8th (38th), … write; the registry is the one before the command or the one after it, every time, and the same
# command finishes the work.
killed_everywhere()
{
  local n=1 stride=${KILL_STRIDE:-7} status=137 before='' before_history='' after after_history files left rows rows_after
  [ "$P" = "$R" ] || stride=${KILL_STRIDE:-37} # most writes of SQLite are pages of one transaction
  shopt -s globstar nullglob dotglob
  restart
  if [ -e "$P" ]; then ask && before=$LIST before_history=$HISTORY; fi
  reg "$@" --once k >out && ask && after=$LIST after_history=$HISTORY files=("$P"/*) || return 1
  rows=()
  [ -z "$before_history" ] || mapfile -t rows <<<"$before_history"
  mapfile -t rows_after <<<"$after_history"
  [ ${#rows_after[@]} -eq $((${#rows[@]} + 1)) ] ||
    say 'the command itself did not do one change' || return 1
  while [ "$status" -eq 137 ]; do
    status=0
    restart
    DW_FAULT_WRITE=$n reg "$@" --once k >out 2>err || status=$?
    [ "$status" -eq 137 ] || break
    # a registry that was about to be made may not be there, or be empty
    if LIST=$(reg list 2>err); then HISTORY=$(reg history) || return 1
    elif [ ! -e "$P.start" ]; then LIST='' HISTORY=''
    else say "killed at $n: list says $(cat err)" || return 1; fi
    [[ $LIST = "$before" && $HISTORY = "$before_history" || $LIST = "$after" && $HISTORY = "$after_history" ]] ||
      say "killed at $n: neither before nor after" || return 1
    [ -z "$LIST" ] || shown || return 1
    reg "$@" --once k >out 2>err || say "killed at $n: the next run says $(cat err)" || return 1
    ask && [[ $LIST = "$after" && $HISTORY = "$after_history" ]] || say "killed at $n: the next run did something else" || return 1
    # a promote that changes nothing any more cleans up as well: nothing is left over
    reg promote latest --stage staging >out 2>err || reg promote latest >out || return 1
    left=(**/*.dw-* **/*-journal)
    [ ${#left[@]} -eq 0 ] || say "killed at $n: left ${left[*]}" || return 1
    left=("$P"/*)
    [ ${#left[@]} -eq ${#files[@]} ] || say "killed at $n: files ${left[*]} instead of ${files[*]}" || return 1
    n=$((n + stride))
  done
  [ "$status" -eq 0 ] || say "with DW_FAULT_WRITE=$n: status $status, $(cat err)" || return 1
  [ "$n" -gt 4 ] && [ "$n" -gt $((stride + 1)) ] || say "fewer than $n writes were seen"
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
