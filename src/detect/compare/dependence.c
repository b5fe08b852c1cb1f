#include "detect/compare/dependence.h"

#include <math.h>

#include "base/clock.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "data/datasets/matching.h"
#include "detect/compare/succession.h"
#include "stats/shift/autocorrelation.h"

enum { LEAST_DAYS = 3, WEEKS_IN_DAYS = 18, SHARES_APART = 2, MOST_UNTIMED = 100 };
/* Of the variance of the squared ranks: less is not worth a thought. */
#define LEAST_SPREAD 0.05

static const int64_t a_day = 24 * 3600 * DW_SECOND;

typedef struct search {
  dw_succession rows;
  const dw_frame *frame;
  const dw_compare_options *options;
  const dw_dataset *reference;
  const bool *skip;               /* NULL: no column */
  dw_dependent *found;            /* [frame->count]; column NULL: of no type that is asked */
  unsigned char *cell[DW_CYCLES]; /* [rows.rows]; NULL: not asked */
} search;

static const dw_match cells_of[DW_CYCLES] = {[DW_CYCLE_HOUR] = DW_MATCH_HOUR, [DW_CYCLE_WEEKDAY] = DW_MATCH_WEEKDAY};

/* Which cycles the rows are long enough for, and where each row lies in them. */
static void look_for_cycles(search *s, dw_dependence *out)
{
  static const int least[DW_CYCLES] = {[DW_CYCLE_HOUR] = LEAST_DAYS, [DW_CYCLE_WEEKDAY] = WEEKS_IN_DAYS};
  const dw_succession *rows = &s->rows;
  int64_t days = rows->rows ? (rows->last - rows->first) / a_day : 0;
  for (int cycle = 0; cycle < DW_CYCLES; cycle++) {
    if (days < least[cycle]) continue;
    s->cell[cycle] = dw_alloc_array(rows->rows, 1);
    for (size_t i = 0; i < rows->rows; i++) {
      s->cell[cycle][i] = (unsigned char)dw_match_cell_local(cells_of[cycle], rows->row[i].instant);
      out->share[cycle][s->cell[cycle][i]] += 1 / (double)rows->rows;
    }
  }
}

/* --- one column --- */

typedef struct room {
  double *x, *scratch;
  size_t *start;
  unsigned char *cell;
  uint32_t *at; /* in search.rows */
} room;

/* A new run where rows are missing in between because they were not kept. */
static void cut_runs(const search *s, const room *r, dw_series *series)
{
  if (!s->frame->sampled) return;
  series->start = r->start;
  for (size_t i = 0; i < series->n; i++)
    if (i == 0 || dw_succession_breaks(&s->rows, r->at[i - 1], r->at[i])) r->start[series->runs++] = i;
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

/* The means in each cell of the squared ranks less 1, which tell of the cells how far from the middle their values lie: over the deviation
 * of the squares, so that their own variance is 1. ranks: [n], of variance 1. */
static void spread_in_cells(const double *ranks, const unsigned char *cell, size_t n, size_t cells, double *spread)
{
  double count[DW_CYCLE_CELLS] = {0}, fourth = 0;
  for (size_t i = 0; i < n; i++) {
    double square = ranks[i] * ranks[i];
    spread[cell[i]] += square - 1;
    count[cell[i]]++;
    fourth += square * square;
  }
  double deviation = sqrt(fmax(fourth / (double)n - 1, 0));
  for (size_t c = 0; c < cells; c++) spread[c] = count[c] > 0 && deviation > 0 ? spread[c] / count[c] / deviation : 0;
}

static void search_cycles(const search *s, const room *r, dw_series *series, dw_dependent *out)
{
  double variance = 1; /* of the ranks, that is left */
  if (s->cell[DW_CYCLE_HOUR]) memcpy(r->scratch, series->x, series->n * sizeof *series->x);
  for (int cycle = 0; cycle < DW_CYCLES; cycle++) {
    out->rest[cycle] = cycle ? out->rest[cycle - 1] : out->time;
    if (!s->cell[cycle]) continue;
    for (size_t i = 0; i < series->n; i++) r->cell[i] = s->cell[cycle][r->at[i]];
    size_t cells = dw_match_cells(cells_of[cycle]);
    spread_in_cells(r->scratch, r->cell, series->n, cells, out->spread[cycle]);
    out->cycle[cycle] = dw_series_cells(series, r->cell, cells, &out->p_cycle[cycle], out->mean[cycle], &out->rest[cycle]);
    for (size_t c = 0; c < cells; c++) out->mean[cycle][c] *= sqrt(variance);
    out->cycle[cycle] *= variance;
    variance -= out->cycle[cycle];
    if (!dw_series_scale(series->x, series->n)) return;
  }
}

static void search_column(void *context, size_t item, unsigned thread)
{
  search *s = context;
  const dw_frame_column *cells = s->frame->column[item];
  const dw_column *base = dw_dataset_find(s->reference, cells->name);
  dw_dependent *out = &s->found[item];
  *out = (dw_dependent){.time = 1, .missing = 1, .p_value = NAN, .p_missing = NAN, .p_cycle = {NAN, NAN}, .rest = {1, 1}};
  if (!base || (s->skip && s->skip[item])) return;
  dw_type type = dw_compare_type(s->options, cells->name, base, NULL);
  if (type != DW_TYPE_NUMERIC && type != DW_TYPE_CATEGORICAL) return;
  if (cells->endless && type == DW_TYPE_CATEGORICAL) return;
  out->column = cells->name;
  size_t rows = s->rows.rows;
  room r = {.x = dw_alloc_array(rows, sizeof *r.x),
            .scratch = dw_alloc_array(rows, sizeof *r.scratch),
            .start = dw_alloc_array(rows, sizeof *r.start),
            .cell = dw_alloc_array(rows, 1),
            .at = dw_alloc_array(rows, sizeof *r.at)};
  double *text = type == DW_TYPE_CATEGORICAL ? text_ranks(cells, s->frame->rows) : NULL;
  dw_series series = {.x = r.x};
  for (size_t i = 0; i < rows; i++) {
    size_t at = s->rows.row[i].at;
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
      size_t at = s->rows.row[i].at;
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
    asked += (size_t)!isnan(one->p_value) + (size_t)!isnan(one->p_missing);
    for (int c = 0; c < DW_CYCLES; c++) cycles += (size_t)!isnan(one->p_cycle[c]);
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

static void find(dw_dependence *out, search *s)
{
  out->rows = s->reference->rows;
  out->unseen = s->rows.unseen;
  if (out->unseen) return;
  s->found = dw_alloc_zero(s->frame->count, sizeof *s->found);
  out->item = dw_alloc_array(s->frame->count, sizeof *out->item);
  dw_parallel(s->options->threads, s->frame->count, search_column, s);
  keep_found(out, s);
  dw_free(s->found);
}

void dw_dependence_find(dw_dependence *out, const dw_dataset *reference, const dw_compare_options *options)
{
  search s = {.frame = reference->succession, .options = options, .reference = reference};
  *out = (dw_dependence){.rows = reference->rows};
  if (!s.frame) return;
  dw_succession_in_time(&s.rows, s.frame);
  look_for_cycles(&s, out);
  find(out, &s);
  for (int cycle = 0; cycle < DW_CYCLES; cycle++) dw_free(s.cell[cycle]);
  dw_succession_free(&s.rows);
}

void dw_dependence_find_in_file(dw_dependence *out, const dw_dataset *reference, const dw_compare_options *options, const bool *skip)
{
  search s = {.frame = reference->succession, .options = options, .reference = reference, .skip = skip};
  *out = (dw_dependence){0};
  dw_succession_in_file(&s.rows, s.frame);
  find(out, &s);
  dw_succession_free(&s.rows);
}

/* --- whole cycles --- */

static bool found_cycle(const dw_dependent *one) { return one->cycle[DW_CYCLE_HOUR] > 0 || one->cycle[DW_CYCLE_WEEKDAY] > 0; }

double dw_dependent_rest(const dw_dependent *one)
{
  if (!found_cycle(one)) return one->time;
  return one->rest[one->cycle[DW_CYCLE_WEEKDAY] > 0 ? DW_CYCLE_WEEKDAY : DW_CYCLE_HOUR];
}

static bool covers(const dw_dependence *all, const dw_dependent *one, double share[DW_CYCLES][DW_CYCLE_CELLS], double rows)
{
  double n = rows / dw_dependent_rest(one), moved = 0, explained = 0, widened = 0, in_spread = 0;
  for (int cycle = 0; cycle < DW_CYCLES; cycle++) {
    double apart = 0, cells = -1;
    if (!(one->cycle[cycle] > 0)) continue;
    explained += one->cycle[cycle];
    for (unsigned c = 0; c < dw_match_cells(cells_of[cycle]); c++) {
      double p = all->share[cycle][c], q = share[cycle][c];
      if (p == 0 && q > 0) return false;
      if (p == 0) continue;
      cells++;
      apart += (q - p) * (q - p) / p;
      moved += (q - p) * one->mean[cycle][c];
      widened += (q - p) * one->spread[cycle][c];
      in_spread += p * one->spread[cycle][c] * one->spread[cycle][c];
    }
    if (n * apart > SHARES_APART * cells) return false;
  }
  return moved * moved <= explained / n && widened * widened <= fmax(in_spread, LEAST_SPREAD) / n;
}

void dw_dependence_cover(dw_dependence *dependence, const dw_frame *current)
{
  double share[DW_CYCLES][DW_CYCLE_CELLS] = {0};
  size_t timed = 0;
  for (size_t i = 0; current->instant && i < current->rows; i++) {
    if (current->instant[i] == DW_FRAME_NO_INSTANT) continue;
    timed++;
    for (int cycle = 0; cycle < DW_CYCLES; cycle++) share[cycle][dw_match_cell_local(cells_of[cycle], current->instant[i])]++;
  }
  bool told = timed > 0 && (current->rows - timed) * MOST_UNTIMED <= current->rows;
  for (int cycle = 0; cycle < DW_CYCLES; cycle++)
    for (unsigned c = 0; c < DW_CYCLE_CELLS; c++) share[cycle][c] /= fmax((double)timed, 1);
  for (size_t i = 0; i < dependence->count; i++) {
    dw_dependent *one = &dependence->item[i];
    one->whole = told && found_cycle(one) && covers(dependence, one, share, (double)current->seen);
  }
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

double dw_dependent_time(const dw_dependent *one) { return one->whole ? fmin(one->time, dw_dependent_rest(one)) : one->time; }

uint64_t dw_dependence_worth(double time, uint64_t rows, double share)
{
  double worth = floor((double)rows / (1 + (time - 1) * fmin(share, 1)));
  return worth >= (double)rows ? rows : worth < 1 ? 1 : (uint64_t)worth;
}
