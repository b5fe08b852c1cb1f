#include "stats/shift/detectable.h"

#include <math.h>
#include <stddef.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/distributions/special.h"
#include "stats/shift/share_shift.h"

static const double pi = 3.14159265358979323846, power_wanted = 0.8;
static const double rounding = 1e-10;

enum { TABLES = 20000 }; /* the work: so many tables are counted */

/* Both sides' counts k and j of a share: with k + j = t, Fisher's p-value is below alpha for k below low[t], and from high[t] on. */
typedef struct critical {
  uint64_t n, m;
  double *choose[2]; /* ln (n over k), ln (m over j) */
  double *chance[2]; /* of each count, at the h that is asked for */
  uint64_t *low, *high;
} critical;

static double *choose_logs(uint64_t n)
{
  double *out = dw_alloc_array((size_t)n + 1, sizeof *out);
  for (uint64_t k = 0; k <= n; k++) out[k] = dw_choose_log(n, k);
  return out;
}

/* From both ends inwards, the less likely table first: p is the sum of all that are no likelier. */
static void find_region(critical *c, uint64_t t, double alpha)
{
  uint64_t a = t > c->m ? t - c->m : 0, b = t < c->n ? t : c->n;
  double all = dw_choose_log(c->n + c->m, t), p = 0;
  while (a <= b) {
    double at_a = dw_exp(c->choose[0][a] + c->choose[1][t - a] - all), at_b = dw_exp(c->choose[0][b] + c->choose[1][t - b] - all);
    double least = fmin(at_a, at_b) * (1 + rounding); /* tables equally likely may differ by rounding */
    bool take_a = at_a <= least, take_b = at_b <= least && b != a;
    p += (take_a ? at_a : 0) + (take_b ? at_b : 0);
    if (!(p * (1 + rounding) < alpha)) break;
    a += take_a;
    b -= take_b; /* a table with p < 1 is not the last: b stays above a */
  }
  c->low[t] = a;
  c->high[t] = b + 1;
}

static void fill_chances(double *out, const double *choose, uint64_t n, double share)
{
  double in = dw_log(share), beside = dw_log(1 - share);
  for (uint64_t k = 0; k <= n; k++) out[k] = dw_exp(choose[k] + (double)k * in + (double)(n - k) * beside);
}

static double power_at(const critical *c, double h)
{
  static const double nothing = 1e-14;
  double s = dw_sin(pi / 4 - h / 4), share = s * s, found = 0;
  fill_chances(c->chance[0], c->choose[0], c->n, share);
  fill_chances(c->chance[1], c->choose[1], c->m, 1 - share);
  for (uint64_t k = 0; k <= c->n; k++) {
    double in_row = 0;
    if (c->chance[0][k] < nothing) continue;
    for (uint64_t j = 0; j <= c->m; j++)
      if (k < c->low[k + j] || k >= c->high[k + j]) in_row += c->chance[1][j];
    found += c->chance[0][k] * in_row;
  }
  return found;
}

/* The power rises with h. */
static double search(const critical *c)
{
  enum { HALVINGS = 24 };
  double low = 0, high = pi * (1 - 1e-9);
  if (power_at(c, high) < power_wanted) return pi;
  for (int i = 0; i < HALVINGS; i++) {
    double middle = (low + high) / 2;
    if (power_at(c, middle) < power_wanted) low = middle;
    else high = middle;
  }
  return high;
}

static double exact(uint64_t n, uint64_t m, double alpha)
{
  critical c = {.n = n, .m = m, .choose = {choose_logs(n), choose_logs(m)}};
  size_t totals = (size_t)(n + m) + 1;
  c.chance[0] = dw_alloc_array((size_t)n + 1, sizeof(double));
  c.chance[1] = dw_alloc_array((size_t)m + 1, sizeof(double));
  c.low = dw_alloc_array(totals, sizeof *c.low);
  c.high = dw_alloc_array(totals, sizeof *c.high);
  for (uint64_t t = 0; t < totals; t++) find_region(&c, t, alpha);
  double h = search(&c);
  for (int side = 0; side < 2; side++) {
    dw_free(c.choose[side]);
    dw_free(c.chance[side]);
  }
  dw_free(c.low);
  dw_free(c.high);
  return h;
}

double dw_detectable_least_p(uint64_t n, uint64_t m) { return dw_exp((n == m ? dw_log(2) : 0) - dw_choose_log(n + m, n)); }

bool dw_detectable_any(uint64_t n, uint64_t m, double alpha) { return dw_detectable_least_p(n, m) * (1 + rounding) < alpha; }

double dw_detectable_share(uint64_t n, uint64_t m, double alpha)
{
  uint64_t least = n < m ? n : m, most = TABLES / least;
  if (least > DW_DETECTABLE_EXACT) return dw_share_shift_detectable(sqrt(1 / (double)n + 1 / (double)m), alpha);
  if (!dw_detectable_any(n, m, alpha)) return pi;
  return exact(n < most ? n : most, m < most ? m : most, alpha);
}
