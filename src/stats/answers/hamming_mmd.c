#include "stats/answers/hamming_mmd.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stats/answers/label_deals.h"
#include "stats/answers/lane_counts.h"
#include "stats/tests/permutation.h"

enum { POSITIONS = 16 }; /* a piece of work: units of neighbours share cache lines */

/* Sums over prompts, of one deal: positions that agree, over ordered pairs within a side, and over pairs of a reference answer with a
 * current one. */
typedef struct agreement {
  uint64_t reference, current, between;
} agreement;

struct dw_hamming_mmd {
  size_t length, stretches;
  unsigned permutations, threads;
  dw_rng_key key;
  uint64_t prompt;   /* how many were added */
  agreement *deal;   /* [stretches * DW_LANES]; the first is how the answers lie */
  uint64_t pairs[3]; /* ordered within the reference, within current; between */
  size_t prompts;
  uint32_t *code, *seen; /* [DW_HAMMING_UNITS] of a unit, in this prompt; [units] those that have one */
  size_t units;
};

dw_hamming_mmd *dw_hamming_mmd_new(size_t length, unsigned permutations, dw_rng_key key, unsigned threads)
{
  dw_hamming_mmd *test = dw_alloc_zero(1, sizeof *test);
  *test = (dw_hamming_mmd){.length = length,
                           .stretches = permutations / DW_LANES + 1,
                           .permutations = permutations,
                           .threads = threads ? threads : dw_cores(),
                           .key = key};
  test->deal = dw_alloc_zero(test->stretches * DW_LANES, sizeof *test->deal);
  test->code = dw_alloc_zero(DW_HAMMING_UNITS, sizeof *test->code);
  test->seen = dw_alloc_array(DW_HAMMING_UNITS, sizeof *test->seen);
  return test;
}

void dw_hamming_mmd_free(dw_hamming_mmd *test)
{
  if (!test) return;
  dw_free(test->deal);
  dw_free(test->code);
  dw_free(test->seen);
  dw_free(test);
}

/* What one thread gathers. shared: of groups, that is a position and a unit that at least two answers have there. */
typedef struct gathered {
  uint64_t *weight;            /* [answers] sum of the sizes of the groups that an answer is in, */
  uint64_t *shared;            /* and how many there are */
  uint64_t *squares;           /* [DW_LANES] sum over groups of (how many of it are on the first side)^2 */
  uint64_t size, size_squared; /* sums over groups */
  uint32_t *start, *member;    /* [units + 1], [answers]: answers by unit at one position */
  dw_lane_counts counts;
} gathered;

typedef struct sifting {
  const dw_hamming_mmd *test;
  const dw_hamming_prompt *prompt;
  size_t answers;
  const uint32_t *unit; /* as numbers from 0 to units - 1 */
  const dw_lanes *lanes;
  bool first; /* stretch: what does not depend on lanes is gathered then */
  gathered *thread;
} sifting;

/* The answers in the order of their units at a position: member[start[u] .. start[u + 1]). */
static void group_by_unit(const sifting *s, gathered *g, size_t position)
{
  size_t units = s->test->units, length = s->test->length;
  memset(g->start, 0, (units + 1) * sizeof *g->start);
  for (size_t i = 0; i < s->answers; i++) g->start[s->unit[i * length + position]]++;
  uint32_t end = 0;
  for (size_t u = 0; u <= units; u++) g->start[u] = end += g->start[u];
  for (size_t i = s->answers; i-- > 0;) g->member[--g->start[s->unit[i * length + position]]] = (uint32_t)i;
}

static void sift_position(const sifting *s, gathered *g, size_t position)
{
  group_by_unit(s, g, position);
  for (size_t u = 0; u < s->test->units; u++) {
    const uint32_t *member = g->member + g->start[u];
    size_t count = g->start[u + 1] - g->start[u];
    if (count < 2) continue;
    if (s->first) {
      g->size += count;
      g->size_squared += (uint64_t)count * count;
    }
    for (size_t i = 0; s->first && i < count; i++) {
      g->weight[member[i]] += count;
      g->shared[member[i]]++;
    }
    dw_lane_counts_of(&g->counts, s->lanes, member, count);
    dw_lane_counts_add_squares(&g->counts, g->squares);
  }
}

static void sift_positions(void *context, size_t piece, unsigned thread)
{
  const sifting *s = context;
  size_t end = (piece + 1) * POSITIONS;
  if (end > s->test->length) end = s->test->length;
  for (size_t position = piece * POSITIONS; position < end; position++) sift_position(s, &s->thread[thread], position);
}

static void gathered_make(gathered *g, size_t answers, size_t units)
{
  *g = (gathered){.weight = dw_alloc_zero(answers, sizeof *g->weight),
                  .shared = dw_alloc_zero(answers, sizeof *g->shared),
                  .squares = dw_alloc_zero(DW_LANES, sizeof *g->squares),
                  .start = dw_alloc_array(units + 1, sizeof *g->start),
                  .member = dw_alloc_array(answers, sizeof *g->member)};
}

static void gathered_free(gathered *g)
{
  dw_free(g->weight);
  dw_free(g->shared);
  dw_free(g->squares);
  dw_free(g->start);
  dw_free(g->member);
}

/* All threads' into the first one's. */
static gathered *gathered_sum(gathered *g, unsigned threads, size_t answers)
{
  for (unsigned t = 1; t < threads; t++) {
    for (size_t i = 0; i < answers; i++) {
      g->weight[i] += g[t].weight[i];
      g->shared[i] += g[t].shared[i];
    }
    for (size_t l = 0; l < DW_LANES; l++) g->squares[l] += g[t].squares[l];
    g->size += g[t].size;
    g->size_squared += g[t].size_squared;
  }
  return g;
}

/* Of a group with c answers, k of them on the first side, k (k - 1) ordered pairs agree there, (c - k) (c - k - 1) on the other one, and
 * k (c - k) between them; summed over groups those are sums of k, k c and k^2. */
static void add_lanes(dw_hamming_mmd *test, size_t stretch, const gathered *g, const dw_lanes *lanes, size_t answers)
{
  for (size_t lane = 0; lane < DW_LANES; lane++) {
    uint64_t k = 0, k_c = 0, k_k = g->squares[lane];
    for (size_t i = 0; i < answers; i++) {
      uint64_t in = -(lanes[i].word[lane / 64] >> lane % 64 & 1); /* all bits, or none */
      k += g->shared[i] & in;
      k_c += g->weight[i] & in;
    }
    agreement *deal = &test->deal[stretch * DW_LANES + lane];
    deal->reference += k_k - k;
    deal->between += k_c - k_k;
    deal->current += g->size_squared - 2 * k_c + k_k - g->size + k;
  }
}

/* Units by numbers from 0 on, in the order of their first use. */
static dw_status number_units(dw_hamming_mmd *test, const dw_hamming_prompt *prompt, size_t answers, uint32_t *out, dw_err *err)
{
  dw_status status = DW_OK;
  size_t count = answers * test->length;
  test->units = 0;
  for (size_t i = 0; i < count && status == DW_OK; i++) {
    uint32_t unit = prompt->unit[i];
    if (unit >= DW_HAMMING_UNITS) {
      status = dw_err_set(err, DW_EDATA, "unit %u of an answer: at most %d are told apart", (unsigned)unit, DW_HAMMING_UNITS);
      break;
    }
    if (!test->code[unit]) {
      test->seen[test->units++] = unit;
      test->code[unit] = (uint32_t)test->units;
    }
    out[i] = test->code[unit] - 1;
  }
  for (size_t u = 0; u < test->units; u++) test->code[test->seen[u]] = 0;
  return status;
}

static void add_stretches(dw_hamming_mmd *test, const dw_hamming_prompt *prompt, size_t answers, const uint32_t *unit)
{
  dw_label_deals deals = {answers, prompt->reference, prompt->block, test->key, test->prompt};
  dw_lanes *lanes = dw_alloc_array(answers, sizeof *lanes);
  gathered *g = dw_alloc_array(test->threads, sizeof *g);
  for (unsigned t = 0; t < test->threads; t++) gathered_make(&g[t], answers, test->units);
  for (size_t stretch = 0; stretch < test->stretches; stretch++) {
    dw_label_deals_make(&deals, stretch, test->threads, lanes);
    sifting s = {test, prompt, answers, unit, lanes, stretch == 0, g};
    for (unsigned t = 0; t < test->threads; t++) memset(g[t].squares, 0, DW_LANES * sizeof *g->squares);
    dw_parallel(test->threads, (test->length + POSITIONS - 1) / POSITIONS, sift_positions, &s);
    if (stretch == 0) gathered_sum(g, test->threads, answers);
    else
      for (unsigned t = 1; t < test->threads; t++)
        for (size_t l = 0; l < DW_LANES; l++) g->squares[l] += g[t].squares[l];
    add_lanes(test, stretch, g, lanes, answers);
  }
  for (unsigned t = 0; t < test->threads; t++) gathered_free(&g[t]);
  dw_free(g);
  dw_free(lanes);
}

dw_status dw_hamming_mmd_add(dw_hamming_mmd *test, const dw_hamming_prompt *prompt, dw_err *err)
{
  size_t n = prompt->reference, m = prompt->current;
  test->prompt++;
  if (!n || !m) return DW_OK;
  if (n + m >= UINT32_MAX / 2) return dw_err_set(err, DW_EDATA, "%zu answers to one prompt: at most 2^31 are compared", n + m);
  uint32_t *unit = dw_alloc_array((n + m) * test->length, sizeof *unit);
  dw_status status = number_units(test, prompt, n + m, unit, err);
  if (status == DW_OK) {
    add_stretches(test, prompt, n + m, unit);
    test->pairs[0] += (uint64_t)n * (n - 1);
    test->pairs[1] += (uint64_t)m * (m - 1);
    test->pairs[2] += (uint64_t)n * m;
    test->prompts++;
  }
  dw_free(unit);
  return status;
}

static double mean_of(const dw_hamming_mmd *test, uint64_t agree, uint64_t pairs)
{
  return pairs ? (double)agree / (double)pairs / (double)test->length : NAN;
}

/* Sides with as many pairs are added up first, so that deals which are alike but for the names of the sides are ties to the last bit. */
static double statistic_of(const dw_hamming_mmd *test, const agreement *deal)
{
  const uint64_t *pairs = test->pairs;
  double within = pairs[0] == pairs[1]
                      ? mean_of(test, deal->reference + deal->current, pairs[0])
                      : (pairs[0] ? mean_of(test, deal->reference, pairs[0]) : 0) + (pairs[1] ? mean_of(test, deal->current, pairs[1]) : 0);
  return within - 2 * mean_of(test, deal->between, pairs[2]);
}

dw_status dw_hamming_mmd_finish(dw_hamming_mmd *test, dw_hamming_result *out, dw_err *err)
{
  *out = (dw_hamming_result){.prompts = test->prompts, .statistic = NAN, .p_value = NAN};
  if (!test->prompts) return dw_err_set(err, DW_ENODATA, "no prompt was answered on both sides");
  if (!test->pairs[0] && !test->pairs[1])
    return dw_err_set(err, DW_ENODATA, "one answer a prompt and side: at least two of a side are needed to tell chance from change");
  out->within_reference = mean_of(test, test->deal->reference, test->pairs[0]);
  out->within_current = mean_of(test, test->deal->current, test->pairs[1]);
  out->between = mean_of(test, test->deal->between, test->pairs[2]);
  out->statistic = statistic_of(test, test->deal);
  double least = out->statistic - 1e-12; /* what rounding can part is a tie, and ties count */
  for (unsigned i = 1; i <= test->permutations; i++) out->hits += statistic_of(test, &test->deal[i]) >= least;
  out->made = test->permutations;
  out->p_value = dw_permutation_p(out->hits, out->made, false);
  return DW_OK;
}
