#include "stats/streams/sketch.h"

#include "golden.h"
#include "base/mem.h"
#include "stats/samples/sort.h"

/* The largest error of rank(x) = count of values <= x over all x, as a share of n: the sketch against the values themselves. */
static double worst_rank_error(const dw_sketch *sketch, const double *sorted, size_t n)
{
  double *value, worst = 0;
  uint64_t *weight, below = 0;
  dw_sorted sample = dw_sketch_to_sorted(sketch, &value, &weight);
  size_t i = 0, at = 0;
  while (i < n || at < sample.count) {
    double x = at == sample.count || (i < n && sorted[i] <= sample.value[at]) ? sorted[i] : sample.value[at];
    while (i < n && sorted[i] <= x) i++;
    while (at < sample.count && sample.value[at] <= x) below += sample.weight[at++];
    worst = fmax(worst, fabs((double)below - (double)i) / (double)n);
  }
  dw_free(value);
  dw_free(weight);
  return worst;
}

static void check_sample(const dw_sketch *sketch, const double *sorted, size_t n)
{
  double *value;
  uint64_t *weight, total = 0;
  dw_sorted sample = dw_sketch_to_sorted(sketch, &value, &weight);
  size_t wrong = 0;
  for (size_t i = 0; i < sample.count; i++) {
    total += weight[i];
    wrong += weight[i] == 0 || (i > 0 && !(value[i - 1] < value[i]));
  }
  CHECK(wrong == 0);
  CHECK(total == n && sample.total == n && dw_sketch_count(sketch) == n);
  if (n) CHECK(value[0] == sorted[0] && value[sample.count - 1] == sorted[n - 1]);
  if (n) CHECK(dw_sketch_min(sketch) == sorted[0] && dw_sketch_max(sketch) == sorted[n - 1]);
  dw_free(value);
  dw_free(weight);
}

enum { SHAPES = 6 };

static double *make(int shape, size_t n)
{
  double *x = malloc((n + 1) * sizeof *x);
  for (size_t i = 0; i < n; i++) switch (shape) {
    case 0: x[i] = golden_uniform(1, i); break;
    case 1: x[i] = (double)i; break;
    case 2: x[i] = -(double)i; break;
    case 3: x[i] = floor(golden_uniform(2, i) * 10); break;
    case 4: x[i] = 1 / golden_uniform(3, i) * (i % 2 ? 1 : -1); break;
    default: x[i] = (double)(i % 64) * (i % 2 ? -1.0 : 1.0); break; /* waves against the turns of the compactions */
    }
  return x;
}

TEST(error_is_within_the_bound)
{
  static const size_t sizes[] = {1, 2, 15, 16, 17, 64, 1000, 50000};
  for (int shape = 0; shape < SHAPES; shape++)
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
      for (size_t k = 16; k <= 1024; k *= 8) {
        size_t n = sizes[s];
        double *x = make(shape, n);
        dw_sketch sketch;
        dw_sketch_init(&sketch, k);
        dw_sketch_add_array(&sketch, x, n);
        dw_sort_doubles(x, n, NULL);
        double bound = dw_sketch_rank_error(&sketch), worst = worst_rank_error(&sketch, x, n);
        CHECK_MSG(worst <= bound, "shape %d, n %zu, k %zu: %g > %g", shape, n, k, worst, bound);
        CHECK_MSG((n <= k) == (bound == 0), "shape %d, n %zu, k %zu: bound %g", shape, n, k, bound);
        /* what the header promises: log2(n / k) / (2 k), and a little for the level under way */
        if (n > k) CHECK(bound <= (log2((double)n / (double)k) + 2) / (2 * (double)k) + 1 / (double)n * (double)k);
        check_sample(&sketch, x, n);
        dw_sketch_free(&sketch);
        free(x);
      }
}

/* Any split, any order of merging, unequal k: the guarantee holds for the whole, and the bounds add up. */
TEST(merge)
{
  enum { N = 40000 };
  for (int shape = 0; shape < SHAPES; shape++)
    for (uint64_t trial = 0; trial < 6; trial++) {
      double *x = make(shape, N);
      dw_sketch part[8], all;
      dw_sketch_init(&all, 128);
      for (int i = 0; i < 8; i++) dw_sketch_init(&part[i], trial % 2 ? 128 : 32u << i % 4);
      for (size_t i = 0; i < N;) {
        size_t step = 1 + golden_bits(trial, i) % 700;
        if (step > N - i) step = N - i;
        dw_sketch_add_array(&part[golden_bits(trial + 50, i) % 8], x + i, step);
        i += step;
      }
      if (trial < 3) {
        for (int i = 0; i < 8; i++) dw_sketch_merge(&all, &part[i]);
      } else { /* as a tree */
        for (int width = 1; width < 8; width *= 2)
          for (int i = 0; i + width < 8; i += 2 * width) dw_sketch_merge(&part[i], &part[i + width]);
        dw_sketch_merge(&all, &part[0]);
      }
      dw_sort_doubles(x, N, NULL);
      double bound = dw_sketch_rank_error(&all), worst = worst_rank_error(&all, x, N);
      CHECK_MSG(worst <= bound && bound < 0.15, "shape %d, trial %d: %g against %g", shape, (int)trial, worst, bound);
      check_sample(&all, x, N);
      for (int i = 0; i < 8; i++) dw_sketch_free(&part[i]);
      dw_sketch_free(&all);
      free(x);
    }
}

TEST(merging_empty_ones)
{
  dw_sketch a, b;
  dw_sketch_init(&a, 16);
  dw_sketch_init(&b, 16);
  dw_sketch_merge(&a, &b);
  CHECK(dw_sketch_count(&a) == 0 && dw_sketch_rank_error(&a) == 0 && dw_sketch_min(&a) == INFINITY);
  check_sample(&a, NULL, 0);
  dw_sketch_add(&b, -0.0);
  dw_sketch_merge(&a, &b);
  double zero = 0;
  check_sample(&a, &zero, 1);
  CHECK(!signbit(dw_sketch_min(&a)));
  dw_sketch_merge(&b, &a);
  CHECK(dw_sketch_count(&b) == 2);
  dw_sketch_reset(&b);
  CHECK(dw_sketch_count(&b) == 0 && dw_sketch_max(&b) == -INFINITY);
  dw_sketch_free(&a);
  dw_sketch_free(&b);
  dw_sketch_free(NULL);
}

TEST(one_by_one_equals_arrays)
{
  enum { N = 5000 };
  double *x = make(0, N);
  dw_sketch one, many;
  dw_sketch_init(&one, 64);
  dw_sketch_init(&many, 64);
  for (size_t i = 0; i < N; i++) dw_sketch_add(&one, x[i]);
  for (size_t i = 0, step; i < N; i += step) {
    step = 1 + golden_bits(9, i) % 150;
    if (step > N - i) step = N - i;
    dw_sketch_add_array(&many, x + i, step);
  }
  double *va, *vb;
  uint64_t *wa, *wb;
  dw_sorted a = dw_sketch_to_sorted(&one, &va, &wa), b = dw_sketch_to_sorted(&many, &vb, &wb);
  CHECK(a.count == b.count && memcmp(va, vb, a.count * sizeof *va) == 0 && memcmp(wa, wb, a.count * sizeof *wa) == 0);
  CHECK(dw_sketch_rank_error(&one) == dw_sketch_rank_error(&many));
  dw_free(va);
  dw_free(vb);
  dw_free(wa);
  dw_free(wb);
  dw_sketch_free(&one);
  dw_sketch_free(&many);
  free(x);
}

TEST(memory_stays_small)
{
  enum { N = 1000000, PART = 10000, K = 1024 };
  double *x = malloc(PART * sizeof *x);
  dw_sketch sketch;
  dw_sketch_init(&sketch, K);
  for (size_t i = 0; i < N; i += PART) {
    for (size_t j = 0; j < PART; j++) x[j] = golden_uniform(4, i + j);
    dw_sketch_add_array(&sketch, x, PART);
  }
  CHECK(dw_sketch_bytes(&sketch) < 160 * 1024);
  CHECK(dw_sketch_rank_error(&sketch) < 0.006);
  dw_sketch_reset(&sketch);
  dw_sketch_add_array(&sketch, x, 5);
  CHECK(dw_sketch_count(&sketch) == 5 && dw_sketch_rank_error(&sketch) == 0);
  dw_sketch_free(&sketch);
  free(x);
}

/* --- documents --- */

TEST(weighted_values_stand_for_as_many)
{
  dw_sketch one, many;
  dw_sketch_init(&one, 64);
  dw_sketch_init(&many, 64);
  for (int i = 0; i < 500; i++) {
    uint64_t weight = (uint64_t)(i * 7 % 23 + 1);
    dw_sketch_add_weighted(&one, i, weight);
    for (uint64_t k = 0; k < weight; k++) dw_sketch_add(&many, i);
  }
  CHECK(one.count == many.count && one.min == 0 && one.max == 499);
  double *x = malloc(one.count * sizeof *x);
  size_t n = 0;
  for (int i = 0; i < 500; i++)
    for (int k = 0; k < i * 7 % 23 + 1; k++) x[n++] = i;
  CHECK(worst_rank_error(&one, x, n) <= dw_sketch_rank_error(&one));
  check_sample(&one, x, n);
  free(x);
  dw_sketch_free(&one);
  dw_sketch_free(&many);
}

TEST(a_reduced_sketch_keeps_its_bound_and_the_error_asked_for)
{
  static const size_t sizes[] = {10, 100, 1000, 3000, 10000, 200000};
  static const double errors[] = {0.05, 0.01, 0.001};
  for (int shape = 0; shape < SHAPES; shape++)
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
      for (size_t e = 0; e < sizeof errors / sizeof *errors; e++) {
        size_t n = sizes[s], held = 0;
        double *x = make(shape, n);
        dw_sketch sketch;
        dw_sketch_init(&sketch, dw_sketch_size_for(errors[e]));
        dw_sketch_add_array(&sketch, x, n);
        dw_sort_doubles(x, n, NULL);
        dw_sketch_reduce(&sketch, errors[e]);
        double bound = dw_sketch_rank_error(&sketch), worst = worst_rank_error(&sketch, x, n);
        for (unsigned h = 0; h < sketch.levels; h++) held += sketch.level[h].count;
        CHECK_MSG(worst <= bound, "shape %d, n %zu, error %g: %g > %g", shape, n, errors[e], worst, bound);
        CHECK_MSG(bound <= errors[e], "shape %d, n %zu: bound %g > %g", shape, n, bound, errors[e]);
        CHECK_MSG((double)held <= 4 / errors[e] + 64, "shape %d, n %zu, error %g: %zu values", shape, n, errors[e], held);
        check_sample(&sketch, x, n);
        uint64_t raised = sketch.raised;
        dw_sketch_reduce(&sketch, errors[e]); /* again: nothing is left to gain */
        CHECK(sketch.raised == raised);
        dw_sketch_free(&sketch);
        free(x);
      }
}
