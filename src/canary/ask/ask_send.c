/* An ask on its way: when it may go, and as what. */
#include <string.h>

#include "base/clock.h"
#include "canary/ask/ask_parts.h"
#include "canary/ask/request_body.h"

static void send_http(dw_ask *ask, dw_ask_slot *slot, const dw_buf *body)
{
  dw_http_request request = {.method = "POST",
                             .url = slot->of->url,
                             .body = body->data,
                             .length = body->length,
                             .bearer = slot->of->key,
                             .limit = ask->settings->timeout,
                             .most = DW_ASK_REPLY};
  dw_http_pool_start(ask->pool, &request, slot);
}

static void send_line(dw_ask *ask, dw_ask_slot *slot, const dw_buf *body)
{
  dw_err err;
  slot->of->asking = slot;
  slot->of->asking_id = ask->counts.requests;
  if (dw_answerer_ask(slot->of->answerer, body->data, body->length, &err) == DW_OK) return;
  slot->of->asking = NULL;
  ask->busy--;
  dw_ask_slot_fail(ask, slot, &(dw_ask_failure){.kind = DW_RETRY_NEVER, .type = "program", .message = err.message, .hopeless = true});
}

static void body_of(dw_ask *ask, dw_ask_slot *slot, dw_buf *body)
{
  const dw_response *r = &slot->response;
  const dw_prompt *prompt = &ask->job->prompts->item[slot->turn.prompt];
  uint64_t id = ask->counts.requests;
  if (slot->embedding && slot->of->answerer) dw_request_body_embed_exec(id, r->text, r->length, body);
  else if (slot->embedding) dw_ask_embed_body(ask, slot, slot->started, body);
  else if (slot->of->answerer) dw_request_body_exec(slot->of->config, prompt, id, r->seed, body);
  else dw_request_body_openai(slot->of->config, prompt->text, r->seed, body);
}

static void send(dw_ask *ask, dw_ask_slot *slot, uint64_t now)
{
  dw_buf body = {0};
  if (!slot->embedding) {
    dw_ask_pair *pair = dw_ask_pair_of(ask, slot);
    slot->response.seed = dw_ask_slot_seed(ask, slot);
    dw_ask_slot_time(slot);
    pair->sent = dw_monotonic_ns(); /* behind the time that is written down */
    if (!slot->attempts) pair->sent_repeats = slot->turn.repeat + 1;
  }
  slot->attempts++;
  slot->state = DW_ASK_BUSY;
  slot->started = now;
  ask->busy++;
  ask->counts.requests++;
  ask->member[slot->turn.canary].counts.requests++; /* of embeddings too: they are of its answers */
  body_of(ask, slot, &body);
  if (slot->of->answerer) send_line(ask, slot, &body);
  else send_http(ask, slot, &body);
  dw_buf_free(&body);
}

static const dw_response_error *without_key(dw_ask_slot *slot, dw_response_error *error)
{
  dw_buf text = {0};
  dw_buf_format(&text, "the environment has no key for this endpoint: %s is not set", slot->of->key_missing);
  error->message = dw_arena_strndup(&slot->arena, text.data, text.length);
  dw_buf_free(&text);
  return error;
}

/* An ask that need not be made: its answer is known. */
static bool known(dw_ask *ask, dw_ask_slot *slot)
{
  dw_response_error no_key = {.type = "key"};
  const dw_response_error *error = NULL;
  if (slot->of->down >= DW_ASK_DOWN) error = &slot->of->down_error;
  else if (slot->of->key_missing) error = without_key(slot, &no_key);
  else if (!slot->attempts && !slot->embedding && dw_ask_pair_of(ask, slot)->refusals >= DW_ASK_REFUSALS)
    error = &dw_ask_pair_of(ask, slot)->error;
  if (error) dw_ask_slot_known(ask, slot, error);
  return error != NULL;
}

/* Whether it may go now; else slot->due says when to look again. */
static bool may_go(dw_ask *ask, dw_ask_slot *slot, uint64_t now)
{
  uint64_t spacing = (uint64_t)ask->settings->spacing * 1000;
  if (slot->of->paused > now) {
    if (slot->due < slot->of->paused) slot->due = slot->of->paused;
    return false;
  }
  if (slot->of->asking) return false; /* its answer wakes us */
  if (!spacing || slot->embedding || slot->attempts || !slot->turn.repeat) return true;
  const dw_ask_pair *pair = dw_ask_pair_of(ask, slot);
  uint64_t earliest = (pair->sent_repeats == slot->turn.repeat ? pair->sent : now) + spacing; /* the one before was not sent yet */
  if (earliest <= now) return true;
  slot->due = earliest;
  return false;
}

void dw_ask_send_due(dw_ask *ask)
{
  uint64_t now = dw_monotonic_ns();
  for (size_t i = ask->head; i < ask->next && ask->busy < ask->settings->parallel; i++) {
    dw_ask_slot *slot = dw_ask_slot_at(ask, i);
    if (slot->state != DW_ASK_WAITING || slot->due > now || known(ask, slot) || !may_go(ask, slot, now)) continue;
    if (ask->settings->max_requests && ask->counts.requests >= ask->settings->max_requests) {
      ask->counts.spent = true;
      return;
    }
    send(ask, slot, now);
  }
}
