/* Cramér and von Mises' test of two samples. */
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/tests/twosample.h"

#define PI 3.14159265358979323846264338328

enum { EXACT_MOST = 20 };              /* scipy's limit */
#define EXACT_WORK_MOST 2e7            /* frequencies to go through, some 50 ms: beyond scipy's limit as long as they are few */
#define WHOLE_MOST (UINT64_C(1) << 29) /* n and m up to which 12 U stays below 2^127 */

/* 12 (n sum (rank of r_i - i)^2 + m sum (rank of c_j - j)^2), a whole number with midranks. In a run of a equal values of one side that
 * start behind B of the other, of which b are equal too, rank - i goes in steps of 1 about B + b / 2. */
static void cvm_sums(dw_sorted r, dw_sorted c, __int128 *over_r, __int128 *over_c)
{
  *over_r = *over_c = 0;
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) {
    __int128 a = walk.times_a, b = walk.times_b, below_a = walk.below_a - walk.times_a, below_b = walk.below_b - walk.times_b;
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

/* Values of the statistic that lattice paths to one point have so far, ascending, and how many paths have each. */
typedef struct frequency {
  int64_t value;
  double paths;
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
    if (out.count && out.entry[out.count - 1].value == next.value) out.entry[out.count - 1].paths += next.paths;
    else out.entry[out.count++] = next;
  }
  return out;
}

/* Adds the square at this point to all; paths that reach `limit` leave: returns how many. */
static double frequencies_add(frequencies *f, int64_t square, int64_t limit)
{
  double left = 0;
  size_t keep = 0;
  for (size_t i = 0; i < f->count; i++) {
    f->entry[i].value += square;
    if (f->entry[i].value >= limit) left += f->entry[i].paths;
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

/* P(zeta >= limit), zeta the sum over a random path from (0, 0) to (n, m) of (a v - b u)^2. A path that has reached the limit early counts
 * with all its continuations, so that only values below it are kept. */
static double cvm_exact_p(int64_t n, int64_t m, int64_t limit)
{
  int64_t g = gcd(n, m), a = n / g, b = m / g;
  if (limit <= 0) return 1;
  frequencies *row = dw_alloc_array((size_t)m + 1, sizeof *row);
  double reached = 0;
  for (int64_t v = 0; v <= m; v++) row[v] = (frequencies){dw_alloc_zero(1, sizeof(frequency)), v == 0}; /* one path, at 0 */
  row[0].entry[0].paths = 1;
  for (int64_t u = 0; u <= n; u++)
    for (int64_t v = 0; v <= m; v++) {
      static const frequencies none = {NULL, 0};
      frequencies here = frequencies_join(&row[v], v > 0 ? &row[v - 1] : &none);
      int64_t off = a * v - b * u;
      reached += frequencies_add(&here, off * off, limit) * choose(n + m - u - v, n - u);
      dw_free(row[v].entry);
      row[v] = here;
    }
  for (int64_t v = 0; v <= m; v++) dw_free(row[v].entry);
  dw_free(row);
  return reached / choose(n + m, n);
}

/* Anderson's normalisation of T to the mean and variance of the limit law (Ann. Math. Statist. 33, 1962). */
static double cvm_asymptotic_p(double t, double n, double m, bool as_scipy)
{
  double all = n + m, pairs = n * m, mean = (1 + 1 / all) / 6;
  double variance = (all + 1) / all / all * (4 * pairs * all - 3 * (n * n + m * m) - 2 * pairs) / (45 * 4 * pairs);
  double standard = 1.0 / 6 + (t - mean) / sqrt(45 * variance);
  if (!as_scipy) return dw_cvm_limit_sf(standard);
  return standard < 0.003 ? 1 : fmax(0, 1 - cvm_cdf_as_scipy(standard));
}

/* zeta >= limit is asked; no more than `limit` whole numbers lie below it at each of the points of the lattice. */
static bool exact_is_cheap(int64_t n, int64_t m, double limit)
{
  return (double)(n * m) * fmax(limit, 1) <= EXACT_WORK_MOST && n + m < 1000;
}

dw_status dw_cramer_von_mises(dw_sorted r, dw_sorted c, bool as_scipy, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (r.total < 2 || c.total < 2) return dw_err_set(err, DW_ENODATA, "fewer than 2 values on a side");
  if (r.total > WHOLE_MOST || c.total > WHOLE_MOST) return dw_err_set(err, DW_ENODATA, "more than 2^29 values on a side");
  __int128 n = (__int128)r.total, m = (__int128)c.total, all = n + m, over_r, over_c;
  cvm_sums(r, c, &over_r, &over_c);
  /* T = U / (n m N) - (4 n m - 1) / (6 N), with 12 U - 2 n m (4 n m - 1) taken in whole numbers: the two are large and nearly equal */
  __int128 excess = n * over_r + m * over_c - 2 * n * m * (4 * n * m - 1);
  out->statistic = (double)excess / (12 * (double)(n * m) * (double)all);
  /* zeta = T lcm^2 (n + m)^2 / (n m) */
  int64_t a = (int64_t)n, b = (int64_t)m, lcm = a / gcd(a, b) * b;
  double limit = out->statistic * (double)lcm * (double)lcm * (double)all * (double)all / (double)(n * m);
  out->exact = (n <= EXACT_MOST && m <= EXACT_MOST) || (!as_scipy && exact_is_cheap(a, b, limit));
  if (!out->exact) {
    out->p_value = cvm_asymptotic_p(out->statistic, (double)n, (double)m, as_scipy);
    return DW_OK;
  }
  __int128 zeta = excess * lcm * lcm * all, below = 12 * n * n * m * m;
  out->p_value = zeta <= 0 ? 1 : cvm_exact_p(a, b, (int64_t)(zeta / below));
  if (!as_scipy) out->p_value = fmax(out->p_value, 1 / choose(a + b, a)); /* ties can bring T beyond all paths without ties */
  return DW_OK;
}
