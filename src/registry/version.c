#include "registry/version.h"

#include "base/digest.h"
#include "io/text/json.h"
#include "io/text/lines.h"
#include "io/text/made_by.h"

static bool text_is(const dw_value *object, const char *key, const char *text)
{
  return strcmp(dw_value_text(dw_value_get(object, key), ""), text) == 0;
}

static void put_value(dw_json *json, const char *key, const dw_value *value)
{
  dw_buf text = {0};
  if (value) dw_value_print(value, &text);
  else dw_buf_text(&text, "null");
  dw_json_raw(json, key, text.data, text.length);
  dw_buf_free(&text);
}

void dw_version_digest(const char *model, size_t length, char out[33])
{
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, model, length);
  dw_digest_text(&digest, out);
}

/* --- the model --- */

static const dw_value *booster_of(const dw_value *model)
{
  return dw_value_get(dw_value_get(dw_value_get(model, "learner"), "gradient_booster"), "name");
}

static void put_model(dw_json *json, const dw_version_source *source, const dw_value *model, bool ours)
{
  char digest[33];
  dw_version_digest(source->model, source->model_length, digest);
  dw_json_open(json, "model", '{');
  dw_json_text(json, "format", ours ? "driftwatch" : "xgboost");
  dw_json_integer(json, "bytes", (int64_t)source->model_length);
  dw_json_text(json, "digest", digest);
  dw_json_text(json, "task", ours ? dw_value_text(dw_value_get(model, "task"), NULL) : NULL);
  dw_json_text(json, "booster_kind", dw_value_text(ours ? dw_value_get(model, "booster_kind") : booster_of(model), NULL));
  dw_json_close(json, '}');
}

static void put_made_by(dw_json *json, const dw_value *stages, const char *own)
{
  dw_buf all = {0};
  dw_made_by_copy(&all, stages);
  if (own) dw_made_by_append(&all, own, strlen(own));
  dw_made_by_write(json, all.data, all.length);
  dw_buf_free(&all);
}

/* --- metrics --- */

/* Of all rows: neither of a window nor of a segment. */
static bool metric_overall(const dw_value *metric)
{
  return dw_value_kind(dw_value_get(metric, "window")) == DW_VALUE_NULL && dw_value_kind(dw_value_get(metric, "segment")) == DW_VALUE_NULL;
}

static dw_status put_metric(dw_json *json, const dw_version_source *source, const char *line, size_t length, uint64_t number, size_t *count,
                            dw_err *err)
{
  dw_value *metric;
  dw_status status = dw_value_parse(&metric, line, length, source->metrics_name, number, err);
  if (status != DW_OK) return status;
  if (dw_value_kind(metric) != DW_VALUE_OBJECT || dw_value_kind(dw_value_get(metric, "kind")) != DW_VALUE_STRING) {
    status = dw_err_at(err, DW_EDATA, source->metrics_name, number, 0, "expected a document of dw-eval, an object with a \"kind\"");
  } else if (text_is(metric, "kind", "metric") && metric_overall(metric)) {
    ++*count;
    dw_json_open(json, NULL, '{');
    for (const dw_value *member = dw_value_first(metric); member; member = dw_value_next(member)) {
      const char *key = dw_value_key(member);
      if (strcmp(key, "kind") != 0 && strcmp(key, "window") != 0 && strcmp(key, "segment") != 0) put_value(json, key, member);
    }
    dw_json_close(json, '}');
  }
  dw_value_free(metric);
  return status;
}

static dw_status put_metrics(dw_json *json, const dw_version_source *source, dw_err *err)
{
  dw_status status = DW_OK;
  size_t count = 0;
  dw_lines lines = dw_lines_of(source->metrics, source->metrics ? source->metrics_length : 0);
  dw_json_open(json, "metrics", '[');
  for (dw_line line; status == DW_OK && dw_lines_next(&lines, &line);)
    if (!dw_line_blank(&line)) status = put_metric(json, source, line.text, line.length, line.number, &count, err);
  dw_json_close(json, ']');
  if (status == DW_OK && source->metrics && count == 0)
    status = dw_err_at(err, DW_EDATA, source->metrics_name, 0, 0,
                       "no metric of all rows in it (a line of dw-eval, \"kind\":\"metric\", window and segment null)");
  return status;
}

/* --- all of it --- */

dw_status dw_version_describe(const dw_version_source *source, dw_buf *out, dw_err *err)
{
  dw_value *model;
  bool other = source->text != NULL;
  dw_status status = dw_value_parse(&model, other ? source->text : source->model, other ? source->text_length : source->model_length,
                                    source->model_name, 0, err);
  if (status != DW_OK) return status;
  bool ours = text_is(model, "kind", "model"), theirs = !dw_value_get(model, "kind") && dw_value_get(model, "learner");
  if (!ours && !theirs) {
    status = dw_err_at(err, DW_EDATA, source->model_name, 0, 0,
                       "neither a model of dw-train (\"kind\":\"model\") nor an XGBoost model in JSON or UBJSON");
    dw_value_free(model);
    return status;
  }
  dw_buf text = {0};
  dw_json json;
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "name", source->name ? source->name : "model");
  put_model(&json, source, model, ours);
  status = put_metrics(&json, source, err);
  put_value(&json, "training_metrics", ours ? dw_value_get(model, "metrics") : NULL);
  const dw_value *stages = dw_value_get(model, "made_by"), *inputs = dw_value_get(dw_value_first(stages), "inputs");
  put_value(&json, "data", dw_value_kind(inputs) == DW_VALUE_ARRAY ? inputs : NULL);
  put_made_by(&json, stages, source->made_by);
  dw_json_close(&json, '}');
  if (status == DW_OK) dw_buf_add(out, text.data + 1, text.length - 2);
  dw_buf_free(&text);
  dw_value_free(model);
  return status;
}
