#include "canary/answers/responses.h"

#include <math.h>

#include "base/clock.h"
#include "canary/answers/positions.h"
#include "io/text/json.h"

enum {
  KIND,
  CANARY,
  PROMPT,
  ROUND,
  PROMPT_TEXT,
  REPEAT,
  TIME,
  TEXT,
  FINISH_REASON,
  PROMPT_TOKENS,
  COMPLETION_TOKENS,
  LATENCY,
  SEED,
  CONFIG,
  MODEL,
  LOGPROBS,
  EMBEDDING,
  ERROR,
  ERROR_STATUS,
  ERROR_TYPE,
  ERROR_MESSAGE,
  ERROR_ATTEMPTS,
  WEIGHT,
  REASON,
  MEMBERS
};
static const char *const members[MEMBERS] = {"kind",
                                             "canary",
                                             "prompt",
                                             "round",
                                             "prompt_text",
                                             "repeat",
                                             "time",
                                             "text",
                                             "finish_reason",
                                             "tokens.prompt",
                                             "tokens.completion",
                                             "latency_ms",
                                             "seed",
                                             "config",
                                             "model",
                                             "logprobs",
                                             "embedding",
                                             "error",
                                             "error.status",
                                             "error.type",
                                             "error.message",
                                             "error.attempts",
                                             "weight",
                                             "reason"};

struct dw_responses {
  dw_arena arena;
  dw_response *items;
  dw_response_error *errors;
  size_t *rows; /* of the batch, by item */
  size_t capacity, rows_capacity, errors_capacity;
  const dw_batch_column *columns[MEMBERS];
  dw_buf scratch;
};

dw_responses *dw_responses_new(void)
{
  dw_responses *responses = dw_alloc_zero(1, sizeof *responses);
  dw_arena_init(&responses->arena);
  return responses;
}

void dw_responses_free(dw_responses *responses)
{
  if (!responses) return;
  dw_arena_free(&responses->arena);
  dw_free(responses->items);
  dw_free(responses->errors);
  dw_free(responses->rows);
  dw_buf_free(&responses->scratch);
  dw_free(responses);
}

bool dw_responses_wants(void *context, const char *name, size_t length)
{
  for (int i = 0; i < MEMBERS; i++)
    if (dw_text_equal(name, length, members[i])) return true;
  return false;
}

dw_place dw_responses_place(const dw_responses *responses, const dw_batch *batch, size_t item)
{
  return dw_batch_place(batch, responses->rows[item]);
}

/* A record while its members are read: the first that is wrong stays. */
typedef struct row {
  dw_responses *of;
  const dw_batch *batch;
  size_t at;
  dw_status status;
  dw_err *why;
} row;

static void refuse(row *r, int member, const char *wanted)
{
  if (r->status == DW_OK)
    r->status = dw_record_fault(r->why, dw_batch_place(r->batch, r->at), "\"%s\": expected %s", members[member], wanted);
}

static dw_tag tag_of(const row *r, int member)
{
  const dw_batch_column *column = r->of->columns[member];
  return column ? column->tags[r->at] : DW_ABSENT;
}

/* Without the NULs that may be in it. */
static const char *text_of(row *r, int member, size_t *length)
{
  dw_tag tag = tag_of(r, member);
  if (tag == DW_ABSENT || tag == DW_NULL) return NULL;
  if (tag != DW_STRING && tag != DW_STRING_ESCAPED) {
    refuse(r, member, "a text");
    return NULL;
  }
  const char *text = dw_cell_text(r->batch, tag, r->of->columns[member]->cells[r->at], &r->of->scratch, length);
  if (!memchr(text, '\0', *length)) return dw_arena_strndup(&r->of->arena, text, *length);
  dw_buf clean = {0};
  for (size_t i = 0; i < *length; i++) dw_buf_add(&clean, text[i] ? text + i : "\xef\xbf\xbd", text[i] ? 1 : 3);
  text = dw_arena_strndup(&r->of->arena, clean.data, clean.length);
  *length = clean.length;
  dw_buf_free(&clean);
  return text;
}

static const char *word_of(row *r, int member)
{
  size_t length;
  return text_of(r, member, &length);
}

static const char *needed(row *r, int member)
{
  const char *text = word_of(r, member);
  if (!text || (!*text && member == CANARY)) refuse(r, member, "a text, which must be there");
  return text ? text : "";
}

static double number_of(row *r, int member)
{
  dw_tag tag = tag_of(r, member);
  if (tag == DW_INTEGER || tag == DW_REAL) return r->of->columns[member]->cells[r->at].number;
  if (tag != DW_ABSENT && tag != DW_NULL) refuse(r, member, "a number or null");
  return NAN;
}

static int64_t count_of(row *r, int member)
{
  double number = number_of(r, member);
  if (isnan(number)) return -1;
  if (number >= 0 && number < 9e15 && floor(number) == number) return (int64_t)number;
  refuse(r, member, "a whole number that is not negative");
  return -1;
}

static void read_weight(row *r, dw_response *out)
{
  double weight = number_of(r, WEIGHT);
  if (isnan(weight)) return;
  out->weight = weight;
  if (!(weight >= 0 && weight <= 1)) refuse(r, WEIGHT, "a number from 0 to 1");
}

static void read_time(row *r, dw_response *out)
{
  size_t length;
  out->time = text_of(r, TIME, &length);
  if (out->time && !dw_time_parse(out->time, length, &out->instant)) refuse(r, TIME, "a time such as 2026-01-31T09:30:00Z");
}

static void read_embedding(row *r, dw_response *out)
{
  dw_tag tag = tag_of(r, EMBEDDING);
  if (tag == DW_ABSENT || tag == DW_NULL) return;
  if (tag != DW_VECTOR) {
    refuse(r, EMBEDDING, "a list of numbers");
    return;
  }
  dw_cell cell = r->of->columns[EMBEDDING]->cells[r->at];
  if (cell.text.length) out->embedding = r->batch->pool + cell.text.offset;
  out->dimensions = cell.text.length;
}

static void read_logprobs(row *r, dw_response *out)
{
  dw_tag tag = tag_of(r, LOGPROBS);
  dw_value *value = NULL;
  const char *what = "a list";
  if (tag == DW_ABSENT || tag == DW_NULL) return;
  if (tag == DW_VECTOR && r->of->columns[LOGPROBS]->cells[r->at].text.length == 0) return;
  if (tag != DW_OTHER) {
    refuse(r, LOGPROBS, "a list of positions");
    return;
  }
  dw_cell cell = r->of->columns[LOGPROBS]->cells[r->at];
  dw_err bad; /* the grammar was checked: what is left is a key that stands twice */
  if (dw_value_parse_shown(&value, r->batch->text + cell.text.offset, cell.text.length, "", 0, &bad) != DW_OK ||
      !dw_positions_read(value, SIZE_MAX, &r->of->arena, out, &what)) {
    if (r->status == DW_OK)
      r->status =
          dw_record_fault(r->why, dw_batch_place(r->batch, r->at), "\"logprobs\": %s", value ? what : "a key stands twice in an object");
  }
  dw_value_free(value);
}

static void read_error(row *r, dw_response *out, dw_response_error *error)
{
  dw_tag whole = tag_of(r, ERROR);
  *error = (dw_response_error){0};
  int64_t status = count_of(r, ERROR_STATUS), attempts = count_of(r, ERROR_ATTEMPTS);
  error->status = status > 0 && status < 1000 ? (int)status : 0;
  error->attempts = attempts > 0 && attempts < UINT32_MAX ? (unsigned)attempts : 0;
  error->type = word_of(r, ERROR_TYPE);
  error->message = word_of(r, whole == DW_STRING || whole == DW_STRING_ESCAPED ? ERROR : ERROR_MESSAGE);
  if (error->status || error->type || error->message) out->error = error;
  else if (whole != DW_ABSENT && whole != DW_NULL) refuse(r, ERROR, "an object or null");
}

static void read_quarantined(row *r, dw_response *out)
{
  *out = dw_response_unknown;
  out->quarantined = true;
  out->canary = needed(r, CANARY);
  out->prompt = "";
  const char *round = word_of(r, ROUND);
  if (round) out->round = round;
  read_time(r, out);
  out->text = text_of(r, REASON, &out->length);
}

static void read_row(row *r, dw_response *out, dw_response_error *error)
{
  *out = dw_response_unknown;
  out->canary = needed(r, CANARY);
  out->prompt = needed(r, PROMPT);
  const char *round = word_of(r, ROUND);
  if (round) out->round = round;
  out->prompt_text = word_of(r, PROMPT_TEXT);
  out->repeat = count_of(r, REPEAT);
  read_time(r, out);
  out->text = text_of(r, TEXT, &out->length);
  out->finish_reason = word_of(r, FINISH_REASON);
  out->prompt_tokens = count_of(r, PROMPT_TOKENS);
  out->completion_tokens = count_of(r, COMPLETION_TOKENS);
  out->latency_ms = number_of(r, LATENCY);
  out->seed = count_of(r, SEED);
  out->config = word_of(r, CONFIG);
  out->model = word_of(r, MODEL);
  read_weight(r, out);
  read_error(r, out, error);
  read_embedding(r, out);
  read_logprobs(r, out);
  if (out->text && out->error) refuse(r, ERROR, "no error beside a text");
  if (!out->text && !out->error) refuse(r, TEXT, "a text, or an \"error\" in place of it");
}

dw_status dw_responses_take(dw_responses *responses, dw_reader *reader, const dw_batch *batch, const dw_response **items, size_t *count,
                            dw_err *err)
{
  dw_err why;
  dw_arena_free(&responses->arena);
  dw_arena_init(&responses->arena);
  responses->items = dw_grow(responses->items, &responses->capacity, batch->rows, sizeof *responses->items);
  responses->errors = dw_grow(responses->errors, &responses->errors_capacity, batch->rows, sizeof *responses->errors);
  responses->rows = dw_grow(responses->rows, &responses->rows_capacity, batch->rows, sizeof *responses->rows);
  for (int i = 0; i < MEMBERS; i++) responses->columns[i] = dw_reader_find(reader, batch, members[i]);
  *items = responses->items;
  *count = 0;
  for (size_t at = 0; at < batch->rows; at++) {
    row r = {.of = responses, .batch = batch, .at = at, .why = &why};
    const char *kind = word_of(&r, KIND);
    if (r.status == DW_OK && !kind) refuse(&r, KIND, "\"response\"");
    bool quarantined = kind && strcmp(kind, "quarantined") == 0;
    if (r.status == DW_OK && !quarantined && strcmp(kind, "response") != 0) continue;
    if (r.status == DW_OK && quarantined) read_quarantined(&r, &responses->items[*count]);
    else if (r.status == DW_OK) read_row(&r, &responses->items[*count], &responses->errors[*count]);
    if (r.status == DW_OK) responses->rows[(*count)++] = at;
    else if (dw_reader_unusable(reader, &why, err) != DW_OK) return DW_EDATA;
  }
  return DW_OK;
}
