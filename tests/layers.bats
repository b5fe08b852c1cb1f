# scripts/check-layers finds what it is there to find: a small clean tree passes, and each violation put into it is told,
# once and beside the others: it takes half a second to look at a tree.

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

# TEXT...: the complaints that the tree must give, one each, and no other
complains()
{
  check
  [ "$status" -eq 1 ]
  [ -z "$stderr" ]
  for text; do [[ $output == *"$text"* ]] || { echo "not told: $text"; echo "$output"; return 1; }; done
  [ "${#lines[@]}" -eq $# ] || { echo "not $#, but: $output"; return 1; }
}

@test "layers: the clean tree passes" {
  check
  [ "$status" -eq 0 ]
  [ -z "$output$stderr" ]
}

@test "layers: what a file includes and calls" {
  cat >>"$tree/src/base/text.c" <<'C'
#include "io/inflate.h"
#include "text.h"
#include <zlib.h>
#include <curl/curl.h>
void dw_say(void) { printf("x"); }
C
  echo 'void dw_leave(void) { exit(1); }' >>"$tree/src/io/inflate.c"
  complains 'src/base/text.c:5: base may not include io ("io/inflate.h")' \
    'src/base/text.c:6: "text.h": write the layer as well' \
    'src/base/text.c:7: <zlib.h> belongs to io/inflate.c alone' \
    'src/base/text.c:8: <curl/curl.h> needs a line in src/LAYERS: only curl/curl.h base/text.c' \
    'src/base/text.c:9: the library neither prints nor exits: printf' \
    'src/io/inflate.c:4: the library neither prints nor exits: exit'
}

@test "layers: files, their names and their tests; types" {
  mkdir "$tree/src/extra"
  echo 'int x;' | tee "$tree/src/extra/thing.c" "$tree/src/io/json_util.c" "$tree/src/io/text.c" "$tree/src/base/alone.c" >"$tree/src/base/more.c"
  printf '#ifndef MORE_H\n#define MORE_H\n#endif\n' >"$tree/src/base/more.h"
  touch "$tree/tests/unit/test_thing.c" "$tree/tests/unit/test_json_util.c"
  echo 'typedef enum dw_kind { DW_A } dw_kind;' >>"$tree/src/base/text.h"
  printf '#ifndef DW_BASE_OTHER_H\n#define DW_BASE_OTHER_H\ntypedef struct dw_kind {\n  int x;\n} dw_kind;\n#endif\n' >"$tree/src/base/other.h"
  sed -i 's/^base:/base: cmd/' "$tree/src/LAYERS"
  complains 'src/extra/thing.c: layer extra is not in src/LAYERS' \
    '"json_util" does not' \
    'there is another text in src/base' \
    'include guard MORE_H should be DW_BASE_MORE_H' \
    'src/base/more.c: no tests/unit/test_more.c' \
    'src/base/alone.c: neither a test nor a header, nor a reason (src/LAYERS: untested base/alone.c WHY)' \
    'src/base/text.h:5: dw_kind is a type of src/base/other.h already' \
    'base may include only layers listed before it, not cmd'
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

@test "layers: rooms: what they include, what stands beside, below and twice" {
  divide
  echo '#include "io/text/words.h"' >>"$tree/src/io/bytes/inflate.c"
  mkdir "$tree/src/io/cellar"
  echo 'int dw_stray;' | tee "$tree/src/io/stray.c" "$tree/src/io/cellar/lost.c" >"$tree/src/io/text/inflate.c"
  touch "$tree/tests/unit/test_stray.c" "$tree/tests/unit/test_lost.c"
  for i in {1..16}; do echo "int dw_part_$i;" >"$tree/src/base/text_$i.c"; done
  complains 'src/io/bytes/inflate.c:4: io/bytes may not include io/text ("io/text/words.h")' \
    'src/io/stray.c: layer io is divided into rooms; a file of its stands in one' \
    'src/io/cellar/lost.c: room io/cellar is not in src/LAYERS' \
    'there is another inflate in src/bytes already' \
    'src/base: 18 source files; a room has 16 at most'
}

@test "layers: rooms cannot make a circle" {
  divide
  sed -i 's|^room io/bytes: ;|room io/bytes: text;|' "$tree/src/LAYERS"
  complains 'io/bytes may include only rooms listed before it, not text'
}

@test "layers: a room says what it is for, and has no room within" {
  divide
  sed -i 's|; documents as text||' "$tree/src/LAYERS"
  mkdir "$tree/src/io/text/deep"
  echo 'int dw_deep;' >"$tree/src/io/text/deep/deep.c"
  touch "$tree/tests/unit/test_deep.c"
  check
  [ "$status" -eq 1 ]
  [[ "$output" == *'not understood: room io/text: bytes (room LAYER/ROOM: ROOM...; WHAT IT IS FOR)'* ]]
  [[ "$output" == *'src/io/text/deep/deep.c: code stands in src/LAYER/ or src/LAYER/ROOM/, no deeper and no higher'* ]]
}

# --- stale lines, private headers ---

@test "layers: lines about what is gone, or has come" {
  rm "$tree/src/base/other.c"
  sed -i '/zlib/d' "$tree/src/io/inflate.c"
  printf 'attic: base\nuntested base/second.c  for a reason\n' >>"$tree/src/LAYERS"
  touch "$tree/src/base/second.c" "$tree/tests/unit/test_second.c"
  complains 'src/LAYERS:5: stale: io/inflate.c does not include <zlib.h>' \
    'src/LAYERS:6: stale: there is no base/other.c' \
    'src/LAYERS:7: stale: there is no src/attic' \
    'src/LAYERS:8: stale: there is a tests/unit/test_second.c'
}

# --- what is cited is there; a header of parts belongs to its family ---

@test "layers: what does not stand in the repository may not be cited; what does, may; parts are private" {
  mkdir "$tree/man"
  printf '.Dt DW-X 1\n.Sh METHODS\n.Ss Columns of text\n' >"$tree/man/dw-x.1"
  touch "$tree/README.md"
  printf '#ifndef DW_BASE_TEXT_PARTS_H\n#define DW_BASE_TEXT_PARTS_H\n#endif\n' >"$tree/src/base/text_parts.h"
  printf '#include "base/text_parts.h"\n' >"$tree/src/base/text_lines.c"
  cat >>"$tree/src/io/inflate.c" <<'C'
/* base/text.h, src/io/inflate.c, man/dw-x.1, dw-x(1), METHODS; see dw-x(1), Columns of text. README.md; write(2), a/b.c */
/* house-style.md, habit 3 */
/* dw-x(1), Methods */
/* as in base/words.h */
#include "base/text_parts.h"
C
  printf '# see dw-y(1)\n# see man/driftwatch-y.7\n' >"$tree/tests/x.bats"
  echo 'untested io/gone.c  tests/dw-x.bats' >>"$tree/src/LAYERS"
  echo 'int dw_gone;' >"$tree/src/io/gone.c"
  complains 'src/io/inflate.c:5: cites house-style.md, which is not there' \
    'src/io/inflate.c:6: cites a section that man/dw-x.1 does not have: Methods' \
    'src/io/inflate.c:7: cites base/words.h, which is not there' \
    'src/io/inflate.c:8: "base/text_parts.h" is private to text*.c' \
    'tests/x.bats:1: cites dw-y(1), which is not there' \
    'tests/x.bats:2: cites man/driftwatch-y.7, which is not there' \
    'src/LAYERS:7: cites tests/dw-x.bats, which is not there'
}
