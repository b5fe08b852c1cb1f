/* records_pg_parts: what the files of records_pg share. Private to them.
 *
 *   records_pg.c         connections, their loss, the tables made and brought up
 *   records_pg_write.c   puts and prunes
 *   records_pg_counts.c  how many there are
 *   records_pg_read.c    what is read
 *
 * A connection may be to a pooler that gives each transaction another session (Supabase's port 6543, PgBouncer): nothing is prepared under
 * a name, and nothing is set for longer than a transaction.
 */
#ifndef DW_STORE_RECORDS_PG_PARTS_H
#define DW_STORE_RECORDS_PG_PARTS_H

#include <stdatomic.h>

#include "base/map.h"
#include "store/database/pg.h"
#include "store/records/records_backend.h"
#include "store/records/stream_changes.h"

typedef struct records_pg {
  char *place; /* as libpq takes it */
  dw_pg *writer;
  unsigned patience; /* seconds: DW_RECORDS_PG_PATIENCE at most */
  atomic_bool away;  /* the server was waited for in vain: it is asked, and not waited for, until it answers */
  char *vector;      /* what pgvector's type is called here; NULL: embeddings are real[] */
  dw_map streams;    /* kind, model and source, NULs between */
  int64_t *numbers;
  size_t numbers_capacity;
} records_pg;

typedef dw_status dw_records_pg_work(dw_records *records, dw_pg *pg, void *context, dw_err *err);

/* The work, again when the server asks for that, and with a connection of its own when the one is lost: for `patience` seconds, which
 * are three times the address's connect_timeout, DW_RECORDS_PG_PATIENCE at most;
 * but not waiting at all while a call before this one has waited in vain, so that a service says at once that it cannot.
 * What was begun is undone before. *pg NULL: to be connected. */
enum { DW_RECORDS_PG_PATIENCE = 30 };
dw_status dw_records_pg_try(dw_records *records, dw_pg **pg, dw_records_pg_work *work, void *context, dw_err *err);
/* The same for so many seconds: for who asks whether the server is there. */
dw_status dw_records_pg_try_for(dw_records *records, dw_pg **pg, unsigned seconds, dw_records_pg_work *work, void *context, dw_err *err);

/* DW_EDATA: the schema is not this program's. */
dw_status dw_records_pg_check(dw_pg *pg, dw_err *err);

/* Numbers and times as texts of SQL. */
typedef struct dw_pg_text_value {
  char text[48];
} dw_pg_text_value;
dw_pg_text_value dw_records_pg_number(int64_t value);
dw_pg_text_value dw_records_pg_time(int64_t instant); /* INT64_MIN and INT64_MAX: without an end */

/* Microseconds since 1970 of a column of time; exact. */
#define DW_PG_MICROSECONDS(column) "(extract(epoch FROM " column ") * 1000000)::bigint"

/* Taken by each transaction that writes, together; alone by who changes the tables. The number is arbitrary. */
#define DW_PG_LOCK "4821934018"

dw_status dw_records_pg_put(dw_records *records, dw_records_batch *const *batches, size_t count, bool *full, dw_err *err);
dw_status dw_records_pg_remove(dw_records *records, const dw_records_query *query, bool *found, dw_err *err);
dw_status dw_records_pg_prune(dw_records *records, int table, int64_t before, uint64_t *removed, bool *more, bool *others, dw_err *err);

dw_status dw_records_pg_count(dw_pg *pg, dw_stream_changes *changes, dw_err *err); /* they are added, and sorted */
/* Around a DELETE: so many less are counted. Its answer is how many. */
void dw_records_pg_delete_begin(dw_buf *sql);
void dw_records_pg_delete_end(dw_buf *sql);
/* First and last of the table's streams that lost records, looked up; inside a transaction. */
dw_status dw_records_pg_settle(dw_pg *pg, int table, dw_err *err);

dw_status dw_records_pg_reader_open(dw_records *records, void **reader, dw_err *err);
void dw_records_pg_reader_close(void *reader);
dw_status dw_records_pg_page(dw_records *records, void *reader, int table, const dw_records_query *query, dw_records_cursor *cursor,
                             dw_records_page *page, dw_err *err);
dw_status dw_records_pg_strays(dw_records *records, void *reader, const dw_records_query *query, uint64_t *count, dw_err *err);
dw_status dw_records_pg_stats(dw_records *records, void *reader, int table, dw_records_count_sink *sink, void *context, dw_err *err);
dw_status dw_records_pg_about(dw_records *records, void *reader, dw_records_facts *facts, dw_err *err);

#endif
