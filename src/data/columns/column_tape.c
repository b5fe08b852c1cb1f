#include "data/columns/column_tape.h"

static void moments_tape(dw_moments *moments, dw_tape *tape)
{
  DW_TAPE(tape, moments->count);
  DW_TAPE(tape, moments->mean);
  DW_TAPE(tape, moments->m2);
  DW_TAPE(tape, moments->m3);
  DW_TAPE(tape, moments->m4);
  DW_TAPE(tape, moments->min);
  DW_TAPE(tape, moments->max);
  DW_TAPE(tape, moments->mean_low);
  DW_TAPE(tape, moments->scale);
}

static void sketch_tape(dw_sketch *sketch, dw_tape *tape)
{
  DW_TAPE(tape, sketch->k);
  DW_TAPE(tape, sketch->count);
  DW_TAPE(tape, sketch->min);
  DW_TAPE(tape, sketch->max);
  DW_TAPE(tape, sketch->raised);
  DW_TAPE(tape, sketch->lowered);
  DW_TAPE(tape, sketch->levels);
  if (dw_tape_plays(tape) && sketch->levels > DW_SKETCH_LEVELS) tape->broken = true;
  for (unsigned h = 0; h < DW_SKETCH_LEVELS; h++) {
    dw_sketch_level *level = &sketch->level[h];
    level->value = dw_tape_array(tape, level->value, &level->count, sizeof *level->value);
    if (dw_tape_plays(tape)) level->capacity = level->count;
    DW_TAPE(tape, level->turn);
  }
}

/* What later looks would have to look at every number for. */
static void looked_tape(dw_column *column, dw_tape *tape)
{
  if (!dw_tape_plays(tape) && !column->looked.known) {
    column->looked.whole = dw_sorted_whole(column->sorted);
    column->looked.distinct = dw_sorted_distinct(column->sorted, 0);
    column->looked.ascending = dw_moments_of(column->sorted);
  }
  dw_tape_flag(tape, &column->looked.whole);
  DW_TAPE(tape, column->looked.distinct);
  moments_tape(&column->looked.ascending, tape);
  if (dw_tape_plays(tape)) column->looked.known = true;
}

static void numbers_tape(dw_column *column, dw_tape *tape)
{
  bool sketched = column->sketch != NULL, weighted = column->weight != NULL;
  dw_tape_flag(tape, &sketched);
  dw_tape_flag(tape, &weighted);
  moments_tape(&column->moments, tape);
  column->value = dw_tape_lent(tape, column->value, &column->value_count, sizeof *column->value);
  size_t weights = column->value_count;
  if (weighted) column->weight = dw_tape_lent(tape, column->weight, &weights, sizeof *column->weight);
  if (weights != column->value_count) {
    tape->broken = true;
    column->value_count = 0;
  }
  if (!sketched) {
    if (dw_tape_plays(tape)) column->sorted = dw_column_values(column);
    looked_tape(column, tape);
    return;
  }
  if (dw_tape_plays(tape)) {
    column->sketch = dw_alloc(sizeof *column->sketch);
    dw_sketch_init(column->sketch, 0);
  }
  sketch_tape(column->sketch, tape);
  if (dw_tape_plays(tape) && !tape->broken)
    column->sorted = dw_sketch_to_sorted(column->sketch, &column->sketch_value, &column->sketch_weight);
}

static void passages_tape(dw_column *column, dw_tape *tape)
{
  bool there = column->passages != NULL;
  dw_tape_flag(tape, &there);
  if (!there) return;
  if (!column->passages) column->passages = dw_alloc_zero(1, sizeof *column->passages);
  dw_passages *passages = column->passages;
  passages->item = dw_tape_array(tape, passages->item, &passages->count, sizeof *passages->item);
  if (dw_tape_plays(tape)) passages->capacity = passages->count;
  dw_tape_buf(tape, &passages->text);
  DW_TAPE(tape, passages->seen);
  DW_TAPE(tape, passages->bar);
  DW_TAPE(tape, passages->most);
  DW_TAPE(tape, passages->bytes);
}

static void texts_tape(dw_column *column, dw_tape *tape)
{
  dw_tape_map(tape, &column->texts);
  size_t count = column->texts.count;
  column->text_count = dw_tape_array(tape, column->text_count, &count, sizeof *column->text_count);
  if (dw_tape_plays(tape)) {
    column->text_capacity = count;
    tape->broken |= count != column->texts.count;
  }
  dw_tape_flag(tape, &column->keep_texts);
  dw_tape_flag(tape, &column->endless);
  dw_tape_flag(tape, &column->instants);
  dw_tape_flag(tape, &column->spaces);
  dw_tape_flag(tape, &column->dates);
  DW_TAPE(tape, column->distinct);
  DW_TAPE(tape, column->numerals);
  DW_TAPE(tape, column->amounts);
  DW_TAPE(tape, column->marks);
  passages_tape(column, tape);
}

static void stray_tape(dw_stray *stray, dw_tape *tape)
{
  DW_TAPE(tape, stray->length);
  if (stray->length > sizeof stray->text) {
    tape->broken = true;
    stray->length = 0;
  }
  dw_tape_value(tape, stray->text, stray->length);
  dw_tape_flag(tape, &stray->cut);
  stray->file = dw_tape_text(tape, stray->file);
  DW_TAPE(tape, stray->line);
}

static void strays_tape(dw_column *column, dw_tape *tape)
{
  uint64_t count = column->first_count;
  DW_TAPE(tape, count);
  tape->broken |= count > DW_STRAYS_NAMED;
  if (dw_tape_plays(tape) && count) column->first = dw_alloc_zero(DW_STRAYS_NAMED, sizeof *column->first);
  for (size_t i = 0; i < count && !tape->broken; i++) {
    stray_tape(&column->first[i], tape);
    column->first_count = i + 1 > column->first_count ? i + 1 : column->first_count;
  }
  DW_TAPE(tape, column->strays);
  dw_tape_flag(tape, &column->few_strays);
}

static void vectors_tape(dw_column *column, dw_tape *tape)
{
  bool there = column->vectors != NULL;
  dw_tape_flag(tape, &there);
  if (!there) return;
  dw_vectors *v = dw_column_vectors(column);
  size_t width = v->width, kept = v->kept, cells = v->kept * v->width;
  v->mean = dw_tape_array(tape, v->mean, &width, sizeof *v->mean);
  size_t again = width;
  v->m2 = dw_tape_array(tape, v->m2, &again, sizeof *v->m2);
  v->place = dw_tape_array(tape, v->place, &kept, sizeof *v->place);
  v->sample = dw_tape_array(tape, v->sample, &cells, sizeof *v->sample);
  DW_TAPE(tape, v->count);
  DW_TAPE(tape, v->other_length);
  DW_TAPE(tape, v->infinite);
  DW_TAPE(tape, v->incomplete);
  DW_TAPE(tape, v->most);
  DW_TAPE(tape, v->bytes);
  moments_tape(&v->norm, tape);
  dw_tape_buf(tape, &v->parts);
  if (!dw_tape_plays(tape)) return;
  for (size_t i = 0; i < kept; i++) tape->broken |= v->place[i].slot >= kept;
  tape->broken |= again != width || (width ? cells / width : 0) != kept;
  v->width = width;
  v->kept = v->place_capacity = kept;
  v->sample_capacity = cells;
}

static void reading_tape(dw_instants *times, dw_instants_reading *reading, dw_tape *tape)
{
  size_t count = times->count;
  dw_tape_value(tape, reading->letters, sizeof reading->letters);
  reading->letters[sizeof reading->letters - 1] = '\0';
  reading->value = dw_tape_array(tape, reading->value, &count, sizeof *reading->value);
  DW_TAPE(tape, reading->unread);
  tape->broken |= count != times->count;
}

/* Finished columns read no more strings: the forms themselves are not needed. */
static void times_tape(dw_column *column, dw_tape *tape)
{
  bool there = column->times != NULL;
  dw_tape_flag(tape, &there);
  if (!there) return;
  if (!column->times) column->times = dw_alloc_zero(1, sizeof *column->times);
  dw_instants *times = column->times;
  DW_TAPE(tape, times->readings);
  DW_TAPE(tape, times->count);
  DW_TAPE(tape, times->seen);
  DW_TAPE(tape, times->thinned);
  dw_tape_flag(tape, &times->timed);
  dw_tape_flag(tape, &times->yearless);
  DW_TAPE(tape, times->unit);
  dw_tape_flag(tape, &times->named);
  dw_tape_flag(tape, &times->round);
  if (dw_tape_plays(tape) && times->readings > DW_INSTANTS_READINGS) {
    tape->broken = true;
    times->readings = 0;
  }
  for (size_t i = 0; i < times->readings; i++) reading_tape(times, &times->reading[i], tape);
  size_t timed = times->timed ? times->count : 0;
  times->time = dw_tape_array(tape, times->time, &timed, sizeof *times->time);
  tape->broken |= timed != (times->timed ? times->count : 0);
  if (dw_tape_plays(tape)) times->capacity = times->count;
}

static void spellings_tape(dw_column *column, dw_tape *tape)
{
  bool there = column->spellings != NULL;
  dw_tape_flag(tape, &there);
  DW_TAPE(tape, column->null_codes);
  if (!there) return;
  if (!column->spellings) {
    column->spellings = dw_alloc(sizeof *column->spellings);
    dw_spellings_init(column->spellings);
  }
  dw_spellings_tape(column->spellings, tape);
}

void dw_column_tape(dw_column *column, dw_tape *tape)
{
  if (dw_tape_plays(tape)) column->lent = true;
  DW_TAPE(tape, column->rows);
  dw_tape_value(tape, column->tag, sizeof column->tag);
  DW_TAPE(tape, column->infinite);
  DW_TAPE(tape, column->commas);
  DW_TAPE(tape, column->doubtful);
  numbers_tape(column, tape);
  spellings_tape(column, tape);
  texts_tape(column, tape);
  strays_tape(column, tape);
  vectors_tape(column, tape);
  times_tape(column, tape);
  dw_tape_flag(tape, &column->prose);
  dw_tape_flag(tape, &column->part);
  dw_tape_flag(tape, &column->keep_order);
  column->order = dw_tape_lent(tape, column->order, &column->order_count, sizeof *column->order);
  dw_tape_flag(tape, &column->describes_by_pattern);
}
