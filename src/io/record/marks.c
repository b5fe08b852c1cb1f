#include "io/record/marks.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"

typedef struct mark {
  const char *text;
  size_t length;
  double number; /* NaN: it is none */
} mark;

typedef struct mark_set {
  char *column; /* NULL: of the columns that have none of their own */
  size_t column_length;
  mark *mark;
  size_t count, capacity, longest;
} mark_set;

struct dw_marks {
  mark_set *set; /* the first one is that of all columns */
  size_t count, capacity;
  bool of_all; /* it replaces the usual marks */
};

static mark_set *set_of(dw_marks *marks, const char *column, size_t length)
{
  for (size_t i = 1; i < marks->count; i++)
    if (marks->set[i].column_length == length && memcmp(marks->set[i].column, column, length) == 0) return &marks->set[i];
  marks->set = dw_grow(marks->set, &marks->capacity, marks->count + 1, sizeof *marks->set);
  marks->set[marks->count] = (mark_set){.column = dw_strndup(column, length), .column_length = length};
  return &marks->set[marks->count++];
}

static void add_mark(mark_set *set, const char *text)
{
  mark one = {text, strlen(text), __builtin_nan("")};
  if (one.length == 0) return;
  if (!dw_num_parse(text, one.length, &one.number, NULL)) one.number = __builtin_nan("");
  set->mark = dw_grow(set->mark, &set->capacity, set->count + 1, sizeof *set->mark);
  set->mark[set->count++] = one;
  if (one.length > set->longest) set->longest = one.length;
}

dw_status dw_marks_make(dw_marks **out, const dw_text_list *items, dw_err *err)
{
  *out = NULL;
  if (items->count == 0) return DW_OK;
  dw_marks *marks = dw_alloc_zero(1, sizeof *marks);
  marks->set = dw_grow(NULL, &marks->capacity, 1, sizeof *marks->set);
  marks->set[marks->count++] = (mark_set){.column = NULL};
  for (size_t i = 0; i < items->count; i++) {
    const char *item = items->text[i], *equals = strrchr(item, '=');
    if (equals == item) {
      dw_marks_free(marks);
      return dw_err_set(err, DW_EUSAGE, "--missing: \"%s\" names no column; give MARK, COLUMN=MARK, or COLUMN= for none", item);
    }
    bool all = !equals || dw_text_equal(item, (size_t)(equals - item), "*");
    marks->of_all |= all;
    add_mark(all ? &marks->set[0] : set_of(marks, item, (size_t)(equals - item)), equals ? equals + 1 : item);
  }
  *out = marks;
  return DW_OK;
}

void dw_marks_free(dw_marks *marks)
{
  if (!marks) return;
  for (size_t i = 0; i < marks->count; i++) {
    dw_free(marks->set[i].column);
    dw_free(marks->set[i].mark);
  }
  dw_free(marks->set);
  dw_free(marks);
}

/* NULL: the usual ones. */
static const mark_set *marks_of(const dw_marks *marks, const char *column, size_t length)
{
  for (size_t i = 1; marks && i < marks->count; i++)
    if (marks->set[i].column_length == length && memcmp(marks->set[i].column, column, length) == 0) return &marks->set[i];
  return marks && marks->of_all ? &marks->set[0] : NULL;
}

const char *dw_marks_column(const dw_marks *marks, size_t i) { return marks && i + 1 < marks->count ? marks->set[i + 1].column : NULL; }

bool dw_marks_usual(const dw_marks *marks, const char *column, size_t length) { return !marks_of(marks, column, length); }

static bool is_text_mark(const mark_set *set, const char *text, size_t length)
{
  size_t i = length > set->longest ? set->count : 0;
  while (i < set->count && (set->mark[i].length != length || memcmp(set->mark[i].text, text, length) != 0)) i++;
  return i < set->count;
}

static bool is_number_mark(const mark_set *set, double number)
{
  size_t i = 0;
  while (i < set->count && set->mark[i].number != number) i++;
  return i < set->count;
}

static bool is_missing(const mark_set *set, const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch)
{
  if (tag == DW_INTEGER || tag == DW_REAL) return is_number_mark(set, cell.number);
  if (tag == DW_TRUE || tag == DW_FALSE) return is_text_mark(set, tag == DW_TRUE ? "true" : "false", tag == DW_TRUE ? 4 : 5);
  if (tag != DW_STRING && tag != DW_STRING_ESCAPED) return false;
  size_t length;
  const char *text = dw_cell_text(batch, tag, cell, scratch, &length);
  return length == 0 || is_text_mark(set, text, length);
}

/* The columns of a table are its own storage, which the batch only lends. */
static void apply(const mark_set *set, const dw_batch *batch, const dw_batch_column *column, dw_buf *scratch)
{
  uint8_t *tags = (uint8_t *)column->tags;
  dw_cell *cells = (dw_cell *)column->cells;
  ((dw_batch_column *)column)->counted = NULL;
  for (size_t row = 0; row < batch->rows; row++) {
    dw_tag tag = tags[row];
    if (tag == DW_NULL && batch->null_texts && cells[row].text.length > 0) {
      const char *text = batch->text + cells[row].text.offset;
      if (!is_text_mark(set, text, cells[row].text.length)) tags[row] = DW_STRING;
    } else if (is_missing(set, batch, tag, cells[row], scratch)) {
      tags[row] = DW_NULL;
      cells[row].text.length = 0;
    }
  }
}

void dw_marks_apply(const dw_marks *marks, dw_renames *renames, dw_table *table)
{
  dw_buf scratch = {0};
  for (size_t i = 0; i < table->batch.column_count; i++) {
    const dw_table_column *column = &table->listed[i];
    const char *renamed = dw_renames_of(renames, column->name, column->length);
    const mark_set *set = renamed ? marks_of(marks, renamed, strlen(renamed)) : marks_of(marks, column->name, column->length);
    if (set) apply(set, &table->batch, &table->batch.columns[i], &scratch);
  }
  dw_buf_free(&scratch);
}
