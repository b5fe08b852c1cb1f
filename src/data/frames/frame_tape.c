#include "data/frames/frame_tape.h"

/* --- frames --- */

static void cells_tape(dw_frame_column *column, dw_tape *tape)
{
  bool numbers = column->number != NULL, codes = column->code != NULL, spelled = column->spelled != NULL;
  size_t count = column->length;
  dw_tape_flag(tape, &numbers);
  dw_tape_flag(tape, &codes);
  dw_tape_flag(tape, &spelled);
  DW_TAPE(tape, column->length);
  if (numbers) {
    column->number = dw_tape_array(tape, column->number, &count, sizeof *column->number);
    tape->broken |= count != column->length;
    if (dw_tape_plays(tape)) column->number_capacity = count;
  }
  if (codes) {
    count = column->length;
    column->code = dw_tape_array(tape, column->code, &count, sizeof *column->code);
    tape->broken |= count != column->length;
    if (dw_tape_plays(tape)) column->code_capacity = count;
  }
  if (spelled) {
    count = column->length;
    column->spelled = dw_tape_array(tape, column->spelled, &count, sizeof *column->spelled);
    tape->broken |= count != column->length;
    if (dw_tape_plays(tape)) column->spelled_capacity = count;
  }
  dw_tape_map(tape, &column->texts);
  dw_tape_map(tape, &column->spellings);
  for (size_t i = 0; dw_tape_plays(tape) && spelled && !tape->broken && i < column->length; i++)
    tape->broken |= column->spelled[i] > column->spellings.count;
  dw_tape_flag(tape, &column->spelled_many);
  for (size_t i = 0; dw_tape_plays(tape) && codes && i < count; i++) tape->broken |= column->code[i] > column->texts.count;
  dw_tape_flag(tape, &column->endless);
  dw_tape_flag(tape, &column->keep_texts);
}

static dw_frame_column *frame_column(dw_frame *frame, size_t i, dw_tape *tape)
{
  if (!dw_tape_plays(tape)) {
    dw_tape_text(tape, frame->column[i]->name);
    return frame->column[i];
  }
  dw_frame_column *column = dw_alloc_zero(1, sizeof *column);
  dw_map_init(&column->texts);
  dw_map_init(&column->spellings);
  column->name = dw_tape_text(tape, NULL);
  tape->broken |= !column->name;
  frame->column = dw_grow(frame->column, &frame->capacity, frame->count + 1, sizeof *frame->column);
  frame->column[frame->count++] = column;
  return column;
}

void dw_frame_tape(dw_frame *frame, dw_tape *tape)
{
  if (dw_tape_plays(tape)) dw_frame_finish(frame); /* an empty one, which is filled */
  uint64_t columns = frame->count;
  bool timed = frame->instant != NULL;
  size_t rows = frame->rows;
  DW_TAPE(tape, columns);
  for (size_t i = 0; i < columns && !tape->broken; i++) cells_tape(frame_column(frame, i, tape), tape);
  frame->row = dw_tape_array(tape, frame->row, &rows, sizeof *frame->row);
  size_t instants = rows;
  dw_tape_flag(tape, &timed);
  if (timed) frame->instant = dw_tape_array(tape, frame->instant, &instants, sizeof *frame->instant);
  frame->rows = rows;
  DW_TAPE(tape, frame->seen);
  dw_tape_flag(tape, &frame->sampled);
  dw_tape_flag(tape, &frame->full);
  for (size_t i = 0; i < frame->count; i++) tape->broken |= frame->column[i]->length != rows;
  tape->broken |= timed && instants != rows;
}

/* --- labels and scores --- */

static void labels_tape(dw_labels *labels, dw_tape *tape)
{
  dw_tape_flag(tape, &labels->named);
  dw_tape_map(tape, &labels->classes);
  size_t count = labels->number ? labels->classes.count : 0;
  labels->number = dw_tape_array(tape, labels->number, &count, sizeof *labels->number);
  tape->broken |= count && count != labels->classes.count;
  labels->first_number = dw_tape_text(tape, labels->first_number);
  labels->first_boolean = dw_tape_text(tape, labels->first_boolean);
  labels->first_text = dw_tape_text(tape, labels->first_text);
  labels->clash = dw_tape_text(tape, labels->clash);
}

static void looked_tape(dw_scored *scored, dw_tape *tape)
{
  dw_auc *auc = &scored->looked.auc;
  dw_tape_flag(tape, &scored->looked.known);
  dw_tape_flag(tape, &scored->looked.named);
  DW_TAPE(tape, scored->looked.distinct);
  dw_tape_value(tape, scored->looked.seen, sizeof scored->looked.seen);
  dw_tape_flag(tape, &scored->looked.ranked);
  DW_TAPE(tape, scored->looked.positive);
  DW_TAPE(tape, auc->auc);
  DW_TAPE(tape, auc->variance);
  DW_TAPE(tape, auc->positives);
  DW_TAPE(tape, auc->negatives);
}

void dw_scored_tape(dw_scored *scored, dw_tape *tape)
{
  if (dw_tape_plays(tape)) scored->lent = true;
  size_t scores = scored->count, labels = scored->count;
  scored->score = dw_tape_lent(tape, scored->score, &scores, sizeof *scored->score);
  scored->label = dw_tape_lent(tape, scored->label, &labels, sizeof *scored->label);
  tape->broken |= scores != labels;
  scored->count = tape->broken ? 0 : scores;
  labels_tape(&scored->labels, tape);
  looked_tape(scored, tape);
}
