/* Random streams of many shapes, cut at random and merged in random order and nesting, each part through its document: what profiles
 * promise holds for all of them. 10,000 streams at full length. */
#include "data/profiles/profile.h"
#include "golden.h"
#include "profile_case.h"
#include "stats/samples/sort.h"
#include "suite_case.h"

enum { SHAPES = 12, PARTS_MOST = 24 };

typedef struct stream {
  double *x;
  size_t n;
  uint64_t seed;
  int shape;
  double error;
} stream;

static double uniform(const stream *s, uint64_t i) { return golden_uniform(s->seed, i); }

/* Shapes that sketches find hard among them: sorted either way, waves against the turns of compactions, ties, one value and a few others,
 * tails, blocks that hold one end each, values that never repeat. */
static double value_at(const stream *s, size_t i)
{
  double u = uniform(s, i), n = (double)s->n;
  switch (s->shape) {
  case 0: return u;
  case 1: return (double)i;
  case 2: return -(double)i;
  case 3: return floor(u * 10);
  case 4: return (i % 2 ? 1 : -1) / (u + 1e-300);
  case 5: return (double)(i % 64) * (i % 2 ? -1 : 1);
  case 6: return u < 0.95 ? 0 : uniform(s, i + 1000000007);
  case 7: return i % 2 ? (double)i : n - (double)i; /* from both ends to the middle */
  case 8: return (i / 100 % 2 ? 1e6 : 0) + u;       /* blocks, by turns low and high */
  case 9: return 1e9 + floor(u * 3) * 0.5;
  case 10: return floor(u * 3000);
  default: return exp(20 * u - 10);
  }
}

static stream stream_of(uint64_t seed)
{
  static const double errors[] = {0.001, 0.01, 0.05};
  stream s = {.seed = seed, .shape = (int)(seed % SHAPES), .error = errors[seed / SHAPES % 3]};
  s.n = (size_t)pow(10, 0.5 + 3.5 * golden_uniform(seed, 1 << 30));
  s.x = malloc(s.n * sizeof *s.x);
  for (size_t i = 0; i < s.n; i++) s.x[i] = value_at(&s, i);
  return s;
}

/* The profile of values [from, to) as a column of numbers, and of texts of them. */
static dw_profile *part_of(const stream *s, size_t from, size_t to)
{
  dw_dataset set;
  dw_err err = {0};
  dw_dataset_init(&set, &(dw_dataset_options){0});
  dw_column *column = dw_alloc(sizeof *column);
  dw_column_init(column, "x", false);
  column->summary_size = dw_sketch_size_for(s->error);
  enum { ROWS = 512 };
  uint8_t tag[ROWS];
  dw_cell cell[ROWS];
  for (size_t i = from; i < to;) {
    size_t rows = 0;
    for (; rows < ROWS && i < to; rows++, i++) {
      tag[rows] = DW_REAL;
      cell[rows].number = s->x[i];
    }
    dw_column_add(column, &(dw_batch){.rows = rows}, &(dw_batch_column){.tags = tag, .cells = cell}, NULL);
  }
  dw_dataset_append(&set, column);
  set.rows = to - from;
  dw_dataset_finish(&set, 1);
  dw_profile *profile = NULL;
  CHECK(dw_profile_of(&profile, &set, s->error, NULL, NULL, &err) == DW_OK);
  dw_dataset_free(&set);
  return profile;
}

/* [from, to) cut at a random place, again and again; each part and each merge goes through its document or not, at random. */
static dw_profile *merged(const stream *s, size_t from, size_t to, unsigned depth)
{
  double u = golden_uniform(s->seed ^ 77, from * 31 + to), v = golden_uniform(s->seed ^ 78, from * 31 + to);
  dw_profile *all;
  if (to - from < 2 || depth == 0 || v < 0.1) {
    all = part_of(s, from, to);
  } else {
    size_t middle = from + 1 + (size_t)(u * (double)(to - from - 1));
    dw_profile *part[2] = {merged(s, from, middle, depth - 1), merged(s, middle, to, depth - 1)};
    const dw_profile *in_order[2] = {part[v < 0.5], part[v >= 0.5]};
    all = dw_profile_new(s->error);
    dw_profile_merge(all, in_order, 2, NULL);
    dw_profile_free(part[0]);
    dw_profile_free(part[1]);
  }
  if (golden_uniform(s->seed ^ 79, from * 31 + to) < 0.3) return all;
  dw_profile *again = profile_again(all);
  dw_profile_free(all);
  return again;
}

static double worst_rank(const dw_column *column, const double *sorted, size_t n)
{
  uint64_t below = 0;
  double worst = 0;
  size_t i = 0, at = 0;
  while (i < n || at < column->sorted.count) {
    double x = at == column->sorted.count || (i < n && sorted[i] <= column->sorted.value[at]) ? sorted[i] : column->sorted.value[at];
    while (i < n && sorted[i] <= x) i++;
    while (at < column->sorted.count && column->sorted.value[at] <= x) below += dw_sorted_weight(column->sorted, at++);
    worst = fmax(worst, fabs((double)below - (double)i) / (double)n);
  }
  return worst;
}

TEST(ranks_counts_and_moments_of_random_streams)
{
  uint64_t streams = full() ? 10000 : 600, sketched = 0;
  double largest = 0;
  for (uint64_t seed = 1; seed <= streams; seed++) {
    stream s = stream_of(seed);
    dw_profile *all = merged(&s, 0, s.n, 2 + (unsigned)(seed % 5));
    dw_moments whole;
    dw_moments_init(&whole);
    dw_moments_add_array(&whole, s.x, s.n);
    dw_sort_doubles(s.x, s.n, NULL);
    const dw_profile_column *x = dw_profile_find(all, "x");
    dw_column *column = dw_profile_column_restore(all, x);
    double bound = dw_column_rank_error(column), worst = worst_rank(column, s.x, s.n);
    const dw_moments *m = &x->numbers.moments;
    sketched += x->numbers.sketch != NULL;
    largest = fmax(largest, bound / s.error);
    CHECK_MSG(column->sorted.total == s.n && m->count == s.n && all->rows == s.n, "seed %llu: counts", (unsigned long long)seed);
    CHECK_MSG(m->min == s.x[0] && m->max == s.x[s.n - 1], "seed %llu: ends", (unsigned long long)seed);
    CHECK_MSG(worst <= bound, "seed %llu, n %zu, shape %d: off by %g, bound %g", (unsigned long long)seed, s.n, s.shape, worst, bound);
    CHECK_MSG(bound <= s.error, "seed %llu, n %zu, shape %d: bound %g, asked %g", (unsigned long long)seed, s.n, s.shape, bound, s.error);
    double std = dw_moments_std(&whole, 0);
    CHECK_MSG(fabs(m->mean - whole.mean) <= 1e-12 * std + 4e-16 * fabs(whole.mean), "seed %llu: mean %.17g, %.17g",
              (unsigned long long)seed, m->mean, whole.mean);
    CHECK_MSG(fabs(dw_moments_std(m, 0) - std) <= 1e-12 * std, "seed %llu: std %.17g, %.17g", (unsigned long long)seed,
              dw_moments_std(m, 0), std);
    dw_column_free(column);
    dw_free(column);
    dw_profile_free(all);
    free(s.x);
  }
  CHECK(sketched > streams / 10);
  if (full())
    printf("# %llu streams, %llu of them sketched; the largest bound was %.3f of what was asked\n", (unsigned long long)streams,
           (unsigned long long)sketched, largest);
}
