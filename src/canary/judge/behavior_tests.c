#include "canary/judge/behavior_tests.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "canary/judge/answer_traits.h"
#include "stats/answers/rate_shift.h"
#include "stats/samples/quantile.h"
#include "stats/samples/sort.h"
#include "stats/shift/stratified.h"

static const char *const names[DW_BEHAVIOR_ASPECTS] = {"error_rate",  "refusal_rate", "toxicity_rate",  "exact_match", "finish_reason",
                                                       "same_answer", "length",       "distinct_words", "latency"};

enum { DEALS_MOST = 1000000 };

typedef struct testing {
  const dw_pairing *pairing;
  dw_stratified_settings settings;
  const dw_word_list *words; /* those that are looked for */
  dw_buf scratch;
} testing;

/* --- categories, prompt by prompt --- */

typedef struct counting {
  size_t prompts, categories;
  uint64_t *count[2]; /* [prompts * categories] */
} counting;

static counting counting_of(const testing *t, size_t categories)
{
  counting c = {t->pairing->count, categories, {NULL, NULL}};
  for (int s = 0; s < 2; s++) c.count[s] = dw_alloc_zero(c.prompts * categories + 1, sizeof *c.count[s]);
  return c;
}

static void counting_free(counting *c)
{
  for (int s = 0; s < 2; s++) dw_free(c->count[s]);
}

/* *moved: the category whose share changed most. */
static void test_counts(const testing *t, const counting *c, dw_canary_aspect *out, size_t *moved)
{
  dw_err err;
  dw_stratified result;
  dw_share_shift shift;
  dw_strata_counts counts = {c->prompts, c->categories, c->count[0], c->count[1]};
  if (dw_stratified_categories(&counts, &t->settings, &result, &err) != DW_OK ||
      dw_stratified_shift_categories(&counts, c->categories, &shift, &err) != DW_OK)
    return;
  out->judged = true;
  out->varies = result.part != DW_STRATIFIED_NONE;
  out->p_value = result.p_value;
  out->effect = shift.h;
  out->reference = shift.reference;
  out->current = shift.current;
  *moved = shift.category;
}

/* Yes or no: the figures are the shares of yes, and the p-value is exact. */
static void test_rate(const testing *t, counting *c, dw_canary_aspect *out)
{
  size_t moved = 1;
  test_counts(t, c, out, &moved);
  if (out->judged) {
    dw_rate_prompt *prompt = dw_alloc_array(c->prompts, sizeof *prompt);
    for (size_t p = 0; p < c->prompts; p++)
      for (int s = 0; s < 2; s++) {
        prompt[p].yes[s] = c->count[s][2 * p + 1];
        prompt[p].all[s] = prompt[p].yes[s] + c->count[s][2 * p];
      }
    dw_rate_shift_p(prompt, c->prompts, &out->p_value); /* of too many, the p-value of deals stays */
    dw_free(prompt);
  }
  counting_free(c);
  if (moved == 1) return;
  out->reference = 1 - out->reference;
  out->current = 1 - out->current;
}

static void test_errors(const testing *t, dw_canary_aspect *out)
{
  counting c = counting_of(t, 2);
  for (size_t p = 0; p < c.prompts; p++) {
    const dw_paired_prompt *prompt = &t->pairing->prompt[p];
    c.count[0][2 * p] = prompt->reference;
    c.count[1][2 * p] = prompt->current;
    for (int s = 0; s < 2; s++) c.count[s][2 * p + 1] = prompt->failed[s];
  }
  test_rate(t, &c, out);
}

/* category(answer, its prompt) of all answers; SIZE_MAX: it has no part in this. */
static void count_answers(testing *t, counting *c, size_t (*category)(testing *t, const dw_book_answer *answer))
{
  for (size_t p = 0; p < c->prompts; p++) {
    const dw_paired_prompt *prompt = &t->pairing->prompt[p];
    for (size_t i = 0; i < prompt->reference + prompt->current; i++) {
      size_t k = category(t, prompt->answer[i]);
      if (k != SIZE_MAX) c->count[i >= prompt->reference][p * c->categories + k]++;
    }
  }
}

static size_t has_words(testing *t, const dw_book_answer *answer)
{
  return dw_word_list_has(t->words, answer->text, answer->length, &t->scratch);
}

static void test_words(testing *t, dw_word_kind kind, const dw_canary_how *how, dw_canary_aspect *out)
{
  dw_word_list *shipped = how->words[kind] ? NULL : dw_word_list_shipped(kind);
  counting c = counting_of(t, 2);
  t->words = shipped ? shipped : how->words[kind];
  count_answers(t, &c, has_words);
  dw_word_list_free(shipped);
  test_rate(t, &c, out);
}

static size_t matches(testing *t, const dw_book_answer *answer)
{
  const char *expected = dw_answer_book_expected(t->pairing->book, answer->prompt);
  return expected ? dw_answer_matches(answer->text, answer->length, expected) : SIZE_MAX;
}

static void test_match(testing *t, dw_canary_aspect *out)
{
  counting c = counting_of(t, 2);
  count_answers(t, &c, matches);
  test_rate(t, &c, out);
}

static size_t finish_of(testing *t, const dw_book_answer *answer)
{
  size_t finishes = dw_answer_book_finishes(t->pairing->book)->count;
  return answer->finish < finishes ? answer->finish : finishes;
}

static void test_finish(testing *t, dw_canary_aspect *out)
{
  const dw_map *finishes = dw_answer_book_finishes(t->pairing->book);
  counting c = counting_of(t, finishes->count + 1);
  size_t moved = finishes->count;
  count_answers(t, &c, finish_of);
  test_counts(t, &c, out, &moved);
  if (moved < finishes->count) out->value = finishes->keys[moved].text;
  counting_free(&c);
}

enum { SAME_ANSWERS = 8 }; /* told apart, of each prompt; others count as one */

/* The answer of a prompt's reference that is its most frequent one, the first of several. */
static size_t most_frequent(const dw_paired_prompt *prompt, const uint32_t *number, size_t texts, size_t *often)
{
  size_t most = 0;
  memset(often, 0, texts * sizeof *often);
  for (size_t i = 0; i < prompt->reference; i++) often[number[i]]++;
  for (size_t u = 1; u < texts; u++)
    if (often[u] > often[most]) most = u;
  return most;
}

/* Of each prompt its most frequent answers, whoever gave them, and all others as one. Which of equally frequent ones are told apart must
 * not depend on who gave them: a hash of their texts decides. share[side]: of answers that are the reference's most frequent one. */
static void count_same(const dw_pairing *pairing, counting *c, double share[2])
{
  double current = 0;
  for (size_t p = 0; p < pairing->count; p++)
    if (pairing->prompt[p].reference) current += (double)pairing->prompt[p].current;
  for (size_t p = 0; p < pairing->count; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    size_t answers = prompt->reference + prompt->current;
    uint32_t *number = dw_alloc_array(answers, sizeof *number);
    size_t texts = dw_paired_texts(prompt, number), *often = dw_alloc_zero(texts, sizeof *often);
    uint64_t *hash = dw_alloc_array(texts, sizeof *hash);
    for (size_t i = 0; i < answers; i++) {
      often[number[i]]++;
      hash[number[i]] = dw_rng_hash(prompt->answer[i]->text, prompt->answer[i]->length);
    }
    for (size_t i = 0; i < answers; i++) {
      size_t before = 0, t = number[i];
      for (size_t u = 0; u < texts && before < SAME_ANSWERS; u++)
        before += often[u] > often[t] || (often[u] == often[t] && hash[u] < hash[t]);
      c->count[i >= prompt->reference][p * c->categories + before]++;
    }
    if (prompt->reference && prompt->current) {
      size_t most = most_frequent(prompt, number, texts, often);
      share[0] += (double)often[most] / (double)prompt->reference * (double)prompt->current / current;
      for (size_t i = prompt->reference; i < answers; i++) share[1] += (number[i] == most) / current;
    }
    dw_free(often);
    dw_free(hash);
    dw_free(number);
  }
}

static void test_same(const testing *t, dw_canary_aspect *out)
{
  counting c = counting_of(t, SAME_ANSWERS + 1);
  double share[2] = {0, 0};
  size_t moved;
  count_same(t->pairing, &c, share);
  test_counts(t, &c, out, &moved);
  counting_free(&c);
  if (!out->judged) return;
  out->reference = share[0];
  out->current = share[1];
}

/* --- numbers, prompt by prompt --- */

static double length_of(const dw_book_answer *answer) { return dw_answer_characters(answer->text, answer->length); }

static double distinct_words_of(const dw_book_answer *answer) { return dw_answer_distinct_words(answer->text, answer->length); }

static double latency_of(const dw_book_answer *answer) { return answer->latency; }

/* Sorted values of answers [from, to), those that are numbers, behind value. */
static dw_sorted take_numbers(const dw_paired_prompt *prompt, size_t from, size_t to, double (*number)(const dw_book_answer *answer),
                              double *value, double *scratch)
{
  size_t count = 0;
  for (size_t i = from; i < to; i++) {
    double x = number(prompt->answer[i]);
    if (!isnan(x)) value[count++] = x;
  }
  dw_sort_doubles(value, count, scratch);
  return dw_sorted_make(value, count);
}

static double mean_of(dw_sorted values)
{
  double sum = 0;
  for (size_t i = 0; i < values.count; i++) sum += values.value[i];
  return sum / (double)values.count;
}

/* The numbers of the prompts that both sides have. */
typedef struct numbers {
  dw_stratum *stratum; /* [prompts] */
  double *value, *scratch, *pooled[2];
  size_t count[2]; /* of pooled */
  double mean[2];  /* the reference's in the current side's mixture */
} numbers;

static void numbers_make(numbers *n, const dw_pairing *pairing, double (*number)(const dw_book_answer *answer))
{
  size_t all = pairing->answers[0] + pairing->answers[1], at = 0;
  *n = (numbers){.stratum = dw_alloc_array(pairing->count, sizeof *n->stratum),
                 .value = dw_alloc_array(all, sizeof *n->value),
                 .scratch = dw_alloc_array(all, sizeof *n->scratch)};
  for (int s = 0; s < 2; s++) n->pooled[s] = dw_alloc_array(all, sizeof *n->pooled[s]);
  for (size_t p = 0; p < pairing->count; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    dw_sorted side[2];
    for (int s = 0; s < 2; s++) {
      size_t from = s ? prompt->reference : 0, to = prompt->reference + (s ? prompt->current : 0);
      side[s] = take_numbers(prompt, from, to, number, n->value + at, n->scratch);
      at += side[s].count;
    }
    n->stratum[p] = (dw_stratum){.reference = side[0], .current = side[1]};
    if (!side[0].count || !side[1].count) continue;
    for (int s = 0; s < 2; s++) {
      memcpy(n->pooled[s] + n->count[s], side[s].value, side[s].count * sizeof *side[s].value);
      n->count[s] += side[s].count;
      n->mean[s] += mean_of(side[s]) * (double)side[1].count;
    }
  }
  for (int s = 0; s < 2; s++) {
    dw_sort_doubles(n->pooled[s], n->count[s], n->scratch);
    n->mean[s] /= (double)n->count[1]; /* NaN: there are none */
  }
}

static void numbers_free(numbers *n)
{
  dw_free(n->stratum);
  dw_free(n->value);
  dw_free(n->scratch);
  for (int s = 0; s < 2; s++) dw_free(n->pooled[s]);
}

static void test_numbers(const testing *t, double (*number)(const dw_book_answer *answer), bool medians, bool judge, dw_canary_aspect *out)
{
  dw_err err;
  numbers n;
  dw_stratified result;
  dw_share_shift shift;
  numbers_make(&n, t->pairing, number);
  size_t prompts = t->pairing->count;
  double *const figure[2] = {&out->reference, &out->current};
  for (int s = 0; s < 2 && n.count[1]; s++) *figure[s] = medians ? dw_quantile(dw_sorted_make(n.pooled[s], n.count[s]), 0.5) : n.mean[s];
  if (judge && dw_stratified_numbers(n.stratum, prompts, &t->settings, &result, &err) == DW_OK &&
      dw_stratified_shift_numbers(n.stratum, prompts, dw_sorted_make(n.pooled[0], n.count[0]), &shift, &err) == DW_OK) {
    out->judged = true;
    out->varies = result.part != DW_STRATIFIED_NONE;
    out->p_value = result.p_value;
    out->effect = shift.h;
  }
  numbers_free(&n);
}

/* --- all of them --- */

void dw_behavior_test_all(const dw_pairing *pairing, const dw_canary_how *how, dw_canary_aspect out[DW_BEHAVIOR_ASPECTS])
{
  testing t = {.pairing = pairing, .settings = {.key = how->key}};
  /* one of several aspects has to be seen after both corrections; where nothing changed, deals end early */
  if (how->permutations > 1)
    t.settings.deals = how->permutations < DEALS_MOST / DW_BEHAVIOR_ASPECTS ? DW_BEHAVIOR_ASPECTS * how->permutations : DEALS_MOST;
  for (int a = 0; a < DW_BEHAVIOR_ASPECTS; a++)
    out[a] = (dw_canary_aspect){.name = names[a], .reference = NAN, .current = NAN, .p_value = NAN, .effect = NAN};
  test_errors(&t, &out[DW_BEHAVIOR_ERRORS]);
  test_words(&t, DW_WORDS_REFUSAL, how, &out[DW_BEHAVIOR_REFUSALS]);
  test_words(&t, DW_WORDS_TOXICITY, how, &out[DW_BEHAVIOR_TOXICITY]);
  test_match(&t, &out[DW_BEHAVIOR_MATCH]);
  test_finish(&t, &out[DW_BEHAVIOR_FINISH]);
  test_same(&t, &out[DW_BEHAVIOR_SAME]);
  test_numbers(&t, length_of, false, true, &out[DW_BEHAVIOR_LENGTH]);
  test_numbers(&t, distinct_words_of, false, true, &out[DW_BEHAVIOR_WORDS]);
  test_numbers(&t, latency_of, true, how->latency, &out[DW_BEHAVIOR_LATENCY]);
  dw_buf_free(&t.scratch);
}

/* The first comes before the second: its effect exceeds the margin and the other's does not, or its p-value is less, or its effect more. */
static bool tells_more(const dw_canary_aspect *a, const dw_canary_aspect *b, double margin)
{
  bool over[2] = {a->effect > margin, b->effect > margin};
  if (a->varies != b->varies) return a->varies;
  if (over[0] != over[1]) return over[0];
  return a->p_value < b->p_value || (a->p_value == b->p_value && a->effect > b->effect);
}

void dw_behavior_judge(const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out)
{
  double margin = isnan(how->margin) ? dw_canary_method_margin(DW_CANARY_BEHAVIOR) : how->margin;
  const dw_canary_aspect *told = NULL;
  size_t varying = 0;
  dw_behavior_test_all(pairing, how, out->aspects);
  for (size_t a = 0; a < DW_BEHAVIOR_ASPECTS; a++) {
    const dw_canary_aspect *aspect = &out->aspects[a];
    if (!aspect->judged) continue;
    varying += aspect->varies;
    if (!told || tells_more(aspect, told, margin)) told = aspect;
  }
  out->aspect_count = DW_BEHAVIOR_ASPECTS;
  out->judged = told != NULL;
  if (!told) {
    snprintf(out->why, sizeof out->why, "no prompt was asked on both sides");
    return;
  }
  out->aspect = told->name;
  out->p_value = fmin(1, told->p_value * (double)(varying ? varying : 1));
  out->statistic = out->effect = told->effect;
  out->prompts = pairing->shared;
}
