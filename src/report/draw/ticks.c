#include "report/draw/ticks.h"

#include <math.h>

#include "base/fmath.h"
#include "report/model/figures.h"

void dw_ticks_in(dw_ticks *ticks, double low, double high, size_t most)
{
  static const double steps[] = {1, 2, 5, 10, 20, 50, 100};
  *ticks = (dw_ticks){0};
  if (most < 2) most = 2;
  if (most > DW_TICKS_MOST) most = DW_TICKS_MOST;
  double span = high - low, largest = fmax(fabs(low), fabs(high));
  if (!(span > 0) || !isfinite(span) || span < largest * 1e-9) return; /* nothing to tell apart */
  double power = dw_pow(10, floor(dw_log10(span / (double)most)));
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    double step = power * steps[i], first = ceil(low / step), last = floor(high / step);
    if (!(step > 0) || last - first + 1 > (double)most) continue;
    ticks->step = step;
    for (double k = first; k <= last && ticks->count < most; k++) ticks->value[ticks->count++] = k == 0 ? 0 : k * step;
    return;
  }
}

void dw_ticks_label(dw_buf *out, const dw_ticks *ticks, size_t at)
{
  double value = ticks->value[at];
  int digits = value == 0 ? 1 : (int)(floor(dw_log10(fabs(value)) + 1e-9) - floor(dw_log10(ticks->step) + 1e-9)) + 1;
  dw_figure(out, value, digits < 1 ? 1 : digits > 15 ? 15 : digits);
}
