#include "detect/calibrate/null_order.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fmath.h"
#include "base/mem.h"

enum { AROUND = 12, TIMES = 10, FEW = 10, POINTS = 24, DAYS = 7, NEAREST = 10 };
static const int64_t a_day = 24 * 3600 * DW_SECOND;

typedef struct timed_row {
  int64_t instant;
  uint32_t row;
} timed_row;

static int by_time(const void *left, const void *right)
{
  const timed_row *a = left, *b = right;
  if (a->instant != b->instant) return a->instant < b->instant ? -1 : 1;
  return a->row < b->row ? -1 : a->row > b->row;
}

static int ascending(const void *left, const void *right)
{
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

void dw_null_order_make(dw_null_order *order, const dw_frame *frame, bool in_time)
{
  size_t rows = frame->rows;
  *order = (dw_null_order){.row = dw_alloc_array(rows, sizeof *order->row),
                           .rows = rows,
                           .start = dw_alloc_array(rows + 1, sizeof *order->start),
                           .stretches = 1};
  order->start[0] = 0, order->start[1] = rows;
  for (size_t i = 0; i < rows; i++) order->row[i] = (uint32_t)i;
  if (!in_time || !frame->instant) return;
  timed_row *timed = dw_alloc_array(rows, sizeof *timed);
  order->instant = dw_alloc_array(rows, sizeof *order->instant);
  for (size_t i = 0; i < rows; i++) timed[i] = (timed_row){frame->instant[i], (uint32_t)i};
  qsort(timed, rows, sizeof *timed, by_time);
  for (size_t i = 0; i < rows; i++) order->row[i] = timed[i].row, order->instant[i] = timed[i].instant;
  dw_free(timed);
}

void dw_null_order_free(dw_null_order *order)
{
  dw_free(order->row);
  dw_free(order->instant);
  dw_free(order->start);
  *order = (dw_null_order){0};
}

/* --- gaps --- */

static int64_t step_at(const dw_null_order *order, size_t i) { return order->instant[i] - order->instant[i - 1]; }

/* The positive steps, ascending; NULL: there is none. */
static int64_t *sorted_steps(const dw_null_order *order, size_t *count)
{
  int64_t *step = dw_alloc_array(order->rows, sizeof *step);
  *count = 0;
  for (size_t i = 1; i < order->rows; i++)
    if (step_at(order, i) > 0) step[(*count)++] = step_at(order, i);
  qsort(step, *count, sizeof *step, ascending);
  return step;
}

static double usual_times(const int64_t *step, size_t count, size_t rows)
{
  double median = (double)step[count / 2];
  size_t near = 0;
  for (size_t i = 0; i < count; i++) near += fabs((double)step[i] - median) <= 0.1 * median;
  return 10 * near >= 9 * count ? TIMES : fmax(TIMES, dw_log2(100.0 * (double)rows));
}

/* The median of the positive steps around the one in front of row i. */
static int64_t usual_near(const dw_null_order *order, size_t i)
{
  int64_t step[2 * AROUND];
  size_t count = 0;
  for (size_t k = i; k-- > 1 && count < AROUND;)
    if (step_at(order, k) > 0) step[count++] = step_at(order, k);
  for (size_t k = i + 1, before = count; k < order->rows && count < before + AROUND; k++)
    if (step_at(order, k) > 0) step[count++] = step_at(order, k);
  if (count == 0) return 0;
  qsort(step, count, sizeof *step, ascending);
  return step[count / 2];
}

/* Whether an instant lies in a step that is longer than that. */
static bool in_pause(const dw_null_order *order, int64_t instant, double longer)
{
  size_t low = 0, high = order->rows - 1; /* the last row at or before it */
  while (low < high) {
    size_t middle = low + (high - low + 1) / 2;
    if (order->instant[middle] <= instant) low = middle;
    else high = middle - 1;
  }
  return low + 1 < order->rows && (double)step_at(order, low + 1) > longer;
}

/* Most of the nearest times of the day, or of the week, that this one is of lie in pauses: other ones than that in front of row i. */
static bool comes_back(const dw_null_order *order, size_t i, int64_t instant, int64_t period, double longer)
{
  int64_t first = order->instant[0], last = order->instant[order->rows - 1];
  size_t others = 0, pauses = 0;
  for (int side = -1; side <= 1; side += 2) {
    int64_t out = side < 0 ? instant - order->instant[i - 1] : order->instant[i] - instant, nearest = out / period + 1;
    for (int64_t k = nearest; k < nearest + NEAREST; k++) {
      int64_t t = instant + side * k * period;
      if (t < first || t >= last) break;
      others++;
      pauses += in_pause(order, t, longer);
    }
  }
  return others > 1 && 2 * pauses > others;
}

/* Nights and weekends without rows: all of the pause in front of row i comes back every day or week. */
static bool is_usual_pause(const dw_null_order *order, size_t i, double longer)
{
  for (int64_t k = 0; k < POINTS; k++) {
    int64_t at = order->instant[i - 1] + (step_at(order, i) / (2 * POINTS)) * (2 * k + 1);
    if (!comes_back(order, i, at, a_day, longer) && !comes_back(order, i, at, DAYS * a_day, longer)) return false;
  }
  return true;
}

/* The longest step of which half of all looks hold one as long. */
static int64_t usual_longest(const dw_null_order *order, size_t length)
{
  size_t looks = order->rows / length;
  if (looks == 0) return INT64_MAX;
  int64_t *longest = dw_alloc_zero(looks, sizeof *longest);
  for (size_t i = 1; i < looks * length; i++)
    if (i % length && step_at(order, i) > longest[i / length]) longest[i / length] = step_at(order, i);
  qsort(longest, looks, sizeof *longest, ascending);
  int64_t half = longest[looks / 2];
  dw_free(longest);
  return half;
}

static void cut_at(dw_null_order *order, double times, int64_t median, int64_t longer)
{
  order->stretches = 0;
  for (size_t i = 0; i < order->rows; i++) {
    int64_t step = i ? step_at(order, i) : 0;
    bool pause = step > longer && (double)step > times * (double)median && (double)step > times * (double)usual_near(order, i);
    bool gap = i == 0 || (pause && !is_usual_pause(order, i, times * (double)median));
    if (gap) order->start[order->stretches++] = i;
  }
  order->start[order->stretches] = order->rows;
}

void dw_null_order_cut(dw_null_order *order, size_t length)
{
  size_t count;
  if (!order->instant) return;
  int64_t *step = sorted_steps(order, &count);
  if (count) {
    int64_t median = step[count / 2];
    double times = usual_times(step, count, order->rows), look = (double)median * (double)length;
    size_t all = order->rows >= length ? order->rows - length + 1 : 0;
    cut_at(order, times, median, 0);
    if (all && times > TIMES && dw_null_order_places(order, length) < all / FEW + 1) {
      int64_t longer = usual_longest(order, length);
      cut_at(order, times, median, look < (double)longer ? (int64_t)look : longer);
    }
  }
  dw_free(step);
}

/* --- windows --- */

static size_t fitting(const dw_null_order *order, size_t stretch, size_t length)
{
  size_t rows = order->start[stretch + 1] - order->start[stretch];
  return rows >= length ? rows - length + 1 : 0;
}

size_t dw_null_order_places(const dw_null_order *order, size_t length)
{
  size_t count = 0;
  for (size_t k = 0; k < order->stretches; k++) count += fitting(order, k, length);
  return count;
}

size_t dw_null_order_place(const dw_null_order *order, size_t length, size_t i)
{
  size_t k = 0;
  for (; i >= fitting(order, k, length); k++) i -= fitting(order, k, length);
  return order->start[k] + i;
}

size_t dw_null_order_before(const dw_null_order *order, size_t length, size_t row)
{
  size_t count = 0;
  for (size_t k = 0; k < order->stretches && order->start[k] < row; k++) {
    size_t fit = fitting(order, k, length), from = row - order->start[k];
    count += from < fit ? from : fit;
  }
  return count;
}

size_t dw_null_order_disjoint(const dw_null_order *order, size_t length)
{
  size_t count = 0;
  for (size_t k = 0; k < order->stretches; k++) count += (order->start[k + 1] - order->start[k]) / length;
  return count;
}

size_t dw_null_order_span(const dw_null_order *order, int64_t microseconds)
{
  size_t count = 0, most = 0, middle = 0;
  if (!order->instant) return 0;
  size_t *times = dw_alloc_zero(order->rows + 1, sizeof *times); /* how many rows have so many behind them */
  for (size_t k = 0; k < order->stretches; k++)
    for (size_t i = order->start[k], end = i, last = order->start[k + 1]; i < last; i++) {
      while (end < last && order->instant[end] - order->instant[i] < microseconds) end++;
      if (end == last) break;
      times[end - i]++, count++;
      if (end - i > most) most = end - i;
    }
  for (size_t passed = 0; middle <= most && count; middle++)
    if ((passed += times[middle]) > count / 2) break;
  dw_free(times);
  return count ? middle : 0;
}
