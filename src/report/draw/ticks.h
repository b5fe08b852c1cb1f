/* ticks: values that an axis names: a few steps of 1, 2 or 5 times a power of ten. */
#ifndef DW_REPORT_TICKS_H
#define DW_REPORT_TICKS_H

#include <stddef.h>

#include "base/str.h"

enum { DW_TICKS_MOST = 8 };

typedef struct dw_ticks {
  double value[DW_TICKS_MOST];
  size_t count;
  double step;
} dw_ticks;

/* At most `most` (2 to DW_TICKS_MOST) values in low..high; none where there is no such range. */
void dw_ticks_in(dw_ticks *ticks, double low, double high, size_t most);

/* With the digits that tell it from its neighbours. */
void dw_ticks_label(dw_buf *out, const dw_ticks *ticks, size_t at);

#endif
