#include "store/intake/intake.h"

#include <string.h>

#include "base/digest.h"
#include "base/map.h"
#include "io/record/instant.h"

/* Columns of a batch that say what a record is; NULL where there are none. */
typedef struct intake_columns {
  const dw_batch_column *id, *time, *model[3], *kind, *query, *response, *prediction, *embedding, *label;
  const dw_batch_column **input; /* input_data and what lies in it */
  const dw_batch_column **other; /* what a label's record does not have */
  size_t input_count, other_count, capacity[2];
} intake_columns;

#define TIME_UNKNOWN INT64_MIN

struct dw_intake {
  dw_intake_options options;
  dw_arena arena; /* of ids, a batch's */
  dw_map models;
  uint32_t model; /* of the record before */
  dw_records_item *items;
  size_t *rows; /* of the batch, by item */
  size_t capacity, rows_capacity;
  intake_columns columns;
  dw_buf scratch, why;
};

dw_intake *dw_intake_new(const dw_intake_options *options)
{
  dw_intake *intake = dw_alloc_zero(1, sizeof *intake);
  intake->options = *options;
  if (!options->id) intake->options.id = "id";
  if (!options->time) intake->options.time = "ts";
  if (!options->model) intake->options.model = "";
  if (!options->source) intake->options.source = "";
  dw_arena_init(&intake->arena);
  dw_map_init(&intake->models);
  dw_map_intern(&intake->models, intake->options.model, strlen(intake->options.model));
  return intake;
}

void dw_intake_free(dw_intake *intake)
{
  if (!intake) return;
  dw_arena_free(&intake->arena);
  dw_map_free(&intake->models);
  dw_free(intake->items);
  dw_free(intake->rows);
  dw_free(intake->columns.input);
  dw_free(intake->columns.other);
  dw_buf_free(&intake->scratch);
  dw_buf_free(&intake->why);
  dw_free(intake);
}

dw_status dw_intake_fault(const dw_records_batch *put, const dw_records_item *item, dw_place place, dw_err *why)
{
  if (item->outcome == DW_RECORDS_CONFLICT)
    return dw_record_fault(why, place, "id \"%.100s\" is stored already, with other content (%s%s%s)", item->id,
                           dw_record_kind_word(item->kind), *item->model ? " of model " : "", item->model);
  return item->outcome == DW_RECORDS_REFUSED ? dw_record_fault(why, place, "%s", put->why) : DW_OK;
}

size_t dw_intake_row(const dw_intake *intake, size_t item) { return intake->rows[item]; }
dw_place dw_intake_place(const dw_intake *intake, const dw_batch *batch, size_t item) { return dw_batch_place(batch, intake->rows[item]); }

/* --- what stands where in a batch --- */

static void list(const dw_batch_column ***columns, size_t *count, size_t *capacity, const dw_batch_column *column)
{
  *columns = dw_grow(*columns, capacity, *count + 1, sizeof **columns);
  (*columns)[(*count)++] = column;
}

static void find_columns(dw_intake *intake, const dw_reader *reader, const dw_batch *batch)
{
  intake_columns *c = &intake->columns;
  const struct {
    const char *name;
    const dw_batch_column **column;
    bool label; /* a label's record may have it */
  } wanted[] = {{intake->options.id, &c->id, true}, {intake->options.time, &c->time, true},
                {"model_id", &c->model[0], true},   {"model", &c->model[1], true},
                {"model_name", &c->model[2], true}, {"label", &c->label, true},
                {"kind", &c->kind, true},           {"query", &c->query, false},
                {"response", &c->response, false},  {"prediction", &c->prediction, false},
                {"embedding", &c->embedding, false}};
  enum { WANTED = sizeof wanted / sizeof *wanted };
  for (size_t i = 0; i < WANTED; i++) *wanted[i].column = NULL;
  c->input_count = c->other_count = 0;
  for (size_t k = 0; k < batch->column_count; k++) {
    const dw_batch_column *column = &batch->columns[k];
    const char *name = dw_reader_column_name(reader, column->id);
    bool label = false;
    for (size_t i = 0; i < WANTED; i++) {
      if (strcmp(name, wanted[i].name) != 0) continue;
      *wanted[i].column = column;
      label |= wanted[i].label;
    }
    if (strncmp(name, "input_data", 10) == 0 && (name[10] == '\0' || name[10] == '.'))
      list(&c->input, &c->input_count, &c->capacity[0], column);
    if (!label) list(&c->other, &c->other_count, &c->capacity[1], column);
  }
}

static bool has(const dw_batch_column *column, size_t row) { return column && column->tags[row] != DW_ABSENT; }
static bool filled(const dw_batch_column *column, size_t row) { return has(column, row) && column->tags[row] != DW_NULL; }

static bool any(const dw_batch_column *const *columns, size_t count, size_t row)
{
  for (size_t i = 0; i < count; i++)
    if (columns[i]->tags[row] != DW_ABSENT) return true;
  return false;
}

/* --- what a record is --- */

/* The documents that commands write, by their member "kind". */
static const struct {
  const char *word;
  dw_record_kind kind;
} documents[] = {{"summary", DW_RECORD_RUN},           {"finding", DW_RECORD_EVENT},
                 {"detection", DW_RECORD_EVENT},       {"injection", DW_RECORD_EVENT},
                 {"alert", DW_RECORD_ALERT},           {"threshold", DW_RECORD_THRESHOLD},
                 {"thresholds", DW_RECORD_THRESHOLD},  {"model", DW_RECORD_MODEL},
                 {"model_version", DW_RECORD_VERSION}, {"model_change", DW_RECORD_VERSION},
                 {"metric", DW_RECORD_DOCUMENT},       {"incident", DW_RECORD_DOCUMENT},
                 {"plan", DW_RECORD_DOCUMENT},         {"action", DW_RECORD_DOCUMENT},
                 {"release", DW_RECORD_DOCUMENT},      {"consensus", DW_RECORD_DOCUMENT},
                 {"profile", DW_RECORD_DOCUMENT},      {"calibration", DW_RECORD_DOCUMENT},
                 {"audit", DW_RECORD_DOCUMENT},        {"monitoring_summary", DW_RECORD_DOCUMENT}};

static bool document_kind(dw_intake *intake, const dw_batch *batch, size_t row, dw_record_kind *kind)
{
  const dw_batch_column *column = intake->columns.kind;
  size_t length;
  if (!has(column, row) || column->tags[row] != DW_STRING) return false;
  const char *text = dw_cell_text(batch, DW_STRING, column->cells[row], &intake->scratch, &length);
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
    if (!dw_text_equal(text, length, documents[i].word)) continue;
    *kind = documents[i].kind;
    return true;
  }
  return false;
}

static dw_record_kind kind_of(dw_intake *intake, const dw_batch *batch, size_t row)
{
  const intake_columns *c = &intake->columns;
  dw_record_kind kind;
  if (intake->options.kind) return *intake->options.kind;
  if (document_kind(intake, batch, row, &kind)) return kind;
  if (has(c->query, row) || has(c->response, row)) return DW_RECORD_INTERACTION;
  if (has(c->prediction, row) || any(c->input, c->input_count, row)) return DW_RECORD_INFERENCE;
  if (has(c->embedding, row)) return DW_RECORD_EMBEDDING;
  if (has(c->label, row) && filled(c->id, row) && !any(c->other, c->other_count, row)) return DW_RECORD_LABEL;
  return DW_RECORD_INFERENCE;
}

/* --- its names --- */

/* A text, or the digits of a number, as a name: not empty, no NUL, not too long. false: *wrong says why. */
static bool name_of(dw_intake *intake, const dw_batch *batch, const dw_batch_column *column, size_t row, size_t most, const char **text,
                    size_t *length, const char **wrong)
{
  dw_tag tag = column->tags[row];
  *wrong = NULL;
  if (tag == DW_INTEGER || tag == DW_REAL) {
    *text = batch->text + column->spans[row].value;
    *length = column->spans[row].length;
  } else if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
    *text = dw_cell_text(batch, tag, column->cells[row], &intake->scratch, length);
  } else {
    *wrong = "neither a text nor a number";
    return false;
  }
  if (*length == 0) *wrong = "empty";
  else if (memchr(*text, '\0', *length)) *wrong = "a text with \\u0000 in it, which databases do not take in a name";
  else if (*length > most) *wrong = "too long for a name";
  return !*wrong;
}

/* *model: with a NUL, as long as the intake is. */
static const char *model_of(dw_intake *intake, const dw_batch *batch, size_t row, const char **model)
{
  const char *wrong, *text;
  size_t length;
  const dw_batch_column *column = NULL;
  if (*model) return NULL;
  for (size_t i = 0; i < 3 && !column; i++)
    if (filled(intake->columns.model[i], row)) column = intake->columns.model[i];
  *model = intake->models.keys[0].text;
  if (!column) return NULL;
  if (!name_of(intake, batch, column, row, DW_RECORDS_NAME, &text, &length, &wrong)) return wrong;
  const dw_map_key *last = &intake->models.keys[intake->model];
  if (last->length != length || memcmp(last->text, text, length) != 0) intake->model = dw_map_intern(&intake->models, text, length);
  *model = intake->models.keys[intake->model].text;
  return NULL;
}

static void put_hex(dw_buf *out, uint64_t value)
{
  char *at = dw_buf_room(out, 16);
  for (int i = 15; i >= 0; i--, value >>= 4) at[i] = "0123456789abcdef"[value & 15];
  out->length += 16;
}

/* Of a record without an id: its time in front, where it has one of its own, so that records that come in the order of time lie beside each
 * other in the index of ids. */
static const char *made_id(dw_intake *intake, const dw_records_item *item, bool own_time)
{
  dw_digest digest;
  char text[33];
  dw_digest_init(&digest);
  dw_digest_add(&digest, item->content, item->length);
  dw_digest_text(&digest, text);
  intake->scratch.length = 0;
  if (own_time) put_hex(&intake->scratch, (uint64_t)item->time + (UINT64_C(1) << 62));
  dw_buf_char(&intake->scratch, '-');
  dw_buf_text(&intake->scratch, text);
  return dw_arena_strndup(&intake->arena, intake->scratch.data, intake->scratch.length);
}

/* --- one record --- */

static dw_status id_of(dw_intake *intake, const dw_batch *batch, size_t row, dw_records_item *item, bool own_time, dw_err *why)
{
  const dw_batch_column *column = intake->columns.id;
  const char *text, *wrong;
  size_t length;
  dw_place place = dw_batch_place(batch, row);
  if (item->id) return DW_OK;
  if (filled(column, row)) {
    if (!name_of(intake, batch, column, row, DW_RECORDS_ID, &text, &length, &wrong))
      return dw_record_fault(why, place, "field \"%s\" is %s: an id is a text or a number of 1 to %d bytes", intake->options.id, wrong,
                             DW_RECORDS_ID);
    item->id = dw_arena_strndup(&intake->arena, text, length);
    return DW_OK;
  }
  if (item->kind == DW_RECORD_LABEL)
    return dw_record_fault(why, place, "a label without a field \"%s\": it would say nothing about any record", intake->options.id);
  item->id = made_id(intake, item, own_time);
  return DW_OK;
}

static dw_status time_of(dw_intake *intake, const dw_batch *batch, size_t row, dw_records_item *item, bool *own, dw_err *why)
{
  const dw_batch_column *column = intake->columns.time;
  *own = item->time != TIME_UNKNOWN || filled(column, row);
  if (item->time != TIME_UNKNOWN) return DW_OK;
  item->time = item->received;
  if (!*own || dw_instant_cell(intake->options.format, batch, column->tags[row], column->cells[row], &intake->scratch, &item->time))
    return DW_OK;
  return dw_record_fault(why, dw_batch_place(batch, row), "field \"%s\" %s", intake->options.time,
                         dw_instant_wrong(intake->options.format, batch, column->tags[row], column->cells[row], &intake->why));
}

static dw_status embedding_of(dw_intake *intake, const dw_batch *batch, size_t row, dw_records_item *item, dw_err *why)
{
  const dw_batch_column *column = intake->columns.embedding;
  if (!dw_record_kind_vectors(item->kind) || !filled(column, row)) return DW_OK;
  dw_cell cell = column->cells[row];
  if (column->tags[row] == DW_VECTOR) {
    item->embedding = batch->pool + cell.text.offset;
    item->dimensions = cell.text.length;
    if (!intake->options.dimensions || item->dimensions == intake->options.dimensions) return DW_OK;
    return dw_record_fault(why, dw_batch_place(batch, row), "field \"embedding\" has %zu dimensions, not %zu", item->dimensions,
                           intake->options.dimensions);
  }
  if (column->tags[row] == DW_OTHER && dw_text_equal(batch->text + cell.text.offset, cell.text.length, "[]")) return DW_OK;
  return dw_record_fault(why, dw_batch_place(batch, row), "field \"embedding\" is not an array of numbers");
}

static dw_status take_record(dw_intake *intake, const dw_batch *batch, size_t row, dw_records_item *item, dw_err *why)
{
  bool own_time;
  item->kind = kind_of(intake, batch, row);
  item->source = intake->options.source;
  item->content = batch->text + batch->record[row];
  item->length = batch->record_length[row];
  if (intake->options.beside) intake->options.beside(intake->options.context, dw_batch_place(batch, row), item);
  const char *wrong = model_of(intake, batch, row, &item->model);
  if (wrong)
    return dw_record_fault(why, dw_batch_place(batch, row), "the model's name is %s: it is a text or a number of 1 to %d bytes", wrong,
                           DW_RECORDS_NAME);
  dw_status status = time_of(intake, batch, row, item, &own_time, why);
  if (status == DW_OK) status = id_of(intake, batch, row, item, own_time, why);
  if (status == DW_OK) status = embedding_of(intake, batch, row, item, why);
  if (status != DW_OK || !intake->options.may) return status;
  return intake->options.may(intake->options.context, dw_batch_place(batch, row), item, why);
}

dw_status dw_intake_take(dw_intake *intake, dw_reader *reader, const dw_batch *batch, int64_t now, dw_records_item **items, size_t *count,
                         dw_err *err)
{
  dw_err why;
  dw_arena_free(&intake->arena);
  dw_arena_init(&intake->arena);
  intake->items = dw_grow(intake->items, &intake->capacity, batch->rows, sizeof *intake->items);
  intake->rows = dw_grow(intake->rows, &intake->rows_capacity, batch->rows, sizeof *intake->rows);
  find_columns(intake, reader, batch);
  *items = intake->items;
  *count = 0;
  for (size_t row = 0; row < batch->rows; row++) {
    dw_records_item *item = &intake->items[*count];
    *item = (dw_records_item){.received = now, .time = TIME_UNKNOWN};
    if (take_record(intake, batch, row, item, &why) == DW_OK) {
      intake->rows[(*count)++] = row;
      continue;
    }
    dw_status status = dw_reader_unusable(reader, &why, err);
    if (status != DW_OK) return status;
  }
  return DW_OK;
}
