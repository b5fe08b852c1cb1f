#include "canary/ask/border_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

/* Answers to a candidate. */
typedef struct tally {
  dw_border_answer *answer;
  size_t count, capacity;
  unsigned samples;
} tally;

typedef struct searching {
  const dw_prompts *candidates;
  tally *of; /* by candidate */
  dw_arena *arena;
  const dw_ask_sink *sink; /* NULL: nobody hears of it */
} searching;

static dw_status take(void *context, const dw_response *response, bool *stop, dw_err *err)
{
  searching *s = context;
  tally *t = &s->of[dw_map_find(&s->candidates->ids, response->prompt, strlen(response->prompt))];
  if (s->sink) {
    dw_status status = s->sink->take(s->sink->context, response, stop, err);
    if (status != DW_OK) return status;
  }
  if (response->error) return DW_OK;
  t->samples++;
  if (!response->length) return DW_OK;
  for (size_t i = 0; i < t->count; i++)
    if (strcmp(t->answer[i].text, response->text) == 0) {
      t->answer[i].count++;
      return DW_OK;
    }
  t->answer = dw_grow(t->answer, &t->capacity, t->count + 1, sizeof *t->answer);
  t->answer[t->count++] = (dw_border_answer){dw_arena_strndup(s->arena, response->text, response->length), 1};
  return DW_OK;
}

static int by_count(const void *a, const void *b)
{
  const dw_border_answer *x = a, *y = b;
  return x->count != y->count ? (x->count < y->count) - (x->count > y->count) : strcmp(x->text, y->text);
}

static int by_balance(const void *a, const void *b)
{
  const dw_border_sampled *x = a, *y = b;
  if (x->balance != y->balance) return (x->balance < y->balance) - (x->balance > y->balance);
  return (x->prompt > y->prompt) - (x->prompt < y->prompt);
}

static dw_border_sampled input_of(searching *s, size_t candidate)
{
  tally *t = &s->of[candidate];
  qsort(t->answer, t->count, sizeof *t->answer, by_count);
  dw_border_sampled input = {.prompt = &s->candidates->item[candidate], .answers = t->count, .samples = t->samples};
  input.answer = dw_arena_alloc(s->arena, t->count * sizeof *input.answer);
  memcpy(input.answer, t->answer, t->count * sizeof *input.answer);
  input.balance = (double)t->answer[1].count / (double)t->answer[0].count;
  return input;
}

/* The first prompts, as they stand in the list. */
static void subset(dw_prompts *out, const dw_prompts *from, size_t count)
{
  dw_prompts_init(out);
  for (size_t i = 0; i < count; i++) dw_prompts_add(out, from->item[i].id, from->item[i].text);
}

/* How many candidates the budget has, when half of it at most is left for their samples. */
static size_t affordable(const dw_border_search *search, size_t candidates)
{
  if (!search->max_requests) return candidates;
  uint64_t left = (uint64_t)search->keep * search->samples;
  if (left > search->max_requests / 2) left = search->max_requests / 2;
  uint64_t most = (search->max_requests - left) / search->queries;
  return most < candidates ? (size_t)most : candidates;
}

static dw_status first_round(dw_ask *ask, const dw_border_search *search, searching *s, dw_border_found *found, dw_err *err)
{
  dw_prompts asked;
  dw_ask_sink sink = {take, s};
  found->asked = affordable(search, s->candidates->count);
  subset(&asked, s->candidates, found->asked);
  dw_ask_job job = {.prompts = &asked, .repeats = search->queries, .round = search->round};
  dw_status status = found->asked ? dw_ask_run(ask, &job, &sink, err) : DW_OK;
  dw_prompts_free(&asked);
  return status;
}

static tally *tally_of(searching *s, const dw_prompt *prompt)
{
  return &s->of[dw_map_find(&s->candidates->ids, prompt->id, strlen(prompt->id))];
}

/* Those to be sampled: twice as many as are to be kept, as their balance is not known yet. */
static void choose(const dw_border_search *search, searching *s, dw_border_found *found, dw_prompts *chosen)
{
  dw_prompts_init(chosen);
  for (size_t i = 0; i < found->asked; i++) {
    found->answered += s->of[i].samples > 0;
    if (s->of[i].count < 2) continue;
    found->borders++;
    if (chosen->count < 2 * (size_t)search->keep) dw_prompts_add(chosen, s->candidates->item[i].id, s->candidates->item[i].text);
  }
}

/* Afresh: the answers that chose an input say more of border than it has. */
static dw_status second_round(dw_ask *ask, const dw_border_search *search, searching *s, dw_border_found *found, dw_err *err)
{
  dw_prompts chosen;
  dw_ask_sink sink = {take, s};
  dw_status status = DW_OK;
  dw_ask_counts counts = dw_ask_count(ask);
  choose(search, s, found, &chosen);
  dw_ask_job job = {.prompts = &chosen, .repeats = search->samples, .round = search->round};
  for (size_t i = 0; i < chosen.count; i++) {
    tally *t = tally_of(s, &chosen.item[i]);
    t->count = t->samples = 0;
  }
  if (chosen.count && !counts.stopped && !counts.spent) status = dw_ask_run(ask, &job, &sink, err);
  found->input = dw_arena_alloc(s->arena, chosen.count * sizeof *found->input + 1);
  for (size_t i = 0; i < chosen.count && status == DW_OK; i++) {
    tally *t = tally_of(s, &chosen.item[i]);
    if (t->count >= 2) found->input[found->count++] = input_of(s, (size_t)(t - s->of));
  }
  dw_prompts_free(&chosen);
  return status;
}

dw_status dw_border_search_run(dw_ask *ask, const dw_border_search *search, const dw_prompts *candidates, const dw_ask_sink *sink,
                               dw_border_found *found, dw_err *err)
{
  searching s = {.candidates = candidates, .of = dw_alloc_zero(candidates->count + 1, sizeof *s.of), .arena = &found->arena};
  *found = (dw_border_found){0};
  dw_status status = first_round(ask, search, &s, found, err);
  s.sink = sink;
  if (status == DW_OK) status = second_round(ask, search, &s, found, err);
  if (found->count) qsort(found->input, found->count, sizeof *found->input, by_balance);
  if (found->count > search->keep) found->count = search->keep;
  for (size_t i = 0; i < candidates->count; i++) dw_free(s.of[i].answer);
  dw_free(s.of);
  return status;
}

void dw_border_found_free(dw_border_found *found)
{
  dw_arena_free(&found->arena);
  *found = (dw_border_found){0};
}

void dw_border_candidates(dw_prompts *out, size_t count)
{
  char word[4];
  for (size_t length = 1, many = 26, done = 0; length <= 3; length++, many *= 26)
    for (size_t i = 0; i < many && done < count; i++, done++) {
      size_t rest = i;
      for (size_t k = length; k-- > 0; rest /= 26) word[k] = (char)('a' + rest % 26);
      word[length] = '\0';
      dw_prompts_add(out, word, word);
    }
}
