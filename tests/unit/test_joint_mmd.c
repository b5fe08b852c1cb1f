#include "detect/joint/joint_mmd.h"

#include "joint_case.h"

static dw_joint_distance distance(joint_case *c)
{
  dw_joint_distance out;
  dw_err err = {0};
  CHECK_MSG(dw_joint_mmd_run(&out, &c->table, 2, &err) == DW_OK, "%s", err.message);
  return out;
}

/* 200 pairs of equal sides: below 0.05 with odds of 1 to 10,000 at most 23 times, below 0.2 20 to 63 times. */
TEST(false_alarms_are_as_rare_as_said)
{
  enum { RUNS = 200 };
  int below[2] = {0, 0};
  for (uint64_t run = 0; run < RUNS; run++) {
    joint_case c;
    joint_case_make(&c, 2000 + run, 40, 30, 4);
    dw_joint_distance out = distance(&c);
    below[0] += out.mmd.p_value < 0.05;
    below[1] += out.mmd.p_value < 0.2;
    joint_case_free(&c);
  }
  CHECK_MSG(below[0] <= 23, "%d of %d below 0.05", below[0], RUNS);
  CHECK_MSG(below[1] >= 20 && below[1] <= 63, "%d of %d below 0.2", below[1], RUNS);
}

TEST(what_moved_is_found)
{
  for (size_t moved = 2; moved < 4; moved++) { /* a number, categories */
    joint_case c;
    joint_case_make(&c, moved, 200, 200, 4);
    for (int i = 0; i < 200; i++) {
      if (moved == 2) joint_numbers(&c, 2, DW_CURRENT)[i] += 1;
      else if (c.table.feature[3].code[1][i] > 4) c.table.feature[3].code[1][i] -= 4;
    }
    dw_joint_distance out = distance(&c);
    CHECK_MSG(out.mmd.p_value == 0.001 && out.mmd.statistic > 0, "feature %zu: p %g", moved, out.mmd.p_value);
    joint_case_free(&c);
  }
}

/* Scale does not matter, nor do missing cells when both sides have as many. */
TEST(units_do_not_count)
{
  joint_case c;
  joint_case_make(&c, 7, 60, 60, 2);
  dw_joint_distance plain = distance(&c);
  for (int side = 0; side < DW_SIDES; side++)
    for (int i = 0; i < 60; i++) joint_numbers(&c, 1, side)[i] = 1e6 + 1e3 * joint_numbers(&c, 1, side)[i];
  dw_joint_distance scaled = distance(&c);
  CHECK_CLOSE(scaled.mmd.statistic, plain.mmd.statistic, 1e-6);
  CHECK(scaled.mmd.p_value == plain.mmd.p_value);
  joint_case_free(&c);
}

TEST(tables_with_little_in_them)
{
  joint_case c;
  dw_joint_distance out;
  dw_err err = {0};
  joint_case_make(&c, 8, 1, 50, 2);
  CHECK(dw_joint_mmd_run(&out, &c.table, 1, &err) == DW_ENODATA && isnan(out.mmd.p_value));
  joint_case_free(&c);
  joint_case_make(&c, 9, 50, 50, 0);
  CHECK(dw_joint_mmd_run(&out, &c.table, 1, &err) == DW_ENODATA);
  joint_case_free(&c);
  joint_case_make(&c, 10, 2, 2, 6);
  out = distance(&c);
  CHECK(out.mmd.p_value > 0.05);
  joint_case_free(&c);
  joint_case_make(&c, 11, 20, 20, 2);
  for (int side = 0; side < DW_SIDES; side++)
    for (int i = 0; i < 20; i++) joint_numbers(&c, 0, side)[i] = 7, joint_numbers(&c, 1, side)[i] = NAN;
  out = distance(&c);
  CHECK(out.mmd.statistic == 0 && out.mmd.p_value == 1);
  joint_case_free(&c);
}

TEST(rows_are_drawn)
{
  joint_case c;
  joint_case_make(&c, 12, 1500, 30, 2);
  dw_joint_distance out = distance(&c);
  CHECK(out.rows[0] == 1000 && out.rows[1] == 30);
  joint_case_free(&c);
}
