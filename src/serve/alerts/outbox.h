/* outbox: notifications and remedies that were committed with their run and are still to be delivered, whatever happens to the process or
 * the receiver. A notification is for a receiver, a remedy for the policy (serve/remedy/remedy.h); each has its own courier, and neither
 * waits for the other.
 *
 * A letter is a record of the table outbox; each attempt that failed is another beside it. Delivered, they are removed. Who is killed
 * between the receiver's answer and that delivers again, under the same id. Of one receiver and model the order is kept: a later one waits
 * for an earlier one. Of several processes one delivers: whoever puts the record "claim" of an attempt first. A claim lasts
 * DW_OUTBOX_CLAIM; who is killed with one keeps its letter from others for so long. Attempts come at 30 seconds, 1, 2, 4 … minutes and at
 * most an hour apart, or when the receiver says (Retry-After), for 72 hours; then, or when the receiver will never take it, it has failed:
 * it stays, listed, until it is replayed or pruned.
 */
#ifndef DW_SERVE_OUTBOX_H
#define DW_SERVE_OUTBOX_H

#include "io/text/json.h"
#include "store/records/records.h"

enum { DW_OUTBOX_ERROR = 300 };

#define DW_OUTBOX_CLAIM (120 * DW_SECOND)

typedef enum dw_letter_kind { DW_LETTER_NOTIFICATION, DW_LETTER_REMEDY } dw_letter_kind;

typedef struct dw_letter {
  dw_letter_kind kind;
  const char *id, *model, *receiver, *content; /* content: a line of JSON, of its kind */
  size_t length;
  int64_t time;
  uint64_t attempts; /* that failed, since the last replay */
  int64_t begun;     /* when it was written, or replayed */
  int64_t next;      /* when it is to be tried again */
  uint64_t claims;   /* so far, each the end of the one before */
  int64_t claimed;   /* until then it is somebody's */
  uint64_t held;     /* times that it was put off, which are no failures */
  bool failed;
  char error[DW_OUTBOX_ERROR]; /* of the last attempt; empty: there was none */
} dw_letter;

/* When to try after so many failed attempts, now; retry_after (microseconds, 0: not said) at least. INT64_MAX: never again. */
int64_t dw_outbox_next(int64_t begun, uint64_t attempts, int64_t now, int64_t retry_after);

typedef enum dw_delivery_outcome {
  DW_DELIVERED,
  DW_DELIVER_AGAIN,
  DW_DELIVER_NEVER,
  DW_DELIVER_LATER, /* it is held back for retry_after, however long that is: no failure */
  DW_DELIVER_LEFT   /* we are to end: it stays as it is, and nothing more is tried */
} dw_delivery_outcome;
typedef struct dw_delivery {
  dw_delivery_outcome outcome;
  int64_t retry_after;         /* of AGAIN and LATER: microseconds; 0: not said */
  char error[DW_OUTBOX_ERROR]; /* of AGAIN, NEVER and LATER */
} dw_delivery;

typedef void dw_deliver(void *context, const dw_letter *letter, dw_delivery *out);

typedef struct dw_outbox_counts {
  uint64_t delivered, waiting, failed; /* by now */
} dw_outbox_counts;

/* Delivers what is due of a kind, in order. A receiver that answered one with DW_DELIVER_AGAIN gets no other in this call, so that one who
 * hangs costs one time-out, whatever waits for it; a remedy (DW_LETTER_REMEDY) is a model's own, and keeps no other. Of one kind it is
 * called by one thread of a process at a time. */
dw_status dw_outbox_deliver(dw_records *records, dw_letter_kind kind, int64_t now, dw_deliver *deliver, void *context,
                            dw_outbox_counts *counts, dw_err *err);

/* "waiting", "held" or "failed". */
const char *dw_letter_state(const dw_letter *letter);
/* The document "letter", without what is in it (driftwatch-records(5)). */
void dw_letter_write(const dw_letter *letter, dw_json *json, const char *key);

/* Each that is there, as they came; valid during the call. */
typedef dw_status dw_letter_sink(void *context, const dw_letter *letter, dw_err *err);
dw_status dw_outbox_each(dw_records *records, dw_letter_sink *sink, void *context, dw_err *err);

/* Tries it again from the beginning, at once. *found false: there is none of that id. */
dw_status dw_outbox_replay(dw_records *records, const char *id, int64_t now, bool *found, dw_err *err);

#endif
