/* booster: XGBoost (trees and linear models) behind a few calls. The one module that knows its C API.
 *
 * Training runs on one thread: XGBoost's sums depend on how rows are shared among threads, and results must not. Prediction treats each row
 * by itself, so any number of threads gives the same scores.
 *
 * There are two engines that score with what was loaded: our own (forest.h), which sums the trees of the document itself, and the library,
 * which does so when it is asked to, and can: not leaves that are vectors, documents that it does not load, or rounds that differ in their
 * numbers of trees. Both give the same scores, to the last digits of a float; our own is four to nine
 * times as fast where the processor has AVX2, and two to four times elsewhere (make bench-score).
 *
 * The library is loaded when something is trained, or when it is asked what was loaded: with our own engine it never is. What was trained
 * is scored by our own engine too once it was saved and loaded again (dw_booster_resume); while training goes on, only the library knows
 * it.
 *
 * No engine is trusted alone. The first records that a loaded model scores (DW_BOOSTER_CHECKED of them) are also summed by a plain walk
 * over the document (walk.h). Our own engine takes the same steps in another order, so the sums are the same to the last bit, or it ends
 * with DW_ESYSTEM. The library is another program, and the document may come from another version; what a library does not know it
 * overlooks. A margin of the library that differs from the walk's ends with DW_EDATA; so does a prediction that is not what the objective
 * makes of that margin. "Differs" is by more than 1e-5 times the larger of 1 and the largest absolute value that the sum met on its way:
 * absolute for margins below 1, relative for large ones, and where large parts cancel it goes by the parts. It cannot be less: both sum
 * floats, which lose up to 6e-8 of that value at each tree, and not every version in the same order. Around a margin of 1e6 a difference of
 * 10 passes, then, and so would a mistake of that size.
 */
#ifndef DW_MODEL_BOOSTER_H
#define DW_MODEL_BOOSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

typedef struct dw_booster dw_booster;
typedef struct dw_booster_data dw_booster_data; /* rows of features, as XGBoost holds them */

/* The library will be asked: while there is one thread. Its own threads are told, by the environment, not to wait spinning between two
 * calls: they would keep the cores busy that read and write records. */
void dw_booster_expect(void);

/* rows * width floats, row after row, NaN for missing; copied. label [rows]; weight [rows] or NULL. */
dw_status dw_booster_data_new(dw_booster_data **out, const float *values, size_t rows, size_t width, const float *label,
                              const float *weight, dw_err *err);
void dw_booster_data_free(dw_booster_data *data);

/* setting: pairs of name and value as XGBoost calls them, ended by NULL. data: those that will be trained on or predicted, at most 4 (their
 * predictions are then kept up to date round by round); they outlive the booster. */
dw_status dw_booster_new(dw_booster **out, const char *const *setting, dw_booster_data *const *data, size_t count, dw_err *err);
dw_status dw_booster_set(dw_booster *booster, const char *name, const char *value, dw_err *err);
void dw_booster_free(dw_booster *booster); /* NULL is fine */

dw_status dw_booster_update(dw_booster *booster, unsigned round, dw_booster_data *data, dw_err *err);
/* Predictions for the data: *count floats, valid until the next call. */
dw_status dw_booster_predict_data(dw_booster *booster, dw_booster_data *data, const float **out, size_t *count, dw_err *err);
/* The same for rows * dw_booster_width() floats; out has room for rows * dw_booster_outputs(). threads 0: the cores. */
dw_status dw_booster_predict(dw_booster *booster, const float *values, size_t rows, unsigned threads, float *out, dw_err *err);

unsigned dw_booster_rounds(dw_booster *booster);                               /* trained so far (trees); 0 for linear models */
dw_status dw_booster_keep(dw_booster **booster, unsigned rounds, dw_err *err); /* trees: drops the rounds behind these */

dw_status dw_booster_name_features(dw_booster *booster, const char *const *names, size_t count, dw_err *err);

dw_status dw_booster_save(dw_booster *booster, dw_buf *out, dw_err *err); /* as XGBoost's JSON */

/* A document of XGBoost, of any version (booster_document.h), to score with: JSON, or UBJSON (told by content); number texts of the JSON
 * may have been rewritten by a printer that knows no difference between 0 and 0E0. What is loaded is checked: XGBoost itself trusts
 * indices. It scores with the rounds up to its best_iteration when it has one (early stopping), as XGBoost's wrapper for scikit-learn does.
 * name is for messages. */
dw_status dw_booster_load(dw_booster **out, const char *bytes, size_t length, const char *name, dw_err *err);
/* The same to train on or to save again. DW_EDATA also when the library in use cannot go on from it. */
dw_status dw_booster_resume(dw_booster **out, const char *bytes, size_t length, const char *name, dw_err *err);

/* Of a loaded one: */

enum { DW_BOOSTER_CHECKED = 100 };

/* Scores with so many rounds: a whole number from 1, or "all". Before the first score. DW_EUSAGE: it is neither, or the model has fewer, or
 * it has none to choose from (a linear model). */
dw_status dw_booster_use(dw_booster *booster, const char *rounds, dw_err *err);

typedef enum dw_engine { DW_ENGINE_OWN, DW_ENGINE_LIBRARY } dw_engine;
/* Which engine scores (our own, where it is not said); before the first score. The library is loaded, and expected before. DW_EDATA: the
 * library cannot; DW_ESYSTEM: it cannot be loaded. */
dw_status dw_booster_engine(dw_booster *booster, dw_engine engine, dw_err *err);

size_t dw_booster_width(const dw_booster *booster);   /* features */
size_t dw_booster_outputs(const dw_booster *booster); /* numbers a row: the classes, the targets, or 1 */
bool dw_booster_linear(const dw_booster *booster);
bool dw_booster_classes(const dw_booster *booster);          /* the numbers are probabilities of several classes */
const char *dw_booster_objective(const dw_booster *booster); /* "binary:logistic" */
const char *const *dw_booster_feature_names(const dw_booster *booster, size_t *count); /* *count 0: it has none */
/* What each feature took from the loss in training, over all trees, those behind the best iteration included: XGBoost's importance of the
 * type total_gain. gain [dw_booster_width()]. false: it says none, as linear models do and trees whose leaves are vectors. */
bool dw_booster_gain(const dw_booster *booster, double *gain);
/* The categories of a feature by their codes, when the model names them; NULL for a number (or a code as it stands). */
const dw_map *dw_booster_categories(const dw_booster *booster, size_t feature);
/* The feature takes codes of categories, and the model does not say which code stands for which. */
bool dw_booster_coded(const dw_booster *booster, size_t feature);

#endif
