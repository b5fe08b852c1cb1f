/* rounds: checks at their times: each slot of a grid (serve/alerts/slots.h), one check of each model. Who is told of it is the postman's.
 *
 *   dw_rounds *rounds;
 *   dw_rounds_start(&rounds, &settings, records);    a thread of its own
 *   …
 *   dw_rounds_stop(rounds);                          the check under way is finished, no other is begun
 *
 * One thread, one check at a time: none overlaps another. Slots that were missed, because the process was away or a check took longer, are
 * caught up with to a bound, each as the check that it would have been; those beyond it are written down (event "missed"). Two processes on
 * one database do the same work, and the second finds it done: the same check is the same records.
 */
#ifndef DW_SERVE_ROUNDS_H
#define DW_SERVE_ROUNDS_H

#include "base/num.h"
#include "serve/receivers/postman.h"
#include "serve/remedy/remedy.h"
#include "serve/tally/tally.h"

typedef struct dw_rounds_settings {
  dw_look_settings look; /* its model is each in turn */
  dw_alert_rule rule;
  dw_text_list models;           /* none: all that have records */
  int64_t every;                 /* CHECK_INTERVAL_SECONDS */
  uint64_t catch_up;             /* slots, the current one among them; at least 1 */
  const dw_receivers *receivers; /* NULL: nobody */
  const dw_remedy *remedy;       /* what it acts on goes into the outbox with the run; NULL: nobody acts */
  /* In place of the two above, for the thread: what these have at the beginning of a turn holds for that turn. NULL: there is none. */
  dw_swap *receivers_now, *remedy_now;
  dw_postman *postman;       /* tells the receivers; NULL: Alertmanager hears from the check itself, letters are left to the caller */
  const dw_buf *stages;      /* of made_by */
  const dw_notices *notices; /* called by the thread */
  /* Each check of dw_rounds_turn, when it is done, by the thread; NULL: nobody asks. */
  void (*checked)(const char *model, int64_t now, dw_answer answer);
  dw_tally *tally; /* hears of each turn of the thread what all came to; NULL: nobody does */
} dw_rounds_settings;

typedef struct dw_rounds_counts {
  uint64_t checks, drift, not_judged, missed, failed; /* failed: a database or a record that stopped a check, told by the notices */
} dw_rounds_counts;

/* Limits that follow what the last look->adaptive runs before now had; as they are, until there are enough of them: *adapted then stays.
 * text: of the cosine's, which outlives the look. every: how far apart runs are. */
dw_status dw_rounds_adapt(dw_look_settings *look, dw_records *records, int64_t now, int64_t every, char text[DW_NUM_TEXT + 1],
                          bool *adapted, dw_err *err);
/* One check of one model as of `now`, with all its consequences but deliveries. answer may be NULL. */
dw_status dw_rounds_check(const dw_rounds_settings *settings, dw_records *records, const char *model, int64_t now, dw_answer *answer,
                          dw_err *err);
/* The same, and what it found: free the result, also after a failure. */
dw_status dw_rounds_look(const dw_rounds_settings *settings, dw_records *records, const char *model, int64_t now, dw_look_result *result,
                         dw_err *err);
/* All checks that are due by now, of all models. What fails for one model is told, and does not keep others from theirs. */
dw_status dw_rounds_turn(const dw_rounds_settings *settings, dw_records *records, int64_t now, dw_rounds_counts *counts, dw_err *err);

typedef struct dw_rounds dw_rounds;

/* settings and records outlive it. */
dw_status dw_rounds_start(dw_rounds **out, const dw_rounds_settings *settings, dw_records *records, dw_err *err);
void dw_rounds_read(dw_rounds *rounds, dw_rounds_counts *counts); /* since the start */
void dw_rounds_stop(dw_rounds *rounds);                           /* NULL is fine */

#endif
