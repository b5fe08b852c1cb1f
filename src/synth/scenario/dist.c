#include "synth/scenario/dist.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"

#define WHOLE_LIMIT 9007199254740992.0 /* 2^53: beyond it doubles skip whole numbers */
#define REAL_LIMIT 1e300

const dw_dist_info dw_dist_table[DW_DIST_TYPES] = {
    [DW_DIST_NORMAL] = {"normal", {{"mean", -REAL_LIMIT, REAL_LIMIT, false, false}, {"sd", 0, REAL_LIMIT, true, false}}},
    [DW_DIST_LOGNORMAL] = {"lognormal", {{"mu", -600, 600, false, false}, {"sigma", 0, 10, true, false}}},
    [DW_DIST_GAMMA] = {"gamma", {{"shape", 0.05, 1e6, false, false}, {"scale", 0, REAL_LIMIT, true, false}}},
    [DW_DIST_BETA] = {"beta", {{"alpha", 0.05, 1e6, false, false}, {"beta", 0.05, 1e6, false, false}}},
    [DW_DIST_EXPONENTIAL] = {"exponential", {{"mean", 0, REAL_LIMIT, true, false}}},
    [DW_DIST_UNIFORM] = {"uniform", {{"low", -REAL_LIMIT, REAL_LIMIT, false, false}, {"high", -REAL_LIMIT, REAL_LIMIT, false, false}}},
    [DW_DIST_INTEGER] = {"integer", {{"low", -WHOLE_LIMIT, WHOLE_LIMIT, false, true}, {"high", -WHOLE_LIMIT, WHOLE_LIMIT, false, true}}},
    [DW_DIST_POISSON] = {"poisson", {{"mean", 0, 1e6, true, false}}},
    [DW_DIST_BERNOULLI] = {"bernoulli", {{"p", 0, 1, false, false}}},
    [DW_DIST_CATEGORICAL] = {"categorical", {{NULL, 0, 0, false, false}}},
};

/* Gamma and beta: y = ln x (gamma, of scale 1) or y = ln(x / (1 - x)) (beta) as a function of the normal score z is smooth over the whole
 * line, tails included, so a cubic through knots with their exact slopes (Hermite) follows it. Draws of 52 bits stay within |z| <
 * 8.3; what a copula adds beyond the last knot is clamped.
 * Poisson and categorical: cumulative probabilities, and a guide table (Chen and Asau 1974) that says where to start looking. */
enum { KNOTS = 257, GUIDE = 256 };
#define KNOT_LIMIT 8.6
#define KNOT_STEP (2 * KNOT_LIMIT / (KNOTS - 1))

struct dw_dist_knots {
  double value[KNOTS]; /* y at the knots */
  double slope[KNOTS]; /* dy/dz times the step */
  double *cumulative;  /* count of them, the last is 1 */
  size_t count;
  uint32_t guide[GUIDE + 1];
  double first; /* value that the first entry stands for */
};

const char *dw_dist_wrong(const dw_dist *dist)
{
  const dw_dist_info *info = &dw_dist_table[dist->type];
  for (int i = 0; i < 2 && info->param[i].name; i++) {
    const dw_dist_param *param = &info->param[i];
    double value = dist->p[i];
    if (!(value >= param->low && value <= param->high) || (param->open && value == param->low)) return "a parameter is out of range";
    if (param->whole && value != floor(value)) return "a parameter is not a whole number";
  }
  if ((dist->type == DW_DIST_UNIFORM || dist->type == DW_DIST_INTEGER) && dist->p[0] > dist->p[1]) return "low is above high";
  if (dist->type == DW_DIST_CATEGORICAL) {
    double sum = 0;
    if (dist->count == 0) return "there are no values";
    for (size_t i = 0; i < dist->count; i++) {
      if (!(dist->weights[i] >= 0 && dist->weights[i] <= 1e15)) return "a weight is negative or above 1e15";
      sum += dist->weights[i];
    }
    if (!(sum > 0)) return "all weights are 0";
  }
  return NULL;
}

bool dw_dist_same(const dw_dist *a, const dw_dist *b)
{
  if (a->type != b->type || a->p[0] != b->p[0] || a->p[1] != b->p[1] || a->count != b->count) return false;
  return a->count == 0 || memcmp(a->weights, b->weights, a->count * sizeof *a->weights) == 0;
}

bool dw_dist_normal(dw_dist_type type) { return type <= DW_DIST_BETA; }

/* ---- gamma and beta: ln of the lower tail as a function of y, and its slope ---- */

typedef struct tail {
  double log_tail; /* ln P(Y <= y) */
  double slope;    /* its derivative by y */
} tail;

/* ln of x^a / (a * Gamma(a)) e^-x …: far below every other scale the tail is its leading term. */
#define FAR_BELOW (-40.0)

static tail gamma_lower(double shape, double y)
{
  if (y < FAR_BELOW) return (tail){shape * y - dw_gamma_log(shape + 1), shape};
  double x = dw_exp(y);
  double lower = dw_gamma_p(shape, x);
  return (tail){dw_log(lower), dw_exp(shape * y - x - dw_gamma_log(shape)) / lower};
}

static tail gamma_upper(double shape, double y)
{
  double x = dw_exp(y);
  double upper = dw_gamma_q(shape, x);
  return (tail){dw_log(upper), -dw_exp(shape * y - x - dw_gamma_log(shape)) / upper};
}

static tail beta_lower(double a, double b, double y)
{
  if (y < FAR_BELOW) return (tail){a * y - dw_log(a) - dw_beta_log(a, b), a};
  double e = dw_exp(-fabs(y));
  double small = e / (1 + e), large = 1 / (1 + e); /* the smaller and the larger of x and 1 - x */
  double log_small = -fabs(y) - dw_log1p(e), log_large = -dw_log1p(e);
  double lower = y <= 0 ? dw_beta_i(a, b, small) : dw_beta_ic(b, a, small);
  double log_x = y <= 0 ? log_small : log_large, log_rest = y <= 0 ? log_large : log_small;
  if (y > 0 && lower < 1e-3) lower = dw_beta_i(a, b, large);
  return (tail){dw_log(lower), dw_exp(a * log_x + b * log_rest - dw_beta_log(a, b)) / lower};
}

/* By z: the lower tail on the left of the median, the upper on the right, so that neither is ever a difference from 1. */
static tail dist_tail(const dw_dist *dist, bool upper, double y)
{
  if (dist->type == DW_DIST_GAMMA) return upper ? gamma_upper(dist->p[0], y) : gamma_lower(dist->p[0], y);
  if (!upper) return beta_lower(dist->p[0], dist->p[1], y);
  tail mirrored = beta_lower(dist->p[1], dist->p[0], -y);
  return (tail){mirrored.log_tail, -mirrored.slope};
}

/* The y at which the tail has the wanted logarithm, and the tail's slope there: Newton's method from `start`, kept inside a bracket that
 * shrinks. Steps square their error: after one below 1e-8 there is nothing left to gain. */
static double dist_solve(const dw_dist *dist, bool upper, double wanted, double start, double *slope)
{
  double low = -1e5, high = 1e5, y = start;
  for (int i = 0; i < 200; i++) {
    tail t = dist_tail(dist, upper, y);
    double off = t.log_tail - wanted;
    if ((off < 0) != upper) low = y;
    else high = y;
    double next = y - off / t.slope;
    if (!(next > low && next < high)) next = (low + high) / 2; /* a NaN too: the tail underflowed */
    *slope = t.slope;
    if (fabs(next - y) <= 1e-8 * (1 + fabs(y))) return next;
    y = next;
  }
  return y;
}

/* Somewhere near the median: of the tail's leading term for a small first parameter, of the mean otherwise. */
static double dist_middle(double a, double b, bool beta)
{
  if (beta && a > b) return -dist_middle(b, a, true);
  if (a < 1) return (dw_log(0.5) + (beta ? dw_log(a) + dw_beta_log(a, b) : dw_gamma_log(a + 1))) / a;
  return dw_log(beta ? a / b : a);
}

/* Knot k by the one or two before it in the direction of the walk (before = -1: k grows); the two-step cubic extrapolation. */
static double knots_predict(const struct dw_dist_knots *knots, int k, int before, int steps)
{
  const double *v = knots->value + k, *s = knots->slope + k;
  double sign = -before;
  if (steps == 1) return v[before] + sign * s[before];
  return 5 * v[2 * before] - 4 * v[before] + sign * (4 * s[before] + 2 * s[2 * before]);
}

static void knots_fill(struct dw_dist_knots *knots, const dw_dist *dist)
{
  const double root_two_pi = 2.5066282746310005;
  enum { MIDDLE = KNOTS / 2 };
  for (int step = 0; step < KNOTS; step++) {
    /* from the median to the right end, then from the median to the left end */
    int k = step <= MIDDLE ? MIDDLE + step : KNOTS - 1 - step;
    double z = (k - MIDDLE) * KNOT_STEP, one_tail = dw_normal_sf(fabs(z)), slope;
    bool upper = z > 0;
    double start = step == 0 ? dist_middle(dist->p[0], dist->p[1], dist->type == DW_DIST_BETA)
                             : knots_predict(knots, k, upper ? -1 : 1, upper && step == 1 ? 1 : 2);
    knots->value[k] = dist_solve(dist, upper, dw_log(one_tail), start, &slope);
    /* dy/dz = phi(z) / (density of y); the slope of the tail's logarithm is density / tail */
    knots->slope[k] = dw_exp(-z * z / 2) / root_two_pi / (fabs(slope) * one_tail) * KNOT_STEP;
  }
}

static inline double knots_at(const struct dw_dist_knots *knots, double z)
{
  double place = (z + KNOT_LIMIT) * (1 / KNOT_STEP);
  if (!(place > 0)) place = 0;
  if (place >= KNOTS - 1) return knots->value[KNOTS - 1];
  int k = (int)place;
  double t = place - k;
  double v0 = knots->value[k], rise = knots->value[k + 1] - v0, s0 = knots->slope[k], s1 = knots->slope[k + 1];
  return v0 + t * (s0 + t * (3 * rise - 2 * s0 - s1 + t * (s0 + s1 - 2 * rise)));
}

/* ---- Poisson and categorical ---- */

static void guide_fill(struct dw_dist_knots *knots)
{
  size_t index = 0;
  for (size_t g = 0; g <= GUIDE; g++) {
    double u = (double)g / GUIDE;
    while (index + 1 < knots->count && knots->cumulative[index] < u) index++;
    knots->guide[g] = (uint32_t)index;
  }
}

static inline double guide_look(const struct dw_dist_knots *knots, double u)
{
  size_t index = knots->guide[(size_t)(u * GUIDE)];
  while (knots->cumulative[index] < u && index + 1 < knots->count) index++;
  return knots->first + (double)index;
}

static void cumulate(struct dw_dist_knots *knots, const double *weights, size_t count, double *cumulative)
{
  double total = 0, sum = 0, above = 0;
  size_t last = 0; /* with a weight: rounding of the sums must not choose one without */
  for (size_t i = 0; i < count; i++) {
    total += weights[i];
    if (weights[i] > 0) last = i;
  }
  /* Summed from below up to the middle and from above down to it, so that both ends are exact. weights may be cumulative. */
  size_t middle = 0;
  for (; middle < last && (sum + weights[middle]) * 2 < total; middle++) {
    sum += weights[middle];
    cumulative[middle] = sum / total;
  }
  for (size_t i = count; i-- > middle;) {
    double weight = weights[i];
    cumulative[i] = i >= last ? 1 : 1 - above / total;
    above += weight;
  }
  knots->cumulative = cumulative;
  knots->count = last + 1;
  guide_fill(knots);
}

/* From 10 deviations (and 20) below the mean to as far above: what is left out weighs less than 1e-20. */
static void poisson_fill(struct dw_dist_knots *knots, double mean, dw_arena *arena)
{
  double reach = 10 * sqrt(mean) + 20;
  double first = mean > reach ? floor(mean - reach) : 0;
  size_t count = (size_t)(mean + reach - first) + 2;
  double *weights = dw_arena_alloc(arena, count * sizeof *weights);
  weights[0] = dw_exp(first * dw_log(mean) - mean - dw_gamma_log(first + 1));
  for (size_t i = 1; i < count; i++) weights[i] = weights[i - 1] * (mean / (first + (double)i));
  cumulate(knots, weights, count, weights);
  knots->first = first;
}

void dw_dist_prepare(dw_dist *dist, dw_arena *arena)
{
  assert(!dw_dist_wrong(dist));
  dist->knots = NULL;
  if (dist->type != DW_DIST_GAMMA && dist->type != DW_DIST_BETA && dist->type != DW_DIST_POISSON && dist->type != DW_DIST_CATEGORICAL)
    return;
  struct dw_dist_knots *knots = dw_arena_alloc(arena, sizeof *knots);
  memset(knots, 0, sizeof *knots);
  if (dist->type == DW_DIST_CATEGORICAL) cumulate(knots, dist->weights, dist->count, dw_arena_alloc(arena, dist->count * sizeof(double)));
  else if (dist->type == DW_DIST_POISSON) poisson_fill(knots, dist->p[0], arena);
  else knots_fill(knots, dist);
  dist->knots = knots;
}

/* ---- quantiles ---- */

static void integer_fill(double low, double high, const double *in, size_t count, double *out)
{
  double span = high - low + 1;
  for (size_t i = 0; i < count; i++) {
    double value = low + floor(in[i] * span);
    out[i] = value > high ? high : value;
  }
}

void dw_dist_fill(const dw_dist *dist, const double *in, size_t count, double *out)
{
  const double a = dist->p[0], b = dist->p[1];
  switch (dist->type) {
  case DW_DIST_NORMAL:
    for (size_t i = 0; i < count; i++) out[i] = a + b * in[i];
    return;
  case DW_DIST_LOGNORMAL:
    for (size_t i = 0; i < count; i++) out[i] = dw_exp(a + b * in[i]);
    return;
  case DW_DIST_GAMMA:
    for (size_t i = 0; i < count; i++) out[i] = b * dw_exp(knots_at(dist->knots, in[i]));
    return;
  case DW_DIST_BETA:
    for (size_t i = 0; i < count; i++) out[i] = 1 / (1 + dw_exp(-knots_at(dist->knots, in[i])));
    return;
  case DW_DIST_EXPONENTIAL:
    for (size_t i = 0; i < count; i++) out[i] = -a * dw_log1p(in[i] < 1 ? -in[i] : -(1 - 0x1p-53));
    return;
  case DW_DIST_UNIFORM:
    /* not a + (b - a) * u: b - a may overflow */
    for (size_t i = 0; i < count; i++) out[i] = a * (1 - in[i]) + b * in[i];
    return;
  case DW_DIST_INTEGER: integer_fill(a, b, in, count, out); return;
  case DW_DIST_BERNOULLI:
    for (size_t i = 0; i < count; i++) out[i] = in[i] > 1 - a ? 1 : 0;
    return;
  case DW_DIST_POISSON:
  case DW_DIST_CATEGORICAL:
    for (size_t i = 0; i < count; i++) out[i] = guide_look(dist->knots, in[i]);
    return;
  case DW_DIST_TYPES: break;
  }
  assert(false && "a distribution without a quantile");
}

double dw_dist_quantile(const dw_dist *dist, double u)
{
  double value = dw_dist_normal(dist->type) ? dw_normal_quantile(u) : u;
  dw_dist_fill(dist, &value, 1, &value);
  return value;
}
