#include "io/record/table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "io/record/scanner.h"

enum { TABLE_ROWS = 64, TABLE_SLOTS = 16 };

dw_names *dw_names_new(void)
{
  dw_names *names = dw_alloc_zero(1, sizeof *names);
  dw_map_init(&names->map);
  atomic_init(&names->holders, 1);
  return names;
}

dw_names *dw_names_hold(dw_names *names)
{
  atomic_fetch_add(&names->holders, 1);
  return names;
}

void dw_names_drop(dw_names *names)
{
  if (!names || atomic_fetch_sub(&names->holders, 1) != 1) return;
  dw_map_free(&names->map);
  dw_free(names->wanted);
  dw_free(names->as_text);
  dw_free(names->decimal);
  dw_free(names->global);
  dw_free(names);
}

void dw_scan_fail(dw_scan_error *error, uint64_t line, uint64_t column, const char *format, ...)
{
  if (error->set) return;
  error->set = true;
  error->line = line;
  error->column = column;
  va_list args;
  va_start(args, format);
  vsnprintf(error->text, sizeof error->text, format, args);
  va_end(args);
}

dw_scan_error *dw_scan_skipped(const dw_scan_options *options, dw_table *table)
{
  if (!table->first_skipped.set || table->also_count + 1 >= options->describe) return &table->first_skipped;
  table->also_skipped = dw_grow(table->also_skipped, &table->also_capacity, table->also_count + 1, sizeof *table->also_skipped);
  dw_scan_error *error = &table->also_skipped[table->also_count++];
  error->set = false;
  return error;
}

dw_table *dw_table_new(void) { return dw_alloc_zero(1, sizeof(dw_table)); }

void dw_table_free(dw_table *table)
{
  if (!table) return;
  dw_names_drop(table->names);
  dw_free(table->listed);
  dw_free(table->tags);
  dw_free(table->cells);
  dw_free(table->spans);
  dw_free(table->columns);
  dw_free(table->pool);
  dw_free(table->spelled);
  dw_free(table->record);
  dw_free(table->record_length);
  dw_free(table->line);
  dw_free(table->index);
  dw_free(table->also_skipped);
  dw_free(table->counted);
  dw_buf_free(&table->text);
  dw_free(table);
}

size_t dw_table_bytes(const dw_table *table)
{
  return table->tags_room * sizeof *table->tags + table->cells_room * sizeof *table->cells + table->spans_room * sizeof *table->spans +
         table->columns_capacity * sizeof *table->columns + table->listed_capacity * sizeof *table->listed +
         table->pool_capacity * sizeof *table->pool + table->spelled_capacity * sizeof *table->spelled +
         table->record_capacity * 2 * sizeof *table->record + table->line_capacity * sizeof *table->line +
         table->counted_capacity * sizeof *table->counted + table->text.capacity + table->index_capacity * sizeof *table->index;
}

void dw_builder_init(dw_builder *builder, const dw_scan_options *options)
{
  *builder = (dw_builder){.options = options, .names = dw_names_new()};
}

static void builder_forget_numbers(dw_builder *builder)
{
  for (size_t i = 0; i < builder->numbers_count; i++) dw_free(builder->numbers[i]);
  builder->numbers_count = 0;
}

void dw_builder_free(dw_builder *builder)
{
  dw_names_drop(builder->names);
  dw_free(builder->slots);
  dw_free(builder->touched);
  dw_free(builder->touched_line);
  dw_free(builder->touched_cells);
  dw_free(builder->sink);
  dw_free(builder->sink_spans);
  builder_forget_numbers(builder);
  dw_free(builder->numbers);
  dw_free(builder->fresh);
  *builder = (dw_builder){0};
}

uint32_t dw_builder_name(dw_builder *builder, const char *name, size_t length)
{
  dw_names *names = builder->names;
  size_t before = names->map.count;
  uint32_t id = dw_map_intern(&names->map, name, length);
  if (id < before) return id;
  names->wanted = dw_grow(names->wanted, &names->wanted_capacity, id + (size_t)1, sizeof *names->wanted);
  const dw_scan_options *options = builder->options;
  names->wanted[id] = !options->want || options->want(options->context, names->map.keys[id].text, length);
  names->as_text = dw_grow(names->as_text, &names->as_text_capacity, id + (size_t)1, sizeof *names->as_text);
  names->as_text[id] = options->as_text && options->as_text(options->context, names->map.keys[id].text, length);
  names->decimal = dw_grow(names->decimal, &names->decimal_capacity, id + (size_t)1, sizeof *names->decimal);
  names->decimal[id] = DW_CELLS_POINT;
  builder->slots = dw_grow(builder->slots, &builder->slots_capacity, id + (size_t)1, sizeof *builder->slots);
  builder->slots[id] = (dw_slot){0};
  return id;
}

void dw_builder_forget(dw_builder *builder)
{
  assert(builder->touched_count == 0);
  dw_names_drop(builder->names);
  builder->names = dw_names_new();
  builder_forget_numbers(builder);
  builder->slots_hint = builder->stored_hint = 0;
}

/* --- layout: column k of the table lies at k * stride of the tags, the k-th of those that are stored at that of cells and spans --- */

/* Cells a cache line apart in one set of the cache would push each other out: an odd number of cache lines a column spreads them. */
static size_t table_stride(size_t rows)
{
  size_t lines = (rows + 7) / 8;
  return (lines | 1) * 8;
}

static size_t cells_at_most(const dw_builder *builder)
{
  return builder->options->table_cells ? builder->options->table_cells : DW_TABLE_CELLS;
}

static size_t rows_at_most(const dw_builder *builder, size_t columns)
{
  size_t cells = cells_at_most(builder);
  return !columns ? cells : columns < cells ? cells / columns : 1;
}

static void builder_point(dw_builder *builder, size_t place)
{
  dw_table *table = builder->table;
  uint32_t id = builder->touched[place];
  bool stored = builder->touched_cells[place] != DW_MAP_NONE;
  size_t at = stored ? builder->touched_cells[place] * table->stride : 0;
  dw_slot *slot = &builder->slots[id];
  slot->tags = table->tags + place * table->stride;
  slot->cells = stored ? table->cells + at : builder->sink;
  slot->known_many = id < builder->numbers_count && builder->numbers[id] && builder->numbers[id]->count > DW_SPELLED_MOST;
  slot->spans = !table->spans ? NULL : stored ? table->spans + at : builder->sink_spans;
}

static bool builder_stores(const dw_builder *builder, uint32_t id) { return builder->whole || builder->names->wanted[id]; }

/* Room for so many columns in cells and spans, of `slots` in all, when `stored` are there. */
static size_t builder_cell_slots(const dw_builder *builder, size_t slots, size_t stored)
{
  size_t some = 2 * stored > TABLE_SLOTS ? 2 * stored : TABLE_SLOTS;
  return builder->whole || !builder->options->want || some > slots ? slots : some;
}

static void builder_limit(dw_builder *builder)
{
  size_t most = rows_at_most(builder, builder->touched_count);
  builder->row_limit = builder->table->stride < most ? builder->table->stride : most;
}

static void builder_sink(dw_builder *builder, size_t rows)
{
  if (!builder->options->want || rows <= builder->sink_rows) return;
  dw_free(builder->sink);
  dw_free(builder->sink_spans);
  builder->sink = dw_alloc_array(rows, sizeof *builder->sink);
  builder->sink_spans = builder->options->spans ? dw_alloc_array(rows, sizeof *builder->sink_spans) : NULL;
  builder->sink_rows = rows;
}

/* Room in one array for the new layout; what the columns hold so far moves along. */
static void *table_array(void *old, size_t *room, size_t size, size_t old_stride, size_t stride, size_t slots, size_t columns, size_t rows)
{
  size_t need = stride * slots;
  if (columns == 0 && need <= *room) return old;
  unsigned char *fresh = dw_alloc_array(need, size);
  for (size_t k = 0; k < columns; k++) memcpy(fresh + k * stride * size, (unsigned char *)old + k * old_stride * size, rows * size);
  dw_free(old);
  *room = need;
  return fresh;
}

static void builder_layout(dw_builder *builder, size_t rows, size_t slots, size_t cells)
{
  dw_table *table = builder->table;
  size_t stride = table_stride(rows), before = table->stride, columns = builder->touched_count, stored = builder->stored;
  size_t used = builder->row + 1 < before ? builder->row + 1 : before; /* the record being filled counts too */
  assert(stride >= used || columns == 0);
  assert(stride * slots <= 4 * (size_t)DW_TABLE_CELLS + 32 * slots); /* input cannot ask for more */
  table->tags = table_array(table->tags, &table->tags_room, sizeof *table->tags, before, stride, slots, columns, used);
  table->cells = table_array(table->cells, &table->cells_room, sizeof *table->cells, before, stride, cells, stored, used);
  if (builder->options->spans)
    table->spans = table_array(table->spans, &table->spans_room, sizeof *table->spans, before, stride, cells, stored, used);
  for (size_t k = 0; k < columns; k++) memset(table->tags + k * stride + used, DW_ABSENT, stride - used);
  table->stride = stride;
  table->slot_capacity = slots;
  table->cell_slots = cells;
  builder_sink(builder, stride);
  for (size_t k = 0; k < columns; k++) builder_point(builder, k);
  builder_limit(builder);
}

void dw_builder_start(dw_builder *builder, dw_table *table, size_t bytes)
{
  assert(builder->touched_count == 0);
  if (table->names != builder->names) {
    dw_names_drop(table->names);
    table->names = dw_names_hold(builder->names);
  }
  table->batch = (dw_batch){0};
  table->lines = 0;
  table->error.set = table->first_skipped.set = false;
  table->also_count = 0;
  table->pool_count = table->counted_used = table->spelled_count = builder->fresh_count = 0;
  table->text.length = 0;
  builder->table = table;
  builder->row = builder->touched_before = builder->pool_before = builder->spelled_before = builder->stored = 0;
  builder->bytes = bytes;
  builder->objects = false;
  size_t slots = builder->slots_hint < TABLE_SLOTS ? TABLE_SLOTS : builder->slots_hint;
  size_t rows = builder->row_bytes > 0 ? (size_t)((double)bytes / builder->row_bytes * 1.125) + 16 : TABLE_ROWS;
  if (rows > rows_at_most(builder, slots)) rows = rows_at_most(builder, slots);
  builder_layout(builder, rows, slots, builder_cell_slots(builder, slots, builder->stored_hint));
}

size_t dw_builder_rows(dw_builder *builder, size_t rows, size_t columns)
{
  assert(builder->row == 0 && builder->touched_count == 0);
  if (rows > rows_at_most(builder, columns)) rows = rows_at_most(builder, columns);
  size_t slots = columns > TABLE_SLOTS ? columns : TABLE_SLOTS;
  builder_layout(builder, rows, slots, slots);
  return rows;
}

dw_slot *dw_builder_touch(dw_builder *builder, uint32_t id)
{
  dw_table *table = builder->table;
  size_t place = builder->touched_count;
  if (builder->row > 0 && builder->row + 1 > rows_at_most(builder, place + 1)) return NULL;
  bool stores = builder_stores(builder, id);
  if (place == table->slot_capacity || (stores && builder->stored == table->cell_slots)) {
    size_t slots = place == table->slot_capacity ? place * 2 : table->slot_capacity, rows = table->stride;
    if (rows > rows_at_most(builder, slots)) rows = rows_at_most(builder, slots);
    builder_layout(builder, rows > builder->row ? rows : builder->row + 1, slots,
                   builder_cell_slots(builder, slots, builder->stored + stores));
  }
  builder->touched = dw_grow(builder->touched, &builder->touched_capacity, place + 1, sizeof *builder->touched);
  builder->touched_line = dw_grow(builder->touched_line, &builder->touched_line_capacity, place + 1, sizeof *builder->touched_line);
  builder->touched_cells = dw_grow(builder->touched_cells, &builder->touched_cells_capacity, place + 1, sizeof *builder->touched_cells);
  builder->touched_cells[place] = stores ? (uint32_t)builder->stored++ : DW_MAP_NONE;
  builder->touched[place] = id;
  builder->touched_line[place] = builder->line;
  builder->touched_count++;
  memset(table->tags + place * table->stride, DW_ABSENT, table->stride);
  builder_point(builder, place);
  builder_limit(builder);
  return &builder->slots[id];
}

bool dw_builder_more(dw_builder *builder, size_t used)
{
  size_t most = rows_at_most(builder, builder->touched_count);
  if (builder->row >= most) return false;
  size_t rows = builder->row + builder->row / 2 + 16;
  double guess = used ? (double)builder->row * (double)builder->bytes / (double)used * 1.0625 + 16 : 0;
  if (guess > (double)rows) rows = guess < (double)most ? (size_t)guess : most;
  if (rows > most) rows = most;
  size_t slots = builder->table->slot_capacity, fit = 2 * cells_at_most(builder) / rows;
  if (slots > fit) slots = fit > builder->touched_count ? fit : builder->touched_count;
  builder_layout(builder, rows, slots, builder_cell_slots(builder, slots, builder->stored));
  return true;
}

/* false: the column has too many. */
static bool numbers_take(dw_builder *builder, uint32_t id, double number)
{
  dw_spelled_numbers *numbers = builder->numbers[id];
  unsigned i = 0;
  if (numbers->count > DW_SPELLED_MOST) return false;
  while (i < numbers->count && numbers->number[i] != number) i++;
  if (i < numbers->count) return true;
  if (numbers->count < DW_SPELLED_MOST) numbers->number[i] = number;
  builder->fresh = dw_grow(builder->fresh, &builder->fresh_capacity, builder->fresh_count + 1, sizeof *builder->fresh);
  builder->fresh[builder->fresh_count++] = (struct dw_spelled_fresh){id, builder->row};
  return ++numbers->count <= DW_SPELLED_MOST;
}

__attribute__((noinline)) void dw_builder_spelled(dw_builder *builder, uint32_t id, size_t offset, size_t length, double number)
{
  dw_table *table = builder->table;
  dw_slot *slot = &builder->slots[id];
  if (!builder->names->wanted[id]) return;
  if (id >= builder->numbers_count) {
    builder->numbers = dw_grow(builder->numbers, &builder->numbers_capacity, id + (size_t)1, sizeof *builder->numbers);
    while (builder->numbers_count <= id) builder->numbers[builder->numbers_count++] = NULL;
  }
  if (!builder->numbers[id]) builder->numbers[id] = dw_alloc_zero(1, sizeof *builder->numbers[id]);
  if (!numbers_take(builder, id, number)) {
    slot->spelled = DW_SPELLED_MANY;
    slot->known_many = 1;
    return;
  }
  table->spelled = dw_grow(table->spelled, &table->spelled_capacity, table->spelled_count + 1, sizeof *table->spelled);
  table->spelled[table->spelled_count++] = (dw_spelled){id, slot->spelled, (uint32_t)builder->row, (uint32_t)offset, (uint32_t)length};
  slot->spelled = (uint32_t)table->spelled_count;
}

void dw_builder_unspell(dw_builder *builder)
{
  dw_table *table = builder->table;
  while (table->spelled_count > builder->spelled_before) {
    const dw_spelled *last = &table->spelled[--table->spelled_count];
    if (builder->slots[last->column].spelled != DW_SPELLED_MANY) builder->slots[last->column].spelled = last->before;
  }
}

static void forget_fresh(dw_builder *builder)
{
  const dw_table *table = builder->table;
  while (builder->fresh_count > 0 && builder->fresh[builder->fresh_count - 1].row == builder->row) {
    uint32_t id = builder->fresh[--builder->fresh_count].column;
    if (builder->numbers[id]->count-- <= DW_SPELLED_MOST) continue;
    size_t last = table->spelled_count; /* it had just become a column with many */
    while (last > 0 && table->spelled[last - 1].column != id) last--;
    builder->slots[id].spelled = (uint32_t)last;
    builder->slots[id].known_many = 0;
  }
}

void dw_builder_discard(dw_builder *builder, const uint32_t *ids, size_t count)
{
  dw_builder_unspell(builder);
  forget_fresh(builder);
  for (size_t i = 0; i < count; i++) {
    dw_slot *slot = &builder->slots[ids[i]];
    if (slot->tags) slot->tags[builder->row] = DW_ABSENT;
  }
  while (builder->touched_count > builder->touched_before) {
    size_t last = --builder->touched_count;
    builder->stored -= builder->touched_cells[last] != DW_MAP_NONE;
    builder->slots[builder->touched[last]] = (dw_slot){0};
  }
  builder->table->pool_count = builder->pool_before;
  builder_limit(builder);
}

void dw_builder_decimal(dw_builder *builder, uint32_t id, dw_cell_decimal decimal) { builder->names->decimal[id] = (uint8_t)decimal; }

void dw_builder_line(dw_builder *builder)
{
  dw_table *table = builder->table;
  if (builder->row >= table->line_capacity) {
    size_t rows = builder->row + 1 > table->stride ? builder->row + 1 : table->stride;
    table->line = dw_realloc_array(table->line, rows, sizeof *table->line);
    table->line_capacity = rows;
  }
  table->line[builder->row] = builder->line;
}

void dw_builder_lines(dw_builder *builder, uint64_t first)
{
  size_t rows = builder->row;
  for (size_t row = 0; row < rows; row++) {
    builder->row = row;
    builder->line = first + row;
    dw_builder_line(builder);
  }
  builder->row = rows;
}

void dw_builder_place(dw_builder *builder, size_t offset, size_t length)
{
  dw_table *table = builder->table;
  if (builder->row >= table->record_capacity) {
    size_t rows = builder->row + 1 > table->stride ? builder->row + 1 : table->stride;
    table->record = dw_realloc_array(table->record, rows, sizeof *table->record);
    table->record_length = dw_realloc_array(table->record_length, rows, sizeof *table->record_length);
    table->record_capacity = rows;
  }
  table->record[builder->row] = (uint32_t)offset;
  table->record_length[builder->row] = (uint32_t)length;
  dw_builder_line(builder);
}

dw_counted_cell *dw_builder_counted(dw_builder *builder, dw_slot *slot, size_t count)
{
  dw_table *table = builder->table;
  table->counted = dw_grow(table->counted, &table->counted_capacity, table->counted_used + count, sizeof *table->counted);
  slot->counted_from = table->counted_used;
  table->counted_used += count;
  return table->counted + slot->counted_from;
}

double *dw_builder_pool(dw_builder *builder, size_t count)
{
  dw_table *table = builder->table;
  table->pool = dw_grow(table->pool, &table->pool_capacity, table->pool_count + count + 1, sizeof *table->pool); /* of none a place, too */
  return table->pool + table->pool_count;
}

/* Wipes the marks of names that stood for objects; tells whether any record has a value of that name. */
static bool column_has_values(uint8_t *tags, size_t rows)
{
  bool any = false;
  for (size_t i = 0; i < rows; i++) {
    if (tags[i] == DW_TAG_OBJECT) tags[i] = DW_ABSENT;
    any |= tags[i] != DW_ABSENT;
  }
  return any;
}

static void builder_list(dw_builder *builder)
{
  dw_table *table = builder->table;
  const dw_names *names = builder->names;
  size_t count = 0;
  table->columns = dw_grow(table->columns, &table->columns_capacity, builder->touched_count, sizeof *table->columns);
  table->listed = dw_grow(table->listed, &table->listed_capacity, builder->touched_count, sizeof *table->listed);
  for (size_t k = 0; k < builder->touched_count; k++) {
    uint32_t id = builder->touched[k];
    dw_slot *slot = &builder->slots[id];
    if (names->wanted[id] && (!builder->objects || column_has_values(slot->tags, builder->row))) {
      const dw_map_key *key = &names->map.keys[id];
      table->listed[count] = (dw_table_column){id, key->length, key->text, builder->touched_line[k]};
      const dw_counted_cell *counted = slot->counted_count ? table->counted + slot->counted_from : NULL;
      const uint32_t spelled = slot->odd & slot->known_many ? DW_SPELLED_MANY : slot->spelled;
      table->columns[count++] =
          (dw_batch_column){id, slot->tags, slot->cells, slot->spans, counted, slot->counted_count, spelled, names->decimal[id]};
    }
    *slot = (dw_slot){0};
  }
  table->batch.column_count = count;
  table->batch.columns = table->columns;
}

void dw_builder_finish(dw_builder *builder, const char *text, size_t text_length, size_t used)
{
  dw_table *table = builder->table;
  dw_batch *batch = &table->batch;
  batch->text = text;
  batch->text_length = text_length;
  batch->pool = table->pool;
  batch->spelled = table->spelled;
  batch->rows = builder->row;
  if (builder->options->spans) {
    batch->record = table->record;
    batch->record_length = table->record_length;
  }
  if (builder->options->spans || builder->options->lines) batch->line = table->line;
  builder_list(builder);
  builder->slots_hint = builder->touched_count;
  builder->stored_hint = builder->stored;
  if (builder->row >= 8) builder->row_bytes = (double)used / (double)builder->row;
  builder->touched_count = builder->touched_before = builder->stored = 0;
  builder->table = NULL;
}
