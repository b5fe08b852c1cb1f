/* Held to sklearn's AUC and to DeLong's definition (tests/golden/make_roc.py). */
#include "stats/tests/roc.h"

#include "golden.h"
#include "stats/distributions/special.h"

TEST(golden_table)
{
  golden table = golden_open("golden/stats_roc.txt");
  int seen = 0;
  while (golden_next(&table)) {
    uint64_t seed = golden_whole(&table, 0);
    size_t n = golden_whole(&table, 1), positives = 0;
    double *score = golden_sample(seed, n, 1, 0, golden_number(&table, 2)),
           *higher = golden_sample(seed, n, 1, 0.5, golden_number(&table, 2));
    unsigned char *label = malloc(n);
    for (size_t i = 0; i < n; i++) {
      label[i] = golden_bits(seed + 1, i) % 3 == 0;
      positives += label[i];
      if (label[i]) score[i] = higher[i];
    }
    dw_auc auc;
    seen++;
    CHECK(dw_auc_labels(score, label, n, &auc, NULL) == DW_OK && auc.positives == positives && auc.negatives == n - positives);
    CHECK_CLOSE(auc.auc, golden_number(&table, 3), 1e-13);
    CHECK_CLOSE(auc.variance, golden_number(&table, 4), 1e-11);
    free(score);
    free(higher);
    free(label);
  }
  CHECK(seen == 7);
}

TEST(perfect_useless_and_missing)
{
  double score[] = {1, 2, 3, 4};
  unsigned char up[] = {0, 0, 1, 1}, down[] = {1, 1, 0, 0}, one[] = {0, 1, 0, 0}, none[] = {0, 0, 0, 0};
  dw_auc a, b, c;
  dw_err err;
  dw_test t;
  CHECK(dw_auc_labels(score, up, 4, &a, &err) == DW_OK && a.auc == 1 && a.variance == 0);
  CHECK(dw_auc_labels(score, down, 4, &b, &err) == DW_OK && b.auc == 0);
  CHECK(dw_auc_labels(score, one, 4, &c, &err) == DW_OK && isnan(c.variance) && fabs(c.auc - 1.0 / 3) < 1e-15);
  CHECK(dw_auc_labels(score, none, 4, &c, &err) == DW_ENODATA && isnan(c.auc) && strstr(err.message, "one class"));
  CHECK(dw_auc_labels(score, up, 0, &c, &err) == DW_ENODATA);
  CHECK(dw_auc_difference(&a, &a, &t, &err) == DW_OK && t.p_value == 1);
  CHECK(dw_auc_difference(&a, &b, &t, &err) == DW_OK && t.p_value == 0 && t.statistic == INFINITY);
  CHECK(dw_auc_difference(&a, &c, &t, &err) == DW_ENODATA && isnan(t.p_value));
}

TEST(difference)
{
  dw_auc a = {.auc = 0.9, .variance = 0.0003}, b = {.auc = 0.85, .variance = 0.0001};
  dw_test t;
  CHECK(dw_auc_difference(&a, &b, &t, NULL) == DW_OK);
  CHECK_CLOSE(t.statistic, 2.5, 1e-13);
  CHECK_CLOSE(t.p_value, 2 * dw_normal_sf(2.5), 1e-12);
}

TEST(paired_golden_table)
{
  golden table = golden_open("golden/stats_roc_paired.txt");
  int seen = 0;
  while (golden_next(&table)) {
    uint64_t seed = golden_whole(&table, 0);
    size_t n = golden_whole(&table, 1);
    double steps = golden_number(&table, 2);
    double *score = golden_sample(seed, n, 1, 0, steps), *higher = golden_sample(seed, n, 1, 0.5, steps),
           *other = golden_sample(seed + 2, n, 1, 0, steps);
    unsigned char *label = malloc(n);
    for (size_t i = 0; i < n; i++) {
      label[i] = golden_bits(seed + 1, i) % 3 == 0;
      if (label[i]) score[i] = higher[i];
      other[i] = score[i] + other[i];
    }
    dw_auc a, b;
    dw_test test;
    double variance;
    seen++;
    CHECK(dw_auc_paired(score, other, label, n, &a, &b, &variance, &test, NULL) == DW_OK);
    CHECK_CLOSE(a.auc, golden_number(&table, 3), 1e-13);
    CHECK_CLOSE(b.auc, golden_number(&table, 4), 1e-13);
    CHECK_CLOSE(variance, golden_number(&table, 5), 1e-11);
    CHECK_CLOSE(test.statistic, golden_number(&table, 6), 1e-9);
    CHECK_CLOSE(test.p_value, golden_number(&table, 7), 1e-9);
    CHECK(dw_auc_paired(score, score, label, n, &a, &b, &variance, &test, NULL) == DW_OK && test.p_value == 1 && variance == 0);
    free(score);
    free(higher);
    free(other);
    free(label);
  }
  CHECK(seen == 4);
  double s[] = {1, 2, 3}, t[] = {3, 1, 2};
  unsigned char one[] = {0, 1, 0};
  dw_auc a, b;
  dw_test test;
  CHECK(dw_auc_paired(s, t, one, 3, &a, &b, NULL, &test, NULL) == DW_ENODATA && isnan(test.p_value));
}
