#include "stats/answers/cosine_mmd.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stats/answers/label_deals.h"
#include "stats/tests/permutation.h"

/* Sums of cosines over prompts, of one deal: ordered pairs within a side, pairs of both sides. */
typedef struct cosines {
  double reference, current, between;
} cosines;

struct dw_cosine_mmd {
  size_t width, stretches;
  unsigned permutations, threads;
  dw_rng_key key;
  cosines *deal;   /* [stretches * DW_LANES]; the first is how the answers lie */
  uint64_t prompt; /* how many were added */
  size_t prompts;
  double pairs[3]; /* ordered within the reference, within current; between */
};

dw_cosine_mmd *dw_cosine_mmd_new(size_t width, unsigned permutations, dw_rng_key key, unsigned threads)
{
  dw_cosine_mmd *test = dw_alloc_zero(1, sizeof *test);
  *test = (dw_cosine_mmd){.width = width,
                          .stretches = permutations / DW_LANES + 1,
                          .permutations = permutations,
                          .threads = threads ? threads : dw_cores(),
                          .key = key};
  test->deal = dw_alloc_zero(test->stretches * DW_LANES, sizeof *test->deal);
  return test;
}

void dw_cosine_mmd_free(dw_cosine_mmd *test)
{
  if (!test) return;
  dw_free(test->deal);
  dw_free(test);
}

void dw_cosine_unit(const double *vector, size_t width, double *out)
{
  double largest = 0, squares = 0;
  for (size_t k = 0; k < width; k++) largest = fmax(largest, fabs(vector[k]));
  if (!(largest > 0)) largest = 1;
  for (size_t k = 0; k < width; k++) {
    out[k] = vector[k] / largest; /* no square overflows */
    squares += out[k] * out[k];
  }
  double length = squares > 0 ? sqrt(squares) : 1;
  for (size_t k = 0; k < width; k++) out[k] /= length;
}

typedef struct summing {
  const dw_cosine_mmd *test;
  size_t answers, reference;
  const double *unit;  /* [answers * width] */
  const double *total; /* [width] of all answers */
  const dw_lanes *lanes;
  double *scratch; /* [threads * width] */
  cosines *deal;   /* [DW_LANES] */
} summing;

/* The square of a side's sum of unit vectors is its count and the cosines of its ordered pairs. The side with fewer answers is summed, the
 * other one is what is left of all. */
static void sum_lane(const summing *s, size_t lane, double *fewer)
{
  size_t width = s->test->width;
  bool reference_is_fewer = 2 * s->reference <= s->answers;
  memset(fewer, 0, width * sizeof *fewer);
  for (size_t a = 0; a < s->answers; a++) {
    if ((s->lanes[a].word[lane / 64] >> lane % 64 & 1) != reference_is_fewer) continue;
    for (size_t k = 0; k < width; k++) fewer[k] += s->unit[a * width + k];
  }
  double one = 0, other = 0, between = 0;
  for (size_t k = 0; k < width; k++) {
    double rest = s->total[k] - fewer[k];
    one += fewer[k] * fewer[k];
    other += rest * rest;
    between += fewer[k] * rest;
  }
  s->deal[lane].reference += (reference_is_fewer ? one : other) - (double)s->reference;
  s->deal[lane].current += (reference_is_fewer ? other : one) - (double)(s->answers - s->reference);
  s->deal[lane].between += between;
}

static void sum_word(void *context, size_t word, unsigned thread)
{
  const summing *s = context;
  for (size_t lane = 64 * word; lane < 64 * word + 64; lane++) sum_lane(s, lane, s->scratch + thread * s->test->width);
}

void dw_cosine_mmd_add(dw_cosine_mmd *test, const dw_cosine_prompt *prompt)
{
  size_t n = prompt->reference, m = prompt->current, answers = n + m, width = test->width;
  dw_label_deals deals = {answers, n, prompt->block, test->key, test->prompt++};
  if (!n || !m) return;
  double *unit = dw_alloc_array(answers * width, sizeof *unit), *total = dw_alloc_zero(width, sizeof *total);
  double *scratch = dw_alloc_array(test->threads * width, sizeof *scratch);
  dw_lanes *lanes = dw_alloc_array(answers, sizeof *lanes);
  for (size_t a = 0; a < answers; a++) {
    dw_cosine_unit(prompt->vector + a * width, width, unit + a * width);
    for (size_t k = 0; k < width; k++) total[k] += unit[a * width + k];
  }
  for (size_t stretch = 0; stretch < test->stretches; stretch++) {
    dw_label_deals_make(&deals, stretch, test->threads, lanes);
    summing s = {test, answers, n, unit, total, lanes, scratch, test->deal + stretch * DW_LANES};
    dw_parallel(test->threads, DW_LANE_WORDS, sum_word, &s);
  }
  test->pairs[0] += (double)n * (double)(n - 1);
  test->pairs[1] += (double)m * (double)(m - 1);
  test->pairs[2] += (double)n * (double)m;
  test->prompts++;
  dw_free(unit);
  dw_free(total);
  dw_free(scratch);
  dw_free(lanes);
}

static double statistic_of(const dw_cosine_mmd *test, const cosines *deal)
{
  const double *pairs = test->pairs;
  return (pairs[0] > 0 ? deal->reference / pairs[0] : 0) + (pairs[1] > 0 ? deal->current / pairs[1] : 0) - 2 * deal->between / pairs[2];
}

dw_status dw_cosine_mmd_finish(dw_cosine_mmd *test, dw_cosine_result *out, dw_err *err)
{
  const double *pairs = test->pairs;
  *out = (dw_cosine_result){.prompts = test->prompts, .statistic = NAN, .p_value = NAN};
  if (!test->prompts) return dw_err_set(err, DW_ENODATA, "no prompt was answered on both sides");
  if (!(pairs[0] > 0) && !(pairs[1] > 0))
    return dw_err_set(err, DW_ENODATA, "one answer a prompt and side: at least two of a side are needed to tell chance from change");
  out->within_reference = pairs[0] > 0 ? test->deal->reference / pairs[0] : NAN;
  out->within_current = pairs[1] > 0 ? test->deal->current / pairs[1] : NAN;
  out->between = test->deal->between / pairs[2];
  out->statistic = statistic_of(test, test->deal);
  double least = out->statistic - 1e-12; /* what rounding can part is a tie, and ties count */
  for (unsigned i = 1; i <= test->permutations; i++) out->hits += statistic_of(test, &test->deal[i]) >= least;
  out->made = test->permutations;
  out->p_value = dw_permutation_p(out->hits, out->made, false);
  return DW_OK;
}
