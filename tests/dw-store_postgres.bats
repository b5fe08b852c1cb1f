# dw-store with PostgreSQL: a server of the tests' own. Skipped where no server is installed.

bats_require_minimum_version 1.5.0
load postgres_server

setup_file() { pg_start; }
teardown_file() { pg_stop; }

setup()
{
  [ -n "${PG_UP:-}" ] || skip 'no PostgreSQL server is installed'
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-01T12:00:00Z ASAN_OPTIONS=detect_leaks=0 PGPASSWORD=secret
  # a schema of its own for each test
  pg_sql -c "CREATE SCHEMA t$BATS_TEST_NUMBER"
  export DW_DB="postgresql://tester@/postgres?host=$PG_DATA/socket&port=$PG_PORT&options=-csearch_path%3Dt$BATS_TEST_NUMBER"
}

say() { echo "$*"; return 1; }
said() { grep -o "\"$1\":[0-9]*" out | sed 's/.*://'; }
# those that have been quiet for a while, or for no time at all
connections() { pg_sql -c "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'driftwatch' AND now() - state_change >= interval '$1'"; }
sql() { pg_sql -c "SET search_path = t$BATS_TEST_NUMBER" -c "$@"; }

@test "postgres: the suite of records, as for SQLite" {
  [ -x "${DW_UNIT_TESTS:-}/test_records" ] || skip 'the unit tests are not built'
  for n in {1..40}; do echo "CREATE SCHEMA s$n;"; done >schemas.sql
  pg_sql <schemas.sql
  DW_TEST_POSTGRES="postgresql://tester@/postgres?host=$PG_DATA/socket&port=$PG_PORT&options=-csearch_path%3Ds" "$DW_UNIT_TESTS/test_records" >tap || { cat tap; return 1; }
  [ "$(grep -c '^ok ' tap)" -ge 10 ]
  # the second kind was really there
  [ "$(pg_sql -c "SELECT count(*) > 5 FROM pg_tables WHERE tablename = 'inference_logs' AND schemaname ~ '^s[0-9]'")" = t ]
}

@test "postgres: every byte comes back, and the same as from SQLite" {
  dw-gen --rows 3000 --seed 1 >many # more than what goes by parameters: COPY
  printf '%s\n' '{"id":"a\\b","response":"tab\tand\\n \u0000 \ud800 \\N \\."}' '{ "id":2, "query":"{\"a\"}", "x":1.10 }' >few
  printf '{"id":"cr","query":"raw"}\r\n{"id":"tab",\t"query":"\\\\."}\n' >>few
  for db in "$DW_DB" sqlite:r.db; do
    dw-store put --quiet --db "$db" --model m --source s many >out
    [ "$(said stored)" -eq 3000 ]
    dw-store put --quiet --db "$db" few >out
    [ "$(said stored)" -eq 4 ]
    dw-store put --quiet --db "$db" few many >out # of another source than before
    [ "$(said duplicates)" -eq 4 ]
    dw-store put --quiet --db "$db" --model m --source s many few >out
    [ "$(said duplicates)" -eq 3000 ]
  done
  dw-store get --model m --source s | cmp - many
  dw-store get --kind interaction --source s | sort >got
  sort few | cmp - got
  dw-store export | cmp - <(dw-store export --db sqlite:r.db)
  diff <(dw-store stats | grep -v '"database"') <(dw-store stats --db sqlite:r.db | grep -v '"database"')
  diff <(dw-store get --since 6h --strays --limit 700) <(dw-store get --since 6h --strays --limit 700 --db sqlite:r.db)
  # COPY took them through backslashes: by SQL too they are what they were
  [ "$(sql "SELECT count(*) FROM interaction_log WHERE id = 'a\\b'")" -eq 2 ]
  [ "$(sql "SELECT DISTINCT content->>'query' FROM interaction_log WHERE id = 'tab'")" = '\.' ]
}

@test "postgres: from SQLite and back, the same content" {
  dw-gen --rows 2500 --seed 2 | dw-store put --quiet --db sqlite:r.db --model m >out
  echo '{"id":"x","embedding":[1,2.5,-3e-46]}' | dw-store put --db sqlite:r.db >out
  echo '{"id":"tx_00000001","label":true}' | dw-store put --db sqlite:r.db --model m >out
  echo '{"kind":"summary","drift":false}' | dw-store put --db sqlite:r.db >out
  echo '{"id":"o"}' | dw-store put --db sqlite:r.db --kind outbox >out
  dw-store export --db sqlite:r.db >all
  DW_NOW=2026-02-02T00:00:00Z dw-store import --quiet all >out
  [ "$(said stored)" -eq 2504 ]
  dw-store export | cmp - all
  dw-store export | dw-store import --quiet --db sqlite:back.db >out
  dw-store export --db sqlite:back.db | cmp - all
  dw-store import --quiet all >out
  [ "$(said duplicates)" -eq 2504 ]
}

@test "postgres: conflicts are named, on both ways into the database" {
  dw-gen --rows 1000 --seed 1 >in
  dw-store put --quiet --id transaction_id in >out
  sed '700s/"customer_age":[0-9]*/"customer_age":200/' in >other
  run -3 --separate-stderr dw-store put --quiet --id transaction_id other
  [ "$stderr" = 'dw-store: other:700: id "tx_00000700" is stored already, with other content (inference)' ]
  sed -n 700p other >one
  run -3 --separate-stderr dw-store put --quiet --id transaction_id one
  [ "$stderr" = 'dw-store: one:1: id "tx_00000700" is stored already, with other content (inference)' ]
  dw-store get | cmp - in
}

@test "postgres: embeddings are kept as numbers of 32 bits too, and what those cannot hold is named" {
  printf '%s\n' '{"id":1,"embedding":[0.5,-2,1e-46,1e38]}' '{"id":2,"embedding":[]}' '{"id":3,"prediction":1,"embedding":[3]}' >in
  dw-store put in >out
  [ "$(said stored)" -eq 3 ]
  dw-store stats >stats
  grep -q '"vectors":"\(real\[\]\|vector\)"' stats
  [ "$(sql 'SELECT embedding::real[] = ARRAY[0.5,-2,0,1e38]::real[] FROM embeddings_log ORDER BY seq LIMIT 1')" = t ]
  [ "$(sql 'SELECT embedding::real[] = ARRAY[3]::real[] FROM inference_logs')" = t ]
  dw-store get --kind embedding | cmp - <(head -n 2 in)
  printf '%s\n' '{"id":4,"embedding":[1,2]}' '{"id":5,"embedding":[1,1e39]}' >bad
  run -3 --separate-stderr dw-store put bad
  [ "$stderr" = 'dw-store: bad:2: embedding[1] is 1e39, more than a number of 32 bits holds, which embeddings are in PostgreSQL' ] || say "$stderr"
  run -0 --separate-stderr dw-store put --on-error skip bad
  [[ $stderr == *'1 bad record left out'*'bad:2: embedding[1] is 1e39'* ]]
  [ "$(dw-store get --kind embedding | wc -l)" -eq 3 ]
}

@test "postgres: embeddings are vectors where there is such a type, of at most 16,000 dimensions" {
  # where the server has no pgvector, a type of that name that is a text stands in for it: it shows what we write, not what pgvector takes
  if [ "$(pg_sql -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")" -eq 0 ]; then
    sql 'CREATE TYPE vector' -c "CREATE FUNCTION vector_in(cstring) RETURNS vector LANGUAGE internal IMMUTABLE STRICT AS 'textin'" \
      -c "CREATE FUNCTION vector_out(vector) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'" \
      -c 'CREATE TYPE vector (INPUT = vector_in, OUTPUT = vector_out, LIKE = text)' 2>notices
  fi
  dw-store migrate >out
  # the extension stands in the schema of whichever database of this server was the first: not on this one's path
  grep -q '"vectors":"vector"' <(dw-store stats)
  awk 'BEGIN { printf "{\"id\":1,\"embedding\":[0.5,-2,1e-46]}\n{\"id\":2,\"embedding\":[0"; for (i = 1; i < 16000; i++) printf ",0"; print "]}" }' >in
  dw-store put in >out
  [ "$(said stored)" -eq 2 ]
  [ "$(sql 'SELECT embedding::text FROM embeddings_log ORDER BY seq LIMIT 1')" = '[0.5,-2,0]' ]
  awk 'BEGIN { printf "{\"id\":3,\"embedding\":[0"; for (i = 1; i < 16001; i++) printf ",0"; print "]}" }' >in
  run -3 --separate-stderr dw-store put in
  [ "$stderr" = "dw-store: in:1: embedding has 16001 dimensions, and pgvector's type vector holds 16000" ]
}

@test "postgres: labels, windows, prune" {
  printf '%s\n' '{"id":"a","prediction":1,"ts":"2026-01-01T11:59:00Z"}' '{"id":"b","prediction":1,"ts":"2025-12-01T00:00:00Z"}' >in
  echo '{"id":"a","label":0}' | dw-store put >out
  dw-store put --quiet in >out
  run -0 --separate-stderr dw-store get --since 60d --until now --labels
  [ "$output" = '{"id":"a","prediction":1,"ts":"2026-01-01T11:59:00Z","label":0}' ]
  [[ $stderr == 'dw-store: warning: 1 records of this window are left out'* ]]
  DW_NOW=2026-01-09T12:00:00Z dw-store prune --keep inference_logs=7d >out
  grep -q '"table":"inference_logs","before":"2026-01-02T12:00:00Z","removed":2' out
  grep -q '"table":"labels",.*"removed":0' out
  [ -z "$(dw-store get)" ]
}

@test "postgres: versions of the schema" {
  run -3 --separate-stderr dw-store get
  [[ $stderr == "dw-store: database postgres at $PG_DATA/socket: not a database of records: dw-store migrate makes one" ]]
  dw-store migrate >out
  [ "$(cat out)" = $'{"kind":"migration","version":1,"name":"tables"}\n{"kind":"migration","version":2,"name":"times"}\n{"kind":"migration","version":3,"name":"counts"}' ]
  [ -z "$(dw-store migrate)" ]
  sql "INSERT INTO dw_schema VALUES (4, 'sketches')"
  for verb in put get stats migrate; do
    run -3 --separate-stderr dw-store $verb </dev/null
    [[ $stderr == *': its schema is version 4 (sketches), of a newer DriftWatch; this one knows up to version 3 (counts)' ]]
  done
  sql 'DELETE FROM dw_schema WHERE version > 1' -c 'DROP TABLE counts'
  for table in inference_logs interaction_log embeddings_log documents labels drift_runs drift_events alerts outbox threshold_history models model_versions; do
    sql "DROP INDEX ${table}_time"
  done
  run -3 --separate-stderr dw-store put </dev/null
  [[ $stderr == *'its schema is version 1 (tables), this program'*'run dw-store migrate' ]]
  [ "$(dw-store migrate)" = $'{"kind":"migration","version":2,"name":"times"}\n{"kind":"migration","version":3,"name":"counts"}' ]
  dw-store put </dev/null >out
}

@test "postgres: a table of somebody else's is not taken" {
  sql 'CREATE TABLE models (mine integer)'
  run -4 --separate-stderr dw-store put </dev/null
  [[ $stderr == *'relation "models" already exists' ]]
  [ "$(sql "SELECT count(*) FROM pg_tables WHERE schemaname = 't$BATS_TEST_NUMBER'")" -eq 1 ]
}

@test "postgres: killed at every third step (KILL_STRIDE=1: at every one), a put is done or not begun, and again it is done" {
  dw-gen --rows 10 --seed 1 >first
  dw-gen --rows 400 --seed 2 | cat - first >more
  dw-store put --quiet first >out
  ended=137
  for ((n = 1; ended == 137; n += ${KILL_STRIDE:-3})); do
    ended=0
    DW_FAULT_WRITE=$n dw-store put --quiet --source $n more >out 2>err || ended=$?
    [ "$ended" -eq 137 ] || [ "$ended" -eq 0 ] || say "$(cat err)"
    count=$(dw-store get --source $n | wc -l)
    [ "$count" -eq 0 ] || [ "$count" -eq 410 ]
    dw-store put --quiet --source $n more >out
    [ "$(dw-store get --source $n | wc -l)" -eq 410 ]
  done
  [ "$n" -gt 5 ]
}

@test "postgres: migrate killed at every third step (KILL_STRIDE=1: at every one) goes on where it was" {
  ended=137 between=
  for ((n = 1; ended == 137; n += ${KILL_STRIDE:-3})); do
    ended=0
    sql "DROP SCHEMA t$BATS_TEST_NUMBER CASCADE" -c "CREATE SCHEMA t$BATS_TEST_NUMBER" 2>notices
    DW_FAULT_WRITE=$n dw-store migrate >out 2>err || ended=$?
    [ "$ended" -eq 137 ] || [ "$ended" -eq 0 ] || say "$(cat err)"
    dw-store migrate >out
    [ "$(wc -l <out)" -eq 3 ] || [ ! -s out ] || between=yes
    echo '{"id":1}' | dw-store put >out
    [ "$(dw-store get)" = '{"id":1}' ]
  done
  [ "$n" -gt 4 ]
  [ -n "$between" ]
}

@test "postgres: puts beside each other lose nothing, and one of them makes the tables" {
  pids=()
  for i in 1 2 3 4 5; do
    dw-gen --rows 2000 --seed $i >in.$i
    cat in.$i in.1 | dw-store put --quiet --id transaction_id --model $i >out.$i 2>err.$i & pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i" || { [ $? -eq 3 ] && continue; cat err.*; return 1; }; done
  # in.1 has the same ids as the others and other content: those are named
  [ "$(grep -l 'is stored already, with other content' err.* | wc -l)" -eq 4 ]
  for i in 1 2 3 4 5; do dw-store get --model $i | cmp - in.$i; done
}

@test "postgres: a server that goes away comes back without a restart of ours" {
  dw-gen --rows 600 --seed 1 >in
  dw-store migrate >out
  for _ in $(seq 100); do # the connection of migrate is gone
    [ "$(connections 0s)" -eq 0 ] && break
    sleep 0.05
  done
  mkfifo pipe
  dw-store put --quiet --id transaction_id pipe >out 2>err &
  pid=$!
  exec 9>pipe
  head -n 300 in >&9
  for _ in $(seq 100); do # it has connected
    [ "$(connections 1s)" -gt 0 ] && break
    sleep 0.05
  done
  cd "$PG_DATA"
  pg_program pg_ctl -D "$PG_DATA/data" -m immediate stop >"$BATS_TEST_TMPDIR/stop" 2>&1
  pg_up 60 9>&-
  cd "$BATS_TEST_TMPDIR"
  tail -n +301 in >&9
  exec 9>&-
  wait "$pid" || { cat err; return 1; }
  [ "$(said records)" -eq 600 ]
  dw-store get | cmp - in
}

@test "postgres: a pooler that gives each transaction another session" {
  dw-gen --rows 700 --seed 1 >in
  DW_DB="$DW_DB&pgbouncer=true&connection_limit=1" dw-store put --quiet in >out
  dw-store get | cmp - in
  bouncer=/usr/sbin/pgbouncer
  [ -x "${PEERS_ROOT:-}$bouncer" ] || bouncer=$([ -z "${PEERS_ROOT:-}" ] && command -v pgbouncer) || skip 'no PgBouncer is installed'
  port=$((PG_PORT + 1))
  folder=$PG_DATA/bouncer
  mkdir "$folder"
  echo '"tester" "secret"' >"$folder/users"
  cat >"$folder/ini" <<INI
[databases]
postgres = host=127.0.0.1 port=$PG_PORT dbname=postgres user=tester password=secret connect_query='SET search_path = t$BATS_TEST_NUMBER'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
auth_type = plain
auth_file = $folder/users
pool_mode = transaction
default_pool_size = 2
logfile = $folder/log
unix_socket_dir =
INI
  chmod -R a+rwX "$folder"
  pg_front
  "${front[@]}" "$bouncer" -q "$folder/ini" >said 2>&1 &
  pid=$!
  pooled="postgresql://tester:secret@127.0.0.1:$port/postgres?pgbouncer=true"
  for _ in $(seq 50); do dw-store stats --db "$pooled" >stats 2>err && break; sleep 0.05; done
  status=0
  dw-gen --rows 3000 --seed 2 >more
  pids=()
  for i in 1 2 3 4; do dw-store put --quiet --db "$pooled" --model $i more >out.$i 2>err.$i & pids+=($!); done
  for i in "${pids[@]}"; do wait "$i" || status=$?; done
  dw-store get --db "$pooled" --model 3 >got || status=$?
  cat said "$folder/log" err.*
  kill "$pid"
  [ "$status" -eq 0 ]
  cmp got more
}

@test "postgres: no server, no password in messages" {
  run -4 --separate-stderr dw-store get --db "postgres://tester:secret@127.0.0.1:1/postgres"
  [ "$stderr" = 'dw-store: PostgreSQL: connection to server at "127.0.0.1", port 1 failed: Connection refused' ]
  run -4 --separate-stderr dw-store get --db "postgres://tester:terces@127.0.0.1:$PG_PORT/postgres"
  [[ $stderr == *'password authentication failed for user "tester"' ]]
  [[ $stderr != *terces* ]]
  pg_sql -c "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0"
  run -3 --separate-stderr dw-store put --db "postgres://tester:secret@127.0.0.1:$PG_PORT/latin" </dev/null
  [ "$stderr" = 'dw-store: database latin at 127.0.0.1: its encoding is not UTF8, which records are' ]
}
