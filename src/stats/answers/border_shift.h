/* border_shift: do the answers of a round to border inputs come from the reference's distributions? (border_rule.h has what border inputs
 * are, and the published rule over rounds; this is a test of one round.)
 *
 *   dw_border_shift *test = dw_border_shift_new(1000, key);
 *   for each input: dw_border_shift_add(test, &input, &variation);
 *   dw_border_shift_finish(test, &result, err);
 *   dw_border_shift_free(test);
 *
 * Of an input, the total variation between the distribution of the round's answers and that of the reference's, 1/2 sum |p - q|; the
 * statistic is its mean over the inputs that both have answers to. Its law is that of dealing the answers of each input to the two again,
 * in blocks where they come in runs (label_deals.h). Ties count as hits. An endpoint under load drifts a little from day to day, more than
 * such deals know: an alarm needs an excess besides.
 */
#ifndef DW_STATS_BORDER_SHIFT_H
#define DW_STATS_BORDER_SHIFT_H

#include "base/err.h"
#include "base/rng.h"

typedef struct dw_border_input {
  const uint64_t *reference, *current; /* [categories] how often each answer was given */
  size_t categories;
  const uint32_t *answer; /* [answers] the category of each, the reference's first, in the order of time; of use with blocks alone */
  const uint32_t *block;  /* [answers] that keep together; NULL: each is alone */
} dw_border_input;

typedef struct dw_border_result {
  double variation; /* the statistic */
  double expected;  /* its mean over the deals: what chance makes of samples as small as these */
  size_t inputs;    /* with answers on both sides */
  unsigned made, hits;
  double p_value; /* (1 + hits) / (1 + made) */
} dw_border_result;

typedef struct dw_border_shift dw_border_shift;

dw_border_shift *dw_border_shift_new(unsigned permutations, dw_rng_key key); /* permutations at least 1 */
/* *variation: of this input; NaN where a side has no answers, and the input has no part in anything then. */
void dw_border_shift_add(dw_border_shift *test, const dw_border_input *input, double *variation);
dw_status dw_border_shift_finish(dw_border_shift *test, dw_border_result *out, dw_err *err); /* DW_ENODATA: no input on both sides */
void dw_border_shift_free(dw_border_shift *test);

#endif
