# scripts/install-deps, with an apt-get, a sudo and an id that only write down how they are called.

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
  mkdir "$S/bin"
  own sh cc cut mktemp rm cat sleep env awk sed tr true
  (cd "$S/bin" && touch make id apt-get && chmod +x make id apt-get) # once for all
  stage make :
  stage id 'echo 0'
  stage apt-get 'echo "apt-get $*" >>"$CALLS"'
  export CALLS=$S/calls
  : >"$CALLS"
}

install_deps() { run --separate-stderr env PATH="$S/bin" CC=cc "$@" /bin/sh "$DW_TOP/scripts/install-deps" build; }

@test "install-deps: nothing missing, nothing done" {
  install_deps
  [ "$status" -eq 0 ]
  [ -z "$output$stderr" ]
  [ ! -s "$CALLS" ]
}

@test "install-deps: root installs by apt-get after an update" {
  install_deps CPPFLAGS=-nostdinc
  [ "$status" -eq 0 ]
  [ "$(sed -n 1p "$CALLS")" = 'apt-get -q update' ]
  [ "$(sed -n 2p "$CALLS")" = 'apt-get -q -y --no-install-recommends install libc6-dev libxxhash-dev libcsv-dev libzstd-dev zlib1g-dev libsnappy-dev liblz4-dev libbrotli-dev libyaml-dev libssl-dev libxgboost-dev libsqlite3-dev libpq-dev libcurl4-openssl-dev libevent-dev' ]
  [ "$(wc -l <"$CALLS")" -eq 2 ]
  [[ "$stderr" == *'+ apt-get -q update'* ]]
}

@test "install-deps: others by sudo, which must not ask" {
  stage id 'echo 1000'
  stage sudo 'echo "sudo $1" >>"$CALLS"; shift; exec "$@"'
  install_deps CPPFLAGS=-nostdinc
  [ "$status" -eq 0 ]
  [ "$(grep -c '^sudo -n$' "$CALLS")" -eq 3 ] # asked first whether it would ask for a password
  [ "$(grep -c '^apt-get' "$CALLS")" -eq 2 ]
}

@test "install-deps: neither root nor sudo: what root has to run, in one line, for the tests too" {
  stage id 'echo 1000'
  install_deps CPPFLAGS=-nostdinc
  [ "$status" -eq 4 ]
  [[ "$stderr" == *'neither root nor is there sudo; root has to run:'* ]]
  [ "$(tail -n 1 <<<"$stderr")" = '  apt-get update && apt-get install -y --no-install-recommends libc6-dev libxxhash-dev libcsv-dev libzstd-dev zlib1g-dev libsnappy-dev liblz4-dev libbrotli-dev libyaml-dev libssl-dev libxgboost-dev libsqlite3-dev libpq-dev libcurl4-openssl-dev libevent-dev zstd gzip jq curl' ]
  stage sudo '[ "$2" != true ] || exit 1; echo "sudo $*" >>"$CALLS"' # takes a password, and nobody is there to type it
  install_deps CPPFLAGS=-nostdinc
  [ "$status" -eq 4 ]
  [[ "$stderr" == *'sudo would ask for a password; root has to run:'*'apt-get install'* ]]
  [ ! -s "$CALLS" ]
  install_deps # where everything is there, nobody is asked
  [ "$status" -eq 0 ] && [ -z "$output$stderr" ]
}

@test "install-deps -n: what is missing and what helps, nothing else" {
  looked() { run --separate-stderr env PATH="$S/bin" CC=cc "$@" /bin/sh "$DW_TOP/scripts/install-deps" -n build; }
  looked
  [ "$status" -eq 0 ] && [ -z "$output$stderr" ]
  looked CPPFLAGS=-nostdinc
  [ "$status" -eq 4 ]
  [[ "${stderr_lines[0]}" == 'DriftWatch needs what is not installed here: libc6-dev libxxhash-dev '* ]]
  [[ "${stderr_lines[1]}" == 'run make deps, '* ]]
  [ ${#stderr_lines[@]} -eq 2 ]
  # A compiler that finds all headers but two.
  stage cc "sed 's/.*<\\(xgboost.c_api\\|curl.curl\\)[.]h>.*/#if 1/; s/^#if !.*/#if 0/' | $(type -P cc) -E -P -x c -"
  looked
  [ "$status" -eq 4 ]
  [ "${stderr_lines[0]}" = 'DriftWatch needs what is not installed here: libxgboost-dev libcurl4-openssl-dev' ]
  [ "${stderr_lines[2]}" = 'or build without it: make WITHOUT="xgboost curl"' ]
  looked WITHOUT=curl
  [ "${stderr_lines[2]}" = 'or build without it: make WITHOUT="curl xgboost"' ]
  looked WITHOUT='curl xgboost'
  [ "$status" -eq 0 ] && [ -z "$output$stderr" ]
  [ ! -s "$CALLS" ]
}

@test "install-deps: apt-get that fails once is tried again" {
  stage sleep :
  stage apt-get 'echo "apt-get $*" >>"$CALLS"; [ -e "$CALLS.failed" ] || { : >"$CALLS.failed"; echo "mirror is away"; exit 100; }'
  install_deps CPPFLAGS=-nostdinc
  [ "$status" -eq 0 ]
  [ "$(grep -c update "$CALLS")" -eq 2 ]
  [ "$(grep -c install "$CALLS")" -eq 1 ]
}

@test "install-deps: apt-get that fails twice ends it, with what it said" {
  stage sleep :
  stage apt-get 'echo "apt-get $*" >>"$CALLS"; echo "mirror is away"; exit 100'
  install_deps CPPFLAGS=-nostdinc
  [ "$status" -eq 4 ]
  [[ "$stderr" == *'mirror is away'* ]]
  [ "$(wc -l <"$CALLS")" -eq 2 ]
}

@test "install-deps: another system gets a list" {
  rm "$S/bin/apt-get"
  install_deps CPPFLAGS=-nostdinc
  [ "$status" -eq 4 ]
  [[ "$stderr" == *'please install:'*'libcsv'*'libyaml'* ]]
}
