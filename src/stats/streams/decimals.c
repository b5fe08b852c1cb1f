#include "stats/streams/decimals.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

enum { DIGIT_BITS = 11, BUCKETS = 1 << DIGIT_BITS, STEP_BITS = 7, MORE = 1 << STEP_BITS, STEP_MOST = 5 /* bytes */, BLOCK = 512 };

static const double power_of_ten[DW_DECIMALS_MOST + 1] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

/* --- in and out --- */

/* Numbers as units: false when one is no whole number of them, or too many. Without a branch, for vectors. Adding 1.5 * 2^52 rounds to a
 * whole number. */
static bool to_units(int32_t *unit, const double *x, size_t n, double power)
{
  const double rounding = 0x1.8p52, most = INT32_MAX;
  unsigned odd = 0;
  for (size_t i = 0; i < n; i++) {
    double exact = x[i] * power, near = fabs(exact) < most ? exact : 0;
    near = (near + rounding) - rounding;
    unit[i] = (int32_t)near;
    odd |= near / power != x[i];
  }
  return !odd;
}

static void from_units(double *out, const int32_t *unit, size_t n, double power)
{
  for (size_t i = 0; i < n; i++) out[i] = unit[i] / power;
}

/* Those that are there, in units of 10^-places; false: some would have too many. */
static bool rescale(dw_decimals *decimals, unsigned places)
{
  int32_t times = (int32_t)power_of_ten[places - decimals->places], most = INT32_MAX / times;
  bool fit = true;
  for (size_t i = 0; i < decimals->count; i++) fit &= decimals->unit[i] >= -most && decimals->unit[i] <= most;
  for (size_t i = 0; i < decimals->count && fit; i++) decimals->unit[i] *= times;
  if (fit) decimals->places = places;
  return fit;
}

bool dw_decimals_add(dw_decimals *decimals, const double *x, size_t n)
{
  unsigned places = decimals->places;
  decimals->unit = dw_grow(decimals->unit, &decimals->capacity, decimals->count + n, sizeof *decimals->unit);
  while (!to_units(decimals->unit + decimals->count, x, n, power_of_ten[places]))
    if (++places > DW_DECIMALS_MOST) return false;
  if (places > decimals->places && !rescale(decimals, places)) return false;
  decimals->count += n;
  return true;
}

/* --- order --- */

/* `from` into `to`, by one digit; those that have the same keep their order. */
static void sort_digit(const uint32_t *from, size_t n, int shift, uint32_t mask, uint32_t *to)
{
  uint32_t place[BUCKETS] = {0}, before = 0;
  for (size_t i = 0; i < n; i++) place[from[i] >> shift & mask]++;
  for (size_t b = 0; b <= mask; b++) {
    uint32_t here = place[b];
    place[b] = before;
    before += here;
  }
  for (size_t i = 0; i < n; i++) to[place[from[i] >> shift & mask]++] = from[i];
}

/* Radix sort by as few digits as the largest number needs, all of one width. */
static void sort_units(uint32_t *a, size_t n, uint32_t most, uint32_t *other)
{
  int bits = most ? 32 - __builtin_clz(most) : 0, digits = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
  int width = digits ? (bits + digits - 1) / digits : 0;
  uint32_t *from = a, *to = other;
  for (int digit = 0; digit < digits; digit++) {
    sort_digit(from, n, digit * width, (UINT32_C(1) << width) - 1, to);
    uint32_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != a) memcpy(a, from, n * sizeof *a);
}

/* Of ascending numbers, the first of which is 0. Returns the bytes. */
static size_t write_steps(uint8_t *out, const uint32_t *ascending, size_t n, size_t *distinct)
{
  uint8_t *end = out;
  uint32_t before = 0;
  *distinct = 1;
  for (size_t i = 0; i < n; i++) {
    uint32_t step = ascending[i] - before;
    before = ascending[i];
    *distinct += step > 0;
    for (; step >= MORE; step >>= STEP_BITS) *end++ = (uint8_t)(step | MORE);
    *end++ = (uint8_t)step;
  }
  return (size_t)(end - out);
}

void dw_decimals_order(dw_decimals *decimals, void *scratch)
{
  size_t n = decimals->count;
  if (n == 0) return;
  int32_t least = decimals->unit[0], most = least;
  for (size_t i = 0; i < n; i++) {
    least = decimals->unit[i] < least ? decimals->unit[i] : least;
    most = decimals->unit[i] > most ? decimals->unit[i] : most;
  }
  uint32_t *above = (uint32_t *)decimals->unit;
  for (size_t i = 0; i < n; i++) above[i] = (uint32_t)decimals->unit[i] - (uint32_t)least;
  sort_units(above, n, (uint32_t)most - (uint32_t)least, scratch);
  _Static_assert((int)STEP_MOST <= (int)sizeof(double), "the steps have room in the scratch");
  decimals->step_bytes = write_steps(scratch, above, n, &decimals->distinct);
  decimals->step = memcpy(dw_alloc_array(decimals->step_bytes, 1), scratch, decimals->step_bytes);
  decimals->least = least;
  dw_free(decimals->unit);
  decimals->unit = NULL;
}

static uint32_t read_step(const uint8_t **at)
{
  uint32_t step = *(*at)++;
  if (step < MORE) return step;
  step -= MORE;
  for (int shift = STEP_BITS;; shift += STEP_BITS) {
    uint32_t more = *(*at)++;
    step |= (more & (MORE - 1)) << shift;
    if (more < MORE) return step;
  }
}

void dw_decimals_give(const dw_decimals *decimals, double *out)
{
  double power = power_of_ten[decimals->places];
  if (decimals->unit) {
    from_units(out, decimals->unit, decimals->count, power);
    return;
  }
  const uint8_t *at = decimals->step;
  uint32_t unit = (uint32_t)decimals->least;
  for (size_t start = 0; start < decimals->count; start += BLOCK) {
    int32_t block[BLOCK];
    size_t n = decimals->count - start < BLOCK ? decimals->count - start : BLOCK;
    for (size_t i = 0; i < n; i++) {
      unit += read_step(&at);
      block[i] = (int32_t)unit;
    }
    from_units(out + start, block, n, power);
  }
}

size_t dw_decimals_bytes(const dw_decimals *decimals)
{
  return (decimals->unit ? decimals->capacity * sizeof *decimals->unit : 0) + decimals->step_bytes;
}

void dw_decimals_free(dw_decimals *decimals)
{
  dw_free(decimals->unit);
  dw_free(decimals->step);
  *decimals = (dw_decimals){0};
}
