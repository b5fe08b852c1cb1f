#include "report/draw/svg.h"

#include <math.h>

enum { STEP = 10, GAP = 6, HEIGHT = 100, AXIS = 1000 };

/* A place on 0..most for value in low..high. */
static int place(double value, double low, double high, int most)
{
  double share = high > low ? (value - low) / (high - low) : 0.5;
  return (int)((share >= 0 ? share <= 1 ? share : 1 : 0) * most + 0.5); /* NaN too is 0 */
}

static int bar_height(double share, double top, int most)
{
  if (!(share > 0) || !(top > 0)) return 0;
  int height = (int)((share < top ? share / top : 1) * most + 0.5);
  return height ? height : 1; /* what is there shows */
}

static void command(dw_buf *out, char letter, int value)
{
  dw_buf_char(out, letter);
  dw_buf_unsigned(out, (unsigned)value);
}

/* The outline of some bars of one side, from the ground up and back: "M0 100V60H10V40H20V100". */
static void outline_of(dw_buf *out, const dw_bars *bars, bool current, size_t from, size_t to, int left, int step, int height)
{
  int last = height;
  command(out, 'M', left);
  command(out, ' ', height);
  for (size_t i = from; i < to; i++) {
    int y = height - bar_height(current ? bars->bar[i].current : bars->bar[i].reference, bars->top, height);
    if (y == last) continue;
    if (i > from) command(out, 'H', left + (int)(i - from) * step);
    command(out, 'V', y);
    last = y;
  }
  command(out, 'H', left + (int)(to - from) * step);
  if (last != height) command(out, 'V', height);
}

static int left_of(const dw_bars *bars, size_t bar)
{
  bool low = bars->below && bars->count > 1, high = bars->above && bars->count > 1;
  return (int)bar * STEP + (low && bar > 0 ? GAP : 0) + (high && bar + 1 >= bars->count ? GAP : 0);
}

int dw_svg_across(const dw_bars *bars) { return left_of(bars, bars->count); }

double dw_svg_gap(const dw_bars *bars) { return (double)GAP / dw_svg_across(bars); }

double dw_svg_left(const dw_bars *bars, size_t bar) { return (double)left_of(bars, bar) / dw_svg_across(bars); }

void dw_svg_shape(dw_buf *out, const dw_bars *bars, size_t number)
{
  size_t low = bars->below && bars->count > 1, high = bars->count - (bars->above && bars->count > 1);
  dw_buf_text(out, "<g id=\"h");
  dw_buf_unsigned(out, number);
  for (int side = 0; side < 2; side++) {
    dw_buf_text(out, side ? "\"/><path class=\"c\" d=\"" : "\"><path class=\"r\" d=\"");
    if (low) outline_of(out, bars, side, 0, low, 0, STEP, HEIGHT);
    if (low < high) outline_of(out, bars, side, low, high, left_of(bars, low), STEP, HEIGHT);
    if (high < bars->count) outline_of(out, bars, side, high, bars->count, left_of(bars, high), STEP, HEIGHT);
  }
  dw_buf_text(out, "\"/></g>");
}

double dw_svg_place(const dw_bars *bars, double value)
{
  for (size_t i = 0; i < bars->count && !isnan(value); i++) {
    const dw_bar *bar = &bars->bar[i];
    bool within = (isnan(bar->from) || value >= bar->from || (i == 0 && bars->below)) &&
                  (isnan(bar->to) || value <= bar->to || (i + 1 == bars->count && bars->above));
    if (!within) continue;
    double share = (value - bar->from) / (bar->to - bar->from);
    if (!(share >= 0 && share <= 1)) share = 0.5; /* open, of no width, or too wide for a double */
    return (left_of(bars, i) + share * STEP) / dw_svg_across(bars);
  }
  return -1;
}

static void median(dw_buf *out, const dw_bars *bars, double value, const char *name)
{
  double x = dw_svg_place(bars, value);
  if (x >= 0) dw_buf_format(out, "<path class=\"%s\" d=\"M%d 0V%d\"/>", name, (int)(x * dw_svg_across(bars) + 0.5), HEIGHT);
}

static void box(dw_buf *out, const dw_bars *bars, const char *name)
{
  dw_buf_format(out, "<svg class=\"%s\" viewBox=\"0 -3 %d %d\" preserveAspectRatio=\"none\"", name, dw_svg_across(bars), HEIGHT + 3);
}

void dw_svg_histogram(dw_buf *out, const dw_bars *bars, const dw_svg_frame *frame)
{
  box(out, bars, "hist");
  dw_buf_format(out, " role=\"img\" aria-label=\"%s\"%s>", frame->label, frame->more);
  if (frame->lines) dw_buf_text(out, "<path class=\"gd\" d=\"");
  for (size_t i = 0; i < frame->lines; i++)
    dw_buf_format(out, "M0 %dH%d", HEIGHT - place(frame->grid[i], 0, bars->top, HEIGHT), dw_svg_across(bars));
  if (frame->lines) dw_buf_text(out, "\"/>");
  dw_buf_format(out, "<use href=\"#h%zu\"/>", frame->number);
  median(out, bars, frame->reference_median, "rm");
  median(out, bars, frame->current_median, "cm");
  dw_buf_text(out, "</svg>");
}

void dw_svg_small(dw_buf *out, const dw_bars *bars, size_t number)
{
  box(out, bars, "spark");
  dw_buf_text(out, " aria-hidden=\"true\">");
  dw_svg_shape(out, bars, number);
  dw_buf_text(out, "</svg>");
}

void dw_svg_spark(dw_buf *out, const dw_bars *bars)
{
  enum { SPARK = 20 };
  if (bars->numeric) {
    dw_buf_format(out,
                  "<svg class=\"spark\" viewBox=\"0 -1 %d %d\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path class=\"r\" d=\"",
                  (int)bars->count * 4, SPARK + 1);
    outline_of(out, bars, false, 0, bars->count, 0, 4, SPARK);
    dw_buf_text(out, "\"/><path class=\"c\" d=\"");
    outline_of(out, bars, true, 0, bars->count, 0, 4, SPARK);
  } else { /* one path a side, a bar each, 3 wide */
    int width = (int)bars->count * 8 - 1;
    dw_buf_format(out, "<svg class=\"spark\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" aria-hidden=\"true\">", width, SPARK);
    for (int side = 0; side < 2; side++) {
      dw_buf_text(out, side ? "\"/><path class=\"cb\" d=\"" : "<path class=\"rb\" d=\"");
      for (size_t i = 0; i < bars->count; i++) {
        int high = bar_height(side ? bars->bar[i].current : bars->bar[i].reference, bars->top, SPARK);
        if (high) dw_buf_format(out, "M%d %dv-%dh3v%dz", (int)i * 8 + side * 3, SPARK, high, high);
      }
    }
  }
  dw_buf_text(out, "\"/></svg>");
}

void dw_svg_shift(dw_buf *out, double reference, double current, double low, double high)
{
  int r = place(reference, low, high, AXIS), c = place(current, low, high, AXIS);
  dw_buf_format(
      out,
      "<svg class=\"shift\" viewBox=\"-20 0 %d 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path class=\"ax\" d=\"M0 5H%d\"/>",
      AXIS + 40, AXIS);
  if (!isnan(reference) && !isnan(current) && r != c) dw_buf_format(out, "<path class=\"way\" d=\"M%d 5H%d\"/>", r, c);
  if (!isnan(reference)) dw_buf_format(out, "<path class=\"rd\" d=\"M%d 5h0\"/>", r);
  if (!isnan(current)) dw_buf_format(out, "<path class=\"cd\" d=\"M%d 5h0\"/>", c);
  dw_buf_text(out, "</svg>");
}

static void interval(dw_buf *out, dw_svg_interval side, double low, double high, int y, char name)
{
  if (isnan(side.value)) return;
  if (!isnan(side.low) && !isnan(side.high))
    dw_buf_format(out, "<path class=\"%ci\" d=\"M%d %dH%d\"/>", name, place(side.low, low, high, AXIS), y,
                  place(side.high, low, high, AXIS));
  dw_buf_format(out, "<path class=\"%cd\" d=\"M%d %dh0\"/>", name, place(side.value, low, high, AXIS), y);
}

void dw_svg_intervals(dw_buf *out, dw_svg_interval reference, dw_svg_interval current, double low, double high)
{
  dw_buf_format(out, "<svg class=\"shift two\" viewBox=\"-20 0 %d 20\" preserveAspectRatio=\"none\" aria-hidden=\"true\">", AXIS + 40);
  interval(out, reference, low, high, 6, 'r');
  interval(out, current, low, high, 14, 'c');
  dw_buf_text(out, "</svg>");
}

static void bar(dw_buf *out, double share, double top, int y, const char *name)
{
  if (share > 0) dw_buf_format(out, "<path class=\"%s\" d=\"M0 %dH%dv8H0z\"/>", name, y, bar_height(share, top, AXIS));
}

void dw_svg_pair(dw_buf *out, double reference, double current, double top)
{
  dw_buf_format(out, "<svg class=\"pair\" viewBox=\"0 0 %d 18\" preserveAspectRatio=\"none\" aria-hidden=\"true\">", AXIS);
  bar(out, reference, top, 0, "rb");
  bar(out, current, top, 9, "cb");
  dw_buf_text(out, "</svg>");
}

void dw_svg_meter(dw_buf *out, double share, double threshold, const char *label)
{
  dw_buf_format(out, "<svg class=\"meter\" viewBox=\"0 0 %d 12\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s\">", AXIS,
                label);
  dw_buf_format(out, "<path class=\"mt\" d=\"M0 3H%dV9H0z\"/>", AXIS);
  if (share > 0) dw_buf_format(out, "<path class=\"ms\" d=\"M0 3H%dV9H0z\"/>", bar_height(share, 1, AXIS));
  if (!isnan(threshold)) dw_buf_format(out, "<path class=\"ml\" d=\"M%d 0V12\"/>", place(threshold, 0, 1, AXIS));
  dw_buf_text(out, "</svg>");
}

/* --- a line over chunks --- */

static int across(const dw_report_series *series, size_t i) { return (int)((2 * i + 1) * AXIS / (2 * series->count)); }

static int height_of(const dw_report_series *series, double value) { return HEIGHT - place(value, series->low, series->high, HEIGHT); }

/* Broken where a chunk has no value. */
static void line_path(dw_buf *out, const dw_report_series *series, bool reference)
{
  bool drawing = false;
  dw_buf_format(out, "<path class=\"%s\" d=\"", reference ? "rl" : "cl");
  for (size_t i = 0; i < series->count; i++) {
    const dw_report_point *point = &series->point[i];
    bool here = point->reference == reference && !isnan(point->value);
    if (here) dw_buf_format(out, "%c%d %d", drawing ? 'L' : 'M', across(series, i), height_of(series, point->value));
    drawing = here;
  }
  dw_buf_text(out, "\"/>");
}

/* A bound over all chunks, in steps where it changes from one to the next. */
static void bound_path(dw_buf *out, const dw_report_series *series, bool upper)
{
  bool drawing = false, any = false;
  int before = 0;
  for (size_t i = 0; i < series->count; i++) {
    double bound = upper ? series->point[i].upper : series->point[i].lower;
    int here = isnan(bound) ? 0 : height_of(series, bound), from = (int)(2 * i * AXIS / (2 * series->count));
    if (!isnan(bound) && !any) dw_buf_text(out, "<path class=\"rm\" d=\"");
    any = any || !isnan(bound);
    if (drawing && (isnan(bound) || here != before)) dw_buf_format(out, "H%d", from);
    if (!isnan(bound) && drawing && here != before) dw_buf_format(out, "V%d", here);
    if (!isnan(bound) && !drawing) dw_buf_format(out, "M%d %d", from, here);
    drawing = !isnan(bound);
    before = here;
  }
  if (drawing) dw_buf_format(out, "H%d", AXIS);
  if (any) dw_buf_text(out, "\"/>");
}

size_t dw_svg_turn(const dw_report_series *series)
{
  size_t first = 0;
  while (first < series->count && series->point[first].reference) first++;
  for (size_t i = first; i < series->count; i++)
    if (series->point[i].reference) return 0; /* not one after the other */
  return first < series->count ? first : 0;
}

void dw_svg_line(dw_buf *out, const dw_report_series *series, const char *label, const char *more)
{
  size_t turn = dw_svg_turn(series);
  dw_buf_format(out, "<svg class=\"line\" viewBox=\"0 -6 %d %d\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s\"%s>", AXIS,
                HEIGHT + 12, label, more);
  if (turn)
    dw_buf_format(out, "<path class=\"pd\" d=\"M%d -6H%dV%dH%dz\"/>", (int)(turn * AXIS / series->count), AXIS, HEIGHT + 6,
                  (int)(turn * AXIS / series->count));
  for (int upper = 0; upper < 2; upper++) bound_path(out, series, upper);
  line_path(out, series, true);
  line_path(out, series, false);
  dw_buf_text(out, "<path class=\"al\" d=\"");
  for (size_t i = 0; i < series->count; i++)
    if (series->point[i].drift && !isnan(series->point[i].value))
      dw_buf_format(out, "M%d %dh0", across(series, i), height_of(series, series->point[i].value));
  dw_buf_text(out, "\"/></svg>");
}
