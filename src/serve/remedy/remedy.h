/* remedy: what is done about alerts, by a policy (driftwatch-policy(5)). Nothing is decided or run here: dw-heal is called, with the
 * evidence that opened the alert, and its journal, gates, cool-down and rollback are what they are there.
 *
 *   dw_remedy_propose(&remedy, &book, &result);                          evidence into the outbox, with the run: one transaction
 *   dw_remedy_act(&remedy, records, now, NULL, NULL, &counts, err);      dw-heal for each letter that is due
 *
 * A letter is delivered once dw-heal has come to a decision, which becomes the event "remedy". One that is held back (cool-down, daily
 * limit) is tried again when that is over, for as long as its alert is open; an action that failed is listed with the failed letters and
 * can be replayed. Whoever is killed calls dw-heal again with the same evidence: its journal knows what was done, and nothing is done
 * twice. Each model has a folder of its own under `folder`, so that cool-downs are a model's.
 *
 * To end while an action is at work leaves dw-heal to it; the letter stays, and the next process hears from the journal how it ended.
 */
#ifndef DW_SERVE_REMEDY_H
#define DW_SERVE_REMEDY_H

#include "decide/policy.h"
#include "serve/alerts/alert_book.h"
#include "serve/alerts/outbox.h"

/* What became of one alert. Texts are valid during the call. */
typedef struct dw_remedy_deed {
  const char *model, *check, *decision; /* decision: of dw-heal, or "over": its alert was over before anything was done */
  const char *action, *run, *reason;    /* "": none */
} dw_remedy_deed;

typedef struct dw_remedy {
  const char *program; /* dw-heal */
  const char *policy_file, *folder;
  const dw_policy *policy;                                   /* what is in the file */
  const char *registry, *data, *holdout, *label, *id, *sign; /* as dw-heal takes them; NULL: not given */
  /* Called by the thread that acts, once for each; either may be NULL. */
  void (*tell)(void *context, const dw_remedy_deed *deed);
  /* Each action that was carried out; of a sequence each of its parts. reason: the check. */
  void (*count)(void *context, const char *action, const char *reason);
  void *context;
} dw_remedy;

/* Letters to the book for what the policy acts on: alerts that open with this run or, with act_on: drift, checks that fail. Between
 * dw_alert_book_enter and dw_alert_book_put. */
void dw_remedy_propose(const dw_remedy *remedy, dw_alert_book *book, const dw_look_result *result);

/* All letters that are due. stop (NULL: never): whether we are to end; asked some times a second while dw-heal is at work. */
dw_status dw_remedy_act(const dw_remedy *remedy, dw_records *records, int64_t now, bool (*stop)(void *context), void *context,
                        dw_outbox_counts *counts, dw_err *err);

/* FOLDER/MODEL, every byte of the model but letters, digits, - and _ as %XX; of no model FOLDER/_. */
void dw_remedy_folder(const char *folder, const char *model, dw_buf *out);

#endif
