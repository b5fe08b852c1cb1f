#!/usr/bin/env bash
# libpq says that a connection is fine (PQstatus: CONNECTION_OK) after a question failed because the server had closed it.
# Version: libpq 15.18 (Debian 12). Seen: the server stops while the connection is idle; PQexec of the next question fails with "server closed
# the connection unexpectedly", without SQLSTATE, and PQstatus is CONNECTION_OK (0). A second PQexec sets it to CONNECTION_BAD (1). The
# manual says that PQstatus tells when to call PQreset; who asks it after the first failure takes the failure for one of the statement, and
# does not connect again. What tells is the missing SQLSTATE.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where there is no server or no compiler.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1) || { echo 'skipped: no PostgreSQL server'; exit 77; }
folder=$(mktemp -d /tmp/finding-XXXXXX)
as=()
if [ "$(id -u)" -eq 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi
trap '"${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/pg"
[ "$(id -u)" -ne 0 ] || chown nobody "$folder/pg"
cat >"$folder/ask.c" <<'C'
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
  PGconn *connection = PQconnectdb(argv[1]);
  if (PQstatus(connection) != CONNECTION_OK || system(argv[2]) != 0) return 77;
  PGresult *first = PQexec(connection, "SELECT 1; SELECT 2");
  ConnStatusType after_first = PQstatus(connection);
  PGresult *second = PQexec(connection, "SELECT 1");
  printf("failed: %d %d; SQLSTATE %s; status %d, then %d\n", PQresultStatus(first) == PGRES_FATAL_ERROR,
         PQresultStatus(second) == PGRES_FATAL_ERROR, PQresultErrorField(first, PG_DIAG_SQLSTATE) ? "there" : "none", after_first,
         PQstatus(connection));
  return after_first == CONNECTION_OK && PQstatus(connection) == CONNECTION_BAD && !PQresultErrorField(first, PG_DIAG_SQLSTATE) ? 0 : 1;
}
C
gcc -I/usr/include/postgresql -o "$folder/ask" "$folder/ask.c" -lpq 2>"$folder/log" || { echo 'skipped: no compiler or no libpq'; exit 77; }
cd "$folder/pg"
"${as[@]}" "$bin/initdb" -D "$folder/pg/data" -U tester -A trust --no-sync >"$folder/log" 2>&1
"${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -l "$folder/pg/log" -w -o "-c listen_addresses='' -c unix_socket_directories=$folder/pg" start >"$folder/log"
"$folder/ask" "host=$folder/pg user=tester dbname=postgres" "${as[*]} $bin/pg_ctl -D $folder/pg/data -m immediate stop >$folder/log"
