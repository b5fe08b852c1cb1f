/* tally: what was done since the process began: how many records came, by kind and model, what they say they cost, what checks came to, and
 * which actions followed. Models are named by those who send, so they are bounded: the first DW_TALLY_MODELS keep their names, all others
 * are counted together, as the model "(others)". All calls from any thread.
 */
#ifndef DW_SERVE_TALLY_H
#define DW_SERVE_TALLY_H

#include "store/records/records.h"

enum { DW_TALLY_MODELS = 200, DW_TALLY_ACTIONS = 100 };

typedef struct dw_tally dw_tally;

dw_tally *dw_tally_new(void);
void dw_tally_free(dw_tally *tally); /* NULL is fine */

/* Items that were put: what is stored, what was there, what was refused or in conflict, and what came early or late. */
void dw_tally_add(dw_tally *tally, const dw_records_item *items, size_t count);
/* Records of a kind that were no items. */
void dw_tally_reject(dw_tally *tally, dw_record_kind kind, uint64_t count);

/* What records that were stored say that they took: tokens, and money in whatever unit they have. Neither is negative. */
void dw_tally_usage(dw_tally *tally, const char *model, double tokens, double cost);

/* An action was carried out, by name ("retrain", "reindex"), and why: the check that asked for it ("accuracy_drop"). The first
 * DW_TALLY_ACTIONS pairs have their names, the others are counted together as "(others)". */
void dw_tally_action(dw_tally *tally, const char *action, const char *reason);

/* What checks have come to, all since the process began; the whole of it replaces what was said before. */
typedef struct dw_tally_checks {
  uint64_t runs, drift, not_judged;
  uint64_t errors; /* of the runs, and of what stands between them: a database or a record that stopped one */
  uint64_t missed; /* slots that nobody checked */
  double every;    /* seconds from one to the next; 0: not said */
} dw_tally_checks;
void dw_tally_set_checks(dw_tally *tally, const dw_tally_checks *checks);
/* Notifications as they stand: still to be delivered, given up. */
void dw_tally_set_letters(dw_tally *tally, uint64_t waiting, uint64_t dropped);

/* As text (man dw-serve, METRICS). may: whether it may be told of a model; NULL: of all. */
typedef bool dw_tally_may(const void *context, const char *model);
void dw_tally_print(dw_tally *tally, dw_tally_may *may, const void *context, dw_buf *out);

#endif
