/* A drifted column in full: what happened in a sentence, the picture, and the numbers behind each decision. */
#include <math.h>
#include <string.h>

#include "report/draw/escape.h"
#include "report/model/figures.h"
#include "report/html/html_parts.h"
#include "report/draw/svg.h"
#include "report/words/wording.h"

enum { BINS = 40, CATEGORIES = 10 };

static void head(dw_html *page, const dw_report_column *column, const dw_report_finding *lead)
{
  dw_html_put(page, "<h3 class=\"n\">");
  dw_html_name(page, column->name);
  dw_html_put(page, "</h3><p class=\"kind\">");
  if (!strcmp(lead->check, "target_drift")) dw_html_put(page, "target, ");
  if (!strcmp(lead->check, "prediction_drift")) dw_html_put(page, "prediction, ");
  dw_html_text(page, lead->type);
  dw_html_put(page, "</p>");
  dw_html_chip(page, column->shape_severity, true, false);
}

/* "6.1", or "up to 6.1" where the first bin gathers what is further out. */
static void axis(dw_html *page, const dw_bars *bars)
{
  const dw_bar *first = &bars->bar[0], *last = &bars->bar[bars->count - 1];
  double inner = bars->count > 2 ? bars->bar[1].to - bars->bar[1].from : NAN;
  bool open_low = isnan(first->from) || first->to - first->from > 1.5 * inner;
  bool open_high = isnan(last->to) || last->to - last->from > 1.5 * inner;
  dw_html_put(page, "<p class=\"axis\"><span>");
  if (open_low) dw_buf_text(&page->words, "up to ");
  dw_figure(&page->words, open_low ? first->to : first->from, 3);
  dw_html_words(page);
  dw_html_put(page, "</span>");
  if (!bars->even) dw_html_put(page, "<span>bins of unequal width</span>");
  dw_html_put(page, "<span>");
  dw_figure(&page->words, open_high ? last->from : last->to, 3);
  if (open_high) dw_buf_text(&page->words, " and above");
  dw_html_words(page);
  dw_html_put(page, "</span></p>");
}

static void histogram(dw_html *page, const dw_report_finding *picture, const dw_bars *bars)
{
  dw_buf label = {0}, escaped = {0};
  dw_buf_text(&label, "Histograms of reference and current: ");
  dw_wording_change(&label, picture);
  dw_escape_markup(&escaped, label.data, label.length);
  dw_html_put(page, "<div class=\"fig\">");
  dw_svg_histogram(page->out, bars, dw_report_quantile_of(&picture->reference, 0.5), dw_report_quantile_of(&picture->current, 0.5),
                   dw_buf_cstr(&escaped));
  axis(page, bars);
  dw_html_put(page, "</div>");
  dw_buf_free(&label);
  dw_buf_free(&escaped);
}

static void pair_cells(dw_html *page, double reference, double current, void print(dw_buf *, double))
{
  print(&page->words, reference);
  dw_html_cell(page, "td", "");
  print(&page->words, current);
  dw_html_cell(page, "td", "");
}

static void three_digits(dw_buf *out, double value) { dw_figure(out, value, 3); }

static void change_cell(dw_html *page, double from, double to, double spread)
{
  dw_wording_change_of(&page->words, from, to, spread);
  dw_html_cell(page, "td", "");
}

/* Each quantile's way from reference to current, on one axis. */
static void quantiles(dw_html *page, const dw_report_side *reference, const dw_report_side *current)
{
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (int side = 0; side < 2; side++) {
    const dw_report_side *s = side ? current : reference;
    for (size_t i = 0; i < s->quantile_count; i++) {
      low = fmin(low, s->quantiles[i].value);
      high = fmax(high, s->quantiles[i].value);
    }
  }
  dw_html_put(page,
              "<table class=\"q\"><caption>Quantiles</caption><thead><tr><th scope=\"col\"></th><td></td><th scope=\"col\">reference</th>"
              "<th scope=\"col\">current</th><th scope=\"col\">change</th></tr></thead><tbody>");
  for (size_t i = 0; i < reference->quantile_count; i++) {
    double from = reference->quantiles[i].value, to = dw_report_quantile_of(current, reference->quantiles[i].at);
    dw_html_put(page, "<tr>");
    if (reference->quantiles[i].at == 0.5) dw_buf_text(&page->words, "median");
    else dw_figure_share(&page->words, reference->quantiles[i].at);
    dw_html_cell(page, "th", " scope=\"row\"");
    dw_html_put(page, "<td class=\"g\">");
    dw_svg_shift(page->out, from, to, low, high);
    dw_html_put(page, "</td>");
    pair_cells(page, from, to, three_digits);
    change_cell(page, from, to, reference->std);
    dw_html_put(page, "</tr>");
  }
  dw_html_put(page, "</tbody></table>");
}

/* The change of a share in percentage points. */
static void points(dw_buf *out, double from, double to)
{
  if (isnan(from) || isnan(to)) return;
  dw_buf share = {0};
  dw_figure_share(&share, to - from);
  const char *text = dw_buf_cstr(&share), *sign = strstr(text, " %");
  dw_buf_text(out, to > from ? "+" : "");
  dw_buf_add(out, text, sign ? (size_t)(sign - text) : share.length);
  dw_buf_text(out, " pt");
  dw_buf_free(&share);
}

static void categories(dw_html *page, const dw_bars *bars)
{
  dw_html_put(
      page,
      "<table class=\"q cat\"><caption>Categories</caption><thead><tr><th scope=\"col\"></th><td></td><th scope=\"col\">reference</th>"
      "<th scope=\"col\">current</th><th scope=\"col\">change</th></tr></thead><tbody>");
  for (size_t i = 0; i < bars->count; i++) {
    const dw_bar *bar = &bars->bar[i];
    dw_html_put(page, "<tr><th scope=\"row\">");
    if (bar->label) dw_html_name(page, bar->label);
    else if (bars->merged) dw_buf_format(page->out, "<i>%zu more and the rest</i>", bars->merged);
    else dw_html_put(page, "<i>the rest</i>");
    dw_html_put(page, "</th><td class=\"g\">");
    dw_svg_pair(page->out, bar->reference, bar->current, bars->top);
    dw_html_put(page, "</td>");
    pair_cells(page, bar->reference, bar->current, dw_figure_share);
    points(&page->words, bar->reference, bar->current);
    dw_html_cell(page, "td", "");
    dw_html_put(page, "</tr>");
  }
  dw_html_put(page, "</tbody></table>");
}

static void picture(dw_html *page, const dw_report_section *section, const dw_report_column *column)
{
  if (column->picture == SIZE_MAX) return;
  const dw_report_finding *finding = &section->findings[column->picture];
  dw_bars bars;
  bool numeric = finding->reference.bins > 0;
  if (!dw_bars_layout(&bars, finding, numeric ? BINS : CATEGORIES)) return;
  dw_html_put(page, numeric && finding->reference.quantile_count ? "<div class=\"two\">" : "<div>");
  if (bars.numeric) histogram(page, finding, &bars);
  else categories(page, &bars);
  if (bars.numeric && finding->reference.quantile_count) quantiles(page, &finding->reference, &finding->current);
  dw_html_put(page, "</div>");
  if (!isnan(finding->reference.sampled)) dw_html_put(page, "<p class=\"note\">Lengths of the texts in characters, of those sampled.</p>");
  if (!isnan(finding->reference.dimension))
    dw_html_put(page, "<p class=\"note\">Positions along the line from the reference&#x2019;s centroid (0) to the current one.</p>");
}

/* --- the numbers behind it --- */

static void p_value(dw_buf *out, double p) { dw_figure(out, p, 2); }

static void method_row(dw_html *page, const dw_report_finding *finding, bool tested)
{
  dw_html_put(page, "<tr>");
  dw_buf_text(&page->words, *finding->method ? dw_wording_method(finding->method) : dw_wording_check(finding->check));
  dw_html_cell(page, "th", " scope=\"row\"");
  dw_figure(&page->words, finding->statistic, 4);
  dw_html_cell(page, "td", "");
  if (tested) pair_cells(page, finding->p_value, finding->p_adjusted, p_value);
  dw_wording_effect(&page->words, finding);
  dw_html_cell(page, "td", "");
  dw_wording_decision(&page->words, finding);
  dw_html_cell(page, "td", finding->error ? " class=\"bad\"" : "");
  dw_html_put(page, finding->error   ? "<td class=\"bad\">not decided</td></tr>"
                    : finding->drift ? "<td><b>drift</b></td></tr>"
                                     : "<td>quiet</td></tr>");
}

static void methods(dw_html *page, const dw_report_section *section, const dw_report_column *column)
{
  bool tested = false;
  for (size_t i = column->first; i != SIZE_MAX; i = section->findings[i].next)
    tested = tested || (dw_report_is_shape(&section->findings[i]) && !isnan(section->findings[i].p_value));
  dw_html_put(page, "<div class=\"wide\"><table class=\"m d\"><thead><tr><th scope=\"col\">method</th><th scope=\"col\">statistic</th>");
  if (tested) dw_html_put(page, "<th scope=\"col\">p</th><th scope=\"col\">p adjusted</th>");
  dw_html_put(page, "<th scope=\"col\">effect</th><th scope=\"col\">decision</th><th scope=\"col\"></th></tr></thead><tbody>");
  for (size_t i = column->first; i != SIZE_MAX; i = section->findings[i].next)
    if (dw_report_is_shape(&section->findings[i])) method_row(page, &section->findings[i], tested);
  dw_html_put(page, "</tbody></table></div>");
  for (size_t i = column->first; i != SIZE_MAX; i = section->findings[i].next) {
    const dw_report_finding *finding = &section->findings[i];
    if (!dw_report_is_shape(finding)) continue;
    if (finding->warning) {
      dw_html_put(page, "<p class=\"warn\">");
      dw_html_text(page, finding->warning);
      dw_html_put(page, "</p>");
    }
    if (finding->approximate) {
      bool sketched = isfinite(finding->rank_error);
      dw_html_put(page, sketched ? "<p class=\"note\">Approximate: from sketches, rank error " : "<p class=\"note\">");
      if (sketched) dw_figure(&page->words, finding->rank_error, 2);
      if (!sketched) dw_buf_format(&page->words, "%s: from a sample of the values", dw_wording_method(finding->method));
      dw_html_words(page);
      dw_html_put(page, ".</p>");
    }
  }
}

static void statistic(dw_html *page, const char *name, double reference, double current, void print(dw_buf *, double), bool change)
{
  if (isnan(reference) && isnan(current)) return;
  dw_html_put(page, "<tr><th scope=\"row\">");
  dw_html_put(page, name);
  dw_html_put(page, "</th>");
  pair_cells(page, reference, current, print);
  if (change) dw_figure_change(&page->words, reference, current);
  dw_html_cell(page, "td", "");
  dw_html_put(page, "</tr>");
}

static void four_digits(dw_buf *out, double value) { dw_figure(out, value, 4); }

static void statistics(dw_html *page, const dw_report_finding *finding)
{
  const dw_report_side *r = &finding->reference, *c = &finding->current;
  if (!r->given && !c->given) return;
  dw_html_put(page,
              "<details><summary>Both sides in numbers</summary><div class=\"wide\"><table class=\"m\"><thead><tr><th scope=\"col\"></th>"
              "<th scope=\"col\">reference</th><th scope=\"col\">current</th><th scope=\"col\">change</th></tr></thead><tbody>");
  statistic(page, "rows", r->count, c->count, dw_figure_count, true);
  statistic(page, "missing", r->missing, c->missing, dw_figure_count, true);
  if (r->infinite > 0 || c->infinite > 0) statistic(page, "infinite", r->infinite, c->infinite, dw_figure_count, true);
  statistic(page, "distinct", r->distinct, c->distinct, dw_figure_count, true);
  bool vectors = !isnan(r->dimension) || !isnan(c->dimension);
  statistic(page, "components", r->dimension, c->dimension, dw_figure_count, true);
  statistic(page, "mean norm", r->norm_mean, c->norm_mean, four_digits, true);
  statistic(page, "standard deviation of the norm", r->norm_std, c->norm_std, four_digits, true);
  bool texts = !isnan(r->sampled) || !isnan(c->sampled);
  statistic(page, "texts sampled", r->sampled, c->sampled, dw_figure_count, true);
  statistic(page, vectors ? "mean position" : texts ? "mean length" : "mean", r->mean, c->mean, four_digits, !vectors);
  statistic(page,
            vectors ? "standard deviation of the position"
            : texts ? "standard deviation of the length"
                    : "standard deviation",
            r->std, c->std, four_digits, true);
  statistic(page, "smallest", r->min, c->min, four_digits, false);
  statistic(page, "largest", r->max, c->max, four_digits, false);
  dw_html_put(page, "</tbody></table></div></details>");
}

void dw_html_card(dw_html *page, const dw_report_section *section, const dw_report_column *column)
{
  const dw_report_finding *lead = &section->findings[column->lead];
  dw_html_put(page, "<article class=\"card\"><div class=\"head\">");
  head(page, column, lead);
  dw_html_put(page, "</div>");
  dw_wording_change(&page->words, column->picture == SIZE_MAX ? lead : &section->findings[column->picture]);
  bool sentence = column->picture != SIZE_MAX && section->findings[column->picture].reference.bins; /* else it begins with a name */
  if (page->words.length) dw_html_cell(page, "p", sentence ? " class=\"say cap\"" : " class=\"say\"");
  picture(page, section, column);
  dw_html_where(page, lead);
  dw_html_texts(page, lead);
  methods(page, section, column);
  statistics(page, lead);
  dw_html_put(page, "</article>\n");
}
