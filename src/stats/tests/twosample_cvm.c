/* Cramér and von Mises' test of two samples. With the pooled rows in order and u of the first k from r, T = nm / N^2 sum over all rows of
 * (F - G)^2 = sum over the distinct values of times (u - n k / N)^2 / (n m): the sampling without replacement that makes u has the same law
 * whatever is tied, and only the places at which it is looked at change. */
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/wide.h"
#include "stats/distributions/special.h"
#include "stats/samples/sum.h"
#include "stats/tests/twosample.h"

#define PI 3.14159265358979323846264338328

enum { EXACT_MOST = 20 };              /* scipy's limit */
#define EXACT_WORK_MOST 2e7            /* frequencies to go through, some 50 ms: beyond scipy's limit as long as they are few */
#define WHOLE_MOST (UINT64_C(1) << 29) /* n and m up to which 12 U stays below 2^127 */

/* scipy's statistic. 12 (n sum (rank of r_i - i)^2 + m sum (rank of c_j - j)^2), a whole number with midranks. In a run of a equal values
 * of one side that start behind B of the other, of which b are equal too, rank - i goes in steps of 1 about B + b / 2. */
static void cvm_sums(dw_sorted r, dw_sorted c, dw_wide_signed *over_r, dw_wide_signed *over_c)
{
  *over_r = *over_c = 0;
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    dw_wide_signed a = walk.times_a, b = walk.times_b, below_a = walk.below_a - walk.times_a, below_b = walk.below_b - walk.times_b;
    *over_r += 3 * a * (2 * below_b + b) * (2 * below_b + b) + a * (a * a - 1);
    *over_c += 3 * b * (2 * below_a + a) * (2 * below_a + a) + b * (b * b - 1);
  }
}

/* The limit law as scipy sums it (Csörgő and Faraway, equation 1.3): up to the first term below 1e-7. */
static double cvm_cdf_as_scipy(double x)
{
  double sum = 0, ratio = sqrt(PI); /* Gamma(k + 1/2) / k! */
  for (int k = 0; k < 10000; k++) {
    double y = 4.0 * k + 1, q = y * y / (16 * x);
    double term = ratio / (PI * sqrt(PI) * sqrt(x)) * sqrt(y) * dw_bessel_k_quarter_scaled(q) * dw_exp(-2 * q);
    sum += term;
    if (term < 1e-7) break;
    ratio *= (k + 0.5) / (k + 1.0);
  }
  return sum;
}

/* Values of the statistic that the ways to one point have so far, ascending, and how many ways have each. */
typedef struct frequency {
  int64_t value;
  double ways;
} frequency;

typedef struct frequencies {
  frequency *entry;
  size_t count;
} frequencies;

static frequencies frequencies_join(const frequencies *a, const frequencies *b)
{
  frequencies out = {dw_alloc_array(a->count + b->count, sizeof(frequency)), 0};
  size_t i = 0, j = 0;
  while (i < a->count || j < b->count) {
    bool first = j == b->count || (i < a->count && a->entry[i].value <= b->entry[j].value);
    frequency next = first ? a->entry[i++] : b->entry[j++];
    if (out.count && out.entry[out.count - 1].value == next.value) out.entry[out.count - 1].ways += next.ways;
    else out.entry[out.count++] = next;
  }
  return out;
}

/* Adds the squares at this point to all; ways that reach `limit` leave: returns how many. */
static double frequencies_add(frequencies *f, int64_t squares, int64_t limit)
{
  double left = 0;
  size_t keep = 0;
  for (size_t i = 0; i < f->count; i++) {
    f->entry[i].value += squares;
    if (f->entry[i].value >= limit) left += f->entry[i].ways;
    else keep = i + 1;
  }
  f->count = keep;
  return left;
}

static int64_t gcd(int64_t a, int64_t b) { return b ? gcd(b, a % b) : a; }

static double choose(int64_t n, int64_t k) /* exact for n <= 40 */
{
  double out = 1;
  for (int64_t i = 1; i <= k; i++) out = out * (double)(n - k + i) / (double)i;
  return out < 9007199254740992.0 ? rint(out) : out;
}

/* P(zeta >= limit) when each choice of n among the n + m pooled rows is as likely: zeta is the sum over the rows of (a v - b u)^2, u and v
 * the numbers from either side up to the row and its equals, a / b = n / m in lowest terms. times[k]: how many rows are equal to row k when
 * it is the last of them, else 0; NULL: all differ. A way that has reached the limit early counts with all its continuations, so that only
 * values below it are kept. */
static double cvm_exact_p(int64_t n, int64_t m, const int64_t *times, int64_t limit)
{
  int64_t g = gcd(n, m), a = n / g, b = m / g;
  if (limit <= 0) return 1;
  frequencies *at = dw_alloc_array((size_t)n + 1, sizeof *at); /* by u */
  double reached = 0;
  for (int64_t u = 0; u <= n; u++) at[u] = (frequencies){dw_alloc_zero(1, sizeof(frequency)), u == 0}; /* one way, at 0 */
  at[0].entry[0].ways = 1;
  for (int64_t k = 1; k <= n + m; k++)
    for (int64_t u = k < n ? k : n; u >= 0 && k - u <= m; u--) {
      static const frequencies none = {NULL, 0};
      frequencies here = frequencies_join(&at[u], u > 0 ? &at[u - 1] : &none);
      int64_t off = a * (k - u) - b * u, equal = times ? times[k - 1] : 1;
      if (equal) reached += frequencies_add(&here, equal * off * off, limit) * choose(n + m - k, n - u);
      dw_free(at[u].entry);
      at[u] = here;
    }
  for (int64_t u = 0; u <= n; u++) dw_free(at[u].entry);
  dw_free(at);
  return reached / choose(n + m, n);
}

/* zeta >= limit is asked; no more than `limit` whole numbers lie below it at each of the points of the lattice. */
static bool exact_is_cheap(double n, double m, double limit) { return n * m * fmax(limit, 1) <= EXACT_WORK_MOST && n + m < 1000; }

/* Anderson's mean and variance of T without ties (Ann. Math. Statist. 33, 1962). */
typedef struct law {
  double mean, variance;
} law;

static law cvm_law_untied(double n, double m)
{
  double all = n + m, pairs = n * m;
  return (law){(1 + 1 / all) / 6, (all + 1) / all / all * (4 * pairs * all - 3 * (n * n + m * m) - 2 * pairs) / (45 * 4 * pairs)};
}

/* T brought to the mean and variance that the limit law has, 1/6 and 1/45. */
static double cvm_standard(double t, law of) { return 1.0 / 6 + (t - of.mean) / sqrt(45 * of.variance); }

static double cvm_scipy_p(double t, double n, double m)
{
  double standard = cvm_standard(t, cvm_law_untied(n, m));
  return standard < 0.003 ? 1 : fmax(0, 1 - cvm_cdf_as_scipy(standard));
}

static dw_status cvm_as_scipy(dw_sorted r, dw_sorted c, dw_test *out)
{
  dw_wide_signed n = (dw_wide_signed)r.total, m = (dw_wide_signed)c.total, all = n + m, over_r, over_c;
  cvm_sums(r, c, &over_r, &over_c);
  /* T = U / (n m N) - (4 n m - 1) / (6 N), with 12 U - 2 n m (4 n m - 1) taken in whole numbers: the two are large and nearly equal */
  dw_wide_signed excess = n * over_r + m * over_c - 2 * n * m * (4 * n * m - 1);
  out->statistic = (double)excess / (12 * (double)(n * m) * (double)all);
  out->exact = n <= EXACT_MOST && m <= EXACT_MOST;
  if (out->exact) {
    int64_t a = (int64_t)n, b = (int64_t)m, lcm = a / gcd(a, b) * b;
    dw_wide_signed zeta = excess * lcm * lcm * all, below = 12 * n * n * m * m; /* zeta = T lcm^2 N^2 / (n m) */
    out->p_value = zeta <= 0 ? 1 : cvm_exact_p(a, b, NULL, (int64_t)(zeta / below));
  } else {
    out->p_value = cvm_scipy_p(out->statistic, (double)n, (double)m);
  }
  return DW_OK;
}

/* T and, over all choices of n among the pooled rows, its mean and variance. e = u - n k / N is a sum of k of N numbers, m / N for rows of
 * r and -n / N for rows of c, drawn without replacement; their power sums are s2 and s4. E e^2 = s2 k (N - k) / (N (N - 1)), and for j <=
 * k, by the moments of four draws, E e_j^2 e_k^2 = j (N - k) (s2^2 (2 N j + N k - 3 N - 3 j k + 3) + s4 (N^2 - 4 N j - 2 N k + N + 6 j k))
 * / (N (N - 1) (N - 2) (N - 3)), so that two running sums over the values before give all pairs. */
typedef struct cvm_conditional {
  double t;
  law of;
  bool tied;
} cvm_conditional;

static cvm_conditional cvm_condition(dw_sorted r, dw_sorted c)
{
  double n = (double)r.total, m = (double)c.total, all = n + m, s2 = n * m / all, s4 = s2 * (n * n - n * m + m * m) / (all * all);
  dw_sum t = {0}, mean = {0}, square = {0}, before = {0}, before_square = {0};
  cvm_conditional out = {.tied = false};
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    double times = (double)(walk.times_a + walk.times_b), k = (double)(walk.below_a + walk.below_b), rest = all - k;
    double off =
        (double)((dw_wide_signed)walk.below_a * (dw_wide_signed)c.total - (dw_wide_signed)walk.below_b * (dw_wide_signed)r.total) / all;
    double by_j = s2 * s2 * (2 * all - 3 * k) - s4 * (4 * all - 6 * k);
    double fixed = s2 * s2 * (all * k - 3 * all + 3) + s4 * (all * all - 2 * all * k + all);
    out.tied |= times > 1;
    dw_sum_add(&t, times * off * off);
    dw_sum_add(&mean, times * k * rest);
    dw_sum_add(&square,
               times * rest * (times * k * (k * by_j + fixed) + 2 * (by_j * dw_sum_value(&before_square) + fixed * dw_sum_value(&before))));
    dw_sum_add(&before, times * k);
    dw_sum_add(&before_square, times * k * k);
  }
  out.t = dw_sum_value(&t) / (n * m);
  out.of.mean = s2 * dw_sum_value(&mean) / (all * (all - 1)) / (n * m);
  out.of.variance = dw_sum_value(&square) / (all * (all - 1) * (all - 2) * (all - 3)) / (n * m) / (n * m) - out.of.mean * out.of.mean;
  return out;
}

/* The limit of T is a weighted sum of squares of normal deviates: without ties Cramér and von Mises' law, with two values alone a single
 * square. Between the two, by how much the variance is larger for its mean, lie the laws of other ties: to 2 % of p at 0.05 and to 11 % at
 * 0.001, for 2 to 14 values, for 50 to 95 % equal rows at an end and for a half of them in the middle. */
static double cvm_limit_p(const cvm_conditional *is, double n, double m)
{
  law untied = cvm_law_untied(n, m);
  if (!(is->of.variance > 0)) return 1; /* all rows are equal */
  double p = dw_cvm_limit_sf(cvm_standard(is->t, is->of));
  if (!is->tied) return p;
  double spread = is->of.variance / (is->of.mean * is->of.mean), least = untied.variance / (untied.mean * untied.mean);
  double weight = fmin(fmax((spread - least) / (2 - least), 0), 1);
  double square = 1 + (is->t - is->of.mean) * sqrt(2 / is->of.variance);
  return (1 - weight) * p + weight * (square > 0 ? dw_chi2_sf(square, 1) : 1);
}

/* Every choice of n among the pooled rows, if that is cheap: true, and *p. */
static bool cvm_exact(dw_sorted r, dw_sorted c, double t, double *p)
{
  double n = (double)r.total, m = (double)c.total, all = n + m;
  if (all >= 1000) return false;
  int64_t a = (int64_t)r.total, b = (int64_t)c.total, g = gcd(a, b), zeta = 0;
  bool few = a <= EXACT_MOST && b <= EXACT_MOST;
  if (!few && !exact_is_cheap(n, m, t * n * m * all * all / (double)(g * g))) return false;
  int64_t *times = dw_alloc_zero((size_t)(a + b), sizeof *times);
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    int64_t equal = (int64_t)(walk.times_a + walk.times_b), off = a / g * (int64_t)walk.below_b - b / g * (int64_t)walk.below_a;
    times[walk.below_a + walk.below_b - 1] = equal;
    zeta += equal * off * off;
  }
  *p = cvm_exact_p(a, b, times, zeta);
  dw_free(times);
  return true;
}

dw_status dw_cramer_von_mises_part(dw_sorted r, dw_sorted c, bool as_scipy, double part, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (r.total < 2 || c.total < 2) return dw_err_set(err, DW_ENODATA, "fewer than 2 values on a side");
  if (r.total > WHOLE_MOST || c.total > WHOLE_MOST) return dw_err_set(err, DW_ENODATA, "more than 2^29 values on a side");
  if (as_scipy) {
    dw_status status = cvm_as_scipy(r, c, out);
    if (part < 1) out->p_value = cvm_scipy_p(part * out->statistic, (double)r.total, (double)c.total);
    return status;
  }
  cvm_conditional is = cvm_condition(r, c);
  out->statistic = is.t;
  is.t *= part;
  out->exact = part == 1 && cvm_exact(r, c, is.t, &out->p_value);
  if (!out->exact) out->p_value = cvm_limit_p(&is, (double)r.total, (double)c.total);
  return DW_OK;
}

dw_status dw_cramer_von_mises(dw_sorted r, dw_sorted c, bool as_scipy, dw_test *out, dw_err *err)
{
  return dw_cramer_von_mises_part(r, c, as_scipy, 1, out, err);
}
