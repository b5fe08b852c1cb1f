/* objective: what XGBoost's objectives do around the sum of a model's trees.
 *
 * The sum is the margin. It starts from base_score, which a document keeps as a prediction (a probability for binary:logistic, a count
 * for count:poisson, a margin for multi:softprob), and it becomes the prediction through a link (1 / (1 + exp(-x)), exp, softmax, …).
 * Objectives that are not in the table are not guessed at: they have rules of their own.
 *
 *   const dw_objective *objective = dw_objective_find("binary:logistic", 15);
 *   dw_objective_margin(objective, 0.3, &margin);           // log(0.3 / 0.7)
 *   dw_objective_apply(objective, margins, rows, 1, out);
 */
#ifndef DW_MODEL_OBJECTIVE_H
#define DW_MODEL_OBJECTIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

typedef struct dw_objective dw_objective;

const dw_objective *dw_objective_find(const char *name, size_t length); /* NULL: not in the table */
const char *dw_objective_name(const dw_objective *objective);
void dw_objective_list(dw_buf *out); /* all names, with commas, for messages */

bool dw_objective_classes(const dw_objective *objective); /* multi:…: a sum a class */
/* Every XGBoost since 1.4 reads the objective's part of a document, and its base_score, as every other does. */
bool dw_objective_stable(const dw_objective *objective);
/* Numbers a record: groups (the sums), or 1 for multi:softmax, whose prediction is the number of a class. */
size_t dw_objective_outputs(const dw_objective *objective, size_t groups);

/* The margin that stands for a base_score; false when the objective has none for it (a probability of 0 or 2, a count of -1). */
bool dw_objective_margin(const dw_objective *objective, double base_score, float *margin);
/* Of several expectiles (reg:expectileerror) a sum is the step from the prediction before it: softplus of it, and 1e-6. Margins that stand
 * for predictions become those of the steps. */
void dw_objective_steps(const dw_objective *objective, float *margin, size_t groups);
/* Since 3.1 XGBoost keeps a probability 1e-6 away from 0 and from 1: the base_score that it then starts from. */
double dw_objective_base(const dw_objective *objective, double base_score);
/* Predictions for margins [rows * groups]; out [rows * outputs] may be the same array when there is one output a sum. */
void dw_objective_apply(const dw_objective *objective, const float *margin, size_t rows, size_t groups, float *out);

#endif
