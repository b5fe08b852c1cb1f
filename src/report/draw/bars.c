#include "report/draw/bars.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"

static double total_of(const dw_report_side *side)
{
  double sum = side->other > 0 ? side->other : 0;
  for (size_t i = 0; i < side->bins; i++) sum += side->counts[i];
  for (size_t i = 0; i < side->category_count; i++) sum += side->categories[i].count > 0 ? side->categories[i].count : 0;
  return sum;
}

static double share_of(double count, double total) { return total > 0 && count > 0 ? count / total : 0; }

static void find_top(dw_bars *bars)
{
  bars->top = 0;
  for (size_t i = 0; i < bars->count; i++) {
    if (bars->bar[i].reference > bars->top) bars->top = bars->bar[i].reference;
    if (bars->bar[i].current > bars->top) bars->top = bars->bar[i].current;
  }
}

/* All inner bins within 1 % of the first inner one's width. */
static bool even_bins(const double *edges, size_t bins)
{
  if (bins < 4) return true;
  double width = edges[2] - edges[1];
  for (size_t i = 2; i + 1 < bins; i++)
    if (fabs(edges[i + 1] - edges[i] - width) > 0.01 * width) return false;
  return true;
}

/* An outer bin gathers what is further out when a side has values beyond it, when it is open, or when the others are of one width and it is
 * wider. */
static bool gathers(double beyond, double outer, double inner, double width)
{
  return isnan(outer) || beyond > 0 || fabs(outer - inner) > 1.5 * width;
}

static void find_outer(dw_bars *bars, const double *edges, size_t bins, double least, double largest)
{
  double width = bars->even && bins > 2 ? edges[2] - edges[1] : HUGE_VAL;
  if (bins < 2) return;
  bars->below = gathers(edges[0] - least, edges[0], edges[1], width);
  bars->above = gathers(largest - edges[bins], edges[bins], edges[bins - 1], width);
}

static bool layout_bins(dw_bars *bars, const dw_report_side *reference, const dw_report_side *current, size_t most)
{
  size_t bins = reference->bins;
  if (bins != current->bins) return false;
  double reference_total = total_of(reference), current_total = total_of(current);
  size_t group = (bins + most - 1) / most;
  *bars = (dw_bars){.numeric = true, .even = even_bins(reference->edges, bins), .total = {reference_total, current_total}};
  find_outer(bars, reference->edges, bins, fmin(reference->min, current->min), fmax(reference->max, current->max));
  for (size_t i = 0; i < bins; i++) {
    if (i % group == 0) bars->bar[bars->count++] = (dw_bar){.from = reference->edges[i]};
    dw_bar *bar = &bars->bar[bars->count - 1];
    bar->to = reference->edges[i + 1];
    bar->reference += share_of(reference->counts[i], reference_total);
    bar->current += share_of(current->counts[i], current_total);
  }
  find_top(bars);
  return true;
}

typedef struct entry {
  dw_bar bar;
  size_t order;
} entry;

static double moved(const dw_bar *bar)
{
  double reference = isnan(bar->reference) ? 0 : bar->reference, current = isnan(bar->current) ? 0 : bar->current;
  return fabs(current - reference);
}

static int by_movement(const void *a, const void *b)
{
  const entry *x = a, *y = b;
  double mx = moved(&x->bar), my = moved(&y->bar);
  if (mx != my) return mx > my ? -1 : 1;
  return x->order < y->order ? -1 : 1;
}

static int by_share(const void *a, const void *b)
{
  const entry *x = a, *y = b;
  double sx = isnan(x->bar.reference) ? 0 : x->bar.reference, sy = isnan(y->bar.reference) ? 0 : y->bar.reference;
  if (sx != sy) return sx > sy ? -1 : 1;
  return x->order < y->order ? -1 : 1;
}

static void layout_entries(dw_bars *bars, entry *entries, size_t count, size_t most, bool rest)
{
  size_t room = count + rest > most ? most - 1 : count, kept = count < room ? count : room;
  if (kept < count) qsort(entries, count, sizeof *entries, by_movement);
  qsort(entries, kept, sizeof *entries, by_share);
  for (size_t i = 0; i < kept; i++) bars->bar[bars->count++] = entries[i].bar;
  bars->merged = count - kept;
}

static bool layout_categories(dw_bars *bars, const dw_report_side *reference, const dw_report_side *current, size_t most)
{
  double reference_total = total_of(reference), current_total = total_of(current);
  dw_map names;
  dw_map_init(&names);
  entry *entries = dw_alloc_array(reference->category_count + current->category_count + 1, sizeof *entries);
  for (int side = 0; side < 2; side++) {
    const dw_report_side *s = side ? current : reference;
    for (size_t i = 0; i < s->category_count; i++) {
      const char *value = s->categories[i].value;
      size_t before = names.count, id = dw_map_intern(&names, value, strlen(value));
      if (names.count > before) /* what a side does not list is 0, or, when it leaves some unlisted, unknown */
        entries[id] = (entry){{reference->other > 0 ? NAN : 0, current->other > 0 ? NAN : 0, value, NAN, NAN}, id};
      double share = share_of(s->categories[i].count, side ? current_total : reference_total);
      if (side) entries[id].bar.current = share;
      else entries[id].bar.reference = share;
    }
  }
  *bars = (dw_bars){.even = true, .total = {reference_total, current_total}};
  bool rest = reference->other > 0 || current->other > 0;
  layout_entries(bars, entries, names.count, most, rest);
  if (rest || bars->merged) {
    dw_bar last = {reference_total > 0, current_total > 0, NULL, NAN, NAN};
    for (size_t i = 0; i < bars->count; i++) {
      if (!isnan(bars->bar[i].reference)) last.reference -= bars->bar[i].reference;
      if (!isnan(bars->bar[i].current)) last.current -= bars->bar[i].current;
    }
    if (last.reference < 1e-12) last.reference = 0; /* the rounding of the sum */
    if (last.current < 1e-12) last.current = 0;
    bars->bar[bars->count++] = last;
  }
  dw_free(entries);
  dw_map_free(&names);
  find_top(bars);
  return true;
}

bool dw_bars_layout(dw_bars *bars, const dw_report_finding *finding, size_t most)
{
  const dw_report_side *reference = &finding->reference, *current = &finding->current;
  if (most < 2) most = 2;
  if (most > DW_BARS_MOST) most = DW_BARS_MOST;
  if (reference->bins && current->bins) return layout_bins(bars, reference, current, most);
  if (reference->category_count && current->category_count) return layout_categories(bars, reference, current, most);
  return false;
}

void dw_bars_spark(dw_buf *out, const dw_bars *bars, bool current)
{
  static const char *const block[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  for (size_t i = 0; i < bars->count; i++) {
    double share = current ? bars->bar[i].current : bars->bar[i].reference;
    int level = bars->top > 0 && share > 0 ? (int)(share / bars->top * 8 + 0.5) : 0;
    if (level == 0 && share > 0) level = 1;
    dw_buf_text(out, block[level > 8 ? 8 : level]);
  }
}
