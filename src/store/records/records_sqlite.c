/* Records in a database of SQLite 3, in WAL mode: readers see the state of the last commit while the next one is written. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "store/records/records_schema.h"
#include "store/records/records_sqlite_parts.h"

/* Pages of 8 KiB: fewer of them for records of some hundred bytes. Both must be said before there are tables. Truncating: what the log grew
 * to in a rush is given back. */
static const char before_tables[] = "PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL";
static const char writing[] = "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864";
/* 32 MiB; once the size of pages is settled, as SQLite counts in pages. The system keeps the file in memory besides: four times as much
 * makes ids in no order a tenth faster, and others not. */
static const char cache[] = "PRAGMA cache_size = -32768";

/* One statement: another process may be making the tables. */
static dw_status tables_of(dw_sqlite *db, bool *notes, bool *others, dw_err *err)
{
  bool row = false;
  dw_sqlite_query *query;
  dw_status status =
      dw_sqlite_prepare(db, &query, "SELECT coalesce(sum(name = '" DW_RECORDS_NOTES "'), 0), count(*) FROM sqlite_master", err);
  if (status == DW_OK) status = dw_sqlite_step(query, &row, err);
  *notes = row && dw_sqlite_integer(query, 0) > 0;
  *others = row && !*notes && dw_sqlite_integer(query, 1) > 0;
  dw_sqlite_free(query);
  return status;
}

dw_status dw_records_sqlite_version(dw_sqlite *db, const char *path, int *version, char **name, dw_err *err)
{
  bool notes, others, row = false;
  dw_sqlite_query *query = NULL;
  *version = 0;
  *name = NULL;
  dw_status status = tables_of(db, &notes, &others, err);
  if (status == DW_OK && others) return dw_err_set(err, DW_EDATA, "%s: not a database of records: it has other tables", path);
  if (status != DW_OK || !notes) return status;
  status = dw_sqlite_prepare(db, &query, "SELECT version, name FROM " DW_RECORDS_NOTES " ORDER BY version DESC LIMIT 1", err);
  if (status == DW_OK) status = dw_sqlite_step(query, &row, err);
  if (row) {
    size_t length;
    const char *text = dw_sqlite_text(query, 1, &length);
    *version = (int)dw_sqlite_integer(query, 0);
    *name = dw_strndup(text, length);
  }
  dw_sqlite_free(query);
  return status;
}

static dw_status check_version(dw_sqlite *db, const char *path, dw_err *err)
{
  int version;
  char *name;
  dw_status status = dw_records_sqlite_version(db, path, &version, &name, err);
  if (status == DW_OK) status = dw_records_version_check(path, version, name, err);
  dw_free(name);
  return status;
}

/* The next step, if there is one: *done is its version, or 0. Inside the transaction, as another process may have done it meanwhile. */
static dw_status do_step(dw_sqlite *db, const char *path, int *done, dw_err *err)
{
  int version;
  char *name;
  dw_buf sql = {0};
  *done = 0;
  dw_status status = dw_records_sqlite_version(db, path, &version, &name, err);
  if (status == DW_OK && version > DW_RECORDS_VERSION) status = dw_records_version_check(path, version, name, err);
  dw_free(name);
  if (status != DW_OK || version == DW_RECORDS_VERSION) return status;
  dw_records_step_sql(version + 1, NULL, &sql);
  status = dw_sqlite_run(db, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  if (status == DW_OK) *done = version + 1;
  return status;
}

/* The next step, or (whole) all that are left as one: a database that is made is there as a whole or not at all. */
static dw_status step_on(dw_sqlite *db, const char *path, bool whole, int *done, dw_err *err)
{
  dw_status status = dw_sqlite_run(db, "BEGIN IMMEDIATE", err);
  if (status != DW_OK) return status;
  do status = do_step(db, path, done, err);
  while (status == DW_OK && whole && *done);
  dw_fault_point();
  if (status == DW_OK) status = dw_sqlite_run(db, "COMMIT", err);
  if (status != DW_OK) dw_sqlite_undo(db);
  return status;
}

/* Under the lock for writing. */
static dw_status bring_up(dw_sqlite *db, const char *path, bool whole, dw_records_step *step, void *context, dw_err *err)
{
  int done = 1, version;
  char *name;
  int64_t pages, left;
  dw_status status = dw_records_sqlite_version(db, path, &version, &name, err); /* before anything of something else is changed */
  dw_free(name);
  if (status == DW_OK && version == 0) status = dw_sqlite_run(db, before_tables, err);
  while (status == DW_OK && done) {
    status = step_on(db, path, whole, &done, err);
    if (status == DW_OK && done && step) step(context, done, dw_records_step_name(done));
  }
  return status == DW_OK ? dw_sqlite_checkpoint(db, &pages, &left, err) : status;
}

/* One that is not there is made, as a whole to others: they wait for the lock. */
static dw_status make_if_asked(dw_records *records, dw_err *err)
{
  int version;
  char *name;
  records_sqlite *own = records->own;
  dw_status status = dw_write_lock_take(own->lock, DW_SQLITE_PATIENCE, err);
  if (status != DW_OK) return status;
  status = dw_records_sqlite_version(own->db, own->path, &version, &name, err);
  if (status == DW_OK && version == 0 && records->options.create) status = bring_up(own->db, own->path, true, NULL, NULL, err);
  dw_free(name);
  dw_write_lock_give(own->lock);
  return status;
}

uint64_t dw_records_sqlite_log(const records_sqlite *own)
{
  struct stat file;
  return stat(own->log_path, &file) == 0 ? (uint64_t)file.st_size : 0;
}

static dw_status open_lock(dw_write_lock **lock, const char *path, dw_err *err)
{
  dw_buf name = {0};
  dw_buf_format(&name, "%s-lock", path);
  dw_status status = dw_write_lock_open(lock, dw_buf_cstr(&name), err);
  dw_buf_free(&name);
  return status;
}

static dw_status open_writing(dw_records *records, dw_err *err)
{
  records_sqlite *own = records->own;
  dw_status status = dw_sqlite_open(&own->db, own->path, records->options.create, err);
  if (status != DW_OK) return status;
  dw_sqlite_keep_log(own->db);
  status = open_lock(&own->lock, own->path, err);
  if (status == DW_OK) status = dw_write_lock_use(own->lock, false, DW_SQLITE_PATIENCE, err);
  if (status == DW_OK) status = dw_sqlite_run(own->db, writing, err);
  if (status == DW_OK) status = make_if_asked(records, err);
  if (status == DW_OK) status = dw_sqlite_run(own->db, cache, err);
  if (status == DW_OK) status = check_version(own->db, own->path, err);
  if (status == DW_OK) status = dw_sqlite_number(own->db, "PRAGMA page_size", &own->page_size, err);
  own->written = dw_records_sqlite_log(own);
  return status;
}

static dw_status sqlite_open(dw_records *records, const char *place, dw_err *err)
{
  void *reader;
  dw_buf log = {0};
  records_sqlite *own = records->own = dw_alloc_zero(1, sizeof *own);
  dw_map_init(&own->streams);
  records->name = dw_strdup(place);
  own->path = dw_strdup(place);
  dw_buf_format(&log, "%s-wal", place);
  own->log_path = dw_strdup(dw_buf_cstr(&log));
  dw_buf_free(&log);
  if (!records->options.reading) return open_writing(records, err);
  dw_status status = dw_records_sqlite_reader_open(records, &reader, err);
  if (status != DW_OK) return status;
  status = check_version(reader, place, err);
  dw_records_sqlite_reader_close(reader);
  return status;
}

/* Somebody may copy the file without its log: nothing stays there, unless another process is at work. Failures lose nothing. */
static void empty_log(records_sqlite *own)
{
  int64_t pages, left;
  if (!own->page_size || dw_write_lock_take(own->lock, 0, NULL) != DW_OK) return;
  dw_sqlite_truncate_log(own->db, &pages, &left, NULL);
  dw_write_lock_give(own->lock);
}

static void sqlite_close(dw_records *records)
{
  records_sqlite *own = records->own;
  if (!own) return;
  dw_records_sqlite_rows_end(own);
  dw_records_sqlite_counts_end(own);
  empty_log(own);
  dw_sqlite_close(own->db);
  dw_write_lock_close(own->lock);
  dw_map_free(&own->streams);
  dw_free(own->numbers);
  dw_free(own->path);
  dw_free(own->log_path);
  dw_free(own);
}

enum { MIGRATE_PATIENCE = 5 };

static dw_status sqlite_migrate(const char *place, dw_records_step *step, void *context, dw_err *err)
{
  dw_sqlite *db = NULL;
  dw_write_lock *lock = NULL;
  dw_status status = dw_sqlite_open(&db, place, true, err);
  if (status != DW_OK) return status;
  dw_sqlite_keep_log(db);
  status = open_lock(&lock, place, err);
  if (status == DW_OK) status = dw_write_lock_use(lock, true, MIGRATE_PATIENCE, err);
  if (status == DW_OK) status = dw_sqlite_run(db, writing, err);
  if (status == DW_OK) status = dw_write_lock_take(lock, DW_SQLITE_PATIENCE, err);
  if (status == DW_OK) status = bring_up(db, place, false, step, context, err);
  dw_sqlite_close(db);
  dw_write_lock_close(lock);
  return status;
}

const dw_records_backend dw_records_sqlite = {
    .open = sqlite_open,
    .close = sqlite_close,
    .put = dw_records_sqlite_put,
    .prune = dw_records_sqlite_prune,
    .remove = dw_records_sqlite_remove,
    .reader_open = dw_records_sqlite_reader_open,
    .reader_close = dw_records_sqlite_reader_close,
    .page = dw_records_sqlite_page,
    .strays = dw_records_sqlite_strays,
    .stats = dw_records_sqlite_stats,
    .about = dw_records_sqlite_about,
    .migrate = sqlite_migrate,
};
