/* Intervals from influences against the bootstrap that they stand for, at sizes where that can be had. */
#include "model/judge/interval_large.h"

#include "golden.h"

enum { ROWS = 2500, REPLICATES = 6000 }; /* a quantile of so many is known to 0.035 errors, 1.8 % of an interval's half */

typedef struct data {
  dw_judged rows;
  double *score, *target;
  uint32_t *label, *prediction;
} data;

static data make(uint64_t seed, size_t n, dw_task task, size_t classes, double noise)
{
  size_t width = task == DW_TASK_MULTICLASS ? classes : 1;
  data d = {.score = malloc(n * width * 8), .target = malloc(n * 8), .label = malloc(n * 4), .prediction = malloc(n * 4)};
  for (size_t i = 0; i < n; i++) {
    double sum = 0, u = golden_uniform(seed + 3, i);
    d.label[i] = task == DW_TASK_MULTICLASS ? (uint32_t)(golden_bits(seed, i) % classes) : golden_bits(seed, i) % 4 == 0;
    for (size_t k = 0; k < width; k++) {
      bool is = task == DW_TASK_MULTICLASS ? d.label[i] == k : d.label[i] == 1;
      d.score[i * width + k] = (golden_uniform(seed + 5 + k, i) + noise * golden_uniform(seed + 15 + k, i) + 0.5 * is) / (1.5 + noise);
      sum += d.score[i * width + k];
    }
    for (size_t k = 0; k < width && width > 1; k++) d.score[i * width + k] /= sum;
    d.prediction[i] = (uint32_t)(golden_bits(seed + 1, i) % 3 ? d.label[i] : golden_bits(seed + 2, i) % (classes ? classes : 1));
    d.target[i] = task == DW_TASK_REGRESSION ? d.score[i] - log(1 - 0.999 * u) * (golden_bits(seed + 4, i) % 2 ? 0.3 : -0.3) : 0;
  }
  d.rows = (dw_judged){.task = task, .rows = n, .classes = classes, .score = d.score, .target = d.target};
  if (task == DW_TASK_REGRESSION) return d;
  d.rows.label = d.label;
  d.rows.prediction = d.prediction;
  return d;
}

static void drop(data *d)
{
  free(d->score);
  free(d->target);
  free(d->label);
  free(d->prediction);
}

/* Fewer rows than are "many": dw_intervals draws. Both ends agree to `margin` of half the interval. */
static void check_against_bootstrap(const data *d, const bool *wanted, double margin, const char *method)
{
  dw_metrics *m = dw_metrics_new(&d->rows);
  dw_metric_values values;
  dw_interval drawn[DW_METRICS];
  dw_resampling how = {.confidence = 0.95, .replicates = REPLICATES, .seed = 7};
  CHECK(!dw_rows_are_many(&d->rows));
  dw_metrics_compute(m, NULL, &values);
  dw_intervals(m, &d->rows, wanted, &values, &how, drawn);
  for (int k = 0; k < DW_METRICS; k++) {
    if (!wanted[k]) continue;
    dw_interval is = dw_interval_large(m, &d->rows, (dw_metric)k, values.value[k], &how);
    double half = (drawn[k].high - drawn[k].low) / 2;
    CHECK_TEXT(is.method, method);
    CHECK_MSG(fabs(is.low - drawn[k].low) < margin * half && fabs(is.high - drawn[k].high) < margin * half,
              "%s: %.6g to %.6g, drawn %.6g to %.6g", dw_metric_name((dw_metric)k), is.low, is.high, drawn[k].low, drawn[k].high);
  }
  dw_metrics_free(m);
}

TEST(losses_of_two_classes)
{
  data d = make(11, ROWS, DW_TASK_BINARY, 2, 0.5);
  check_against_bootstrap(&d, (bool[DW_METRICS]){[DW_METRIC_LOG_LOSS] = true, [DW_METRIC_BRIER] = true}, 0.05, "edgeworth");
  drop(&d);
}

/* Errors of an exponential law: their squares have a skewness of 6. */
TEST(losses_of_regression)
{
  data d = make(12, ROWS, DW_TASK_REGRESSION, 0, 0.5);
  check_against_bootstrap(&d, (bool[DW_METRICS]){[DW_METRIC_MAE] = true, [DW_METRIC_RMSE] = true, [DW_METRIC_R2] = true}, 0.07,
                          "edgeworth");
  drop(&d);
}

TEST(shares_of_two_classes)
{
  data d = make(13, ROWS, DW_TASK_BINARY, 2, 0.5);
  check_against_bootstrap(&d, (bool[DW_METRICS]){[DW_METRIC_AVERAGE_PRECISION] = true, [DW_METRIC_KS] = true}, 0.08, "logit");
  drop(&d);
}

TEST(shares_of_three_classes)
{
  data d = make(14, ROWS, DW_TASK_MULTICLASS, 3, 0.5);
  check_against_bootstrap(&d,
                          (bool[DW_METRICS]){[DW_METRIC_AUC] = true,
                                             [DW_METRIC_AVERAGE_PRECISION] = true,
                                             [DW_METRIC_PRECISION] = true,
                                             [DW_METRIC_RECALL] = true,
                                             [DW_METRIC_F1] = true,
                                             [DW_METRIC_SPECIFICITY] = true},
                          0.08, "logit");
  drop(&d);
}

/* Without the terms for skewness and curvature both ends would be off on the same side by what is checked here. */
TEST(the_second_term_is_needed)
{
  data d = make(12, ROWS, DW_TASK_REGRESSION, 0, 0.5);
  dw_metrics *m = dw_metrics_new(&d.rows);
  dw_metric_values values;
  double log_mean, error;
  dw_resampling how = {.confidence = 0.95};
  dw_metrics_compute(m, NULL, &values);
  CHECK(dw_metrics_log_mean(m, DW_METRIC_RMSE, NULL, &log_mean, &error));
  dw_interval is = dw_interval_large(m, &d.rows, DW_METRIC_RMSE, values.value[DW_METRIC_RMSE], &how);
  CHECK(2 * log(is.high) - log_mean > 2 * error && log_mean - 2 * log(is.low) < 1.92 * error);
  /* one row of a heavy tail: no small correction, so nothing is said */
  d.target[5] = 1000;
  dw_metrics *heavy = dw_metrics_new(&d.rows);
  CHECK(!dw_interval_large(heavy, &d.rows, DW_METRIC_RMSE, 1, &how).method);
  dw_metrics_free(heavy);
  dw_metrics_free(m);
  drop(&d);
}

/* Of two scores on the same rows, one better: each difference against the paired bootstrap. */
TEST(differences)
{
  data a = make(21, ROWS, DW_TASK_BINARY, 2, 0.6), b = make(21, ROWS, DW_TASK_BINARY, 2, 0.5);
  for (size_t i = 0; i < ROWS; i++) b.prediction[i] = b.score[i] > 0.6;
  dw_metrics *ma = dw_metrics_new(&a.rows), *mb = dw_metrics_new(&b.rows);
  dw_metric_values va, vb;
  dw_paired drawn[DW_METRICS];
  bool wanted[DW_METRICS] = {false};
  for (int k = 0; k <= DW_METRIC_SPECIFICITY; k++) wanted[k] = true;
  dw_metrics_compute(ma, NULL, &va);
  dw_metrics_compute(mb, NULL, &vb);
  dw_side one = {&a.rows, ma, &va}, two = {&b.rows, mb, &vb};
  dw_intervals_paired(&one, &two, wanted, &(dw_resampling){.confidence = 0.95, .replicates = REPLICATES, .seed = 3}, drawn);
  for (int k = 0; k <= DW_METRIC_SPECIFICITY; k++) {
    dw_paired is = dw_paired_large(&one, &two, (dw_metric)k, 0.95);
    double half = (drawn[k].high - drawn[k].low) / 2;
    CHECK_TEXT(is.method, k == DW_METRIC_AUC ? "delong" : "influence");
    CHECK_MSG(fabs(is.low - drawn[k].low) < 0.06 * half && fabs(is.high - drawn[k].high) < 0.06 * half,
              "%s: %.6g to %.6g, drawn %.6g to %.6g", dw_metric_name((dw_metric)k), is.low, is.high, drawn[k].low, drawn[k].high);
    CHECK(fabs(is.p_value - drawn[k].p_value) < 0.03);
    CHECK(is.difference == drawn[k].difference);
  }
  dw_paired none = dw_paired_large(&one, &one, DW_METRIC_BRIER, 0.95);
  CHECK(none.difference == 0 && none.p_value == 1 && none.low == 0 && none.high == 0);
  dw_metrics_free(ma);
  dw_metrics_free(mb);
  drop(&a);
  drop(&b);
}

/* Of 150 fresh samples of 20,000 rows, 95 % intervals cover what the law says in 95 %: between 133 and 149 (odds against either 1 in 1000).
 * The truth: the mean of an exponential law 1, and the KS distance of the uniform law on 0 to 1 from that on 0.3 to 1.3, 0.3 along a whole
 * stretch, where the largest of the sample is too large. */
TEST(many_rows_cover_the_truth)
{
  enum { MANY = 20000 };
  double *score = malloc(MANY * 8), *target = malloc(MANY * 8);
  uint32_t *label = malloc(MANY * 4);
  int mean = 0, distance = 0;
  dw_resampling how = {.confidence = 0.95, .replicates = 100, .threads = 1};
  for (uint64_t seed = 0; seed < 150; seed++) {
    for (size_t i = 0; i < MANY; i++) {
      double u = golden_uniform(5000 + seed, i);
      label[i] = i % 4 == 0;
      score[i] = (u + 0.3 * label[i]) / 1.3;
      target[i] = score[i] - log(1 - u);
    }
    dw_metric_values values;
    how.seed = seed;
    dw_judged rows = {.task = DW_TASK_REGRESSION, .rows = MANY, .score = score, .target = target};
    dw_metrics *m = dw_metrics_new(&rows);
    dw_metrics_compute(m, NULL, &values);
    dw_interval is = dw_interval_large(m, &rows, DW_METRIC_MAE, values.value[DW_METRIC_MAE], &how);
    mean += is.low <= 1 && 1 <= is.high;
    dw_metrics_free(m);
    if (seed % 2) continue;
    rows = (dw_judged){.task = DW_TASK_BINARY, .rows = MANY, .classes = 2, .score = score, .label = label};
    m = dw_metrics_new(&rows);
    dw_metrics_compute(m, NULL, &values);
    CHECK(dw_rows_are_many(&rows));
    is = dw_interval_large(m, &rows, DW_METRIC_KS, values.value[DW_METRIC_KS], &how);
    distance += is.low <= 0.3 && 0.3 <= is.high;
    dw_metrics_free(m);
  }
  CHECK_MSG(mean >= 133 && mean <= 149, "%d of 150 cover the mean", mean);
  CHECK_MSG(distance >= 65, "%d of 75 cover the distance", distance);
  free(score);
  free(target);
  free(label);
}
