#include "canary/judge/pairing.h"

#include <stdlib.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/distributions/special.h"

static bool chosen(const dw_pairing_side *side, const dw_book_answer *answer)
{
  return side->round == DW_MAP_NONE || (answer->round == side->round) != side->others;
}

/* The answers of a side to one prompt from *at on: how many are no failures, in out; *at behind them. */
static size_t take_prompt(const dw_pairing_side *side, const dw_book_answer *answer, size_t count, size_t *at, uint32_t prompt,
                          const dw_book_answer **out, size_t *failed)
{
  size_t taken = 0;
  *failed = 0;
  for (; *at < count && answer[*at].prompt == prompt; ++*at) {
    if (!chosen(side, &answer[*at])) continue;
    if (answer[*at].failed) ++*failed;
    else out[taken++] = &answer[*at];
  }
  return taken;
}

/* Stretches of `size` answers on each side, none of both. */
static const uint32_t *make_blocks(dw_arena *arena, size_t reference, size_t current, size_t size)
{
  if (size < 2) return NULL;
  uint32_t *block = dw_arena_alloc(arena, (reference + current) * sizeof *block), next = 0;
  for (size_t i = 0; i < reference + current; i++) {
    size_t place = i < reference ? i : i - reference;
    if (i && place % size == 0) next++;
    block[i] = next;
  }
  return block;
}

static void add_prompt(dw_pairing *p, const dw_paired_prompt *prompt)
{
  if (!(prompt->reference + prompt->current + prompt->failed[0] + prompt->failed[1])) return;
  p->prompt[p->count++] = *prompt;
  p->shared += prompt->reference && prompt->current;
  p->answers[0] += prompt->reference;
  p->answers[1] += prompt->current;
  for (int s = 0; s < 2; s++) p->failed[s] += prompt->failed[s];
}

void dw_pairing_make(dw_pairing *p, const dw_answer_book *book, const dw_pairing_choice *choice)
{
  const dw_pairing_side *side[2] = {&choice->reference, &choice->current};
  const dw_book_answer *answer[2];
  size_t count[2], at[2] = {0, 0};
  *p = (dw_pairing){.book = book, .choice = *choice};
  dw_arena_init(&p->arena);
  for (int s = 0; s < 2; s++) answer[s] = dw_answer_book_of(book, side[s]->side, choice->canary, &count[s]);
  const dw_book_answer **out = dw_arena_alloc(&p->arena, (count[0] + count[1]) * sizeof *out);
  p->prompt = dw_arena_alloc(&p->arena, dw_answer_book_prompts(book)->count * sizeof *p->prompt);
  while (at[0] < count[0] || at[1] < count[1]) {
    uint32_t prompt = DW_MAP_NONE;
    for (int s = 0; s < 2; s++)
      if (at[s] < count[s] && answer[s][at[s]].prompt < prompt) prompt = answer[s][at[s]].prompt;
    dw_paired_prompt paired = {.prompt = prompt, .answer = out};
    paired.reference = take_prompt(side[0], answer[0], count[0], &at[0], prompt, out, &paired.failed[0]);
    paired.current = take_prompt(side[1], answer[1], count[1], &at[1], prompt, out + paired.reference, &paired.failed[1]);
    paired.block = make_blocks(&p->arena, paired.reference, paired.current, choice->block);
    out += paired.reference + paired.current;
    add_prompt(p, &paired);
  }
}

/* Logarithm of the ways to deal the answers of a prompt to its sides. */
static double ways_of(const dw_paired_prompt *prompt)
{
  size_t n = prompt->reference, all = n + prompt->current;
  if (!prompt->block) return dw_choose_log(all, n);
  size_t blocks = (size_t)prompt->block[all - 1] + 1, of_reference = (size_t)prompt->block[n - 1] + 1;
  bool cut = n * blocks != all * of_reference; /* blocks of unlike sizes: one may be cut where the side is full */
  return dw_choose_log(blocks, of_reference) + (cut ? dw_log((double)blocks) : 0);
}

double dw_pairing_least_p(const dw_pairing *p, bool requests)
{
  double ways = 0;
  bool alike = !requests;
  for (size_t i = 0; i < p->count; i++) {
    const dw_paired_prompt *prompt = &p->prompt[i];
    if (requests) {
      size_t n = prompt->reference + prompt->failed[0];
      ways += dw_choose_log(n + prompt->current + prompt->failed[1], n);
    } else if (prompt->reference && prompt->current) {
      alike = alike && prompt->reference == prompt->current;
      ways += ways_of(prompt);
    }
  }
  double least = dw_exp(-ways) * (alike ? 2 : 1);
  return least < 1 ? least : 1;
}

bool dw_paired_otherwise(const dw_pairing *pairing)
{
  bool *known = dw_alloc_zero(dw_answer_book_configs(pairing->book)->count + 1, sizeof *known), any = false, other = false;
  for (size_t p = 0; p < pairing->count; p++)
    for (size_t i = 0; i < pairing->prompt[p].reference; i++) {
      uint32_t config = pairing->prompt[p].answer[i]->config;
      if (config != DW_MAP_NONE) known[config] = any = true;
    }
  for (size_t p = 0; p < pairing->count && any; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    for (size_t i = prompt->reference; i < prompt->reference + prompt->current; i++)
      other = other || (prompt->answer[i]->config != DW_MAP_NONE && !known[prompt->answer[i]->config]);
  }
  dw_free(known);
  return other;
}

size_t dw_paired_texts(const dw_paired_prompt *prompt, uint32_t *number)
{
  dw_map texts;
  dw_map_init(&texts);
  for (size_t i = 0; i < prompt->reference + prompt->current; i++)
    number[i] = dw_map_intern(&texts, prompt->answer[i]->text, prompt->answer[i]->length);
  size_t count = texts.count;
  dw_map_free(&texts);
  return count;
}

static int by_token(const void *a, const void *b)
{
  const dw_logprob_entry *one = a, *other = b;
  return (one->token > other->token) - (one->token < other->token);
}

size_t dw_paired_prints(const dw_paired_prompt *prompt, uint32_t *number)
{
  dw_map prints;
  dw_buf print = {0};
  dw_map_init(&prints);
  size_t answers = prompt->reference + prompt->current, count = 0;
  for (size_t i = 0; i < answers; i++, count = prints.count) {
    const dw_book_answer *answer = prompt->answer[i];
    if (!(count = answer->entries)) break;
    print.length = 0;
    dw_logprob_entry *entry = dw_alloc_array(answer->entries, sizeof *entry);
    memcpy(entry, answer->entry, answer->entries * sizeof *entry);
    qsort(entry, answer->entries, sizeof *entry, by_token); /* equal values stand in any order */
    for (size_t k = 0; k < answer->entries; k++) {
      dw_buf_add(&print, &entry[k].token, sizeof entry[k].token);
      dw_buf_add(&print, &entry[k].logprob, sizeof entry[k].logprob);
    }
    dw_free(entry);
    dw_buf_add(&print, answer->text, answer->length);
    number[i] = dw_map_intern(&prints, print.data, print.length);
  }
  dw_buf_free(&print);
  dw_map_free(&prints);
  return count;
}

void dw_pairing_free(dw_pairing *p) { dw_arena_free(&p->arena); }
