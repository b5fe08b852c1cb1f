/* The connection that writes. Everything here happens under the lock beside the database, by one thread at a time. */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/fault.h"
#include "store/records/records_sqlite_parts.h"

enum { CHECKPOINT_EVERY = 48 << 20, CHECKPOINT_AGAIN = 8 << 20, PRUNE_ROWS = 1000, VACUUM_PAGES = 128 };

/* --- room --- */

/* A database that runs into a full disk cannot even give room back: it stops before. What comes is written to the log and to the database,
 * and so is what the log holds already. */
static dw_status check_disk(dw_records *records, uint64_t coming, bool *full, dw_err *err)
{
  struct statvfs disk;
  records_sqlite *own = records->own;
  if (statvfs(own->path, &disk) < 0) return dw_err_system(err, errno, "%s", own->path);
  uint64_t left = (uint64_t)disk.f_bavail * disk.f_frsize;
  if (left >= records->options.reserve && left - records->options.reserve >= 3 * coming + own->written) return DW_OK;
  *full = true;
  return dw_err_set(
      err, DW_ESYSTEM,
      "%s: its disk has %llu MiB left, and %llu MiB of them are kept free: nothing more is taken (dw-store prune, or more room)", own->path,
      (unsigned long long)(left >> 20), (unsigned long long)(records->options.reserve >> 20));
}

/* After a commit: the log is copied into the database when it has grown enough, by pages that it holds, of which a commit of one record
 * writes as many as one of hundreds. It begins anew with the next commit, unless somebody still reads from it at that moment; then it is
 * tried again when it has grown a little more. now: whatever it has grown. Failures wait for the next time: what was committed is
 * committed. */
static void checkpoint(const dw_records *records, bool now)
{
  int64_t pages, left;
  records_sqlite *own = records->own;
  uint64_t log = (uint64_t)(dw_sqlite_log_pages(own->db) * own->page_size);
  if (log < own->log_tried) own->log_tried = own->log_copied = 0; /* it began anew */
  uint64_t most = records->options.log_most / (own->log_tried ? 12 : 2), enough = own->log_tried ? CHECKPOINT_AGAIN : CHECKPOINT_EVERY;
  own->written = log - own->log_copied;
  if (!now && log - own->log_tried < (most < enough ? most : enough)) return;
  if (dw_sqlite_checkpoint(own->db, &pages, &left, NULL) != DW_OK) return;
  own->log_tried = log;
  own->log_size = (uint64_t)pages * (uint64_t)own->page_size;
  if (left > 0) return;
  own->log_copied = log;
  own->written = 0;
}

/* A reader of another program that does not end keeps the log from beginning anew. */
static dw_status check_log(dw_records *records, bool *full, dw_err *err)
{
  records_sqlite *own = records->own;
  int64_t pages, left;
  if (dw_records_sqlite_log(own) <= records->options.log_most || own->log_size <= records->options.log_most) return DW_OK;
  dw_status status = dw_sqlite_truncate_log(own->db, &pages, &left, err);
  own->log_size = (uint64_t)pages * (uint64_t)own->page_size;
  if (status != DW_OK || own->log_size <= records->options.log_most) return status;
  *full = true;
  return dw_err_set(err, DW_ESYSTEM, "%s: a reader that does not end keeps its log at %llu MiB: nothing more is taken until it ends",
                    own->path, (unsigned long long)(own->log_size >> 20));
}

/* What a prune frees is wanted: the log is not to grow meanwhile. */
static bool room_is_short(const dw_records *records)
{
  struct statvfs disk;
  const records_sqlite *own = records->own;
  return statvfs(own->path, &disk) < 0 ||
         (uint64_t)disk.f_bavail * disk.f_frsize < records->options.reserve + 4 * (uint64_t)CHECKPOINT_EVERY;
}

static uint64_t bytes_of(dw_records_batch *const *batches, size_t count)
{
  uint64_t bytes = 0;
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < batches[i]->count; k++) bytes += batches[i]->items[k].length + 150;
  return bytes;
}

/* --- putting --- */

dw_status dw_records_sqlite_put(dw_records *records, dw_records_batch *const *batches, size_t count, bool *full, dw_err *err)
{
  records_sqlite *own = records->own;
  uint64_t coming = bytes_of(batches, count);
  dw_status status = check_disk(records, coming, full, err);
  if (status == DW_OK) status = dw_write_lock_take(own->lock, DW_SQLITE_PATIENCE, err);
  if (status != DW_OK) return status;
  status = check_log(records, full, err);
  if (status == DW_OK) {
    status = dw_records_sqlite_rows(own, batches, count, err);
    if (status != DW_OK) {
      *full = dw_sqlite_full(own->db);
      dw_sqlite_undo(own->db);
      dw_records_sqlite_forget(own);
    } else {
      checkpoint(records, false);
    }
  }
  dw_write_lock_give(own->lock);
  return status;
}

/* --- pruning --- */

static dw_status delete_some(records_sqlite *own, int table, int64_t before, uint64_t *removed, dw_err *err)
{
  dw_sqlite_query *query;
  dw_buf sql = {0};
  dw_buf_format(&sql,
                "DELETE FROM %s WHERE received < ?1 AND seq IN (SELECT seq FROM %s ORDER BY seq LIMIT ?2) RETURNING stream, time, received",
                dw_record_table(table), dw_record_table(table));
  dw_status status = dw_sqlite_prepare(own->db, &query, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  if (status != DW_OK) return status;
  dw_sqlite_bind_integer(query, 1, before);
  dw_sqlite_bind_integer(query, 2, PRUNE_ROWS);
  status = dw_records_sqlite_deleted(own, query, removed, err);
  dw_sqlite_free(query);
  return status;
}

/* Pages that are free go back to the file system: as many as a step may take. */
static dw_status give_back(records_sqlite *own, bool *more, dw_err *err)
{
  int64_t before = 0, after = 0;
  dw_buf sql = {0};
  dw_status status = dw_sqlite_number(own->db, "PRAGMA freelist_count", &before, err);
  if (status != DW_OK || before == 0) return status;
  dw_buf_format(&sql, "PRAGMA incremental_vacuum(%d)", VACUUM_PAGES);
  status = dw_sqlite_run(own->db, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  if (status == DW_OK) status = dw_sqlite_number(own->db, "PRAGMA freelist_count", &after, err);
  *more = after > 0 && after < before;
  return status;
}

dw_status dw_records_sqlite_prune(dw_records *records, int table, int64_t before, uint64_t *removed, bool *more, bool *others, dw_err *err)
{
  records_sqlite *own = records->own;
  int64_t seen = own->seen;
  *more = *others = false;
  dw_status status = dw_write_lock_take(own->lock, DW_SQLITE_PATIENCE, err);
  if (status != DW_OK) return status;
  status = dw_sqlite_number(own->db, "PRAGMA data_version", &own->seen, err);
  *others = own->seen != seen;
  if (status == DW_OK) status = dw_sqlite_run(own->db, "BEGIN IMMEDIATE", err);
  if (status == DW_OK) status = delete_some(own, table, before, removed, err);
  *more = *removed > 0;
  if (status == DW_OK && !*more) status = dw_records_sqlite_settle(own, table, more, err);
  if (status == DW_OK && !*more) status = give_back(own, more, err);
  dw_fault_point();
  if (status == DW_OK) status = dw_sqlite_run(own->db, "COMMIT", err);
  if (status == DW_OK) checkpoint(records, room_is_short(records));
  else dw_sqlite_undo(own->db);
  dw_write_lock_give(own->lock);
  return status;
}

static dw_status delete_one(records_sqlite *own, const dw_records_query *query, uint64_t *removed, dw_err *err)
{
  dw_sqlite_query *statement;
  dw_buf sql = {0};
  const char *kind = dw_record_kind_word(query->kind);
  dw_buf_format(&sql,
                "DELETE FROM %s WHERE id = ?1 AND stream = (SELECT number FROM streams WHERE kind = ?2 AND model = ?3 AND source = ?4) "
                "RETURNING stream, time, received",
                dw_record_table(dw_record_kind_table(query->kind)));
  dw_status status = dw_sqlite_prepare(own->db, &statement, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  if (status != DW_OK) return status;
  dw_sqlite_bind_text(statement, 1, query->id, strlen(query->id));
  dw_sqlite_bind_text(statement, 2, kind, strlen(kind));
  dw_sqlite_bind_text(statement, 3, query->model, strlen(query->model));
  dw_sqlite_bind_text(statement, 4, query->source, strlen(query->source));
  status = dw_records_sqlite_deleted(own, statement, removed, err);
  dw_sqlite_free(statement);
  return status;
}

dw_status dw_records_sqlite_remove(dw_records *records, const dw_records_query *query, bool *found, dw_err *err)
{
  uint64_t removed = 0;
  records_sqlite *own = records->own;
  dw_status status = dw_write_lock_take(own->lock, DW_SQLITE_PATIENCE, err);
  if (status != DW_OK) return status;
  status = dw_sqlite_run(own->db, "BEGIN IMMEDIATE", err);
  if (status == DW_OK) status = delete_one(own, query, &removed, err);
  *found = status == DW_OK && removed > 0;
  dw_fault_point();
  if (status == DW_OK) status = dw_sqlite_run(own->db, "COMMIT", err);
  if (status == DW_OK) checkpoint(records, false);
  else dw_sqlite_undo(own->db);
  dw_write_lock_give(own->lock);
  return status;
}
