#include "data/columns/gather.h"

#include <string.h>

#include "base/mem.h"

void dw_gather_init(dw_gather *gather, const char *pattern)
{
  *gather = (dw_gather){.pattern = pattern, .column = dw_alloc(sizeof *gather->column)};
  dw_column_init(gather->column, pattern, false);
  dw_column_vectors(gather->column);
}

void dw_gather_free(dw_gather *gather)
{
  if (gather->column) dw_column_free(gather->column);
  dw_free(gather->column);
  dw_free(gather->part);
  dw_free(gather->row);
  dw_free(gather->cells);
  *gather = (dw_gather){0};
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* By bytes, but runs of digits by the number that they write. */
static int natural_order(const char *a, const char *b)
{
  while (*a && *b) {
    if (is_digit(*a) && is_digit(*b)) {
      while (*a == '0' && is_digit(a[1])) a++;
      while (*b == '0' && is_digit(b[1])) b++;
      size_t digits_a = strspn(a, "0123456789"), digits_b = strspn(b, "0123456789");
      if (digits_a != digits_b) return digits_a < digits_b ? -1 : 1;
      int order = memcmp(a, b, digits_a);
      if (order != 0) return order;
      a += digits_a;
      b += digits_b;
    } else {
      if (*a != *b) return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
      a++, b++;
    }
  }
  return *a ? 1 : *b ? -1 : 0;
}

static bool is_number(dw_tag tag) { return tag == DW_INTEGER || tag == DW_REAL; }

static bool any_number(const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take)
{
  for (size_t row = 0; row < batch->rows; row++)
    if ((!take || take[row]) && is_number(cells->tags[row])) return true;
  return false;
}

/* The rows so far lack the new component. */
static void start_again(dw_gather *gather)
{
  dw_vectors *vectors = gather->column->vectors;
  uint64_t rows = gather->column->rows;
  dw_vectors_free(vectors);
  dw_vectors_init(vectors, DW_VECTORS_BYTES);
  vectors->incomplete = gather->column->tag[DW_NULL] = rows;
  gather->column->tag[DW_VECTOR] = 0;
}

static void take_part(dw_gather *gather, uint32_t id, dw_column *const *column)
{
  start_again(gather);
  gather->part = dw_grow(gather->part, &gather->capacity, gather->parts + 1, sizeof *gather->part);
  size_t at = gather->parts++;
  for (; at > 0 && natural_order(column[gather->part[at - 1]]->name, column[id]->name) > 0; at--) gather->part[at] = gather->part[at - 1];
  gather->part[at] = id;
  gather->row = dw_realloc_array(gather->row, gather->parts, sizeof *gather->row);
  gather->cells = dw_realloc_array(gather->cells, gather->parts, sizeof *gather->cells);
  column[id]->part = true;
}

/* false: a component is missing. */
static bool gather_row(dw_gather *gather, size_t row)
{
  for (size_t i = 0; i < gather->parts; i++) {
    const dw_batch_column *cells = gather->cells[i];
    if (!cells || !is_number(cells->tags[row])) return false;
    gather->row[i] = cells->cells[row].number;
  }
  return gather->parts > 0;
}

void dw_gather_add(dw_gather *gather, const dw_reader *reader, const dw_batch *batch, const uint8_t *take, dw_column *const *column,
                   bool (*barred)(const void *context, const char *name), const void *context)
{
  for (size_t i = 0; i < batch->column_count; i++) {
    const dw_batch_column *cells = &batch->columns[i];
    const char *name = dw_reader_column_name(reader, cells->id);
    if (!column[cells->id]->part && dw_text_match(gather->pattern, name) && !barred(context, name) && any_number(batch, cells, take))
      take_part(gather, cells->id, column);
  }
  for (size_t i = 0; i < gather->parts; i++) gather->cells[i] = dw_batch_find(batch, gather->part[i]);
  dw_vectors *vectors = gather->column->vectors;
  for (size_t row = 0; row < batch->rows; row++) {
    if (take && !take[row]) continue;
    bool whole = gather_row(gather, row);
    gather->column->rows++;
    gather->column->tag[whole ? DW_VECTOR : DW_NULL]++;
    if (whole) dw_vectors_add(vectors, gather->row, gather->parts);
    else vectors->incomplete++;
  }
}

dw_column *dw_gather_finish(dw_gather *gather, dw_column *const *column)
{
  dw_column *own = gather->column;
  for (size_t i = 0; i < gather->parts; i++) dw_buf_format(&own->vectors->parts, "%s\n", column[gather->part[i]]->name);
  gather->column = NULL;
  dw_gather_free(gather);
  return own;
}
