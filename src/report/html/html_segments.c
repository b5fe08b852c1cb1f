#include "report/model/figures.h"
#include "report/html/html_parts.h"
#include "report/words/segment_wording.h"

static void inside(dw_html *page, const dw_report_section *section, const dw_report_segment *segment)
{
  dw_html_put(page, "<td class=\"say\">");
  size_t at = 0;
  dw_buf title = {0};
  for (size_t said = 0; dw_segment_line(&title, &page->words, section, segment, &at); said++) {
    dw_html_put(page, said ? "<br><b>" : "<b>");
    dw_html_name(page, dw_buf_cstr(&title));
    dw_html_put(page, "</b> ");
    dw_html_words(page);
    title.length = 0;
  }
  dw_buf_free(&title);
  dw_html_put(page, "</td>");
}

static void row(dw_html *page, const dw_report_section *section, const dw_report_segment *segment)
{
  dw_html_put(page, "<tr class=\"item\"><td>");
  dw_html_chip(page, segment->severity, segment->severity != DW_REPORT_NONE, segment->not_judged);
  dw_html_put(page, "</td><th scope=\"row\" class=\"n\">");
  dw_html_name(page, dw_segment_name(segment->value));
  dw_html_put(page, "</th>");
  if (segment->part > 0) dw_figure_share(&page->words, segment->part);
  dw_html_cell(page, "td", "");
  dw_figure_count(&page->words, segment->reference_rows);
  dw_html_cell(page, "td", "");
  dw_figure_count(&page->words, segment->current_rows);
  dw_html_cell(page, "td", "");
  inside(page, section, segment);
  dw_html_put(page, "</tr>\n");
}

void dw_html_segments(dw_html *page, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  if (!summary->by) return;
  dw_html_put(page, "<h2>By ");
  dw_html_name(page, summary->by);
  dw_html_put(page, "</h2>\n<div class=\"wide sheet\"><table class=\"c\"><thead><tr><th scope=\"col\"></th><th scope=\"col\">value</th>"
                    "<th scope=\"col\">part of the drift</th><th scope=\"col\">reference rows</th><th scope=\"col\">current rows</th>"
                    "<th scope=\"col\">what drifted</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < summary->segment_count; i++) row(page, section, &summary->segments[i]);
  dw_html_put(page, "</tbody></table></div>\n");
}
