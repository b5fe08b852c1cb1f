#include "detect/calibrate/null_column.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/num.h"
#include "detect/check/data_quality.h"
#include "stats/samples/sort.h"

/* --- values not seen --- */

enum { UNSEEN_MOST = 1000 };

static void estimate_unseen(dw_null_column *column, uint64_t once, uint64_t twice, uint64_t values)
{
  if (once == 0 || column->places <= 2) return; /* what has two values is made so */
  double classes = (double)once * (double)(once - 1) / (2 * (double)(twice + 1));
  column->unseen = classes < 1 ? 1 : classes > UNSEEN_MOST ? UNSEEN_MOST : (size_t)classes;
  column->unseen_share = fmin(0.9, (double)once / (double)values);
}

/* Behind the largest value, one mean step after the other. */
static void add_unseen_numbers(dw_null_column *column, dw_sorted sample)
{
  uint64_t once = 0, twice = 0;
  size_t count = column->places;
  if (!column->support.discrete) return;
  for (size_t i = 0; i < sample.count;) {
    uint64_t times = dw_sorted_run(sample, &i);
    once += times == 1;
    twice += times == 2;
  }
  estimate_unseen(column, once, twice, sample.total);
  if (column->unseen == 0) return;
  double high = column->value[count - 1], step = high / (double)(count - 1) - column->value[0] / (double)(count - 1);
  if (!isfinite(high + step * (double)column->unseen)) column->unseen = 0;
  column->value = dw_realloc_array(column->value, count + column->unseen, sizeof *column->value);
  column->single = dw_realloc_array(column->single, count + column->unseen, sizeof *column->single);
  for (size_t k = 0; k < column->unseen; k++) column->value[count + k] = high + step * (double)(k + 1);
  memset(column->single + count, 0, column->unseen);
  column->support = (dw_support){column->value, column->single, count + column->unseen, true};
}

static void add_unseen_categories(dw_null_column *column)
{
  uint64_t once = 0, twice = 0;
  dw_categories *all = &column->categories;
  for (size_t i = 0; i < all->count; i++) {
    once += all->reference[i] == 1;
    twice += all->reference[i] == 2;
  }
  estimate_unseen(column, once, twice, all->reference_total);
  all->item = dw_realloc_array(all->item, all->count + column->unseen, sizeof *all->item);
  for (size_t k = 0; k < column->unseen; k++) {
    char *name = dw_arena_alloc(&all->names, 24);
    name[0] = '\177'; /* sorts behind what people write */
    size_t length = 1 + dw_num_print_signed(name + 1, (int64_t)k);
    name[length] = '\0';
    all->item[all->count + k] = (dw_category){.text = name, .length = (uint32_t)length};
  }
}

/* --- the baseline --- */

static uint32_t place_of_number(const double *value, size_t count, double x)
{
  size_t low = dw_sort_below(value, count, x);
  return low < count && value[low] == x ? (uint32_t)low : DW_NULL_NOWHERE;
}

static void place_numbers(dw_null_column *column, const dw_frame_column *cells, const uint32_t *order, size_t rows, const double *value,
                          size_t count)
{
  for (size_t i = 0; i < rows && cells->number; i++) {
    double x = cells->number[order[i]];
    if (!isnan(x)) column->place[i] = place_of_number(value, count, x);
  }
}

static void place_texts(dw_null_column *column, const dw_frame_column *cells, const uint32_t *order, size_t rows)
{
  if (!cells->code) return;
  uint32_t *by_code = dw_alloc_array(cells->texts.count + 1, sizeof *by_code);
  dw_map known;
  dw_map_init(&known);
  size_t numbers = 0;
  while (numbers < column->categories.count && column->categories.item[numbers].numeric) numbers++;
  for (size_t i = numbers; i < column->categories.count; i++)
    dw_map_intern(&known, column->categories.item[i].text, column->categories.item[i].length);
  by_code[0] = DW_NULL_NOWHERE;
  for (size_t i = 0; i < cells->texts.count; i++) {
    uint32_t at = dw_map_find(&known, cells->texts.keys[i].text, cells->texts.keys[i].length);
    by_code[i + 1] = at == DW_MAP_NONE ? DW_NULL_NOWHERE : (uint32_t)numbers + at;
  }
  for (size_t i = 0; i < rows; i++)
    if (cells->code[order[i]]) column->place[i] = by_code[cells->code[order[i]]];
  dw_map_free(&known);
  dw_free(by_code);
}

void dw_null_column_make(dw_null_column *column, const dw_column *base, dw_type type, const dw_frame *frame, const uint32_t *order)
{
  const dw_frame_column *cells = dw_frame_find(frame, base->name);
  size_t rows = frame->rows;
  *column = (dw_null_column){.name = base->name, .base = base, .type = type, .place = dw_alloc_array(rows, sizeof *column->place)};
  for (size_t i = 0; i < rows; i++) column->place[i] = DW_NULL_NOWHERE;
  if (type == DW_TYPE_NUMERIC) {
    column->value = dw_alloc_array(base->sorted.count, sizeof *column->value);
    column->single = dw_alloc_array(base->sorted.count, sizeof *column->single);
    column->support = dw_support_of(base->sorted, column->value, column->single);
    column->places = column->support.count;
    if (cells) place_numbers(column, cells, order, rows, column->value, column->places);
    add_unseen_numbers(column, base->sorted);
  } else {
    dw_categories_make(&column->categories, base, NULL);
    column->places = column->categories.count;
    size_t numbers = 0;
    double *value = dw_alloc_array(column->places, sizeof *value);
    for (; numbers < column->places && column->categories.item[numbers].numeric; numbers++)
      value[numbers] = column->categories.item[numbers].number;
    if (cells) place_numbers(column, cells, order, rows, value, numbers);
    if (cells) place_texts(column, cells, order, rows);
    dw_free(value);
    add_unseen_categories(column);
  }
  if (type == DW_TYPE_NUMERIC && cells && cells->stray) {
    column->stray = dw_alloc_array(rows, 1);
    for (size_t i = 0; i < rows; i++) column->stray[i] = cells->stray[order[i]];
  }
  if (type == DW_TYPE_CATEGORICAL) column->spellings = dw_check_spellings(&column->categories);
  column->places += column->unseen;
  column->can_miss = dw_column_missing(base) > 0;
}

void dw_null_column_free(dw_null_column *column)
{
  dw_free(column->place);
  dw_free(column->stray);
  dw_free(column->value);
  dw_free(column->single);
  dw_free(column->method);
  if (column->type == DW_TYPE_CATEGORICAL) dw_categories_free(&column->categories);
}

/* --- a draw --- */

/* One side's rows by cell. */
struct dw_null_side {
  double *value;     /* [rows] by cell, ascending in each: numbers, or the places of categories */
  dw_column *column; /* [cells] */
  uint32_t *start;   /* [cells + 1] of its values */
  uint64_t *rows;    /* [cells] */
};

static struct dw_null_side *side_make(size_t rows, unsigned cells)
{
  struct dw_null_side *out = dw_alloc_zero(1, sizeof *out);
  out->value = dw_alloc_array(rows, sizeof *out->value);
  out->column = dw_alloc_array(cells, sizeof *out->column);
  out->start = dw_alloc_array(cells + 1, sizeof *out->start);
  out->rows = dw_alloc_array(cells, sizeof *out->rows);
  return out;
}

static void side_free(struct dw_null_side *side)
{
  if (!side) return;
  dw_free(side->value);
  dw_free(side->column);
  dw_free(side->start);
  dw_free(side->rows);
  dw_free(side);
}

void dw_null_room_make(dw_null_room *room, size_t reference_rows, size_t rows, size_t looks, size_t places, unsigned cells)
{
  *room = (dw_null_room){.row_r = dw_alloc_array(reference_rows, sizeof *room->row_r),
                         .row_c = dw_alloc_array(rows * looks, sizeof *room->row_c),
                         .times_r = dw_alloc_array(places, sizeof *room->times_r),
                         .times_c = dw_alloc_zero(places, sizeof *room->times_c),
                         .mark = dw_alloc_zero(places / 64 + 1, sizeof *room->mark),
                         .at = dw_alloc_array(rows, sizeof *room->at),
                         .r = dw_alloc_array(reference_rows, sizeof *room->r),
                         .c = dw_alloc_array(rows, sizeof *room->c),
                         .item = dw_alloc_array(places, sizeof *room->item),
                         .count_r = dw_alloc_array(places, sizeof *room->count_r),
                         .count_c = dw_alloc_array(places, sizeof *room->count_c)};
  if (cells <= 1) return;
  room->side_r = side_make(reference_rows, cells);
  room->side_c = side_make(rows, cells);
  room->cells = (dw_pair_cells){.reference = dw_alloc_array(cells, sizeof *room->cells.reference),
                                .current = dw_alloc_array(cells, sizeof *room->cells.current),
                                .reference_rows = dw_alloc_array(cells, sizeof *room->cells.reference_rows),
                                .current_rows = dw_alloc_array(cells, sizeof *room->cells.current_rows)};
}

void dw_null_room_free(dw_null_room *room)
{
  dw_free(room->row_r);
  dw_free(room->row_c);
  dw_free(room->times_r);
  dw_free(room->times_c);
  dw_free(room->mark);
  dw_free(room->at);
  dw_free(room->r);
  dw_free(room->c);
  dw_free(room->item);
  dw_free(room->count_r);
  dw_free(room->count_c);
  side_free(room->side_r);
  side_free(room->side_c);
  dw_free(room->cells.reference);
  dw_free(room->cells.current);
  dw_free(room->cells.reference_rows);
  dw_free(room->cells.current_rows);
}

/* How often each value was drawn; returns how many rows had one. */
static size_t tally(const uint32_t *place, const uint32_t *row, size_t rows, uint32_t *times, size_t places)
{
  size_t missing = 0;
  memset(times, 0, places * sizeof *times);
  for (size_t i = 0; i < rows; i++) {
    uint32_t at = place[row[i]];
    if (at == DW_NULL_NOWHERE) missing++;
    else times[at]++;
  }
  return rows - missing;
}

/* The same where few of many values are drawn: those that are, in at[0..*values) ascending, and how often in times[0..*values). Returns how
 * many rows had one. */
static size_t tally_few(const uint32_t *place, const uint32_t *row, size_t rows, size_t places, dw_null_room *room, size_t *values)
{
  size_t missing = 0, count = 0;
  memset(room->times_c, 0, places * sizeof *room->times_c);
  for (size_t i = 0; i < rows; i++) {
    uint32_t at = place[row[i]];
    if (at == DW_NULL_NOWHERE) {
      missing++;
      continue;
    }
    room->times_c[at]++;
    room->mark[at / 64] |= UINT64_C(1) << at % 64;
  }
  for (size_t k = 0; k <= places / 64; k++) {
    for (uint64_t left = room->mark[k]; left; left &= left - 1) {
      uint32_t at = (uint32_t)(64 * k + (size_t)__builtin_ctzll(left));
      room->at[count] = at;
      room->times_c[count++] = room->times_c[at]; /* count <= at: what stood there was taken before */
    }
    room->mark[k] = 0;
  }
  *values = count;
  return rows - missing;
}

/* Some of the draws are of unseen values instead: how many lie between one such and the next is geometric. */
static void draw_unseen(const dw_null_column *column, dw_rng *rng, uint32_t *times)
{
  size_t seen = column->places - column->unseen;
  double scale = 1 / dw_log1p(-column->unseen_share), next = floor(dw_log(dw_rng_uniform(rng)) * scale);
  for (size_t i = 0; i < seen; i++) {
    uint32_t drawn = times[i];
    double passed = 0;
    for (; next < drawn - passed; next = floor(dw_log(dw_rng_uniform(rng)) * scale)) {
      passed += next + 1;
      times[i]--;
      times[seen + dw_rng_below(rng, column->unseen)]++;
    }
    next -= drawn - passed;
  }
}

static dw_column side_of(const dw_null_column *column, const uint32_t *row, size_t rows, size_t values)
{
  dw_column out = {.name = column->name, .rows = rows};
  for (size_t i = 0; i < rows && row && column->stray; i++) out.strays += column->stray[row[i]];
  out.tag[DW_STRING] = out.strays;
  out.tag[DW_ABSENT] = rows - values - out.strays;
  out.tag[column->type == DW_TYPE_NUMERIC ? DW_REAL : DW_STRING] += values;
  dw_moments_init(&out.moments);
  return out;
}

static void pair_categories(const dw_null_column *column, dw_null_room *room, dw_pair *pair)
{
  size_t kept = 0;
  *pair = (dw_pair){
      .name = column->name, .type = DW_TYPE_CATEGORICAL, .reference = &room->reference, .current = &room->current, .counted = true};
  for (size_t i = 0; i < column->places; i++) {
    if (room->times_r[i] + room->times_c[i] == 0) continue;
    room->item[kept] = column->categories.item[i];
    pair->reference_count += room->item[kept].reference = room->count_r[kept] = room->times_r[i];
    pair->current_count += room->item[kept].current = room->count_c[kept] = room->times_c[i];
    kept++;
  }
  pair->distinct = kept;
  pair->categories = (dw_categories){.item = room->item,
                                     .count = kept,
                                     .reference_total = pair->reference_count,
                                     .current_total = pair->current_count,
                                     .reference = room->count_r,
                                     .current = room->count_c};
}

void dw_null_draw_reference(const dw_null_column *column, dw_null_room *room, size_t n_r, dw_rng *rng)
{
  size_t values = tally(column->place, room->row_r, n_r, room->times_r, column->places);
  if (column->unseen) draw_unseen(column, rng, room->times_r);
  room->reference = side_of(column, room->row_r, n_r, values);
  if (column->type != DW_TYPE_NUMERIC) return;
  size_t n = dw_support_spread(&column->support, rng, NULL, room->times_r, column->places, room->r);
  dw_moments_add_array(&room->reference.moments, room->r, n);
  room->reference.sorted = dw_sorted_make(room->r, n);
}

void dw_null_draw(const dw_null_column *column, dw_null_room *room, const uint32_t *row_c, size_t n_c, dw_rng *rng, dw_pair *pair)
{
  bool few = column->type == DW_TYPE_NUMERIC && !column->unseen && column->places > n_c;
  size_t count = column->places, values = few ? tally_few(column->place, row_c, n_c, column->places, room, &count)
                                              : tally(column->place, row_c, n_c, room->times_c, column->places);
  if (column->unseen) draw_unseen(column, rng, room->times_c);
  room->current = side_of(column, row_c, n_c, values);
  if (column->type != DW_TYPE_NUMERIC) {
    pair_categories(column, room, pair);
    return;
  }
  size_t n = dw_support_spread(&column->support, rng, few ? room->at : NULL, room->times_c, count, room->c);
  dw_moments_add_array(&room->current.moments, room->c, n);
  room->current.sorted = dw_sorted_make(room->c, n);
  dw_pair_make(pair, column->name, DW_TYPE_NUMERIC, &room->reference, &room->current);
}

/* --- a draw within cells --- */

static void fill_side(const dw_null_column *column, const dw_null_cells *cells, const uint32_t *row, size_t rows, struct dw_null_side *side)
{
  memset(side->start, 0, (cells->count + 1) * sizeof *side->start);
  memset(side->rows, 0, cells->count * sizeof *side->rows);
  for (size_t i = 0; i < rows; i++) {
    unsigned cell = cells->of[row[i]];
    side->rows[cell]++;
    side->start[cell + 1] += column->place[row[i]] != DW_NULL_NOWHERE;
  }
  for (unsigned c = 0; c < cells->count; c++) side->start[c + 1] += side->start[c];
  for (size_t i = rows; i-- > 0;) { /* start[c + 1] walks down to where the cell begins */
    uint32_t place = column->place[row[i]];
    if (place == DW_NULL_NOWHERE) continue;
    side->value[--side->start[cells->of[row[i]] + 1]] = column->type == DW_TYPE_NUMERIC ? column->value[place] : (double)place;
  }
}

/* The columns of the cells, once start[c + 1] is where cell c begins. */
static void finish_side(const dw_null_column *column, const dw_null_cells *cells, size_t values, struct dw_null_side *side)
{
  for (unsigned c = 0; c < cells->count; c++) {
    size_t from = side->start[c + 1], to = c + 1 < cells->count ? side->start[c + 2] : values;
    dw_sort_doubles(side->value + from, to - from, NULL);
    side->column[c] = side_of(column, NULL, (size_t)side->rows[c], to - from);
    side->column[c].sorted = dw_sorted_make(side->value + from, to - from);
    dw_moments_add_array(&side->column[c].moments, side->value + from, to - from);
  }
}

static void pair_cells(dw_null_room *room, unsigned count)
{
  dw_pair_cells *cells = &room->cells;
  cells->count = 0;
  for (unsigned c = 0; c < count; c++) {
    if (room->side_r->rows[c] == 0 || room->side_c->rows[c] == 0) continue;
    cells->reference[cells->count] = &room->side_r->column[c];
    cells->current[cells->count] = &room->side_c->column[c];
    cells->reference_rows[cells->count] = room->side_r->rows[c];
    cells->current_rows[cells->count++] = room->side_c->rows[c];
  }
}

static void expand(const dw_null_column *column, const uint32_t *times, double *out, dw_column *side)
{
  size_t count = 0;
  for (size_t i = 0; i < column->places; i++)
    for (uint32_t k = 0; k < times[i]; k++) out[count++] = column->value[i];
  dw_moments_add_array(&side->moments, out, count);
  side->sorted = dw_sorted_make(out, count);
}

void dw_null_draw_matched(dw_null_column *column, dw_null_room *room, const dw_null_cells *cells, size_t n_r, size_t n_c, dw_pair *pair)
{
  size_t values_r = tally(column->place, room->row_r, n_r, room->times_r, column->places);
  size_t values_c = tally(column->place, room->row_c, n_c, room->times_c, column->places);
  room->reference = side_of(column, room->row_r, n_r, values_r);
  room->current = side_of(column, room->row_c, n_c, values_c);
  fill_side(column, cells, room->row_r, n_r, room->side_r);
  fill_side(column, cells, room->row_c, n_c, room->side_c);
  finish_side(column, cells, values_r, room->side_r);
  finish_side(column, cells, values_c, room->side_c);
  pair_cells(room, cells->count);
  if (column->type == DW_TYPE_NUMERIC) {
    expand(column, room->times_r, room->r, &room->reference);
    expand(column, room->times_c, room->c, &room->current);
    dw_pair_make(pair, column->name, DW_TYPE_NUMERIC, &room->reference, &room->current);
  } else {
    pair_categories(column, room, pair);
    for (size_t i = 0, kept = 0; i < column->places; i++) /* cells know them by their places */
      if (room->times_r[i] + room->times_c[i]) room->item[kept].numeric = true, room->item[kept++].number = (double)i;
  }
  pair->cells = &room->cells;
}

void dw_null_release(dw_null_column *column, dw_pair *pair)
{
  if (column->type == DW_TYPE_NUMERIC) dw_pair_free(pair);
}
