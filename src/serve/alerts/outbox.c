#include "serve/alerts/outbox.h"

#include <stdio.h>

#include "io/text/json.h"

#define FIRST_PAUSE (30 * DW_SECOND)
#define LONGEST_PAUSE (3600 * DW_SECOND)
#define GIVE_UP (72 * 3600 * DW_SECOND)

int64_t dw_outbox_next(int64_t begun, uint64_t attempts, int64_t now, int64_t retry_after)
{
  int64_t pause = FIRST_PAUSE;
  for (uint64_t i = 1; i < attempts && pause < LONGEST_PAUSE; i++) pause *= 2;
  if (pause > LONGEST_PAUSE) pause = LONGEST_PAUSE;
  if (retry_after > pause) pause = retry_after < GIVE_UP ? retry_after : GIVE_UP;
  return now - begun >= GIVE_UP ? INT64_MAX : now + pause;
}

/* --- what is there --- */

typedef struct box {
  const char *name; /* of the database */
  dw_arena arena;
  dw_letter *letter;
  size_t count, capacity;
} box;

static const char *copy(box *b, const char *text) { return dw_arena_strndup(&b->arena, text, strlen(text)); }

static dw_letter *find(const box *b, const char *id)
{
  for (size_t i = b->count; i-- > 0;)
    if (strcmp(b->letter[i].id, id) == 0) return &b->letter[i];
  return NULL;
}

static int64_t time_of(const dw_value *object, const char *key, int64_t otherwise)
{
  int64_t instant;
  const char *text = dw_value_text_of(object, key, NULL);
  return text && dw_time_parse(text, strlen(text), &instant) ? instant : otherwise;
}

static void take_letter(box *b, const dw_records_row *row, const dw_value *value)
{
  b->letter = dw_grow(b->letter, &b->capacity, b->count + 1, sizeof *b->letter);
  b->letter[b->count++] = (dw_letter){.id = copy(b, row->id),
                                      .model = copy(b, row->model),
                                      .receiver = copy(b, dw_value_text_of(value, "receiver", "")),
                                      .content = dw_arena_strndup(&b->arena, row->content, row->length),
                                      .length = row->length,
                                      .time = row->time,
                                      .begun = row->time,
                                      .next = row->time};
}

static void take_attempt(box *b, const dw_value *value)
{
  dw_letter *letter = find(b, dw_value_text_of(value, "of", ""));
  if (!letter) return; /* of one that was delivered */
  if (dw_value_bool(dw_value_get(value, "replay"), false)) {
    letter->attempts = 0;
    letter->failed = false;
    letter->error[0] = '\0';
    letter->begun = letter->next = time_of(value, "time", letter->time);
    return;
  }
  letter->attempts++;
  letter->failed = dw_value_bool(dw_value_get(value, "failed"), false);
  letter->next = time_of(value, "next", letter->next);
  snprintf(letter->error, sizeof letter->error, "%s", dw_value_text_of(value, "error", ""));
}

static dw_status take_row(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  box *b = context;
  dw_value *value;
  dw_status status = dw_value_parse_shown(&value, row->content, row->length, b->name, 0, err);
  if (status != DW_OK) return status;
  const char *kind = dw_value_text_of(value, "kind", "");
  if (strcmp(kind, "notification") == 0) take_letter(b, row, value);
  if (strcmp(kind, "attempt") == 0) take_attempt(b, value);
  dw_value_free(value);
  return DW_OK;
}

static dw_status read_box(box *b, dw_records *records, dw_err *err)
{
  *b = (box){.name = dw_records_name(records)};
  dw_arena_init(&b->arena);
  return dw_records_each(records, dw_record_kind_table(DW_RECORD_OUTBOX), take_row, b, err);
}

static void free_box(box *b)
{
  dw_free(b->letter);
  dw_arena_free(&b->arena);
}

dw_status dw_outbox_each(dw_records *records, dw_letter_sink *sink, void *context, dw_err *err)
{
  box b;
  dw_status status = read_box(&b, records, err);
  for (size_t i = 0; i < b.count && status == DW_OK; i++) status = sink(context, &b.letter[i], err);
  free_box(&b);
  return status;
}

/* --- attempts --- */

/* The id says which one it is; the time makes that of a replay another one. */
static void name_attempt(dw_buf *id, const dw_letter *letter, uint64_t number)
{
  char time[DW_TIME_TEXT + 1];
  time[dw_time_print(time, letter->begun)] = '\0';
  dw_buf_format(id, "%s#%s#%llu", letter->id, time, (unsigned long long)number);
}

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

static dw_status put_attempt(dw_records *records, const dw_letter *letter, int64_t now, const dw_delivery *delivery, dw_err *err)
{
  dw_json json;
  dw_buf id = {0}, content = {0};
  int64_t next = 0;
  bool failed = false;
  if (delivery) {
    next = dw_outbox_next(letter->begun, letter->attempts + 1, now, delivery->retry_after);
    failed = delivery->outcome == DW_DELIVER_NEVER || next == INT64_MAX;
  }
  dw_json_start(&json, &content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "attempt");
  dw_json_text(&json, "of", letter->id);
  put_time(&json, "time", now);
  if (delivery) {
    dw_json_integer(&json, "number", (int64_t)letter->attempts + 1);
    dw_json_text(&json, "error", delivery->error);
    dw_json_bool(&json, "failed", failed);
    if (!failed) put_time(&json, "next", next);
  } else {
    dw_json_bool(&json, "replay", true);
  }
  dw_json_close(&json, '}');
  if (delivery) name_attempt(&id, letter, letter->attempts + 1);
  else dw_buf_format(&id, "%s#replay#%lld", letter->id, (long long)now);
  dw_records_item item = {.kind = DW_RECORD_OUTBOX, .model = letter->model, .source = "", .id = dw_buf_cstr(&id)};
  item.time = item.received = now;
  item.content = content.data;
  item.length = content.length;
  dw_status status = dw_records_put(records, &(dw_records_batch){.items = &item, .count = 1}, err);
  dw_buf_free(&id);
  dw_buf_free(&content);
  return status;
}

/* The letter first: what is left of its attempts says nothing without it. */
static dw_status remove_letter(dw_records *records, const dw_letter *letter, dw_err *err)
{
  bool found;
  dw_status status = dw_records_remove(records, DW_RECORD_OUTBOX, letter->model, "", letter->id, &found, err);
  for (uint64_t i = 1; i <= letter->attempts && status == DW_OK; i++) {
    dw_buf id = {0};
    name_attempt(&id, letter, i);
    status = dw_records_remove(records, DW_RECORD_OUTBOX, letter->model, "", dw_buf_cstr(&id), &found, err);
    dw_buf_free(&id);
  }
  return status;
}

static bool waits_for_another(const box *b, const bool *gone, size_t at)
{
  for (size_t i = 0; i < at; i++) {
    const dw_letter *other = &b->letter[i];
    if (gone[i] || other->failed) continue;
    if (strcmp(other->receiver, b->letter[at].receiver) == 0 && strcmp(other->model, b->letter[at].model) == 0) return true;
  }
  return false;
}

static dw_status try_letter(dw_records *records, dw_letter *letter, int64_t now, dw_deliver *deliver, void *context, bool *gone,
                            dw_err *err)
{
  dw_delivery delivery = {.outcome = DW_DELIVER_NEVER};
  deliver(context, letter, &delivery);
  *gone = delivery.outcome == DW_DELIVERED;
  if (*gone) return remove_letter(records, letter, err);
  dw_status status = put_attempt(records, letter, now, &delivery, err);
  letter->failed =
      delivery.outcome == DW_DELIVER_NEVER || dw_outbox_next(letter->begun, letter->attempts + 1, now, delivery.retry_after) == INT64_MAX;
  return status;
}

dw_status dw_outbox_deliver(dw_records *records, int64_t now, dw_deliver *deliver, void *context, dw_outbox_counts *counts, dw_err *err)
{
  box b;
  *counts = (dw_outbox_counts){0};
  dw_status status = read_box(&b, records, err);
  bool *gone = dw_alloc_zero(b.count + 1, sizeof *gone);
  for (size_t i = 0; i < b.count && status == DW_OK; i++) {
    dw_letter *letter = &b.letter[i];
    if (!letter->failed && letter->next <= now && !waits_for_another(&b, gone, i))
      status = try_letter(records, letter, now, deliver, context, &gone[i], err);
    counts->delivered += gone[i];
    counts->failed += !gone[i] && letter->failed;
    counts->waiting += !gone[i] && !letter->failed;
  }
  dw_free(gone);
  free_box(&b);
  return status;
}

dw_status dw_outbox_replay(dw_records *records, const char *id, int64_t now, bool *found, dw_err *err)
{
  box b;
  dw_status status = read_box(&b, records, err);
  const dw_letter *letter = status == DW_OK ? find(&b, id) : NULL;
  *found = letter != NULL;
  if (letter) status = put_attempt(records, letter, now, NULL, err);
  free_box(&b);
  return status;
}
