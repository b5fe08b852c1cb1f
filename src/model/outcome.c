#include "model/outcome.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "io/json.h"

void dw_outcomes_init(dw_outcomes *rows, const dw_outcome_options *options)
{
  *rows = (dw_outcomes){.options = *options};
  dw_map_init(&rows->texts);
  rows->segment = dw_alloc_zero(options->by_count, sizeof *rows->segment);
  rows->segments = dw_alloc_zero(options->by_count, sizeof *rows->segments);
  for (size_t b = 0; b < options->by_count; b++) dw_map_init(&rows->segments[b]);
}

bool dw_outcomes_wants(void *context, const char *name, size_t length)
{
  const dw_outcome_options *o = context;
  const char *const own[] = {o->label, o->score, o->other, o->prediction, o->time};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (own[i] && dw_text_equal(name, length, own[i])) return true;
  for (size_t b = 0; b < o->by_count; b++)
    if (dw_text_equal(name, length, o->by[b])) return true;
  return false;
}

static const dw_batch_column *find(const dw_reader *reader, const dw_batch *batch, const char *name)
{
  for (size_t i = 0; name && i < batch->column_count; i++)
    if (strcmp(dw_reader_column_name(reader, batch->columns[i].id), name) == 0) return &batch->columns[i];
  return NULL;
}

static dw_tag tag_of(const dw_batch_column *column, size_t row) { return column ? (dw_tag)column->tags[row] : DW_ABSENT; }

static dw_status wrong(const dw_batch *batch, size_t row, const char *column, const char *what, dw_err *err)
{
  return dw_err_at(err, DW_EDATA, batch->name, batch->line ? batch->line[row] : 0, 0, "field \"%s\" %s", column, what);
}

/* A label or prediction; NaN: missing. */
static dw_status read_class(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, const char *name,
                            double *out, dw_err *err)
{
  dw_tag tag = tag_of(column, row);
  *out = NAN;
  bool string = tag == DW_STRING || tag == DW_STRING_ESCAPED, other = tag == DW_INTEGER || tag == DW_REAL || tag == DW_FALSE || tag == DW_TRUE;
  if ((string && (rows->numbers || rows->booleans)) || (other && rows->strings)) /* the kind that came first holds */
    return wrong(batch, row, name, "mixes strings with numbers or booleans among labels and predictions", err);
  switch (tag) {
  case DW_ABSENT:
  case DW_NULL: return DW_OK;
  case DW_INTEGER:
  case DW_REAL:
    *out = column->cells[row].number;
    if (isinf(*out)) *out = NAN;
    rows->numbers = true;
    break;
  case DW_FALSE:
  case DW_TRUE:
    *out = tag == DW_TRUE;
    rows->booleans = true;
    break;
  case DW_STRING:
  case DW_STRING_ESCAPED: {
    size_t length;
    const char *text = dw_cell_text(batch, tag, column->cells[row], &rows->scratch, &length);
    *out = dw_map_intern(&rows->texts, text, length);
    rows->strings = true;
    break;
  }
  default: return wrong(batch, row, name, "is an array; a label is a number, a string or a boolean", err);
  }
  return DW_OK;
}

/* "[0.1,0.9]", as CSV has to write an array, to rows->parsed; how many numbers, 0: it is none. */
static size_t parse_array(dw_outcomes *rows, const char *text, size_t length)
{
  size_t count = 0, at = 1;
  if (length < 3 || text[0] != '[' || text[length - 1] != ']') return 0;
  while (at < length) {
    while (text[at] == ' ') at++;
    size_t end = at;
    while (end < length - 1 && text[end] != ',' && text[end] != ' ') end++;
    rows->parsed = dw_grow(rows->parsed, &rows->parsed_capacity, count + 1, sizeof *rows->parsed);
    if (!dw_num_parse(text + at, end - at, &rows->parsed[count++], NULL)) return 0;
    while (end < length - 1 && text[end] == ' ') end++;
    if (end < length - 1 && text[end] != ',') return 0;
    at = end + 1;
  }
  return count;
}

/* The numbers of a score and how many; NULL with width 0: missing, with width 1: it has none. */
static const double *score_numbers(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, double *one,
                                   size_t *width)
{
  dw_tag tag = tag_of(column, row);
  size_t length;
  *width = 1;
  switch (tag) {
  case DW_INTEGER:
  case DW_REAL: *one = column->cells[row].number; return one;
  case DW_FALSE:
  case DW_TRUE: *one = tag == DW_TRUE; return one;
  case DW_VECTOR:
    length = column->cells[row].text.length;
    if (length == 0) return NULL;
    *width = length;
    return batch->pool + column->cells[row].text.offset;
  case DW_STRING:
  case DW_STRING_ESCAPED: {
    const char *text = dw_cell_text(batch, tag, column->cells[row], &rows->scratch, &length);
    *width = parse_array(rows, text, length);
    if (*width) return rows->parsed;
    *width = 1;
    return NULL;
  }
  case DW_ABSENT:
  case DW_NULL: *width = 0; return NULL;
  default: return NULL;
  }
}

/* A score to the row behind the last; *missing when there is none. */
static dw_status read_score(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, const char *name,
                            double **array, bool *missing, dw_err *err)
{
  double one;
  size_t width;
  const double *value = score_numbers(rows, batch, column, row, &one, &width);
  if (!value && width) return wrong(batch, row, name, "is not a number, nor an array of numbers", err);
  if (!value) *missing = true;
  if (!value) return DW_OK;
  if (rows->width && rows->width != width) return wrong(batch, row, name, "has another number of components than scores before", err);
  if (!rows->width) {
    rows->width = width;
    rows->score = dw_realloc_array(rows->score, rows->capacity * width, sizeof(double));
    if (rows->options.other) rows->other = dw_realloc_array(rows->other, rows->capacity * width, sizeof(double));
    array = array == &rows->other ? &rows->other : &rows->score;
  }
  for (size_t k = 0; k < width; k++) {
    if (!isfinite(value[k])) *missing = true;
    (*array)[rows->rows * width + k] = value[k];
  }
  return DW_OK;
}

static dw_status read_instant(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, dw_err *err)
{
  dw_tag tag = tag_of(column, row);
  if (tag == DW_ABSENT || tag == DW_NULL) return wrong(batch, row, rows->options.time, "is missing; each record needs its time", err);
  if (tag == DW_INTEGER || tag == DW_REAL) { /* Unix times: seconds reach 1e11 in the year 5138, milliseconds 1e14 */
    double number = column->cells[row].number, size = fabs(number);
    if (size < 1e17) {
      rows->instant[rows->rows] = (int64_t)floor(size < 1e11 ? number * 1e6 : size < 1e14 ? number * 1e3 : number);
      return DW_OK;
    }
  } else if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
    size_t length;
    const char *text = dw_cell_text(batch, tag, column->cells[row], &rows->scratch, &length);
    if (dw_time_parse(text, length, &rows->instant[rows->rows])) return DW_OK;
  }
  return wrong(batch, row, rows->options.time, "is not a time, such as 2026-01-31T09:30:00Z or seconds since 1970", err);
}

static void read_segment(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, size_t by)
{
  dw_tag tag = tag_of(column, row);
  char number[DW_NUM_TEXT];
  const char *text = tag == DW_TRUE ? "true" : tag == DW_FALSE ? "false" : "null";
  size_t length = strlen(text);
  if (tag == DW_INTEGER || tag == DW_REAL) {
    length = dw_num_print(number, column->cells[row].number);
    text = number;
  } else if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
    text = dw_cell_text(batch, tag, column->cells[row], &rows->scratch, &length);
  }
  rows->segment[by][rows->rows] = dw_map_intern(&rows->segments[by], text, length);
}

static void *grown(void *array, bool wanted, size_t count, size_t size) { return wanted ? dw_realloc_array(array, count, size) : NULL; }

static dw_status make_room(dw_outcomes *rows, size_t need, dw_err *err)
{
  if (need <= rows->capacity) return DW_OK;
  size_t capacity = rows->capacity * 2 > need ? rows->capacity * 2 : need, width = rows->width ? rows->width : 1;
  size_t bytes = (2 * width + 4 + rows->options.by_count) * 8; /* a row's share, what evaluation copies included */
  if (rows->options.memory && capacity * bytes > rows->options.memory) capacity = need;
  if (rows->options.memory && capacity * bytes > rows->options.memory)
    return dw_err_set(err, DW_ENODATA, "%llu rows do not fit into the %llu bytes of --memory: raise it, or evaluate parts",
                      (unsigned long long)need, (unsigned long long)rows->options.memory);
  const dw_outcome_options *o = &rows->options;
  rows->label = grown(rows->label, true, capacity, sizeof(double));
  rows->prediction = grown(rows->prediction, o->prediction, capacity, sizeof(double));
  rows->score = grown(rows->score, o->score, capacity * width, sizeof(double));
  rows->other = grown(rows->other, o->other, capacity * width, sizeof(double));
  rows->instant = grown(rows->instant, o->time, capacity, sizeof(int64_t));
  for (size_t b = 0; b < o->by_count; b++) rows->segment[b] = grown(rows->segment[b], true, capacity, sizeof(uint32_t));
  rows->source = grown(rows->source, true, capacity, sizeof(uint32_t));
  rows->capacity = capacity;
  return DW_OK;
}

typedef struct columns {
  const dw_batch_column *label, *score, *other, *prediction, *time;
} columns;

static dw_status add_row(dw_outcomes *rows, const dw_batch *batch, const columns *at, size_t row, bool *take, dw_err *err)
{
  const dw_outcome_options *o = &rows->options;
  bool no_score = false, no_label = false, no_prediction = false;
  dw_status status = DW_OK;
  rows->label[rows->rows] = NAN;
  if (o->label) status = read_class(rows, batch, at->label, row, o->label, &rows->label[rows->rows], err);
  if (status == DW_OK && o->score) status = read_score(rows, batch, at->score, row, o->score, &rows->score, &no_score, err);
  if (status == DW_OK && o->other) status = read_score(rows, batch, at->other, row, o->other, &rows->other, &no_score, err);
  if (status == DW_OK && o->prediction) {
    status = read_class(rows, batch, at->prediction, row, o->prediction, &rows->prediction[rows->rows], err);
    no_prediction = isnan(rows->prediction[rows->rows]);
  }
  if (status == DW_OK && o->time) status = read_instant(rows, batch, at->time, row, err);
  no_label = !o->unlabelled && isnan(rows->label[rows->rows]);
  if (status != DW_OK) return status;
  rows->without_label += no_label;
  rows->without_score += no_score && !no_label;
  rows->without_prediction += no_prediction && !no_score && !no_label;
  *take = !no_label && !no_score && !no_prediction;
  return DW_OK;
}

dw_status dw_outcomes_add(dw_outcomes *rows, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  const dw_outcome_options *o = &rows->options;
  columns at = {find(reader, batch, o->label), find(reader, batch, o->score), find(reader, batch, o->other),
                find(reader, batch, o->prediction), find(reader, batch, o->time)};
  dw_status status = make_room(rows, rows->rows + batch->rows, err);
  for (size_t row = 0; status == DW_OK && row < batch->rows; row++) {
    bool take;
    dw_err why;
    status = add_row(rows, batch, &at, row, &take, &why);
    if (status != DW_OK) status = dw_reader_unusable(reader, &why, err), take = false;
    rows->source[rows->rows] = (uint32_t)rows->all_rows++;
    if (status != DW_OK || !take) continue;
    for (size_t b = 0; b < o->by_count; b++) read_segment(rows, batch, find(reader, batch, o->by[b]), row, b);
    rows->rows++;
  }
  return status;
}

void dw_outcomes_free(dw_outcomes *rows)
{
  dw_free(rows->label);
  dw_free(rows->prediction);
  dw_free(rows->score);
  dw_free(rows->other);
  dw_free(rows->instant);
  dw_free(rows->source);
  for (size_t b = 0; b < rows->options.by_count; b++) {
    dw_free(rows->segment[b]);
    dw_map_free(&rows->segments[b]);
  }
  dw_free(rows->segment);
  dw_free(rows->segments);
  dw_map_free(&rows->texts);
  for (size_t k = 0; rows->class_name && k < rows->classes; k++) dw_free(rows->class_name[k]);
  dw_free(rows->class_name);
  dw_free(rows->class_value);
  dw_free(rows->class_of);
  dw_free(rows->predicted);
  dw_buf_free(&rows->scratch);
  dw_free(rows->parsed);
  *rows = (dw_outcomes){0};
}
