/* A store in a database of SQLite 3: two tables, one transaction a change (BEGIN IMMEDIATE, so that it never has to give up half way),
 * the rollback journal, and synchronous = EXTRA, which syncs the folder as well: committed is committed, power cut or not.
 */
#include "base/fault.h"
#include "store/database/sqlite.h"
#include "store/keep/store_kind.h"

static const char schema[] = "CREATE TABLE IF NOT EXISTS dw_document (name TEXT PRIMARY KEY NOT NULL, content BLOB NOT NULL);"
                             "CREATE TABLE IF NOT EXISTS dw_row (series TEXT NOT NULL, number INTEGER NOT NULL, content BLOB NOT NULL,"
                             " instant INTEGER, key TEXT, PRIMARY KEY (series, number));"
                             "CREATE INDEX IF NOT EXISTS dw_row_instant ON dw_row (series, instant);"
                             "CREATE INDEX IF NOT EXISTS dw_row_key ON dw_row (series, key) WHERE key IS NOT NULL";
/* What a store of a version without instants and keys lacks. */
static const char columns[] = "ALTER TABLE dw_row ADD COLUMN instant INTEGER; ALTER TABLE dw_row ADD COLUMN key TEXT";

static const char count_tables[] = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('dw_document', 'dw_row')";
static const char count_instants[] = "SELECT count(*) FROM pragma_table_info('dw_row') WHERE name = 'instant'";

static dw_status sqlite_prepare(dw_store *store, dw_sqlite_query **out, const char *sql, const char *name, dw_err *err)
{
  dw_status status = dw_sqlite_prepare(store->own, out, sql, err);
  if (status == DW_OK) dw_sqlite_bind_text(*out, 1, name, strlen(name));
  return status;
}

/* What the database of records (store/records) needs is a lock for each commit, which nobody takes here. */
static dw_status sqlite_refuse_records(dw_sqlite *db, const char *place, dw_err *err)
{
  int64_t records = 0;
  dw_status status = dw_sqlite_number(db, "SELECT count(*) FROM sqlite_master WHERE name = 'dw_schema'", &records, err);
  if (status == DW_OK && records) return dw_err_set(err, DW_EDATA, "%s: the database of dw-store; this needs a file of its own", place);
  return status;
}

/* Ends a statement that gives no rows. */
static dw_status sqlite_finish(dw_sqlite_query *query, dw_err *err)
{
  dw_status status = dw_sqlite_do(query, err);
  dw_sqlite_free(query);
  return status;
}

static void sqlite_undo(dw_store *store, bool *again) { dw_sqlite_undo(store->own); }

/* Tables that are not there, or those of an older version, become those of this one. Others may do the same at once: what is missing is
 * asked inside the transaction. */
static dw_status sqlite_bring_up(dw_store *store, dw_err *err)
{
  int64_t tables = 0, known = 0;
  dw_sqlite *db = store->own;
  dw_status status = dw_sqlite_run(db, "BEGIN IMMEDIATE", err);
  if (status == DW_OK) status = dw_sqlite_number(db, count_tables, &tables, err);
  if (status == DW_OK) status = dw_sqlite_number(db, count_instants, &known, err);
  if (status == DW_OK && tables && !known) status = dw_sqlite_run(db, columns, err);
  if (status == DW_OK) status = dw_sqlite_run(db, schema, err);
  if (status == DW_OK) status = dw_sqlite_run(db, "COMMIT", err);
  if (status != DW_OK) dw_sqlite_undo(db);
  return status;
}

static dw_status sqlite_open(dw_store *store, const char *place, bool create, dw_err *err)
{
  int64_t tables = 0, known = 0;
  dw_sqlite *db;
  store->name = dw_strdup(place);
  dw_status status = dw_sqlite_open(&db, place, create, err);
  store->own = db;
  if (status == DW_OK) status = dw_sqlite_run(db, "PRAGMA synchronous = EXTRA", err);
  if (status == DW_OK) status = sqlite_refuse_records(db, place, err);
  if (status == DW_OK) status = dw_sqlite_number(db, count_tables, &tables, err);
  if (status == DW_OK) status = dw_sqlite_number(db, count_instants, &known, err);
  if (status != DW_OK || (tables == 2 && known)) return status;
  if (tables < 2 && !create) return dw_err_set(err, DW_EDATA, "%s: not a store: there are no tables of one in it", place);
  return sqlite_bring_up(store, err);
}

static void sqlite_close(dw_store *store) { dw_sqlite_close(store->own); }

static dw_status sqlite_begin(dw_store *store, bool change, dw_err *err)
{
  return dw_sqlite_run(store->own, change ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static dw_status sqlite_commit(dw_store *store, bool *again, dw_err *err)
{
  dw_fault_point();
  return dw_sqlite_run(store->own, "COMMIT", err);
}

static dw_status sqlite_get(dw_store *store, const char *name, dw_buf *out, bool *found, dw_err *err)
{
  dw_sqlite_query *query;
  *found = false;
  dw_status status = sqlite_prepare(store, &query, "SELECT content FROM dw_document WHERE name = ?1", name, err);
  if (status == DW_OK) status = dw_sqlite_step(query, found, err);
  if (*found) {
    size_t length;
    const char *bytes = dw_sqlite_text(query, 0, &length);
    dw_buf_add(out, bytes, length);
  }
  dw_sqlite_free(query);
  return status;
}

static dw_status sqlite_put(dw_store *store, const char *name, const void *bytes, size_t length, dw_err *err)
{
  dw_sqlite_query *query;
  dw_status status =
      sqlite_prepare(store, &query,
                     "INSERT INTO dw_document (name, content) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
                     name, err);
  if (status != DW_OK) return status;
  dw_sqlite_bind_bytes(query, 2, bytes, length);
  return sqlite_finish(query, err);
}

static dw_status sqlite_append(dw_store *store, const char *series, const dw_store_row *row, dw_err *err)
{
  dw_sqlite_query *query;
  dw_status status = sqlite_prepare(store, &query,
                                    "INSERT INTO dw_row (series, number, content, instant, key) "
                                    "SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM dw_row WHERE series = ?1",
                                    series, err);
  if (status != DW_OK) return status;
  dw_sqlite_bind_bytes(query, 2, row->text, row->length);
  if (row->instant != DW_STORE_NO_INSTANT) dw_sqlite_bind_integer(query, 3, row->instant);
  if (row->key) dw_sqlite_bind_text(query, 4, row->key, strlen(row->key));
  return sqlite_finish(query, err);
}

static dw_status sqlite_give(dw_sqlite_query *query, dw_store_sink *sink, void *context, dw_err *err)
{
  bool more;
  dw_status status;
  while ((status = dw_sqlite_step(query, &more, err)) == DW_OK && more) {
    dw_store_row row = {.instant = dw_sqlite_null(query, 1) ? DW_STORE_NO_INSTANT : dw_sqlite_integer(query, 1)};
    row.text = dw_sqlite_text(query, 0, &row.length);
    status = sink(context, &row, err);
    if (status != DW_OK) break;
  }
  return status;
}

static dw_status sqlite_rows(dw_store *store, const char *series, const dw_store_query *asked, dw_store_sink *sink, void *context,
                             dw_err *err)
{
  dw_sqlite_query *query;
  dw_buf sql = {0};
  dw_buf_text(&sql, "SELECT content, instant FROM dw_row WHERE series = ?1");
  if (asked->key) dw_buf_text(&sql, " AND key = ?2");
  if (asked->from != INT64_MIN) dw_buf_text(&sql, " AND instant >= ?3");
  if (asked->to != INT64_MAX) dw_buf_text(&sql, " AND (instant < ?4 OR instant IS NULL)");
  dw_buf_text(&sql, asked->newest ? " ORDER BY number DESC" : " ORDER BY number");
  if (asked->limit) dw_buf_text(&sql, " LIMIT ?5");
  dw_status status = sqlite_prepare(store, &query, dw_buf_cstr(&sql), series, err);
  dw_buf_free(&sql);
  if (status != DW_OK) return status;
  if (asked->key) dw_sqlite_bind_text(query, 2, asked->key, strlen(asked->key));
  if (asked->from != INT64_MIN) dw_sqlite_bind_integer(query, 3, asked->from);
  if (asked->to != INT64_MAX) dw_sqlite_bind_integer(query, 4, asked->to);
  if (asked->limit) dw_sqlite_bind_integer(query, 5, asked->limit > INT64_MAX ? INT64_MAX : (int64_t)asked->limit);
  status = sqlite_give(query, sink, context, err);
  dw_sqlite_free(query);
  return status;
}

static dw_status sqlite_prune(dw_store *store, const char *series, int64_t before, uint64_t *removed, dw_err *err)
{
  dw_sqlite_query *query;
  dw_status status =
      sqlite_prepare(store, &query, "DELETE FROM dw_row WHERE series = ?1 AND (instant < ?2 OR instant IS NULL)", series, err);
  if (status != DW_OK) return status;
  dw_sqlite_bind_integer(query, 2, before);
  status = sqlite_finish(query, err);
  if (status == DW_OK) *removed = (uint64_t)dw_sqlite_changes(store->own);
  return status;
}

const dw_store_kind dw_store_sqlite = {
    .open = sqlite_open,
    .close = sqlite_close,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .undo = sqlite_undo,
    .get = sqlite_get,
    .put = sqlite_put,
    .append = sqlite_append,
    .rows = sqlite_rows,
    .prune = sqlite_prune,
};
