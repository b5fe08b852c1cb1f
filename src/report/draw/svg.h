/* svg: the pictures of the HTML report, as inline SVG that takes its colours from the page (classes r: reference, c: current). Small:
 * whole numbers as coordinates, one path a side; the page stretches them to the width at hand, strokes keep theirs. Text stands beside
 * them in HTML, where it wraps, scales and can be read aloud. label: the text alternative, already escaped. All append to out.
 */
#ifndef DW_REPORT_SVG_H
#define DW_REPORT_SVG_H

#include "base/str.h"
#include "report/draw/bars.h"

/* Both histograms over each other as one group that can be used again by its number (id "hN"): bars 10 wide and up to 100 high, those that
 * gather what lies beyond the edges apart from the others by a gap. About 400 bytes for 30 bins. */
void dw_svg_shape(dw_buf *out, const dw_bars *bars, size_t number);
int dw_svg_across(const dw_bars *bars);                 /* how wide it is */
double dw_svg_place(const dw_bars *bars, double value); /* where a value stands, 0 to 1 from the left; -1: not in the picture */
double dw_svg_gap(const dw_bars *bars);                 /* of the width */
double dw_svg_left(const dw_bars *bars, size_t bar);    /* where a bar begins; bar = bars->count: where the last one ends */

/* The shape of that number, used again, with the grid of these shares and medians (NaN: none) as lines. more: attributes of the element,
 * each with a blank before it. */
typedef struct dw_svg_frame {
  size_t number;
  const double *grid; /* shares */
  size_t lines;
  double reference_median, current_median;
  const char *label, *more;
} dw_svg_frame;
void dw_svg_histogram(dw_buf *out, const dw_bars *bars, const dw_svg_frame *frame);

/* A shape for a table row. */
void dw_svg_small(dw_buf *out, const dw_bars *bars, size_t number);

/* Bars for a table row, categories next to each other. About 300 bytes for 12 bars. */
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

/* Values over chunks: a line for the reference's, one for the current data's, dashed lines for the limits, dots for what is beyond them;
 * where the current data begin behind a reference, their period is shaded. label, more: as above. */
void dw_svg_line(dw_buf *out, const dw_report_series *series, const char *label, const char *more);
size_t dw_svg_turn(
    const dw_report_series *series); /* the first chunk of the current data behind those of the reference; 0: there is none */

/* A share 0..1 as a filled part of a line with the threshold (NaN: none) marked. */
void dw_svg_meter(dw_buf *out, double share, double threshold, const char *label);

#endif
