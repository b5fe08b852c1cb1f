/* records_backend: what a kind of database has to bring. records.c keeps the contract of records.h (puts gathered to groups, pages given to
 * sinks, readers shared by threads) and calls these; each family records_KIND*.c fills one table. */
#ifndef DW_STORE_RECORDS_BACKEND_H
#define DW_STORE_RECORDS_BACKEND_H

#include <pthread.h>

#include "base/mem.h"
#include "store/records/records.h"

/* Where a reader is in the order of its query: behind this row. */
typedef struct dw_records_cursor {
  bool begun;
  int64_t time, number;
  int rows; /* the backend's: how many to ask for next; 0: not known */
} dw_records_cursor;

/* Rows with their texts. */
typedef struct dw_records_page {
  dw_arena arena;
  dw_records_row *rows;
  size_t count, capacity, bytes;
  bool more; /* there may be more behind it */
} dw_records_page;

enum { DW_RECORDS_PAGE_ROWS = 4096, DW_RECORDS_PAGE_BYTES = 8 << 20 };

/* Copies the row. false: the page is full. */
bool dw_records_page_add(dw_records_page *page, const dw_records_row *row);

typedef struct dw_records_backend {
  dw_status (*open)(dw_records *records, const char *place, dw_err *err);
  void (*close)(dw_records *records); /* also after an open that failed */
  /* All of them in one transaction, in their order; one caller at a time. *full: with DW_ESYSTEM, for want of room. */
  dw_status (*put)(dw_records *records, dw_records_batch *const *batches, size_t count, bool *full, dw_err *err);
  /* A step of some milliseconds. *more: there is something left to do, or may be. *others: a put of another process, which would have to
   * wait for the next step, was seen since the last one. One caller at a time, not beside a put. */
  dw_status (*prune)(dw_records *records, int table, int64_t before, uint64_t *removed, bool *more, bool *others, dw_err *err);
  dw_status (*remove)(dw_records *records, const dw_records_query *query, bool *found, dw_err *err); /* likewise */
  /* readers: each used by one thread at a time */
  dw_status (*reader_open)(dw_records *records, void **reader, dw_err *err);
  void (*reader_close)(void *reader);
  /* The next page. query NULL: the whole table, as its rows came. */
  dw_status (*page)(dw_records *records, void *reader, int table, const dw_records_query *query, dw_records_cursor *cursor,
                    dw_records_page *page, dw_err *err);
  dw_status (*strays)(dw_records *records, void *reader, const dw_records_query *query, uint64_t *count, dw_err *err);
  dw_status (*stats)(dw_records *records, void *reader, int table, dw_records_count_sink *sink, void *context, dw_err *err);
  dw_status (*about)(dw_records *records, void *reader, dw_records_facts *facts, dw_err *err);
  dw_status (*migrate)(const char *place, dw_records_step *step, void *context, dw_err *err);
} dw_records_backend;

enum { DW_RECORDS_READERS = 8 }; /* kept open while nobody needs them */

struct dw_records {
  const dw_records_backend *backend;
  dw_records_options options;
  char *name; /* for messages */
  void *own;  /* of the backend */

  pthread_mutex_t lock;                     /* of all below */
  pthread_cond_t moved;                     /* for who waits to be alone */
  struct dw_records_waiting *first, **last; /* puts that wait, in order */
  bool writing;                             /* somebody writes, a group or a step of pruning */
  dw_records_commits commits;
  void *readers[DW_RECORDS_READERS];
  size_t reader_count;
};

extern const dw_records_backend dw_records_sqlite, dw_records_pg;

#endif
