#include "decide/gate.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/num.h"

static bool letter(char c) { return c >= 'a' && c <= 'z'; }
static bool of_name(char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.'; }

static size_t name_length(const char *text)
{
  size_t length = 0;
  if (letter(*text))
    while (of_name(text[length])) length++;
  return length;
}

dw_status dw_gates_add(dw_gates *gates, const char *metric, dw_rule rule, double threshold, dw_err *err)
{
  size_t length = name_length(metric);
  if (!length || metric[length]) return dw_err_set(err, DW_EUSAGE, "gate: \"%s\" is not the name of a metric", metric);
  if (!isfinite(threshold)) return dw_err_set(err, DW_EUSAGE, "gate on %s: the threshold is not a finite number", metric);
  gates->gate = dw_grow(gates->gate, &gates->capacity, gates->count + 1, sizeof *gates->gate);
  gates->gate[gates->count++] = (dw_gate){.metric = dw_strdup(metric), .rule = rule, .threshold = threshold, .value = NAN};
  return DW_OK;
}

static const char *skip_spaces(const char *p)
{
  while (*p == ' ' || *p == '\t') p++;
  return p;
}

/* The rule at *p, which moves behind it. */
static bool read_rule(const char **p, dw_rule *rule)
{
  const char *at = *p;
  if (*at != '>' && *at != '<') return false;
  bool equal = at[1] == '=';
  *rule = *at == '>' ? (equal ? DW_RULE_AT_LEAST : DW_RULE_ABOVE) : (equal ? DW_RULE_AT_MOST : DW_RULE_BELOW);
  *p = at + 1 + equal;
  return true;
}

/* One gate up to a comma or the end. */
static dw_status read_gate(dw_gates *gates, const char **text, dw_err *err)
{
  const char *p = skip_spaces(*text), *name = p;
  size_t length = strcspn(p, ","), name_bytes = name_length(p);
  int shown = length > 200 ? 200 : (int)length;
  if (!name_bytes) return dw_err_set(err, DW_EUSAGE, "gate \"%.*s\": expected METRIC>=NUMBER, such as auc>=0.82", shown, name);
  p = skip_spaces(p + name_bytes);
  dw_rule rule;
  if (!read_rule(&p, &rule))
    return dw_err_set(err, DW_EUSAGE, "gate \"%.*s\": expected >=, >, <= or < behind \"%.*s\"", shown, name, (int)name_bytes, name);
  p = skip_spaces(p);
  const char *end = name + length;
  while (end > p && (end[-1] == ' ' || end[-1] == '\t')) end--;
  double threshold;
  if (!dw_num_parse(p, (size_t)(end - p), &threshold, NULL) || !isfinite(threshold))
    return dw_err_set(err, DW_EUSAGE, "gate \"%.*s\": \"%.*s\" is not a number", shown, name, (int)(end - p > 100 ? 100 : end - p), p);
  char *metric = dw_strndup(name, name_bytes);
  dw_status status = dw_gates_add(gates, metric, rule, threshold, err);
  dw_free(metric);
  *text = name + length;
  return status;
}

dw_status dw_gates_parse(dw_gates *gates, const char *text, dw_err *err)
{
  for (;;) {
    dw_status status = read_gate(gates, &text, err);
    if (status != DW_OK) return status;
    if (*text != ',') return DW_OK;
    text++;
  }
}

static dw_status not_there(const dw_gate *gate, const dw_gate_value *values, size_t count, dw_err *err)
{
  dw_buf text = {0}, there = {0};
  dw_gate_print(gate, &text);
  for (size_t i = 0; i < count; i++) dw_buf_format(&there, "%s%s", i ? ", " : "", values[i].metric);
  dw_status status = dw_err_set(err, DW_EUSAGE, "gate %s: the metric \"%s\" was not computed; there %s %s", dw_buf_cstr(&text),
                                gate->metric, count == 1 ? "is" : "are", count ? dw_buf_cstr(&there) : "none");
  dw_buf_free(&text);
  dw_buf_free(&there);
  return status;
}

/* set: SIZE_MAX where there is only one. */
static dw_status no_value(const dw_gate *gate, size_t set, dw_err *err)
{
  dw_buf text = {0}, where = {0};
  dw_gate_print(gate, &text);
  if (set != SIZE_MAX) dw_buf_format(&where, " in window %zu", set);
  dw_status status = dw_err_set(err, DW_ENODATA, "gate %s: the metric has no value%s", dw_buf_cstr(&text), dw_buf_cstr(&where));
  dw_buf_free(&where);
  dw_buf_free(&text);
  return status;
}

static const dw_gate_value *find(const dw_gate_value *values, size_t count, const char *metric)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(values[i].metric, metric) == 0) return &values[i];
  return NULL;
}

/* From the worst of the sets on. */
static dw_status judge_one(dw_gate *gate, const dw_gate_value *values, size_t count, size_t sets, dw_err *err)
{
  const dw_gate_value *first = find(values, count, gate->metric);
  bool floor = gate->rule == DW_RULE_AT_LEAST || gate->rule == DW_RULE_ABOVE;
  if (!first) return not_there(gate, values, count, err);
  gate->value = NAN;
  gate->refused = 0;
  for (size_t k = 0; k < (sets ? sets : 1); k++) {
    double value = first[k * count].value;
    if (!isfinite(value)) return no_value(gate, sets ? k : SIZE_MAX, err);
    gate->value = floor ? fmin(gate->value, value) : fmax(gate->value, value);
    gate->refused += !dw_rule_holds(value, gate->rule, gate->threshold);
  }
  return DW_OK;
}

dw_status dw_gates_judge_sets(dw_gates *gates, const dw_gate_value *values, size_t count, size_t sets, dw_err *err)
{
  gates->passed = false;
  gates->sets = sets;
  for (size_t i = 0; i < gates->count; i++) gates->gate[i].passed = false;
  for (size_t i = 0; i < gates->count; i++) {
    dw_status status = judge_one(&gates->gate[i], values, count, sets, err);
    if (status != DW_OK) return status;
  }
  gates->passed = true;
  for (size_t i = 0; i < gates->count; i++) {
    gates->gate[i].passed = gates->gate[i].refused == 0;
    gates->passed = gates->passed && gates->gate[i].passed;
  }
  return DW_OK;
}

dw_status dw_gates_judge(dw_gates *gates, const dw_gate_value *values, size_t count, dw_err *err)
{
  return dw_gates_judge_sets(gates, values, count, 0, err);
}

static double rounded(double value, int digits)
{
  double scale = dw_pow(10, digits - 1 - floor(dw_log10(fabs(value))));
  return isfinite(scale) && scale > 1 ? rint(value * scale) / scale : value;
}

void dw_gate_value_print(double value, double threshold, dw_buf *out)
{
  double shown = value;
  for (int digits = 4; isfinite(value) && value != 0 && digits < 16; digits++) {
    shown = rounded(value, digits);
    if (isnan(threshold) || ((shown < threshold) == (value < threshold) && (shown > threshold) == (value > threshold))) break;
  }
  dw_buf_number(out, shown);
}

void dw_gate_print(const dw_gate *gate, dw_buf *out)
{
  dw_buf_text(out, gate->metric);
  dw_buf_text(out, dw_rule_text(gate->rule));
  dw_buf_number(out, gate->threshold);
}

void dw_gates_write(const dw_gates *gates, dw_json *json, const char *key)
{
  dw_buf text = {0};
  dw_json_open(json, key, '{');
  dw_json_bool(json, "passed", gates->passed);
  if (gates->sets) dw_json_integer(json, "windows", (int64_t)gates->sets);
  dw_json_open(json, "gates", '[');
  for (size_t i = 0; i < gates->count; i++) {
    const dw_gate *gate = &gates->gate[i];
    text.length = 0;
    dw_gate_print(gate, &text);
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "gate", dw_buf_cstr(&text));
    dw_json_text(json, "metric", gate->metric);
    dw_json_number(json, "value", gate->value);
    dw_json_number(json, "threshold", gate->threshold);
    dw_json_bool(json, "passed", gate->passed);
    if (gates->sets) dw_json_integer(json, "refused", (int64_t)gate->refused);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
  dw_buf_free(&text);
}

void dw_gates_free(dw_gates *gates)
{
  for (size_t i = 0; i < gates->count; i++) dw_free(gates->gate[i].metric);
  dw_free(gates->gate);
  *gates = (dw_gates){0};
}
