#include "report/blocks/build.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void *dw_build_room(dw_build *b, size_t size) { return memset(dw_arena_alloc(b->arena, size), 0, size); }

/* --- words --- */

static void end_run(dw_build *b, unsigned style)
{
  if (b->run.length == 0 && style == DW_PLAIN) return;
  b->spans = dw_grow(b->spans, &b->span_capacity, b->span_count + 1, sizeof *b->spans);
  const char *text = b->run.length ? dw_arena_strndup(b->arena, b->run.data, b->run.length) : "";
  b->spans[b->span_count++] = (dw_block_span){text, b->run.length, style};
  b->run.length = 0;
}

void dw_build_say(dw_build *b, unsigned style, const char *text)
{
  if (style == DW_PLAIN) {
    dw_buf_text(&b->run, text);
    return;
  }
  end_run(b, DW_PLAIN);
  dw_buf_text(&b->run, text);
  end_run(b, style);
}

dw_block_words dw_build_said(dw_build *b)
{
  end_run(b, DW_PLAIN);
  if (b->span_count == 0) return (dw_block_words){0};
  dw_block_span *span = dw_arena_alloc(b->arena, b->span_count * sizeof *span);
  memcpy(span, b->spans, b->span_count * sizeof *span);
  dw_block_words words = {span, b->span_count};
  b->span_count = 0;
  return words;
}

/* --- blocks --- */

dw_report_block *dw_build_block(dw_build *b, dw_block_type type)
{
  dw_report_block *block = dw_build_room(b, sizeof *block);
  block->type = type;
  if (b->last) b->last->next = block;
  else b->open->first = block;
  b->last = block;
  return block;
}

dw_report_block *dw_build_open(dw_build *b, dw_block_type type)
{
  dw_report_block *block = dw_build_block(b, type);
  block->next = b->open; /* for as long as it is open: what it stands in */
  b->open = block;
  b->last = NULL;
  return block;
}

void dw_build_close(dw_build *b, dw_report_block *block)
{
  assert(b->open == block);
  b->open = block->next;
  b->last = block;
  block->next = NULL;
}

dw_report_block *dw_build_group(dw_build *b, dw_block_group_kind kind)
{
  dw_report_block *block = dw_build_open(b, DW_BLOCK_GROUP);
  block->group.kind = kind;
  return block;
}

void dw_build_heading(dw_build *b, dw_block_place shown, dw_block_level level, const char *words)
{
  if (!dw_build_shows(b, shown)) return;
  dw_build_say(b, DW_PLAIN, words);
  dw_block_words heading = dw_build_said(b);
  dw_build_block(b, DW_BLOCK_HEADING)->heading = (dw_block_heading){.level = level, .words = heading};
}

void dw_build_text(dw_build *b, dw_block_text_kind kind)
{
  dw_block_words words = dw_build_said(b);
  if (words.count) dw_build_block(b, DW_BLOCK_TEXT)->text = (dw_block_text){kind, words};
}

/* --- tables --- */

dw_block_table *dw_build_table(dw_build *b, dw_block_table_kind kind, const dw_block_column *columns, size_t count)
{
  b->table = dw_build_room(b, sizeof *b->table);
  b->table->type = DW_BLOCK_TABLE;
  dw_block_column *shown = dw_arena_alloc(b->arena, count * sizeof *shown);
  b->place = dw_arena_alloc(b->arena, count * sizeof *b->place);
  dw_block_table *table = &b->table->table;
  for (size_t i = 0; i < count; i++) {
    bool shows = dw_build_shows(b, columns[i].shown);
    b->place[i] = shows ? table->column_count : SIZE_MAX;
    if (shows) shown[table->column_count++] = columns[i];
  }
  table->kind = kind;
  table->columns = shown;
  table->total = NAN;
  b->row = NULL;
  b->cell = b->cells = NULL;
  return table;
}

void dw_build_cells_end(dw_build *b)
{
  if (b->cell) b->cell->words = dw_build_said(b);
  b->cell = NULL;
}

void dw_build_table_end(dw_build *b)
{
  dw_build_cells_end(b);
  dw_report_block *block = b->table;
  b->table = NULL;
  if (block->table.count == 0 && !block->table.bare && !(block->table.total > 0)) return;
  if (b->last) b->last->next = block;
  else b->open->first = block;
  b->last = block;
}

static dw_block_row *row_add(dw_build *b, const char *name)
{
  dw_build_cells_end(b);
  dw_block_row *row = dw_build_room(b, sizeof *row);
  row->name = name;
  if (b->row) b->row->next = row;
  else b->table->table.rows = row;
  b->table->table.count++;
  b->row = row;
  return row;
}

dw_block_row *dw_build_row(dw_build *b, const char *name)
{
  dw_block_row *row = row_add(b, name);
  row->cells = b->cells = dw_build_room(b, b->table->table.column_count * sizeof *b->cells);
  return row;
}

dw_block_row *dw_build_row_named(dw_build *b, const char *name, bool quiet)
{
  dw_block_row *row = row_add(b, name);
  if (quiet) dw_build_row_quiet(b);
  return row;
}

bool dw_build_has_room(const dw_build *b, bool quiet)
{
  const dw_block_table *table = &b->table->table;
  if (quiet && !b->room.quiet) return false;
  return b->room.rows == 0 || (quiet ? table->quiet : table->count - table->quiet) < b->room.rows;
}

void dw_build_row_quiet(dw_build *b)
{
  b->row->quiet = true;
  b->table->table.quiet++;
}

bool dw_build_cell(dw_build *b, size_t column)
{
  dw_build_cells_end(b);
  if (b->place[column] == SIZE_MAX) return false;
  b->cell = &b->cells[b->place[column]];
  return true;
}

void dw_build_cell_text(dw_build *b, size_t column, unsigned style, const char *text)
{
  if (!dw_build_cell(b, column)) return;
  dw_block_span *span = dw_arena_alloc(b->arena, sizeof *span);
  *span = (dw_block_span){text, strlen(text), style};
  b->cell->words = (dw_block_words){span, 1};
  b->cell = NULL; /* nothing can be added */
}

void dw_build_cell_state(dw_build *b, size_t column, dw_block_state state)
{
  if (dw_build_cell(b, column)) b->cell->state = state;
}

void dw_build_cell_sides(dw_build *b, size_t column, const dw_block_sides *sides)
{
  if (!dw_build_cell(b, column)) return;
  dw_block_sides *kept = dw_arena_alloc(b->arena, sizeof *kept);
  *kept = *sides;
  b->cell->sides = kept;
}

void dw_build_note(dw_build *b, dw_block_note_kind kind)
{
  assert(b->cell == NULL);
  dw_block_note *note = dw_build_room(b, sizeof *note);
  note->kind = kind;
  note->words = dw_build_said(b);
  if (!b->row->notes) {
    b->row->notes = note;
    return;
  }
  dw_block_note *last = b->row->notes;
  while (last->next) last = last->next;
  last->next = note;
}

void dw_build_warning(dw_build *b, const dw_report_finding *finding)
{
  dw_build_cells_end(b);
  if (!finding->warning) return;
  dw_build_say(b, DW_PLAIN, finding->warning);
  dw_build_note(b, DW_NOTE_WARNING);
}

/* --- lists --- */

dw_block_item *dw_build_item(dw_build *b, dw_block_item ***end)
{
  dw_block_item *item = dw_build_room(b, sizeof *item);
  item->words = dw_build_said(b);
  **end = item;
  *end = &item->next;
  return item;
}

dw_block_state dw_build_state_of(const dw_report_finding *finding)
{
  return (dw_block_state){finding->error ? DW_STATE_ERROR : finding->drift ? DW_STATE_DRIFT : DW_STATE_QUIET, finding->severity, NULL};
}

void dw_build_free(dw_build *b)
{
  dw_buf_free(&b->run);
  dw_free(b->spans);
}
