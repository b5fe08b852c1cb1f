#include "stats/tests/permutation.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/wide.h"
#include "stats/samples/mersenne.h"
#include "stats/distributions/special.h"

enum { SINGLE_MOST = 10 }; /* so many balls are drawn one by one */

static uint64_t draw_singly(dw_rng *rng, uint64_t white, uint64_t black, uint64_t drawn)
{
  uint64_t got = 0;
  for (; drawn > 0; drawn--) {
    if (dw_rng_below(rng, white + black) < white) {
      white--;
      got++;
    } else {
      black--;
    }
  }
  return got;
}

/* -ln of the weight of k, but for a constant: few <= many balls of each colour, drawn at most half of them. */
static double weight_log(uint64_t k, uint64_t few, uint64_t many, uint64_t drawn)
{
  return dw_factorial_log(k) + dw_factorial_log(few - k) + dw_factorial_log(drawn - k) + dw_factorial_log(many - drawn + k);
}

static uint64_t draw_by_ratio(dw_rng *rng, uint64_t few, uint64_t many, uint64_t drawn)
{
  static const double d1 = 1.7155277699214135, d2 = 0.8989161620588988; /* 2 sqrt(2 / e), 3 - 2 sqrt(3 / e) */
  double all = (double)few + (double)many, p = (double)few / all, take = (double)drawn;
  double center = take * p + 0.5, spread = sqrt((all - take) * take * p * (1 - p) / (all - 1) + 0.5), width = d1 * spread + d2;
  double most = fmin(fmin(take, (double)few) + 1, floor(center + 16 * spread));
  uint64_t mode = (uint64_t)((take + 1) * ((double)few + 1) / (all + 2));
  double best = weight_log(mode, few, many, drawn);
  for (;;) {
    double u = dw_rng_uniform(rng), v = dw_rng_uniform(rng), x = center + width * (v - 0.5) / u;
    if (!(x >= 0) || x >= most) continue;
    uint64_t k = (uint64_t)x;
    double t = best - weight_log(k, few, many, drawn);
    if (u * (4 - u) - 3 <= t) return k;
    if (u * (u - t) >= 1) continue;
    if (2 * dw_log(u) <= t) return k;
  }
}

uint64_t dw_hypergeometric_draw(dw_rng *rng, uint64_t white, uint64_t black, uint64_t drawn)
{
  if (drawn == 0 || white == 0) return 0;
  if (black == 0) return drawn;
  uint64_t all = white + black, less = drawn <= all - drawn ? drawn : all - drawn; /* what stays behind is a draw too */
  if (less <= SINGLE_MOST) {
    uint64_t got = draw_singly(rng, white, black, less);
    return less == drawn ? got : white - got;
  }
  uint64_t few = white < black ? white : black, got = draw_by_ratio(rng, few, all - few, less);
  if (few != white) got = less - got;
  return less == drawn ? got : white - got;
}

/* --- tables --- */

/* sum |a m - b n|: the distance times 2 n m. */
static dw_wide table_gap(const uint64_t *ref, const uint64_t *cur, size_t categories, uint64_t n, uint64_t m)
{
  dw_wide sum = 0;
  for (size_t i = 0; i < categories; i++) {
    dw_wide a = (dw_wide)ref[i] * m, b = (dw_wide)cur[i] * n;
    sum += a > b ? a - b : b - a;
  }
  return sum;
}

static uint64_t total_of(const uint64_t *counts, size_t categories)
{
  uint64_t total = 0;
  for (size_t i = 0; i < categories; i++) total += counts[i];
  return total;
}

static void count_hit(dw_permutation *out, dw_wide gap, dw_wide seen)
{
  out->made++;
  out->hits += gap >= seen;
  out->ties += gap == seen;
}

double dw_permutation_p(unsigned hits, unsigned made, bool ended)
{
  return ended ? (double)hits / (double)made : (1.0 + hits) / (1.0 + made);
}

dw_status dw_tvd_test(const uint64_t *ref, const uint64_t *cur, size_t categories, unsigned permutations, dw_rng_key key, double *distance,
                      dw_permutation *out, dw_err *err)
{
  *out = (dw_permutation){.p_value = NAN};
  *distance = NAN;
  uint64_t n = total_of(ref, categories), m = total_of(cur, categories);
  if (n == 0 || m == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  dw_wide seen = table_gap(ref, cur, categories, n, m);
  *distance = (double)seen / (2 * (double)n * (double)m);
  uint64_t *a = dw_alloc_array(categories, sizeof *a), *b = dw_alloc_array(categories, sizeof *b);
  for (unsigned i = 0; i < permutations; i++) {
    dw_rng rng;
    dw_rng_start(&rng, key, i, 0);
    uint64_t white = n, black = m;
    for (size_t k = 0; k < categories; k++) {
      a[k] = dw_hypergeometric_draw(&rng, white, black, ref[k] + cur[k]);
      b[k] = ref[k] + cur[k] - a[k];
      white -= a[k];
      black -= b[k];
    }
    count_hit(out, table_gap(a, b, categories, n, m), seen);
  }
  out->p_value = dw_permutation_p(out->hits, out->made, false);
  dw_free(a);
  dw_free(b);
  return DW_OK;
}

dw_status dw_tvd_as_numpy(const uint32_t *code, size_t n, size_t m, size_t categories, unsigned permutations, double *distance,
                          dw_permutation *out, dw_err *err)
{
  *out = (dw_permutation){.p_value = NAN};
  *distance = NAN;
  if (n == 0 || m == 0) return dw_err_set(err, DW_ENODATA, "no values on one side");
  size_t rows = n + m;
  if (rows > UINT32_MAX) return dw_err_set(err, DW_ENODATA, "too many rows to shuffle");
  uint64_t *all = dw_alloc_zero(categories, sizeof *all), *a = dw_alloc_zero(categories, sizeof *a),
           *b = dw_alloc_array(categories, sizeof *b);
  uint32_t *order = dw_alloc_array(rows, sizeof *order);
  for (size_t i = 0; i < rows; i++) all[code[i]]++;
  for (size_t i = 0; i < n; i++) a[code[i]]++;
  for (size_t k = 0; k < categories; k++) b[k] = all[k] - a[k];
  dw_wide seen = table_gap(a, b, categories, n, m);
  *distance = (double)seen / (2 * (double)n * (double)m);
  dw_mersenne twister;
  dw_mersenne_seed(&twister, 0);
  for (unsigned p = 0; p < permutations; p++) {
    dw_mersenne_permutation(&twister, order, (uint32_t)rows);
    memset(a, 0, categories * sizeof *a);
    for (size_t i = 0; i < n; i++) a[code[order[i]]]++;
    for (size_t k = 0; k < categories; k++) b[k] = all[k] - a[k];
    count_hit(out, table_gap(a, b, categories, n, m), seen);
  }
  out->p_value = (double)out->hits / (double)out->made;
  dw_free(all);
  dw_free(a);
  dw_free(b);
  dw_free(order);
  return DW_OK;
}

/* --- samples --- */

typedef struct side {
  double *value;
  uint64_t *weight;
  size_t count;
} side;

static side side_new(size_t most) { return (side){dw_alloc_array(most, sizeof(double)), dw_alloc_array(most, sizeof(uint64_t)), 0}; }

static void side_add(side *to, double value, uint64_t times)
{
  if (times == 0) return;
  to->value[to->count] = value;
  to->weight[to->count++] = times;
}

static void side_free(side *old)
{
  dw_free(old->value);
  dw_free(old->weight);
}

void dw_permutation_test(dw_sorted r, dw_sorted c, double (*statistic)(dw_sorted r, dw_sorted c), unsigned permutations, dw_rng_key key,
                         dw_permutation *out)
{
  *out = (dw_permutation){.p_value = NAN};
  double seen = statistic(r, c), slack = 1e-12 * fabs(seen); /* sums of the same terms in another order are ties */
  size_t distinct = dw_sorted_distinct_pooled(r, c, 0);
  side pool = side_new(distinct), a = side_new(distinct), b = side_new(distinct);
  dw_merge walk;
  dw_merge_start(&walk, r, c);
  while (dw_merge_next(&walk)) side_add(&pool, walk.value, walk.times_a + walk.times_b);
  for (unsigned i = 0; i < permutations; i++) {
    dw_rng rng;
    dw_rng_start(&rng, key, i, 0);
    uint64_t white = r.total, black = c.total;
    a.count = b.count = 0;
    for (size_t k = 0; k < pool.count; k++) {
      uint64_t got = dw_hypergeometric_draw(&rng, white, black, pool.weight[k]);
      side_add(&a, pool.value[k], got);
      side_add(&b, pool.value[k], pool.weight[k] - got);
      white -= got;
      black -= pool.weight[k] - got;
    }
    double now = statistic(dw_sorted_make_weighted(a.value, a.weight, a.count), dw_sorted_make_weighted(b.value, b.weight, b.count));
    out->made++;
    out->hits += now >= seen - slack;
    out->ties += fabs(now - seen) <= slack;
  }
  out->p_value = dw_permutation_p(out->hits, out->made, false);
  side_free(&pool);
  side_free(&a);
  side_free(&b);
}
