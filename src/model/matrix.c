#include "model/matrix.h"

#include <float.h>
#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

/* When strings are no categories: as in data/column.c. */
enum { ENDLESS_DISTINCT = 9000, ENDLESS_ALWAYS = 1 << 20 };

void dw_matrix_init(dw_matrix *matrix, size_t memory) { *matrix = (dw_matrix){.memory = memory}; }

void dw_matrix_free(dw_matrix *matrix)
{
  for (size_t i = 0; i < matrix->column_count; i++) {
    dw_matrix_column *column = matrix->column[i];
    dw_free(column->name);
    dw_free(column->number);
    dw_free(column->text);
    dw_map_free(&column->texts);
    dw_free(column);
  }
  dw_free(matrix->column);
  *matrix = (dw_matrix){0};
}

float dw_matrix_float(double number)
{
  if (isinf(number)) return NAN;
  if (number > FLT_MAX) return FLT_MAX;
  if (number < -FLT_MAX) return -FLT_MAX;
  return (float)number;
}

/* --- one column --- */

static void reach_numbers(dw_matrix_column *column, size_t rows)
{
  column->number = dw_grow(column->number, &column->number_capacity, rows, sizeof *column->number);
  while (column->number_count < rows) column->number[column->number_count++] = NAN;
}

static void reach_texts(dw_matrix_column *column, size_t rows)
{
  column->text = dw_grow(column->text, &column->text_capacity, rows, sizeof *column->text);
  while (column->text_filled < rows) column->text[column->text_filled++] = 0;
}

static void put_number(dw_matrix_column *column, size_t row, double number, bool integer)
{
  float value = dw_matrix_float(number);
  if (isnan(value)) return;
  reach_numbers(column, row + 1);
  column->number[row] = value;
  column->kinds |= DW_KIND_NUMBER;
  column->values++;
  column->whole &= integer;
  if (column->few_count == sizeof column->few / sizeof *column->few) return;
  for (unsigned i = 0; i < column->few_count; i++)
    if (column->few[i] == value) return;
  column->few[column->few_count++] = value;
}

static void give_up_texts(dw_matrix_column *column)
{
  column->endless = true;
  dw_free(column->text);
  column->text = NULL;
  column->text_capacity = column->text_filled = 0;
  dw_map_free(&column->texts);
  dw_map_init(&column->texts);
}

static void put_text(dw_matrix_column *column, size_t row, const char *text, size_t length, bool string)
{
  column->kinds |= string ? DW_KIND_STRING : DW_KIND_BOOLEAN;
  column->values++;
  column->strings += string;
  if (column->endless) return;
  size_t before = column->texts.count;
  uint32_t place = dw_map_intern(&column->texts, text, length);
  reach_texts(column, row + 1);
  column->text[row] = place + 1;
  if (column->texts.count == before || !string) return;
  int64_t instant;
  if (column->instants && !dw_time_parse(text, length, &instant)) column->instants = false;
  for (size_t i = 0; i < length && !column->spaces; i++) column->spaces = text[i] == ' ' || text[i] == '\t' || text[i] == '\n';
}

static void column_add(dw_matrix_column *column, size_t first, const dw_batch *batch, const dw_batch_column *cells, dw_buf *scratch)
{
  for (size_t r = 0; r < batch->rows; r++) {
    dw_tag tag = cells->tags[r];
    size_t length;
    switch (tag) {
    case DW_INTEGER:
    case DW_REAL: put_number(column, first + r, cells->cells[r].number, tag == DW_INTEGER); break;
    case DW_FALSE: put_text(column, first + r, "false", 5, false); break;
    case DW_TRUE: put_text(column, first + r, "true", 4, false); break;
    case DW_STRING:
    case DW_STRING_ESCAPED: {
      const char *text = dw_cell_text(batch, tag, cells->cells[r], scratch, &length);
      put_text(column, first + r, text, length, true);
      break;
    }
    case DW_VECTOR:
    case DW_OTHER:
      column->kinds |= tag == DW_VECTOR ? DW_KIND_VECTOR : DW_KIND_OTHER;
      column->values++;
      break;
    default: break;
    }
  }
  size_t distinct = column->texts.count;
  bool hardly_repeat = distinct >= ENDLESS_DISTINCT && column->strings * 9 < (uint64_t)distinct * 10;
  if (hardly_repeat || distinct >= ENDLESS_ALWAYS) give_up_texts(column);
}

/* --- all of them --- */

static void new_columns(dw_matrix *matrix, const dw_reader *reader)
{
  size_t count = dw_reader_columns(reader);
  matrix->column = dw_grow(matrix->column, &matrix->column_capacity, count, sizeof *matrix->column);
  for (; matrix->column_count < count; matrix->column_count++) {
    dw_matrix_column *column = dw_alloc(sizeof *column);
    *column = (dw_matrix_column){.name = dw_strdup(dw_reader_column_name(reader, (uint32_t)matrix->column_count)), .whole = true, .instants = true};
    dw_map_init(&column->texts);
    matrix->column[matrix->column_count] = column;
  }
}

static size_t matrix_bytes(const dw_matrix *matrix)
{
  size_t held = 0;
  for (size_t i = 0; i < matrix->column_count; i++) {
    const dw_matrix_column *column = matrix->column[i];
    held += column->number_capacity * sizeof *column->number + column->text_capacity * sizeof *column->text + dw_map_bytes(&column->texts);
  }
  return held;
}

dw_status dw_matrix_add(dw_matrix *matrix, const dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  dw_buf scratch = {0};
  new_columns(matrix, reader);
  for (size_t i = 0; i < batch->column_count; i++)
    column_add(matrix->column[batch->columns[i].id], matrix->rows, batch, &batch->columns[i], &scratch);
  matrix->rows += batch->rows;
  dw_buf_free(&scratch);
  if (matrix->memory == 0 || matrix_bytes(matrix) <= matrix->memory) return DW_OK;
  return dw_err_set(err, DW_ENODATA, "the training data do not fit: %llu records take more than the memory allowed; give more by --memory, or fewer "
                    "columns or records", (unsigned long long)matrix->rows);
}

/* Booleans, alone or among numbers, are 0 and 1. */
static void booleans_to_numbers(dw_matrix_column *column)
{
  for (size_t row = 0; row < column->text_filled; row++) {
    if (!column->text[row]) continue;
    reach_numbers(column, row + 1);
    column->number[row] = column->texts.keys[column->text[row] - 1].length == 4 ? 1 : 0; /* "true" */
  }
}

void dw_matrix_finish(dw_matrix *matrix)
{
  for (size_t i = 0; i < matrix->column_count; i++)
    if (!(matrix->column[i]->kinds & DW_KIND_STRING)) booleans_to_numbers(matrix->column[i]);
}

const dw_matrix_column *dw_matrix_find(const dw_matrix *matrix, const char *name)
{
  for (size_t i = 0; i < matrix->column_count; i++)
    if (strcmp(matrix->column[i]->name, name) == 0) return matrix->column[i];
  return NULL;
}

float dw_matrix_number(const dw_matrix_column *column, size_t row) { return row < column->number_count ? column->number[row] : NAN; }

const dw_map_key *dw_matrix_text(const dw_matrix_column *column, size_t row)
{
  return row < column->text_filled && column->text[row] ? &column->texts.keys[column->text[row] - 1] : NULL;
}

dw_type dw_matrix_type(const dw_matrix *matrix, const dw_matrix_column *column)
{
  dw_type_facts facts = {.values = column->values, .kinds = column->kinds, .whole = column->whole, .missing = column->values < matrix->rows,
                         .distinct_numbers = column->whole ? column->few_count : sizeof column->few / sizeof *column->few,
                         .distinct_texts = column->texts.count, .endless = column->endless, .instants = column->instants && column->strings,
                         .spaces = column->spaces};
  if (!(column->kinds & DW_KIND_NUMBER)) facts.distinct_numbers = 0;
  return dw_type_infer(&facts, DW_TYPING_DRIFTWATCH);
}
