/* Statistics and exact p-values from the definition (tests/golden/make_answers.py). */
#include "stats/answers/logprob_shift.h"

#include "golden.h"

enum { DEALS = 20000 };

static dw_status finish(unsigned permutations, const dw_logprob_prompt *prompt, size_t prompts, dw_logprob_moved *moved,
                        dw_logprob_result *result, dw_err *err)
{
  dw_logprob_shift *test = dw_logprob_shift_new(permutations, dw_rng_derive(3, "logprobs"), 0);
  for (size_t i = 0; i < prompts; i++) dw_logprob_shift_add(test, &prompt[i], &moved[i]);
  dw_status status = dw_logprob_shift_finish(test, result, err);
  dw_logprob_shift_free(test);
  return status;
}

TEST(golden_table)
{
  golden table = golden_open("golden/answers.txt");
  int cases = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "logprob") != 0) continue;
    static dw_logprob_entry entry[64];
    static dw_logprob_answer answer[32];
    dw_logprob_prompt prompt[4];
    dw_logprob_moved moved[4];
    size_t prompts = golden_whole(&table, 1), answers = 0, entries = 0;
    int at = 2;
    for (size_t p = 0; p < prompts; p++) {
      prompt[p] =
          (dw_logprob_prompt){.answer = answer + answers, .reference = golden_whole(&table, at), .current = golden_whole(&table, at + 1)};
      at += 2;
      for (size_t i = 0; i < prompt[p].reference + prompt[p].current; i++) {
        answer[answers] = (dw_logprob_answer){entry + entries, golden_whole(&table, at++)};
        for (size_t e = 0; e < answer[answers].count; e++, at += 2)
          entry[entries++] = (dw_logprob_entry){(uint32_t)golden_whole(&table, at), golden_number(&table, at + 1)};
        answers++;
      }
    }
    dw_logprob_result got;
    CHECK(finish(DEALS, prompt, prompts, moved, &got, NULL) == DW_OK);
    double want = golden_number(&table, at + 1), sum = 0;
    for (size_t p = 0; p < prompts; p++) sum += moved[p].statistic;
    CHECK_MSG(fabs(got.statistic - golden_number(&table, at)) <= 1e-13, "case %d: %.17g", cases, got.statistic);
    CHECK(fabs(sum / (double)prompts - got.statistic) <= 1e-14 && got.prompts == prompts);
    CHECK(got.made == DEALS && got.p_value == (1.0 + got.hits) / (1.0 + DEALS));
    CHECK_MSG(fabs((double)got.hits / DEALS - want) <= 5 * sqrt(want * (1 - want) / DEALS), "case %d: p %g, exactly %g", cases, got.p_value,
              want);
    cases++;
  }
  CHECK(cases == 5);
}

/* What servers write besides numbers: minus infinity in two ways and NaN are as if they were not listed; two tokens that look alike are
 * two. */
TEST(what_is_no_number_is_not_listed)
{
  dw_logprob_entry clean[] = {{1, -0.5}, {2, -1.5}},
                   with[] = {{1, -0.5}, {3, -3.4028234663852886e+38}, {4, NAN}, {2, -1.5}, {5, -INFINITY}};
  dw_logprob_entry twice[] = {{1, -0.5}, {1, -1.5}}, broken[] = {{1, NAN}};
  dw_logprob_answer a = {clean, 2}, b = {with, 5}, c = {twice, 2}, none = {broken, 1};
  dw_logprob_answer alike[] = {a, a, none, b, b}, unlike[] = {a, a, c, c}, gone[] = {a, a, none, none};
  dw_logprob_prompt prompt[] = {{alike, 3, 2, NULL}, {unlike, 2, 2, NULL}, {gone, 2, 2, NULL}};
  dw_logprob_moved moved[3];
  dw_logprob_result got;
  CHECK(finish(99, prompt, 3, moved, &got, NULL) == DW_OK && got.prompts == 2);
  CHECK(moved[0].statistic == 0 && moved[0].tokens == 2 && moved[0].reference == 2 && moved[0].current == 2);
  /* tokens 1, the second 1, 2: the one side lists the first and the last, the other the first two */
  CHECK(moved[1].tokens == 3 && moved[1].statistic == 0);
  CHECK(isnan(moved[2].statistic) && moved[2].current == 0);
}

TEST(bit_identical_answers_and_too_few)
{
  dw_logprob_entry first[] = {{1, -0.1}, {2, -2.3}}, second[] = {{1, -0.1}, {2, -2.300001}};
  dw_logprob_answer same[] = {{first, 2}, {first, 2}, {first, 2}, {first, 2}}, one[] = {{first, 2}, {second, 2}};
  dw_logprob_answer two[] = {{first, 2}, {first, 2}, {first, 2}, {first, 2}, {second, 2}, {second, 2}, {second, 2}, {second, 2}};
  dw_logprob_prompt prompt = {same, 2, 2, NULL};
  dw_logprob_moved moved;
  dw_logprob_result got;
  dw_logprob_answer ten[10];
  for (int i = 0; i < 10; i++) ten[i] = same[0];
  dw_logprob_prompt uneven = {ten, 3, 7, NULL};
  CHECK(finish(99, &uneven, 1, &moved, &got, NULL) == DW_OK && got.statistic == 0 && got.p_value == 1); /* 3 times 0.1 is not 0.3 */
  CHECK(finish(999, &prompt, 1, &moved, &got, NULL) == DW_OK && got.p_value == 1 && got.statistic == 0);
  prompt = (dw_logprob_prompt){two, 4, 4, NULL};
  CHECK(finish(9999, &prompt, 1, &moved, &got, NULL) == DW_OK && fabs(got.p_value - 2.0 / 70) < 0.01); /* of 70 deals two part them */
  CHECK_CLOSE(got.statistic, 0.5e-6, 1e-8);
  dw_err err;
  prompt = (dw_logprob_prompt){one, 1, 1, NULL};
  CHECK(finish(99, &prompt, 1, &moved, &got, &err) == DW_ENODATA && strstr(err.message, "at least two"));
  prompt = (dw_logprob_prompt){one, 2, 0, NULL};
  CHECK(finish(99, &prompt, 1, &moved, &got, &err) == DW_ENODATA && strstr(err.message, "both sides"));
}

/* Answers that come in runs: one by one they look like a change, in blocks they do not; those that list nothing part no block. */
TEST(blocks_keep_together)
{
  enum { RUNS = 400, RUN = 5, N = 20 };
  int alone = 0, together = 0;
  for (int run = 0; run < RUNS; run++) {
    dw_logprob_entry entry[2 * N / RUN];
    dw_logprob_answer answer[2 * N];
    uint32_t block[2 * N];
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(9, "runs"), (uint64_t)run, 0);
    for (int i = 0; i < 2 * N / RUN; i++) entry[i] = (dw_logprob_entry){1, -dw_rng_uniform(&rng)};
    for (int i = 0; i < 2 * N; i++) {
      answer[i] = (dw_logprob_answer){&entry[i / RUN], i % RUN == 2 ? 0 : 1};
      block[i] = (uint32_t)(i / RUN);
    }
    dw_logprob_moved moved;
    dw_logprob_result got;
    dw_logprob_prompt prompt = {answer, N, N, NULL};
    CHECK(finish(99, &prompt, 1, &moved, &got, NULL) == DW_OK);
    alone += got.p_value <= 0.05;
    prompt.block = block;
    CHECK(finish(99, &prompt, 1, &moved, &got, NULL) == DW_OK);
    together += got.p_value <= 0.05;
  }
  CHECK_MSG(together <= 20 + 5 * 4.4, "%d of %d alarm in blocks", together, RUNS);
  CHECK_MSG(alone >= 100, "only %d of %d alarm one by one: the case is too tame to tell", alone, RUNS);
}
