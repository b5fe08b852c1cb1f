/* The windows of an evaluation that were held to a reference: a line for each metric with its limits, and which windows are beyond them. */
#include "report/blocks/show.h"
#include "report/model/figures.h"
#include "report/words/control_wording.h"
#include "report/words/window_wording.h"

static dw_block_state state(bool quiet, const char *word)
{
  return quiet ? (dw_block_state){.kind = DW_STATE_QUIET} : (dw_block_state){DW_STATE_OUTCOME, DW_SEVERITY_HIGH, word};
}

static void row(dw_build *b, const dw_report_series *series, const dw_report_metric *lead)
{
  enum { STATE, METRIC, CURVE, FOUND, WHERE };
  dw_build_row(b, series->column);
  if (series->alerts == 0) dw_build_row_quiet(b);
  dw_build_cell_state(b, STATE, state(series->alerts == 0, "alert"));
  dw_build_cell_text(b, METRIC, DW_PLAIN, series->column);
  if (lead->segmented && dw_build_cell(b, WHERE)) dw_buf_format(&b->run, "%s = %s", lead->column, lead->segment);
  if (dw_build_cell(b, CURVE)) b->cell->series = series;
  if (dw_build_cell(b, FOUND)) dw_wording_windows(&b->run, series);
}

static bool segmented(const dw_report_windows *windows)
{
  for (size_t i = 0; i < windows->count; i++)
    if (windows->lead[i]->segmented) return true;
  return false;
}

void dw_show_windows(dw_build *b, const dw_report_evaluation *e)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "alert"},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "metric"},
                                            {.kind = DW_COLUMN_CURVE, .title = "windows"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "found"},
                                            {.kind = DW_COLUMN_ASIDE, .title = "where"}};
  dw_report_windows windows;
  dw_held_windows_of(&windows, e, b->arena);
  if (windows.count == 0) return;
  size_t count = sizeof columns / sizeof *columns - !segmented(&windows);
  dw_build_heading(b, DW_EVERYWHERE, DW_LEVEL_SECTION, "Windows against the reference");
  dw_wording_worse_windows(&b->run, &windows);
  dw_build_text(b, DW_TEXT_STRONG);
  dw_wording_limits_of_less(&b->run, &windows);
  dw_build_text(b, DW_TEXT_WARNING);
  dw_block_table *table = dw_build_table(b, DW_TABLE_SERIES, columns, count);
  table->noun = "metric";
  table->nouns = "metrics";
  table->findable = true;
  for (size_t i = 0; i < windows.count; i++) row(b, &windows.series[i], windows.lead[i]);
  dw_build_table_end(b);
  if (!dw_build_shows(b, DW_PAGES)) return;
  dw_buf_text(&b->run, "Dashed lines are limits, which are wider for windows of few rows; dots are windows beyond them.");
  dw_build_text(b, DW_TEXT_NOTE);
}

void dw_show_assumption(dw_build *b, const dw_report_evaluation *e)
{
  enum { STATE, METRIC, ALL, ESTIMATED, REALISED, DIFFERENCE, CHANCE, P, DIGITS = 3 };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = ""},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "metric"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "", .shown = DW_LINES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "estimated", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "realised", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "off by", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "by chance", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "p", .shown = DW_NO_LINES}};
  if (!e->assumption_fails) return;
  dw_build_heading(b, DW_EVERYWHERE, DW_LEVEL_SECTION, "Estimates on the reference itself");
  dw_wording_assumption(&b->run, e);
  dw_build_text(b, DW_TEXT_WARNING);
  dw_block_table *table = dw_build_table(b, DW_TABLE_ASSUMPTION, columns, 8);
  table->noun = "metric";
  table->nouns = "metrics";
  table->findable = true;
  for (size_t i = 0; i < e->assumption_count; i++) {
    const dw_report_assumption *one = &e->assumption[i];
    dw_build_row(b, one->metric);
    if (one->holds) dw_build_row_quiet(b);
    dw_build_cell_state(b, STATE, state(one->holds, "off"));
    dw_build_cell_text(b, METRIC, DW_PLAIN, one->metric);
    if (dw_build_cell(b, ALL)) dw_wording_trial(&b->run, one);
    if (dw_build_cell(b, ESTIMATED)) dw_figure(&b->run, one->estimated, DIGITS);
    if (dw_build_cell(b, REALISED)) dw_figure(&b->run, one->realised, DIGITS);
    if (dw_build_cell(b, DIFFERENCE)) dw_figure(&b->run, one->difference, DIGITS);
    if (dw_build_cell(b, CHANCE)) dw_figure(&b->run, one->chance, DIGITS);
    if (dw_build_cell(b, P)) dw_figure(&b->run, one->p_value, 2);
  }
  dw_build_table_end(b);
}
