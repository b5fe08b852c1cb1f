/* Statistics and exact p-values from all pairs and all deals (tests/golden/make_answers.py): the scores of one model, and their test. */
#include "stats/answers/agreement.h"

#include "golden.h"
#include "stats/answers/score_shift.h"

enum { MODELS = 4, PROMPTS = 2, ANSWERS = 16, WIDTH = 3, DEALS = 20000 };

typedef struct network {
  size_t width, models, prompts, reference[PROMPTS][MODELS], current[PROMPTS][MODELS];
  double weight[MODELS], vector[PROMPTS][MODELS][ANSWERS * WIDTH];
} network;

static int read_network(const golden *table, network *out)
{
  int at = 4;
  out->width = golden_whole(table, 1);
  out->models = golden_whole(table, 2);
  out->prompts = golden_whole(table, 3);
  for (size_t m = 0; m < out->models; m++) out->weight[m] = golden_number(table, at++);
  for (size_t p = 0; p < out->prompts; p++) {
    for (size_t m = 0; m < out->models; m++) {
      out->reference[p][m] = golden_whole(table, at++);
      out->current[p][m] = golden_whole(table, at++);
      for (size_t i = 0; i < (out->reference[p][m] + out->current[p][m]) * out->width; i++)
        out->vector[p][m][i] = golden_number(table, at++);
    }
  }
  return at;
}

static dw_score_result tested(const network *n, size_t model, unsigned threads)
{
  dw_score_result result;
  dw_agreement *agreement = dw_agreement_new(n->models, n->width);
  dw_score_shift *test = dw_score_shift_new(DEALS, dw_rng_derive(2, "agreement"), threads);
  for (size_t p = 0; p < n->prompts; p++) {
    double score[ANSWERS], moved;
    for (size_t m = 0; m < n->models; m++)
      for (size_t i = 0; i < n->reference[p][m] + n->current[p][m]; i++)
        CHECK(dw_agreement_answer(agreement, m, n->vector[p][m] + i * n->width));
    size_t count = dw_agreement_scores(agreement, model, n->weight, score);
    CHECK(count == n->reference[p][model] + n->current[p][model]);
    dw_score_shift_add(test, &(dw_score_prompt){score, n->reference[p][model], n->current[p][model], NULL}, &moved);
    CHECK(isnan(moved) == (!n->reference[p][model] || !n->current[p][model]));
    dw_agreement_next(agreement);
  }
  CHECK(dw_score_shift_finish(test, &result, NULL) == DW_OK);
  dw_score_shift_free(test);
  dw_agreement_free(agreement);
  return result;
}

TEST(golden_table)
{
  golden table = golden_open("golden/answers.txt");
  int cases = 0;
  while (golden_next(&table)) {
    network n;
    if (strcmp(table.field[0], "agreement") != 0) continue;
    int at = read_network(&table, &n);
    for (size_t m = 0; m < n.models; m++, at += 2) {
      dw_score_result got = tested(&n, m, 1), other = tested(&n, m, 3);
      double want = golden_number(&table, at + 1);
      CHECK_MSG(fabs(got.statistic - golden_number(&table, at)) <= 1e-13, "case %d, model %zu: %.17g", cases, m, got.statistic);
      CHECK(fabs(got.reference - got.current - got.statistic) <= 1e-13);
      CHECK_MSG(fabs((double)got.hits / DEALS - want) <= 5 * sqrt(want * (1 - want) / DEALS), "case %d, model %zu: p %g, exactly %g", cases,
                m, got.p_value, want);
      CHECK(got.p_value == (1.0 + got.hits) / (1.0 + DEALS) && other.hits == got.hits && got.statistic == other.statistic);
    }
    cases++;
  }
  CHECK(cases == 3);
}

TEST(nobody_else)
{
  double score[2];
  dw_agreement *two = dw_agreement_new(2, 2);
  CHECK(dw_agreement_answer(two, 0, (double[]){1, 0}) && !dw_agreement_answer(two, 1, (double[]){0, 0}));
  CHECK(dw_agreement_scores(two, 0, NULL, score) == 1 && isnan(score[0]));
  CHECK(dw_agreement_answer(two, 1, (double[]){1e200, 0}) && dw_agreement_answer(two, 1, (double[]){0, 1e-200}));
  CHECK(dw_agreement_scores(two, 0, NULL, score) == 1 && score[0] == 0.5);
  CHECK(dw_agreement_scores(two, 1, NULL, score) == 2 && score[0] == 1 && score[1] == 0);
  CHECK(dw_agreement_scores(two, 0, (double[]){1, 0}, score) == 1 && isnan(score[0])); /* its weight is 0 */
  dw_agreement_next(two);
  CHECK(dw_agreement_scores(two, 1, NULL, score) == 0);
  dw_agreement_free(two);
}

TEST(equal_scores_are_ties_and_one_side_is_told)
{
  double moved;
  dw_err err;
  dw_score_result got;
  dw_score_shift *test = dw_score_shift_new(99, dw_rng_derive(1, "x"), 1);
  dw_score_shift_add(test, &(dw_score_prompt){(double[]){0.1, 0.2}, 2, 0, NULL}, &moved);
  CHECK(isnan(moved) && dw_score_shift_finish(test, &got, &err) == DW_ENODATA && strstr(err.message, "both sides"));
  dw_score_shift_add(test, &(dw_score_prompt){(double[]){0.1, 0.1, 0.1, 0.1, 0.1}, 3, 2, NULL}, &moved);
  CHECK(moved == 0 && dw_score_shift_finish(test, &got, NULL) == DW_OK && got.p_value == 1 && got.prompts == 1);
  dw_score_shift_free(test);
}
