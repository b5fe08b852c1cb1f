/* CBPE. NannyML's published table of car_loan is held by tests/dw-eval.bats where its data are; here: the definitions on small cases, and that
 * estimates meet what labels say where nothing drifted. */
#include "model/estimate.h"

#include "golden.h"

static dw_err err;

typedef struct side {
  dw_judged rows;
  double *score;
  uint32_t *label, *prediction;
} side;

/* Scores are the true probability, warped by a monotone map (the square) so that it has to be calibrated back. */
static side make(uint64_t seed, size_t n, double lift, bool warped)
{
  side s = {.score = malloc(n * 8), .label = malloc(n * 4), .prediction = malloc(n * 4)};
  for (size_t i = 0; i < n; i++) {
    double p = golden_uniform(seed, i);
    p = p + lift * p * (1 - p);
    s.label[i] = golden_uniform(seed + 1, i) < p;
    s.score[i] = warped ? p * p : p;
    s.prediction[i] = p > 0.6;
  }
  s.rows = (dw_judged){.task = DW_TASK_BINARY, .rows = n, .classes = 2, .score = s.score, .label = s.label, .prediction = s.prediction};
  return s;
}

static void drop(side *s)
{
  free(s->score);
  free(s->label);
  free(s->prediction);
}

static const dw_metric same[] = {DW_METRIC_AUC, DW_METRIC_AVERAGE_PRECISION, DW_METRIC_ACCURACY, DW_METRIC_PRECISION, DW_METRIC_RECALL, DW_METRIC_F1,
                                 DW_METRIC_SPECIFICITY};

static void halves(dw_chunk chunk[4], size_t n)
{
  for (size_t k = 0; k < 4; k++) chunk[k] = (dw_chunk){.first = n * k / 4, .count = n / 4};
}

TEST(estimates_meet_the_truth)
{
  for (int warped = 0; warped < 2; warped++) {
    side reference = make(1, 20000, 0, warped), now = make(5, 4000, 0.5, warped);
    dw_chunk chunk[4];
    dw_estimator e;
    dw_estimates found;
    dw_metric_values real;
    halves(chunk, 20000);
    CHECK(dw_estimator_fit(&e, &reference.rows, chunk, 4, NULL, 1, &err) == DW_OK);
    if (warped) CHECK(e.calibrated);
    dw_metrics *metrics = dw_metrics_new(&now.rows);
    dw_metrics_compute(metrics, NULL, &real);
    dw_metrics_free(metrics);
    now.rows.label = NULL;
    dw_estimator_apply(&e, &now.rows, &found);
    for (int m = 0; m < DW_ESTIMATED_TRUE_NEGATIVE; m++) {
      CHECK_MSG(fabs(found.value[m] - real.value[same[m]]) < 0.02, "%s: %g, really %g", dw_estimated_name((dw_estimated)m), found.value[m], real.value[same[m]]);
      CHECK(found.low[m] < real.value[same[m]] && real.value[same[m]] < found.high[m]);
      CHECK(found.sampling_error[m] > 0 && found.sampling_error[m] < 0.03);
    }
    double n = 0;
    for (int m = DW_ESTIMATED_TRUE_NEGATIVE; m <= DW_ESTIMATED_TRUE_POSITIVE; m++) n += found.value[m];
    CHECK_CLOSE(n, 4000, 1e-12);
    CHECK(isnan(found.value[DW_ESTIMATED_BUSINESS_VALUE]) && !found.alert[DW_ESTIMATED_BUSINESS_VALUE]);
    dw_estimator_free(&e);
    drop(&reference);
    drop(&now);
  }
}

/* Four rows by hand, uncalibrated: p = 0.9, 0.6 predicted positive; 0.4, 0.1 negative. */
TEST(definitions)
{
  double score[] = {0.4, 0.9, 0.1, 0.6};
  uint32_t prediction[] = {0, 1, 0, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 4, .classes = 2, .score = score, .prediction = prediction};
  dw_estimator e = {.calibrated = false};
  for (int m = 0; m < DW_ESTIMATES; m++) {
    e.spread[m] = 0.02;
    e.relevant[m] = 0.25;
    e.lower[m] = 0.74;
    e.upper[m] = 0.76;
  }
  dw_estimates found;
  dw_estimator_apply(&e, &rows, &found);
  CHECK_CLOSE(found.value[DW_ESTIMATED_TRUE_POSITIVE], 1.5, 1e-15);
  CHECK_CLOSE(found.value[DW_ESTIMATED_FALSE_POSITIVE], 0.5, 1e-15);
  CHECK_CLOSE(found.value[DW_ESTIMATED_FALSE_NEGATIVE], 0.5, 1e-15);
  CHECK_CLOSE(found.value[DW_ESTIMATED_TRUE_NEGATIVE], 1.5, 1e-15);
  CHECK_CLOSE(found.value[DW_ESTIMATED_ACCURACY], 0.75, 1e-15);
  CHECK_CLOSE(found.value[DW_ESTIMATED_F1], 0.75, 1e-15);
  CHECK_CLOSE(found.value[DW_ESTIMATED_SPECIFICITY], 0.75, 1e-15);
  CHECK_CLOSE(found.value[DW_ESTIMATED_AVERAGE_PRECISION], (0.9 * 0.9 + 0.6 * 1.5 / 2 + 0.4 * 1.9 / 3 + 0.1 * 2 / 4) / 2, 1e-14);
  CHECK_CLOSE(found.value[DW_ESTIMATED_AUC], (0.1 * 0.45 + 0.4 * 1.2 + 0.6 * 1.7 + 0.9 * 1.95) / 4, 1e-14);
  CHECK_CLOSE(found.sampling_error[DW_ESTIMATED_F1], 0.02, 1e-14);
  CHECK_CLOSE(found.sampling_error[DW_ESTIMATED_TRUE_POSITIVE], 0.04, 1e-14);
  CHECK_CLOSE(found.low[DW_ESTIMATED_F1], 0.69, 1e-14);
  CHECK(!found.alert[DW_ESTIMATED_F1] && found.alert[DW_ESTIMATED_AVERAGE_PRECISION] && found.alert[DW_ESTIMATED_TRUE_POSITIVE]);
  rows.prediction = NULL;
  dw_estimator_apply(&e, &rows, &found);
  CHECK(isnan(found.value[DW_ESTIMATED_F1]) && !found.alert[DW_ESTIMATED_F1] && !isnan(found.value[DW_ESTIMATED_AUC]));
  rows.rows = 0;
  dw_estimator_apply(&e, &rows, &found);
  CHECK(isnan(found.value[DW_ESTIMATED_AUC]));
}

/* Thresholds: mean and three population standard deviations of the chunks' real values, within [0, 1]. */
TEST(thresholds)
{
  double score[] = {0.1, 0.9, 0.2, 0.8, 0.9, 0.1, 0.2, 0.8};
  uint32_t label[] = {0, 1, 0, 1, 0, 1, 0, 1}, prediction[] = {0, 1, 0, 1, 1, 0, 0, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 8, .classes = 2, .score = score, .label = label, .prediction = prediction};
  dw_chunk chunk[] = {{.first = 0, .count = 4}, {.first = 4, .count = 4}};
  dw_estimator e;
  CHECK(dw_estimator_fit(&e, &rows, chunk, 2, NULL, 1, &err) == DW_OK);
  CHECK_CLOSE(e.upper[DW_ESTIMATED_ACCURACY], 1, 0); /* 0.75 + 3 * 0.25, cut */
  CHECK_CLOSE(e.lower[DW_ESTIMATED_ACCURACY], 0, 0);
  CHECK_CLOSE(e.upper[DW_ESTIMATED_TRUE_POSITIVE], 3, 1e-15); /* 2 and 1: 1.5 + 3 * 0.5 */
  dw_estimator_free(&e);
}

/* Reference by hand: cells TN, TP, TN, TP in one chunk (worth 10 at 0, -1, -4, 5) and FP, FN, TN, TP in the other (worth 0). Eight rows are worth 10:
 * mean 1.25, second moment (3 * 25 + 1 + 16) / 8 = 11.5. */
TEST(business_value)
{
  double score[] = {0.1, 0.9, 0.2, 0.8, 0.9, 0.1, 0.2, 0.8};
  uint32_t label[] = {0, 1, 0, 1, 0, 1, 0, 1}, prediction[] = {0, 1, 0, 1, 1, 0, 0, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 8, .classes = 2, .score = score, .label = label, .prediction = prediction};
  dw_chunk chunk[] = {{.first = 0, .count = 4}, {.first = 4, .count = 4}};
  dw_business business = {.given = true, .value = {0, -1, -4, 5}};
  double spread = sqrt(11.5 - 1.25 * 1.25);
  for (int mean = 0; mean < 2; mean++) {
    business.per_prediction = mean;
    double unit = mean ? 4 : 1, scale = mean ? 1 / sqrt(4) : sqrt(4);
    dw_estimator e;
    dw_estimates found;
    CHECK(dw_estimator_fit(&e, &rows, chunk, 2, &business, 1, &err) == DW_OK);
    CHECK_CLOSE(e.lower[DW_ESTIMATED_BUSINESS_VALUE], (5 - 3 * 5) / unit, 1e-14); /* not cut at 0 */
    CHECK_CLOSE(e.upper[DW_ESTIMATED_BUSINESS_VALUE], (5 + 3 * 5) / unit, 1e-14);
    dw_calibration_free(&e.map);
    e.calibrated = false;
    double now[] = {0.4, 0.9, 0.1, 0.6}; /* TN 1.5, FP 0.5, FN 0.5, TP 1.5: worth -0.5 - 2 + 7.5 */
    uint32_t told[] = {0, 1, 0, 1};
    dw_judged four = {.task = DW_TASK_BINARY, .rows = 4, .classes = 2, .score = now, .prediction = told};
    dw_estimator_apply(&e, &four, &found);
    CHECK_CLOSE(found.value[DW_ESTIMATED_BUSINESS_VALUE], 5 / unit, 1e-14);
    CHECK_CLOSE(found.sampling_error[DW_ESTIMATED_BUSINESS_VALUE], spread * scale, 1e-14);
    CHECK_CLOSE(found.low[DW_ESTIMATED_BUSINESS_VALUE], (5 - 3 * spread * 2) / unit, 1e-14); /* -13.9, above the least, -16 */
    CHECK_CLOSE(found.high[DW_ESTIMATED_BUSINESS_VALUE], 20 / unit, 1e-14);                  /* cut: all true positives */
    CHECK(!found.alert[DW_ESTIMATED_BUSINESS_VALUE]);
    told[1] = told[3] = 0; /* all negative: TN 2, FN 2 */
    e.lower[DW_ESTIMATED_BUSINESS_VALUE] = -1;
    dw_estimator_apply(&e, &four, &found);
    CHECK_CLOSE(found.value[DW_ESTIMATED_BUSINESS_VALUE], -8 / unit, 1e-14);
    CHECK(found.alert[DW_ESTIMATED_BUSINESS_VALUE]);
    four.prediction = NULL;
    dw_estimator_apply(&e, &four, &found);
    CHECK(isnan(found.value[DW_ESTIMATED_BUSINESS_VALUE]));
  }
}

TEST(business_values_are_read)
{
  const char *good[] = {"0", "-1.5", "-1e2", "5"}, *bad[] = {"0", "-1", "x", "5"}, *huge[] = {"0", "1", "1e999", "5"};
  dw_business business = {0};
  CHECK(dw_business_parse(&business, good, 4, &err) == DW_OK && business.given);
  CHECK(business.value[0] == 0 && business.value[1] == -1.5 && business.value[2] == -100 && business.value[3] == 5);
  CHECK(dw_business_parse(&business, good, 3, &err) == DW_EUSAGE && strstr(err.message, "not 3"));
  CHECK(dw_business_parse(&business, bad, 4, &err) == DW_EUSAGE && strstr(err.message, "\"x\""));
  CHECK(dw_business_parse(&business, huge, 4, &err) == DW_EUSAGE);
}

TEST(references_that_say_nothing)
{
  double score[] = {0.1, 0.9, 0.2};
  uint32_t label[] = {1, 1, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 3, .classes = 2, .score = score, .label = label};
  dw_chunk chunk = {.first = 0, .count = 3};
  dw_estimator e;
  CHECK(dw_estimator_fit(&e, &rows, &chunk, 1, NULL, 1, &err) == DW_ENODATA);
  CHECK(strstr(err.message, "one class"));
}

TEST(names)
{
  bool wanted[DW_ESTIMATES] = {false};
  CHECK(dw_estimates_choose("confusion_matrix", wanted) && wanted[DW_ESTIMATED_TRUE_NEGATIVE] && wanted[DW_ESTIMATED_TRUE_POSITIVE] && !wanted[DW_ESTIMATED_AUC]);
  CHECK(dw_estimates_choose("f1", wanted) && wanted[DW_ESTIMATED_F1]);
  CHECK(!dw_estimates_choose("brier", wanted));
  const char *name = "business_value";
  bool one[DW_ESTIMATES] = {false}, all[DW_ESTIMATES] = {false}, every[DW_ESTIMATES] = {false};
  CHECK(dw_estimates_pick(one, &name, 1, true, false, &err) == DW_EUSAGE && strstr(err.message, "--business-value"));
  CHECK(dw_estimates_pick(all, NULL, 0, true, false, &err) == DW_OK && all[DW_ESTIMATED_TRUE_POSITIVE] && !all[DW_ESTIMATED_BUSINESS_VALUE]);
  CHECK(dw_estimates_pick(every, NULL, 0, true, true, &err) == DW_OK && every[DW_ESTIMATED_BUSINESS_VALUE]);
}
