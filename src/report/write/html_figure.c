/* Pictures with axes. What they say where they are pointed at, tapped or walked over by the arrow keys, the script tells from what stands
 * in their attributes (data-…), as text. */
#include <math.h>
#include <string.h>

#include "report/draw/bars.h"
#include "report/draw/escape.h"
#include "report/draw/svg.h"
#include "report/draw/ticks.h"
#include "report/model/figures.h"
#include "report/write/html_parts.h"

enum { BINS = 40, BINS_BRIEF = 12, CATEGORIES = 6, ACROSS = 5, UP = 3, POINTS = 400 };

/* --- axes --- */

/* "12%", for a style. */
static void percent(dw_buf *out, double share)
{
  int tenths = (int)(share * 1000 + 0.5);
  dw_buf_unsigned(out, (unsigned)(tenths / 10));
  if (tenths % 10) dw_buf_format(out, ".%d", tenths % 10);
  dw_buf_char(out, '%');
}

static void at(dw_html *page, const char *edge, double share)
{
  dw_html_put(page, "<i style=\"");
  dw_html_put(page, edge);
  dw_buf_char(page->out, ':');
  percent(page->out, share);
  dw_html_put(page, "\">");
}

static void shares_up(dw_html *page, const dw_ticks *ticks, double top)
{
  dw_html_put(page, "<div class=\"y\" aria-hidden=\"true\">");
  for (size_t i = 0; i < ticks->count; i++) {
    at(page, "bottom", ticks->value[i] / top);
    dw_figure_share(page->out, ticks->value[i]);
    dw_html_put(page, "</i>");
  }
  dw_html_put(page, "</div>");
}

/* Values below the bars, but not where the bars stand that gather the rest: those have labels of their own. */
static void values_across(dw_html *page, const dw_bars *bars)
{
  const dw_bar *first = &bars->bar[0], *last = &bars->bar[bars->count - 1];
  double low = bars->below ? first->to : first->from, high = bars->above ? last->from : last->to, margin = 0.13;
  dw_ticks ticks;
  dw_ticks_in(&ticks, low, high, ACROSS);
  if (!bars->even) { /* no scale: edges of some bins */
    ticks = (dw_ticks){.step = NAN};
    for (size_t i = 0; i < ACROSS; i++) {
      const dw_bar *bar = &bars->bar[i * (bars->count - 1) / (ACROSS - 1)];
      double edge = i + 1 < ACROSS ? bar->from : bar->to;
      if (isfinite(edge) && (ticks.count == 0 || edge > ticks.value[ticks.count - 1])) ticks.value[ticks.count++] = edge;
    }
  }
  if (ticks.count == 0 && isfinite(low)) ticks = (dw_ticks){{low}, 1, NAN};
  dw_html_put(page, "<div class=\"x\" aria-hidden=\"true\">");
  if (bars->below) {
    dw_html_put(page, "<i class=\"lo\">&lt; ");
    dw_figure(page->out, first->to, 3);
    dw_html_put(page, "</i>");
  }
  for (size_t i = 0; i < ticks.count; i++) {
    double place = dw_svg_place(bars, ticks.value[i]);
    if (place < (bars->below ? margin : 0) || place > (bars->above ? 1 - margin : 1)) continue;
    at(page, "left", place);
    if (isnan(ticks.step)) dw_figure(page->out, ticks.value[i], 3);
    else dw_ticks_label(page->out, &ticks, i);
    dw_html_put(page, "</i>");
  }
  if (bars->above) {
    dw_html_put(page, "<i class=\"hi\">≥ ");
    dw_figure(page->out, last->from, 3);
    dw_html_put(page, "</i>");
  }
  if (!bars->even) dw_html_put(page, "<i class=\"un\">bins of unequal width</i>");
  dw_html_put(page, "</div>");
}

/* Where the axis is broken: between the bars that gather the rest and the others. */
static void breaks(dw_html *page, const dw_bars *bars)
{
  if (bars->count < 2) return;
  for (int high = 0; high < 2; high++) {
    if (!(high ? bars->above : bars->below)) continue;
    size_t bar = high ? bars->count - 1 : 1;
    dw_html_put(page, "<i class=\"bk\" style=\"left:");
    percent(page->out, dw_svg_left(bars, bar) - dw_svg_gap(bars) / 2);
    dw_html_put(page, "\"></i>");
  }
}

/* --- histograms --- */

static void number(dw_buf *out, double value)
{
  if (isfinite(value)) dw_buf_format(out, "%.7g", value);
}

/* Bins of one width, the outer ones included: their edges follow from the first and the last. */
static bool evenly(const dw_bars *bars)
{
  double low = bars->bar[0].from, high = bars->bar[bars->count - 1].to, step = (high - low) / (double)bars->count;
  for (size_t i = 1; i < bars->count; i++)
    if (!(fabs(bars->bar[i].from - (low + step * (double)i)) <= step * 1e-3)) return false;
  return isfinite(step);
}

/* " data-e="edges" data-r="counts" data-c="counts"": edges of bins of one width are the outer two. */
static void bins(dw_buf *out, const dw_bars *bars)
{
  bool even = evenly(bars);
  dw_buf_text(out, " tabindex=\"0\" data-e=\"");
  for (size_t i = 0; i <= bars->count; i++) {
    if (even && i && i < bars->count) continue;
    if (i) dw_buf_char(out, ' ');
    number(out, i < bars->count ? bars->bar[i].from : bars->bar[i - 1].to);
  }
  for (int side = 0; side < 2; side++) {
    dw_buf_text(out, side ? "\" data-c=\"" : "\" data-r=\"");
    for (size_t i = 0; i < bars->count; i++) {
      double share = side ? bars->bar[i].current : bars->bar[i].reference;
      if (i) dw_buf_char(out, ' ');
      dw_buf_unsigned(out, (unsigned long long)(share * bars->total[side] + 0.5));
    }
  }
  dw_buf_char(out, '"');
  if (bars->below) dw_buf_text(out, " data-lo=\"1\"");
  if (bars->above) dw_buf_text(out, " data-hi=\"1\"");
}

void dw_html_small(dw_html *page, const dw_report_finding *finding)
{
  dw_bars bars;
  bool numbers = finding->reference.bins;
  if (!dw_bars_layout(&bars, finding, !numbers ? CATEGORIES : page->brief ? BINS_BRIEF : BINS)) return;
  if (!numbers) {
    dw_svg_spark(page->out, &bars);
    return;
  }
  page->drawn = finding;
  dw_svg_small(page->out, &bars, ++page->shapes);
}

void dw_html_histogram(dw_html *page, const dw_block_histogram *histogram)
{
  const dw_report_finding *finding = histogram->finding;
  dw_bars bars;
  dw_ticks up;
  dw_buf label = {0}, more = {0};
  if (!dw_bars_layout(&bars, finding, page->brief ? BINS_BRIEF : BINS)) return;
  for (size_t i = 0; i < histogram->label.count; i++)
    dw_escape_markup(&label, histogram->label.span[i].text, histogram->label.span[i].length);
  bins(&more, &bars);
  dw_ticks_in(&up, 0, bars.top, UP);
  if (page->drawn != finding) { /* no row has drawn it */
    dw_html_put(page, "<div hidden>");
    dw_svg_small(page->out, &bars, ++page->shapes);
    dw_html_put(page, "</div>");
    page->drawn = finding;
  }
  dw_html_put(page, "<div class=\"fig\">");
  shares_up(page, &up, bars.top);
  dw_html_put(page, "<div class=\"plot\">");
  dw_svg_histogram(page->out, &bars,
                   &(dw_svg_frame){.number = page->shapes,
                                   .grid = up.value,
                                   .lines = page->brief ? 0 : up.count,
                                   .reference_median = page->brief ? NAN : dw_report_quantile_of(&finding->reference, 0.5),
                                   .current_median = page->brief ? NAN : dw_report_quantile_of(&finding->current, 0.5),
                                   .label = dw_buf_cstr(&label),
                                   .more = dw_buf_cstr(&more)});
  if (!page->brief) breaks(page, &bars);
  dw_html_put(page, "</div>");
  values_across(page, &bars);
  dw_html_put(page, "</div>");
  dw_buf_free(&label);
  dw_buf_free(&more);
}

/* --- lines over time --- */

/* "2026-01-05", with the hour where chunks are shorter than days; the number of a chunk that says no time. */
static void when(dw_buf *out, const dw_report_point *point, bool hours)
{
  const char *text = point->start;
  size_t length = strlen(text), day = 10, minute = 16;
  if (length == 0) {
    dw_buf_text(out, "chunk ");
    dw_figure_count(out, point->chunk);
    return;
  }
  bool instant = length > minute && text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == ' ');
  dw_buf shown = {0};
  dw_buf_add(&shown, text, !instant ? length : hours ? minute : day);
  if (instant && hours) shown.data[day] = ' ';
  dw_escape_markup(out, shown.data, shown.length);
  dw_buf_free(&shown);
}

/* Not all chunks begin at midnight. */
static bool by_hours(const dw_report_series *series)
{
  for (size_t i = 0; i < series->count; i++) {
    const char *text = series->point[i].start;
    if (strlen(text) >= 16 && strncmp(text + 11, "00:00", 5) != 0) return true;
  }
  return false;
}

/* What is said of each chunk, by "|": " data-t="…" data-v="…" data-lo="…" data-hi="…" data-d="01"". */
static void points(dw_buf *out, const dw_report_series *series, bool hours)
{
  if (series->count > POINTS) return;
  dw_buf_text(out, " tabindex=\"0\" data-t=\"");
  for (size_t i = 0; i < series->count; i++) {
    size_t from = out->length + (i > 0);
    if (i) dw_buf_char(out, '|');
    when(out, &series->point[i], hours);
    for (size_t k = from; k < out->length; k++)
      if (out->data[k] == '|') out->data[k] = ' ';
  }
  static const char *const keys[] = {"\" data-v=\"", "\" data-lo=\"", "\" data-hi=\""};
  for (int key = 0; key < 3; key++) {
    dw_buf_text(out, keys[key]);
    for (size_t i = 0; i < series->count; i++) {
      const dw_report_point *point = &series->point[i];
      double value = key == 0 ? point->value : key == 1 ? point->lower : point->upper;
      if (i) dw_buf_char(out, '|');
      if (!isnan(value)) dw_figure(out, value, 4);
    }
  }
  dw_buf_text(out, "\" data-d=\"");
  for (size_t i = 0; i < series->count; i++)
    dw_buf_char(out, (char)('0' + (series->point[i].reference ? 2 : 0) + (series->point[i].drift ? 1 : 0)));
  dw_buf_char(out, '"');
}

static void dates_across(dw_html *page, const dw_report_series *series, bool hours)
{
  size_t turn = dw_svg_turn(series), last = series->count - 1;
  double place = (double)turn / (double)series->count;
  dw_html_put(page, "<div class=\"x\" aria-hidden=\"true\"><i class=\"lo\">");
  when(page->out, &series->point[0], hours);
  dw_html_put(page, "</i>");
  if (turn > 0 && place > 0.25 && place < 0.75) {
    at(page, "left", place);
    when(page->out, &series->point[turn], hours);
    dw_html_put(page, "</i>");
  }
  if (last > 0) {
    dw_html_put(page, "<i class=\"hi\">");
    when(page->out, &series->point[last], hours);
    dw_html_put(page, "</i>");
  }
  dw_html_put(page, "</div>");
}

/* The value axis, and beside the line what the limits of the last chunk are. */
static void values_up(dw_html *page, const dw_report_series *series)
{
  dw_ticks ticks;
  dw_ticks_in(&ticks, series->low, series->high, UP);
  dw_html_put(page, "<div class=\"y\" aria-hidden=\"true\">");
  for (size_t i = 0; i < ticks.count; i++) {
    at(page, "bottom", ((ticks.value[i] - series->low) / (series->high - series->low) * 100 + 6) / 112);
    dw_ticks_label(page->out, &ticks, i);
    dw_html_put(page, "</i>");
  }
  dw_html_put(page, "</div>");
}

static double last_bound(const dw_report_series *series, bool upper)
{
  double bound = NAN;
  for (size_t i = 0; i < series->count; i++) {
    double here = upper ? series->point[i].upper : series->point[i].lower;
    if (!isnan(here)) bound = here;
  }
  return bound;
}

static void limits(dw_html *page, const dw_report_series *series)
{
  for (int upper = 0; upper < 2; upper++) {
    double bound = last_bound(series, upper), high = series->high, low = series->low;
    bool both = last_bound(series, true) == last_bound(series, false);
    if (isnan(bound) || (both && !upper)) continue;
    double share = high > low ? (bound - low) / (high - low) : 0.5;
    dw_html_put(page, share > 0.7 ? "<i class=\"lim un\" style=\"bottom:" : "<i class=\"lim\" style=\"bottom:");
    percent(page->out, ((share >= 0 && share <= 1 ? share : 0) * 100 + 6) / 112);
    dw_html_put(page, both ? "\">limit " : upper ? "\">at most " : "\">at least ");
    dw_figure(page->out, bound, 3);
    dw_html_put(page, "</i>");
  }
}

void dw_html_line(dw_html *page, const dw_report_series *series)
{
  dw_buf label = {0}, more = {0};
  bool hours = by_hours(series);
  if (series->count == 0) return;
  dw_figure_count(&label, (double)series->count);
  dw_buf_text(&label, series->count == 1 ? " value, " : " values, ");
  when(&label, &series->point[0], hours);
  dw_buf_text(&label, " to ");
  when(&label, &series->point[series->count - 1], hours);
  dw_buf_text(&label, ", ");
  dw_figure_count(&label, (double)series->alerts);
  dw_buf_text(&label, " beyond the limits");
  points(&more, series, hours);
  dw_html_put(page, "<div class=\"fig tm\">");
  values_up(page, series);
  dw_html_put(page, "<div class=\"plot\">");
  dw_svg_line(page->out, series, dw_buf_cstr(&label), dw_buf_cstr(&more));
  limits(page, series);
  dw_html_put(page, "</div>");
  dates_across(page, series, hours);
  dw_html_put(page, "</div>");
  dw_buf_free(&label);
  dw_buf_free(&more);
}
