/* What tells the texts of the two sides apart: words and examples. */
#include "report/model/figures.h"
#include "report/html/html_parts.h"
#include "report/words/wording.h"

enum { WORDS = 12 }; /* a side */

static void words(dw_html *page, const char *title, const dw_report_texts *texts)
{
  if (texts->word_count == 0) return;
  dw_html_put(page, "<div><table class=\"q\"><thead><tr><th scope=\"col\">");
  dw_html_put(page, title);
  dw_html_put(page, "</th><th scope=\"col\">reference</th><th scope=\"col\">current</th></tr></thead><tbody>");
  for (size_t i = 0; i < texts->word_count && i < WORDS; i++) {
    const dw_report_word *word = &texts->words[i];
    dw_html_put(page, "<tr><th scope=\"row\">");
    dw_html_name(page, word->word);
    dw_html_put(page, "</th>");
    dw_figure_share(&page->words, word->reference);
    dw_html_cell(page, "td", "");
    dw_figure_share(&page->words, word->current);
    dw_html_cell(page, "td", "");
    dw_html_put(page, "</tr>");
  }
  dw_html_put(page, "</tbody></table></div>");
}

static void examples(dw_html *page, const char *title, const dw_report_texts *texts)
{
  if (texts->example_count == 0) return;
  dw_html_put(page, "<p class=\"note\">");
  dw_html_put(page, title);
  dw_html_put(page, "</p><ul class=\"made texts\">");
  for (size_t i = 0; i < texts->example_count; i++) {
    dw_html_put(page, "<li>");
    dw_html_name(page, texts->examples[i]);
    dw_html_put(page, "</li>");
  }
  dw_html_put(page, "</ul>");
}

void dw_html_texts(dw_html *page, const dw_report_finding *finding)
{
  const dw_report_texts *r = &finding->of_reference, *c = &finding->of_current;
  if (r->word_count + c->word_count) {
    dw_html_put(page, r->word_count && c->word_count ? "<div class=\"two tx\">" : "<div class=\"tx\">");
    words(page, "more often now", c);
    words(page, "less often now", r);
    dw_html_put(page, "</div>");
  }
  if (r->example_count + c->example_count == 0) return;
  dw_html_put(page, "<details><summary>Texts that are typical of each side</summary>");
  examples(page, "Current", c);
  examples(page, "Reference", r);
  dw_html_put(page, "</details>");
}
