/* mlflow: a version of a registry pushed to an MLflow server, through its public REST API (api/2.0/mlflow, MLflow 2).
 *
 * A run in the experiment EXPERIMENT gets the metrics (and the training metrics), the version's tags, and the model as an artifact, where
 * the server takes artifacts itself (an artifact root "mlflow-artifacts:/"). A registered model with the version's name is made when there
 * is none; a model version of it points to the run, and moves to the version's stage. The run carries a
 * tag driftwatch.export, made from the version's name, number, time of registration and digest: exporting the same version again (to the
 * same experiment) finds run and model version by it and only sees to the stage, and an export that was broken off is taken up. Two exports
 * of one version at the same instant may still both make one: MLflow has no way to forbid it.
 */
#ifndef DW_REGISTRY_MLFLOW_H
#define DW_REGISTRY_MLFLOW_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

typedef struct dw_mlflow {
  const char *url;             /* "http://host:5000" */
  const char *experiment;      /* NULL: "driftwatch" */
  const char *token;           /* NULL: none */
  const char *user, *password; /* NULL: none */
  int64_t now;
  const char *made_by; /* JSON of one stage; NULL for none */
} dw_mlflow;

/* version: a document "model_version"; model: its bytes. Appends a document "model_export" to out. DW_ESYSTEM: no answer, or a refusal,
 * with what the server said. */
dw_status dw_mlflow_export(const dw_mlflow *mlflow, const char *version, size_t length, const dw_buf *model, dw_buf *out, dw_err *err);

#endif
