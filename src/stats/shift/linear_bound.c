#include "stats/shift/linear_bound.h"

#include <math.h>
#include <stdbool.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"

enum { STEPS = 30 };

typedef struct problem {
  const uint64_t *size;
  const double *score;
  size_t cells;
  double share, drawn, seen;
} problem;

/* The logarithm of the bound without its last factors, its slope and curvature in theta and eta. */
typedef struct look {
  double value, slope[2], curve[3]; /* curve: theta theta, theta eta, eta eta */
} look;

static look look_at(const problem *p, double theta, double eta)
{
  look l = {.value = -theta * p->seen - eta * p->drawn, .slope = {-p->seen, -p->drawn}};
  for (size_t k = 0; k < p->cells; k++) {
    double size = (double)p->size[k], a = p->score[k], t = theta * a + eta;
    /* log(1 - f + f e^t), for large t without overflow */
    double small = t > 0 ? dw_exp(-t) : dw_exp(t), weight = t > 0 ? (1 - p->share) * small + p->share : 1 - p->share + p->share * small;
    double chance = (t > 0 ? p->share : p->share * small) / weight, spread = size * chance * (1 - chance);
    l.value += size * (dw_log(weight) + (t > 0 ? t : 0));
    l.slope[0] += size * chance * a;
    l.slope[1] += size * chance;
    l.curve[0] += spread * a * a;
    l.curve[1] += spread * a;
    l.curve[2] += spread;
  }
  return l;
}

double dw_linear_bound(const uint64_t *size, const double *score, size_t cells, uint64_t drawn, double seen)
{
  double rows = 0, mean = 0, theta = 0, eta = 0;
  for (size_t k = 0; k < cells; k++) {
    rows += (double)size[k];
    mean += (double)size[k] * score[k];
  }
  problem p = {size, score, cells, (double)drawn / rows, (double)drawn, seen};
  if (seen <= mean * p.share) return 1;
  look now = look_at(&p, theta, eta);
  for (int i = 0; i < STEPS; i++) {
    double scale = now.curve[0] * now.curve[2] - now.curve[1] * now.curve[1];
    if (!(scale > 1e-12 * now.curve[0] * now.curve[2])) break; /* nearly all rows are where they must be: what there is holds */
    double step[2] = {(now.curve[1] * now.slope[1] - now.curve[2] * now.slope[0]) / scale,
                      (now.curve[1] * now.slope[0] - now.curve[0] * now.slope[1]) / scale};
    double length = 1;
    look next = look_at(&p, theta + step[0], eta + step[1]);
    for (; length > 1e-4 && (!(next.value < now.value) || theta + length * step[0] < 0); length *= 0.5)
      next = look_at(&p, theta + 0.5 * length * step[0], eta + 0.5 * length * step[1]);
    if (!(next.value < now.value) || theta + length * step[0] < 0) break;
    bool done = now.value - next.value < 1e-3;
    theta += length * step[0];
    eta += length * step[1];
    now = next;
    if (done) break;
  }
  double tilted = fmin(1, 0.46882235549939533 / sqrt(now.curve[2]));
  double log_whole = dw_log(dw_binomial_pmf(drawn, (uint64_t)rows, p.share));
  return fmin(1, dw_exp(now.value + dw_log(tilted) - log_whole));
}
