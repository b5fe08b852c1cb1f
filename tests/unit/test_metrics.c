/* Held to scikit-learn (tests/golden/make_metrics.py). */
#include "model/judge/metrics.h"

#include "golden.h"

static void check_row(const golden *table, int from, const dw_metric_values *got, dw_metric first, int count)
{
  for (int i = 0; i < count; i++) {
    double want = golden_number(table, from + i), value = got->value[first + i];
    CHECK_MSG(test_close(value, want, 1e-12) || fabs(value - want) < 1e-15, "line of %s %s: %s = %.17g, want %.17g", table->field[0],
              table->field[1], dw_metric_name((dw_metric)(first + i)), value, want);
    CHECK((got->why[first + i] != NULL) == isnan(value));
  }
}

static dw_judged *make_binary(uint64_t seed, size_t n, double steps, uint64_t one_in, double cut)
{
  double *score = golden_sample(seed, n, 1.0 / 3, 0, steps), *higher = golden_sample(seed, n, 0.25, 0.25, steps);
  uint32_t *label = malloc(n * sizeof *label + 1), *prediction = malloc(n * sizeof *prediction + 1);
  for (size_t i = 0; i < n; i++) {
    label[i] = golden_bits(seed + 1, i) % one_in == 0;
    if (label[i]) score[i] = higher[i];
    prediction[i] = score[i] >= cut;
  }
  free(higher);
  dw_judged *rows = malloc(sizeof *rows);
  *rows = (dw_judged){.task = DW_TASK_BINARY, .rows = n, .classes = 2, .score = score, .label = label, .prediction = prediction};
  return rows;
}

static dw_judged *make_multiclass(uint64_t seed, size_t n, double steps, size_t classes)
{
  double *score = malloc(n * classes * sizeof *score);
  uint32_t *label = malloc(n * sizeof *label), *prediction = calloc(n, sizeof *prediction);
  for (size_t i = 0; i < n; i++) label[i] = (uint32_t)(golden_bits(seed + 1, i) % classes);
  for (size_t k = 0; k < classes; k++) {
    double *raw = golden_sample(seed + 2 + k, n, 1, 0.125, steps);
    for (size_t i = 0; i < n; i++) score[i * classes + k] = raw[i] + (label[i] == k) * 0.5;
    free(raw);
  }
  for (size_t i = 0; i < n; i++) {
    double *p = score + i * classes, total = 0;
    for (size_t k = 0; k < classes; k++) total += p[k];
    for (size_t k = 0; k < classes; k++) p[k] /= total;
    for (uint32_t k = 1; k < classes; k++)
      if (p[k] > p[prediction[i]]) prediction[i] = k;
  }
  dw_judged *rows = malloc(sizeof *rows);
  *rows = (dw_judged){.task = DW_TASK_MULTICLASS, .rows = n, .classes = classes, .score = score, .label = label, .prediction = prediction};
  return rows;
}

static dw_judged *make_regression(uint64_t seed, size_t n, double steps, double shift)
{
  double *target = golden_sample(seed, n, 10, shift, steps), *score = golden_sample(seed + 1, n, 2, -2.5, 0);
  for (size_t i = 0; i < n; i++) score[i] = target[i] + score[i];
  dw_judged *rows = malloc(sizeof *rows);
  *rows = (dw_judged){.task = DW_TASK_REGRESSION, .rows = n, .score = score, .target = target};
  return rows;
}

static void free_rows(dw_judged *rows)
{
  free((void *)rows->score);
  free((void *)rows->label);
  free((void *)rows->prediction);
  free((void *)rows->target);
  free(rows);
}

static dw_metric_values values_of(const dw_judged *rows, const uint32_t *times)
{
  dw_metric_values values;
  dw_metrics *metrics = dw_metrics_new(rows);
  dw_metrics_compute(metrics, times, &values);
  dw_metrics_free(metrics);
  return values;
}

TEST(golden_table)
{
  golden table = golden_open("golden/metrics.txt");
  int seen[3] = {0};
  while (golden_next(&table)) {
    uint64_t seed = golden_whole(&table, 1);
    size_t n = golden_whole(&table, 2);
    double steps = golden_number(&table, 3);
    dw_judged *rows;
    if (strcmp(table.field[0], "binary") == 0) rows = make_binary(seed, n, steps, golden_whole(&table, 4), golden_number(&table, 5));
    else if (strcmp(table.field[0], "multiclass") == 0) rows = make_multiclass(seed, n, steps, golden_whole(&table, 4));
    else rows = make_regression(seed, n, steps, golden_number(&table, 4));
    dw_metric_values got = values_of(rows, NULL);
    if (rows->task == DW_TASK_REGRESSION) check_row(&table, 5, &got, DW_METRIC_MAE, 4);
    else check_row(&table, rows->task == DW_TASK_BINARY ? 6 : 5, &got, DW_METRIC_AUC, 11);
    seen[rows->task]++;
    free_rows(rows);
  }
  CHECK(seen[0] == 9 && seen[1] == 4 && seen[2] == 4);
}

/* A row that counts three times is three rows. */
static void check_times(dw_judged *rows)
{
  size_t n = rows->rows, stride = rows->task == DW_TASK_MULTICLASS ? rows->classes : 1, m = 0;
  uint32_t *times = malloc(n * sizeof *times), *label = malloc(4 * n * sizeof *label), *prediction = malloc(4 * n * sizeof *prediction);
  double *score = malloc(4 * n * stride * sizeof *score), *target = malloc(4 * n * sizeof *target);
  for (size_t i = 0; i < n; i++) {
    times[i] = golden_bits(77, i) % 5;
    for (uint32_t k = 0; k < times[i] && k < 4; k++, m++) {
      memcpy(score + m * stride, rows->score + i * stride, stride * sizeof *score);
      if (rows->label) label[m] = rows->label[i];
      if (rows->prediction) prediction[m] = rows->prediction[i];
      if (rows->target) target[m] = rows->target[i];
    }
  }
  dw_judged repeated = {.task = rows->task,
                        .rows = m,
                        .classes = rows->classes,
                        .score = score,
                        .label = rows->label ? label : NULL,
                        .prediction = rows->prediction ? prediction : NULL,
                        .target = rows->target ? target : NULL};
  dw_metric_values a = values_of(rows, times), b = values_of(&repeated, NULL);
  for (int i = 0; i < DW_METRICS; i++) CHECK_CLOSE(a.value[i], b.value[i], 1e-12);
  free(times);
  free(label);
  free(prediction);
  free(score);
  free(target);
  free_rows(rows);
}

TEST(rows_that_count_more_than_once)
{
  check_times(make_binary(3, 500, 20, 3, 0.5));
  check_times(make_multiclass(4, 300, 0, 4));
  check_times(make_regression(5, 200, 0, 3));
}

TEST(one_class_says_so)
{
  uint32_t ones[] = {1, 1, 1}, zeros[] = {0, 0, 0}, mixed[] = {0, 1, 0};
  double score[] = {0.25, 0.5, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 3, .classes = 2, .score = score, .label = zeros, .prediction = mixed};
  dw_metric_values v = values_of(&rows, NULL);
  CHECK(isnan(v.value[DW_METRIC_AUC]) && strstr(v.why[DW_METRIC_AUC], "one class"));
  CHECK(isnan(v.value[DW_METRIC_KS]) && isnan(v.value[DW_METRIC_AVERAGE_PRECISION]) && isnan(v.value[DW_METRIC_RECALL]) &&
        isnan(v.value[DW_METRIC_F1]));
  CHECK_CLOSE(v.value[DW_METRIC_SPECIFICITY], 2.0 / 3, 1e-15);
  CHECK(v.value[DW_METRIC_PRECISION] == 0);
  CHECK(isfinite(v.value[DW_METRIC_LOG_LOSS]) && isfinite(v.value[DW_METRIC_ECE]));
  rows.label = ones;
  v = values_of(&rows, NULL);
  CHECK(isnan(v.value[DW_METRIC_AUC]) && isnan(v.value[DW_METRIC_SPECIFICITY]) && v.value[DW_METRIC_AVERAGE_PRECISION] == 1);
  uint32_t none[] = {0, 0, 0};
  v = values_of(&rows, none);
  for (int i = 0; i < DW_METRICS; i++) CHECK(isnan(v.value[i]) && v.why[i]);
}

TEST(scores_that_are_no_probabilities)
{
  double score[] = {-2, 0.5, 7, 3};
  uint32_t label[] = {0, 0, 1, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 4, .classes = 2, .score = score, .label = label};
  dw_metric_values v = values_of(&rows, NULL);
  CHECK(v.value[DW_METRIC_AUC] == 1 && v.value[DW_METRIC_KS] == 1);
  CHECK(isnan(v.value[DW_METRIC_BRIER]) && strstr(v.why[DW_METRIC_BRIER], "not probabilities"));
  CHECK(isnan(v.value[DW_METRIC_ACCURACY]) && strstr(v.why[DW_METRIC_ACCURACY], "no predictions"));
  rows.score = NULL;
  rows.prediction = label;
  v = values_of(&rows, NULL);
  CHECK(v.value[DW_METRIC_ACCURACY] == 1 && isnan(v.value[DW_METRIC_AUC]) && strstr(v.why[DW_METRIC_AUC], "no scores"));
}

TEST(extremes)
{
  double certain[] = {0, 1, 1, 0}, constant[] = {5, 5, 5}, off[] = {5, 5, 6}, zero[] = {0};
  uint32_t right[] = {0, 1, 1, 0}, wrong[] = {1, 0, 0, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 4, .classes = 2, .score = certain, .label = right};
  CHECK_CLOSE(values_of(&rows, NULL).value[DW_METRIC_LOG_LOSS], 2.2204460492503131e-16, 1e-12);
  CHECK(values_of(&rows, NULL).value[DW_METRIC_ECE] == 0);
  rows.label = wrong;
  CHECK_CLOSE(values_of(&rows, NULL).value[DW_METRIC_LOG_LOSS], 36.04365338911715, 1e-12);
  CHECK(values_of(&rows, NULL).value[DW_METRIC_BRIER] == 1 && values_of(&rows, NULL).value[DW_METRIC_AUC] == 0);
  dw_judged line = {.task = DW_TASK_REGRESSION, .rows = 3, .score = constant, .target = constant};
  CHECK(values_of(&line, NULL).value[DW_METRIC_R2] == 1);
  line.score = off;
  CHECK(values_of(&line, NULL).value[DW_METRIC_R2] == 0);
  line.rows = 1;
  CHECK(isnan(values_of(&line, NULL).value[DW_METRIC_R2]) && values_of(&line, NULL).value[DW_METRIC_MAE] == 0);
  line.target = zero;
  CHECK_CLOSE(values_of(&line, NULL).value[DW_METRIC_MAPE], 5 / 2.220446049250313e-16, 1e-12);
  line.rows = 0;
  CHECK(isnan(values_of(&line, NULL).value[DW_METRIC_MAE]));
}

TEST(confusion_and_names)
{
  uint32_t label[] = {0, 1, 2, 2, 1}, prediction[] = {0, 2, 2, 1, 1}, times[] = {1, 2, 1, 1, 0};
  uint64_t counts[9];
  dw_judged rows = {.task = DW_TASK_MULTICLASS, .rows = 5, .classes = 3, .label = label, .prediction = prediction};
  CHECK(dw_metrics_confusion(&rows, times, counts));
  CHECK(counts[0] == 1 && counts[5] == 2 && counts[8] == 1 && counts[7] == 1 && counts[4] == 0);
  rows.prediction = NULL;
  CHECK(!dw_metrics_confusion(&rows, NULL, counts));
  for (int i = 0; i < DW_METRICS; i++) {
    dw_metric back;
    CHECK(dw_metric_from_name(dw_metric_name((dw_metric)i), &back) && back == (dw_metric)i);
  }
  dw_metric ignored;
  CHECK(!dw_metric_from_name("roc", &ignored));
}

TEST(only_what_is_wanted)
{
  dw_judged *rows = make_binary(9, 60, 0, 3, 0.5);
  dw_metrics *metrics = dw_metrics_new(rows);
  bool wanted[DW_METRICS] = {[DW_METRIC_BRIER] = true};
  dw_metric_values some, all;
  dw_metrics_compute_some(metrics, NULL, wanted, &some);
  dw_metrics_compute(metrics, NULL, &all);
  CHECK(some.value[DW_METRIC_BRIER] == all.value[DW_METRIC_BRIER] && isnan(some.value[DW_METRIC_AUC]) &&
        isnan(some.value[DW_METRIC_LOG_LOSS]));
  dw_metrics_free(metrics);
  dw_metrics_free(NULL);
  free_rows(rows);
}

/* Labels beyond the classes that a model has are right nowhere, are the rest of every class, and have no probability. */
TEST(classes_that_the_model_does_not_have)
{
  static const double several[] = {0.8, 0.2, 0.3, 0.7, 0.6, 0.4, 0.1, 0.9}, one[] = {0.2, 0.7, 0.4, 0.9};
  static const uint32_t label[] = {0, 1, 2, 1}, told[] = {0, 1, 0, 1};
  for (int binary = 0; binary < 2; binary++) {
    dw_judged rows = {.task = binary ? DW_TASK_BINARY : DW_TASK_MULTICLASS,
                      .rows = 4,
                      .classes = 3,
                      .known = 2,
                      .label = label,
                      .prediction = told,
                      .score = binary ? one : several};
    dw_metrics *metrics = dw_metrics_new(&rows);
    dw_metric_values values;
    static const uint32_t without[] = {1, 1, 0, 1};
    dw_metrics_compute(metrics, NULL, &values);
    CHECK(values.value[DW_METRIC_ACCURACY] == 0.75 && values.value[DW_METRIC_AUC] == 1);
    CHECK(isnan(values.value[DW_METRIC_LOG_LOSS]) && values.why[DW_METRIC_LOG_LOSS] == dw_metrics_stranger &&
          isnan(values.value[DW_METRIC_BRIER]));
    CHECK_CLOSE(values.value[DW_METRIC_RECALL], binary ? 1 : 2.0 / 3, 1e-15);
    CHECK_CLOSE(values.value[DW_METRIC_PRECISION], binary ? 1 : 0.5, 1e-15);
    CHECK_CLOSE(values.value[DW_METRIC_SPECIFICITY], binary ? 1 : (2.0 / 3 + 1 + 1) / 3, 1e-15);
    CHECK(!isnan(values.value[DW_METRIC_ECE]));
    dw_metrics_compute(metrics, without, &values); /* a replicate that did not draw it */
    CHECK(values.value[DW_METRIC_ACCURACY] == 1 && !isnan(values.value[DW_METRIC_LOG_LOSS]) && !isnan(values.value[DW_METRIC_BRIER]));
    dw_metrics_free(metrics);
  }
}
