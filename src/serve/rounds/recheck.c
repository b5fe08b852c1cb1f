#include "serve/rounds/recheck.h"

#include "io/formats/ndjson.h"
#include "io/record/json_member.h"

/* The newest run of a slot. */
typedef struct judged {
  const char *id, *alerts; /* alerts: JSON, or NULL */
  int64_t time, looked;    /* its slot; when its records were read */
  dw_period window;
  bool stale;
} judged;

typedef struct rechecking {
  const dw_recheck *asked;
  dw_records *records;
  judged *run;
  size_t count, capacity;
  dw_arena arena;
} rechecking;

const char *dw_run_supersedes(const char *content, size_t length, dw_buf *scratch)
{
  static const char key[] = "\"supersedes\":\"";
  size_t size;
  if (!memmem(content, length, key, sizeof key - 1)) return NULL;
  const char *value = dw_json_member(scratch, content, length, "supersedes", DW_NDJSON_DEPTH, &size);
  if (!value || *value != '"') return NULL;
  char *inside = scratch->data + (value - scratch->data) + 1; /* ids of runs hold no escapes */
  inside[size - 2] = '\0';
  return inside;
}

static bool time_of(const dw_value *object, const char *key, int64_t *instant)
{
  const char *text = dw_value_text_of(object, key, NULL);
  return text && dw_time_parse(text, strlen(text), instant);
}

/* --- what there is --- */

static const char *keep_alerts(rechecking *r, const dw_value *run)
{
  dw_buf text = {0};
  const dw_value *alerts = dw_value_get(run, "alerts");
  if (dw_value_kind(alerts) != DW_VALUE_OBJECT) return NULL;
  dw_value_print(alerts, &text);
  const char *copy = dw_arena_strndup(&r->arena, text.data, text.length);
  dw_buf_free(&text);
  return copy;
}

/* Of one slot the last that came. */
static void keep_run(rechecking *r, const dw_records_row *row, const dw_value *run, dw_period window)
{
  judged *place = r->count && r->run[r->count - 1].time == row->time ? &r->run[r->count - 1] : NULL;
  if (!place) {
    r->run = dw_grow(r->run, &r->capacity, r->count + 1, sizeof *r->run);
    place = &r->run[r->count++];
  }
  *place = (judged){.id = dw_arena_strndup(&r->arena, row->id, strlen(row->id)), .time = row->time, .looked = row->time, .window = window};
  place->alerts = keep_alerts(r, run);
  time_of(run, "rechecked", &place->looked);
}

static dw_status take_run(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  rechecking *r = context;
  dw_value *run;
  dw_period window;
  dw_status status = dw_value_parse_shown(&run, row->content, row->length, row->id, 0, err);
  if (status != DW_OK) return status;
  const dw_value *object = dw_value_get(run, "window");
  bool right = time_of(object, "from", &window.from) && time_of(object, "to", &window.to);
  if (right && window.to >= r->asked->windows.from && window.to < r->asked->windows.to) keep_run(r, row, run, window);
  dw_value_free(run);
  return DW_OK;
}

static dw_status take_mark(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  rechecking *r = context;
  dw_value *event;
  if (!memmem(row->content, row->length, "\"kind\":\"stale\"", 14)) return DW_OK;
  dw_status status = dw_value_parse_shown(&event, row->content, row->length, row->id, 0, err);
  if (status != DW_OK) return status;
  const char *run = dw_value_text_of(event, "run", "");
  for (size_t i = 0; i < r->count; i++) r->run[i].stale |= strcmp(r->run[i].id, run) == 0;
  dw_value_free(event);
  return DW_OK;
}

/* A run is made after its window has ended. */
static dw_status read_runs(rechecking *r, dw_err *err)
{
  dw_records_query query = {
      .kind = DW_RECORD_RUN, .model = r->asked->model, .from = r->asked->windows.from, .to = INT64_MAX, .strays = true};
  dw_status status = dw_records_get(r->records, &query, take_run, r, NULL, err);
  query.kind = DW_RECORD_EVENT;
  return status == DW_OK && !r->asked->all ? dw_records_get(r->records, &query, take_mark, r, NULL, err) : status;
}

/* --- one of them again --- */

static void write_run(const rechecking *r, const judged *old, dw_buf *run)
{
  char time[DW_TIME_TEXT];
  dw_json json;
  run->length--; /* its newline */
  dw_json_reopen(&json, run);
  dw_json_text(&json, "supersedes", old->id);
  dw_json_bytes(&json, "rechecked", time, dw_time_print(time, r->asked->now));
  if (old->alerts) dw_json_raw(&json, "alerts", old->alerts, strlen(old->alerts));
  dw_json_close(&json, '}');
  dw_buf_char(run, '\n');
}

static dw_status put_run(const rechecking *r, const dw_look_result *result, dw_err *err)
{
  dw_arena arena;
  dw_records_batch batch = {.count = 0};
  size_t capacity = 0;
  dw_arena_init(&arena);
  dw_look_items(result, r->asked->model, &arena, &batch.items, &batch.count, &capacity);
  dw_status status = dw_records_put(r->records, &batch, err);
  if (status == DW_OK && batch.refused) status = dw_err_set(err, DW_ESYSTEM, "%s: %s", dw_records_name(r->records), batch.why);
  dw_free(batch.items);
  dw_arena_free(&arena);
  return status;
}

static dw_status judge_again(rechecking *r, const judged *old, dw_recheck_sink *sink, void *context, dw_err *err)
{
  const dw_rounds_settings *settings = r->asked->settings;
  dw_alert_book book;
  dw_versions versions;
  dw_look_result result = {.now = old->time};
  dw_look_settings look = settings->look;
  look.model = r->asked->model;
  look.window = old->window.to - old->window.from;
  look.delay = old->time - old->window.to;
  look.versions = &versions;
  dw_status status = dw_alert_book_open(&book, r->records, look.model, old->time, err);
  if (status == DW_OK) status = dw_alert_book_leave_out(&book, old->window.from - dw_baseline_rule_reach(&look.baseline), err);
  dw_status read = dw_versions_read(&versions, r->records, look.model, old->time, status == DW_OK ? err : NULL);
  if (status == DW_OK) status = read;
  char cosine[DW_NUM_TEXT + 1];
  bool adapted;
  if (status == DW_OK && look.adaptive) status = dw_rounds_adapt(&look, r->records, old->time, settings->every, cosine, &adapted, err);
  if (status == DW_OK) status = dw_look(&result, &look, r->records, old->time, &book.left_out, settings->stages, settings->notices, err);
  if (status == DW_OK) {
    write_run(r, old, &result.run);
    status = put_run(r, &result, err);
  }
  if (status == DW_OK) status = sink(context, &result, err);
  dw_look_free(&result);
  dw_versions_free(&versions);
  dw_alert_book_close(&book);
  return status;
}

dw_status dw_recheck_run(const dw_recheck *asked, dw_records *records, dw_recheck_sink *sink, void *context, dw_err *err)
{
  rechecking r = {.asked = asked, .records = records};
  dw_arena_init(&r.arena);
  dw_status status = read_runs(&r, err);
  for (size_t i = 0; i < r.count && status == DW_OK; i++)
    if (asked->all || r.run[i].stale) status = judge_again(&r, &r.run[i], sink, context, err);
  dw_free(r.run);
  dw_arena_free(&r.arena);
  return status;
}
