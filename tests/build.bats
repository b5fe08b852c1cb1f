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
