#include "canary/answers/result_lines.h"

#include <math.h>

#include "base/clock.h"
#include "base/map.h"
#include "canary/answers/completion.h"

const char *const dw_result_form_words[] = {"openai-batch", "anthropic-batch", "vllm-batch", "litellm", NULL};

struct dw_result_lines {
  const dw_result_options *options;
  dw_arena arena; /* of the batch at hand */
  dw_response *items;
  dw_response_error *errors;
  size_t capacity, errors_capacity;
  dw_map asked; /* canary and prompt */
  uint32_t *times;
  size_t times_capacity;
};

dw_result_lines *dw_result_lines_new(const dw_result_options *options)
{
  dw_result_lines *lines = dw_alloc_zero(1, sizeof *lines);
  lines->options = options;
  dw_arena_init(&lines->arena);
  dw_map_init(&lines->asked);
  return lines;
}

void dw_result_lines_free(dw_result_lines *lines)
{
  if (!lines) return;
  dw_arena_free(&lines->arena);
  dw_map_free(&lines->asked);
  dw_free(lines->items);
  dw_free(lines->errors);
  dw_free(lines->times);
  dw_free(lines);
}

bool dw_result_lines_wants(void *context, const char *name, size_t length) { return false; }

/* --- a line: each form fills the response or its error, and says what is wrong otherwise --- */

typedef struct line {
  dw_arena *arena;
  const dw_value *value;
  dw_response *out;
  dw_response_error *error;
} line;

static const char *kept(const line *l, const char *text) { return text ? dw_arena_strndup(l->arena, text, strlen(text)) : NULL; }

static void put_time(const line *l, double seconds)
{
  char text[DW_TIME_TEXT];
  if (!(seconds > 0 && seconds < 2.5e11)) return;
  l->out->instant = (int64_t)rint(seconds * 1e6);
  l->out->time = dw_arena_strndup(l->arena, text, dw_time_print(text, l->out->instant));
}

static void put_count(int64_t *out, const dw_value *usage, const char *name)
{
  double count = dw_value_number(dw_value_get(usage, name), -1);
  if (count >= 0 && count < 9e15) *out = (int64_t)count;
}

/* Texts of the parts that are of one of two types, joined by line ends, behind text. */
static void add_parts(dw_buf *text, const dw_value *parts, const char *type, const char *other)
{
  for (const dw_value *part = dw_value_first(parts); part; part = dw_value_next(part)) {
    const char *is = dw_value_text_of(part, "type", type);
    const char *said =
        strcmp(is, type) == 0 || strcmp(is, other) == 0 ? dw_value_text_of(part, strcmp(is, "refusal") ? "text" : "refusal", NULL) : NULL;
    if (said && text->length) dw_buf_char(text, '\n');
    if (said) dw_buf_text(text, said);
  }
}

static void put_text(const line *l, dw_buf *text)
{
  l->out->text = dw_arena_strndup(l->arena, dw_buf_cstr(text), text->length);
  l->out->length = text->length;
  dw_buf_free(text);
}

/* An answer of OpenAI's Responses: {"object":"response","status","output":[{"type":"message","content":[{"type":"output_text","text"}]}]}
 */
static const char *put_output(const line *l, const dw_value *body)
{
  dw_buf text = {0};
  const dw_value *usage = dw_value_get(body, "usage");
  const char *status = dw_value_text_of(body, "status", "completed"),
             *reason = dw_value_text_of(dw_value_get(body, "incomplete_details"), "reason", NULL);
  for (const dw_value *item = dw_value_first(dw_value_get(body, "output")); item; item = dw_value_next(item))
    if (strcmp(dw_value_text_of(item, "type", ""), "message") == 0)
      add_parts(&text, dw_value_get(item, "content"), "output_text", "refusal");
  put_text(l, &text);
  put_time(l, dw_value_number(dw_value_get(body, "created_at"), 0));
  l->out->finish_reason = kept(l, reason ? reason : status);
  l->out->model = kept(l, dw_value_text_of(body, "model", NULL));
  put_count(&l->out->prompt_tokens, usage, "input_tokens");
  put_count(&l->out->completion_tokens, usage, "output_tokens");
  return NULL;
}

/* The answer of a body, and when it was made. */
static const char *put_body(const line *l, const dw_value *body)
{
  if (dw_value_kind(dw_value_get(body, "output")) == DW_VALUE_ARRAY && !dw_value_get(body, "choices")) return put_output(l, body);
  const char *what;
  put_time(l, dw_value_number(dw_value_get(body, "created"), 0));
  return dw_completion_read(body, SIZE_MAX, l->arena, l->out, &what) ? NULL : what;
}

static const char *put_error(const line *l, int status, const dw_value *from)
{
  l->error->status = status;
  dw_completion_error(from, l->arena, l->error);
  l->out->error = l->error;
  return NULL;
}

static bool object(const dw_value *value) { return dw_value_kind(value) == DW_VALUE_OBJECT; }

static const char *put_custom_id(const line *l)
{
  l->out->prompt = kept(l, dw_value_text_of(l->value, "custom_id", NULL));
  return l->out->prompt ? NULL : "no \"custom_id\", a text";
}

static const char *read_batch(const line *l)
{
  const dw_value *response = dw_value_get(l->value, "response"), *error = dw_value_get(l->value, "error"),
                 *body = dw_value_get(response, "body");
  double status = dw_value_number(dw_value_get(response, "status_code"), 0);
  const char *what = put_custom_id(l);
  if (what) return what;
  if (!(status >= 0 && status < 1000)) return "\"status_code\" is no status of HTTP";
  if (object(response) && !body && dw_value_get(response, "choices")) return put_body(l, response);
  if (status >= 400 && object(error)) return put_error(l, (int)status, l->value);
  if (status >= 400) return put_error(l, (int)status, body);
  if (object(error)) return put_error(l, 0, l->value);
  if (!object(body)) return "neither \"response\" with a \"body\" nor \"error\"";
  if (object(dw_value_get(body, "error"))) return put_error(l, (int)status, body);
  return put_body(l, body);
}

/* Of a message of Anthropic's: its texts, joined. */
static const char *put_message(const line *l, const dw_value *message)
{
  const dw_value *content = dw_value_get(message, "content"), *usage = dw_value_get(message, "usage");
  dw_buf text = {0};
  if (dw_value_kind(content) != DW_VALUE_ARRAY) return "a message without \"content\", a list";
  add_parts(&text, content, "text", "text");
  put_text(l, &text);
  l->out->finish_reason = kept(l, dw_value_text_of(message, "stop_reason", NULL));
  l->out->model = kept(l, dw_value_text_of(message, "model", NULL));
  put_count(&l->out->prompt_tokens, usage, "input_tokens");
  put_count(&l->out->completion_tokens, usage, "output_tokens");
  return NULL;
}

static const char *read_anthropic(const line *l)
{
  const dw_value *result = dw_value_get(l->value, "result"), *error = dw_value_get(result, "error");
  const char *type = dw_value_text_of(result, "type", NULL), *what = put_custom_id(l);
  if (what) return what;
  if (!type) return "no \"result\" with a \"type\"";
  if (strcmp(type, "succeeded") == 0) return put_message(l, dw_value_get(result, "message"));
  if (strcmp(type, "errored") != 0 && strcmp(type, "canceled") != 0 && strcmp(type, "expired") != 0)
    return "\"type\" of the result is not succeeded, errored, canceled or expired";
  l->error->type = kept(l, type);
  return put_error(l, 0, object(dw_value_get(error, "error")) ? error : result);
}

/* What the user said last. */
static const char *put_asked(const line *l)
{
  const dw_value *messages = dw_value_get(l->value, "messages"), *content = NULL;
  if (dw_value_kind(messages) == DW_VALUE_STRING) content = messages;
  for (const dw_value *message = dw_value_first(messages); message; message = dw_value_next(message))
    if (strcmp(dw_value_text_of(message, "role", ""), "user") == 0) content = dw_value_get(message, "content");
  if (dw_value_kind(content) == DW_VALUE_ARRAY) content = dw_value_get(dw_value_first(content), "text");
  l->out->prompt = kept(l, dw_value_text(content, NULL));
  return l->out->prompt ? NULL : "no text of a user in \"messages\"";
}

static void put_litellm_error(const line *l)
{
  const dw_value *about = dw_value_get(l->value, "error_information");
  double status = 0;
  const char *code = dw_value_text_of(about, "error_code", NULL);
  if (code && strlen(code) == 3 && strspn(code, "0123456789") == 3) status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
  *l->error = (dw_response_error){.status = (int)status,
                                  .type = kept(l, dw_value_text_of(about, "error_class", NULL)),
                                  .message = kept(l, dw_value_text_of(l->value, "error_str", NULL))};
  if (!l->error->message) l->error->message = kept(l, dw_value_text_of(about, "error_message", ""));
  l->out->error = l->error;
}

static const char *read_litellm(const line *l)
{
  const char *status = dw_value_text_of(l->value, "status", NULL), *what = put_asked(l);
  double begin = dw_value_number(dw_value_get(l->value, "startTime"), 0), end = dw_value_number(dw_value_get(l->value, "endTime"), 0);
  const dw_value *response = dw_value_get(l->value, "response");
  if (what) return what;
  if (!status || (strcmp(status, "success") != 0 && strcmp(status, "failure") != 0)) return "\"status\" is neither success nor failure";
  if (strcmp(status, "failure") == 0) put_litellm_error(l);
  else if (dw_value_kind(response) == DW_VALUE_STRING) {
    l->out->text = kept(l, dw_value_text(response, ""));
    l->out->length = strlen(l->out->text);
  } else if ((what = put_body(l, response)) != NULL) return what;
  if (begin > 0) put_time(l, begin);
  if (begin > 0 && end >= begin) l->out->latency_ms = rint((end - begin) * 1e6) / 1e3;
  if (!l->out->model) l->out->model = kept(l, dw_value_text_of(l->value, "model", NULL));
  if (l->out->prompt_tokens < 0) put_count(&l->out->prompt_tokens, l->value, "prompt_tokens");
  if (l->out->completion_tokens < 0) put_count(&l->out->completion_tokens, l->value, "completion_tokens");
  return NULL;
}

static const char *(*const forms[DW_RESULT_FORMS])(const line *) = {read_batch, read_anthropic, read_batch, read_litellm};

/* How often this prompt stood before. */
static int64_t count_repeat(dw_result_lines *lines, const dw_response *response)
{
  dw_buf key = {0};
  dw_buf_text(&key, response->canary);
  dw_buf_char(&key, '\0');
  dw_buf_text(&key, response->prompt);
  size_t before = lines->asked.count;
  uint32_t index = dw_map_intern(&lines->asked, key.data, key.length);
  dw_buf_free(&key);
  lines->times = dw_grow(lines->times, &lines->times_capacity, lines->asked.count, sizeof *lines->times);
  if (lines->asked.count > before) lines->times[index] = 0;
  return lines->times[index]++;
}

static dw_status take_row(dw_result_lines *lines, const dw_batch *batch, size_t row, dw_response *out, dw_response_error *error,
                          dw_err *why)
{
  dw_value *value;
  const dw_result_options *o = lines->options;
  dw_place place = dw_batch_place(batch, row);
  dw_status status =
      dw_value_parse_shown(&value, batch->text + batch->record[row], batch->record_length[row], batch->name, batch->line[row], why);
  if (status != DW_OK) return status;
  *out = dw_response_unknown;
  *error = (dw_response_error){0};
  const line l = {&lines->arena, value, out, error};
  const char *what = forms[o->form](&l);
  if (what) status = dw_record_fault(why, place, "not a line of %s: %s", dw_result_form_words[o->form], what);
  out->canary = o->canary ? o->canary : out->model && *out->model ? out->model : "unknown";
  out->round = o->round;
  if (status == DW_OK) out->repeat = count_repeat(lines, out);
  dw_value_free(value);
  return status;
}

dw_status dw_result_lines_take(dw_result_lines *lines, dw_reader *reader, const dw_batch *batch, const dw_response **items, size_t *count,
                               dw_err *err)
{
  dw_err why;
  dw_arena_free(&lines->arena);
  dw_arena_init(&lines->arena);
  lines->items = dw_grow(lines->items, &lines->capacity, batch->rows, sizeof *lines->items);
  lines->errors = dw_grow(lines->errors, &lines->errors_capacity, batch->rows, sizeof *lines->errors);
  *items = lines->items;
  *count = 0;
  for (size_t row = 0; row < batch->rows; row++) {
    if (take_row(lines, batch, row, &lines->items[*count], &lines->errors[*count], &why) == DW_OK) (*count)++;
    else if (dw_reader_unusable(reader, &why, err) != DW_OK) return DW_EDATA;
  }
  return DW_OK;
}
