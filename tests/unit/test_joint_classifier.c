#include "detect/joint/joint_classifier.h"

#include "joint_case.h"

static dw_classifier classify(joint_case *c, unsigned threads)
{
  dw_classifier out;
  dw_err err = {0};
  CHECK_MSG(dw_classifier_run(&out, &c->table, threads, &err) == DW_OK, "%s", err.message);
  return out;
}

/* 120 pairs of equal sides: each count of p below alpha is binomial; the bounds are passed with odds of 1 to 10,000 or less. */
TEST(false_alarms_are_as_rare_as_said)
{
  enum { RUNS = 120 };
  int below[2] = {0, 0};
  double mean = 0;
  for (uint64_t run = 0; run < RUNS; run++) {
    joint_case c;
    joint_case_make(&c, run, 45, 40, 2);
    dw_classifier out = classify(&c, 1);
    below[0] += out.p_value < 0.05;
    below[1] += out.p_value < 0.2;
    mean += out.auc / RUNS;
    CHECK(out.p_value >= 0 && out.p_value <= 1);
    dw_classifier_free(&out);
    joint_case_free(&c);
  }
  CHECK_MSG(below[0] <= 17, "%d of %d below 0.05", below[0], RUNS);
  CHECK_MSG(below[1] >= 9 && below[1] <= 41, "%d of %d below 0.2", below[1], RUNS);
  CHECK_MSG(fabs(mean - 0.5) < 0.02, "mean AUC %g", mean);
}

TEST(a_shift_is_found_and_its_feature_named)
{
  joint_case c;
  joint_case_make(&c, 1, 400, 400, 5);
  double *moved = joint_numbers(&c, 2, DW_CURRENT);
  for (int i = 0; i < 400; i++) moved[i] += 1.5;
  dw_classifier out = classify(&c, 1);
  CHECK_MSG(out.auc > 0.8 && out.auc < 0.88 && out.p_value < 1e-10, "AUC %g, p %g", out.auc, out.p_value); /* at best 0.856 */
  CHECK(out.ranked_count == 5 && out.ranked[0].feature == 2 && out.ranked[0].importance > 0.25 && out.ranked[0].gain_share > 0.5);
  CHECK(out.ranked[1].importance < 0.05 && out.standard_error > 0.01 && out.standard_error < 0.04);
  dw_classifier again = classify(&c, 3);
  CHECK(again.auc == out.auc && again.p_value == out.p_value && memcmp(again.ranked, out.ranked, 5 * sizeof *out.ranked) == 0);
  dw_classifier_free(&again);
  dw_classifier_free(&out);
  joint_case_free(&c);
}

/* Both numbers keep their distributions; only their signs agree in one side and differ in the other. */
TEST(what_only_shows_jointly)
{
  joint_case c;
  joint_case_make(&c, 2, 500, 500, 2);
  for (int side = 0; side < DW_SIDES; side++) {
    double *a = joint_numbers(&c, 0, side), *b = joint_numbers(&c, 1, side);
    for (int i = 0; i < 500; i++) b[i] = copysign(b[i], side ? -a[i] : a[i]);
  }
  dw_classifier out = classify(&c, 1);
  CHECK_MSG(out.auc > 0.9 && out.p_value < 1e-10, "AUC %g, p %g", out.auc, out.p_value);
  dw_classifier_free(&out);
  joint_case_free(&c);
}

TEST(a_category_that_moved)
{
  joint_case c;
  joint_case_make(&c, 3, 400, 300, 4);
  for (int i = 0; i < 300; i++)
    if (c.table.feature[3].code[1][i] > 4) c.table.feature[3].code[1][i] -= 4;
  dw_classifier out = classify(&c, 1);
  CHECK_MSG(out.auc > 0.68 && out.p_value < 1e-6 && out.ranked[0].feature == 3, "AUC %g, p %g", out.auc, out.p_value); /* at best 0.75 */
  dw_classifier_free(&out);
  joint_case_free(&c);
}

TEST(tables_with_little_in_them)
{
  joint_case c;
  dw_classifier out;
  dw_err err = {0};
  joint_case_make(&c, 4, 9, 50, 2);
  CHECK(dw_classifier_run(&out, &c.table, 1, &err) == DW_ENODATA && strstr(err.message, "9 rows on the reference side"));
  joint_case_free(&c);
  joint_case_make(&c, 5, 30, 30, 0);
  CHECK(dw_classifier_run(&out, &c.table, 1, &err) == DW_ENODATA && strstr(err.message, "no column"));
  joint_case_free(&c);
  joint_case_make(&c, 6, 30, 30, 2);
  for (int side = 0; side < DW_SIDES; side++)
    for (int i = 0; i < 30; i++) {
      joint_numbers(&c, 0, side)[i] = 1;
      joint_numbers(&c, 1, side)[i] = NAN;
    }
  out = classify(&c, 1); /* a constant and a column without values: nothing to tell */
  CHECK(out.auc == 0.5 && out.p_value == 0.5);
  dw_classifier_free(&out);
  joint_case_free(&c);
  joint_case_make(&c, 7, 12, 12, 90); /* more columns than rows */
  out = classify(&c, 2);
  CHECK(out.ranked_count == 20 && out.p_value > 1e-4);
  dw_classifier_free(&out);
  joint_case_free(&c);
}
