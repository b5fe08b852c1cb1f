#include "io/record/row_text.h"

#include <math.h>

#include "base/num.h"
#include "io/text/json.h"

/* Digits that were kept as text have no quote in front of them (io/record/format.h). */
static bool is_digits(const dw_buf *text, dw_cell cell) { return cell.text.offset > 0 && text->data[cell.text.offset - 1] != '"'; }

static void put_vector(dw_buf *text, const double *pool, dw_cell cell)
{
  dw_buf_char(text, '[');
  for (uint32_t i = 0; i < cell.text.length; i++) {
    if (i) dw_buf_char(text, ',');
    dw_buf_number(text, pool[cell.text.offset + i]);
  }
  dw_buf_char(text, ']');
}

/* Text is appended to the buffer that it stands in: room first. */
static void put_text(dw_buf *text, dw_cell cell, bool quoted)
{
  dw_buf_grow(text, text->length + 6 * (size_t)cell.text.length + 2);
  if (quoted) dw_json_quote(text, text->data + cell.text.offset, cell.text.length);
  else dw_buf_add(text, text->data + cell.text.offset, cell.text.length);
}

static void put_value(dw_table *table, dw_tag tag, dw_cell cell)
{
  dw_buf *text = &table->text;
  switch (tag) {
  case DW_INTEGER:
  case DW_REAL: dw_buf_number(text, cell.number); break; /* null for an infinity */
  case DW_FALSE: dw_buf_text(text, "false"); break;
  case DW_TRUE: dw_buf_text(text, "true"); break;
  case DW_STRING: put_text(text, cell, !is_digits(text, cell)); break;
  case DW_OTHER: put_text(text, cell, false); break;
  case DW_VECTOR: put_vector(text, table->pool, cell); break;
  case DW_STRING_ESCAPED:
  case DW_ABSENT:
  case DW_NULL: dw_buf_text(text, "null"); break;
  }
}

/* Names as they stand in every record, colon and all, one behind the other; end[k]: of name k. */
static void quote_names(const dw_builder *builder, dw_buf *names, size_t *end)
{
  for (size_t k = 0; k < builder->touched_count; k++) {
    const dw_map_key *key = &builder->names->map.keys[builder->touched[k]];
    dw_json_quote(names, key->text, key->length);
    dw_buf_char(names, ':');
    end[k] = names->length;
  }
}

static void put_record(dw_builder *builder, size_t row, const dw_buf *names, const size_t *end)
{
  dw_table *table = builder->table;
  dw_buf *text = &table->text;
  bool any = false;
  dw_buf_char(text, '{');
  for (size_t k = 0; k < builder->touched_count; k++) {
    const dw_slot *slot = &builder->slots[builder->touched[k]];
    size_t from = k ? end[k - 1] : 0;
    if (slot->tags[row] == DW_ABSENT) continue;
    if (any) dw_buf_char(text, ',');
    any = true;
    size_t key = text->length;
    dw_buf_add(text, names->data + from, end[k] - from);
    size_t value = text->length;
    put_value(table, (dw_tag)slot->tags[row], slot->cells[row]);
    slot->spans[row] = (dw_span){(uint32_t)key, (uint32_t)value, (uint32_t)(text->length - value)};
  }
  dw_buf_char(text, '}');
}

bool dw_row_text_make(dw_builder *builder, uint64_t first)
{
  dw_table *table = builder->table;
  dw_buf names = {0};
  size_t rows = builder->row, *end = dw_alloc_array(builder->touched_count + 1, sizeof *end);
  bool fits = true;
  quote_names(builder, &names, end);
  for (size_t row = 0; row < rows && fits; row++) {
    size_t at = table->text.length;
    put_record(builder, row, &names, end);
    builder->row = row;
    builder->line = first + row;
    dw_builder_place(builder, at, table->text.length - at);
    dw_buf_char(&table->text, '\n');
    fits = table->text.length <= UINT32_MAX;
  }
  builder->row = rows;
  dw_buf_free(&names);
  dw_free(end);
  return fits;
}

void dw_row_text_numbers(dw_builder *builder, const char *name)
{
  uint32_t id = dw_builder_name(builder, name, strlen(name));
  const dw_slot *slot = &builder->slots[id];
  if (builder->names->as_text[id] || !slot->tags) return;
  size_t rows = builder->row;
  for (size_t i = 0; i < rows; i++) {
    bool whole = false;
    double value;
    if (slot->tags[i] != DW_STRING) continue;
    uint32_t offset = slot->cells[i].text.offset, length = slot->cells[i].text.length;
    dw_num_parse(builder->table->text.data + offset, length, &value, &whole);
    slot->tags[i] = whole ? DW_INTEGER : DW_REAL;
    slot->cells[i].number = value;
    if (!(fabs(value) > 0x1p53)) continue;
    builder->row = i;
    dw_builder_spelled(builder, id, offset, length, value);
  }
  builder->row = rows;
}
