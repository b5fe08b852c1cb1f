#include "detect/joint/joint_correlation.h"

#include "joint_case.h"

static dw_correlations correlations(joint_case *c, dw_correction correction, unsigned threads)
{
  dw_correlations out;
  dw_err err = {0};
  CHECK_MSG(dw_correlations_run(&out, &c->table, correction, DW_CORRELATION_CELLS, threads, &err) == DW_OK, "%s", err.message);
  return out;
}

/* 200 pairs of equal sides with heavy tails and hidden common causes: 0.05 of the whole is passed at most 24 times with odds of 1 to
 * 10,000. */
TEST(false_alarms_are_as_rare_as_said)
{
  enum { RUNS = 200 };
  int drift = 0, tables[2] = {0, 0};
  for (uint64_t run = 0; run < RUNS; run++) {
    joint_case c;
    joint_case_make(&c, 3000 + run, 150, 120, 5);
    for (int side = 0; side < DW_SIDES; side++)
      for (size_t i = 0; i < c.table.rows[side]; i++) {
        double hidden = joint_normal(&c);
        for (size_t f = 0; f < 3; f++) joint_numbers(&c, f, side)[i] = exp(0.8 * hidden + joint_numbers(&c, f, side)[i]);
        c.table.feature[3].code[side][i] = 1 + (hidden > 0) + 2 * (joint_normal(&c) > 0);
      }
    dw_correlations out = correlations(&c, DW_CORRECTION_BH, 1);
    drift += out.p_value < 0.05;
    for (size_t i = 0; i < out.count; i++)
      if (out.change[i].method == DW_CRAMER_V) {
        tables[0]++;
        tables[1] += out.change[i].p_value < 0.05;
      }
    dw_correlations_free(&out);
    joint_case_free(&c);
  }
  CHECK_MSG(drift <= 24, "%d of %d", drift, RUNS);
  CHECK_MSG(tables[0] > 600 && tables[1] > 12 && tables[1] < 80, "%d of %d tables", tables[1], tables[0]);
}

TEST(a_correlation_that_turned)
{
  joint_case c;
  joint_case_make(&c, 1, 300, 300, 7);
  for (int side = 0; side < DW_SIDES; side++)
    for (int i = 0; i < 300; i++) {
      double *b = &joint_numbers(&c, 2, side)[i];
      *b = 0.8 * (side ? -1 : 1) * joint_numbers(&c, 1, side)[i] + 0.6 * *b;
      c.table.feature[3].code[side][i] = side && i % 2 ? 1 + (joint_numbers(&c, 5, side)[i] > 0) : 1 + (uint32_t)dw_rng_below(&c.rng, 2);
    }
  dw_correlations out = correlations(&c, DW_CORRECTION_BH, 1), again = correlations(&c, DW_CORRECTION_BH, 3);
  CHECK(out.count == 21 && out.columns == 7 && out.tests == 15 * 2 + 6 && out.rows[0] == 300);
  const dw_association_change *first = &out.change[0], *second = &out.change[1];
  CHECK(first->a == 1 && first->b == 2 && first->method != DW_CRAMER_V && first->value[0] > 0.7 && first->value[1] < -0.7 &&
        first->other[1] < -0.7);
  CHECK_MSG(first->p_adjusted < 1e-20 && out.p_value == first->p_adjusted, "p %g", first->p_adjusted);
  CHECK_MSG(second->a == 3 && second->b == 5 && second->method == DW_CRAMER_V && second->p_adjusted < 1e-4 &&
                second->value[1] > second->value[0] + 0.2,
            "%zu %zu p %g", second->a, second->b, second->p_adjusted);
  CHECK(out.change[2].p_adjusted > 0.01 && isnan(second->other[0]));
  for (size_t i = 0; i < out.count; i++) {
    const dw_association_change *x = &out.change[i], *y = &again.change[i];
    CHECK(x->a == y->a && x->b == y->b && x->p_adjusted == y->p_adjusted);
  }
  dw_correlations_free(&out);
  dw_correlations_free(&again);
  out = correlations(&c, DW_CORRECTION_NONE, 1);
  CHECK(out.change[0].p_adjusted == out.change[0].p_value && out.p_value > out.change[0].p_value);
  dw_correlations_free(&out);
  joint_case_free(&c);
}

/* Rows with a gap do not count; the correlation of the others is as without them. */
TEST(gaps)
{
  joint_case c, whole;
  joint_case_make(&c, 2, 100, 100, 2);
  joint_case_make(&whole, 2, 100, 100, 2);
  for (int side = 0; side < DW_SIDES; side++) whole.table.rows[side] = 60;
  for (int side = 0; side < DW_SIDES; side++)
    for (int i = 60; i < 100; i++) joint_numbers(&c, 0, side)[i] = NAN;
  dw_correlations a = correlations(&c, DW_CORRECTION_BH, 1), b = correlations(&whole, DW_CORRECTION_BH, 1);
  double of_a = a.change[0].method == DW_PEARSON ? a.change[0].value[1] : a.change[0].other[1];
  double of_b = b.change[0].method == DW_PEARSON ? b.change[0].value[1] : b.change[0].other[1];
  CHECK_CLOSE(of_a, of_b, 1e-12);
  dw_correlations_free(&a);
  dw_correlations_free(&b);
  joint_case_free(&c);
  joint_case_free(&whole);
}

TEST(tables_with_little_in_them)
{
  joint_case c;
  dw_correlations out;
  dw_err err = {0};
  joint_case_make(&c, 3, 50, 50, 1);
  CHECK(dw_correlations_run(&out, &c.table, DW_CORRECTION_BH, 1e9, 1, &err) == DW_ENODATA && strstr(err.message, "two columns"));
  joint_case_free(&c);
  joint_case_make(&c, 4, 2, 50, 4);
  CHECK(dw_correlations_run(&out, &c.table, DW_CORRECTION_BH, 1e9, 1, &err) == DW_ENODATA && strstr(err.message, "no pair") &&
        out.change == NULL);
  joint_case_free(&c);
  joint_case_make(&c, 5, 50, 50, 3);
  for (int i = 0; i < 50; i++) {
    joint_numbers(&c, 0, 0)[i] = 7;
    joint_numbers(&c, 1, 1)[i] = NAN;
  }
  CHECK(dw_correlations_run(&out, &c.table, DW_CORRECTION_BH, 1e9, 1, &err) == DW_ENODATA); /* a constant, and one without values */
  joint_case_free(&c);
  joint_case_make(&c, 6, 25, 25, 60); /* more columns than rows */
  out = correlations(&c, DW_CORRECTION_BH, 2);
  CHECK(out.count > 900 && out.p_value > 1e-4);
  dw_correlations_free(&out);
  joint_case_free(&c);
}

TEST(rows_are_drawn_when_there_are_many_pairs)
{
  joint_case c;
  dw_correlations out;
  joint_case_make(&c, 7, 300, 50, 20);
  CHECK(dw_correlations_run(&out, &c.table, DW_CORRECTION_BH, 190 * 100.0, 1, NULL) == DW_OK);
  CHECK_MSG(out.rows[0] == 100 && out.rows[1] == 50 && out.columns == 20, "%zu rows", out.rows[0]);
  dw_correlations_free(&out);
  joint_case_free(&c);
}
