# dw-serve --once with PostgreSQL: the same answers as with SQLite. Skipped where no server is installed.

bats_require_minimum_version 1.5.0
load postgres_server

setup_file() { pg_start; }
teardown_file() { pg_stop; }

setup()
{
  [ -n "${PG_UP:-}" ] || skip 'no PostgreSQL server is installed'
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export ASAN_OPTIONS=detect_leaks=0 PGPASSWORD=secret
  unset EMBEDDING_COSINE_THRESHOLD EMBEDDING_DRIFT_THRESHOLD REFUSAL_RATE_THRESHOLD TOXICITY_RATE_THRESHOLD ACCURACY_DROP_THRESHOLD ACCURACY_DROP_POINTS CHECK_INTERVAL_SECONDS
}

@test "postgres: looks, alerts, the outbox and the newest runs, as for SQLite" {
  for suite in look alert_book outbox versions usual run_board; do
    [ -x "${DW_UNIT_TESTS:-}/test_$suite" ] || skip 'the unit tests are not built'
    for n in $(seq 20); do echo "DROP SCHEMA IF EXISTS s$n CASCADE; CREATE SCHEMA s$n;"; done >schemas.sql
    pg_sql <schemas.sql 2>notices
    DW_TEST_POSTGRES="postgresql://tester@/postgres?host=$PG_DATA/socket&port=$PG_PORT&options=-csearch_path%3Ds" "$DW_UNIT_TESTS/test_$suite" >tap || { cat tap; return 1; }
    # the second kind was really there
    [ "$(pg_sql -c "SELECT count(*) > 0 FROM pg_tables WHERE tablename = 'inference_logs' AND schemaname ~ '^s[0-9]'")" = t ]
  done
}

@test "postgres: checks write what they write with SQLite" {
  pg_sql -c 'CREATE SCHEMA once'
  dw-gen --rows 1440 --seed 1 --start 2026-01-01T00:00:00Z --step 60s >day
  dw-gen --scenario fraud-feature-drift --rows 65 --seed 2 --start 2026-01-02T00:00:00Z --step 60s | sed 's/"tx_/"hour_/' >hour
  for db in sqlite:r.db "postgresql://tester@/postgres?host=$PG_DATA/socket&port=$PG_PORT&options=-csearch_path%3Donce"; do
    export DATABASE_URL=$db DW_DB=$db
    name=${db%%:*}
    DW_NOW=2026-01-02 dw-store put --quiet --model m --id transaction_id day >put
    DW_NOW=2026-01-02T01:05:00Z dw-store put --quiet --model m --id transaction_id hour >put
    for minute in 00 05; do
      DW_NOW=2026-01-02T01:$minute:00Z run -1 --separate-stderr dw-serve --once --model m
      echo "$output" | sed 's/"inputs":\[[^]]*\]//g' >"$name.$minute"
    done
    dw-store export --table drift_runs --table drift_events --table alerts | sed 's/"inputs":\[[^]]*\]//g' | sort >"$name.kept"
  done
  cmp sqlite.00 postgresql.00
  cmp sqlite.05 postgresql.05
  cmp sqlite.kept postgresql.kept
  [ "$(grep -c '"record":"alert"' sqlite.kept)" -eq 1 ]
}
