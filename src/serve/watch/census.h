/* census: what is counted of the records of some time besides their distributions: what people and labels said of them, and how a language
 * model behaved. By these members of a record, each of which may be missing:
 *
 *   confidence                   a number from 0 to 1
 *   prediction, label            right where they are the same class, as numbers or texts, or a probability and 0 or 1 on the same side
 *                                of one half; "score" stands in for a prediction; a label that came by itself is joined by the id
 *   feedback                     a number, true or false
 *   refusal, refused, is_refusal true, false or a number (refused from 0.5 on); without them "response", by the phrases by which language
 *                                models decline (data/columns/word_list.h)
 *   toxicity, toxicity_score, toxic, is_toxic   the same
 */
#ifndef DW_SERVE_CENSUS_H
#define DW_SERVE_CENSUS_H

#include "io/text/roster.h"
#include "serve/watch/seed_rule.h"
#include "serve/watch/window_source.h"

typedef struct dw_census_rate {
  /* records that say, and those that say yes */
  uint64_t known, yes;
} dw_census_rate;

typedef struct dw_census {
  uint64_t rows, strays;
  dw_seed_histogram confidence;
  dw_census_rate right, refused, toxic; /* right: of those with a label and a prediction */
  uint64_t feedback;                    /* records that have some, */
  double feedback_sum;                  /* and its sum */
  bool embedding, label;                /* some record has one */
  dw_roster names;                      /* of all members, as columns */
} dw_census;

double dw_census_share(dw_census_rate rate); /* yes / known; NaN: none is known */

/* Reads all records of the source. Free the census, also after a failure. */
dw_status dw_census_read(dw_census *census, dw_window_source *source, dw_err *err);
void dw_census_free(dw_census *census);

#endif
