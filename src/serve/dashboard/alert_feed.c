/* GET /alerts/feed: what happened to a model's alerts, the newest first: changes, acknowledgements, silences that are for it, and what was
 * done by policy. It is put together here because most events are findings, of which a browser would have to fetch thousands. */
#include <stdlib.h>

#include "io/text/json.h"
#include "serve/dashboard/dashboard_handlers.h"
#include "serve/resources/asked.h"
#include "serve/resources/handlers.h"
#include "serve/resources/service.h"
#include "serve/watch/look.h"

enum { ENTRIES = 60, ENTRIES_MOST = 1000, DAYS = 30, EVENT_DAYS = 7 };

typedef struct entry {
  int64_t time;
  char *text;
  size_t length;
} entry;

/* The last `limit` of a list that comes in the order of time. */
typedef struct tail {
  entry *entry;
  size_t limit, count;
  const char *model;
} tail;

static void keep(tail *t, const dw_records_row *row)
{
  entry *e = &t->entry[t->count++ % t->limit];
  dw_free(e->text);
  *e = (entry){row->time, dw_strndup(row->content, row->length), row->length};
}

static bool begins(const dw_records_row *row, const char *text)
{
  size_t length = strlen(text);
  return row->length >= length && memcmp(row->content, text, length) == 0;
}

#define SILENCE "{\"kind\":\"silence\""

static dw_status take_alert(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  if (!begins(row, SILENCE)) keep(context, row);
  return DW_OK;
}

/* They stand under no model, for they are for models by pattern. */
static dw_status take_silence(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  tail *t = context;
  dw_value *value;
  if (!begins(row, SILENCE)) return DW_OK;
  dw_status status = dw_value_parse_shown(&value, row->content, row->length, row->id, 0, err);
  if (status != DW_OK) return status;
  if (dw_text_match(dw_value_text_of(value, "model", ""), t->model)) keep(t, row);
  dw_value_free(value);
  return DW_OK;
}

static dw_status take_event(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  if (begins(row, "{\"kind\":\"remedy\"")) keep(context, row);
  return DW_OK;
}

static int by_time(const void *a, const void *b)
{
  const entry *x = a, *y = b;
  return x->time < y->time ? 1 : x->time > y->time ? -1 : 0;
}

static void reply(dw_exchange *exchange, entry *entries, size_t count, size_t limit)
{
  dw_buf text = {0};
  qsort(entries, count, sizeof *entries, by_time);
  dw_buf_text(&text, "{\"feed\":[");
  for (size_t i = 0; i < count && i < limit; i++) {
    if (i) dw_buf_char(&text, ',');
    dw_buf_add(&text, entries[i].text, entries[i].length);
  }
  dw_buf_text(&text, "]}\n");
  dw_exchange_reply(exchange, 200, DW_TYPE_JSON, text.data, text.length);
  dw_buf_free(&text);
}

static void answer(dw_exchange *exchange, dw_records *records, const char *model, int64_t now, size_t limit)
{
  const struct {
    dw_record_kind kind;
    const char *model;
    int64_t days;
    dw_records_sink *take;
  } lists[] = {{DW_RECORD_ALERT, model, DAYS, take_alert},
               {DW_RECORD_ALERT, "", DAYS, take_silence},
               {DW_RECORD_EVENT, model, EVENT_DAYS, take_event}};
  enum { LISTS = sizeof lists / sizeof *lists };
  dw_err err;
  dw_status status = DW_OK;
  entry *entries = dw_alloc_zero(LISTS * limit, sizeof *entries);
  size_t count = 0;
  for (size_t i = 0; i < LISTS && status == DW_OK; i++) {
    tail t = {.entry = entries + count, .limit = limit, .model = model};
    dw_records_query query = DW_RECORDS_ALL;
    query.kind = lists[i].kind;
    query.model = lists[i].model;
    if (lists[i].kind == DW_RECORD_EVENT) query.source = DW_EVENT_POLICY;
    query.from = now - lists[i].days * 86400 * DW_SECOND;
    status = dw_records_get(records, &query, lists[i].take, &t, NULL, &err);
    count += t.count < limit ? t.count : limit;
  }
  if (status == DW_OK) reply(exchange, entries, count, limit);
  else dw_exchange_problem(exchange, 503, "the database does not answer");
  for (size_t i = 0; i < LISTS * limit; i++) dw_free(entries[i].text);
  dw_free(entries);
}

void dw_handle_alert_feed(dw_exchange *exchange, void *context)
{
  const dw_service *service = context;
  dw_asked asked;
  dw_asked_begin(&asked, exchange);
  const char *model = dw_asked_text(&asked, "model");
  size_t limit = (size_t)dw_asked_count(&asked, "limit", ENTRIES, ENTRIES_MOST);
  if (*asked.wrong) dw_exchange_problem(exchange, 400, asked.wrong);
  else if (!model) dw_exchange_problem(exchange, 400, "say which model (model=)");
  else if (!dw_exchange_may(exchange, model)) dw_exchange_problem(exchange, 403, "the token is not for this model");
  else if (!service->records) dw_exchange_problem(exchange, 503, "there is no database");
  else answer(exchange, service->records, model, asked.now, limit);
  dw_asked_end(&asked);
}
