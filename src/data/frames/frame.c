#include "data/frames/frame.h"

#include <math.h>

#include "base/num.h"
#include "base/rng.h"
#include "data/columns/spellings.h"
#include "io/record/instant.h"

enum {
  ENDLESS_DISTINCT = 9000, /* as data/columns/column.c: so many strings of which nine in ten are different are identifiers */
  ENDLESS_ALWAYS = 1 << 20,
  LEAST_ROWS = 16 /* a sample is never cut below this, whatever the memory */
};

/* What is needed only while rows are added. */
struct dw_frame_building {
  uint32_t *place; /* by the reader's column id: 1 + index in column, 0: not kept */
  size_t place_capacity, place_count;
  uint64_t *hash; /* SAMPLE, BLOCKS: [rows] of the row number, or of the block's */
  size_t hash_capacity, row_capacity, instant_capacity;
  dw_rng_key key;
  uint64_t below; /* rows whose hash is above this cannot be among the smallest any more */
  size_t most;    /* rows to keep at the end */
  bool settled;   /* BLOCKS: whether by blocks or by windows */
  uint32_t *pick; /* rows of the batch that are taken in */
  size_t pick_capacity;
  dw_buf scratch;
};

dw_frame *dw_frame_new(const dw_frame_options *options)
{
  dw_frame *frame = dw_alloc_zero(1, sizeof *frame);
  frame->options = *options;
  frame->building = dw_alloc_zero(1, sizeof *frame->building);
  frame->building->key = dw_rng_derive(0, "frame");
  frame->building->below = UINT64_MAX;
  frame->building->most = options->rows;
  return frame;
}

static void building_free(struct dw_frame_building *building)
{
  if (!building) return;
  dw_free(building->place);
  dw_free(building->hash);
  dw_free(building->pick);
  dw_buf_free(&building->scratch);
  dw_free(building);
}

static void column_free(dw_frame_column *column)
{
  dw_free((void *)column->name);
  dw_free(column->number);
  dw_free(column->code);
  dw_free(column->stray);
  dw_free(column->spelled);
  dw_map_free(&column->texts);
  dw_map_free(&column->spellings);
  dw_buf_free(&column->scratch);
  dw_free(column);
}

static void frame_drop_columns(dw_frame *frame)
{
  for (size_t i = 0; i < frame->count; i++) column_free(frame->column[i]);
  dw_free(frame->column);
  dw_free(frame->row);
  dw_free(frame->instant);
  frame->column = NULL;
  frame->row = NULL;
  frame->instant = NULL;
  frame->count = frame->capacity = frame->rows = 0;
}

void dw_frame_free(dw_frame *frame)
{
  if (!frame) return;
  frame_drop_columns(frame);
  building_free(frame->building);
  dw_free(frame);
}

const dw_frame_column *dw_frame_find(const dw_frame *frame, const char *name)
{
  for (size_t i = 0; i < frame->count; i++)
    if (strcmp(frame->column[i]->name, name) == 0) return frame->column[i];
  return NULL;
}

dw_status dw_frame_ready(const dw_frame *frame, dw_err *err)
{
  if (!frame->full) return DW_OK;
  return dw_err_set(err, DW_ENODATA,
                    "%llu rows and more are beyond what --memory allows (%zu bytes for the rows of a side): "
                    "raise it, or give fewer columns",
                    (unsigned long long)frame->seen, frame->options.memory);
}

/* --- one column --- */

static void column_fill(dw_frame_column *column, size_t length)
{
  if (column->number) {
    column->number = dw_grow(column->number, &column->number_capacity, length, sizeof *column->number);
    for (size_t i = column->length; i < length; i++) column->number[i] = NAN;
  }
  if (column->code) {
    column->code = dw_grow(column->code, &column->code_capacity, length, sizeof *column->code);
    for (size_t i = column->length; i < length; i++) column->code[i] = 0;
  }
  if (column->spelled) {
    column->spelled = dw_grow(column->spelled, &column->spelled_capacity, length, sizeof *column->spelled);
    for (size_t i = column->length; i < length; i++) column->spelled[i] = 0;
  }
  column->length = length;
}

static size_t room_for(const dw_frame_column *column) { return column->length > column->room ? column->length : column->room; }

static void column_number(dw_frame_column *column, size_t at, double number)
{
  if (!isfinite(number)) return;
  if (!column->number) {
    column->number = dw_grow(NULL, &column->number_capacity, room_for(column), sizeof *column->number);
    for (size_t i = 0; i < column->length; i++) column->number[i] = NAN;
  }
  column->number[at] = number;
}

static void column_text(dw_frame_column *column, size_t at, const char *text, size_t length)
{
  if (column->endless) return;
  if (!column->code) {
    column->code = dw_grow(NULL, &column->code_capacity, room_for(column), sizeof *column->code);
    memset(column->code, 0, column->length * sizeof *column->code);
  }
  column->code[at] = 1 + dw_map_intern(&column->texts, text, length);
}

static void column_cell(dw_frame_column *column, size_t at, const dw_batch *batch, dw_tag tag, dw_cell cell)
{
  size_t length;
  switch (tag) {
  case DW_INTEGER:
  case DW_REAL: column_number(column, at, cell.number); break;
  case DW_FALSE: column_text(column, at, "false", 5); break;
  case DW_TRUE: column_text(column, at, "true", 4); break;
  case DW_STRING:
  case DW_STRING_ESCAPED: {
    const char *text = dw_cell_text(batch, tag, cell, &column->scratch, &length);
    column_text(column, at, text, length);
    break;
  }
  default: break;
  }
}

/* Rows of which all cells are finite numbers, all of them picked: most columns hold nothing else. */
static bool column_add_numbers(dw_frame_column *column, size_t from, const dw_batch *batch, const dw_batch_column *cells, size_t picked)
{
  size_t reals, room = from + picked;
  if (picked < batch->rows || column->code || column->spelled || column->length < from || (from && !column->number)) return false;
  if (!dw_cells_all_numbers(cells->tags, picked, &reals) || !dw_cells_all_finite(cells->cells, picked)) return false;
  if (!column->number && room < column->room) room = column->room;
  column->number = dw_grow(column->number, &column->number_capacity, room, sizeof *column->number);
  memcpy(column->number + from, &cells->cells->number, picked * sizeof *column->number);
  column->length = from + picked;
  return true;
}

/* The cells of the rows picked, behind the `from` rows that are there. Numbers, most of all cells, take the short way. */
static void column_add(dw_frame_column *column, size_t from, const dw_batch *batch, const dw_batch_column *cells, const uint32_t *pick,
                       size_t picked)
{
  for (size_t i = 0; i < picked; i++) {
    dw_tag tag = (dw_tag)cells->tags[pick[i]];
    dw_cell cell = cells->cells[pick[i]];
    bool number = tag == DW_INTEGER || tag == DW_REAL;
    if (number && column->number) column->number[from + i] = isfinite(cell.number) ? cell.number : NAN;
    else column_cell(column, from + i, batch, tag, cell);
  }
}

static void column_give_up_spellings(dw_frame_column *column)
{
  dw_free(column->spelled);
  dw_map_free(&column->spellings);
  column->spelled = NULL;
  column->spelled_capacity = 0;
  column->spelled_many = true;
}

void dw_frame_column_spell(dw_frame_column *column, size_t row, const char *text, size_t length)
{
  char usual[DW_NUM_TEXT];
  while (length > 0 && (*text == ' ' || *text == '\t')) text++, length--;
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  if (column->spelled_many || !column->number || isnan(column->number[row])) return;
  if (dw_num_print(usual, column->number[row]) == length && memcmp(usual, text, length) == 0) return;
  if (!column->spelled) {
    column->spelled = dw_grow(NULL, &column->spelled_capacity, room_for(column), sizeof *column->spelled);
    memset(column->spelled, 0, column->length * sizeof *column->spelled);
  }
  column->spelled[row] = 1 + dw_map_intern(&column->spellings, text, length);
  if (column->spellings.count > DW_SPELLINGS_MOST) column_give_up_spellings(column);
}

/* Of the rows picked; the batch has the last row first. */
static void column_add_spelled(dw_frame_column *column, size_t from, const dw_batch *batch, const dw_batch_column *cells,
                               const uint32_t *pick, size_t picked)
{
  if (cells->spelled == DW_SPELLED_MANY) column_give_up_spellings(column);
  for (uint32_t at = cells->spelled; at > 0 && !column->spelled_many; at = batch->spelled[at - 1].before) {
    const dw_spelled *one = &batch->spelled[at - 1];
    double number;
    while (picked > 0 && pick[picked - 1] > one->row) picked--;
    if (picked == 0) return;
    dw_tag tag = cells->tags[one->row];
    if (pick[picked - 1] != one->row || (tag != DW_INTEGER && tag != DW_REAL)) continue;
    const char *text = batch->text + one->offset;
    if (dw_num_parse(text, one->length, &number, NULL) && number != cells->cells[one->row].number) continue;
    dw_frame_column_spell(column, from + picked - 1, text, one->length);
  }
}

static void column_give_up_texts(dw_frame_column *column)
{
  column->endless = true;
  dw_map_free(&column->texts);
  dw_free(column->code);
  column->code = NULL;
  column->code_capacity = 0;
}

static void column_check_endless(dw_frame_column *column)
{
  size_t distinct = column->texts.count, cells = 0;
  if (column->keep_texts || column->endless || distinct < ENDLESS_DISTINCT) return;
  for (size_t i = 0; i < column->length && column->code; i++) cells += column->code[i] != 0;
  if (distinct >= ENDLESS_ALWAYS || cells * 9 < distinct * 10) column_give_up_texts(column);
}

/* Texts that no kept row has are forgotten; the others are numbered as the rows have them. */
void dw_frame_column_renumber(dw_frame_column *column)
{
  if (!column->code) return;
  dw_map fresh;
  dw_map_init(&fresh);
  uint32_t *now = dw_alloc_zero(column->texts.count + 1, sizeof *now);
  for (size_t i = 0; i < column->length; i++) {
    uint32_t code = column->code[i];
    if (code && !now[code]) now[code] = 1 + dw_map_intern(&fresh, column->texts.keys[code - 1].text, column->texts.keys[code - 1].length);
    column->code[i] = now[code];
  }
  dw_free(now);
  dw_map_free(&column->texts);
  column->texts = fresh;
}

static void column_gather(dw_frame_column *column, const uint32_t *keep, size_t count)
{
  for (size_t i = 0; i < count && column->number; i++) column->number[i] = column->number[keep[i]];
  for (size_t i = 0; i < count && column->code; i++) column->code[i] = column->code[keep[i]];
  for (size_t i = 0; i < count && column->spelled; i++) column->spelled[i] = column->spelled[keep[i]];
  column->length = count;
  if (column->texts.count > count) dw_frame_column_renumber(column); /* else once it is finished */
}

/* --- the sample --- */

static void swap_hashes(uint64_t *a, uint64_t *b)
{
  uint64_t t = *a;
  *a = *b;
  *b = t;
}

/* The value that stands at `rank` once sorted (Hoare's selection; the middle as pivot: hashes are in no order that could harm). */
static uint64_t select_hash(uint64_t *hash, size_t count, size_t rank)
{
  size_t low = 0, high = count - 1;
  while (low < high) {
    uint64_t pivot = hash[low + (high - low) / 2];
    size_t i = low, j = high;
    for (;;) {
      while (hash[i] < pivot) i++;
      while (hash[j] > pivot) j--;
      if (i >= j) break;
      swap_hashes(&hash[i++], &hash[j--]);
    }
    if (rank <= j) high = j;
    else low = j + 1;
  }
  return hash[rank];
}

/* Only these rows, ascending, are kept. */
static void frame_keep(dw_frame *frame, const uint32_t *keep, size_t count)
{
  struct dw_frame_building *b = frame->building;
  for (size_t i = 0; i < frame->count; i++) {
    column_fill(frame->column[i], frame->rows);
    column_gather(frame->column[i], keep, count);
  }
  for (size_t i = 0; i < count; i++) {
    frame->row[i] = frame->row[keep[i]];
    if (b->hash && !frame->windows.period) b->hash[i] = b->hash[keep[i]];
    if (frame->instant) frame->instant[i] = frame->instant[keep[i]];
  }
  frame->rows = count;
}

/* Those with the smallest hashes. Equal hashes at the border: the earlier rows stay. */
static size_t keep_smallest(dw_frame *frame, uint32_t *keep)
{
  struct dw_frame_building *b = frame->building;
  uint64_t *copy = dw_alloc_array(frame->rows, sizeof *copy);
  memcpy(copy, b->hash, frame->rows * sizeof *copy);
  b->below = select_hash(copy, frame->rows, b->most - 1);
  dw_free(copy);
  size_t smaller = 0, count = 0;
  for (size_t i = 0; i < frame->rows; i++) smaller += b->hash[i] < b->below;
  size_t equal = b->most - smaller;
  for (size_t i = 0; i < frame->rows; i++) {
    if (b->hash[i] > b->below || (b->hash[i] == b->below && equal == 0)) continue;
    equal -= b->hash[i] == b->below;
    keep[count++] = (uint32_t)i;
  }
  return count;
}

/* Those in windows so narrow that there are few enough. */
static size_t keep_windows(dw_frame *frame, uint32_t *keep)
{
  size_t count;
  for (;; dw_windows_narrow(&frame->windows)) {
    count = 0;
    for (size_t i = 0; i < frame->rows; i++)
      if (frame->instant[i] != DW_FRAME_NO_INSTANT && dw_windows_hold(&frame->windows, frame->instant[i])) keep[count++] = (uint32_t)i;
    if (count <= frame->building->most) return count;
  }
}

/* By the first rows, all of which are held until more are there than may be: the same whichever batches they come in. */
static void settle_blocks(dw_frame *frame)
{
  int64_t first = INT64_MAX, last = INT64_MIN;
  frame->building->settled = true;
  if (frame->options.policy != DW_FRAME_BLOCKS || !frame->options.time) return;
  if (dw_instants_in_order(frame->instant, frame->building->most)) return;
  for (size_t i = 0; i < frame->building->most; i++) {
    int64_t at = frame->instant[i];
    if (at == DW_FRAME_NO_INSTANT) continue;
    if (at < first) first = at;
    if (at > last) last = at;
  }
  frame->windows = dw_windows_over(first, last);
}

static void frame_shrink(dw_frame *frame)
{
  if (frame->rows <= frame->building->most) return;
  if (!frame->building->settled) settle_blocks(frame);
  uint32_t *keep = dw_alloc_array(frame->rows, sizeof *keep);
  frame_keep(frame, keep, frame->windows.period ? keep_windows(frame, keep) : keep_smallest(frame, keep));
  dw_free(keep);
}

/* --- batches --- */

enum { HASHED = 64 /* rows at a time */ };

/* The rows of the batch that come in: pick, row, hash. Returns how many. */
static size_t frame_pick(dw_frame *frame, const dw_batch *batch, const uint8_t *take)
{
  struct dw_frame_building *b = frame->building;
  bool blocks = frame->options.policy == DW_FRAME_BLOCKS, sample = blocks || frame->options.policy == DW_FRAME_SAMPLE;
  size_t most = frame->options.policy == DW_FRAME_FIRST ? b->most : SIZE_MAX;
  uint64_t hash[HASHED], first = 0;                       /* of the rows or blocks from `first` on, */
  size_t ahead = blocks || take ? 1 : HASHED, hashes = 0; /* so many */
  size_t count = 0, room = frame->rows + batch->rows;
  b->pick = dw_grow(b->pick, &b->pick_capacity, batch->rows, sizeof *b->pick);
  frame->row = dw_grow(frame->row, &b->row_capacity, room, sizeof *frame->row);
  if (sample) b->hash = dw_grow(b->hash, &b->hash_capacity, room, sizeof *b->hash);
  for (size_t i = 0; i < batch->rows; i++) {
    if (take && !take[i]) continue;
    uint64_t row = batch->first_row + i;
    frame->seen++;
    if (frame->rows + count >= most) continue;
    if (sample) {
      uint64_t number = blocks ? row / DW_FRAME_BLOCK : row;
      if (number - first >= hashes) dw_rng_rows(b->key, first = number, hashes = ahead, hash);
      if (hash[number - first] > b->below) continue;
      b->hash[frame->rows + count] = hash[number - first];
    }
    frame->row[frame->rows + count] = row;
    b->pick[count++] = (uint32_t)i;
  }
  return count;
}

static void frame_new_columns(dw_frame *frame, const dw_reader *reader)
{
  struct dw_frame_building *b = frame->building;
  const dw_frame_options *o = &frame->options;
  size_t count = dw_reader_columns(reader);
  b->place = dw_grow(b->place, &b->place_capacity, count, sizeof *b->place);
  for (; b->place_count < count; b->place_count++) {
    const char *name = dw_reader_column_name(reader, (uint32_t)b->place_count);
    bool keep = o->keep ? o->keep(o->context, name) : !(o->time && strcmp(o->time, name) == 0);
    b->place[b->place_count] = 0;
    if (!keep) continue;
    dw_frame_column *column = dw_alloc_zero(1, sizeof *column);
    column->name = dw_strdup(name);
    column->room = o->policy == DW_FRAME_BLOCKS ? b->most + b->most / 2 : 0;
    column->keep_texts = o->keep_texts && o->keep_texts(o->context, name);
    dw_map_init(&column->texts);
    dw_map_init(&column->spellings);
    frame->column = dw_grow(frame->column, &frame->capacity, frame->count + 1, sizeof *frame->column);
    frame->column[frame->count++] = column;
    b->place[b->place_count] = (uint32_t)frame->count;
  }
}

static int64_t instant_at(const dw_frame *frame, const dw_batch *batch, const dw_batch_column *time, const int64_t *known, size_t row)
{
  if (known) return known[row];
  int64_t instant;
  dw_buf *scratch = &frame->building->scratch;
  if (!time || !dw_instant_cell(frame->options.time_format, batch, (dw_tag)time->tags[row], time->cells[row], scratch, &instant))
    return DW_FRAME_NO_INSTANT;
  return instant;
}

static void frame_add_instants(dw_frame *frame, const dw_reader *reader, const dw_batch *batch, const int64_t *known, size_t picked)
{
  struct dw_frame_building *b = frame->building;
  const dw_batch_column *time = dw_reader_find(reader, batch, frame->options.time);
  frame->instant = dw_grow(frame->instant, &b->instant_capacity, frame->rows + picked, sizeof *frame->instant);
  for (size_t i = 0; i < picked; i++) frame->instant[frame->rows + i] = instant_at(frame, batch, time, known, b->pick[i]);
}

/* frame_pick and frame_add_instants where the instants say which rows come in. */
static size_t frame_pick_in_windows(dw_frame *frame, const dw_reader *reader, const dw_batch *batch, const uint8_t *take,
                                    const int64_t *known)
{
  struct dw_frame_building *b = frame->building;
  const dw_batch_column *time = dw_reader_find(reader, batch, frame->options.time);
  size_t count = 0, room = frame->rows + batch->rows;
  b->pick = dw_grow(b->pick, &b->pick_capacity, batch->rows, sizeof *b->pick);
  frame->row = dw_grow(frame->row, &b->row_capacity, room, sizeof *frame->row);
  frame->instant = dw_grow(frame->instant, &b->instant_capacity, room, sizeof *frame->instant);
  for (size_t i = 0; i < batch->rows; i++) {
    if (take && !take[i]) continue;
    frame->seen++;
    int64_t instant = instant_at(frame, batch, time, known, i);
    if (instant == DW_FRAME_NO_INSTANT || !dw_windows_hold(&frame->windows, instant)) continue;
    frame->row[frame->rows + count] = batch->first_row + i;
    frame->instant[frame->rows + count] = instant;
    b->pick[count++] = (uint32_t)i;
  }
  return count;
}

size_t dw_frame_bytes(const dw_frame *frame)
{
  const struct dw_frame_building *b = frame->building;
  size_t bytes = frame->rows * (sizeof *frame->row + (frame->instant ? sizeof *frame->instant : 0) + (b && b->hash ? sizeof *b->hash : 0));
  for (size_t i = 0; i < frame->count; i++) {
    const dw_frame_column *column = frame->column[i];
    bytes += column->length * ((column->number ? sizeof *column->number : 0) + (column->code ? sizeof *column->code : 0) +
                               (column->spelled ? sizeof *column->spelled : 0)) +
             dw_map_bytes(&column->texts);
  }
  return bytes;
}

static void frame_check_memory(dw_frame *frame)
{
  struct dw_frame_building *b = frame->building;
  if (frame->options.policy == DW_FRAME_FIRST) { /* what does not fit is not among the first */
    if (frame->options.memory && dw_frame_bytes(frame) > frame->options.memory) b->most = frame->rows;
    return;
  }
  if (frame->options.policy == DW_FRAME_ALL) {
    if ((frame->options.memory && dw_frame_bytes(frame) > frame->options.memory) || frame->rows > UINT32_MAX / 2) {
      frame_drop_columns(frame);
      frame->full = true;
    }
    return;
  }
  if (frame->options.memory && dw_frame_bytes(frame) > frame->options.memory) {
    if (frame->rows > b->most) frame_shrink(frame);
    size_t a_row = dw_frame_bytes(frame) / (frame->rows ? frame->rows : 1) + 1;
    size_t fit = frame->options.memory / (2 * a_row);
    if (fit < LEAST_ROWS) fit = LEAST_ROWS;
    if (fit < b->most) b->most = fit;
  }
  if (frame->rows > b->most + b->most / 2) frame_shrink(frame);
}

void dw_frame_add(dw_frame *frame, const dw_reader *reader, const dw_batch *batch, const uint8_t *take, const int64_t *time)
{
  struct dw_frame_building *b = frame->building;
  bool done = frame->options.policy == DW_FRAME_FIRST && frame->rows >= b->most;
  if (frame->full || done) {
    for (size_t i = 0; i < batch->rows; i++) frame->seen += !take || take[i];
    return;
  }
  frame_new_columns(frame, reader);
  bool windows = frame->windows.period != 0;
  size_t picked = windows ? frame_pick_in_windows(frame, reader, batch, take, time) : frame_pick(frame, batch, take);
  if (frame->options.time && !windows) frame_add_instants(frame, reader, batch, time, picked);
  for (size_t i = 0; i < batch->column_count; i++) {
    const dw_batch_column *cells = &batch->columns[i];
    uint32_t place = b->place[cells->id];
    if (!place) continue;
    dw_frame_column *column = frame->column[place - 1];
    if (!column_add_numbers(column, frame->rows, batch, cells, picked)) {
      column_fill(column, frame->rows + picked);
      column_add(column, frame->rows, batch, cells, b->pick, picked);
    }
    if (cells->spelled && !column->spelled_many) column_add_spelled(column, frame->rows, batch, cells, b->pick, picked);
    if (frame->options.policy == DW_FRAME_ALL) column_check_endless(column);
  }
  frame->rows += picked;
  frame_check_memory(frame);
}

void dw_frame_finish(dw_frame *frame)
{
  if (!frame->building) return;
  if (frame->building->hash) frame_shrink(frame);
  for (size_t i = 0; i < frame->count; i++) {
    column_fill(frame->column[i], frame->rows);
    if (frame->options.policy != DW_FRAME_ALL) {
      dw_frame_column_renumber(frame->column[i]);
      column_check_endless(frame->column[i]); /* only now: what was held on the way depends on blocks */
    }
    dw_buf_free(&frame->column[i]->scratch);
  }
  frame->sampled = frame->rows < frame->seen;
  building_free(frame->building);
  frame->building = NULL;
}
