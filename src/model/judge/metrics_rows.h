/* metrics_rows: what is made of the rows once, for all metrics: the inside of metrics.h, for the room alone. */
#ifndef DW_MODEL_METRICS_ROWS_H
#define DW_MODEL_METRICS_ROWS_H

#include "model/judge/metrics.h"

enum { ECE_BINS = 10 };

/* The rows in descending order of one score. */
typedef struct dw_ranking {
  uint32_t *row;
  bool *last; /* the next row has a smaller score, or there is none */
} dw_ranking;

struct dw_metrics {
  dw_judged rows;
  dw_ranking *ranking; /* binary: one; multiclass: one a class */
  double *loss;        /* [rows] log loss, or squared error */
  double *square;      /* [rows] Brier's squares, or relative error */
  uint32_t *bin;       /* [rows] ECE */
  double *confidence;  /* [rows] what ECE compares with being right */
  bool *right;
  bool probabilities; /* every score lies in [0, 1] (multiclass: and each row sums to 1) */
};

/* Scores of a row: 1, or one a class that the model knows. */
size_t dw_metrics_width(const dw_judged *rows);

#endif
