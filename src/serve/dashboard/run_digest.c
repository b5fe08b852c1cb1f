#include "serve/dashboard/run_digest.h"

#include <math.h>

#include "base/mem.h"
#include "io/record/scanner.h"
#include "io/text/json_text.h"

enum { DEEPEST = 64 };

/* Where reading is at, in front of a value. NULL: what stands there is no JSON. */
typedef struct cursor {
  const char *p;
  dw_text_fault fault;
  dw_run_digest *digest;
} cursor;

typedef struct word {
  const char *text;
  size_t length;
} word;

/* What is done with the value of a member. Whatever it does not read is passed over. */
typedef void member(cursor *c, word key, void *into);

static bool is(word key, const char *name) { return dw_text_equal(key.text, key.length, name); }

static void pass(cursor *c)
{
  if (c->p) c->p = dw_json_text_value(c->p, 1, DEEPEST, &c->fault);
}

/* The word of a string as it stands there; nothing for other values. */
static word text_of(cursor *c, bool *escaped)
{
  word w = {"", 0};
  *escaped = false;
  if (*c->p != '"') {
    pass(c);
    return w;
  }
  const char *from = c->p + 1, *end = dw_json_text_string(from, escaped, &c->fault);
  c->p = end ? end + 1 : NULL;
  return end ? (word){from, (size_t)(end - from)} : w;
}

static double number_of(cursor *c)
{
  double value = NAN;
  bool real;
  if (*c->p == '-' || (*c->p >= '0' && *c->p <= '9')) c->p = dw_json_text_number(c->p, &value, &real, &c->fault);
  else pass(c);
  return value;
}

static bool true_of(cursor *c)
{
  bool yes = *c->p == 't';
  pass(c);
  return yes;
}

static dw_severity severity_of(cursor *c)
{
  bool escaped;
  char text[12] = "";
  dw_severity severity = DW_SEVERITY_NONE;
  word w = text_of(c, &escaped);
  if (w.length < sizeof text) memcpy(text, w.text, w.length);
  return dw_severity_find(text, &severity) ? severity : DW_SEVERITY_NONE;
}

/* Each member of an object; other values are passed over. */
static void each_member(cursor *c, member *take, void *into)
{
  bool escaped;
  if (!c->p || *c->p != '{') {
    pass(c);
    return;
  }
  c->p = dw_json_skip_space(c->p + 1);
  while (c->p && *c->p == '"') {
    word key = text_of(c, &escaped);
    if (!c->p) return;
    c->p = dw_json_skip_space(c->p);
    if (*c->p != ':') break;
    c->p = dw_json_skip_space(c->p + 1);
    const char *value = c->p;
    take(c, key, into);
    if (c->p == value) pass(c);
    if (!c->p) return;
    c->p = dw_json_skip_space(c->p);
    if (*c->p == ',') c->p = dw_json_skip_space(c->p + 1);
  }
  c->p = c->p && *c->p == '}' ? c->p + 1 : NULL;
}

typedef void element(cursor *c);

static void each_element(cursor *c, element *take)
{
  if (!c->p || *c->p != '[') {
    pass(c);
    return;
  }
  c->p = dw_json_skip_space(c->p + 1);
  while (c->p && *c->p != ']') {
    take(c);
    if (!c->p) return;
    c->p = dw_json_skip_space(c->p);
    if (*c->p == ',') c->p = dw_json_skip_space(c->p + 1);
    else if (*c->p != ']') c->p = NULL;
  }
  if (c->p) c->p++;
}

/* --- the document --- */

static size_t keep_text(cursor *c)
{
  bool escaped;
  dw_buf *texts = &c->digest->texts;
  size_t from = texts->length;
  word w = text_of(c, &escaped);
  if (escaped) dw_json_text_decode(texts, w.text, w.length);
  else dw_buf_add(texts, w.text, w.length);
  dw_buf_char(texts, '\0');
  return from;
}

static void take_column_member(cursor *c, word key, void *into)
{
  dw_run_column *column = into;
  if (is(key, "column")) column->name = keep_text(c);
  else if (is(key, "method")) column->method = keep_text(c);
  else if (is(key, "h")) column->h = number_of(c);
  else if (is(key, "score")) column->score = number_of(c);
  else if (is(key, "threshold")) column->threshold = number_of(c);
  else if (is(key, "severity")) column->severity = severity_of(c);
  else if (is(key, "drift")) column->drift = true_of(c);
}

static void take_column(cursor *c)
{
  dw_run_digest *d = c->digest;
  dw_run_column column = {.h = NAN, .score = NAN, .threshold = NAN}; /* texts begin with an empty one */
  each_member(c, take_column_member, &column);
  if (!column.drift) column.severity = DW_SEVERITY_NONE;
  d->column = dw_grow(d->column, &d->column_capacity, d->column_count + 1, sizeof *d->column);
  if (d->texts.data[column.name]) d->column[d->column_count++] = column;
}

static void take_summary_member(cursor *c, word key, void *into)
{
  dw_run_digest *d = into;
  if (is(key, "drifted")) d->drifted += number_of(c);
  else if (is(key, "columns")) d->columns += number_of(c);
  else if (is(key, "drift_share_threshold")) d->share_limit = number_of(c);
}

static void take_comparison_member(cursor *c, word key, void *into)
{
  if (is(key, "summary")) each_member(c, take_summary_member, into);
  else if (is(key, "columns")) each_element(c, take_column);
}

static void take_comparison(cursor *c) { each_member(c, take_comparison_member, c->digest); }

static void take_rate_member(cursor *c, word key, void *into)
{
  dw_run_rate *rate = into;
  if (is(key, "value")) rate->value = number_of(c);
  else if (is(key, "limit")) rate->limit = number_of(c);
  else if (is(key, "rows")) rate->rows = number_of(c);
  else if (is(key, "known")) rate->known = number_of(c);
}

static void take_metric_member(cursor *c, word key, void *into)
{
  dw_run_digest *d = into;
  bool escaped;
  if (is(key, "now")) d->metric.value = number_of(c);
  else if (is(key, "least")) d->metric.limit = number_of(c);
  else if (is(key, "before")) d->before = number_of(c);
  else if (is(key, "metric")) d->feedback = is(text_of(c, &escaped), "feedback");
  else if (is(key, "rows")) d->metric.rows = number_of(c);
  else if (is(key, "known")) d->metric.known = number_of(c);
}

static void take_behaviour_member(cursor *c, word key, void *into)
{
  dw_run_digest *d = into;
  if (is(key, "refusal_rate")) each_member(c, take_rate_member, &d->refusals);
  else if (is(key, "toxicity_rate")) each_member(c, take_rate_member, &d->toxicity);
  else if (is(key, "accuracy_drop")) each_member(c, take_metric_member, d);
}

static void take_seed_member(cursor *c, word key, void *into)
{
  dw_run_digest *d = into;
  if (is(key, "kl_divergence")) d->divergence = number_of(c);
  else if (is(key, "cosine_similarity")) d->cosine = number_of(c);
}

static void take_run_member(cursor *c, word key, void *into)
{
  dw_run_digest *d = into;
  bool escaped;
  if (is(key, "verdict")) d->unjudged = is(text_of(c, &escaped), "not judged");
  else if (is(key, "drift")) d->drift = true_of(c);
  else if (is(key, "severity")) d->severity = severity_of(c);
  else if (is(key, "rows")) d->rows = number_of(c);
  else if (is(key, "seed_rule")) each_member(c, take_seed_member, d);
  else if (is(key, "behaviour")) each_member(c, take_behaviour_member, d);
  else if (is(key, "comparisons")) each_element(c, take_comparison);
}

dw_status dw_run_digest_read(dw_run_digest *digest, const char *content, size_t length, dw_err *err)
{
  const dw_run_rate none = {NAN, NAN, NAN, NAN};
  dw_run_column *column = digest->column;
  dw_buf texts = digest->texts, scratch = digest->scratch;
  size_t capacity = digest->column_capacity;
  *digest = (dw_run_digest){.rows = NAN, .divergence = NAN, .cosine = NAN, .share_limit = NAN, .before = NAN};
  digest->refusals = digest->toxicity = digest->metric = none;
  digest->column = column;
  digest->column_capacity = capacity;
  digest->texts = texts;
  digest->scratch = scratch;
  digest->texts.length = digest->scratch.length = 0;
  dw_buf_char(&digest->texts, '\0');
  dw_buf_add(&digest->scratch, content, length);
  dw_buf_char(&digest->scratch, '\n');
  memset(dw_buf_room(&digest->scratch, DW_BLOCK_PADDING), 0, DW_BLOCK_PADDING);
  cursor c = {.p = dw_json_skip_space(digest->scratch.data), .digest = digest};
  if (*c.p != '{') return dw_err_set(err, DW_EDATA, "a run is an object");
  each_member(&c, take_run_member, digest);
  return c.p ? DW_OK : dw_err_set(err, DW_EDATA, "a run that is no JSON");
}

void dw_run_digest_free(dw_run_digest *digest)
{
  dw_free(digest->column);
  dw_buf_free(&digest->texts);
  dw_buf_free(&digest->scratch);
}
