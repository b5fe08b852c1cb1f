/* A store in a database of PostgreSQL: two tables of the schema that comes first on the search path. A change is a serializable
 * transaction that takes a lock on the table of documents first (before its snapshot), so that changes queue up instead of failing and
 * being repeated; reading goes on meanwhile, from a snapshot.
 */
#include "base/fault.h"
#include "base/num.h"
#include "store/database/pg.h"
#include "store/keep/store_kind.h"

/* CREATE TABLE IF NOT EXISTS still fails when two do it at once: one after the other, then. The number is arbitrary. The columns instant
 * and key came later than the table. */
static const char schema[] =
    "BEGIN; SELECT pg_advisory_xact_lock(4821934017);"
    "CREATE TABLE IF NOT EXISTS dw_document (name text PRIMARY KEY, content bytea NOT NULL);"
    "CREATE TABLE IF NOT EXISTS dw_row (series text, number bigint, content bytea NOT NULL, PRIMARY KEY (series, number));"
    "ALTER TABLE dw_row ADD COLUMN IF NOT EXISTS instant bigint, ADD COLUMN IF NOT EXISTS key text;"
    "CREATE INDEX IF NOT EXISTS dw_row_instant ON dw_row (series, instant);"
    "CREATE INDEX IF NOT EXISTS dw_row_key ON dw_row (series, md5(key)) WHERE key IS NOT NULL;"
    "COMMIT";

static dw_status pg_open(dw_store *store, const char *place, bool create, dw_err *err)
{
  dw_pg *pg;
  dw_pg_answer *answer;
  dw_buf patience = {0};
  dw_status status = dw_pg_open(&pg, place, err);
  store->own = pg;
  if (status != DW_OK) return status;
  store->name = dw_strdup(dw_pg_name(pg));
  dw_buf_format(&patience, "SET lock_timeout = '%ds'", DW_STORE_PATIENCE);
  status = dw_pg_run(pg, dw_buf_cstr(&patience), err);
  dw_buf_free(&patience);
  if (status == DW_OK)
    status = dw_pg_ask(pg, &answer,
                       "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('dw_row') AND to_regclass('dw_document') IS NOT NULL "
                       "AND attname IN ('content', 'key')",
                       NULL, 0, err);
  if (status != DW_OK) return status;
  int columns = dw_pg_rows(answer);
  dw_pg_clear(answer);
  if (columns == 2) return DW_OK;
  if (columns == 0 && !create) return dw_err_set(err, DW_EDATA, "%s: not a store: there are no tables of one in it", store->name);
  dw_fault_point();
  return dw_pg_run(pg, schema, err); /* a failure is followed by closing, which undoes it */
}

static void pg_close(dw_store *store) { dw_pg_close(store->own); }

/* --- transactions --- */

static dw_status pg_begin(dw_store *store, bool change, dw_err *err)
{
  return dw_pg_run(store->own,
                   change ? "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE dw_document IN SHARE ROW EXCLUSIVE MODE"
                          : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                   err);
}

static dw_status pg_commit(dw_store *store, bool *again, dw_err *err)
{
  dw_fault_point();
  dw_status status = dw_pg_run(store->own, "COMMIT", err);
  if (status == DW_OK) dw_fault_point(); /* done, and the caller does not hear of it */
  return status;
}

static void pg_undo(dw_store *store, bool *again)
{
  *again = dw_pg_again(store->own);
  dw_pg_run(store->own, "ROLLBACK", NULL);
}

static dw_status pg_get(dw_store *store, const char *name, dw_buf *out, bool *found, dw_err *err)
{
  dw_pg_answer *answer;
  dw_status status =
      dw_pg_ask(store->own, &answer, "SELECT content FROM dw_document WHERE name = $1", (dw_pg_value[]){dw_pg_text(name)}, 1, err);
  if (status != DW_OK) return status;
  *found = dw_pg_rows(answer) > 0;
  if (*found) {
    size_t length;
    const char *bytes = dw_pg_cell(answer, 0, 0, &length);
    dw_buf_add(out, bytes, length);
  }
  dw_pg_clear(answer);
  return DW_OK;
}

static dw_status pg_put(dw_store *store, const char *name, const void *bytes, size_t length, dw_err *err)
{
  const dw_pg_value value[] = {dw_pg_text(name), dw_pg_bytes(bytes, length)};
  return dw_pg_write(store->own,
                     "INSERT INTO dw_document (name, content) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
                     value, 2, err);
}

static dw_status pg_append(dw_store *store, const char *series, const dw_store_row *row, dw_err *err)
{
  char instant[DW_NUM_TEXT + 1];
  instant[dw_num_print_signed(instant, row->instant)] = '\0';
  const dw_pg_value value[] = {dw_pg_text(series), dw_pg_bytes(row->text, row->length),
                               dw_pg_text(row->instant == DW_STORE_NO_INSTANT ? NULL : instant), dw_pg_text(row->key)};
  return dw_pg_write(store->own,
                     "INSERT INTO dw_row (series, number, content, instant, key) "
                     "SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4 FROM dw_row WHERE series = $1",
                     value, 4, err);
}

static dw_status pg_give(const dw_pg_answer *answer, dw_store_sink *sink, void *context, dw_err *err)
{
  dw_status status = DW_OK;
  for (int i = 0; i < dw_pg_rows(answer) && status == DW_OK; i++) {
    dw_store_row row = {.instant = dw_pg_null(answer, i, 1) ? DW_STORE_NO_INSTANT : dw_pg_integer(answer, i, 1)};
    row.text = dw_pg_cell(answer, i, 0, &row.length);
    status = sink(context, &row, err);
  }
  return status;
}

/* Values that a query does not ask for are null: one statement for all. */
static dw_status pg_rows(dw_store *store, const char *series, const dw_store_query *query, dw_store_sink *sink, void *context, dw_err *err)
{
  char from[DW_NUM_TEXT + 1], to[DW_NUM_TEXT + 1], limit[DW_NUM_TEXT + 1];
  from[dw_num_print_signed(from, query->from)] = to[dw_num_print_signed(to, query->to)] = '\0';
  limit[dw_num_print_signed(limit, query->limit > INT64_MAX ? INT64_MAX : (int64_t)query->limit)] = '\0';
  const dw_pg_value value[] = {dw_pg_text(series), dw_pg_text(query->key), dw_pg_text(query->from == INT64_MIN ? NULL : from),
                               dw_pg_text(query->to == INT64_MAX ? NULL : to), dw_pg_text(query->limit ? limit : NULL)};
  dw_buf sql = {0};
  dw_buf_format(&sql,
                "SELECT content, instant FROM dw_row WHERE series = $1 AND ($2::text IS NULL OR (md5(key) = md5($2) AND key = $2)) "
                "AND ($3::bigint IS NULL OR instant >= $3) AND ($4::bigint IS NULL OR instant < $4 OR instant IS NULL) "
                "ORDER BY number%s LIMIT $5::bigint",
                query->newest ? " DESC" : "");
  dw_status status = dw_pg_send(store->own, dw_buf_cstr(&sql), value, 5, err);
  dw_buf_free(&sql);
  for (dw_pg_answer *answer; status == DW_OK && (status = dw_pg_next(store->own, &answer, err)) == DW_OK && answer;) {
    status = pg_give(answer, sink, context, err);
    dw_pg_clear(answer);
  }
  dw_pg_drain(store->own);
  return status;
}

static dw_status pg_prune(dw_store *store, const char *series, int64_t before, uint64_t *removed, dw_err *err)
{
  dw_pg_answer *answer;
  char text[DW_NUM_TEXT + 1];
  text[dw_num_print_signed(text, before)] = '\0';
  const dw_pg_value value[] = {dw_pg_text(series), dw_pg_text(text)};
  dw_fault_point();
  dw_status status =
      dw_pg_ask(store->own, &answer, "DELETE FROM dw_row WHERE series = $1 AND (instant < $2 OR instant IS NULL)", value, 2, err);
  if (status != DW_OK) return status;
  *removed = dw_pg_count(answer);
  dw_pg_clear(answer);
  return DW_OK;
}

const dw_store_kind dw_store_pg = {
    .open = pg_open,
    .close = pg_close,
    .begin = pg_begin,
    .commit = pg_commit,
    .undo = pg_undo,
    .get = pg_get,
    .put = pg_put,
    .append = pg_append,
    .rows = pg_rows,
    .prune = pg_prune,
};
