# The Makefile: what it prints, builds without some libraries, and machines that lack their headers. Objects go to a folder of the test's own.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$DW_TOP" || return 1
  unset MAKEFLAGS MFLAGS MAKELEVEL V WITHOUT CPPFLAGS CFLAGS
  B=$BATS_TEST_TMPDIR/b
}

built() { run --separate-stderr make -j1 CC="${CC:-gcc}" CFLAGS=-O0 BUILD="$B" "$@"; }

@test "build: a line a file, whole commands with V=1, nothing with -s, and nothing is done twice" {
  object=$B/src/io/library/library.o
  built "$object"
  [ "$status" -eq 0 ] && [ -z "$stderr" ]
  [ "$output" = 'CC src/io/library/library.c' ]
  built "$object"
  [[ $output == *"is up to date."* ]]
  rm "$object"
  built V=1 "$object"
  [[ $output == *" -c -o $object src/io/library/library.c" ]] && [[ $output != *'CC src/'* ]]
  rm "$object"
  built -s "$object"
  [ "$status" -eq 0 ] && [ -z "$output$stderr" ] && [ -e "$object" ]
}

@test "build: without the headers there is a line that says what to do, and the compiler is not asked" {
  built CPPFLAGS=-nostdinc "$B/src/base/num.o" "$B/src/io/library/library.o"
  [ "$status" -eq 2 ]
  [[ ${stderr_lines[0]} == 'DriftWatch needs what is not installed here: libc6-dev '*' libxgboost-dev '* ]]
  [[ ${stderr_lines[1]} == 'run make deps, '* ]]
  [ -z "$output" ] && [ ! -e "$B/src/base/num.o" ] && [ ! -e "$B/headers" ]
  built "$B/src/io/library/library.o" # with other flags it looks again
  [ "$status" -eq 0 ]
}

@test "build: what is left out is compiled without its header, and anew when it is there again; other names are refused" {
  all=
  for object in act/seal store/database/pg store/database/sqlite model/booster/booster io/bytes/http io/bytes/http_pool io/bytes/http_library io/parquet/page_codec; do
    all="$all $B/src/$object.o"
  done
  built CPPFLAGS=-Werror WITHOUT='xgboost pq curl snappy sqlite3 crypto' $all
  [ "$status" -eq 0 ] || { echo "$output $stderr"; return 1; }
  for header in xgboost/xgboost/c_api.h pq/libpq-fe.h curl/curl/curl.h snappy/snappy-c.h sqlite3/sqlite3.h crypto/openssl/evp.h crypto/openssl/pem.h; do
    grep -q "without/$header" $(printf '%s\n' $all | sed 's/o$/d/')
  done
  run ! grep -hE '/usr/[^ ]*/(c_api|libpq-fe|curl|snappy-c|sqlite3|evp|pem)[.]h' $(printf '%s\n' $all | sed 's/o$/d/')
  grep -aq 'WITHOUT=snappy' "$B/src/io/parquet/page_codec.o"
  built CPPFLAGS=-Werror WITHOUT='crypto sqlite3 snappy curl pq xgboost' $all # the same
  [[ $output == *'is up to date.'* ]] && [[ $output != *'CC '* ]]
  built WITHOUT='xgboost pq curl sqlite3 crypto' "$B/src/io/parquet/page_codec.o"
  [ "$output" = 'CC src/io/parquet/page_codec.c' ]
  run ! grep -aq 'WITHOUT=' "$B/src/io/parquet/page_codec.o"
  built WITHOUT='xgboost zlib' $all
  [ "$status" -eq 2 ]
  [[ $stderr == *'WITHOUT: there is no zlib to leave out; there are xgboost pq curl snappy sqlite3 crypto.'* ]]
  built WITHOUT=curl test
  [ "$status" -eq 2 ]
  [[ $stderr == *'the tests take a build with all libraries, not WITHOUT="curl"'* ]]
}

@test "build: the same bytes in another folder" {
  for folder in one 'another one'; do
    mkdir -p "$BATS_TEST_TMPDIR/$folder/tests/unit" "$BATS_TEST_TMPDIR/$folder/scripts"
    cp -R "$DW_TOP/Makefile" "$BATS_TEST_TMPDIR/$folder"
    cp "$DW_TOP/scripts/install-deps" "$BATS_TEST_TMPDIR/$folder/scripts"
    mkdir -p "$BATS_TEST_TMPDIR/$folder/src/io/library"
    cp -R "$DW_TOP/src/base" "$BATS_TEST_TMPDIR/$folder/src"
    cp "$DW_TOP"/src/io/library/*.[ch] "$BATS_TEST_TMPDIR/$folder/src/io/library"
    make -s -C "$BATS_TEST_TMPDIR/$folder" CC="${CC:-gcc}" CFLAGS=-O0 build/plain/src/base/mem.o build/plain/src/io/library/library.o
  done
  for object in base/mem io/library/library; do
    cmp "$BATS_TEST_TMPDIR/one/build/plain/src/$object.o" "$BATS_TEST_TMPDIR/another one/build/plain/src/$object.o"
  done
}

@test "dist: the same bytes under other settings, and a list of parts with every library that is asked for" {
  command -v git >/dev/null && [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ] || skip 'this is no clone'
  scripts/dist "$BATS_TEST_TMPDIR/one" >"$BATS_TEST_TMPDIR/said.one" 2>&1 || { cat "$BATS_TEST_TMPDIR/said.one"; return 1; }
  (umask 077; TZ=Asia/Tokyo LC_ALL=C scripts/dist "$BATS_TEST_TMPDIR/two") >"$BATS_TEST_TMPDIR/said.two" 2>&1
  cmp "$BATS_TEST_TMPDIR"/said.*
  tar -tzf "$BATS_TEST_TMPDIR"/one/driftwatch-*.tar.gz >"$BATS_TEST_TMPDIR/list"
  run ! grep -v '^driftwatch-[0-9.]*/' "$BATS_TEST_TMPDIR/list"
  grep -qx 'driftwatch-[0-9.]*/Makefile' "$BATS_TEST_TMPDIR/list"
  jq -e '.spdxVersion == "SPDX-2.3" and (.packages | all(.SPDXID and .licenseDeclared)) and
    ([.relationships[] | .spdxElementId, .relatedSpdxElement] - ["SPDXRef-DOCUMENT"] | unique) == ([.packages[].SPDXID] | unique)' "$BATS_TEST_TMPDIR"/one/*.json
  # Headers that the build asks for, by what stands for them in the list.
  sed -n "/^stdio.h /,/^END/p" scripts/install-deps | sed '$d' | awk '{ print $1 }' | sed 's/stdio.h/glibc/; s/csv.h/libcsv/; s/snappy-c.h/snappy/; s/yaml.h/libyaml/
    s/libpq-fe.h/libpq/; s/curl\/.*/libcurl/; s/event2.*/libevent/; s/[/.].*//' | sort >"$BATS_TEST_TMPDIR/asked"
  jq -r '.packages[].name' "$BATS_TEST_TMPDIR"/one/*.json | grep -vx driftwatch | sort | diff "$BATS_TEST_TMPDIR/asked" -
}

@test "build: the name of a library is found out without a word, under gcc and clang" {
  for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    rm -rf "$B"
    run --separate-stderr make -j1 V=1 CC=$compiler CFLAGS=-O0 BUILD="$B" "$B/src/io/text/yaml.o" "$B/src/io/bytes/gzipio.o"
    [ "$status" -eq 0 ] && [ -z "$stderr" ] || { echo "$compiler: $output $stderr"; return 1; }
    [[ $output == *"-DDW_SONAME_yaml='\"libyaml-0.so."* ]] && [[ $output == *"-DDW_SONAME_z='\"libz.so."* ]]
  done
}
