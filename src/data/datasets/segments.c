#include "data/datasets/segments.h"

#include "base/num.h"
#include "io/record/instant.h"

enum { NO_VALUE = DW_SEGMENTS_ROOM, NOT_OURS = 255 };

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
  dw_free(segments->take);
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
    own.frame.policy = DW_FRAME_NONE; /* rows are kept for the whole alone */
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

void dw_segments_add(dw_segments *segments, const dw_reader *reader, const dw_batch *batch, const uint8_t *take)
{
  if (segments->full) return;
  const dw_matching *how = segments->options.matching;
  const dw_batch_column *cells = dw_reader_find(reader, batch, how ? how->time : segments->options.by);
  bool here[DW_SEGMENTS_ROOM + 1] = {false};
  dw_buf scratch = {0};
  segments->place = dw_grow(segments->place, &segments->place_capacity, batch->rows, 1);
  segments->take = dw_grow(segments->take, &segments->take_capacity, batch->rows, 1);
  for (size_t row = 0; row < batch->rows; row++) {
    uint8_t place = NOT_OURS;
    if (!take || take[row])
      place = how ? calendar_place(how, batch, cells, row, &scratch) : cell_place(segments, batch, cells, row, &scratch);
    segments->place[row] = place;
    if (place != NOT_OURS) here[place] = true;
  }
  for (size_t i = 0; i <= DW_SEGMENTS_ROOM; i++) {
    if (!here[i]) continue;
    for (size_t row = 0; row < batch->rows; row++) segments->take[row] = segments->place[row] == i;
    dw_dataset_add(dw_segments_set(segments, i), reader, batch, segments->take);
  }
  dw_buf_free(&scratch);
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
