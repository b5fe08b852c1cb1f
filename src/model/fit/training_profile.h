/* training_profile: what a model was trained on, column by column: counts, moments, quantiles, categories. The reference that later data
 * can be held against. Numbers are those the model saw (floats). */
#ifndef DW_MODEL_TRAINING_PROFILE_H
#define DW_MODEL_TRAINING_PROFILE_H

#include "io/text/json.h"
#include "model/encode/matrix.h"

/* {"rows","columns":[{"column","type","count","missing","mean","std","min","quantiles":{…},"max"} or {…,"distinct","categories":[{"value",
 * "count"}],"other"}]}; at most 50 categories a column, the most frequent ones. */
void dw_training_profile_write(const dw_matrix *matrix, dw_json *json, const char *key);

#endif
