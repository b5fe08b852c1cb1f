/* confusion: matrices of labels against predictions, cell[label * classes + prediction]. */
#ifndef DW_MODEL_CONFUSION_H
#define DW_MODEL_CONFUSION_H

#include <stddef.h>

typedef enum dw_normalise { DW_NORMALISE_NONE, DW_NORMALISE_ALL, DW_NORMALISE_TRUE, DW_NORMALISE_PRED } dw_normalise;

const char *dw_normalise_name(dw_normalise how); /* "none", "all", "true", "pred" */

/* Counts become shares of all rows, of the rows with the cell's label, or of those with its prediction; shares of none are 0. As
 * scikit-learn's confusion_matrix(normalize=…). Cells need not be whole. */
void dw_confusion_normalise(double *cell, size_t classes, dw_normalise how);

/* One class against the rest. */
typedef struct dw_confusion_side {
  double tn, fp, fn, tp;
} dw_confusion_side;

void dw_confusion_sides(const double *cell, size_t classes, dw_confusion_side *out); /* out[classes] */

#endif
