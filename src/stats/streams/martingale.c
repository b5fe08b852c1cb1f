#include "stats/streams/martingale.h"

#include <assert.h>
#include <math.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"

const double dw_martingale_edges[DW_MARTINGALE_PLAIN + 1] = {0,   0.001, 0.01, 0.05, 0.1,  0.2,  0.3,   0.4, 0.5,
                                                             0.6, 0.7,   0.8,  0.9,  0.95, 0.99, 0.999, 1};

/* Density on p at t = 2p - 1: 1 + tilt * t, or 1 + tilt * (3 t^2 - 1). Normal values that move by d standard deviations bet best on a tilt
 * of about 1.7 d.
 */
enum { LOCATIONS = 6 };
static const double shape_tilt[DW_MARTINGALE_SHAPES] = {0.1, 0.3, 0.8, -0.1, -0.3, -0.8, 0.15, 0.4, -0.15, -0.4};
static const double share_multiple[DW_MARTINGALE_SHARES] = {0.25, 0.6, 1.5, 4, 30};
static const double share_most = 0.9; /* a bin is never bet to hold more */
static const double concentration[] = {16, 256};
enum { CONCENTRATIONS = sizeof concentration / sizeof *concentration };

/* How the capital of 1 is laid out. */
static const double for_location = 0.3, for_scale = 0.15, for_shares = 0.3, for_histograms = 0.25;

enum { PRODUCT_RUN = 128 }; /* factors lie between 0.2 and 2.6: no product of so many leaves the doubles */

/* --- sums of logarithms --- */

static double log_add(double a, double b)
{
  if (a < b) {
    double larger = b;
    b = a;
    a = larger;
  }
  return a - b > 40 || b == -INFINITY ? a : a + dw_log1p(dw_exp(b - a)); /* exp(-40) is less than a double of 1 can tell */
}

/* --- the bets --- */

static double bin_mass(const dw_martingale *m, size_t bin) { return m->edge[bin + 1] - m->edge[bin]; }

static double shape_weight(size_t shape)
{
  return shape < LOCATIONS ? for_location / LOCATIONS : for_scale / (DW_MARTINGALE_SHAPES - LOCATIONS);
}

/* The mass that this bet gives to the bin: its own when there is nothing to bet on. */
static double share_bet(double mass, size_t multiple)
{
  return mass < 1 ? fmin(share_multiple[multiple] * mass, fmax(share_most, mass)) : mass;
}

static double cash(uint64_t look) { return look == 0 ? 1 : 1 / (2 + dw_log((double)look)); }

size_t dw_martingale_accounts(const dw_martingale *m) { return DW_MARTINGALE_SHAPES + DW_MARTINGALE_SHARES * m->bins; }

size_t dw_martingale_restarts(const dw_martingale *m)
{
  size_t count = 0;
  while (count < DW_MARTINGALE_RESTARTS && UINT64_C(1) << count <= m->looks) count++;
  return count;
}

void dw_martingale_init(dw_martingale *m, const double *edge, size_t bins)
{
  assert(bins >= 1 && bins <= DW_MARTINGALE_BINS);
  *m = (dw_martingale){.bins = bins};
  for (size_t i = 0; i <= bins; i++) m->edge[i] = edge[i];
  for (size_t i = 0; i < DW_MARTINGALE_ACCOUNTS; i++) m->account[i] = -INFINITY;
  for (size_t i = 0; i < DW_MARTINGALE_SHAPES; i++) m->product[i] = 1;
}

/* --- one look --- */

static void settle_products(dw_martingale *m)
{
  for (size_t i = 0; i < DW_MARTINGALE_SHAPES; i++) {
    m->product_log[i] += dw_log(m->product[i]);
    m->product[i] = 1;
  }
  m->pending = 0;
}

/* Shares of the bins that [low, high] covers. */
static void count_bins(dw_martingale *m, double low, double high)
{
  size_t bin = 0;
  while (bin + 1 < m->bins && low >= m->edge[bin + 1]) bin++;
  if (high <= m->edge[bin + 1] || bin + 1 == m->bins) {
    m->fresh[bin] += 1;
    return;
  }
  for (double from = low; bin < m->bins && from < high; bin++) {
    double to = bin + 1 == m->bins ? high : fmin(high, m->edge[bin + 1]);
    m->fresh[bin] += (to - from) / (high - low);
    from = to;
  }
}

void dw_martingale_add(dw_martingale *m, double low, double high)
{
  if (low <= 0 && high >= 1) return;
  count_bins(m, low, high);
  double a = 2 * low - 1, b = 2 * high - 1, t = (a + b) / 2, s = a * a + a * b + b * b - 1; /* means of t and of 3 t^2 - 1 over [a, b] */
  for (size_t i = 0; i < LOCATIONS; i++) m->product[i] *= 1 + shape_tilt[i] * t;
  for (size_t i = LOCATIONS; i < DW_MARTINGALE_SHAPES; i++) m->product[i] *= 1 + shape_tilt[i] * s;
  if (++m->pending == PRODUCT_RUN) settle_products(m);
}

typedef struct dirichlet {
  double scale, scale_gamma_log;
  double prior[DW_MARTINGALE_BINS], prior_gamma_log[DW_MARTINGALE_BINS], mass_log[DW_MARTINGALE_BINS];
} dirichlet;

static void dirichlet_start(dirichlet *d, const double *mass, size_t bins, double scale)
{
  d->scale = scale;
  d->scale_gamma_log = dw_gamma_log(scale);
  for (size_t i = 0; i < bins; i++) {
    d->prior[i] = scale * mass[i];
    d->prior_gamma_log[i] = dw_gamma_log(d->prior[i]);
    d->mass_log[i] = dw_log(mass[i]);
  }
}

static double dirichlet_log(const dirichlet *d, const double *count, size_t bins)
{
  double total = 0, sum = 0;
  for (size_t i = 0; i < bins; i++) {
    if (count[i] <= 0) continue;
    total += count[i];
    sum += dw_gamma_log(d->prior[i] + count[i]) - d->prior_gamma_log[i] - count[i] * d->mass_log[i];
  }
  return total > 0 ? sum + d->scale_gamma_log - dw_gamma_log(d->scale + total) : 0;
}

double dw_dirichlet_capital_log(const double *count, const double *mass, size_t bins, double scale)
{
  dirichlet d;
  dirichlet_start(&d, mass, bins, scale);
  return dirichlet_log(&d, count, bins);
}

static double histograms_log(const dw_martingale *m)
{
  size_t restarts = dw_martingale_restarts(m);
  double mass[DW_MARTINGALE_BINS] = {0}, sum = -dw_log((double)restarts + 1);
  dirichlet prior[CONCENTRATIONS];
  for (size_t i = 0; i < m->bins; i++) mass[i] = bin_mass(m, i);
  for (size_t c = 0; c < CONCENTRATIONS; c++) dirichlet_start(&prior[c], mass, m->bins, concentration[c]);
  for (size_t k = 0; k < restarts; k++) {
    double since[DW_MARTINGALE_BINS];
    double weight = -dw_log((double)(k + 1) * (double)(k + 2) * CONCENTRATIONS);
    for (size_t i = 0; i < m->bins; i++) since[i] = m->seen[i] - m->restart[k][i];
    for (size_t c = 0; c < CONCENTRATIONS; c++) sum = log_add(sum, weight + dirichlet_log(&prior[c], since, m->bins));
  }
  return sum;
}

void dw_martingale_restore(dw_martingale *m)
{
  double sum = log_add(dw_log((1 - for_histograms) * cash(m->looks)), dw_log(for_histograms) + histograms_log(m));
  for (size_t i = 0; i < dw_martingale_accounts(m); i++) sum = log_add(sum, m->account[i]);
  m->value = m->looks ? sum : 0;
}

/* What leaves the cash goes to every density by its weight, before the look is paid. */
static void pay(dw_martingale *m, size_t account, double put_log, double gain_log)
{
  m->account[account] = log_add(m->account[account], put_log) + gain_log;
}

void dw_martingale_settle(dw_martingale *m)
{
  double total = 0;
  for (size_t i = 0; i < m->bins; i++) total += m->fresh[i];
  if (total <= 0) return;
  settle_products(m);
  double released = cash(m->looks) - cash(m->looks + 1);
  for (size_t i = 0; i < DW_MARTINGALE_SHAPES; i++) {
    pay(m, i, dw_log(shape_weight(i) * released), m->product_log[i]);
    m->product_log[i] = 0;
  }
  double put_log = dw_log(for_shares * released / (double)(DW_MARTINGALE_SHARES * m->bins));
  for (size_t bin = 0, account = DW_MARTINGALE_SHAPES; bin < m->bins; bin++) {
    double mass = bin_mass(m, bin), in = m->fresh[bin], out = total - m->fresh[bin];
    for (size_t k = 0; k < DW_MARTINGALE_SHARES; k++, account++) {
      double bet = share_bet(mass, k);
      double gain = mass == bet ? 0 : in * dw_log(bet / mass) + out * dw_log((1 - bet) / (1 - mass));
      pay(m, account, put_log, gain);
    }
  }
  m->looks++;
  size_t restarts = dw_martingale_restarts(m);
  if (restarts > 0 && UINT64_C(1) << (restarts - 1) == m->looks)
    for (size_t i = 0; i < m->bins; i++) m->restart[restarts - 1][i] = m->seen[i];
  for (size_t i = 0; i < m->bins; i++) {
    m->seen[i] += m->fresh[i];
    m->fresh[i] = 0;
  }
  dw_martingale_restore(m);
  if (m->value > m->highest) m->highest = m->value;
}
