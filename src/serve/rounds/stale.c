#include "serve/rounds/stale.h"

#include "base/clock.h"
#include "io/text/json.h"

/* A record that came later than others of its time. */
typedef struct latecomer {
  int64_t time, received;
} latecomer;

typedef struct marking {
  dw_records *records;
  const char *model;
  int64_t since, now;
  latecomer *late;
  size_t late_count, late_capacity;
  dw_arena arena;
  dw_records_item *item;
  size_t item_count, item_capacity;
} marking;

static dw_status take_record(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  marking *m = context;
  if (row->received <= m->since || row->received > m->now) return DW_OK;
  m->late = dw_grow(m->late, &m->late_capacity, m->late_count + 1, sizeof *m->late);
  m->late[m->late_count++] = (latecomer){row->time, row->received};
  return DW_OK;
}

static bool time_of(const dw_value *object, const char *key, int64_t *instant)
{
  const char *text = dw_value_text_of(object, key, NULL);
  return text && dw_time_parse(text, strlen(text), instant);
}

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

static void add_mark(marking *m, const char *run, dw_period window, uint64_t late)
{
  dw_json json;
  char time[DW_TIME_TEXT + 1];
  dw_buf id = {0}, content = {0};
  time[dw_time_print(time, m->now)] = '\0';
  dw_buf_format(&id, "%s/stale/%s", run, time);
  dw_json_start(&json, &content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "stale");
  dw_json_text(&json, "model", m->model);
  dw_json_text(&json, "run", run);
  put_time(&json, "time", m->now);
  dw_json_open(&json, "window", '{');
  put_time(&json, "from", window.from);
  put_time(&json, "to", window.to);
  dw_json_close(&json, '}');
  dw_json_integer(&json, "late", (int64_t)late);
  dw_json_close(&json, '}');
  m->item = dw_grow(m->item, &m->item_capacity, m->item_count + 1, sizeof *m->item);
  m->item[m->item_count++] = (dw_records_item){.kind = DW_RECORD_EVENT,
                                               .model = m->model,
                                               .source = "",
                                               .id = dw_arena_strndup(&m->arena, id.data, id.length),
                                               .time = m->now,
                                               .received = m->now,
                                               .content = dw_arena_strndup(&m->arena, content.data, content.length),
                                               .length = content.length};
  dw_buf_free(&id);
  dw_buf_free(&content);
}

static dw_status take_run(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  marking *m = context;
  dw_value *run;
  dw_period window;
  uint64_t late = 0;
  dw_status status = dw_value_parse_shown(&run, row->content, row->length, dw_records_name(m->records), 0, err);
  if (status != DW_OK) return status;
  const dw_value *object = dw_value_get(run, "window");
  int64_t looked = row->time;
  time_of(run, "rechecked", &looked);
  if (time_of(object, "from", &window.from) && time_of(object, "to", &window.to))
    for (size_t i = 0; i < m->late_count; i++)
      late += m->late[i].received > looked && m->late[i].time >= window.from && m->late[i].time < window.to;
  if (late) add_mark(m, row->id, window, late);
  dw_value_free(run);
  return DW_OK;
}

dw_status dw_stale_mark(dw_records *records, const char *model, int64_t since, int64_t now, uint64_t *marked, dw_err *err)
{
  static const dw_record_kind kinds[] = {DW_RECORD_INFERENCE, DW_RECORD_REQUEST, DW_RECORD_RESPONSE, DW_RECORD_INTERACTION,
                                         DW_RECORD_EMBEDDING};
  marking m = {.records = records, .model = model, .since = since, .now = now};
  dw_status status = DW_OK;
  dw_arena_init(&m.arena);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds && status == DW_OK; i++) {
    dw_records_query query = {.kind = kinds[i], .model = model, .from = since - DW_RECORDS_BEHIND, .to = now};
    status = dw_records_get(records, &query, take_record, &m, NULL, err);
  }
  dw_records_query runs = {.kind = DW_RECORD_RUN, .model = model, .from = since - DW_RECORDS_BEHIND, .to = now, .strays = true};
  if (status == DW_OK && m.late_count) status = dw_records_get(records, &runs, take_run, &m, NULL, err);
  if (status == DW_OK && m.item_count) status = dw_records_put(records, &(dw_records_batch){.items = m.item, .count = m.item_count}, err);
  *marked = m.item_count;
  dw_free(m.late);
  dw_free(m.item);
  dw_arena_free(&m.arena);
  return status;
}
