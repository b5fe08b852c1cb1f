# Progress: on a terminal only, off with --quiet, wiped at the end.

bats_require_minimum_version 1.5.0

setup()
{
  command -v script >/dev/null || skip 'no script command to make a terminal'
  script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip 'this script command has no -e or no terminal to give'
  cd "$BATS_TEST_TMPDIR" || return 1
  # a slow stream: two blocks with a pause between them
  cat >slow <<'SH'
awk 'BEGIN { for (i = 0; i < 60000; i++) printf "{\"a\":%d,\"b\":\"some text to fill the line\"}\n", i }' >block
(cat block; sleep 0.7; cat block; cat block) | "$DW_BIN/dw-compare" --split 0.5 $1 --exit-zero >out
SH
}

# OPTION: what standard error shows on a terminal
shown() { TERM=${2-xterm} script -qec "sh slow $1" /dev/null </dev/null; }

@test "progress: rows, bytes and rate on a terminal, wiped at the end" {
  run shown ''
  [ "$status" -eq 0 ]
  [[ "$output" == *'dw-compare: '*' rows  '*' MB  '*' MB/s'* ]]
  [[ "$output" == *$'\r\033[K''dw-compare: '*' of '*' columns'* ]] # the verdict comes after
}

@test "progress: none with --quiet, nor on a terminal that cannot wipe" {
  run shown --quiet
  [ "$status" -eq 0 ]
  [ -z "$output" ]
  run shown '' dumb
  [ "$status" -eq 0 ]
  [[ "$output" == 'dw-compare: '*' of '*' columns'* && "$output" != *MB* ]] # the verdict alone
}

@test "progress: none when standard error is no terminal" {
  sh slow '' 2>err
  [ ! -s err ]
}
