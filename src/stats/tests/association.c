#include "stats/tests/association.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/samples/sort.h"
#include "stats/distributions/special.h"

enum { LEAST_PAIRS = 4, FITTING_ROUNDS = 200 };
#define NEAR_ONE (1 - 1e-12) /* correlations beyond it are those of equal columns */

bool dw_standardise(double *x, size_t n)
{
  if (n == 0) return false;
  dw_moments moments;
  dw_moments_init(&moments);
  dw_moments_add_array(&moments, x, n);
  double mean = moments.mean, std = dw_moments_std(&moments, 0);
  bool spread = moments.max > moments.min && std > 0 && isfinite(std);
  for (size_t i = 0; i < n; i++) x[i] = spread ? (x[i] - mean) / std : 0;
  return spread;
}

void dw_midranks(const double *x, size_t n, double *out, double *scratch)
{
  double *sorted = scratch, *rank = scratch + n; /* rank[i] of the run that starts at sorted[i] */
  for (size_t i = 0; i < n; i++) sorted[i] = x[i];
  dw_sort_doubles(sorted, n, rank);
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    while (end < n && sorted[end] == sorted[i]) end++;
    rank[i] = 0.5 * (double)(i + 1 + end);
    i = end;
  }
  for (size_t i = 0; i < n; i++) out[i] = rank[dw_sort_below(sorted, n, x[i])];
}

/* Sums go over even and odd rows apart: one order of additions on every machine, and the compiler may use its registers of two. */
static double sum_products(const double *x, const double *y, size_t n)
{
  double sum[2] = {0, 0};
  size_t i = 0;
  for (; i + 2 <= n; i += 2)
    for (int k = 0; k < 2; k++) sum[k] += x[i + (size_t)k] * y[i + (size_t)k];
  return sum[0] + sum[1] + (i < n ? x[i] * y[i] : 0);
}

/* The square of what a row does to r, as if it had been left out: rows that stand far out hide how unusual they are. */
static inline double row_influence(double x, double y, double r, double size)
{
  double x2 = x * x, y2 = y * y, largest = x2 > y2 ? x2 : y2, u = x * y - 0.5 * r * (x2 + y2), rest = size - 1 - largest;
  u = u * size / (rest > 1 ? rest : 1);
  return u * u;
}

static double sum_influence(const double *x, const double *y, size_t n, double r)
{
  double sum[2] = {0, 0};
  size_t i = 0;
  for (; i + 2 <= n; i += 2)
    for (int k = 0; k < 2; k++) sum[k] += row_influence(x[i + (size_t)k], y[i + (size_t)k], r, (double)n);
  return sum[0] + sum[1] + (i < n ? row_influence(x[i], y[i], r, (double)n) : 0);
}

dw_correlation dw_correlation_of(const double *x, const double *y, size_t n, bool ranks)
{
  dw_correlation out = {.r = NAN, .variance = NAN, .n = n};
  if (n < LEAST_PAIRS) return out;
  double size = (double)n, r = fmax(-1, fmin(1, sum_products(x, y, n) / size)), slope = 1 - r * r;
  out.r = r;
  out.variance = (ranks ? 1 + r * r / 2 : 1) / (size - 3);
  if (fabs(r) < NEAR_ONE) out.variance = fmax(out.variance, sum_influence(x, y, n, r) / (size * size) / (slope * slope));
  return out;
}

static double fisher_z(double r)
{
  double cut = fmax(-NEAR_ONE, fmin(NEAR_ONE, r));
  return 0.5 * (dw_log1p(cut) - dw_log1p(-cut));
}

dw_status dw_correlation_change(const dw_correlation *reference, const dw_correlation *current, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (isnan(reference->r) || isnan(current->r))
    return dw_err_set(err, DW_ENODATA, "too few pairs of values, or a column without spread: no correlation");
  out->statistic = (fisher_z(current->r) - fisher_z(reference->r)) / sqrt(reference->variance + current->variance);
  out->p_value = 2 * dw_normal_sf(fabs(out->statistic));
  return DW_OK;
}

double dw_table_v(const uint64_t *table, size_t rows, size_t columns)
{
  double *of_row = dw_alloc_zero(rows, sizeof *of_row), *of_column = dw_alloc_zero(columns, sizeof *of_column), total = 0, chi = 0;
  size_t used_rows = 0, used_columns = 0;
  for (size_t i = 0; i < rows; i++)
    for (size_t k = 0; k < columns; k++) {
      double count = (double)table[i * columns + k];
      of_row[i] += count;
      of_column[k] += count;
      total += count;
    }
  for (size_t i = 0; i < rows; i++) used_rows += of_row[i] > 0;
  for (size_t k = 0; k < columns; k++) used_columns += of_column[k] > 0;
  for (size_t i = 0; i < rows; i++)
    for (size_t k = 0; k < columns; k++) {
      double expected = of_row[i] * of_column[k] / total, off = (double)table[i * columns + k] - expected;
      if (expected > 0) chi += off * off / expected;
    }
  dw_free(of_row);
  dw_free(of_column);
  size_t less = used_rows < used_columns ? used_rows : used_columns;
  return less < 2 ? NAN : sqrt(fmin(1, chi / total / (double)(less - 1)));
}

/* Observed and fitted counts of both sides, the rows and columns that do not occur on both sides left out. */
typedef struct fitting {
  size_t rows, columns;
  double *observed[2], *fitted[2];
  double *together; /* observed, both sides summed */
} fitting;

static void fitting_free(fitting *f)
{
  for (int side = 0; side < 2; side++) {
    dw_free(f->observed[side]);
    dw_free(f->fitted[side]);
  }
  dw_free(f->together);
}

/* Counts of both sides in the rows (or columns, across) that both have: which ones stays in keep. */
static size_t common(const uint64_t *const table[2], size_t rows, size_t columns, bool across, size_t *keep)
{
  size_t outer = across ? columns : rows, inner = across ? rows : columns, count = 0;
  for (size_t i = 0; i < outer; i++) {
    uint64_t sum[2] = {0, 0};
    for (int side = 0; side < 2; side++)
      for (size_t k = 0; k < inner; k++) sum[side] += table[side][across ? k * columns + i : i * columns + k];
    if (sum[0] && sum[1]) keep[count++] = i;
  }
  return count;
}

static void fitting_make(fitting *f, const uint64_t *const table[2], size_t rows, size_t columns)
{
  size_t *row = dw_alloc_array(rows, sizeof *row), *column = dw_alloc_array(columns, sizeof *column);
  f->rows = common(table, rows, columns, false, row);
  f->columns = common(table, rows, columns, true, column);
  size_t cells = f->rows * f->columns;
  f->together = dw_alloc_zero(cells, sizeof *f->together);
  for (int side = 0; side < 2; side++) {
    f->observed[side] = dw_alloc_array(cells, sizeof(double));
    f->fitted[side] = dw_alloc_array(cells, sizeof(double));
    for (size_t i = 0; i < f->rows; i++)
      for (size_t k = 0; k < f->columns; k++) {
        double count = (double)table[side][row[i] * columns + column[k]];
        f->observed[side][i * f->columns + k] = count;
        f->fitted[side][i * f->columns + k] = 1;
        f->together[i * f->columns + k] += count;
      }
  }
  dw_free(row);
  dw_free(column);
}

/* The fitted rows (or columns) of a side get the sums that were observed. Returns the largest change, as a share. */
static double fit_margin(fitting *f, int side, bool across)
{
  size_t outer = across ? f->columns : f->rows, inner = across ? f->rows : f->columns;
  size_t step = across ? f->columns : 1, stride = across ? 1 : f->columns;
  double worst = 0;
  for (size_t i = 0; i < outer; i++) {
    double want = 0, have = 0;
    for (size_t k = 0; k < inner; k++) {
      want += f->observed[side][i * stride + k * step];
      have += f->fitted[side][i * stride + k * step];
    }
    double factor = have > 0 ? want / have : 0;
    worst = fmax(worst, fabs(factor - 1));
    for (size_t k = 0; k < inner; k++) f->fitted[side][i * stride + k * step] *= factor;
  }
  return worst;
}

/* One round; the largest change. */
static double fit_once(fitting *f)
{
  double worst = 0;
  for (size_t i = 0; i < f->rows * f->columns; i++) {
    double have = f->fitted[0][i] + f->fitted[1][i], factor = have > 0 ? f->together[i] / have : 0;
    if (f->together[i] > 0) worst = fmax(worst, fabs(factor - 1));
    f->fitted[0][i] *= factor;
    f->fitted[1][i] *= factor;
  }
  for (int side = 0; side < 2; side++) {
    worst = fmax(worst, fit_margin(f, side, false));
    worst = fmax(worst, fit_margin(f, side, true));
  }
  return worst;
}

dw_status dw_interaction_test(const uint64_t *reference, const uint64_t *current, size_t rows, size_t columns, dw_test *out, double *least,
                              dw_err *err)
{
  const uint64_t *const table[2] = {reference, current};
  fitting f = {0};
  dw_test_clear(out);
  fitting_make(&f, table, rows, columns);
  if (f.rows < 2 || f.columns < 2) {
    fitting_free(&f);
    return dw_err_set(err, DW_ENODATA, "fewer than two categories that both sides have");
  }
  for (int round = 0; round < FITTING_ROUNDS; round++)
    if (fit_once(&f) < 1e-10) break;
  double sum = 0, smallest = INFINITY;
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < f.rows * f.columns; i++) {
      double seen = f.observed[side][i], expected = f.fitted[side][i];
      if (f.together[i] > 0) smallest = fmin(smallest, expected);
      if (seen > 0) sum += seen * dw_log(seen / expected);
    }
  out->df = (double)((f.rows - 1) * (f.columns - 1));
  out->statistic = fmax(0, 2 * sum);
  out->p_value = dw_chi2_sf(out->statistic, out->df);
  if (least) *least = smallest;
  fitting_free(&f);
  return DW_OK;
}
