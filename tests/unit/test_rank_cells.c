/* Cells are held to plain counts over the pooled rows: complete, in order, blind to the sides, fine at the ends, one for each lump. */
#include "stats/shift/rank_cells.h"

#include "golden.h"
#include "stats/samples/sort.h"

static uint64_t count_up_to(const double *x, size_t n, double cut)
{
  uint64_t count = 0;
  for (size_t i = 0; i < n; i++) count += x[i] <= cut;
  return count;
}

static bool one_value_between(const double *x, size_t n, double after, double last)
{
  for (size_t i = 0; i < n; i++)
    if (x[i] > after && x[i] < last) return false;
  return true;
}

static void check_cells(const double *r, size_t n, const double *c, size_t m, const dw_rank_cells *cells)
{
  uint64_t before_r = 0, before_c = 0;
  double after = -INFINITY;
  CHECK(cells->count >= 1 && cells->count <= DW_RANK_CELLS);
  for (size_t k = 0; k < cells->count; k++) {
    uint64_t up_r = count_up_to(r, n, cells->last[k]), up_c = count_up_to(c, m, cells->last[k]);
    CHECK(cells->last[k] > after);
    CHECK(cells->reference[k] == up_r - before_r && cells->current[k] == up_c - before_c && cells->reference[k] + cells->current[k] > 0);
    CHECK(cells->single[k] == (one_value_between(r, n, after, cells->last[k]) && one_value_between(c, m, after, cells->last[k])));
    before_r = up_r;
    before_c = up_c;
    after = cells->last[k];
  }
  CHECK(before_r == n && before_c == m);
}

/* A value of at least a 64th of the pooled rows has a cell of its own, and no other cell is larger than about a 32nd. */
static void check_lumps(const double *r, size_t n, const double *c, size_t m, const dw_rank_cells *cells)
{
  for (size_t k = 0; k < cells->count; k++) {
    uint64_t rows = cells->reference[k] + cells->current[k];
    if (!cells->single[k]) CHECK_MSG(rows * 16 <= n + m || n + m < 64, "cell %zu of %zu and %zu rows: %g of them", k, n, m, (double)rows);
  }
  for (size_t i = 0; i < n; i++) {
    uint64_t there = count_up_to(r, n, r[i]) + count_up_to(c, m, r[i]), below = 0;
    for (size_t j = 0; j < n; j++) below += r[j] < r[i];
    for (size_t j = 0; j < m; j++) below += c[j] < r[i];
    if ((there - below) * 64 < n + m || there - below < 2) continue;
    size_t k = 0;
    while (cells->last[k] < r[i]) k++;
    CHECK_MSG(cells->single[k] && cells->reference[k] + cells->current[k] == there - below, "value %g of %g rows", r[i],
              (double)(there - below));
  }
}

static void check_sample(uint64_t seed, size_t n, size_t m, double steps, double spike)
{
  double *r = golden_sample(seed, n, 1, 0, steps), *c = golden_sample(seed + 1, m, 1, 0.2, steps);
  for (size_t i = 0; i < m && spike > 0; i++)
    if (golden_uniform(seed + 2, i) < spike) c[i] = 1.2345;
  dw_sort_doubles(r, n, NULL);
  dw_sort_doubles(c, m, NULL);
  dw_rank_cells a, b;
  dw_rank_cells_make(&a, dw_sorted_make(r, n), dw_sorted_make(c, m));
  check_cells(r, n, c, m, &a);
  check_lumps(r, n, c, m, &a);
  /* Dealt out otherwise, with weights, the cells are the same. */
  double *pooled = malloc((n + m) * sizeof *pooled);
  uint64_t *one = malloc((n + m) * sizeof *one);
  memcpy(pooled, r, n * sizeof *r);
  memcpy(pooled + n, c, m * sizeof *c);
  dw_sort_doubles(pooled, n + m, NULL);
  for (size_t i = 0; i < n + m; i++) one[i] = 1;
  size_t half = (n + m) / 2;
  dw_rank_cells_make(&b, dw_sorted_make(pooled, half), dw_sorted_make_weighted(pooled + half, one, n + m - half));
  CHECK(a.count == b.count);
  for (size_t k = 0; k < a.count; k++)
    CHECK(a.last[k] == b.last[k] && a.reference[k] + a.current[k] == b.reference[k] + b.current[k] && a.single[k] == b.single[k]);
  free(r);
  free(c);
  free(pooled);
  free(one);
}

TEST(cells)
{
  static const size_t sizes[][2] = {{1, 1}, {1, 2}, {3, 3}, {20, 31}, {64, 64}, {300, 5}, {5, 300}, {500, 700}};
  static const double steps[] = {0, 1, 3, 20, 200};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
      for (int spike = 0; spike < 2; spike++) check_sample(10 * i + k, sizes[i][0], sizes[i][1], steps[k], spike * 0.1);
}

TEST(ends_are_fine)
{
  double r[1000], c[1000];
  for (int i = 0; i < 1000; i++) {
    r[i] = 2 * i;
    c[i] = 2 * i + 1;
  }
  dw_rank_cells cells;
  dw_rank_cells_make(&cells, dw_sorted_make(r, 1000), dw_sorted_make(c, 1000));
  uint64_t up_to = 0, want[] = {1, 2, 4, 8, 16, 32, 62};
  for (int k = 0; k < 7; k++) CHECK((up_to += cells.reference[k] + cells.current[k]) == want[k]);
  up_to = 0;
  for (int k = 0; k < 6; k++)
    CHECK((up_to += cells.reference[cells.count - 1 - (size_t)k] + cells.current[cells.count - 1 - (size_t)k]) == want[k]);
}

TEST(one_value)
{
  double same[] = {2, 2, 2};
  dw_rank_cells cells;
  dw_rank_cells_make(&cells, dw_sorted_make(same, 3), dw_sorted_make(same, 2));
  CHECK(cells.count == 1 && cells.reference[0] == 3 && cells.current[0] == 2 && cells.single[0]);
}

TEST(empty_cells_are_dropped)
{
  dw_rank_cells cells = {.count = 3, .reference = {1, 0, 2}, .current = {0, 0, 1}, .last = {5, 6, 7}, .single = {true, true, false}};
  dw_rank_cells_drop_empty(&cells);
  CHECK(cells.count == 2 && cells.reference[1] == 2 && cells.current[1] == 1 && cells.last[1] == 7 && !cells.single[1] && cells.single[0]);
}
