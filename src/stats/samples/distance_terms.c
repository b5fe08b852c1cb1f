/* What the distances between vectors of shares are made of, share by share. */
#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/samples/distance.h"
#include "stats/samples/sum.h"

void dw_psi_terms(const double *p, const double *q, size_t k, double *term)
{
  for (size_t i = 0; i < k; i++) term[i] = p[i] == q[i] ? 0 : (p[i] - q[i]) * dw_log(p[i] / q[i]);
}

static double relative_entropy(double x, double y) { return x > 0 ? x * dw_log(x / y) : 0; }

void dw_kl_div_terms(const double *p, const double *q, size_t k, double *term)
{
  double all_p = dw_sum_array(p, k), all_q = dw_sum_array(q, k);
  for (size_t i = 0; i < k; i++) {
    double a = p[i] / all_p, b = q[i] / all_q;
    term[i] = fmax(0, relative_entropy(a, b) - a + b);
  }
}

void dw_jensenshannon_terms(const double *p, const double *q, size_t k, double *term)
{
  double all_p = dw_sum_array(p, k), all_q = dw_sum_array(q, k);
  for (size_t i = 0; i < k; i++) {
    double a = p[i] / all_p, b = q[i] / all_q, middle = (a + b) / 2;
    term[i] = fmax(0, (relative_entropy(a, middle) + relative_entropy(b, middle)) / 2);
  }
}

void dw_hellinger_terms(const double *p, const double *q, size_t k, double *term)
{
  for (size_t i = 0; i < k; i++) {
    double gap = sqrt(p[i]) - sqrt(q[i]);
    term[i] = gap * gap / 2;
  }
}

void dw_total_variation_terms(const double *p, const double *q, size_t k, double *term)
{
  for (size_t i = 0; i < k; i++) term[i] = fabs(p[i] - q[i]) / 2;
}

void dw_cosine_terms(const double *p, const double *q, size_t k, double *term)
{
  dw_sum pp = {0}, qq = {0};
  for (size_t i = 0; i < k; i++) {
    dw_sum_add(&pp, p[i] * p[i]);
    dw_sum_add(&qq, q[i] * q[i]);
  }
  double length_p = sqrt(dw_sum_value(&pp)), length_q = sqrt(dw_sum_value(&qq));
  for (size_t i = 0; i < k; i++) {
    double gap = p[i] / length_p - q[i] / length_q;
    term[i] = gap * gap / 2;
  }
}

enum { THIN_MOST = 4096 };

void dw_gap_areas(dw_sorted r, dw_sorted c, int power, const double *edges, size_t bins, double *area)
{
  dw_thinned a, b;
  dw_thinned_make(&a, r, THIN_MOST);
  dw_thinned_make(&b, c, THIN_MOST);
  for (size_t i = 0; i < bins; i++) area[i] = 0;
  int scale = dw_distance_scale(edges[0], edges[bins]);
  double gap = 0, before = ldexp(edges[0], -scale);
  size_t bin = 0;
  dw_merge walk;
  dw_merge_start(&walk, a.sample, b.sample);
  while (dw_merge_next(&walk)) {
    double height = power == 1 ? fabs(gap) : gap * gap, value = ldexp(walk.value, -scale);
    while (bin < bins && before < value) {
      double bin_end = ldexp(edges[bin + 1], -scale), end = fmin(value, bin_end);
      if (end > before) area[bin] += height * (end - before);
      before = fmax(before, end);
      if (bin_end > value) break;
      bin++;
    }
    gap = (double)walk.below_a / (double)a.sample.total - (double)walk.below_b / (double)b.sample.total;
  }
  dw_thinned_free(&a);
  dw_thinned_free(&b);
}
