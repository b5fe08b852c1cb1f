#include "canary/answers/completion.h"

#include <string.h>

#include "canary/answers/positions.h"

static const char *kept(dw_arena *arena, const dw_value *text)
{
  const char *plain = dw_value_text(text, NULL);
  return plain ? dw_arena_strndup(arena, plain, strlen(plain)) : NULL;
}

/* Of a content that is a list of parts, the texts, joined by line ends. */
static const char *joined(dw_arena *arena, const dw_value *parts)
{
  dw_buf out = {0};
  for (const dw_value *part = dw_value_first(parts); part; part = dw_value_next(part)) {
    const char *text = dw_value_text_of(part, "text", NULL);
    if (text && out.length) dw_buf_char(&out, '\n');
    if (text) dw_buf_text(&out, text);
  }
  const char *text = dw_arena_strndup(arena, dw_buf_cstr(&out), out.length);
  dw_buf_free(&out);
  return text;
}

static const char *content_of(const dw_value *message, dw_arena *arena)
{
  const dw_value *content = dw_value_get(message, "content");
  const char *refusal = dw_value_text_of(message, "refusal", NULL);
  if (dw_value_kind(content) == DW_VALUE_ARRAY) return joined(arena, content);
  if (dw_value_kind(content) == DW_VALUE_STRING) return kept(arena, content);
  if (dw_value_kind(content) != DW_VALUE_NULL || dw_value_kind(message) != DW_VALUE_OBJECT) return NULL;
  if (refusal && *refusal) return kept(arena, dw_value_get(message, "refusal"));
  return content || dw_value_get(message, "tool_calls") ? "" : NULL;
}

static int64_t count_of(const dw_value *usage, const char *name)
{
  double count = dw_value_number(dw_value_get(usage, name), -1);
  return count >= 0 && count < 9e15 ? (int64_t)count : -1;
}

bool dw_completion_read(const dw_value *reply, size_t positions, dw_arena *arena, dw_response *response, const char **what)
{
  const dw_value *choices = dw_value_get(reply, "choices"), *choice = dw_value_first(choices), *usage = dw_value_get(reply, "usage");
  const dw_value *message = dw_value_get(choice, "message"), *text = dw_value_get(choice, "text");
  *what = "no \"choices\", a list with an answer in it";
  if (dw_value_kind(choices) != DW_VALUE_ARRAY || dw_value_kind(choice) != DW_VALUE_OBJECT) return false;
  *what = "a choice without \"message\" with a \"content\", or \"text\"";
  response->text = message ? content_of(message, arena) : kept(arena, text);
  if (!response->text) return false;
  response->length = strlen(response->text);
  response->finish_reason = kept(arena, dw_value_get(choice, "finish_reason"));
  response->model = kept(arena, dw_value_get(reply, "model"));
  response->prompt_tokens = count_of(usage, "prompt_tokens");
  response->completion_tokens = count_of(usage, "completion_tokens");
  if (!positions || dw_positions_read(dw_value_get(choice, "logprobs"), positions, arena, response, what)) return true;
  response->text = NULL;
  return false;
}

void dw_completion_error(const dw_value *reply, dw_arena *arena, dw_response_error *error)
{
  const dw_value *inner = dw_value_get(reply, "error"), *detail = dw_value_get(reply, "detail");
  if (dw_value_kind(inner) == DW_VALUE_STRING) error->message = kept(arena, inner);
  else if (dw_value_kind(inner) == DW_VALUE_OBJECT) reply = inner;
  const char *message = kept(arena, dw_value_get(reply, "message")), *type = kept(arena, dw_value_get(reply, "type"));
  if (!type) type = kept(arena, dw_value_get(reply, "code"));
  if (message) error->message = message;
  else if (dw_value_kind(detail) == DW_VALUE_STRING && dw_value_kind(inner) == DW_VALUE_NULL) error->message = kept(arena, detail);
  if (type && strcmp(type, "error") != 0) error->type = type;
}
