/* model_json: the model document (kind "model", man/driftwatch-records.5), and users' own XGBoost files in its place. */
#ifndef DW_MODEL_MODEL_JSON_H
#define DW_MODEL_MODEL_JSON_H

#include "base/err.h"
#include "base/str.h"
#include "model/booster/booster.h"
#include "model/encode/encode.h"
#include "model/encode/target.h"
#include "model/score/category_file.h"

enum { DW_MODEL_FORMAT = 1 };

typedef struct dw_model {
  dw_target target;
  dw_encoding encoding;
  dw_booster *booster;
  bool imported; /* XGBoost's own file: its features are plain numbers */
  /* JSON as it stands in the document; empty: null. made_by without its brackets */
  dw_buf training, metrics, profile, calibration, made_by;
} dw_model;

void dw_model_init(dw_model *model);
void dw_model_free(dw_model *model);

/* One line. DW_ESYSTEM: XGBoost cannot write its part. */
dw_status dw_model_write(const dw_model *model, dw_buf *out, dw_err *err);

/* What is said beside an XGBoost file. */
typedef struct dw_model_beside {
  const char *const *names; /* of its features in order, for one that has none (or to replace them); NULL: none given */
  size_t name_count;
  const dw_category_file *categories; /* of features whose categories it does not name; NULL: none given */
  bool unscored;                      /* nothing is to be scored: what the codes of categories stand for need not be known */
  const char *records;                /* the one file that shall be scored: where that is the model, and path none, it is said. Or NULL */
} dw_model_beside;

/* A model document, or a model file of XGBoost (JSON or UBJSON), plain or compressed. beside NULL: nothing is said. DW_EDATA: neither, cut,
 * of a format of the future, or one that needs more to be said beside it. DW_EUSAGE: what is said does not go with the model. */
dw_status dw_model_read(dw_model *model, const char *path, const dw_model_beside *beside, dw_err *err);
dw_status dw_model_parse(dw_model *model, const char *bytes, size_t length, const char *name, const dw_model_beside *beside, dw_err *err);

#endif
