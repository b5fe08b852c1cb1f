/* A store in a database of SQLite 3: two tables, one transaction a change (BEGIN IMMEDIATE, so that it never has to give up half way),
 * the rollback journal, and synchronous = EXTRA, which syncs the folder as well: committed is committed, power cut or not.
 */
#include <errno.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/fault.h"
#include "store/store_kind.h"

static const char schema[] = "CREATE TABLE IF NOT EXISTS dw_document (name TEXT PRIMARY KEY NOT NULL, content BLOB NOT NULL);"
                             "CREATE TABLE IF NOT EXISTS dw_row (series TEXT NOT NULL, number INTEGER NOT NULL, content BLOB NOT NULL,"
                             " instant INTEGER, key TEXT, PRIMARY KEY (series, number));"
                             "CREATE INDEX IF NOT EXISTS dw_row_instant ON dw_row (series, instant);"
                             "CREATE INDEX IF NOT EXISTS dw_row_key ON dw_row (series, key) WHERE key IS NOT NULL";
/* What a store of a version without instants and keys lacks. */
static const char columns[] = "ALTER TABLE dw_row ADD COLUMN instant INTEGER; ALTER TABLE dw_row ADD COLUMN key TEXT";

static dw_status sqlite_fail(dw_store *store, int code, dw_err *err)
{
  sqlite3 *db = store->own;
  int cause = db ? sqlite3_system_errno(db) : 0;
  const char *what = db ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  switch (code & 0xff) {
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT: return dw_err_set(err, DW_EDATA, "%s: %s", store->name, what);
  case SQLITE_BUSY:
    return dw_err_set(err, DW_ESYSTEM, "%s: another process has held the database for %d seconds", store->name, DW_STORE_PATIENCE);
  case SQLITE_IOERR:
  case SQLITE_CANTOPEN:
    if (cause) return dw_err_system(err, cause, "%s: %s", store->name, what); /* fall through */
  default: return dw_err_set(err, DW_ESYSTEM, "%s: %s", store->name, what);
  }
}

static dw_status sqlite_run(dw_store *store, const char *sql, dw_err *err)
{
  int code = sqlite3_exec(store->own, sql, NULL, NULL, NULL);
  return code == SQLITE_OK ? DW_OK : sqlite_fail(store, code, err);
}

static dw_status sqlite_prepare(dw_store *store, sqlite3_stmt **out, const char *sql, const char *name, dw_err *err)
{
  int code = sqlite3_prepare_v2(store->own, sql, -1, out, NULL);
  if (code == SQLITE_OK) code = sqlite3_bind_text(*out, 1, name, -1, SQLITE_STATIC);
  if (code == SQLITE_OK) return DW_OK;
  dw_status status = sqlite_fail(store, code, err);
  sqlite3_finalize(*out);
  return status;
}

/* Ends a statement that gives no rows; code: of what was bound to it. */
static dw_status sqlite_finish(dw_store *store, sqlite3_stmt *statement, int code, dw_err *err)
{
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  dw_status status = code == SQLITE_DONE ? DW_OK : sqlite_fail(store, code, err);
  sqlite3_finalize(statement);
  return status;
}

/* --- tests that kill the process: points in SQLite's own writes --- */

static ssize_t fault_pwrite(int fd, const void *bytes, size_t length, off_t at)
{
  dw_fault_point();
  if (length < 2) return pwrite(fd, bytes, length, at);
  ssize_t half = pwrite(fd, bytes, length / 2, at); /* torn in the middle */
  dw_fault_point();
  return half < 0 ? half : pwrite(fd, bytes, length, at);
}

static int fault_truncate(int fd, off_t length)
{
  dw_fault_point();
  return ftruncate(fd, length);
}

static int fault_unlink(const char *path)
{
  dw_fault_point();
  return unlink(path);
}

static void sqlite_arm(void)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
  if (!dw_fault_armed() || !vfs || vfs->iVersion < 3 || !vfs->xSetSystemCall) return;
  vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)fault_pwrite);
  vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)fault_pwrite);
  vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)fault_truncate);
  vfs->xSetSystemCall(vfs, "unlink", (sqlite3_syscall_ptr)fault_unlink);
}

/* --- the kind --- */

static void sqlite_undo(dw_store *store, bool *again)
{
  if (!sqlite3_get_autocommit(store->own)) sqlite3_exec(store->own, "ROLLBACK", NULL, NULL, NULL); /* an error may have done it already */
}

/* *count: how many answers a question has. */
static dw_status sqlite_count(dw_store *store, const char *sql, const char *name, int *count, dw_err *err)
{
  sqlite3_stmt *statement;
  int code;
  *count = 0;
  dw_status status = sqlite_prepare(store, &statement, sql, name, err);
  if (status != DW_OK) return status;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) ++*count;
  if (code != SQLITE_DONE) status = sqlite_fail(store, code, err);
  sqlite3_finalize(statement);
  return status;
}

/* Tables that are not there, or those of an older version, become those of this one. Others may do the same at once: what is missing is
 * asked inside the transaction. */
static dw_status sqlite_bring_up(dw_store *store, dw_err *err)
{
  bool again;
  int tables = 0, known = 0;
  dw_status status = sqlite_run(store, "BEGIN IMMEDIATE", err);
  if (status == DW_OK)
    status = sqlite_count(store, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1", "dw_row", &tables, err);
  if (status == DW_OK) status = sqlite_count(store, "SELECT 1 FROM pragma_table_info('dw_row') WHERE name = ?1", "instant", &known, err);
  if (status == DW_OK && tables && !known) status = sqlite_run(store, columns, err);
  if (status == DW_OK) status = sqlite_run(store, schema, err);
  if (status == DW_OK) status = sqlite_run(store, "COMMIT", err);
  if (status != DW_OK) sqlite_undo(store, &again);
  return status;
}

static dw_status sqlite_open(dw_store *store, const char *place, bool create, dw_err *err)
{
  int tables = 0, known = 0;
  sqlite3 *db = NULL;
  store->name = dw_strdup(place);
  if (!create && access(place, F_OK) < 0) return dw_err_system(err, errno, "%s", place);
  sqlite_arm();
  /* the path as it is: "./" keeps SQLite from taking ":memory:" and "file:…" for something else */
  dw_buf path = {0};
  dw_buf_format(&path, "%s%s", place[0] == '/' ? "" : "./", place);
  int code = sqlite3_open_v2(dw_buf_cstr(&path), &db, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0), NULL);
  dw_buf_free(&path);
  store->own = db;
  if (code != SQLITE_OK) return sqlite_fail(store, code, err);
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, DW_STORE_PATIENCE * 1000);
  dw_status status = sqlite_run(store, "PRAGMA synchronous = EXTRA", err);
  if (status == DW_OK)
    status = sqlite_count(store, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND (name = 'dw_document' OR name = ?1)", "dw_row",
                          &tables, err);
  if (status == DW_OK) status = sqlite_count(store, "SELECT 1 FROM pragma_table_info('dw_row') WHERE name = ?1", "instant", &known, err);
  if (status != DW_OK || (tables == 2 && known)) return status;
  if (tables < 2 && !create) return dw_err_set(err, DW_EDATA, "%s: not a store: there are no tables of one in it", place);
  return sqlite_bring_up(store, err);
}

static void sqlite_close(dw_store *store) { sqlite3_close(store->own); }

static dw_status sqlite_begin(dw_store *store, bool change, dw_err *err)
{
  return sqlite_run(store, change ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static dw_status sqlite_commit(dw_store *store, bool *again, dw_err *err)
{
  dw_fault_point();
  return sqlite_run(store, "COMMIT", err);
}

static dw_status sqlite_get(dw_store *store, const char *name, dw_buf *out, bool *found, dw_err *err)
{
  sqlite3_stmt *statement;
  *found = false;
  dw_status status = sqlite_prepare(store, &statement, "SELECT content FROM dw_document WHERE name = ?1", name, err);
  if (status != DW_OK) return status;
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    const void *bytes = sqlite3_column_blob(statement, 0); /* before its length, as the manual asks */
    dw_buf_add(out, bytes, (size_t)sqlite3_column_bytes(statement, 0));
    *found = true;
  } else if (code != SQLITE_DONE) {
    status = sqlite_fail(store, code, err);
  }
  sqlite3_finalize(statement);
  return status;
}

static dw_status sqlite_put(dw_store *store, const char *name, const void *bytes, size_t length, dw_err *err)
{
  sqlite3_stmt *statement;
  dw_status status =
      sqlite_prepare(store, &statement,
                     "INSERT INTO dw_document (name, content) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
                     name, err);
  if (status != DW_OK) return status;
  return sqlite_finish(store, statement, sqlite3_bind_blob64(statement, 2, bytes ? bytes : "", length, SQLITE_STATIC), err);
}

static dw_status sqlite_append(dw_store *store, const char *series, const dw_store_row *row, dw_err *err)
{
  sqlite3_stmt *statement;
  dw_status status = sqlite_prepare(store, &statement,
                                    "INSERT INTO dw_row (series, number, content, instant, key) "
                                    "SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM dw_row WHERE series = ?1",
                                    series, err);
  if (status != DW_OK) return status;
  int code = sqlite3_bind_blob64(statement, 2, row->length ? row->text : "", row->length, SQLITE_STATIC);
  if (code == SQLITE_OK && row->instant != DW_STORE_NO_INSTANT) code = sqlite3_bind_int64(statement, 3, row->instant);
  if (code == SQLITE_OK && row->key) code = sqlite3_bind_text(statement, 4, row->key, -1, SQLITE_STATIC);
  return sqlite_finish(store, statement, code, err);
}

static dw_status sqlite_rows(dw_store *store, const char *series, const dw_store_query *query, dw_store_sink *sink, void *context,
                             dw_err *err)
{
  sqlite3_stmt *statement;
  dw_buf sql = {0};
  dw_buf_text(&sql, "SELECT content, instant FROM dw_row WHERE series = ?1");
  if (query->key) dw_buf_text(&sql, " AND key = ?2");
  if (query->from != INT64_MIN) dw_buf_text(&sql, " AND instant >= ?3");
  if (query->to != INT64_MAX) dw_buf_text(&sql, " AND (instant < ?4 OR instant IS NULL)");
  dw_buf_text(&sql, query->newest ? " ORDER BY number DESC" : " ORDER BY number");
  if (query->limit) dw_buf_text(&sql, " LIMIT ?5");
  dw_status status = sqlite_prepare(store, &statement, dw_buf_cstr(&sql), series, err);
  dw_buf_free(&sql);
  if (status != DW_OK) return status;
  int code = SQLITE_OK;
  if (query->key) code = sqlite3_bind_text(statement, 2, query->key, -1, SQLITE_STATIC);
  if (code == SQLITE_OK && query->from != INT64_MIN) code = sqlite3_bind_int64(statement, 3, query->from);
  if (code == SQLITE_OK && query->to != INT64_MAX) code = sqlite3_bind_int64(statement, 4, query->to);
  if (code == SQLITE_OK && query->limit)
    code = sqlite3_bind_int64(statement, 5, query->limit > INT64_MAX ? INT64_MAX : (int64_t)query->limit);
  if (code != SQLITE_OK) status = sqlite_fail(store, code, err);
  while (status == DW_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    dw_store_row row = {.instant =
                            sqlite3_column_type(statement, 1) == SQLITE_NULL ? DW_STORE_NO_INSTANT : sqlite3_column_int64(statement, 1)};
    row.text = sqlite3_column_blob(statement, 0); /* before its length, as the manual asks; NULL when it has none */
    row.length = (size_t)sqlite3_column_bytes(statement, 0);
    if (!row.text) row.text = "";
    status = sink(context, &row, err);
  }
  if (status == DW_OK && code != SQLITE_DONE) status = sqlite_fail(store, code, err);
  sqlite3_finalize(statement);
  return status;
}

static dw_status sqlite_prune(dw_store *store, const char *series, int64_t before, uint64_t *removed, dw_err *err)
{
  sqlite3_stmt *statement;
  dw_status status =
      sqlite_prepare(store, &statement, "DELETE FROM dw_row WHERE series = ?1 AND (instant < ?2 OR instant IS NULL)", series, err);
  if (status == DW_OK) status = sqlite_finish(store, statement, sqlite3_bind_int64(statement, 2, before), err);
  if (status == DW_OK) *removed = (uint64_t)sqlite3_changes64(store->own);
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
