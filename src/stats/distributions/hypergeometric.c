#include "stats/distributions/hypergeometric.h"

#include <math.h>

#include "stats/distributions/special.h"

dw_hypergeometric dw_hypergeometric_make(uint64_t white, uint64_t black, uint64_t drawn)
{
  dw_hypergeometric law = {.white = white, .black = black, .drawn = drawn};
  law.low = drawn > black ? drawn - black : 0;
  law.high = drawn < white ? drawn : white;
  double all = (double)white + (double)black, share = all > 0 ? (double)white / all : 0;
  law.mean = (double)drawn * share;
  law.sd = all > 1 ? sqrt(law.mean * ((double)black / all) * ((all - (double)drawn) / (all - 1))) : 0;
  return law;
}

double dw_hypergeometric_pmf(const dw_hypergeometric *law, uint64_t k)
{
  if (k < law->low || k > law->high) return 0;
  if (law->low == law->high) return 1;
  double p = (double)law->drawn / ((double)law->white + (double)law->black);
  return dw_binomial_pmf(k, law->white, p) * dw_binomial_pmf(law->drawn - k, law->black, p) /
         dw_binomial_pmf(law->drawn, law->white + law->black, p);
}

/* pmf(k + 1) / pmf(k) upwards, pmf(k - 1) / pmf(k) downwards: both fall the further out k is. */
static double step(const dw_hypergeometric *law, double k, bool up)
{
  double white = (double)law->white, drawn = (double)law->drawn, black_left = (double)law->black - (drawn - k);
  if (up) return (white - k) * (drawn - k) / ((k + 1) * (black_left + 1));
  return k * black_left / ((white - k + 1) * (drawn - k + 1));
}

double dw_hypergeometric_tail(const dw_hypergeometric *law, uint64_t k, bool up, uint64_t terms)
{
  double sum = 0, term = 1, x = (double)k, end = (double)(up ? law->high : law->low), ratio = 0;
  for (uint64_t i = 0; i < terms; i++) {
    sum += term;
    if (x == end) return sum;
    ratio = step(law, x, up);
    term *= ratio;
    if (term < 1e-17 * sum) return sum;
    x += up ? 1 : -1;
  }
  return ratio < 1 ? sum + term / (1 - ratio) : INFINITY;
}

static double tail_of(const dw_hypergeometric *law, uint64_t k, bool up)
{
  return fmin(1, dw_hypergeometric_pmf(law, k) * dw_hypergeometric_tail(law, k, up, DW_HYPERGEOMETRIC_TERMS));
}

double dw_hypergeometric_lower(const dw_hypergeometric *law, uint64_t k)
{
  if (k < law->low) return 0;
  if (k >= law->high) return 1;
  return (double)k <= law->mean ? tail_of(law, k, false) : 1 - tail_of(law, k + 1, true);
}

double dw_hypergeometric_upper(const dw_hypergeometric *law, uint64_t k)
{
  if (k > law->high) return 0;
  if (k <= law->low) return 1;
  return (double)k >= law->mean ? tail_of(law, k, true) : 1 - tail_of(law, k - 1, false);
}

/* dw_hypergeometric_upper(law, k) <= tail < 1, of most values told long before the tail is summed to the last term: what is summed so far
 * may be too much already, and the geometric series for the rest too little. Within rounding of the limit the whole sum says it. */
static bool upper_fits(const dw_hypergeometric *law, uint64_t k, double tail)
{
  enum { BETWEEN = 8 };
  const double clear = 1 - 1e-9;
  double pmf = k > law->low && k <= law->high && (double)k >= law->mean ? dw_hypergeometric_pmf(law, k) : 0;
  double sum = 0, term = 1, x = (double)k, ratio = 0;
  for (int i = 0; pmf > 0 && i < DW_HYPERGEOMETRIC_TERMS && x + BETWEEN < (double)law->high; i += BETWEEN) {
    for (int j = 0; j < BETWEEN; j++, x++) {
      sum += term;
      ratio = step(law, x, true);
      term *= ratio;
    }
    if (pmf * sum > tail) return false;
    if (ratio < 1 && pmf * (sum + term / (1 - ratio)) < tail * clear) return true;
    if (term < 1e-9 * sum) break;
  }
  return dw_hypergeometric_upper(law, k) <= tail;
}

/* Where a normal law with the same mean, deviation and skewness would have this tail (Cornish and Fisher 1938). */
static double start_of(const dw_hypergeometric *law, double z)
{
  double all = (double)law->white + (double)law->black, drawn = (double)law->drawn;
  double skew = law->sd > 0 && all > 2 ? (1 - 2 * (double)law->white / all) * (1 - 2 * drawn / all) * (all / (all - 2)) / law->sd : 0;
  return law->mean + law->sd * (z + skew * (z * z - 1) / 6);
}

/* The first value from which on the upper tail is at most `tail` < 1, in low + 1 … high + 1: from a guess by doubling steps until it lies
 * between two values looked at, then by halves. */
static uint64_t first_above(const dw_hypergeometric *law, double z, double tail)
{
  double guess = ceil(start_of(law, z));
  uint64_t from = guess >= (double)law->high ? law->high : guess <= (double)law->low ? law->low + 1 : (uint64_t)guess;
  uint64_t outside = law->low, inside = law->high + 1; /* the tail is larger at `outside`, small enough at `inside` */
  for (uint64_t stride = 1; inside - outside > 1; stride *= 2) {
    bool fits = upper_fits(law, from, tail);
    if (fits) inside = from;
    else outside = from;
    if (inside - outside <= 2 * stride || (inside != law->high + 1 && outside != law->low)) break;
    from = fits ? (from - outside > stride ? from - stride : outside + 1) : (inside - from > stride ? from + stride : inside - 1);
  }
  while (inside - outside > 1) {
    uint64_t middle = outside + (inside - outside) / 2;
    if (upper_fits(law, middle, tail)) inside = middle;
    else outside = middle;
  }
  return inside;
}

dw_tails dw_hypergeometric_tails(const dw_hypergeometric *law, double tail)
{
  if (law->low == law->high || !(tail > 0)) return (dw_tails){law->low, law->high + 1};
  double z = -dw_normal_quantile(fmin(tail, 0.5));
  dw_tails tails = {.high = first_above(law, z, tail)};
  /* The lower tail is the upper tail of the black balls. */
  dw_hypergeometric mirror = dw_hypergeometric_make(law->black, law->white, law->drawn);
  tails.low = law->drawn + 1 - first_above(&mirror, z, tail);
  return tails;
}
