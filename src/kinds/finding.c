#include "kinds/finding.h"

#include <math.h>
#include <stdio.h>

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
                          .effect_size = NAN,
                          .effect_low = NAN,
                          .effect_high = NAN,
                          .superiority = {NAN, NAN, NAN},
                          .rank_error = NAN};
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

static dw_severity finding_severity(const dw_finding *finding)
{
  double magnitude = finding->magnitude;
  if (!isnan(magnitude)) return magnitude >= 0.6 ? DW_SEVERITY_HIGH : magnitude >= 0.3 ? DW_SEVERITY_MEDIUM : DW_SEVERITY_LOW;
  if (!finding->by_p_value && finding->threshold == finding->undrifted) return DW_SEVERITY_LOW; /* anything at all is beyond it */
  double beyond = finding->by_p_value ? finding->threshold / finding->score
                                      : (finding->score - finding->undrifted) / (finding->threshold - finding->undrifted);
  if (finding->by_p_value) return beyond >= 50 ? DW_SEVERITY_HIGH : beyond >= 5 ? DW_SEVERITY_MEDIUM : DW_SEVERITY_LOW;
  return beyond >= 3 ? DW_SEVERITY_HIGH : beyond >= 1.5 ? DW_SEVERITY_MEDIUM : DW_SEVERITY_LOW;
}

void dw_finding_decide(dw_finding *finding)
{
  finding->drift =
      !finding->error[0] && (finding->verdict == DW_VERDICT_BY_RULE ? dw_rule_holds(finding->score, finding->rule, finding->threshold)
                                                                    : finding->verdict == DW_VERDICT_YES);
  finding->severity = finding->drift ? finding_severity(finding) : DW_SEVERITY_NONE;
}

static void write_side(dw_json *json, const char *key, const dw_buf *shared, const dw_buf *own)
{
  const dw_buf *side = shared ? shared : own;
  if (side->length) dw_json_raw(json, key, side->data, side->length);
  else dw_json_null(json, key);
}

static void write_segment(dw_json *json, const dw_finding *finding)
{
  dw_json_open(json, "segment", '{');
  dw_json_text(json, "column", finding->by);
  if (finding->segment) dw_json_bytes(json, "value", finding->segment, finding->segment_length);
  else dw_json_null(json, "value");
  dw_json_close(json, '}');
}

static void number_if_known(dw_json *json, const char *key, double value)
{
  if (!isnan(value)) dw_json_number(json, key, value);
}

void dw_finding_write(const dw_finding *finding, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "finding");
  dw_json_text(&json, "check", dw_check_of(finding->check)->name);
  dw_json_text(&json, "column", finding->column);
  if (finding->by) write_segment(&json, finding);
  if (finding->chunk.length) dw_json_raw(&json, "chunk", finding->chunk.data, finding->chunk.length);
  if (finding->period) dw_json_text(&json, "period", finding->period);
  dw_json_text(&json, "type", dw_type_name(finding->type));
  dw_json_text(&json, "method", finding->method);
  dw_json_number(&json, "statistic", finding->statistic);
  dw_json_number(&json, "p_value", finding->p_value);
  dw_json_number(&json, "p_adjusted", finding->p_adjusted);
  dw_json_number(&json, "score", finding->score);
  dw_json_number(&json, "threshold", finding->threshold);
  dw_json_text(&json, "rule", isnan(finding->threshold) ? NULL : dw_rule_text(finding->rule));
  if (finding->calibrated) dw_json_bool(&json, "calibrated", true);
  dw_json_bool(&json, "drift", finding->drift);
  dw_json_text(&json, "severity", dw_severity_word(finding->severity));
  dw_json_text(&json, "direction", finding->direction);
  dw_json_number(&json, "effect_size", finding->effect_size);
  number_if_known(&json, "effect_low", finding->effect_low);
  number_if_known(&json, "effect_high", finding->effect_high);
  number_if_known(&json, "superiority", finding->superiority.value);
  number_if_known(&json, "superiority_low", finding->superiority.low);
  number_if_known(&json, "superiority_high", finding->superiority.high);
  write_side(&json, "reference", finding->reference, &finding->own_reference);
  write_side(&json, "current", finding->current, &finding->own_current);
  dw_json_bool(&json, "approximate", finding->approximate);
  dw_json_number(&json, "rank_error", finding->rank_error);
  if (finding->detail.length) dw_json_raw(&json, "detail", finding->detail.data, finding->detail.length);
  if (finding->warning) dw_json_text(&json, "warning", finding->warning);
  if (finding->error[0]) dw_json_text(&json, "error", finding->error);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

void dw_finding_free(dw_finding *finding)
{
  dw_buf_free(&finding->chunk);
  dw_buf_free(&finding->own_reference);
  dw_buf_free(&finding->own_current);
  dw_buf_free(&finding->detail);
}
