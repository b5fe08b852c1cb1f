/* importance: how much of what a model has learned it owes to each column: the gains of all splits of the column's features added up
 * (XGBoost's importance of the type total_gain), as a share of the gains of all columns. A column that is several features, as categories
 * are (model/encode/encode.h), has the sum of theirs.
 *
 *   dw_importance importance = {0};
 *   dw_importance_read(&importance, "model.json", NULL, 0, err);
 *   … importance.share[dw_map_find(&importance.columns, "amount", 6)] …
 *   dw_importance_free(&importance);
 */
#ifndef DW_MODEL_IMPORTANCE_H
#define DW_MODEL_IMPORTANCE_H

#include "base/err.h"
#include "base/map.h"
#include "model/score/model_json.h"

typedef struct dw_importance {
  dw_map columns;
  double *share; /* [columns.count] they add up to 1 */
} dw_importance;

/* Of a model as dw_model_read takes it; names: of the features of an XGBoost file that has none, NULL: none given. DW_EDATA also for what
 * keeps no gains: a linear model, trees whose leaves are vectors, trees without a split. */
dw_status dw_importance_read(dw_importance *out, const char *path, const char *const *names, size_t name_count, dw_err *err);
/* The same of a model's bytes. name: for messages. */
dw_status dw_importance_parse(dw_importance *out, const char *bytes, size_t length, const char *name, const char *const *names,
                              size_t name_count, dw_err *err);
dw_status dw_importance_of(dw_importance *out, const dw_model *model, const char *name, dw_err *err);
void dw_importance_free(dw_importance *importance);

#endif
