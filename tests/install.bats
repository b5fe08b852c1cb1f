# make install and make uninstall, in a copy of the tree that has nothing to compile.

bats_require_minimum_version 1.5.0

setup()
{
  unset MAKEFLAGS MFLAGS MAKELEVEL V WITHOUT DESTDIR PREFIX
  tree="$BATS_TEST_TMPDIR/the tree" to="$BATS_TEST_TMPDIR/to here"
  cd "$BATS_TEST_TMPDIR" || return 1
  mkdir -p "$tree/src/cmd/commands" "$tree/bin" "$tree/var/canaries" "$to"
  cp -R "$DW_TOP"/{Makefile,scripts,man,scenarios} "$tree/"
  cp "$DW_TOP/bin/dw" "$DW_BIN"/dw-* "$tree/bin/"
  for command in "$tree"/bin/dw-*; do : >"$tree/src/cmd/commands/$(basename "$command").c"; done
  for canary in base canary_1 canary_2 canary_3 canary_4; do echo '{}' >"$tree/var/canaries/$canary.json"; done
}

made() { make -s -C "$tree" -o build -o canaries DESTDIR="$to" PREFIX=/usr "$@"; }

@test "install: all files with the modes of an installation, whatever the umask; uninstall takes those away and no other" {
  mkdir -p "$to/usr/share/man/man1" "$to/usr/share/driftwatch/scenarios" "$to/usr/bin"
  for own in bin/dw-of-mine share/man/man1/dw-of-mine.1 share/driftwatch/scenarios/mine.yaml; do echo mine >"$to/usr/$own"; done
  chmod 755 "$to" "$to"/usr "$to"/usr/*
  find "$to" -type f | sort >before
  (umask 077 && made install)
  (cd "$to/usr" && find . ! -type d) | sed 's/^..//' | sort >installed
  for command in "$tree"/bin/dw*; do
    name=$(basename "$command")
    grep -qx "bin/$name" installed
    grep -qx "share/man/man1/$name.1" installed
    [ -s "$to/usr/share/bash-completion/completions/$name" ] # a link leads to the file
  done
  for page in "$tree"/man/*; do grep -qx "share/man/man${page##*.}/$(basename "$page")" installed; done
  (cd "$tree" && find scenarios ! -path '*/backups*' -type f) | sed 's|^|share/driftwatch/|' | sort >scenarios
  [ "$(comm -23 scenarios installed | wc -l)" -eq 0 ] && [ "$(wc -l <scenarios)" -gt 20 ]
  for file in share/driftwatch/cluster/plan share/driftwatch/var/canaries/base.json share/zsh/site-functions/_dw; do grep -qx "$file" installed; done
  find "$to/usr" -type d ! -perm 755 ! -path '*/man*' >wrong
  find "$to/usr" -type f ! -name '*mine*' \( -path '*/bin/*' -o -path '*/cluster/*' ! -name '*.py' \) ! -perm 755 >>wrong
  find "$to/usr" -type f ! -name '*mine*' ! -path '*/bin/*' ! \( -path '*/cluster/*' ! -name '*.py' \) ! -perm 644 >>wrong
  [ ! -s wrong ] || { cat wrong; return 1; }
  "$to/usr/bin/dw" --version | grep -q .
  made uninstall
  find "$to" ! -type d | sort | diff before -
  [ ! -d "$to/usr/share/driftwatch/var" ] && [ ! -d "$to/usr/share/driftwatch/cluster" ] && [ -d "$to/usr/share/driftwatch/scenarios" ]
  rm "$to/usr/share/driftwatch/scenarios/mine.yaml"
  made install
  made uninstall
  [ ! -d "$to/usr/share/driftwatch" ]
}
