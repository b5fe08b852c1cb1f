#include "synth/inject/rewrite.h"

#include <assert.h>
#include <string.h>

#include "io/text/json.h"

static bool json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void dw_rewrite_begin(dw_rewrite *rewrite, dw_buf *out, const char *text, size_t begin, size_t end, char delimiter)
{
  *rewrite = (dw_rewrite){.out = out, .out_begin = out->length, .text = text, .at = begin, .end = end, .delimiter = delimiter};
}

static void copy_to(dw_rewrite *rewrite, size_t position)
{
  assert(position >= rewrite->at && position <= rewrite->end);
  dw_buf_add(rewrite->out, rewrite->text + rewrite->at, position - rewrite->at);
  rewrite->at = position;
}

void dw_rewrite_value(dw_rewrite *rewrite, const dw_span *span)
{
  copy_to(rewrite, span->value);
  rewrite->at = (size_t)span->value + span->length;
}

size_t dw_rewrite_key_length(const char *text, const dw_span *span)
{
  const char *key = text + span->key;
  size_t n = 1;
  while (key[n] != '"') n += key[n] == '\\' ? 2 : 1;
  return n + 1;
}

void dw_rewrite_key(dw_rewrite *rewrite, const dw_span *span, const char *name, size_t length)
{
  copy_to(rewrite, span->key);
  rewrite->at += dw_rewrite_key_length(rewrite->text, span);
  dw_json_quote(rewrite->out, name, length);
}

/* A comma follows: it goes with the field. None does, as it is the last member: the comma before it goes, which is the last thing
 * in out, unless the members before it were removed as well. */
static void remove_json(dw_rewrite *rewrite, const dw_span *span)
{
  copy_to(rewrite, span->key);
  const char *text = rewrite->text;
  size_t at = (size_t)span->value + span->length;
  while (at < rewrite->end && json_space(text[at])) at++;
  if (at < rewrite->end && text[at] == ',') {
    at++;
    while (at < rewrite->end && json_space(text[at])) at++;
    rewrite->at = at;
    return;
  }
  rewrite->at = (size_t)span->value + span->length;
  size_t length = rewrite->out->length;
  while (length > rewrite->out_begin && json_space(rewrite->out->data[length - 1])) length--;
  if (length > rewrite->out_begin && rewrite->out->data[length - 1] == ',') rewrite->out->length = length - 1;
}

static void remove_csv(dw_rewrite *rewrite, const dw_span *span)
{
  copy_to(rewrite, span->value);
  rewrite->at += span->length;
  if (rewrite->out->length > rewrite->out_begin) rewrite->out->length--; /* the delimiter before it */
  else if (rewrite->at < rewrite->end && rewrite->text[rewrite->at] == rewrite->delimiter) rewrite->at++;
}

void dw_rewrite_remove(dw_rewrite *rewrite, const dw_span *span)
{
  if (rewrite->delimiter) remove_csv(rewrite, span);
  else remove_json(rewrite, span);
}

void dw_rewrite_end(dw_rewrite *rewrite) { copy_to(rewrite, rewrite->end); }

void dw_rewrite_add(dw_rewrite *rewrite, const char *name, size_t length)
{
  size_t close = rewrite->end;
  const char *text = rewrite->text;
  if (rewrite->delimiter) {
    while (close > rewrite->at && (text[close - 1] == '\n' || text[close - 1] == '\r')) close--;
    copy_to(rewrite, close);
    dw_buf_char(rewrite->out, rewrite->delimiter);
    return;
  }
  while (text[close - 1] != '}') close--;
  close--;
  while (close > rewrite->at && json_space(text[close - 1])) close--;
  copy_to(rewrite, close);
  size_t before = rewrite->out->length;
  while (json_space(rewrite->out->data[before - 1])) before--;
  if (rewrite->out->data[before - 1] != '{') dw_buf_char(rewrite->out, ',');
  dw_json_quote(rewrite->out, name, length);
  dw_buf_char(rewrite->out, ':');
}

size_t dw_rewrite_csv_split(const char *line, size_t length, char delimiter, dw_span *spans, size_t most)
{
  size_t count = 0, start = 0;
  bool quoted = false;
  for (size_t i = 0; i <= length; i++) {
    if (i < length && line[i] == '"') quoted = !quoted;
    if (i < length && (quoted || line[i] != delimiter)) continue;
    if (count < most) spans[count] = (dw_span){(uint32_t)start, (uint32_t)start, (uint32_t)(i - start)};
    count++;
    start = i + 1;
  }
  return count;
}

const char *dw_rewrite_csv_content(const char *field, size_t length, dw_buf *scratch, size_t *content_length)
{
  if (length < 2 || field[0] != '"' || field[length - 1] != '"') {
    *content_length = length;
    return field;
  }
  scratch->length = 0;
  for (size_t i = 1; i + 1 < length; i++) {
    dw_buf_char(scratch, field[i]);
    if (field[i] == '"' && field[i + 1] == '"') i++;
  }
  *content_length = scratch->length;
  return dw_buf_cstr(scratch);
}
