#include "io/record/gathered.h"

#include "base/num.h"

dw_gathered *dw_gathered_new(void)
{
  dw_gathered *rows = dw_alloc_zero(1, sizeof *rows);
  dw_map_init(&rows->names);
  return rows;
}

void dw_gathered_free(dw_gathered *rows)
{
  if (!rows) return;
  for (size_t k = 0; k < rows->names.count; k++) {
    dw_free(rows->column[k].tags);
    dw_free(rows->column[k].cells);
    dw_buf_free(&rows->column[k].text);
  }
  dw_free(rows->column);
  dw_free(rows->pool);
  dw_buf_free(&rows->scratch);
  dw_map_free(&rows->names);
  dw_free(rows);
}

size_t dw_gathered_column_of(dw_gathered *rows, const char *name, size_t length)
{
  size_t before = rows->names.count, at = dw_map_intern(&rows->names, name, length);
  if (at == before) {
    rows->column = dw_grow(rows->column, &rows->column_capacity, at + 1, sizeof *rows->column);
    rows->column[at] = (dw_gathered_column){.name = rows->names.keys[at].text};
  }
  return at;
}

static void column_room(dw_gathered_column *column, size_t rows)
{
  column->tags = dw_grow(column->tags, &column->tags_capacity, rows, sizeof *column->tags);
  column->cells = dw_grow(column->cells, &column->cells_capacity, rows, sizeof *column->cells);
}

/* What the column had not yet, or has no more of, is missing. */
static void column_fill(dw_gathered_column *column, size_t rows)
{
  if (column->filled == rows) return;
  column_room(column, rows);
  memset(column->tags + column->filled, DW_NULL, rows - column->filled);
  memset(column->cells + column->filled, 0, (rows - column->filled) * sizeof *column->cells);
  column->filled = rows;
}

static void put_text(dw_gathered *rows, dw_gathered_column *column, dw_gathered_cell *cell, const char *text, size_t length)
{
  cell->text = (uint32_t)column->text.length;
  cell->length = (uint32_t)length;
  dw_buf_add(&column->text, text, length);
  rows->bytes += length;
}

/* Fields of CSV may be in quotes, and have blanks around a number. */
static const char *number_text(const dw_batch *batch, const dw_span *span, size_t *length)
{
  const char *text = batch->text + span->value, *end = text + span->length;
  while (text < end && (*text == '"' || *text == ' ' || *text == '\t')) text++;
  while (end > text && (end[-1] == '"' || end[-1] == ' ' || end[-1] == '\t')) end--;
  *length = (size_t)(end - text);
  return text;
}

static dw_tag put_number(dw_gathered *rows, dw_gathered_column *column, dw_gathered_cell *cell, const dw_batch *batch, dw_tag tag,
                         double number, const dw_span *span)
{
  size_t length;
  const char *text = number_text(batch, span, &length);
  put_text(rows, column, cell, text, length);
  if (tag == DW_INTEGER) return dw_num_parse_signed(text, length, &cell->value.whole) ? DW_INTEGER : DW_STRING;
  cell->value.real = number;
  return DW_REAL;
}

static void put_vector(dw_gathered *rows, dw_gathered_cell *cell, const double *part, size_t count)
{
  rows->pool = dw_grow(rows->pool, &rows->pool_capacity, rows->pool_count + count, sizeof *rows->pool);
  cell->value.first = rows->pool_count;
  cell->length = (uint32_t)count;
  if (count) memcpy(rows->pool + rows->pool_count, part, count * sizeof *part);
  rows->pool_count += count;
  rows->bytes += count * sizeof *part;
}

static dw_tag put_cell(dw_gathered *rows, dw_gathered_column *column, dw_gathered_cell *cell, const dw_batch *batch,
                       const dw_batch_column *from, size_t row)
{
  dw_tag tag = (dw_tag)from->tags[row];
  size_t length;
  *cell = (dw_gathered_cell){0};
  switch (tag) {
  case DW_ABSENT:
  case DW_NULL: return DW_NULL;
  case DW_FALSE:
  case DW_TRUE: return tag;
  case DW_INTEGER:
  case DW_REAL: return put_number(rows, column, cell, batch, tag, from->cells[row].number, &from->spans[row]);
  case DW_VECTOR: return put_vector(rows, cell, batch->pool + from->cells[row].text.offset, from->cells[row].text.length), tag;
  case DW_OTHER: put_text(rows, column, cell, batch->text + from->cells[row].text.offset, from->cells[row].text.length); return tag;
  case DW_STRING:
  case DW_STRING_ESCAPED: break;
  }
  const char *text = dw_cell_text(batch, tag, from->cells[row], &rows->scratch, &length);
  put_text(rows, column, cell, text, length);
  return DW_STRING;
}

void dw_gathered_add(dw_gathered *rows, const dw_batch *batch, size_t first, size_t count, const size_t *place)
{
  size_t end = rows->rows + count;
  for (size_t k = 0; k < batch->column_count; k++) {
    dw_gathered_column *column = &rows->column[place[k]];
    column_fill(column, rows->rows);
    column_room(column, end);
    for (size_t i = 0; i < count; i++)
      column->tags[rows->rows + i] = (uint8_t)put_cell(rows, column, &column->cells[rows->rows + i], batch, &batch->columns[k], first + i);
    column->filled = end;
  }
  rows->rows = end;
  for (size_t k = 0; k < rows->names.count; k++) column_fill(&rows->column[k], end);
}

void dw_gathered_clear(dw_gathered *rows)
{
  for (size_t k = 0; k < rows->names.count; k++) rows->column[k].filled = rows->column[k].text.length = 0;
  rows->rows = rows->bytes = rows->pool_count = 0;
}

void dw_gathered_text(dw_buf *out, const dw_gathered *rows, const dw_gathered_column *column, size_t row)
{
  const dw_gathered_cell *cell = &column->cells[row];
  switch ((dw_tag)column->tags[row]) {
  case DW_ABSENT:
  case DW_NULL: return;
  case DW_FALSE: dw_buf_text(out, "false"); return;
  case DW_TRUE: dw_buf_text(out, "true"); return;
  case DW_VECTOR: break;
  case DW_INTEGER:
  case DW_REAL:
  case DW_STRING:
  case DW_STRING_ESCAPED:
  case DW_OTHER: dw_buf_add(out, column->text.data + cell->text, cell->length); return;
  }
  dw_buf_char(out, '[');
  for (size_t i = 0; i < cell->length; i++) {
    if (i) dw_buf_char(out, ',');
    dw_buf_number(out, rows->pool[cell->value.first + i]);
  }
  dw_buf_char(out, ']');
}
