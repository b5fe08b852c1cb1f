#include "serve/alerts/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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
  struct {
    const char *of, *id; /* attempts, claims and the like, by their letter */
  } * trail;
  size_t trail_count, trail_capacity;
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

static void take_letter(box *b, const dw_records_row *row, const dw_value *value, dw_letter_kind kind)
{
  b->letter = dw_grow(b->letter, &b->capacity, b->count + 1, sizeof *b->letter);
  b->letter[b->count++] = (dw_letter){.kind = kind,
                                      .id = copy(b, row->id),
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
  if (dw_value_bool(dw_value_get(value, "held"), false)) {
    letter->held++;
    letter->next = time_of(value, "next", letter->next);
    snprintf(letter->error, sizeof letter->error, "%s", dw_value_text_of(value, "error", ""));
    return;
  }
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

/* By its number, the last of its id: an earlier claim may be gone, for who overran it has ended. */
static void take_claim(box *b, const char *id, const dw_value *value)
{
  dw_letter *letter = find(b, dw_value_text_of(value, "of", ""));
  const char *mark = strrchr(id, '#');
  uint64_t number = mark ? strtoull(mark + 1, NULL, 10) : 0;
  if (!letter || number <= letter->claims) return;
  letter->claims = number;
  letter->claimed = time_of(value, "until", 0);
}

static void take_trail(box *b, const dw_records_row *row, const dw_value *value)
{
  b->trail = dw_grow(b->trail, &b->trail_capacity, b->trail_count + 1, sizeof *b->trail);
  b->trail[b->trail_count].of = copy(b, dw_value_text_of(value, "of", ""));
  b->trail[b->trail_count++].id = copy(b, row->id);
}

static dw_status take_row(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  box *b = context;
  dw_value *value;
  dw_status status = dw_value_parse_shown(&value, row->content, row->length, b->name, 0, err);
  if (status != DW_OK) return status;
  const char *kind = dw_value_text_of(value, "kind", "");
  if (strcmp(kind, "notification") == 0) take_letter(b, row, value, DW_LETTER_NOTIFICATION);
  if (strcmp(kind, "remedy") == 0) take_letter(b, row, value, DW_LETTER_REMEDY);
  if (strcmp(kind, "claim") == 0) take_claim(b, row->id, value);
  if (strcmp(kind, "attempt") == 0) take_attempt(b, value);
  if (dw_value_get(value, "of")) take_trail(b, row, value);
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
  dw_free(b->trail);
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

static void name_claim(dw_buf *id, const dw_letter *letter, uint64_t number)
{
  dw_buf_format(id, "%s#claim#%llu", letter->id, (unsigned long long)number);
  dw_buf_cstr(id);
}

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

static dw_status put_one(dw_records *records, const dw_letter *letter, const dw_buf *id, const dw_buf *content, int64_t now, bool *stored,
                         dw_err *err)
{
  dw_records_item item = {.kind = DW_RECORD_OUTBOX, .model = letter->model, .source = "", .id = id->data, .time = now, .received = now};
  item.content = content->data;
  item.length = content->length;
  dw_status status = dw_records_put(records, &(dw_records_batch){.items = &item, .count = 1}, err);
  if (stored) *stored = item.outcome == DW_RECORDS_STORED;
  return status;
}

static dw_status put_attempt(dw_records *records, const dw_letter *letter, int64_t now, const dw_delivery *delivery, dw_err *err)
{
  dw_json json;
  dw_buf id = {0}, content = {0};
  int64_t next = 0;
  bool failed = false, held = delivery && delivery->outcome == DW_DELIVER_LATER;
  if (held) {
    next = now + (delivery->retry_after > FIRST_PAUSE ? delivery->retry_after : FIRST_PAUSE);
  } else if (delivery) {
    next = dw_outbox_next(letter->begun, letter->attempts + 1, now, delivery->retry_after);
    failed = delivery->outcome == DW_DELIVER_NEVER || next == INT64_MAX;
  }
  dw_json_start(&json, &content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "attempt");
  dw_json_text(&json, "of", letter->id);
  put_time(&json, "time", now);
  if (delivery) {
    dw_json_integer(&json, "number", (int64_t)(held ? letter->held : letter->attempts) + 1);
    dw_json_text(&json, "error", delivery->error);
    dw_json_bool(&json, held ? "held" : "failed", held || failed);
    if (!failed) put_time(&json, "next", next);
  } else {
    dw_json_bool(&json, "replay", true);
  }
  dw_json_close(&json, '}');
  if (held) dw_buf_format(&id, "%s#held#%llu", letter->id, (unsigned long long)letter->held + 1);
  else if (delivery) name_attempt(&id, letter, letter->attempts + 1);
  else dw_buf_format(&id, "%s#replay#%lld", letter->id, (long long)now);
  dw_buf_cstr(&id);
  dw_status status = put_one(records, letter, &id, &content, now, NULL, err);
  dw_buf_free(&id);
  dw_buf_free(&content);
  return status;
}

static dw_status remove_one(dw_records *records, const dw_letter *letter, const char *id, dw_err *err)
{
  bool found;
  return dw_records_remove(records, DW_RECORD_OUTBOX, letter->model, "", id, &found, err);
}

static dw_status remove_claim(dw_records *records, const dw_letter *letter, dw_err *err)
{
  dw_buf id = {0};
  name_claim(&id, letter, letter->claims);
  dw_status status = remove_one(records, letter, dw_buf_cstr(&id), err);
  dw_buf_free(&id);
  return status;
}

/* The letter first: what is left of its attempts says nothing without it, and whoever claims it then finds it gone. Our claim last. */
static dw_status remove_letter(dw_records *records, const box *b, const dw_letter *letter, dw_err *err)
{
  dw_status status = remove_one(records, letter, letter->id, err);
  for (size_t i = 0; i < b->trail_count && status == DW_OK; i++)
    if (strcmp(b->trail[i].of, letter->id) == 0) status = remove_one(records, letter, b->trail[i].id, err);
  return status == DW_OK ? remove_claim(records, letter, err) : status;
}

/* --- claims --- */

/* What no other process writes, so that its claim is another record under the same id. */
static void name_claimer(dw_json *json)
{
  char text[60];
  struct timespec clock;
  clock_gettime(CLOCK_MONOTONIC, &clock);
  snprintf(text, sizeof text, "%d.%lld.%ld", (int)getpid(), (long long)clock.tv_sec, clock.tv_nsec);
  dw_json_text(json, "by", text);
}

static dw_status see_one(void *seen, const dw_records_row *row, bool *stop, dw_err *err)
{
  *(bool *)seen = *stop = true;
  return DW_OK;
}

/* *mine: nobody else has it, and it is still there: who delivered it meanwhile has removed it before its claim. */
static dw_status claim(dw_records *records, dw_letter *letter, int64_t now, bool *mine, dw_err *err)
{
  dw_json json;
  dw_buf id = {0}, content = {0};
  dw_json_start(&json, &content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "claim");
  dw_json_text(&json, "of", letter->id);
  put_time(&json, "time", now);
  put_time(&json, "until", now + DW_OUTBOX_CLAIM);
  name_claimer(&json);
  dw_json_close(&json, '}');
  name_claim(&id, letter, letter->claims + 1);
  dw_status status = put_one(records, letter, &id, &content, now, mine, err);
  dw_buf_free(&id);
  dw_buf_free(&content);
  if (status != DW_OK || !*mine) return status;
  bool there = false;
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_OUTBOX;
  query.model = letter->model;
  query.id = letter->id;
  letter->claims++;
  status = dw_records_get(records, &query, see_one, &there, NULL, err);
  if (status == DW_OK && !there) status = remove_claim(records, letter, err);
  *mine = there;
  return status;
}

/* What became of a letter in this turn. */
typedef struct fate {
  bool gone, away, left;
} fate;

static bool waits_for_another(const box *b, const fate *fates, size_t at)
{
  for (size_t i = 0; i < at; i++) {
    const dw_letter *other = &b->letter[i];
    if (fates[i].gone || other->failed || other->kind != b->letter[at].kind) continue;
    if (strcmp(other->receiver, b->letter[at].receiver) == 0 && strcmp(other->model, b->letter[at].model) == 0) return true;
  }
  return false;
}

/* In this turn the receiver was not there: asked once more for each letter, it would keep all others waiting. What the policy does is a
 * model's own, and says nothing about the next one. */
static bool is_away(const box *b, const fate *fates, size_t at)
{
  if (b->letter[at].kind != DW_LETTER_NOTIFICATION) return false;
  for (size_t i = 0; i < at; i++)
    if (fates[i].away && strcmp(b->letter[i].receiver, b->letter[at].receiver) == 0) return true;
  return false;
}

static dw_status try_letter(dw_records *records, const box *b, dw_letter *letter, int64_t now, dw_deliver *deliver, void *context,
                            fate *out, dw_err *err)
{
  bool mine;
  dw_delivery delivery = {.outcome = DW_DELIVER_NEVER};
  dw_status status = claim(records, letter, now, &mine, err);
  if (status != DW_OK || !mine) return status;
  deliver(context, letter, &delivery);
  out->gone = delivery.outcome == DW_DELIVERED;
  if (out->gone) return remove_letter(records, b, letter, err);
  out->away = delivery.outcome == DW_DELIVER_AGAIN;
  out->left = delivery.outcome == DW_DELIVER_LEFT;
  if (!out->left) status = put_attempt(records, letter, now, &delivery, err);
  if (status == DW_OK) status = remove_claim(records, letter, err);
  letter->failed =
      delivery.outcome == DW_DELIVER_NEVER ||
      (delivery.outcome == DW_DELIVER_AGAIN && dw_outbox_next(letter->begun, letter->attempts + 1, now, delivery.retry_after) == INT64_MAX);
  return status;
}

dw_status dw_outbox_deliver(dw_records *records, dw_letter_kind kind, int64_t now, dw_deliver *deliver, void *context,
                            dw_outbox_counts *counts, dw_err *err)
{
  box b;
  *counts = (dw_outbox_counts){0};
  dw_status status = read_box(&b, records, err);
  fate *fates = dw_alloc_zero(b.count + 1, sizeof *fates);
  bool left = false;
  uint64_t began = dw_monotonic_ns();
  for (size_t i = 0; i < b.count && status == DW_OK; i++) {
    dw_letter *letter = &b.letter[i];
    int64_t at =
        now + (int64_t)((dw_monotonic_ns() - began) / 1000000000) * DW_SECOND; /* others may have taken long: claims count from here */
    if (letter->kind != kind) continue;
    bool due = !left && !letter->failed && letter->next <= now && letter->claimed <= now;
    if (due && !waits_for_another(&b, fates, i) && !is_away(&b, fates, i))
      status = try_letter(records, &b, letter, at, deliver, context, &fates[i], err);
    left |= fates[i].left;
    counts->delivered += fates[i].gone;
    counts->failed += !fates[i].gone && letter->failed;
    counts->waiting += !fates[i].gone && !letter->failed;
  }
  dw_free(fates);
  free_box(&b);
  return status;
}

/* --- as a document --- */

const char *dw_letter_state(const dw_letter *letter)
{
  bool held = letter->kind == DW_LETTER_REMEDY && letter->held && letter->next > letter->begun && *letter->error && !letter->failed;
  return letter->failed ? "failed" : held ? "held" : "waiting";
}

void dw_letter_write(const dw_letter *letter, dw_json *json, const char *key)
{
  dw_json_open(json, key, '{');
  dw_json_text(json, "kind", "letter");
  dw_json_text(json, "id", letter->id);
  dw_json_text(json, "what", letter->kind == DW_LETTER_REMEDY ? "remedy" : "notification");
  dw_json_text(json, "receiver", letter->receiver);
  dw_json_text(json, "model", letter->model);
  put_time(json, "time", letter->time);
  dw_json_text(json, "state", dw_letter_state(letter));
  dw_json_integer(json, "attempts", (int64_t)letter->attempts);
  if (!letter->failed) put_time(json, "next", letter->next > letter->claimed ? letter->next : letter->claimed);
  if (*letter->error) dw_json_text(json, "error", letter->error);
  dw_json_close(json, '}');
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
