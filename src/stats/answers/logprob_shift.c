#include "stats/answers/logprob_shift.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stats/answers/label_deals.h"
#include "stats/tests/permutation.h"

#define LEAST_LISTED (-1e38) /* servers write minus infinity as the least float, -3.4e38 */

struct dw_logprob_shift {
  size_t stretches;
  unsigned permutations, threads;
  dw_rng_key key;
  double *sum;     /* [stretches * DW_LANES] of the prompts' statistics; the first is how the answers lie */
  uint64_t prompt; /* how many were added */
  size_t prompts;
  bool several; /* some side has two answers to a prompt */
};

dw_logprob_shift *dw_logprob_shift_new(unsigned permutations, dw_rng_key key, unsigned threads)
{
  dw_logprob_shift *test = dw_alloc_zero(1, sizeof *test);
  *test = (dw_logprob_shift){.stretches = permutations / DW_LANES + 1,
                             .permutations = permutations,
                             .threads = threads ? threads : dw_cores(),
                             .key = key};
  test->sum = dw_alloc_zero(test->stretches * DW_LANES, sizeof *test->sum);
  return test;
}

void dw_logprob_shift_free(dw_logprob_shift *test)
{
  if (!test) return;
  dw_free(test->sum);
  dw_free(test);
}

static bool listed(const dw_logprob_entry *entry) { return entry->logprob > LEAST_LISTED && entry->logprob < HUGE_VAL; }

/* A listed entry, and where it is from. */
typedef struct place {
  uint64_t token; /* with how often the answer has listed it already in the upper half: the second one is another token */
  size_t answer;
  double logprob;
} place;

static int by_token(const void *a, const void *b)
{
  const place *x = a, *y = b;
  if (x->token != y->token) return x->token < y->token ? -1 : 1;
  return x->answer < y->answer ? -1 : x->answer > y->answer;
}

/* The listed entries of one answer, behind out; how many. */
static size_t places_of(const dw_logprob_answer *answer, size_t number, place *out)
{
  size_t count = 0;
  for (size_t e = 0; e < answer->count; e++) {
    const dw_logprob_entry *entry = &answer->entry[e];
    if (!listed(entry)) continue;
    uint64_t before = 0;
    for (size_t i = 0; i < count; i++) before += (uint32_t)out[i].token == entry->token;
    out[count++] = (place){before << 32 | entry->token, number, entry->logprob};
  }
  return count;
}

static double least_of(const place *places, size_t count)
{
  double least = HUGE_VAL;
  for (size_t i = 0; i < count; i++) least = fmin(least, places[i].logprob);
  return least;
}

/* The answers that list something, as vectors over T. */
typedef struct vectors {
  size_t answers, reference, tokens;
  uint32_t *block;
  double *value; /* [answers * tokens] */
} vectors;

static void make_vectors(const dw_logprob_prompt *prompt, vectors *out)
{
  size_t all = prompt->reference + prompt->current, entries = 0, count = 0;
  for (size_t i = 0; i < all; i++) entries += prompt->answer[i].count;
  place *places = dw_alloc_array(entries, sizeof *places);
  double *least = dw_alloc_array(all, sizeof *least);
  *out = (vectors){.block = dw_alloc_array(all, sizeof *out->block)};
  uint32_t blocks = 0;
  size_t last = 0;
  for (size_t i = 0; i < all; i++) {
    size_t here = places_of(&prompt->answer[i], out->answers, places + count);
    if (!here) continue;
    least[out->answers] = least_of(places + count, here);
    if (out->answers && !(prompt->block && prompt->block[i] == prompt->block[last])) blocks++;
    out->block[out->answers++] = blocks;
    out->reference += i < prompt->reference;
    count += here;
    last = i;
  }
  qsort(places, count, sizeof *places, by_token);
  for (size_t i = 0; i < count; i++) out->tokens += i == 0 || places[i].token != places[i - 1].token;
  out->value = dw_alloc_array(out->answers * out->tokens, sizeof *out->value);
  for (size_t a = 0; a < out->answers; a++)
    for (size_t t = 0; t < out->tokens; t++) out->value[a * out->tokens + t] = least[a];
  for (size_t i = 0, token = 0; i < count; i++) {
    token += i && places[i].token != places[i - 1].token;
    out->value[places[i].answer * out->tokens + token] = places[i].logprob;
  }
  /* From the first answer's on: differences of means are the same, and 0 where all answers are. */
  for (size_t a = out->answers; a-- > 0;)
    for (size_t t = 0; t < out->tokens; t++) out->value[a * out->tokens + t] -= out->value[t];
  dw_free(places);
  dw_free(least);
}

typedef struct measuring {
  const vectors *vectors;
  const dw_lanes *lanes;
  const double *total; /* [tokens] over all answers */
  double *scratch;     /* [threads][tokens] */
  double *sum;         /* [DW_LANES] the statistic is added there */
} measuring;

static double lane_statistic(const measuring *m, size_t lane, double *first)
{
  const vectors *v = m->vectors;
  memset(first, 0, v->tokens * sizeof *first);
  for (size_t a = 0; a < v->answers; a++) {
    if (!(m->lanes[a].word[lane / 64] >> lane % 64 & 1)) continue;
    for (size_t t = 0; t < v->tokens; t++) first[t] += v->value[a * v->tokens + t];
  }
  double n = (double)v->reference, rest = (double)(v->answers - v->reference), apart = 0;
  for (size_t t = 0; t < v->tokens; t++) apart += fabs(first[t] / n - (m->total[t] - first[t]) / rest);
  return apart / (double)v->tokens;
}

static void measure_word(void *context, size_t word, unsigned thread)
{
  const measuring *m = context;
  for (size_t lane = 64 * word; lane < 64 * word + 64; lane++)
    m->sum[lane] += lane_statistic(m, lane, m->scratch + thread * m->vectors->tokens);
}

static void measure(dw_logprob_shift *test, const vectors *v)
{
  dw_label_deals deals = {v->answers, v->reference, v->block, test->key, test->prompt};
  dw_lanes *lanes = dw_alloc_array(v->answers, sizeof *lanes);
  double *total = dw_alloc_zero(v->tokens, sizeof *total), *scratch = dw_alloc_array(test->threads * v->tokens, sizeof *scratch);
  for (size_t a = 0; a < v->answers; a++)
    for (size_t t = 0; t < v->tokens; t++) total[t] += v->value[a * v->tokens + t];
  for (size_t stretch = 0; stretch < test->stretches; stretch++) {
    dw_label_deals_make(&deals, stretch, test->threads, lanes);
    measuring m = {v, lanes, total, scratch, test->sum + stretch * DW_LANES};
    dw_parallel(test->threads, DW_LANE_WORDS, measure_word, &m);
  }
  dw_free(lanes);
  dw_free(total);
  dw_free(scratch);
}

void dw_logprob_shift_add(dw_logprob_shift *test, const dw_logprob_prompt *prompt, dw_logprob_moved *moved)
{
  vectors v;
  make_vectors(prompt, &v);
  test->prompt++;
  *moved = (dw_logprob_moved){.statistic = NAN, .tokens = v.tokens, .reference = v.reference, .current = v.answers - v.reference};
  if (moved->reference && moved->current) {
    double before = test->sum[0];
    measure(test, &v);
    moved->statistic = test->sum[0] - before;
    test->prompts++;
    test->several = test->several || v.answers > 2;
  }
  dw_free(v.block);
  dw_free(v.value);
}

dw_status dw_logprob_shift_finish(dw_logprob_shift *test, dw_logprob_result *out, dw_err *err)
{
  *out = (dw_logprob_result){.prompts = test->prompts, .statistic = NAN, .p_value = NAN};
  if (!test->prompts) return dw_err_set(err, DW_ENODATA, "no prompt has log-probabilities on both sides");
  if (!test->several)
    return dw_err_set(err, DW_ENODATA, "one answer a prompt and side: at least two of a side are needed to tell chance from change");
  double n = (double)test->prompts, least = test->sum[0] * (1 - 1e-12) - 1e-12; /* what rounding can part is a tie, and ties count */
  for (unsigned i = 1; i <= test->permutations; i++) out->hits += test->sum[i] >= least;
  out->statistic = test->sum[0] / n;
  out->made = test->permutations;
  out->p_value = dw_permutation_p(out->hits, out->made, false);
  return DW_OK;
}
