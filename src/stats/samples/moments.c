#include "stats/samples/moments.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"

enum { BLOCK = 2048 };
#define RANGE_LEAST 0x1p-200 /* fourth powers of ranges between the two, times any count, are normal numbers */
#define RANGE_MOST 0x1p200

void dw_moments_init(dw_moments *moments) { *moments = (dw_moments){.min = INFINITY, .max = -INFINITY}; }

void dw_moments_reset(dw_moments *moments) { dw_moments_init(moments); }

/* The scale that goes with values from low to high. */
static int scale_of(double low, double high)
{
  double range = high - low;
  if ((range >= RANGE_LEAST && range <= RANGE_MOST) || !(range > 0)) return 0; /* also while empty */
  int exponent;
  frexp(isfinite(range) ? range : 0.5 * high - 0.5 * low, &exponent);
  return exponent;
}

/* The powers in the unit 2^scale. A part whose spread is nothing beside it comes to 0. */
static void moments_rescale(dw_moments *moments, int scale)
{
  int by = moments->scale - scale;
  moments->m2 = ldexp(moments->m2, 2 * by);
  moments->m3 = ldexp(moments->m3, 3 * by);
  moments->m4 = ldexp(moments->m4, 4 * by);
  moments->scale = scale;
}

/* mean = centre + shift, and what rounding takes from it. */
static void moments_place(dw_moments *moments, double centre, double shift)
{
  double mean = centre + shift, part = mean - centre;
  moments->mean = mean;
  moments->mean_low = isfinite(mean) ? (centre - (mean - part)) + (shift - part) : 0;
}

static __attribute__((noinline)) void moments_merge_scaled(dw_moments *moments, const dw_moments *other, double low, double high);

/* Pébay's pairwise update, equations 2.1 to 3.1 of the report. The smaller part is added to the larger. */
void dw_moments_merge(dw_moments *moments, const dw_moments *other)
{
  if (other->count == 0) return;
  if (moments->count == 0) {
    *moments = *other;
    return;
  }
  double low = other->min < moments->min ? other->min : moments->min, high = other->max > moments->max ? other->max : moments->max;
  double range = high - low;
  if ((!(range >= RANGE_LEAST && range <= RANGE_MOST) && range != 0) || (moments->scale | other->scale)) {
    moments_merge_scaled(moments, other, low, high);
    return;
  }
  double na = (double)moments->count, nb = (double)other->count, n = na + nb;
  double delta = (other->mean - moments->mean) + (other->mean_low - moments->mean_low);
  double da = delta * (na / n), db = delta * (nb / n);
  double a2 = moments->m2, a3 = moments->m3, b2 = other->m2, b3 = other->m3;
  moments->m4 +=
      other->m4 + na * (db * db) * (db * db) + nb * (da * da) * (da * da) + 6 * (db * db * a2 + da * da * b2) + 4 * (da * b3 - db * a3);
  moments->m3 = a3 + b3 + nb * da * da * da - na * db * db * db + 3 * (da * b2 - db * a2);
  moments->m2 = a2 + b2 + na * db * db + nb * da * da;
  if (nb <= na) moments_place(moments, moments->mean, moments->mean_low + db);
  else moments_place(moments, other->mean, other->mean_low - da);
  moments->count += other->count;
  moments->min = low;
  moments->max = high;
}

/* The same in the unit that goes with values from low to high: means and powers come to it, are merged there, and the mean goes back. */
static void moments_merge_scaled(dw_moments *moments, const dw_moments *other, double low, double high)
{
  int scale = scale_of(low, high);
  dw_moments part[2] = {*moments, *other};
  for (int i = 0; i < 2; i++) {
    moments_rescale(&part[i], scale);
    part[i].scale = 0;
    part[i].mean = ldexp(part[i].mean, -scale);
    part[i].mean_low = ldexp(part[i].mean_low, -scale);
    part[i].min = part[i].max = 0;
  }
  dw_moments_merge(&part[0], &part[1]);
  part[0].mean = ldexp(part[0].mean, scale);
  part[0].mean_low = ldexp(part[0].mean_low, scale);
  part[0].min = low;
  part[0].max = high;
  part[0].scale = scale;
  *moments = part[0];
}

void dw_moments_add(dw_moments *moments, double x)
{
  dw_moments one = {.count = 1, .mean = x, .min = x, .max = x};
  dw_moments_merge(moments, &one);
}

/* Sums of powers of x - centre for up to BLOCK values, in four lanes for speed, two of which are added by one instruction. */
typedef struct power_sums {
  double s1, s2, s3, s4;
} power_sums;

enum { LANES = 4 };
typedef double pair __attribute__((vector_size(16)));
typedef union lanes {
  pair pair[LANES / 2];
  double lane[LANES];
} lanes;

static inline pair pair_at(const double *x)
{
  pair two;
  memcpy(&two, x, sizeof two);
  return two;
}

static double sum_of_lanes(const lanes *sum) { return (sum->lane[0] + sum->lane[1]) + (sum->lane[2] + sum->lane[3]); }

static power_sums moments_powers(const double *x, size_t n, double centre)
{
  lanes s1 = {{{0}}}, s2 = {{{0}}}, s3 = {{{0}}}, s4 = {{{0}}};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (size_t half = 0; half < LANES / 2; half++) {
      pair d = pair_at(x + i + 2 * half) - centre, dd = d * d;
      s1.pair[half] += d;
      s2.pair[half] += dd;
      s3.pair[half] += dd * d;
      s4.pair[half] += dd * dd;
    }
  for (; i < n; i++) {
    double d = x[i] - centre, dd = d * d;
    s1.lane[i % LANES] += d;
    s2.lane[i % LANES] += dd;
    s3.lane[i % LANES] += dd * d;
    s4.lane[i % LANES] += dd * dd;
  }
  return (power_sums){sum_of_lanes(&s1), sum_of_lanes(&s2), sum_of_lanes(&s3), sum_of_lanes(&s4)};
}

static void moments_ends(const double *x, size_t n, double *low, double *high)
{
  double least[LANES] = {x[0], x[0], x[0], x[0]}, most[LANES] = {x[0], x[0], x[0], x[0]};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (size_t lane = 0; lane < LANES; lane++) {
      least[lane] = x[i + lane] < least[lane] ? x[i + lane] : least[lane];
      most[lane] = x[i + lane] > most[lane] ? x[i + lane] : most[lane];
    }
  for (; i < n; i++) {
    least[0] = x[i] < least[0] ? x[i] : least[0];
    most[0] = x[i] > most[0] ? x[i] : most[0];
  }
  *low = least[0];
  *high = most[0];
  for (size_t lane = 1; lane < LANES; lane++) {
    *low = least[lane] < *low ? least[lane] : *low;
    *high = most[lane] > *high ? most[lane] : *high;
  }
}

static double moments_centre(const double *x, size_t n, double *low, double *high)
{
  lanes sum = {{{0}}};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (size_t half = 0; half < LANES / 2; half++) sum.pair[half] += pair_at(x + i + 2 * half) / (double)BLOCK; /* first: no overflow */
  for (; i < n; i++) sum.lane[i % LANES] += x[i] / (double)BLOCK;
  moments_ends(x, n, low, high);
  for (i = 0; (*low == 0 || *high == 0) && i < n; i++) { /* of zeros with both signs the first is told */
    if (x[i] != 0) continue;
    if (*low == 0) *low = x[i];
    if (*high == 0) *high = x[i];
    break;
  }
  return sum_of_lanes(&sum) * ((double)BLOCK / (double)n);
}

/* Corrected two-pass: powers about a centre close to the mean, then shifted by what is left to it. */
static dw_moments moments_block(const double *x, size_t n)
{
  dw_moments block;
  dw_moments_init(&block);
  double centre = moments_centre(x, n, &block.min, &block.max);
  if (block.min == block.max) centre = block.min;
  power_sums s = moments_powers(x, n, centre);
  double count = (double)n, shift = s.s1 / count;
  block.count = n;
  moments_place(&block, centre, shift);
  block.m2 = s.s2 - s.s1 * shift;
  block.m3 = s.s3 - 3 * shift * s.s2 + 2 * shift * shift * s.s1;
  block.m4 = s.s4 - 4 * shift * s.s3 + 6 * shift * shift * s.s2 - 3 * shift * shift * shift * s.s1;
  if (block.m2 < 0) block.m2 = 0;
  if (block.m4 < 0) block.m4 = 0;
  return block;
}

/* The same in the unit 2^scale. */
static dw_moments moments_block_scaled(const double *x, size_t n, const dw_moments *extent, int scale)
{
  double scaled[BLOCK];
  for (size_t i = 0; i < n; i++) scaled[i] = ldexp(x[i], -scale);
  dw_moments block = moments_block(scaled, n);
  block.mean = ldexp(block.mean, scale);
  block.mean_low = ldexp(block.mean_low, scale);
  block.min = extent->min;
  block.max = extent->max;
  block.scale = scale;
  return block;
}

void dw_moments_add_array(dw_moments *moments, const double *x, size_t n)
{
  for (size_t i = 0; i < n; i += BLOCK) {
    size_t count = n - i < BLOCK ? n - i : BLOCK;
    dw_moments block = moments_block(x + i, count);
    int scale = scale_of(block.min, block.max);
    if (scale) block = moments_block_scaled(x + i, count, &block, scale);
    dw_moments_merge(moments, &block);
  }
}

/* weight copies of x. */
static dw_moments moments_repeat(double x, uint64_t weight) { return (dw_moments){.count = weight, .mean = x, .min = x, .max = x}; }

dw_moments dw_moments_of(dw_sorted sample)
{
  dw_moments all;
  dw_moments_init(&all);
  if (!sample.weight) {
    dw_moments_add_array(&all, sample.value, sample.count);
    return all;
  }
  for (size_t i = 0; i < sample.count; i++) {
    dw_moments part = moments_repeat(sample.value[i], sample.weight[i]);
    dw_moments_merge(&all, &part);
  }
  return all;
}

double dw_moments_variance(const dw_moments *moments, unsigned ddof)
{
  if (moments->count <= ddof) return NAN;
  double variance = moments->m2 / (double)(moments->count - ddof);
  return moments->scale ? ldexp(variance, 2 * moments->scale) : variance;
}

double dw_moments_std(const dw_moments *moments, unsigned ddof)
{
  if (moments->count <= ddof) return NAN;
  return ldexp(sqrt(moments->m2 / (double)(moments->count - ddof)), moments->scale);
}

dw_moments_contrast dw_moments_compare(const dw_moments *a, const dw_moments *b)
{
  int scale = a->m2 > 0 && (b->m2 == 0 || a->scale > b->scale) ? a->scale : b->scale;
  if (!a->scale && !b->scale) return (dw_moments_contrast){0, a->m2, b->m2, (a->mean - b->mean) + (a->mean_low - b->mean_low)};
  return (dw_moments_contrast){scale, ldexp(a->m2, 2 * (a->scale - scale)), ldexp(b->m2, 2 * (b->scale - scale)),
                               (ldexp(a->mean, -scale) - ldexp(b->mean, -scale)) +
                                   (ldexp(a->mean_low, -scale) - ldexp(b->mean_low, -scale))};
}

double dw_moments_skewness(const dw_moments *moments)
{
  double n = (double)moments->count, variance = moments->m2 / n;
  return variance > 0 ? moments->m3 / n / (variance * sqrt(variance)) : NAN;
}

double dw_moments_kurtosis(const dw_moments *moments)
{
  double n = (double)moments->count, variance = moments->m2 / n;
  return variance > 0 ? moments->m4 / n / (variance * variance) - 3 : NAN;
}
