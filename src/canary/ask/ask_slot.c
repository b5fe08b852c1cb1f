/* What becomes of one ask: begun, answered, failed, tried again. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "canary/answers/gram_embedding.h"
#include "canary/ask/ask_parts.h"

static const uint64_t ns_per_us = 1000;
enum { ERROR_TYPE = 200, ERROR_MESSAGE = 2000 }; /* bytes */

/* Further repeats of a given seed are not its neighbours: seeds 1 and 2 of two canaries would be asked the same answers, one repeat apart.
 */
int64_t dw_ask_slot_seed(const dw_ask *ask, const dw_ask_slot *slot)
{
  uint32_t block[4];
  dw_buf name = {0};
  const dw_canary_config *config = slot->of->config;
  uint64_t repeat = (uint64_t)slot->response.repeat;
  if (config->seed >= 0 && repeat == 0) return config->seed;
  if (config->seed >= 0) {
    dw_rng_block(dw_rng_derive((uint64_t)config->seed, "dw-canary repeats"), repeat, 0, 0, block);
    return (int64_t)(block[0] % (uint64_t)(DW_CANARY_SEED_MOST + 1));
  }
  dw_buf_add(&name, slot->response.round, strlen(slot->response.round) + 1); /* a zero byte behind each */
  dw_buf_add(&name, config->id, strlen(config->id) + 1);
  dw_buf_text(&name, slot->response.prompt);
  dw_rng_block(dw_rng_derive(ask->settings->seed, "dw-canary"), dw_rng_hash(name.data, name.length), (uint32_t)repeat, 0, block);
  dw_buf_free(&name);
  return (int64_t)(block[0] % (uint64_t)(DW_CANARY_SEED_MOST + 1));
}

void dw_ask_slot_time(dw_ask_slot *slot)
{
  char text[DW_TIME_TEXT];
  if (dw_time_now(&slot->response.instant, NULL) != DW_OK) return;
  size_t length = dw_time_print(text, slot->response.instant);
  slot->response.time = dw_arena_strndup(&slot->arena, text, length);
}

static void finish(dw_ask *ask, dw_ask_slot *slot)
{
  const dw_response *r = &slot->response;
  slot->state = DW_ASK_DONE;
  if (r->error) ask->counts.errors++;
  else ask->counts.answers++;
  if (r->prompt_tokens > 0) ask->counts.prompt_tokens += (uint64_t)r->prompt_tokens;
  if (r->completion_tokens > 0) ask->counts.completion_tokens += (uint64_t)r->completion_tokens;
}

/* --- begun --- */

static void replay(dw_ask *ask, dw_ask_slot *slot)
{
  dw_response *out = &slot->response;
  const dw_response *recorded = dw_recording_answer(slot->of->recording, out->round, out->prompt, slot->turn.repeat);
  if (!recorded) {
    if (!ask->job->repeats) {
      slot->state = DW_ASK_SKIPPED; /* as many as there are: no more */
      return;
    }
    slot->error = (dw_response_error){.type = "not_recorded", .message = "the recording has no such answer"};
    out->error = &slot->error;
    finish(ask, slot);
    return;
  }
  dw_response mine = *out;
  *out = *recorded;
  out->canary = mine.canary;
  out->config = mine.config;
  out->repeat = mine.repeat;
  out->prompt_text = mine.prompt_text;
  if (mine.weight != 1) out->weight = mine.weight;
  if (out->error) finish(ask, slot);
  else dw_ask_slot_answered(ask, slot);
}

void dw_ask_slot_begin(dw_ask *ask, dw_ask_slot *slot, size_t index)
{
  dw_turn turn = dw_schedule_at(&ask->schedule, index);
  const dw_prompt *prompt = &ask->job->prompts->item[turn.prompt];
  dw_arena_free(&slot->arena);
  *slot = (dw_ask_slot){.state = DW_ASK_WAITING, .turn = turn, .of = &ask->member[turn.canary], .response = dw_response_unknown};
  dw_response *r = &slot->response;
  r->canary = slot->of->config->id;
  r->config = slot->of->config->hash;
  r->weight = slot->of->config->weight;
  r->round = ask->round[turn.round];
  r->prompt = prompt->id;
  r->prompt_text = prompt->text == prompt->id ? NULL : prompt->text;
  r->repeat = (int64_t)(ask->job->first + turn.repeat);
  if (slot->of->recording) replay(ask, slot);
  if (slot->of->language) dw_ask_language_answer(ask, slot);
}

/* --- answered --- */

static void embed_builtin(dw_ask_slot *slot)
{
  double *vector = dw_arena_alloc(&slot->arena, DW_GRAM_EMBEDDING * sizeof *vector);
  dw_gram_embedding(slot->response.text, slot->response.length, vector);
  slot->response.embedding = vector;
  slot->response.dimensions = DW_GRAM_EMBEDDING;
}

void dw_ask_slot_answered(dw_ask *ask, dw_ask_slot *slot)
{
  if (!slot->of->recording) {
    slot->of->down = 0;
    dw_ask_pair_of(ask, slot)->refusals = 0;
  }
  if (ask->settings->embed == DW_EMBED_BUILTIN) embed_builtin(slot);
  if (ask->settings->embed != DW_EMBED_OPENAI && ask->settings->embed != DW_EMBED_EXEC) {
    finish(ask, slot);
    return;
  }
  slot->state = DW_ASK_WAITING;
  slot->of = &ask->embedder;
  slot->embedding = true;
  slot->attempts = 0;
  slot->due = 0;
}

void dw_ask_slot_embedded(dw_ask *ask, dw_ask_slot *slot)
{
  ask->embedder.down = 0;
  finish(ask, slot);
}

/* --- failed --- */

/* Two failures are the same when they say the same; words with digits in them (an id of the request, a time) are passed over. */
static uint64_t signature_of(const dw_ask_failure *failure)
{
  dw_buf text = {0};
  dw_buf_format(&text, "%d %s ", failure->status, failure->type ? failure->type : "");
  for (const char *word = failure->message; *word;) {
    size_t length = strcspn(word, " ");
    if (strcspn(word, "0123456789") >= length) dw_buf_add(&text, word, length);
    word += length + strspn(word + length, " ");
  }
  uint64_t signature = dw_rng_hash(text.data, text.length);
  dw_buf_free(&text);
  return signature;
}

/* At most so many bytes of a text, and no half of a character. */
static void cut(dw_buf *text, size_t most)
{
  if (text->length <= most) return;
  text->length = most;
  while (text->length && ((unsigned char)text->data[text->length] & 0xc0) == 0x80) text->length--;
  dw_buf_text(text, "...");
}

/* The error with which it may end; scrubbed and cut: what a server says may hold the key, or anything. */
static void keep_error(dw_ask *ask, dw_ask_slot *slot, const dw_ask_failure *failure)
{
  dw_buf text = {0};
  slot->error = (dw_response_error){.status = failure->status, .attempts = slot->attempts};
  if (failure->type) {
    dw_buf_text(&text, failure->type);
    cut(&text, ERROR_TYPE);
    slot->error.type = dw_arena_strndup(&slot->arena, text.data, text.length);
    text.length = 0;
  }
  dw_buf_text(&text, failure->message);
  dw_secrets_scrub(&ask->secrets, &text, 0, true);
  cut(&text, ERROR_MESSAGE);
  slot->error.message = dw_arena_strndup(&slot->arena, dw_buf_cstr(&text), text.length);
  dw_buf_free(&text);
}

/* The same error for later asks, which are not made. */
static dw_response_error said_again(dw_ask *ask, const dw_response_error *error)
{
  dw_response_error again = *error;
  again.attempts = 0;
  if (again.type) again.type = dw_arena_strndup(&ask->arena, again.type, strlen(again.type));
  again.message = dw_arena_strndup(&ask->arena, again.message, strlen(again.message));
  return again;
}

static void remember(dw_ask *ask, dw_ask_slot *slot, const dw_ask_failure *failure)
{
  dw_ask_member *member = slot->of;
  if (failure->hopeless) {
    member->down = member->down_signature == slot->signature ? member->down + 1 : 1;
    member->down_signature = slot->signature;
    if (member->down == DW_ASK_DOWN) member->down_error = said_again(ask, &slot->error);
  } else member->down = 0;
  if (slot->embedding || failure->hopeless || failure->kind == DW_RETRY_PATIENT) return;
  dw_ask_pair *pair = dw_ask_pair_of(ask, slot);
  pair->refusals = pair->refusals && pair->signature == slot->signature ? pair->refusals + 1 : 1;
  pair->signature = slot->signature;
  if (pair->refusals == DW_ASK_REFUSALS) pair->error = said_again(ask, &slot->error);
}

/* With slot->error; an answer that only lacks its embedding stays one. */
static void finish_failed(dw_ask *ask, dw_ask_slot *slot)
{
  dw_response *r = &slot->response;
  if (!slot->embedding) {
    r->text = r->finish_reason = r->model = NULL; /* of an answer that was half read */
    r->prompt_tokens = r->completion_tokens = -1;
    r->error = &slot->error;
  } else if (!ask->counts.bare++) ask->counts.bare_why = dw_arena_strndup(&ask->arena, slot->error.message, strlen(slot->error.message));
  finish(ask, slot);
}

void dw_ask_slot_fail(dw_ask *ask, dw_ask_slot *slot, const dw_ask_failure *failure)
{
  int64_t wait;
  uint64_t signature = signature_of(failure), now = dw_monotonic_ns();
  dw_retry_failure about = {.kind = failure->kind,
                            .attempts = slot->attempts,
                            .same = slot->attempts > 1 && signature == slot->signature,
                            .retry_after = failure->retry_after};
  keep_error(ask, slot, failure);
  slot->signature = signature;
  if (slot->attempts && !ask->counts.stopped && dw_retry_again(&ask->settings->retry, &about, &ask->jitter, &wait)) {
    slot->state = DW_ASK_WAITING;
    slot->due = now + (uint64_t)wait * ns_per_us;
    /* the others that ask it wait as well: what is overloaded, or down, is so for all of them */
    if (failure->kind == DW_RETRY_PATIENT && slot->of->paused < slot->due) slot->of->paused = slot->due;
    return;
  }
  remember(ask, slot, failure);
  finish_failed(ask, slot);
}

void dw_ask_slot_known(dw_ask *ask, dw_ask_slot *slot, const dw_response_error *error)
{
  if (!slot->attempts) slot->error = *error; /* else its own last one */
  finish_failed(ask, slot);
}

void dw_ask_slot_give_up(dw_ask *ask, dw_ask_slot *slot)
{
  if (slot->state == DW_ASK_WAITING && !slot->attempts && !slot->embedding) {
    slot->state = DW_ASK_SKIPPED;
    ask->counts.unasked++;
    return;
  }
  if (slot->state == DW_ASK_BUSY || !slot->attempts)
    slot->error =
        (dw_response_error){.type = "interrupted",
                            .message = ask->counts.stopped ? "given up: told to stop" : "given up: the budget of requests is used up",
                            .attempts = slot->attempts};
  finish_failed(ask, slot);
}
