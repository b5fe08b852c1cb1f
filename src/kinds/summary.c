#include "kinds/summary.h"

#include <math.h>
#include <string.h>

#include "io/text/made_by.h"

static const char *const answers[] = {
    [DW_ANSWER_DRIFT] = "drift", [DW_ANSWER_NO_DRIFT] = "no drift", [DW_ANSWER_NOT_JUDGED] = "not judged"};

static const char *const severity_rules[] = {[DW_SEVERITY_BY_WORST] = "worst", [DW_SEVERITY_BY_SHARE] = "share"};

const char *dw_answer_words(dw_answer answer) { return answers[answer]; }

void dw_summary_init(dw_summary *summary)
{
  *summary = (dw_summary){.columns = NAN,
                          .drifted = NAN,
                          .drift_share = NAN,
                          .drift_share_threshold = NAN,
                          .detectable = NAN,
                          .reference_profile.profiles = NAN,
                          .current_profile.profiles = NAN,
                          .match_cells = NAN,
                          .match_reference_rows = NAN,
                          .match_current_rows = NAN,
                          .reference_chunks = NAN,
                          .current_chunks = NAN,
                          .reference_rows = NAN,
                          .current_rows = NAN,
                          .skipped_records = NAN};
}

/* --- writing --- */

static void write_count(dw_json *json, const char *key, double count)
{
  if (isnan(count)) dw_json_null(json, key);
  else dw_json_integer(json, key, (int64_t)count);
}

static void write_texts(dw_json *json, const char *key, const char *const *text, size_t count)
{
  dw_json_open(json, key, '[');
  for (size_t i = 0; i < count; i++) dw_json_text(json, NULL, text[i]);
  dw_json_close(json, ']');
}

static void write_segments(dw_json *json, const dw_summary *summary)
{
  dw_json_text(json, "by", summary->by);
  dw_json_open(json, "segments", '[');
  for (size_t i = 0; i < summary->segment_count; i++) {
    const dw_summary_segment *segment = &summary->segments[i];
    dw_json_open(json, NULL, '{');
    if (segment->value) dw_json_bytes(json, "value", segment->value, segment->length);
    else dw_json_null(json, "value");
    write_count(json, "reference_rows", segment->reference_rows);
    write_count(json, "current_rows", segment->current_rows);
    dw_json_number(json, "part", segment->part);
    write_count(json, "columns", segment->columns);
    write_count(json, "drifted", segment->drifted);
    dw_json_text(json, "verdict", dw_answer_words(segment->answer));
    dw_json_text(json, "severity", dw_severity_word(segment->severity));
    write_texts(json, "drifted_columns", segment->drifted_columns, segment->drifted_column_count);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

static void write_match(dw_json *json, const dw_summary *summary)
{
  dw_json_open(json, "match", '{');
  dw_json_text(json, "by", summary->match);
  dw_json_text(json, "zone", summary->zone);
  write_count(json, "cells", summary->match_cells);
  write_count(json, "reference_rows", summary->match_reference_rows);
  write_count(json, "current_rows", summary->match_current_rows);
  dw_json_close(json, '}');
}

static void write_chunks(dw_json *json, const dw_summary *summary)
{
  dw_json_open(json, "chunks", '{');
  write_count(json, "reference", summary->reference_chunks);
  write_count(json, "current", summary->current_chunks);
  dw_json_open(json, "alerts", '[');
  for (size_t i = 0; i < summary->alert_count; i++) {
    dw_json_open(json, NULL, '{');
    dw_json_integer(json, "rank", (int64_t)i + 1);
    dw_json_text(json, "column", summary->alerts[i].column);
    write_count(json, "alerts", summary->alerts[i].count);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  write_texts(json, "warnings", summary->warnings, summary->warning_count);
  dw_json_close(json, '}');
}

static void write_left_out(dw_json *json, const dw_summary *summary, bool judged)
{
  size_t count = judged ? summary->not_compared_count : summary->not_judged_count;
  dw_json_open(json, judged ? "not_compared" : "not_judged", '[');
  for (size_t i = 0; i < count; i++) {
    const dw_summary_left_out *left = judged ? &summary->not_compared[i] : &summary->not_judged[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "column", left->column);
    if (judged) dw_json_text(json, "type", left->type);
    else dw_json_text(json, "method", left->method);
    dw_json_text(json, "reason", left->reason);
    if (!judged) dw_json_text(json, "option", left->option);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

void dw_summary_write_dependence(dw_json *json, const dw_summary_dependence *all, size_t count)
{
  dw_json_open(json, "dependence", '[');
  for (size_t i = 0; i < count; i++) {
    const dw_summary_dependence *one = &all[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "column", one->column);
    dw_json_number(json, "autocorrelation_time", one->time);
    dw_json_number(json, "missing_autocorrelation_time", one->missing_time);
    write_count(json, "reference_values", one->reference_values);
    write_count(json, "reference_effective", one->reference_effective);
    write_count(json, "current_values", one->current_values);
    write_count(json, "current_effective", one->current_effective);
    dw_json_number(json, "hour", one->hour);
    dw_json_number(json, "weekday", one->weekday);
    dw_json_number(json, "rest_autocorrelation_time", one->rest_time);
    if (isnan(one->rest_time)) dw_json_null(json, "whole_cycles");
    else dw_json_bool(json, "whole_cycles", one->whole_cycles);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

static void write_bound(dw_json *json, const char *key, double bound)
{
  if (!isnan(bound)) dw_json_number(json, key, bound);
}

static void write_grading(dw_json *json, const dw_grading *grading)
{
  dw_json_text(json, "scale", dw_scale_word(grading->scale));
  write_bound(json, "value", grading->value);
  write_bound(json, "medium", grading->medium);
  write_bound(json, "high", grading->high);
}

void dw_summary_write_severity(dw_json *json, const dw_summary_severity *by)
{
  if (by->rule == DW_SEVERITY_BY_NOTHING) return;
  dw_json_open(json, "severity_by", '{');
  dw_json_text(json, "rule", severity_rules[by->rule]);
  if (by->check) {
    dw_json_text(json, "check", by->check);
    dw_json_text(json, "column", by->column);
    dw_json_text(json, "method", by->method);
  }
  if (by->by) {
    dw_json_open(json, "segment", '{');
    dw_json_text(json, "column", by->by);
    dw_json_text(json, "value", by->value);
    dw_json_close(json, '}');
  }
  write_grading(json, &by->grading);
  if (by->rule == DW_SEVERITY_BY_SHARE && by->check) {
    dw_json_open(json, "share", '{');
    write_grading(json, &by->share);
    dw_json_close(json, '}');
  }
  dw_json_close(json, '}');
}

static void write_profile(dw_json *json, const char *key, const dw_summary_profile *profile)
{
  if (isnan(profile->profiles)) return;
  dw_json_open(json, key, '{');
  write_count(json, "profiles", profile->profiles);
  dw_json_number(json, "rank_error", profile->rank_error);
  dw_json_text(json, "digest", profile->digest);
  dw_json_close(json, '}');
}

static void write_period(dw_json *json, const char *key, const dw_summary_period *period)
{
  if (!period->from || !period->to) return;
  dw_json_open(json, key, '{');
  dw_json_text(json, "from", period->from);
  dw_json_text(json, "to", period->to);
  dw_json_close(json, '}');
}

void dw_summary_write_periods(dw_json *json, const dw_summary_period *reference, const dw_summary_period *current)
{
  write_period(json, "reference_period", reference);
  write_period(json, "current_period", current);
}

static void write_made_by(dw_json *json, const dw_summary *summary)
{
  dw_buf stages = {0};
  if (summary->made_by_read) dw_made_by_copy(&stages, summary->made_by_read);
  else if (summary->made_by) dw_buf_add(&stages, summary->made_by->data, summary->made_by->length);
  dw_made_by_write(json, stages.data, stages.length);
  dw_buf_free(&stages);
}

void dw_summary_write(const dw_summary *summary, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "summary");
  if (summary->answer == DW_ANSWER_DRIFT || summary->answer == DW_ANSWER_NO_DRIFT)
    dw_json_bool(&json, "drift", summary->answer == DW_ANSWER_DRIFT);
  else dw_json_null(&json, "drift");
  dw_json_text(&json, "severity", dw_severity_word(summary->severity));
  dw_summary_write_severity(&json, &summary->severity_by);
  write_count(&json, "columns", summary->columns);
  write_count(&json, "drifted", summary->drifted);
  dw_json_number(&json, "drift_share", summary->drift_share);
  dw_json_number(&json, "drift_share_threshold", summary->drift_share_threshold);
  dw_json_bool(&json, "dataset_drift", summary->dataset_drift);
  if (!isnan(summary->detectable)) dw_json_number(&json, "detectable", summary->detectable);
  write_texts(&json, "fail_on", summary->fail_on, summary->fail_on_count);
  write_texts(&json, "drifted_columns", summary->drifted_columns, summary->drifted_column_count);
  dw_json_text(&json, "verdict", dw_answer_words(summary->answer));
  if (summary->by) write_segments(&json, summary);
  if (summary->match) write_match(&json, summary);
  if (summary->chunked) write_chunks(&json, summary);
  write_left_out(&json, summary, true);
  write_left_out(&json, summary, false);
  if (summary->quarantined_count) write_texts(&json, "quarantined", summary->quarantined, summary->quarantined_count);
  if (summary->dependence_known) dw_summary_write_dependence(&json, summary->dependence, summary->dependence_count);
  write_profile(&json, "reference_profile", &summary->reference_profile);
  write_profile(&json, "current_profile", &summary->current_profile);
  write_count(&json, "reference_rows", summary->reference_rows);
  write_count(&json, "current_rows", summary->current_rows);
  write_count(&json, "skipped_records", summary->skipped_records);
  dw_summary_write_periods(&json, &summary->reference_period, &summary->current_period);
  write_made_by(&json, summary);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

void dw_summary_cite(const dw_summary *summary, dw_json *json)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "summary");
  dw_json_text(json, "severity", dw_severity_word(summary->severity));
  dw_json_number(json, "drift_share", summary->drift_share);
  write_texts(json, "drifted_columns", summary->drifted_columns, summary->drifted_column_count);
  dw_json_close(json, '}');
}

/* --- reading --- */

static dw_answer read_words(dw_fields *at, const dw_value *object)
{
  const char *words = dw_value_text(dw_fields_member(at, object, "verdict", DW_VALUE_STRING, "a text"), NULL);
  if (!words) return DW_ANSWER_UNSAID;
  for (int i = DW_ANSWER_DRIFT; i <= DW_ANSWER_NOT_JUDGED; i++)
    if (strcmp(words, answers[i]) == 0) return (dw_answer)i;
  dw_fields_refuse_word(at, "verdict", words, "drift, no drift or not judged");
  return DW_ANSWER_UNSAID;
}

/* "verdict" and "drift" are one answer: a summary in which they differ says nothing. */
static void read_answer(dw_summary *out, dw_fields *at, const dw_value *document)
{
  const dw_value *drift = dw_fields_member(at, document, "drift", DW_VALUE_BOOL, "true or false");
  dw_answer said = !drift ? DW_ANSWER_UNSAID : dw_value_bool(drift, false) ? DW_ANSWER_DRIFT : DW_ANSWER_NO_DRIFT;
  out->answer = read_words(at, document);
  out->in_words = out->answer != DW_ANSWER_UNSAID;
  if (!out->in_words) out->answer = said;
  if (said == (out->answer == DW_ANSWER_NOT_JUDGED ? DW_ANSWER_UNSAID : out->answer)) return;
  dw_buf wanted = {0};
  dw_buf_format(&wanted, "%s, as \"verdict\" says \"%s\"",
                out->answer == DW_ANSWER_NOT_JUDGED ? "null"
                : out->answer == DW_ANSWER_DRIFT    ? "true"
                                                    : "false",
                answers[out->answer]);
  dw_fields_refuse(at, "drift", dw_buf_cstr(&wanted));
  dw_buf_free(&wanted);
}

/* The objects of a list, one after the other. */
static const dw_value *item_checked(dw_fields *at, const dw_value *item, const char *key)
{
  if (item && dw_value_kind(item) != DW_VALUE_OBJECT) dw_fields_refuse(at, key, "a list of objects");
  return at->status == DW_OK ? item : NULL;
}
static const dw_value *first_item(dw_fields *at, const dw_value *list, const char *key)
{
  return item_checked(at, list ? dw_value_first(list) : NULL, key);
}
static const dw_value *next_item(dw_fields *at, const dw_value *item, const char *key)
{
  return item_checked(at, dw_value_next(item), key);
}

static const char *const *read_texts(dw_fields *at, const dw_value *object, const char *key, size_t *count)
{
  return dw_fields_texts(at, dw_fields_list(at, object, key), key, count);
}

static void read_segments(dw_summary *out, dw_fields *at, const dw_value *document)
{
  const dw_value *list = dw_fields_list(at, document, "segments");
  dw_summary_segment *segment = dw_fields_room(at, dw_value_count(list), sizeof *segment);
  out->by = dw_fields_text(at, document, "by", NULL);
  out->segments = segment;
  for (const dw_value *item = first_item(at, list, "segments"); item; item = next_item(at, item, "segments"), segment++) {
    out->segment_count++;
    segment->value = dw_fields_text(at, item, "value", NULL);
    segment->length = segment->value ? strlen(segment->value) : 0;
    segment->reference_rows = dw_fields_number(at, item, "reference_rows");
    segment->current_rows = dw_fields_number(at, item, "current_rows");
    segment->part = dw_fields_number(at, item, "part");
    segment->columns = dw_fields_number(at, item, "columns");
    segment->drifted = dw_fields_number(at, item, "drifted");
    segment->answer = read_words(at, item);
    segment->severity = dw_fields_severity(at, item);
    segment->drifted_columns = read_texts(at, item, "drifted_columns", &segment->drifted_column_count);
  }
}

static dw_grading read_grading(dw_fields *at, const dw_value *o)
{
  return (dw_grading){.scale = dw_scale_named(dw_fields_text(at, o, "scale", "")),
                      .value = dw_fields_number(at, o, "value"),
                      .medium = dw_fields_number(at, o, "medium"),
                      .high = dw_fields_number(at, o, "high")};
}

static void read_severity_by(dw_summary_severity *out, dw_fields *at, const dw_value *o)
{
  if (!o) return;
  const char *rule = dw_fields_text(at, o, "rule", "");
  out->rule = !strcmp(rule, "worst") ? DW_SEVERITY_BY_WORST : !strcmp(rule, "share") ? DW_SEVERITY_BY_SHARE : DW_SEVERITY_BY_NOTHING;
  out->check = dw_fields_text(at, o, "check", NULL);
  out->column = dw_fields_text(at, o, "column", NULL);
  out->method = dw_fields_text(at, o, "method", NULL);
  const dw_value *segment = dw_fields_object(at, o, "segment"), *share = dw_fields_object(at, o, "share");
  if (segment) out->by = dw_fields_text(at, segment, "column", NULL);
  if (segment) out->value = dw_fields_text(at, segment, "value", NULL);
  out->grading = read_grading(at, o);
  if (out->rule == DW_SEVERITY_BY_SHARE) out->share = share ? read_grading(at, share) : out->grading;
}

static void read_profile(dw_summary_profile *out, dw_fields *at, const dw_value *profile)
{
  if (!profile) return;
  out->profiles = dw_fields_number(at, profile, "profiles");
  out->rank_error = dw_fields_number(at, profile, "rank_error");
  out->digest = dw_fields_text(at, profile, "digest", NULL);
}

static dw_summary_period read_period(dw_fields *at, const dw_value *document, const char *key)
{
  const dw_value *period = dw_fields_object(at, document, key);
  if (!period) return (dw_summary_period){NULL, NULL};
  return (dw_summary_period){dw_fields_text(at, period, "from", NULL), dw_fields_text(at, period, "to", NULL)};
}

static void read_match(dw_summary *out, dw_fields *at, const dw_value *match)
{
  out->match = dw_fields_text(at, match, "by", NULL);
  out->zone = dw_fields_text(at, match, "zone", NULL);
  out->match_cells = dw_fields_number(at, match, "cells");
  out->match_reference_rows = dw_fields_number(at, match, "reference_rows");
  out->match_current_rows = dw_fields_number(at, match, "current_rows");
}

static void read_chunks(dw_summary *out, dw_fields *at, const dw_value *chunks)
{
  const dw_value *list = dw_fields_list(at, chunks, "alerts");
  dw_summary_alerts *alerts = dw_fields_room(at, dw_value_count(list), sizeof *alerts);
  out->chunked = chunks != NULL;
  out->reference_chunks = dw_fields_number(at, chunks, "reference");
  out->current_chunks = dw_fields_number(at, chunks, "current");
  out->alerts = alerts;
  for (const dw_value *item = first_item(at, list, "alerts"); item; item = next_item(at, item, "alerts"))
    alerts[out->alert_count++] = (dw_summary_alerts){dw_fields_text(at, item, "column", NULL), dw_fields_number(at, item, "alerts")};
  out->warnings = read_texts(at, chunks, "warnings", &out->warning_count);
}

static const dw_summary_left_out *read_left_out(dw_fields *at, const dw_value *document, const char *key, size_t *count)
{
  const dw_value *list = dw_fields_list(at, document, key);
  dw_summary_left_out *left = dw_fields_room(at, dw_value_count(list), sizeof *left);
  for (const dw_value *item = first_item(at, list, key); item; item = next_item(at, item, key))
    left[(*count)++] = (dw_summary_left_out){.column = dw_fields_text(at, item, "column", NULL),
                                             .type = dw_fields_text(at, item, "type", NULL),
                                             .method = dw_fields_text(at, item, "method", NULL),
                                             .reason = dw_fields_text(at, item, "reason", NULL),
                                             .option = dw_fields_text(at, item, "option", NULL)};
  return left;
}

static void read_dependence(dw_summary *out, dw_fields *at, const dw_value *document)
{
  const dw_value *list = dw_fields_list(at, document, "dependence");
  dw_summary_dependence *one = dw_fields_room(at, dw_value_count(list), sizeof *one);
  out->dependence_known = list != NULL;
  out->dependence = one;
  for (const dw_value *item = first_item(at, list, "dependence"); item; item = next_item(at, item, "dependence"))
    one[out->dependence_count++] = (dw_summary_dependence){.column = dw_fields_text(at, item, "column", NULL),
                                                           .time = dw_fields_number(at, item, "autocorrelation_time"),
                                                           .missing_time = dw_fields_number(at, item, "missing_autocorrelation_time"),
                                                           .reference_values = dw_fields_number(at, item, "reference_values"),
                                                           .reference_effective = dw_fields_number(at, item, "reference_effective"),
                                                           .current_values = dw_fields_number(at, item, "current_values"),
                                                           .current_effective = dw_fields_number(at, item, "current_effective"),
                                                           .hour = dw_fields_number(at, item, "hour"),
                                                           .weekday = dw_fields_number(at, item, "weekday"),
                                                           .rest_time = dw_fields_number(at, item, "rest_autocorrelation_time"),
                                                           .whole_cycles = dw_fields_truth(at, item, "whole_cycles")};
}

static void read_gates(dw_summary *out, dw_fields *at, const dw_value *gate)
{
  if (!gate) return;
  const dw_value *list = dw_value_get(gate, "gates");
  out->gated = true;
  out->gates_passed = dw_fields_answer(at, gate, "passed");
  if (dw_value_kind(list) != DW_VALUE_ARRAY) dw_fields_refuse(at, "gates", "a list");
  dw_summary_gate *gates = dw_fields_room(at, dw_value_count(list), sizeof *gates);
  out->gates = gates;
  for (const dw_value *item = first_item(at, list, "gates"); item; item = next_item(at, item, "gates")) {
    const char *text = dw_fields_text(at, item, "gate", NULL);
    if (!text) dw_fields_refuse(at, "gate", "a text");
    gates[out->gate_count++] = (dw_summary_gate){.gate = text,
                                                 .metric = dw_fields_text(at, item, "metric", NULL),
                                                 .value = dw_fields_number(at, item, "value"),
                                                 .threshold = dw_fields_number(at, item, "threshold"),
                                                 .passed = dw_fields_answer(at, item, "passed")};
  }
}

dw_status dw_summary_read(dw_summary *out, dw_fields *at, const dw_value *document)
{
  dw_summary_init(out);
  out->command = dw_fields_text(at, document, "command", NULL);
  read_answer(out, at, document);
  out->graded = dw_value_kind(dw_value_get(document, "severity")) != DW_VALUE_NULL;
  out->severity = dw_fields_severity(at, document);
  read_severity_by(&out->severity_by, at, dw_fields_object(at, document, "severity_by"));
  out->columns = dw_fields_number(at, document, "columns");
  out->drifted = dw_fields_number(at, document, "drifted");
  out->drift_share = dw_fields_number(at, document, "drift_share");
  if (out->drift_share < 0 || out->drift_share > 1) dw_fields_refuse(at, "drift_share", "a share, 0 to 1");
  out->drift_share_threshold = dw_fields_number(at, document, "drift_share_threshold");
  out->detectable = dw_fields_number(at, document, "detectable");
  out->dataset_drift = dw_fields_truth(at, document, "dataset_drift");
  out->fail_on = read_texts(at, document, "fail_on", &out->fail_on_count);
  out->drifted_columns = read_texts(at, document, "drifted_columns", &out->drifted_column_count);
  read_segments(out, at, document);
  read_match(out, at, dw_fields_object(at, document, "match"));
  read_chunks(out, at, dw_fields_object(at, document, "chunks"));
  out->not_compared = read_left_out(at, document, "not_compared", &out->not_compared_count);
  out->not_judged = read_left_out(at, document, "not_judged", &out->not_judged_count);
  out->quarantined = read_texts(at, document, "quarantined", &out->quarantined_count);
  read_dependence(out, at, document);
  out->reference_rows = dw_fields_number(at, document, "reference_rows");
  out->current_rows = dw_fields_number(at, document, "current_rows");
  out->skipped_records = dw_fields_number(at, document, "skipped_records");
  out->reference_period = read_period(at, document, "reference_period");
  out->current_period = read_period(at, document, "current_period");
  read_profile(&out->reference_profile, at, dw_fields_object(at, document, "reference_profile"));
  read_profile(&out->current_profile, at, dw_fields_object(at, document, "current_profile"));
  out->made_by_read = dw_fields_list(at, document, "made_by");
  read_gates(out, at, dw_fields_object(at, document, "gate"));
  return at->status;
}
