#include "detect/check/calibrated.h"
#include "detect/check/methods.h"

#include <math.h>

#include "io/bytes/input.h"
#include "io/text/lines.h"
#include "stats/shift/omnibus.h"

enum { FILE_MOST = 256 << 20 };
#define SIZE_SLACK 0.1 /* the scale of a statistic goes as the root of the sizes: a tenth of them is a twentieth of it */

static const char scale_winsorised[] = "winsorised";

static bool is_distribution(dw_check check) { return dw_check_is_distribution(check) || dw_check_of(check)->judges == DW_JUDGES_JOINT; }

/* --- reading --- */

static const char *kept(dw_calibrated *out, const dw_value *value)
{
  const char *text = dw_value_text(value, NULL);
  return text ? dw_arena_strndup(&out->names, text, strlen(text)) : NULL;
}

/* How its score is to be made. */
static dw_status take_making(dw_threshold *item, const dw_value *document, const char *name, uint64_t line, dw_err *err)
{
  const dw_value *scale = dw_value_get(document, "scale"), *given = dw_value_get(document, "deals");
  double deals = given ? dw_value_number(given, NAN) : 0;
  if (scale && strcmp(dw_value_text(scale, ""), scale_winsorised) != 0)
    return dw_err_at(err, DW_EDATA, name, line, 0, "\"scale\": expected \"%s\"", scale_winsorised);
  if (!(deals >= 0 && deals <= DW_OMNIBUS_DEALS_MOST && deals == floor(deals)))
    return dw_err_at(err, DW_EDATA, name, line, 0, "\"deals\": expected a whole number up to %d", DW_OMNIBUS_DEALS_MOST);
  item->winsorised = scale != NULL;
  item->deals = (unsigned)deals;
  return DW_OK;
}

static dw_status take_threshold(dw_calibrated *out, const dw_value *document, const char *name, uint64_t line, dw_err *err)
{
  dw_status status;
  const char *check_word = dw_value_text(dw_value_get(document, "check"), NULL);
  double value = dw_value_number(dw_value_get(document, "threshold"), NAN);
  if (dw_value_kind(dw_value_get(document, "threshold")) == DW_VALUE_NULL) return DW_OK; /* no run had an answer */
  if (isnan(value)) return dw_err_at(err, DW_EDATA, name, line, 0, "\"threshold\": expected a number");
  if (check_word && strcmp(check_word, "drift_share") == 0) {
    out->share = value;
    return DW_OK;
  }
  dw_threshold item = {.column = kept(out, dw_value_get(document, "column")),
                       .method = kept(out, dw_value_get(document, "method")),
                       .threshold = value,
                       .rows = dw_value_number(dw_value_get(document, "rows"), 0),
                       .reference_rows = dw_value_number(dw_value_get(document, "reference_rows"), 0)};
  status = take_making(&item, document, name, line, err);
  if (status != DW_OK) return status;
  dw_check check = dw_check_named(check_word);
  if (check == DW_CHECK_UNKNOWN) return dw_err_at(err, DW_EDATA, name, line, 0, "\"check\": no check of this name");
  if (!item.column) return dw_err_at(err, DW_EDATA, name, line, 0, "\"column\": expected a text");
  if (!dw_rule_find(dw_value_text(dw_value_get(document, "rule"), NULL), &item.rule))
    return dw_err_at(err, DW_EDATA, name, line, 0, "\"rule\": expected one of >=, >, <=, <");
  if (!item.method || (is_distribution(check) && !dw_method_find(item.method)))
    return dw_err_at(err, DW_EDATA, name, line, 0, "\"method\": no method of this name");
  item.check = is_distribution(check) ? DW_CHECK_COLUMN : check;
  out->item = dw_grow(out->item, &out->capacity, out->count + 1, sizeof *out->item);
  out->item[out->count++] = item;
  return DW_OK;
}

static void take_last(dw_calibrated *out, const dw_value *document)
{
  out->level = dw_value_number(dw_value_get(document, "level"), NAN);
  out->match = kept(out, dw_value_get(document, "match"));
  out->zone = kept(out, dw_value_get(document, "zone"));
}

static dw_status take_line(dw_calibrated *out, const dw_line *at, const char *name, bool *ended, dw_err *err)
{
  uint64_t line = at->number;
  if (dw_line_blank(at)) return DW_OK;
  dw_value *value;
  dw_status status = dw_value_parse(&value, at->text, at->length, name, line, err);
  if (status != DW_OK) return status;
  const char *kind = dw_value_text(dw_value_get(value, "kind"), NULL);
  if (!kind) status = dw_err_at(err, DW_EDATA, name, line, 0, "not a document: expected an object with \"kind\"");
  else if (strcmp(kind, "threshold") == 0) status = take_threshold(out, value, name, line, err), *ended = false;
  else if (strcmp(kind, "thresholds") == 0) take_last(out, value), *ended = true;
  dw_value_free(value);
  return status;
}

dw_status dw_calibrated_parse(dw_calibrated *out, const char *text, size_t length, const char *name, dw_err *err)
{
  bool ended = false;
  *out = (dw_calibrated){.share = NAN, .level = NAN};
  dw_arena_init(&out->names);
  dw_status status = DW_OK;
  dw_lines lines = dw_lines_of(text, length);
  for (dw_line line; status == DW_OK && dw_lines_next(&lines, &line);) status = take_line(out, &line, name, &ended, err);
  if (status == DW_OK && !ended)
    status = dw_err_set(err, DW_EDATA, "%s: %s", name,
                        out->count ? "cut short: the document of kind \"thresholds\" that ends it is missing"
                                   : "no thresholds: expected the output of dw-calibrate thresholds or adaptive");
  if (status != DW_OK) dw_calibrated_free(out);
  return status;
}

dw_status dw_calibrated_read(dw_calibrated *out, const char *path, dw_err *err)
{
  char *text;
  size_t length;
  dw_status status = dw_input_whole(path, FILE_MOST, &text, &length, err);
  if (status != DW_OK) return status;
  status = dw_calibrated_parse(out, text, length, path, err);
  dw_free(text);
  return status;
}

void dw_calibrated_free(dw_calibrated *calibrated)
{
  dw_free(calibrated->item);
  dw_arena_free(&calibrated->names);
  *calibrated = (dw_calibrated){.share = NAN, .level = NAN};
}

/* --- use --- */

const dw_threshold *dw_calibrated_find(const dw_calibrated *calibrated, dw_check check, const char *column, const char *method)
{
  bool distribution = is_distribution(check);
  if (!column || (!distribution && dw_check_of(check)->judges != DW_JUDGES_QUALITY)) return NULL;
  for (size_t i = 0; i < calibrated->count; i++) {
    const dw_threshold *item = &calibrated->item[i];
    if ((distribution ? DW_CHECK_COLUMN : check) != item->check || strcmp(item->column, column) != 0) continue;
    bool any_method = !distribution && check != DW_CHECK_DATA_QUALITY;
    if (any_method || (method && strcmp(item->method, method) == 0)) return item;
  }
  return NULL;
}

static bool size_fits(double made_for, uint64_t rows) { return made_for == 0 || fabs((double)rows - made_for) <= SIZE_SLACK * made_for; }

bool dw_threshold_fits(const dw_threshold *threshold, uint64_t reference_rows, uint64_t rows)
{
  return size_fits(threshold->reference_rows, reference_rows) && size_fits(threshold->rows, rows);
}

const dw_threshold *dw_calibrated_misfit(const dw_calibrated *calibrated, uint64_t reference_rows, uint64_t rows)
{
  for (size_t i = 0; i < calibrated->count; i++)
    if (!dw_threshold_fits(&calibrated->item[i], reference_rows, rows)) return &calibrated->item[i];
  return NULL;
}

const dw_threshold *dw_calibrated_judging(const dw_limits *limits, dw_check check, const char *column, const char *method)
{
  if (!limits->calibrated || !isnan(dw_limits_threshold(limits, check, column, method, NAN))) return NULL;
  return dw_calibrated_find(limits->calibrated, check, column, method);
}

/* Of a test that no run of the calibration had: strict as those that it had. */
static void hold_to_level(dw_finding *finding, const dw_limits *limits)
{
  double level = limits->calibrated->level;
  bool named = !isnan(dw_limits_threshold(limits, finding->check, finding->column, finding->method, NAN));
  if (finding->check != DW_CHECK_DATA_QUALITY || isnan(finding->p_value) || named || !(level > 0 && level < finding->threshold)) return;
  finding->threshold = level;
  finding->rule = DW_RULE_BELOW;
  finding->calibrated = true;
  finding->verdict = DW_VERDICT_BY_RULE;
}

void dw_calibrated_apply(dw_finding *finding, size_t count, const dw_limits *limits, uint64_t reference_rows, uint64_t rows)
{
  for (; count > 0; count--, finding++) {
    const dw_threshold *item = dw_calibrated_judging(limits, finding->check, finding->column, finding->method);
    if (!item) hold_to_level(finding, limits);
    if (!item) continue;
    finding->threshold = item->threshold;
    finding->rule = item->rule;
    finding->calibrated = true;
    finding->verdict = DW_VERDICT_BY_RULE;
    finding->warning = dw_threshold_fits(item, reference_rows, rows) ? NULL : "the threshold was calibrated for other numbers of rows";
  }
}

void dw_threshold_start(const dw_threshold *threshold, dw_json *json)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "threshold");
  dw_json_text(json, "check", threshold->column ? dw_check_of(threshold->check)->name : "drift_share");
  dw_json_text(json, "column", threshold->column);
  dw_json_text(json, "method", threshold->method);
  dw_json_number(json, "threshold", threshold->threshold);
  dw_json_text(json, "rule", dw_rule_text(threshold->rule));
  dw_json_number(json, "rows", threshold->rows > 0 ? threshold->rows : NAN);
  dw_json_number(json, "reference_rows", threshold->reference_rows > 0 ? threshold->reference_rows : NAN);
  if (threshold->deals) dw_json_integer(json, "deals", threshold->deals);
  if (threshold->winsorised) dw_json_text(json, "scale", scale_winsorised);
}
