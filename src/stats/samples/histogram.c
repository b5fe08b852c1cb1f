#include "stats/samples/histogram.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"

/* numpy.linspace(low, high, bins + 1) in its order of operations. */
static double *histogram_linspace(double low, double high, size_t bins)
{
  double *edges = dw_alloc_array(bins + 1, sizeof *edges);
  double range = high - low, step = range / (double)bins;
  for (size_t i = 0; i < bins; i++) edges[i] = (step == 0 ? (double)i / (double)bins * range : (double)i * step) + low;
  edges[bins] = high;
  return edges;
}

dw_status dw_histogram_edges_equal(double low, double high, size_t bins, double **edges, dw_err *err)
{
  if (!isfinite(high - low) || bins == 0) return dw_err_set(err, DW_ENODATA, "the range of the values is too wide for a histogram");
  if (low == high) {
    low -= 0.5;
    high += 0.5;
  }
  *edges = histogram_linspace(low, high, bins);
  return DW_OK;
}

/* numpy's bins of about that width; 0: one bin. */
static dw_status histogram_by_width(double low, double high, double width, double **edges, size_t *bins)
{
  double first = low, last = high;
  if (low == high) {
    first = low - 0.5;
    last = high + 0.5;
  }
  *bins = width > 0 ? (size_t)ceil((last - first) / width) : 1;
  *edges = histogram_linspace(first, last, *bins);
  return DW_OK;
}

static dw_status histogram_check(double low, double high, double n, dw_err *err)
{
  if (!(n >= 1)) return dw_err_set(err, DW_ENODATA, "no values to make a histogram of");
  if (!isfinite(high - low)) return dw_err_set(err, DW_ENODATA, "the range of the values is too wide for a histogram");
  return DW_OK;
}

dw_status dw_histogram_edges_sturges(double low, double high, double n, bool whole_numbers, double **edges, size_t *bins, dw_err *err)
{
  dw_status status = histogram_check(low, high, n, err);
  if (status != DW_OK) return status;
  double width = (high - low) / (dw_log2(n) + 1.0);
  if (whole_numbers && width < 1) width = 1;
  return histogram_by_width(low, high, width, edges, bins);
}

dw_status dw_histogram_edges_doane(double low, double high, double n, double skewness, double **edges, size_t *bins, dw_err *err)
{
  dw_status status = histogram_check(low, high, n, err);
  if (status != DW_OK) return status;
  double width = 0;
  if (n > 2 && isfinite(skewness)) {
    double sd = sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
    width = (high - low) / (1 + dw_log2(n) + dw_log2(1 + fabs(skewness) / sd));
  }
  return histogram_by_width(low, high, width, edges, bins);
}

/* Index of the first value >= x, or > x when `beyond`. */
static size_t histogram_search(const double *value, size_t from, size_t to, double x, bool beyond)
{
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if (value[middle] < x || (beyond && value[middle] == x)) from = middle + 1;
    else to = middle;
  }
  return from;
}

void dw_histogram_count(dw_sorted sample, const double *edges, size_t bins, uint64_t *counts)
{
  size_t at = histogram_search(sample.value, 0, sample.count, edges[0], false);
  for (size_t bin = 0; bin < bins; bin++) {
    size_t end = histogram_search(sample.value, at, sample.count, edges[bin + 1], bin + 1 == bins);
    counts[bin] = 0;
    if (sample.weight)
      for (; at < end; at++) counts[bin] += sample.weight[at];
    else counts[bin] = end - at;
    at = end;
  }
}
