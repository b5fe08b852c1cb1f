/* The intervals without a bootstrap, and what they are made of, by tests/golden/make_intervals.py. How often they cover:
 * test_suite_intervals.c. */
#include "model/judge/interval_closed.h"

#include "golden.h"

static void check_calibration(const golden *table)
{
  size_t n = golden_whole(table, 2);
  double sharp = golden_number(table, 3), *score = golden_sample(golden_whole(table, 1), n, sharp / 3, (1 - sharp) / 2, 0),
         *truth = golden_sample(golden_whole(table, 1), n, 1.0 / 3, 0, 0);
  uint32_t *label = malloc(n * sizeof *label);
  for (size_t i = 0; i < n; i++) {
    score[i] = fmin(fmax(score[i], 0), 1);
    label[i] = (double)(golden_bits(golden_whole(table, 1) + 1, i) % 1000) < 1000 * truth[i];
  }
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = n, .classes = 2, .score = score, .label = label};
  dw_metrics *metrics = dw_metrics_new(&rows);
  dw_metric_values values;
  dw_calibration_error got;
  dw_metrics_compute(metrics, NULL, &values);
  CHECK(dw_metrics_calibration(metrics, NULL, &got) && got.value == values.value[DW_METRIC_ECE]);
  CHECK_CLOSE(got.value, golden_number(table, 4), 1e-11);
  CHECK_CLOSE(got.error, golden_number(table, 5), 1e-11);
  CHECK_CLOSE(got.chi2, golden_number(table, 6), 1e-10);
  CHECK(got.df == golden_number(table, 7));
  dw_metrics_free(metrics);
  free(score);
  free(truth);
  free(label);
}

TEST(golden_table)
{
  golden table = golden_open("golden/intervals.txt");
  int wilson = 0, auc = 0, student = 0, calibration = 0;
  while (golden_next(&table)) {
    dw_interval got = {NAN, NAN, NULL};
    double low = NAN, high = NAN;
    if (strcmp(table.field[0], "wilson") == 0) {
      got = dw_interval_wilson(golden_number(&table, 1), golden_number(&table, 2), golden_number(&table, 3));
      low = golden_number(&table, 4), high = golden_number(&table, 5), wilson++;
      CHECK_TEXT(got.method, "wilson");
    } else if (strcmp(table.field[0], "auc") == 0) {
      got = dw_interval_auc(golden_number(&table, 1), golden_number(&table, 2), golden_number(&table, 3), golden_number(&table, 4),
                            golden_number(&table, 5));
      low = golden_number(&table, 6), high = golden_number(&table, 7), auc++;
      CHECK_TEXT(got.method, golden_number(&table, 2) > 0 ? "delong" : "newcombe");
    } else if (strcmp(table.field[0], "student") == 0) {
      CHECK_CLOSE(dw_student_reach(golden_number(&table, 1), golden_number(&table, 2)), golden_number(&table, 3), 1e-10);
      student++;
    } else if (strcmp(table.field[0], "calibration") == 0) {
      check_calibration(&table);
      calibration++;
    }
    if (!isnan(low))
      CHECK_MSG(fabs(got.low - low) < 1e-12 && fabs(got.high - high) < 1e-12, "%s: %.17g to %.17g", table.field[0], got.low, got.high);
  }
  CHECK(wilson == 18 && auc == 7 && student == 4 && calibration == 5);
}

TEST(rates_by_hand)
{
  uint32_t label[] = {1, 1, 1, 0, 0, 0, 0, 0, 0, 0}, told[] = {1, 1, 0, 1, 0, 0, 0, 0, 0, 0};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 10, .classes = 2, .label = label, .prediction = told};
  static const struct {
    dw_metric metric;
    double share, trials;
  } want[] = {{DW_METRIC_ACCURACY, 0.8, 10},
              {DW_METRIC_PRECISION, 2.0 / 3, 3},
              {DW_METRIC_RECALL, 2.0 / 3, 3},
              {DW_METRIC_SPECIFICITY, 6.0 / 7, 7}};
  for (size_t i = 0; i < 4; i++) {
    dw_interval got = dw_interval_rate(&rows, want[i].metric, 0.9), should = dw_interval_wilson(want[i].share, want[i].trials, 0.9);
    CHECK(got.low == should.low && got.high == should.high);
  }
  dw_interval f1 = dw_interval_rate(&rows, DW_METRIC_F1, 0.9), both = dw_interval_wilson(0.5, 4, 0.9);
  CHECK_CLOSE(f1.low, 2 * both.low / (1 + both.low), 1e-15);
  CHECK_CLOSE(f1.high, 2 * both.high / (1 + both.high), 1e-15);
  CHECK(!dw_interval_rate(&rows, DW_METRIC_AUC, 0.9).method);
  rows.task = DW_TASK_MULTICLASS;
  CHECK(!dw_interval_rate(&rows, DW_METRIC_RECALL, 0.9).method && dw_interval_rate(&rows, DW_METRIC_ACCURACY, 0.9).method);
  CHECK(isnan(dw_interval_wilson(NAN, 0, 0.9).low));
}

TEST(calibration_from_nothing)
{
  dw_interval chance = dw_interval_calibration(&(dw_calibration_error){0.03, 0.01, 9, 10}, 0.95),
              found = dw_interval_calibration(&(dw_calibration_error){0.03, 0.01, 40, 10}, 0.95);
  CHECK(chance.low == 0 && found.low > 0.01 && found.low < 0.0105 && chance.high == found.high && found.high > 0.0495);
  CHECK(!dw_interval_calibration(&(dw_calibration_error){NAN, NAN, NAN, NAN}, 0.95).method);
}
