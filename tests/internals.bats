# The recipes of driftwatch-internals(7), followed to the letter in a copy of the sources: each adds what it says with no more files than
# it says, the whole builds, passes the checks, and does what the recipe promises.

bats_require_minimum_version 1.5.0

# RECIPE | the most files that it may touch
recipes()
{
  cat <<'END'
A column method|4
A check|3
A report block|2
A report format|2
A command|4
An input format|3
A detector|4
END
}

setup_file()
{
  export TREE=$BATS_FILE_TMPDIR/tree
  BUILD=$(dirname "$DW_UNIT_TESTS") && BUILD=build/$(basename "$BUILD")
  export BUILD
  unset MAKEFLAGS MFLAGS
  mkdir -p "$TREE/$BUILD/tests/unit" "$TREE/bin"
  cp -a "$DW_TOP/Makefile" "$DW_TOP/README.md" "$DW_TOP/.clang-format" "$DW_TOP/src" "$DW_TOP/man" "$DW_TOP/scripts" "$DW_TOP/tests" "$TREE"
  cp -a "$DW_TOP/bin/dw" "$TREE/bin"
  cp -a "$DW_TOP/$BUILD/src" "$TREE/$BUILD"                                           # with their times, so that make builds what a recipe changes
  cp -a "$DW_TOP/$BUILD/tests/unit/test."[do] "$TREE/$BUILD/tests/unit"
}

# What the contract is read to beside the new command, with DW_SUITE=full: commands that write a store.
beside() { [ "${DW_SUITE:-}" != full ] || echo bin/dw-model bin/dw-store; }

setup()
{
  case $BUILD in build/san*) skip 'recipes are followed in a build without sanitizers' ;; esac
  cd "$TREE" || return 1
}

# Every file with its sum, but for what is built.
manifest() { find . -path ./build -prune -o -path './bin/dw-*' -prune -o -type f -exec cksum {} + | LC_ALL=C sort; }

@test "internals: every recipe of the manual is tested" {
  [ "$(tests/recipe | sort)" = "$(recipes | cut -d '|' -f 1 | sort)" ]
}

@test "internals: each recipe can be followed, and touches no more files than it may" {
  while IFS='|' read -r name most; do
    manifest >"$BATS_TEST_TMPDIR/before"
    tests/recipe "$name" >"$BATS_TEST_TMPDIR/recipe"
    sh -e "$BATS_TEST_TMPDIR/recipe" || { echo "cannot be followed: $name"; return 1; }
    manifest | comm -13 "$BATS_TEST_TMPDIR/before" - | sed 's/^[0-9]* [0-9]* //' >"$BATS_TEST_TMPDIR/touched"
    cat "$BATS_TEST_TMPDIR/touched" >>"$BATS_FILE_TMPDIR/touched"
    touched=$(wc -l <"$BATS_TEST_TMPDIR/touched")
    [ "$touched" -ge 2 ] && [ "$touched" -le "$most" ] || { echo "$name touches $touched files:" && cat "$BATS_TEST_TMPDIR/touched"; return 1; }
  done < <(recipes)
}

@test "internals: what was added builds without a warning" {
  # shellcheck disable=SC2046 # words
  make -s CC="${CC:-gcc}" BUILD="$BUILD" BIN=bin CFLAGS='-O0 -Werror' bin/dw-compare bin/dw-report bin/dw-rows bin/dw-detect $(beside) \
    "$BUILD"/tests/alone/test_{kinds,method,method_median,formats,logfmt,streak} >"$BATS_TEST_TMPDIR/log" 2>&1 || { tail -n 40 "$BATS_TEST_TMPDIR/log"; return 1; }
}

@test "internals: what was added keeps to the layers, the form and the manuals" {
  scripts/check-layers . "$BUILD/libdriftwatch.a"
  scripts/check-man bin man/dw-rows.1 man/driftwatch-methods.7
  if command -v mandoc >/dev/null; then grep '^\./man/' "$BATS_FILE_TMPDIR/touched" | xargs mandoc -Tlint -W warning; fi
  if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    grep '\.[ch]$' "$BATS_FILE_TMPDIR/touched" | xargs clang-format --dry-run -Werror
  fi
}

@test "internals: what was added does what it is for" {
  while IFS='|' read -r name _; do
    tests/recipe -u "$name" >"$BATS_TEST_TMPDIR/use"
    [ -s "$BATS_TEST_TMPDIR/use" ] || { echo "nothing is done with it: $name"; return 1; }
    mkdir "$BATS_TEST_TMPDIR/$name"
    (cd "$BATS_TEST_TMPDIR/$name" && PATH=$TREE/bin:$TREE/$BUILD/tests:$PATH sh -ex "$BATS_TEST_TMPDIR/use" >out 2>err) ||
      { echo "$name:" && cat "$BATS_TEST_TMPDIR/$name/out" "$BATS_TEST_TMPDIR/$name/err"; return 1; }
  done < <(recipes)
}

@test "internals: what was added passes the tests that were there" {
  for test in kinds method formats; do "$BUILD/tests/alone/test_$test"; done
  mkdir "$BATS_TEST_TMPDIR/bin"
  for command in bin/dw-rows $(beside); do ln -s "$TREE/$command" "$BATS_TEST_TMPDIR/bin"; done
  for file in contract dw-rows; do DW_BIN=$BATS_TEST_TMPDIR/bin DW_TOP=$TREE tests/run_file tests/$file.bats; done
}
