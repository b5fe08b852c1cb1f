/* Where the difference is: the bins or categories that carry most of a finding's statistic, and how sure its size is. */
#include <math.h>

#include "report/model/figures.h"
#include "report/html/html_parts.h"

static void part_name(dw_html *page, const dw_report_part *part)
{
  if (part->category) {
    dw_html_name(page, part->category);
    return;
  }
  dw_figure(&page->words, part->low, 3);
  if (part->high != part->low) {
    dw_buf_text(&page->words, " to ");
    dw_figure(&page->words, part->high, 3);
  }
  dw_html_cell(page, "span", "");
}

static void share_cell(dw_html *page, double share)
{
  dw_figure_share(&page->words, share);
  dw_html_cell(page, "td", "");
}

void dw_html_where(dw_html *page, const dw_report_finding *finding)
{
  if (!finding->drift || finding->part_count == 0) return;
  dw_html_put(page,
              "<details><summary>Where the difference is</summary><div class=\"wide\"><table class=\"q\"><thead><tr><th scope=\"col\"></th>"
              "<th scope=\"col\">reference</th><th scope=\"col\">current</th><th scope=\"col\">part of it</th></tr></thead><tbody>");
  for (size_t i = 0; i < finding->part_count; i++) {
    const dw_report_part *part = &finding->parts[i];
    dw_html_put(page, "<tr><th scope=\"row\">");
    part_name(page, part);
    dw_html_put(page, "</th>");
    share_cell(page, part->reference);
    share_cell(page, part->current);
    share_cell(page, part->share);
    dw_html_put(page, "</tr>");
  }
  dw_html_put(page, "</tbody></table></div>");
  if (isfinite(finding->effect_low) && isfinite(finding->effect_high)) {
    dw_buf_text(&page->words, "effect size ");
    dw_figure(&page->words, finding->effect_size, 2);
    dw_buf_text(&page->words, ", 95 % interval ");
    dw_figure(&page->words, finding->effect_low, 2);
    dw_buf_text(&page->words, " to ");
    dw_figure(&page->words, finding->effect_high, 2);
    dw_html_cell(page, "p", " class=\"note\"");
  }
  dw_html_put(page, "</details>");
}
