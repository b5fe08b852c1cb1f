/* tally: what is counted of the records of some time besides their distributions: what people and labels said of them, and how a language
 * model behaved. By these members of a record, each of which may be missing:
 *
 *   confidence                   a number from 0 to 1
 *   prediction, label            right where they are the same number or text; a label that came by itself is joined by the id
 *   feedback                     a number, true or false
 *   refusal, refused             true, false or a number (refused from 0.5 on); without them "response", by the phrases by which language
 *                                models decline (data/columns/describe.h)
 *   toxicity, toxicity_score, toxic   the same
 */
#ifndef DW_SERVE_TALLY_H
#define DW_SERVE_TALLY_H

#include "io/text/roster.h"
#include "serve/watch/seed_rule.h"
#include "serve/watch/window_source.h"

typedef struct dw_tally_rate {
  /* records that say, and those that say yes */
  uint64_t known, yes;
} dw_tally_rate;

typedef struct dw_tally {
  uint64_t rows, strays;
  dw_seed_histogram confidence;
  dw_tally_rate right, refused, toxic; /* right: of those with a label and a prediction */
  uint64_t feedback;                   /* records that have some, */
  double feedback_sum;                 /* and its sum */
  bool embedding, label;               /* some record has one */
  dw_roster names;                     /* of all members, as columns */
} dw_tally;

double dw_tally_share(dw_tally_rate rate); /* yes / known; NaN: none is known */

/* Reads all records of the source. Free the tally, also after a failure. */
dw_status dw_tally_read(dw_tally *tally, dw_window_source *source, dw_err *err);
void dw_tally_free(dw_tally *tally);

#endif
