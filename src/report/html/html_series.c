#include <math.h>

#include "report/html/html_parts.h"
#include "report/draw/svg.h"
#include "report/words/wording.h"
#include "report/words/series_wording.h"

static void row(dw_html *page, const dw_report_series *series)
{
  dw_html_put(page, "<tr class=\"item\"><td>");
  dw_html_chip(page, series->severity, series->alerts > 0, false);
  dw_html_put(page, "</td><th scope=\"row\" class=\"n\">");
  dw_series_title(&page->words, series);
  dw_html_words(page);
  dw_html_put(page, "<br><small>");
  dw_html_text(page, *series->method ? dw_wording_method(series->method) : "");
  dw_html_put(page, "</small></th><td class=\"line\">");
  dw_svg_line(page->out, series);
  dw_html_put(page, "</td>");
  dw_series_words(&page->words, series);
  dw_html_cell(page, "td", " class=\"say\"");
  dw_html_put(page, "</tr>\n");
}

void dw_html_series(dw_html *page, const dw_report_section *section)
{
  const dw_report_chunks *chunks = &section->chunks;
  if (chunks->count == 0) return;
  dw_html_put(page, "<h2>Chunk by chunk</h2>\n<p class=\"legend\"><span class=\"key kr\"></span>chunks of the reference "
                    "<span class=\"key kc\"></span>of the current data. Dashed lines are limits, dots chunks beyond them.</p>\n"
                    "<div class=\"wide sheet\"><table class=\"s\"><thead><tr><th scope=\"col\"></th><th scope=\"col\">what</th><td></td>"
                    "<th scope=\"col\">found</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < chunks->count; i++) row(page, &chunks->series[i]);
  dw_html_put(page, "</tbody></table></div>\n");
}
