/* canary_weights: how much each canary counts in the consensus of its network, after a round.
 *
 * One that is not anomalous counts fully, 1. One that is counts as much as it still resembles the others: its similarity (its mean cosine
 * similarity to the others in that round) over the median similarity of those that are not anomalous, cut to 0.05 to 1. So weights come
 * from a round alone, and not from weights before: the same round gives the same weights however often it is asked.
 */
#ifndef DW_CANARY_CANARY_WEIGHTS_H
#define DW_CANARY_CANARY_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define DW_CANARY_WEIGHT_LEAST 0.05

typedef struct dw_canary_place {
  const char *canary;
  bool judged, anomalous;
  double similarity; /* NaN: none */
  double weight;     /* out: rounded to four digits behind the point; NaN: it was not judged */
} dw_canary_place;

/* *median: of the similarities of those that are judged and not anomalous. DW_ENODATA: there are none of these, or it is not above 0, and
 * some are anomalous; or one of those has no similarity. No weight is to be used then. */
dw_status dw_canary_weights(dw_canary_place *place, size_t count, double *median, dw_err *err);

#endif
