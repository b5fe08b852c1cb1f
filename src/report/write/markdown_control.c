/* What was decided and measured, as Markdown. */
#include <math.h>
#include <string.h>

#include "report/words/control_wording.h"
#include "report/model/figures.h"
#include "report/write/markdown.h"
#include "report/write/markdown_parts.h"

static void bold(dw_markdown *m)
{
  dw_markdown_put(m, "**");
  dw_markdown_words(m);
  dw_markdown_put(m, "**\n\n");
}

static void item(dw_markdown *m)
{
  dw_markdown_put(m, "- ");
  dw_markdown_words(m);
  dw_markdown_put(m, "\n");
}

static void gate_table(dw_markdown *m, const dw_report_gate *gates, size_t count, const dw_report_versus *versus)
{
  if (count == 0 && !(versus && versus->given)) return;
  dw_markdown_put(m, "| gate | figure | result | reason |\n|---|---|---|---|\n");
  for (size_t i = 0; i < count; i++) {
    dw_markdown_put(m, "| ");
    dw_buf_text(&m->words, gates[i].gate);
    dw_markdown_cell(m);
    dw_wording_gate_value(&m->words, &gates[i]);
    dw_markdown_cell(m);
    dw_markdown_put(m, gates[i].passed ? "passed | " : "**refused** | ");
    dw_buf_text(&m->words, gates[i].reason);
    dw_markdown_cell(m);
    dw_markdown_end_row(m);
  }
  if (versus && versus->given) {
    dw_markdown_put(m, "| against the current model | ");
    dw_wording_versus(&m->words, versus);
    dw_markdown_cell(m);
    dw_markdown_put(m, !versus->judged ? "| " : versus->passed ? "passed | " : "**refused** | ");
    dw_buf_text(&m->words, versus->reason);
    dw_markdown_cell(m);
    dw_markdown_end_row(m);
  }
  dw_markdown_put(m, "\n");
}

static void incident(dw_markdown *m, const dw_report_incident *i)
{
  if (!i->given) return;
  dw_markdown_put(m, "#### Incident\n\n");
  dw_wording_incident(&m->words, i);
  if (*i->summary) dw_buf_format(&m->words, ". %s", i->summary);
  if (*i->action) dw_buf_format(&m->words, "; recommended: %s", i->action);
  dw_markdown_words(m);
  dw_markdown_put(m, "\n\n");
  for (size_t k = 0; k < i->evidence_listed; k++) {
    if (!*i->evidence[k].metric) dw_buf_format(&m->words, "%s: ", dw_report_severity_word(i->evidence[k].severity));
    dw_wording_evidence(&m->words, &i->evidence[k]);
    item(m);
  }
  if ((double)i->evidence_listed < i->evidence_count) {
    dw_figure_count(&m->words, i->evidence_count);
    dw_buf_format(&m->words, " items of evidence in all, %zu shown", i->evidence_listed);
    item(m);
  }
  if (i->evidence_listed) dw_markdown_put(m, "\n");
}

static void plan(dw_markdown *m, const dw_report_plan *p)
{
  if (!p->given) return;
  dw_markdown_put(m, "#### Plan\n\n");
  dw_wording_plan(&m->words, p);
  if (p->held_by) dw_buf_format(&m->words, "; held by %s", p->held_by);
  if (p->held_by && *p->held_until) dw_buf_format(&m->words, " until %s", p->held_until);
  dw_markdown_words(m);
  dw_markdown_put(m, "\n\n");
  if (p->step_count) dw_markdown_put(m, "| | step | type | state |\n|---|---|---|---|\n");
  for (size_t i = 0; i < p->step_count; i++) {
    dw_buf_format(m->out, "| %zu | ", i + 1);
    dw_buf_text(&m->words, p->steps[i].name);
    dw_markdown_cell(m);
    dw_buf_text(&m->words, p->steps[i].type);
    dw_markdown_cell(m);
    dw_wording_step(&m->words, &p->steps[i]);
    dw_markdown_cell(m);
    dw_markdown_end_row(m);
  }
  if (p->step_count) dw_markdown_put(m, "\n");
}

static void run(dw_markdown *m, const dw_report_run *r)
{
  const dw_report_judgement *judgement = &r->release.judgement;
  dw_markdown_put(m, "### Decision\n\n");
  dw_wording_decided(&m->words, r);
  bold(m);
  for (size_t i = 0; i < judgement->reason_count; i++) {
    dw_buf_text(&m->words, judgement->reasons[i]);
    item(m);
  }
  if (!r->release.given && r->plan.given && *r->plan.reason) {
    dw_buf_text(&m->words, r->plan.reason);
    item(m);
  }
  dw_markdown_put(m, "\n");
  if (r->release.stage_count == 0) gate_table(m, judgement->gates, judgement->gate_count, &judgement->versus);
  for (size_t i = 0; i < r->release.stage_count; i++) {
    const dw_report_judgement *stage = &r->release.stages[i];
    dw_wording_traffic(&m->words, stage->share);
    dw_buf_format(&m->words, ": %s", stage->decision);
    bold(m);
    gate_table(m, stage->gates, stage->gate_count, &stage->versus);
  }
  incident(m, &r->incident);
  plan(m, &r->plan);
}

static void metric(dw_markdown *m, const dw_report_metric *metric)
{
  dw_markdown_put(m, "| ");
  dw_wording_place(&m->words, metric);
  dw_markdown_cell(m);
  dw_buf_text(&m->words, metric->title);
  dw_markdown_cell(m);
  dw_wording_metric_value(&m->words, metric);
  dw_markdown_cell(m);
  dw_wording_metric_interval(&m->words, metric);
  dw_markdown_cell(m);
  dw_figure_count(&m->words, metric->count);
  dw_markdown_cell(m);
  dw_wording_metric_method(&m->words, metric);
  dw_markdown_cell(m);
  if (metric->versus.given) {
    dw_report_versus versus = metric->versus;
    versus.metric = "";
    dw_wording_versus(&m->words, &versus);
  }
  dw_markdown_cell(m);
  dw_markdown_end_row(m);
}

static void matrix(dw_markdown *m, const dw_report_metric *metric)
{
  dw_buf_format(&m->words, "%s, ", metric->metric);
  dw_wording_place(&m->words, metric);
  bold(m);
  dw_markdown_put(m, "| truth ");
  for (size_t i = 0; i < metric->label_count; i++) {
    dw_markdown_put(m, "| predicted ");
    dw_markdown_text(m, metric->labels[i]);
    dw_markdown_put(m, " ");
  }
  dw_markdown_put(m, "|\n|---");
  for (size_t i = 0; i < metric->label_count; i++) dw_markdown_put(m, "|---:");
  dw_markdown_put(m, "|\n");
  for (size_t i = 0; i < metric->label_count; i++) {
    dw_markdown_put(m, "| ");
    dw_buf_text(&m->words, metric->labels[i]);
    dw_markdown_cell(m);
    for (size_t k = 0; k < metric->label_count; k++) {
      dw_wording_matrix_cell(&m->words, metric->matrix[i * metric->label_count + k]);
      dw_markdown_cell(m);
    }
    dw_markdown_end_row(m);
  }
  dw_markdown_put(m, "\n");
}

static void evaluation(dw_markdown *m, const dw_report_evaluation *e)
{
  size_t rows = 0;
  dw_markdown_put(m, "### Metrics\n\n");
  dw_wording_gated(&m->words, e);
  bold(m);
  gate_table(m, e->gates, e->gate_count, NULL);
  for (size_t i = 0; i < e->count; i++) {
    if (dw_wording_is_matrix(&e->metrics[i]) || rows++ >= DW_MARKDOWN_ROWS) continue;
    if (rows == 1) dw_markdown_put(m, "| where | metric | value | interval | rows | method | compared |\n|---|---|---|---|---|---|---|\n");
    metric(m, &e->metrics[i]);
  }
  if (rows) dw_markdown_put(m, "\n");
  if (rows > DW_MARKDOWN_ROWS) dw_buf_format(m->out, "… and %zu more.\n\n", rows - DW_MARKDOWN_ROWS);
  size_t drawn = 0;
  for (size_t i = 0; i < e->count && drawn < 10; i++)
    if (dw_wording_is_matrix(&e->metrics[i])) {
      matrix(m, &e->metrics[i]);
      drawn++;
    }
}

void dw_markdown_control(dw_markdown *m, const dw_control *control)
{
  for (size_t i = 0; i < control->run_count; i++) run(m, &control->runs[i]);
  for (size_t i = 0; i < control->evaluation_count; i++) evaluation(m, &control->evaluations[i]);
}
