/* Findings that are not about a column's distribution: performance, and the other checks. */
#include <math.h>
#include <string.h>

#include "report/blocks/show.h"
#include "report/model/figures.h"
#include "report/words/wording.h"

/* Drift by its severity, then what is no drift; within that the order of the columns. */
static void by_severity(dw_build *b, const dw_report_section *section, bool of(const dw_report_finding *),
                        void row(dw_build *, const dw_report_finding *))
{
  for (int rank = DW_SEVERITY_HIGH; rank >= -1; rank--)
    for (size_t i = 0; i < section->column_count; i++)
      for (size_t k = section->columns[i].first; k != SIZE_MAX; k = section->findings[k].next) {
        const dw_report_finding *finding = &section->findings[k];
        if ((finding->drift ? (int)finding->severity : -1) == rank && of(finding)) row(b, finding);
      }
}

/* --- performance --- */

static void widen(const dw_report_side *side, double *low, double *high)
{
  double values[] = {side->value, side->low, side->high};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    *low = fmin(*low, values[i]);
    *high = fmax(*high, values[i]);
  }
}

static void value_cell(dw_build *b, size_t column, const dw_report_side *side)
{
  if (!dw_build_cell(b, column)) return;
  dw_figure(&b->run, side->value, 3);
  if (isnan(side->low) || isnan(side->high)) return;
  dw_buf interval = {0};
  dw_figure(&interval, side->low, 3);
  dw_buf_text(&interval, " to ");
  dw_figure(&interval, side->high, 3);
  dw_build_say(b, DW_PLAIN, " ");
  dw_build_say(b, DW_SMALL, dw_buf_cstr(&interval));
  dw_buf_free(&interval);
}

static void performance_row(dw_build *b, const dw_report_finding *finding)
{
  enum { STATE, CHECK, COLUMN, METRIC, PICTURE, REFERENCE, CURRENT, DECISION, FOUND };
  const dw_report_side *r = &finding->reference, *c = &finding->current;
  dw_block_sides sides = {{r->value, r->low, r->high}, {c->value, c->low, c->high}, NAN, NAN};
  widen(r, &sides.low, &sides.high);
  widen(c, &sides.low, &sides.high);
  dw_build_row(b, finding->column);
  dw_build_cell_state(b, STATE, dw_build_state_of(finding));
  dw_build_cell_text(b, CHECK, DW_PLAIN, dw_wording_check(finding->check));
  dw_build_cell_text(b, COLUMN, DW_NAME, finding->column);
  if (dw_build_cell(b, METRIC)) {
    dw_build_say(b, DW_PLAIN, dw_wording_method(finding->method));
    if (*finding->column) {
      dw_build_say(b, DW_PLAIN, " ");
      dw_build_say(b, DW_SMALL, "of ");
      dw_build_say(b, DW_SMALL | DW_NAME, finding->column);
    }
  }
  dw_build_cell_sides(b, PICTURE, &sides);
  value_cell(b, REFERENCE, r);
  value_cell(b, CURRENT, c);
  if (dw_build_cell(b, DECISION)) dw_wording_decision(&b->run, finding);
  if (dw_build_cell(b, FOUND)) dw_wording_line(&b->run, finding);
  if (dw_build_shows(b, DW_BRIEF)) dw_build_warning(b, finding);
}

void dw_show_performance(dw_build *b, const dw_report_section *section)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                            {.kind = DW_COLUMN_TOPIC, .title = "check", .shown = DW_BRIEF},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "column", .shown = DW_BRIEF},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "metric", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_INTERVALS, .title = "", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "reference", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "current", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_WORD, .title = "decision", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "what was found", .shown = DW_BRIEF}};
  dw_block_table *table = dw_build_table(b, DW_TABLE_MEASURES, columns, sizeof columns / sizeof *columns);
  dw_build_say(b, DW_PLAIN, "Performance");
  table->heading = dw_build_said(b);
  by_severity(b, section, dw_report_is_performance, performance_row);
  dw_build_table_end(b);
}

/* --- other checks --- */

static void check_row(dw_build *b, const dw_report_finding *finding)
{
  enum { STATE, CHECK, COLUMN, FOUND };
  if (dw_report_is_joint(finding) && !dw_build_shows(b, DW_BRIEF)) return; /* has a section of its own there */
  bool quiet = !dw_report_is_told(finding);
  if (!dw_build_has_room(b, quiet)) {
    dw_build_row_named(b, finding->column, quiet);
    return;
  }
  dw_build_row(b, finding->column);
  if (quiet) dw_build_row_quiet(b);
  dw_build_cell_state(b, STATE, dw_build_state_of(finding));
  dw_build_cell_text(b, CHECK, DW_PLAIN, dw_wording_check(finding->check));
  if (*finding->column) dw_build_cell_text(b, COLUMN, DW_NAME, finding->column);
  if (dw_build_cell(b, FOUND)) dw_wording_line(&b->run, finding);
  dw_build_warning(b, finding);
}

void dw_show_checks(dw_build *b, const dw_report_section *section)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                            {.kind = DW_COLUMN_TOPIC, .title = "check"},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "column"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "what was found"}};
  dw_block_table *table = dw_build_table(b, DW_TABLE_CHECKS, columns, 4);
  dw_build_say(b, DW_PLAIN, "Other checks");
  table->heading = dw_build_said(b);
  table->noun = "check";
  table->nouns = "checks";
  table->findable = true;
  by_severity(b, section, dw_report_is_other, check_row);
  dw_build_table_end(b);
}
