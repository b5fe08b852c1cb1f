/* One finding or summary from JSON into the model; other kinds are control.h's. */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "io/text/json.h"
#include "report/model/control.h"
#include "kinds/finding.h"
#include "kinds/summary.h"
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

static dw_report_side read_side(dw_fields *at, const dw_value *o)
{
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

static void read_matrix(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  const dw_value *reference = dw_fields_list(at, o, "reference"), *current = dw_fields_list(at, o, "current");
  if (!o) return;
  finding->matrix = dw_fields_texts(at, dw_fields_list(at, o, "columns"), "columns", &finding->matrix_count);
  size_t n = finding->matrix_count, pairs = n > 1 ? n * (n - 1) / 2 : 0;
  if (n > DW_FINDINGS_MATRIX || dw_value_count(reference) != pairs || dw_value_count(current) != pairs) {
    dw_fields_refuse(at, "matrix", "at most 64 columns, and a number for each pair of them on both sides");
    return;
  }
  finding->matrix_reference = numbers(at, reference, pairs);
  finding->matrix_current = numbers(at, current, pairs);
}

/* "columns" are two names for a pair, and a number where all pairs are meant. */
static void read_correlation(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  finding->pairs = dw_fields_number(at, o, "pairs");
  finding->pairs_drifted = dw_fields_number(at, o, "drifted_pairs");
  read_matrix(at, finding, dw_fields_member(at, o, "matrix", DW_VALUE_OBJECT, "an object"));
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

static void read_schema(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  finding->change = dw_fields_text(at, o, "change", "");
  finding->type_before = dw_fields_text(at, o, "reference", "");
  finding->type_now = dw_fields_text(at, o, "current", "");
  finding->renamed = dw_fields_text(at, o, "renamed", "");
  finding->components_before = dw_fields_number(at, o, "reference_components");
  finding->components_now = dw_fields_number(at, o, "current_components");
}

static const char *plain(dw_fields *at, const dw_value *item, const char *key)
{
  const dw_value *value = dw_value_get(item, key);
  return value ? dw_fields_plain(at, value) : "";
}

static void read_variants(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  const dw_value *list = dw_fields_list(at, o, "variants");
  dw_report_variant *out = dw_fields_room(at, dw_value_count(list), sizeof *out);
  for (const dw_value *item = list ? dw_value_first(list) : NULL; item; item = dw_value_next(item))
    out[finding->variants_listed++] =
        (dw_report_variant){plain(at, item, "value"), plain(at, item, "like"), dw_value_number(dw_value_get(item, "reference"), NAN),
                            dw_value_number(dw_value_get(item, "current"), NAN)};
  finding->variants = out;
  finding->variant_count = dw_value_number(dw_value_get(o, "variant_count"), (double)finding->variants_listed);
  finding->variants_new = dw_value_number(dw_value_get(o, "new_count"), 0);
}

static void read_names(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  const dw_value *list = dw_fields_list(at, o, "names");
  dw_report_name *out = dw_fields_room(at, dw_value_count(list), sizeof *out);
  for (const dw_value *item = list ? dw_value_first(list) : NULL; item; item = dw_value_next(item)) {
    bool reference = dw_fields_truth(at, item, "reference"), current = dw_fields_truth(at, item, "current");
    out[finding->names_alike++] = (dw_report_name){plain(at, item, "name"), reference, current};
  }
  finding->names = out;
}

static dw_report_repeats repeats(dw_fields *at, const dw_value *side)
{
  return (dw_report_repeats){.rows = dw_fields_number(at, side, "rows"),
                             .duplicates = dw_fields_number(at, side, "duplicates"),
                             .share = dw_fields_number(at, side, "share"),
                             .comparable = dw_fields_number(at, side, "comparable_share")};
}

static void read_data_quality(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  finding->change = dw_fields_text(at, o, "kind", "");
  const dw_value *found = dw_value_get(o, "strays");
  finding->strays_before = strays(at, dw_value_get(found, "reference"));
  finding->strays_now = strays(at, dw_value_get(found, "current"));
  read_variants(at, finding, o);
  read_names(at, finding, o);
  finding->repeats_before = repeats(at, dw_fields_object(at, o, "reference"));
  finding->repeats_now = repeats(at, dw_fields_object(at, o, "current"));
}

static void read_new_categories(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  finding->appeared = categories(at, dw_fields_list(at, o, "new"), "new", &finding->appeared_listed);
  finding->vanished = categories(at, dw_fields_list(at, o, "vanished"), "vanished", &finding->vanished_listed);
  finding->appeared_count = dw_value_number(dw_value_get(o, "new_count"), (double)finding->appeared_listed);
  finding->vanished_count = dw_value_number(dw_value_get(o, "vanished_count"), (double)finding->vanished_listed);
}

/* Bounded: a text of any length may stand in a finding. */
static const char *shown_text(dw_fields *at, const dw_value *item, const char *key)
{
  const dw_value *value = dw_fields_member(at, item, key, DW_VALUE_STRING, "a text or null");
  if (!value) return NULL;
  const char *text = dw_value_text(value, "");
  size_t length = strlen(text);
  if (length <= DW_FINDINGS_TEXT) return dw_fields_keep(at, text);
  dw_buf cut = {0};
  for (length = DW_FINDINGS_TEXT; length && ((unsigned char)text[length] & 0xc0) == 0x80;) length--;
  dw_buf_add(&cut, text, length);
  dw_buf_text(&cut, "…");
  const char *kept = dw_arena_strndup(at->arena, cut.data, cut.length);
  dw_buf_free(&cut);
  return kept;
}

static void read_aspects(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  const dw_value *list = dw_fields_list(at, o, "aspects");
  size_t count = dw_value_count(list);
  dw_report_aspect *aspects = dw_fields_room(at, count < DW_FINDINGS_ASPECTS ? count : DW_FINDINGS_ASPECTS, sizeof *aspects);
  for (const dw_value *item = list ? dw_value_first(list) : NULL; item && finding->aspect_count < DW_FINDINGS_ASPECTS;
       item = dw_value_next(item)) {
    const char *name = dw_value_kind(item) == DW_VALUE_OBJECT ? shown_text(at, item, "aspect") : NULL;
    if (!name) {
      dw_fields_refuse(at, "aspects", "objects with \"aspect\", \"reference\" and \"current\"");
      break;
    }
    aspects[finding->aspect_count++] = (dw_report_aspect){name,
                                                          shown_text(at, item, "value"),
                                                          dw_fields_number(at, item, "reference"),
                                                          dw_fields_number(at, item, "current"),
                                                          dw_fields_number(at, item, "p_value"),
                                                          dw_fields_number(at, item, "effect")};
  }
  finding->aspects = aspects;
  finding->aspect_total = count;
}

static void read_canary(dw_fields *at, dw_report_finding *finding, const dw_value *o)
{
  const dw_value *list = dw_fields_list(at, o, "shown");
  size_t count = dw_value_count(list);
  dw_report_shown *shown = dw_fields_room(at, count < DW_FINDINGS_SHOWN ? count : DW_FINDINGS_SHOWN, sizeof *shown);
  for (const dw_value *item = list ? dw_value_first(list) : NULL; item && finding->shown_count < DW_FINDINGS_SHOWN;
       item = dw_value_next(item)) {
    if (dw_value_kind(item) != DW_VALUE_OBJECT) {
      dw_fields_refuse(at, "shown", "objects with \"prompt\", \"reference\" and \"current\"");
      break;
    }
    const char *prompt = shown_text(at, item, "prompt");
    shown[finding->shown_count++] = (dw_report_shown){prompt ? prompt : "", shown_text(at, item, "prompt_text"),
                                                      shown_text(at, item, "reference"), shown_text(at, item, "current")};
  }
  finding->shown = shown;
  finding->aspect = dw_fields_text(at, o, "aspect", "");
  read_aspects(at, finding, o);
}

static void read_detail(dw_fields *at, dw_report_finding *finding, const dw_finding *read)
{
  const dw_value *o = read->read.detail;
  bool vectors = read->type == DW_TYPE_VECTOR;
  finding->detail = o ? dw_fields_plain(at, o) : NULL;
  finding->round = dw_fields_text(at, o, "round", "");
  finding->effect_is = dw_fields_text(at, o, "effect_is", "");
  finding->alarm_round = dw_fields_text(at, o, "alarm_round", "");
  finding->effect = dw_fields_number(at, o, "effect");
  finding->margin = dw_fields_number(at, o, "margin");
  finding->aspect = "";
  finding->centroid_cosine = vectors ? dw_fields_number(at, o, "centroid_cosine") : NAN;
  finding->centroid_shift = vectors ? dw_fields_number(at, o, "centroid_shift") : NAN;
  finding->variance_ratio = vectors ? dw_fields_number(at, o, "variance_ratio") : NAN;
  finding->pairs = finding->pairs_drifted = NAN;
  finding->below = finding->above = finding->low = finding->high = finding->appeared_count = finding->vanished_count = NAN;
  finding->looks = dw_fields_number(at, o, "looks");
  finding->alarm_look = dw_fields_number(at, o, "alarm_look");
  finding->alarm_time = dw_fields_text(at, o, "alarm_time", NULL);
  finding->unit = dw_fields_text(at, o, "unit", NULL);
  read_parts(at, finding, dw_fields_list(at, o, "contributions"));
  switch (read->check) {
  case DW_CHECK_MULTIVARIATE: read_features(at, finding, dw_fields_list(at, o, "features")); break;
  case DW_CHECK_CORRELATION: read_correlation(at, finding, o); break;
  case DW_CHECK_TEXT:
    finding->of_reference = read_texts(at, o, "reference");
    finding->of_current = read_texts(at, o, "current");
    break;
  case DW_CHECK_SCHEMA: read_schema(at, finding, o); break;
  case DW_CHECK_DATA_QUALITY: read_data_quality(at, finding, o); break;
  case DW_CHECK_CANARY: read_canary(at, finding, o); break;
  case DW_CHECK_CATEGORIES: read_new_categories(at, finding, o); break;
  case DW_CHECK_RANGE:
    finding->below = dw_fields_number(at, o, "below");
    finding->above = dw_fields_number(at, o, "above");
    finding->low = dw_fields_number(at, o, "low");
    finding->high = dw_fields_number(at, o, "high");
    break;
  default: break;
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

static void read_point(dw_fields *at, dw_report_section *section, const dw_report_finding *f, const dw_finding *read)
{
  const dw_value *chunk = read->read.chunk;
  dw_report_point point = {
      .chunk = dw_fields_number(at, chunk, "index"),
      .start = dw_fields_text(at, chunk, "start", ""),
      .end = dw_fields_text(at, chunk, "end", ""),
      .reference = read->period && !strcmp(read->period, "reference"),
      .drift = f->drift,
      .value = f->score,
      .error = f->error,
      .severity = f->severity,
  };
  read_bounds(at, f, read->read.detail, &point);
  dw_series_add(&section->chunks, f->check, f->column, f->method, &point);
}

static const char *or_empty(const char *text) { return text ? text : ""; }

static void read_finding(dw_report *report, dw_fields *at, const dw_value *o)
{
  dw_finding read;
  if (dw_finding_read(&read, at, o) != DW_OK) return;
  dw_report_finding f = {
      .check = dw_finding_check(&read),
      .column = or_empty(read.column),
      .type = or_empty(read.read.type),
      .method = or_empty(read.method),
      .rule = read.read.ruled ? dw_rule_text(read.rule) : "",
      .direction = read.direction,
      .warning = read.warning,
      .error = dw_finding_error(&read),
      .segment = read.segment,
      .statistic = read.statistic,
      .p_value = read.p_value,
      .p_adjusted = read.p_adjusted,
      .score = read.score,
      .threshold = read.threshold,
      .effect_size = read.effect_size,
      .effect_low = read.effect_low,
      .effect_high = read.effect_high,
      .shift = read.shift,
      .rank_error = read.rank_error,
      .drift = read.drift,
      .approximate = read.approximate,
      .severity = read.severity,
      .reference = read_side(at, read.read.reference),
      .current = read_side(at, read.read.current),
      .lost = read.lost,
  };
  read_detail(at, &f, &read);
  if (at->status != DW_OK) return;
  if (read.check == DW_CHECK_CANARY) dw_network_saw(&report->network, f.round);
  dw_report_section *section = dw_findings_section(report);
  if (read.read.chunk) {
    read_point(at, section, &f, &read);
  } else if (read.by) {
    section->inside = dw_grow(section->inside, &section->inside_capacity, section->inside_count + 1, sizeof *section->inside);
    section->inside[section->inside_count++] = f;
  } else {
    section->findings = dw_grow(section->findings, &section->capacity, section->count + 1, sizeof *section->findings);
    section->findings[section->count++] = f;
  }
}

static const dw_report_uncompared *uncompared(dw_fields *at, const dw_summary *read)
{
  dw_report_uncompared *out = dw_fields_room(at, read->not_compared_count, sizeof *out);
  for (size_t i = 0; i < read->not_compared_count; i++) {
    const dw_summary_left_out *left = &read->not_compared[i];
    out[i] = (dw_report_uncompared){or_empty(left->column), or_empty(left->type), or_empty(left->reason)};
  }
  return out;
}

static const dw_report_unjudged *unjudged(dw_fields *at, const dw_summary *read)
{
  dw_report_unjudged *out = dw_fields_room(at, read->not_judged_count, sizeof *out);
  for (size_t i = 0; i < read->not_judged_count; i++) {
    const dw_summary_left_out *left = &read->not_judged[i];
    out[i] = (dw_report_unjudged){or_empty(left->column), or_empty(left->method), or_empty(left->reason), or_empty(left->option)};
  }
  return out;
}

static const dw_report_segment *segments(dw_fields *at, const dw_summary *read)
{
  dw_report_segment *out = dw_fields_room(at, read->segment_count, sizeof *out);
  for (size_t i = 0; i < read->segment_count; i++) {
    const dw_summary_segment *segment = &read->segments[i];
    out[i] = (dw_report_segment){.value = segment->value,
                                 .reference_rows = segment->reference_rows,
                                 .current_rows = segment->current_rows,
                                 .columns = segment->columns,
                                 .drifted = segment->drifted,
                                 .part = segment->part,
                                 .severity = segment->severity,
                                 .not_judged = segment->answer == DW_ANSWER_NOT_JUDGED};
  }
  return out;
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

/* A report without an answer would show none: unlike a decision, it has nothing else to go by. */
static dw_report_summary summary_of(dw_fields *at, const dw_value *o)
{
  dw_summary read;
  if (dw_summary_read(&read, at, o) != DW_OK) return (dw_report_summary){0};
  if (read.answer == DW_ANSWER_UNSAID) dw_fields_refuse(at, "drift", "true or false");
  dw_report_summary s = {
      .given = true,
      .drift = read.answer == DW_ANSWER_DRIFT,
      .dataset_drift = read.dataset_drift,
      .not_judged = read.answer == DW_ANSWER_NOT_JUDGED,
      .severity = read.severity,
      .severity_by = read.severity_by,
      .columns = read.columns,
      .drifted = read.drifted,
      .drift_share = read.drift_share,
      .drift_share_threshold = read.drift_share_threshold,
      .detectable = read.detectable,
      .reference_rows = read.reference_rows,
      .current_rows = read.current_rows,
      .skipped_records = read.skipped_records,
      .reference_period = read.reference_period,
      .current_period = read.current_period,
      .fail_on = read.fail_on,
      .fail_on_count = read.fail_on_count,
      .drifted_columns = read.drifted_columns,
      .drifted_column_count = read.drifted_column_count,
      .quarantined = read.quarantined,
      .quarantined_count = read.quarantined_count,
      .match = read.match,
      .zone = read.zone,
      .match_cells = read.match_cells,
      .match_reference_rows = read.match_reference_rows,
      .match_current_rows = read.match_current_rows,
      .by = read.by,
      .segments = segments(at, &read),
      .segment_count = read.segment_count,
      .uncompared = uncompared(at, &read),
      .uncompared_count = read.not_compared_count,
      .unjudged = unjudged(at, &read),
      .unjudged_count = read.not_judged_count,
      .dependence_known = read.dependence_known,
      .dependence = read.dependence,
      .dependence_count = read.dependence_count,
      .made_by = read.made_by_read ? dw_fields_plain(at, read.made_by_read) : "[]",
  };
  dw_report_stage *stages = dw_fields_room(at, dw_value_count(read.made_by_read), sizeof *stages);
  for (const dw_value *item = read.made_by_read ? dw_value_first(read.made_by_read) : NULL; item; item = dw_value_next(item))
    read_stage(at, &stages[s.stage_count++], item);
  s.stages = stages;
  return s;
}

static void read_summary(dw_report *report, dw_fields *at, const dw_value *o)
{
  dw_report_summary summary = summary_of(at, o);
  if (at->status == DW_OK) dw_findings_section(report)->summary = summary;
}

/* --- what dw-serve found --- */

static void read_watch(dw_report *report, dw_fields *at, const dw_value *o)
{
  dw_checked_watch watch;
  if (dw_checked_watch_read(&watch, at, o) != DW_OK) return;
  report->watches = dw_grow(report->watches, &report->watch_capacity, report->watch_count + 1, sizeof *report->watches);
  report->watches[report->watch_count++] = watch;
}

/* Those in front of it that it was made of: as many as it says that it has. */
static size_t take_sections(dw_report *report, const dw_fields *at, size_t most)
{
  size_t taken = 0;
  for (size_t i = report->count; i > 0 && taken < most; i--, taken++) {
    dw_report_section *section = &report->sections[i - 1];
    if (section->of_run || !section->summary.given || strcmp(section->source, at->name) != 0) break;
    section->of_run = true;
    section->run = report->run_count;
  }
  return taken;
}

static void read_summaries(dw_report_checked *checked, dw_fields *at, const dw_value *list)
{
  dw_report_summary *summary = dw_fields_room(at, dw_value_count(list), sizeof *summary);
  for (const dw_value *item = dw_value_first(list); item && at->status == DW_OK; item = dw_value_next(item)) {
    const dw_value *o = dw_fields_object(at, item, "summary");
    if (o) summary[checked->summary_count++] = summary_of(at, o);
  }
  checked->summaries = summary;
}

static void read_run(dw_report *report, dw_fields *at, const dw_value *o)
{
  dw_report_checked checked = {.source = at->name};
  if (dw_checked_run_read(&checked.run, at, o) != DW_OK) return;
  if (checked.run.answer == DW_ANSWER_UNSAID) dw_fields_refuse(at, "verdict", "drift, no drift or not judged");
  for (size_t i = 0; i < report->watch_count; i++)
    if (!report->watches[i].model || !checked.run.model || strcmp(report->watches[i].model, checked.run.model) == 0)
      dw_checked_run_take(&checked.run, &report->watches[i]);
  report->watch_count = 0;
  checked.alone = take_sections(report, at, checked.run.comparison_count) == 0;
  if (checked.alone) read_summaries(&checked, at, dw_fields_list(at, o, "comparisons"));
  const dw_value *made_by = dw_fields_list(at, o, "made_by");
  checked.made_by = made_by ? dw_fields_plain(at, made_by) : "[]";
  report->runs = dw_grow(report->runs, &report->run_capacity, report->run_count + 1, sizeof *report->runs);
  report->runs[report->run_count++] = checked;
}

/* What a service answers: its runs in a list. */
static bool read_list(dw_report *report, dw_fields *at, const dw_value *document)
{
  const dw_value *list = dw_value_get(document, "runs");
  if (dw_value_kind(list) != DW_VALUE_ARRAY || dw_value_get(document, "kind")) return false;
  for (const dw_value *item = dw_value_first(list); item && at->status == DW_OK; item = dw_value_next(item)) {
    if (strcmp(dw_value_text_of(item, "kind", ""), "run") == 0) read_run(report, at, item);
    else dw_fields_refuse(at, "runs", "documents of kind \"run\"");
  }
  return true;
}

dw_status dw_findings_document(dw_report *report, const struct dw_value *document, const char *name, uint64_t line, dw_err *err)
{
  dw_fields at = {.arena = &report->arena, .name = name, .line = line, .err = err};
  const dw_value *kind = dw_value_get(document, "kind");
  if (read_list(report, &at, document)) return at.status;
  if (dw_value_kind(kind) != DW_VALUE_STRING)
    return dw_err_at(err, DW_EDATA, name, line, 0, "expected a document with \"kind\" (a finding or a summary, as dw-compare writes them)");
  if (strcmp(dw_value_text_of(document, "command", ""), "dw-detect") == 0) report->ignored++; /* its summary */
  else if (!strcmp(dw_value_text(kind, ""), "finding")) read_finding(report, &at, document);
  else if (!strcmp(dw_value_text(kind, ""), "summary") && strcmp(dw_value_text(dw_value_get(document, "command"), ""), "dw-eval") != 0)
    read_summary(report, &at, document);
  else if (!strcmp(dw_value_text(kind, ""), "run")) read_run(report, &at, document);
  else if (!strcmp(dw_value_text(kind, ""), "watch")) read_watch(report, &at, document);
  else if (!dw_network_document(&report->network, &at, document) && !dw_control_document(&report->control, &at, document))
    report->ignored++;
  return at.status;
}
