#include "serve/resources/asked.h"

#include <stdio.h>

#include "base/num.h"
#include "serve/request/request_target.h"

void dw_asked_begin(dw_asked *asked, const dw_exchange *exchange)
{
  dw_err err;
  *asked = (dw_asked){.head = dw_exchange_head(exchange)};
  dw_arena_init(&asked->arena);
  if (dw_time_now(&asked->now, &err) != DW_OK) snprintf(asked->wrong, sizeof asked->wrong, "%.190s", err.message);
}

void dw_asked_end(dw_asked *asked) { dw_arena_free(&asked->arena); }

const char *dw_asked_text(dw_asked *asked, const char *name)
{
  char *value = dw_request_target_parameter(asked->head->query, name, 0);
  if (!value) return NULL;
  const char *copy = dw_arena_strndup(&asked->arena, value, strlen(value));
  dw_free(value);
  return copy;
}

static void complain(dw_asked *asked, const char *name, const char *text, const char *right)
{
  if (!*asked->wrong) snprintf(asked->wrong, sizeof asked->wrong, "%s=%.60s: %s", name, text, right);
}

bool dw_asked_flag(dw_asked *asked, const char *name)
{
  const char *text = dw_asked_text(asked, name);
  if (!text || strcmp(text, "0") == 0 || strcmp(text, "false") == 0) return false;
  if (strcmp(text, "1") != 0 && strcmp(text, "true") != 0) complain(asked, name, text, "it is 1 or 0");
  return true;
}

uint64_t dw_asked_count(dw_asked *asked, const char *name, uint64_t initial, uint64_t most)
{
  uint64_t value;
  char right[60];
  const char *text = dw_asked_text(asked, name);
  if (!text) return initial;
  if (dw_num_parse_unsigned(text, strlen(text), &value) && value >= 1 && value <= most) return value;
  snprintf(right, sizeof right, "it is a number from 1 to %llu", (unsigned long long)most);
  complain(asked, name, text, right);
  return initial;
}

double dw_asked_share(dw_asked *asked, const char *name, double initial)
{
  double value;
  bool integer;
  const char *text = dw_asked_text(asked, name);
  if (!text) return initial;
  if (dw_num_parse(text, strlen(text), &value, &integer) && value >= 0 && value <= 1) return value;
  complain(asked, name, text, "it is a number from 0 to 1");
  return initial;
}

int64_t dw_asked_time(dw_asked *asked, const char *name, int64_t initial)
{
  int64_t instant = initial;
  const char *text = dw_asked_text(asked, name);
  if (text && !dw_time_asked(text, asked->now, &instant)) complain(asked, name, text, "no time: 60m (ago), now, 2026-01-31T09:30:00Z");
  return instant;
}

dw_record_kind dw_asked_kind(dw_asked *asked, const char *name, dw_record_kind initial)
{
  dw_record_kind kind = initial;
  const char *text = dw_asked_text(asked, name);
  if (text && !dw_record_kind_find(text, &kind)) complain(asked, name, text, "no kind of record: inference, label, interaction, embedding");
  return kind;
}

bool dw_asked_mark(dw_asked *asked, const char *name, dw_records_mark *mark)
{
  const char *text = dw_asked_text(asked, name), *between = text ? strchr(text, '.') : NULL;
  if (!text) return false;
  bool good = between && dw_num_parse_signed(text, (size_t)(between - text), &mark->time) &&
              dw_num_parse_signed(between + 1, strlen(between + 1), &mark->number);
  if (!good) complain(asked, name, text, "no cursor; it is what the page before said is next");
  return good;
}

void dw_asked_mark_text(const dw_records_mark *mark, dw_buf *out)
{
  dw_buf_format(out, "%lld.%lld", (long long)mark->time, (long long)mark->number);
}
