/* What dw-eval measured: the gates, the metrics by window and segment, the confusion matrices. */
#include <math.h>
#include <string.h>

#include "report/blocks/show.h"
#include "report/model/figures.h"
#include "report/words/control_wording.h"

static bool same_place(const dw_report_metric *a, const dw_report_metric *b)
{
  if (a->windowed != b->windowed || a->segmented != b->segmented) return false;
  if (a->windowed && a->window != b->window) return false;
  return !a->segmented || (!strcmp(a->column, b->column) && !strcmp(a->segment, b->segment));
}

enum { PLACE, WHERE, METRIC, VALUE, INTERVAL, ROWS, METHOD, HOW, COMPARED };

static const dw_block_column columns[] = {{.kind = DW_COLUMN_TOPIC, .title = "", .shown = DW_LINES},
                                          {.kind = DW_COLUMN_TOPIC, .title = "where", .shown = DW_NO_LINES},
                                          {.kind = DW_COLUMN_SUBJECT, .title = "metric"},
                                          {.kind = DW_COLUMN_FIGURE, .title = "value"},
                                          {.kind = DW_COLUMN_WORD, .title = "interval"},
                                          {.kind = DW_COLUMN_FIGURE, .title = "rows", .shown = DW_NO_LINES},
                                          {.kind = DW_COLUMN_WORD, .title = "method", .shown = DW_BRIEF},
                                          {.kind = DW_COLUMN_SENTENCE, .title = "method", .shown = DW_PAGES},
                                          {.kind = DW_COLUMN_SENTENCE, .title = "compared", .shown = DW_TABLES}};

static void place(dw_build *b, const dw_report_metric *metric)
{
  dw_wording_place(&b->run, metric);
  dw_build_say(b, DW_PLAIN, " (");
  dw_figure_count(&b->run, metric->count);
  dw_build_say(b, DW_PLAIN, " rows");
  if (!isnan(metric->positives)) {
    dw_build_say(b, DW_PLAIN, ", positives ");
    dw_figure_count(&b->run, metric->positives);
  }
  dw_build_say(b, DW_PLAIN, ")");
}

/* Behind its metric, which is not said again. */
static void compared(dw_build *b, const dw_report_metric *metric)
{
  dw_report_versus versus = metric->versus;
  versus.metric = "";
  dw_wording_versus(&b->run, &versus);
}

/* A matrix as a line: truth by truth, what was predicted. */
static void matrix_line(dw_build *b, dw_block_row *row, const dw_report_metric *m)
{
  dw_buf_format(&b->run, "%s (truth: predicted): ", m->metric);
  for (size_t i = 0; i < m->label_count; i++) {
    dw_buf_format(&b->run, "%s%s: ", i ? "; " : "", m->labels[i]);
    for (size_t k = 0; k < m->label_count; k++) {
      dw_buf_format(&b->run, "%s%s ", k ? ", " : "", m->labels[k]);
      dw_wording_matrix_cell(&b->run, m->matrix[i * m->label_count + k]);
    }
  }
  row->line = dw_build_said(b);
}

static void metric_row(dw_build *b, const dw_report_metric *m, bool again)
{
  dw_block_row *row = dw_build_row(b, m->title);
  row->again = again;
  if (dw_build_cell(b, PLACE) && !again) place(b, m);
  if (dw_build_cell(b, WHERE)) dw_wording_place(&b->run, m);
  dw_build_cells_end(b);
  if (dw_wording_is_matrix(m)) {
    matrix_line(b, row, m);
    return;
  }
  dw_build_cell_text(b, METRIC, DW_PLAIN, m->title);
  if (dw_build_cell(b, VALUE)) {
    dw_wording_metric_value(&b->run, m);
    b->cell->bad = m->error || m->alert;
  }
  if (dw_build_cell(b, INTERVAL)) dw_wording_metric_interval(&b->run, m);
  if (dw_build_cell(b, ROWS)) dw_figure_count(&b->run, m->count);
  if (dw_build_cell(b, METHOD)) {
    if (m->alert && dw_build_shows(b, DW_LINES)) dw_wording_metric_alert(&b->run, m); /* there is no room for more in a line */
    else dw_wording_metric_method(&b->run, m);
  }
  if (dw_build_cell(b, HOW)) {
    dw_wording_metric_method(&b->run, m);
    if (m->versus.given && b->run.length) dw_build_say(b, DW_PLAIN, "; ");
    if (m->versus.given) compared(b, m);
  }
  if (dw_build_cell(b, COMPARED) && m->versus.given) compared(b, m);
  dw_build_cells_end(b);
  if (!dw_build_shows(b, DW_LINES)) return;
  if (m->error) {
    dw_buf_format(&b->run, "%s: %s", m->title, m->error);
    row->line = dw_build_said(b);
  } else if (m->versus.given) {
    compared(b, m);
    dw_build_note(b, DW_NOTE_COMPARED);
  }
}

static void matrix(dw_build *b, const dw_report_metric *m)
{
  size_t count = m->label_count + 1;
  dw_block_column *labels = dw_build_room(b, count * sizeof *labels);
  labels[0] = (dw_block_column){.kind = DW_COLUMN_SUBJECT, .title = "truth"};
  for (size_t i = 0; i < m->label_count; i++)
    labels[i + 1] = (dw_block_column){.kind = DW_COLUMN_FIGURE, .title = "predicted", .of = m->labels[i], .right = true};
  if (dw_build_shows(b, DW_TABLES)) {
    dw_buf_format(&b->run, "%s, ", m->metric);
    dw_wording_place(&b->run, m);
    dw_build_text(b, DW_TEXT_STRONG);
  } else {
    dw_build_say(b, DW_PLAIN, "Confusion matrix, ");
    dw_wording_place(&b->run, m);
    dw_build_heading(b, DW_PAGES, DW_LEVEL_UNDER, "");
  }
  dw_build_table(b, DW_TABLE_MATRIX, labels, count);
  for (size_t i = 0; i < m->label_count; i++) {
    dw_build_row(b, m->labels[i]);
    dw_build_cell_text(b, 0, DW_PLAIN, m->labels[i]);
    for (size_t k = 0; k < m->label_count; k++)
      if (dw_build_cell(b, k + 1)) dw_wording_matrix_cell(&b->run, m->matrix[i * m->label_count + k]);
  }
  dw_build_table_end(b);
}

static void verdict(dw_build *b, const dw_report_evaluation *e, dw_block_tone tone)
{
  dw_block_verdict *verdict = &dw_build_block(b, DW_BLOCK_VERDICT)->verdict;
  *verdict = (dw_block_verdict){.kind = DW_VERDICT_EVALUATION, .tone = tone, .alert = !e->complete, .share = NAN};
  dw_wording_gated(&b->run, e);
  verdict->sentence = dw_build_said(b);
}

static bool held_windows(const dw_report_evaluation *e)
{
  for (size_t i = 0; i < e->count; i++)
    if (e->metrics[i].windowed && e->metrics[i].judged) return true;
  return false;
}

static dw_block_tone tone_of(const dw_report_evaluation *e)
{
  if (!e->complete) return DW_TONE_UNKNOWN;
  if (dw_control_refused(e)) return DW_TONE_BAD;
  if (e->assumption_fails) return DW_TONE_WAITING;
  return e->gated ? DW_TONE_GOOD : DW_TONE_PLAIN;
}

void dw_show_metrics(dw_build *b, const dw_report_evaluation *e)
{
  enum { MATRICES = 10 };
  dw_block_tone tone = tone_of(e);
  dw_build_heading(b, DW_NO_LINES, DW_LEVEL_PART, "Metrics");
  dw_report_block *sheet = dw_build_group(b, DW_GROUP_ANSWER);
  sheet->group.tone = tone;
  sheet->group.alert = !e->complete;
  verdict(b, e, tone);
  dw_show_gates(b, e->gates, e->gate_count, NULL);
  if (e->assumption_fails || held_windows(e)) { /* the metrics one by one stand on a sheet of their own, behind */
    dw_build_close(b, sheet);
    dw_show_assumption(b, e);
    dw_show_windows(b, e);
    dw_build_heading(b, DW_NO_LINES, DW_LEVEL_SECTION, "One by one");
    sheet = dw_build_group(b, DW_GROUP_SHEET);
  }
  dw_build_table(b, DW_TABLE_METRICS, columns, sizeof columns / sizeof *columns)->caption = "Metrics";
  for (size_t i = 0; i < e->count; i++)
    if (!dw_wording_is_matrix(&e->metrics[i]) || dw_build_shows(b, DW_LINES)) /* where tables are, matrices stand behind it */
      metric_row(b, &e->metrics[i], i > 0 && same_place(&e->metrics[i], &e->metrics[i - 1]));
  dw_build_table_end(b);
  dw_build_close(b, sheet);
  size_t drawn = 0;
  for (size_t i = 0; i < e->count && drawn < MATRICES && dw_build_shows(b, DW_NO_LINES); i++)
    if (dw_wording_is_matrix(&e->metrics[i])) {
      matrix(b, &e->metrics[i]);
      drawn++;
    }
}
