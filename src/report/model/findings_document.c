/* One finding or summary from JSON into the model; other kinds are control.h's. */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "io/text/json.h"
#include "report/model/control.h"
#include "kinds/fields.h"
#include "report/model/findings.h"

static const dw_report_category *categories(dw_fields *at, const dw_value *array, const char *key, size_t *count)
{
  size_t most = dw_value_count(array);
  dw_report_category *out = dw_fields_room(at, most, sizeof *out);
  *count = 0;
  for (const dw_value *item = array ? dw_value_first(array) : NULL; item; item = dw_value_next(item)) {
    if (dw_value_kind(item) != DW_VALUE_OBJECT) {
      dw_fields_refuse(at, key, "objects with \"value\" and \"count\"");
      break;
    }
    out[(*count)++] = (dw_report_category){dw_fields_plain(at, dw_value_get(item, "value")), dw_fields_number(at, item, "count")};
  }
  return out;
}

static dw_report_strays strays(dw_fields *at, const dw_value *side)
{
  const dw_value *first = dw_value_get(side, "first");
  dw_report_stray *out = dw_fields_room(at, dw_value_count(first), sizeof *out);
  dw_report_strays found = {.count = dw_value_number(dw_value_get(side, "count"), 0), .first = out};
  for (const dw_value *item = first ? dw_value_first(first) : NULL; item; item = dw_value_next(item)) {
    double line = dw_value_number(dw_value_get(item, "line"), NAN);
    out[found.listed++] = (dw_report_stray){dw_fields_plain(at, dw_value_get(item, "value")), line};
  }
  return found;
}

static void read_quantiles(dw_fields *at, dw_report_side *side, const dw_value *object)
{
  if (!object) return;
  dw_report_quantile *out = dw_fields_room(at, dw_value_count(object), sizeof *out);
  for (const dw_value *item = dw_value_first(object); item; item = dw_value_next(item)) {
    const char *key = dw_value_key(item);
    double p;
    if (!dw_num_parse(key, strlen(key), &p, NULL) || !(p >= 0 && p <= 1)) {
      dw_fields_refuse(at, "quantiles", "probabilities from 0 to 1 as keys");
      return;
    }
    if (dw_value_kind(item) == DW_VALUE_NULL) continue;
    if (dw_value_kind(item) != DW_VALUE_NUMBER) {
      dw_fields_refuse(at, "quantiles", "numbers");
      return;
    }
    size_t i = side->quantile_count++;
    for (; i > 0 && out[i - 1].at > p; i--) out[i] = out[i - 1];
    out[i] = (dw_report_quantile){p, dw_value_number(item, NAN)};
  }
  side->quantiles = out;
}

static double *numbers(dw_fields *at, const dw_value *array, size_t count)
{
  double *out = dw_fields_room(at, count, sizeof *out);
  size_t i = 0;
  for (const dw_value *item = dw_value_first(array); item && i < count; item = dw_value_next(item)) {
    if (dw_value_kind(item) != DW_VALUE_NUMBER && dw_value_kind(item) != DW_VALUE_NULL) dw_fields_refuse(at, "histogram", "numbers");
    out[i++] = dw_value_number(item, NAN);
  }
  return out;
}

static void read_histogram(dw_fields *at, dw_report_side *side, const dw_value *object)
{
  if (!object) return;
  const dw_value *edges = dw_fields_list(at, object, "edges"), *counts = dw_fields_list(at, object, "counts");
  size_t edge_count = dw_value_count(edges), bins = dw_value_count(counts);
  if (bins == 0 && edge_count <= 1) return; /* nothing was counted */
  if (edge_count != bins + 1 || bins > DW_FINDINGS_BINS) {
    dw_fields_refuse(at, "histogram", "one more edge than counts, and at most 65536 bins");
    return;
  }
  const double *edge = numbers(at, edges, edge_count), *counted = numbers(at, counts, bins);
  for (size_t i = 0; i < bins; i++) {
    bool outer = i == 0 || i + 1 == bins;
    bool ascending = edge[i + 1] > edge[i] || (outer && (isnan(edge[i]) || isnan(edge[i + 1]))) || (bins == 1 && edge[1] == edge[0]);
    if (!ascending || !(counted[i] >= 0)) {
      dw_fields_refuse(at, "histogram", "edges that ascend and counts from 0");
      return;
    }
  }
  side->edges = edge;
  side->counts = counted;
  side->bins = bins;
}

static dw_report_side read_side(dw_fields *at, const dw_value *finding, const char *key)
{
  const dw_value *o = dw_fields_member(at, finding, key, DW_VALUE_OBJECT, "an object");
  dw_report_side side = {.given = o != NULL};
  side.count = dw_fields_number(at, o, "count");
  side.missing = dw_fields_number(at, o, "missing");
  side.infinite = dw_fields_number(at, o, "infinite");
  side.share = dw_fields_number(at, o, "share");
  side.distinct = dw_fields_number(at, o, "distinct");
  side.mean = dw_fields_number(at, o, "mean");
  side.std = dw_fields_number(at, o, "std");
  side.min = dw_fields_number(at, o, "min");
  side.max = dw_fields_number(at, o, "max");
  side.sampled = dw_fields_number(at, o, "longest") >= 0 ? dw_fields_number(at, o, "sampled") : NAN;
  side.dimension = dw_fields_number(at, o, "dimension");
  const dw_value *norm = dw_fields_member(at, o, "norm", DW_VALUE_OBJECT, "an object");
  side.norm_mean = dw_fields_number(at, norm, "mean");
  side.norm_std = dw_fields_number(at, norm, "std");
  side.value = dw_fields_number(at, o, "value");
  side.low = dw_fields_number(at, o, "low");
  side.high = dw_fields_number(at, o, "high");
  side.other = dw_fields_number(at, o, "other");
  read_quantiles(at, &side, dw_fields_member(at, o, "quantiles", DW_VALUE_OBJECT, "an object"));
  read_histogram(at, &side, dw_fields_member(at, o, "histogram", DW_VALUE_OBJECT, "an object"));
  side.categories = categories(at, dw_fields_list(at, o, "categories"), "categories", &side.category_count);
  return side;
}

static void read_features(dw_fields *at, dw_report_finding *finding, const dw_value *array)
{
  dw_report_feature *out = dw_fields_room(at, dw_value_count(array), sizeof *out);
  for (const dw_value *item = array ? dw_value_first(array) : NULL; item; item = dw_value_next(item)) {
    if (dw_value_kind(item) != DW_VALUE_OBJECT) {
      dw_fields_refuse(at, "features", "objects with \"column\" and \"importance\"");
      break;
    }
    out[finding->feature_count++] = (dw_report_feature){.column = dw_fields_text(at, item, "column", ""),
                                                        .importance = dw_fields_number(at, item, "importance"),
                                                        .gain_share = dw_fields_number(at, item, "gain_share")};
  }
  finding->features = out;
}

/* "columns" are two names for a pair, and a number where all pairs are meant. */
static void read_correlation(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  finding->pairs = dw_fields_number(at, o, "pairs");
  finding->pairs_drifted = dw_fields_number(at, o, "drifted_pairs");
  if (dw_value_kind(dw_value_get(o, "columns")) != DW_VALUE_ARRAY) return;
  size_t count;
  const char *const *names = dw_fields_texts(at, dw_fields_list(at, o, "columns"), "columns", &count);
  if (count != 2) {
    dw_fields_refuse(at, "columns", "two names");
    return;
  }
  finding->pair[0] = names[0];
  finding->pair[1] = names[1];
  finding->measure = dw_fields_text(at, o, "measure", "");
  finding->pair_reference = dw_fields_number(at, o, "reference");
  finding->pair_current = dw_fields_number(at, o, "current");
}

static dw_report_texts read_texts(dw_fields *at, const dw_value *detail, const char *side)
{
  dw_report_texts out = {0};
  const dw_value *list = dw_fields_list(at, dw_fields_object(at, detail, "words"), side);
  dw_report_word *word = dw_fields_room(at, dw_value_count(list), sizeof *word);
  for (const dw_value *item = list ? dw_value_first(list) : NULL; item; item = dw_value_next(item))
    word[out.word_count++] = (dw_report_word){dw_fields_text(at, item, "word", ""), dw_fields_number(at, item, "reference"),
                                              dw_fields_number(at, item, "current")};
  out.words = word;
  out.examples = dw_fields_texts(at, dw_fields_list(at, dw_fields_object(at, detail, "examples"), side), side, &out.example_count);
  return out;
}

static void read_parts(dw_fields *at, dw_report_finding *finding, const dw_value *list)
{
  dw_report_part *part = dw_fields_room(at, dw_value_count(list), sizeof *part);
  finding->parts = part;
  for (const dw_value *item = list ? dw_value_first(list) : NULL; item; item = dw_value_next(item)) {
    const dw_value *bin = dw_fields_list(at, item, "bin"), *low = bin ? dw_value_first(bin) : NULL;
    part[finding->part_count++] = (dw_report_part){low ? NULL : dw_fields_text(at, item, "category", ""),
                                                   dw_value_number(low, NAN),
                                                   low ? dw_value_number(dw_value_next(low), NAN) : NAN,
                                                   dw_fields_number(at, item, "reference"),
                                                   dw_fields_number(at, item, "current"),
                                                   dw_fields_number(at, item, "share")};
  }
}

static void read_detail(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  finding->detail = o ? dw_fields_plain(at, o) : NULL;
  bool vectors = !strcmp(finding->type, "vector");
  finding->centroid_cosine = vectors ? dw_fields_number(at, o, "centroid_cosine") : NAN;
  finding->centroid_shift = vectors ? dw_fields_number(at, o, "centroid_shift") : NAN;
  finding->variance_ratio = vectors ? dw_fields_number(at, o, "variance_ratio") : NAN;
  finding->pairs = finding->pairs_drifted = NAN;
  read_parts(at, finding, dw_fields_list(at, o, "contributions"));
  if (!strcmp(finding->check, "multivariate_drift")) {
    read_features(at, finding, dw_fields_list(at, o, "features"));
  } else if (!strcmp(finding->check, "correlation_drift")) {
    read_correlation(at, finding, o);
  } else if (!strcmp(finding->check, "text_drift")) {
    finding->of_reference = read_texts(at, o, "reference");
    finding->of_current = read_texts(at, o, "current");
  } else if (!strcmp(finding->check, "schema")) {
    finding->change = dw_fields_text(at, o, "change", "");
    finding->type_before = dw_fields_text(at, o, "reference", "");
    finding->type_now = dw_fields_text(at, o, "current", "");
    finding->lost = dw_fields_truth(at, o, "lost");
    finding->renamed = dw_fields_text(at, o, "renamed", "");
    finding->components_before = dw_fields_number(at, o, "reference_components");
    finding->components_now = dw_fields_number(at, o, "current_components");
    const dw_value *found = dw_value_get(o, "strays");
    finding->strays_before = strays(at, dw_value_get(found, "reference"));
    finding->strays_now = strays(at, dw_value_get(found, "current"));
  } else if (!strcmp(finding->check, "new_categories")) {
    finding->appeared = categories(at, dw_fields_list(at, o, "new"), "new", &finding->appeared_listed);
    finding->vanished = categories(at, dw_fields_list(at, o, "vanished"), "vanished", &finding->vanished_listed);
    finding->appeared_count = dw_value_number(dw_value_get(o, "new_count"), (double)finding->appeared_listed);
    finding->vanished_count = dw_value_number(dw_value_get(o, "vanished_count"), (double)finding->vanished_listed);
  } else if (!strcmp(finding->check, "value_range")) {
    finding->below = dw_fields_number(at, o, "below");
    finding->above = dw_fields_number(at, o, "above");
    finding->low = dw_fields_number(at, o, "low");
    finding->high = dw_fields_number(at, o, "high");
  }
}

/* A bound that the finding gives, or that its rule says. */
static void read_bounds(dw_fields *at, const dw_report_finding *f, const dw_value *detail, dw_report_point *point)
{
  point->lower = dw_fields_number(at, detail, "lower_threshold");
  point->upper = dw_fields_number(at, detail, "upper_threshold");
  if (!isnan(point->lower) || !isnan(point->upper)) return;
  if (f->rule[0] == '<') point->lower = f->threshold;
  else point->upper = f->threshold;
}

static void read_point(dw_fields *at, dw_report_section *section, const dw_report_finding *f, const dw_value *o, const dw_value *chunk)
{
  dw_report_point point = {
      .chunk = dw_fields_number(at, chunk, "index"),
      .start = dw_fields_text(at, chunk, "start", ""),
      .end = dw_fields_text(at, chunk, "end", ""),
      .reference = !strcmp(dw_fields_text(at, o, "period", ""), "reference"),
      .drift = f->drift,
      .value = f->score,
      .error = f->error,
      .severity = f->severity,
  };
  read_bounds(at, f, dw_value_get(o, "detail"), &point);
  dw_series_add(&section->chunks, f->check, f->column, f->method, &point);
}

static void read_finding(dw_report *report, dw_fields *at, const dw_value *o)
{
  dw_report_finding f = {0};
  f.check = dw_fields_text(at, o, "check", "");
  f.column = dw_fields_text(at, o, "column", "");
  f.type = dw_fields_text(at, o, "type", "");
  f.method = dw_fields_text(at, o, "method", "");
  f.rule = dw_fields_text(at, o, "rule", "");
  f.direction = dw_fields_text(at, o, "direction", NULL);
  f.warning = dw_fields_text(at, o, "warning", NULL);
  f.error = dw_fields_text(at, o, "error", NULL);
  f.statistic = dw_fields_number(at, o, "statistic");
  f.p_value = dw_fields_number(at, o, "p_value");
  f.p_adjusted = dw_fields_number(at, o, "p_adjusted");
  f.score = dw_fields_number(at, o, "score");
  f.threshold = dw_fields_number(at, o, "threshold");
  f.effect_size = dw_fields_number(at, o, "effect_size");
  f.effect_low = dw_fields_number(at, o, "effect_low");
  f.effect_high = dw_fields_number(at, o, "effect_high");
  f.rank_error = dw_fields_number(at, o, "rank_error");
  if (dw_value_kind(dw_value_get(o, "drift")) != DW_VALUE_BOOL) dw_fields_refuse(at, "drift", "true or false");
  f.drift = dw_fields_truth(at, o, "drift");
  f.approximate = dw_fields_truth(at, o, "approximate");
  f.severity = dw_fields_severity(at, o);
  f.reference = read_side(at, o, "reference");
  f.current = read_side(at, o, "current");
  f.below = f.above = f.low = f.high = f.appeared_count = f.vanished_count = NAN;
  if (!*f.check) dw_fields_refuse(at, "check", "the name of a check");
  static const char *const rules[] = {"", ">=", ">", "<=", "<"};
  bool known = false;
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) known |= !strcmp(f.rule, rules[i]);
  if (!known) dw_fields_refuse(at, "rule", ">=, >, <= or <");
  read_detail(at, &f, dw_fields_member(at, o, "detail", DW_VALUE_OBJECT, "an object"));
  if (at->status != DW_OK) return;
  dw_report_section *section = dw_findings_section(report);
  const dw_value *chunk = dw_value_get(o, "chunk"), *segment = dw_value_get(o, "segment");
  if (dw_value_kind(chunk) == DW_VALUE_OBJECT) {
    read_point(at, section, &f, o, chunk);
    return;
  }
  if (dw_value_kind(segment) == DW_VALUE_OBJECT) {
    f.segment = dw_fields_text(at, segment, "value", NULL);
    section->inside = dw_grow(section->inside, &section->inside_capacity, section->inside_count + 1, sizeof *section->inside);
    section->inside[section->inside_count++] = f;
    return;
  }
  section->findings = dw_grow(section->findings, &section->capacity, section->count + 1, sizeof *section->findings);
  section->findings[section->count++] = f;
}

static void read_uncompared(dw_fields *at, dw_report_summary *s, const dw_value *array)
{
  dw_report_uncompared *out = dw_fields_room(at, dw_value_count(array), sizeof *out);
  for (const dw_value *item = array ? dw_value_first(array) : NULL; item; item = dw_value_next(item))
    out[s->uncompared_count++] = (dw_report_uncompared){dw_fields_text(at, item, "column", ""), dw_fields_text(at, item, "type", ""),
                                                        dw_fields_text(at, item, "reason", "")};
  s->uncompared = out;
}

static void read_unjudged(dw_fields *at, dw_report_summary *s, const dw_value *array)
{
  dw_report_unjudged *out = dw_fields_room(at, dw_value_count(array), sizeof *out);
  for (const dw_value *item = array ? dw_value_first(array) : NULL; item; item = dw_value_next(item))
    out[s->unjudged_count++] = (dw_report_unjudged){dw_fields_text(at, item, "column", ""), dw_fields_text(at, item, "method", ""),
                                                    dw_fields_text(at, item, "reason", ""), dw_fields_text(at, item, "option", "")};
  s->unjudged = out;
}

/* Summaries of before there were three verdicts have "drift" alone. */
static void read_verdict(dw_fields *at, dw_report_summary *s, const dw_value *o)
{
  const char *verdict = dw_fields_text(at, o, "verdict", NULL);
  dw_value_type kind = dw_value_kind(dw_value_get(o, "drift"));
  s->drift = kind == DW_VALUE_BOOL && dw_fields_truth(at, o, "drift");
  s->not_judged = verdict && !strcmp(verdict, "not judged");
  s->passed = verdict && !strcmp(verdict, "no drift");
  if (verdict && !s->not_judged && strcmp(verdict, "drift") != 0 && strcmp(verdict, "no drift") != 0)
    dw_fields_refuse(at, "verdict", "drift, no drift or not judged");
  else if (s->not_judged ? kind != DW_VALUE_NULL : kind != DW_VALUE_BOOL)
    dw_fields_refuse(at, "drift", s->not_judged ? "null, since the verdict is \"not judged\"" : "true or false");
  else if (verdict && s->drift != !strcmp(verdict, "drift"))
    dw_fields_refuse(at, "drift", s->drift ? "false, since the verdict is not \"drift\"" : "true, since the verdict is \"drift\"");
}

static void read_segments(dw_fields *at, dw_report_summary *s, const dw_value *array)
{
  dw_report_segment *out = dw_fields_room(at, dw_value_count(array), sizeof *out);
  for (const dw_value *item = array ? dw_value_first(array) : NULL; item; item = dw_value_next(item))
    out[s->segment_count++] = (dw_report_segment){
        .value = dw_fields_text(at, item, "value", NULL),
        .reference_rows = dw_fields_number(at, item, "reference_rows"),
        .current_rows = dw_fields_number(at, item, "current_rows"),
        .columns = dw_fields_number(at, item, "columns"),
        .drifted = dw_fields_number(at, item, "drifted"),
        .part = dw_fields_number(at, item, "part"),
        .severity = dw_fields_severity(at, item),
        .not_judged = !strcmp(dw_fields_text(at, item, "verdict", ""), "not judged"),
    };
  s->segments = out;
}

static void read_stage(dw_fields *at, dw_report_stage *stage, const dw_value *o)
{
  stage->command = dw_fields_text(at, o, "command", "");
  stage->version = dw_fields_text(at, o, "version", "");
  stage->seed = dw_fields_number(at, o, "seed");
  stage->arguments = dw_fields_texts(at, dw_fields_list(at, o, "arguments"), "arguments", &stage->argument_count);
  const dw_value *inputs = dw_fields_list(at, o, "inputs");
  dw_report_source *source = dw_fields_room(at, dw_value_count(inputs), sizeof *source);
  for (const dw_value *item = inputs ? dw_value_first(inputs) : NULL; item; item = dw_value_next(item))
    source[stage->input_count++] = (dw_report_source){dw_fields_text(at, item, "name", ""), dw_fields_text(at, item, "digest", ""),
                                                      dw_fields_number(at, item, "rows"), dw_fields_number(at, item, "bytes")};
  stage->inputs = source;
}

static void read_summary(dw_report *report, dw_fields *at, const dw_value *o)
{
  dw_report_summary s = {.given = true};
  read_verdict(at, &s, o);
  s.dataset_drift = dw_fields_truth(at, o, "dataset_drift");
  s.severity = dw_fields_severity(at, o);
  s.columns = dw_fields_number(at, o, "columns");
  s.drifted = dw_fields_number(at, o, "drifted");
  s.drift_share = dw_fields_number(at, o, "drift_share");
  s.drift_share_threshold = dw_fields_number(at, o, "drift_share_threshold");
  s.reference_rows = dw_fields_number(at, o, "reference_rows");
  s.current_rows = dw_fields_number(at, o, "current_rows");
  s.skipped_records = dw_fields_number(at, o, "skipped_records");
  s.fail_on = dw_fields_texts(at, dw_fields_list(at, o, "fail_on"), "fail_on", &s.fail_on_count);
  s.drifted_columns = dw_fields_texts(at, dw_fields_list(at, o, "drifted_columns"), "drifted_columns", &s.drifted_column_count);
  s.by = dw_fields_text(at, o, "by", NULL);
  read_segments(at, &s, dw_fields_list(at, o, "segments"));
  read_uncompared(at, &s, dw_fields_list(at, o, "not_compared"));
  read_unjudged(at, &s, dw_fields_list(at, o, "not_judged"));
  const dw_value *made_by = dw_fields_list(at, o, "made_by");
  s.made_by = made_by ? dw_fields_plain(at, made_by) : "[]";
  dw_report_stage *stages = dw_fields_room(at, dw_value_count(made_by), sizeof *stages);
  for (const dw_value *item = made_by ? dw_value_first(made_by) : NULL; item; item = dw_value_next(item))
    read_stage(at, &stages[s.stage_count++], item);
  s.stages = stages;
  if (at->status == DW_OK) dw_findings_section(report)->summary = s;
}

dw_status dw_findings_document(dw_report *report, const struct cJSON *document, const char *name, uint64_t line, dw_err *err)
{
  dw_fields at = {&report->arena, name, line, DW_OK, err};
  const dw_value *kind = dw_value_get(document, "kind");
  if (dw_value_kind(kind) != DW_VALUE_STRING)
    return dw_err_at(err, DW_EDATA, name, line, 0, "expected a document with \"kind\" (a finding or a summary, as dw-compare writes them)");
  if (!strcmp(dw_value_text(kind, ""), "finding")) read_finding(report, &at, document);
  else if (!strcmp(dw_value_text(kind, ""), "summary") && strcmp(dw_value_text(dw_value_get(document, "command"), ""), "dw-eval") != 0)
    read_summary(report, &at, document);
  else if (!dw_control_document(&report->control, &at, document)) report->ignored++;
  return at.status;
}
