/* records: the database of what models were asked and answered, what people labelled, and what was found: put, got by time, pruned.
 *
 * One process has one dw_records for a database, and any number of threads call it at once.
 *
 *   dw_records_open(&records, "sqlite:var/driftwatch.db", &(dw_records_options){.create = true}, err);
 *   dw_records_batch batch = {.items = items, .count = n};
 *   status = dw_records_put(records, &batch, err);          each item says what became of it
 *   dw_records_get(records, &query, sink, context, &left_out, err);
 *   dw_records_close(records);
 *
 * Addresses (dw_records_open): sqlite:FILE, or postgresql://… and postgres://… as libpq takes them.
 *
 * What a record is: a line of JSON, kept byte for byte, with an identity (kind, model, source, id). The same bytes again under an identity
 * are a duplicate and change nothing; others are a conflict, and change nothing either. So whoever does not know whether a put was done
 * does it again.
 *
 * Times are microseconds since 1970 in UTC (base/clock.h): that of the event, and that of its coming. A record whose event lies more than
 * DW_RECORDS_AHEAD after or DW_RECORDS_BEHIND before its coming is a stray: kept and counted, and in no window unless it is asked for.
 *
 * Putting: once dw_records_put returns DW_OK the records are there for good, power cut or not. Puts that come while another is being
 * written are written together in one transaction after it (group commit), so that single records from many threads cost one sync for all.
 * One call takes any number of items; for bulk, 10,000 to 100,000 a call: a transaction writes each page that it touches once, and ids in
 * no order touch them all.
 *
 * Reading goes on beside putting, by other connections, in pages: between pages nothing is held open, so that a slow reader keeps neither
 * the log of the database from shrinking nor a connection from others.
 *
 * SQLite: commits and checkpoints are done by one connection under the lock of FILE-lock (store/records/write_lock.h), which every process
 * that writes takes; releases before 3.51.3 can lose commits that happen beside a checkpoint.
 */
#ifndef DW_STORE_RECORDS_H
#define DW_STORE_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "store/records/record_kind.h"

#define DW_RECORDS_AHEAD (5 * 60 * DW_SECOND)
#define DW_RECORDS_BEHIND (24 * 3600 * DW_SECOND)

enum { DW_RECORDS_ID = 1000, DW_RECORDS_NAME = 200 }; /* most bytes of an id; of a model's or source's name */

typedef struct dw_records dw_records;

typedef struct dw_records_options {
  bool create;       /* make the database, where there is none; one of an older schema is never changed by opening it */
  bool reading;      /* nothing is put: what puts needs is not looked at */
  uint64_t reserve;  /* bytes: puts are refused when the disk has less left; 0: DW_RECORDS_RESERVE. PostgreSQL: its server knows */
  uint64_t log_most; /* bytes: puts are refused when readers of other programs keep SQLite's log above that; 0: DW_RECORDS_LOG_MOST */
} dw_records_options;

#define DW_RECORDS_RESERVE (UINT64_C(256) << 20)
#define DW_RECORDS_LOG_MOST (UINT64_C(1) << 30)

/* DW_ESYSTEM: not there, cannot be reached; DW_EDATA: not a database of records, of an older schema (dw_records_migrate), or of a newer
 * one, which the message names. */
dw_status dw_records_open(dw_records **out, const char *address, const dw_records_options *options, dw_err *err);
void dw_records_close(dw_records *records);             /* NULL is fine; no call is under way */
const char *dw_records_name(const dw_records *records); /* for messages; never with a password */

/* --- putting --- */

typedef enum dw_records_outcome {
  DW_RECORDS_STORED,
  DW_RECORDS_DUPLICATE, /* was there with the same bytes */
  DW_RECORDS_CONFLICT,  /* was there with others */
  DW_RECORDS_REFUSED    /* the database cannot hold it: batch.why */
} dw_records_outcome;

typedef struct dw_records_item {
  dw_record_kind kind;
  const char *model, *source, *id; /* texts; "" for no model and no source. The same pointer as in the item before is fastest */
  int64_t time, received;
  const char *content; /* one JSON value, one line without its end, valid UTF-8: what the caller has checked */
  size_t length;
  const double *embedding; /* NULL: none */
  size_t dimensions;
  dw_records_outcome outcome; /* set by dw_records_put */
} dw_records_item;

typedef struct dw_records_batch {
  dw_records_item *items;
  size_t count;
  /* set by dw_records_put */
  uint64_t stored, duplicates, conflicts, refused;
  bool full;     /* with DW_ESYSTEM: there is no room, or soon will be none */
  char why[200]; /* of the first item that was refused */
} dw_records_batch;

/* DW_OK: every item has its outcome, and what is stored is stored for good. Otherwise nothing of the batch is known to be there. */
dw_status dw_records_put(dw_records *records, dw_records_batch *batch, dw_err *err);

typedef enum dw_records_timing { DW_RECORDS_IN_TIME, DW_RECORDS_EARLY, DW_RECORDS_LATE } dw_records_timing;
/* What was put so far, by this dw_records: a commit writes the puts that came together. */
enum { DW_RECORDS_COMMIT_BINS = 12 };
typedef struct dw_records_commits {
  uint64_t commits, batches, items, failed; /* failed: commits that were none */
  uint64_t bin[DW_RECORDS_COMMIT_BINS + 1]; /* commits that took up to dw_records_commit_bounds[i] seconds, and no less; the last: longer */
  double seconds;                           /* of all commits */
} dw_records_commits;
extern const double dw_records_commit_bounds[DW_RECORDS_COMMIT_BINS];
void dw_records_committed(dw_records *records, dw_records_commits *commits);

dw_records_timing dw_records_timing_of(int64_t time, int64_t received); /* EARLY: ahead of its coming */

/* --- getting --- */

/* Where a row stands in the order of its query. */
typedef struct dw_records_mark {
  int64_t time, number;
} dw_records_mark;

typedef struct dw_records_query {
  dw_record_kind kind;
  const char *model, *source, *id; /* NULL: whatever they are */
  int64_t from, to;                /* of the event's time, from inclusive, to exclusive */
  bool strays;                     /* those too */
  bool labels;                     /* with the label of the same id: of the same model and source, or else of no source, or of no model */
  uint64_t limit;                  /* at most so many; 0: all */
  const dw_records_mark *after;    /* only what stands behind it, with the same from; NULL: all */
} dw_records_query;

/* What a query without a window, or any other wish, begins as. */
#define DW_RECORDS_ALL ((const dw_records_query){.from = INT64_MIN, .to = INT64_MAX, .strays = true})

typedef struct dw_records_row {
  dw_record_kind kind;
  const char *model, *source, *id;
  int64_t time, received;
  const char *content;
  size_t length;
  const char *label; /* the content of the label's record; NULL: none */
  size_t label_length;
  dw_records_mark mark;
} dw_records_row;

/* Takes a row, which is valid during the call alone. It may take its time, and call the database. *stop = true: no more are wanted. */
typedef dw_status dw_records_sink(void *context, const dw_records_row *row, bool *stop, dw_err *err);

/* In the order of time; of one time, as they came. *left_out (NULL: not asked): strays in the window that are not given
 * because the query does not ask for them. */
dw_status dw_records_get(dw_records *records, const dw_records_query *query, dw_records_sink *sink, void *context, uint64_t *left_out,
                         dw_err *err);
/* All records of a table, as they came. */
dw_status dw_records_each(dw_records *records, int table, dw_records_sink *sink, void *context, dw_err *err);

/* --- keeping house --- */

/* Removes one record: a message of the outbox that was delivered. *found false: there is none. */
dw_status dw_records_remove(dw_records *records, dw_record_kind kind, const char *model, const char *source, const char *id, bool *found,
                            dw_err *err);

/* Removes the records of a table that came before this instant, the oldest first, and gives their room back. In steps: puts go on
 * meanwhile. Records are looked at in the order of their coming, up to some thousands that came later. */
dw_status dw_records_prune(dw_records *records, int table, int64_t before, uint64_t *removed, dw_err *err);
/* A step of it, some milliseconds, for whoever may have to end in between; *removed is added to. *more: there is something left, or may be.
 */
dw_status dw_records_prune_step(dw_records *records, int table, int64_t before, uint64_t *removed, bool *more, dw_err *err);

typedef struct dw_records_count {
  dw_record_kind kind;
  const char *model, *source;
  uint64_t records, early, late;
  int64_t first, last; /* times of events that are no strays; first > last: there are none */
} dw_records_count;

typedef dw_status dw_records_count_sink(void *context, const dw_records_count *count, dw_err *err);
dw_status dw_records_stats(dw_records *records, dw_records_count_sink *sink, void *context, dw_err *err);

typedef struct dw_records_facts {
  int version;         /* of the schema */
  uint64_t bytes;      /* of the database */
  uint64_t log_bytes;  /* of SQLite's log */
  const char *vectors; /* what embeddings are kept as besides their text: "vector", "real[]", "none" */
} dw_records_facts;
/* A server that is away is not waited for. */
dw_status dw_records_about(dw_records *records, dw_records_facts *facts, dw_err *err);

/* Makes the database, or brings an older one up, step by step, each in a transaction of its own: one that was killed goes on with the next
 * call. Nobody may have it open for putting meanwhile: DW_ESYSTEM. step (NULL: nobody listens) hears of each step that is done. */
typedef void dw_records_step(void *context, int version, const char *name);
dw_status dw_records_migrate(const char *address, dw_records_step *step, void *context, dw_err *err);

#endif
