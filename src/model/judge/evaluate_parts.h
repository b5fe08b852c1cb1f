/* evaluate_parts: rows of one place, gathered and measured: what evaluate.c and evaluate_reference.c share. */
#ifndef DW_MODEL_EVALUATE_PARTS_H
#define DW_MODEL_EVALUATE_PARTS_H

#include "model/judge/evaluate.h"

/* Which rows a line speaks of. */
typedef struct place {
  const uint32_t *row; /* [count] */
  size_t count;
  size_t window; /* SIZE_MAX: all */
  size_t by;     /* SIZE_MAX: all */
  uint32_t segment;
} place;

/* The rows of a place side by side, and what is made from them. */
typedef struct judged {
  dw_judged rows;
  dw_metrics *metrics;
  dw_metric_values values;
} judged;

void dw_evaluate_judge(judged *out, const dw_evaluation *e, const place *at, bool other);
void dw_evaluate_drop(judged *j);

#endif
