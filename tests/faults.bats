# Commands whose calls to the system fail in turn, memory, reads, writes and the rest (tests/faults): each ends with the right answer, or with status 4
# and a message, and leaves files as they were or as they should be. One call of each kind here (DW_SUITE=full: twenty); all of them with FAULT_MOST=0 (make test-faults).

setup_file()
{
  bats_require_minimum_version 1.5.0
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" DW_NOW=2026-01-05T00:00:00Z F=$BATS_FILE_TMPDIR
  mkdir "$F/template" "$F/work"
  "$BATS_TEST_DIRNAME/faults/fixture" "$F/template" >"$F/made" 2>&1
}

@test "every call to the system that fails" {
  case $DW_BIN in *san*) skip "sanitizers have their own malloc" ;; esac
  most=1
  if [ "${DW_SUITE:-}" = full ]; then most=20; fi
  own=${DW_UNIT_TESTS:-$BATS_TEST_DIRNAME/../build/plain/tests}/faults
  "$own/fault_sweep" -p "$own/failing.so" -t "$F/template" -w "$F/work" -m "${FAULT_MOST:-$most}" -j "$(nproc)" -o "${FAULT_CASES:-*}" "$BATS_TEST_DIRNAME/faults/cases" >"$F/said" ||
    { grep -e '^not ok' -e '^all' "$F/said"; return 1; }
  [ -z "${FAULT_FIGURES:-}" ] || cp "$F/said" "$FAULT_FIGURES"
}
