/* svg: the pictures of the HTML report, as inline SVG that takes its colours from the page (classes r: reference, c: current). Small:
 * whole numbers as coordinates, one path a side; the page stretches them to the width at hand, strokes keep theirs. Text stands beside
 * them in HTML, where it wraps, scales and can be read aloud. label: the text alternative, already escaped. All append to out.
 */
#ifndef DW_REPORT_SVG_H
#define DW_REPORT_SVG_H

#include "base/str.h"
#include "report/draw/bars.h"

/* Both histograms over each other; medians (NaN: none) as lines. About 1 kB for 30 bins. */
void dw_svg_histogram(dw_buf *out, const dw_bars *bars, double reference_median, double current_median, const char *label);

/* The same without medians, for a table row: categories as bars next to each other. About 300 bytes for 12 bars. */
void dw_svg_spark(dw_buf *out, const dw_bars *bars);

/* A reference and a current value on an axis low..high: a dot each and the way between. For the eye only: numbers stand beside it. */
void dw_svg_shift(dw_buf *out, double reference, double current, double low, double high);

/* The same with an interval around each; the two stand above each other. */
typedef struct dw_svg_interval {
  double value, low, high; /* low, high NaN: none */
} dw_svg_interval;
void dw_svg_intervals(dw_buf *out, dw_svg_interval reference, dw_svg_interval current, double low, double high);

/* Two bars above each other, shares of top; NaN draws none. */
void dw_svg_pair(dw_buf *out, double reference, double current, double top);

/* Values over chunks: a line for the reference's, one for the current data's, dashed lines for the limits, dots for what is beyond them. */
void dw_svg_line(dw_buf *out, const dw_report_series *series);

/* A share 0..1 as a filled part of a line with the threshold (NaN: none) marked. */
void dw_svg_meter(dw_buf *out, double share, double threshold, const char *label);

#endif
