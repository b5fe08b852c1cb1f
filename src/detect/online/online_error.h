/* online_error: whether a model was wrong about a record, from its label and its score, or its prediction. */
#ifndef DW_DETECT_ONLINE_ERROR_H
#define DW_DETECT_ONLINE_ERROR_H

#include "io/record/record.h"

typedef struct dw_online_outcome {
  const char *positive; /* the label that is 1; NULL: 1 and true are */
  double cut;
} dw_online_outcome;

typedef struct dw_online_cell {
  dw_tag tag;
  dw_cell cell;
} dw_online_cell;

/* 1: a mistake, 0: none; NAN: label or score is missing. What is wrong with them goes to *wrong, else NULL. A score that is a text is a
 * prediction, and is compared with the label's text. */
double dw_online_error(const dw_online_outcome *how, const dw_batch *batch, dw_online_cell label, dw_online_cell score, const char **wrong);

#endif
