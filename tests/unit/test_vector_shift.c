/* Statistics, their means over deals and exact p-values from all pairs and all deals (tests/golden/make_vector_shift.py). */
#include "stats/answers/vector_shift.h"

#include "golden.h"

enum { DEALS = 20000 };

static dw_status compared(dw_vector_statistic statistic, size_t width, unsigned permutations, const dw_cosine_prompt *prompt,
                          size_t prompts, unsigned threads, dw_vector_result *result, dw_err *err)
{
  double moved;
  dw_vector_shift *test = dw_vector_shift_new(statistic, width, permutations, dw_rng_derive(2, "vectors"), threads);
  for (size_t i = 0; i < prompts; i++) dw_vector_shift_add(test, &prompt[i], &moved);
  dw_status status = dw_vector_shift_finish(test, result, err);
  if (status == DW_OK && prompts == 1) CHECK_CLOSE(moved, result->statistic, 1e-12);
  dw_vector_shift_free(test);
  return status;
}

TEST(golden_table)
{
  static const char *const names[] = {"mmd", "energy", "centroid"};
  golden table = golden_open("golden/vector_shift.txt");
  int cases = 0;
  while (golden_next(&table)) {
    double vector[4][64];
    dw_cosine_prompt prompt[4];
    dw_vector_statistic statistic = DW_VECTOR_MMD;
    while (strcmp(table.field[0], names[statistic]) != 0) statistic++;
    size_t width = golden_whole(&table, 1), prompts = golden_whole(&table, 2);
    int at = 3;
    for (size_t p = 0; p < prompts; p++) {
      prompt[p] = (dw_cosine_prompt){.vector = vector[p], .reference = golden_whole(&table, at), .current = golden_whole(&table, at + 1)};
      at += 2;
      for (size_t i = 0; i < (prompt[p].reference + prompt[p].current) * width; i++) vector[p][i] = golden_number(&table, at++);
    }
    dw_vector_result got, other;
    CHECK(compared(statistic, width, DEALS, prompt, prompts, 1, &got, NULL) == DW_OK);
    CHECK(compared(statistic, width, DEALS, prompt, prompts, 3, &other, NULL) == DW_OK && other.hits == got.hits);
    double want = golden_number(&table, at + 2);
    CHECK_MSG(fabs(got.statistic - golden_number(&table, at)) <= 1e-12, "case %d: %.17g", cases, got.statistic);
    CHECK_MSG(fabs(got.expected - golden_number(&table, at + 1)) <= 0.01, "case %d: expected %g", cases, got.expected);
    CHECK_MSG(fabs((double)got.hits / DEALS - want) <= 5 * sqrt(want * (1 - want) / DEALS), "case %d: p %g, exactly %g", cases, got.p_value,
              want);
    CHECK(got.p_value == (1.0 + got.hits) / (1.0 + DEALS) && got.prompts == prompts);
    cases++;
  }
  CHECK(cases == 15);
}

TEST(lengths_do_not_matter_and_too_few_are_said)
{
  double same[] = {1, 2, 1e200, 2e200, 1e-200, 2e-200, 3, 6};
  dw_cosine_prompt alike = {same, 2, 2, NULL}, single = {same, 1, 1, NULL}, one_side = {same, 2, 0, NULL}, both[] = {single, alike};
  dw_vector_result got;
  dw_err err;
  for (dw_vector_statistic statistic = DW_VECTOR_MMD; statistic <= DW_VECTOR_CENTROID; statistic++) {
    CHECK(compared(statistic, 2, 999, &alike, 1, 1, &got, &err) == DW_OK && got.p_value == 1 && fabs(got.statistic) < 1e-7);
    CHECK(compared(statistic, 2, 999, both, 2, 1, &got, &err) == DW_OK && got.prompts == 1);
    CHECK(compared(statistic, 2, 99, &single, 1, 1, &got, &err) == DW_ENODATA && strstr(err.message, "at least two"));
    CHECK(compared(statistic, 2, 99, &one_side, 1, 1, &got, &err) == DW_ENODATA && strstr(err.message, "both sides"));
  }
}
