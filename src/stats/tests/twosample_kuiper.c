/* Kuiper's test of two samples: exact by lattice paths, or by the limit law. */
#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/tests/twosample.h"

#define PI 3.14159265358979323846264338328
#define WORK_MOST 1e7 /* cells of lattices: some 50 ms */

/* P(V >= h / n), two samples of n each. The two-sample path is a bridge of 2 n steps of one, whose range is n V; by reflection (Feller, An
 * Introduction to Probability Theory I, III.7) the bridges inside a strip of width c are counted by A(c) = sum over k of (2n over n + k c),
 * and those of range at most w by (w + 2) A(w + 2) - (w + 1) A(w + 1). With c_j = (2n over n + j) / (2n over n) that leaves 2 sum over k >=
 * 1 of h c_kh - (h + 1) c_k(h+1). */
static double kuiper_equal_p(uint64_t n, uint64_t h)
{
  double sum = 0, ratio = 1, most = (double)n; /* ratio: c_j */
  for (uint64_t j = 1; j <= n; j++) {
    ratio *= (most - (double)j + 1) / (most + (double)j);
    if (j % h == 0) sum += (double)h * ratio;
    if (j % (h + 1) == 0) sum -= ((double)h + 1) * ratio;
    if (j > h && ratio * (double)h < 1e-20 * sum) break;
  }
  return 2 * sum;
}

/* One lattice: the share of paths from (0, 0) to (n, m), S = i b - j a never below 0, that reach h, each weighted by z for every visit to S
 * = 0 on the way. As for Kolmogorov and Smirnov: share(i, j) = (share(i-1, j) i + share(i, j-1) j) / (i + j), all terms positive. */
static double kuiper_lattice(int64_t n, int64_t m, int64_t a, int64_t b, int64_t h, double z, double *below, double *reached)
{
  for (int64_t j = 0; j <= m; j++) below[j] = reached[j] = 0;
  for (int64_t i = 0; i <= n; i++)
    for (int64_t j = 0; j <= m; j++) {
      int64_t s = i * b - j * a;
      if (s < 0) {
        for (; j <= m; j++) below[j] = reached[j] = 0; /* falls with j */
        break;
      }
      if (i + j == 0) {
        below[0] = 1;
        continue;
      }
      double all = (double)(i + j), from_i = (double)i / all, from_j = (double)j / all;
      double low = below[j] * from_i + (j ? below[j - 1] * from_j : 0), high = reached[j] * from_i + (j ? reached[j - 1] * from_j : 0);
      if (s >= h) {
        high += low;
        low = 0;
      }
      bool touches = s == 0 && i < n;
      below[j] = touches ? low * z : low;
      reached[j] = touches ? high * z : high;
    }
  return reached[m];
}

/* Node i of Gauss and Legendre's rule of `points` on (0, 1), by Newton's method. */
static void legendre_node(int points, int i, double *node, double *weight)
{
  double x = dw_cos(PI * (i + 0.75) / (points + 0.5)), slope = 1;
  for (int step = 0; step < 100; step++) {
    double before = 0, value = 1;
    for (int k = 1; k <= points; k++) {
      double next = ((2 * k - 1) * x * value - (k - 1) * before) / k;
      before = value;
      value = next;
    }
    slope = points * (x * value - before) / (x * x - 1);
    double change = value / slope;
    x -= change;
    if (fabs(change) < 1e-15) break;
  }
  *node = 0.5 * (1 + x);
  *weight = 1 / ((1 - x * x) * slope * slope);
}

/* P(V >= h / lcm) for n != m. V does not change when the pooled values are read around a circle from another start (Kuiper 1960), so every
 * path counts as (n + m) / r paths that start in one of its r lowest points: those never fall below 0, and r is 1 + the visits to 0 on the
 * way. 1 / r is the integral of z^(r-1) over (0, 1), a polynomial below degree gcd(n, m), exactly by Gauss and Legendre's rule. */
static double kuiper_unequal_p(int64_t n, int64_t m, int64_t gcd, int64_t h)
{
  double *memory = dw_alloc_array((size_t)(m + 1) * 2, sizeof *memory), sum = 0;
  int points = (int)((gcd + 1) / 2);
  for (int i = 0; i < points; i++) {
    double node, weight;
    legendre_node(points, i, &node, &weight);
    sum += weight * kuiper_lattice(n, m, n / gcd, m / gcd, h, node, memory, memory + m + 1);
  }
  dw_free(memory);
  return sum * (double)(n + m);
}

static int64_t gcd_of(int64_t a, int64_t b) { return b ? gcd_of(b, a % b) : a; }

double dw_kuiper_p(double v, uint64_t n, uint64_t m, bool *exact)
{
  if (exact) *exact = false;
  if (isnan(v) || n == 0 || m == 0) return NAN;
  if (v <= 0) return 1;
  bool whole = n < (UINT64_C(1) << 31) && m < (UINT64_C(1) << 31);
  int64_t g = whole ? gcd_of((int64_t)n, (int64_t)m) : 1;
  bool short_enough = n == m || (double)n * (double)m * ceil((double)g / 2) <= WORK_MOST;
  if (whole && short_enough) {
    if (exact) *exact = true;
    double lcm = (double)(n / (uint64_t)g) * (double)m;
    int64_t h = (int64_t)rint(v * lcm);
    if (h <= 0) return 1;
    double p = n == m ? kuiper_equal_p(n, (uint64_t)h) : kuiper_unequal_p((int64_t)n, (int64_t)m, g, h);
    return fmin(1, p);
  }
  double root = sqrt((double)n / ((double)n + (double)m) * (double)m);
  return fmin(1, dw_kuiper_limit_sf((root + 0.155 + 0.24 / root) * v));
}

/* V, and where the larger of D+ and D- is attained. */
static double kuiper_statistic(dw_sorted r, dw_sorted c, double *location)
{
  double n = (double)r.total, m = (double)c.total, above = 0, below = 0, at_above = NAN, at_below = NAN;
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    double gap = (double)walk.below_a / n - (double)walk.below_b / m;
    if (gap > above) {
      above = gap;
      at_above = walk.value;
    }
    if (-gap > below) {
      below = -gap;
      at_below = walk.value;
    }
  }
  *location = above >= below ? at_above : at_below;
  return above + below;
}

double dw_kuiper_statistic(dw_sorted r, dw_sorted c)
{
  double location;
  return r.total && c.total ? kuiper_statistic(r, c, &location) : NAN;
}

dw_status dw_kuiper(dw_sorted r, dw_sorted c, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (r.total == 0 || c.total == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  out->statistic = kuiper_statistic(r, c, &out->location);
  out->p_value = dw_kuiper_p(out->statistic, r.total, c.total, &out->exact);
  return DW_OK;
}
