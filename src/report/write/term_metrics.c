/* What dw-eval measured, for a terminal. */
#include <math.h>
#include <string.h>

#include "report/draw/cells.h"
#include "report/words/control_wording.h"
#include "report/model/figures.h"
#include "report/write/term_parts.h"

enum { NAME = 20, VALUE = 10, INTERVAL = 22 };

static void field(dw_term *t, size_t width)
{
  t->clean.length = 0;
  dw_cells_clean(&t->clean, t->scratch.data, t->scratch.length, t->render->ascii);
  t->scratch.length = 0;
  if (width == 0) { /* the last one: to the end of the line */
    dw_buf_add(t->out, t->clean.data, t->clean.length);
    dw_buf_char(t->out, '\n');
    return;
  }
  dw_cells_fit(t->out, t->clean.data, t->clean.length, width - 1, false, t->render->ascii);
  dw_buf_char(t->out, ' ');
}

static void end_line(dw_term *t)
{
  while (t->out->length && t->out->data[t->out->length - 1] == ' ') t->out->length--;
  dw_buf_char(t->out, '\n');
}

static bool same_place(const dw_report_metric *a, const dw_report_metric *b)
{
  if (a->windowed != b->windowed || a->segmented != b->segmented) return false;
  if (a->windowed && a->window != b->window) return false;
  return !a->segmented || (!strcmp(a->column, b->column) && !strcmp(a->segment, b->segment));
}

static void place(dw_term *t, const dw_report_metric *m)
{
  dw_buf_char(t->out, '\n');
  dw_wording_place(&t->scratch, m);
  dw_buf_text(&t->scratch, " (");
  dw_figure_count(&t->scratch, m->count);
  dw_buf_text(&t->scratch, " rows");
  if (!isnan(m->positives)) {
    dw_buf_text(&t->scratch, ", positives ");
    dw_figure_count(&t->scratch, m->positives);
  }
  dw_buf_char(&t->scratch, ')');
  dw_term_styled(t, 0, DW_TERM_BOLD);
}

/* Truth by row, prediction by column. */
static void matrix(dw_term *t, const dw_report_metric *m)
{
  dw_buf_format(&t->scratch, "%s (truth: predicted): ", m->metric);
  for (size_t i = 0; i < m->label_count; i++) {
    dw_buf_format(&t->scratch, "%s%s: ", i ? "; " : "", m->labels[i]);
    for (size_t k = 0; k < m->label_count; k++) {
      dw_buf_format(&t->scratch, "%s%s ", k ? ", " : "", m->labels[k]);
      dw_wording_matrix_cell(&t->scratch, m->matrix[i * m->label_count + k]);
    }
  }
  dw_term_paragraph(t, 2);
}

static void row(dw_term *t, const dw_report_metric *m)
{
  if (dw_wording_is_matrix(m)) {
    matrix(t, m);
    return;
  }
  if (m->error) {
    dw_buf_format(&t->scratch, "%s: %s", m->title, m->error);
    dw_term_styled(t, 2, DW_TERM_DIM);
    return;
  }
  dw_buf_format(&t->scratch, "  %s", m->title);
  field(t, NAME);
  dw_wording_metric_value(&t->scratch, m);
  field(t, VALUE);
  dw_wording_metric_interval(&t->scratch, m);
  bool wide = t->render->width >= 60;
  if (!wide || !*m->method) {
    field(t, INTERVAL < t->render->width - NAME - VALUE ? INTERVAL : t->render->width - NAME - VALUE);
    end_line(t);
  } else {
    field(t, INTERVAL);
    dw_wording_metric_method(&t->scratch, m);
    size_t left = t->render->width - NAME - VALUE - INTERVAL;
    field(t, left);
    end_line(t);
  }
  if (!m->versus.given) return;
  dw_report_versus versus = m->versus;
  versus.metric = "";
  dw_wording_versus(&t->scratch, &versus);
  dw_term_styled(t, 4, DW_TERM_DIM);
}

static void evaluation(dw_term *t, const dw_report_evaluation *e)
{
  dw_wording_gated(&t->scratch, e);
  dw_term_styled(t, 0,
                 !e->complete            ? "\033[1;35m"
                 : dw_control_refused(e) ? dw_term_severity(DW_REPORT_HIGH)
                 : e->gated              ? "\033[1;32m"
                                         : DW_TERM_BOLD);
  for (size_t i = 0; i < e->gate_count; i++) {
    const dw_report_gate *gate = &e->gates[i];
    dw_buf_format(&t->scratch, "%s: ", gate->gate);
    dw_wording_gate_value(&t->scratch, gate);
    dw_term_item(t, 2, gate->passed ? "passed" : "REFUSED", gate->passed ? "\033[32m" : dw_term_severity(DW_REPORT_HIGH));
  }
  for (size_t i = 0; i < e->count; i++) {
    if (i == 0 || !same_place(&e->metrics[i], &e->metrics[i - 1])) place(t, &e->metrics[i]);
    row(t, &e->metrics[i]);
  }
}

void dw_term_evaluations(dw_term *t, const dw_control *control)
{
  for (size_t i = 0; i < control->evaluation_count; i++) {
    if (t->out->length) dw_buf_char(t->out, '\n');
    evaluation(t, &control->evaluations[i]);
  }
}
