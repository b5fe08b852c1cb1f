#include "model/judge/outcome.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "io/record/instant.h"
#include "io/text/json.h"

void dw_outcomes_init(dw_outcomes *rows, const dw_outcome_options *options)
{
  *rows = (dw_outcomes){.options = *options};
  dw_labels_init(&rows->labels);
  const char *const scores[] = {options->score, options->other};
  for (int i = 0; i < 2; i++) {
    dw_buf name = {0};
    if (scores[i]) dw_buf_format(&name, "%s%s", scores[i], DW_CLASSES_SUFFIX);
    if (scores[i]) rows->told_by[i] = dw_strdup(dw_buf_cstr(&name));
    dw_buf_free(&name);
  }
  rows->segment = dw_alloc_zero(options->by_count, sizeof *rows->segment);
  rows->segments = dw_alloc_zero(options->by_count, sizeof *rows->segments);
  for (size_t b = 0; b < options->by_count; b++) dw_map_init(&rows->segments[b]);
}

bool dw_outcomes_wants(void *context, const char *name, size_t length)
{
  const dw_outcomes *rows = context;
  const dw_outcome_options *o = &rows->options;
  const char *const own[] = {o->label, o->score, o->other, o->prediction, o->time, rows->told_by[0], rows->told_by[1]};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (own[i] && dw_text_equal(name, length, own[i])) return true;
  for (size_t b = 0; b < o->by_count; b++)
    if (dw_text_equal(name, length, o->by[b])) return true;
  return false;
}

static const dw_batch_column *find(const dw_reader *reader, const dw_batch *batch, const char *name)
{
  return name ? dw_reader_find(reader, batch, name) : NULL;
}

static dw_tag tag_of(const dw_batch_column *column, size_t row) { return column ? (dw_tag)column->tags[row] : DW_ABSENT; }

static dw_status wrong(const dw_batch *batch, size_t row, const char *column, const char *what, dw_err *err)
{
  return dw_record_fault(err, dw_batch_place(batch, row), "field \"%s\" %s", column, what);
}

static dw_status clash(dw_outcomes *rows, const dw_batch *batch, size_t row, const char *name, dw_err *err)
{
  dw_buf what = {0};
  dw_buf_text(&what, "does not go with the others: labels and predictions are ");
  dw_labels_describe(&rows->labels, &what);
  dw_buf_text(&what, ", and nothing tells which of them are the same class");
  wrong(batch, row, name, dw_buf_cstr(&what), err);
  dw_buf_free(&what);
  return DW_EDATA;
}

/* A label or prediction; NaN: missing. Those of this row are not among the rows yet. */
static dw_status read_class(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, const char *name,
                            double *out, dw_err *err)
{
  dw_tag tag = tag_of(column, row);
  *out = NAN;
  if (tag == DW_ABSENT || tag == DW_NULL) return DW_OK;
  if (tag == DW_VECTOR || tag == DW_OTHER) return wrong(batch, row, name, "is an array; a label is a number, a string or a boolean", err);
  bool named = rows->labels.named;
  double value = dw_labels_read(&rows->labels, batch, tag, column->cells[row], &rows->scratch);
  if (named && !rows->labels.named) {
    dw_labels_renumber(&rows->labels, rows->label, rows->rows + 1);
    if (rows->prediction) dw_labels_renumber(&rows->labels, rows->prediction, rows->rows);
  }
  *out = value;
  return rows->labels.clash ? clash(rows, batch, row, name, err) : DW_OK;
}

/* Which classes the scores speak of: a text that is a list, or the numbers of one. */
static dw_status read_told(dw_outcomes *rows, const dw_batch *batch, const dw_batch_column *column, size_t row, const char *name,
                           dw_err *err)
{
  dw_tag tag = tag_of(column, row);
  size_t length;
  const char *text;
  if (tag == DW_ABSENT || tag == DW_NULL) return DW_OK;
  if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
    text = dw_cell_text(batch, tag, column->cells[row], &rows->scratch, &length);
  } else if (tag == DW_OTHER) {
    text = batch->text + column->cells[row].text.offset;
    length = column->cells[row].text.length;
  } else if (tag == DW_VECTOR) {
    const double *number = batch->pool + column->cells[row].text.offset;
    rows->scratch.length = 0;
    for (size_t k = 0; k < column->cells[row].text.length; k++) {
      dw_buf_char(&rows->scratch, k ? ',' : '[');
      dw_buf_number(&rows->scratch, number[k]);
    }
    dw_buf_char(&rows->scratch, ']');
    text = rows->scratch.data;
    length = rows->scratch.length;
  } else {
    return wrong(batch, row, name, "is no list of classes, such as [\"a\",\"b\"]", err);
  }
  if (!rows->told) rows->told = dw_strndup(text, length);
  if (dw_text_equal(text, length, rows->told)) return DW_OK;
  dw_buf what = {0};
  dw_buf_format(&what, "says %.*s, and records before %s: scores of two models do not go together", length > 200 ? 200 : (int)length, text,
                rows->told);
  wrong(batch, row, name, dw_buf_cstr(&what), err);
  dw_buf_free(&what);
  return DW_EDATA;
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
  const dw_time_format *format = rows->options.time_format;
  dw_tag tag = tag_of(column, row);
  dw_cell cell = column ? column->cells[row] : (dw_cell){0};
  if (dw_instant_cell(format, batch, tag, cell, &rows->scratch, &rows->instant[rows->rows])) return DW_OK;
  dw_buf why = {0};
  dw_status status = wrong(batch, row, rows->options.time, dw_instant_wrong(format, batch, tag, cell, &why), err);
  dw_buf_free(&why);
  return status;
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
  const dw_batch_column *label, *score, *other, *prediction, *time, *told[2];
} columns;

static dw_status add_row(dw_outcomes *rows, const dw_batch *batch, const columns *at, size_t row, bool *take, dw_err *err)
{
  const dw_outcome_options *o = &rows->options;
  bool no_score = false, no_label = false, no_prediction = false;
  dw_status status = DW_OK;
  rows->label[rows->rows] = NAN;
  if (rows->prediction) rows->prediction[rows->rows] = NAN;
  if (o->label) status = read_class(rows, batch, at->label, row, o->label, &rows->label[rows->rows], err);
  if (status == DW_OK && o->score) status = read_score(rows, batch, at->score, row, o->score, &rows->score, &no_score, err);
  if (status == DW_OK && o->other) status = read_score(rows, batch, at->other, row, o->other, &rows->other, &no_score, err);
  if (status == DW_OK && o->prediction) {
    status = read_class(rows, batch, at->prediction, row, o->prediction, &rows->prediction[rows->rows], err);
    no_prediction = isnan(rows->prediction[rows->rows]);
  }
  if (status == DW_OK && o->time) status = read_instant(rows, batch, at->time, row, err);
  for (int i = 0; i < 2 && status == DW_OK; i++)
    if (at->told[i]) status = read_told(rows, batch, at->told[i], row, rows->told_by[i], err);
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
  columns at = {find(reader, batch, o->label), find(reader, batch, o->score),
                find(reader, batch, o->other), find(reader, batch, o->prediction),
                find(reader, batch, o->time),  {find(reader, batch, rows->told_by[0]), find(reader, batch, rows->told_by[1])}};
  dw_status status = make_room(rows, rows->rows + batch->rows, err);
  for (size_t row = 0; status == DW_OK && row < batch->rows; row++) {
    bool take;
    dw_err why;
    status = add_row(rows, batch, &at, row, &take, &why);
    if (status != DW_OK) {
      status = dw_reader_unusable(reader, &why, err);
      take = false;
      if (status == DW_OK && rows->labels.clash) dw_labels_forgive(&rows->labels);
    }
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
  dw_labels_free(&rows->labels);
  dw_free(rows->told);
  for (int i = 0; i < 2; i++) dw_free(rows->told_by[i]);
  for (size_t k = 0; rows->class_name && k < rows->classes; k++) dw_free(rows->class_name[k]);
  dw_free(rows->class_name);
  dw_free(rows->class_value);
  dw_free(rows->class_of);
  dw_free(rows->predicted);
  dw_buf_free(&rows->scratch);
  dw_free(rows->parsed);
  *rows = (dw_outcomes){0};
}
