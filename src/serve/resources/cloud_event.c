#include "serve/resources/cloud_event.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "io/formats/ndjson.h"
#include "io/record/json_member.h"
#include "io/record/scanner.h"
#include "io/text/json_text.h"
#include "serve/request/request_target.h"

/* Where an attribute's text comes from; NULL: the event has none of this name. */
typedef char *attribute_source(const void *context, const char *name, dw_arena *arena);

static void read_attributes(dw_cloud_event *event, attribute_source *source, const void *context, dw_arena *arena)
{
  const char *version = source(context, "specversion", arena), *time = source(context, "time", arena);
  event->id = source(context, "id", arena);
  event->source = source(context, "source", arena);
  event->type = source(context, "type", arena);
  event->model = source(context, "inferenceservicename", arena);
  event->timed = time != NULL;
  if (!version || strcmp(version, "1.0") != 0) event->fault = "a CloudEvent of another version than 1.0";
  else if (!event->id || !*event->id || strlen(event->id) > DW_RECORDS_ID) event->fault = "a CloudEvent's id has 1 to 1000 bytes";
  else if (!event->source || !*event->source || strlen(event->source) > DW_RECORDS_NAME)
    event->fault = "a CloudEvent's source has 1 to 200 bytes";
  else if (!event->type || !*event->type) event->fault = "a CloudEvent without a type";
  else if (event->model && (!*event->model || strlen(event->model) > DW_RECORDS_NAME))
    event->fault = "a CloudEvent's inferenceservicename has 1 to 200 bytes";
  else if (time && !dw_time_parse(time, strlen(time), &event->time))
    event->fault = "a CloudEvent's time is to be one (2026-01-31T09:30:00Z)";
}

/* --- binary mode --- */

static char *of_head(const void *head, const char *name, dw_arena *arena)
{
  char field[64];
  snprintf(field, sizeof field, "ce-%s", name);
  const char *value = dw_head_field_of(head, field);
  if (!value) return NULL;
  size_t length = strlen(value);
  char *text = dw_arena_strndup(arena, value, length);
  if (!dw_request_target_decode(value, length, false, text)) *text = '\0';
  return text;
}

void dw_cloud_event_of_head(dw_cloud_event *event, const dw_head *head, dw_arena *arena)
{
  *event = (dw_cloud_event){0};
  read_attributes(event, of_head, head, arena);
}

/* --- structured mode --- */

enum { EVENT_DEPTH = DW_NDJSON_DEPTH + 1 }; /* the data may be as deep as a record */

typedef struct event_text {
  const char *text;
  size_t length;
  dw_buf *scratch, *decoded;
} event_text;

/* A text without a NUL; what is none is an empty one, which no attribute may be. */
static char *of_text(const void *context, const char *name, dw_arena *arena)
{
  const event_text *t = context;
  size_t length;
  const char *value = dw_json_member(t->scratch, t->text, t->length, name, EVENT_DEPTH, &length);
  if (!value || dw_text_equal(value, length, "null")) return NULL;
  t->decoded->length = 0;
  if (*value == '"') dw_json_text_decode(t->decoded, value + 1, length - 2);
  if (t->decoded->length == 0 || memchr(t->decoded->data, '\0', t->decoded->length)) return dw_arena_strndup(arena, "", 0);
  return dw_arena_strndup(arena, t->decoded->data, t->decoded->length);
}

static bool is_json(const char *type) { return !type || strncmp(type, "application/json", 16) == 0; }

/* All of it is one JSON value. */
static bool is_whole(const event_text *t)
{
  dw_text_fault fault;
  t->scratch->length = 0;
  dw_buf_add(t->scratch, t->text, t->length);
  dw_buf_char(t->scratch, '\n');
  memset(dw_buf_room(t->scratch, DW_BLOCK_PADDING), 0, DW_BLOCK_PADDING);
  const char *end = dw_json_text_value(dw_json_skip_space(t->scratch->data), 0, EVENT_DEPTH, &fault);
  return end && dw_json_skip_space(end) == t->scratch->data + t->length;
}

static void read_text(dw_cloud_event *event, const event_text *t, dw_arena *arena, dw_buf *lines)
{
  size_t length;
  if (!is_whole(t)) {
    event->fault = "a CloudEvent that is no JSON object";
    return;
  }
  read_attributes(event, of_text, t, arena);
  if (event->fault) return;
  const char *type = of_text(t, "datacontenttype", arena);
  const char *data = dw_json_member(t->scratch, t->text, t->length, "data", EVENT_DEPTH, &length);
  if (!is_json(type) || !data || *data != '{') {
    event->fault = "a CloudEvent's data is to be a JSON object, in the member data";
    return;
  }
  dw_buf_add(lines, data, length);
  dw_buf_char(lines, '\n');
}

void dw_cloud_event_of_text(dw_cloud_event *event, const char *text, size_t length, dw_arena *arena, dw_buf *lines)
{
  dw_buf scratch = {0}, decoded = {0};
  event_text t = {text, length, &scratch, &decoded};
  *event = (dw_cloud_event){0};
  read_text(event, &t, arena, lines);
  if (event->fault) dw_buf_text(lines, "{}\n");
  dw_buf_free(&scratch);
  dw_buf_free(&decoded);
}

/* --- what it makes of a record --- */

static bool ends_in(const char *text, const char *end)
{
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

void dw_cloud_event_name(const dw_cloud_event *event, dw_records_item *item)
{
  if (event->fault) {
    item->id = "-";
    return;
  }
  item->id = event->id;
  item->source = event->source;
  if (event->model) item->model = event->model;
  if (event->timed) item->time = event->time;
  if (item->kind != DW_RECORD_INFERENCE) return;
  if (ends_in(event->type, ".request")) item->kind = DW_RECORD_REQUEST;
  if (ends_in(event->type, ".response")) item->kind = DW_RECORD_RESPONSE;
}
