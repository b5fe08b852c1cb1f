#include "canary/judge/behavior_tests.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "data/columns/describe.h"
#include "data/columns/words.h"
#include "stats/samples/sort.h"
#include "stats/shift/stratified.h"

static const char *const names[DW_BEHAVIOR_ASPECTS] = {"error_rate",  "refusal_rate", "finish_reason",
                                                       "same_answer", "length",       "distinct_words"};

const char *dw_behavior_aspect_name(dw_behavior_aspect aspect) { return names[aspect]; }

/* --- categories, prompt by prompt --- */

typedef struct counting {
  const dw_pairing *pairing;
  size_t categories;
  uint64_t *count[2]; /* [prompts * categories] */
} counting;

static counting counting_of(const dw_pairing *pairing, size_t categories)
{
  counting c = {pairing, categories, {NULL, NULL}};
  for (int s = 0; s < 2; s++) c.count[s] = dw_alloc_zero(pairing->count * categories + 1, sizeof *c.count[s]);
  return c;
}

static double rate_of(const counting *c, int side)
{
  uint64_t yes = 0, all = 0;
  for (size_t p = 0; p < c->pairing->count; p++) {
    all += c->count[side][2 * p] + c->count[side][2 * p + 1];
    yes += c->count[side][2 * p + 1];
  }
  return (double)yes / (double)all;
}

static void test_counts(counting *c, const dw_stratified_settings *settings, dw_behavior_test *out)
{
  dw_err err;
  dw_stratified result;
  dw_share_shift shift;
  dw_strata_counts counts = {c->pairing->count, c->categories, c->count[0], c->count[1]};
  if (dw_stratified_categories(&counts, settings, &result, &err) == DW_OK &&
      dw_stratified_shift_categories(&counts, c->categories, &shift, &err) == DW_OK) {
    out->judged = true;
    out->p_value = result.p_value;
    out->h = shift.h;
  }
  if (c->categories == 2) {
    out->reference = rate_of(c, 0);
    out->current = rate_of(c, 1);
  }
  for (int s = 0; s < 2; s++) dw_free(c->count[s]);
}

static void count_errors(counting *c)
{
  for (size_t p = 0; p < c->pairing->count; p++) {
    const dw_paired_prompt *prompt = &c->pairing->prompt[p];
    c->count[0][2 * p] = prompt->reference;
    c->count[1][2 * p] = prompt->current;
    for (int s = 0; s < 2; s++) c->count[s][2 * p + 1] = prompt->failed[s];
  }
}

/* category(answer) of all answers; what is beyond the categories counts as the last one. */
static void count_answers(counting *c, size_t (*category)(const dw_book_answer *answer, void *context), void *context)
{
  for (size_t p = 0; p < c->pairing->count; p++) {
    const dw_paired_prompt *prompt = &c->pairing->prompt[p];
    for (size_t i = 0; i < prompt->reference + prompt->current; i++) {
      size_t k = category(prompt->answer[i], context);
      if (k >= c->categories) k = c->categories - 1;
      c->count[i >= prompt->reference][p * c->categories + k]++;
    }
  }
}

static size_t refusal_of(const dw_book_answer *answer, void *scratch)
{
  double numbers[DW_DESCRIPTIONS];
  dw_describe_text(answer->text, answer->length, scratch, numbers);
  return numbers[DW_DESCRIBE_REFUSAL] > 0;
}

static size_t finish_of(const dw_book_answer *answer, void *unused)
{
  (void)unused;
  return answer->finish == DW_MAP_NONE ? SIZE_MAX : answer->finish;
}

enum { SAME_ANSWERS = 8 }; /* told apart, of each prompt; others count as one */

/* Of each prompt its most frequent answers, whoever gave them, and all others as one. Which of equally frequent ones are told apart must
 * not depend on who gave them: a hash of their texts decides. */
static void count_same(counting *c)
{
  for (size_t p = 0; p < c->pairing->count; p++) {
    const dw_paired_prompt *prompt = &c->pairing->prompt[p];
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
    dw_free(often);
    dw_free(hash);
    dw_free(number);
  }
}

/* --- numbers, prompt by prompt --- */

static double length_of(const dw_book_answer *answer)
{
  double characters = 0;
  for (size_t i = 0; i < answer->length; i++) characters += ((unsigned char)answer->text[i] & 0xc0) != 0x80;
  return characters;
}

static double distinct_words_of(const dw_book_answer *answer)
{
  dw_map words;
  dw_word word = {0};
  size_t at = 0, all = 0;
  dw_map_init(&words);
  for (; dw_words_next(answer->text, answer->length, &at, &word); all++) dw_map_intern(&words, word.text, word.length);
  double share = all ? (double)words.count / (double)all : NAN;
  dw_map_free(&words);
  return share;
}

/* Sorted values of answers [from, to), those that are numbers, behind value; *sum of them. */
static dw_sorted take_numbers(const dw_paired_prompt *prompt, size_t from, size_t to, double (*number)(const dw_book_answer *answer),
                              double *value, double *scratch, double *sum)
{
  size_t count = 0;
  for (size_t i = from; i < to; i++) {
    double x = number(prompt->answer[i]);
    if (isnan(x)) continue;
    value[count++] = x;
    *sum += x;
  }
  dw_sort_doubles(value, count, scratch);
  return dw_sorted_make(value, count);
}

static void test_numbers(const dw_pairing *pairing, double (*number)(const dw_book_answer *answer), const dw_stratified_settings *settings,
                         dw_behavior_test *out)
{
  dw_err err;
  size_t all = pairing->answers[0] + pairing->answers[1], at = 0, counted[2] = {0, 0}, pooled = 0;
  double *value = dw_alloc_array(all, sizeof *value), *scratch = dw_alloc_array(all, sizeof *scratch), sum[2] = {0, 0};
  double *reference = dw_alloc_array(all, sizeof *reference);
  dw_stratum *stratum = dw_alloc_array(pairing->count, sizeof *stratum);
  for (size_t p = 0; p < pairing->count; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    stratum[p] = (dw_stratum){.rank_error = 0};
    stratum[p].reference = take_numbers(prompt, 0, prompt->reference, number, value + at, scratch, &sum[0]);
    memcpy(reference + pooled, value + at, stratum[p].reference.count * sizeof *reference);
    pooled += stratum[p].reference.count;
    at += stratum[p].reference.count;
    stratum[p].current = take_numbers(prompt, prompt->reference, prompt->reference + prompt->current, number, value + at, scratch, &sum[1]);
    at += stratum[p].current.count;
    counted[0] += stratum[p].reference.count;
    counted[1] += stratum[p].current.count;
  }
  dw_stratified result;
  dw_share_shift shift;
  dw_sort_doubles(reference, pooled, scratch);
  if (dw_stratified_numbers(stratum, pairing->count, settings, &result, &err) == DW_OK &&
      dw_stratified_shift_numbers(stratum, pairing->count, dw_sorted_make(reference, pooled), &shift, &err) == DW_OK) {
    out->judged = true;
    out->p_value = result.p_value;
    out->h = shift.h;
  }
  out->reference = sum[0] / (double)counted[0];
  out->current = sum[1] / (double)counted[1];
  dw_free(value);
  dw_free(scratch);
  dw_free(reference);
  dw_free(stratum);
}

/* --- all of them --- */

void dw_behavior_test_all(const dw_pairing *pairing, dw_rng_key key, dw_behavior_test out[DW_BEHAVIOR_ASPECTS])
{
  dw_stratified_settings settings = {.key = key};
  dw_buf scratch = {0};
  for (int a = 0; a < DW_BEHAVIOR_ASPECTS; a++) out[a] = (dw_behavior_test){.p_value = NAN, .h = NAN, .reference = NAN, .current = NAN};
  counting errors = counting_of(pairing, 2), refusals = counting_of(pairing, 2), same = counting_of(pairing, SAME_ANSWERS + 1);
  counting finish = counting_of(pairing, dw_answer_book_finishes(pairing->book)->count + 1);
  count_errors(&errors);
  test_counts(&errors, &settings, &out[DW_BEHAVIOR_ERRORS]);
  count_answers(&refusals, refusal_of, &scratch);
  test_counts(&refusals, &settings, &out[DW_BEHAVIOR_REFUSALS]);
  count_answers(&finish, finish_of, NULL);
  test_counts(&finish, &settings, &out[DW_BEHAVIOR_FINISH]);
  count_same(&same);
  test_counts(&same, &settings, &out[DW_BEHAVIOR_SAME]);
  test_numbers(pairing, length_of, &settings, &out[DW_BEHAVIOR_LENGTH]);
  test_numbers(pairing, distinct_words_of, &settings, &out[DW_BEHAVIOR_WORDS]);
  dw_buf_free(&scratch);
}

void dw_behavior_judge(const dw_pairing *pairing, dw_rng_key key, dw_canary_found *out)
{
  dw_behavior_test test[DW_BEHAVIOR_ASPECTS];
  size_t judged = 0, least = 0;
  dw_behavior_test_all(pairing, key, test);
  for (size_t a = 0; a < DW_BEHAVIOR_ASPECTS; a++) {
    if (!test[a].judged) continue;
    if (!judged || test[a].p_value < test[least].p_value) least = a;
    judged++;
  }
  out->judged = judged > 0;
  if (!judged) {
    snprintf(out->why, sizeof out->why, "no prompt was asked on both sides");
    return;
  }
  out->aspect = names[least];
  out->p_value = fmin(1, test[least].p_value * (double)judged);
  out->statistic = out->effect = test[least].h;
  out->prompts = pairing->shared;
}
