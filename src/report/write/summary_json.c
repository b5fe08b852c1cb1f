/* summary_json: one small document for machines (monitoring_summary.json): the verdict, what to do, and a line a column. Specified in
 * dw-report(1). Several comparisons give one document each, a line each.
 */
#include "report/write/report_format.h"

#include <string.h>

#include "io/text/json.h"
#include "io/text/made_by.h"
#include "report/model/run_history.h"
#include "report/json/control_json.h"
#include "report/json/network_json.h"
#include "report/json/runs_json.h"
#include "report/words/wording.h"

static const char *or_null(const char *text) { return text && *text ? text : NULL; }

static void write_check_members(dw_json *json, const dw_report_finding *finding)
{
  dw_json_text(json, "check", finding->check);
  dw_json_text(json, "method", or_null(finding->method));
  dw_json_number(json, "score", finding->score);
  dw_json_number(json, "threshold", finding->threshold);
  dw_json_text(json, "rule", or_null(finding->rule));
  dw_json_bool(json, "drift", finding->drift);
  dw_json_text(json, "severity", dw_severity_word(finding->severity));
  dw_json_text(json, "direction", or_null(finding->direction));
  dw_json_number(json, "effect_size", finding->effect_size);
  if (*finding->round) dw_json_text(json, "round", finding->round);
  dw_shift_write(&finding->shift, json, "share_shift");
  if (finding->lost) dw_json_bool(json, "lost", true);
  if (finding->lost && *finding->renamed) dw_json_text(json, "renamed", finding->renamed);
  if (finding->error) dw_json_text(json, "error", finding->error);
  if (finding->warning) dw_json_text(json, "warning", finding->warning);
}

static void write_check(dw_json *json, const dw_report_finding *finding)
{
  dw_json_open(json, NULL, '{');
  write_check_members(json, finding);
  dw_json_close(json, '}');
}

/* The finding that stands for the column gives its fields; all of them follow under "checks". */
static void write_column(dw_json *json, const dw_report_section *section, const dw_report_column *column)
{
  const dw_report_finding *lead = &section->findings[column->lead];
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "column", or_null(column->name));
  dw_json_text(json, "type", or_null(lead->type));
  dw_json_bool(json, "drift", column->drift);
  dw_json_text(json, "severity", dw_severity_word(column->severity));
  dw_json_text(json, "method", or_null(lead->method));
  dw_json_number(json, "score", lead->score);
  dw_json_number(json, "threshold", lead->threshold);
  dw_json_text(json, "direction", or_null(lead->direction));
  if (section->weighed) dw_json_number(json, "importance", column->importance);
  dw_json_open(json, "checks", '[');
  for (size_t i = column->first; i != SIZE_MAX; i = section->findings[i].next) write_check(json, &section->findings[i]);
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void write_segments(dw_json *json, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  dw_json_text(json, "by", summary->by);
  dw_json_open(json, "segments", '[');
  for (size_t i = 0; i < summary->segment_count; i++) {
    const dw_report_segment *segment = &summary->segments[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "value", segment->value);
    dw_json_number(json, "part", segment->part);
    dw_json_number(json, "reference_rows", segment->reference_rows);
    dw_json_number(json, "current_rows", segment->current_rows);
    dw_json_text(json, "severity", dw_severity_word(segment->severity));
    dw_json_bool(json, "not_judged", segment->not_judged);
    dw_json_open(json, "findings", '[');
    for (size_t k = 0; k < section->inside_count; k++) {
      if (!dw_report_of_segment(&section->inside[k], segment)) continue;
      dw_json_open(json, NULL, '{');
      dw_json_text(json, "column", or_null(section->inside[k].column));
      write_check_members(json, &section->inside[k]);
      dw_json_close(json, '}');
    }
    dw_json_close(json, ']');
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

static void write_series(dw_json *json, const dw_report_series *series)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "check", series->check);
  dw_json_text(json, "column", or_null(series->column));
  dw_json_text(json, "method", or_null(series->method));
  dw_json_integer(json, "alerts", (int64_t)series->alerts);
  dw_json_text(json, "severity", dw_severity_word(series->severity));
  dw_json_open(json, "values", '[');
  for (size_t i = 0; i < series->count; i++) {
    const dw_report_point *point = &series->point[i];
    dw_json_open(json, NULL, '{');
    dw_json_number(json, "chunk", point->chunk);
    dw_json_text(json, "start", or_null(point->start));
    dw_json_text(json, "period", point->reference ? "reference" : "analysis");
    dw_json_number(json, "value", point->value);
    dw_json_number(json, "lower_threshold", point->lower);
    dw_json_number(json, "upper_threshold", point->upper);
    dw_json_bool(json, "drift", point->drift);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void write_chunks(dw_json *json, const dw_report_chunks *chunks)
{
  if (chunks->count == 0) return;
  dw_json_open(json, "chunks", '[');
  for (size_t i = 0; i < chunks->count; i++) write_series(json, &chunks->series[i]);
  dw_json_close(json, ']');
}

/* made_by as it came, with our own stage behind. */
static void write_made_by(dw_json *json, const char *earlier, const char *stage)
{
  dw_buf both = {0};
  dw_made_by_copy_text(&both, earlier, strlen(earlier));
  if (stage) dw_made_by_append(&both, stage, strlen(stage));
  dw_made_by_write(json, both.data, both.length);
  dw_buf_free(&both);
}

/* What is of no comparison alone: what was decided and measured, and a network of canaries. NULL: it is not in this document. */
typedef struct dw_beside {
  const dw_control *control;
  const dw_network *network;
} dw_beside;

static void write_beside(dw_json *json, const dw_beside *beside)
{
  if (!beside) return;
  dw_control_json_write(json, beside->control);
  dw_network_json_write(json, beside->network);
}

static void write_members(dw_json *json, const dw_report_section *section, const dw_beside *beside)
{
  const dw_report_summary *summary = &section->summary;
  bool complete = summary->given;
  dw_json_bool(json, "complete", complete);
  if (complete) {
    dw_json_text(json, "verdict", summary->not_judged ? "not judged" : summary->drift ? "drift" : "no drift");
    if (summary->not_judged) dw_json_null(json, "drift");
    else dw_json_bool(json, "drift", summary->drift);
    dw_json_bool(json, "dataset_drift", summary->dataset_drift);
    dw_json_text(json, "severity", dw_severity_word(summary->severity));
    dw_summary_write_severity(json, &summary->severity_by);
    dw_json_text(json, "recommended_action", summary->not_judged ? "investigate" : dw_wording_action_of(section));
    dw_json_number(json, "drift_ratio", summary->drift_share);
    dw_json_number(json, "drift_ratio_threshold", summary->drift_share_threshold);
    if (!isnan(summary->detectable)) dw_json_number(json, "detectable", summary->detectable);
    if (section->weighed) {
      dw_json_number(json, "drift_ratio_by_importance", section->weighed_drift);
      dw_json_number(json, "importance_compared", section->weighed_compared);
    }
    dw_json_number(json, "columns_compared", summary->columns);
    dw_json_number(json, "columns_drifted", summary->drifted);
    dw_json_open(json, "drifted_columns", '[');
    for (size_t i = 0; i < summary->drifted_column_count; i++) dw_json_text(json, NULL, summary->drifted_columns[i]);
    dw_json_close(json, ']');
    dw_json_open(json, "fail_on", '[');
    for (size_t i = 0; i < summary->fail_on_count; i++) dw_json_text(json, NULL, summary->fail_on[i]);
    dw_json_close(json, ']');
    dw_json_number(json, "reference_rows", summary->reference_rows);
    dw_json_number(json, "current_rows", summary->current_rows);
    dw_json_number(json, "skipped_records", summary->skipped_records);
    dw_summary_write_periods(json, &summary->reference_period, &summary->current_period);
  } else { /* no verdict: nothing here may be read as one */
    dw_json_null(json, "verdict");
    dw_json_null(json, "drift");
    dw_json_null(json, "severity");
    dw_json_null(json, "recommended_action");
    dw_json_null(json, "drift_ratio");
  }
  write_beside(json, beside);
  dw_json_open(json, "columns", '[');
  for (size_t i = 0; i < section->column_count; i++) write_column(json, section, &section->columns[i]);
  dw_json_close(json, ']');
  write_chunks(json, &section->chunks);
  if (summary->by) write_segments(json, section);
  dw_json_open(json, "not_compared", '[');
  for (size_t i = 0; i < summary->uncompared_count; i++) {
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "column", summary->uncompared[i].column);
    dw_json_text(json, "type", or_null(summary->uncompared[i].type));
    dw_json_text(json, "reason", or_null(summary->uncompared[i].reason));
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_open(json, "not_judged", '[');
  for (size_t i = 0; i < summary->unjudged_count; i++) {
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "column", or_null(summary->unjudged[i].column));
    dw_json_text(json, "method", or_null(summary->unjudged[i].method));
    dw_json_text(json, "reason", or_null(summary->unjudged[i].reason));
    dw_json_text(json, "option", or_null(summary->unjudged[i].option));
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  if (summary->dependence_known) dw_summary_write_dependence(json, summary->dependence, summary->dependence_count);
}

static void head(dw_json *json, const dw_render *render)
{
  if (render->title) dw_json_text(json, "title", render->title);
  if (render->reported) dw_json_text(json, "reported", render->reported);
}

static void write_section(dw_json *json, const dw_report_section *section, const dw_beside *beside, const dw_render *render)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "monitoring_summary");
  head(json, render);
  write_members(json, section, beside);
  write_made_by(json, section->summary.given ? section->summary.made_by : "[]", render->stage);
  dw_json_close(json, '}');
}

/* The newest run of a model, with its comparisons in it: their verdicts are parts of its own. */
static void write_run(dw_json *json, const dw_report *report, const dw_report_history *history, const dw_beside *beside,
                      const dw_render *render)
{
  size_t run = history->runs[history->count - 1];
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "monitoring_summary");
  head(json, render);
  dw_json_bool(json, "complete", true);
  dw_runs_json_write(json, report, history);
  write_beside(json, beside);
  dw_json_open(json, "comparisons", '[');
  for (size_t i = 0; i < report->count; i++) {
    if (!report->sections[i].of_run || report->sections[i].run != run) continue;
    dw_json_open(json, NULL, '{');
    write_members(json, &report->sections[i], NULL);
    write_made_by(json, report->sections[i].summary.made_by, NULL);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  write_made_by(json, report->runs[run].made_by, render->stage);
  dw_json_close(json, '}');
}

/* Runs and evaluations without a comparison, or beside several. */
static void write_apart(dw_json *json, const dw_beside *beside, const dw_render *render)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "monitoring_summary");
  head(json, render);
  dw_json_bool(json, "complete", dw_control_incomplete(beside->control) == NULL);
  dw_json_null(json, "drift"); /* nothing was compared here */
  dw_json_null(json, "severity");
  write_beside(json, beside);
  write_made_by(json, "[]", render->stage);
  dw_json_close(json, '}');
}

void dw_summary_json_write(dw_buf *out, const dw_report *report, const dw_render *render)
{
  dw_json json;
  size_t documents = report->history_count;
  for (size_t i = 0; i < report->count; i++) documents += !report->sections[i].of_run;
  const dw_beside beside = {&report->control, &report->network};
  bool apart = documents != 1 && (dw_control_any(&report->control) || dw_network_any(&report->network));
  int indent = documents + apart == 1 ? 2 : 0; /* one document is for people too; several are NDJSON */
  for (size_t i = 0; i < report->history_count; i++) {
    dw_json_start(&json, out, indent);
    write_run(&json, report, &report->histories[i], apart ? NULL : &beside, render);
    dw_buf_char(out, '\n');
  }
  for (size_t i = 0; i < report->count; i++) {
    if (report->sections[i].of_run) continue;
    dw_json_start(&json, out, indent);
    write_section(&json, &report->sections[i], apart ? NULL : &beside, render);
    dw_buf_char(out, '\n');
  }
  if (!apart) return;
  dw_json_start(&json, out, indent);
  write_apart(&json, &beside, render);
  dw_buf_char(out, '\n');
}
