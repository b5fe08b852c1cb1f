/* For a build without SQLite; see without/README. */
#ifndef DW_WITHOUT_SQLITE_H
#define DW_WITHOUT_SQLITE_H

#include <stdint.h>

enum {
  SQLITE_OK,
  SQLITE_BUSY,
  SQLITE_CANTOPEN,
  SQLITE_CORRUPT,
  SQLITE_FULL,
  SQLITE_IOERR,
  SQLITE_NOTADB,
  SQLITE_ROW,
  SQLITE_DONE,
  SQLITE_NULL,
  SQLITE_UTF8,
  SQLITE_CHECKPOINT_PASSIVE,
  SQLITE_CHECKPOINT_TRUNCATE,
  SQLITE_CONFIG_MEMSTATUS,
  SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
  SQLITE_PREPARE_PERSISTENT,
  SQLITE_FCNTL_LAST_ERRNO,
  SQLITE_FCNTL_JOURNAL_POINTER,
  SQLITE_OPEN_READWRITE = 1,
  SQLITE_OPEN_CREATE = 2,
  SQLITE_OPEN_NOMUTEX = 4
};
#define SQLITE_STATIC ((sqlite3_destructor_type)0)

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
typedef int64_t sqlite3_int64;
typedef uint64_t sqlite3_uint64;
typedef void (*sqlite3_syscall_ptr)(void);
typedef void (*sqlite3_destructor_type)(void *);
typedef struct sqlite3_vfs {
  int iVersion;
  int (*xSetSystemCall)(struct sqlite3_vfs *vfs, const char *name, sqlite3_syscall_ptr call);
} sqlite3_vfs;
typedef struct sqlite3_file {
  const struct sqlite3_io_methods *pMethods;
} sqlite3_file;
struct sqlite3_io_methods {
  int (*xFileControl)(sqlite3_file *file, int what, void *out);
};

int sqlite3_bind_blob64(sqlite3_stmt *statement, int place, const void *bytes, sqlite3_uint64 length, sqlite3_destructor_type destructor);
int sqlite3_bind_int64(sqlite3_stmt *statement, int place, sqlite3_int64 value);
int sqlite3_bind_text64(sqlite3_stmt *statement, int place, const char *text, sqlite3_uint64 length, sqlite3_destructor_type destructor,
                        unsigned char encoding);
int sqlite3_busy_timeout(sqlite3 *db, int ms);
sqlite3_int64 sqlite3_changes64(sqlite3 *db);
int sqlite3_close(sqlite3 *db);
const void *sqlite3_column_blob(sqlite3_stmt *statement, int column);
int sqlite3_column_bytes(sqlite3_stmt *statement, int column);
sqlite3_int64 sqlite3_column_int64(sqlite3_stmt *statement, int column);
int sqlite3_column_type(sqlite3_stmt *statement, int column);
int sqlite3_config(int option, ...);
int sqlite3_db_config(sqlite3 *db, int option, ...);
const char *sqlite3_errmsg(sqlite3 *db);
const char *sqlite3_errstr(int code);
int sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *context, char **message);
int sqlite3_extended_result_codes(sqlite3 *db, int on);
int sqlite3_file_control(sqlite3 *db, const char *name, int what, void *out);
int sqlite3_finalize(sqlite3_stmt *statement);
int sqlite3_get_autocommit(sqlite3 *db);
sqlite3_int64 sqlite3_last_insert_rowid(sqlite3 *db);
int sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *vfs);
int sqlite3_prepare_v3(sqlite3 *db, const char *sql, int length, unsigned flags, sqlite3_stmt **out, const char **rest);
int sqlite3_reset(sqlite3_stmt *statement);
int sqlite3_step(sqlite3_stmt *statement);
int sqlite3_system_errno(sqlite3 *db);
sqlite3_vfs *sqlite3_vfs_find(const char *name);
int sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *name, int how, int *log, int *copied);
void *sqlite3_wal_hook(sqlite3 *db, int (*hook)(void *, sqlite3 *, const char *, int), void *context);

#endif
