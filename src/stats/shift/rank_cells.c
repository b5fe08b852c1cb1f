#include "stats/shift/rank_cells.h"

#include <math.h>

#include "base/mem.h"
#include "base/wide.h"
#include "stats/samples/sort.h"

enum { PARTS = 128, CUT_EVERY = 4 };

/* One side. up_to[i]: rows in the entries up to i (NULL: i + 1). */
typedef struct side {
  dw_sorted sample;
  uint64_t *up_to;
} side;

static side side_make(dw_sorted sample)
{
  side s = {sample, NULL};
  if (!sample.weight) return s;
  s.up_to = dw_alloc_array(sample.count, sizeof *s.up_to);
  uint64_t rows = 0;
  for (size_t i = 0; i < sample.count; i++) s.up_to[i] = rows += sample.weight[i];
  return s;
}

static uint64_t rows_before(const side *s, size_t entries) { return entries == 0 || !s->up_to ? entries : s->up_to[entries - 1]; }

/* Entries less than v, of which there are at least `from`. */
static size_t entries_below(const side *s, size_t from, double v)
{
  return from + dw_sort_below(s->sample.value + from, s->sample.count - from, v);
}

/* The same where there are at most `to` of them, and probably not many fewer. */
static size_t entries_below_near(const side *s, size_t from, size_t to, double v)
{
  for (size_t step = 1; to - from > step; step *= 2) {
    if (s->sample.value[to - step] < v) {
      from = to - step + 1;
      break;
    }
    to -= step;
  }
  return from + dw_sort_below(s->sample.value + from, to - from, v);
}

/* The entries that are v begin at `from`. */
static size_t entries_up_to(const side *s, size_t from, double v)
{
  size_t count = s->sample.count;
  return from == count || s->sample.value[from] != v ? from : dw_sort_run_end(s->sample.value, from, count);
}

/* A run of equal pooled values: entries of both sides before it, and up to its end. */
typedef struct run {
  double value;
  size_t before[2], up_to[2];
  uint64_t rows_before, rows_up_to;
} run;

/* The run of v, before[] being settled. */
static run run_of(const side s[2], double v, const size_t before[2])
{
  run r = {.value = v};
  for (int k = 0; k < 2; k++) {
    r.before[k] = before[k];
    r.up_to[k] = entries_up_to(&s[k], r.before[k], v);
    r.rows_before += rows_before(&s[k], r.before[k]);
    r.rows_up_to += rows_before(&s[k], r.up_to[k]);
  }
  return r;
}

/* The run that pooled row `rank` (from 1) lies in, behind the entries that are done, where each entry is a row. Of the rows up to the rank
 * i are of one side and the others of the other: as many as make each side's last one no greater than the other's next. */
static run run_of_rows(const side s[2], uint64_t rank, const size_t done[2])
{
  int few = s[0].sample.count > s[1].sample.count;
  const double *a = s[few].sample.value, *b = s[!few].sample.value;
  size_t k = (size_t)rank, low = done[few], high = k - done[!few], others = s[!few].sample.count;
  if (k > others && low < k - others) low = k - others;
  if (high > s[few].sample.count) high = s[few].sample.count;
  while (low < high) {
    size_t i = low + (high - low) / 2;
    if (a[i] < b[k - i - 1]) low = i + 1;
    else high = i;
  }
  size_t up_to[2];
  up_to[few] = low;
  up_to[!few] = k - low;
  double v = low == 0 ? b[k - 1] : k == low ? a[low - 1] : fmax(a[low - 1], b[k - low - 1]);
  size_t before[2] = {entries_below_near(&s[0], done[0], up_to[0], v), entries_below_near(&s[1], done[1], up_to[1], v)};
  return run_of(s, v, before);
}

/* The same where entries stand for several rows. Of each side's entries the first that has enough rows up to it is looked for; the run is
 * at the lesser of the two. */
static run run_of_entries(const side s[2], uint64_t rank, const size_t done[2])
{
  double v = INFINITY;
  for (int k = 0; k < 2; k++) {
    size_t low = done[k], high = s[k].sample.count;
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      double at = s[k].sample.value[middle];
      size_t there = entries_below(&s[1 - k], done[1 - k], at);
      there = entries_up_to(&s[1 - k], there, at);
      size_t here = entries_up_to(&s[k], middle, at);
      if (rows_before(&s[k], here) + rows_before(&s[1 - k], there) >= rank) high = middle;
      else low = middle + 1;
    }
    if (low < s[k].sample.count && s[k].sample.value[low] < v) v = s[k].sample.value[low];
  }
  size_t before[2] = {entries_below(&s[0], done[0], v), entries_below(&s[1], done[1], v)};
  return run_of(s, v, before);
}

/* A cell ends after so many entries of each side. */
static void end_cell(dw_rank_cells *cells, const side s[2], size_t done[2], const size_t entries[2])
{
  uint64_t rows[2];
  double first = INFINITY, last = -INFINITY;
  for (int k = 0; k < 2; k++) {
    rows[k] = rows_before(&s[k], entries[k]) - rows_before(&s[k], done[k]);
    if (rows[k] == 0) continue;
    first = fmin(first, s[k].sample.value[done[k]]);
    last = fmax(last, s[k].sample.value[entries[k] - 1]);
    done[k] = entries[k];
  }
  if (rows[0] + rows[1] == 0) return;
  size_t i = cells->count++;
  cells->reference[i] = rows[0];
  cells->current[i] = rows[1];
  cells->last[i] = last;
  cells->single[i] = first == last;
}

/* Where the cells made so far end. */
static uint64_t rows_done(const side s[2], const size_t done[2]) { return rows_before(&s[0], done[0]) + rows_before(&s[1], done[1]); }

/* Cuts near the rank `wanted`: behind the run that it lies in, or before it, whichever is nearer; both, when the run has `least` rows. */
static void cut_near(dw_rank_cells *cells, const side s[2], size_t done[2], uint64_t wanted, uint64_t least, bool runs_only)
{
  uint64_t cut = rows_done(s, done);
  if (wanted <= cut) return;
  run r = s[0].up_to || s[1].up_to ? run_of_entries(s, wanted, done) : run_of_rows(s, wanted, done);
  uint64_t rows = r.rows_up_to - r.rows_before, behind = r.rows_up_to - wanted, before = wanted - r.rows_before;
  bool both = rows > 1 && rows >= least;
  if (runs_only && !both) return;
  if ((both || before < behind) && r.rows_before > cut) end_cell(cells, s, done, r.before);
  if (both || behind <= before) end_cell(cells, s, done, r.up_to);
}

void dw_rank_cells_make(dw_rank_cells *cells, dw_sorted reference, dw_sorted current)
{
  side s[2] = {side_make(reference), side_make(current)};
  size_t done[2] = {0, 0}, all[2] = {reference.count, current.count};
  uint64_t rows = reference.total + current.total, part = (rows + PARTS - 1) / PARTS, fine = 1;
  cells->count = 0;
  for (; fine < part * CUT_EVERY; fine *= 2) cut_near(cells, s, done, fine, (fine + 1) / 2, false);
  for (unsigned i = 1; i < PARTS; i++) {
    uint64_t wanted = (uint64_t)((dw_wide)rows * i / PARTS);
    if (wanted > 0 && wanted >= fine / 2 && rows - wanted >= fine / 2) cut_near(cells, s, done, wanted, part, i % CUT_EVERY != 0);
  }
  for (fine /= 2; fine > 0; fine /= 2)
    if (fine < rows) cut_near(cells, s, done, rows - fine, (fine + 1) / 2, false);
  end_cell(cells, s, done, all);
  dw_free(s[0].up_to);
  dw_free(s[1].up_to);
}

void dw_rank_cells_drop_empty(dw_rank_cells *cells)
{
  size_t kept = 0;
  for (size_t k = 0; k < cells->count; k++) {
    if (cells->reference[k] == 0 && cells->current[k] == 0) continue;
    cells->reference[kept] = cells->reference[k];
    cells->current[kept] = cells->current[k];
    cells->last[kept] = cells->last[k];
    cells->single[kept++] = cells->single[k];
  }
  cells->count = kept;
}
