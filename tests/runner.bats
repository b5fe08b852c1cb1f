# tests/run itself, on three small files of its own: what it shows while it goes on, without a terminal, and what it counts.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  mkdir -p top/tests/unit top/build/tests
  cp "$DW_TESTS/run" top/tests/
  cd top/tests || return 1
  printf '@test "one" {\n  true\n}\n@test "two" {\n  skip "for a reason"\n}\n' >calm.bats
  : >unit/test_small.c
  cd .. || return 1
  printf '#!/bin/sh\necho "ok 1 - a"\necho 1..1\n' >build/tests/test_small
  chmod +x build/tests/test_small
}

# As from a shell: the folder of this bats, which is first in PATH, has programs of the same names that are none of ours to call.
run_all()
{
  local path=:$PATH:
  path=${path//:"$BATS_LIBEXEC":/:}
  run --separate-stderr env PATH="${path#:}" tests/run -b build "$@"
}

@test "runner: a line for each file that is done, why tests were skipped, times, and the counts at the end" {
  run_all
  [ "$status" -eq 0 ]
  [[ ${stderr_lines[0]} =~ ^'tests: 2 files, '[0-9]+' at once'$ ]]
  [ "$(sed '1d; s/[0-9.]* s$/T/; s/^\[[12]/[N/' <<<"$stderr" | sort)" = $'[N/2] calm  1 passed, 1 skipped  T\n[N/2] test_small  1 passed  T' ]
  [[ ${stderr_lines[1]} == '[1/2] '* && ${stderr_lines[2]} == '[2/2] '* ]]
  [[ ${lines[0]} =~ ^'time: all took '[0-9.]+' s of a processor, '[0-9.]+' s in all'$ ]]
  [ "${lines[1]}" = 'skipped: calm: for a reason' ]
  [ "${lines[-1]}" = '2 passed, 0 failed, 1 skipped' ]
  [ -e build/longest ]
}

@test "runner: what fails is shown at once and in the end, a skip without a reason and a file that breaks off too" {
  (cd tests && printf '@test "bad" {\n  echo says; false\n}\n' >bad.bats && printf '@test "mute" {\n  skip\n}\n' >mute.bats)
  printf '#!/bin/sh\necho "ok 1 - a"\necho 1..2\nexit 3\n' >build/tests/test_small
  run_all
  [ "$status" -eq 1 ]
  [[ $stderr == *'] bad  1 failed, 0 passed  '* && $stderr == *'] mute  1 failed, 0 passed  '* && $stderr == *'] test_small  1 failed, 1 passed  '* ]]
  [[ $output == *$'--- bad\n'*'# says'* ]]
  [[ $output == *'it does not say why it is skipped: ok 1 mute # skip'* ]]
  [[ $output == *'test_small: ended with status 3 after 1 of 2 tests'* ]]
  [ "${lines[-1]}" = '2 passed, 3 failed, 1 skipped' ]
  run_all calm
  [ "$status" -eq 0 ]
  [ "${lines[-1]}" = '1 passed, 0 failed, 1 skipped' ]
  run_all nobody
  [ "$status" -eq 2 ]
}
