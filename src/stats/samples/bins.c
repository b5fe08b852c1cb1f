#include "stats/samples/bins.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/samples/sort.h"

void dw_bins_init(dw_bins *bins, size_t rows, size_t features)
{
  *bins = (dw_bins){.rows = rows, .features = features};
  bins->bin = dw_alloc_zero(rows * features, 1);
  bins->count = dw_alloc_zero(features, sizeof *bins->count);
  bins->categorical = dw_alloc_zero(features, sizeof *bins->categorical);
  for (size_t i = 0; i < features; i++) bins->count[i] = 1;
}

void dw_bins_free(dw_bins *bins)
{
  dw_free(bins->bin);
  dw_free(bins->count);
  dw_free(bins->categorical);
  *bins = (dw_bins){0};
}

/* The largest value of each bin, ascending. */
static size_t bin_edges(const double *sorted, size_t n, double edge[DW_BINS - 1])
{
  size_t count = 0;
  for (size_t i = 0; i < n && count < DW_BINS - 1; i++)
    if (i == 0 || sorted[i] != sorted[i - 1]) edge[count++] = sorted[i];
  if (n == 0 || edge[count - 1] == sorted[n - 1]) return count;
  count = 0;
  for (size_t k = 1; k < DW_BINS; k++) {
    double value = sorted[(k * n + DW_BINS - 2) / (DW_BINS - 1) - 1];
    if (count == 0 || value != edge[count - 1]) edge[count++] = value;
  }
  return count;
}

static uint8_t bin_of(const double *edge, size_t count, double value) { return (uint8_t)(dw_sort_below(edge, count - 1, value) + 1); }

void dw_bins_numbers(dw_bins *bins, size_t feature, const double *value)
{
  uint8_t *bin = bins->bin + feature * bins->rows;
  double edge[DW_BINS - 1];
  double *sorted = dw_alloc_array(bins->rows, sizeof *sorted);
  size_t n = 0;
  for (size_t i = 0; i < bins->rows; i++)
    if (!isnan(value[i])) sorted[n++] = value[i];
  dw_sort_doubles(sorted, n, NULL);
  size_t count = bin_edges(sorted, n, edge);
  dw_free(sorted);
  for (size_t i = 0; i < bins->rows; i++) bin[i] = isnan(value[i]) ? 0 : bin_of(edge, count, value[i]);
  bins->count[feature] = (uint8_t)(count + 1);
}

typedef struct frequency {
  size_t count;
  uint32_t index;
} frequency;

static int by_frequency(const void *a, const void *b)
{
  const frequency *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return x->index < y->index ? -1 : 1;
}

void dw_order_by_count(const size_t *count, size_t n, uint32_t *order)
{
  frequency *found = dw_alloc_array(n, sizeof *found);
  for (size_t k = 0; k < n; k++) found[k] = (frequency){count[k], (uint32_t)k};
  qsort(found, n, sizeof *found, by_frequency);
  for (size_t k = 0; k < n; k++) order[k] = found[k].index;
  dw_free(found);
}

void dw_bins_categories(dw_bins *bins, size_t feature, const uint32_t *code, size_t categories)
{
  uint8_t *bin = bins->bin + feature * bins->rows, *of = dw_alloc_zero(categories + 1, 1);
  size_t *count = dw_alloc_zero(categories + 1, sizeof *count);
  uint32_t *order = dw_alloc_array(categories, sizeof *order);
  for (size_t i = 0; i < bins->rows; i++) count[code[i]]++;
  dw_order_by_count(count + 1, categories, order);
  for (size_t k = 0; k < categories; k++) of[order[k] + 1] = (uint8_t)(k < DW_BINS - 1 ? k + 1 : DW_BINS - 1);
  for (size_t i = 0; i < bins->rows; i++) bin[i] = of[code[i]];
  bins->count[feature] = (uint8_t)((categories < DW_BINS - 1 ? categories : DW_BINS - 1) + 1);
  bins->categorical[feature] = true;
  dw_free(count);
  dw_free(order);
  dw_free(of);
}
