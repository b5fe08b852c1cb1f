#include "detect/calibrate/null_plan.h"

#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "detect/calibrate/null_column.h"
#include "stats/shift/autocorrelation.h"

enum { DAYS = 7, LOOKS_OF_BLOCKS = 3, LOOKS_MATCHED = 3 };
static const double HINT_ALPHA = 0.001; /* a hint that nobody asked for is to be right */
static const int64_t a_day = 24 * 3600 * DW_SECOND;

/* --- what is seen --- */

static double longest_time(const dw_dependence *dependence)
{
  double time = 1;
  for (size_t i = 0; dependence && i < dependence->count; i++)
    time = fmax(time, fmax(dependence->item[i].time, dependence->item[i].missing));
  return time;
}

static bool has_cycle(const dw_dependence *dependence, dw_cycle cycle)
{
  for (size_t i = 0; dependence && i < dependence->count; i++)
    if (dependence->item[i].cycle[cycle] > 0) return true;
  return false;
}

/* Rows of the cycles that are seen, the longest first; ended by 1. */
static void cycle_rows(const dw_null_runs *runs, const dw_dependence *dependence, size_t cycle[3])
{
  bool weekday = has_cycle(dependence, DW_CYCLE_WEEKDAY), hour = has_cycle(dependence, DW_CYCLE_HOUR);
  size_t week = weekday ? dw_null_order_span(&runs->order, DAYS * a_day) : 0;
  size_t day = weekday || hour ? dw_null_order_span(&runs->order, a_day) : 0, count = 0;
  if (week > 1) cycle[count++] = week;
  if (day > 1) cycle[count++] = day;
  cycle[count] = 1;
}

const char *dw_null_plan_ordered(const dw_null_runs *runs)
{
  const char *found = NULL;
  size_t rows = runs->reference_rows;
  double *x = dw_alloc_array(rows, sizeof *x), *scratch = dw_alloc_array(rows, sizeof *scratch);
  for (size_t i = 0; i < runs->column_count && !found; i++) {
    dw_series series = {.x = x};
    for (size_t k = 0; k < rows; k++) {
      uint32_t place = runs->column[i].place[k];
      if (place != DW_NULL_NOWHERE) x[series.n++] = place;
    }
    bool seen = dw_series_rank(x, series.n, scratch) && dw_autocorrelation_p(&series) * (double)runs->column_count < HINT_ALPHA;
    if (seen) found = runs->column[i].name;
  }
  dw_free(x);
  dw_free(scratch);
  return found;
}

/* --- blocks --- */

static size_t longest_stretch(const dw_null_order *order)
{
  size_t longest = 0;
  for (size_t k = 0; k < order->stretches; k++)
    if (order->start[k + 1] - order->start[k] > longest) longest = order->start[k + 1] - order->start[k];
  return longest;
}

static size_t whole_cycles(size_t rows, size_t cycle) { return (rows + cycle - 1) / cycle * cycle; }

/* How many blocks of that length fit beside each other between the gaps that such blocks are not to cross. */
static size_t blocks_of(dw_null_runs *runs, size_t length)
{
  dw_null_order_cut(&runs->order, length);
  return dw_null_order_disjoint(&runs->order, length);
}

/* At least a look, unless fewer than three of them are all there is: blocks of it would be the baseline itself. Cycles are whole where two
 * blocks of them fit beside each other. Where gaps leave no stretch as long as the dependence, the longest there is. */
static size_t block_length(dw_null_runs *runs, const dw_null_wish *wish, size_t dependent)
{
  size_t cycle[3];
  cycle_rows(runs, wish->dependence, cycle);
  size_t least = runs->rows > dependent && blocks_of(runs, runs->rows) >= LOOKS_OF_BLOCKS ? runs->rows : dependent;
  for (size_t i = 0; cycle[i] > 1; i++)
    if (blocks_of(runs, whole_cycles(least, cycle[i])) >= 2) return whole_cycles(least, cycle[i]);
  return blocks_of(runs, least) ? least : longest_stretch(&runs->order);
}

/* --- the plan --- */

static dw_null_scheme scheme_of(dw_null_runs *runs, const dw_null_wish *wish, size_t dependent)
{
  if (dw_null_is_matched(runs)) return DW_NULL_WINDOWS;
  if (wish->scheme != DW_NULL_AUTO) return (dw_null_scheme)wish->scheme;
  if (!wish->ordered || (dependent <= 1 && !(wish->dependence && wish->dependence->count))) return DW_NULL_ROWS;
  if (wish->block) return wish->block > 1 ? DW_NULL_BLOCKS : DW_NULL_ROWS;
  dw_null_order_cut(&runs->order, runs->rows);
  return dw_null_looks(runs) >= DW_NULL_LOOKS ? DW_NULL_WINDOWS : DW_NULL_BLOCKS;
}

/* So many rows beside a look that what comes after them resembles it no more; the reference keeps half of its rows at least. */
static size_t buffer_of(const dw_null_runs *runs, const dw_null_wish *wish, size_t dependent)
{
  double time = longest_time(wish->dependence);
  size_t rows = wish->dependence && !wish->dependence->unseen ? (time > 1 ? (size_t)ceil(time) : 0) : dependent > 1 ? dependent : 0;
  size_t most = runs->reference_rows > runs->rows ? (runs->reference_rows - runs->rows) / 4 : 0;
  return rows < most ? rows : most;
}

dw_status dw_null_plan_make(dw_null_plan *out, dw_null_runs *runs, const dw_null_wish *wish, dw_err *err)
{
  bool by_rows = wish->scheme == DW_NULL_ROWS || (!wish->ordered && wish->scheme == DW_NULL_AUTO);
  size_t dependent = wish->block ? wish->block : by_rows ? 1 : dw_null_block_length(runs);
  runs->resampling = scheme_of(runs, wish, dependent);
  runs->block = 1, runs->buffer = 0, runs->dependence = wish->dependence;
  if (runs->resampling != DW_NULL_ROWS) runs->buffer = buffer_of(runs, wish, dependent);
  if (runs->resampling == DW_NULL_BLOCKS) runs->block = wish->block ? wish->block : block_length(runs, wish, dependent);
  size_t length = runs->resampling == DW_NULL_WINDOWS ? runs->rows : runs->block;
  if (runs->resampling != DW_NULL_ROWS) dw_null_order_cut(&runs->order, length);
  *out = (dw_null_plan){.places = dw_null_order_places(&runs->order, length),
                        .looks = dw_null_looks(runs),
                        .gaps = runs->order.stretches - 1,
                        .promised = dw_null_by_look(runs)};
  if (out->places == 0)
    return dw_err_set(err, DW_ENODATA, "no %zu rows of the baseline follow each other without a gap: the longest stretch has %zu", length,
                      longest_stretch(&runs->order));
  if (dw_null_is_matched(runs) && out->looks < LOOKS_MATCHED)
    return dw_err_set(err, DW_ENODATA, "the baseline has %zu look%s of %zu rows; within cells of the calendar it takes %d or more",
                      out->looks, out->looks == 1 ? "" : "s", runs->rows, LOOKS_MATCHED);
  if (runs->resampling == DW_NULL_WINDOWS) out->runs = out->places;
  return DW_OK;
}
