# A PostgreSQL server of a test file's own, on loopback and on a Unix socket, where one is installed. In setup_file: pg_start; in
# teardown_file: pg_stop; in setup: [ -n "${PG_UP:-}" ] || skip. PG_PORT, PG_DATA/socket; user tester, password secret.
# PEERS_ROOT: the folder of another Debian, whose server is taken instead (scripts/test-peers). It runs there by chroot; what is PG_DATA
# here is there too, by a link.

# shellcheck source=tests/ports.bash
. "${BASH_SOURCE[0]%/*}/ports.bash"

pg_find()
{
  PG_BIN=
  for folder in $([ -n "${PEERS_ROOT:-}" ] || dirname "$(command -v initdb || echo /nowhere/initdb)") "${PEERS_ROOT:-}"/usr/lib/postgresql/*/bin; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then PG_BIN=${folder#"${PEERS_ROOT:-}"}; fi
  done
  [ -n "$PG_BIN" ] || return 1
  PG_AS=
  if [ "$(id -u)" -eq 0 ]; then # the server refuses to run as root
    PG_AS='setpriv --reuid=nobody --regid=nogroup --clear-groups'
    $PG_AS true 2>/dev/null || return 1
  fi
}

# front: what stands in front of a program of the server. It becomes that program, so that its process id is that of the program.
pg_front()
{
  # shellcheck disable=SC2206 # a list of words
  front=(env --chdir=/ -u PGPASSWORD $PG_AS)
  [ -z "${PEERS_ROOT:-}" ] || front=(env --chdir=/ -u PGPASSWORD chroot --userspec=65534:65534 --groups= "$PEERS_ROOT")
}

# NAME ARGUMENTS: a program of the server, as who it runs as.
pg_program()
{
  local name=$1
  shift
  pg_front
  "${front[@]}" "$PG_BIN/$name" "$@"
}

pg_up() # seconds to wait
{
  pg_program pg_ctl -D "$PG_DATA/data" -l "$PG_DATA/log" -w -t "$1" \
    -o "-c listen_addresses=127.0.0.1 -c port=$PG_PORT -c unix_socket_directories=$PG_DATA/socket -c fsync=off" start >"$BATS_FILE_TMPDIR/start" 2>&1
}

# Fills PG_DATA/data. initdb takes seconds: under tests/run (TESTS_ONCE) the files that come later copy what the first one made.
pg_data()
{
  local kept=${TESTS_ONCE:+$TESTS_ONCE/postgres}
  if [ -n "${PEERS_ROOT:-}" ]; then kept=; fi
  if [ -n "$kept" ] && [ -e "$kept" ]; then
    cp -a "$kept/." "$PG_DATA/data"
    return
  fi
  pg_program initdb -D "$PG_DATA/data" -U tester --pwfile="$PG_DATA/password" -A scram-sha-256 --no-sync -E UTF8 --locale=C >"$BATS_FILE_TMPDIR/initdb" 2>&1 || return 1
  [ -n "$kept" ] || return 0
  cp -a "$PG_DATA/data" "$kept.$$"
  mv -T "$kept.$$" "$kept" 2>/dev/null || rm -rf "$kept.$$" # another file was faster
}

pg_start()
{
  pg_find || return 0
  PG_DATA=$(mktemp -d "${PEERS_ROOT:-}/tmp/dw-pg-XXXXXX")
  if [ -n "${PEERS_ROOT:-}" ]; then
    ln -s "$PG_DATA" "/tmp/${PG_DATA##*/}"
    PG_DATA=/tmp/${PG_DATA##*/}
  fi
  echo secret >"$PG_DATA/password"
  chmod 755 "$PG_DATA/"
  mkdir "$PG_DATA/data" "$PG_DATA/socket"
  [ -z "$PG_AS" ] || chown -R nobody "$PG_DATA/"
  export PG_BIN PG_AS PG_DATA
  cd "$PG_DATA" || return 1
  pg_data || return 1
  for _ in 1 2 3 4 5; do
    PG_PORT=$(free_port)
    if pg_up 60; then
      export PG_PORT PG_UP=1
      return 0
    fi
  done
  cat "$BATS_FILE_TMPDIR/start" "$PG_DATA/log" >&2
  return 1
}

pg_stop()
{
  [ -n "${PG_DATA:-}" ] || return 0
  cd / || return 1
  pg_program pg_ctl -D "$PG_DATA/data" -m immediate stop >"$BATS_FILE_TMPDIR/stop" 2>&1 || true
  rm -rf "${PEERS_ROOT:-}$PG_DATA"
  [ -z "${PEERS_ROOT:-}" ] || rm -f "$PG_DATA"
}

# psql as the tests' user; scripts come by standard input.
pg_sql()
{
  if [ -n "${PEERS_ROOT:-}" ]; then PGPASSWORD=secret env --chdir=/ chroot "$PEERS_ROOT" "$PG_BIN/psql" -q -At -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$PG_PORT" -U tester -d postgres "$@"
  else PGPASSWORD=secret "$PG_BIN/psql" -q -At -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$PG_PORT" -U tester -d postgres "$@"; fi
}
