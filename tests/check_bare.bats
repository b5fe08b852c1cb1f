# scripts/check-bare, with programs that only write down how they are called: what it refuses, what it leaves behind; and what
# scripts/test-peers, which makes its folder the same way, refuses.

bats_require_minimum_version 1.5.0

# NAME BODY: a command of the stage
stage()
{
  [ ! -L "$S/bin/$1" ] || rm "$S/bin/$1"
  printf '#!/bin/sh\n%s\n' "$2" >"$S/bin/$1"
  [ -x "$S/bin/$1" ] || chmod +x "$S/bin/$1"
}

# NAME...: the system's own on the stage
own()
{
  # shellcheck disable=SC2046 # paths of commands
  ln -s $(type -P "$@") "$S/bin/"
}

setup()
{
  S=$BATS_TEST_TMPDIR
  mkdir "$S/bin" "$S/tmp" "$S/tree" "$S/tree/scripts"
  cp "$DW_TOP/scripts/check-bare" "$DW_TOP/scripts/test-peers" "$DW_TOP/scripts/debian_folder" "$S/tree/scripts/"
  own sh cat rm mkdir mktemp chmod date grep tail sed awk sleep cp dirname touch true wc tr
  (cd "$S/bin" && touch id mknod chroot git apt-get apt-config env unshare debootstrap && chmod +x id mknod chroot git apt-get apt-config env unshare debootstrap) # once for all
  stage id 'echo 0'
  stage mknod 'echo "mknod $*" >>"$CALLS"; touch "$3"'
  stage chroot 'echo "chroot $*" >>"$CALLS"'
  stage git 'echo "git $*" >>"$CALLS"'
  stage apt-get 'echo "https://mirror.example/security main Debian"; echo "https://mirror.example/debian/ main Debian"'
  stage apt-config ':'
  stage env 'while [ "${1#-}" != "$1" ]; do shift; done; exec "$@"'
  stage unshare 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"'
  stage debootstrap 'echo "debootstrap $*" >>"$CALLS"; for target; do case $target in "$TMPDIR"/*) mkdir -p "$target/etc" "$target/root" ;; esac; done; exit "${FAIL:-0}"'
  export CALLS=$S/calls
  : >"$CALLS"
}

check_bare() { run --separate-stderr "$(command -v env)" PATH="$S/bin" TMPDIR="$S/tmp" "$@" sh "$S/tree/scripts/check-bare" bookworm; }

@test "check-bare: not root, or without debootstrap: says so, judges nothing" {
  stage id 'echo 1000'
  check_bare
  [ "$status" -eq 0 ]
  [ "$output" = 'check-bare: skipped, nothing was judged: this takes root: device nodes, mounts, chroot' ]
  stage id 'echo 0'
  for missing in debootstrap unshare; do
    mv "$S/bin/$missing" "$S/kept"
    check_bare
    [ "$status" -eq 0 ] && [ "$output" = "check-bare: skipped, nothing was judged: there is no $missing here" ] || return 1
    mv "$S/kept" "$S/bin/$missing"
  done
  stage unshare 'exit 1'
  check_bare
  [ "$status" -eq 0 ]
  [[ $output == *'skipped, nothing was judged: no namespace'* ]]
  [ ! -s "$CALLS" ]
  [ -z "$(ls "$S/tmp")" ]
}

@test "check-bare: devices that cannot be made are not borrowed" {
  stage mknod 'exit 1'
  check_bare
  [ "$status" -eq 0 ]
  [[ $output == *'skipped, nothing was judged: no device nodes can be made'* ]]
  [ ! -s "$CALLS" ]
  [ -z "$(ls "$S/tmp")" ]
}

@test "check-bare: a mirror that is away is no verdict, a debootstrap that fails is; the folder goes in any case" {
  stage debootstrap 'echo "E: Failed getting release file https://mirror.example/debian/dists/bookworm/Release"; exit 1'
  check_bare
  [ "$status" -eq 0 ]
  [[ $output == *'skipped, nothing was judged: the mirror cannot be reached' ]]
  [ -z "$(ls "$S/tmp")" ]
  stage debootstrap 'echo "debootstrap $*" >>"$CALLS"; echo "E: no space left"; exit 1'
  check_bare
  [ "$status" -eq 1 ]
  [[ $output == 'FAILED  bookworm: debootstrap'*'E: no space left'*'1 steps failed' ]]
  [ -z "$(ls "$S/tmp")" ]
  grep -q 'debootstrap --variant=minbase bookworm .*/driftwatch-bare\.[A-Za-z0-9]*/root https://mirror.example/debian/$' "$CALLS"
  check_bare MIRROR=http://other.example/debian
  grep -q 'debootstrap .* http://other.example/debian$' "$CALLS"
}

@test "check-bare: a signal ends it, what it runs, and the folder" {
  stage debootstrap 'echo $$ >"$S_PID"; mkdir "$3/etc"; exec sleep 60'
  PATH=$S/bin TMPDIR=$S/tmp S_PID=$S/pid sh "$S/tree/scripts/check-bare" bookworm >"$S/out" 2>&1 3>&- &
  script=$!
  for _ in {1..500}; do [ -s "$S/pid" ] && break || sleep 0.02; done
  [ -n "$(ls "$S/tmp")" ]
  kill -TERM $script
  status=0
  wait $script || status=$?
  [ "$status" -eq 143 ]
  run ! kill -0 "$(cat "$S/pid")"
  [ -z "$(ls "$S/tmp")" ]
}

test_peers() { run --separate-stderr "$(command -v env)" PATH="$S/bin" DW_PEERS="$S/tmp/peers" "$@" sh "$S/tree/scripts/test-peers"; }

@test "test-peers: not root, without debootstrap, without the mirror: says so, judges nothing" {
  for tool in rmdir setpriv; do stage $tool ':'; done
  stage id 'echo 1000'
  test_peers
  [ "$status" -eq 0 ]
  [ "$output" = 'test-peers: skipped, nothing was judged: this takes root: device nodes, mounts, chroot' ]
  stage id 'echo 0'
  mv "$S/bin/debootstrap" "$S/kept"
  test_peers
  [ "$status" -eq 0 ]
  [ "$output" = 'test-peers: skipped, nothing was judged: there is no debootstrap here' ]
  [ ! -s "$CALLS" ]
  mv "$S/kept" "$S/bin/debootstrap"
  stage debootstrap 'echo "E: Failed getting release file https://mirror.example/debian/dists/unstable/Release"; exit 1'
  test_peers
  [ "$status" -eq 0 ]
  [[ $output == *'test-peers: skipped, nothing was judged: the mirror cannot be reached' ]]
  [ -z "$(ls "$S/tmp")" ]
}

@test "test-peers: a debootstrap that fails is a failure, and a folder that was not finished is not used" {
  for tool in rmdir setpriv; do stage $tool ':'; done
  stage rmdir 'exit 1'
  stage debootstrap 'echo "E: no space"; exit 1'
  test_peers
  [ "$status" -eq 4 ]
  [[ $stderr == *'the folder could not be made'* ]]
  [ -d "$S/tmp/peers" ]
  test_peers
  [ "$status" -eq 4 ]
  [[ $stderr == *'is not empty, and was not finished: remove it'* ]]
}
