/* estimate_parts: what the sources of estimate.h share. */
#ifndef DW_MODEL_ESTIMATE_PARTS_H
#define DW_MODEL_ESTIMATE_PARTS_H

#include "model/estimate/estimate.h"

/* The real values of rows with labels; out[dw_estimates_count]. count: room for the cells. */
void dw_estimate_realised(const dw_estimator *e, const dw_judged *rows, uint64_t *count, double *out);
/* [rows * classes], the sum of each row 1. */
double *dw_estimate_probabilities(const dw_estimator *e, const dw_judged *rows);
/* Rows side by side in this order, and what was made for them. */
dw_judged dw_estimate_gather(const dw_outcomes *from, const uint32_t *row, size_t count);
void dw_estimate_drop(dw_judged *rows);

#endif
