/* walk: the sum of a model's trees, or of its linear weights, computed without XGBoost.
 *
 * The forest (forest.h) or XGBoost's library does the scoring; this is what their answers are held to (booster.h), and what checks a
 * document before they see it: both follow every index that they read. A walk never leaves its arrays and always ends.
 *
 *   dw_walk *walk;
 *   dw_walk_read(&walk, gradient_booster, features, groups, "model.json", err);
 *   dw_walk_row(walk, x, 0, base, margin, largest);
 */
#ifndef DW_MODEL_WALK_H
#define DW_MODEL_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/booster/booster_text.h"

typedef struct dw_walk dw_walk;

/* booster: the gradient_booster of an XGBoost document (valid JSON) of any version from 1.0: gbtree, dart (in its old form, or as weights
 * beside a gbtree) or gblinear; leaves are numbers, or vectors with a number for each sum. groups: sums a record. parallel: trees of a
 * round for each sum where the document does not say (before 1.4), 1 unless something else is known. name is for messages.
 *
 * DW_EDATA when it does not hold together: a tree whose links leave it, run in a circle or meet, a split that asks for a feature or for
 * categories that are not there, lists of different lengths. */
dw_status dw_walk_read(dw_walk **out, dw_text_slice booster, size_t features, size_t groups, size_t parallel, const char *name,
                       dw_err *err);
void dw_walk_free(dw_walk *walk); /* NULL is fine */

bool dw_walk_linear(const dw_walk *walk);
bool dw_walk_dart(const dw_walk *walk);
bool dw_walk_categories(const dw_walk *walk); /* a split goes by a set of categories */
bool dw_walk_vectors(const dw_walk *walk);    /* there are leaves that are vectors */
size_t dw_walk_rounds(const dw_walk *walk);   /* of boosting; 0 for a linear model */
/* So many rounds from the first on have the same number of trees, one a sum and parallel tree: what old libraries take for granted. */
size_t dw_walk_even(const dw_walk *walk);
size_t dw_walk_trees(const dw_walk *walk, size_t rounds); /* of the first rounds (0: all) */
void dw_walk_coded(const dw_walk *walk, bool *coded);     /* coded[features] becomes true where a split goes by a set of categories */
/* gain [features]: the gains of all splits of a feature added up, over all trees, whatever their weights: XGBoost's importance of the type
 * total_gain. false: a linear model, or leaves that are vectors, of which none is kept. */
bool dw_walk_gain(const dw_walk *walk, double *gain);

/* The margins of one record: x [features], NaN where a value is missing. They start from base [groups] and take the trees of the first
 * rounds (0: all) in their order, in floats, as the library does. largest [groups]: the largest absolute value that each met on its way,
 * which is what its rounding errors go by. */
void dw_walk_row(const dw_walk *walk, const float *x, size_t rounds, const float *base, float *margin, float *largest);

/* margin [rows * groups] of x [rows * features], summed elsewhere: is one of them not the walk's, to the last bit? Then pair has that one
 * and the walk's. */
bool dw_walk_differs(const dw_walk *walk, const float *x, size_t rows, size_t rounds, const float *base, const float *margin,
                     float pair[2]);

#endif
