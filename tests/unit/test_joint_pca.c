#include "detect/joint/joint_pca.h"

#include "joint_case.h"

static dw_reconstruction rebuild(joint_case *c, unsigned threads)
{
  dw_reconstruction out;
  dw_err err = {0};
  CHECK_MSG(dw_reconstruction_run(&out, &c->table, threads, &err) == DW_OK, "%s", err.message);
  return out;
}

/* Every number becomes the same hidden one plus noise, its sign by side and feature. */
static void tie(joint_case *c, int side, double sign_of_last)
{
  size_t last = c->table.count - 1;
  for (size_t i = 0; i < c->table.rows[side]; i++) {
    double hidden = joint_normal(c);
    for (size_t f = 0; f <= last; f++) {
      double *value = joint_numbers(c, f, side);
      if (value) value[i] = (f == last ? sign_of_last : 1) * hidden + 0.5 * value[i];
    }
  }
}

/* 400 pairs of equal sides with columns that hang together: below 0.05 with odds of 1 to 10,000 at most 38 times, below 0.2 53 to 112
 * times. */
TEST(false_alarms_are_as_rare_as_said)
{
  enum { RUNS = 400 };
  int below[2] = {0, 0};
  for (uint64_t run = 0; run < RUNS; run++) {
    joint_case c;
    joint_case_make(&c, 1000 + run, 120, 60, 5);
    for (int side = 0; side < DW_SIDES; side++) tie(&c, side, 1);
    dw_reconstruction out = rebuild(&c, 1);
    below[0] += out.p_value < 0.05;
    below[1] += out.p_value < 0.2;
    joint_case_free(&c);
  }
  CHECK_MSG(below[0] <= 38, "%d of %d below 0.05", below[0], RUNS);
  CHECK_MSG(below[1] >= 53 && below[1] <= 112, "%d of %d below 0.2", below[1], RUNS);
}

/* The distributions of the columns stay; the last one turns round. */
TEST(a_correlation_that_turned)
{
  joint_case c;
  joint_case_make(&c, 1, 400, 300, 3);
  tie(&c, DW_REFERENCE, 1);
  tie(&c, DW_CURRENT, -1);
  dw_reconstruction out = rebuild(&c, 1), again = rebuild(&c, 3);
  CHECK(out.columns == 3 && out.components >= 1 && out.components < 3 && out.rows[DW_REFERENCE] > 150 && out.rows[DW_REFERENCE] < 250);
  CHECK_MSG(out.p_value < 1e-10 && out.above > 0.7 && out.effect > 0.5, "p %g, above %g", out.p_value, out.above);
  CHECK(out.error[DW_CURRENT] > 1.3 * out.error[DW_REFERENCE] && out.standard_error[0] > 0);
  CHECK(again.p_value == out.p_value && again.error[0] == out.error[0] && again.error[1] == out.error[1]);
  joint_case_free(&c);
}

/* Two columns that are one: every row is rebuilt whole, and what rounding leaves is no drift. */
TEST(columns_that_are_equal)
{
  joint_case c;
  joint_case_make(&c, 2, 100, 100, 2);
  for (int side = 0; side < DW_SIDES; side++)
    for (int i = 0; i < 100; i++) joint_numbers(&c, 1, side)[i] = 3 + 2 * (joint_numbers(&c, 0, side)[i] *= side ? 5 : 1);
  dw_reconstruction out = rebuild(&c, 1);
  CHECK_MSG(out.p_value == 1 && out.error[0] == 0 && out.error[1] == 0, "p %g, error %g", out.p_value, out.error[1]);
  joint_case_free(&c);
}

TEST(tables_with_little_in_them)
{
  joint_case c;
  dw_reconstruction out;
  dw_err err = {0};
  joint_case_make(&c, 3, 19, 50, 3);
  CHECK(dw_reconstruction_run(&out, &c.table, 1, &err) == DW_ENODATA && isnan(out.p_value));
  joint_case_free(&c);
  joint_case_make(&c, 4, 50, 50, 0);
  CHECK(dw_reconstruction_run(&out, &c.table, 1, &err) == DW_ENODATA);
  joint_case_free(&c);
  joint_case_make(&c, 5, 50, 50, 2);
  for (int i = 0; i < 50; i++) joint_numbers(&c, 0, 0)[i] = joint_numbers(&c, 1, 0)[i] = 7;
  CHECK(dw_reconstruction_run(&out, &c.table, 1, &err) == DW_ENODATA); /* the reference has no variance */
  for (int i = 0; i < 50; i++) joint_numbers(&c, 0, 0)[i] = i, joint_numbers(&c, 1, 0)[i] = NAN;
  CHECK_MSG(dw_reconstruction_run(&out, &c.table, 1, &err) == DW_OK, "%s", err.message);
  joint_case_free(&c);
  joint_case_make(&c, 6, 30, 20, 80); /* more columns than rows */
  out = rebuild(&c, 1);
  CHECK(out.p_value > 1e-4 && out.components < 30);
  joint_case_free(&c);
}
