#include "model/encode/matrix.h"

#include <float.h>
#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "data/columns/instants.h"
#include "io/record/time_format.h"
#include "io/formats/csv.h"
#include "io/text/json.h"
#include "model/encode/task.h"

/* When strings are no categories: as in data/columns/column.c. */
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
  dw_row_sample_free(&matrix->sample);
  *matrix = (dw_matrix){0};
}

void dw_matrix_sample(dw_matrix *matrix, uint64_t seed)
{
  matrix->sampling = true;
  matrix->fit = SIZE_MAX / 2;
  dw_row_sample_init(&matrix->sample, seed);
}

void dw_matrix_label(dw_matrix *matrix, const char *name) { matrix->label = name; }

void dw_matrix_set_types(dw_matrix *matrix, dw_matrix_types types) { matrix->types = types; }

uint64_t dw_matrix_seen(const dw_matrix *matrix) { return matrix->sampling ? matrix->sample.seen : matrix->rows; }

uint64_t dw_matrix_record(const dw_matrix *matrix, size_t row) { return matrix->sampling ? matrix->sample.record[row] : row; }

float dw_matrix_float(double number)
{
  if (number > FLT_MAX) return FLT_MAX;
  if (number < -FLT_MAX) return -FLT_MAX;
  return (float)number;
}

/* --- one column --- */

#define NOT_KEPT SIZE_MAX /* the row of a record that the sample leaves out: it counts for the column's type only */

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

/* A double holds every integer below; from here on a number may stand for its neighbour. */
#define WHOLE_MOST 9007199254740992.0

static void see_few(dw_matrix_column *column, double value)
{
  if (column->few_count == sizeof column->few / sizeof *column->few) return;
  for (unsigned i = 0; i < column->few_count; i++)
    if (column->few[i] == value) return;
  column->few[column->few_count++] = value;
}

/* A place among the texts for the row. */
static void place_text(dw_matrix_column *column, size_t row, const char *text, size_t length)
{
  uint32_t place = dw_map_intern(&column->texts, text, length);
  if (row == NOT_KEPT) return;
  reach_texts(column, row + 1);
  column->text[row] = place + 1;
}

static void place_digits(dw_matrix_column *column, size_t row, const char *text, size_t length)
{
  size_t before = column->texts.count;
  place_text(column, row, text, length);
  column->digits += column->texts.count - before;
}

/* What Unix times among columns of numbers are known by. */
static void see_time(dw_matrix_column *column, double number)
{
  if (number < column->least) column->least = number;
  if (number > column->most) column->most = number;
  column->round = column->round && fabs(number) < 0x1p63 && dw_instants_round(number);
}

static void put_number(dw_matrix_column *column, size_t row, double number, bool integer)
{
  float value = dw_matrix_float(number);
  if (isnan(value) || (isinf(number) && (column->label || (column->kinds & DW_KIND_STRING)))) return; /* no class, no category */
  column->kinds |= DW_KIND_NUMBER;
  column->values++;
  column->whole &= integer;
  see_few(column, column->label ? number : (double)value);
  see_time(column, number);
  bool beyond = integer && fabs(number) >= WHOLE_MOST;
  if ((column->kinds & DW_KIND_STRING) && !column->label) {
    char text[DW_NUM_TEXT];
    bool room = !column->endless && column->texts.count < ENDLESS_DISTINCT;
    column->rounded |= beyond || !room;
    if (room) place_digits(column, row, text, dw_num_print(text, number));
  } else {
    column->inexact |= beyond || (double)value != number;
  }
  if (row == NOT_KEPT) return;
  reach_numbers(column, row + 1);
  column->number[row] = value;
}

/* The first string: the numbers before it are categories. */
static void numbers_to_texts(dw_matrix_column *column)
{
  char text[DW_NUM_TEXT];
  column->rounded |= column->inexact;
  for (size_t row = 0; row < column->number_count; row++) {
    if (isnan(column->number[row])) continue;
    column->rounded |= column->texts.count >= ENDLESS_DISTINCT;
    if (column->texts.count < ENDLESS_DISTINCT) place_digits(column, row, text, dw_num_print(text, (double)column->number[row]));
  }
}

static void give_up_texts(dw_matrix_column *column)
{
  column->endless = true;
  column->digits = 0;
  dw_free(column->text);
  column->text = NULL;
  column->text_capacity = column->text_filled = 0;
  dw_map_free(&column->texts);
  dw_map_init(&column->texts);
}

static void put_text(dw_matrix_column *column, size_t row, const char *text, size_t length, bool string)
{
  if (string && !(column->kinds & DW_KIND_STRING) && !column->label) numbers_to_texts(column);
  column->kinds |= string ? DW_KIND_STRING : DW_KIND_BOOLEAN;
  column->values++;
  column->strings += string;
  if (column->endless) return;
  size_t before = column->texts.count;
  place_text(column, row, text, length);
  if (column->texts.count == before || !string) return;
  int64_t instant;
  char form[2][DW_TIME_FORMAT_TEXT];
  if (column->instants && !dw_time_parse(text, length, &instant)) column->instants = dw_time_format_guess(text, length, form) > 0;
  for (size_t i = 0; i < length && !column->spaces; i++) column->spaces = text[i] == ' ' || text[i] == '\t' || text[i] == '\n';
}

/* A class of the label as JSON. A number keeps its digits; one that is an integer beyond what a double holds is a text. */
static void put_label(dw_matrix_column *column, size_t row, const dw_batch *batch, dw_tag tag, dw_cell cell, bool untyped, dw_buf *scratch)
{
  size_t length;
  const char *text = dw_cell_text(batch, tag, cell, scratch, &length);
  char printed[DW_NUM_TEXT];
  double number = NAN;
  bool integer = false, bare = untyped || (tag == DW_STRING && cell.text.offset && batch->text[cell.text.offset - 1] != '"');
  dw_tag kind = DW_STRING;
  if (untyped) kind = dw_csv_cell(text, length, &number);
  if (!untyped && bare && dw_num_parse(text, length, &number, &integer)) kind = integer ? DW_INTEGER : DW_REAL;
  if (kind == DW_NULL || (bare && isinf(number))) return;
  integer = kind == DW_INTEGER;
  if (integer || kind == DW_REAL) {
    size_t size = dw_num_print(printed, number);
    if (!integer || fabs(number) < WHOLE_MOST || (size == length && memcmp(printed, text, size) == 0)) {
      put_number(column, row, number, integer);
      if (column->texts.count <= DW_TASK_MOST_CLASSES) place_text(column, row, printed, size);
      return;
    }
  }
  dw_buf json = {0};
  dw_json_quote(&json, text, length);
  put_text(column, row, json.data, json.length, true);
  dw_buf_free(&json);
}

/* Strings that will be given up, if they go on so. */
static bool hardly_repeats(const dw_matrix_column *column)
{
  return column->endless || column->strings * 9 < (uint64_t)column->texts.count * 10;
}

/* place: [batch->rows] the row of each record. */
static void column_add(dw_matrix_column *column, const size_t *place, const dw_batch *batch, const dw_batch_column *cells, bool untyped,
                       dw_buf *scratch)
{
  for (size_t r = 0; r < batch->rows; r++) {
    dw_tag tag = cells->tags[r];
    size_t length, row = place[r];
    switch (tag) {
    case DW_INTEGER:
    case DW_REAL: put_number(column, row, cells->cells[r].number, tag == DW_INTEGER); break;
    case DW_FALSE: put_text(column, row, "false", 5, false); break;
    case DW_TRUE: put_text(column, row, "true", 4, false); break;
    case DW_STRING:
    case DW_STRING_ESCAPED: {
      if (column->label) {
        put_label(column, row, batch, tag, cells->cells[r], untyped, scratch);
        break;
      }
      const char *text = dw_cell_text(batch, tag, cells->cells[r], scratch, &length);
      put_text(column, row, text, length, true);
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
  if ((distinct >= ENDLESS_DISTINCT && hardly_repeats(column)) || distinct >= ENDLESS_ALWAYS) give_up_texts(column);
}

/* --- columns --- */

static void new_columns(dw_matrix *matrix, const dw_reader *reader)
{
  size_t count = dw_reader_columns(reader);
  matrix->column = dw_grow(matrix->column, &matrix->column_capacity, count, sizeof *matrix->column);
  for (; matrix->column_count < count; matrix->column_count++) {
    dw_matrix_column *column = dw_alloc(sizeof *column);
    *column = (dw_matrix_column){.name = dw_strdup(dw_reader_column_name(reader, (uint32_t)matrix->column_count)),
                                 .whole = true,
                                 .instants = true,
                                 .least = INFINITY,
                                 .most = -INFINITY,
                                 .round = true};
    column->label = matrix->label && strcmp(column->name, matrix->label) == 0;
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

/* --- sampling --- */

/* So many rows fit, with the columns and texts seen so far; identifiers that are not given up yet do not count. Arrays that grow have up to
 * twice the room that they need, and a quarter more rows than this may wait to be trimmed. */
static size_t rows_that_fit(dw_matrix *matrix)
{
  size_t texts = 0, row = 24, fit; /* 24: the record's number, and a place in the trimming */
  if (matrix->memory == 0) return matrix->fit;
  for (size_t i = 0; i < matrix->column_count; i++) {
    const dw_matrix_column *column = matrix->column[i];
    if (column->kinds == DW_KIND_STRING && hardly_repeats(column)) continue;
    texts += dw_map_bytes(&column->texts);
    row += (column->kinds & (DW_KIND_NUMBER | DW_KIND_BOOLEAN) ? 4U : 0U) +
           (column->label || column->kinds & (DW_KIND_STRING | DW_KIND_BOOLEAN) ? 4U : 0U);
  }
  fit = texts < matrix->memory ? (matrix->memory - texts) / 5 * 2 / row : 0;
  if (fit < matrix->fit) matrix->fit = fit;
  return matrix->fit;
}

static void keep_rows(dw_matrix_column *column, const size_t *keep, size_t count)
{
  size_t numbers = 0, texts = 0;
  for (; numbers < count && keep[numbers] < column->number_count; numbers++) column->number[numbers] = column->number[keep[numbers]];
  for (; texts < count && keep[texts] < column->text_filled; texts++) column->text[texts] = column->text[keep[texts]];
  column->number_count = numbers;
  column->text_filled = texts;
}

static void trim(dw_matrix *matrix, size_t count)
{
  size_t *keep = dw_alloc_array(matrix->rows, sizeof *keep);
  matrix->rows = dw_row_sample_trim(&matrix->sample, count, keep);
  for (size_t i = 0; i < matrix->column_count; i++) keep_rows(matrix->column[i], keep, matrix->rows);
  dw_free(keep);
}

/* What the kept rows hold of a column; of cells that are not stored (identifiers, vectors), their share. */
static void count_values(dw_matrix *matrix, dw_matrix_column *column)
{
  uint64_t stored = 0;
  bool kept = (column->number || column->text) && !column->endless;
  for (size_t row = 0; row < matrix->rows && kept; row++) stored += dw_matrix_text(column, row) || !isnan(dw_matrix_number(column, row));
  column->values = kept ? stored : (uint64_t)((double)column->values / (double)matrix->sample.seen * (double)matrix->rows + 0.5);
}

/* --- all of them --- */

/* The rows of a batch's records. */
static void place_records(dw_matrix *matrix, size_t count, size_t *place)
{
  for (size_t r = 0; r < count; r++) place[r] = matrix->sampling && !dw_row_sample_take(&matrix->sample) ? NOT_KEPT : matrix->rows++;
}

dw_status dw_matrix_add(dw_matrix *matrix, const dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  dw_buf scratch = {0};
  size_t *place = dw_alloc_array(batch->rows, sizeof *place);
  new_columns(matrix, reader);
  place_records(matrix, batch->rows, place);
  for (size_t i = 0; i < batch->column_count; i++)
    column_add(matrix->column[batch->columns[i].id], place, batch, &batch->columns[i], dw_reader_format(reader)->untyped, &scratch);
  dw_buf_free(&scratch);
  dw_free(place);
  if (matrix->memory == 0) return DW_OK;
  size_t fit = matrix->sampling ? rows_that_fit(matrix) : 0;
  if (matrix->sampling && matrix->rows > fit + fit / 4 && fit >= DW_MATRIX_LEAST_ROWS) trim(matrix, fit);
  if (matrix->sampling ? matrix->rows <= fit + fit / 4 : matrix_bytes(matrix) <= matrix->memory) return DW_OK;
  return dw_err_set(err, DW_ENODATA,
                    "the training data do not fit: %llu records take more than the memory allowed; give more by --memory, or fewer "
                    "columns or records",
                    (unsigned long long)dw_matrix_seen(matrix));
}

/* Booleans, alone or among numbers, are 0 and 1. */
static void booleans_to_numbers(dw_matrix_column *column)
{
  for (size_t row = 0; row < column->text_filled; row++) {
    if (!column->text[row] || !strchr("tf", column->texts.keys[column->text[row] - 1].text[0])) continue;
    reach_numbers(column, row + 1);
    column->number[row] = column->texts.keys[column->text[row] - 1].length == 4 ? 1 : 0; /* "true" */
  }
}

void dw_matrix_finish(dw_matrix *matrix)
{
  size_t fit = matrix->sampling ? rows_that_fit(matrix) : 0;
  bool sampled = matrix->sampling && dw_matrix_seen(matrix) > fit + fit / 4;
  if (sampled) trim(matrix, fit); /* whatever batches the records came in */
  for (size_t i = 0; i < matrix->column_count && sampled; i++) count_values(matrix, matrix->column[i]);
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

static bool is_named(dw_patterns names, const dw_matrix_column *column)
{
  for (size_t i = 0; i < names.count; i++)
    if (strcmp(names.text[i], column->name) == 0) return true;
  return false;
}

dw_type dw_matrix_type(const dw_matrix *matrix, const dw_matrix_column *column)
{
  if (column->texts.count && is_named(matrix->types.categories, column)) return DW_TYPE_CATEGORICAL;
  if (column->kinds == DW_KIND_NUMBER && is_named(matrix->types.numbers, column)) return DW_TYPE_NUMERIC;
  dw_type_facts facts = {.values = column->values,
                         .kinds = column->kinds,
                         .whole = column->whole,
                         .integral = column->whole, /* as the model has to see it: what was written 1.0 is a quantity */
                         .missing = column->values < matrix->rows,
                         .distinct_numbers = column->whole ? column->few_count : sizeof column->few / sizeof *column->few,
                         .distinct_texts = column->texts.count - column->digits,
                         .strays = column->strings,
                         .endless = column->endless,
                         .instants = column->instants && column->strings,
                         .spaces = column->spaces,
                         .epochs = !column->label && dw_instants_in_range(column->name, column->least, column->most, column->round)};
  if (!(column->kinds & DW_KIND_NUMBER)) facts.distinct_numbers = 0;
  if (column->label && column->kinds == DW_KIND_NUMBER) facts.distinct_texts = 0;
  return dw_type_infer(&facts, DW_TYPING_DRIFTWATCH);
}
