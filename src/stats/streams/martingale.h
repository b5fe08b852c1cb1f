/* martingale: a bet against "these p-values are uniform", paid at every look, that hardly ever grows large when they are.
 *
 *   dw_martingale m;
 *   dw_martingale_init(&m, dw_martingale_edges, DW_MARTINGALE_PLAIN);
 *   at each look: dw_martingale_add(&m, low, high) for each p-value, then dw_martingale_settle(&m);
 *   m.value is the logarithm of the capital now, m.highest of the most that it was after any look, 1 at the start
 *
 * When the p-values are independent and uniform on [0, 1] the capital is a martingale that starts at 1, and Ville's inequality (1939) says
 * that it ever reaches 1/alpha with probability at most alpha, however many looks there are: exp(-highest) is a p-value at any time, the
 * capital an e-value. Smoothed conformal p-values (stats/streams/conformal.h) of exchangeable data are such: Vovk, Nouretdinov, Gammerman,
 * "Testing exchangeability on-line", ICML 2003.
 *
 * Of a p-value that is spread evenly over [low, high] (a rank with ties) the capital is taken in the mean: for the densities of location
 * and scale the mean itself, for bins its geometric lower bound, counting shares of bins. Taking means over what chance alone adds keeps a
 * martingale one, and a smaller capital keeps the promise; a p-value that is spread over all of [0, 1] says nothing and changes nothing.
 *
 * The bets are fixed before a look and mixed: the densities 1 + e (2p - 1) of a change of location, 1 + e (3 (2p - 1)^2 - 1) of a change of
 * scale, more or less mass in one bin, and histograms learned on the way (Dirichlet mixtures over the bins, closed form). Money that has
 * not been bet waits in cash: 1 / (2 + ln t) of it still after look t, so that a change which comes late finds something to grow (the prior
 * over the time of change, as in Vovk et al., "Retrain or not retrain: conformal test martingales for change-point detection", COPA 2021).
 * Bets on the same density share one account whenever they began; histograms begin anew at looks 1, 2, 4, 8 ... All are martingales, and so
 * is their sum.
 */
#ifndef DW_STATS_MARTINGALE_H
#define DW_STATS_MARTINGALE_H

#include <stddef.h>
#include <stdint.h>

enum {
  DW_MARTINGALE_BINS = 32,   /* at most */
  DW_MARTINGALE_PLAIN = 16,  /* those of dw_martingale_edges */
  DW_MARTINGALE_SHAPES = 10, /* location and scale */
  DW_MARTINGALE_SHARES = 5,  /* multiples of its mass that a bin is bet to have */
  DW_MARTINGALE_ACCOUNTS = DW_MARTINGALE_SHAPES + DW_MARTINGALE_SHARES * DW_MARTINGALE_BINS,
  DW_MARTINGALE_RESTARTS = 40
};

/* Bins for numbers: tenths, with fine ones at both ends for values that were rare or unheard of. */
extern const double dw_martingale_edges[DW_MARTINGALE_PLAIN + 1];

typedef struct dw_martingale {
  /* What lasts: looks, seen, account, restart, highest, and bins and edge, which the caller gives. The rest follows from them. */
  size_t bins;
  double edge[DW_MARTINGALE_BINS + 1];
  uint64_t looks;                                             /* settled, those that said something */
  double seen[DW_MARTINGALE_BINS];                            /* p-values by bin */
  double account[DW_MARTINGALE_ACCOUNTS];                     /* logarithm of the capital on each density; -INFINITY: none */
  double restart[DW_MARTINGALE_RESTARTS][DW_MARTINGALE_BINS]; /* `seen` before look 2^k, of those that were */
  double value, highest;
  /* The look being taken. */
  double fresh[DW_MARTINGALE_BINS];
  double product[DW_MARTINGALE_SHAPES], product_log[DW_MARTINGALE_SHAPES];
  unsigned pending;
} dw_martingale;

/* edge[0..bins]: ascending from 0 to 1, each bin wider than 0. */
void dw_martingale_init(dw_martingale *m, const double *edge, size_t bins);
size_t dw_martingale_accounts(const dw_martingale *m);             /* in use */
size_t dw_martingale_restarts(const dw_martingale *m);             /* powers of two up to looks */
void dw_martingale_add(dw_martingale *m, double low, double high); /* low == high: one point */
void dw_martingale_settle(dw_martingale *m); /* ends a look; one without p-values, or none that says anything, is none */
/* Computes value from what lasts (after reading it back). */
void dw_martingale_restore(dw_martingale *m);

/* The logarithm of a Dirichlet mixture's capital: of multinomial counts under Dirichlet(concentration * mass) against their likelihood
 * under mass. */
double dw_dirichlet_capital_log(const double *count, const double *mass, size_t bins, double concentration);

#endif
