#include "stats/answers/vector_shift.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "stats/answers/label_deals.h"
#include "stats/samples/quantile.h"
#include "stats/samples/sort.h"
#include "stats/tests/kernel.h"
#include "stats/tests/permutation.h"

struct dw_vector_shift {
  dw_vector_statistic statistic;
  size_t width, stretches;
  unsigned permutations, threads;
  dw_rng_key key;
  double *deal;    /* [stretches * DW_LANES] weighted sums over prompts; the first is how the answers lie */
  double weight;   /* of all prompts */
  uint64_t prompt; /* how many were added */
  size_t prompts, shared;
};

dw_vector_shift *dw_vector_shift_new(dw_vector_statistic statistic, size_t width, unsigned permutations, dw_rng_key key, unsigned threads)
{
  dw_vector_shift *test = dw_alloc_zero(1, sizeof *test);
  *test = (dw_vector_shift){.statistic = statistic,
                            .width = width,
                            .stretches = permutations / DW_LANES + 1,
                            .permutations = permutations,
                            .threads = threads ? threads : dw_cores(),
                            .key = key};
  test->deal = dw_alloc_zero(test->stretches * DW_LANES, sizeof *test->deal);
  return test;
}

void dw_vector_shift_free(dw_vector_shift *test)
{
  if (!test) return;
  dw_free(test->deal);
  dw_free(test);
}

/* --- a prompt's pairs --- */

/* The median of the squared distances, of pairs of unlike answers; their mean where that is 0, and 1 where that is 0 too. */
static double typical_square(const double *square, size_t answers)
{
  size_t pairs = answers * (answers - 1) / 2, at = 0;
  double *value = dw_alloc_array(pairs, sizeof *value), *scratch = dw_alloc_array(pairs, sizeof *scratch), sum = 0;
  for (size_t i = 0; i < answers; i++)
    for (size_t j = 0; j < i; j++) sum += value[at++] = square[i * answers + j];
  dw_sort_doubles(value, pairs, scratch);
  double median = dw_quantile(dw_sorted_make(value, pairs), 0.5);
  dw_free(value);
  dw_free(scratch);
  return median > 0 ? median : sum > 0 ? sum / (double)pairs : 1;
}

/* What is summed of pairs: a kernel, or less a distance. Of an answer with itself: 0, which is no pair. */
static void make_kernel(const dw_vector_shift *test, double *square, size_t answers)
{
  double typical = test->statistic == DW_VECTOR_MMD ? typical_square(square, answers) : 1;
  for (size_t i = 0; i < answers * answers; i++) {
    if (test->statistic == DW_VECTOR_MMD) square[i] = i % (answers + 1) ? dw_exp(-square[i] / typical) : 0;
    else if (test->statistic == DW_VECTOR_ENERGY) square[i] = -sqrt(square[i]);
  }
}

typedef struct pairing_sums {
  const dw_vector_shift *test;
  size_t answers, reference;
  double weight;
  const double *kernel; /* [answers * answers] */
  const double *row;    /* [answers] sums of its rows */
  double total;         /* of all */
  const dw_lanes *lanes;
  uint32_t *scratch; /* [threads * reference] */
  double *deal;      /* [DW_LANES] */
} pairing_sums;

static double statistic_of(const pairing_sums *s, double first, double between, double second)
{
  double n = (double)s->reference, m = (double)(s->answers - s->reference);
  if (s->test->statistic == DW_VECTOR_CENTROID) return sqrt(fmax(0, between / (n * m) - first / (2 * n * n) - second / (2 * m * m)));
  double within_first = n > 1 ? first / (n * (n - 1)) : NAN, within_second = m > 1 ? second / (m * (m - 1)) : NAN;
  if (isnan(within_first)) within_first = within_second;
  if (isnan(within_second)) within_second = within_first;
  return within_first + within_second - 2 * between / (n * m);
}

/* Sums over ordered pairs of the side with fewer answers, over pairs of both, over ordered pairs of the other: two are told by the rows. */
static double sum_lane(const pairing_sums *s, size_t lane, uint32_t *member)
{
  size_t count = 0;
  bool first_is_fewer = 2 * s->reference <= s->answers;
  double fewer = 0, rows = 0;
  for (size_t a = 0; a < s->answers; a++)
    if ((s->lanes[a].word[lane / 64] >> lane % 64 & 1) == first_is_fewer) member[count++] = (uint32_t)a;
  for (size_t i = 0; i < count; i++) {
    const double *kernel = s->kernel + member[i] * s->answers;
    rows += s->row[member[i]];
    for (size_t j = 0; j < i; j++) fewer += kernel[member[j]];
  }
  fewer *= 2;
  double other = s->total - 2 * rows + fewer;
  return statistic_of(s, first_is_fewer ? fewer : other, rows - fewer, first_is_fewer ? other : fewer);
}

static void sum_word(void *context, size_t word, unsigned thread)
{
  const pairing_sums *s = context;
  for (size_t lane = 64 * word; lane < 64 * word + 64; lane++)
    s->deal[lane] += s->weight * sum_lane(s, lane, s->scratch + thread * s->reference);
}

void dw_vector_shift_add(dw_vector_shift *test, const dw_cosine_prompt *prompt, double *moved)
{
  size_t n = prompt->reference, m = prompt->current, answers = n + m, width = test->width;
  dw_label_deals deals = {answers, n, prompt->block, test->key, test->prompt++};
  *moved = NAN;
  if (!n || !m) return;
  test->shared++;
  if (answers < 3) return;
  double *unit = dw_alloc_array(answers * width, sizeof *unit), *kernel = dw_alloc_array(answers * answers, sizeof *kernel);
  double *row = dw_alloc_zero(answers, sizeof *row);
  uint32_t *scratch = dw_alloc_array(test->threads * n, sizeof *scratch);
  dw_lanes *lanes = dw_alloc_array(answers, sizeof *lanes);
  pairing_sums s = {.test = test,
                    .answers = answers,
                    .reference = n,
                    .weight = (double)n * (double)m / (double)answers,
                    .kernel = kernel,
                    .row = row,
                    .lanes = lanes,
                    .scratch = scratch};
  for (size_t a = 0; a < answers; a++) dw_cosine_unit(prompt->vector + a * width, width, unit + a * width);
  dw_squared_distances(unit, answers, width, kernel);
  make_kernel(test, kernel, answers);
  for (size_t i = 0; i < answers; i++) {
    for (size_t j = 0; j < answers; j++) row[i] += kernel[i * answers + j];
    s.total += row[i];
  }
  double before = test->deal[0];
  for (size_t stretch = 0; stretch < test->stretches; stretch++) {
    dw_label_deals_make(&deals, stretch, test->threads, lanes);
    s.deal = test->deal + stretch * DW_LANES;
    dw_parallel(test->threads, DW_LANE_WORDS, sum_word, &s);
  }
  *moved = (test->deal[0] - before) / s.weight;
  test->weight += s.weight;
  test->prompts++;
  dw_free(unit);
  dw_free(kernel);
  dw_free(row);
  dw_free(scratch);
  dw_free(lanes);
}

dw_status dw_vector_shift_finish(dw_vector_shift *test, dw_vector_result *out, dw_err *err)
{
  *out = (dw_vector_result){.prompts = test->prompts, .statistic = NAN, .expected = NAN, .p_value = NAN};
  if (!test->shared) return dw_err_set(err, DW_ENODATA, "no prompt was answered on both sides");
  if (!test->prompts)
    return dw_err_set(err, DW_ENODATA, "one answer a prompt and side: at least two of a side are needed to tell chance from change");
  double sum = 0, least = test->deal[0] - 1e-12 * test->weight; /* what rounding can part is a tie, and ties count */
  for (unsigned i = 1; i <= test->permutations; i++) {
    out->hits += test->deal[i] >= least;
    sum += test->deal[i];
  }
  out->made = test->permutations;
  out->statistic = test->deal[0] / test->weight;
  out->expected = sum / (double)test->permutations / test->weight;
  out->p_value = dw_permutation_p(out->hits, out->made, false);
  return DW_OK;
}
