#include "stats/answers/border_shift.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/answers/label_deals.h"
#include "stats/tests/permutation.h"

struct dw_border_shift {
  unsigned permutations;
  dw_rng_key key;
  double *sum;    /* [permutations + 1] of variations over inputs; the first is how the answers lie */
  uint64_t input; /* how many were added */
  size_t inputs;
};

dw_border_shift *dw_border_shift_new(unsigned permutations, dw_rng_key key)
{
  dw_border_shift *test = dw_alloc_zero(1, sizeof *test);
  *test = (dw_border_shift){.permutations = permutations, .key = key, .sum = dw_alloc_zero((size_t)permutations + 1, sizeof *test->sum)};
  return test;
}

void dw_border_shift_free(dw_border_shift *test)
{
  if (!test) return;
  dw_free(test->sum);
  dw_free(test);
}

static uint64_t count_of(const uint64_t *count, size_t categories)
{
  uint64_t sum = 0;
  for (size_t k = 0; k < categories; k++) sum += count[k];
  return sum;
}

/* current[k] of both[k] answers are the round's. In whole numbers until the end: equal tables give equal doubles. */
static double variation_of(const uint64_t *both, const uint64_t *current, size_t categories, uint64_t n, uint64_t m)
{
  uint64_t apart = 0;
  for (size_t k = 0; k < categories; k++) {
    uint64_t p = (both[k] - current[k]) * m, q = current[k] * n;
    apart += p > q ? p - q : q - p;
  }
  return (double)apart / 2 / (double)n / (double)m;
}

/* The round's m answers out of all of them, by category: how many of the first come, of what is left how many of the second, … */
static void deal_answers(dw_rng *rng, const uint64_t *both, size_t categories, uint64_t all, uint64_t m, uint64_t *out)
{
  for (size_t k = 0; k < categories; k++) {
    out[k] = dw_hypergeometric_draw(rng, both[k], all - both[k], m);
    all -= both[k];
    m -= out[k];
  }
}

/* The same with answers that keep together. */
static void deal_in_blocks(dw_border_shift *test, const dw_border_input *input, uint64_t row, const uint64_t *both, uint64_t n, uint64_t m)
{
  dw_label_deals deals = {(size_t)(n + m), (size_t)n, input->block, test->key, row};
  dw_lanes *lanes = dw_alloc_array((size_t)(n + m), sizeof *lanes);
  uint64_t *dealt = dw_alloc_array(input->categories, sizeof *dealt);
  for (size_t i = 1; i <= test->permutations; i++) {
    size_t lane = i % DW_LANES;
    if (i == 1 || lane == 0) dw_label_deals_make(&deals, i / DW_LANES, 1, lanes);
    memcpy(dealt, both, input->categories * sizeof *dealt);
    for (size_t a = 0; a < n + m; a++) dealt[input->answer[a]] -= lanes[a].word[lane / 64] >> lane % 64 & 1;
    test->sum[i] += variation_of(both, dealt, input->categories, n, m);
  }
  dw_free(lanes);
  dw_free(dealt);
}

void dw_border_shift_add(dw_border_shift *test, const dw_border_input *input, double *variation)
{
  uint64_t n = count_of(input->reference, input->categories), m = count_of(input->current, input->categories);
  uint64_t row = test->input++;
  *variation = NAN;
  if (!n || !m) return;
  uint64_t *both = dw_alloc_array(input->categories, sizeof *both), *dealt = dw_alloc_array(input->categories, sizeof *dealt);
  for (size_t k = 0; k < input->categories; k++) both[k] = input->reference[k] + input->current[k];
  *variation = variation_of(both, input->current, input->categories, n, m);
  test->sum[0] += *variation;
  if (input->block) deal_in_blocks(test, input, row, both, n, m);
  for (unsigned i = 1; i <= test->permutations && !input->block; i++) {
    dw_rng rng;
    dw_rng_start(&rng, test->key, row, i);
    deal_answers(&rng, both, input->categories, n + m, m, dealt);
    test->sum[i] += variation_of(both, dealt, input->categories, n, m);
  }
  test->inputs++;
  dw_free(both);
  dw_free(dealt);
}

dw_status dw_border_shift_finish(dw_border_shift *test, dw_border_result *out, dw_err *err)
{
  *out = (dw_border_result){.inputs = test->inputs, .variation = NAN, .expected = NAN, .p_value = NAN};
  if (!test->inputs) return dw_err_set(err, DW_ENODATA, "no border input has answers on both sides");
  double inputs = (double)test->inputs, least = test->sum[0] - 1e-9 * inputs, sum = 0;
  for (unsigned i = 1; i <= test->permutations; i++) {
    out->hits += test->sum[i] >= least; /* what rounding can part is a tie, and ties count */
    sum += test->sum[i];
  }
  out->variation = test->sum[0] / inputs;
  out->expected = sum / test->permutations / inputs;
  out->made = test->permutations;
  out->p_value = dw_permutation_p(out->hits, out->made, false);
  return DW_OK;
}
