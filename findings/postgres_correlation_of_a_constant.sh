#!/usr/bin/env bash
# PostgreSQL: corr() of a column that never changes, with the number of the row, is anything from -1 to 1; by its manual it is null.
# Version: PostgreSQL 15.18 (Debian 12). Seen: of 999 constants, 0.01 to 9.99, each with 1 to 1,000: 755 correlations are beyond 0.5, up to 0.98 in size, and 39
# are null, those that are whole, halves, quarters. corr(0.3, i) is -0.77, regr_r2 0.59. The same constants with random numbers stay within 0.1. The cause:
# a sum of squares that ought to be 0 holds the rounding of the running sum, which grows with the rows, and any number but 0 is divided by; stddev is some
# 1e-16 then, and not 0. A watch on correlations (with time: is it drifting? with the label: does it leak?) sees a strong one in a column that was filled
# with a default. stddev_pop(x) > 1e-12 * abs(avg(x)) beside it tells such columns.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where there is no server of this version.
set -euo pipefail
bin=/usr/lib/postgresql/15/bin
"$bin/postgres" --version 2>/dev/null | grep -q ' 15\.18 ' || { echo 'skipped: no PostgreSQL 15.18 (package postgresql-15)'; exit 77; }
folder=$(mktemp -d /tmp/finding-XXXXXX)
as=()
if [ "$(id -u)" -eq 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi
trap '"${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/pg"
[ "$(id -u)" -ne 0 ] || chown nobody "$folder/pg"
cd "$folder/pg"
"${as[@]}" "$bin/initdb" -D "$folder/pg/data" -U tester -A trust --no-sync >"$folder/log" 2>&1
"${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -l "$folder/pg/log" -w -o "-c listen_addresses='' -c unix_socket_directories=$folder/pg" start >"$folder/log"
ask() { psql -qAt -h "$folder/pg" -U tester -d postgres -c "$1"; }
ask "SELECT format('corr(%s, 1 to 1000) = %s, regr_r2 = %s, stddev = %s', c, corr(c, i), regr_r2(i, c), stddev(c))
  FROM (VALUES (0.1::float8), (0.3), (0.5), (0.7), (19.99)) AS v(c), generate_series(1, 1000) AS i GROUP BY c ORDER BY c"
of() { ask "SELECT count(*), count(*) FILTER (WHERE r IS NULL), count(*) FILTER (WHERE abs(r) > 0.5), round(max(abs(r))::numeric, 2)
  FROM (SELECT corr(c / 100.0::float8, $1) AS r FROM generate_series(1, 999) AS c, generate_series(1, 1000) AS i GROUP BY c) AS all_of_them"; }
numbers=$(of i)
echo "constants, null, beyond 0.5, the largest, with the row's number: $numbers; with random numbers: $(of 'random()')"
[ "$numbers" = '999|39|755|0.98' ]
[ "$(ask 'SELECT corr(0.3::float8, i) BETWEEN -0.7659 AND -0.7658, corr(0.5::float8, i) IS NULL FROM generate_series(1, 1000) AS i')" = 't|t' ]
