/* What was decided and measured, as parts of the page: a card a run, its gates, plan and evidence as tables; the metrics of an evaluation.
 */
#include <math.h>
#include <string.h>

#include "report/words/control_wording.h"
#include "report/model/figures.h"
#include "report/html/html_parts.h"

enum { MATRICES = 10, METRIC_ROWS = 2000 };

static void chip(dw_html *page, int weight, const char *word)
{
  dw_buf_format(page->out, "<span class=\"chip s%d\">", weight);
  dw_html_text(page, word);
  dw_html_put(page, "</span>");
}

static void gate_row(dw_html *page, const dw_report_gate *gate)
{
  dw_html_put(page, "<tr><td>");
  chip(page, gate->passed ? 0 : 3, gate->passed ? "passed" : "refused");
  dw_html_put(page, "</td>");
  dw_buf_text(&page->words, gate->gate);
  dw_html_cell(page, "th", " scope=\"row\" class=\"n\"");
  dw_wording_gate_value(&page->words, gate);
  dw_html_cell(page, "td", "");
  dw_buf_text(&page->words, gate->reason);
  dw_html_cell(page, "td", " class=\"say\"");
  dw_html_put(page, "</tr>\n");
}

static void versus_row(dw_html *page, const dw_report_versus *versus)
{
  dw_html_put(page, "<tr><td>");
  if (versus->judged) chip(page, versus->passed ? 0 : 3, versus->passed ? "passed" : "refused");
  dw_html_put(page, "</td><th scope=\"row\" class=\"n\">against the current model</th>");
  dw_figure_pair(&page->words, versus->current, versus->fresh);
  dw_html_cell(page, "td", "");
  dw_wording_versus(&page->words, versus);
  dw_html_cell(page, "td", " class=\"say\"");
  dw_html_put(page, "</tr>\n");
}

static void gates(dw_html *page, const dw_report_gate *list, size_t count, const dw_report_versus *versus)
{
  if (count == 0 && !(versus && versus->given)) return;
  dw_html_put(page,
              "<div class=\"wide\"><table class=\"k gt\"><caption>Quality gates</caption><thead><tr><td></td><th scope=\"col\">gate</th>"
              "<th scope=\"col\">figure</th><th scope=\"col\">reason</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < count; i++) gate_row(page, &list[i]);
  if (versus && versus->given) versus_row(page, versus);
  dw_html_put(page, "</tbody></table></div>\n");
}

static void reasons(dw_html *page, const char *const *list, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    dw_html_put(page, "<p class=\"why\">");
    dw_html_text(page, list[i]);
    dw_html_put(page, "</p>");
  }
}

static void decision(dw_html *page, const dw_report_run *run)
{
  const dw_report_release *release = &run->release;
  const char *word = dw_wording_decision_word(run);
  bool complete = dw_control_run_complete(run);
  dw_buf_format(page->out, "<div class=\"verdict s%d\"%s><p class=\"answer cap\">", complete ? (int)dw_wording_decision_weight(run) : 4,
                complete ? "" : " role=\"alert\"");
  dw_html_text(page, word);
  if (release->given && release->version) {
    dw_buf_format(&page->words, "version %s", release->version);
    if (release->stage) dw_buf_format(&page->words, " to %s", release->stage);
    dw_html_put(page, " <span>");
    dw_html_words(page);
    dw_html_put(page, "</span>");
  }
  dw_html_put(page, "</p>");
  if (!complete) dw_html_put(page, "<p>An incident without plan or result.</p>");
  reasons(page, release->judgement.reasons, release->judgement.reason_count);
  if (!release->given && run->plan.given && *run->plan.reason) reasons(page, &run->plan.reason, 1);
  dw_html_put(page, "</div>\n");
  if (release->stage_count == 0 && (release->judgement.gate_count || release->judgement.versus.given)) {
    dw_html_put(page, "<h3>Quality gates</h3>\n<div class=\"sheet\">");
    gates(page, release->judgement.gates, release->judgement.gate_count, &release->judgement.versus);
    dw_html_put(page, "</div>\n");
  }
  for (size_t i = 0; i < release->stage_count; i++) {
    const dw_report_judgement *stage = &release->stages[i];
    dw_html_put(page, "<h3>Quality gates at ");
    dw_wording_traffic(&page->words, stage->share);
    dw_buf_format(&page->words, ": %s", stage->decision);
    dw_html_words(page);
    dw_html_put(page, "</h3>\n<div class=\"sheet\">");
    gates(page, stage->gates, stage->gate_count, &stage->versus);
    dw_html_put(page, "</div>\n");
  }
}

static void incident(dw_html *page, const dw_report_incident *i)
{
  if (!i->given) return;
  dw_html_put(page, "<h3>Incident</h3>\n<div class=\"sheet\"><p>");
  dw_wording_incident(&page->words, i);
  if (*i->summary) dw_buf_format(&page->words, ". %s", i->summary);
  if (*i->action) dw_buf_format(&page->words, "; recommended: %s", i->action);
  dw_html_words(page);
  dw_html_put(page, "</p>");
  if (i->evidence_listed) dw_html_put(page, "<div class=\"wide\"><table class=\"k ev\"><caption>Evidence</caption><tbody>\n");
  for (size_t k = 0; k < i->evidence_listed; k++) {
    const dw_report_evidence *e = &i->evidence[k];
    bool refused = *e->metric;
    dw_html_put(page, "<tr><td>");
    chip(page, refused ? 3 : (int)e->severity, refused ? "refused" : dw_report_severity_word(e->severity));
    dw_html_put(page, "</td>");
    dw_wording_evidence(&page->words, e);
    dw_html_cell(page, "td", " class=\"say\"");
    dw_html_put(page, "</tr>\n");
  }
  if (i->evidence_listed) dw_html_put(page, "</tbody></table></div>\n");
  if ((double)i->evidence_listed < i->evidence_count) {
    dw_html_put(page, "<p class=\"note\">");
    dw_figure_count(&page->words, i->evidence_count);
    dw_buf_format(&page->words, " items of evidence in all, %zu shown", i->evidence_listed);
    dw_html_words(page);
    dw_html_put(page, "</p>");
  }
  dw_html_put(page, "</div>\n");
}

static int step_weight(const dw_report_step *step)
{
  static const char *const bad[] = {"failed", "blocked", "timed out", "killed"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (!strcmp(step->outcome, bad[i])) return 3;
  return 0;
}

static void plan(dw_html *page, const dw_report_plan *p)
{
  if (!p->given) return;
  dw_html_put(page, "<h3>Plan</h3>\n<div class=\"sheet\"><p>");
  dw_wording_plan(&page->words, p);
  if (p->held_by) dw_buf_format(&page->words, "; held by %s", p->held_by);
  if (p->held_by && *p->held_until) dw_buf_format(&page->words, " until %s", p->held_until);
  dw_html_words(page);
  dw_html_put(page, "</p>");
  if (p->step_count) dw_html_put(page, "<ol class=\"steps\">\n");
  for (size_t i = 0; i < p->step_count; i++) {
    const dw_report_step *step = &p->steps[i];
    dw_html_put(page, "<li><b>");
    dw_html_text(page, step->name);
    dw_html_put(page, "</b> <small>");
    dw_html_text(page, step->type);
    dw_html_put(page, "</small> ");
    if (*step->outcome) chip(page, step_weight(step), step->outcome);
    else dw_html_put(page, "<small>not reported</small>");
    if (*step->reason || step->exit_status > 0) {
      dw_html_put(page, " <small>");
      if (step->exit_status > 0) {
        dw_buf_text(&page->words, "exit status ");
        dw_figure_count(&page->words, step->exit_status);
        if (*step->reason) dw_buf_text(&page->words, ": ");
      }
      dw_buf_text(&page->words, step->reason);
      dw_html_words(page);
      dw_html_put(page, "</small>");
    }
    dw_html_put(page, "</li>\n");
  }
  dw_html_put(page, p->step_count ? "</ol></div>\n" : "</div>\n");
}

static void metric_row(dw_html *page, const dw_report_metric *m)
{
  dw_html_put(page, "<tr>");
  dw_wording_place(&page->words, m);
  dw_html_cell(page, "td", "");
  dw_buf_text(&page->words, m->title);
  dw_html_cell(page, "th", " scope=\"row\"");
  dw_wording_metric_value(&page->words, m);
  dw_html_cell(page, "td", m->error || m->alert ? " class=\"bad\"" : "");
  dw_wording_metric_interval(&page->words, m);
  dw_html_cell(page, "td", "");
  dw_figure_count(&page->words, m->count);
  dw_html_cell(page, "td", "");
  dw_wording_metric_method(&page->words, m);
  if (m->versus.given) {
    dw_report_versus versus = m->versus;
    versus.metric = "";
    if (page->words.length) dw_buf_text(&page->words, "; ");
    dw_wording_versus(&page->words, &versus);
  }
  dw_html_cell(page, "td", " class=\"say\"");
  dw_html_put(page, "</tr>\n");
}

static void matrix(dw_html *page, const dw_report_metric *m)
{
  dw_html_put(page, "<h3>Confusion matrix, ");
  dw_wording_place(&page->words, m);
  dw_html_words(page);
  dw_html_put(page, "</h3>\n<div class=\"wide sheet\"><table class=\"cm\"><thead><tr><th scope=\"col\">truth</th>");
  for (size_t i = 0; i < m->label_count; i++) {
    dw_buf_format(&page->words, "predicted %s", m->labels[i]);
    dw_html_cell(page, "th", " scope=\"col\"");
  }
  dw_html_put(page, "</tr></thead><tbody>\n");
  for (size_t i = 0; i < m->label_count; i++) {
    dw_html_put(page, "<tr>");
    dw_buf_text(&page->words, m->labels[i]);
    dw_html_cell(page, "th", " scope=\"row\"");
    for (size_t k = 0; k < m->label_count; k++) {
      dw_wording_matrix_cell(&page->words, m->matrix[i * m->label_count + k]);
      dw_html_cell(page, "td", "");
    }
    dw_html_put(page, "</tr>\n");
  }
  dw_html_put(page, "</tbody></table></div>\n");
}

static void evaluation(dw_html *page, const dw_report_evaluation *e)
{
  size_t rows = 0, drawn = 0;
  dw_html_put(page, "<h2>Metrics</h2>\n");
  dw_buf_format(page->out, "<div class=\"sheet s%d\"%s><p class=\"tell\"><b>",
                !e->complete            ? 4
                : dw_control_refused(e) ? 3
                                        : 0,
                e->complete ? "" : " role=\"alert\"");
  dw_wording_gated(&page->words, e);
  dw_html_words(page);
  dw_html_put(page, "</b></p>");
  gates(page, e->gates, e->gate_count, NULL);
  for (size_t i = 0; i < e->count; i++) {
    if (dw_wording_is_matrix(&e->metrics[i]) || rows++ >= METRIC_ROWS) continue;
    if (rows == 1)
      dw_html_put(page, "<div class=\"wide\"><table class=\"mt\"><caption>Metrics</caption><thead><tr><th scope=\"col\">where</th>"
                        "<th scope=\"col\">metric</th><th scope=\"col\">value</th><th scope=\"col\">interval</th>"
                        "<th scope=\"col\">rows</th><th scope=\"col\">method</th></tr></thead><tbody>\n");
    metric_row(page, &e->metrics[i]);
  }
  if (rows) dw_html_put(page, "</tbody></table></div>\n");
  if (rows > METRIC_ROWS) dw_buf_format(page->out, "<p class=\"note\">… and %zu more</p>", rows - METRIC_ROWS);
  dw_html_put(page, "</div>\n");
  for (size_t i = 0; i < e->count && drawn < MATRICES; i++)
    if (dw_wording_is_matrix(&e->metrics[i])) {
      matrix(page, &e->metrics[i]);
      drawn++;
    }
}

void dw_html_control(dw_html *page, const dw_control *control)
{
  for (size_t i = 0; i < control->run_count; i++) {
    const dw_report_run *run = &control->runs[i];
    dw_html_put(page, "<section class=\"decided\"><h2>Decision</h2>\n");
    decision(page, run);
    incident(page, &run->incident);
    plan(page, &run->plan);
    dw_html_put(page, "</section>\n");
  }
  for (size_t i = 0; i < control->evaluation_count; i++) evaluation(page, &control->evaluations[i]);
}
