/* GET /stats and GET /models: what is stored, counted. */
#include <stdlib.h>

#include "base/map.h"
#include "serve/resources/asked.h"
#include "serve/resources/handlers.h"
#include "serve/resources/service.h"
#include "store/intake/stored_count.h"

enum { PAGE = 100, PAGE_MOST = 10000 };

static void reply(dw_exchange *exchange, dw_status status, dw_json *json)
{
  dw_buf_char(json->out, '\n');
  if (status == DW_OK) dw_exchange_reply(exchange, 200, DW_TYPE_JSON, json->out->data, json->out->length);
  else dw_exchange_problem(exchange, 503, "the database does not answer");
  dw_buf_free(json->out);
}

/* --- /stats --- */

typedef struct stats_text {
  dw_json json;
  const dw_exchange *exchange;
} stats_text;

static dw_status tell_count(void *context, const dw_records_count *count, dw_err *err)
{
  stats_text *stats = context;
  if (!dw_exchange_may(stats->exchange, count->model)) return DW_OK;
  dw_json_open(&stats->json, NULL, '{');
  dw_stored_count_write(count, &stats->json);
  dw_json_close(&stats->json, '}');
  return DW_OK;
}

void dw_handle_stats(dw_exchange *exchange, void *context)
{
  const dw_service *service = context;
  dw_err err;
  dw_buf text = {0};
  dw_records_facts facts;
  stats_text stats = {.exchange = exchange};
  if (!service->records) {
    dw_exchange_problem(exchange, 503, "there is no database");
    return;
  }
  dw_json_start(&stats.json, &text, 0);
  dw_json_open(&stats.json, NULL, '{');
  dw_json_open(&stats.json, "records", '[');
  dw_status status = dw_records_stats(service->records, tell_count, &stats, &err);
  dw_json_close(&stats.json, ']');
  if (status == DW_OK) status = dw_records_about(service->records, &facts, &err);
  if (status == DW_OK) {
    dw_json_open(&stats.json, "database", '{');
    dw_stored_facts_write(dw_records_name(service->records), &facts, &stats.json);
    dw_json_close(&stats.json, '}');
  }
  dw_json_close(&stats.json, '}');
  reply(exchange, status, &stats.json);
}

/* --- /models --- */

typedef struct model_count {
  const char *name;
  uint64_t records[DW_RECORD_KINDS];
  int64_t first, last;
} model_count;

typedef struct model_list {
  const dw_exchange *exchange;
  dw_map names;
  model_count *models; /* by names */
  size_t capacity;
} model_list;

static dw_status add_count(void *context, const dw_records_count *count, dw_err *err)
{
  model_list *list = context;
  if (!*count->model || !dw_exchange_may(list->exchange, count->model)) return DW_OK;
  size_t before = list->names.count;
  uint32_t place = dw_map_intern(&list->names, count->model, strlen(count->model));
  list->models = dw_grow(list->models, &list->capacity, list->names.count, sizeof *list->models);
  model_count *model = &list->models[place];
  if (place == before) *model = (model_count){.name = list->names.keys[place].text, .first = INT64_MAX, .last = INT64_MIN};
  model->records[count->kind] += count->records;
  if (count->first < model->first) model->first = count->first;
  if (count->last > model->last) model->last = count->last;
  return DW_OK;
}

static int by_name(const void *a, const void *b) { return strcmp(((const model_count *)a)->name, ((const model_count *)b)->name); }

static void write_model(const model_count *model, dw_json *json)
{
  bool known = model->first <= model->last;
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "model", model->name);
  dw_json_open(json, "records", '{');
  for (dw_record_kind kind = 0; kind < DW_RECORD_KINDS; kind++)
    if (model->records[kind]) dw_json_integer(json, dw_record_kind_word(kind), (int64_t)model->records[kind]);
  dw_json_close(json, '}');
  dw_stored_time_write(json, "first", known, model->first);
  dw_stored_time_write(json, "last", known, model->last);
  dw_json_close(json, '}');
}

/* Those behind the name after, in the order of names. */
static void write_models(model_list *list, const char *after, uint64_t limit, dw_json *json)
{
  size_t count = list->names.count, from = 0;
  if (count) qsort(list->models, count, sizeof *list->models, by_name);
  while (after && from < count && strcmp(list->models[from].name, after) <= 0) from++;
  size_t to = count - from > limit ? from + (size_t)limit : count;
  dw_json_open(json, NULL, '{');
  dw_json_open(json, "models", '[');
  for (size_t i = from; i < to; i++) write_model(&list->models[i], json);
  dw_json_close(json, ']');
  dw_json_text(json, "next", to < count ? list->models[to - 1].name : NULL);
  dw_json_close(json, '}');
}

static void list_models(dw_exchange *exchange, const dw_service *service, const char *after, uint64_t limit)
{
  dw_err err;
  dw_buf text = {0};
  dw_json json;
  model_list list = {.exchange = exchange};
  dw_map_init(&list.names);
  dw_status status = dw_records_stats(service->records, add_count, &list, &err);
  dw_json_start(&json, &text, 0);
  write_models(&list, after, limit, &json);
  reply(exchange, status, &json);
  dw_map_free(&list.names);
  dw_free(list.models);
}

void dw_handle_models(dw_exchange *exchange, void *context)
{
  const dw_service *service = context;
  dw_asked asked;
  dw_asked_begin(&asked, exchange);
  uint64_t limit = dw_asked_count(&asked, "limit", PAGE, PAGE_MOST);
  const char *after = dw_asked_text(&asked, "cursor");
  if (*asked.wrong) dw_exchange_problem(exchange, 400, asked.wrong);
  else if (!service->records) dw_exchange_problem(exchange, 503, "there is no database");
  else list_models(exchange, service, after, limit);
  dw_asked_end(&asked);
}
