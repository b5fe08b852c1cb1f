/* calibration: maps from scores to probabilities, learned from labels.
 *
 *   dw_calibration_fit(&map, DW_CALIBRATION_ISOTONIC, score, label, n, &err);
 *   p = dw_calibration_apply(&map, score);
 *   dw_calibration_free(&map);
 *
 * Platt: p = 1 / (1 + exp(-(slope * z + intercept))), fitted to Platt's smoothed targets (Platt 1999; Lin, Lin and Weng, "A note on
 * Platt's probabilistic outputs", Machine Learning 68, 2007). Temperature: p = 1 / (1 + exp(-z / temperature)), by maximum likelihood (Guo
 * et al., ICML 2017). z is the logit of a score that is a probability (clipped to [clip, 1 - clip]), and the score itself where scores
 * lie outside [0, 1]. clip is 2^-40; where scores of exactly 0 or 1 were seen,
 * which rounding makes, it is half of how near the others come to 0 or 1: half the resolution of rounded scores. Isotonic: the
 * non-decreasing step function closest to the labels (pool adjacent violators), linear between its points and constant beyond them, as
 * scikit-learn's IsotonicRegression(out_of_bounds="clip").
 */
#ifndef DW_MODEL_CALIBRATION_H
#define DW_MODEL_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/text/json.h"

typedef enum dw_calibration_method { DW_CALIBRATION_PLATT, DW_CALIBRATION_ISOTONIC, DW_CALIBRATION_TEMPERATURE } dw_calibration_method;

typedef struct dw_calibration {
  dw_calibration_method method;
  bool logit;                  /* Platt, temperature: z is the logit of the score */
  double clip;                 /* of scores before their logit: to [clip, 1 - clip], clip at most 1/4 */
  double slope, intercept;     /* Platt; temperature: slope is 1 / temperature, intercept 0 */
  double *score, *probability; /* isotonic: points, both ascending */
  size_t points;
} dw_calibration;

/* From n scores (finite) and labels (1 is positive). DW_ENODATA: labels of one class only, or a fit that does not exist (temperature:
 * scores that rank the wrong way round, or separate the classes entirely). Nothing is to be freed after a failure. */
dw_status dw_calibration_fit(dw_calibration *out, dw_calibration_method method, const double *score, const uint32_t *label, size_t n,
                             dw_err *err);

/* The isotonic map of any real targets instead of labels. n > 0. */
void dw_calibration_fit_isotonic(dw_calibration *out, const double *score, const double *target, size_t n);

double dw_calibration_apply(const dw_calibration *map, double score); /* in [0, 1] for labels; NaN for NaN */

/* The members of a calibration document (driftwatch-records(5)) that hold the map, without kind, before, after and made_by. */
void dw_calibration_write(const dw_calibration *map, dw_json *json);

/* From such a document. name is for messages. DW_EDATA: not a calibration, or not a valid one. */
dw_status dw_calibration_read(dw_calibration *out, const dw_value *document, const char *name, dw_err *err);

void dw_calibration_free(dw_calibration *map);

#endif
