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
  echo 'int dw_other;' >"$tree/src/base/other.c"
  printf '#ifndef DW_BASE_TEXT_H\n#define DW_BASE_TEXT_H\nint dw_text(void);\n#endif\n' >"$tree/src/base/text.h"
  printf '#include "base/text.h"\n#include <stdio.h>\n/* printf( and exit(1) in a comment */\nint dw_text(void) { return "exit(1)"[0]; }\n' >"$tree/src/base/text.c"
  printf '#include <zlib.h>\n#include "base/text.h"\nint dw_inflate(void) { return dw_text(); }\n' >"$tree/src/io/inflate.c"
  printf '#include <stdio.h>\n#include "base/text.h"\nint main(void) { return puts("x"); }\n' >"$tree/src/cmd/dw-x.c"
  touch "$tree/tests/unit/test_text.c" "$tree/tests/unit/test_inflate.c"
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
  touch "$tree/tests/unit/test_thing.c"
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
  touch "$tree/tests/unit/test_json_util.c"
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
  { for i in $(seq 300); do echo "/* $i; */"; done; printf '/* clang-format off */\nint t[] = {\n'; seq -f '%g; ' 200; printf '};\n/* clang-format on */\n'; } >>"$tree/src/cmd/dw-x.c"
  check
  [ "$status" -eq 0 ]
  { echo 'int dw_long(int i) {'; for i in $(seq 80); do echo "if (i) i = $i;"; done; echo '}'; } >>"$tree/src/cmd/dw-x.c"
  complains 'src/cmd/dw-x.c: 161 statements; a command has 160 at most'
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

# --- rooms ---

# Divides io: bytes below text.
divide()
{
  mkdir -p "$tree/src/io/bytes" "$tree/src/io/text"
  mv "$tree/src/io/inflate.c" "$tree/src/io/bytes/inflate.c"
  printf '#ifndef DW_IO_INFLATE_H\n#define DW_IO_INFLATE_H\nint dw_inflate(void);\n#endif\n' >"$tree/src/io/bytes/inflate.h"
  printf '#include "io/bytes/inflate.h"\nint dw_words(void) { return dw_inflate(); }\n' >"$tree/src/io/text/words.c"
  sed -i 's|io/inflate.c|io/bytes/inflate.c|' "$tree/src/LAYERS"
  printf 'room io/bytes: ; files and what packs them\nroom io/text: bytes; documents as text\n' >>"$tree/src/LAYERS"
  touch "$tree/tests/unit/test_words.c"
}

@test "layers: a layer divided into rooms passes" {
  divide
  check
  [ "$status" -eq 0 ] || echo "$output"
  [ -z "$output$stderr" ]
}

@test "layers: a room may not include one that is not among its own" {
  divide
  echo '#include "io/text/words.h"' >>"$tree/src/io/bytes/inflate.c"
  complains 'src/io/bytes/inflate.c:4: io/bytes may not include io/text ("io/text/words.h")'
}

@test "layers: rooms cannot make a circle" {
  divide
  sed -i 's|^room io/bytes: ;|room io/bytes: text;|' "$tree/src/LAYERS"
  complains 'io/bytes may include only rooms listed before it, not text'
}

@test "layers: a room says what it is for" {
  divide
  sed -i 's|; documents as text||' "$tree/src/LAYERS"
  check
  [ "$status" -eq 1 ]
  [[ "$output" == *'not understood: room io/text: bytes (room LAYER/ROOM: ROOM...; WHAT IT IS FOR)'* ]]
}

@test "layers: two types of one name" {
  echo 'typedef enum dw_kind { DW_A } dw_kind;' >>"$tree/src/base/text.h"
  printf '#ifndef DW_BASE_OTHER_H\n#define DW_BASE_OTHER_H\ntypedef struct dw_kind {\n  int x;\n} dw_kind;\n#endif\n' >"$tree/src/base/other.h"
  complains 'src/base/text.h:5: dw_kind is a type of src/base/other.h already'
}

@test "layers: a room that has grown too large" {
  for i in $(seq 16); do
    echo "int dw_part_$i;" >"$tree/src/base/text_$i.c"
  done
  complains 'src/base: 18 source files; a room has 16 at most'
}

@test "layers: a file beside the rooms of its layer" {
  divide
  echo 'int dw_stray;' >"$tree/src/io/stray.c"
  touch "$tree/tests/unit/test_stray.c"
  complains 'src/io/stray.c: layer io is divided into rooms; a file of its stands in one'
}

@test "layers: a folder that is no room" {
  divide
  mkdir "$tree/src/io/cellar"
  echo 'int dw_stray;' >"$tree/src/io/cellar/stray.c"
  touch "$tree/tests/unit/test_stray.c"
  complains 'src/io/cellar/stray.c: room io/cellar is not in src/LAYERS'
}

@test "layers: a room within a room" {
  divide
  mkdir "$tree/src/io/text/deep"
  echo 'int dw_deep;' >"$tree/src/io/text/deep/deep.c"
  touch "$tree/tests/unit/test_deep.c"
  check
  [ "$status" -eq 1 ]
  [[ "$output" == *'src/io/text/deep/deep.c: code stands in src/LAYER/ or src/LAYER/ROOM/, no deeper and no higher'* ]]
}

@test "layers: two files of one name in two rooms" {
  divide
  echo 'int dw_two;' >"$tree/src/io/text/inflate.c"
  complains 'there is another inflate in src/bytes already'
}

# --- stale lines, private headers, files that nobody tests ---

@test "layers: a line about a file that is gone" {
  rm "$tree/src/base/other.c"
  complains 'src/LAYERS:6: stale: there is no base/other.c'
}

@test "layers: a reason for a file that has a test" {
  touch "$tree/tests/unit/test_other.c"
  complains 'src/LAYERS:6: stale: there is a tests/unit/test_other.c'
}

@test "layers: the owner of a header that does not include it" {
  sed -i '/zlib/d' "$tree/src/io/inflate.c"
  complains 'src/LAYERS:5: stale: io/inflate.c does not include <zlib.h>'
}

@test "layers: a layer without a folder" {
  echo 'attic: base' >>"$tree/src/LAYERS"
  complains 'src/LAYERS:7: stale: there is no src/attic'
}

@test "layers: a header of parts belongs to its family" {
  printf '#ifndef DW_BASE_TEXT_PARTS_H\n#define DW_BASE_TEXT_PARTS_H\n#endif\n' >"$tree/src/base/text_parts.h"
  printf '#include "base/text_parts.h"\n' >"$tree/src/base/text_lines.c"
  check
  [ "$status" -eq 0 ]
  echo '#include "base/text_parts.h"' >>"$tree/src/io/inflate.c"
  complains 'src/io/inflate.c:4: "base/text_parts.h" is private to text*.c'
}

@test "layers: a source file with neither test nor header nor reason" {
  echo 'int dw_alone;' >"$tree/src/base/alone.c"
  complains 'src/base/alone.c: neither a test nor a header, nor a reason (src/LAYERS: untested base/alone.c WHY)'
}

# --- what is cited is there ---

@test "layers: what stands in the repository may be cited" {
  mkdir "$tree/man"
  printf '.Dt DW-X 1\n.Sh METHODS\n.Ss Columns of text\n' >"$tree/man/dw-x.1"
  touch "$tree/README.md"
  echo '/* base/text.h, src/io/inflate.c, man/dw-x.1, dw-x(1), METHODS; see dw-x(1), Columns of text. README.md; write(2), a/b.c */' >>"$tree/src/io/inflate.c"
  check
  [ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

@test "layers: a document that is not in the repository" {
  echo '/* house-style.md, habit 3 */' >>"$tree/src/io/inflate.c"
  complains 'src/io/inflate.c:4: cites house-style.md, which is not there'
}

@test "layers: a manual that is not there" {
  echo '# see dw-y(1)' >>"$tree/tests/x.bats"
  complains 'tests/x.bats:1: cites dw-y(1), which is not there'
  echo '# see man/driftwatch-y.7' >"$tree/tests/x.bats"
  complains 'tests/x.bats:1: cites man/driftwatch-y.7, which is not there'
}

@test "layers: a section that the manual does not have" {
  mkdir "$tree/man"
  printf '.Dt DW-X 1\n.Sh METHODS\n' >"$tree/man/dw-x.1"
  echo '/* dw-x(1), Methods */' >>"$tree/src/io/inflate.c"
  complains 'src/io/inflate.c:4: cites a section that man/dw-x.1 does not have: Methods'
}

@test "layers: a source file or a test that is gone" {
  echo '/* as in base/words.h */' >>"$tree/src/io/inflate.c"
  complains 'src/io/inflate.c:4: cites base/words.h, which is not there'
  sed -i '$d' "$tree/src/io/inflate.c"
  echo 'untested io/inflate.c  tests/dw-x.bats' >>"$tree/src/LAYERS"
  rm "$tree/tests/unit/test_inflate.c"
  complains 'src/LAYERS:7: cites tests/dw-x.bats, which is not there'
}
