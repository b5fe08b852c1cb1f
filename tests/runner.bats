# tests/run itself, on three small files of its own: what it shows while it goes on, without a terminal, and what it counts.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  mkdir -p top/tests/unit top/build/tests
  cp "$DW_TESTS/run" "$DW_TESTS/run_file" top/tests/
  cd top/tests || return 1
  printf '@test "one" {\n  true\n}\n@test "two" {\n  skip "for a reason"\n}\n' >calm.bats
  : >unit/test_small.c
  cd .. || return 1
  printf '#!/bin/sh\necho "ok 1 - a"\necho 1..1\n' >build/tests/test_small
  chmod +x build/tests/test_small
}

run_all() { run --separate-stderr tests/run -b build "$@"; }

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

@test "runner: a user's settings stay out, where the real data lies does not" {
  printf '#!/bin/sh\necho "$DW_SHARED ${DW_NOW:-none}" >"%s/seen"\necho "ok 1 - a"\necho 1..1\n' "$PWD" >build/tests/test_small
  DW_SHARED=/elsewhere DW_NOW=2026-01-01T00:00:00Z run_all test_small
  [ "$status" -eq 0 ]
  [ "$(<seen)" = '/elsewhere none' ]
  unset DW_SHARED
  run_all test_small
  [ "$(<seen)" = "$PWD/../shared none" ]
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

@test "run_file: what fails a test, and where" {
  sed 's/^|//' >tests/odd.bats <<'END' # or bats would take its tests for ours
|setup() { cd "$BATS_TEST_TMPDIR"; }
|teardown() { [ ! -e bad ]; }
|is_two() {
|  [ "$1" = 2 ]
|}
|@test "a condition" {
|  echo said
|  [[ a == b ]]
|}
|@test "in a function" {
|  is_two 2
|  is_two 3
|}
|@test "a status" { run -3 true; }
|@test "the last of a pipe" {
|  echo x | grep -q y
|}
|@test "a folder" {
|  (cd "$BATS_TEST_TMPDIR" && false)
|}
|@test "what is torn down" { touch bad; }
|@test "an exit" { exit 0; }
|@test "a signal" { kill -KILL "$BASHPID"; }
|@test "a flag of run that is none" { run --twice true; }
END
  run tests/run_file tests/odd.bats
  [ "$status" -eq 1 ]
  [ "${lines[0]}" = 1..9 ]
  [ "$(grep -c '^not ok [1-9] ' <<<"$output")" -eq 9 ]
  [[ $output == *$'not ok 1 a condition\n# (in test file odd.bats, line 8)\n#   `[[ a == b ]]\' failed: status 1\n# said\n'* ]]
  [[ $output == *$'(in test file odd.bats, line 4, from 12)\n#   `[ "$1" = 2 ]\' failed: status 1\n'* ]]
  [[ $output == *'failed: status 3 was expected, not 0'*'failed: teardown ended with status 1'*'failed: the test called exit'* ]]
  [ "$(tests/run_file tests/odd.bats '^in a f' | grep -c '^1[.][.]1$\|^not ok 2 ')" -eq 2 ]
  [[ $output == *'not ok 8 a signal # its process ended with status 137'*'run has no flag --twice'* ]]
}

@test "run_file: what is no failure, and what run tells" {
  sed 's/^|//' >tests/even.bats <<'END' # or bats would take its tests for ours
|setup_file() { echo shared >"$BATS_FILE_TMPDIR/shared"; export SET=1; }
|@test "a status, lines, both streams" {
|  run -4 --separate-stderr sh -c 'echo a; echo; echo b; echo c >&2; exit 4'
|  [ "$output" = $'a\n\nb' ] && [ "${#lines[@]}" -eq 2 ] && [ "${lines[1]}" = b ] && [ "$stderr" = c ] && [ "${stderr_lines[0]}" = c ]
|  run ! sh -c 'echo a; echo c >&2; false'
|  [ "$output" = $'a\nc' ]
|  run --keep-empty-lines printf 'a\n\n'
|  [ "$output" = $'a\n\n' ] && [ "${#lines[@]}" -eq 3 ]
|  run true
|  [ -z "$output" ] && [ "${#lines[@]}" -eq 0 ]
|}
|@test "what failed and was asked" {
|  if false; then :; fi
|  false || [ "$SET$(cat "$BATS_FILE_TMPDIR/shared")" = 1shared ]
|  [ -z "$not_set" ]
|}
|@test "a folder and variables of its own" {
|  [ -d "$BATS_TEST_TMPDIR" ] && [ -z "$(ls "$BATS_TEST_TMPDIR")" ]
|  [ "$BATS_TEST_NUMBER $BATS_TEST_DESCRIPTION" = '3 a folder and variables of its own' ]
|}
END
  run -0 tests/run_file tests/even.bats
  [ "$output" = $'1..3\nok 1 a status, lines, both streams\nok 2 what failed and was asked\nok 3 a folder and variables of its own' ]
}

@test "run_file: a setup of the file that fails fails its tests, and nothing stays" {
  printf 'setup_file() {\n  echo why\n  false\n}\n@test "x" { true; }\n@test "y" { true; }\n' >tests/shared.bats
  run -1 tests/run_file tests/shared.bats
  [[ $output == $'1..2\nnot ok 1 x\nnot ok 2 y\n# what the tests of shared.bats share failed with status 1\n# why'* ]]
  run -1 env TMPDIR="$PWD" tests/run_file tests/shared.bats
  [ -z "$(ls -d bats-* 2>/dev/null)" ]
}
