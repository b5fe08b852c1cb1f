#include "model/estimate/probability.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/judge/metrics.h"
#include "stats/samples/sum.h"

enum { SPLITS = 10, ECE_BINS = 10 };
#define CLEAR_AUC 0.999 /* beyond it nothing is left to calibrate */

typedef struct scored {
  const double *score;
  const uint32_t *label;
  size_t count;
} scored;

typedef struct pair {
  double p, y;
} pair;

static int by_p(const void *a, const void *b)
{
  double x = ((const pair *)a)->p, y = ((const pair *)b)->p;
  if (x != y) return x < y ? -1 : 1;
  x = ((const pair *)a)->y;
  y = ((const pair *)b)->y;
  return (x > y) - (x < y);
}

/* Over ten bins of equally many rows. The rows are put in order of their score. */
static double calibration_error(pair *pairs, size_t n)
{
  double error = 0;
  qsort(pairs, n, sizeof *pairs, by_p);
  for (size_t bin = 0; bin < ECE_BINS; bin++) {
    dw_sum difference = {0};
    for (size_t i = n * bin / ECE_BINS; i < n * (bin + 1) / ECE_BINS; i++) dw_sum_add(&difference, pairs[i].p - pairs[i].y);
    error += fabs(dw_sum_value(&difference)) / (double)n;
  }
  return error;
}

/* Shuffles the indices of one class and returns how many of them are the test part. */
static size_t choose_test(uint32_t *index, size_t n, dw_rng *rng)
{
  size_t test = (size_t)((double)n * 0.1 + 0.5);
  if (test == 0) test = 1;
  for (size_t i = 0; i < test; i++) { /* the first `test` of a Fisher-Yates shuffle */
    size_t k = i + (size_t)dw_rng_below(rng, n - i);
    uint32_t x = index[i];
    index[i] = index[k];
    index[k] = x;
  }
  return test;
}

static size_t class_rows(const scored *rows, uint32_t label, uint32_t *out)
{
  size_t n = 0;
  for (size_t i = 0; i < rows->count; i++)
    if (rows->label[i] == label) out[n++] = (uint32_t)i;
  return n;
}

/* One split: fits on nine tenths of each class; adds the test rows' raw and calibrated scores. */
static size_t run_split(const scored *rows, dw_rng *rng, uint32_t *index, double *score, double *target, pair *raw, pair *mapped)
{
  size_t train = 0, test = 0, from = 0;
  size_t *chosen = dw_alloc_array(rows->count, sizeof *chosen);
  for (uint32_t label = 0; label < 2; label++) {
    size_t n = class_rows(rows, label, index + from), held = choose_test(index + from, n, rng);
    for (size_t i = 0; i < n; i++) {
      size_t row = index[from + i];
      if (i < held) {
        chosen[test++] = row;
        continue;
      }
      score[train] = rows->score[row];
      target[train++] = label;
    }
    from += n;
  }
  dw_calibration map;
  dw_calibration_fit_isotonic(&map, score, target, train);
  for (size_t i = 0; i < test; i++) {
    raw[i] = (pair){rows->score[chosen[i]], rows->label[chosen[i]]};
    mapped[i] = (pair){dw_calibration_apply(&map, raw[i].p), raw[i].y};
  }
  dw_calibration_free(&map);
  dw_free(chosen);
  return test;
}

/* Does an isotonic map lower the calibration error of rows that it was not fitted to? Ten stratified random splits, test rows pooled. */
static bool needs_calibration(const scored *rows, uint64_t seed)
{
  size_t n = rows->count, count = 0;
  uint32_t *index = dw_alloc_array(n, sizeof *index);
  double *score = dw_alloc_array(n, sizeof *score), *target = dw_alloc_array(n, sizeof *target);
  pair *raw = dw_alloc_array((n / 10 + 3) * SPLITS, sizeof *raw), *mapped = dw_alloc_array((n / 10 + 3) * SPLITS, sizeof *mapped);
  for (uint32_t split = 0; split < SPLITS; split++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(seed, "dw-eval splits"), split, 0);
    count += run_split(rows, &rng, index, score, target, raw + count, mapped + count);
  }
  bool needed = calibration_error(raw, count) > calibration_error(mapped, count);
  dw_free(index);
  dw_free(score);
  dw_free(target);
  dw_free(raw);
  dw_free(mapped);
  return needed;
}

static double auc_of(const scored *rows)
{
  bool wanted[DW_METRICS] = {[DW_METRIC_AUC] = true};
  dw_judged judged = {.task = DW_TASK_BINARY, .rows = rows->count, .classes = 2, .score = rows->score, .label = rows->label};
  dw_metrics *metrics = dw_metrics_new(&judged);
  dw_metric_values values;
  dw_metrics_compute_some(metrics, NULL, wanted, &values);
  dw_metrics_free(metrics);
  return values.value[DW_METRIC_AUC];
}

dw_status dw_probability_fit(dw_probability *out, const double *score, const uint32_t *label, size_t n, uint64_t seed, dw_err *err)
{
  scored rows = {score, label, n};
  bool probabilities = true;
  size_t positives = 0;
  *out = (dw_probability){0};
  for (size_t i = 0; i < n; i++) {
    positives += label[i] == 1;
    probabilities = probabilities && score[i] >= 0 && score[i] <= 1;
  }
  if (probabilities && (positives == 0 || positives == n)) return DW_OK;
  out->needed = !probabilities || (!(auc_of(&rows) > CLEAR_AUC) && needs_calibration(&rows, seed));
  return out->needed ? dw_calibration_fit(&out->map, DW_CALIBRATION_ISOTONIC, score, label, n, err) : DW_OK;
}

dw_status dw_probability_refit(dw_probability *out, const dw_probability *like, const double *score, const uint32_t *label, size_t n,
                               dw_err *err)
{
  *out = (dw_probability){.needed = like->needed};
  return like->needed ? dw_calibration_fit(&out->map, DW_CALIBRATION_ISOTONIC, score, label, n, err) : DW_OK;
}

double dw_probability_of(const dw_probability *map, double score)
{
  return map->needed ? dw_calibration_apply(&map->map, score) : fmin(fmax(score, 0), 1);
}

void dw_probability_free(dw_probability *map) { dw_calibration_free(&map->map); }
