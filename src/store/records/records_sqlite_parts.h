/* records_sqlite_parts: what the files of records_sqlite share. Private to them.
 *
 *   records_sqlite.c         opening, the tables made and brought up
 *   records_sqlite_write.c   the one connection that writes: puts, prunes, checkpoints
 *   records_sqlite_rows.c    what it puts: rows, and what became of them
 *   records_sqlite_counts.c  how many there are
 *   records_sqlite_read.c    connections that read
 */
#ifndef DW_STORE_RECORDS_SQLITE_PARTS_H
#define DW_STORE_RECORDS_SQLITE_PARTS_H

#include "base/map.h"
#include "store/database/sqlite.h"
#include "store/records/records_backend.h"
#include "store/records/stream_changes.h"
#include "store/records/write_lock.h"

enum { DW_RECORDS_SQLITE_ROWS = 64 }; /* put by one statement, where there are as many */

/* The connection that writes, and what it remembers. */
typedef struct records_sqlite {
  char *path, *log_path; /* log_path: of the WAL */
  dw_write_lock *lock;
  dw_sqlite *db;
  int64_t page_size;
  uint64_t written;               /* bytes that the log holds and the database does not yet, about */
  uint64_t log_tried, log_copied; /* bytes of the log at the last checkpoint, and at the last that copied all of it */
  uint64_t log_size;              /* of the WAL when it was looked at last */
  dw_sqlite_query *insert[DW_RECORD_TABLES], *insert_many[DW_RECORD_TABLES], *find[DW_RECORD_TABLES];
  int64_t seen; /* what changes with the commits of others, at the last step of a prune */
  dw_sqlite_query *count_more, *count_less;
  dw_records_item *waiting[DW_RECORDS_SQLITE_ROWS]; /* to be put together; all of one table */
  int64_t waiting_stream[DW_RECORDS_SQLITE_ROWS];
  size_t waiting_count;
  int waiting_table;
  dw_stream_changes changes; /* of the transaction */
  dw_map streams;            /* kind, model and source, NULs between */
  int64_t *numbers;          /* of streams */
  size_t numbers_capacity;
  const dw_records_item *last; /* the item before: its stream is most often the next one's too */
  int64_t last_number;
} records_sqlite;

/* The version of the schema, 0 when there is none, and the name of its last step, to be freed. DW_EDATA: the database is of something else.
 */
dw_status dw_records_sqlite_version(dw_sqlite *db, const char *path, int *version, char **name, dw_err *err);

uint64_t dw_records_sqlite_log(const records_sqlite *own); /* bytes of the WAL's file */

dw_status dw_records_sqlite_put(dw_records *records, dw_records_batch *const *batches, size_t count, bool *full, dw_err *err);
dw_status dw_records_sqlite_remove(dw_records *records, const dw_records_query *query, bool *found, dw_err *err);
dw_status dw_records_sqlite_prune(dw_records *records, int table, int64_t before, uint64_t *removed, bool *more, bool *others, dw_err *err);

/* A transaction that puts them all. */
dw_status dw_records_sqlite_rows(records_sqlite *own, dw_records_batch *const *batches, size_t count, dw_err *err);
void dw_records_sqlite_forget(records_sqlite *own); /* what a transaction that was undone may have made */
void dw_records_sqlite_rows_end(records_sqlite *own);

dw_status dw_records_sqlite_count(records_sqlite *own, dw_err *err); /* own->changes are added */
/* Steps a DELETE … RETURNING stream, time, received to its end, and counts so many less. */
dw_status dw_records_sqlite_deleted(records_sqlite *own, dw_sqlite_query *query, uint64_t *removed, dw_err *err);
/* First and last of some streams of the table that lost records, looked up. *more: some are left, or may be. */
dw_status dw_records_sqlite_settle(records_sqlite *own, int table, bool *more, dw_err *err);
void dw_records_sqlite_counts_end(records_sqlite *own);

dw_status dw_records_sqlite_reader_open(dw_records *records, void **reader, dw_err *err);
void dw_records_sqlite_reader_close(void *reader);
dw_status dw_records_sqlite_page(dw_records *records, void *reader, int table, const dw_records_query *query, dw_records_cursor *cursor,
                                 dw_records_page *page, dw_err *err);
dw_status dw_records_sqlite_strays(dw_records *records, void *reader, const dw_records_query *query, uint64_t *count, dw_err *err);
dw_status dw_records_sqlite_stats(dw_records *records, void *reader, int table, dw_records_count_sink *sink, void *context, dw_err *err);
dw_status dw_records_sqlite_about(dw_records *records, void *reader, dw_records_facts *facts, dw_err *err);

#endif
