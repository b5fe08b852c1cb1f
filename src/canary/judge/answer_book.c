#include "canary/judge/answer_book.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

typedef struct book_side {
  dw_book_answer *answer;
  size_t count, capacity;
  dw_map rounds;
} book_side;

typedef struct book_prompt {
  const char *text;     /* NULL: its id */
  const char *expected; /* NULL: nobody says */
} book_prompt;

typedef struct left_out {
  uint32_t canary, round; /* round DW_MAP_NONE: all */
} left_out;

struct dw_answer_book {
  book_side side[2];
  dw_map canaries, prompts, tokens, finishes, configs, texts;
  book_prompt *prompt; /* [prompts] */
  size_t prompt_capacity, width, keep_tokens;
  dw_arena arena;
  left_out *out; /* of current rounds, on purpose */
  size_t out_count, out_capacity;
  dw_buf key; /* scratch */
};

dw_answer_book *dw_answer_book_new(void)
{
  dw_answer_book *book = dw_alloc_zero(1, sizeof *book);
  for (int s = 0; s < 2; s++) dw_map_init(&book->side[s].rounds);
  dw_map_init(&book->canaries);
  dw_map_init(&book->prompts);
  dw_map_init(&book->tokens);
  dw_map_init(&book->finishes);
  dw_map_init(&book->configs);
  dw_map_init(&book->texts);
  dw_arena_init(&book->arena);
  return book;
}

void dw_answer_book_free(dw_answer_book *book)
{
  if (!book) return;
  for (int s = 0; s < 2; s++) {
    dw_map_free(&book->side[s].rounds);
    dw_free(book->side[s].answer);
  }
  dw_map_free(&book->canaries);
  dw_map_free(&book->prompts);
  dw_map_free(&book->tokens);
  dw_map_free(&book->finishes);
  dw_map_free(&book->configs);
  dw_map_free(&book->texts);
  dw_arena_free(&book->arena);
  dw_buf_free(&book->key);
  dw_free(book->prompt);
  dw_free(book->out);
  dw_free(book);
}

static uint32_t number(dw_map *map, const char *text) { return dw_map_intern(map, text, strlen(text)); }

/* Tokens with the same text may be two: an id tells them apart, else the bytes do, which texts do not always show. */
static uint32_t token_number(dw_answer_book *book, const dw_answer_token *token)
{
  book->key.length = 0;
  if (token->id >= 0) dw_buf_format(&book->key, "#%lld", (long long)token->id);
  else {
    dw_buf_format(&book->key, "%s", token->text);
    dw_buf_char(&book->key, '\0');
    if (token->bytes) dw_buf_add(&book->key, token->bytes, token->byte_count);
  }
  return dw_map_intern(&book->tokens, book->key.data, book->key.length);
}

static void keep_logprobs(dw_answer_book *book, const dw_response *response, dw_book_answer *out)
{
  if (!response->logprobs || !response->position_count) return;
  const dw_answer_position *first = &response->logprobs[0];
  dw_logprob_entry *entry = dw_arena_alloc(&book->arena, (first->top_count + 1) * sizeof *entry);
  for (size_t i = 0; i < first->top_count; i++)
    if (first->top[i].has_logprob) entry[out->entries++] = (dw_logprob_entry){token_number(book, &first->top[i]), first->top[i].logprob};
  out->entry = entry;
}

/* Positions are the whole answer when there is one for each of its tokens, but for the one that ends it. */
static bool positions_are_whole(const dw_response *response, size_t most)
{
  if (!response->logprobs) return false;
  if (response->position_count >= most) return true;
  return response->completion_tokens >= 0 && response->position_count + 1 >= (size_t)response->completion_tokens;
}

static void keep_tokens(dw_answer_book *book, const dw_response *response, dw_book_answer *out)
{
  size_t most = book->keep_tokens;
  bool by_id = response->token_ids != NULL;
  if (!most || (!by_id && !positions_are_whole(response, most))) return;
  size_t count = by_id ? response->token_id_count : response->position_count;
  if (count > most) count = most;
  uint32_t *token = dw_arena_alloc(&book->arena, (count + 1) * sizeof *token);
  for (size_t i = 0; i < count; i++)
    token[i] = by_id ? token_number(book, &(dw_answer_token){.id = (int64_t)response->token_ids[i]})
                     : token_number(book, &response->logprobs[i].chosen);
  out->token = token;
  out->tokens = count;
}

static dw_status keep_embedding(dw_answer_book *book, const dw_response *response, dw_book_answer *out, dw_err *err)
{
  bool any = false;
  if (!response->embedding) return DW_OK;
  if (book->width && response->dimensions != book->width)
    return dw_err_set(err, DW_EDATA, "canary \"%s\", prompt \"%s\": an embedding of %zu numbers, expected %zu as before", response->canary,
                      response->prompt, response->dimensions, book->width);
  for (size_t k = 0; k < response->dimensions; k++) {
    if (!isfinite(response->embedding[k]))
      return dw_err_set(err, DW_EDATA, "canary \"%s\", prompt \"%s\": number %zu of the embedding is not finite", response->canary,
                        response->prompt, k + 1);
    any = any || response->embedding[k] != 0;
  }
  if (!any) return DW_OK; /* zeros point nowhere: as good as none */
  double *copy = dw_arena_alloc(&book->arena, response->dimensions * sizeof *copy);
  memcpy(copy, response->embedding, response->dimensions * sizeof *copy);
  book->width = response->dimensions;
  out->embedding = copy;
  return DW_OK;
}

static void keep_prompt(dw_answer_book *book, uint32_t prompt, const dw_response *response)
{
  size_t before = book->prompt_capacity;
  book->prompt = dw_grow(book->prompt, &book->prompt_capacity, prompt + 1, sizeof *book->prompt);
  for (size_t i = before; i < book->prompt_capacity; i++) book->prompt[i] = (book_prompt){0};
  book_prompt *at = &book->prompt[prompt];
  if (response->prompt_text && !at->text) at->text = dw_arena_strndup(&book->arena, response->prompt_text, strlen(response->prompt_text));
  if (response->expected && !(at->expected && strcmp(at->expected, response->expected) == 0))
    at->expected = dw_arena_strndup(&book->arena, response->expected, strlen(response->expected));
}

/* What the reference left out shows in what it lacks. */
static dw_status keep_quarantined(dw_answer_book *book, dw_book_side side, const dw_response *response)
{
  if (side == DW_BOOK_REFERENCE) return DW_OK;
  left_out one = {number(&book->canaries, response->canary), DW_MAP_NONE};
  if (*response->round) one.round = number(&book->side[side].rounds, response->round);
  book->out = dw_grow(book->out, &book->out_capacity, book->out_count + 1, sizeof *book->out);
  book->out[book->out_count++] = one;
  return DW_OK;
}

bool dw_answer_book_quarantined(const dw_answer_book *book, uint32_t canary, uint32_t round)
{
  for (size_t i = 0; i < book->out_count; i++)
    if (book->out[i].canary == canary && (book->out[i].round == round || book->out[i].round == DW_MAP_NONE)) return true;
  return false;
}

dw_status dw_answer_book_add(dw_answer_book *book, dw_book_side side, const dw_response *response, dw_err *err)
{
  if (response->quarantined) return keep_quarantined(book, side, response);
  book_side *s = &book->side[side];
  dw_book_answer answer = {.canary = number(&book->canaries, response->canary),
                           .prompt = number(&book->prompts, response->prompt),
                           .round = number(&s->rounds, response->round),
                           .failed = response->error != NULL,
                           .weight = response->weight,
                           .instant = response->time ? response->instant : 0,
                           .finish = DW_MAP_NONE,
                           .config = response->config ? number(&book->configs, response->config) : DW_MAP_NONE,
                           .latency = NAN,
                           .sequence = s->count};
  keep_prompt(book, answer.prompt, response);
  if (!answer.failed) {
    dw_status status = keep_embedding(book, response, &answer, err);
    if (status != DW_OK) return status;
    uint32_t text = dw_map_intern(&book->texts, response->text, response->length);
    answer.text = book->texts.keys[text].text;
    answer.length = response->length;
    answer.latency = response->latency_ms;
    if (response->finish_reason) answer.finish = number(&book->finishes, response->finish_reason);
    keep_logprobs(book, response, &answer);
    keep_tokens(book, response, &answer);
  }
  s->answer = dw_grow(s->answer, &s->capacity, s->count + 1, sizeof *s->answer);
  s->answer[s->count++] = answer;
  return DW_OK;
}

/* --- in order --- */

static int ordered(uint64_t a, uint64_t b) { return a < b ? -1 : a > b; }

static int by_place(const void *a, const void *b)
{
  const dw_book_answer *x = a, *y = b;
  int order = ordered(x->canary, y->canary);
  if (!order) order = ordered(x->prompt, y->prompt);
  if (!order && x->instant != y->instant) order = x->instant < y->instant ? -1 : 1;
  return order ? order : ordered(x->sequence, y->sequence);
}

void dw_answer_book_close(dw_answer_book *book)
{
  for (int s = 0; s < 2; s++)
    if (book->side[s].count) qsort(book->side[s].answer, book->side[s].count, sizeof *book->side[s].answer, by_place);
}

/* The first answer of this canary or a later one. */
static size_t first_of(const book_side *side, uint64_t canary)
{
  size_t low = 0, high = side->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (side->answer[middle].canary < canary) low = middle + 1;
    else high = middle;
  }
  return low;
}

const dw_book_answer *dw_answer_book_of(const dw_answer_book *book, dw_book_side side, uint32_t canary, size_t *count)
{
  const book_side *s = &book->side[side];
  size_t first = first_of(s, canary);
  *count = first_of(s, (uint64_t)canary + 1) - first;
  return *count ? s->answer + first : NULL;
}

static bool same(const dw_answer_book *book, const dw_book_answer *reference, const dw_book_answer *current)
{
  const dw_map *rounds[2] = {&book->side[DW_BOOK_REFERENCE].rounds, &book->side[DW_BOOK_CURRENT].rounds};
  return reference->text == current->text && reference->failed == current->failed && /* equal texts are one */
         strcmp(rounds[0]->keys[reference->round].text, rounds[1]->keys[current->round].text) == 0;
}

/* In order of canary, prompt and time, as answers stand. */
static int by_time(const dw_book_answer *x, const dw_book_answer *y)
{
  int order = ordered(x->canary, y->canary);
  if (!order) order = ordered(x->prompt, y->prompt);
  return order ? order : (x->instant > y->instant) - (x->instant < y->instant);
}

size_t dw_answer_book_twice(const dw_answer_book *book)
{
  const book_side *reference = &book->side[DW_BOOK_REFERENCE], *current = &book->side[DW_BOOK_CURRENT];
  size_t twice = 0, from = 0;
  for (size_t i = 0; i < current->count; i++) {
    const dw_book_answer *a = &current->answer[i];
    bool found = false;
    while (from < reference->count && by_time(&reference->answer[from], a) < 0) from++;
    for (size_t r = from; r < reference->count && !found && by_time(&reference->answer[r], a) == 0; r++)
      found = same(book, &reference->answer[r], a);
    twice += found && a->instant;
  }
  return twice;
}

const dw_map *dw_answer_book_canaries(const dw_answer_book *book) { return &book->canaries; }

const dw_map *dw_answer_book_prompts(const dw_answer_book *book) { return &book->prompts; }

const dw_map *dw_answer_book_finishes(const dw_answer_book *book) { return &book->finishes; }
const dw_map *dw_answer_book_configs(const dw_answer_book *book) { return &book->configs; }

const dw_map *dw_answer_book_rounds(const dw_answer_book *book, dw_book_side side) { return &book->side[side].rounds; }

void dw_answer_book_keep_tokens(dw_answer_book *book, size_t most) { book->keep_tokens = most; }

size_t dw_answer_book_width(const dw_answer_book *book) { return book->width; }

const char *dw_answer_book_prompt_text(const dw_answer_book *book, size_t prompt)
{
  return book->prompt[prompt].text ? book->prompt[prompt].text : book->prompts.keys[prompt].text;
}

const char *dw_answer_book_expected(const dw_answer_book *book, size_t prompt) { return book->prompt[prompt].expected; }

size_t dw_answer_book_bytes(const dw_answer_book *book)
{
  size_t sum = book->arena.total + book->prompt_capacity * sizeof *book->prompt;
  for (int s = 0; s < 2; s++) sum += book->side[s].capacity * sizeof *book->side[s].answer + dw_map_bytes(&book->side[s].rounds);
  const dw_map *const maps[] = {&book->canaries, &book->prompts, &book->tokens, &book->finishes, &book->configs, &book->texts};
  for (size_t m = 0; m < sizeof maps / sizeof *maps; m++) sum += dw_map_bytes(maps[m]);
  return sum;
}

size_t dw_answer_book_bytes_for(const dw_response *response)
{
  enum { TEXT = sizeof(dw_map_key) + 4 * sizeof(uint32_t) + 16 }; /* an entry, its slots, and what an arena rounds up to */
  size_t sum = sizeof(dw_book_answer) + sizeof(dw_book_answer) / 2;
  if (response->error) return sum;
  sum += TEXT + response->length;
  sum += (response->position_count + response->token_id_count) * sizeof(uint32_t); /* more than is kept of them */
  if (response->embedding) sum += response->dimensions * sizeof *response->embedding;
  if (response->logprobs && response->position_count) sum += (response->logprobs[0].top_count + 1) * sizeof(dw_logprob_entry);
  return sum;
}
