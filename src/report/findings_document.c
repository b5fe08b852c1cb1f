/* One finding or summary from JSON into the model. A field of the wrong type is an error with its line: a report must not show
 * half of what was found. Absent and null are the same. Fields that are not known are passed over. */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "io/json.h"
#include "report/findings.h"

/* Where we are, for messages; the first error sticks, so that fields can be read one after the other without a check each. */
typedef struct place {
  dw_report *report;
  const char *name;
  uint64_t line;
  dw_status status;
  dw_err *err;
} place;

static void refuse(place *at, const char *key, const char *wanted)
{
  if (at->status == DW_OK) at->status = dw_err_at(at->err, DW_EDATA, at->name, at->line, 0, "\"%s\": expected %s", key, wanted);
}

/* The member, or NULL when it is absent or null; anything but `kind` is refused. */
static const dw_value *member(place *at, const dw_value *object, const char *key, dw_value_type kind, const char *wanted)
{
  const dw_value *value = dw_value_get(object, key);
  if (dw_value_kind(value) == DW_VALUE_NULL) return NULL;
  if (dw_value_kind(value) != kind) {
    refuse(at, key, wanted);
    return NULL;
  }
  return value;
}

static double number(place *at, const dw_value *object, const char *key)
{
  return dw_value_number(member(at, object, key, DW_VALUE_NUMBER, "a number or null"), NAN);
}

static bool truth(place *at, const dw_value *object, const char *key)
{
  return dw_value_bool(member(at, object, key, DW_VALUE_BOOL, "true or false"), false);
}

static const char *keep(place *at, const char *text) { return dw_arena_strndup(&at->report->arena, text, strlen(text)); }

static const char *text(place *at, const dw_value *object, const char *key, const char *otherwise)
{
  const dw_value *value = member(at, object, key, DW_VALUE_STRING, "a string");
  return value ? keep(at, dw_value_text(value, "")) : otherwise;
}

static const dw_value *list(place *at, const dw_value *object, const char *key)
{
  return member(at, object, key, DW_VALUE_ARRAY, "an array");
}

/* The value of a category: a string, or a number or truth value as it prints. */
static const char *plain(place *at, const dw_value *value)
{
  if (dw_value_kind(value) == DW_VALUE_STRING) return keep(at, dw_value_text(value, ""));
  dw_buf buf = {0};
  dw_value_print(value, &buf);
  const char *copy = dw_arena_strndup(&at->report->arena, buf.data ? buf.data : "", buf.length);
  dw_buf_free(&buf);
  return copy;
}

static const char *printed(place *at, const dw_value *value, const char *otherwise) { return value ? plain(at, value) : otherwise; }

static void *room(place *at, size_t count, size_t size)
{
  void *memory = dw_arena_alloc(&at->report->arena, (count ? count : 1) * size);
  memset(memory, 0, (count ? count : 1) * size);
  return memory;
}

static dw_report_severity severity(place *at, const dw_value *object)
{
  const dw_value *value = member(at, object, "severity", DW_VALUE_STRING, "none, low, medium or high");
  if (!value) return DW_REPORT_NONE;
  for (int i = DW_REPORT_NONE; i <= DW_REPORT_HIGH; i++)
    if (!strcmp(dw_value_text(value, ""), dw_report_severity_word((dw_report_severity)i))) return (dw_report_severity)i;
  refuse(at, "severity", "none, low, medium or high");
  return DW_REPORT_NONE;
}

static const dw_report_category *categories(place *at, const dw_value *array, const char *key, size_t *count)
{
  size_t most = dw_value_count(array);
  dw_report_category *out = room(at, most, sizeof *out);
  *count = 0;
  for (const dw_value *item = array ? dw_value_first(array) : NULL; item; item = dw_value_next(item)) {
    if (dw_value_kind(item) != DW_VALUE_OBJECT) {
      refuse(at, key, "objects with \"value\" and \"count\"");
      break;
    }
    out[(*count)++] = (dw_report_category){plain(at, dw_value_get(item, "value")), number(at, item, "count")};
  }
  return out;
}

static void read_quantiles(place *at, dw_report_side *side, const dw_value *object)
{
  if (!object) return;
  dw_report_quantile *out = room(at, dw_value_count(object), sizeof *out);
  for (const dw_value *item = dw_value_first(object); item; item = dw_value_next(item)) {
    const char *key = dw_value_key(item);
    double p;
    if (!dw_num_parse(key, strlen(key), &p, NULL) || !(p >= 0 && p <= 1)) {
      refuse(at, "quantiles", "probabilities from 0 to 1 as keys");
      return;
    }
    if (dw_value_kind(item) == DW_VALUE_NULL) continue;
    if (dw_value_kind(item) != DW_VALUE_NUMBER) {
      refuse(at, "quantiles", "numbers");
      return;
    }
    size_t i = side->quantile_count++;
    for (; i > 0 && out[i - 1].at > p; i--) out[i] = out[i - 1];
    out[i] = (dw_report_quantile){p, dw_value_number(item, NAN)};
  }
  side->quantiles = out;
}

static double *numbers(place *at, const dw_value *array, size_t count)
{
  double *out = room(at, count, sizeof *out);
  size_t i = 0;
  for (const dw_value *item = dw_value_first(array); item && i < count; item = dw_value_next(item)) {
    if (dw_value_kind(item) != DW_VALUE_NUMBER && dw_value_kind(item) != DW_VALUE_NULL) refuse(at, "histogram", "numbers");
    out[i++] = dw_value_number(item, NAN);
  }
  return out;
}

static void read_histogram(place *at, dw_report_side *side, const dw_value *object)
{
  if (!object) return;
  const dw_value *edges = list(at, object, "edges"), *counts = list(at, object, "counts");
  size_t edge_count = dw_value_count(edges), bins = dw_value_count(counts);
  if (bins == 0 && edge_count <= 1) return; /* nothing was counted */
  if (edge_count != bins + 1 || bins > DW_FINDINGS_BINS) {
    refuse(at, "histogram", "one more edge than counts, and at most 65536 bins");
    return;
  }
  const double *edge = numbers(at, edges, edge_count), *counted = numbers(at, counts, bins);
  for (size_t i = 0; i < bins; i++) {
    bool outer = i == 0 || i + 1 == bins;
    bool ascending = edge[i + 1] > edge[i] || (outer && (isnan(edge[i]) || isnan(edge[i + 1]))) || (bins == 1 && edge[1] == edge[0]);
    if (!ascending || !(counted[i] >= 0)) {
      refuse(at, "histogram", "edges that ascend and counts from 0");
      return;
    }
  }
  side->edges = edge;
  side->counts = counted;
  side->bins = bins;
}

static dw_report_side read_side(place *at, const dw_value *finding, const char *key)
{
  const dw_value *o = member(at, finding, key, DW_VALUE_OBJECT, "an object");
  dw_report_side side = {.given = o != NULL};
  side.count = number(at, o, "count");
  side.missing = number(at, o, "missing");
  side.infinite = number(at, o, "infinite");
  side.share = number(at, o, "share");
  side.distinct = number(at, o, "distinct");
  side.mean = number(at, o, "mean");
  side.std = number(at, o, "std");
  side.min = number(at, o, "min");
  side.max = number(at, o, "max");
  side.value = number(at, o, "value");
  side.low = number(at, o, "low");
  side.high = number(at, o, "high");
  side.other = number(at, o, "other");
  read_quantiles(at, &side, member(at, o, "quantiles", DW_VALUE_OBJECT, "an object"));
  read_histogram(at, &side, member(at, o, "histogram", DW_VALUE_OBJECT, "an object"));
  side.categories = categories(at, list(at, o, "categories"), "categories", &side.category_count);
  return side;
}

static void read_detail(place *at, dw_report_finding *finding, const dw_value *o)
{
  finding->detail = o ? plain(at, o) : NULL;
  if (!strcmp(finding->check, "schema")) {
    finding->change = text(at, o, "change", "");
    finding->type_before = text(at, o, "reference", "");
    finding->type_now = text(at, o, "current", "");
  } else if (!strcmp(finding->check, "new_categories")) {
    finding->appeared = categories(at, list(at, o, "new"), "new", &finding->appeared_listed);
    finding->vanished = categories(at, list(at, o, "vanished"), "vanished", &finding->vanished_listed);
    finding->appeared_count = dw_value_number(dw_value_get(o, "new_count"), (double)finding->appeared_listed);
    finding->vanished_count = dw_value_number(dw_value_get(o, "vanished_count"), (double)finding->vanished_listed);
  } else if (!strcmp(finding->check, "value_range")) {
    finding->below = number(at, o, "below");
    finding->above = number(at, o, "above");
    finding->low = number(at, o, "low");
    finding->high = number(at, o, "high");
  }
}

static void read_finding(place *at, const dw_value *o)
{
  dw_report_finding f = {0};
  f.check = text(at, o, "check", "");
  f.column = text(at, o, "column", "");
  f.type = text(at, o, "type", "");
  f.method = text(at, o, "method", "");
  f.rule = text(at, o, "rule", "");
  f.direction = text(at, o, "direction", NULL);
  f.warning = text(at, o, "warning", NULL);
  f.error = text(at, o, "error", NULL);
  f.statistic = number(at, o, "statistic");
  f.p_value = number(at, o, "p_value");
  f.p_adjusted = number(at, o, "p_adjusted");
  f.score = number(at, o, "score");
  f.threshold = number(at, o, "threshold");
  f.effect_size = number(at, o, "effect_size");
  f.rank_error = number(at, o, "rank_error");
  if (dw_value_kind(dw_value_get(o, "drift")) != DW_VALUE_BOOL) refuse(at, "drift", "true or false");
  f.drift = truth(at, o, "drift");
  f.approximate = truth(at, o, "approximate");
  f.severity = severity(at, o);
  f.reference = read_side(at, o, "reference");
  f.current = read_side(at, o, "current");
  f.below = f.above = f.low = f.high = f.appeared_count = f.vanished_count = NAN;
  if (!*f.check) refuse(at, "check", "the name of a check");
  static const char *const rules[] = {"", ">=", ">", "<=", "<"};
  bool known = false;
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) known |= !strcmp(f.rule, rules[i]);
  if (!known) refuse(at, "rule", ">=, >, <= or <");
  read_detail(at, &f, member(at, o, "detail", DW_VALUE_OBJECT, "an object"));
  if (at->status != DW_OK) return;
  dw_report_section *section = dw_findings_section(at->report);
  section->findings = dw_grow(section->findings, &section->capacity, section->count + 1, sizeof *section->findings);
  section->findings[section->count++] = f;
}

static const char *const *texts(place *at, const dw_value *array, const char *key, size_t *count)
{
  const char **out = room(at, dw_value_count(array), sizeof *out);
  *count = 0;
  for (const dw_value *item = array ? dw_value_first(array) : NULL; item; item = dw_value_next(item)) {
    if (dw_value_kind(item) != DW_VALUE_STRING) refuse(at, key, "strings");
    out[(*count)++] = keep(at, dw_value_text(item, ""));
  }
  return out;
}

static void read_uncompared(place *at, dw_report_summary *s, const dw_value *array)
{
  dw_report_uncompared *out = room(at, dw_value_count(array), sizeof *out);
  for (const dw_value *item = array ? dw_value_first(array) : NULL; item; item = dw_value_next(item))
    out[s->uncompared_count++] =
        (dw_report_uncompared){text(at, item, "column", ""), text(at, item, "type", ""), text(at, item, "reason", "")};
  s->uncompared = out;
}

static void read_stage(place *at, dw_report_stage *stage, const dw_value *o)
{
  stage->command = text(at, o, "command", "");
  stage->version = text(at, o, "version", "");
  stage->seed = number(at, o, "seed");
  stage->arguments = texts(at, list(at, o, "arguments"), "arguments", &stage->argument_count);
  const dw_value *inputs = list(at, o, "inputs");
  dw_report_source *source = room(at, dw_value_count(inputs), sizeof *source);
  for (const dw_value *item = inputs ? dw_value_first(inputs) : NULL; item; item = dw_value_next(item))
    source[stage->input_count++] =
        (dw_report_source){text(at, item, "name", ""), text(at, item, "digest", ""), number(at, item, "rows"), number(at, item, "bytes")};
  stage->inputs = source;
}

static void read_summary(place *at, const dw_value *o)
{
  dw_report_summary s = {.given = true};
  if (dw_value_kind(dw_value_get(o, "drift")) != DW_VALUE_BOOL) refuse(at, "drift", "true or false");
  s.drift = truth(at, o, "drift");
  s.dataset_drift = truth(at, o, "dataset_drift");
  s.severity = severity(at, o);
  s.columns = number(at, o, "columns");
  s.drifted = number(at, o, "drifted");
  s.drift_share = number(at, o, "drift_share");
  s.drift_share_threshold = number(at, o, "drift_share_threshold");
  s.reference_rows = number(at, o, "reference_rows");
  s.current_rows = number(at, o, "current_rows");
  s.skipped_records = number(at, o, "skipped_records");
  s.fail_on = texts(at, list(at, o, "fail_on"), "fail_on", &s.fail_on_count);
  s.drifted_columns = texts(at, list(at, o, "drifted_columns"), "drifted_columns", &s.drifted_column_count);
  read_uncompared(at, &s, list(at, o, "not_compared"));
  const dw_value *made_by = list(at, o, "made_by");
  s.made_by = printed(at, made_by, "[]");
  dw_report_stage *stages = room(at, dw_value_count(made_by), sizeof *stages);
  for (const dw_value *item = made_by ? dw_value_first(made_by) : NULL; item; item = dw_value_next(item))
    read_stage(at, &stages[s.stage_count++], item);
  s.stages = stages;
  if (at->status == DW_OK) dw_findings_section(at->report)->summary = s;
}

dw_status dw_findings_document(dw_report *report, const struct cJSON *document, const char *name, uint64_t line, dw_err *err)
{
  place at = {report, name, line, DW_OK, err};
  const dw_value *kind = dw_value_get(document, "kind");
  if (dw_value_kind(kind) != DW_VALUE_STRING)
    return dw_err_at(err, DW_EDATA, name, line, 0, "expected a document with \"kind\" (a finding or a summary, as dw-compare writes them)");
  if (!strcmp(dw_value_text(kind, ""), "finding"))
    read_finding(&at, document);
  else if (!strcmp(dw_value_text(kind, ""), "summary"))
    read_summary(&at, document);
  else
    report->ignored++;
  return at.status;
}
