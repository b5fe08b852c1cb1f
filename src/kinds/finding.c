#include "kinds/finding.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void dw_finding_init(dw_finding *finding, dw_check check, const char *column, dw_type type)
{
  *finding = (dw_finding){.check = check,
                          .column = column,
                          .type = type,
                          .statistic = NAN,
                          .p_value = NAN,
                          .p_adjusted = NAN,
                          .score = NAN,
                          .threshold = NAN,
                          .magnitude = NAN,
                          .grading = dw_grading_of(DW_SCALE_KIND, NAN),
                          .effect_size = NAN,
                          .effect_low = NAN,
                          .effect_high = NAN,
                          .superiority = {NAN, NAN, NAN},
                          .rank_error = NAN};
  dw_shift_init(&finding->shift);
}

void dw_finding_shift_category(dw_finding *finding, const char *category, size_t length)
{
  finding->own_category.length = 0;
  dw_buf_add(&finding->own_category, category, length);
  finding->shift.category = dw_buf_cstr(&finding->own_category);
  finding->shift.category_length = length;
}

void dw_finding_fail(dw_finding *finding, const char *why)
{
  finding->statistic = finding->p_value = finding->p_adjusted = finding->score = NAN;
  snprintf(finding->error, sizeof finding->error, "%s", why);
}

void dw_finding_judge_p(dw_finding *finding, const char *method, double p_value, double threshold)
{
  finding->method = method;
  finding->by_p_value = true;
  finding->p_value = finding->p_adjusted = finding->score = p_value;
  finding->rule = DW_RULE_BELOW;
  finding->threshold = threshold;
}

static dw_grading finding_grading(const dw_finding *finding)
{
  bool by_shift = finding->by_p_value || finding->shift.place == DW_PLACE_SCORED;
  if (by_shift && !isnan(finding->shift.h)) return dw_shift_grading(&finding->shift);
  if (!isnan(finding->magnitude)) return dw_grading_of(DW_SCALE_SIZE, finding->magnitude);
  if (finding->by_p_value) {
    dw_grading chance = dw_grading_of(DW_SCALE_CHANCE, finding->threshold / finding->score);
    if (!finding->graded_by_p) chance.high = NAN;
    return chance;
  }
  if (finding->threshold == finding->undrifted) return dw_grading_of(DW_SCALE_KIND, NAN); /* anything at all is beyond it */
  return dw_grading_of(DW_SCALE_TIMES, (finding->score - finding->undrifted) / (finding->threshold - finding->undrifted));
}

void dw_finding_grade(dw_finding *finding, dw_grading grading)
{
  finding->grading = grading;
  finding->severity = dw_grading_severity(&finding->grading);
}

static bool beyond_threshold(const dw_finding *finding)
{
  if (finding->verdict != DW_VERDICT_BY_RULE) return finding->verdict == DW_VERDICT_YES;
  return dw_rule_holds(finding->score, finding->rule, finding->threshold);
}

void dw_finding_decide(dw_finding *finding)
{
  bool large = isnan(finding->shift.min_effect) || dw_shift_least(&finding->shift) >= finding->shift.min_effect;
  finding->drift = !finding->error[0] && large && beyond_threshold(finding);
  finding->severity = DW_SEVERITY_NONE;
  if (finding->drift) dw_finding_grade(finding, finding_grading(finding));
}

const char *dw_finding_check(const dw_finding *finding)
{
  return finding->read.done ? finding->read.check : dw_check_of(finding->check)->name;
}

const char *dw_finding_error(const dw_finding *finding)
{
  if (finding->read.done) return finding->read.error;
  return finding->error[0] ? finding->error : NULL;
}

/* --- writing --- */

static void write_object(dw_json *json, const char *key, const dw_value *read, const dw_buf *made)
{
  dw_buf text = {0};
  if (read) dw_value_print(read, &text);
  if (read) made = &text;
  if (made->length) dw_json_raw(json, key, made->data, made->length);
  else dw_json_null(json, key);
  dw_buf_free(&text);
}

static bool has_chunk(const dw_finding *finding) { return finding->chunk.length || finding->read.chunk; }

static void write_segment(dw_json *json, const dw_finding *finding)
{
  dw_json_open(json, "segment", '{');
  dw_json_text(json, "column", finding->by);
  if (finding->segment) dw_json_bytes(json, "value", finding->segment, finding->segment_length);
  else dw_json_null(json, "value");
  dw_json_close(json, '}');
}

static const char *rule_text(const dw_finding *finding)
{
  bool ruled = finding->read.done ? finding->read.ruled : !isnan(finding->threshold);
  return ruled ? dw_rule_text(finding->rule) : NULL;
}

static const char *severity_word(const dw_finding *finding)
{
  return finding->read.done && !finding->read.graded ? NULL : dw_severity_word(finding->severity);
}

static void number_if_known(dw_json *json, const char *key, double value)
{
  if (!isnan(value)) dw_json_number(json, key, value);
}

void dw_finding_write(const dw_finding *finding, dw_buf *out)
{
  dw_json json;
  const char *error = dw_finding_error(finding);
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "finding");
  dw_json_text(&json, "check", dw_finding_check(finding));
  dw_json_text(&json, "column", finding->column);
  if (finding->by) write_segment(&json, finding);
  if (has_chunk(finding)) write_object(&json, "chunk", finding->read.chunk, &finding->chunk);
  if (finding->period) dw_json_text(&json, "period", finding->period);
  dw_json_text(&json, "type", finding->read.done ? finding->read.type : dw_type_name(finding->type));
  dw_json_text(&json, "method", finding->method);
  dw_json_number(&json, "statistic", finding->statistic);
  dw_json_number(&json, "p_value", finding->p_value);
  dw_json_number(&json, "p_adjusted", finding->p_adjusted);
  dw_json_number(&json, "score", finding->score);
  dw_json_number(&json, "threshold", finding->threshold);
  dw_json_text(&json, "rule", rule_text(finding));
  if (finding->calibrated) dw_json_bool(&json, "calibrated", true);
  dw_json_bool(&json, "drift", finding->drift);
  dw_json_text(&json, "severity", severity_word(finding));
  dw_json_text(&json, "direction", finding->direction);
  dw_json_number(&json, "effect_size", finding->effect_size);
  number_if_known(&json, "effect_low", finding->effect_low);
  number_if_known(&json, "effect_high", finding->effect_high);
  number_if_known(&json, "superiority", finding->superiority.value);
  number_if_known(&json, "superiority_low", finding->superiority.low);
  number_if_known(&json, "superiority_high", finding->superiority.high);
  dw_shift_write(&finding->shift, &json, "share_shift");
  write_object(&json, "reference", finding->read.reference, finding->reference ? finding->reference : &finding->own_reference);
  write_object(&json, "current", finding->read.current, finding->current ? finding->current : &finding->own_current);
  dw_json_bool(&json, "approximate", finding->approximate);
  dw_json_number(&json, "rank_error", finding->rank_error);
  if (finding->detail.length || finding->read.detail) write_object(&json, "detail", finding->read.detail, &finding->detail);
  if (finding->warning) dw_json_text(&json, "warning", finding->warning);
  if (error) dw_json_text(&json, "error", error);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

void dw_finding_cite(const dw_finding *finding, dw_json *json)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "finding");
  dw_json_text(json, "check", dw_finding_check(finding));
  dw_json_text(json, "column", finding->column);
  dw_json_text(json, "method", finding->method);
  dw_json_number(json, "score", finding->score);
  dw_json_number(json, "threshold", finding->threshold);
  dw_json_text(json, "rule", rule_text(finding));
  dw_json_text(json, "severity", severity_word(finding));
  dw_json_text(json, "direction", finding->direction);
  dw_shift_write(&finding->shift, json, "share_shift");
  if (finding->by) write_segment(json, finding);
  if (has_chunk(finding)) write_object(json, "chunk", finding->read.chunk, &finding->chunk);
  dw_json_close(json, '}');
}

/* --- reading --- */

static dw_type type_of(const char *word)
{
  for (int type = 0; word && type < DW_TYPES; type++)
    if (strcmp(word, dw_type_name((dw_type)type)) == 0) return (dw_type)type;
  return DW_TYPE_OTHER;
}

/* Some write "" for no rule. */
static void read_rule(dw_finding *out, dw_fields *at, const dw_value *document)
{
  const char *text = dw_fields_text(at, document, "rule", "");
  out->read.ruled = dw_rule_find(text, &out->rule);
  if (*text && !out->read.ruled) dw_fields_refuse(at, "rule", DW_RULE_TEXTS);
}

static void read_segment(dw_finding *out, dw_fields *at, const dw_value *segment)
{
  if (!segment) return;
  out->by = dw_fields_text(at, segment, "column", "");
  out->segment = dw_fields_text(at, segment, "value", NULL);
  out->segment_length = out->segment ? strlen(out->segment) : 0;
}

static void read_numbers(dw_finding *out, dw_fields *at, const dw_value *document)
{
  out->statistic = dw_fields_number(at, document, "statistic");
  out->p_value = dw_fields_number(at, document, "p_value");
  out->p_adjusted = dw_fields_number(at, document, "p_adjusted");
  out->score = dw_fields_number(at, document, "score");
  out->threshold = dw_fields_number(at, document, "threshold");
  out->effect_size = dw_fields_number(at, document, "effect_size");
  out->effect_low = dw_fields_number(at, document, "effect_low");
  out->effect_high = dw_fields_number(at, document, "effect_high");
  out->superiority.value = dw_fields_number(at, document, "superiority");
  out->superiority.low = dw_fields_number(at, document, "superiority_low");
  out->superiority.high = dw_fields_number(at, document, "superiority_high");
  out->rank_error = dw_fields_number(at, document, "rank_error");
}

dw_status dw_finding_read(dw_finding *out, dw_fields *at, const dw_value *document)
{
  const char *check = dw_fields_text(at, document, "check", ""), *column = dw_fields_text(at, document, "column", NULL);
  const char *type = dw_fields_text(at, document, "type", NULL);
  dw_finding_init(out, dw_check_named(check), column, type_of(type));
  if (!*check) dw_fields_refuse(at, "check", "the name of a check");
  out->read.done = true;
  out->read.check = check;
  out->read.type = type;
  read_segment(out, at, dw_fields_object(at, document, "segment"));
  out->read.chunk = dw_fields_object(at, document, "chunk");
  out->period = dw_fields_text(at, document, "period", NULL);
  out->method = dw_fields_text(at, document, "method", NULL);
  read_numbers(out, at, document);
  dw_shift_read(&out->shift, at, dw_fields_object(at, document, "share_shift"));
  read_rule(out, at, document);
  out->calibrated = dw_fields_truth(at, document, "calibrated");
  out->drift = dw_fields_answer(at, document, "drift");
  out->read.graded = dw_value_kind(dw_value_get(document, "severity")) != DW_VALUE_NULL;
  out->severity = dw_fields_severity(at, document);
  out->direction = dw_fields_text(at, document, "direction", NULL);
  out->read.reference = dw_fields_object(at, document, "reference");
  out->read.current = dw_fields_object(at, document, "current");
  out->approximate = dw_fields_truth(at, document, "approximate");
  out->read.detail = dw_fields_object(at, document, "detail");
  out->lost = dw_fields_truth(at, out->read.detail, "lost");
  out->warning = dw_fields_text(at, document, "warning", NULL);
  out->read.error = dw_fields_text(at, document, "error", NULL);
  return at->status;
}

void dw_finding_free(dw_finding *finding)
{
  dw_buf_free(&finding->chunk);
  dw_buf_free(&finding->own_reference);
  dw_buf_free(&finding->own_current);
  dw_buf_free(&finding->own_category);
  dw_buf_free(&finding->detail);
}
