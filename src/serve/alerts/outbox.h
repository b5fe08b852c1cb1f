/* outbox: notifications that were committed with their run and are still to be delivered, whatever happens to the process or the receiver.
 *
 * A notification is a record of the table outbox; each attempt that failed is another beside it. Delivered, they are removed. Who is killed
 * between the receiver's answer and that delivers again, under the same id. Of one receiver and model the order is kept: a later one waits
 * for an earlier one. Attempts come at 30 seconds, 1, 2, 4 … minutes and at most an hour apart, or when the receiver says (Retry-After),
 * for 72 hours; then, or when the receiver will never take it, it has failed: it stays, listed, until it is replayed or pruned.
 */
#ifndef DW_SERVE_OUTBOX_H
#define DW_SERVE_OUTBOX_H

#include "store/records/records.h"

enum { DW_OUTBOX_ERROR = 300 };

typedef struct dw_letter {
  const char *id, *model, *receiver, *content; /* content: a line of JSON, kind "notification" */
  size_t length;
  int64_t time;
  uint64_t attempts; /* that failed, since the last replay */
  int64_t begun;     /* when it was written, or replayed */
  int64_t next;      /* when it is to be tried again */
  bool failed;
  char error[DW_OUTBOX_ERROR]; /* of the last attempt; empty: there was none */
} dw_letter;

/* When to try after so many failed attempts, now; retry_after (microseconds, 0: not said) at least. INT64_MAX: never again. */
int64_t dw_outbox_next(int64_t begun, uint64_t attempts, int64_t now, int64_t retry_after);

typedef enum dw_delivery_outcome { DW_DELIVERED, DW_DELIVER_AGAIN, DW_DELIVER_NEVER } dw_delivery_outcome;
typedef struct dw_delivery {
  dw_delivery_outcome outcome;
  int64_t retry_after;         /* of AGAIN: microseconds; 0: not said */
  char error[DW_OUTBOX_ERROR]; /* of AGAIN and NEVER */
} dw_delivery;

typedef void dw_deliver(void *context, const dw_letter *letter, dw_delivery *out);

typedef struct dw_outbox_counts {
  uint64_t delivered, waiting, failed; /* by now */
} dw_outbox_counts;

/* Delivers what is due, in order. It is called by one thread of one process at a time. */
dw_status dw_outbox_deliver(dw_records *records, int64_t now, dw_deliver *deliver, void *context, dw_outbox_counts *counts, dw_err *err);

/* Each that is there, as they came; valid during the call. */
typedef dw_status dw_letter_sink(void *context, const dw_letter *letter, dw_err *err);
dw_status dw_outbox_each(dw_records *records, dw_letter_sink *sink, void *context, dw_err *err);

/* Tries it again from the beginning, at once. *found false: there is none of that id. */
dw_status dw_outbox_replay(dw_records *records, const char *id, int64_t now, bool *found, dw_err *err);

#endif
