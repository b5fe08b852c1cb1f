/* Kolmogorov and Smirnov's test of two samples. */
#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/tests/twosample.h"

enum { EXACT_MOST = 10000, LEAP_FROM = 32 /* times the values of the other side */ };

/* By single steps: the gap counts where the next value is a larger one. When a side is used up the gap only shrinks. */
static double ks_statistic_steps(dw_sorted r, dw_sorted c, double *where)
{
  dw_steps walk;
  dw_steps_start(&walk, r, c);
  double best = 0, cross = 0, before = fmin(r.value[0], c.value[0]);
  *where = before;
  while (dw_steps_next(&walk)) {
    if (fabs(cross) > fabs(best) && walk.value > before) {
      best = cross;
      *where = before;
    }
    before = walk.value;
    cross = walk.cross;
  }
  const double *rest = walk.i < walk.n ? walk.a : walk.b;
  size_t at = walk.i < walk.n ? walk.i : walk.j, end = walk.i < walk.n ? walk.n : walk.m;
  for (; at < end && rest[at] == before; at++) cross += walk.change[walk.i < walk.n];
  if (fabs(cross) > fabs(best)) {
    best = cross;
    *where = before;
  }
  return best / ((double)r.count * (double)c.count);
}

/* How many of a are less than x, from of which it is known: by strides that double. */
static size_t below_from(dw_sorted a, size_t from, double x)
{
  size_t stride = 1, to = from;
  while (to < a.count && a.value[to] < x) {
    from = to + 1;
    to = stride < a.count - from ? from + stride : a.count;
    stride *= 2;
  }
  return from + dw_sort_below(a.value + from, to - from, x);
}

/* The same, to the last bit, where one side is far larger: between two values of the few, those of the many move the gap one way, so that
 * the largest gap is at one of the few, or at the last of the many before it. sign: 1 when the many are r. */
static double ks_statistic_leaps(dw_sorted many, dw_sorted few, double sign, double *where)
{
  double n = (double)many.count, m = (double)few.count, best = 0;
  size_t i = 0, j = 0;
  *where = fmin(many.value[0], few.value[0]);
  while (j < few.count) {
    double value = few.value[j], cross;
    size_t before = below_from(many, i, value);
    cross = (double)before * m - (double)j * n;
    if (before > i && fabs(cross) > fabs(best)) {
      best = cross;
      *where = many.value[before - 1];
    }
    i = before < many.count && many.value[before] == value ? dw_sort_run_end(many.value, before, many.count) : before;
    j = dw_sort_run_end(few.value, j, few.count);
    cross = (double)i * m - (double)j * n;
    if (fabs(cross) > fabs(best)) {
      best = cross;
      *where = value;
    }
  }
  return sign * best / (n * m) + 0.0; /* never minus zero */
}

double dw_ks_statistic(dw_sorted r, dw_sorted c, double *location)
{
  double best = 0, where = NAN;
  if (location) *location = NAN;
  if (r.total == 0 || c.total == 0) return NAN;
  if (dw_steps_fit(r, c)) {
    if (r.count / LEAP_FROM > c.count) best = ks_statistic_leaps(r, c, 1, &where);
    else if (c.count / LEAP_FROM > r.count) best = ks_statistic_leaps(c, r, -1, &where);
    else best = ks_statistic_steps(r, c, &where);
    if (location) *location = where;
    return best;
  }
  double n = (double)r.total, m = (double)c.total;
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    double gap = (double)walk.below_a / n - (double)walk.below_b / m;
    if (isnan(where) || fabs(gap) > fabs(best)) {
      best = gap;
      where = walk.value;
    }
  }
  if (location) *location = where;
  return best;
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
  while (b) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* P(D >= h / n) for two samples of n each, by reflection: 2 A0 (1 - A1 (1 - A2 (…))), as scipy. */
static double ks_equal_p(uint64_t n, uint64_t h)
{
  double p = 0;
  for (uint64_t k = n / h + 1; k-- > 0;) {
    double product = 1;
    for (uint64_t j = 0; j < h; j++)
      product = ((double)n - (double)(k * h) - (double)j) * product / ((double)n + (double)(k * h) + (double)j + 1);
    p = product * (1 - p);
  }
  return 2 * p;
}

/* P(D >= h / lcm) for samples of n < m values, n = g a, m = g b: the share of lattice paths from (0, 0) to (m, n) that leave the band |i a
 * - j b| < h (Hodges, "The significance probability of the Smirnov two-sample test", Arkiv för Matematik 3, 1958).
 *
 * out(i, j) = (out(i - 1, j) i + out(i, j - 1) j) / (i + j) inside, 1 outside: all terms are positive, so that tiny p are right. One
 * diagonal i + j = d after the other: its cells do not depend on each other, which keeps the processor busy. */
static double ks_lattice_p(int64_t n, int64_t m, int64_t a, int64_t b, int64_t h)
{
  double *memory = dw_alloc_array((size_t)(n + 2) * 2, sizeof *memory), *old = memory, *now = memory + n + 2;
  for (int64_t j = 0; j < 2 * (n + 2); j++) memory[j] = 1;
  old[0] = 0; /* (0, 0) lies inside */
  double p = 1;
  for (int64_t d = 1; d <= n + m; d++) {
    int64_t low = d * a < h ? 0 : (d * a - h) / (a + b) + 1, high = (d * a + h - 1) / (a + b);
    if (low < d - m) low = d - m;
    if (high > n) high = n;
    if (high > d) high = d;
    if (low > high) break;
    double inverse = 1 / (double)d;
    if (low > 0) now[low - 1] = 1;
    now[high + 1] = 1;
    int64_t j = low;
    if (j == 0) now[j++] = old[0];
    double x = (double)j, all = (double)d;
    for (; j <= high; j++, x += 1) now[j] = (old[j] * (all - x) + old[j - 1] * x) * inverse;
    double *swap = old;
    old = now;
    now = swap;
    if (d == n + m) p = old[n];
  }
  dw_free(memory);
  return p;
}

/* Massart's bound with the constant for any n, m (Wei and Dudley 2012) says that p is 0 in a double. */
static bool ks_underflows(double d, double n, double m) { return 2 * d * d * (n * m / (n + m)) > 750; }

double dw_ks_2samp_p(double d, uint64_t n, uint64_t m, bool *exact)
{
  bool small = n <= EXACT_MOST && m <= EXACT_MOST;
  if (exact) *exact = small;
  if (isnan(d) || n == 0 || m == 0) return NAN;
  double p;
  if (small) {
    uint64_t g = gcd(n, m), lcm = n / g * m;
    uint64_t h = (uint64_t)rint(d * (double)lcm);
    if (h == 0) p = 1;
    else if (ks_underflows(d, (double)n, (double)m)) p = 0;
    else if (n == m) p = ks_equal_p(n, h);
    else if (n < m) p = ks_lattice_p((int64_t)n, (int64_t)m, (int64_t)(n / g), (int64_t)(m / g), (int64_t)h);
    else p = ks_lattice_p((int64_t)m, (int64_t)n, (int64_t)(m / g), (int64_t)(n / g), (int64_t)h);
  } else {
    double large = (double)(n > m ? n : m), least = (double)(n > m ? m : n);
    p = dw_kstwo_sf_as_scipy(d, (uint64_t)rint(large * least / (large + least)));
  }
  return p < 0 ? 0 : p > 1 ? 1 : p;
}

dw_status dw_ks_2samp(dw_sorted r, dw_sorted c, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (r.total == 0 || c.total == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  out->statistic = fabs(dw_ks_statistic(r, c, &out->location));
  out->p_value = dw_ks_2samp_p(out->statistic, r.total, c.total, &out->exact);
  return DW_OK;
}
