#include "canary/judge/canary_methods.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "canary/answers/gram_embedding.h"
#include "canary/judge/behavior_tests.h"
#include "canary/judge/consensus_judge.h"
#include "stats/answers/border_shift.h"
#include "stats/answers/cosine_mmd.h"
#include "stats/answers/hamming_mmd.h"
#include "stats/answers/lane_counts.h"
#include "stats/answers/vector_shift.h"

static void not_judged(dw_canary_found *out, const char *why)
{
  out->judged = false;
  snprintf(out->why, sizeof out->why, "%s", why);
}

/* A test has ended: its answer, or why there is none. */
static bool answered(dw_canary_found *out, dw_status status, const dw_err *err)
{
  if (status == DW_OK) out->judged = true;
  else not_judged(out, err->message);
  return out->judged;
}

void dw_canary_lead(dw_canary_leaders *l, uint32_t prompt, double score)
{
  dw_canary_found *f = l->found;
  if (!(score > 0)) return;
  size_t at = f->shown_count < DW_CANARY_SHOWN ? f->shown_count++ : DW_CANARY_SHOWN;
  for (; at && l->score[at - 1] < score; at--) {
    if (at == DW_CANARY_SHOWN) continue;
    l->score[at] = l->score[at - 1];
    f->shown[at] = f->shown[at - 1];
  }
  if (at == DW_CANARY_SHOWN) return;
  l->score[at] = score;
  f->shown[at] = prompt;
}

/* --- methods --- */

static void judge_logprobs(const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out)
{
  dw_err err;
  dw_canary_leaders most = {.found = out};
  dw_logprob_result result;
  dw_logprob_shift *test = dw_logprob_shift_new(how->permutations, how->key, how->threads);
  for (size_t p = 0; p < pairing->count; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    size_t count = prompt->reference + prompt->current;
    dw_logprob_answer *answer = dw_alloc_array(count, sizeof *answer);
    for (size_t i = 0; i < count; i++) answer[i] = (dw_logprob_answer){prompt->answer[i]->entry, prompt->answer[i]->entries};
    dw_logprob_moved moved;
    dw_logprob_shift_add(test, &(dw_logprob_prompt){answer, prompt->reference, prompt->current, prompt->block}, &moved);
    dw_canary_lead(&most, prompt->prompt, moved.statistic);
    dw_free(answer);
  }
  if (answered(out, dw_logprob_shift_finish(test, &result, &err), &err)) {
    out->statistic = out->effect = result.statistic;
    out->p_value = result.p_value;
    out->made = result.made;
    out->prompts = result.prompts;
  }
  dw_logprob_shift_free(test);
}

static void judge_border(const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out)
{
  dw_err err;
  dw_canary_leaders most = {.found = out};
  dw_border_result result;
  dw_border_shift *test = dw_border_shift_new(how->permutations, how->key);
  for (size_t p = 0; p < pairing->count; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    size_t answers = prompt->reference + prompt->current;
    uint32_t *number = dw_alloc_array(answers, sizeof *number);
    size_t texts = dw_paired_texts(prompt, number);
    uint64_t *count = dw_alloc_zero(2 * texts, sizeof *count);
    for (size_t i = 0; i < answers; i++) count[(i < prompt->reference ? 0 : texts) + number[i]]++;
    double variation;
    dw_border_shift_add(test, &(dw_border_input){count, count + texts, texts, number, prompt->block}, &variation);
    dw_canary_lead(&most, prompt->prompt, variation);
    dw_free(number);
    dw_free(count);
  }
  if (answered(out, dw_border_shift_finish(test, &result, &err), &err)) {
    out->statistic = result.variation;
    out->effect = result.variation - result.expected;
    out->p_value = result.p_value;
    out->made = result.made;
    out->prompts = result.inputs;
  }
  dw_border_shift_free(test);
}

/* The characters of a text, each raised by one; behind its end, 0. */
static void read_units(const char *text, size_t bytes, size_t length, uint32_t *out)
{
  size_t at = 0;
  for (size_t i = 0; i < length; i++) {
    if (at >= bytes) {
      out[i] = 0;
      continue;
    }
    size_t size = dw_utf8_length(text + at, bytes - at);
    uint32_t unit = (unsigned char)text[at];
    if (size > 1) {
      unit &= 0x7fu >> size;
      for (size_t k = 1; k < size; k++) unit = unit << 6 | ((unsigned char)text[at + k] & 0x3fu);
    }
    out[i] = unit + 1;
    at += size ? size : 1;
  }
}

/* The statistic of the kernels' tests. A side without pairs, of one answer a prompt, has the other's in their place: else the statistic
 * would be low without any change, and never exceed a margin. */
static double less_between(double within_reference, double within_current, double between)
{
  if (isnan(within_reference)) within_reference = within_current;
  if (isnan(within_current)) within_current = within_reference;
  return within_reference + within_current - 2 * between;
}

/* Tokens, each raised by one; behind their end, 0. */
static void read_tokens(const dw_book_answer *answer, size_t length, uint32_t *out)
{
  for (size_t i = 0; i < length; i++) out[i] = i < answer->tokens ? answer->token[i] + 1 : 0;
}

static bool all_have_tokens(const dw_pairing *pairing)
{
  bool all = true;
  for (size_t p = 0; p < pairing->count && all; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    for (size_t i = 0; prompt->reference && prompt->current && i < prompt->reference + prompt->current; i++)
      all = all && prompt->answer[i]->token;
  }
  return all;
}

static void judge_hamming(const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out)
{
  dw_err err = {0};
  dw_status status = DW_OK;
  dw_hamming_result result;
  bool tokens = how->units != DW_CANARY_CHARACTERS && how->tokens && all_have_tokens(pairing);
  size_t length = tokens ? how->tokens : how->length;
  if (how->units == DW_CANARY_TOKENS && !tokens) {
    not_judged(out, "answers do not give their tokens: token_ids, or log-probabilities of all positions");
    return;
  }
  dw_hamming_mmd *test = dw_hamming_mmd_new(length, how->permutations, how->key, how->threads);
  for (size_t p = 0; p < pairing->count && status == DW_OK; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    size_t answers = prompt->reference && prompt->current ? prompt->reference + prompt->current : 0;
    uint32_t *unit = dw_alloc_array(answers * length, sizeof *unit);
    for (size_t i = 0; i < answers; i++) {
      const dw_book_answer *answer = prompt->answer[i];
      if (tokens) read_tokens(answer, length, unit + i * length);
      else read_units(answer->text, answer->length, length, unit + i * length);
    }
    status = dw_hamming_mmd_add(test, &(dw_hamming_prompt){unit, prompt->reference, prompt->current, prompt->block}, &err);
    dw_free(unit);
  }
  if (status == DW_OK) status = dw_hamming_mmd_finish(test, &result, &err);
  if (answered(out, status, &err)) {
    out->statistic = result.statistic;
    out->effect = less_between(result.within_reference, result.within_current, result.between);
    out->p_value = result.p_value;
    out->made = result.made;
    out->prompts = result.prompts;
    out->units = tokens ? "tokens" : "characters";
    out->length = length;
  }
  dw_hamming_mmd_free(test);
}

/* Vectors of the answers of one prompt that have one; *reference, *current: how many. With blocks, those of the answers. */
static double *take_vectors(const dw_paired_prompt *prompt, size_t width, bool grams, size_t *reference, size_t *current, uint32_t *block)
{
  size_t answers = prompt->reference + prompt->current, taken = 0;
  double *vector = dw_alloc_array(answers * width, sizeof *vector);
  uint32_t blocks = 0, last = 0;
  *reference = *current = 0;
  for (size_t i = 0; i < answers; i++) {
    const dw_book_answer *a = prompt->answer[i];
    if (grams) dw_gram_embedding(a->text, a->length, vector + taken * width);
    else if (a->embedding) memcpy(vector + taken * width, a->embedding, width * sizeof *vector);
    else continue;
    if (taken && !(prompt->block && prompt->block[i] == last)) blocks++;
    if (prompt->block) last = prompt->block[i];
    block[taken++] = blocks;
    if (i < prompt->reference) ++*reference;
    else ++*current;
  }
  return vector;
}

static void judge_vectors(const dw_pairing *pairing, const dw_canary_how *how, bool grams, dw_canary_found *out)
{
  dw_err err;
  dw_cosine_result result;
  size_t width = grams ? DW_GRAM_EMBEDDING : dw_answer_book_width(pairing->book);
  if (!width) {
    not_judged(out, "no answer has an embedding");
    return;
  }
  dw_cosine_mmd *test = dw_cosine_mmd_new(width, how->permutations, how->key, how->threads);
  for (size_t p = 0; p < pairing->count; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    if (!prompt->reference || !prompt->current) continue;
    dw_cosine_prompt vectors;
    uint32_t *block = dw_alloc_array(prompt->reference + prompt->current, sizeof *block);
    double *vector = take_vectors(prompt, width, grams, &vectors.reference, &vectors.current, block);
    vectors.vector = vector;
    vectors.block = block;
    dw_cosine_mmd_add(test, &vectors);
    dw_free(vector);
    dw_free(block);
  }
  if (answered(out, dw_cosine_mmd_finish(test, &result, &err), &err)) {
    out->statistic = result.statistic;
    out->effect = less_between(result.within_reference, result.within_current, result.between);
    out->p_value = result.p_value;
    out->made = result.made;
    out->prompts = result.prompts;
  }
  dw_cosine_mmd_free(test);
}

static void judge_places(const dw_pairing *pairing, const dw_canary_how *how, bool grams, dw_vector_statistic statistic,
                         dw_canary_found *out)
{
  dw_err err;
  dw_vector_result result;
  dw_canary_leaders most = {.found = out};
  size_t width = grams ? DW_GRAM_EMBEDDING : dw_answer_book_width(pairing->book);
  if (!width) {
    not_judged(out, "no answer has an embedding");
    return;
  }
  dw_vector_shift *test = dw_vector_shift_new(statistic, width, how->permutations, how->key, how->threads);
  for (size_t p = 0; p < pairing->count; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    if (!prompt->reference || !prompt->current) continue;
    dw_cosine_prompt vectors;
    double moved, *vector;
    uint32_t *block = dw_alloc_array(prompt->reference + prompt->current, sizeof *block);
    vectors.vector = vector = take_vectors(prompt, width, grams, &vectors.reference, &vectors.current, block);
    vectors.block = block;
    dw_vector_shift_add(test, &vectors, &moved);
    dw_canary_lead(&most, prompt->prompt, moved);
    dw_free(vector);
    dw_free(block);
  }
  if (answered(out, dw_vector_shift_finish(test, &result, &err), &err)) {
    out->statistic = result.statistic;
    out->effect = statistic == DW_VECTOR_CENTROID ? result.statistic - result.expected : result.statistic;
    out->p_value = result.p_value;
    out->made = result.made;
    out->prompts = result.prompts;
  }
  dw_vector_shift_free(test);
}

/* How likely it is that n of the answers, drawn blindly, are all the same. count[texts]: how often each was given; all: together. */
static double chance_of_steady(const size_t *count, size_t texts, size_t n, size_t all)
{
  double sum = 0;
  for (size_t t = 0; t < texts; t++) {
    if (count[t] < n) continue;
    double chance = 1;
    for (size_t k = 0; k < n; k++) chance *= (double)(count[t] - k) / (double)(all - k);
    sum += chance;
  }
  return sum;
}

/* One more trial that comes out with this chance: the law of how many of `trials` do, law[0 .. trials]. */
static void add_trial(double *law, size_t trials, double chance)
{
  law[trials] = 0;
  for (size_t k = trials; k > 0; k--) law[k] = law[k] * (1 - chance) + law[k - 1] * chance;
  law[0] *= 1 - chance;
}

/* What the answers to a prompt are told apart by. */
typedef struct prints {
  uint32_t *number; /* [answers] the first answer's is 0 */
  size_t kinds, *count;
  bool steady; /* the reference's are all alike */
} prints;

static void take_prints(const dw_paired_prompt *prompt, bool logprobs, prints *out)
{
  size_t answers = prompt->reference + prompt->current;
  out->number = dw_alloc_array(answers, sizeof *out->number);
  out->kinds = logprobs ? dw_paired_prints(prompt, out->number) : dw_paired_texts(prompt, out->number);
  out->count = dw_alloc_zero(answers, sizeof *out->count);
  out->steady = out->kinds > 0;
  for (size_t i = 0; i < answers && out->kinds; i++) out->count[out->number[i]]++;
  for (size_t i = 1; i < prompt->reference; i++) out->steady = out->steady && out->number[i] == 0;
}

static void free_prints(prints *p)
{
  dw_free(p->number);
  dw_free(p->count);
}

/* A prompt is steady when the reference answered it twice or more, and always the same: the same text, and, where they were the same too,
 * the same log-probabilities. Of prompts whose answers are not all the same, how many are steady all the same, for it is the current side
 * alone that answers otherwise? That many by chance: a sum of independent trials. The trial of a prompt is that of its texts where they
 * differ, else that of its log-probabilities: what is steady by these is steady by its texts. */
static void judge_fingerprint(const dw_pairing *pairing, dw_canary_found *out)
{
  dw_canary_leaders most = {.found = out};
  size_t changed = 0, trials = 0;
  double *law = dw_alloc_array(pairing->count + 1, sizeof *law), tail = 0;
  law[0] = 1;
  for (size_t p = 0; p < pairing->count; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    prints text, whole = {0};
    if (prompt->reference < 2 || !prompt->current) continue;
    size_t answers = prompt->reference + prompt->current;
    take_prints(prompt, false, &text);
    if (text.kinds == 1) take_prints(prompt, true, &whole);
    const prints *by = whole.kinds > 1 ? &whole : &text;
    size_t others = by->steady ? answers - by->count[0] : 0;
    if (by->kinds > 1) add_trial(law, ++trials, chance_of_steady(by->count, by->kinds, prompt->reference, answers));
    out->prompts += text.steady;
    changed += others > 0;
    if (text.steady) dw_canary_lead(&most, prompt->prompt, (double)others / (double)prompt->current);
    free_prints(&text);
    free_prints(&whole);
  }
  for (size_t k = changed; k <= trials; k++) tail += law[k];
  dw_free(law);
  if (!out->prompts) {
    not_judged(out, "no prompt was answered twice or more by the reference, and always the same");
    return;
  }
  out->judged = true;
  out->statistic = out->effect = (double)changed / (double)out->prompts;
  out->p_value = fmin(1, tail);
}

/* About what a method holds of one prompt's answers. */
static size_t bytes_of_prompt(dw_canary_method method, const dw_pairing *pairing, const dw_canary_how *how, size_t answers)
{
  bool grams = strncmp(dw_canary_method_name(method), "text", 4) == 0, vectors = grams || method == DW_CANARY_EMBEDDING;
  size_t one = sizeof(dw_lanes), width = grams ? DW_GRAM_EMBEDDING : dw_answer_book_width(pairing->book);
  if (method == DW_CANARY_HAMMING) one += 2 * how->length * sizeof(uint32_t);
  if (vectors || dw_canary_method_is_variant(method)) one += 2 * width * sizeof(double);
  if (dw_canary_method_is_variant(method)) one += answers * sizeof(double) * 2; /* the distances of all pairs, and half of them in order */
  return answers * one;
}

/* Says so where the prompt with the most answers does not fit into memory. */
static bool fits(dw_canary_method method, const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out)
{
  enum { MEGABYTE = 1 << 20 };
  size_t most = 0;
  if (!how->memory) return true;
  for (size_t p = 0; p < pairing->count; p++)
    if (pairing->prompt[p].reference + pairing->prompt[p].current > most) most = pairing->prompt[p].reference + pairing->prompt[p].current;
  size_t need = dw_answer_book_bytes(pairing->book) + bytes_of_prompt(method, pairing, how, most);
  if (need <= how->memory) return true;
  char why[DW_CANARY_WHY];
  snprintf(why, sizeof why, "%s of the %zu answers to one prompt takes %zuMiB, more than --memory", dw_canary_method_name(method), most,
           need / MEGABYTE + 1);
  not_judged(out, why);
  return false;
}

void dw_canary_judge(dw_canary_method method, const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out)
{
  *out = (dw_canary_found){.statistic = NAN, .p_value = NAN, .effect = NAN};
  if (!fits(method, pairing, how, out)) return;
  switch (method) {
  case DW_CANARY_LOGPROBS: judge_logprobs(pairing, how, out); break;
  case DW_CANARY_BORDER: judge_border(pairing, how, out); break;
  case DW_CANARY_HAMMING: judge_hamming(pairing, how, out); break;
  case DW_CANARY_EMBEDDING: judge_vectors(pairing, how, false, out); break;
  case DW_CANARY_TEXT: judge_vectors(pairing, how, true, out); break;
  case DW_CANARY_BEHAVIOR: dw_behavior_judge(pairing, how, out); break;
  case DW_CANARY_FINGERPRINT: judge_fingerprint(pairing, out); break;
  case DW_CANARY_CONSENSUS: dw_consensus_judge(pairing, how, out); break;
  case DW_CANARY_EMBEDDING_MMD: judge_places(pairing, how, false, DW_VECTOR_MMD, out); break;
  case DW_CANARY_EMBEDDING_ENERGY: judge_places(pairing, how, false, DW_VECTOR_ENERGY, out); break;
  case DW_CANARY_EMBEDDING_CENTROID: judge_places(pairing, how, false, DW_VECTOR_CENTROID, out); break;
  case DW_CANARY_TEXT_MMD: judge_places(pairing, how, true, DW_VECTOR_MMD, out); break;
  case DW_CANARY_TEXT_ENERGY: judge_places(pairing, how, true, DW_VECTOR_ENERGY, out); break;
  case DW_CANARY_TEXT_CENTROID: judge_places(pairing, how, true, DW_VECTOR_CENTROID, out); break;
  case DW_CANARY_METHODS: not_judged(out, "no method"); break;
  }
}

/* --- the table --- */

#define NAME(method, name, effect, margin, severe) name,
#define EFFECT(method, name, effect, margin, severe) effect,
#define MARGIN(method, name, effect, margin, severe) margin,
#define SEVERE(method, name, effect, margin, severe) severe,

const char *dw_canary_method_name(dw_canary_method method)
{
  static const char *const names[] = {DW_CANARY_METHOD_ROWS(NAME)};
  return names[method];
}

const char *dw_canary_method_effect(dw_canary_method method)
{
  static const char *const effects[] = {DW_CANARY_METHOD_ROWS(EFFECT)};
  return effects[method];
}

double dw_canary_method_margin(dw_canary_method method)
{
  static const double margins[] = {DW_CANARY_METHOD_ROWS(MARGIN)};
  return margins[method];
}

double dw_canary_method_severe(dw_canary_method method)
{
  static const double severe[] = {DW_CANARY_METHOD_ROWS(SEVERE)};
  return severe[method];
}

bool dw_canary_method_is_variant(dw_canary_method method) { return strchr(dw_canary_method_name(method), ':') != NULL; }

dw_canary_method dw_canary_method_named(const char *name)
{
  dw_canary_method method = 0;
  while (method < DW_CANARY_METHODS && strcmp(dw_canary_method_name(method), name) != 0) method++;
  return method;
}

/* --- which one --- */

enum { BORDER_ANSWERS = 10, BORDER_BYTES = 64 };

/* What is counted to choose by: prompts with answers on both sides that … */
typedef struct what_there_is {
  size_t shared, logprobs, border, several, embedding;
} what_there_is;

static bool all_of(const dw_paired_prompt *prompt, bool (*has)(const dw_book_answer *answer))
{
  bool all = true;
  for (size_t i = 0; i < prompt->reference + prompt->current; i++) all = all && has(prompt->answer[i]);
  return all;
}

static bool has_logprobs(const dw_book_answer *a) { return a->entries > 0; }

static bool has_embedding(const dw_book_answer *a) { return a->embedding != NULL; }

static bool is_short(const dw_book_answer *a) { return a->length <= BORDER_BYTES; }

/* Many short answers, not always the same: a border input, as find-borders gives them. */
static bool is_border(const dw_paired_prompt *prompt)
{
  if (prompt->reference < BORDER_ANSWERS || !all_of(prompt, is_short)) return false;
  uint32_t *number = dw_alloc_array(prompt->reference + prompt->current, sizeof *number);
  dw_paired_texts(prompt, number);
  bool differ = false;
  for (size_t i = 1; i < prompt->reference; i++) differ = differ || number[i] != number[0];
  dw_free(number);
  return differ;
}

dw_canary_method dw_canary_method_for(const dw_pairing *pairing, const char **why)
{
  what_there_is n = {0};
  for (size_t p = 0; p < pairing->count; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    if (!prompt->reference || !prompt->current) continue;
    n.shared++;
    n.logprobs += all_of(prompt, has_logprobs);
    n.embedding += all_of(prompt, has_embedding);
    n.border += is_border(prompt);
    n.several += prompt->reference > 1 || prompt->current > 1;
  }
  *why = "answers have log-probabilities";
  if (n.shared && n.logprobs == n.shared) return DW_CANARY_LOGPROBS;
  *why = "prompts are border inputs: many short answers, not always the same";
  if (n.shared && n.border * 2 > n.shared) return DW_CANARY_BORDER;
  *why = "answers have embeddings, and no log-probabilities";
  if (n.several && n.embedding == n.shared) return DW_CANARY_EMBEDDING;
  *why = "answers are texts alone";
  return DW_CANARY_HAMMING;
}
