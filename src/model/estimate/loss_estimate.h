/* loss_estimate: what a regression's errors probably are while targets are not there: direct loss estimation (DLE, NannyML's method).
 *
 * On a reference with targets, a booster learns to tell the loss of a row (its absolute error, say) from the row's columns, the prediction
 * among them. The mean of what it tells for rows without targets is the estimate. Thresholds come from the reference's real values over its
 * chunks as in estimate.h; bounds are three sampling errors.
 */
#ifndef DW_MODEL_LOSS_ESTIMATE_H
#define DW_MODEL_LOSS_ESTIMATE_H

#include "model/judge/evaluate.h"
#include "model/encode/matrix.h"

typedef enum dw_loss { DW_LOSS_MAE, DW_LOSS_MAPE, DW_LOSS_MSE, DW_LOSS_RMSE, DW_LOSS_MSLE, DW_LOSS_RMSLE, DW_LOSSES } dw_loss;

bool dw_loss_from_name(const char *name, dw_loss *loss);
/* Those of the names, or without names all but msle and rmsle. DW_EUSAGE: no such loss. */
dw_status dw_losses_pick(bool wanted[DW_LOSSES], const char *const *names, size_t count, dw_err *err);

/* One side: matrix holds all columns of the same input as rows. */
typedef struct dw_loss_side {
  const dw_outcomes *rows;
  const dw_chunks *chunks;
  const dw_matrix *matrix;
} dw_loss_side;

typedef struct dw_loss_estimation {
  dw_loss_side reference, current;
  bool wanted[DW_LOSSES];
  bool as_nannyml; /* thresholds of NannyML */
  uint64_t seed;
  unsigned threads;
  dw_status (*write)(void *context, const void *bytes, size_t length, dw_err *err);
  void *context;
} dw_loss_estimation;

/* Lines and figures as dw_estimate. DW_ENODATA: fewer than 20 rows in the reference, or msle of values not above -1. */
dw_status dw_loss_estimate(const dw_loss_estimation *estimation, dw_figures *figures, size_t *alerts, dw_err *err);

#endif
