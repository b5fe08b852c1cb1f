bats_require_minimum_version 1.5.0

# What somebody sees who compares two files for the first time: few rows, the verdict on a terminal, progress, a mistake in a pipe.

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# rows COUNT SHIFT: one column of numbers, one of two categories
rows() { awk -v n="$1" -v s="$2" 'BEGIN { print "x,c"; for (i = 1; i <= n; i++) printf "%.2f,%s\n", i * 37 % 101 / 7 + s, i % 2 ? "a" : "b" }'; }

need_terminal()
{
  command -v script >/dev/null || skip 'no script command to make a terminal'
  script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip 'this script command has no -e or no terminal to give'
}

# on_terminal COMMAND: what both streams show
on_terminal() { TERM=xterm script -qec "$1" /dev/null </dev/null | tr -d '\r'; }

# Values: scipy, every table counted, as of tests/golden/make_detectable.py; two columns and the range of one at an eighth: alpha 0.05 / 2.125
# for the columns.
@test "of few rows the verdict says what could have been found, in every form" {
  rows 12 0 >ref.csv
  rows 9 0 >cur.csv
  run -0 --separate-stderr dw-compare --ref ref.csv cur.csv
  printf '%s\n' "$output" >out
  [[ "${lines[-1]}" == *'"detectable":1.53799'* ]]
  dw-report --width 400 out | grep -q 'Only severe changes, of h 1.5 or more, would have been found in 8 of 10 cases'
  for format in markdown html; do dw-report --format $format out | grep -q 'of h 1.5 or more, would have been found in 8 of 10 cases'; done
  dw-report --format json out | grep -q '"detectable": *1.53799'
  # something drifted: of few rows the rest may have, too
  rows 12 90 >cur.csv
  run -1 --separate-stderr dw-compare --ref ref.csv cur.csv
  printf '%s\n' "$output" >out
  dw-report --width 400 out | grep -q 'would have been found in 8 of 10 cases'
}

@test "where nothing could have been found the answer is not judged" {
  rows 3 0 >ref.csv
  rows 3 90 >cur.csv
  run -5 --separate-stderr dw-compare --ref ref.csv cur.csv
  [[ "${lines[-1]}" == *'"verdict":"not judged"'*'3 and 3 values are too few: whatever they were, no p-value would have been below 0.05'* ]]
  [[ "$stderr" == *'not judged: "x", "c", share_shift: 3 and 3 values are too few'*'nothing could be compared'* ]]
  rows 4 0 >ref.csv # 2 of 70 deals put all four on one side: p is 0.029
  rows 4 90 >cur.csv
  run -1 --separate-stderr dw-compare --ref ref.csv --columns x --checks column_drift cur.csv
  run -5 --separate-stderr dw-compare --ref ref.csv --columns x --checks column_drift --alpha 0.02 cur.csv
  run -5 --separate-stderr dw-compare --ref ref.csv --checks column_drift --correction bonferroni cur.csv # 0.029 times 2
}

@test "on a terminal the verdict stands in the last line, with how to see more" {
  need_terminal
  rows 200 0 >ref.csv
  rows 200 9 >cur.csv
  on_terminal "dw-compare --ref ref.csv --output found.ndjson cur.csv" >shown || true
  [ "$(tail -n 1 shown)" = 'dw-compare: drift, severity high: 1 of 2 columns (x); more: dw-report found.ndjson' ]
  on_terminal "dw-compare --ref ref.csv cur.csv" >shown || true
  [ "$(tail -n 1 shown)" = 'dw-compare: drift, severity high: 1 of 2 columns (x); more: the same command | dw-report' ]
  on_terminal "dw-compare --ref ref.csv ref.csv >found.ndjson" >shown
  [[ "$(cat shown)" == 'dw-compare: no drift: none of 2 columns; a change of h 0.'*' or more would have been found; more: dw-report found.ndjson' ]]
  on_terminal "dw-compare --quiet --ref ref.csv ref.csv >found.ndjson" >shown
  [ ! -s shown ]
  on_terminal "dw-compare --ref ref.csv ref.csv | cat >piped" >shown
  [ ! -s shown ]
  [ "$(grep -c '^{"kind":' piped)" -eq "$(wc -l <piped)" ]
  run --separate-stderr dw-compare --ref ref.csv ref.csv
  [ -z "$stderr" ]
}

# chain COMMANDS: exit statuses in statuses, what standard error has in err
chain()
{
  bash -c "$1; echo \"\${PIPESTATUS[*]}\" >statuses" 2>err >out </dev/null || true
}

@test "a mistake in a pipe is said once, and every command behind it fails" {
  rows 200 0 >ref.csv
  mkdir events
  chain 'dw-gen --rows 100 --wrong | dw-inject --column amount --op shift --by 1 | dw-compare --ref ref.csv | dw-report'
  [ "$(cat statuses)" = '2 3 5 3' ]
  [ "$(cat err)" = "dw-gen: unknown option --wrong
Try 'dw-gen --help'." ]
  chain "dw-gen --rows 100 | dw-inject --wrong | dw-compare --ref ref.csv | dw-heal --policy $BATS_TEST_DIRNAME/../scenarios/policy-default.yaml --events events"
  [[ "$(cat statuses)" == '0 2 5 '[35] ]]
  [ "$(grep -c . err)" -eq 2 ]
  chain 'dw-gen --rows 100 | dw-inject --wrong | dw-profile | dw-report --format junit'
  [ "$(cat statuses)" = '0 2 5 3' ]
  [ "$(grep -c . err)" -eq 2 ]
  chain 'dw-gen --rows 100 | dw-compare --ref missing.csv | dw-report'
  [[ "$(cat err)" == 'dw-compare: missing.csv'* && "$(grep -c . err)" -eq 1 ]]
  # of another program nobody knows whether it failed
  chain 'false | dw-compare --ref ref.csv | dw-report'
  [ "$(cat statuses)" = '1 5 3' ]
  [ "$(cat err)" = 'dw-compare: standard input: the current data has no records' ]
  # a mistake of its own is always told
  chain 'dw-gen --wrong | dw-compare --other'
  [ "$(grep -c '^dw-' err)" -eq 2 ]
  # what came instead is taken as it comes
  chain '{ dw-gen --wrong || cat ref.csv; } | dw-compare --ref ref.csv'
  [ "$(cat statuses)" = '2 0' ] || [ "$(cat statuses)" = '0 0' ]
}

@test "what a command wrote that then failed is no whole, and nothing is said of it twice" {
  rows 200 0 >ref.csv
  chain '{ cat ref.csv; echo 1,2,3,4,5,6; } | dw-inject --column x --op shift --by 0 | dw-compare --ref ref.csv'
  [ "$(cat statuses)" = '0 3 3' ]
  [[ "$(cat err)" == 'dw-inject: standard input:202: '* && "$(grep -c . err)" -eq 1 && ! -s out ]]
  chain 'cat ref.csv | dw-inject --column x --op shift --by 0 | dw-compare --ref ref.csv'
  [ "$(cat statuses)" = '0 0 0' ]
  # by another name the reader says why
  dw-compare --ref ref.csv <({ cat ref.csv; echo 1,2,3,4,5,6; } | dw-inject --column x --op shift --by 0 2>/dev/null) >out 2>err || status=$?
  [[ $status -eq 3 && "$(cat err)" == 'dw-compare: /dev/fd/'*': the command that wrote it failed: what came is not all' ]]
}

@test "progress names the side, and goes on through the columns" {
  need_terminal
  awk 'BEGIN { for (i = 0; i < 60000; i++) printf "{\"a\":%d,\"b\":\"some text to fill the line\"}\n", i * 37 % 1013 }' >block
  slow='{ cat block block; sleep 0.7; cat block block; sleep 0.7; cat block; }'
  on_terminal "$slow | dw-compare --ref - block >out" >shown || true
  grep -q 'dw-compare: reference: [0-9,]* rows  .* MB' shown
  on_terminal "$slow | dw-compare --ref block >out" >shown || true
  grep -q 'dw-compare: current: [0-9,]* rows  .* MB' shown
}
