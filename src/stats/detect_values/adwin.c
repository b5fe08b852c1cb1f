/* adwin: a window that grows while its mean stays, and is cut where two parts of it have different means. Bifet and Gavaldà, "Learning from
 * time-changing data with adaptive windowing", SDM 2007; what is kept of the window: Babcock, Datar, Motwani, O'Callaghan, "Maintaining
 * variance and k-medians over data stream windows", PODS 2003.
 *
 * The window is a row of buckets, the oldest first: of each size 1, 2, 4, … at most max_buckets (one more for a moment), with the sum and
 * the sum of squared deviations of its values. At every clock-th value of a window of more than grace_period each border between buckets
 * is a cut into n0 older and n1 newer values, both at least min_window_length =: l. With W = n0 + n1, variance s^2 = M2 / W of the whole
 * window, d = ln(2 ln W / delta) and 1/m = 1/(n0 - l + 1) + 1/(n1 - l + 1) the means differ when
 *
 *   |mean0 - mean1| > sqrt(2 s^2 d / m) + 2 d / (3 m)
 *
 * Then the oldest bucket is dropped, and all cuts are tried again. This is river's detector since 2026: earlier ones, and frouros's, passed
 * over the last bucket of each size. The second term is not in the units of the values: the detector is made for values in [0, 1], and is
 * slower on larger units and quicker on smaller ones than delta says.
 *
 * Sums are of values minus an origin, the first value, and after a drift the mean of what is left: half a million values around 1e9 have a
 * sum whose rounding is larger than a change of the newest ones.
 *
 * delta 0.002, clock 32, max_buckets 5, min_window_length 5, grace_period 10. */
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "stats/detectors/detector.h"

enum { DELTA, CLOCK, MAX_BUCKETS, MIN_WINDOW, GRACE };
enum { ROWS = 56 }; /* sizes up to 2^55: more values than there will be */

typedef struct adwin {
  double delta, min_window, grace;
  uint64_t clock, size;         /* size: places of a row, one more than max_buckets */
  uint64_t tick, rows;          /* rows: in use, at least 1 */
  double origin;                /* taken off all values */
  double width, total, squares; /* of the window; squares: sum of squared deviations from its mean */
  uint64_t count[ROWS];         /* buckets of a row; those of row r hold 2^r values each */
  double cell[];                /* [ROWS][2][size]: sums of the row's buckets, the oldest first, then their sums of squared deviations */
} adwin;

static double *sums(adwin *s, uint64_t row) { return s->cell + row * 2 * s->size; }
static double *squares(adwin *s, uint64_t row) { return s->cell + (row * 2 + 1) * s->size; }

static size_t bytes(const double *parameter) { return sizeof(adwin) + ROWS * 2 * ((size_t)parameter[MAX_BUCKETS] + 1) * sizeof(double); }

static void reset(void *state, const double *parameter)
{
  adwin *s = state;
  *s = (adwin){.delta = parameter[DELTA],
               .min_window = parameter[MIN_WINDOW],
               .grace = parameter[GRACE],
               .clock = (uint64_t)parameter[CLOCK],
               .size = (uint64_t)parameter[MAX_BUCKETS] + 1,
               .rows = 1};
}

/* Drops the first `count` buckets of a row. */
static void shift(adwin *s, uint64_t row, uint64_t count)
{
  double *sum = sums(s, row), *square = squares(s, row);
  s->count[row] -= count;
  for (uint64_t i = 0; i < s->count[row]; i++) {
    sum[i] = sum[i + count];
    square[i] = square[i + count];
  }
}

static void append(adwin *s, uint64_t row, double sum, double square)
{
  uint64_t at = s->count[row]++;
  sums(s, row)[at] = sum;
  squares(s, row)[at] = square;
}

/* A row that is full gives its two oldest buckets to the next one, as one. */
static void compress(adwin *s)
{
  for (uint64_t row = 0; row + 1 < ROWS && s->count[row] == s->size; row++) {
    const double *sum = sums(s, row), *square = squares(s, row);
    double n = (double)(UINT64_C(1) << row), apart = sum[0] / n - sum[1] / n;
    if (row + 1 == s->rows) s->rows++;
    append(s, row + 1, sum[0] + sum[1], square[0] + square[1] + n * n * apart * apart / (n + n));
    shift(s, row, 2);
  }
}

static void insert(adwin *s, double x)
{
  if (s->width == 0) s->origin = x;
  x -= s->origin;
  append(s, 0, x, 0);
  s->width++;
  if (s->width > 1) {
    double off = x - s->total / (s->width - 1);
    s->squares += (s->width - 1) * off * off / s->width;
  }
  s->total += x;
  if (s->count[0] == s->size) compress(s);
}

static void drop_oldest(adwin *s)
{
  uint64_t row = s->rows - 1;
  double n = (double)(UINT64_C(1) << row), sum = sums(s, row)[0], square = squares(s, row)[0];
  s->width -= n;
  s->total -= sum;
  double apart = sum / n - s->total / s->width;
  s->squares -= square + n * s->width * apart * apart / (n + s->width);
  shift(s, row, 1);
  while (s->rows > 1 && s->count[s->rows - 1] == 0) s->rows--;
}

/* Puts the origin at the mean of the window. */
static void centre(adwin *s)
{
  double by = s->total / s->width;
  s->total = 0;
  for (uint64_t row = 0; row < s->rows; row++)
    for (uint64_t i = 0; i < s->count[row]; i++) {
      double *sum = &sums(s, row)[i];
      *sum -= by * (double)(UINT64_C(1) << row);
      s->total += *sum;
    }
  s->origin += by;
}

/* Whether some cut of the window has two means. */
static bool cut(adwin *s, dw_detector_told *told)
{
  double d = dw_log(2 * dw_log(s->width) / s->delta), variance = s->squares / s->width;
  double n0 = 0, n1 = s->width, u0 = 0, u1 = s->total;
  for (uint64_t row = s->rows; row-- > 0;) {
    const double *sum = sums(s, row);
    double n = (double)(UINT64_C(1) << row);
    uint64_t last = s->count[row] - (row == 0 && s->count[row] > 0); /* behind the newest bucket there is nothing */
    for (uint64_t i = 0; i < last; i++) {
      n0 += n;
      n1 -= n;
      u0 += sum[i];
      u1 -= sum[i];
      if (n1 < s->min_window) return false;
      if (n0 < s->min_window) continue;
      double m = 1 / (n0 - s->min_window + 1) + 1 / (n1 - s->min_window + 1);
      double apart = fabs(u0 / n0 - u1 / n1), limit = sqrt(2 * m * variance * d) + 2.0 / 3 * d * m;
      if (apart > limit) {
        told->statistic = apart;
        told->threshold = limit;
        return true;
      }
    }
  }
  return false;
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  adwin *s = state;
  insert(s, x);
  if (++s->tick % s->clock != 0 || !(s->width > s->grace)) return DW_DETECTOR_NONE;
  double width = s->width, total = s->total;
  dw_detector_told first, other;
  if (!cut(s, &first)) return DW_DETECTOR_NONE;
  do drop_oldest(s);
  while (s->width > 0 && cut(s, &other));
  *told = first;
  told->before = s->origin + (total - s->total) / (width - s->width);
  told->after = s->width > 0 ? s->origin + s->total / s->width : NAN;
  told->after_count = (uint64_t)s->width;
  if (s->width > 0) centre(s);
  return DW_DETECTOR_DRIFT;
}

static bool fields(void *state, dw_detector_fields *f)
{
  adwin *s = state;
  dw_fields_count(f, "tick", &s->tick);
  dw_fields_number(f, "origin", &s->origin);
  dw_fields_number(f, "width", &s->width);
  dw_fields_number(f, "total", &s->total);
  dw_fields_number(f, "squares", &s->squares);
  dw_fields_count(f, "rows", &s->rows);
  if (s->rows < 1 || s->rows > ROWS) return false;
  f->counts(f, "buckets", s->count, (size_t)s->rows);
  double width = 0;
  for (uint64_t row = 0; row < s->rows; row++) {
    if (s->count[row] >= s->size) return false;
    width += (double)s->count[row] * (double)(UINT64_C(1) << row);
  }
  for (uint64_t row = 0; row < s->rows; row++) {
    f->numbers(f, "sums", sums(s, row), (size_t)s->count[row]);
    f->numbers(f, "deviations", squares(s, row), (size_t)s->count[row]);
  }
  return s->width == width;
}

const dw_detector_method dw_detector_adwin = {
    .name = "adwin",
    .title = "ADWIN: the mean of an adaptive window",
    .parameter = {{"delta", 0.002, 1e-300, 1, NULL, false},
                  {"clock", 32, 1, 1e9, NULL, true},
                  {"max_buckets", 5, 1, 1000, NULL, true},
                  {"min_window_length", 5, 1, 1e9, NULL, true},
                  {"grace_period", 10, 0, 1e9, NULL, true}},
    .knob = DELTA,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
