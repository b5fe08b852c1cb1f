#include "stats/samples/sort.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

enum { SCALES = 5, SPOTS = 16, COUNTS_MOST = 1 << 17, BEYOND = 8 /* numbers of which one may be beyond the grid */ };
enum { DIGIT_BITS = 11, DIGITS = 3, BUCKETS = 1 << DIGIT_BITS, WINDOW = DIGITS * DIGIT_BITS, RUN = 16, RADIX_FROM = 512 };

static inline uint64_t bits_of(double x)
{
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/* Unsigned order of images is the order of the doubles: negative numbers flip all bits, others the sign. */
static inline uint64_t image_of(uint64_t bits) { return bits ^ ((0 - (bits >> 63)) | UINT64_C(1) << 63); }

/* Adds 0.0 to turn -0.0 into 0.0. Tells which bits of the images differ anywhere: none when all values are equal or ascend already. */
static uint64_t normalise(double *a, size_t n)
{
  size_t descents = 0;
  double before = a[0] + 0.0;
  uint64_t first = image_of(bits_of(before)), differ = 0;
  for (size_t i = 0; i < n; i++) {
    double x = a[i] + 0.0;
    a[i] = x;
    descents += x < before;
    before = x;
    differ |= image_of(bits_of(x)) ^ first;
  }
  return descents ? differ : 0;
}

static void insertion(double *a, size_t n)
{
  for (size_t i = 1; i < n; i++) {
    double x = a[i];
    size_t j = i;
    for (; j > 0 && a[j - 1] > x; j--) a[j] = a[j - 1];
    a[j] = x;
  }
}

/* from[0..middle) and from[middle..n) into to. */
static void merge(const double *from, size_t middle, size_t n, double *to)
{
  size_t i = 0, j = middle, k = 0;
  while (i < middle && j < n) {
    double x = from[i], y = from[j];
    bool left = x <= y;
    to[k++] = left ? x : y;
    i += left;
    j += !left;
  }
  memcpy(to + k, from + i, (middle - i) * sizeof *to);
  memcpy(to + k + middle - i, from + j, (n - j) * sizeof *to);
}

static void merge_sort(double *a, size_t n, double *scratch)
{
  for (size_t i = 0; i < n; i += RUN) insertion(a + i, n - i < RUN ? n - i : RUN);
  double *from = a, *to = scratch;
  for (size_t width = RUN; width < n; width *= 2) {
    for (size_t i = 0; i < n; i += 2 * width) {
      size_t length = n - i < 2 * width ? n - i : 2 * width;
      merge(from + i, length < width ? length : width, length, to + i);
    }
    double *swap = from;
    from = to;
    to = swap;
  }
  if (from != a) memcpy(a, from, n * sizeof *a);
}

/* The bits in which the keys differ, cut into the digits of a radix sort. */
typedef struct radix {
  int shift;                     /* of the lowest bit */
  int digits;                    /* used: 1 to DIGITS */
  size_t count[DIGITS][BUCKETS]; /* then: where the next value of a bucket goes */
} radix;

static inline uint64_t window_of(const radix *r, double x) { return image_of(bits_of(x)) >> r->shift; }
static inline size_t digit_of(uint64_t window, int digit) { return window >> (digit * DIGIT_BITS) & (BUCKETS - 1); }

/* The window ends at the highest bit that differs; it starts at the lowest, if that is near enough. */
static void radix_init(radix *r, uint64_t differ)
{
  int high = 64 - __builtin_clzll(differ), low = __builtin_ctzll(differ);
  r->shift = high - low <= WINDOW ? low : high - WINDOW;
  r->digits = (high - r->shift + DIGIT_BITS - 1) / DIGIT_BITS;
  memset(r->count, 0, sizeof r->count[0] * (size_t)r->digits);
}

static void radix_count(radix *r, const double *a, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    uint64_t window = window_of(r, a[i]);
    for (int digit = 0; digit < r->digits; digit++) r->count[digit][digit_of(window, digit)]++;
  }
}

/* Counts into places; false when all values share this digit. */
static bool radix_places(size_t *count, size_t n)
{
  size_t place = 0;
  for (size_t b = 0; b < BUCKETS; b++) {
    size_t here = count[b];
    if (here == n) return false;
    count[b] = place;
    place += here;
  }
  return true;
}

static void sort_normal(double *a, size_t n, double *scratch, uint64_t differ);

/* Values that agree in the window stand together; a descent can only be inside such a group: sorts it by what is below the window. */
static void sort_groups(double *a, size_t n, double *scratch, int shift)
{
  for (size_t i = 1; i < n; i++) {
    if (a[i - 1] <= a[i]) continue;
    uint64_t window = image_of(bits_of(a[i])) >> shift;
    size_t start = i - 1, end = i + 1;
    while (start > 0 && image_of(bits_of(a[start - 1])) >> shift == window) start--;
    while (end < n && image_of(bits_of(a[end])) >> shift == window) end++;
    sort_normal(a + start, end - start, scratch, normalise(a + start, end - start));
    i = end - 1;
  }
}

static void radix_sort(double *a, size_t n, double *scratch, uint64_t differ)
{
  radix *r = dw_alloc(sizeof *r);
  radix_init(r, differ);
  radix_count(r, a, n);
  double *from = a, *to = scratch;
  for (int digit = 0; digit < r->digits; digit++) {
    size_t *place = r->count[digit];
    if (!radix_places(place, n)) continue;
    for (size_t i = 0; i < n; i++) {
      double x = from[i];
      to[place[digit_of(window_of(r, x), digit)]++] = x;
    }
    double *swap = from;
    from = to;
    to = swap;
  }
  if (from != a) memcpy(a, from, n * sizeof *a);
  int shift = r->shift;
  dw_free(r);
  if (differ & ((UINT64_C(1) << shift) - 1)) sort_groups(a, n, scratch, shift);
}

static void sort_normal(double *a, size_t n, double *scratch, uint64_t differ)
{
  if (n <= RUN) insertion(a, n);
  else if (n < RADIX_FROM) merge_sort(a, n, scratch);
  else radix_sort(a, n, scratch, differ);
}

/* --- numbers of few decimals, most of them in a small range: counted by what they are, and written anew --- */

/* The numbers least / scale, (least + 1) / scale … [count]. Whole ones below 2^52 and powers of ten up to 10^4 make each another double, to
 * the bit the one that its digits are read as. */
typedef struct grid {
  double scale, least; /* whole */
  size_t count;
} grid;

static inline double grid_at(const grid *g, int64_t place)
{
  double whole = g->least + (double)place;
  return g->scale == 1 ? whole : whole / g->scale;
}

static bool is_multiple(double x, double scale)
{
  double scaled = x * scale;
  if (!(fabs(scaled) < 4503599627370496.0)) return false; /* 2^52 */
  double whole = (double)(int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
  return (scale == 1 ? whole : whole / scale) == x;
}

/* In lanes, so that none waits for the one before it. */
static double least_of(const double *a, size_t n)
{
  enum { LANES = 4 };
  double least[LANES] = {a[0], a[0], a[0], a[0]};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (size_t k = 0; k < LANES; k++) least[k] = a[i + k] < least[k] ? a[i + k] : least[k];
  for (; i < n; i++) least[0] = a[i] < least[0] ? a[i] : least[0];
  for (size_t k = 1; k < LANES; k++) least[0] = least[k] < least[0] ? least[k] : least[0];
  return least[0];
}

/* The coarsest grid that a few of the numbers, from all over the array, lie on, from the least number on; most of them within it. false:
 * there is none. */
static bool grid_of(grid *g, const double *a, size_t n)
{
  const size_t stride = n / SPOTS;
  *g = (grid){.scale = 1, .count = n < COUNTS_MOST ? n : COUNTS_MOST};
  for (int i = 0; i < SCALES; i++, g->scale *= 10) {
    size_t spot = 0, within = 0;
    while (spot < SPOTS && is_multiple(a[stride * spot], g->scale)) spot++;
    if (spot < SPOTS) continue;
    double least = least_of(a, n) * g->scale;
    if (!(least > -0x1p52)) return false;
    g->least = (double)(int64_t)least - 1;
    for (spot = 0; spot < SPOTS; spot++) within += a[stride * spot] * g->scale - g->least < (double)(int64_t)g->count - 1;
    return within >= SPOTS - SPOTS / BEYOND;
  }
  return false;
}

/* The counts, of four bytes each, stand in the first half of the scratch; behind them the numbers beyond the grid, few, which are then put
 * in order among themselves. false: they are not, or a number lies between the grid's; a is as it was. */
static bool count_sort(double *a, size_t n, double *scratch)
{
  grid g;
  uint32_t count;
  unsigned char *counts = (unsigned char *)scratch;
  double *beyond = scratch + n / 2 + 1;
  size_t most = n / BEYOND, left = 0, at = 0;
  if (n > UINT32_MAX || !grid_of(&g, a, n)) return false;
  const double end = (double)(int64_t)g.count;
  memset(counts, 0, g.count * sizeof count);
  for (size_t i = 0; i < n; i++) {
    double place = a[i] * g.scale - g.least + 0.5;
    if (!(place < end)) {
      if (left == most) return false;
      beyond[left++] = a[i];
      continue;
    }
    int64_t k = (int64_t)place; /* signed: the processor converts it at once */
    if (grid_at(&g, k) != a[i]) return false;
    memcpy(&count, counts + (size_t)k * sizeof count, sizeof count);
    count++;
    memcpy(counts + (size_t)k * sizeof count, &count, sizeof count);
  }
  for (size_t k = 0; k < g.count && at < n - left; k++) {
    memcpy(&count, counts + k * sizeof count, sizeof count);
    if (count == 0) continue;
    for (double x = grid_at(&g, (int64_t)k); count; count--) a[at++] = x;
  }
  memcpy(a + at, beyond, left * sizeof *a);
  uint64_t differ = left ? normalise(a + at, left) : 0;
  if (differ) sort_normal(a + at, left, scratch, differ);
  return true;
}

static bool ascends(const double *a, size_t n)
{
  size_t i = 1;
  while (i < n && a[i - 1] <= a[i]) i++;
  return i == n;
}

void dw_sort_doubles(double *a, size_t n, double *scratch)
{
  double *room = scratch;
  if (n == 0) return;
  if (n >= RADIX_FROM && !ascends(a, n)) {
    if (!room) room = dw_alloc_array(n, sizeof *room);
    if (count_sort(a, n, room)) n = 0; /* none are left */
  }
  uint64_t differ = n ? normalise(a, n) : 0;
  if (differ && n > RUN && !room) room = dw_alloc_array(n, sizeof *room);
  if (differ) sort_normal(a, n, room, differ);
  if (!scratch) dw_free(room);
}

/* By strides that double, and then by halves (Bentley and Yao, An almost optimal algorithm for unbounded searching, 1976). */
size_t dw_sort_run_leap(const double *a, size_t from, size_t n)
{
  double v = a[from];
  size_t stride = 1;
  while (stride < n - from && a[from + stride] == v) {
    from += stride;
    stride *= 2;
  }
  size_t high = stride < n - from ? from + stride : n;
  while (high - from > 1) {
    size_t middle = from + (high - from) / 2;
    if (a[middle] == v) from = middle;
    else high = middle;
  }
  return high;
}
