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

# A machine without man and mandoc: the tools that the front needs, and nothing else.
bare_path()
{
  mkdir -p "$BATS_TEST_TMPDIR/tools"
  for tool in sh awk sed grep tr head readlink dirname cat cut stty env; do ln -sf "$(command -v $tool)" "$BATS_TEST_TMPDIR/tools/$tool"; done
  echo "$BATS_TEST_TMPDIR/tools"
}

@test "dw help without man prints text: every page, no roff, every option, 80 columns" {
  tools=$(bare_path)
  cp "$DW_TOP"/man/* "$S/man/"
  for page in "$DW_TOP"/man/*; do
    PATH=$tools "$S/bin/dw" help "$(basename "${page%.*}")" >"$S/text"
    # a long line stands in the page as it is: an example
    awk '
      function plain(t) { gsub(/\\e/, "\001", t); gsub(/\\&|^ +/, "", t); gsub(/\\-/, "-", t); gsub(/\\\(dq/, "\"", t); gsub(/\\\(aq/, "\047", t); gsub(/\001/, "\\", t); if (!literal) sub(/^\.Dl /, "", t); return t }
      FILENAME == ARGV[1] { if (/^\.Bd/) literal = 1; if (/^\.Ed/) literal = 0; if (literal || /^\.Dl/) source[plain($0)]; if ($1 == ".It") for (i = 2; i < NF; i++) if ($i == "Fl" && $(i + 1) ~ /^-[a-z]/) option[substr($(i + 1), 2)]; next }
      { line = $0; sub(/^ +/, "", line); seen = seen "\n" line }
      line in source { next }
      /^ *\.[A-Z]/ || /\\[&(-]|\\f[BIPR]/ { print "roff: " $0; bad = 1 }
      length > 80 { wide = $0; gsub(/[\200-\277]/, "", wide); if (length(wide) > 80) { print "wide: " $0; bad = 1 } }
      END {
        for (name in option) if (index(seen, "--" name) == 0) { print "no --" name; bad = 1 }
        exit bad || FNR < 20
      }' "$page" "$S/text" || { echo "$page"; return 1; }
  done
}

@test "dw help without man: a page of all that our pages use, word for word" {
  cat >"$S/man/dw-compare.1" <<'MDOC'
.Dd November 30, 2026
.Dt DW-COMPARE 1
.Os DriftWatch
.Sh NAME
.Nm dw-compare
.Nd compare data
.Sh SYNOPSIS
.Nm
.Fl -ref Ar FILE
.Op Fl -all
.Op Ar CURRENT ...
.Nm
.Cm help
.Sh DESCRIPTION
.Nm
says
.Qq yes ,
.Ql no
or nothing
.Pq see Xr dw-report 1 ;
.Po
one,
.Em two
.Pc .
.\" not shown
.Pp
A comma in a list is
.Ql \e, ;
.Va a Ns = Ns Ar B .
.Bl -tag -width Ds
.It Fl -ref Ar FILE
The reference, which is told of in so many words that the line has to be broken somewhere.
.It Fl x
Short.
.El
.Bl -bullet -compact
.It
One.
.It
Two.
.El
.Bl -column "a" "b"
.It Em name Ta Em value
.It first Ta 1
.It the second of them Ta 22
.El
.Bd -literal -offset indent
printf '%s\en' \(dqa\(dq  b
.Ed
.Dl seq 1 3
MDOC
  PATH=$(bare_path) "$S/bin/dw" help compare >"$S/text"
  cat >"$S/want" <<'TEXT'
DW-COMPARE(1)

NAME
    dw-compare - compare data

SYNOPSIS
    dw-compare --ref FILE [--all] [CURRENT ...]
    dw-compare help

DESCRIPTION
    dw-compare says "yes", 'no' or nothing (see dw-report(1)); (one, two).

    A comma in a list is '\,'; a=B.

    --ref FILE
            The reference, which is told of in so many words that the line has
            to be broken somewhere.

    -x      Short.
    *   One.
    *   Two.

    name                value
    first               1
    the second of them  22

        printf '%s\n' "a"  b

        seq 1 3
TEXT
  diff "$S/want" "$S/text"
  COLUMNS=60 PATH=$(bare_path) "$S/bin/dw" help compare | awk 'length > 60 { print; bad = 1 } END { exit bad }'
}
