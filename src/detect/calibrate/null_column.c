#include "detect/calibrate/null_column.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/num.h"
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
  column->places += column->unseen;
  column->can_miss = dw_column_missing(base) > 0;
}

void dw_null_column_free(dw_null_column *column)
{
  dw_free(column->place);
  dw_free(column->value);
  dw_free(column->single);
  dw_free(column->method);
  if (column->type == DW_TYPE_CATEGORICAL) dw_categories_free(&column->categories);
}

/* --- a draw --- */

void dw_null_room_make(dw_null_room *room, size_t reference_rows, size_t rows, size_t places)
{
  *room = (dw_null_room){.row_r = dw_alloc_array(reference_rows, sizeof *room->row_r),
                         .row_c = dw_alloc_array(rows, sizeof *room->row_c),
                         .times_r = dw_alloc_array(places, sizeof *room->times_r),
                         .times_c = dw_alloc_array(places, sizeof *room->times_c),
                         .r = dw_alloc_array(reference_rows, sizeof *room->r),
                         .c = dw_alloc_array(rows, sizeof *room->c),
                         .item = dw_alloc_array(places, sizeof *room->item),
                         .count_r = dw_alloc_array(places, sizeof *room->count_r),
                         .count_c = dw_alloc_array(places, sizeof *room->count_c)};
}

void dw_null_room_free(dw_null_room *room)
{
  dw_free(room->row_r);
  dw_free(room->row_c);
  dw_free(room->times_r);
  dw_free(room->times_c);
  dw_free(room->r);
  dw_free(room->c);
  dw_free(room->item);
  dw_free(room->count_r);
  dw_free(room->count_c);
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

static dw_column side(const dw_null_column *column, size_t rows, size_t values)
{
  dw_column out = {.name = column->name, .rows = rows};
  out.tag[DW_ABSENT] = rows - values;
  out.tag[column->type == DW_TYPE_NUMERIC ? DW_REAL : DW_STRING] = values;
  dw_moments_init(&out.moments);
  return out;
}

static void pair_numbers(dw_null_column *column, dw_null_room *room, dw_rng *rng, dw_pair *pair)
{
  size_t n_r, n_c;
  dw_support_spread(&column->support, rng, room->times_r, room->times_c, room->r, &n_r, room->c, &n_c);
  dw_moments_add_array(&room->reference.moments, room->r, n_r);
  dw_moments_add_array(&room->current.moments, room->c, n_c);
  room->reference.sorted = dw_sorted_make(room->r, n_r);
  room->current.sorted = dw_sorted_make(room->c, n_c);
  dw_pair_make(pair, column->name, DW_TYPE_NUMERIC, &room->reference, &room->current);
}

static void pair_categories(dw_null_column *column, dw_null_room *room, dw_pair *pair)
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

void dw_null_draw(dw_null_column *column, dw_null_room *room, size_t n_r, size_t n_c, dw_rng *rng, dw_pair *pair)
{
  size_t values_r = tally(column->place, room->row_r, n_r, room->times_r, column->places);
  size_t values_c = tally(column->place, room->row_c, n_c, room->times_c, column->places);
  if (column->unseen) {
    draw_unseen(column, rng, room->times_r);
    draw_unseen(column, rng, room->times_c);
  }
  room->reference = side(column, n_r, values_r);
  room->current = side(column, n_c, values_c);
  if (column->type == DW_TYPE_NUMERIC) pair_numbers(column, room, rng, pair);
  else pair_categories(column, room, pair);
}

void dw_null_release(dw_null_column *column, dw_pair *pair)
{
  if (column->type == DW_TYPE_NUMERIC) dw_pair_free(pair);
}
