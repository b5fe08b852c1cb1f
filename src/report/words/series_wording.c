#include "report/words/series_wording.h"

#include <math.h>

#include "kinds/check.h"
#include "report/model/figures.h"
#include "report/words/wording.h"

void dw_series_title(dw_buf *out, const dw_report_series *series)
{
  if (dw_check_named(series->check) == DW_CHECK_COLUMN) dw_buf_text(out, series->column);
  else if (*series->column) dw_buf_format(out, "%s of %s", dw_wording_check(series->check), series->column);
  else dw_buf_text(out, dw_wording_check(series->check));
}

static void range(dw_buf *out, double low, double high)
{
  dw_figure(out, low, 3);
  if (low == high) return;
  dw_buf_text(out, " to ");
  dw_figure(out, high, 3);
}

static void bounds(dw_buf *out, const dw_report_point *point)
{
  if (isnan(point->lower) && isnan(point->upper)) return;
  dw_buf_text(out, ", limit ");
  if (isnan(point->lower) || isnan(point->upper)) dw_figure(out, isnan(point->lower) ? point->upper : point->lower, 3);
  else range(out, point->lower, point->upper);
}

void dw_series_words(dw_buf *out, const dw_report_series *series)
{
  const dw_report_point *first = NULL, *last = NULL;
  double low = NAN, high = NAN;
  for (size_t i = 0; i < series->count; i++) {
    const dw_report_point *point = &series->point[i];
    if (point->reference) continue;
    last = point;
    if (point->drift && !first) first = point;
    low = fmin(low, point->value);
    high = fmax(high, point->value);
  }
  dw_figure_count(out, (double)series->alerts);
  dw_buf_text(out, " of ");
  dw_figure_count(out, (double)series->current);
  dw_buf_text(out, series->current == 1 ? " chunk" : " chunks");
  if (first && *first->start) dw_buf_format(out, ", the first from %s", first->start);
  else if (first) dw_buf_format(out, ", the first is chunk %.0f", first->chunk);
  if (isnan(low)) return;
  dw_buf_text(out, ", ");
  range(out, low, high);
  bounds(out, last);
}

void dw_series_spark(dw_buf *out, const dw_report_series *series, size_t most)
{
  static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  size_t shown = series->count < most ? series->count : most;
  for (size_t i = 0; i < shown; i++) {
    double value = NAN;
    for (size_t k = i * series->count / shown; k < (i + 1) * series->count / shown; k++) value = fmax(value, series->point[k].value);
    if (isnan(value)) {
      dw_buf_char(out, ' ');
      continue;
    }
    double share = series->high > series->low ? (value - series->low) / (series->high - series->low) : 0;
    dw_buf_text(out, blocks[(int)(share * 7 + 0.5)]);
  }
}
