/* Records in a database of PostgreSQL, 13 or later. */
#include <string.h>
#include <time.h>

#include "base/fault.h"
#include "base/num.h"
#include "store/records/records_pg_parts.h"
#include "store/records/records_schema.h"

dw_pg_text_value dw_records_pg_number(int64_t value)
{
  dw_pg_text_value out;
  out.text[dw_num_print_signed(out.text, value)] = '\0';
  return out;
}

dw_pg_text_value dw_records_pg_time(int64_t instant)
{
  dw_pg_text_value out;
  if (instant == INT64_MIN) return (dw_pg_text_value){"-infinity"};
  if (instant == INT64_MAX) return (dw_pg_text_value){"infinity"};
  out.text[dw_time_print(out.text, instant)] = '\0';
  return out;
}

/* --- the schema --- */

/* Whether one question has a true answer. */
static dw_status ask_bool(dw_pg *pg, const char *sql, bool *yes, dw_err *err)
{
  dw_pg_answer *answer;
  *yes = false;
  dw_status status = dw_pg_ask(pg, &answer, sql, NULL, 0, err);
  if (status == DW_OK) *yes = dw_pg_rows(answer) > 0 && dw_pg_integer(answer, 0, 0) != 0;
  dw_pg_clear(answer);
  return status;
}

static dw_status version_of(dw_pg *pg, int *version, char **name, dw_err *err)
{
  bool there;
  dw_pg_answer *answer;
  *version = 0;
  *name = NULL;
  /* not to_regclass, which may remember in a transaction what was before another process made the table */
  dw_status status =
      ask_bool(pg, "SELECT count(*) > 0 FROM pg_class WHERE relname = '" DW_RECORDS_NOTES "' AND pg_table_is_visible(oid)", &there, err);
  if (status != DW_OK || !there) return status;
  status = dw_pg_ask(pg, &answer, "SELECT version, name FROM " DW_RECORDS_NOTES " ORDER BY version DESC LIMIT 1", NULL, 0, err);
  if (status == DW_OK && dw_pg_rows(answer)) {
    *version = (int)dw_pg_integer(answer, 0, 0);
    *name = dw_strdup(dw_pg_cell(answer, 0, 1, NULL));
  }
  dw_pg_clear(answer);
  return status;
}

/* Asked before each transaction that writes: one question, where all is well. */
dw_status dw_records_pg_check(dw_pg *pg, dw_err *err)
{
  bool right;
  int version;
  char *name;
  dw_buf sql = {0};
  dw_buf_format(&sql, "SELECT max(version) = %d FROM " DW_RECORDS_NOTES, DW_RECORDS_VERSION);
  dw_status status = ask_bool(pg, dw_buf_cstr(&sql), &right, err);
  dw_buf_free(&sql);
  if (status != DW_OK || right) return status;
  status = version_of(pg, &version, &name, err);
  if (status == DW_OK) status = dw_records_version_check(dw_pg_name(pg), version, name, err);
  dw_free(name);
  return status;
}

/* The first cell of one question's answer; NULL when it is null, or there is none. */
static dw_status ask_text(dw_pg *pg, const char *sql, char **text, dw_err *err)
{
  dw_pg_answer *answer;
  *text = NULL;
  dw_status status = dw_pg_ask(pg, &answer, sql, NULL, 0, err);
  if (status == DW_OK && dw_pg_rows(answer) && !dw_pg_null(answer, 0, 0)) *text = dw_strdup(dw_pg_cell(answer, 0, 0, NULL));
  dw_pg_clear(answer);
  return status;
}

/* The type "vector" as statements have to write it; NULL: there is none. A database has an extension once, in the schema of whoever made it
 * (Supabase: extensions), which need not be on the path of this connection. */
static dw_status known_vector(dw_pg *pg, char **type, dw_err *err)
{
  return ask_text(pg,
                  "SELECT coalesce(to_regtype('vector')::text, (SELECT format_type(t.oid, NULL) FROM pg_extension e JOIN pg_type t "
                  "ON t.typnamespace = e.extnamespace AND t.typname = 'vector' WHERE e.extname = 'vector' "
                  "AND has_schema_privilege(e.extnamespace, 'USAGE')))",
                  type, err);
}

/* The extension is made where the server has it and lets us; whether it is there afterwards is what counts. */
static dw_status vector_type(dw_pg *pg, char **type, dw_err *err)
{
  bool available = false;
  dw_status status = known_vector(pg, type, err);
  if (status != DW_OK || *type) return status;
  status = ask_bool(pg, "SELECT count(*) > 0 FROM pg_available_extensions WHERE name = 'vector'", &available, err);
  if (status == DW_OK && available && dw_pg_run(pg, "CREATE EXTENSION IF NOT EXISTS vector", NULL) == DW_OK)
    status = known_vector(pg, type, err);
  if (status == DW_OK && !*type) *type = dw_strdup("real[]");
  return status;
}

/* The next step, if there is one: *done is its version, or 0. */
static dw_status do_step(dw_pg *pg, const char *vector, int *done, dw_err *err)
{
  int version;
  char *name;
  dw_buf sql = {0};
  *done = 0;
  dw_status status = version_of(pg, &version, &name, err);
  if (status == DW_OK && version > DW_RECORDS_VERSION) status = dw_records_version_check(dw_pg_name(pg), version, name, err);
  dw_free(name);
  if (status != DW_OK || version == DW_RECORDS_VERSION) return status;
  dw_records_step_sql(version + 1, vector, &sql);
  dw_fault_point();
  status = dw_pg_run(pg, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  if (status == DW_OK) *done = version + 1;
  return status;
}

/* A step a transaction, or (whole) all as one. Under the lock that writers take together. */
static dw_status bring_up(dw_pg *pg, bool whole, dw_records_step *step, void *context, dw_err *err)
{
  static const char begin[] = "BEGIN; SET LOCAL lock_timeout = '60s'; SELECT pg_advisory_xact_lock(" DW_PG_LOCK ")";
  char *vector;
  int done = 1;
  dw_status status = vector_type(pg, &vector, err);
  while (status == DW_OK && done) {
    status = dw_pg_run(pg, begin, err);
    do
      if (status == DW_OK) status = do_step(pg, vector, &done, err);
    while (status == DW_OK && whole && done);
    dw_fault_point();
    if (status == DW_OK) status = dw_pg_run(pg, "COMMIT", err);
    if (status == DW_OK && done && step) step(context, done, dw_records_step_name(done));
  }
  if (status != DW_OK) dw_pg_run(pg, "ROLLBACK", NULL);
  dw_free(vector);
  return status;
}

/* --- connections --- */

/* Parameters that other clients take in a URL, and libpq does not know. They say that there is a pooler: nothing else is done for one. */
static char *place_of(const char *url)
{
  static const char *const foreign[] = {"pgbouncer=", "connection_limit=", "pool_timeout="};
  dw_buf out = {0};
  const char *query = strchr(url, '?');
  if (!query) return dw_strdup(url);
  dw_buf_add(&out, url, (size_t)(query - url));
  char before = '?';
  for (const char *at = query + 1; *at;) {
    size_t length = strcspn(at, "&");
    bool known = false;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) known |= strncmp(at, foreign[i], strlen(foreign[i])) == 0;
    if (!known && length) {
      dw_buf_char(&out, before);
      dw_buf_add(&out, at, length);
      before = '&';
    }
    at += length + (at[length] == '&');
  }
  char *place = dw_strdup(dw_buf_cstr(&out));
  dw_buf_free(&out);
  return place;
}

static dw_status check_encoding(dw_pg *pg, dw_err *err)
{
  bool utf8;
  dw_status status = ask_bool(pg, "SELECT current_setting('server_encoding') = 'UTF8'", &utf8, err);
  if (status == DW_OK && !utf8) return dw_err_set(err, DW_EDATA, "%s: its encoding is not UTF8, which records are", dw_pg_name(pg));
  return status;
}

static void pause_for(long milliseconds)
{
  nanosleep(&(struct timespec){.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000}, NULL);
}

dw_status dw_records_pg_try(dw_records *records, dw_pg **pg, dw_records_pg_work *work, void *context, dw_err *err)
{
  records_pg *own = records->own;
  dw_status status = dw_records_pg_try_for(records, pg, atomic_load(&own->away) ? 0 : own->patience, work, context, err);
  atomic_store(&own->away, status != DW_OK && !*pg);
  return status;
}

dw_status dw_records_pg_try_for(dw_records *records, dw_pg **pg, unsigned seconds, dw_records_pg_work *work, void *context, dw_err *err)
{
  enum { TRIES = 20, PAUSE_MOST = 1000 };
  records_pg *own = records->own;
  uint64_t end = dw_monotonic_ns() + seconds * UINT64_C(1000000000);
  long pause = 50;
  for (int tries = 0;;) {
    bool old = *pg != NULL;
    dw_status status = old ? DW_OK : dw_pg_open(pg, own->place, err);
    bool connected = status == DW_OK;
    if (connected) status = work(records, *pg, context, err);
    if (status == DW_OK) return DW_OK;
    bool again = connected && dw_pg_again(*pg), broken = !connected || dw_pg_broken(*pg);
    if (broken) {
      dw_pg_close(*pg);
      *pg = NULL;
      if (old) continue; /* it may be no more than the connection */
      if (dw_monotonic_ns() >= end) return status;
      pause_for(pause);
      pause = pause * 2 < PAUSE_MOST ? pause * 2 : PAUSE_MOST;
      continue;
    }
    dw_err ignored;
    dw_pg_run(*pg, "ROLLBACK", &ignored);
    if (!again || ++tries == TRIES) return status;
  }
}

static dw_status look_at(dw_records *records, dw_pg *pg, dw_err *err)
{
  int version;
  char *name;
  records_pg *own = records->own;
  dw_status status = check_encoding(pg, err);
  if (status == DW_OK) status = version_of(pg, &version, &name, err);
  if (status != DW_OK) return status;
  if (version == 0 && records->options.create) status = bring_up(pg, true, NULL, NULL, err);
  else status = dw_records_version_check(dw_pg_name(pg), version, name, err);
  dw_free(name);
  if (status == DW_OK)
    status = ask_text(pg,
                      "SELECT format_type(t.oid, NULL) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
                      "WHERE a.attrelid = to_regclass('inference_logs') AND a.attname = 'embedding' AND t.typname = 'vector'",
                      &own->vector, err);
  return status;
}

/* The first connection is tried once: who mistyped a name does not wait. */
static dw_status pg_open(dw_records *records, const char *place, dw_err *err)
{
  records_pg *own = records->own = dw_alloc_zero(1, sizeof *own);
  dw_map_init(&own->streams);
  own->place = place_of(place);
  dw_status status = dw_pg_open(&own->writer, own->place, err);
  records->name = dw_strdup(status == DW_OK ? dw_pg_name(own->writer) : "PostgreSQL");
  if (status != DW_OK) return status;
  unsigned connecting = dw_pg_patience(own->writer);
  own->patience = connecting && connecting < DW_RECORDS_PG_PATIENCE / 3 ? 3 * connecting : DW_RECORDS_PG_PATIENCE;
  return look_at(records, own->writer, err);
}

static void pg_close(dw_records *records)
{
  records_pg *own = records->own;
  if (!own) return;
  dw_pg_close(own->writer);
  dw_map_free(&own->streams);
  dw_free(own->numbers);
  dw_free(own->place);
  dw_free(own->vector);
  dw_free(own);
}

static dw_status pg_migrate(const char *url, dw_records_step *step, void *context, dw_err *err)
{
  dw_pg *pg;
  char *place = place_of(url);
  dw_status status = dw_pg_open(&pg, place, err);
  dw_free(place);
  if (status != DW_OK) return status;
  status = check_encoding(pg, err);
  if (status == DW_OK) status = bring_up(pg, false, step, context, err);
  dw_pg_close(pg);
  return status;
}

const dw_records_backend dw_records_pg = {
    .open = pg_open,
    .close = pg_close,
    .put = dw_records_pg_put,
    .prune = dw_records_pg_prune,
    .remove = dw_records_pg_remove,
    .reader_open = dw_records_pg_reader_open,
    .reader_close = dw_records_pg_reader_close,
    .page = dw_records_pg_page,
    .strays = dw_records_pg_strays,
    .stats = dw_records_pg_stats,
    .about = dw_records_pg_about,
    .migrate = pg_migrate,
};
