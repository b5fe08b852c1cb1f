#include "decide/gate.h"

#include <math.h>
#include <string.h>

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

static dw_status no_value(const dw_gate *gate, dw_err *err)
{
  dw_buf text = {0};
  dw_gate_print(gate, &text);
  dw_status status = dw_err_set(err, DW_ENODATA, "gate %s: the metric has no value", dw_buf_cstr(&text));
  dw_buf_free(&text);
  return status;
}

static const dw_gate_value *find(const dw_gate_value *values, size_t count, const char *metric)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(values[i].metric, metric) == 0) return &values[i];
  return NULL;
}

dw_status dw_gates_judge(dw_gates *gates, const dw_gate_value *values, size_t count, dw_err *err)
{
  gates->passed = false;
  for (size_t i = 0; i < gates->count; i++) gates->gate[i].passed = false;
  for (size_t i = 0; i < gates->count; i++) {
    const dw_gate_value *found = find(values, count, gates->gate[i].metric);
    if (!found) return not_there(&gates->gate[i], values, count, err);
    if (!isfinite(found->value)) return no_value(&gates->gate[i], err);
    gates->gate[i].value = found->value;
  }
  gates->passed = true;
  for (size_t i = 0; i < gates->count; i++) {
    dw_gate *gate = &gates->gate[i];
    gate->passed = dw_rule_holds(gate->value, gate->rule, gate->threshold);
    if (!gate->passed) gates->passed = false;
  }
  return DW_OK;
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
