# bin/dw, the front: with commands of its own beside it, so that it does not matter what is built.

bats_require_minimum_version 1.5.0

setup()
{
  S=$BATS_TEST_TMPDIR/tree
  mkdir -p "$S/bin" "$S/man"
  cp "$DW_TOP/bin/dw" "$S/bin/dw"
  command_named compare 'Compare current data with a reference.'
  command_named gen 'Make records.'
}

# NAME PURPOSE
command_named()
{
  cat >"$S/bin/dw-$1" <<SH
#!/bin/sh
case \${1:-} in
--help) printf 'Usage: dw-$1 [FILE]\n   or: dw-$1 --more\n$2\n\nOptions:\n' ;;
--version) echo 'dw-$1 9.8.7' ;;
*) printf 'dw-$1'; printf ' <%s>' "\$@"; cat; exit 5 ;;
esac
SH
  chmod +x "$S/bin/dw-$1"
}

dw() { run --separate-stderr "$S/bin/dw" "$@"; }

@test "dw: lists the commands with their purposes" {
  dw
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [[ "$output" == *'  compare    Compare current data with a reference.'* ]]
  [[ "$output" == *'  gen        Make records.'* ]]
  local plain=$output
  dw --help
  [ "$output" = "$plain" ]
  dw help
  [ "$output" = "$plain" ]
}

@test "dw: runs a command with its arguments, input and status" {
  run --separate-stderr sh -c 'printf in | "$1/bin/dw" compare "a  b" "" --x' sh "$S"
  [ "$status" -eq 5 ]
  [ "$output" = 'dw-compare <a  b> <> <--x>in' ]
}

@test "dw: works through a symbolic link" {
  ln -s "$S/bin/dw" "$BATS_TEST_TMPDIR/link"
  run --separate-stderr "$BATS_TEST_TMPDIR/link" gen --version
  [ "$status" -eq 0 ]
  [ "$output" = 'dw-gen 9.8.7' ]
}

@test "dw: finds commands on the PATH" {
  mkdir "$S/other"
  mv "$S/bin/dw-gen" "$S/other/"
  PATH=$S/other:$PATH dw gen --version
  [ "$status" -eq 0 ]
  [ "$output" = 'dw-gen 9.8.7' ]
}

@test "dw: its version is that of the commands" {
  dw --version
  [ "$status" -eq 0 ]
  [ "$output" = 'dw 9.8.7' ]
}

@test "dw: an unknown command, with the nearest one" {
  dw comparr x
  [ "$status" -eq 2 ]
  [ -z "$output" ]
  [ "${stderr_lines[0]}" = 'dw: unknown command comparr; did you mean compare?' ]
  [ "${stderr_lines[1]}" = "Try 'dw --help'." ]
  dw zzzzzz
  [ "$status" -eq 2 ]
  [ "${stderr_lines[0]}" = 'dw: unknown command zzzzzz' ]
  dw ../bin/dw-gen
  [ "$status" -eq 2 ]
  dw --nonsense
  [ "$status" -eq 2 ]
  [ "${stderr_lines[0]}" = 'dw: unknown option --nonsense' ]
  dw $'--\xc2\x9b31m\xe2\x80\xae\e[1m' # what a terminal would obey
  [ "$status" -eq 2 ] && [ "${stderr_lines[0]}" = 'dw: unknown option --??31m????[1m' ]
  dw $'zzzz\xc2\x9bz\e'
  [ "$status" -eq 2 ] && [ "${stderr_lines[0]}" = 'dw: unknown command zzzz??z?' ]
}

@test "dw: help opens the manual in the source tree" {
  cp "$DW_TOP/man/driftwatch.7" "$S/man/"
  sed 's/^\.Nm dw$/.Nm dw-compare/' "$DW_TOP/man/dw.1" >"$S/man/dw-compare.1"
  for page in compare dw-compare driftwatch; do
    MANPAGER=cat PAGER=cat dw help $page
    [ "$status" -eq 0 ] && [[ "$output" == *NAME* || "$output" == *NNAAMMEE* ]] || { echo "$page: $status $output $stderr"; return 1; }
  done
  dw help no-such-page
  [ "$status" -eq 2 ]
}
