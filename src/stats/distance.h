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
#include "stats/sample.h"

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

/* The shares that psi, kl_div and jensenshannon use for numbers: in more than 20 distinct reference values, Sturges bins
 * over both samples; else one key for each distinct pooled value. *p, *q: *k entries each, the caller frees. DW_ENODATA: a
 * side is empty, or the range overflows. whole_numbers: see dw_histogram_edges_sturges (false for parity with numpy 1). */
dw_status dw_binned(dw_sorted r, dw_sorted c, bool whole_numbers, double **p, double **q, size_t *k, dw_err *err);
dw_status dw_binned_sturges(dw_sorted r, dw_sorted c, bool whole_numbers, double **p, double **q, size_t *k, dw_err *err);
dw_status dw_binned_distinct(dw_sorted r, dw_sorted c, double **p, double **q, size_t *k, dw_err *err);

/* Hellinger on numbers, as Evidently bins them: Sturges edges for the count of distinct pooled values. */
dw_status dw_hellinger_numeric(dw_sorted r, dw_sorted c, bool whole_numbers, double *out, dw_err *err);

#endif
