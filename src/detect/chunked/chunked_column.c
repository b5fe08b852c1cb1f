/* One column through all chunks. */
#include <math.h>

#include "base/num.h"
#include "detect/chunked/chunked_parts.h"
#include "stats/tests/baseline.h"
#include "stats/tests/contingency.h"
#include "stats/tests/effect.h"
#include "stats/samples/sort.h"

enum { NAMES_LISTED = 10 };

typedef enum measure { JENSENSHANNON, KS, WASSERSTEIN, HELLINGER, L_INFINITY, CHISQUARE, MEASURES } measure;

static const struct {
  const char *name;
  unsigned types;
  double most; /* of its values; infinite: there is none */
} measures[MEASURES] = {
    [JENSENSHANNON] = {"jensenshannon", DW_FITS(DW_TYPE_NUMERIC) | DW_FITS(DW_TYPE_CATEGORICAL), INFINITY},
    [KS] = {"ks", DW_FITS(DW_TYPE_NUMERIC), 1},
    [WASSERSTEIN] = {"wasserstein", DW_FITS(DW_TYPE_NUMERIC), INFINITY},
    [HELLINGER] = {"hellinger", DW_FITS(DW_TYPE_NUMERIC) | DW_FITS(DW_TYPE_CATEGORICAL), INFINITY},
    [L_INFINITY] = {"l_infinity", DW_FITS(DW_TYPE_CATEGORICAL), INFINITY},
    [CHISQUARE] = {"chisquare", DW_FITS(DW_TYPE_CATEGORICAL), INFINITY},
};

static measure measure_named(const char *name)
{
  measure m = 0;
  while (m < MEASURES && strcmp(measures[m].name, name) != 0) m++;
  return m;
}

dw_status dw_chunked_check_methods(const dw_limits *limits, dw_err *err)
{
  for (size_t i = 0; i < limits->method_count; i++)
    if (measure_named(limits->method[i].method->name) == MEASURES)
      return dw_err_set(
          err, DW_EUSAGE,
          "--method: chunks are compared by jensenshannon, ks, wasserstein, hellinger, l_infinity or chisquare, not by \"%s\"",
          limits->method[i].method->name);
  return DW_OK;
}

/* --- its cells --- */

static uint32_t text_code(dw_map *all, const char *text, size_t length) { return 1 + dw_map_intern(all, text, length); }

static void read_codes(const chunked_run *run, chunk_column *column, int side)
{
  const dw_frame_column *cells = dw_frame_find(run->frame[side], column->name);
  size_t rows = run->frame[side]->rows;
  if (!cells || (!cells->code && !cells->number)) return;
  uint32_t *code = column->code[side] = dw_alloc_zero(rows, sizeof *code), *now = dw_alloc_zero(cells->texts.count + 1, sizeof *now);
  for (size_t i = 0; i < rows; i++) {
    uint32_t text = cells->code ? cells->code[i] : 0;
    if (text) {
      const dw_map_key *key = &cells->texts.keys[text - 1];
      if (!now[text]) now[text] = text_code(&column->names, key->text, key->length);
      code[i] = now[text];
    } else if (cells->number && !isnan(cells->number[i])) {
      char number[DW_NUM_TEXT];
      /* nor is -0 another category than 0 */
      code[i] = text_code(&column->names, number, dw_num_print(number, cells->number[i] == 0 ? 0 : cells->number[i]));
    }
  }
  dw_free(now);
}

void dw_chunked_column_read(const chunked_run *run, chunk_column *column)
{
  dw_map_init(&column->names);
  for (int side = 0; side < SIDES; side++) {
    const dw_frame_column *cells = dw_frame_find(run->frame[side], column->name);
    if (column->type == DW_TYPE_NUMERIC) column->number[side] = cells ? cells->number : NULL;
    else read_codes(run, column, side);
    if (side == SIDE_REFERENCE) column->known = column->names.count;
  }
}

void dw_chunked_column_free(const chunked_run *run, chunk_column *column)
{
  for (size_t i = 0; column->cells && i < chunked_points(run); i++) dw_buf_free(&column->cells[i].names);
  dw_map_free(&column->names);
  for (int side = 0; side < SIDES; side++) dw_free(column->code[side]);
  for (size_t i = 0; i < column->series_count; i++) dw_free(column->series[i].point);
  dw_free(column->cells);
}

/* --- series --- */

void dw_chunked_series_start(const chunked_run *run, chunk_series *series, dw_check check, const char *method)
{
  size_t points = chunked_points(run);
  *series = (chunk_series){.check = check, .method = method, .lower = NAN, .upper = NAN};
  series->point = dw_alloc_array(points, sizeof *series->point);
  for (size_t i = 0; i < points; i++) series->point[i] = (chunk_point){NAN, NAN, NAN, NAN, NAN};
}

static double within(double threshold, double low, double high, bool drop)
{
  if (threshold < low) return drop ? NAN : low;
  if (threshold > high) return drop ? NAN : high;
  return threshold;
}

void dw_chunked_series_bound(const chunked_run *run, chunk_series *series, bool both, double low, double high, bool drop)
{
  dw_moments moments;
  dw_moments_init(&moments);
  for (size_t i = 0; i < run->chunks[SIDE_REFERENCE].count; i++)
    if (isfinite(series->point[i].value)) dw_moments_add(&moments, series->point[i].value);
  double reach = 3 * dw_moments_std(&moments, 0); /* NaN when no chunk has a value: no threshold */
  series->upper = within(moments.mean + reach, low, high, drop);
  if (both) series->lower = within(moments.mean - reach, low, high, drop);
}

bool dw_chunked_alert(const chunk_series *series, const chunk_point *point)
{
  if (series->by_p_value) return point->p_value < series->upper;
  if (series->closed) return point->value <= series->lower || point->value >= series->upper;
  return point->value < series->lower || point->value > series->upper;
}

/* A threshold of the user's takes the place of both. */
static bool user_threshold(const chunked_run *run, const chunk_column *column, chunk_series *series)
{
  double threshold = dw_limits_threshold(run->limits, series->check, column->name, series->method, NAN);
  if (isnan(threshold)) return false;
  series->upper = threshold;
  series->lower = NAN;
  return true;
}

static chunk_series *add_series(const chunked_run *run, chunk_column *column, dw_check check, const char *method)
{
  chunk_series *series = &column->series[column->series_count++];
  dw_chunked_series_start(run, series, check, method);
  return series;
}

/* --- the methods of a column: as detect/compare/compare chooses them --- */

static size_t choose(const dw_limits *limits, const chunk_column *column, bool wanted[MEASURES])
{
  size_t count = 0;
  for (measure m = 0; m < MEASURES && limits->every_method; m++)
    if (measures[m].types & DW_FITS(column->type)) count += wanted[m] = true;
  for (int own = 1; own >= 0 && count == 0; own--)
    for (size_t i = 0; i < limits->method_count; i++) {
      const dw_method_choice *choice = &limits->method[i];
      measure m = measure_named(choice->method->name);
      if ((choice->column != NULL) != own || (own && strcmp(choice->column, column->name) != 0)) continue;
      if (!(measures[m].types & DW_FITS(column->type)) || wanted[m]) continue;
      count += wanted[m] = true;
    }
  if (count == 0) wanted[JENSENSHANNON] = true;
  return count;
}

static void start_measures(const chunked_run *run, chunk_column *column, chunk_series *of[MEASURES])
{
  bool wanted[MEASURES] = {false};
  if (!run->limits->check[column->check]) return;
  choose(run->limits, column, wanted);
  for (measure m = 0; m < MEASURES; m++) {
    if (!wanted[m]) continue;
    of[m] = add_series(run, column, column->check, measures[m].name);
    of[m]->by_p_value = m == CHISQUARE;
  }
}

static void bound_measures(const chunked_run *run, chunk_column *column, chunk_series *of[MEASURES])
{
  for (measure m = 0; m < MEASURES; m++) {
    if (!of[m] || user_threshold(run, column, of[m])) continue;
    if (of[m]->by_p_value) of[m]->upper = 0.05;
    else dw_chunked_series_bound(run, of[m], false, 0, measures[m].most, false);
  }
}

/* --- numbers --- */

/* The numbers of some places of the order, ascending; room: for as many. */
static dw_sorted gather_numbers(const chunked_run *run, const chunk_column *column, int side, size_t first, size_t count, double *room,
                                double *scratch)
{
  const double *number = column->number[side];
  const uint32_t *order = run->chunks[side].order + first;
  size_t n = 0;
  for (size_t i = 0; i < count && number; i++) {
    double x = number[order[i]];
    room[n] = x;
    n += x == x; /* a missing one is written over */
  }
  dw_sort_doubles(room, n, scratch);
  return dw_sorted_make(room, n);
}

static size_t largest_chunk(const chunked_run *run)
{
  size_t most = 0;
  int side;
  for (size_t i = 0; i < chunked_points(run); i++)
    if (chunked_chunk(run, i, &side)->count > most) most = chunked_chunk(run, i, &side)->count;
  return most;
}

static void count_outside(const chunk_column *column, dw_sorted chunk, chunk_cells *cells)
{
  while (cells->below < chunk.count && chunk.value[cells->below] < column->whole.moments.min) cells->below++;
  while (cells->above < chunk.count && chunk.value[chunk.count - 1 - cells->above] > column->whole.moments.max) cells->above++;
}

static void measure_numbers(const chunked_run *run, chunk_column *column, chunk_series *of[MEASURES], chunk_series *range)
{
  size_t rows = run->frame[SIDE_REFERENCE]->rows, most = largest_chunk(run);
  double *whole = dw_alloc_array(rows, sizeof *whole), *room = dw_alloc_array(most + 1, sizeof *room),
         *scratch = dw_alloc_array(rows > most ? rows : most, sizeof *scratch);
  size_t n = 0;
  for (size_t i = 0; i < rows && column->number[SIDE_REFERENCE]; i++)
    if (!isnan(column->number[SIDE_REFERENCE][i])) whole[n++] = column->number[SIDE_REFERENCE][i];
  dw_sort_doubles(whole, n, scratch);
  dw_baseline baseline;
  dw_sorted reference = dw_sorted_make(whole, n);
  dw_baseline_init(&baseline, reference);
  column->whole = (chunk_cells){.count = n, .moments = dw_moments_of(reference), .effect_size = NAN};
  for (size_t i = 0; i < chunked_points(run); i++) {
    int side;
    const dw_chunk *at = chunked_chunk(run, i, &side);
    dw_sorted chunk = gather_numbers(run, column, side, at->first, at->count, room, scratch);
    chunk_cells *cells = &column->cells[i];
    *cells = (chunk_cells){.count = chunk.count, .moments = dw_moments_of(chunk)};
    count_outside(column, chunk, cells);
    cells->effect_size = dw_cohen_d(&column->whole.moments, &cells->moments);
    if (of[JENSENSHANNON]) of[JENSENSHANNON]->point[i].value = dw_baseline_jensenshannon(&baseline, chunk);
    if (of[KS]) of[KS]->point[i].value = dw_baseline_ks(&baseline, chunk);
    if (of[WASSERSTEIN]) of[WASSERSTEIN]->point[i].value = dw_baseline_wasserstein(&baseline, chunk);
    if (of[HELLINGER]) of[HELLINGER]->point[i].value = dw_baseline_hellinger(&baseline, chunk);
    if (range) range->point[i].value = n ? (double)(cells->below + cells->above) / (double)at->count : NAN;
  }
  if (n && baseline.bins == 0)
    for (measure m = 0; m < MEASURES; m++)
      if (of[m] && (m == JENSENSHANNON || m == HELLINGER)) of[m]->error = "the range of the reference's values is too wide for a histogram";
  dw_baseline_free(&baseline);
  dw_free(whole);
  dw_free(room);
  dw_free(scratch);
}

/* --- categories --- */

static uint64_t count_codes(const chunked_run *run, const chunk_column *column, int side, size_t first, size_t count, uint64_t *counts)
{
  uint64_t n = 0;
  memset(counts, 0, column->names.count * sizeof *counts);
  for (size_t i = 0; i < count && column->code[side]; i++) {
    uint32_t code = column->code[side][chunked_row(run, side, first + i)];
    if (code) counts[code - 1]++, n++;
  }
  return n;
}

static double largest_gap(const uint64_t *r, uint64_t n, const uint64_t *c, uint64_t m, size_t codes)
{
  double most = 0;
  for (size_t k = 0; k < codes; k++) most = fmax(most, fabs((double)r[k] / (double)n - (double)c[k] / (double)m));
  return n && m ? most : NAN;
}

static void measure_counts(chunk_series *of[MEASURES], size_t i, const uint64_t *r, uint64_t n, const uint64_t *c, uint64_t m, size_t codes)
{
  dw_test test;
  if (of[JENSENSHANNON]) of[JENSENSHANNON]->point[i].value = dw_baseline_jensenshannon_counts(r, c, codes);
  if (of[HELLINGER]) of[HELLINGER]->point[i].value = dw_baseline_hellinger_counts(r, c, codes);
  if (of[L_INFINITY]) of[L_INFINITY]->point[i].value = largest_gap(r, n, c, m, codes);
  if (!of[CHISQUARE] || dw_chisquare_contingency(r, c, codes, &test, NULL) != DW_OK) return;
  of[CHISQUARE]->point[i].value = test.statistic;
  of[CHISQUARE]->point[i].p_value = test.p_value;
}

/* Categories of a chunk that the reference has not; how many cells hold one. */
static uint64_t name_unseen(const chunk_column *column, const uint64_t *counts, chunk_cells *cells)
{
  uint64_t sum = 0;
  dw_json json;
  dw_json_start(&json, &cells->names, 0);
  for (size_t k = column->known; k < column->names.count; k++) {
    if (counts[k] == 0) continue;
    sum += counts[k];
    if (cells->unseen == 0) dw_json_open(&json, NULL, '[');
    if (cells->unseen++ >= NAMES_LISTED) continue;
    dw_json_open(&json, NULL, '{');
    dw_json_bytes(&json, "value", column->names.keys[k].text, column->names.keys[k].length);
    dw_json_integer(&json, "count", (int64_t)counts[k]);
    dw_json_close(&json, '}');
  }
  if (cells->unseen) dw_json_close(&json, ']');
  return sum;
}

static void measure_categories(const chunked_run *run, chunk_column *column, chunk_series *of[MEASURES], chunk_series *unseen)
{
  uint64_t *r = dw_alloc_array(column->names.count + 1, sizeof *r), *c = dw_alloc_array(column->names.count + 1, sizeof *c);
  uint64_t n = count_codes(run, column, SIDE_REFERENCE, 0, run->frame[SIDE_REFERENCE]->rows, r);
  column->whole = (chunk_cells){.count = n, .effect_size = NAN};
  for (size_t i = 0; i < chunked_points(run); i++) {
    int side;
    const dw_chunk *at = chunked_chunk(run, i, &side);
    uint64_t m = count_codes(run, column, side, at->first, at->count, c);
    column->cells[i] = (chunk_cells){.count = m, .effect_size = NAN};
    dw_test test;
    if (dw_chisquare_homogeneity(r, c, column->names.count, &test, NULL) == DW_OK && test.df > 0)
      column->cells[i].effect_size = dw_cramer_v(test.statistic, n + m);
    measure_counts(of, i, r, n, c, m, column->names.count);
    uint64_t fresh = name_unseen(column, c, &column->cells[i]);
    if (unseen) unseen->point[i].value = n ? (double)fresh / (double)at->count : NAN;
  }
  dw_free(r);
  dw_free(c);
}

/* --- all of them --- */

/* Standard error of a share p in n rows: that of the reference, as the thresholds are. */
static void measure_missing(const chunked_run *run, const chunk_column *column, chunk_series *series)
{
  double rows = (double)run->frame[SIDE_REFERENCE]->rows, p = (rows - (double)column->whole.count) / rows;
  for (size_t i = 0; i < chunked_points(run); i++) {
    int side;
    const dw_chunk *at = chunked_chunk(run, i, &side);
    chunk_point *point = &series->point[i];
    point->value = (double)(at->count - column->cells[i].count) / (double)at->count;
    point->sampling_error = sqrt(p * (1 - p) / (double)at->count);
    point->low = fmax(0, point->value - 3 * point->sampling_error);
    point->high = fmin(1, point->value + 3 * point->sampling_error);
  }
}

void dw_chunked_column_measure(const chunked_run *run, chunk_column *column)
{
  chunk_series *of[MEASURES] = {NULL}, *missing = NULL, *unseen = NULL, *range = NULL;
  const bool *check = run->limits->check;
  column->cells = dw_alloc_zero(chunked_points(run), sizeof *column->cells);
  start_measures(run, column, of);
  if (check[DW_CHECK_MISSING]) missing = add_series(run, column, DW_CHECK_MISSING, "missing_values");
  if (check[DW_CHECK_CATEGORIES] && column->type == DW_TYPE_CATEGORICAL)
    unseen = add_series(run, column, DW_CHECK_CATEGORIES, "unseen_values");
  if (check[DW_CHECK_RANGE] && column->type == DW_TYPE_NUMERIC) range = add_series(run, column, DW_CHECK_RANGE, "numerical_range");
  if (column->type == DW_TYPE_NUMERIC) measure_numbers(run, column, of, range);
  else measure_categories(run, column, of, unseen);
  bound_measures(run, column, of);
  if (missing) measure_missing(run, column, missing);
  if (missing && !user_threshold(run, column, missing)) dw_chunked_series_bound(run, missing, true, 0, 1, true);
  if (unseen && !user_threshold(run, column, unseen)) unseen->upper = 0;
  if (range && !user_threshold(run, column, range)) range->upper = 0;
}
