/* mlflow_parts: calls to an MLflow server that the export and the aliases share. */
#ifndef DW_REGISTRY_MLFLOW_PARTS_H
#define DW_REGISTRY_MLFLOW_PARTS_H

#include <stdbool.h>

#include "io/text/json.h"
#include "registry/mlflow.h"

const char *dw_mlflow_member(const dw_value *object, const char *key); /* a text; "" where it is none */
void dw_mlflow_body(dw_json *json, dw_buf *body);                      /* empties body, and opens an object in it */

/* One call, api/2.0/PATH. *answer is the caller's to free: NULL where it is no JSON. DW_ESYSTEM: no answer. */
dw_status dw_mlflow_ask(const dw_mlflow *mlflow, const char *method, const char *path, const char *body, size_t length, const char *type,
                        int *code, dw_value **answer, dw_err *err);
/* What the server says about a refusal, to a message; DW_ESYSTEM. */
dw_status dw_mlflow_refused(const char *what, int code, const dw_value *answer, dw_err *err);
/* A POST of mlflow/PATH that has to work. *answer (may be NULL: not wanted) is the caller's to free. */
dw_status dw_mlflow_post(const dw_mlflow *mlflow, const char *path, const dw_buf *body, dw_value **answer, dw_err *err);
/* Such calls the server does not have: of a version that has not learned them yet, or has given them up. */
bool dw_mlflow_lacks(int code, const dw_value *answer);

/* The answer with the model_version that an alias points to, the caller's to free. DW_ENODATA: it points to none. DW_EDATA, of all three:
 * the server has no aliases (MLflow before 2.3). */
dw_status dw_mlflow_alias_find(const dw_mlflow *mlflow, const char *name, const char *alias, dw_value **answer, dw_err *err);
dw_status dw_mlflow_alias_set(const dw_mlflow *mlflow, const char *name, const char *alias, const char *number, dw_err *err);
dw_status dw_mlflow_alias_delete(const dw_mlflow *mlflow, const char *name, const char *alias, dw_err *err);

#endif
