/* Statistics and exact p-values by making the kernel and going through all deals (tests/golden/make_answers.py). */
#include "stats/answers/hamming_mmd.h"

#include "base/mem.h"
#include "golden.h"

enum { DEALS = 20000 };

static dw_hamming_result compared(size_t length, unsigned permutations, uint64_t seed, unsigned threads, const dw_hamming_prompt *prompt,
                                  size_t prompts)
{
  dw_hamming_mmd *test = dw_hamming_mmd_new(length, permutations, dw_rng_derive(seed, "hamming"), threads);
  for (size_t i = 0; i < prompts; i++) CHECK(dw_hamming_mmd_add(test, &prompt[i], NULL) == DW_OK);
  dw_hamming_result result;
  CHECK(dw_hamming_mmd_finish(test, &result, NULL) == DW_OK);
  dw_hamming_mmd_free(test);
  return result;
}

TEST(golden_table)
{
  golden table = golden_open("golden/answers.txt");
  int cases = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "hamming") != 0) continue;
    uint32_t unit[4][64];
    dw_hamming_prompt prompt[4];
    size_t length = golden_whole(&table, 1), prompts = golden_whole(&table, 2);
    int at = 3;
    for (size_t p = 0; p < prompts; p++) {
      prompt[p] = (dw_hamming_prompt){.unit = unit[p], .reference = golden_whole(&table, at), .current = golden_whole(&table, at + 1)};
      at += 2;
      for (size_t i = 0; i < (prompt[p].reference + prompt[p].current) * length; i++) unit[p][i] = (uint32_t)golden_whole(&table, at++);
    }
    dw_hamming_result got = compared(length, DEALS, 3, 0, prompt, prompts);
    double want = golden_number(&table, at + 1);
    CHECK_MSG(fabs(got.statistic - golden_number(&table, at)) <= 1e-14, "case %d: %.17g", cases, got.statistic);
    CHECK(got.made == DEALS && got.p_value == (1.0 + got.hits) / (1.0 + DEALS) && got.prompts == prompts);
    CHECK_MSG(fabs((double)got.hits / DEALS - want) <= 5 * sqrt(want * (1 - want) / DEALS), "case %d: p %g, exactly %g", cases, got.p_value,
              want);
    cases++;
  }
  CHECK(cases == 6);
}

static void random_units(uint32_t *unit, size_t count, uint32_t from, uint32_t below, uint64_t row)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(5, "units"), row, 0);
  for (size_t i = 0; i < count; i++) unit[i] = from + (uint32_t)dw_rng_below(&rng, below);
}

static double mean_kernel(const uint32_t *a, size_t n, const uint32_t *b, size_t m, size_t length)
{
  size_t agree = 0, pairs = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < m; j++) {
      if (a + i * length == b + j * length) continue;
      for (size_t k = 0; k < length; k++) agree += a[i * length + k] == b[j * length + k];
      pairs++;
    }
  return (double)agree / (double)pairs / (double)length;
}

/* Groups of more than 255 and more than 65,535 answers, more deals than lanes, and any number of threads. */
TEST(large_groups_are_counted_exactly)
{
  enum { LENGTH = 3, N = 300, M = 700 };
  uint32_t *unit = dw_alloc_array((N + M) * LENGTH, sizeof *unit);
  random_units(unit, (N + M) * LENGTH, 40, 3, 1);
  dw_hamming_prompt prompt = {unit, N, M, NULL};
  dw_hamming_result one = compared(LENGTH, 1500, 1, 1, &prompt, 1), three = compared(LENGTH, 1500, 1, 3, &prompt, 1);
  CHECK_CLOSE(one.within_reference, mean_kernel(unit, N, unit, N, LENGTH), 1e-14);
  CHECK_CLOSE(one.within_current, mean_kernel(unit + N * LENGTH, M, unit + N * LENGTH, M, LENGTH), 1e-14);
  CHECK_CLOSE(one.between, mean_kernel(unit, N, unit + N * LENGTH, M, LENGTH), 1e-14);
  CHECK(one.made == 1500 && one.hits == three.hits && one.statistic == three.statistic);
  dw_free(unit);

  enum { MANY = 66000, FEW = 1000 };
  unit = dw_alloc_zero(MANY + FEW, sizeof *unit);
  unit[0] = 1;
  prompt = (dw_hamming_prompt){unit, MANY, FEW, NULL};
  one = compared(1, 1, 1, 0, &prompt, 1);
  CHECK_CLOSE(one.within_reference, (MANY - 2.0) / MANY, 1e-14); /* one answer agrees with none */
  CHECK(one.within_current == 1);
  CHECK_CLOSE(one.between, (MANY - 1.0) / MANY, 1e-14);
  dw_free(unit);
}

/* P(p <= a) <= a without a change, and a change is found; each prompt has its own answers. */
TEST(alarms_at_its_level)
{
  enum { RUNS = 1000, LENGTH = 8, N = 6, PROMPTS = 3 };
  uint32_t unit[PROMPTS][2 * N * LENGTH];
  int alarms = 0, found = 0;
  for (int run = 0; run < RUNS; run++) {
    for (int changed = 0; changed < 2; changed++) {
      dw_hamming_prompt prompt[PROMPTS];
      for (int p = 0; p < PROMPTS; p++) {
        prompt[p] = (dw_hamming_prompt){unit[p], N, N, NULL};
        random_units(unit[p], 2 * N * LENGTH, (uint32_t)p, 4, (uint64_t)(run * PROMPTS + p));
        if (changed) random_units(unit[p] + N * LENGTH, N * LENGTH, (uint32_t)p, 2, (uint64_t)(run * PROMPTS + p));
      }
      bool alarm = compared(LENGTH, 99, (uint64_t)run, 1, prompt, PROMPTS).p_value <= 0.05;
      if (changed) found += alarm;
      else alarms += alarm;
    }
  }
  CHECK_MSG(alarms <= 50 + 5 * 7, "%d of %d alarm without a change", alarms, RUNS);
  CHECK_MSG(alarms >= 50 - 5 * 7, "%d of %d alarm without a change: too few for a test of 99 deals", alarms, RUNS);
  CHECK_MSG(found >= 950, "%d of %d found", found, RUNS);
}

/* Runs of equal answers: one by one they look like a change, in blocks they do not. */
TEST(blocks_keep_together)
{
  enum { RUNS = 400, LENGTH = 6, RUN = 5, N = 20 };
  uint32_t unit[2 * N * LENGTH], block[2 * N];
  int alone = 0, together = 0;
  for (int run = 0; run < RUNS; run++) {
    for (int i = 0; i < 2 * N; i += RUN) {
      random_units(unit + i * LENGTH, LENGTH, 0, 5, (uint64_t)(run * 100 + i));
      for (int j = 0; j < RUN; j++) {
        memmove(unit + (i + j) * LENGTH, unit + i * LENGTH, LENGTH * sizeof *unit);
        block[i + j] = (uint32_t)(i / RUN);
      }
    }
    dw_hamming_prompt prompt = {unit, N, N, NULL};
    alone += compared(LENGTH, 99, (uint64_t)run, 1, &prompt, 1).p_value <= 0.05;
    prompt.block = block;
    together += compared(LENGTH, 99, (uint64_t)run, 1, &prompt, 1).p_value <= 0.05;
  }
  CHECK_MSG(together <= 20 + 5 * 4.4, "%d of %d alarm in blocks", together, RUNS);
  CHECK_MSG(alone >= 100, "only %d of %d alarm one by one: the case is too tame to tell", alone, RUNS);
}

TEST(what_cannot_be_told)
{
  uint32_t same[8] = {4, 4, 4, 4, 4, 4, 4, 4}, beyond[2] = {1, DW_HAMMING_UNITS};
  dw_hamming_prompt alike = {same, 4, 4, NULL}, single = {same, 1, 1, NULL}, one_side = {same, 4, 0, NULL}, bad = {beyond, 1, 1, NULL};
  dw_hamming_result got = compared(1, 999, 1, 1, &alike, 1);
  CHECK(got.p_value == 1 && got.statistic == 0);
  dw_err err;
  dw_hamming_mmd *test = dw_hamming_mmd_new(1, 99, dw_rng_derive(1, "x"), 1);
  CHECK(dw_hamming_mmd_add(test, &one_side, &err) == DW_OK);
  CHECK(dw_hamming_mmd_finish(test, &got, &err) == DW_ENODATA && strstr(err.message, "both sides"));
  CHECK(dw_hamming_mmd_add(test, &single, &err) == DW_OK);
  CHECK(dw_hamming_mmd_finish(test, &got, &err) == DW_ENODATA && strstr(err.message, "at least two"));
  CHECK(dw_hamming_mmd_add(test, &bad, &err) == DW_EDATA && strstr(err.message, "2097152"));
  CHECK(dw_hamming_mmd_add(test, &alike, &err) == DW_OK); /* goes on, and the failure left nothing */
  CHECK(dw_hamming_mmd_finish(test, &got, &err) == DW_OK && got.prompts == 2 && got.p_value == 1);
  dw_hamming_mmd_free(test);
}
