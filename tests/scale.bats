# One machine: what dw-profile and dw-compare hold hangs on --memory and on the number of columns, not on the number of rows.

bats_require_minimum_version 1.5.0

setup_file()
{
  DW_BIN=$(cd "${DW_BIN:-bin}" && pwd)
  export DW_BIN R=$BATS_FILE_TMPDIR
  grep -q '^VmHWM:' /proc/self/status 2>/dev/null || skip 'this system does not tell peaks of memory'
  # 500 columns, 2000 rows of 2000 different numbers each: more than a profile keeps exactly.
  awk 'BEGIN {
    for (i = 0; i < 4099; i++) v[i] = (i * 7919 % 4099) * 131071 + i
    for (c = 0; c < 500; c++) k[c] = (c ? "," : "{") "\"c" c "\":"
    for (i = 0; i < 2000; i++) { line = ""; for (c = 0; c < 500; c++) line = line k[c] v[(i * 2039 + c * 17) % 4099]; print line "}" }
  }' >"$R/rows"
}

setup()
{
  case $DW_BIN in */build/san* | */build/thread*) skip "sanitizers keep memory that was given back" ;; esac
  cd "$BATS_TEST_TMPDIR" || return 1
}

# Peak resident kilobytes of a command, when it has begun to write: more than a pipe takes, so it waits until they were read.
peak()
{
  local pid first
  exec 8< <(exec "$@" 2>said)
  pid=$!
  read -r -N 1 first <&8 || { echo "nothing came: $(cat said)" >&2; return 1; }
  awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status"
  { printf '%s' "$first"; cat <&8; } >written
  [ "$(wc -c <written)" -gt 200000 ]
  exec 8<&-
}

inside() # WHAT ONE FOUR: four times the rows take no more than one time, but for what --memory (8 MiB) itself is
{
  [ "$3" -le $(($2 + 8192)) ] || { echo "$1: $2 KiB for the rows once, $3 KiB for them four times"; return 1; }
}

@test "dw-profile: four times the rows of 500 columns take no more memory" {
  one=$(peak "$DW_BIN/dw-profile" --threads 1 --memory 8MiB "$R/rows")
  [[ $(<written) == *'"rows":2000,'* ]]
  four=$(peak "$DW_BIN/dw-profile" --threads 1 --memory 8MiB "$R/rows" "$R/rows" "$R/rows" "$R/rows")
  [[ $(<written) == *'"rows":8000,'* ]]
  inside dw-profile "$one" "$four"
}

@test "dw-compare: four times the rows of 500 columns take no more memory, and take more without --memory" {
  one=$(peak "$DW_BIN/dw-compare" --threads 1 --memory 8MiB --ref "$R/rows" "$R/rows")
  four=$(peak "$DW_BIN/dw-compare" --threads 1 --memory 8MiB --ref "$R/rows" "$R/rows" "$R/rows" "$R/rows" "$R/rows")
  [[ $(<written) == *'"approximate":true'* ]]
  inside dw-compare "$one" "$four"
  all=$(peak "$DW_BIN/dw-compare" --threads 1 --ref "$R/rows" "$R/rows" "$R/rows" "$R/rows" "$R/rows")
  ! inside dw-compare "$one" "$all" # so that this test can see it
}
