#include "detect/compare/dependence.h"

#include <math.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "base/clock.h"
#include "data/datasets/matching.h"
#include "stats/shift/autocorrelation.h"

enum { LEAST_DAYS = 3, WEEKS_IN_DAYS = 18, IN_ORDER = 100 };
static const int64_t a_day = 24 * 3600 * DW_SECOND;

typedef struct ordered_row {
  int64_t instant;
  uint64_t chance, row;
  uint32_t at;
} ordered_row;

typedef struct search {
  const dw_frame *frame;
  ordered_row *row;
  size_t rows;
  const dw_compare_options *options;
  const dw_dataset *reference;
  dw_dependent *found; /* [frame->count]; column NULL: of no type that is asked */
  bool cycle[DW_CYCLES];
} search;

static int in_time(const void *left, const void *right)
{
  const ordered_row *a = left, *b = right;
  if (a->instant != b->instant) return a->instant < b->instant ? -1 : 1;
  return a->chance < b->chance ? -1 : a->chance > b->chance;
}

static void order_rows(search *s)
{
  const dw_frame *frame = s->frame;
  dw_rng_key key = dw_rng_derive(0, "dependence");
  s->row = dw_alloc_array(frame->rows, sizeof *s->row);
  for (size_t i = 0; i < frame->rows; i++) {
    uint32_t word[4];
    if (!frame->instant || frame->instant[i] == DW_FRAME_NO_INSTANT) continue;
    dw_rng_block(key, frame->row[i], 0, 0, word);
    s->row[s->rows++] = (ordered_row){frame->instant[i], (uint64_t)word[0] << 32 | word[1], frame->row[i], (uint32_t)i};
  }
  bool sorted = true;
  for (size_t i = 1; i < s->rows && sorted; i++) sorted = s->row[i - 1].instant < s->row[i].instant;
  if (!sorted) qsort(s->row, s->rows, sizeof *s->row, in_time);
}

/* Blocks are runs of rows that follow each other only where the input is in time order, but for a few rows. */
static bool out_of_order(const search *s)
{
  size_t back = 0;
  for (size_t i = 1; i < s->rows && s->frame->sampled; i++)
    back += s->row[i].instant > s->row[i - 1].instant && s->row[i].row < s->row[i - 1].row;
  return back > s->rows / IN_ORDER;
}

static void look_for_cycles(search *s)
{
  int64_t span = s->rows ? s->row[s->rows - 1].instant - s->row[0].instant : 0;
  s->cycle[DW_CYCLE_HOUR] = span / a_day >= LEAST_DAYS;
  s->cycle[DW_CYCLE_WEEKDAY] = span / a_day >= WEEKS_IN_DAYS;
}

static const dw_match cells_of[DW_CYCLES] = {[DW_CYCLE_HOUR] = DW_MATCH_HOUR, [DW_CYCLE_WEEKDAY] = DW_MATCH_WEEKDAY};

/* --- one column --- */

typedef struct room {
  double *x, *scratch;
  size_t *start;
  unsigned char *cell;
  uint32_t *at; /* in search.row */
} room;

/* A new run where rows are missing in between because their block was not kept. */
static void cut_runs(const search *s, const room *r, dw_series *series)
{
  if (!s->frame->sampled) return;
  series->start = r->start;
  for (size_t i = 0; i < series->n; i++) {
    uint64_t block = s->row[r->at[i]].row / DW_FRAME_BLOCK, before = i ? s->row[r->at[i - 1]].row / DW_FRAME_BLOCK : 0;
    if (i == 0 || block > before + 1 || before > block + 1) r->start[series->runs++] = i;
  }
}

/* Texts in the order of how often they come, and then of a hash, stand in for ranks: which order it is matters little to whether neighbours
 * are alike, so long as it is none of their places in time. */
static double *text_ranks(const dw_frame_column *cells, size_t rows)
{
  double *count = dw_alloc_zero(cells->texts.count + 1, sizeof *count);
  for (size_t i = 0; i < rows && cells->code; i++) count[cells->code[i]] += 1;
  for (size_t c = 1; c <= cells->texts.count; c++) {
    const dw_map_key *key = &cells->texts.keys[c - 1];
    count[c] += (double)(dw_rng_hash(key->text, key->length) >> 12) / (double)(UINT64_C(1) << 52);
  }
  return count;
}

static void search_cycles(const search *s, const room *r, dw_series *series, dw_dependent *out)
{
  for (int cycle = 0; cycle < DW_CYCLES; cycle++) {
    if (!s->cycle[cycle]) continue;
    for (size_t i = 0; i < series->n; i++) r->cell[i] = (unsigned char)dw_match_cell_local(cells_of[cycle], s->row[r->at[i]].instant);
    out->cycle[cycle] = dw_series_cells(series, r->cell, dw_match_cells(cells_of[cycle]), &out->p_cycle[cycle]);
    if (!dw_series_scale(series->x, series->n)) return;
  }
}

static void search_column(void *context, size_t item, unsigned thread)
{
  search *s = context;
  const dw_frame_column *cells = s->frame->column[item];
  const dw_column *base = dw_dataset_find(s->reference, cells->name);
  dw_dependent *out = &s->found[item];
  *out = (dw_dependent){.time = 1, .missing = 1, .p_value = NAN, .p_missing = NAN, .p_cycle = {NAN, NAN}};
  if (!base) return;
  dw_type type = dw_compare_type(s->options, cells->name, base, NULL);
  if (type != DW_TYPE_NUMERIC && type != DW_TYPE_CATEGORICAL) return;
  if (cells->endless && type == DW_TYPE_CATEGORICAL) return;
  out->column = cells->name;
  size_t rows = s->rows;
  room r = {.x = dw_alloc_array(rows, sizeof *r.x),
            .scratch = dw_alloc_array(rows, sizeof *r.scratch),
            .start = dw_alloc_array(rows, sizeof *r.start),
            .cell = dw_alloc_array(rows, 1),
            .at = dw_alloc_array(rows, sizeof *r.at)};
  double *text = type == DW_TYPE_CATEGORICAL ? text_ranks(cells, s->frame->rows) : NULL;
  dw_series series = {.x = r.x};
  for (size_t i = 0; i < rows; i++) {
    size_t at = s->row[i].at;
    double x = cells->number ? cells->number[at] : NAN;
    if (isnan(x) && text && cells->code && cells->code[at]) x = -text[cells->code[at]];
    if (isnan(x)) continue;
    r.at[series.n] = (uint32_t)i;
    r.x[series.n++] = x;
  }
  size_t usable = series.n;
  if (dw_series_rank(r.x, series.n, r.scratch)) {
    cut_runs(s, &r, &series);
    out->p_value = dw_autocorrelation_p(&series);
    if (out->p_value < DW_DEPENDENCE_ALPHA) out->time = dw_autocorrelation_time(&series);
    search_cycles(s, &r, &series, out);
  }
  if (usable && usable < rows) {
    series = (dw_series){.x = r.x, .n = rows};
    for (size_t i = 0, k = 0; i < rows; i++) {
      size_t at = s->row[i].at;
      bool number = cells->number && !isnan(cells->number[at]), words = text && cells->code && cells->code[at];
      r.x[i] = number || words;
      r.at[k++] = (uint32_t)i;
    }
    if (dw_series_scale(r.x, rows)) {
      cut_runs(s, &r, &series);
      out->p_missing = dw_autocorrelation_p(&series);
      if (out->p_missing < DW_DEPENDENCE_ALPHA) out->missing = dw_autocorrelation_time(&series);
    }
  }
  dw_free(text);
  dw_free(r.x);
  dw_free(r.scratch);
  dw_free(r.start);
  dw_free(r.cell);
  dw_free(r.at);
}

/* --- all columns --- */

/* Half of the chance of a false word for dependence, half for cycles, each shared by all that were asked (Bonferroni). */
static void keep_found(dw_dependence *out, const search *s)
{
  size_t columns = s->frame->count, asked = 0, cycles = 0;
  for (size_t i = 0; i < columns; i++) {
    const dw_dependent *one = &s->found[i];
    asked += !isnan(one->p_value) + !isnan(one->p_missing);
    for (int c = 0; c < DW_CYCLES; c++) cycles += !isnan(one->p_cycle[c]);
  }
  for (size_t i = 0; i < columns; i++) {
    dw_dependent one = s->found[i];
    double level = DW_DEPENDENCE_ALPHA / 2;
    if (!one.column) continue;
    if (!(one.p_value * (double)asked < level)) one.time = 1;
    if (!(one.p_missing * (double)asked < level)) one.missing = 1;
    for (int c = 0; c < DW_CYCLES; c++)
      if (!(one.p_cycle[c] * (double)cycles < level)) one.cycle[c] = 0;
    if (one.time > 1 || one.missing > 1 || one.cycle[DW_CYCLE_HOUR] > 0 || one.cycle[DW_CYCLE_WEEKDAY] > 0) out->item[out->count++] = one;
  }
}

void dw_dependence_find(dw_dependence *out, const dw_dataset *reference, const dw_compare_options *options)
{
  search s = {.frame = reference->succession, .options = options, .reference = reference};
  *out = (dw_dependence){.rows = reference->rows};
  if (!s.frame) return;
  order_rows(&s);
  out->unseen = s.rows == 0 || out_of_order(&s);
  look_for_cycles(&s);
  s.found = dw_alloc_zero(s.frame->count, sizeof *s.found);
  out->item = dw_alloc_array(s.frame->count, sizeof *out->item);
  if (!out->unseen) {
    dw_parallel(options->threads, s.frame->count, search_column, &s);
    keep_found(out, &s);
  }
  dw_free(s.found);
  dw_free(s.row);
}

void dw_dependence_free(dw_dependence *dependence)
{
  dw_free(dependence->item);
  *dependence = (dw_dependence){0};
}

const dw_dependent *dw_dependence_of(const dw_dependence *dependence, const char *column)
{
  for (size_t i = 0; dependence && i < dependence->count; i++)
    if (strcmp(dependence->item[i].column, column) == 0) return &dependence->item[i];
  return NULL;
}

uint64_t dw_dependence_worth(double time, uint64_t rows, double share)
{
  double worth = floor((double)rows / (1 + (time - 1) * fmin(share, 1)));
  return worth >= (double)rows ? rows : worth < 1 ? 1 : (uint64_t)worth;
}
