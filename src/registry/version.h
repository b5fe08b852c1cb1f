/* version: what a registry says about a model: told from the model itself, and from the metrics that came with it. Pure: bytes in, JSON
 * out.
 */
#ifndef DW_REGISTRY_VERSION_H
#define DW_REGISTRY_VERSION_H

#include "base/err.h"
#include "base/str.h"

typedef struct dw_version_source {
  const char *model; /* a model document (dw-train), or XGBoost's own JSON or UBJSON */
  size_t model_length;
  const char *text; /* the model as JSON, where its bytes are not; NULL: they are */
  size_t text_length;
  const char *model_name; /* of the file, for messages */
  const char *metrics;    /* NULL for none: lines of dw-eval; kinds other than "metric" are passed over; one at least */
  size_t metrics_length;
  const char *metrics_name;
  const char *name;    /* of the model; NULL: "model" */
  const char *made_by; /* JSON: one more stage, behind those that the model's own made_by holds; NULL for none */
} dw_version_source;

/* Members of a JSON object, without its braces, at the end of out:
 *   "name","model":{"format":"driftwatch"|"xgboost","bytes","digest","task","booster_kind"},"metrics":[…],"training_metrics":{…}|null,
 *   "data":[{"name","bytes","rows","digest"}…],"made_by":[…]
 * metrics are those of all rows (no window, no segment), as dw-eval wrote them but for "kind"; data are the inputs that the first stage of
 * the model's made_by names. DW_EDATA: not a model, or not metrics. */
dw_status dw_version_describe(const dw_version_source *source, dw_buf *out, dw_err *err);

void dw_version_digest(const char *model, size_t length, char out[33]); /* base/digest.h, as in made_by */

#endif
