#include "stats/answers/score_shift.h"

#include <math.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stats/answers/label_deals.h"
#include "stats/tests/permutation.h"

#define ROUNDING 1e-12 /* of means of cosines that are equal */

struct dw_score_shift {
  size_t stretches;
  unsigned permutations, threads;
  dw_rng_key key;
  double *deal;    /* [stretches * DW_LANES] sums of differences over prompts; the first is how the answers lie */
  uint64_t prompt; /* how many were added */
  size_t prompts;
  double mean[2]; /* sums over prompts */
};

dw_score_shift *dw_score_shift_new(unsigned permutations, dw_rng_key key, unsigned threads)
{
  dw_score_shift *test = dw_alloc_zero(1, sizeof *test);
  *test = (dw_score_shift){.stretches = permutations / DW_LANES + 1,
                           .permutations = permutations,
                           .threads = threads ? threads : dw_cores(),
                           .key = key};
  test->deal = dw_alloc_zero(test->stretches * DW_LANES, sizeof *test->deal);
  return test;
}

void dw_score_shift_free(dw_score_shift *test)
{
  if (!test) return;
  dw_free(test->deal);
  dw_free(test);
}

static double mean_of(const double *score, size_t count)
{
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += score[i];
  return sum / (double)count;
}

typedef struct summing {
  const double *off; /* [answers] scores less their mean: differences are the same, and closer to their digits */
  size_t answers, reference;
  const dw_lanes *lanes;
  double *deal; /* [DW_LANES] */
} summing;

/* All scores together are 0, so that the current side's sum is the reference's, with the other sign. */
static void sum_word(void *context, size_t word, unsigned thread)
{
  const summing *s = context;
  double sum[64] = {0}, n = (double)s->reference, m = (double)(s->answers - s->reference);
  (void)thread;
  for (size_t a = 0; a < s->answers; a++) {
    uint64_t bits = s->lanes[a].word[word];
    for (size_t lane = 0; lane < 64; lane++) sum[lane] += (double)(bits >> lane & 1) * s->off[a];
  }
  for (size_t lane = 0; lane < 64; lane++) s->deal[64 * word + lane] += sum[lane] * (1 / n + 1 / m);
}

void dw_score_shift_add(dw_score_shift *test, const dw_score_prompt *prompt, double *moved)
{
  size_t n = prompt->reference, m = prompt->current, answers = n + m;
  dw_label_deals deals = {answers, n, prompt->block, test->key, test->prompt++};
  *moved = NAN;
  if (!n || !m) return;
  double *off = dw_alloc_array(answers, sizeof *off), center = mean_of(prompt->score, answers);
  dw_lanes *lanes = dw_alloc_array(answers, sizeof *lanes);
  for (size_t a = 0; a < answers; a++) off[a] = prompt->score[a] - center;
  for (size_t stretch = 0; stretch < test->stretches; stretch++) {
    dw_label_deals_make(&deals, stretch, test->threads, lanes);
    summing s = {off, answers, n, lanes, test->deal + stretch * DW_LANES};
    dw_parallel(test->threads, DW_LANE_WORDS, sum_word, &s);
  }
  double mean[2] = {mean_of(prompt->score, n), mean_of(prompt->score + n, m)};
  for (int s = 0; s < 2; s++) test->mean[s] += mean[s];
  *moved = mean[0] - mean[1];
  if (fabs(*moved) <= ROUNDING) *moved = 0;
  test->prompts++;
  dw_free(off);
  dw_free(lanes);
}

dw_status dw_score_shift_finish(dw_score_shift *test, dw_score_result *out, dw_err *err)
{
  double prompts = (double)test->prompts;
  *out = (dw_score_result){.prompts = test->prompts, .statistic = NAN, .reference = NAN, .current = NAN, .p_value = NAN};
  if (!test->prompts) return dw_err_set(err, DW_ENODATA, "no prompt was answered on both sides");
  out->reference = test->mean[0] / prompts;
  out->current = test->mean[1] / prompts;
  out->statistic = test->deal[0] / prompts;
  if (fabs(out->statistic) <= ROUNDING) out->statistic = 0;
  double least = fabs(out->statistic) - ROUNDING; /* what rounding can part is a tie, and ties count */
  for (unsigned i = 1; i <= test->permutations; i++) out->hits += fabs(test->deal[i] / prompts) >= least;
  out->made = test->permutations;
  out->p_value = dw_permutation_p(out->hits, out->made, false);
  return DW_OK;
}
