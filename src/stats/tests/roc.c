#include "stats/tests/roc.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/samples/moments.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"

/* Adds `times` equal values to a mean and a sum of squares about it. */
static void moments_add_times(dw_moments *moments, double x, uint64_t times)
{
  dw_moments part = {.count = times, .mean = x, .min = x, .max = x};
  dw_moments_merge(moments, &part);
}

/* DeLong's components: for each positive, the share of negatives below it (ties half), and for each negative the share of positives above
 * it. AUC is the mean of either; its variance var(first) / positives + var(second) / negatives. */
dw_status dw_auc_sorted(dw_sorted positive, dw_sorted negative, dw_auc *out, dw_err *err)
{
  *out = (dw_auc){.auc = NAN, .variance = NAN, .positives = positive.total, .negatives = negative.total};
  if (positive.total == 0 || negative.total == 0) return dw_err_set(err, DW_ENODATA, "labels of one class only: no AUC");
  double n = (double)positive.total, m = (double)negative.total;
  dw_moments over_positives, over_negatives;
  dw_moments_init(&over_positives);
  dw_moments_init(&over_negatives);
  dw_merge walk;
  dw_merge_start(&walk, positive, negative);
  while (dw_merge_next(&walk)) {
    double a = (double)walk.times_a, b = (double)walk.times_b;
    if (walk.times_a) moments_add_times(&over_positives, ((double)(walk.below_b - walk.times_b) + 0.5 * b) / m, walk.times_a);
    if (walk.times_b) moments_add_times(&over_negatives, ((double)(positive.total - walk.below_a) + 0.5 * a) / n, walk.times_b);
  }
  out->auc = over_positives.mean;
  out->variance = dw_moments_variance(&over_positives, 1) / n + dw_moments_variance(&over_negatives, 1) / m;
  return DW_OK;
}

dw_status dw_auc_labels(const double *score, const unsigned char *label, size_t n, dw_auc *out, dw_err *err)
{
  size_t positives = 0, negatives = 0;
  double *room = dw_alloc_array(n, sizeof *room); /* positives from the front, negatives from the back */
  for (size_t i = 0; i < n; i++)
    if (label[i]) room[positives++] = score[i];
    else room[n - ++negatives] = score[i];
  dw_sort_doubles(room, positives, NULL);
  dw_sort_doubles(room + positives, negatives, NULL);
  dw_status status = dw_auc_sorted(dw_sorted_make(room, positives), dw_sorted_make(room + positives, negatives), out, err);
  dw_free(room);
  return status;
}

dw_status dw_auc_difference(const dw_auc *a, const dw_auc *b, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  double variance = a->variance + b->variance, difference = a->auc - b->auc;
  if (isnan(variance) || isnan(difference)) return dw_err_set(err, DW_ENODATA, "too few labels of a class for a variance of the AUC");
  if (difference == 0) {
    out->statistic = 0;
    out->p_value = 1;
    return DW_OK;
  }
  out->statistic = difference / sqrt(variance);
  out->p_value = 2 * dw_normal_sf(fabs(out->statistic));
  return DW_OK;
}

/* Elements of the ascending array below x, and below or equal to it. */
static size_t count_below(const double *sorted, size_t n, double x, bool equal)
{
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (sorted[middle] < x || (equal && sorted[middle] == x)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* DeLong's component of each row: the share of the other class that it is ranked rightly against, ties half. */
static void placements(const double *score, const unsigned char *label, size_t n, double *out)
{
  size_t positives = 0, negatives = 0;
  double *room = dw_alloc_array(n, sizeof *room);
  for (size_t i = 0; i < n; i++)
    if (label[i]) room[positives++] = score[i];
    else room[n - ++negatives] = score[i];
  dw_sort_doubles(room, positives, NULL);
  dw_sort_doubles(room + positives, negatives, NULL);
  for (size_t i = 0; i < n; i++) {
    const double *other = label[i] ? room + positives : room;
    size_t count = label[i] ? negatives : positives;
    double below = (double)count_below(other, count, score[i], false), upto = (double)count_below(other, count, score[i], true);
    double share = 0.5 * (below + upto) / (double)count;
    out[i] = label[i] ? share : 1 - share;
  }
  dw_free(room);
}

dw_status dw_auc_paired(const double *score_a, const double *score_b, const unsigned char *label, size_t n, dw_auc *a, dw_auc *b,
                        double *variance, dw_test *out, dw_err *err)
{
  dw_test_clear(out);
  if (variance) *variance = NAN;
  dw_status status = dw_auc_labels(score_a, label, n, a, err);
  if (status == DW_OK) status = dw_auc_labels(score_b, label, n, b, err);
  if (status != DW_OK) return status;
  if (a->positives < 2 || a->negatives < 2) return dw_err_set(err, DW_ENODATA, "too few labels of a class for a variance of the AUC");
  double *of_a = dw_alloc_array(n, sizeof *of_a), *of_b = dw_alloc_array(n, sizeof *of_b);
  placements(score_a, label, n, of_a);
  placements(score_b, label, n, of_b);
  dw_moments over_positives, over_negatives;
  dw_moments_init(&over_positives);
  dw_moments_init(&over_negatives);
  for (size_t i = 0; i < n; i++) dw_moments_add(label[i] ? &over_positives : &over_negatives, of_a[i] - of_b[i]);
  dw_free(of_a);
  dw_free(of_b);
  double spread =
      dw_moments_variance(&over_positives, 1) / (double)a->positives + dw_moments_variance(&over_negatives, 1) / (double)a->negatives;
  if (variance) *variance = spread;
  double difference = a->auc - b->auc;
  out->statistic = difference == 0 ? 0 : difference / sqrt(spread);
  out->p_value = difference == 0 ? 1 : 2 * dw_normal_sf(fabs(out->statistic));
  return DW_OK;
}
