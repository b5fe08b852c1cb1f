# dw-model with a registry in PostgreSQL: a server of the tests' own, on loopback. Skipped where no server is installed.

bats_require_minimum_version 1.5.0

load postgres_server

setup_file() { pg_start; }
teardown_file() { pg_stop; }

setup()
{
  [ -n "${PG_UP:-}" ] || skip 'no PostgreSQL server is installed'
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-31T09:30:00Z ASAN_OPTIONS=detect_leaks=0
  SERVER="tester:secret@127.0.0.1:$PG_PORT"
  # a schema of its own for each test
  R="postgres:postgresql://$SERVER/postgres?options=-csearch_path%3Dt$BATS_TEST_NUMBER"
  pg_sql -c "CREATE SCHEMA t$BATS_TEST_NUMBER"
  for n in 1 2 3; do echo "{\"kind\":\"model\",\"format\":1,\"booster\":{},\"n\":$n}" >m$n.json; done
}

reg() { dw-model --registry "$R" "$@"; }
stages() { reg list | sed 's/.*"version":"\(v[0-9]*\)","stage":"\([A-Za-z]*\)".*/\1 \2/'; }
say() { echo "$*"; return 1; }
two() { reg register --model m1.json >out && reg register --model m2.json --parent v1 >out && reg promote v1 >out && reg promote v2 >out; }

@test "postgres: register, promote, rollback, list, show, history" {
  run -3 --separate-stderr reg list
  [ "$stderr" = 'dw-model: database postgres at 127.0.0.1: not a store: there are no tables of one in it' ]
  run -0 --separate-stderr reg register --model m1.json
  [ -z "$stderr" ]
  [[ $output != *secret* ]]
  reg register --model m2.json --parent v1 >out
  reg promote v1 >out
  reg promote v2 >out
  [ "$(stages)" = $'v1 Archived\nv2 Production' ]
  reg show production --output - | cmp - m2.json
  reg rollback --once k >out
  reg rollback --once k >again
  cmp out again
  [ "$(stages)" = $'v1 Production\nv2 Archived' ]
  run -5 --separate-stderr reg rollback
  [[ $stderr == 'dw-model: database postgres at 127.0.0.1: nothing to roll back to'* ]]
  [ "$(reg history | wc -l)" -eq 5 ]
  # the same by the other ways to write the address
  reg list >want
  dw-model --registry "${R#postgres:}" list | cmp - want
  PGPASSWORD=secret dw-model --registry "postgres:host=127.0.0.1 port=$PG_PORT user=tester dbname=postgres options=-csearch_path=t$BATS_TEST_NUMBER" list | cmp - want
}

@test "postgres: the same documents as a folder" {
  two
  reg list >want.list
  reg history >want.history
  R=folder
  two
  reg list | cmp - want.list
  reg history | cmp - want.history
}

@test "postgres: no server, no password" {
  run -4 --separate-stderr dw-model --registry "postgres://tester:secret@127.0.0.1:1/postgres" list
  [[ $stderr == 'dw-model: PostgreSQL: connection to server at "127.0.0.1", port 1 failed: Connection refused' ]]
  run -4 --separate-stderr dw-model --registry "postgres://tester:terces@127.0.0.1:$PG_PORT/postgres" list
  [[ $stderr == *'password authentication failed for user "tester"' ]]
  [[ $stderr != *terces* ]]
  run -4 --separate-stderr dw-model --registry "postgres://$SERVER/nowhere" list
  [[ $stderr == *'database "nowhere" does not exist' ]]
  run -4 --separate-stderr dw-model --registry "postgres://tester:secret@127.0.0.1:notaport/x" list
  [[ $stderr == 'dw-model: PostgreSQL: '* ]]
  [[ $stderr != *secret* ]]
}

@test "postgres: killed at every third step (KILL_STRIDE=1: at every one), the registry is the one before or the one after" {
  two
  for verb in 'register --model m3.json' 'promote v1' rollback; do
    status=137
    for ((n = 1; status == 137; n += ${KILL_STRIDE:-3})); do
      status=0
      reg list >before
      reg history >history
      count=$(wc -l <history)
      # shellcheck disable=SC2086 # words
      DW_FAULT_WRITE=$n reg $verb --once "$verb $n" >out 2>err || status=$?
      reg list >now
      if [ "$(reg history | wc -l)" -eq "$count" ]; then cmp now before; else ! cmp -s now before; fi
      # shellcheck disable=SC2086
      reg $verb --once "$verb $n" >out
      [ "$(reg history | wc -l)" -eq $((count + 1)) ]
      reg list >now
      [ "$(grep -c '"stage":"Production"' now)" -eq 1 ]
      [ "$verb" != rollback ] || reg promote latest >out # for the next rollback
      [ "$verb" != 'promote v1' ] || reg promote v2 >out
    done
    [ "$status" -eq 0 ]
    [ "$n" -gt 4 ]
  done
}

@test "postgres: ten concurrent promotes leave one Production version; concurrent registers have no gaps" {
  pids=()
  for i in 1 2 3 4 5 6 7 8 9 10; do reg register --model m1.json >out.$i 2>err.$i & pids+=($!); done # the first of them makes the tables
  for i in "${pids[@]}"; do wait "$i" || say "a register failed: $(cat err.*)"; done
  pids=()
  for i in 1 2 3 4 5 6 7 8 9 10; do reg promote v$i >out.$i 2>err.$i & pids+=($!); done
  for i in "${pids[@]}"; do wait "$i" || say "a promote failed: $(cat err.*)"; done
  [ "$(stages | grep -c Production)" -eq 1 ]
  [ "$(stages | grep -c Archived)" -eq 9 ]
  [ "$(reg history | sed 's/.*"change":\([0-9]*\).*/\1/')" = "$(seq 20)" ]
  for _ in 1 2 3 4 5 6 7 8 9; do reg rollback >out; done
  run -5 reg rollback
}

@test "postgres: the suite of stores, as for a folder and SQLite" {
  [ -x "${DW_UNIT_TESTS:-}/test_store" ] || skip 'the unit tests are not built'
  for n in $(seq 60); do echo "CREATE SCHEMA s$n;"; done >schemas.sql
  pg_sql <schemas.sql
  DW_TEST_POSTGRES="postgresql://$SERVER/postgres?options=-csearch_path%3Ds" "$DW_UNIT_TESTS/test_store" >tap || { cat tap; return 1; }
  [ "$(grep -c '^ok ' tap)" -ge 10 ]
  # the third kind was really there
  pg_sql -c "SELECT count(*) > 3 FROM pg_tables WHERE tablename = 'dw_row' AND schemaname ~ '^s[0-9]'" >tables
  [ "$(cat tables)" = t ]
}

@test "postgres: tables of a version without instants and keys are brought up" {
  pg_sql <<SQL
SET search_path = t$BATS_TEST_NUMBER;
CREATE TABLE dw_document (name text PRIMARY KEY, content bytea NOT NULL);
CREATE TABLE dw_row (series text, number bigint, content bytea NOT NULL, PRIMARY KEY (series, number));
SQL
  two
  [ "$(stages)" = $'v1 Archived\nv2 Production' ]
  [ "$(reg history | wc -l)" -eq 4 ]
}
