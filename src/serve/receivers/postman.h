/* postman: a thread that delivers notifications, and what Alertmanager is to hear, so that checks wait for no receiver.
 *
 *   dw_postman *postman;
 *   dw_postman_start(&postman, &settings, err);
 *   dw_postman_resend(postman, &book, until);    after each check
 *   …
 *   dw_postman_stop(postman);                    a request under way is given up; its letter stays as it is
 *
 * A turn is what Alertmanager is to hear, then all letters that are due: every 30 seconds, and when there are new ones. In one turn a
 * receiver that could not be reached is not asked again: each costs at most one time-out, however many letters wait for it.
 */
#ifndef DW_SERVE_POSTMAN_H
#define DW_SERVE_POSTMAN_H

#include "serve/alerts/swap.h"
#include "serve/receivers/receiver.h"

typedef struct dw_postman dw_postman;

typedef struct dw_postman_settings {
  dw_swap *receivers; /* of a dw_receivers; what it has at the beginning of a turn holds for that turn */
  dw_records *records;
  const dw_notices *notices; /* called by the thread */
  /* After each look at the outbox, by the thread: how the letters stand; NULL: nobody asks. */
  void (*counted)(void *context, const dw_outbox_counts *counts);
  void *context;
  int64_t patience; /* with one request, microseconds; 0: 15 seconds */
} dw_postman_settings;

/* What settings point to outlives it. */
dw_status dw_postman_start(dw_postman **out, const dw_postman_settings *settings, dw_err *err);
/* After dw_alert_book_put: the letters that went in with it are delivered, and Alertmanager hears of the book's model, as with
 * dw_receivers_resend, soon: from any thread, and at once over. What of that model was not sent yet is forgotten for it. */
void dw_postman_resend(dw_postman *postman, const dw_alert_book *book, int64_t until);
void dw_postman_stop(dw_postman *postman); /* NULL is fine */

#endif
