#include "report/html/html.h"

#include <math.h>
#include <string.h>

#include "report/draw/escape.h"
#include "report/model/figures.h"
#include "report/html/html_parts.h"
#include "report/draw/svg.h"
#include "report/words/wording.h"

enum { SEARCH_FROM = 8 }; /* columns from which on a search field helps */

void dw_html_words(dw_html *page)
{
  dw_escape_markup(page->out, page->words.data, page->words.length);
  page->words.length = 0;
}

void dw_html_text(dw_html *page, const char *text) { dw_escape_markup(page->out, text, strlen(text)); }

void dw_html_name(dw_html *page, const char *name)
{
  dw_html_put(page, "<bdi>");
  dw_html_text(page, *name ? name : "(no name)");
  dw_html_put(page, "</bdi>");
}

void dw_html_chip(dw_html *page, dw_report_severity severity, bool drift, bool error)
{
  const char *word = error ? "error" : !drift ? "quiet" : severity == DW_REPORT_NONE ? "drift" : dw_report_severity_word(severity);
  dw_buf_format(page->out, "<span class=\"chip s%d\">%s</span>", error ? 4 : drift ? (int)severity : 0, word);
}

void dw_html_cell(dw_html *page, const char *tag, const char *attributes)
{
  dw_buf_format(page->out, "<%s%s>", tag, attributes);
  dw_html_words(page);
  dw_buf_format(page->out, "</%s>", tag);
}

static void fact(dw_html *page, const char *name)
{
  dw_html_put(page, "<div><dt>");
  dw_html_put(page, name);
  dw_html_put(page, "</dt>");
  dw_html_cell(page, "dd", "");
  dw_html_put(page, "</div>");
}

static void meter(dw_html *page, const dw_report_summary *summary)
{
  if (isnan(summary->drift_share) || summary->not_judged) return;
  dw_buf label = {0}, escaped = {0};
  dw_wording_columns(&label, summary);
  dw_escape_markup(&escaped, label.data, label.length);
  dw_html_put(page, "<div class=\"share\">");
  dw_svg_meter(page->out, summary->drift_share, summary->drift_share_threshold, dw_buf_cstr(&escaped));
  dw_html_put(page, "<p>");
  dw_wording_share(&page->words, summary);
  dw_wording_fail_on(&page->words, summary);
  dw_html_words(page);
  dw_html_put(page, "</p></div>");
  dw_buf_free(&label);
  dw_buf_free(&escaped);
}

static void verdict(dw_html *page, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  if (!summary->given) {
    dw_html_put(page, "<div class=\"verdict s4\" role=\"alert\"><p class=\"answer\">Incomplete</p><p>");
    dw_html_text(page, dw_wording_incomplete);
    dw_html_put(page, "</p></div>\n");
    return;
  }
  int shade = summary->not_judged ? 4 : summary->drift ? (int)summary->severity : 0;
  const char *answer = summary->not_judged ? "Not judged" : summary->drift ? "Drift" : "No drift";
  dw_buf_format(page->out, "<div class=\"verdict s%d\"%s><p class=\"answer\">%s", shade, summary->not_judged ? " role=\"alert\"" : "",
                answer);
  if (summary->severity != DW_REPORT_NONE)
    dw_buf_format(page->out, " <span>severity %s</span>", dw_report_severity_word(summary->severity));
  dw_html_put(page, "</p><p class=\"lead\">");
  if (summary->not_judged) dw_buf_text(&page->words, dw_wording_not_judged(summary));
  else dw_wording_reasons(&page->words, section);
  dw_html_words(page);
  dw_html_put(page, "</p>");
  meter(page, summary);
  dw_html_put(page, "<dl class=\"facts\">");
  dw_figure_count(&page->words, summary->reference_rows);
  fact(page, "Reference rows");
  dw_figure_count(&page->words, summary->current_rows);
  fact(page, "Current rows");
  dw_figure_count(&page->words, summary->columns);
  fact(page, "Columns compared");
  if (summary->uncompared_count) {
    dw_figure_count(&page->words, (double)summary->uncompared_count);
    fact(page, "Not compared");
  }
  if (summary->unjudged_count) {
    dw_figure_count(&page->words, (double)summary->unjudged_count);
    fact(page, "Not judged");
  }
  if (summary->skipped_records > 0) {
    dw_figure_count(&page->words, summary->skipped_records);
    fact(page, "Bad records skipped");
  }
  if (summary->severity != DW_REPORT_NONE) {
    dw_buf_text(&page->words, dw_wording_action(summary->severity));
    fact(page, "Suggested action");
  }
  dw_html_put(page, "</dl></div>\n");
}

static void legend(dw_html *page)
{
  dw_html_put(page, "<p class=\"legend\"><span class=\"key kr\"></span>reference <span class=\"key kc\"></span>current. Bars are shares of "
                    "their own side; lines through a histogram are medians.</p>\n");
}

static void columns(dw_html *page, const dw_report_section *section)
{
  size_t drawn = 0, drifted = 0, next = 0;
  for (size_t i = 0; i < section->column_count; i++) drifted += section->columns[i].shape_drift;
  if (drifted) {
    dw_html_put(page, "<h2>What drifted</h2>\n");
    legend(page);
  }
  for (; next < section->column_count && drawn < DW_HTML_CARDS; next++) {
    if (!section->columns[next].shape_drift) continue;
    dw_html_card(page, section, &section->columns[next]);
    drawn++;
  }
  if (drawn < drifted) {
    dw_buf_format(page->out, "<h3>The other %zu drifted columns</h3>\n", drifted - drawn);
    dw_html_columns(page, section, next, DW_HTML_DRIFTED);
  }
}

static void run(dw_html *page, const dw_report *report, size_t index)
{
  const dw_report_section *section = &report->sections[index];
  dw_buf_format(page->out, "<section id=\"run%zu\">\n", index + 1);
  if (report->count > 1) {
    dw_buf_format(page->out, "<h2 class=\"run\">Comparison %zu of %zu", index + 1, report->count);
    if (dw_wording_inputs(&page->words, &section->summary)) dw_html_put(page, ": ");
    dw_html_words(page);
    dw_html_put(page, "</h2>\n");
  }
  verdict(page, section);
  if (report->count == 1) dw_html_control(page, &report->control); /* what was decided on the only comparison stands behind its verdict */
  dw_html_lost(page, section);
  dw_html_unjudged(page, &section->summary);
  dw_html_performance(page, section);
  columns(page, section);
  dw_html_series(page, section);
  dw_html_joint(page, section);
  dw_html_segments(page, section);
  dw_html_checks(page, section, true);
  dw_html_columns(page, section, 0, DW_HTML_UNDECIDED);
  dw_html_columns(page, section, 0, DW_HTML_QUIET);
  dw_html_checks(page, section, false);
  dw_html_origin(page, &section->summary);
  dw_html_put(page, "</section>\n");
}

static void contents(dw_html *page, const dw_report *report)
{
  if (report->count < 2) return;
  dw_html_put(page, "<nav aria-label=\"Comparisons\"><ol>");
  for (size_t i = 0; i < report->count; i++) {
    const dw_report_summary *summary = &report->sections[i].summary;
    dw_buf_format(page->out, "<li><a href=\"#run%zu\">", i + 1);
    if (!dw_wording_inputs(&page->words, summary)) dw_buf_format(&page->words, "Comparison %zu", i + 1);
    dw_html_words(page);
    dw_html_put(page, "</a> ");
    dw_wording_verdict(&page->words, &report->sections[i]);
    dw_html_words(page);
    dw_html_put(page, "</li>");
  }
  dw_html_put(page, "</ol></nav>\n");
}

void dw_html_write(dw_buf *out, const dw_report *report, const dw_render *render)
{
  dw_html page = {.out = out};
  const char *title = render->title ? render->title : "Drift report";
  dw_html_put(&page,
              "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
              "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
              "<meta name=\"color-scheme\" content=\"light dark\">\n"
              "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-");
  dw_html_put(&page, dw_html_script_digest);
  dw_html_put(&page, "'\">\n<title>");
  dw_html_text(&page, title);
  dw_html_put(&page, "</title>\n<style>");
  dw_html_put(&page, dw_html_style);
  dw_html_put(&page, "</style>\n</head>\n<body>\n<header><p>DriftWatch</p><h1>");
  dw_html_text(&page, title);
  dw_html_put(&page, "</h1>");
  size_t most = 0;
  for (size_t i = 0; i < report->count; i++)
    if (report->sections[i].column_count > most) most = report->sections[i].column_count;
  if (most >= SEARCH_FROM)
    dw_html_put(
        &page, "<div id=\"find\" role=\"search\" hidden><input type=\"search\" placeholder=\"Find a column\" aria-label=\"Find a column by "
               "name\"><output aria-live=\"polite\"></output></div>");
  dw_html_put(&page, "</header>\n<main>\n");
  contents(&page, report);
  if (report->count != 1) dw_html_control(&page, &report->control);
  for (size_t i = 0; i < report->count; i++) run(&page, report, i);
  dw_html_put(&page, "</main>\n<script>");
  dw_html_put(&page, dw_html_script);
  dw_html_put(&page, "</script>\n</body>\n</html>\n");
  dw_buf_free(&page.words);
}
