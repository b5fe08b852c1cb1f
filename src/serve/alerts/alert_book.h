/* alert_book: the alerts of a model in the database: how they stand, and a check's consequences, which go in together with its run.
 *
 *   dw_alert_book book;
 *   dw_alert_book_open(&book, records, model, now, err);
 *   dw_alert_book_leave_out(&book, from, err);                   where a baseline is to be found
 *   dw_look(&result, &settings, records, now, &book.left_out, …);
 *   dw_alert_book_enter(&book, &rule, &result, &receivers);      the run knows its alerts from here on
 *   dw_alert_book_put(&book, &result, err);                      run, events, changes, notifications: one transaction
 *   dw_alert_book_close(&book);
 *
 * How alerts stand is written in each run, so the last run before now tells; what people did since then is in the table alerts, of which no
 * more is read. Whoever is killed between two of these steps has done nothing; the next check does it. The same check again is the same
 * records; of two processes that made different runs of one slot, the first has told of it, and the second tells nobody.
 */
#ifndef DW_SERVE_ALERT_BOOK_H
#define DW_SERVE_ALERT_BOOK_H

#include "serve/alerts/alert.h"

typedef struct dw_alert_book {
  dw_records *records;
  const char *model;
  int64_t now, last; /* last: when the run before was; INT64_MIN: there is none */
  dw_alert alert[DW_PARTS];
  dw_alert_news news[DW_PARTS];
  bool changed[DW_PARTS];
  dw_periods left_out; /* times with an open alert about the data, once they are asked for */
  dw_silence *silence;
  size_t silence_count, silence_capacity;
  dw_arena arena;
  dw_records_item *item; /* changes and notifications, to be put */
  size_t item_count, item_capacity;
} dw_alert_book;

/* model outlives the book. Close it also after a failure. */
dw_status dw_alert_book_open(dw_alert_book *book, dw_records *records, const char *model, int64_t now, dw_err *err);
/* Times with an alert about the data, open or over, that end after `from`. */
dw_status dw_alert_book_leave_out(dw_alert_book *book, int64_t from, dw_err *err);
/* receivers: names of those that hear of this model. */
void dw_alert_book_enter(dw_alert_book *book, const dw_alert_rule *rule, dw_look_result *result, const dw_text_list *receivers);
/* A letter of the policy (serve/remedy/remedy.h), to be put with the run: content is a line of JSON, under an id of the slot and check. */
void dw_alert_book_add_remedy(dw_alert_book *book, const char *id, const dw_buf *content);
/* The versions that were seen just now, with the run. */
void dw_alert_book_add_versions(dw_alert_book *book, const dw_versions *versions);
/* What was measured, and the limits that it was held to, for the next runs' limits. */
void dw_alert_book_add_measures(dw_alert_book *book, const dw_look_result *result, bool adaptive);
dw_status dw_alert_book_put(dw_alert_book *book, const dw_look_result *result, dw_err *err);
void dw_alert_book_close(dw_alert_book *book);

/* What people do. check: the word of a part. *found false: there is no such alert open; nothing is written. */
dw_status dw_alert_book_acknowledge(dw_records *records, const char *model, const char *check, const char *who, const char *why,
                                    int64_t now, bool *found, dw_err *err);
/* Takes an acknowledgement back, with who and why: repeats go on. *found false: there is no open alert of that check that is
 * acknowledged. */
dw_status dw_alert_book_undo(dw_records *records, const char *model, const char *check, const char *who, const char *why, int64_t now,
                             bool *found, dw_err *err);
/* A silence with an id that there is already takes its place: to end one, give it an end that has passed. */
dw_status dw_alert_book_silence(dw_records *records, const dw_silence *silence, int64_t now, dw_err *err);

#endif
