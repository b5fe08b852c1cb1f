# src/base/banned.h: every function named in it is refused by the compiler, and nothing else is.

bats_require_minimum_version 1.5.0

setup() { source=$BATS_TEST_TMPDIR/x.c; }

compilers()
{
  for compiler in gcc clang; do command -v "$compiler" >/dev/null && echo "$compiler"; done
}

# COMPILER OPTION...: as the Makefile compiles the product
compile() { "$@" -std=gnu11 -Wall -Wextra -I"$DW_TOP/src" -include base/banned.h -D_GNU_SOURCE -c -o "$BATS_TEST_TMPDIR/x.o" "$source"; }

# WHAT NAME...: a function a line takes the address of a name (all in one file: a compiler takes long to begin); each line must be an error.
refused()
{
  local what=$1 name lines=0 all='-ferror-limit=0'
  [ "$compiler" != gcc ] || all='-fmax-errors=0'
  shift
  for name; do echo "void *take$((++lines))(void); void *take$lines(void) { return (void *)$name; }"; done >"$source"
  run compile "$compiler" -O2 $all
  [ "$status" -ne 0 ]
  for ((lines = 1; lines <= $#; lines++)); do
    [[ $output =~ $source:$lines:[0-9]+:\ error:\ [^$'\n']*($what) ]] || { echo "$compiler, ${!lines}: $output"; return 1; }
  done
}

@test "each banned function is an error where it is called and where its address is taken" {
  names=$(sed -n 's/^DW_BAN(\([a-z0-9]*\),.*/\1/p' "$DW_TOP/src/base/banned.h")
  [ "$(echo "$names" | wc -w)" -ge 50 ]
  for compiler in $(compilers); do
    # shellcheck disable=SC2086 # words
    refused 'unavailable|declared with attribute error' $names
    refused poisoned atoi atol atoll atof
    echo 'double f(double x); double f(double x) { return exp(x); }' >"$source"
    run compile "$compiler" -O2
    [ "$status" -ne 0 ]
    [[ $output == *"dw_exp (base/fmath.h)"* ]]
  done
}

@test "the names are free for parameters and fields, and headers of other libraries compile" {
  {
    for header in assert ctype errno fcntl inttypes limits math poll pthread signal spawn stdio stdlib string sys/mman sys/socket sys/stat sys/time \
      sys/wait time unistd csv zstd zlib yaml sqlite3 postgresql/libpq-fe microhttpd curl/curl openssl/evp openssl/ssl openssl/rand; do
      printf '#if __has_include(<%s.h>)\n#include <%s.h>\n#endif\n' "$header" "$header"
    done
    echo 'struct scale { int log; double exp; };'
    echo 'double f(double exp, int rand); double f(double exp, int rand) { struct scale s = {rand, exp}; return s.log + s.exp + sqrt(exp); }'
  } >"$source"
  for compiler in $(compilers); do
    for level in -O0 -O2 "-O2 -D_FORTIFY_SOURCE=2"; do
      # shellcheck disable=SC2086 # two words
      run compile "$compiler" -Werror $level
      echo "$compiler $level: $output"
      [ "$status" -eq 0 ]
    done
  done
}
