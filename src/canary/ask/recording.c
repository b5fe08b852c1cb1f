#include "canary/ask/recording.h"

#include "canary/answers/responses.h"
#include "io/formats/formats.h"

typedef struct answers {
  const dw_response **item;
  size_t count, capacity;
} answers;

struct dw_recording {
  const char *canary; /* NULL: not known yet */
  dw_map rounds, prompts, pairs;
  const char **prompt_text;
  answers *of; /* by pair: of a round and a prompt */
  size_t text_capacity, of_capacity, of_count, most;
  dw_arena arena;
};

static void pair_key(dw_buf *key, const char *round, const char *prompt)
{
  dw_buf_text(key, round);
  dw_buf_char(key, '\0');
  dw_buf_text(key, prompt);
}

static void keep(dw_recording *r, const dw_response *response)
{
  dw_buf key = {0};
  dw_response bare = *response;
  bare.embedding = NULL;
  dw_map_intern(&r->rounds, response->round, strlen(response->round));
  size_t before = r->prompts.count;
  uint32_t prompt = dw_map_intern(&r->prompts, response->prompt, strlen(response->prompt));
  const dw_response *kept = dw_response_keep(&bare, &r->arena);
  r->prompt_text = dw_grow(r->prompt_text, &r->text_capacity, r->prompts.count, sizeof *r->prompt_text);
  if (r->prompts.count > before) r->prompt_text[prompt] = kept->prompt_text;
  pair_key(&key, response->round, response->prompt);
  uint32_t pair = dw_map_intern(&r->pairs, key.data, key.length);
  dw_buf_free(&key);
  r->of = dw_grow(r->of, &r->of_capacity, r->pairs.count, sizeof *r->of);
  if (r->pairs.count > r->of_count) r->of[r->of_count++] = (answers){0};
  answers *list = &r->of[pair];
  list->item = dw_grow(list->item, &list->capacity, list->count + 1, sizeof *list->item);
  list->item[list->count++] = kept;
  if (list->count > r->most) r->most = list->count;
}

static dw_status take(dw_recording *r, const char *path, const char *canary, const dw_response *items, size_t count, dw_err *err)
{
  for (size_t i = 0; i < count; i++) {
    if (items[i].quarantined || (canary && strcmp(items[i].canary, canary) != 0)) continue;
    if (!r->canary) r->canary = dw_arena_strndup(&r->arena, items[i].canary, strlen(items[i].canary));
    if (strcmp(items[i].canary, r->canary) != 0)
      return dw_err_at(err, DW_EUSAGE, path, 0, 0, "has answers of \"%.100s\" and of \"%.100s\": \"model\" of the config says which",
                       r->canary, items[i].canary);
    keep(r, &items[i]);
  }
  return DW_OK;
}

dw_status dw_recording_read(dw_recording **out, const char *path, const char *canary, dw_err *err)
{
  dw_reader *reader;
  const dw_batch *batch;
  const dw_response *items;
  size_t count;
  dw_reader_options how = {.format = &dw_ndjson_format, .threads = 1, .want = dw_responses_wants, .spans = true};
  *out = NULL;
  dw_status status = dw_reader_open(&reader, &path, 1, &how, err);
  if (status != DW_OK) return status;
  dw_recording *r = dw_alloc_zero(1, sizeof *r);
  dw_responses *responses = dw_responses_new();
  dw_map_init(&r->rounds);
  dw_map_init(&r->prompts);
  dw_map_init(&r->pairs);
  dw_arena_init(&r->arena);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, err)) == DW_OK && batch) {
    status = dw_responses_take(responses, reader, batch, &items, &count, err);
    if (status == DW_OK) status = take(r, path, canary, items, count, err);
  }
  if (status == DW_OK && !r->pairs.count)
    status = dw_err_at(err, DW_ENODATA, path, 0, 0, "has no answer of %s%.100s", canary ? "canary " : "any canary", canary ? canary : "");
  dw_responses_free(responses);
  dw_reader_close(reader);
  if (status == DW_OK) *out = r;
  else dw_recording_free(r);
  return status;
}

void dw_recording_free(dw_recording *recording)
{
  if (!recording) return;
  for (size_t i = 0; i < recording->of_count; i++) dw_free(recording->of[i].item);
  dw_free(recording->of);
  dw_free(recording->prompt_text);
  dw_map_free(&recording->rounds);
  dw_map_free(&recording->prompts);
  dw_map_free(&recording->pairs);
  dw_arena_free(&recording->arena);
  dw_free(recording);
}

size_t dw_recording_rounds(const dw_recording *recording) { return recording->rounds.count; }
const char *dw_recording_round(const dw_recording *recording, size_t index) { return recording->rounds.keys[index].text; }
size_t dw_recording_prompts(const dw_recording *recording) { return recording->prompts.count; }
size_t dw_recording_most(const dw_recording *recording) { return recording->most; }

const char *dw_recording_prompt(const dw_recording *recording, size_t index, const char **text)
{
  const char *id = recording->prompts.keys[index].text;
  *text = recording->prompt_text[index] ? recording->prompt_text[index] : id;
  return id;
}

const dw_response *dw_recording_answer(const dw_recording *recording, const char *round, const char *prompt, size_t repeat)
{
  dw_buf key = {0};
  pair_key(&key, round, prompt);
  uint32_t pair = dw_map_find(&recording->pairs, key.data, key.length);
  dw_buf_free(&key);
  return pair != DW_MAP_NONE && repeat < recording->of[pair].count ? recording->of[pair].item[repeat] : NULL;
}
