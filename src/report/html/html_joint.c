/* What only shows when columns are looked at together: the methods for all of them, the columns that give the sides away, the pairs that
 * changed. */
#include <math.h>
#include <string.h>

#include "report/model/figures.h"
#include "report/html/html_parts.h"
#include "report/draw/svg.h"
#include "report/words/wording.h"

static bool of_pair(const dw_report_finding *finding) { return dw_report_is_joint(finding) && finding->pair[0]; }
static bool of_all(const dw_report_finding *finding) { return dw_report_is_joint(finding) && !finding->pair[0]; }

static void method_row(dw_html *page, const dw_report_finding *finding)
{
  dw_html_put(page, "<tr class=\"item\"><td>");
  dw_html_chip(page, finding->severity, finding->drift, finding->error);
  dw_html_put(page, "</td><th scope=\"row\" class=\"n\">");
  dw_html_text(page, dw_wording_method(finding->method));
  dw_html_put(page, "</th><td class=\"say\">");
  dw_wording_line(&page->words, finding);
  dw_html_words(page);
  if (finding->warning) {
    dw_html_put(page, "<p class=\"warn\">");
    dw_html_text(page, finding->warning);
    dw_html_put(page, "</p>");
  }
  if (finding->approximate) dw_html_put(page, "<p class=\"note\">From a sample of the rows.</p>");
  dw_html_put(page, "</td></tr>\n");
}

static void methods(dw_html *page, const dw_report_section *section)
{
  dw_html_put(page, "<div class=\"wide sheet\"><table class=\"k\"><thead><tr><th scope=\"col\"></th><th scope=\"col\">method</th>"
                    "<th scope=\"col\">what was found</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < section->count; i++)
    if (of_all(&section->findings[i])) method_row(page, &section->findings[i]);
  dw_html_put(page, "</tbody></table></div>\n");
}

/* A feature that made the classifier no better has nothing to show. */
static void features(dw_html *page, const dw_report_finding *finding)
{
  enum { SHOWN = 10 };
  size_t count = 0;
  if (!finding->drift) return;
  while (count < finding->feature_count && count < SHOWN && finding->features[count].importance > 0) count++;
  if (count == 0) return;
  dw_html_put(
      page,
      "<h3>What gives the sides away</h3>\n<div class=\"wide sheet\"><table class=\"q cat\"><thead><tr><th scope=\"col\"></th><td></td>"
      "<th scope=\"col\">AUC lost without it</th><th scope=\"col\">part in the trees</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < count; i++) {
    const dw_report_feature *feature = &finding->features[i];
    dw_html_put(page, "<tr class=\"item\"><th scope=\"row\" class=\"n\">");
    dw_html_name(page, feature->column);
    dw_html_put(page, "</th><td class=\"g\">");
    dw_svg_pair(page->out, NAN, feature->importance, finding->features[0].importance);
    dw_html_put(page, "</td>");
    dw_figure(&page->words, feature->importance, 2);
    dw_html_cell(page, "td", "");
    dw_figure_share(&page->words, feature->gain_share);
    dw_html_cell(page, "td", "");
    dw_html_put(page, "</tr>\n");
  }
  dw_html_put(page, "</tbody></table></div>\n");
}

static void pair_row(dw_html *page, const dw_report_finding *finding)
{
  double low = fmin(0, fmin(finding->pair_reference, finding->pair_current)) < 0 ? -1 : 0;
  dw_html_put(page, "<tr class=\"item\"><td>");
  dw_html_chip(page, finding->severity, finding->drift, finding->error);
  dw_html_put(page, "</td><th scope=\"row\" class=\"n\">");
  dw_html_name(page, finding->pair[0]);
  dw_html_put(page, " and ");
  dw_html_name(page, finding->pair[1]);
  dw_html_put(page, " <small>");
  dw_html_text(page, dw_wording_method(finding->measure));
  dw_html_put(page, "</small></th><td class=\"g\">");
  dw_svg_shift(page->out, finding->pair_reference, finding->pair_current, low, 1);
  dw_html_put(page, "</td>");
  dw_figure(&page->words, finding->pair_reference, 3);
  dw_html_cell(page, "td", "");
  dw_figure(&page->words, finding->pair_current, 3);
  dw_html_cell(page, "td", "");
  dw_wording_decision(&page->words, finding);
  dw_html_cell(page, "td", "");
  dw_html_put(page, "</tr>\n");
}

static void pairs(dw_html *page, const dw_report_section *section)
{
  size_t rows = 0;
  for (size_t i = 0; i < section->count; i++) {
    if (!of_pair(&section->findings[i])) continue;
    if (rows++ == 0)
      dw_html_put(
          page, "<h3>Pairs that go together otherwise</h3>\n<div class=\"wide sheet\"><table class=\"p\"><thead><tr><th scope=\"col\"></th>"
                "<th scope=\"col\">columns</th><td></td><th scope=\"col\">reference</th><th scope=\"col\">current</th>"
                "<th scope=\"col\">decision</th></tr></thead><tbody>\n");
    pair_row(page, &section->findings[i]);
  }
  if (rows) dw_html_put(page, "</tbody></table></div>\n");
}

void dw_html_joint(dw_html *page, const dw_report_section *section)
{
  size_t count = 0;
  for (size_t i = 0; i < section->count; i++) count += dw_report_is_joint(&section->findings[i]);
  if (count == 0) return;
  dw_html_put(page, "<div class=\"decided\"><h2>All columns together</h2>\n");
  methods(page, section);
  for (size_t i = 0; i < section->count; i++)
    if (of_all(&section->findings[i])) features(page, &section->findings[i]);
  pairs(page, section);
  dw_html_put(page, "</div>\n");
}
