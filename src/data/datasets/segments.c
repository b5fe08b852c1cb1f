#include "data/datasets/segments.h"

#include <string.h>

#include "base/num.h"
#include "data/datasets/parted_cells.h"
#include "io/record/instant.h"

enum { NO_VALUE = DW_SEGMENTS_ROOM, PLACES, NOT_OURS = DW_PARTED_NONE };

/* Cells are known before any row is. */
static void name_cells(dw_segments *segments)
{
  const dw_matching *how = segments->options.matching;
  char name[DW_MATCH_NAME];
  for (unsigned cell = 0; how && cell < dw_match_cells(how->by); cell++) {
    dw_match_name(how->by, cell, name);
    dw_map_intern(&segments->values, name, strlen(name));
  }
}

typedef struct dw_segment_rows sorted_rows;
static void sorted_rows_free(sorted_rows *rows);

dw_segments *dw_segments_new(const dw_dataset_options *options)
{
  dw_segments *segments = dw_alloc_zero(1, sizeof *segments);
  segments->options = *options;
  dw_map_init(&segments->values);
  name_cells(segments);
  return segments;
}

void dw_segments_free(dw_segments *segments)
{
  if (!segments) return;
  for (size_t i = 0; i <= DW_SEGMENTS_ROOM; i++) {
    if (!segments->set[i]) continue;
    dw_dataset_free(segments->set[i]);
    dw_free(segments->set[i]);
  }
  dw_map_free(&segments->values);
  dw_free(segments->place);
  if (segments->sorted) sorted_rows_free(segments->sorted);
  dw_free(segments);
}

static uint8_t value_place(dw_segments *segments, const char *text, size_t length)
{
  uint32_t index = dw_map_find(&segments->values, text, length);
  if (index != DW_MAP_NONE) return (uint8_t)index;
  if (segments->values.count < DW_SEGMENTS_MOST) return (uint8_t)dw_map_intern(&segments->values, text, length);
  segments->full = true;
  return NOT_OURS;
}

static uint8_t cell_place(dw_segments *segments, const dw_batch *batch, const dw_batch_column *cells, size_t row, dw_buf *scratch)
{
  size_t length;
  const char *text;
  dw_tag tag = cells ? (dw_tag)cells->tags[row] : DW_ABSENT;
  switch (tag) {
  case DW_STRING:
  case DW_STRING_ESCAPED: text = dw_cell_text(batch, tag, cells->cells[row], scratch, &length); return value_place(segments, text, length);
  case DW_TRUE: return value_place(segments, "true", 4);
  case DW_FALSE: return value_place(segments, "false", 5);
  case DW_INTEGER:
  case DW_REAL:
    scratch->length = 0;
    dw_buf_number(scratch, cells->cells[row].number == 0 ? 0 : cells->cells[row].number); /* -0 is no segment of its own */
    return value_place(segments, scratch->data, scratch->length);
  default: return NO_VALUE;
  }
}

static uint8_t calendar_place(const dw_matching *how, const dw_batch *batch, const dw_batch_column *cells, size_t row, dw_buf *scratch)
{
  int64_t instant;
  if (!cells || !dw_instant_cell(how->format, batch, (dw_tag)cells->tags[row], cells->cells[row], scratch, &instant)) return NO_VALUE;
  return (uint8_t)dw_match_cell(how->by, how->zone, instant);
}

dw_dataset *dw_segments_set(dw_segments *segments, size_t place)
{
  if (!segments->set[place]) {
    segments->set[place] = dw_alloc(sizeof *segments->set[place]);
    dw_dataset_options own = segments->options;
    own.frame.policy = own.succession.policy = DW_FRAME_NONE; /* rows are kept for the whole alone */
    own.by = NULL;
    own.matching = NULL;
    dw_dataset_init(segments->set[place], &own);
  }
  return segments->set[place];
}

/* Each may hold its part of the whole; the bound that holds is never loosened again. */
static void check_memory(dw_segments *segments)
{
  size_t held = 0, sets = 0;
  for (size_t i = 0; i <= DW_SEGMENTS_ROOM; i++) {
    held += segments->set[i] ? dw_dataset_bytes(segments->set[i]) : 0;
    sets += segments->set[i] != NULL;
  }
  if (segments->options.memory == 0 || held <= segments->options.memory) return;
  for (size_t i = 0; i <= DW_SEGMENTS_ROOM; i++)
    if (segments->set[i]) dw_dataset_bound(segments->set[i], segments->options.memory / sets);
}

/* --- the rows of a batch, those of a place together ---
 *
 * Each place then has a batch of its own, which begins within arrays that hold them all: its columns are added as those of the whole are,
 * not row by row. What only readers of records need (their text, spans) is not there. */

struct dw_segment_rows {
  uint32_t first[PLACES + 1]; /* where a place's rows begin; [place + 1]: where they end */
  size_t count;               /* of all that are sorted */
  uint8_t present[PLACES];    /* [present_count] places that have rows */
  size_t present_count;
  uint8_t *took;          /* [columns] of the batch: the whole has it, and */
  bool *has;              /* [columns][places] so have these */
  dw_parted_texts *texts; /* [texts_capacity] by the reader's column id */
  uint32_t *order, *rank; /* [rows] the rows in the order of their places; by row: which of its place's it is */
  dw_batch_column *column;
  uint8_t *tags;
  dw_cell *cells;
  uint64_t *line; /* NULL: not known */
  dw_spelled *spelled;
  uint32_t *last_spelled; /* [columns][places] as dw_batch_column.spelled */
  size_t took_capacity, has_capacity, texts_capacity, order_capacity, rank_capacity, column_capacity, tags_capacity, cells_capacity,
      line_capacity, spelled_capacity, last_capacity;
};

static void sorted_rows_free(sorted_rows *rows)
{
  for (size_t i = 0; i < rows->texts_capacity; i++) dw_parted_texts_free(&rows->texts[i]);
  dw_free(rows->texts);
  dw_free(rows->took);
  dw_free(rows->has);
  dw_free(rows->order);
  dw_free(rows->rank);
  dw_free(rows->column);
  dw_free(rows->tags);
  dw_free(rows->cells);
  dw_free(rows->line);
  dw_free(rows->spelled);
  dw_free(rows->last_spelled);
  dw_free(rows);
}

/* By counting. */
static void sort_rows(sorted_rows *sorted, const uint8_t *place, size_t rows)
{
  uint32_t next[PLACES], total = 0;
  memset(sorted->first, 0, sizeof sorted->first);
  for (size_t row = 0; row < rows; row++)
    if (place[row] != NOT_OURS) sorted->first[place[row] + 1]++;
  for (size_t i = 0; i <= DW_SEGMENTS_ROOM; i++) {
    next[i] = total;
    total = sorted->first[i + 1] += total;
  }
  sorted->order = dw_grow(sorted->order, &sorted->order_capacity, rows, sizeof *sorted->order);
  sorted->rank = dw_grow(sorted->rank, &sorted->rank_capacity, rows, sizeof *sorted->rank);
  for (uint32_t row = 0; row < rows; row++) {
    if (place[row] == NOT_OURS) continue;
    sorted->rank[row] = next[place[row]] - sorted->first[place[row]];
    sorted->order[next[place[row]]++] = row;
  }
  sorted->count = total;
  sorted->present_count = 0;
  for (size_t i = 0; i < PLACES; i++)
    if (sorted->first[i] < sorted->first[i + 1]) sorted->present[sorted->present_count++] = (uint8_t)i;
}

/* Of those columns and places that have not taken theirs. */
static void sort_cells(sorted_rows *sorted, const dw_batch *batch)
{
  size_t count = sorted->count;
  sorted->tags = dw_grow(sorted->tags, &sorted->tags_capacity, batch->column_count * count, sizeof *sorted->tags);
  sorted->cells = dw_grow(sorted->cells, &sorted->cells_capacity, batch->column_count * count, sizeof *sorted->cells);
  for (size_t i = 0; i < batch->column_count; i++) {
    const dw_batch_column *from = &batch->columns[i];
    uint8_t *tags = sorted->tags + i * count;
    dw_cell *cells = sorted->cells + i * count;
    for (size_t p = 0; p < sorted->present_count; p++) {
      size_t place = sorted->present[p];
      if (sorted->has[i * PLACES + place]) continue;
      for (size_t k = sorted->first[place]; k < sorted->first[place + 1]; k++) {
        tags[k] = from->tags[sorted->order[k]];
        cells[k] = from->cells[sorted->order[k]];
      }
    }
  }
}

/* As dw_batch_line has them. */
static void sort_lines(sorted_rows *sorted, const dw_batch *batch)
{
  size_t count = sorted->count;
  bool known = batch->line || (batch->lines == batch->rows && !batch->by_row);
  if (!known) {
    dw_free(sorted->line);
    sorted->line = NULL;
    sorted->line_capacity = 0;
    return;
  }
  sorted->line = dw_grow(sorted->line, &sorted->line_capacity, count, sizeof *sorted->line);
  for (size_t k = 0; k < count; k++) sorted->line[k] = batch->line ? batch->line[sorted->order[k]] : batch->first_line + sorted->order[k];
}

/* Each column's chain, cut into one for each place. */
static void sort_spelled(sorted_rows *sorted, const dw_batch *batch, const uint8_t *place)
{
  size_t used = 0;
  sorted->last_spelled = dw_grow(sorted->last_spelled, &sorted->last_capacity, batch->column_count * PLACES, sizeof *sorted->last_spelled);
  for (size_t i = 0; i < batch->column_count; i++) {
    uint32_t *last = sorted->last_spelled + i * PLACES, end[PLACES], at = batch->columns[i].spelled;
    for (size_t k = 0; k < PLACES; k++) last[k] = at == DW_SPELLED_MANY ? at : 0;
    if (at == DW_SPELLED_MANY) continue;
    for (; at > 0; at = batch->spelled[at - 1].before) {
      dw_spelled one = batch->spelled[at - 1];
      uint8_t of = place[one.row];
      if (of == NOT_OURS) continue;
      one.row = sorted->rank[one.row];
      one.before = 0;
      sorted->spelled = dw_grow(sorted->spelled, &sorted->spelled_capacity, used + 1, sizeof *sorted->spelled);
      sorted->spelled[used++] = one;
      if (last[of]) sorted->spelled[end[of] - 1].before = (uint32_t)used;
      else last[of] = (uint32_t)used;
      end[of] = (uint32_t)used;
    }
  }
}

/* Those of one place, without the columns that it has already; nobody asks for one by its number then. */
static dw_batch batch_of(sorted_rows *sorted, const dw_batch *batch, size_t place)
{
  size_t first = sorted->first[place];
  dw_batch out = *batch;
  sorted->column = dw_grow(sorted->column, &sorted->column_capacity, batch->column_count, sizeof *sorted->column);
  out.column_count = 0;
  for (size_t i = 0; i < batch->column_count; i++)
    if (!sorted->has[i * PLACES + place])
      sorted->column[out.column_count++] = (dw_batch_column){.id = batch->columns[i].id,
                                                             .tags = sorted->tags + i * sorted->count + first,
                                                             .cells = sorted->cells + i * sorted->count + first,
                                                             .spelled = sorted->last_spelled[i * PLACES + place],
                                                             .decimal = batch->columns[i].decimal};
  out.rows = sorted->first[place + 1] - first;
  out.columns = sorted->column;
  out.spelled = sorted->spelled;
  out.record = out.record_length = NULL;
  out.line = sorted->line ? sorted->line + first : NULL;
  if (!out.line) out.lines = UINT64_MAX; /* which is no number of rows */
  if (out.column_count < batch->column_count) out.index_count = 0;
  return out;
}

/* --- columns that the whole and its segments take in one pass --- */

static bool is(const char *name, const char *of) { return of && strcmp(name, of) == 0; }

/* A column that the segments need in their batches for more than to count it. */
static bool is_read_otherwise(const dw_dataset_options *o, const char *name)
{
  return is(name, o->pass) || (o->label && o->score && (is(name, o->label) || is(name, o->score)));
}

static void take_column(dw_segments *segments, dw_dataset *whole, const dw_batch *batch, size_t i, const dw_parted_rows *rows)
{
  sorted_rows *sorted = segments->sorted;
  dw_column *part[PLACES];
  uint32_t id = batch->columns[i].id;
  if (is_read_otherwise(&segments->options, whole->column[id]->name)) return;
  for (size_t k = 0; k < sorted->present_count; k++) {
    const dw_dataset *set = segments->set[sorted->present[k]];
    part[sorted->present[k]] = set && id < set->column_count ? set->column[id] : NULL;
  }
  sorted->took[i] = dw_parted_add(whole->column[id], part, rows, batch, &batch->columns[i], &sorted->texts[id]);
  for (size_t k = 0; k < sorted->present_count && sorted->took[i]; k++)
    sorted->has[i * PLACES + sorted->present[k]] = part[sorted->present[k]] != NULL;
}

static void take_columns(dw_segments *segments, dw_dataset *whole, const dw_batch *batch)
{
  sorted_rows *sorted = segments->sorted;
  uint32_t count[PLACES];
  size_t before = sorted->texts_capacity;
  sorted->texts = dw_grow(sorted->texts, &sorted->texts_capacity, whole->column_count, sizeof *sorted->texts);
  memset(sorted->texts + before, 0, (sorted->texts_capacity - before) * sizeof *sorted->texts);
  for (size_t k = 0; k < PLACES; k++) count[k] = sorted->first[k + 1] - sorted->first[k];
  dw_parted_rows rows = {
      .place = segments->place, .parts = PLACES, .count = count, .present = sorted->present, .present_count = sorted->present_count};
  for (size_t i = 0; i < batch->column_count; i++) take_column(segments, whole, batch, i, &rows);
}

static void place_rows(dw_segments *segments, const dw_reader *reader, const dw_batch *batch, const uint8_t *take)
{
  const dw_matching *how = segments->options.matching;
  const dw_batch_column *cells = dw_reader_find(reader, batch, how ? how->time : segments->options.by);
  dw_buf scratch = {0};
  segments->place = dw_grow(segments->place, &segments->place_capacity, batch->rows, 1);
  for (size_t row = 0; row < batch->rows; row++) {
    uint8_t place = NOT_OURS;
    if (!take || take[row])
      place = how ? calendar_place(how, batch, cells, row, &scratch) : cell_place(segments, batch, cells, row, &scratch);
    segments->place[row] = place;
  }
  dw_buf_free(&scratch);
}

void dw_segments_begin(dw_segments *segments, dw_dataset *whole, const dw_reader *reader, const dw_batch *batch, const uint8_t *take)
{
  if (!segments->sorted) segments->sorted = dw_alloc_zero(1, sizeof *segments->sorted);
  sorted_rows *sorted = segments->sorted;
  sorted->took = dw_grow(sorted->took, &sorted->took_capacity, batch->column_count, sizeof *sorted->took);
  sorted->has = dw_grow(sorted->has, &sorted->has_capacity, batch->column_count * PLACES, sizeof *sorted->has);
  memset(sorted->took, 0, batch->column_count * sizeof *sorted->took);
  memset(sorted->has, 0, batch->column_count * PLACES * sizeof *sorted->has);
  sorted->count = 0;
  if (segments->full) return;
  place_rows(segments, reader, batch, take);
  sort_rows(sorted, segments->place, batch->rows);
  bool others = whole->options.gather.count || whole->described_count; /* which look at whole batches */
  if (sorted->count == batch->rows && !others) take_columns(segments, whole, batch);
}

bool dw_segments_took(const dw_segments *segments, size_t i) { return segments->sorted->took[i]; }

void dw_segments_add(dw_segments *segments, const dw_reader *reader, const dw_batch *batch)
{
  sorted_rows *sorted = segments->sorted;
  if (sorted->count == 0) return;
  sort_cells(sorted, batch);
  sort_lines(sorted, batch);
  sort_spelled(sorted, batch, segments->place);
  for (size_t i = 0; i < sorted->present_count; i++) {
    dw_batch own = batch_of(sorted, batch, sorted->present[i]);
    dw_dataset_add(dw_segments_set(segments, sorted->present[i]), reader, &own, NULL);
  }
  check_memory(segments);
}

void dw_segments_finish(dw_segments *segments, unsigned threads)
{
  for (size_t i = 0; i <= DW_SEGMENTS_ROOM; i++)
    if (segments->set[i]) dw_dataset_finish(segments->set[i], threads);
}

const dw_dataset *dw_segments_find(const dw_segments *segments, const dw_map_key *value)
{
  if (!value) return segments->set[NO_VALUE];
  uint32_t index = dw_map_find(&segments->values, value->text, value->length);
  return index == DW_MAP_NONE ? NULL : segments->set[index];
}
