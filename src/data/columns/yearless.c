#include "data/columns/yearless.h"

#include "base/clock.h"
#include "base/mem.h"
#include "stats/samples/sort.h"

enum { DAYS_TO_LEAP = 31 + 28, DAYS = 365, WEEK = 7, TWICE = 2 };

static const int64_t a_day = 86400 * DW_SECOND;

static bool is_leap_day(int64_t time) { return time / a_day == DAYS_TO_LEAP; }

/* Where on the round of a year the longest stretch without a time ends; false: none is it clearly. at: ascending. */
static bool find_begin(const double *at, size_t count, double year, double *begin)
{
  double longest = at[0] + year - at[count - 1], next = 0;
  *begin = at[0];
  for (size_t i = 1; i < count; i++) {
    double gap = at[i] - at[i - 1];
    if (gap > longest) {
      next = longest;
      longest = gap;
      *begin = at[i];
    } else if (gap > next) {
      next = gap;
    }
  }
  return longest >= WEEK * (double)a_day && longest >= TWICE * next;
}

bool dw_yearless_place(int64_t *const time[2], const size_t count[2])
{
  size_t all = count[0] + count[1], placed = 0;
  if (all < 2) return false;
  bool leap = false;
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < count[side]; i++) leap |= is_leap_day(time[side][i]);
  int64_t less = leap ? 0 : a_day, year = DAYS * a_day + a_day - less;
  double *at = dw_alloc_array(all, sizeof *at), begin;
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < count[side]; i++) {
      int64_t t = time[side][i];
      at[placed++] = (double)(t / a_day > DAYS_TO_LEAP ? t - less : t);
    }
  dw_sort_doubles(at, all, NULL);
  bool found = find_begin(at, all, (double)year, &begin);
  dw_free(at);
  for (int side = 0; side < 2 && found; side++)
    for (size_t i = 0; i < count[side]; i++) {
      int64_t t = time[side][i];
      t = t / a_day > DAYS_TO_LEAP ? t - less : t;
      time[side][i] = (double)t < begin ? t + year : t;
    }
  return found;
}
