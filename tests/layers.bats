# scripts/check-layers finds what it is there to find: a small clean tree passes, and each violation put into it fails.

bats_require_minimum_version 1.5.0

setup()
{
  tree=$BATS_TEST_TMPDIR/tree
  mkdir -p "$tree"/src/base "$tree"/src/io "$tree"/src/cmd "$tree"/tests/unit
  cat >"$tree/src/LAYERS" <<'LAYERS'
# a comment
base:
io: base
cmd: base io
only zlib.h  io/inflate.c
untested base/other.c  for a reason
LAYERS
  printf '#ifndef DW_BASE_TEXT_H\n#define DW_BASE_TEXT_H\nint dw_text(void);\n#endif\n' >"$tree/src/base/text.h"
  printf '#include "base/text.h"\n#include <stdio.h>\n/* printf( and exit(1) in a comment */\nint dw_text(void) { return "exit(1)"[0]; }\n' >"$tree/src/base/text.c"
  printf '#include <zlib.h>\n#include "base/text.h"\nint dw_inflate(void) { return dw_text(); }\n' >"$tree/src/io/inflate.c"
  printf '#include <stdio.h>\n#include "base/text.h"\nint main(void) { return puts("x"); }\n' >"$tree/src/cmd/dw-x.c"
  touch "$tree/tests/unit/test_text.c"
}

check() { run --separate-stderr "$DW_TOP/scripts/check-layers" "$tree" "$@"; }

# TEXT: the one complaint that the tree must give
complains()
{
  check
  [ "$status" -eq 1 ]
  [ -z "$stderr" ]
  [[ "$output" == *"$1"* ]] || { echo "got: $output"; return 1; }
  [ "${#lines[@]}" -eq 1 ] || { echo "more than one: $output"; return 1; }
}

@test "layers: the clean tree passes" {
  check
  [ "$status" -eq 0 ]
  [ -z "$output$stderr" ]
}

@test "layers: a lower layer may not include a higher one" {
  echo '#include "io/inflate.h"' >>"$tree/src/base/text.c"
  complains 'src/base/text.c:5: base may not include io ("io/inflate.h")'
}

@test "layers: an include names its layer" {
  echo '#include "text.h"' >>"$tree/src/base/text.c"
  complains '"text.h": write the layer as well'
}

@test "layers: a third-party header in another file" {
  echo '#include <zlib.h>' >>"$tree/src/base/text.c"
  complains '<zlib.h> belongs to io/inflate.c alone'
}

@test "layers: a third-party header that nobody owns" {
  echo '#include <curl/curl.h>' >>"$tree/src/base/text.c"
  complains '<curl/curl.h> needs a line in src/LAYERS: only curl/curl.h base/text.c'
}

@test "layers: a folder that is no layer" {
  mkdir "$tree/src/extra"
  echo 'int x;' >"$tree/src/extra/thing.c"
  complains 'src/extra/thing.c: layer extra is not in src/LAYERS'
}

@test "layers: a layer that includes one listed after it" {
  sed -i 's/^base:/base: cmd/' "$tree/src/LAYERS"
  complains 'base may include only layers listed before it, not cmd'
}

@test "layers: the library does not print" {
  echo 'void dw_say(void) { printf("x"); }' >>"$tree/src/base/text.c"
  complains 'the library neither prints nor exits: printf'
}

@test "layers: the library does not exit" {
  echo 'void dw_leave(void) { exit(1); }' >>"$tree/src/io/inflate.c"
  complains 'src/io/inflate.c:4: the library neither prints nor exits: exit'
}

@test "layers: a name that says nothing" {
  echo 'int dw_y;' >"$tree/src/io/json_util.c"
  complains '"json_util" does not'
}

@test "layers: two files of one name" {
  echo 'int dw_y;' >"$tree/src/io/text.c"
  complains 'there is another text in src/base'
}

@test "layers: an include guard that does not match" {
  sed -i 's/DW_BASE_TEXT_H/TEXT_H/' "$tree/src/base/text.h"
  complains 'include guard TEXT_H should be DW_BASE_TEXT_H'
}

@test "layers: a module without a unit test" {
  rm "$tree/tests/unit/test_text.c"
  complains 'src/base/text.c: no tests/unit/test_text.c'
}

@test "layers: a command that is too long" {
  for i in $(seq 250); do echo "/* $i */"; done >>"$tree/src/cmd/dw-x.c"
  complains 'a command has 250 at most'
}

@test "layers: what nm sees in the library" {
  cat >"$tree/bad.c" <<'C'
#include <math.h>
static int count;
double dw_bad(double x) { count++; return exp(x) + count; }
int stray(void) { return 1; }
C
  ${CC:-cc} -c -o "$tree/bad.o" "$tree/bad.c"
  ar rcs "$tree/lib.a" "$tree/bad.o"
  check "$tree/lib.a"
  [ "$status" -eq 1 ]
  [[ "$output" == *'bad.o: calls exp of libm'* ]]
  [[ "$output" == *'bad.o: public symbol stray does not start with dw_'* ]]
  [[ "$output" == *'bad.o: holds mutable state: count'* ]]
  [ "${#lines[@]}" -eq 3 ]
}
