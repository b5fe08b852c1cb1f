#include "io/record/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/word.h"
#include "io/text/json_text.h"

const char *dw_cell_text(const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch, size_t *length)
{
  const char *text = batch->text + cell.text.offset;
  if (tag != DW_STRING_ESCAPED) {
    *length = cell.text.length;
    return text;
  }
  scratch->length = 0;
  dw_json_text_decode(scratch, text, cell.text.length);
  *length = scratch->length;
  return scratch->data ? scratch->data : "";
}

_Static_assert(DW_INTEGER == 2 && DW_REAL == 3, "the lowest bit tells numbers apart");

/* Eight tags at once. */
bool dw_cells_all_numbers(const uint8_t *tags, size_t count, size_t *reals)
{
  static const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t other = 0;
  size_t i = 0;
  *reals = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t word = dw_word_64(tags + i);
    other |= (word & ~ones) ^ ones * DW_INTEGER;
    *reals += (size_t)((word & ones) * ones >> 56);
  }
  for (; i < count; i++) {
    other |= (tags[i] & ~1u) ^ DW_INTEGER;
    *reals += tags[i] & 1u;
  }
  return other == 0;
}

/* An infinite one times 0 is NaN, and stays it. In lanes, for vectors. */
bool dw_cells_all_finite(const dw_cell *cells, size_t count)
{
  enum { LANES = 8 };
  double check[LANES] = {0}, sum = 0;
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    for (size_t k = 0; k < LANES; k++) check[k] += cells[i + k].number * 0.0;
  for (; i < count; i++) sum += cells[i].number * 0.0;
  for (size_t k = 0; k < LANES; k++) sum += check[k];
  return sum == 0;
}

uint64_t dw_batch_line(const dw_batch *batch, size_t row, dw_tag tag, dw_cell cell)
{
  if (batch->by_row) return 0;
  if (batch->line) return batch->line[row];
  if (batch->lines == batch->rows) return batch->first_line + row;
  bool string = tag == DW_STRING || tag == DW_STRING_ESCAPED;
  if (!string || cell.text.offset < batch->text_first || cell.text.offset >= batch->text_end) return 0;
  uint64_t line = batch->first_line;
  for (uint32_t i = batch->text_first; i < cell.text.offset; i++) line += batch->text[i] == '\n';
  return line;
}

dw_place dw_batch_place(const dw_batch *batch, size_t row)
{
  dw_place place = {.name = batch->name, .by_row = batch->by_row, .line = batch->line ? batch->line[row] : 0};
  if (batch->by_row && batch->lines == batch->rows) place.line = batch->first_line + row;
  return place;
}

dw_status dw_record_fault(dw_err *err, dw_place place, const char *format, ...)
{
  char what[sizeof err->message];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  if (!place.by_row || place.line == 0) return dw_err_at(err, DW_EDATA, place.name, place.line, place.column, "%s", what);
  return dw_err_set(err, DW_EDATA, "row %llu of %.400s: %s", (unsigned long long)place.line, place.name, what);
}

/* Digits and a colon in front of p; NULL: there are none. */
static const char *take_number(const char *p, uint64_t *value)
{
  size_t digits = strspn(p, "0123456789");
  if (p[digits] != ':' || !dw_num_parse_unsigned(p, digits, value)) return NULL;
  return p + digits + 1;
}

const char *dw_record_fault_what(const dw_err *err, const char *name, uint64_t *line, uint64_t *column)
{
  size_t length = strlen(name);
  *line = *column = 0;
  if (strncmp(err->message, name, length) != 0 || err->message[length] != ':') return err->message;
  const char *what = err->message + length + 1, *behind = take_number(what, line);
  if (behind) {
    what = behind;
    behind = take_number(what, column);
  }
  if (behind) what = behind;
  return what + strspn(what, " ");
}

const dw_batch_column *dw_batch_find(const dw_batch *batch, uint32_t id)
{
  if (id >= batch->index_count || batch->index[id] == 0) return NULL;
  return &batch->columns[batch->index[id] - 1];
}
