/* Kolmogorov and Smirnov's test of two samples. */
#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/tests/twosample.h"

enum { EXACT_MOST = 10000 };

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

double dw_ks_statistic(dw_sorted r, dw_sorted c, double *location)
{
  double best = 0, where = NAN;
  if (location) *location = NAN;
  if (r.total == 0 || c.total == 0) return NAN;
  if (dw_steps_fit(r, c)) {
    best = ks_statistic_steps(r, c, &where);
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
