/* score_fields: what a model adds to a record, whoever asks for it: its score, the classes that the score is of where that has to be said,
 * and a prediction.
 *
 *   dw_score_fields fields;
 *   dw_score_fields_init(&fields, &model.target, scorer.outputs, "score", -1);
 *   …fields.names.text[0 … fields.names.count)…                  the fields, in order
 *   dw_scorer_batch(&scorer, …);
 *   dw_score_fields_put(&fields, &scorer, row, field, 0, out);   the value of one of them, of a row of that batch
 *   dw_score_fields_free(&fields);
 */
#ifndef DW_MODEL_SCORE_FIELDS_H
#define DW_MODEL_SCORE_FIELDS_H

#include <stddef.h>

#include "base/text_list.h"
#include "model/score/scorer.h"

typedef struct dw_score_fields {
  dw_text_list names; /* each its own copy */
  dw_buf classes;     /* what the field of the classes says; empty: there is none */
  double cut;         /* a binary model's score from which the prediction is the positive class; below 0: no prediction */
} dw_score_fields;

/* target: of the model, or of the one of several that names its classes. outputs: dw_scorer's. score: the name of the first field. A cut is
 * for two classes alone: the caller has seen to that. */
void dw_score_fields_init(dw_score_fields *fields, const dw_target *target, size_t outputs, const char *score, double cut);
void dw_score_fields_name(dw_score_fields *fields, const char *name); /* one more, whose value is the caller's */
void dw_score_fields_free(dw_score_fields *fields);

/* JSON, or (delimiter not NUL) a CSV field. */
void dw_score_fields_put(const dw_score_fields *fields, const dw_scorer *scorer, size_t row, size_t field, char delimiter, dw_buf *out);
void dw_score_fields_text(const char *text, size_t length, char delimiter, dw_buf *out); /* the same of a text of the caller's */

#endif
