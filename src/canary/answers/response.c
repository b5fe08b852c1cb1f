#include "canary/answers/response.h"

#include <math.h>

#include "io/text/json.h"

const dw_response dw_response_unknown = {
    .round = "", .repeat = -1, .prompt_tokens = -1, .completion_tokens = -1, .latency_ms = NAN, .seed = -1, .weight = 1};

static void write_token(dw_json *json, const dw_answer_token *token)
{
  dw_json_text(json, "token", token->text);
  if (token->id >= 0) dw_json_integer(json, "id", token->id);
  if (token->bytes) {
    dw_json_open(json, "bytes", '[');
    for (size_t i = 0; i < token->byte_count; i++) dw_json_integer(json, NULL, token->bytes[i]);
    dw_json_close(json, ']');
  }
  if (token->has_logprob) dw_json_number(json, "logprob", token->logprob);
  if (token->has_prob) dw_json_number(json, "prob", token->prob);
}

static void write_positions(dw_json *json, const dw_response *response)
{
  dw_json_open(json, "logprobs", '[');
  for (size_t i = 0; i < response->position_count; i++) {
    const dw_answer_position *position = &response->logprobs[i];
    dw_json_open(json, NULL, '{');
    write_token(json, &position->chosen);
    dw_json_open(json, "top", '[');
    for (size_t k = 0; k < position->top_count; k++) {
      dw_json_open(json, NULL, '{');
      write_token(json, &position->top[k]);
      dw_json_close(json, '}');
    }
    dw_json_close(json, ']');
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

static void write_error(dw_json *json, const dw_response_error *error)
{
  dw_json_open(json, "error", '{');
  if (error->status) dw_json_integer(json, "status", error->status);
  if (error->type) dw_json_text(json, "type", error->type);
  dw_json_text(json, "message", error->message ? error->message : "");
  dw_json_integer(json, "attempts", error->attempts);
  dw_json_close(json, '}');
}

static void write_tokens(dw_json *json, const dw_response *response)
{
  if (response->prompt_tokens < 0 && response->completion_tokens < 0) return;
  dw_json_open(json, "tokens", '{');
  if (response->prompt_tokens >= 0) dw_json_integer(json, "prompt", response->prompt_tokens);
  if (response->completion_tokens >= 0) dw_json_integer(json, "completion", response->completion_tokens);
  dw_json_close(json, '}');
}

static void write_text(dw_json *json, const char *key, const char *text)
{
  if (text) dw_json_text(json, key, text);
}

static void write_embedding(dw_json *json, const dw_response *response)
{
  dw_json_open(json, "embedding", '[');
  for (size_t i = 0; i < response->dimensions; i++) dw_json_number(json, NULL, response->embedding[i]);
  dw_json_close(json, ']');
}

static void write_quarantined(dw_json *json, const dw_response *response)
{
  dw_json_text(json, "kind", "quarantined");
  dw_json_text(json, "canary", response->canary);
  if (*response->round) dw_json_text(json, "round", response->round);
  write_text(json, "time", response->time);
  write_text(json, "reason", response->text);
}

static void write_response(dw_json *json, const dw_response *response)
{
  dw_json_text(json, "kind", "response");
  dw_json_text(json, "canary", response->canary);
  if (*response->round) dw_json_text(json, "round", response->round);
  dw_json_text(json, "prompt", response->prompt);
  write_text(json, "prompt_text", response->prompt_text);
  if (response->repeat >= 0) dw_json_integer(json, "repeat", response->repeat);
  write_text(json, "time", response->time);
  if (response->error) write_error(json, response->error);
  else dw_json_bytes(json, "text", response->text, response->length);
  write_text(json, "finish_reason", response->finish_reason);
  write_tokens(json, response);
  if (!isnan(response->latency_ms)) dw_json_number(json, "latency_ms", response->latency_ms);
  if (response->seed >= 0) dw_json_integer(json, "seed", response->seed);
  write_text(json, "config", response->config);
  write_text(json, "model", response->model);
  if (response->weight != 1) dw_json_number(json, "weight", response->weight);
  if (response->logprobs) write_positions(json, response);
  if (response->embedding) write_embedding(json, response);
}

void dw_response_write(const dw_response *response, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  if (response->quarantined) write_quarantined(&json, response);
  else write_response(&json, response);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

/* --- copies --- */

static const char *kept(const char *text, dw_arena *arena) { return text ? dw_arena_strndup(arena, text, strlen(text)) : NULL; }

static void *kept_bytes(const void *bytes, size_t length, dw_arena *arena)
{
  void *copy = dw_arena_alloc(arena, length + 1);
  if (length) memcpy(copy, bytes, length);
  return copy;
}

static void keep_token(dw_answer_token *token, dw_arena *arena)
{
  token->text = kept(token->text, arena);
  if (token->bytes) token->bytes = kept_bytes(token->bytes, token->byte_count, arena);
}

static const dw_answer_position *keep_positions(const dw_response *response, dw_arena *arena)
{
  dw_answer_position *copy = kept_bytes(response->logprobs, response->position_count * sizeof *copy, arena);
  for (size_t i = 0; i < response->position_count; i++) {
    dw_answer_token *top = kept_bytes(copy[i].top, copy[i].top_count * sizeof *top, arena);
    keep_token(&copy[i].chosen, arena);
    for (size_t k = 0; k < copy[i].top_count; k++) keep_token(&top[k], arena);
    copy[i].top = top;
  }
  return copy;
}

dw_response *dw_response_keep(const dw_response *response, dw_arena *arena)
{
  dw_response *copy = kept_bytes(response, sizeof *response, arena);
  const char **const texts[] = {&copy->canary, &copy->prompt,        &copy->round,  &copy->prompt_text, &copy->time,
                                &copy->text,   &copy->finish_reason, &copy->config, &copy->model};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) *texts[i] = kept(*texts[i], arena);
  if (copy->logprobs) copy->logprobs = keep_positions(response, arena);
  if (copy->embedding) copy->embedding = kept_bytes(copy->embedding, copy->dimensions * sizeof *copy->embedding, arena);
  if (!copy->error) return copy;
  dw_response_error *error = kept_bytes(copy->error, sizeof *error, arena);
  error->type = kept(error->type, arena);
  error->message = kept(error->message, arena);
  copy->error = error;
  return copy;
}
