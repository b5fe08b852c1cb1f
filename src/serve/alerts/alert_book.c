#include "serve/alerts/alert_book.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/digest.h"

/* --- how they stand --- */

static dw_status keep_last(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  dw_buf *last = context;
  last->length = 0;
  dw_buf_add(last, row->content, row->length);
  return DW_OK;
}

static int64_t time_of(const dw_value *object, const char *key, int64_t otherwise)
{
  int64_t instant;
  const char *text = dw_value_text_of(object, key, NULL);
  return text && dw_time_parse(text, strlen(text), &instant) ? instant : otherwise;
}

static dw_status take_run(dw_alert_book *book, const dw_buf *run, dw_err *err)
{
  dw_value *value;
  dw_status status = dw_value_parse_shown(&value, run->data, run->length, dw_records_name(book->records), 0, err);
  if (status != DW_OK) return status;
  const dw_value *alerts = dw_value_get(value, "alerts");
  book->last = time_of(value, "time", INT64_MIN);
  for (int i = 0; i < DW_PARTS; i++) dw_alert_read(&book->alert[i], dw_value_get(alerts, dw_look_part_word((dw_look_part)i)));
  dw_value_free(value);
  return DW_OK;
}

/* The last run before now: looked for in ever longer times, then in all of it. */
static dw_status find_run(dw_alert_book *book, dw_err *err)
{
  static const int64_t hours[] = {1, 6, 24, 7 * 24, 60 * 24, 0};
  dw_buf last = {0};
  dw_status status = DW_OK;
  int64_t to = book->now;
  for (size_t i = 0; i < sizeof hours / sizeof *hours && status == DW_OK && !last.length; i++) {
    dw_records_query query = {.kind = DW_RECORD_RUN, .model = book->model, .to = to, .strays = true};
    query.from = hours[i] ? book->now - hours[i] * 3600 * DW_SECOND : INT64_MIN;
    status = dw_records_get(book->records, &query, keep_last, &last, NULL, err);
    to = query.from;
  }
  if (status == DW_OK && last.length) status = take_run(book, &last, err);
  dw_buf_free(&last);
  return status;
}

static void keep_text(char *out, size_t size, const char *text) { snprintf(out, size, "%s", text); }

/* A later one with the same id takes the place of an earlier one. */
static void take_silence(dw_alert_book *book, const dw_value *value)
{
  dw_silence s = {.from = time_of(value, "from", 0), .to = time_of(value, "to", 0)};
  keep_text(s.id, sizeof s.id, dw_value_text_of(value, "id", ""));
  keep_text(s.model, sizeof s.model, dw_value_text_of(value, "model", "*"));
  keep_text(s.check, sizeof s.check, dw_value_text_of(value, "check", "*"));
  keep_text(s.who, sizeof s.who, dw_value_text_of(value, "who", ""));
  keep_text(s.why, sizeof s.why, dw_value_text_of(value, "why", ""));
  size_t at = 0;
  while (at < book->silence_count && strcmp(book->silence[at].id, s.id) != 0) at++;
  if (at == book->silence_count)
    book->silence = dw_grow(book->silence, &book->silence_capacity, ++book->silence_count, sizeof *book->silence);
  book->silence[at] = s;
}

static int part_of(const char *word)
{
  int part = 0;
  while (part < DW_PARTS && strcmp(dw_look_part_word((dw_look_part)part), word) != 0) part++;
  return part;
}

static void take_acknowledgement(dw_alert_book *book, const dw_value *value)
{
  int part = part_of(dw_value_text_of(value, "check", ""));
  int64_t time = time_of(value, "time", INT64_MIN);
  if (part < DW_PARTS && time > book->last)
    dw_alert_acknowledge(&book->alert[part], dw_value_text_of(value, "who", ""), dw_value_text_of(value, "why", ""), time);
}

static void take_undo(dw_alert_book *book, const dw_value *value)
{
  int part = part_of(dw_value_text_of(value, "check", ""));
  if (part < DW_PARTS && time_of(value, "time", INT64_MIN) > book->last) dw_alert_undo(&book->alert[part]);
}

static dw_status take_silences(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  dw_alert_book *book = context;
  dw_value *value;
  dw_status status = dw_value_parse_shown(&value, row->content, row->length, dw_records_name(book->records), 0, err);
  if (status != DW_OK) return status;
  if (strcmp(dw_value_text_of(value, "kind", ""), "silence") == 0) take_silence(book, value);
  dw_value_free(value);
  return DW_OK;
}

static dw_status take_deed(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  dw_alert_book *book = context;
  dw_value *value;
  dw_status status = dw_value_parse_shown(&value, row->content, row->length, dw_records_name(book->records), 0, err);
  if (status != DW_OK) return status;
  const char *kind = dw_value_text_of(value, "kind", "");
  if (strcmp(kind, "acknowledgement") == 0) take_acknowledgement(book, value);
  if (strcmp(kind, "undo") == 0) take_undo(book, value);
  dw_value_free(value);
  return DW_OK;
}

/* An alert about the data that is over: its time is no example. */
static dw_status take_change(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  dw_alert_book *book = context;
  dw_value *value;
  dw_alert alert;
  dw_status status = dw_value_parse_shown(&value, row->content, row->length, dw_records_name(book->records), 0, err);
  if (status != DW_OK) return status;
  bool about_data = part_of(dw_value_text_of(value, "check", "")) == DW_PART_DATA;
  dw_alert_read(&alert, dw_value_get(value, "alert"));
  if (about_data && strcmp(dw_value_text_of(value, "kind", ""), "alert_change") == 0 && !alert.open)
    dw_periods_add(&book->left_out, (dw_period){alert.since, alert.until});
  dw_value_free(value);
  return DW_OK;
}

dw_status dw_alert_book_open(dw_alert_book *book, dw_records *records, const char *model, int64_t now, dw_err *err)
{
  *book = (dw_alert_book){.records = records, .model = model, .now = now, .last = INT64_MIN};
  dw_arena_init(&book->arena);
  dw_status status = find_run(book, err);
  /* silences are for models by pattern: they stand under no model */
  dw_records_query query = {.kind = DW_RECORD_ALERT, .model = "", .from = INT64_MIN, .to = now, .strays = true};
  if (status == DW_OK) status = dw_records_get(records, &query, take_silences, book, NULL, err);
  query.model = model;
  query.from = book->last;
  if (status == DW_OK) status = dw_records_get(records, &query, take_deed, book, NULL, err);
  return status;
}

/* An alert is closed after the last time that it is about. */
dw_status dw_alert_book_leave_out(dw_alert_book *book, int64_t from, dw_err *err)
{
  dw_records_query query = {.kind = DW_RECORD_ALERT, .model = book->model, .from = from, .to = book->now, .strays = true};
  dw_status status = dw_records_get(book->records, &query, take_change, book, NULL, err);
  /* From the first window that failed, though the alert is not open yet: what is to confirm it must not be held to itself. */
  const dw_alert *data = &book->alert[DW_PART_DATA];
  if (status == DW_OK && (data->open || data->failing)) dw_periods_add(&book->left_out, (dw_period){data->since, INT64_MAX});
  return status;
}

void dw_alert_book_close(dw_alert_book *book)
{
  dw_periods_free(&book->left_out);
  dw_free(book->silence);
  dw_free(book->item);
  dw_arena_free(&book->arena);
}

/* --- what a check changes --- */

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

static void add_item(dw_alert_book *book, dw_record_kind kind, const dw_buf *id, const dw_buf *content)
{
  book->item = dw_grow(book->item, &book->item_capacity, book->item_count + 1, sizeof *book->item);
  book->item[book->item_count++] = (dw_records_item){.kind = kind,
                                                     .model = book->model,
                                                     .source = "",
                                                     .id = dw_arena_strndup(&book->arena, id->data, id->length),
                                                     .time = book->now,
                                                     .received = book->now,
                                                     .content = dw_arena_strndup(&book->arena, content->data, content->length),
                                                     .length = content->length};
}

static void add_change(dw_alert_book *book, dw_look_part part, const char *slot)
{
  dw_json json;
  dw_buf id = {0}, content = {0};
  const dw_alert *alert = &book->alert[part];
  dw_json_start(&json, &content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "alert_change");
  dw_json_text(&json, "model", book->model);
  dw_json_text(&json, "check", dw_look_part_word(part));
  put_time(&json, "time", book->now);
  dw_json_text(&json, "change", !alert->open ? "closed" : alert->opened == book->now ? "opened" : "severity");
  dw_alert_write(alert, &json, "alert");
  dw_json_close(&json, '}');
  dw_buf_format(&id, "%s/%s", slot, dw_look_part_word(part));
  add_item(book, DW_RECORD_ALERT, &id, &content);
  dw_buf_free(&id);
  dw_buf_free(&content);
}

/* What is told of several alerts together is the news of the one that matters most. */
static dw_alert_news headline(const dw_alert_book *book)
{
  static const dw_alert_news order[] = {DW_NEWS_OPENED, DW_NEWS_SEVERITY, DW_NEWS_REPEATED, DW_NEWS_RESOLVED};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    for (int part = 0; part < DW_PARTS; part++)
      if (book->news[part] == order[i]) return order[i];
  return DW_NEWS_NONE;
}

/* The worst of the alerts that are told; of those that are over, how bad they were. */
static dw_severity worst(const dw_alert_book *book, const dw_alert before[DW_PARTS])
{
  dw_severity worst = DW_SEVERITY_NONE;
  for (int part = 0; part < DW_PARTS; part++) {
    if (book->news[part] == DW_NEWS_NONE) continue;
    dw_severity severity = book->alert[part].open ? book->alert[part].severity : before[part].told.severity;
    if (severity > worst) worst = severity;
  }
  return worst;
}

static void write_notification(const dw_alert_book *book, const dw_alert before[DW_PARTS], const dw_look_result *result,
                               const char *receiver, const char *id, dw_buf *content)
{
  dw_json json;
  dw_json_start(&json, content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "notification");
  dw_json_text(&json, "id", id);
  dw_json_text(&json, "receiver", receiver);
  dw_json_text(&json, "model", book->model);
  put_time(&json, "time", book->now);
  dw_json_text(&json, "news", dw_alert_news_word(headline(book)));
  dw_json_text(&json, "severity", dw_severity_word(worst(book, before)));
  dw_json_open(&json, "window", '{');
  put_time(&json, "from", result->window.from);
  put_time(&json, "to", result->window.to);
  dw_json_close(&json, '}');
  dw_json_integer(&json, "rows", (int64_t)result->rows);
  dw_json_integer(&json, "drifted", (int64_t)result->drifted);
  dw_json_open(&json, "top_columns", '[');
  for (size_t i = 0; i < result->top_count; i++) dw_json_text(&json, NULL, result->top[i]);
  dw_json_close(&json, ']');
  dw_json_open(&json, "alerts", '[');
  for (int part = 0; part < DW_PARTS; part++) {
    const dw_alert *alert = &book->alert[part];
    if (book->news[part] == DW_NEWS_NONE) continue;
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "check", dw_look_part_word((dw_look_part)part));
    dw_json_text(&json, "news", dw_alert_news_word(book->news[part]));
    dw_json_text(&json, "state", alert->open ? "open" : "closed");
    dw_json_text(&json, "severity", dw_severity_word(alert->open ? alert->severity : before[part].told.severity));
    put_time(&json, "since", alert->since);
    put_time(&json, "opened", alert->opened);
    if (!alert->open) put_time(&json, "closed", alert->closed);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
}

static void notify(dw_alert_book *book, const dw_alert before[DW_PARTS], const dw_look_result *result, const char *receiver,
                   const char *slot)
{
  dw_buf id = {0}, content = {0};
  dw_buf_format(&id, "%s/%s", slot, receiver);
  write_notification(book, before, result, receiver, dw_buf_cstr(&id), &content);
  add_item(book, DW_RECORD_OUTBOX, &id, &content);
  dw_buf_free(&id);
  dw_buf_free(&content);
}

static void write_alerts(const dw_alert_book *book, dw_buf *run)
{
  dw_json json;
  run->length--; /* its newline */
  dw_json_reopen(&json, run);
  dw_json_open(&json, "alerts", '{');
  for (int part = 0; part < DW_PARTS; part++) {
    const dw_alert *alert = &book->alert[part];
    if (alert->checked) dw_alert_write(alert, &json, dw_look_part_word((dw_look_part)part));
  }
  dw_json_close(&json, '}');
  dw_json_close(&json, '}');
  dw_buf_char(run, '\n');
}

/* What a check of this model at this time is called, whatever it finds. Receivers tell notifications apart by it: the model is in it. */
static void name_slot(const dw_alert_book *book, char out[DW_LOOK_ID])
{
  char time[DW_TIME_TEXT + 1], mark[33];
  dw_digest digest;
  time[dw_time_print(time, book->now)] = '\0';
  dw_digest_init(&digest);
  dw_digest_add(&digest, book->model, strlen(book->model));
  dw_digest_text(&digest, mark);
  snprintf(out, DW_LOOK_ID, "%s/%.16s", time, mark);
}

void dw_alert_book_add_remedy(dw_alert_book *book, const char *name, const dw_buf *content)
{
  char slot[DW_LOOK_ID];
  dw_buf id = {0};
  name_slot(book, slot);
  dw_buf_format(&id, "%s/%s", slot, name);
  add_item(book, DW_RECORD_OUTBOX, &id, content);
  dw_buf_free(&id);
}

void dw_alert_book_enter(dw_alert_book *book, const dw_alert_rule *rule, dw_look_result *result, const dw_text_list *receivers)
{
  dw_alert before[DW_PARTS];
  char slot[DW_LOOK_ID];
  memcpy(before, book->alert, sizeof before);
  for (int i = 0; i < DW_PARTS; i++) {
    dw_alert *alert = &book->alert[i];
    bool silenced = dw_silence_holds(book->silence, book->silence_count, book->model, dw_look_part_word((dw_look_part)i), book->now);
    book->changed[i] = dw_alert_check(alert, rule, &result->part[i], result->window, book->now);
    book->news[i] = dw_alert_news_of(alert, rule, silenced, book->now);
    if (book->news[i] != DW_NEWS_NONE) dw_alert_tell(alert, book->now);
  }
  write_alerts(book, &result->run);
  name_slot(book, slot);
  for (int i = 0; i < DW_PARTS; i++)
    if (book->changed[i]) add_change(book, (dw_look_part)i, slot);
  if (headline(book) == DW_NEWS_NONE) return;
  for (size_t i = 0; i < receivers->count; i++) notify(book, before, result, receivers->text[i], slot);
}

void dw_alert_book_add_versions(dw_alert_book *book, const dw_versions *versions)
{
  dw_versions_items(versions, &book->arena, &book->item, &book->item_count, &book->item_capacity, book->now);
}

void dw_alert_book_add_measures(dw_alert_book *book, const dw_look_result *result, bool adaptive)
{
  char slot[DW_LOOK_ID];
  dw_buf id = {0}, content = {0};
  name_slot(book, slot);
  dw_buf_format(&id, "%s/limits", slot);
  dw_usual_write(result->measure, book->model, book->now, adaptive, &content);
  add_item(book, DW_RECORD_THRESHOLD, &id, &content);
  dw_buf_free(&id);
  dw_buf_free(&content);
}

dw_status dw_alert_book_put(dw_alert_book *book, const dw_look_result *result, dw_err *err)
{
  dw_look_items(result, book->model, &book->arena, &book->item, &book->item_count, &book->item_capacity);
  dw_records_batch batch = {.items = book->item, .count = book->item_count};
  dw_status status = dw_records_put(book->records, &batch, err);
  bool told_before = true; /* what is in conflict is the slot's: another process, whose records came a moment earlier or later, was first */
  for (size_t i = 0; i < book->item_count; i++) {
    const dw_records_item *item = &book->item[i];
    bool of_slot = item->kind != DW_RECORD_RUN;
    if (item->outcome == DW_RECORDS_CONFLICT && !of_slot) told_before = false;
  }
  if (status != DW_OK || !((batch.conflicts && !told_before) || batch.refused)) return status;
  return dw_err_set(err, DW_ESYSTEM, "%s: the run is not stored whole: %s", dw_records_name(book->records),
                    batch.refused ? batch.why : "another check has its name");
}

/* --- what people do --- */

static dw_status put_one(dw_records *records, const char *model, int64_t now, dw_buf *content, dw_err *err)
{
  char id[33];
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, content->data, content->length);
  dw_digest_text(&digest, id);
  dw_records_item item = {.kind = DW_RECORD_ALERT, .model = model, .source = "", .id = id, .time = now, .received = now};
  item.content = dw_buf_cstr(content);
  item.length = content->length;
  return dw_records_put(records, &(dw_records_batch){.items = &item, .count = 1}, err);
}

static dw_status put_deed(dw_records *records, const char *kind, const char *model, const char *check, const char *who, const char *why,
                          int64_t now, dw_err *err)
{
  dw_json json;
  dw_buf content = {0};
  dw_json_start(&json, &content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", kind);
  dw_json_text(&json, "model", model);
  dw_json_text(&json, "check", check);
  put_time(&json, "time", now);
  dw_json_text(&json, "who", who);
  dw_json_text(&json, "why", why);
  dw_json_close(&json, '}');
  dw_status status = put_one(records, model, now, &content, err);
  dw_buf_free(&content);
  return status;
}

dw_status dw_alert_book_acknowledge(dw_records *records, const char *model, const char *check, const char *who, const char *why,
                                    int64_t now, bool *found, dw_err *err)
{
  dw_alert_book book;
  int part = part_of(check);
  dw_status status = dw_alert_book_open(&book, records, model, now, err);
  *found = status == DW_OK && part < DW_PARTS && book.alert[part].open;
  dw_alert_book_close(&book);
  return *found ? put_deed(records, "acknowledgement", model, check, who, why, now, err) : status;
}

dw_status dw_alert_book_undo(dw_records *records, const char *model, const char *check, const char *who, const char *why, int64_t now,
                             bool *found, dw_err *err)
{
  dw_alert_book book;
  int part = part_of(check);
  dw_status status = dw_alert_book_open(&book, records, model, now, err);
  *found = status == DW_OK && part < DW_PARTS && book.alert[part].open && book.alert[part].acknowledged.time;
  dw_alert_book_close(&book);
  return *found ? put_deed(records, "undo", model, check, who, why, now, err) : status;
}

dw_status dw_alert_book_silence(dw_records *records, const dw_silence *silence, int64_t now, dw_err *err)
{
  dw_json json;
  dw_buf content = {0};
  dw_json_start(&json, &content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "silence");
  dw_json_text(&json, "id", silence->id);
  dw_json_text(&json, "model", silence->model);
  dw_json_text(&json, "check", silence->check);
  put_time(&json, "from", silence->from);
  put_time(&json, "to", silence->to);
  put_time(&json, "time", now);
  dw_json_text(&json, "who", silence->who);
  dw_json_text(&json, "why", silence->why);
  dw_json_close(&json, '}');
  dw_status status = put_one(records, "", now, &content, err);
  dw_buf_free(&content);
  return status;
}
