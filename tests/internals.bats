# The recipes of driftwatch-internals(7), followed to the letter in a copy of the sources: each adds what it says with no more files than
# it says, the whole builds, passes the checks, and does what the recipe promises.

bats_require_minimum_version 1.5.0

# RECIPE | the most files that it may touch | built: in the short form too. The others change headers that half of the sources include: they are
# followed there, and built with DW_SUITE=full (make check).
recipes()
{
  cat <<'END'
A column method|4|
A check|3|
A report block|2|built
A report format|2|built
A command|4|built
An input format|3|
A detector|4|
END
}
built() { if [ "${DW_SUITE:-}" = full ]; then recipes; else recipes | grep built; fi; }
not_built() { [ "${DW_SUITE:-}" = full ] || recipes | grep -v built; }

setup_file()
{
  export TREE=$BATS_FILE_TMPDIR/tree
  BUILD=$(dirname "$DW_UNIT_TESTS") && BUILD=build/$(basename "$BUILD")
  export BUILD
  unset MAKEFLAGS MFLAGS
  mkdir -p "$TREE/$BUILD/tests/unit" "$TREE/bin"
  cp -a "$DW_TOP/Makefile" "$DW_TOP/README.md" "$DW_TOP/.clang-format" "$DW_TOP/src" "$DW_TOP/man" "$DW_TOP/scripts" "$DW_TOP/tests" "$TREE"
  cp -a "$DW_TOP/bin/dw" "$DW_BIN/dw-compare" "$DW_BIN/dw-detect" "$TREE/bin"
  cp -a "$DW_TOP/$BUILD/src" "$TREE/$BUILD"                                           # with their times, so that make builds what a recipe changes
  cp -a "$DW_TOP/$BUILD/tests/unit/test."[do] "$TREE/$BUILD/tests/unit"
}

setup()
{
  case $BUILD in build/san* | build/coverage) skip 'recipes are followed in a build without sanitizers, and without counts' ;; esac
  cd "$TREE" || return 1
}

# Every file with its sum, but for what is built.
manifest() { find . -path ./build -prune -o -path './bin/dw-*' -prune -o -type f -exec cksum {} + | LC_ALL=C sort; }

@test "internals: every recipe of the manual is tested" {
  [ "$(tests/recipe | sort)" = "$(recipes | cut -d '|' -f 1 | sort)" ]
}

follow() # lines of recipes()
{
  while IFS='|' read -r name most _; do
    manifest >"$BATS_TEST_TMPDIR/before"
    tests/recipe "$name" >"$BATS_TEST_TMPDIR/recipe"
    sh -e "$BATS_TEST_TMPDIR/recipe" || { echo "cannot be followed: $name"; return 1; }
    manifest | comm -13 "$BATS_TEST_TMPDIR/before" - | sed 's/^[0-9]* [0-9]* //' >"$BATS_TEST_TMPDIR/touched"
    cat "$BATS_TEST_TMPDIR/touched" >>"$BATS_FILE_TMPDIR/touched"
    touched=$(wc -l <"$BATS_TEST_TMPDIR/touched")
    [ "$touched" -ge 2 ] && [ "$touched" -le "$most" ] || { echo "$name touches $touched files:" && cat "$BATS_TEST_TMPDIR/touched"; return 1; }
  done
}

@test "internals: a recipe can be followed, and touches no more files than it may" {
  follow < <(built)
}

# What else is built with DW_SUITE=full: for the other recipes, and commands to which the contract is read beside the new one.
in_full()
{
  [ "${DW_SUITE:-}" = full ] || return 0
  echo bin/dw-compare bin/dw-detect bin/dw-model bin/dw-store
  printf '%s\n' "$BUILD"/tests/alone/test_{kinds,method,method_median,formats,logfmt,streak}
}

@test "internals: what was added builds without a warning" {
  # shellcheck disable=SC2046 # words
  make -s CC="${CC:-gcc}" BUILD="$BUILD" BIN=bin CFLAGS='-O0 -Werror' bin/dw-report bin/dw-rows $(in_full) >"$BATS_TEST_TMPDIR/log" 2>&1 || { tail -n 40 "$BATS_TEST_TMPDIR/log"; return 1; }
}

@test "internals: what was added does what it is for" {
  [ "${DW_SUITE:-}" = full ] || scripts/check-man bin man/dw-rows.1
  while IFS='|' read -r name _; do
    tests/recipe -u "$name" >"$BATS_TEST_TMPDIR/use"
    [ -s "$BATS_TEST_TMPDIR/use" ] || { echo "nothing is done with it: $name"; return 1; }
    mkdir "$BATS_TEST_TMPDIR/$name"
    (cd "$BATS_TEST_TMPDIR/$name" && PATH=$TREE/bin:$TREE/$BUILD/tests/alone:$PATH sh -ex "$BATS_TEST_TMPDIR/use" >out 2>err) ||
      { echo "$name:" && cat "$BATS_TEST_TMPDIR/$name/out" "$BATS_TEST_TMPDIR/$name/err"; return 1; }
  done < <(built)
}

@test "internals: what was added passes the tests that were there" {
  if [ "${DW_SUITE:-}" = full ]; then for test in kinds method formats; do "$BUILD/tests/alone/test_$test"; done; fi
  mkdir "$BATS_TEST_TMPDIR/bin"
  for command in bin/dw-rows $(in_full | grep -o "bin/dw-model\|bin/dw-store"); do ln -s "$TREE/$command" "$BATS_TEST_TMPDIR/bin"; done
  for file in contract dw-rows; do DW_BIN=$BATS_TEST_TMPDIR/bin DW_TOP=$TREE tests/run_file tests/$file.bats; done
}

@test "internals: every recipe can be followed, and what was added keeps to the layers, the form and the manuals" {
  follow < <(not_built)
  scripts/check-layers . "$BUILD/libdriftwatch.a"
  if [ "${DW_SUITE:-}" = full ]; then scripts/check-man bin man/dw-rows.1 man/driftwatch-methods.7; fi
  if command -v mandoc >/dev/null; then grep '^\./man/' "$BATS_FILE_TMPDIR/touched" | xargs mandoc -Tlint -W warning; fi
  if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    grep '\.[ch]$' "$BATS_FILE_TMPDIR/touched" | xargs clang-format --dry-run -Werror
  fi
}
