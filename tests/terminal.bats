# What goes to a terminal, whoever writes it: nothing in it that the terminal would obey, or not show, comes from the data.

bats_require_minimum_version 1.5.0

setup_file()
{
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" DW_NOW=2026-01-05T00:00:00Z ASAN_OPTIONS=detect_leaks=0
  cd "$BATS_FILE_TMPDIR"
  # C1, DEL, an override, a line separator, an isolate, a tag, and what JSON has escaped
  hostile=$(printf 'x\302\205\302\23331m\177\342\200\256y\342\200\250z\342\201\246\363\240\201\201\\u001b[31m')
  export hostile
  for shift in 0 9; do
    for i in $(seq 40); do printf '{"%s":%d,"c":"%s%d","y":%d,"id":"%d"}\n' "$hostile" $((i % 17 + shift)) "$hostile" $((i % 3)) $((i % 2)) "$i"; done >"r$shift"
  done
}

setup()
{
  script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip 'this script command has no -e or no terminal to give'
  cd "$BATS_FILE_TMPDIR"
}

# COMMAND: nothing but what the program draws (colours, line ends, isolates of unknown direction around names).
harmless()
{
  script -qec "$1; echo ended" /dev/null </dev/null >said
  grep -q '^ended' said
  LC_ALL=C sed 's/\o33\[[0-9;]*m//g; s/\r$//' said >seen
  ! LC_ALL=C grep -aqP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6\xa7]|\xf3\xa0' seen || { echo "$1"; cat -v seen | head; return 1; }
}

@test "records of those who pass them on, documents and messages are harmless on a terminal" {
  dw-store put --quiet --db sqlite:r.db --id id r0 >out
  dw-compare --exit-zero --ref r0 --output findings r9
  for call in 'dw-inject --column y --op scale --factor 2 r0' 'dw-store get --db sqlite:r.db' 'dw-store export --db sqlite:r.db' 'dw-compare --ref r0 r9' \
    'dw-profile r0' 'dw-report findings' 'dw-report --format markdown findings' 'dw-detect --column c r0' 'dw-train --label c r0' "dw-eval --label y --score c r0" \
    "dw-gen --scenario r0" "dw-compare --ref r0 '$(printf 'gone\302\205\033[31m')'"; do
    harmless "$call"
  done
}

@test "a record on a terminal is the same record" {
  script -qec 'dw-inject --column y --op scale --factor 2 r0' /dev/null </dev/null | tr -d '\r' >shown
  dw-inject --column y --op scale --factor 2 r0 >written
  if cmp -s shown written; then return 1; fi
  dw-compare --exit-zero --ref written --method all --quiet written | sed 's/,"made_by.*//' >one
  dw-compare --exit-zero --ref shown --method all --quiet shown | sed 's/,"made_by.*//' >other
  cmp one other
}
