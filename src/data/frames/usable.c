#include "data/frames/usable.h"

#include "base/mem.h"
#include "io/record/instant.h"

static void compact_column(const dw_batch_column *from, size_t rows, const uint8_t *take, uint8_t *tags, dw_cell *cells, dw_span *spans)
{
  for (size_t row = 0, at = 0; row < rows; row++) {
    if (!take[row]) continue;
    tags[at] = from->tags[row];
    cells[at] = from->cells[row];
    if (from->spans) spans[at] = from->spans[row];
    at++;
  }
}

/* The rows that are taken, in arrays of our own; texts and vectors stay where they are. */
static const dw_batch *compact(dw_usable *u, const dw_batch *from, size_t kept)
{
  size_t count = from->column_count, rows = from->rows;
  u->columns = dw_grow(u->columns, &u->columns_capacity, count, sizeof *u->columns);
  u->tags = dw_grow(u->tags, &u->tags_capacity, count * kept, sizeof *u->tags);
  u->cells = dw_grow(u->cells, &u->cells_capacity, count * kept, sizeof *u->cells);
  u->batch = *from;
  u->batch.rows = kept;
  u->batch.columns = u->columns;
  if (from->record) {
    u->spans = dw_grow(u->spans, &u->spans_capacity, count * kept, sizeof *u->spans);
    u->record = dw_grow(u->record, &u->record_capacity, kept, sizeof *u->record);
    u->record_length = dw_grow(u->record_length, &u->length_capacity, kept, sizeof *u->record_length);
    for (size_t row = 0, at = 0; row < rows; row++) {
      if (!u->take[row]) continue;
      u->record[at] = from->record[row];
      u->record_length[at++] = from->record_length[row];
    }
    u->batch.record = u->record;
    u->batch.record_length = u->record_length;
  }
  if (from->line) {
    u->line = dw_grow(u->line, &u->line_capacity, kept, sizeof *u->line);
    for (size_t row = 0, at = 0; row < rows; row++)
      if (u->take[row]) u->line[at++] = from->line[row];
    u->batch.line = u->line;
  }
  for (size_t i = 0; i < count; i++) {
    const dw_batch_column *column = &from->columns[i];
    dw_span *spans = column->spans ? u->spans + i * kept : NULL;
    u->columns[i] = (dw_batch_column){.id = column->id, .tags = u->tags + i * kept, .cells = u->cells + i * kept, .spans = spans};
    compact_column(column, rows, u->take, u->tags + i * kept, u->cells + i * kept, spans);
  }
  return &u->batch;
}

/* What is wrong with a cell, or NULL. */
typedef const char *judge(dw_usable *u, const dw_batch *batch, dw_tag tag, const dw_cell *cell);

static dw_status filter(dw_usable *u, dw_reader *reader, const dw_batch **batch, const char *name, judge *judge_cell, dw_err *err)
{
  const dw_batch *from = *batch;
  const dw_batch_column *column = dw_reader_find(reader, from, name);
  size_t kept = 0;
  u->take = dw_grow(u->take, &u->take_capacity, from->rows, sizeof *u->take);
  for (size_t row = 0; row < from->rows; row++) {
    u->kept = kept;
    const char *wrong = judge_cell(u, from, column ? (dw_tag)column->tags[row] : DW_ABSENT, column ? &column->cells[row] : NULL);
    kept += u->take[row] = !wrong;
    if (!wrong) continue;
    dw_err why;
    dw_err_at(&why, DW_EDATA, from->name, from->line ? from->line[row] : 0, 0, "field \"%s\" %s", name, wrong);
    dw_status status = dw_reader_unusable(reader, &why, err);
    if (status != DW_OK) return status;
  }
  if (kept < from->rows) *batch = compact(u, from, kept);
  return DW_OK;
}

static const char *no_instant(dw_usable *u, const dw_batch *batch, dw_tag tag, const dw_cell *cell)
{
  if (cell && dw_instant_cell(u->format, batch, tag, *cell, &u->scratch, &u->instant[u->kept])) return NULL;
  return dw_instant_wrong(u->format, batch, tag, cell ? *cell : (dw_cell){0}, &u->why);
}

static const char *no_label(dw_usable *u, const dw_batch *batch, dw_tag tag, const dw_cell *cell)
{
  return tag == DW_VECTOR || tag == DW_OTHER ? "is an array or an object; a label is a number, a string or a boolean" : NULL;
}

static const char *no_number(dw_usable *u, const dw_batch *batch, dw_tag tag, const dw_cell *cell)
{
  bool fine = tag == DW_ABSENT || tag == DW_NULL || tag == DW_INTEGER || tag == DW_REAL;
  return fine ? NULL : "is not a number, which the label of a regression is";
}

dw_status dw_usable_instants(dw_usable *usable, dw_reader *reader, const dw_batch **batch, const char *time, const dw_time_format *format,
                             dw_err *err)
{
  usable->format = format;
  usable->instant = dw_grow(usable->instant, &usable->instant_capacity, (*batch)->rows, sizeof *usable->instant);
  return filter(usable, reader, batch, time, no_instant, err);
}

dw_status dw_usable_labels(dw_usable *usable, dw_reader *reader, const dw_batch **batch, const char *label, bool numbers, dw_err *err)
{
  return filter(usable, reader, batch, label, numbers ? no_number : no_label, err);
}

void dw_usable_free(dw_usable *usable)
{
  dw_free(usable->take);
  dw_free(usable->columns);
  dw_free(usable->tags);
  dw_free(usable->cells);
  dw_free(usable->spans);
  dw_free(usable->record);
  dw_free(usable->record_length);
  dw_free(usable->line);
  dw_free(usable->instant);
  dw_buf_free(&usable->scratch);
  dw_buf_free(&usable->why);
  *usable = (dw_usable){0};
}
