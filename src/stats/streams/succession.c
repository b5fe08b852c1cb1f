#include "stats/streams/succession.h"

#include <math.h>

static const double most_phi = 0.98;

/* phi^gap */
static double carried(double phi, int64_t gap)
{
  double product = 1;
  for (; gap > 0 && product > 1e-12; gap--) product *= phi;
  return gap > 0 ? 0 : product;
}

/* Autocorrelation of neighbours; what is off the line when slope is not 0. */
static double neighbours(const int64_t *at, const double *x, size_t n, double mean, double slope, double middle, double freedom)
{
  double squares = 0, products = 0;
  size_t pairs = 0;
  for (size_t i = 0; i < n; i++) {
    double c = x[i] - mean - slope * ((double)(at[i] - at[0]) - middle);
    squares += c * c;
    if (i == 0 || at[i] != at[i - 1] + 1) continue;
    products += c * (x[i - 1] - mean - slope * ((double)(at[i - 1] - at[0]) - middle));
    pairs++;
  }
  if (!(squares > 0) || pairs < 2) return 0;
  double r = products / squares * (double)(n - 1) / (double)pairs;
  if (r < 1 / sqrt((double)n)) return 0; /* within its standard error */
  return fmin(fmax(r + (freedom + 4 * r) / (double)n, 0), most_phi);
}

static void fit_line(const int64_t *at, const double *x, size_t n, double mean, double *slope, double *middle)
{
  double across = 0, along = 0;
  *middle = *slope = 0;
  for (size_t i = 0; i < n; i++) *middle += (double)(at[i] - at[0]) / (double)n;
  for (size_t i = 0; i < n; i++) {
    double t = (double)(at[i] - at[0]) - *middle;
    across += t * (x[i] - mean);
    along += t * t;
  }
  if (along > 0) *slope = across / along;
}

/* One number more under the line 1, t; its residual. */
static double next_on_line(dw_succession *s, int64_t at, double x)
{
  double keep = s->count ? carried(s->phi, at - s->at) : 0;
  double even = sqrt((1 - s->phi * s->phi) / fmax(1 - keep * keep, 1e-12)); /* a longer gap leaves more to chance */
  double one = 1 - keep, t = (double)(at - s->first) - keep * (double)(s->at - s->first), y = x - keep * s->x;
  if (s->count == 0) t = (double)(at - s->first), one = 1, y = x;
  one *= even, t *= even, y *= even;
  double a = s->tt[0], b = s->tt[1], c = s->tt[2], whole = a * c - b * b, residual = NAN;
  if (s->count >= DW_SUCCESSION_LOST && whole > 0) {
    double level = (c * s->tx[0] - b * s->tx[1]) / whole, slope = (a * s->tx[1] - b * s->tx[0]) / whole;
    double spread = (c * one * one - 2 * b * one * t + a * t * t) / whole;
    residual = (y - level * one - slope * t) / sqrt(1 + spread);
  }
  if (s->count > 0) { /* the first number has none before it to be freed from */
    s->tt[0] += one * one, s->tt[1] += one * t, s->tt[2] += t * t;
    s->tx[0] += one * y, s->tx[1] += t * y;
  }
  return residual;
}

double dw_succession_next(dw_succession *s, int64_t at, double x)
{
  double residual;
  if (s->line) {
    residual = next_on_line(s, at, x);
  } else if (s->count == 0) {
    residual = (x - s->mean) * sqrt(1 - s->phi * s->phi);
  } else {
    double keep = carried(s->phi, at - s->at);
    residual = (x - s->mean - keep * (s->x - s->mean)) * sqrt((1 - s->phi * s->phi) / (1 - keep * keep));
  }
  s->at = at;
  s->x = x;
  s->count++;
  return residual;
}

void dw_succession_fit(dw_succession *s, const int64_t *at, const double *x, size_t n, bool line, double *residual)
{
  double slope = 0, middle = 0;
  *s = (dw_succession){.line = line, .first = at[0]};
  for (size_t i = 0; i < n; i++) s->mean += x[i];
  s->mean /= (double)n;
  if (line) fit_line(at, x, n, s->mean, &slope, &middle);
  s->phi = neighbours(at, x, n, s->mean, slope, middle, line ? 2 : 1);
  for (size_t i = 0; i < n; i++) residual[i] = dw_succession_next(s, at[i], x[i]);
}
