/* forest: a model's trees put in order for many records at once. The second engine beside XGBoost's library.
 *
 *   dw_forest *forest = dw_forest_new(walk);
 *   dw_forest_sum(forest, x, rows, 0, base, threads, margin);
 *
 * It needs nothing of the walk afterwards, and is never changed: any number of threads may use one. Margins are the walk's (walk.h) to the
 * last bit: floats, summed in the order of the trees.
 */
#ifndef DW_MODEL_FOREST_H
#define DW_MODEL_FOREST_H

#include <stddef.h>

#include "model/booster/walk.h"

typedef struct dw_forest dw_forest;

dw_forest *dw_forest_new(const dw_walk *walk);
void dw_forest_free(dw_forest *forest);     /* NULL is fine */
void dw_forest_portable(dw_forest *forest); /* does without what this processor has and others lack, for tests */

/* margin [rows * groups] of x [rows * features], NaN where a value is missing: base [groups] and the trees of the first rounds (0: all).
 * threads 0: the cores. */
void dw_forest_sum(const dw_forest *forest, const float *x, size_t rows, size_t rounds, const float *base, unsigned threads, float *margin);

#endif
