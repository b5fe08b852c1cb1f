/* bars: both sides of a finding as comparable bars, whatever they came as: bins of a histogram or categories. Layout only: heights are
 * shares of what a side counted, neighbours are added up where there are more bins than room.
 */
#ifndef DW_REPORT_BARS_H
#define DW_REPORT_BARS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "report/model/findings.h"

enum { DW_BARS_MOST = 64 };

typedef struct dw_bar {
  double reference, current; /* shares 0..1; NaN: a category that this side does not list, though others are left unlisted */
  const char *label;         /* of a category; NULL for a bin and for the rest */
  double from, to;           /* of a bin; NaN where open */
} dw_bar;

typedef struct dw_bars {
  dw_bar bar[DW_BARS_MOST];
  size_t count;
  double top;        /* the largest share */
  bool numeric;      /* bins, in order of value; else categories, by share of the reference */
  bool even;         /* bins of one width, apart from the outer two */
  bool below, above; /* the first, the last bin holds what lies beyond the edges, too */
  double total[2];   /* values of the reference, and of the current data */
  size_t merged;     /* categories that went into the last bar, whose label is NULL (0: none did) */
} dw_bars;

/* most: bars at most, 2 to DW_BARS_MOST. Categories beyond it: those that moved most stay. false when the finding has no
 * distribution of both sides, or they do not match. */
bool dw_bars_layout(dw_bars *bars, const dw_report_finding *finding, size_t most);

/* One side as a line of eighth blocks, scaled to bars->top so that both sides compare; a share above 0 always shows. */
void dw_bars_spark(dw_buf *out, const dw_bars *bars, bool current);

#endif
