/* probability: an isotonic map from scores to probabilities, only where one is needed. */
#ifndef DW_MODEL_PROBABILITY_H
#define DW_MODEL_PROBABILITY_H

#include "model/score/calibration.h"

typedef struct dw_probability {
  bool needed; /* false: scores are probabilities as they are */
  dw_calibration map;
} dw_probability;

/* From n scores (finite) and labels (1 is positive). Needed where scores lie outside [0, 1], or where a map fitted on nine tenths of the
 * rows lowers the calibration error (ten bins of equally many rows) of the rest, over ten stratified random splits drawn from seed,
 * pooled; not needed where the AUC is above 0.999, or all labels are alike (NannyML 0.13). */
dw_status dw_probability_fit(dw_probability *out, const double *score, const uint32_t *label, size_t n, uint64_t seed, dw_err *err);
/* The map of other rows, needed where that of like is. DW_ENODATA: labels of one class only. */
dw_status dw_probability_refit(dw_probability *out, const dw_probability *like, const double *score, const uint32_t *label, size_t n,
                               dw_err *err);
double dw_probability_of(const dw_probability *map, double score); /* in [0, 1] */
void dw_probability_free(dw_probability *map);

#endif
