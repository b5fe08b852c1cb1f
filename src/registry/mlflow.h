/* mlflow: a version of a registry pushed to an MLflow server, through its public REST API (api/2.0/mlflow, MLflow 2).
 *
 * A run in the experiment EXPERIMENT gets the metrics (and the training metrics), the version's tags, and the model as an artifact, where
 * the server takes artifacts itself (an artifact root "mlflow-artifacts:/"). A registered model with the version's name is made when there
 * is none; a model version of it points to the run, moves to the version's stage, and gets the alias that goes with it: one for Production,
 * one for Staging, which leaves the version that had it before. Aliases are what MLflow has since 2.3, stages are deprecated since 2.9: a
 * server that lacks one of them gets the other. The run carries a tag driftwatch.export, made from the version's name, number, time of
 * registration and digest: exporting the same version again (to the same experiment) finds run and model version by it and only sees to the
 * stage and the aliases, and an export that was broken off is taken up. Two exports of one version at the same instant may still both make
 * one: MLflow has no way to forbid it.
 */
#ifndef DW_REGISTRY_MLFLOW_H
#define DW_REGISTRY_MLFLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

typedef struct dw_mlflow {
  const char *url;                   /* "http://host:5000" */
  const char *experiment;            /* NULL: "driftwatch" */
  const char *token;                 /* NULL: none */
  const char *user, *password;       /* NULL: none */
  const char *champion, *challenger; /* export: the aliases of what is in Production and in Staging; "": none */
  int64_t now;
  const char *made_by; /* JSON of one stage; NULL for none */
} dw_mlflow;

/* version: a document "model_version"; model: its bytes. Appends a document "model_export" to out. DW_ESYSTEM: no answer, or a refusal,
 * with what the server said. */
dw_status dw_mlflow_export(const dw_mlflow *mlflow, const char *version, size_t length, const dw_buf *model, dw_buf *out, dw_err *err);

/* What MLflow would not take as an alias, in words; NULL: it would. */
const char *dw_mlflow_alias_wrong(const char *alias);
/* "models:/NAME@ALIAS", taken apart: name at the end of an empty *name, *alias in uri. false: it is not such an address. */
bool dw_mlflow_uri(const char *uri, dw_buf *name, const char **alias);

typedef enum dw_mlflow_action { DW_MLFLOW_GET, DW_MLFLOW_SET, DW_MLFLOW_DELETE } dw_mlflow_action;
/* An alias of a registered model: which version has it, or (number, of a version at MLflow) is to have it, or none any more. Appends a
 * document "model_alias" to out. DW_ENODATA: no version has it; DW_EDATA: the server has no aliases; DW_ESYSTEM: as above. */
dw_status dw_mlflow_alias(const dw_mlflow *mlflow, dw_mlflow_action action, const char *name, const char *alias, const char *number,
                          dw_buf *out, dw_err *err);

#endif
