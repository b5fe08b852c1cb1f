/* dist: the distributions that synthetic columns draw from, as quantile functions.
 *
 * One number in, one value out, and monotone: so a value depends on its own random number only, and a Gaussian copula can
 * correlate any two columns. The normal family takes a standard normal z, the others a uniform u in (0, 1); dw_dist_normal()
 * says which.
 *
 *   dw_dist dist = {.type = DW_DIST_GAMMA, .p = {2.5, 40}};
 *   dw_dist_prepare(&dist, &arena);
 *   dw_dist_fill(&dist, z, n, out);
 *
 * Accuracy: relative error of a quantile below 1e-12, but for gamma and beta (interpolated, see dist.c) below 1e-6, and 1e-8 for
 * parameters from 1 on: finer than 10^12 draws could show. Only base/fmath.h and stats/distributions/special.h compute: the same
 * bits on every machine.
 */
#ifndef DW_SYNTH_DIST_H
#define DW_SYNTH_DIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

typedef enum dw_dist_type {
  DW_DIST_NORMAL,      /* mean, sd */
  DW_DIST_LOGNORMAL,   /* mu, sigma: mean and deviation of the logarithm */
  DW_DIST_GAMMA,       /* shape, scale: mean = shape * scale */
  DW_DIST_BETA,        /* alpha, beta */
  DW_DIST_EXPONENTIAL, /* mean */
  DW_DIST_UNIFORM,     /* low, high */
  DW_DIST_INTEGER,     /* low, high: whole numbers, both included */
  DW_DIST_POISSON,     /* mean */
  DW_DIST_BERNOULLI,   /* p: the value is 1 with probability p, else 0 */
  DW_DIST_CATEGORICAL, /* weights: the value is the index of the category */
  DW_DIST_TYPES
} dw_dist_type;

/* One parameter: its name and what it may be. */
typedef struct dw_dist_param {
  const char *name; /* NULL: there is none */
  double low, high;
  bool open;  /* low itself is not allowed */
  bool whole; /* a whole number */
} dw_dist_param;

typedef struct dw_dist_info {
  const char *name;
  dw_dist_param param[2];
} dw_dist_info;

extern const dw_dist_info dw_dist_table[DW_DIST_TYPES];

typedef struct dw_dist {
  dw_dist_type type;
  double p[2];           /* in the order of dw_dist_table */
  const double *weights; /* CATEGORICAL: count of them; the caller's */
  size_t count;
  const struct dw_dist_knots *knots; /* made by dw_dist_prepare, in the arena it was given */
} dw_dist;

/* NULL when the parameters are possible, otherwise what is wrong with them ("low is above high"). Ranges of single parameters
 * are dw_dist_table's; this checks them too. */
const char *dw_dist_wrong(const dw_dist *dist);

/* Tables for gamma, beta, Poisson and categorical; nothing to do for the others. The parameters must be possible. */
void dw_dist_prepare(dw_dist *dist, dw_arena *arena);

/* Same type and parameters: one can use the other's tables. */
bool dw_dist_same(const dw_dist *a, const dw_dist *b);

bool dw_dist_normal(dw_dist_type type); /* takes a standard normal z; otherwise a uniform u */

/* out[i] = quantile at in[i] (z or u). in and out may be the same array. Prepared. */
void dw_dist_fill(const dw_dist *dist, const double *in, size_t count, double *out);

/* One quantile, 0 < u < 1; dw_dist_fill is faster for many. */
double dw_dist_quantile(const dw_dist *dist, double u);

#endif
