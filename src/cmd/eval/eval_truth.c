#include "cmd/eval/eval_truth.h"

#include <math.h>
#include <string.h>

#include "cmd/options/cmd.h"
#include "decide/gate.h"
#include "detect/truth/alarm_metrics.h"
#include "detect/truth/drift_truth.h"
#include "model/judge/interval_closed.h"

static dw_err err;

static void check_options(const dw_command *command, bool truth)
{
  static const char *const of_truth[] = {"delta-max", "delta-pre", "every-column", NULL};
  static const char *const shared[] = {"truth",   "delta-max",  "delta-pre", "every-column", "gate",
                                       "metrics", "confidence", "output",    "exit-zero"};
  if (!truth) {
    for (const char *const *o = of_truth; *o; o++)
      if (dw_command_option(command, *o)->given) dw_cmd_usage("--%s goes with --truth", *o);
    return;
  }
  for (const dw_option *o = command->options; o->name; o++) {
    bool fits = o->unrecorded || !o->given;
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) fits = fits || strcmp(o->name, shared[i]) == 0;
    if (!fits) dw_cmd_usage("--%s does not go with --truth", o->name);
  }
}

static bool wanted(const dw_text_list *metrics, const char *measure)
{
  bool found = metrics->count == 0;
  for (size_t i = 0; i < metrics->count; i++) found = found || strcmp(metrics->text[i], measure) == 0;
  return found;
}

static void check_metrics(const dw_text_list *metrics)
{
  for (size_t i = 0; i < metrics->count; i++) {
    int m = 0;
    while (m < DW_ALARM_MEASURES && strcmp(dw_alarm_measure_name((dw_alarm_measure)m), metrics->text[i]) != 0) m++;
    if (m == DW_ALARM_MEASURES) dw_cmd_usage("--metrics: there is no metric \"%s\" of detections", metrics->text[i]);
  }
}

static void write_metrics(const dw_truth_shared *shared, const dw_alarm_tally *tally, const char *column, dw_output *output)
{
  dw_buf line = {0};
  dw_json json;
  for (int i = 0; i < DW_ALARM_MEASURES; i++) {
    dw_alarm_measure m = (dw_alarm_measure)i;
    if (!wanted(shared->metrics, dw_alarm_measure_name(m))) continue;
    dw_alarm_bounds bounds = {NAN, NAN, NULL};
    if (dw_alarm_measure_is_of_drifts(m) && tally->drifts) {
      dw_interval wilson = dw_interval_wilson(dw_alarm_measure_of(tally, m), (double)tally->drifts, shared->confidence);
      bounds = (dw_alarm_bounds){wilson.low, wilson.high, wilson.method};
    }
    dw_json_start(&json, &line, 0);
    dw_alarm_metric_write(tally, m, column, &bounds, &json);
    dw_cmd_end_line(&json, &line, output);
  }
  dw_buf_free(&line);
}

static void judge_gates(dw_gates *gates, const dw_alarm_tally *all)
{
  dw_gate_value value[DW_ALARM_MEASURES];
  for (int i = 0; i < DW_ALARM_MEASURES; i++)
    value[i] = (dw_gate_value){dw_alarm_measure_name((dw_alarm_measure)i), dw_alarm_measure_of(all, (dw_alarm_measure)i)};
  dw_cmd_check(dw_gates_judge(gates, value, DW_ALARM_MEASURES, &err), &err);
}

static void write_summary(const dw_truth_settings *set, const dw_drift_truth *truth, const dw_alarm_tally *all, const dw_gates *gates,
                          size_t columns, dw_output *output)
{
  dw_buf line = {0};
  dw_json json;
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "summary");
  dw_json_text(&json, "command", "dw-eval");
  dw_json_text(&json, "task", "detection");
  dw_json_null(&json, "drift");
  if (gates->count) dw_gates_write(gates, &json, "gate");
  else dw_json_null(&json, "gate");
  dw_alarm_tally_write(all, &json);
  dw_json_integer(&json, "warnings", (int64_t)truth->warnings);
  dw_json_integer(&json, "columns", (int64_t)columns);
  dw_json_integer(&json, "delta_max", (int64_t)set->delta_max);
  dw_json_integer(&json, "delta_pre", (int64_t)set->delta_pre);
  dw_json_null(&json, "alerts");
  dw_cmd_end_document(&json, &line, NULL, output);
  dw_buf_free(&line);
}

/* Rates are over the rows of the stream, whatever part of it dw-detect read. */
static void warn_uneven(const dw_drift_truth *truth)
{
  for (size_t i = 0; i < truth->count; i++) {
    const dw_truth_column *c = &truth->column[i];
    if (!c->watched || c->seen == UINT64_MAX || c->seen == truth->rows) continue;
    dw_cmd_warn("\"%s\": dw-detect looked at %llu rows, and the stream has %llu: %s", c->name, (unsigned long long)c->seen,
                (unsigned long long)truth->rows,
                c->seen < truth->rows ? "rates are over all of them, and what was not looked at counts as quiet"
                                      : "rows that were read twice have their alarms twice");
  }
}

static void read_all(const dw_truth_settings *set, dw_drift_truth *truth, const dw_text_list *operands)
{
  size_t at = 0;
  dw_drift_truth_init(truth);
  static const char *const standard[] = {"-"};
  const char *const *path = operands->count ? operands->text : standard;
  dw_made_input made;
  for (size_t i = 0; i < set->truth.count; i++) {
    dw_cmd_check(dw_drift_truth_injections(truth, set->truth.text[i], &made, &err), &err);
    dw_cmd_made_by_input(&made);
  }
  for (size_t i = 0; i < operands->count + !operands->count; i++) {
    dw_cmd_check(dw_drift_truth_detections(truth, path[i], &made, &err), &err);
    dw_cmd_made_by_input(&made);
  }
  dw_cmd_check(dw_drift_truth_settle(truth, set->every_column, &err), &err);
  if (truth->idle) dw_cmd_warn("%zu injections changed no record, and are no drifts", truth->idle);
  for (const char *name; !set->every_column && (name = dw_drift_truth_unwatched(truth, &at));)
    dw_cmd_warn("\"%s\" was drifted and not watched: its drifts do not count (--every-column: they are to be noticed in the others)", name);
  warn_uneven(truth);
}

void dw_eval_truth(const dw_truth_settings *set, const dw_truth_shared *shared, const dw_command *command)
{
  dw_drift_truth truth;
  dw_alarm_tally all = {0};
  dw_gates gates = {0};
  dw_output *output;
  size_t columns = 0;
  check_options(command, set->truth.count > 0);
  if (!set->truth.count) return;
  check_metrics(shared->metrics);
  if (shared->gate && dw_gates_parse(&gates, shared->gate, &err) != DW_OK) dw_cmd_usage("--gate: %s", err.message);
  read_all(set, &truth, &command->operands);
  dw_cmd_check(dw_output_open(&output, shared->output, &err), &err);
  for (size_t i = 0; i < truth.count; i++) {
    const dw_truth_column *c = &truth.column[i];
    if (!c->watched) continue;
    dw_alarm_stream stream = {c->alarm, c->alarms, c->drift, c->drifts, truth.rows};
    dw_alarm_tally one = {0};
    columns++;
    dw_alarm_tally_add(&one, &stream, set->delta_max, set->delta_pre);
    dw_alarm_tally_add(&all, &stream, set->delta_max, set->delta_pre);
    write_metrics(shared, &one, c->name, output);
  }
  write_metrics(shared, &all, NULL, output);
  judge_gates(&gates, &all);
  write_summary(set, &truth, &all, &gates, columns, output);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_status answer = gates.count && !gates.passed && !shared->exit_zero ? DW_YES : DW_OK;
  dw_drift_truth_free(&truth);
  dw_gates_free(&gates);
  dw_cmd_end(answer);
}
