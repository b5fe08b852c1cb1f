# dw-store killed (kill -9) at every 29th write (KILL_STRIDE=1, make test-kills: at every one): what was there stays, a transaction is there as
# a whole or not at all, and the same call finishes the work.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-01T12:00:00Z DW_DB=sqlite:r.db ASAN_OPTIONS=detect_leaks=0
  dw-gen --rows 20 --seed 1 >first
  dw-gen --rows 60 --seed 2 >more
}

say() { echo "$*"; return 1; }

# FUNCTION LEAST COMMAND...: the command killed at its first write, then KILL_STRIDE (13) further on, and so on until it is not, each time with
# what the function "begin" leaves; then the function looks. LEAST: so many writes at least, or nothing was tested.
killed()
{
  local look=$1 least=$2 stride=${KILL_STRIDE:-29} n=1 ended=137
  shift 2
  while [ "$ended" -eq 137 ]; do
    ended=0
    rm -f r.db*
    begin
    DW_FAULT_WRITE=$n "$@" >out 2>err || ended=$?
    [ "$ended" -eq 137 ] || [ "$ended" -eq 0 ] || say "at $n: status $ended: $(cat err)" || return 1
    $look "$n" || return 1
    n=$((n + stride))
  done
  [ $((n - stride)) -gt "$least" ] || say "it did not write more than $((n - stride - 1)) times"
}

@test "kills: a put into a new database" {
  begin() { :; }
  look()
  {
    dw-store get >got 2>err || [ $? -ge 3 ] || return 1
    [ ! -s got ] || cmp got first || return 1
    dw-store put --quiet first >out || return 1
    dw-store get | cmp - first || say "at $1: not all is there"
  }
  killed look 120 dw-store put --quiet first
}

@test "kills: a put into a database with records" {
  begin() { dw-store put --quiet first >out; }
  cat first more | sort >both
  look()
  {
    dw-store get >got || return 1
    sort got >sorted
    cmp -s got first || cmp -s sorted both || say "at $1: neither before nor after" || return 1
    dw-store put --quiet more >out || return 1
    dw-store get | sort | cmp - both || return 1
    dw-store put --quiet more first >out || return 1
    grep -q '"stored":0,"duplicates":80,' out
  }
  killed look 24 dw-store put --quiet more
}

@test "kills: a prune" {
  begin() { dw-store put --quiet first >out; }
  export DW_NOW=2026-01-01T12:00:00Z
  prune() { DW_NOW=2026-06-01T00:00:00Z dw-store prune --table inference_logs; }
  look()
  {
    dw-store get >got || return 1
    [ ! -s got ] || cmp got first || say "at $1: a part is there" || return 1
    prune >out || return 1
    [ -z "$(dw-store get)" ] || return 1
    dw-store put --quiet more >out || return 1
    dw-store get | cmp - more
  }
  killed look 24 env DW_NOW=2026-06-01T00:00:00Z dw-store prune --table inference_logs
}

@test "kills: migrate goes on where it was" {
  begin() { :; }
  seen=
  look()
  {
    run dw-store put --quiet first # by the time that its tables are whole, it is a database; an unfinished one is told
    [ "$status" -eq 0 ] || [[ $output == *'run dw-store migrate' ]] || return 1
    [ "$status" -eq 0 ] || seen=yes
    dw-store migrate >out || return 1
    dw-store put --quiet first >out || return 1
    dw-store get | cmp - first || return 1
    dw-store migrate >out || return 1
    [ ! -s out ]
  }
  killed look 120 dw-store migrate
  [ -n "$seen" ] # a database between two versions was among them
}
