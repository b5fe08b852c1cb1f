#include "base/clock.h"
#include "base/digest.h"
#include "io/bytes/http.h"
#include "io/text/made_by.h"
#include "registry/mlflow_parts.h"

/* One export on its way. Texts point into the documents, which live as long. */
typedef struct push {
  const dw_mlflow *mlflow;
  dw_value *version;
  const char *name;                          /* of the model */
  char key[33];                              /* tag driftwatch.export: by which a later export of the same version finds the run */
  dw_buf experiment, run, artifacts, number; /* ids and places that the server gave */
  int64_t start; /* of the run, milliseconds: what its metrics are stamped with, so that logging them again changes nothing */
  bool done;     /* a former export was finished: run, metrics, artifact are there */
  bool uploaded;
  bool aliases, stages; /* the server has them */
  const char *alias;    /* that the version got; NULL: none */
} push;

static void put_pair(dw_json *json, const char *key, const char *value)
{
  if (!value || !*value) return;
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "key", key);
  dw_json_text(json, "value", value);
  dw_json_close(json, '}');
}

static void put_tags(const push *p, dw_json *json)
{
  const dw_value *model = dw_value_get(p->version, "model");
  dw_json_open(json, "tags", '[');
  put_pair(json, "driftwatch.export", p->key);
  put_pair(json, "driftwatch.version", dw_mlflow_member(p->version, "version"));
  put_pair(json, "driftwatch.stage", dw_mlflow_member(p->version, "stage"));
  put_pair(json, "driftwatch.parent", dw_mlflow_member(p->version, "parent"));
  put_pair(json, "driftwatch.registered_at", dw_mlflow_member(p->version, "registered_at"));
  put_pair(json, "driftwatch.model_digest", dw_mlflow_member(model, "digest"));
  put_pair(json, "driftwatch.model_format", dw_mlflow_member(model, "format"));
  put_pair(json, "driftwatch.task", dw_mlflow_member(model, "task"));
  put_pair(json, "driftwatch.data_digest", dw_mlflow_member(dw_value_first(dw_value_get(p->version, "data")), "digest"));
  dw_json_close(json, ']');
}

/* --- steps --- */

static void keep(dw_buf *out, const char *text)
{
  out->length = 0;
  dw_buf_text(out, text);
}

static dw_status push_experiment(push *p, dw_buf *body, dw_err *err)
{
  const char *experiment = p->mlflow->experiment ? p->mlflow->experiment : "driftwatch";
  int code;
  dw_value *answer;
  dw_json json;
  dw_buf path = {0};
  dw_buf_text(&path, "mlflow/experiments/get-by-name?experiment_name=");
  dw_http_escape(&path, experiment, false);
  dw_status status = dw_mlflow_ask(p->mlflow, "GET", dw_buf_cstr(&path), NULL, 0, NULL, &code, &answer, err);
  dw_buf_free(&path);
  if (status != DW_OK) return status;
  const char *id = dw_mlflow_member(dw_value_get(answer, "experiment"), "experiment_id");
  bool absent = code == 404 && strcmp(dw_mlflow_member(answer, "error_code"), "RESOURCE_DOES_NOT_EXIST") == 0;
  if (code == 200 && *id) keep(&p->experiment, id);
  else if (code == 200 || (code == 404 && !absent))
    status = dw_err_set(err, DW_ESYSTEM,
                        "experiments/get-by-name is answered with status %d, but not as MLflow does: is it an MLflow server?", code);
  else if (!absent) status = dw_mlflow_refused("experiments/get-by-name", code, answer, err);
  dw_value_free(answer);
  if (status != DW_OK || !absent) return status;
  dw_mlflow_body(&json, body);
  dw_json_text(&json, "name", experiment);
  dw_json_close(&json, '}');
  status = dw_mlflow_post(p->mlflow, "experiments/create", body, &answer, err);
  if (status != DW_OK) return status;
  keep(&p->experiment, dw_mlflow_member(answer, "experiment_id"));
  dw_value_free(answer);
  return DW_OK;
}

/* What the same version has in common at each export: its names, the time of its registration, its bytes. */
static void make_key(push *p)
{
  const char *const part[] = {p->name, dw_mlflow_member(p->version, "version"), dw_mlflow_member(p->version, "registered_at"),
                              dw_mlflow_member(dw_value_get(p->version, "model"), "digest")};
  dw_digest digest;
  dw_digest_init(&digest);
  for (size_t i = 0; i < sizeof part / sizeof *part; i++) dw_digest_add(&digest, part[i], strlen(part[i]) + 1);
  dw_digest_text(&digest, p->key);
}

/* The run of a former export of this version, whole or broken off. */
static dw_status find_run(push *p, dw_buf *body, dw_err *err)
{
  dw_value *answer;
  dw_json json;
  dw_buf filter = {0};
  dw_buf_format(&filter, "tags.`driftwatch.export` = '%s'", p->key);
  dw_mlflow_body(&json, body);
  dw_json_open(&json, "experiment_ids", '[');
  dw_json_text(&json, NULL, dw_buf_cstr(&p->experiment));
  dw_json_close(&json, ']');
  dw_json_text(&json, "filter", dw_buf_cstr(&filter));
  dw_json_integer(&json, "max_results", 1);
  dw_json_close(&json, '}');
  dw_buf_free(&filter);
  dw_status status = dw_mlflow_post(p->mlflow, "runs/search", body, &answer, err);
  if (status != DW_OK) return status;
  const dw_value *info = dw_value_get(dw_value_first(dw_value_get(answer, "runs")), "info");
  keep(&p->run, dw_mlflow_member(info, "run_id"));
  keep(&p->artifacts, dw_mlflow_member(info, "artifact_uri"));
  p->start = (int64_t)dw_value_number(dw_value_get(info, "start_time"), (double)p->start);
  p->done = strcmp(dw_mlflow_member(info, "status"), "FINISHED") == 0;
  dw_value_free(answer);
  return DW_OK;
}

static dw_status push_run(push *p, dw_buf *body, dw_err *err)
{
  dw_value *answer;
  dw_json json;
  dw_buf run_name = {0};
  dw_status found = find_run(p, body, err);
  if (found != DW_OK || p->run.length) return found;
  dw_buf_format(&run_name, "%s %s", p->name, dw_mlflow_member(p->version, "version"));
  dw_mlflow_body(&json, body);
  dw_json_text(&json, "experiment_id", dw_buf_cstr(&p->experiment));
  dw_json_text(&json, "run_name", dw_buf_cstr(&run_name));
  dw_json_integer(&json, "start_time", p->start);
  put_tags(p, &json);
  dw_json_close(&json, '}');
  dw_buf_free(&run_name);
  dw_status status = dw_mlflow_post(p->mlflow, "runs/create", body, &answer, err);
  if (status != DW_OK) return status;
  const dw_value *info = dw_value_get(dw_value_get(answer, "run"), "info");
  keep(&p->run, dw_mlflow_member(info, "run_id"));
  keep(&p->artifacts, dw_mlflow_member(info, "artifact_uri"));
  if (p->run.length == 0) status = dw_err_set(err, DW_ESYSTEM, "MLflow answers runs/create without a run_id");
  dw_value_free(answer);
  return status;
}

static void put_metric(const push *p, dw_json *json, const char *prefix, const char *name, const dw_value *value)
{
  if (dw_value_kind(value) != DW_VALUE_NUMBER || !*name) return; /* a confusion matrix, or no answer */
  dw_buf key = {0};
  dw_buf_format(&key, "%s%s", prefix, name);
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "key", dw_buf_cstr(&key));
  dw_json_number(json, "value", dw_value_number(value, 0));
  dw_json_integer(json, "timestamp", p->start);
  dw_json_integer(json, "step", 0);
  dw_json_close(json, '}');
  dw_buf_free(&key);
}

static dw_status push_metrics(push *p, dw_buf *body, dw_err *err)
{
  dw_json json;
  dw_mlflow_body(&json, body);
  dw_json_text(&json, "run_id", dw_buf_cstr(&p->run));
  dw_json_open(&json, "metrics", '[');
  for (const dw_value *at = dw_value_first(dw_value_get(p->version, "metrics")); at; at = dw_value_next(at)) {
    const char *name = dw_mlflow_member(at, "metric");
    put_metric(p, &json, dw_value_bool(dw_value_get(at, "estimated"), false) ? "estimated_" : "", name, dw_value_get(at, "value"));
    dw_buf bound = {0};
    dw_buf_format(&bound, "%s_low", name);
    put_metric(p, &json, "", dw_buf_cstr(&bound), dw_value_get(at, "low"));
    bound.length = 0;
    dw_buf_format(&bound, "%s_high", name);
    put_metric(p, &json, "", dw_buf_cstr(&bound), dw_value_get(at, "high"));
    dw_buf_free(&bound);
  }
  const dw_value *training = dw_value_get(p->version, "training_metrics");
  if (dw_value_kind(training) == DW_VALUE_OBJECT)
    for (const dw_value *at = dw_value_first(training); at; at = dw_value_next(at)) put_metric(p, &json, "training_", dw_value_key(at), at);
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  return dw_mlflow_post(p->mlflow, "runs/log-batch", body, NULL, err);
}

/* "mlflow-artifacts:/0/RUN/artifacts" (or mlflow-artifacts://host/0/…): the server takes files at
 * api/2.0/mlflow-artifacts/artifacts/0/RUN/… */
static dw_status push_artifact(push *p, const dw_buf *model, dw_err *err)
{
  static const char scheme[] = "mlflow-artifacts:";
  const char *place = dw_buf_cstr(&p->artifacts);
  int code;
  dw_value *answer;
  dw_buf path = {0};
  if (strncmp(place, scheme, sizeof scheme - 1) != 0) return DW_OK; /* a bucket or a disk that only the server knows */
  p->uploaded = p->done;
  if (p->done) return DW_OK;
  place += sizeof scheme - 1;
  if (strncmp(place, "//", 2) == 0) place += 2 + strcspn(place + 2, "/");
  dw_buf_text(&path, "mlflow-artifacts/artifacts");
  if (*place != '/') dw_buf_char(&path, '/');
  dw_http_escape(&path, place, true);
  dw_buf_text(&path, "/model/model.json");
  dw_status status = dw_mlflow_ask(p->mlflow, "PUT", dw_buf_cstr(&path), model->data, model->length, NULL, &code, &answer, err);
  if (status == DW_OK && (code < 200 || code > 299)) status = dw_mlflow_refused("the artifact", code, answer, err);
  p->uploaded = status == DW_OK;
  dw_value_free(answer);
  dw_buf_free(&path);
  return status;
}

static dw_status push_model(push *p, dw_buf *body, dw_err *err)
{
  int code;
  dw_value *answer;
  dw_json json;
  dw_mlflow_body(&json, body);
  dw_json_text(&json, "name", p->name);
  dw_json_close(&json, '}');
  dw_status status =
      dw_mlflow_ask(p->mlflow, "POST", "mlflow/registered-models/create", body->data, body->length, NULL, &code, &answer, err);
  if (status == DW_OK && (code < 200 || code > 299) && strcmp(dw_mlflow_member(answer, "error_code"), "RESOURCE_ALREADY_EXISTS") != 0)
    status = dw_mlflow_refused("registered-models/create", code, answer, err);
  dw_value_free(answer);
  return status;
}

/* The model version of the run, where a former export came so far. */
static dw_status find_version(push *p, dw_err *err)
{
  int code;
  dw_value *answer;
  dw_buf path = {0}, filter = {0};
  dw_buf_format(&filter, "run_id='%s'", dw_buf_cstr(&p->run));
  dw_buf_text(&path, "mlflow/model-versions/search?filter=");
  dw_http_escape(&path, dw_buf_cstr(&filter), false);
  dw_status status = dw_mlflow_ask(p->mlflow, "GET", dw_buf_cstr(&path), NULL, 0, NULL, &code, &answer, err);
  if (status == DW_OK && (code < 200 || code > 299)) status = dw_mlflow_refused("model-versions/search", code, answer, err);
  for (const dw_value *at = dw_value_first(dw_value_get(answer, "model_versions")); status == DW_OK && at; at = dw_value_next(at))
    if (strcmp(dw_mlflow_member(at, "name"), p->name) == 0) keep(&p->number, dw_mlflow_member(at, "version"));
  dw_value_free(answer);
  dw_buf_free(&path);
  dw_buf_free(&filter);
  return status;
}

static dw_status push_version(push *p, dw_buf *body, dw_err *err)
{
  dw_value *answer;
  dw_json json;
  dw_status found = find_version(p, err);
  if (found != DW_OK || p->number.length) return found;
  dw_buf source = {0};
  dw_buf_format(&source, "%s/model", dw_buf_cstr(&p->artifacts));
  dw_mlflow_body(&json, body);
  dw_json_text(&json, "name", p->name);
  dw_json_text(&json, "source", dw_buf_cstr(&source));
  dw_json_text(&json, "run_id", dw_buf_cstr(&p->run));
  put_tags(p, &json);
  dw_json_close(&json, '}');
  dw_buf_free(&source);
  dw_status status = dw_mlflow_post(p->mlflow, "model-versions/create", body, &answer, err);
  if (status != DW_OK) return status;
  keep(&p->number, dw_mlflow_member(dw_value_get(answer, "model_version"), "version"));
  if (p->number.length == 0) status = dw_err_set(err, DW_ESYSTEM, "MLflow answers model-versions/create without a version");
  dw_value_free(answer);
  return status;
}

/* Stages are deprecated since MLflow 2.9: a server without them is none to complain about where aliases say the same. */
static dw_status push_stage(push *p, dw_buf *body, dw_err *err)
{
  const char *stage = dw_mlflow_member(p->version, "stage");
  dw_value *answer;
  dw_json json;
  int code;
  p->stages = true;
  if (strcmp(stage, "None") == 0 && !p->done) return DW_OK; /* a new one is in no stage */
  dw_mlflow_body(&json, body);
  dw_json_text(&json, "name", p->name);
  dw_json_text(&json, "version", dw_buf_cstr(&p->number));
  dw_json_text(&json, "stage", stage);
  dw_json_bool(&json, "archive_existing_versions", strcmp(stage, "Archived") != 0 && strcmp(stage, "None") != 0);
  dw_json_close(&json, '}');
  dw_status status =
      dw_mlflow_ask(p->mlflow, "POST", "mlflow/model-versions/transition-stage", body->data, body->length, NULL, &code, &answer, err);
  if (status == DW_OK && p->aliases && dw_mlflow_lacks(code, answer)) p->stages = false;
  else if (status == DW_OK && (code < 200 || code > 299)) status = dw_mlflow_refused("model-versions/transition-stage", code, answer, err);
  dw_value_free(answer);
  return status;
}

/* The alias of one of the two stages: the version's when it is in that stage, and not any longer when it is in another. */
static dw_status push_alias(push *p, const char *alias, bool holds, dw_err *err)
{
  dw_status status = DW_OK;
  dw_err none;
  if (!*alias) return DW_OK;
  if (holds) {
    status = dw_mlflow_alias_set(p->mlflow, p->name, alias, dw_buf_cstr(&p->number), err);
    if (status == DW_OK) p->alias = alias;
    return status;
  }
  if (!p->done) return DW_OK; /* a new one has none */
  dw_value *held;
  status = dw_mlflow_alias_find(p->mlflow, p->name, alias, &held, &none);
  bool ours = status == DW_OK && strcmp(dw_mlflow_member(dw_value_get(held, "model_version"), "version"), dw_buf_cstr(&p->number)) == 0;
  dw_value_free(held);
  if (status == DW_ENODATA) return DW_OK;
  if (status != DW_OK) *err = none;
  return ours ? dw_mlflow_alias_delete(p->mlflow, p->name, alias, err) : status;
}

/* A server before 2.3 has no aliases (DW_EDATA): the stage has to do. */
static dw_status push_aliases(push *p, dw_err *err)
{
  const char *stage = dw_mlflow_member(p->version, "stage");
  dw_status status = push_alias(p, p->mlflow->champion, strcmp(stage, "Production") == 0, err);
  if (status == DW_OK) status = push_alias(p, p->mlflow->challenger, strcmp(stage, "Staging") == 0, err);
  p->aliases = status == DW_OK && (*p->mlflow->champion || *p->mlflow->challenger);
  return status == DW_EDATA ? DW_OK : status;
}

static dw_status push_end(push *p, dw_buf *body, bool good, dw_err *err)
{
  dw_json json;
  if (p->done) return DW_OK;
  dw_mlflow_body(&json, body);
  dw_json_text(&json, "run_id", dw_buf_cstr(&p->run));
  dw_json_text(&json, "status", good ? "FINISHED" : "FAILED");
  dw_json_integer(&json, "end_time", p->mlflow->now / 1000);
  dw_json_close(&json, '}');
  return dw_mlflow_post(p->mlflow, "runs/update", body, NULL, err);
}

static void push_write(push *p, dw_buf *out)
{
  dw_json json;
  char time[DW_TIME_TEXT];
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "model_export");
  dw_json_text(&json, "version", dw_mlflow_member(p->version, "version"));
  dw_json_text(&json, "to", "mlflow");
  dw_json_text(&json, "name", p->name);
  dw_json_text(&json, "mlflow_version", dw_buf_cstr(&p->number));
  dw_json_text(&json, "run_id", dw_buf_cstr(&p->run));
  dw_json_text(&json, "experiment_id", dw_buf_cstr(&p->experiment));
  dw_json_text(&json, "stage", dw_mlflow_member(p->version, "stage"));
  dw_json_text(&json, "alias", p->alias);
  dw_json_bool(&json, "stages", p->stages);
  dw_json_text(&json, "artifacts", p->artifacts.length ? dw_buf_cstr(&p->artifacts) : NULL);
  dw_json_bool(&json, "uploaded", p->uploaded);
  dw_json_bool(&json, "already_there", p->done);
  dw_json_bytes(&json, "time", time, dw_time_print(time, p->mlflow->now));
  dw_made_by_write(&json, p->mlflow->made_by, p->mlflow->made_by ? strlen(p->mlflow->made_by) : 0);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

dw_status dw_mlflow_export(const dw_mlflow *mlflow, const char *version, size_t length, const dw_buf *model, dw_buf *out, dw_err *err)
{
  push p = {.mlflow = mlflow, .start = mlflow->now / 1000};
  dw_buf body = {0};
  dw_err ignored;
  dw_status status = dw_value_parse(&p.version, version, length, "version", 0, err);
  if (status != DW_OK) return status;
  p.name = dw_mlflow_member(p.version, "name");
  make_key(&p);
  status = push_experiment(&p, &body, err);
  if (status == DW_OK) status = push_run(&p, &body, err);
  if (status == DW_OK && !p.done) status = push_metrics(&p, &body, err);
  if (status == DW_OK) status = push_artifact(&p, model, err);
  if (status == DW_OK) status = push_model(&p, &body, err);
  if (status == DW_OK) status = push_version(&p, &body, err);
  if (status == DW_OK) status = push_aliases(&p, err);
  if (status == DW_OK) status = push_stage(&p, &body, err);
  if (status == DW_OK) status = push_end(&p, &body, true, err);
  else if (p.run.length) push_end(&p, &body, false, &ignored); /* the first refusal is what counts */
  if (status == DW_OK) push_write(&p, out);
  dw_buf_free(&body);
  dw_buf_free(&p.experiment);
  dw_buf_free(&p.run);
  dw_buf_free(&p.artifacts);
  dw_buf_free(&p.number);
  dw_value_free(p.version);
  return status;
}
