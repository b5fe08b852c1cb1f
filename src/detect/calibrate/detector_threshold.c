#include "detect/calibrate/detector_threshold.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "detect/online/detector_state.h"
#include "io/bytes/input.h"
#include "io/text/lines.h"

enum { FILE_MOST = 64 << 20 };

/* --- write --- */

static void write_source(const dw_detector_threshold_made *made, dw_json *json)
{
  const dw_run_source *source = made->search->source;
  dw_json_text(json, "simulated", made->simulated);
  if (made->simulated) {
    static const char *const of_samples[] = {"resampling", "block", "values", "missing"};
    for (size_t i = 0; i < sizeof of_samples / sizeof *of_samples; i++) dw_json_null(json, of_samples[i]);
    return;
  }
  dw_json_text(json, "resampling", !source->block ? "order" : source->block == 1 ? "rows" : "blocks");
  if (source->block) dw_json_integer(json, "block", (int64_t)source->block);
  else dw_json_null(json, "block");
  dw_json_integer(json, "values", (int64_t)source->count);
  dw_json_integer(json, "missing", (int64_t)made->missing);
}

void dw_detector_threshold_write(const dw_run_threshold *found, const dw_detector_threshold_made *made, dw_json *json)
{
  const dw_detector_method *method = made->detector->method;
  const dw_detector_parameter *p = &method->parameter[found->parameter];
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "detector_threshold");
  dw_json_text(json, "column", made->column);
  dw_json_text(json, "method", method->name);
  dw_json_text(json, "parameter", p->name);
  dw_json_number(json, "threshold", found->value);
  dw_detector_parameters_write(json, made->detector);
  dw_json_number(json, "asked", made->search->wanted);
  dw_json_number(json, "false_alarm_every", found->measured.mean);
  dw_json_number(json, "low", found->low);
  dw_json_number(json, "high", found->high);
  dw_json_number(json, "standard_error", found->measured.mean * found->measured.error);
  dw_json_integer(json, "alarms", (int64_t)found->measured.alarms);
  dw_json_integer(json, "streams", (int64_t)found->measured.streams);
  dw_json_integer(json, "stream_rows", (int64_t)(found->measured.rows / found->measured.streams));
  dw_json_number(json, "sought", found->sought.mean);
  dw_json_integer(json, "tried", (int64_t)found->tried);
  write_source(made, json);
  dw_json_integer(json, "seed", (int64_t)made->search->seed);
}

/* --- read --- */

static dw_status take_parameters(dw_detector *detector, const dw_value *parameters, dw_err *err)
{
  dw_status status = DW_OK;
  for (const dw_value *p = dw_value_first(parameters); p && status == DW_OK; p = dw_value_next(p)) {
    dw_buf text = {0};
    if (dw_value_kind(p) == DW_VALUE_STRING) dw_buf_text(&text, dw_value_text(p, ""));
    else dw_value_print(p, &text);
    status = dw_detector_set(detector, dw_value_key(p), dw_buf_cstr(&text), err);
    dw_buf_free(&text);
  }
  if (status == DW_OK && detector->method->check) status = detector->method->check(detector->parameter, err);
  return status;
}

static dw_status take(dw_detector_thresholds *out, const dw_value *document, const char *name, uint64_t line, dw_err *err)
{
  const char *word = dw_value_text_of(document, "method", NULL), *column = dw_value_text_of(document, "column", NULL);
  const dw_detector_method *method = word ? dw_detector_find(word) : NULL;
  if (!method) return dw_err_at(err, DW_EDATA, name, line, 0, "\"method\": expected a method of dw-detect");
  if (out->count && out->item[0].detector.method != method)
    return dw_err_at(err, DW_EDATA, name, line, 0, "thresholds of %s and of %s: one run has one method", out->item[0].detector.method->name,
                     method->name);
  dw_detector detector;
  dw_err why;
  dw_detector_init(&detector, method);
  if (dw_value_kind(dw_value_get(document, "parameters")) != DW_VALUE_OBJECT)
    return dw_err_at(err, DW_EDATA, name, line, 0, "\"parameters\": expected an object");
  if (take_parameters(&detector, dw_value_get(document, "parameters"), &why) != DW_OK)
    return dw_err_at(err, DW_EDATA, name, line, 0, "\"parameters\": %s", why.message);
  out->item = dw_grow(out->item, &out->capacity, out->count + 1, sizeof *out->item);
  out->item[out->count++] = (dw_detector_threshold){column ? dw_strdup(column) : NULL, detector};
  return DW_OK;
}

static dw_status take_line(dw_detector_thresholds *out, const dw_line *at, const char *name, bool *ended, dw_err *err)
{
  dw_value *value;
  if (dw_line_blank(at)) return DW_OK;
  dw_status status = dw_value_parse(&value, at->text, at->length, name, at->number, err);
  if (status != DW_OK) return status;
  const char *kind = dw_value_text_of(value, "kind", NULL);
  if (!kind) status = dw_err_at(err, DW_EDATA, name, at->number, 0, "not a document: expected an object with \"kind\"");
  else if (strcmp(kind, "detector_threshold") == 0) status = take(out, value, name, at->number, err), *ended = false;
  else if (strcmp(kind, "thresholds") == 0) *ended = true;
  dw_value_free(value);
  return status;
}

dw_status dw_detector_thresholds_parse(dw_detector_thresholds *out, const char *text, size_t length, const char *name, dw_err *err)
{
  bool ended = false;
  dw_status status = DW_OK;
  *out = (dw_detector_thresholds){0};
  dw_lines lines = dw_lines_of(text, length);
  for (dw_line line; status == DW_OK && dw_lines_next(&lines, &line);) status = take_line(out, &line, name, &ended, err);
  if (status == DW_OK && !out->count)
    status = dw_err_set(err, DW_EDATA, "%s: no thresholds of detectors: expected the output of dw-calibrate detector", name);
  else if (status == DW_OK && !ended)
    status = dw_err_set(err, DW_EDATA, "%s: cut short: the document of kind \"thresholds\" that ends it is missing", name);
  if (status != DW_OK) dw_detector_thresholds_free(out);
  return status;
}

dw_status dw_detector_thresholds_read(dw_detector_thresholds *out, const char *path, dw_err *err)
{
  char *text;
  size_t length;
  dw_status status = dw_input_whole(path, FILE_MOST, &text, &length, err);
  if (status != DW_OK) return status;
  status = dw_detector_thresholds_parse(out, text, length, path, err);
  dw_free(text);
  return status;
}

void dw_detector_thresholds_free(dw_detector_thresholds *thresholds)
{
  for (size_t i = 0; i < thresholds->count; i++) dw_free(thresholds->item[i].column);
  dw_free(thresholds->item);
  *thresholds = (dw_detector_thresholds){0};
}

const dw_detector *dw_detector_thresholds_find(const dw_detector_thresholds *thresholds, const char *column)
{
  const dw_detector *any = NULL;
  for (size_t i = 0; i < thresholds->count; i++) {
    const dw_detector_threshold *item = &thresholds->item[i];
    if (item->column && strcmp(item->column, column) == 0) return &item->detector;
    if (!item->column) any = &item->detector;
  }
  return any;
}
