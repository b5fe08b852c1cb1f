#include "detect/joint/joint_pca.h"

#include <math.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "stats/tests/effect.h"
#include "stats/learners/pca.h"
#include "stats/samples/sort.h"
#include "stats/tests/twosample.h"

enum { MOST_COLUMNS = 1000, LEAST_REFERENCE = 20, LEAST_CURRENT = 10 };
#define EXPLAINED 0.65
#define ROUNDING 1e-9 /* errors below it, in standard deviations, are no errors: a row is rebuilt whole */

typedef struct encoding {
  const dw_joint_table *table;
  size_t columns;
  const uint8_t *fit;     /* reference rows that the components are fitted to */
  double *rows[DW_SIDES]; /* [rows][columns] */
} encoding;

static uint8_t *draw_half(const dw_joint_table *table)
{
  dw_rng_key key = dw_rng_derive(0, "reconstruction");
  uint8_t *fit = dw_alloc_array(table->rows[DW_REFERENCE], 1);
  for (size_t i = 0; i < table->rows[DW_REFERENCE]; i++) {
    uint32_t word[4];
    dw_rng_block(key, table->row[DW_REFERENCE][i], 0, 0, word);
    fit[i] = word[0] & 1;
  }
  return fit;
}

static void encode_numbers(encoding *e, size_t column)
{
  const dw_joint_feature *feature = &e->table->feature[column];
  const double *reference = feature->number[DW_REFERENCE];
  dw_moments moments;
  dw_moments_init(&moments);
  for (size_t i = 0; reference && i < e->table->rows[DW_REFERENCE]; i++)
    if (e->fit[i] && !isnan(reference[i])) dw_moments_add(&moments, reference[i]);
  for (int side = 0; side < DW_SIDES; side++)
    for (size_t i = 0; i < e->table->rows[side]; i++) {
      double value = feature->number[side] ? feature->number[side][i] : NAN;
      e->rows[side][i * e->columns + column] = isnan(value) ? moments.mean : value;
    }
}

/* A category becomes its share among the rows of the fit, a missing one that of the most frequent. */
static void encode_categories(encoding *e, size_t column)
{
  const dw_joint_feature *feature = &e->table->feature[column];
  double *share = dw_alloc_zero(feature->categories + 1, sizeof *share), total = 0;
  for (size_t i = 0; i < e->table->rows[DW_REFERENCE]; i++) {
    uint32_t code = feature->code[DW_REFERENCE][i];
    if (!e->fit[i] || !code) continue;
    share[code]++;
    total++;
  }
  for (size_t k = 1; k <= feature->categories; k++) {
    share[k] = total > 0 ? share[k] / total : 0;
    share[0] = fmax(share[0], share[k]);
  }
  for (int side = 0; side < DW_SIDES; side++)
    for (size_t i = 0; i < e->table->rows[side]; i++) e->rows[side][i * e->columns + column] = share[feature->code[side][i]];
  dw_free(share);
}

static void encode_column(void *context, size_t item, unsigned thread)
{
  encoding *e = context;
  if (e->table->feature[item].categorical) encode_categories(e, item);
  else encode_numbers(e, item);
}

/* The rows of the fit go to the covariance, the others close ranks. Returns how many those are. */
static size_t part_reference(encoding *e, dw_covariance *covariance, unsigned threads)
{
  size_t held = 0;
  for (size_t i = 0; i < e->table->rows[DW_REFERENCE]; i++) {
    double *row = e->rows[DW_REFERENCE] + i * e->columns;
    if (e->fit[i]) dw_covariance_add(covariance, row, 1, threads);
    else memmove(e->rows[DW_REFERENCE] + held++ * e->columns, row, e->columns * sizeof *row);
  }
  return held;
}

static dw_status compare_errors(dw_reconstruction *out, double *const error[DW_SIDES], dw_err *err)
{
  dw_moments moments[DW_SIDES];
  dw_sorted sorted[DW_SIDES];
  dw_test test;
  for (int side = 0; side < DW_SIDES; side++) {
    for (size_t i = 0; i < out->rows[side]; i++)
      if (error[side][i] < ROUNDING) error[side][i] = 0;
    dw_moments_init(&moments[side]);
    dw_moments_add_array(&moments[side], error[side], out->rows[side]);
    dw_sort_doubles(error[side], out->rows[side], NULL);
    sorted[side] = dw_sorted_make(error[side], out->rows[side]);
    out->error[side] = moments[side].mean;
    out->standard_error[side] = dw_moments_std(&moments[side], 1) / sqrt((double)out->rows[side]);
  }
  dw_status status = dw_mannwhitney(sorted[DW_REFERENCE], sorted[DW_CURRENT], DW_TWO_SIDED, &test, err);
  if (status != DW_OK) return status;
  out->above = 1 - test.statistic / ((double)out->rows[0] * (double)out->rows[1]);
  out->effect = dw_cohen_d(&moments[DW_REFERENCE], &moments[DW_CURRENT]);
  out->p_value = test.p_value;
  return DW_OK;
}

static dw_status run_encoded(dw_reconstruction *out, encoding *e, unsigned threads, dw_err *err)
{
  dw_covariance covariance;
  dw_pca pca;
  dw_covariance_init(&covariance, e->columns);
  out->rows[DW_REFERENCE] = part_reference(e, &covariance, threads);
  out->rows[DW_CURRENT] = e->table->rows[DW_CURRENT];
  dw_status status = dw_pca_fit(&pca, &covariance, true, EXPLAINED, threads, err);
  dw_covariance_free(&covariance);
  if (status != DW_OK) return status;
  double *error[DW_SIDES];
  for (int side = 0; side < DW_SIDES; side++) {
    error[side] = dw_alloc_array(out->rows[side], sizeof(double));
    dw_pca_errors(&pca, e->rows[side], out->rows[side], threads, error[side]);
  }
  out->components = pca.components;
  dw_pca_free(&pca);
  status =
      out->rows[DW_REFERENCE] ? compare_errors(out, error, err) : dw_err_set(err, DW_ENODATA, "no reference row is left to compare with");
  for (int side = 0; side < DW_SIDES; side++) dw_free(error[side]);
  return status;
}

dw_status dw_reconstruction_run(dw_reconstruction *out, const dw_joint_table *table, unsigned threads, dw_err *err)
{
  *out = (dw_reconstruction){.above = NAN, .effect = NAN, .p_value = NAN};
  if (table->count == 0) return dw_err_set(err, DW_ENODATA, "no column of numbers or categories that both sides have");
  if (table->rows[DW_REFERENCE] < LEAST_REFERENCE || table->rows[DW_CURRENT] < LEAST_CURRENT)
    return dw_err_set(err, DW_ENODATA, "%zu reference and %zu current rows: principal components need %d and %d", table->rows[DW_REFERENCE],
                      table->rows[DW_CURRENT], LEAST_REFERENCE, LEAST_CURRENT);
  encoding e = {.table = table, .columns = table->count < MOST_COLUMNS ? table->count : MOST_COLUMNS};
  uint8_t *fit = draw_half(table);
  e.fit = fit;
  for (int side = 0; side < DW_SIDES; side++) e.rows[side] = dw_alloc_array(table->rows[side] * e.columns, sizeof(double));
  dw_parallel(threads, e.columns, encode_column, &e);
  dw_status status = run_encoded(out, &e, threads, err);
  out->columns = e.columns;
  for (int side = 0; side < DW_SIDES; side++) dw_free(e.rows[side]);
  dw_free(fit);
  return status;
}
