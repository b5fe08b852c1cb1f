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
                             " PRIMARY KEY (series, number))";

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

/* A statement with up to two values: a text, and bytes (NULL: none). */
static dw_status sqlite_prepare(dw_store *store, sqlite3_stmt **out, const char *sql, const char *text, const void *bytes, size_t length,
                                dw_err *err)
{
  int code = sqlite3_prepare_v2(store->own, sql, -1, out, NULL);
  if (code == SQLITE_OK) code = sqlite3_bind_text(*out, 1, text, -1, SQLITE_STATIC);
  if (code == SQLITE_OK && bytes) code = sqlite3_bind_blob64(*out, 2, bytes, length, SQLITE_STATIC);
  if (code == SQLITE_OK) return DW_OK;
  dw_status status = sqlite_fail(store, code, err);
  sqlite3_finalize(*out);
  return status;
}

/* The columns of all rows at the end of out, end behind each. */
static dw_status sqlite_collect(dw_store *store, const char *sql, const char *text, dw_buf *out, const char *end, uint64_t *count,
                                dw_err *err)
{
  sqlite3_stmt *statement;
  int code;
  *count = 0;
  dw_status status = sqlite_prepare(store, &statement, sql, text, NULL, 0, err);
  if (status != DW_OK) return status;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    const void *bytes = sqlite3_column_blob(statement, 0); /* before its length, as the manual asks */
    dw_buf_add(out, bytes, (size_t)sqlite3_column_bytes(statement, 0));
    dw_buf_text(out, end);
    ++*count;
  }
  if (code != SQLITE_DONE) status = sqlite_fail(store, code, err);
  sqlite3_finalize(statement);
  return status;
}

static dw_status sqlite_write(dw_store *store, const char *sql, const char *text, const void *bytes, size_t length, dw_err *err)
{
  sqlite3_stmt *statement;
  dw_status status = sqlite_prepare(store, &statement, sql, text, bytes ? bytes : "", length, err);
  if (status != DW_OK) return status;
  int code = sqlite3_step(statement);
  if (code != SQLITE_DONE) status = sqlite_fail(store, code, err);
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

static dw_status sqlite_open(dw_store *store, const char *place, bool create, dw_err *err)
{
  dw_buf ignored = {0};
  uint64_t tables = 0;
  sqlite3 *db = NULL;
  bool again;
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
    status = sqlite_collect(store, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND (name = 'dw_document' OR name = ?1)", "dw_row",
                            &ignored, "", &tables, err);
  dw_buf_free(&ignored);
  if (status != DW_OK || tables == 2) return status;
  if (!create) return dw_err_set(err, DW_EDATA, "%s: not a store: there are no tables of one in it", place);
  status = sqlite_run(store, "BEGIN IMMEDIATE", err);
  if (status == DW_OK) status = sqlite_run(store, schema, err);
  if (status == DW_OK) status = sqlite_run(store, "COMMIT", err);
  if (status != DW_OK) sqlite_undo(store, &again);
  return status;
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
  uint64_t count;
  dw_status status = sqlite_collect(store, "SELECT content FROM dw_document WHERE name = ?1", name, out, "", &count, err);
  *found = count > 0;
  return status;
}

static dw_status sqlite_put(dw_store *store, const char *name, const void *bytes, size_t length, dw_err *err)
{
  return sqlite_write(store, "INSERT INTO dw_document (name, content) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
                      name, bytes, length, err);
}

static dw_status sqlite_append(dw_store *store, const char *series, const char *row, size_t length, dw_err *err)
{
  return sqlite_write(store,
                      "INSERT INTO dw_row (series, number, content) "
                      "SELECT ?1, coalesce(max(number), 0) + 1, ?2 FROM dw_row WHERE series = ?1",
                      series, row, length, err);
}

static dw_status sqlite_rows(dw_store *store, const char *series, dw_buf *out, dw_err *err)
{
  uint64_t count;
  return sqlite_collect(store, "SELECT content FROM dw_row WHERE series = ?1 ORDER BY number", series, out, "\n", &count, err);
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
};
