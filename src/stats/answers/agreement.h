/* agreement: how much each answer of a model agrees with those of the other models to the same prompt.
 *
 *   dw_agreement *network = dw_agreement_new(models, width);
 *   for each prompt:
 *     for each answer, of both sides: dw_agreement_answer(network, model, vector);
 *     for each model: dw_agreement_scores(network, model, weight, score);
 *     dw_agreement_next(network);
 *   dw_agreement_free(network);
 *
 * The score of an answer is the weighted mean, over the other models that answered, of its mean cosine with all answers of that model: a
 * function of the answer itself, once the others' answers are given. Models are free to change: while one of them does not, its own scores
 * on two sides are exchangeable, and a test that deals them out again (score_shift.h) is exact, whatever the others do. The mean cosine
 * with many answers is the product with the mean of their directions: the work goes with the number of answers, not with that of pairs.
 */
#ifndef DW_STATS_AGREEMENT_H
#define DW_STATS_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct dw_agreement dw_agreement;

dw_agreement *dw_agreement_new(size_t models, size_t width);
/* vector[width], finite. One of zeros has no direction: it counts as no answer, and false is returned. */
bool dw_agreement_answer(dw_agreement *network, size_t model, const double *vector);
/* score[answers of this model], in the order in which they were added; returns how many. weight[models], at least 0; NULL: all alike. NaN:
 * no other model with a weight has answered. */
size_t dw_agreement_scores(const dw_agreement *network, size_t model, const double *weight, double *score);
void dw_agreement_next(dw_agreement *network); /* on to another prompt */
void dw_agreement_free(dw_agreement *network); /* NULL is fine */

#endif
