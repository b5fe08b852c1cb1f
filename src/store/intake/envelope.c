#include "store/intake/envelope.h"

#include <string.h>

#include "base/map.h"
#include "io/formats/ndjson.h"
#include "io/text/json.h"
#include "io/text/json_text.h"

/* The members in front of the content. */
enum { RECORD, MODEL, SOURCE, ID, TIME, RECEIVED, KIND, TEXT, MEMBERS };
static const char *const members[MEMBERS] = {[RECORD] = "record", [MODEL] = "model",       [SOURCE] = "source", [ID] = "id",
                                             [TIME] = "time",     [RECEIVED] = "received", [KIND] = "kind",     [TEXT] = "text"};

/* Arrays and objects inside each other, of a text that is JSON. */
static int depth_of(const char *text, size_t length)
{
  int depth = 0, most = 0;
  bool inside = false;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    if (inside && c == '\\') i++;
    else if (c == '"') inside = !inside;
    else if (!inside && (c == '{' || c == '[') && ++depth > most) most = depth;
    else if (!inside && (c == '}' || c == ']')) depth--;
  }
  return most;
}

static void write_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

void dw_envelope_write(dw_buf *out, const dw_records_row *row)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, members[KIND], "stored");
  dw_json_text(&json, members[RECORD], dw_record_kind_word(row->kind));
  dw_json_text(&json, members[MODEL], row->model);
  dw_json_text(&json, members[SOURCE], row->source);
  dw_json_text(&json, members[ID], row->id);
  write_time(&json, members[TIME], row->time);
  write_time(&json, members[RECEIVED], row->received);
  if (depth_of(row->content, row->length) < DW_NDJSON_DEPTH) dw_json_raw(&json, "content", row->content, row->length);
  else dw_json_bytes(&json, members[TEXT], row->content, row->length);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

bool dw_envelope_wants(void *context, const char *name, size_t length)
{
  for (int i = 0; i < MEMBERS; i++)
    if (dw_text_equal(name, length, members[i])) return true;
  return false;
}

struct dw_envelopes {
  dw_arena arena;
  dw_map names; /* of models and sources */
  dw_records_item *items;
  size_t *rows; /* of the batch, by item */
  size_t capacity, rows_capacity;
  const dw_batch_column *columns[MEMBERS];
  dw_buf scratch;
};

dw_envelopes *dw_envelopes_new(void)
{
  dw_envelopes *envelopes = dw_alloc_zero(1, sizeof *envelopes);
  dw_arena_init(&envelopes->arena);
  dw_map_init(&envelopes->names);
  return envelopes;
}

void dw_envelopes_free(dw_envelopes *envelopes)
{
  if (!envelopes) return;
  dw_arena_free(&envelopes->arena);
  dw_map_free(&envelopes->names);
  dw_free(envelopes->items);
  dw_free(envelopes->rows);
  dw_buf_free(&envelopes->scratch);
  dw_free(envelopes);
}

dw_place dw_envelopes_place(const dw_envelopes *envelopes, const dw_batch *batch, size_t item)
{
  return dw_batch_place(batch, envelopes->rows[item]);
}

/* The text of a member, without NULs in it; NULL when it is none. */
static const char *text_of(dw_envelopes *envelopes, const dw_batch *batch, size_t row, int member, size_t *length)
{
  const dw_batch_column *column = envelopes->columns[member];
  if (!column || (column->tags[row] != DW_STRING && column->tags[row] != DW_STRING_ESCAPED)) return NULL;
  const char *text = dw_cell_text(batch, column->tags[row], column->cells[row], &envelopes->scratch, length);
  return memchr(text, '\0', *length) ? NULL : text;
}

static const char *name_of(dw_envelopes *envelopes, const dw_batch *batch, size_t row, int member)
{
  size_t length;
  const char *text = text_of(envelopes, batch, row, member, &length);
  if (!text || length > DW_RECORDS_NAME) return NULL;
  uint32_t index = dw_map_intern(&envelopes->names, text, length);
  return envelopes->names.keys[index].text;
}

static bool time_of(dw_envelopes *envelopes, const dw_batch *batch, size_t row, int member, int64_t *instant)
{
  size_t length;
  const char *text = text_of(envelopes, batch, row, member, &length);
  return text && dw_time_parse(text, length, instant);
}

/* From behind the member before it to the last brace, as it stands; or the text that it is in. */
static bool content_of(dw_envelopes *envelopes, const dw_batch *batch, size_t row, dw_records_item *item)
{
  static const char key[] = ",\"content\":";
  size_t length;
  const char *text = text_of(envelopes, batch, row, TEXT, &length);
  if (text) {
    item->content = dw_arena_strndup(&envelopes->arena, text, length);
    item->length = length;
    return true;
  }
  const dw_span *span = &envelopes->columns[RECEIVED]->spans[row];
  const char *from = batch->text + span->value + span->length;
  const char *end = batch->text + batch->record[row] + batch->record_length[row];
  if ((size_t)(end - from) < sizeof key || memcmp(from, key, sizeof key - 1) != 0) return false;
  while (end > from && end[-1] != '}') end--;
  item->content = from + sizeof key - 1;
  item->length = (size_t)(end - 1 - item->content);
  return true;
}

static dw_status take_row(dw_envelopes *envelopes, const dw_batch *batch, size_t row, dw_records_item *item, dw_err *why)
{
  size_t length;
  char kind[20] = "";
  dw_place place = dw_batch_place(batch, row);
  const char *text = text_of(envelopes, batch, row, KIND, &length);
  if (!text || !dw_text_equal(text, length, "stored"))
    return dw_record_fault(why, place, "not a record that dw-store export wrote: \"kind\" is not \"stored\"");
  text = text_of(envelopes, batch, row, RECORD, &length);
  if (text && length < sizeof kind) memcpy(kind, text, length);
  if (!dw_record_kind_find(kind, &item->kind)) return dw_record_fault(why, place, "field \"record\" is no kind of record that is stored");
  item->model = name_of(envelopes, batch, row, MODEL);
  item->source = name_of(envelopes, batch, row, SOURCE);
  if (!item->model || !item->source) return dw_record_fault(why, place, "fields \"model\" and \"source\" are to be texts");
  text = text_of(envelopes, batch, row, ID, &length);
  if (!text || length == 0 || length > DW_RECORDS_ID) return dw_record_fault(why, place, "field \"id\" is to be a text");
  item->id = dw_arena_strndup(&envelopes->arena, text, length);
  if (!time_of(envelopes, batch, row, TIME, &item->time) || !time_of(envelopes, batch, row, RECEIVED, &item->received))
    return dw_record_fault(why, place, "fields \"time\" and \"received\" are to be times (2026-01-31T09:30:00Z)");
  if (!content_of(envelopes, batch, row, item))
    return dw_record_fault(why, place, "\"content\" is to be the last field, as dw-store export writes it");
  return DW_OK;
}

dw_status dw_envelopes_take(dw_envelopes *envelopes, dw_reader *reader, const dw_batch *batch, dw_records_item **items, size_t *count,
                            dw_err *err)
{
  dw_err why;
  dw_arena_free(&envelopes->arena);
  dw_arena_init(&envelopes->arena);
  envelopes->items = dw_grow(envelopes->items, &envelopes->capacity, batch->rows, sizeof *envelopes->items);
  envelopes->rows = dw_grow(envelopes->rows, &envelopes->rows_capacity, batch->rows, sizeof *envelopes->rows);
  for (int i = 0; i < MEMBERS; i++) envelopes->columns[i] = dw_reader_find(reader, batch, members[i]);
  *items = envelopes->items;
  *count = 0;
  for (size_t row = 0; row < batch->rows; row++) {
    dw_records_item *item = &envelopes->items[*count];
    *item = (dw_records_item){0};
    if (take_row(envelopes, batch, row, item, &why) == DW_OK) {
      envelopes->rows[(*count)++] = row;
      continue;
    }
    dw_status status = dw_reader_unusable(reader, &why, err);
    if (status != DW_OK) return status;
  }
  return DW_OK;
}
