/* store: named documents and numbered rows, changed all together or not at all.
 *
 * A store keeps bytes and does not look into them. Documents have a name and are replaced whole; rows are appended to a series, each with
 * the instant that it is about, and stay until they are pruned.
 * Everything happens inside a transaction: dw_store_read sees one state of the store, dw_store_change sees it and changes it, alone.
 * Whatever happens (an error, a full disk, kill -9, a power cut) a change is there as a whole or not at all, and once dw_store_change
 * returned DW_OK it is there for good.
 *
 * Addresses:
 *   DIR              a folder (store_folder.c)
 *   sqlite:FILE      a database of SQLite 3 (store_sqlite.c)
 *   postgres:URL     a database of PostgreSQL (store_pg.c); postgres://… and postgresql://… work as they are, postgres:dbname=… too
 *
 * Who has to wait for another's change waits DW_STORE_PATIENCE seconds at most; then DW_ESYSTEM.
 */
#ifndef DW_STORE_STORE_H
#define DW_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { DW_STORE_PATIENCE = 60, DW_STORE_NAME = 100 };

typedef struct dw_store dw_store;

/* create: a store that is not there yet is made (a folder's parent must exist); otherwise it is an error: DW_ESYSTEM when there is
 * nothing, DW_EDATA when what is there is not a store. The PostgreSQL address may hold a password: messages never show it. */
dw_status dw_store_open(dw_store **out, const char *address, bool create, dw_err *err);
void dw_store_close(dw_store *store);             /* NULL is fine */
const char *dw_store_name(const dw_store *store); /* for messages */

/* What a transaction does. A status other than DW_OK undoes it, and is the answer. A database may ask for a transaction to be done again:
 * work must give the same when it is called twice. */
typedef dw_status dw_store_work(dw_store *store, void *context, dw_err *err);
dw_status dw_store_read(dw_store *store, dw_store_work *work, void *context, dw_err *err);
dw_status dw_store_change(dw_store *store, dw_store_work *work, void *context, dw_err *err);

/* --- inside a transaction --- */

/* Names: 1 to DW_STORE_NAME characters of a-z 0-9 . _ - beginning with a letter, not ending in .gz or .zst. */
bool dw_store_name_valid(const char *name);

/* The document at the end of out; *found false (and out as it was) when there is none. */
dw_status dw_store_get(dw_store *store, const char *name, dw_buf *out, bool *found, dw_err *err);
dw_status dw_store_put(dw_store *store, const char *name, const void *bytes, size_t length, dw_err *err);

/* --- rows --- */

#define DW_STORE_NO_INSTANT INT64_MIN

typedef struct dw_store_row {
  int64_t instant; /* base/clock.h; DW_STORE_NO_INSTANT: about none. Rows need not come in the order of their instants */
  /* NULL: none. In a series a key stands for one row: whoever appends looks it up before. Not given back by dw_store_rows */
  const char *key;
  const char *text; /* one line, without its line end */
  size_t length;
} dw_store_row;

/* Which rows, in the order of their arrival; DW_STORE_ALL: all of them. */
typedef struct dw_store_query {
  const char *key;  /* NULL: whatever their keys */
  int64_t from, to; /* instants, from inclusive, to exclusive (INT64_MAX: without an end); rows about no instant lie before all others */
  uint64_t limit;   /* at most so many; 0: all */
  bool newest;      /* the last to arrive comes first */
} dw_store_query;

#define DW_STORE_ALL ((dw_store_query){.from = INT64_MIN, .to = INT64_MAX})

/* Takes a row, which is valid during the call alone. A status other than DW_OK ends the reading and is its answer. It may not call the
 * store. */
typedef dw_status dw_store_sink(void *context, const dw_store_row *row, dw_err *err);

dw_status dw_store_append(dw_store *store, const char *series, const dw_store_row *row, dw_err *err);
/* Row by row, in memory that does not grow with them. */
dw_status dw_store_rows(dw_store *store, const char *series, const dw_store_query *query, dw_store_sink *sink, void *context, dw_err *err);
/* Removes the rows about instants before this one (and those about none); *removed (NULL: not asked) says how many. */
dw_status dw_store_prune(dw_store *store, const char *series, int64_t before, uint64_t *removed, dw_err *err);

#endif
