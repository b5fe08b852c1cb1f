/* Both sides of a column as a picture: histograms over each other with the way of each quantile, or the shares of the categories. */
#include <math.h>

#include "report/blocks/show.h"
#include "report/draw/bars.h"
#include "report/model/figures.h"
#include "report/words/wording.h"

enum { CATEGORIES = 10 };

static void quantiles(dw_build *b, const dw_report_side *reference, const dw_report_side *current)
{
  enum { QUANTILE, WAY, REFERENCE, CURRENT, CHANGE };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = ""},
                                            {.kind = DW_COLUMN_SHIFT, .title = ""},
                                            {.kind = DW_COLUMN_FIGURE, .title = "reference"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "current"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "change"}};
  dw_block_sides sides = {{NAN, NAN, NAN}, {NAN, NAN, NAN}, HUGE_VAL, -HUGE_VAL}; /* one axis for all */
  for (int side = 0; side < 2; side++) {
    const dw_report_side *s = side ? current : reference;
    for (size_t i = 0; i < s->quantile_count; i++) {
      sides.low = fmin(sides.low, s->quantiles[i].value);
      sides.high = fmax(sides.high, s->quantiles[i].value);
    }
  }
  dw_build_table(b, DW_TABLE_QUANTILES, columns, 5)->caption = "Quantiles";
  for (size_t i = 0; i < reference->quantile_count; i++) {
    double at = reference->quantiles[i].at, from = reference->quantiles[i].value, to = dw_report_quantile_of(current, at);
    dw_build_row(b, "");
    if (dw_build_cell(b, QUANTILE)) {
      if (at == 0.5) dw_build_say(b, DW_PLAIN, "median");
      else dw_figure_share(&b->run, at);
    }
    sides.reference.value = from;
    sides.current.value = to;
    dw_build_cell_sides(b, WAY, &sides);
    if (dw_build_cell(b, REFERENCE)) dw_figure(&b->run, from, 3);
    if (dw_build_cell(b, CURRENT)) dw_figure(&b->run, to, 3);
    if (dw_build_cell(b, CHANGE)) dw_wording_change_of(&b->run, from, to, reference->std);
  }
  dw_build_table_end(b);
}

static void histogram(dw_build *b, const dw_report_finding *finding)
{
  dw_report_block *beside = dw_build_group(b, DW_GROUP_BESIDE);
  dw_block_histogram *histogram = &dw_build_block(b, DW_BLOCK_HISTOGRAM)->histogram;
  dw_build_say(b, DW_PLAIN, "Histograms of reference and current: ");
  dw_wording_change(&b->run, finding);
  histogram->label = dw_build_said(b);
  histogram->finding = finding;
  if (finding->reference.quantile_count) quantiles(b, &finding->reference, &finding->current);
  dw_build_close(b, beside);
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

static void category_name(dw_build *b, const dw_bars *bars, const dw_bar *bar)
{
  if (bar->label) {
    dw_build_say(b, DW_NAME, bar->label);
    return;
  }
  dw_buf rest = {0};
  if (bars->merged) dw_buf_format(&rest, "%zu more and the rest", bars->merged);
  else dw_buf_text(&rest, "the rest");
  dw_build_say(b, DW_FAINT, dw_buf_cstr(&rest));
  dw_buf_free(&rest);
}

static void categories(dw_build *b, const dw_bars *bars)
{
  enum { CATEGORY, PAIR, REFERENCE, CURRENT, CHANGE };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = ""},
                                            {.kind = DW_COLUMN_PAIR, .title = ""},
                                            {.kind = DW_COLUMN_FIGURE, .title = "reference"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "current"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "change"}};
  dw_report_block *beside = dw_build_group(b, DW_GROUP_BESIDE);
  dw_build_table(b, DW_TABLE_CATEGORIES, columns, 5)->caption = "Categories";
  for (size_t i = 0; i < bars->count; i++) {
    const dw_bar *bar = &bars->bar[i];
    dw_build_row(b, bar->label ? bar->label : "");
    if (dw_build_cell(b, CATEGORY)) category_name(b, bars, bar);
    dw_build_cell_sides(b, PAIR, &(dw_block_sides){{bar->reference, NAN, NAN}, {bar->current, NAN, NAN}, 0, bars->top});
    if (dw_build_cell(b, REFERENCE)) dw_figure_share(&b->run, bar->reference);
    if (dw_build_cell(b, CURRENT)) dw_figure_share(&b->run, bar->current);
    if (dw_build_cell(b, CHANGE)) points(&b->run, bar->reference, bar->current);
  }
  dw_build_table_end(b);
  dw_build_close(b, beside);
}

void dw_show_picture(dw_build *b, const dw_report_section *section, const dw_report_column *column)
{
  if (column->picture == SIZE_MAX) return;
  const dw_report_finding *finding = &section->findings[column->picture];
  dw_bars bars;
  if (!dw_bars_layout(&bars, finding, CATEGORIES)) return;
  if (bars.numeric) histogram(b, finding);
  else categories(b, &bars);
  if (!isnan(finding->reference.sampled)) {
    dw_build_say(b, DW_PLAIN, "Lengths of the texts in characters, of those sampled.");
    dw_build_text(b, DW_TEXT_NOTE);
  }
  if (!isnan(finding->reference.dimension)) {
    dw_build_say(b, DW_PLAIN, "Positions along the line from the reference’s centroid (0) to the current one.");
    dw_build_text(b, DW_TEXT_NOTE);
  }
}
