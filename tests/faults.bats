# Commands whose calls to the system fail in turn, memory, reads, writes and the rest (tests/faults): each ends with the right answer, or with status 4
# and a message, and leaves files as they were or as they should be. One call of every third kind here, of others in the next case (DW_SUITE=full: twenty of each); all of them with FAULT_MOST=0 (make test-faults).

bats_require_minimum_version 1.5.0
load postgres_server

setup_file()
{
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" DW_NOW=2026-01-05T00:00:00Z F=$BATS_FILE_TMPDIR PGPASSWORD=secret no_proxy=127.0.0.1
  case ${DW_BIN:-} in *san* | *thread*) return ;; esac
  export OWN=${DW_UNIT_TESTS:-$BATS_TEST_DIRNAME/../build/plain/tests}/faults
  mkdir "$F/template" "$F/work"
  "$OWN/stand_in" >"$F/url" 3>&- &
  export STAND_IN=$!
  until [ -s "$F/url" ] || ! kill -0 $STAND_IN; do sleep 0.02; done
  FAULT_URL=$(cat "$F/url") "$BATS_TEST_DIRNAME/faults/fixture" "$F/template" >"$F/made" 2>&1
  pg_start
}

teardown_file()
{
  [ -z "${STAND_IN:-}" ] || kill "$STAND_IN" || :
  pg_stop
}

# A file of cases.
sweep()
{
  most=1 every=3 status=0
  if [ "${DW_SUITE:-}" = full ]; then most=20; fi
  if [ "${DW_SUITE:-}" = full ] || [ -n "${FAULT_MOST:-}" ]; then every=1; fi
  "$OWN/fault_sweep" -p "$OWN/failing.so" -t "$F/template" -w "$F/work" -m "${FAULT_MOST:-$most}" -e $every -j "$(nproc)" -o "${FAULT_CASES:-*}" "$BATS_TEST_DIRNAME/faults/$1" >"$F/said" || status=$?
  [ $status -ne 5 ] || skip "no case is called ${FAULT_CASES:-}"
  [ $status -eq 0 ] || { grep -e '^not ok' -e '^all' "$F/said"; return 1; }
  [ -z "${FAULT_FIGURES:-}" ] || cat "$F/said" >>"$FAULT_FIGURES"
}

@test "every call to the system that fails" {
  case $DW_BIN in *san* | *thread*) skip "sanitizers have their own malloc" ;; esac
  sweep cases
}

@test "every call to the system that fails, with PostgreSQL" {
  case $DW_BIN in *san* | *thread*) skip "sanitizers have their own malloc" ;; esac
  [ -n "${PG_UP:-}" ] && [ -z "${PEERS_ROOT:-}" ] || skip 'no PostgreSQL server is installed here'
  export FAULT_DB="postgresql://tester@/postgres?host=$PG_DATA/socket&port=$PG_PORT"
  sweep cases_postgres
}
