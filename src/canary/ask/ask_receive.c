/* What comes back: from endpoints, and from programs. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "canary/answers/completion.h"
#include "canary/answers/positions.h"
#include "canary/ask/ask_parts.h"
#include "io/text/json.h"

static size_t positions_wanted(const dw_ask_slot *slot) { return slot->of->config->logprobs ? slot->of->config->logprob_tokens : 0; }

/* "embedding", or of the first of "data". */
static const char *read_embedding(dw_ask_slot *slot, const dw_value *reply)
{
  const dw_value *list = dw_value_get(reply, "embedding");
  if (!list) list = dw_value_get(dw_value_first(dw_value_get(reply, "data")), "embedding");
  return dw_ask_embed_vector(slot, list);
}

static void embedded(dw_ask *ask, dw_ask_slot *slot, const dw_value *reply)
{
  bool list = slot->riders > 0;
  const char *what = list ? dw_ask_embed_list(ask, slot, reply) : read_embedding(slot, reply);
  if (!what && !list) dw_ask_slot_embedded(ask, slot);
  if (what) dw_ask_slot_fail(ask, slot, &(dw_ask_failure){.kind = DW_RETRY_UNLESS_SAME, .type = "reply", .message = what});
}

static void unreadable(dw_ask *ask, dw_ask_slot *slot, const char *what)
{
  dw_buf text = {0};
  dw_buf_format(&text, "the answer cannot be read: %s", what);
  dw_ask_slot_fail(ask, slot, &(dw_ask_failure){.kind = DW_RETRY_UNLESS_SAME, .type = "reply", .message = dw_buf_cstr(&text)});
  dw_buf_free(&text);
}

/* --- endpoints --- */

/* An error that the server tells, in whatever status. */
static void refused(dw_ask *ask, dw_ask_slot *slot, int status, const dw_http_reply *reply, const dw_value *value)
{
  dw_response_error said = {0};
  dw_buf text = {0};
  dw_completion_error(value, &slot->arena, &said);
  if (said.message && *said.message) dw_buf_text(&text, said.message);
  else dw_buf_format(&text, "answered with status %d", status);
  if (status == 401 && !slot->of->key)
    dw_buf_text(&text, " (no key was sent: a key goes to its own endpoint alone, or where api_key_env of the config says)");
  dw_ask_failure failure = {.kind = dw_retry_status(status),
                            .status = status,
                            .type = said.type,
                            .message = dw_buf_cstr(&text),
                            .hopeless = status == 401 || status == 402 || status == 404,
                            .retry_after = reply->retry_after};
  if (said.type && strcmp(said.type, "insufficient_quota") == 0) { /* 429, and no wait is long enough */
    failure.kind = DW_RETRY_NEVER;
    failure.hopeless = true;
  }
  dw_ask_slot_fail(ask, slot, &failure);
  dw_buf_free(&text);
}

static void redirected(dw_ask *ask, dw_ask_slot *slot, int status)
{
  static const char what[] = "the endpoint redirects, and redirections are not followed: they would take the key along";
  dw_ask_slot_fail(ask, slot,
                   &(dw_ask_failure){.kind = DW_RETRY_NEVER, .status = status, .type = "redirect", .message = what, .hopeless = true});
}

static void unanswered(dw_ask *ask, dw_ask_slot *slot, const dw_http_reply *reply)
{
  dw_ask_failure failure = {.kind = DW_RETRY_PATIENT, .type = "connection", .message = reply->problem, .hopeless = true};
  if (reply->late)
    failure =
        (dw_ask_failure){.kind = DW_RETRY_UNLESS_SAME, .type = "timeout", .message = "no answer in time (--timeout)", .hopeless = true};
  if (reply->malformed)
    failure = (dw_ask_failure){.kind = DW_RETRY_NEVER,
                               .type = reply->code ? "reply" : "connection",
                               .message = reply->problem,
                               .hopeless = !reply->code};
  dw_ask_slot_fail(ask, slot, &failure);
}

static void answered(dw_ask *ask, dw_ask_slot *slot, const dw_http_reply *reply, const dw_value *value)
{
  const char *what;
  const dw_value *error = dw_value_get(value, "error");
  double code = dw_value_number(dw_value_get(error, "code"), reply->code);
  /* routers answer 200 before they know */
  if (dw_value_kind(error) == DW_VALUE_OBJECT) refused(ask, slot, code >= 300 && code < 600 ? (int)code : reply->code, reply, value);
  else if (slot->embedding) embedded(ask, slot, value);
  else if (!dw_completion_read(value, positions_wanted(slot), &slot->arena, &slot->response, &what)) unreadable(ask, slot, what);
  else {
    slot->response.latency_ms = (double)reply->elapsed / 1000;
    dw_ask_slot_answered(ask, slot);
  }
}

static void take_reply(dw_ask *ask, const dw_http_reply *reply)
{
  dw_err err;
  dw_value *value = NULL;
  dw_ask_slot *slot = reply->mine;
  ask->busy--;
  if (reply->status != DW_OK) {
    unanswered(ask, slot, reply);
    return;
  }
  dw_status parsed = dw_value_parse_shown(&value, reply->body, reply->length, "the answer", 1, &err);
  if (reply->code >= 300 && reply->code < 400) redirected(ask, slot, reply->code);
  else if (reply->code < 200 || reply->code >= 400) refused(ask, slot, reply->code, reply, value);
  else if (parsed != DW_OK) unreadable(ask, slot, err.message);
  else answered(ask, slot, reply, value);
  dw_value_free(value);
}

/* --- programs --- */

/* {"text":…} with what else it knows, or the answer of an endpoint, or {"error":…}. */
static void answered_line(dw_ask *ask, dw_ask_slot *slot, const dw_value *value)
{
  const char *what = "no \"text\"", *text = dw_value_text_of(value, "text", NULL);
  const dw_value *error = dw_value_get(value, "error");
  dw_response *r = &slot->response;
  dw_response_error said = {.message = "the program says so"};
  if (dw_value_kind(error) != DW_VALUE_NULL) {
    dw_completion_error(value, &slot->arena, &said);
    dw_ask_slot_fail(ask, slot, &(dw_ask_failure){.kind = DW_RETRY_NEVER, .type = said.type, .message = said.message});
    return;
  }
  bool ok = false;
  if (dw_value_get(value, "choices")) ok = dw_completion_read(value, positions_wanted(slot), &slot->arena, r, &what);
  else if (text && dw_positions_read(dw_value_get(value, "logprobs"), slot->of->config->logprob_tokens, &slot->arena, r, &what)) {
    ok = true;
    r->text = dw_arena_strndup(&slot->arena, text, strlen(text));
    r->length = strlen(text);
    const char *reason = dw_value_text_of(value, "finish_reason", NULL), *model = dw_value_text_of(value, "model", NULL);
    const dw_value *tokens = dw_value_get(value, "tokens");
    if (reason) r->finish_reason = dw_arena_strndup(&slot->arena, reason, strlen(reason));
    if (model) r->model = dw_arena_strndup(&slot->arena, model, strlen(model));
    double asked = dw_value_number(dw_value_get(tokens, "prompt"), -1), made = dw_value_number(dw_value_get(tokens, "completion"), -1);
    if (asked >= 0 && asked < 9e15) r->prompt_tokens = (int64_t)asked;
    if (made >= 0 && made < 9e15) r->completion_tokens = (int64_t)made;
  }
  if (!ok) {
    unreadable(ask, slot, what);
    return;
  }
  r->latency_ms = (double)((dw_monotonic_ns() - slot->started) / 1000) / 1000;
  dw_ask_slot_answered(ask, slot);
}

/* What comes next from a program that said something unexpected may be the answer to an earlier question: another one is started. */
static void take_line(dw_ask *ask, dw_ask_member *member, const char *line, size_t length)
{
  dw_err err;
  dw_value *value;
  dw_ask_slot *slot = member->asking;
  unsigned attempts = slot->attempts;
  member->asking = NULL;
  ask->busy--;
  dw_status status = dw_value_parse_shown(&value, line, length, "the answer", 1, &err);
  double id = dw_value_number(dw_value_get(value, "id"), (double)member->asking_id);
  if (status != DW_OK) unreadable(ask, slot, err.message);
  else if (id != (double)member->asking_id && !dw_value_get(value, "choices"))
    unreadable(ask, slot, "it is to another question: its id is not that of this one");
  else if (slot->embedding) embedded(ask, slot, value);
  else answered_line(ask, slot, value);
  bool failed = slot->state == DW_ASK_WAITING ? slot->attempts == attempts && slot->of == member : slot->response.error != NULL;
  if (failed && dw_value_kind(dw_value_get(value, "error")) == DW_VALUE_NULL) dw_answerer_distrust(member->answerer);
  dw_value_free(value);
}

static void program_failed(dw_ask *ask, dw_ask_member *member, const dw_ask_failure *failure)
{
  dw_ask_slot *slot = member->asking;
  member->asking = NULL;
  ask->busy--;
  dw_ask_slot_fail(ask, slot, failure);
}

static void receive_line(dw_ask *ask, dw_ask_member *member)
{
  const char *line;
  size_t length;
  if (!member->asking) return;
  dw_answerer_advance(member->answerer);
  switch (dw_answerer_look(member->answerer, &line, &length)) {
  case DW_ANSWERER_LINE_READY: take_line(ask, member, line, length); break;
  case DW_ANSWERER_ENDED:
    program_failed(ask, member, &(dw_ask_failure){.kind = DW_RETRY_UNLESS_SAME, .type = "program", .message = line, .hopeless = true});
    break;
  case DW_ANSWERER_LONG:
    program_failed(ask, member, &(dw_ask_failure){.kind = DW_RETRY_NEVER, .type = "reply", .message = "the answer is too long"});
    break;
  case DW_ANSWERER_WAIT:
    if (dw_monotonic_ns() - member->asking->started < (uint64_t)ask->settings->timeout * 1000) break;
    dw_answerer_kill(member->answerer);
    program_failed(
        ask, member,
        &(dw_ask_failure){.kind = DW_RETRY_UNLESS_SAME, .type = "timeout", .message = "no answer in time (--timeout)", .hopeless = true});
  }
}

size_t dw_ask_polls(dw_ask *ask, struct pollfd *out)
{
  size_t count = 0;
  for (size_t i = 0; i < ask->configs->count; i++)
    if (ask->member[i].asking) count += dw_answerer_polls(ask->member[i].answerer, out + count);
  if (ask->embedder.asking) count += dw_answerer_polls(ask->embedder.answerer, out + count);
  return count;
}

void dw_ask_receive(dw_ask *ask)
{
  for (dw_http_reply reply; dw_http_pool_next(ask->pool, &reply);) take_reply(ask, &reply);
  for (size_t i = 0; i < ask->configs->count; i++) receive_line(ask, &ask->member[i]);
  receive_line(ask, &ask->embedder);
}
