/* gate: quality gates: what a model's figures must reach.
 *
 *   dw_gates gates = {0};
 *   dw_gates_parse(&gates, "auc>=0.82,log_loss<=0.3", &err);      // or dw_gates_add(&gates, "auc", DW_RULE_AT_LEAST, 0.82, &err)
 *   dw_gate_value figures[] = {{"auc", 0.91}, {"log_loss", 0.28}};
 *   dw_gates_judge(&gates, figures, 2, &err);                     // fills value and passed of each gate, and gates.passed
 *   dw_gates_write(&gates, &json, "gate");
 *   dw_gates_free(&gates);
 *
 * A gate on a figure that is not there is an error and never a pass; so is one on a figure without a value.
 */
#ifndef DW_DECIDE_GATE_H
#define DW_DECIDE_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "io/text/json.h"
#include "kinds/rule.h"

typedef struct dw_gate {
  char *metric;
  dw_rule rule;
  double threshold;
  double value;   /* once judged; of several sets the one that is furthest from passing */
  bool passed;    /* once judged */
  size_t refused; /* once judged: sets that it refuses */
} dw_gate;

typedef struct dw_gates {
  dw_gate *gate;
  size_t count, capacity;
  bool passed; /* once judged: every gate passed */
  size_t sets; /* once judged: 0 for dw_gates_judge */
} dw_gates;

typedef struct dw_gate_value {
  const char *metric;
  double value; /* NaN: it was asked for, but has no value */
} dw_gate_value;

/* Adds the gates of a text: METRIC RULE NUMBER, several separated by commas, spaces allowed between the parts. Metrics are words of a-z,
 * 0-9, '_', '.', beginning with a letter. DW_EUSAGE says what was expected and where; the gates before the mistake stay added. */
dw_status dw_gates_parse(dw_gates *gates, const char *text, dw_err *err);

/* One gate from its parts (a policy's min_auc). DW_EUSAGE: not a name, or not a finite number. */
dw_status dw_gates_add(dw_gates *gates, const char *metric, dw_rule rule, double threshold, dw_err *err);

/* DW_EUSAGE: a gate's metric is not among the values (the message lists them). DW_ENODATA: it is, without a value. In both cases no gate is
 * marked as passed. No gates at all pass. */
dw_status dw_gates_judge(dw_gates *gates, const dw_gate_value *values, size_t count, dw_err *err);

/* Several sets of values one behind the other, the same names in each: windows, say. A gate passes when it holds for all. */
dw_status dw_gates_judge_sets(dw_gates *gates, const dw_gate_value *values, size_t count, size_t sets, dw_err *err);

/* Of sets also "windows" and each gate's "refused".
 * {"passed":true,"gates":[{"gate":"auc>=0.82","metric":"auc","value":0.91,"threshold":0.82,"passed":true}]} */
void dw_gates_write(const dw_gates *gates, dw_json *json, const char *key);

/* A value for people, with 4 digits, or as many more as it takes to stand on its side of the threshold (NaN: of none). */
void dw_gate_value_print(double value, double threshold, dw_buf *out);
void dw_gate_print(const dw_gate *gate, dw_buf *out); /* "auc>=0.82" */
void dw_gates_free(dw_gates *gates);

#endif
