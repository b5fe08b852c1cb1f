#include "store/database/sqlite.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/str.h"
#include "io/library/library.h"

/* clang-format off */
#define SQLITE_CALLS(call) \
  call(sqlite3_bind_blob64) call(sqlite3_bind_int64) call(sqlite3_bind_text64) call(sqlite3_busy_timeout) \
  call(sqlite3_changes64) call(sqlite3_close) call(sqlite3_column_blob) call(sqlite3_column_bytes) \
  call(sqlite3_column_int64) call(sqlite3_column_type) call(sqlite3_config) call(sqlite3_db_config) \
  call(sqlite3_errmsg) call(sqlite3_errstr) call(sqlite3_exec) call(sqlite3_extended_result_codes) \
  call(sqlite3_file_control) call(sqlite3_finalize) call(sqlite3_get_autocommit) call(sqlite3_last_insert_rowid) call(sqlite3_open_v2) \
  call(sqlite3_prepare_v3) call(sqlite3_reset) call(sqlite3_step) call(sqlite3_system_errno) call(sqlite3_vfs_find) \
  call(sqlite3_wal_checkpoint_v2) call(sqlite3_wal_hook)
/* clang-format on */

static struct {
  SQLITE_CALLS(DW_LIBRARY_CALL)
} lib;
static const char *const sqlite_names[] = {SQLITE_CALLS(DW_LIBRARY_NAME)};
static dw_library sqlite_library = DW_LIBRARY(DW_SONAME_sqlite3, "databases of SQLite", lib, sqlite_names);

struct dw_sqlite {
  sqlite3 *db;
  char *name;
  bool full;
  int log_pages;
};

struct dw_sqlite_query {
  dw_sqlite *db;
  sqlite3_stmt *statement;
  int code; /* of what was bound */
};

/* SQLite calls a database malformed whose file could not be read (EIO); only the file itself, or its log, knows that the read failed. */
static int read_failed(dw_sqlite *db)
{
  int last = 0;
  sqlite3_file *log = NULL;
  if (!db->db) return 0;
  if (lib.sqlite3_file_control(db->db, "main", SQLITE_FCNTL_LAST_ERRNO, &last) == SQLITE_OK && last) return last;
  if (lib.sqlite3_file_control(db->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log && log->pMethods &&
      log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &last) == SQLITE_OK)
    return last;
  return 0;
}

static dw_status sqlite_fail(dw_sqlite *db, int code, dw_err *err)
{
  int cause = db->db ? lib.sqlite3_system_errno(db->db) : 0;
  const char *what = db->db ? lib.sqlite3_errmsg(db->db) : lib.sqlite3_errstr(code);
  db->full = (code & 0xff) == SQLITE_FULL || ((code & 0xff) == SQLITE_IOERR && (cause == ENOSPC || cause == EDQUOT));
  switch (code & 0xff) {
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT:
    cause = read_failed(db);
    if (cause) return dw_err_system(err, cause, "%s", db->name);
    return dw_err_set(err, DW_EDATA, "%s: %s", db->name, what);
  case SQLITE_BUSY:
    return dw_err_set(err, DW_ESYSTEM, "%s: another process has held the database for %d seconds", db->name, DW_SQLITE_PATIENCE);
  case SQLITE_IOERR:
  case SQLITE_CANTOPEN:
    if (cause) return dw_err_system(err, cause, "%s: %s", db->name, what); /* fall through */
  default: return dw_err_set(err, DW_ESYSTEM, "%s: %s", db->name, what);
  }
}

bool dw_sqlite_full(const dw_sqlite *db) { return db->full; }

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

/* Nobody asks how much memory SQLite has; counting it takes a lock that all connections share, at each allocation. */
static void sqlite_begin(void) { lib.sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

static pthread_once_t begun = PTHREAD_ONCE_INIT;

static void sqlite_arm(void)
{
  sqlite3_vfs *vfs = lib.sqlite3_vfs_find(NULL);
  if (!dw_fault_armed() || !vfs || vfs->iVersion < 3 || !vfs->xSetSystemCall) return;
  vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)fault_pwrite);
  vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)fault_pwrite);
  vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)fault_truncate);
  vfs->xSetSystemCall(vfs, "unlink", (sqlite3_syscall_ptr)fault_unlink);
}

/* --- the connection --- */

dw_status dw_sqlite_open(dw_sqlite **out, const char *path, bool create, dw_err *err)
{
  *out = NULL;
  if (!create && access(path, F_OK) < 0) return dw_err_system(err, errno, "%s", path);
  if (dw_library_load(&sqlite_library, err) != DW_OK) return DW_ESYSTEM;
  pthread_once(&begun, sqlite_begin);
  sqlite_arm();
  dw_sqlite *db = dw_alloc_zero(1, sizeof *db);
  db->name = dw_strdup(path);
  /* the path as it is: "./" keeps SQLite from taking ":memory:" and "file:…" for something else */
  dw_buf name = {0};
  dw_buf_format(&name, "%s%s", path[0] == '/' ? "" : "./", path);
  int code = lib.sqlite3_open_v2(dw_buf_cstr(&name), &db->db,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0), NULL);
  dw_buf_free(&name);
  if (code != SQLITE_OK) {
    dw_status status = sqlite_fail(db, code, err);
    dw_sqlite_close(db);
    return status;
  }
  lib.sqlite3_extended_result_codes(db->db, 1);
  lib.sqlite3_busy_timeout(db->db, DW_SQLITE_PATIENCE * 1000);
  *out = db;
  return DW_OK;
}

void dw_sqlite_close(dw_sqlite *db)
{
  if (!db) return;
  lib.sqlite3_close(db->db);
  dw_free(db->name);
  dw_free(db);
}

dw_status dw_sqlite_run(dw_sqlite *db, const char *sql, dw_err *err)
{
  int code = lib.sqlite3_exec(db->db, sql, NULL, NULL, NULL);
  return code == SQLITE_OK ? DW_OK : sqlite_fail(db, code, err);
}

dw_status dw_sqlite_number(dw_sqlite *db, const char *sql, int64_t *value, dw_err *err)
{
  dw_sqlite_query *query;
  bool row = false;
  dw_status status = dw_sqlite_prepare(db, &query, sql, err);
  if (status == DW_OK) status = dw_sqlite_step(query, &row, err);
  *value = row ? dw_sqlite_integer(query, 0) : 0;
  dw_sqlite_free(query);
  return status;
}

void dw_sqlite_undo(dw_sqlite *db)
{
  if (!lib.sqlite3_get_autocommit(db->db)) lib.sqlite3_exec(db->db, "ROLLBACK", NULL, NULL, NULL); /* an error may have done it already */
}

int64_t dw_sqlite_changes(const dw_sqlite *db) { return lib.sqlite3_changes64(db->db); }

int64_t dw_sqlite_last_row(const dw_sqlite *db) { return lib.sqlite3_last_insert_rowid(db->db); }

int64_t dw_sqlite_log_pages(const dw_sqlite *db) { return db->log_pages; }

static int note_log(void *context, sqlite3 *db, const char *name, int pages)
{
  ((dw_sqlite *)context)->log_pages = pages;
  return SQLITE_OK;
}

/* The hook takes the place of the one that copies the log; PRAGMA wal_autocheckpoint, whatever its value, would take it away again. */
void dw_sqlite_keep_log(dw_sqlite *db)
{
  lib.sqlite3_db_config(db->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  lib.sqlite3_wal_hook(db->db, note_log, db);
}

static dw_status sqlite_checkpoint(dw_sqlite *db, int how, int64_t *pages, int64_t *left, dw_err *err)
{
  int log = 0, copied = 0;
  int code = lib.sqlite3_wal_checkpoint_v2(db->db, NULL, how, &log, &copied);
  *pages = log > 0 ? log : 0;
  *left = log > copied ? log - copied : 0;
  return code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY ? DW_OK : sqlite_fail(db, code, err);
}

dw_status dw_sqlite_checkpoint(dw_sqlite *db, int64_t *pages, int64_t *left, dw_err *err)
{
  return sqlite_checkpoint(db, SQLITE_CHECKPOINT_PASSIVE, pages, left, err);
}

dw_status dw_sqlite_truncate_log(dw_sqlite *db, int64_t *pages, int64_t *left, dw_err *err)
{
  lib.sqlite3_busy_timeout(db->db, 1000);
  dw_status status = sqlite_checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE, pages, left, err);
  lib.sqlite3_busy_timeout(db->db, DW_SQLITE_PATIENCE * 1000);
  return status;
}

/* --- statements --- */

dw_status dw_sqlite_prepare(dw_sqlite *db, dw_sqlite_query **out, const char *sql, dw_err *err)
{
  sqlite3_stmt *statement;
  *out = NULL;
  int code = lib.sqlite3_prepare_v3(db->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code != SQLITE_OK) return sqlite_fail(db, code, err);
  *out = dw_alloc_zero(1, sizeof **out);
  **out = (dw_sqlite_query){.db = db, .statement = statement};
  return DW_OK;
}

static void sqlite_note(dw_sqlite_query *query, int code)
{
  if (query->code == SQLITE_OK) query->code = code;
}

void dw_sqlite_bind_text(dw_sqlite_query *query, int place, const char *text, size_t length)
{
  sqlite_note(query, lib.sqlite3_bind_text64(query->statement, place, text, length, SQLITE_STATIC, SQLITE_UTF8));
}

void dw_sqlite_bind_bytes(dw_sqlite_query *query, int place, const void *bytes, size_t length)
{
  sqlite_note(query, lib.sqlite3_bind_blob64(query->statement, place, bytes ? bytes : "", length, SQLITE_STATIC));
}

void dw_sqlite_bind_integer(dw_sqlite_query *query, int place, int64_t value)
{
  sqlite_note(query, lib.sqlite3_bind_int64(query->statement, place, value));
}

dw_status dw_sqlite_step(dw_sqlite_query *query, bool *row, dw_err *err)
{
  int code = query->code == SQLITE_OK ? lib.sqlite3_step(query->statement) : query->code;
  *row = code == SQLITE_ROW;
  return *row || code == SQLITE_DONE ? DW_OK : sqlite_fail(query->db, code, err);
}

dw_status dw_sqlite_do(dw_sqlite_query *query, dw_err *err)
{
  bool row;
  dw_status status = dw_sqlite_step(query, &row, err);
  dw_sqlite_reset(query);
  return status;
}

void dw_sqlite_reset(dw_sqlite_query *query)
{
  lib.sqlite3_reset(query->statement);
  query->code = SQLITE_OK;
}

void dw_sqlite_free(dw_sqlite_query *query)
{
  if (!query) return;
  lib.sqlite3_finalize(query->statement);
  dw_free(query);
}

const char *dw_sqlite_text(dw_sqlite_query *query, int column, size_t *length)
{
  const char *bytes = lib.sqlite3_column_blob(query->statement, column); /* before its length, as the manual asks; NULL when it has none */
  *length = (size_t)lib.sqlite3_column_bytes(query->statement, column);
  return bytes ? bytes : "";
}

int64_t dw_sqlite_integer(dw_sqlite_query *query, int column) { return lib.sqlite3_column_int64(query->statement, column); }

bool dw_sqlite_null(dw_sqlite_query *query, int column) { return lib.sqlite3_column_type(query->statement, column) == SQLITE_NULL; }
