#include "canary/answers/positions.h"

#include <math.h>

typedef struct positions {
  dw_arena *arena;
  const char *what; /* is wrong; NULL: nothing */
} positions;

static const char *kept(positions *p, const char *text) { return dw_arena_strndup(p->arena, text, strlen(text)); }

/* A number, or NaN for null; anything else is wrong. */
static double number(positions *p, const dw_value *value, const char *what)
{
  if (dw_value_kind(value) == DW_VALUE_NUMBER) return dw_value_number(value, NAN);
  if (dw_value_kind(value) != DW_VALUE_NULL) p->what = what;
  return NAN;
}

static void read_bytes(positions *p, const dw_value *value, dw_answer_token *out)
{
  if (dw_value_kind(value) == DW_VALUE_NULL) return;
  if (dw_value_kind(value) != DW_VALUE_ARRAY) {
    p->what = "\"bytes\" of a token is no list";
    return;
  }
  unsigned char *bytes = dw_arena_alloc(p->arena, dw_value_count(value) + 1);
  for (const dw_value *item = dw_value_first(value); item; item = dw_value_next(item)) {
    double byte = dw_value_number(item, -1);
    if (!(byte >= 0 && byte <= 255)) p->what = "\"bytes\" of a token are numbers from 0 to 255";
    else bytes[out->byte_count++] = (unsigned char)byte;
  }
  out->bytes = bytes;
}

static void read_token(positions *p, const dw_value *value, dw_answer_token *out)
{
  const dw_value *text = dw_value_get(value, "token"), *logprob = dw_value_get(value, "logprob"), *prob = dw_value_get(value, "prob");
  *out = (dw_answer_token){.id = -1, .text = ""};
  if (dw_value_kind(text) != DW_VALUE_STRING) {
    p->what = "a log-probability without the text of its token";
    return;
  }
  out->text = kept(p, dw_value_text(text, ""));
  double id = dw_value_number(dw_value_get(value, "id"), -1);
  if (id >= 0 && id < 9e15) out->id = (int64_t)id;
  read_bytes(p, dw_value_get(value, "bytes"), out);
  out->has_logprob = logprob != NULL;
  out->has_prob = prob != NULL;
  if (logprob) out->logprob = number(p, logprob, "a \"logprob\" is a number or null");
  if (prob) out->prob = number(p, prob, "a \"prob\" is a number or null");
}

static const dw_value *top_of(const dw_value *position)
{
  static const char *const names[] = {"top", "top_logprobs", "top_probs"};
  const dw_value *top = NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names && !top; i++) top = dw_value_get(position, names[i]);
  return top;
}

static void read_position(positions *p, const dw_value *value, dw_answer_position *out)
{
  const dw_value *top = top_of(value);
  *out = (dw_answer_position){0};
  read_token(p, value, &out->chosen);
  if (dw_value_kind(top) == DW_VALUE_NULL) return;
  if (dw_value_kind(top) != DW_VALUE_ARRAY) p->what = "the likeliest tokens are no list";
  dw_answer_token *tokens = dw_arena_alloc(p->arena, dw_value_count(top) * sizeof *tokens + 1);
  for (const dw_value *item = dw_value_first(top); item && !p->what; item = dw_value_next(item))
    read_token(p, item, &tokens[out->top_count++]);
  out->top = tokens;
}

static void read_list(positions *p, const dw_value *list, size_t most, dw_response *response)
{
  size_t count = dw_value_count(list);
  if (count > most) count = most;
  dw_answer_position *out = dw_arena_alloc(p->arena, count * sizeof *out + 1);
  const dw_value *item = dw_value_first(list);
  for (size_t i = 0; i < count && !p->what; i++, item = dw_value_next(item)) read_position(p, item, &out[i]);
  response->logprobs = out;
  response->position_count = count;
}

/* The likeliest tokens of a position as members of an object: "TOKEN": LOGPROB. */
static void read_members(positions *p, const dw_value *object, dw_answer_position *out)
{
  if (dw_value_kind(object) == DW_VALUE_NULL) return;
  if (dw_value_kind(object) != DW_VALUE_OBJECT) p->what = "\"top_logprobs\" is no list of objects";
  dw_answer_token *tokens = dw_arena_alloc(p->arena, dw_value_count(object) * sizeof *tokens + 1);
  for (const dw_value *item = dw_value_first(object); item && !p->what; item = dw_value_next(item)) {
    double logprob = number(p, item, "\"top_logprobs\" holds numbers or null");
    tokens[out->top_count++] = (dw_answer_token){.id = -1, .text = kept(p, dw_value_key(item)), .has_logprob = true, .logprob = logprob};
  }
  out->top = tokens;
}

static void read_columns(positions *p, const dw_value *value, size_t most, dw_response *response)
{
  const dw_value *token = dw_value_get(value, "tokens"), *logprob = dw_value_get(value, "token_logprobs"),
                 *top = dw_value_get(value, "top_logprobs");
  size_t count = dw_value_count(token);
  if (dw_value_kind(token) != DW_VALUE_ARRAY || dw_value_kind(logprob) != DW_VALUE_ARRAY || dw_value_count(logprob) != count ||
      (dw_value_kind(top) == DW_VALUE_ARRAY && dw_value_count(top) != count)) {
    p->what = "\"tokens\", \"token_logprobs\" and \"top_logprobs\" are not as long as each other";
    return;
  }
  if (count > most) count = most;
  dw_answer_position *out = dw_arena_alloc(p->arena, count * sizeof *out + 1);
  token = dw_value_first(token), logprob = dw_value_first(logprob);
  top = dw_value_kind(top) == DW_VALUE_ARRAY ? dw_value_first(top) : NULL;
  for (size_t i = 0; i < count && !p->what; i++) {
    out[i] = (dw_answer_position){.chosen = {.id = -1, .text = kept(p, dw_value_text(token, "")), .has_logprob = true}};
    out[i].chosen.logprob = number(p, logprob, "\"token_logprobs\" holds numbers or null");
    read_members(p, top, &out[i]);
    token = dw_value_next(token), logprob = dw_value_next(logprob), top = dw_value_next(top);
  }
  response->logprobs = out;
  response->position_count = count;
}

bool dw_positions_read(const dw_value *value, size_t most, dw_arena *arena, dw_response *response, const char **what)
{
  positions p = {.arena = arena};
  const dw_value *content = dw_value_get(value, "content");
  if (dw_value_kind(value) == DW_VALUE_ARRAY) read_list(&p, value, most, response);
  else if (dw_value_kind(content) == DW_VALUE_ARRAY) read_list(&p, content, most, response);
  else if (dw_value_get(value, "tokens")) read_columns(&p, value, most, response);
  else if (dw_value_kind(value) != DW_VALUE_NULL && dw_value_kind(value) != DW_VALUE_OBJECT)
    p.what = "log-probabilities are a list or an object";
  if (p.what) response->logprobs = NULL, response->position_count = 0;
  *what = p.what;
  return !p.what;
}
