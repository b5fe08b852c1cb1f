/* Statistics and exact p-values from all deals (tests/golden/make_answers.py). */
#include "stats/answers/border_shift.h"

#include "golden.h"

enum { DEALS = 20000 };

TEST(golden_table)
{
  golden table = golden_open("golden/answers.txt");
  int cases = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "border") != 0) continue;
    size_t inputs = golden_whole(&table, 1);
    int at = 2;
    double sum = 0, variation;
    dw_border_shift *test = dw_border_shift_new(DEALS, dw_rng_derive(4, "border"));
    for (size_t i = 0; i < inputs; i++) {
      uint64_t count[2][8];
      size_t categories = golden_whole(&table, at++);
      for (size_t k = 0; k < 2 * categories; k++) count[k / categories][k % categories] = golden_whole(&table, at++);
      dw_border_shift_add(test, &(dw_border_input){.reference = count[0], .current = count[1], .categories = categories}, &variation);
      sum += variation;
    }
    dw_border_result got;
    CHECK(dw_border_shift_finish(test, &got, NULL) == DW_OK);
    dw_border_shift_free(test);
    double want = golden_number(&table, at + 1);
    CHECK_MSG(fabs(got.variation - golden_number(&table, at)) <= 1e-14, "case %d: %.17g", cases, got.variation);
    CHECK(fabs(sum / (double)inputs - got.variation) <= 1e-15 && got.inputs == inputs);
    CHECK_MSG(fabs((double)got.hits / DEALS - want) <= 5 * sqrt(want * (1 - want) / DEALS), "case %d: p %g, exactly %g", cases, got.p_value,
              want);
    CHECK(got.p_value == (1.0 + got.hits) / (1.0 + DEALS));
    cases++;
  }
  CHECK(cases == 3);
}

/* Sides of two blocks each: of the six ways to deal them the two that leave the runs whole are as far apart as what was found. */
TEST(runs_keep_together)
{
  enum { SIDE = 20 };
  uint64_t first[] = {SIDE, 0}, second[] = {0, SIDE};
  uint32_t answer[2 * SIDE], block[2 * SIDE];
  double variation;
  dw_border_result got;
  for (uint32_t i = 0; i < 2 * SIDE; i++) {
    answer[i] = i >= SIDE;
    block[i] = i / (SIDE / 2);
  }
  dw_border_shift *test = dw_border_shift_new(DEALS, dw_rng_derive(6, "border"));
  dw_border_shift_add(test, &(dw_border_input){first, second, 2, answer, block}, &variation);
  CHECK(variation == 1);
  CHECK(dw_border_shift_finish(test, &got, NULL) == DW_OK);
  CHECK_MSG(fabs(got.p_value - 1.0 / 3) < 0.02, "p %g", got.p_value);
  dw_border_shift_free(test);
}

/* Ten answers differ from a hundred by chance alone: what is expected says by how much. */
TEST(what_chance_makes)
{
  uint64_t half[] = {50, 50}, ten[] = {5, 5}, other[] = {0, 10}, none[] = {0, 0};
  double variation;
  dw_border_shift *test = dw_border_shift_new(DEALS, dw_rng_derive(5, "border"));
  dw_border_result got;
  dw_err err;
  dw_border_shift_add(test, &(dw_border_input){.reference = half, .current = none, .categories = 2}, &variation);
  CHECK(isnan(variation));
  CHECK(dw_border_shift_finish(test, &got, &err) == DW_ENODATA && strstr(err.message, "both sides"));
  dw_border_shift_add(test, &(dw_border_input){.reference = half, .current = ten, .categories = 2}, &variation);
  CHECK(variation == 0);
  CHECK(dw_border_shift_finish(test, &got, &err) == DW_OK && got.inputs == 1 && got.p_value == 1);
  /* E|(55 - X) / 100 - X / 10|, X hypergeometric: 10 of 110, 55 of a kind (scipy.stats.hypergeom) */
  CHECK_MSG(fabs(got.expected - 0.12902332576107667) < 0.0035, "%g", got.expected);
  dw_border_shift_add(test, &(dw_border_input){.reference = half, .current = other, .categories = 2}, &variation);
  CHECK(variation == 0.5);
  CHECK(dw_border_shift_finish(test, &got, &err) == DW_OK && got.variation == 0.25);
  dw_border_shift_free(test);
}
