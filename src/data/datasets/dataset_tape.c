#include "data/datasets/dataset_tape.h"

#include "data/columns/column_tape.h"
#include "data/datasets/segments.h"
#include "data/frames/frame_tape.h"
#include "io/formats/formats.h"

/* A format by its place among all; 0: none. */
static void format_tape(const dw_format **format, dw_tape *tape)
{
  uint64_t place = 0, count = 0;
  while (dw_formats[count]) count++;
  for (uint64_t i = 0; i < count; i++)
    if (dw_formats[i] == *format) place = i + 1;
  DW_TAPE(tape, place);
  tape->broken |= place > count;
  *format = place && place <= count ? dw_formats[place - 1] : NULL;
}

/* What it describes stands before it. */
static void describes_tape(dw_dataset *set, dw_column *column, dw_tape *tape)
{
  uint64_t place = 0;
  for (size_t i = 0; column->describes && i < set->column_count; i++)
    if (set->column[i] == column->describes) place = i + 1;
  DW_TAPE(tape, place);
  tape->broken |= place > set->column_count;
  column->describes = place && !tape->broken ? set->column[place - 1] : NULL;
}

static void new_column(dw_dataset *set, dw_tape *tape)
{
  char *name = dw_tape_text(tape, NULL);
  dw_column *column = dw_alloc(sizeof *column);
  tape->broken |= !name;
  dw_column_init(column, name ? name : "", false);
  dw_free(name);
  set->column = dw_grow(set->column, &set->column_capacity, set->column_count + 1, sizeof *set->column);
  set->column[set->column_count++] = column;
}

static void columns_tape(dw_dataset *set, dw_tape *tape)
{
  uint64_t count = set->column_count;
  DW_TAPE(tape, count);
  for (uint64_t i = 0; i < count && !tape->broken; i++) {
    if (dw_tape_plays(tape)) new_column(set, tape);
    else dw_tape_text(tape, set->column[i]->name);
    dw_column_tape(set->column[i], tape);
    describes_tape(set, set->column[i], tape);
  }
}

/* Finished datasets gather nothing any more. */
static void forget_gathers(dw_dataset *set)
{
  for (size_t i = 0; i < set->options.gather.count; i++) dw_gather_free(&set->gather[i]);
  set->options.gather.count = 0;
}

static void segments_tape(dw_segments *segments, dw_tape *tape)
{
  if (dw_tape_plays(tape)) {
    dw_map_free(&segments->values);
    dw_map_init(&segments->values);
  }
  dw_tape_map(tape, &segments->values);
  dw_tape_flag(tape, &segments->full);
  tape->broken |= segments->values.count > DW_SEGMENTS_ROOM;
  for (size_t i = 0; i <= DW_SEGMENTS_ROOM && !tape->broken; i++) {
    bool there = segments->set[i] != NULL;
    dw_tape_flag(tape, &there);
    if (there) dw_dataset_tape(dw_segments_set(segments, i), tape);
  }
}

static void repeats_tape(dw_repeats *repeats, dw_tape *tape)
{
  DW_TAPE(tape, repeats->level);
  repeats->count = dw_tape_array(tape, repeats->count, &repeats->counts, sizeof *repeats->count);
}

static void frames_tape(dw_frame *frame, dw_tape *tape)
{
  bool there = frame != NULL;
  dw_tape_flag(tape, &there);
  tape->broken |= there != (frame != NULL);
  if (frame && !tape->broken) dw_frame_tape(frame, tape);
}

void dw_dataset_tape(dw_dataset *set, dw_tape *tape)
{
  if (dw_tape_plays(tape)) forget_gathers(set);
  DW_TAPE(tape, set->rows);
  dw_tape_flag(tape, &set->approximate);
  DW_TAPE(tape, set->sketch_size);
  format_tape(&set->untyped, tape);
  format_tape(&set->typed, tape);
  columns_tape(set, tape);
  dw_dataset_index(set);
  dw_scored_tape(&set->scored, tape);
  if (set->options.repeats) repeats_tape(&set->repeats, tape);
  if (set->segments) segments_tape(set->segments, tape);
  frames_tape(set->frame, tape);
  frames_tape(set->succession, tape);
}
