/* distance: how far apart two distributions are, with the definitions of Evidently 0.7.21 (and so of scipy 1.10, numpy 1.24).
 *
 * p and q are shares by bin or category (count / total of their side), reference first.
 */
#ifndef DW_STATS_DISTANCE_H
#define DW_STATS_DISTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/samples/sample.h"

/* On two sorted samples; NaN when one is empty. Units: those of the values (energy: their square root of the unit, see scipy). */
double dw_wasserstein(dw_sorted r, dw_sorted c);     /* W1 = integral |F - G|; not divided by anything */
double dw_energy_distance(dw_sorted r, dw_sorted c); /* sqrt(2 integral (F - G)^2) */

/* On two vectors of shares. Zeros of psi and kl_div are filled, p and q each on its own, with 0.0001, or the least share / 10^6 when that
 * is at most 0.0001 (the arrays stay as they are); then kl_div normalises to sum 1 and psi does not. */
double dw_psi(const double *p, const double *q, size_t k);             /* sum (p - q) ln(p / q), >= 0 */
double dw_kl_div(const double *p, const double *q, size_t k);          /* sum p ln(p / q), nats */
double dw_jensenshannon(const double *p, const double *q, size_t k);   /* sqrt of the divergence, natural log: 0 to 0.8326 */
double dw_hellinger(const double *p, const double *q, size_t k);       /* sqrt(1 - sum sqrt(p q)): 0 to 1 */
double dw_total_variation(const double *p, const double *q, size_t k); /* sum |p - q| / 2 */
double dw_l_infinity(const double *p, const double *q, size_t k);      /* max |p - q| */
double dw_cosine_distance(const double *p, const double *q, size_t k); /* 1 - p.q / (|p| |q|) */

/* out[i] = counts[i] / total. */
void dw_shares(const uint64_t *counts, size_t k, uint64_t total, double *out);

/* What psi and kl_div put in the place of zero shares. */
double dw_share_fill(const double *p, size_t k);

/* How much of a distance each share makes: term[0 .. k), none negative but for rounding; they add up to psi, kl_div (p ln(p / q) - p + q),
 * the square of jensenshannon, the square of hellinger ((sqrt p - sqrt q)^2 / 2), total variation, 1 - cosine (half the squared distance of
 * the directions). */
typedef void dw_distance_terms(const double *p, const double *q, size_t k, double *term);
dw_distance_terms dw_psi_terms, dw_kl_div_terms, dw_jensenshannon_terms, dw_hellinger_terms, dw_total_variation_terms, dw_cosine_terms;

/* Both samples in bins: equal-width ones, or one for each distinct pooled value. */
typedef struct dw_binned {
  double *p, *q; /* shares, [count] */
  double *edges; /* [count + 1]; of distinct values: [count], the values themselves */
  bool distinct;
  size_t count;
} dw_binned;
void dw_binned_free(dw_binned *bins);

/* The bins that psi, kl_div and jensenshannon use for numbers: with more than 20 distinct reference values, Sturges bins over both
 * samples; else one for each distinct pooled value. The caller frees. DW_ENODATA (then *out is empty): a side is empty, or the range
 * overflows. whole_numbers: see dw_histogram_edges_sturges (false for parity with numpy 1). */
dw_status dw_binned_make(dw_sorted r, dw_sorted c, bool whole_numbers, dw_binned *out, dw_err *err);
dw_status dw_binned_sturges(dw_sorted r, dw_sorted c, bool whole_numbers, dw_binned *out, dw_err *err);
dw_status dw_binned_distinct(dw_sorted r, dw_sorted c, dw_binned *out, dw_err *err);

/* Where the area between the two distribution functions lies: area[i] = the integral of |F - G|^power (1: wasserstein, 2: half the square
 * of the energy distance) over [edges[i], edges[i + 1]]. From every k-th value only where a side has more than 4096, so that it costs
 * little and is right to about 1e-3 of the whole. Both sides have values. */
void dw_gap_areas(dw_sorted r, dw_sorted c, int power, const double *edges, size_t bins, double *area);

/* Hellinger on numbers, as Evidently bins them: Sturges edges for the count of distinct pooled values. bins (may be NULL): those, for the
 * caller to free. */
dw_status dw_hellinger_numeric(dw_sorted r, dw_sorted c, bool whole_numbers, double *out, dw_binned *bins, dw_err *err);

#endif
