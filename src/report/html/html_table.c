/* The tables of the HTML report: performance, columns as rows, other checks, origin. */
#include <math.h>
#include <string.h>

#include "report/model/figures.h"
#include "report/html/html_parts.h"
#include "report/draw/svg.h"
#include "report/words/wording.h"

enum { SPARK_BINS = 16, SPARK_CATEGORIES = 6, QUIET_CHECKS = 300 };

static void widen(const dw_report_side *side, double *low, double *high)
{
  double values[] = {side->value, side->low, side->high};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    *low = fmin(*low, values[i]);
    *high = fmax(*high, values[i]);
  }
}

static void metric_cell(dw_html *page, const dw_report_side *side)
{
  dw_html_put(page, "<td>");
  dw_figure(&page->words, side->value, 3);
  dw_html_words(page);
  if (!isnan(side->low) && !isnan(side->high)) {
    dw_html_put(page, " <small>");
    dw_figure(&page->words, side->low, 3);
    dw_buf_text(&page->words, " to ");
    dw_figure(&page->words, side->high, 3);
    dw_html_words(page);
    dw_html_put(page, "</small>");
  }
  dw_html_put(page, "</td>");
}

static void performance_row(dw_html *page, const dw_report_finding *finding)
{
  const dw_report_side *r = &finding->reference, *c = &finding->current;
  double low = NAN, high = NAN;
  widen(r, &low, &high);
  widen(c, &low, &high);
  dw_html_put(page, "<tr><td>");
  dw_html_chip(page, finding->severity, finding->drift, finding->error);
  dw_html_put(page, "</td><th scope=\"row\">");
  dw_html_text(page, dw_wording_method(finding->method));
  if (*finding->column) {
    dw_html_put(page, " <small>of ");
    dw_html_name(page, finding->column);
    dw_html_put(page, "</small>");
  }
  dw_html_put(page, "</th><td class=\"g\">");
  dw_svg_intervals(page->out, (dw_svg_interval){r->value, r->low, r->high}, (dw_svg_interval){c->value, c->low, c->high}, low, high);
  dw_html_put(page, "</td>");
  metric_cell(page, r);
  metric_cell(page, c);
  dw_wording_decision(&page->words, finding);
  dw_html_cell(page, "td", "");
  dw_html_put(page, "</tr>\n");
}

void dw_html_performance(dw_html *page, const dw_report_section *section)
{
  size_t rows = 0;
  for (size_t i = 0; i < section->count; i++) {
    if (!dw_report_is_performance(&section->findings[i])) continue;
    if (rows++ == 0)
      dw_html_put(
          page,
          "<h2>Performance</h2>\n<div class=\"wide sheet\"><table class=\"p\"><thead><tr><th scope=\"col\"></th><th "
          "scope=\"col\">metric</th>"
          "<td></td><th scope=\"col\">reference</th><th scope=\"col\">current</th><th scope=\"col\">decision</th></tr></thead><tbody>\n");
    performance_row(page, &section->findings[i]);
  }
  if (rows) dw_html_put(page, "</tbody></table></div>\n");
}

static void column_row(dw_html *page, const dw_report_section *section, const dw_report_column *column)
{
  const dw_report_finding *lead = &section->findings[column->lead];
  const dw_report_finding *picture = column->picture == SIZE_MAX ? lead : &section->findings[column->picture];
  dw_html_put(page, "<tr class=\"item\"><td>");
  dw_html_chip(page, column->shape_severity, column->shape_drift, lead->error);
  dw_html_put(page, "</td><th scope=\"row\" class=\"n\">");
  dw_html_name(page, column->name);
  dw_html_put(page, "</th><td>");
  dw_bars bars;
  if (dw_bars_layout(&bars, picture, picture->reference.bins ? SPARK_BINS : SPARK_CATEGORIES)) dw_svg_spark(page->out, &bars);
  dw_html_put(page, "</td><td>");
  dw_html_text(page, lead->method);
  dw_html_put(page, "</td>");
  dw_wording_decision(&page->words, lead);
  dw_html_cell(page, "td", "");
  dw_wording_change(&page->words, picture);
  dw_html_cell(page, "td", " class=\"say\"");
  dw_html_put(page, "</tr>\n");
}

static dw_html_state state_of(const dw_report_column *column, const dw_report_finding *lead)
{
  return column->shape_drift ? DW_HTML_DRIFTED : lead->error ? DW_HTML_UNDECIDED : DW_HTML_QUIET;
}

void dw_html_columns(dw_html *page, const dw_report_section *section, size_t from, dw_html_state state)
{
  size_t rows = 0;
  for (size_t i = from; i < section->column_count; i++) {
    const dw_report_column *column = &section->columns[i];
    const dw_report_finding *lead = &section->findings[column->lead];
    if (!dw_report_is_shape(lead) || state_of(column, lead) != state) continue;
    if (rows++ == 0) {
      if (state != DW_HTML_DRIFTED) dw_html_put(page, state == DW_HTML_QUIET ? "<h2>Quiet columns</h2>\n" : "<h2>Not decided</h2>\n");
      dw_html_put(page,
                  "<div class=\"wide sheet\"><table class=\"c\"><thead><tr><th scope=\"col\"></th><th scope=\"col\">column</th><td></td>"
                  "<th scope=\"col\">method</th><th scope=\"col\">decision</th><th scope=\"col\">what changed</th></tr></thead><tbody>\n");
    }
    column_row(page, section, column);
  }
  if (rows) dw_html_put(page, "</tbody></table></div>\n");
}

/* --- other checks --- */

static void check_row(dw_html *page, const dw_report_finding *finding)
{
  dw_html_put(page, "<tr class=\"item\"><td>");
  dw_html_chip(page, finding->severity, finding->drift, finding->error);
  dw_html_put(page, "</td><td>");
  dw_html_text(page, dw_wording_check(finding->check));
  dw_html_put(page, "</td><th scope=\"row\" class=\"n\">");
  if (*finding->column) dw_html_name(page, finding->column);
  dw_html_put(page, "</th><td class=\"say\">");
  dw_wording_line(&page->words, finding);
  dw_html_words(page);
  if (finding->warning) {
    dw_html_put(page, "<p class=\"warn\">");
    dw_html_text(page, finding->warning);
    dw_html_put(page, "</p>");
  }
  dw_html_put(page, "</td></tr>\n");
}

static bool is_other(const dw_report_finding *finding, bool drift)
{
  return dw_report_is_other(finding) && !dw_report_is_joint(finding) && dw_report_is_told(finding) == drift;
}

void dw_html_checks(dw_html *page, const dw_report_section *section, bool drift)
{
  size_t count = 0;
  for (size_t i = 0; i < section->count; i++) count += is_other(&section->findings[i], drift);
  if (count == 0) return;
  if (drift) {
    dw_html_put(page, "<h2>Other checks</h2>\n");
  } else {
    dw_html_put(page, "<details class=\"quiet\"><summary>");
    dw_figure_count(&page->words, (double)count);
    dw_buf_text(&page->words, count == 1 ? " other check is quiet" : " other checks are quiet");
    dw_html_words(page);
    dw_html_put(page, "</summary>\n");
  }
  if (drift || count <= QUIET_CHECKS) {
    dw_html_put(page, "<div class=\"wide sheet\"><table class=\"k\"><thead><tr><th scope=\"col\"></th><th scope=\"col\">check</th><th "
                      "scope=\"col\">column</th>"
                      "<th scope=\"col\">what was found</th></tr></thead><tbody>\n");
    for (int rank = DW_REPORT_HIGH; rank >= DW_REPORT_NONE; rank--)
      for (size_t i = 0; i < section->column_count; i++)
        for (size_t k = section->columns[i].first; k != SIZE_MAX; k = section->findings[k].next)
          if (is_other(&section->findings[k], drift) && (int)section->findings[k].severity == rank) check_row(page, &section->findings[k]);
    dw_html_put(page, "</tbody></table></div>\n");
  } else {
    dw_html_put(page, "<p>Too many to list here; <code>dw-report --all</code> prints them as text.</p>\n");
  }
  if (!drift) dw_html_put(page, "</details>\n");
}

/* --- what was lost, and what has no answer --- */

void dw_html_lost(dw_html *page, const dw_report_section *section)
{
  if (dw_report_lost(section) == 0) return;
  dw_html_put(page, "<h2>Lost columns</h2>\n<div class=\"wide sheet\"><table class=\"k\"><thead><tr><th scope=\"col\"></th><th "
                    "scope=\"col\">column</th><th "
                    "scope=\"col\">now</th>"
                    "<th scope=\"col\">what was found</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < section->count; i++) {
    const dw_report_finding *finding = &section->findings[i];
    if (!finding->lost) continue;
    dw_html_put(page, "<tr class=\"item\"><td>");
    dw_html_chip(page, finding->severity, true, false);
    dw_html_put(page, "</td><th scope=\"row\" class=\"n\">");
    dw_html_name(page, finding->column);
    dw_html_put(page, "</th>");
    dw_wording_lost(&page->words, finding);
    dw_html_cell(page, "td", "");
    dw_wording_change(&page->words, finding);
    dw_html_cell(page, "td", " class=\"say\"");
    dw_html_put(page, "</tr>\n");
  }
  dw_html_put(page, "</tbody></table></div>\n");
}

void dw_html_unjudged(dw_html *page, const dw_report_summary *summary)
{
  if (summary->unjudged_count == 0) return;
  dw_html_put(page, "<h2>Not judged</h2>\n<div class=\"wide sheet\"><table class=\"k\"><thead><tr><th scope=\"col\">column</th><th "
                    "scope=\"col\">method</th>"
                    "<th scope=\"col\">why</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < summary->unjudged_count; i++) {
    const dw_report_unjudged *unjudged = &summary->unjudged[i];
    dw_html_put(page, "<tr class=\"item\"><th scope=\"row\" class=\"n\">");
    if (*unjudged->column) dw_html_name(page, unjudged->column);
    dw_html_put(page, "</th><td>");
    dw_html_text(page, unjudged->method);
    dw_html_put(page, "</td>");
    dw_wording_unjudged_why(&page->words, unjudged);
    dw_html_cell(page, "td", " class=\"say\"");
    dw_html_put(page, "</tr>\n");
  }
  dw_html_put(page, "</tbody></table></div>\n");
}

/* --- origin --- */

static void uncompared(dw_html *page, const dw_report_summary *summary)
{
  dw_html_put(page, "<h2>Not compared</h2>\n<div class=\"wide sheet\"><table class=\"k\"><thead><tr><th scope=\"col\">column</th><th "
                    "scope=\"col\">type</th>"
                    "<th scope=\"col\">why</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < summary->uncompared_count; i++) {
    dw_html_put(page, "<tr class=\"item\"><th scope=\"row\" class=\"n\">");
    dw_html_name(page, summary->uncompared[i].column);
    dw_html_put(page, "</th><td>");
    dw_html_text(page, summary->uncompared[i].type);
    dw_html_put(page, "</td><td class=\"say\">");
    dw_html_text(page, summary->uncompared[i].reason);
    dw_html_put(page, "</td></tr>\n");
  }
  dw_html_put(page, "</tbody></table></div>\n");
}

void dw_html_origin(dw_html *page, const dw_report_summary *summary)
{
  if (summary->uncompared_count) uncompared(page, summary);
  if (summary->stage_count == 0) return;
  dw_html_put(page, "<h2>How this was made</h2>\n<ol class=\"made\">");
  for (size_t i = 0; i < summary->stage_count; i++) {
    const dw_report_stage *stage = &summary->stages[i];
    dw_html_put(page, "<li>");
    dw_wording_stage(&page->words, stage);
    dw_html_cell(page, "code", "");
    if (stage->input_count) dw_html_put(page, "<ul>");
    for (size_t k = 0; k < stage->input_count; k++) {
      dw_wording_source(&page->words, &stage->inputs[k]);
      dw_html_cell(page, "li", "");
    }
    dw_html_put(page, stage->input_count ? "</ul></li>" : "</li>");
  }
  dw_html_put(page, "</ol>\n");
}
