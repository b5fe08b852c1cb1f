/* Influences against the metrics themselves with one row a little heavier, and their errors against the bootstrap over rows. */
#include "model/judge/influence.h"

#include "golden.h"
#include "stats/tests/roc.h"

enum { ROWS = 240, HEAVY = 2000 };

typedef struct data {
  dw_judged rows;
  double score[ROWS * 5], target[ROWS];
  uint32_t label[ROWS], prediction[ROWS];
} data;

/* Scores on a grid: many are equal. Regression: label NULL. */
static void make(data *d, uint64_t seed, dw_task task, size_t classes)
{
  size_t width = task == DW_TASK_MULTICLASS ? classes : 1;
  for (size_t i = 0; i < ROWS; i++) {
    double sum = 0;
    d->label[i] = (uint32_t)(golden_bits(seed, i) % (task == DW_TASK_MULTICLASS ? classes : 2));
    d->target[i] = golden_uniform(seed + 3, i) * golden_uniform(seed + 4, i);
    for (size_t k = 0; k < width; k++) {
      bool is = task == DW_TASK_MULTICLASS ? d->label[i] == k : d->label[i] == 1;
      double *score = &d->score[i * width + k];
      *score = (floor(20 * golden_uniform(seed + 5 + k, i)) + 1 + 8 * is) / 30;
      sum += *score;
    }
    for (size_t k = 0; k < width && width > 1; k++) d->score[i * width + k] /= sum;
    d->prediction[i] = (uint32_t)(golden_bits(seed + 1, i) % 3 ? d->label[i] : golden_bits(seed + 2, i) % (classes ? classes : 1));
  }
  d->rows = (dw_judged){.task = task, .rows = ROWS, .classes = classes, .score = d->score, .target = d->target};
  if (task == DW_TASK_REGRESSION) return;
  d->rows.label = d->label;
  d->rows.prediction = d->prediction;
}

/* By definition: each row weighs HEAVY, one of them 1 more. Halves of a difference of 1 either way leave an error of 1 / HEAVY^2. */
static void check_metrics(data *d, dw_metric first, dw_metric last, double margin)
{
  dw_metrics *m = dw_metrics_new(&d->rows);
  double psi[ROWS];
  uint32_t times[ROWS];
  for (int metric = (int)first; metric <= (int)last; metric++) {
    if (!dw_metric_applies((dw_metric)metric, d->rows.task) || metric == DW_METRIC_CONFUSION_MATRIX || metric == DW_METRIC_ECE) continue;
    CHECK(dw_influence(m, (dw_metric)metric, psi));
    double sum = 0, largest = 0;
    for (size_t i = 0; i < ROWS; i++) times[i] = HEAVY;
    for (size_t i = 0; i < ROWS; i++) {
      dw_metric_values up, down;
      times[i] = HEAVY + 1;
      dw_metrics_compute(m, times, &up);
      times[i] = HEAVY - 1;
      dw_metrics_compute(m, times, &down);
      times[i] = HEAVY;
      double slope = (up.value[metric] - down.value[metric]) * HEAVY / 2;
      CHECK_MSG(fabs(slope - psi[i]) <= margin / ROWS, "%s, row %zu: %.9g by definition, %.9g", dw_metric_name((dw_metric)metric), i, slope,
                psi[i]);
      sum += psi[i];
      largest = fmax(largest, fabs(psi[i]));
    }
    CHECK_MSG(fabs(sum) < 1e-12 && largest > 1e-4, "%s: sum %g, largest %g", dw_metric_name((dw_metric)metric), sum, largest);
  }
  dw_metrics_free(m);
}

TEST(two_classes)
{
  data d;
  make(&d, 41, DW_TASK_BINARY, 2);
  check_metrics(&d, DW_METRIC_AUC, DW_METRIC_R2, 1e-5);
}

TEST(four_classes)
{
  data d;
  make(&d, 51, DW_TASK_MULTICLASS, 4);
  check_metrics(&d, DW_METRIC_AUC, DW_METRIC_R2, 1e-5);
}

TEST(regression)
{
  data d;
  make(&d, 61, DW_TASK_REGRESSION, 0);
  check_metrics(&d, DW_METRIC_AUC, DW_METRIC_R2, 1e-5);
}

/* A class that is only predicted, one that is never, and labels that the model does not know. */
TEST(classes_apart)
{
  data d;
  make(&d, 71, DW_TASK_MULTICLASS, 5);
  for (size_t i = 0; i < ROWS; i++) {
    if (d.label[i] == 4) d.label[i] = 0;
    if (d.prediction[i] == 3) d.prediction[i] = 1;
  }
  d.rows.score = NULL;
  dw_metrics *m = dw_metrics_new(&d.rows);
  double psi[ROWS];
  CHECK(!dw_influence(m, DW_METRIC_AUC, psi));
  dw_metrics_free(m);
  check_metrics(&d, DW_METRIC_ACCURACY, DW_METRIC_SPECIFICITY, 1e-5);
}

/* DeLong's variance, from roc.h. */
TEST(auc_has_delongs_error)
{
  data d;
  make(&d, 81, DW_TASK_BINARY, 2);
  unsigned char label[ROWS];
  dw_auc auc;
  double psi[ROWS];
  for (size_t i = 0; i < ROWS; i++) label[i] = d.label[i] == 1;
  CHECK(dw_auc_labels(d.score, label, ROWS, &auc, NULL) == DW_OK);
  dw_metrics *m = dw_metrics_new(&d.rows);
  CHECK(dw_influence(m, DW_METRIC_AUC, psi));
  CHECK_CLOSE(dw_influence_error(m, DW_METRIC_AUC, psi), sqrt(auc.variance), 1e-13);
  dw_metrics_free(m);
}

/* The direction of the bins' gaps being clear, the calibration error is a mean: its error against 2,000 replicates (their own: 1.6 %). */
TEST(calibration)
{
  data d;
  make(&d, 91, DW_TASK_BINARY, 2);
  for (size_t i = 0; i < ROWS; i++) d.score[i] = d.label[i] ? 0.62 + 0.03 * golden_uniform(95, i) : 0.12 + 0.03 * golden_uniform(96, i);
  dw_metrics *m = dw_metrics_new(&d.rows);
  double psi[ROWS], mean = 0, square = 0;
  uint32_t times[ROWS];
  CHECK(dw_influence(m, DW_METRIC_ECE, psi));
  for (uint64_t r = 0; r < 2000; r++) {
    dw_metric_values values;
    memset(times, 0, sizeof times);
    for (size_t i = 0; i < ROWS; i++) times[golden_bits(1000 + r, i) % ROWS]++;
    dw_metrics_compute(m, times, &values);
    mean += values.value[DW_METRIC_ECE] / 2000;
    square += values.value[DW_METRIC_ECE] * values.value[DW_METRIC_ECE] / 2000;
  }
  CHECK_CLOSE(dw_influence_error(m, DW_METRIC_ECE, psi) / sqrt(square - mean * mean), 1, 0.06);
  dw_metrics_free(m);
}
