/* distance: how far apart two distributions are; on numbers as scipy has it.
 *
 * p and q are shares by bin or category (count / total of their side), reference first.
 */
#ifndef DW_STATS_DISTANCE_H
#define DW_STATS_DISTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stats/samples/binned.h"
#include "stats/samples/moments.h"
#include "stats/samples/sample.h"

/* On two sorted samples of any unit; NaN when one is empty. Units: those of the values (energy: their square root of the unit, see scipy).
 */
double dw_wasserstein(dw_sorted r, dw_sorted c);     /* W1 = integral |F - G|; not divided by anything */
double dw_energy_distance(dw_sorted r, dw_sorted c); /* sqrt(2 integral (F - G)^2) */
/* W1 over the standard deviation (of the population) of what `of` is of; 0 when W1 is, NaN without spread otherwise; infinite when no
 * double is that large. */
double dw_wasserstein_in_std(dw_sorted r, dw_sorted c, const dw_moments *of);

/* On two vectors of shares. For psi and kl_div no share may be 0 on one side alone: fill first. kl_div brings both to sum 1. */
double dw_psi(const double *p, const double *q, size_t k);             /* sum (p - q) ln(p / q), >= 0 */
double dw_kl_div(const double *p, const double *q, size_t k);          /* sum p ln(p / q), nats */
double dw_jensenshannon(const double *p, const double *q, size_t k);   /* sqrt of the divergence, natural log: 0 to 0.8326 */
double dw_hellinger(const double *p, const double *q, size_t k);       /* sqrt(1 - sum sqrt(p q)): 0 to 1 */
double dw_total_variation(const double *p, const double *q, size_t k); /* sum |p - q| / 2 */
double dw_l_infinity(const double *p, const double *q, size_t k);      /* max |p - q| */
double dw_cosine_distance(const double *p, const double *q, size_t k); /* 1 - p.q / (|p| |q|) */

/* out[i] = counts[i] / total. */
void dw_shares(const uint64_t *counts, size_t k, uint64_t total, double *out);

/* Something in the place of zero shares. Evidently 0.7.21: 0.0001, or the least share / 10^6 when that is at most 0.0001. */
void dw_fill_evidently(double *share, size_t k);
/* Half a row, of n or of m, then the shares of that side brought back to sum 1. However rare the categories, psi between two samples of one
 * distribution then stays near its (k - 1)(1/n + 1/m), or below it. What both sides lack stays 0. */
void dw_fill_half_rows(double *p, double *q, size_t k, uint64_t n, uint64_t m);

/* How much of a distance each share makes: term[0 .. k), none negative but for rounding; they add up to psi, kl_div (p ln(p / q) - p + q),
 * the square of jensenshannon, the square of hellinger ((sqrt p - sqrt q)^2 / 2), total variation, 1 - cosine (half the squared distance of
 * the directions). */
typedef void dw_distance_terms(const double *p, const double *q, size_t k, double *term);
dw_distance_terms dw_psi_terms, dw_kl_div_terms, dw_jensenshannon_terms, dw_hellinger_terms, dw_total_variation_terms, dw_cosine_terms;

/* Where the area between the two distribution functions lies: area[i] = the integral of |F - G|^power (1: wasserstein, 2: half the square
 * of the energy distance) over [edges[i], edges[i + 1]], in the unit 2^dw_distance_scale(edges[0], edges[bins]). From every k-th value only
 * where a side has more than 4096, so that it costs little and is right to about 1e-3 of the whole. Both sides have values. */
void dw_gap_areas(dw_sorted r, dw_sorted c, int power, const double *edges, size_t bins, double *area);
/* An even exponent of a unit in which areas between low and high neither overflow nor lose digits: 0 for ranges from 2^-200 to 2^1000. */
int dw_distance_scale(double low, double high);

/* Hellinger on numbers, as Evidently bins them: Sturges edges for the count of distinct pooled values. bins (may be NULL): those, for the
 * caller to free. */
dw_status dw_hellinger_numeric(dw_sorted r, dw_sorted c, bool whole_numbers, double *out, dw_binned *bins, dw_err *err);

#endif
