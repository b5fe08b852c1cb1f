#include "stats/samples/sample.h"

#include "golden.h"

TEST(distinct)
{
  double a[] = {1, 1, 2, 5, 5, 5}, b[] = {0, 2, 2, 9};
  dw_sorted x = dw_sorted_make(a, 6), y = dw_sorted_make(b, 4), none = dw_sorted_make(NULL, 0);
  CHECK(dw_sorted_distinct(x, 0) == 3 && dw_sorted_distinct(x, 2) == 2 && dw_sorted_distinct(x, 3) == 3 &&
        dw_sorted_distinct(none, 0) == 0);
  CHECK(dw_sorted_distinct_pooled(x, y, 0) == 5 && dw_sorted_distinct_pooled(x, y, 4) == 4 && dw_sorted_distinct_pooled(none, y, 0) == 3);
  CHECK(dw_sorted_distinct_pooled(none, none, 0) == 0);
}

TEST(weighted_total)
{
  double value[] = {1, 4, 6};
  uint64_t weight[] = {2, 3, 5};
  dw_sorted a = dw_sorted_make_weighted(value, weight, 3), b = dw_sorted_make(value, 3);
  CHECK(a.total == 10 && a.count == 3 && b.total == 3 && dw_sorted_weight(a, 1) == 3 && dw_sorted_weight(b, 1) == 1);
}

TEST(below_and_up_to)
{
  double value[] = {-1, 2, 2, 7}, heavy[] = {-1, 2, 7};
  uint64_t weight[] = {1, 2, 5};
  dw_sorted plain = dw_sorted_make(value, 4), packed = dw_sorted_make_weighted(heavy, weight, 3), none = dw_sorted_make(NULL, 0);
  static const struct {
    double x;
    uint64_t below, up_to, packed_below, packed_up_to;
  } cases[] = {{-2, 0, 0, 0, 0}, {-1, 0, 1, 0, 1}, {2, 1, 3, 1, 3}, {3, 3, 3, 3, 3}, {7, 3, 4, 3, 8}, {INFINITY, 4, 4, 8, 8}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double x = cases[i].x;
    CHECK(dw_sorted_below(plain, x) == cases[i].below && dw_sorted_up_to(plain, x) == cases[i].up_to);
    CHECK(dw_sorted_below(packed, x) == cases[i].packed_below && dw_sorted_up_to(packed, x) == cases[i].packed_up_to);
    CHECK(dw_sorted_below(none, x) == 0 && dw_sorted_up_to(none, x) == 0);
  }
}

/* Each distinct value once, in order, with its counts on both sides. */
TEST(merge_walk)
{
  double a[] = {1, 1, 2, 5}, b[] = {0, 2, 5, 5, 9};
  uint64_t weight[] = {1, 10, 3, 4, 7};
  static const double values[] = {0, 1, 2, 5, 9};
  static const uint64_t in_a[] = {0, 2, 1, 1, 0}, in_b[] = {1, 0, 10, 7, 7};
  dw_merge walk;
  dw_merge_start(&walk, dw_sorted_make(a, 4), dw_sorted_make_weighted(b, weight, 5));
  uint64_t below_a = 0, below_b = 0;
  for (int i = 0; i < 5; i++) {
    CHECK(dw_merge_next(&walk));
    CHECK(walk.value == values[i] && walk.times_a == in_a[i] && walk.times_b == in_b[i]);
    CHECK(walk.below_a == (below_a += in_a[i]) && walk.below_b == (below_b += in_b[i]));
  }
  CHECK(!dw_merge_next(&walk) && walk.below_a == 4 && walk.below_b == 25);
}

TEST(steps)
{
  double a[] = {1, 1, 3}, b[] = {1, 2};
  dw_sorted x = dw_sorted_make(a, 3), y = dw_sorted_make(b, 2);
  dw_steps walk;
  CHECK(dw_steps_fit(x, y));
  dw_steps_start(&walk, x, y);
  static const double values[] = {1, 1, 1, 2}, cross[] = {2, 4, 1, -2};
  for (int i = 0; i < 4; i++) CHECK(dw_steps_next(&walk) && walk.value == values[i] && walk.cross == cross[i]);
  CHECK(!dw_steps_next(&walk) && walk.i == 2 && walk.j == 2);
}

/* The runs that the values stand for end where the definition says: at count * (i + 1) / most, rounded down. */
TEST(thinned)
{
  enum { N = 1000003, MOST = 4096 };
  double *a = malloc(N * sizeof *a);
  for (size_t i = 0; i < N; i++) a[i] = (double)i;
  static const size_t counts[] = {MOST + 1, 2 * MOST, 2 * MOST + 1, 99999, N};
  for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
    size_t n = counts[k], start = 0;
    dw_thinned thin;
    dw_thinned_make(&thin, dw_sorted_make(a, n), MOST);
    CHECK(thin.sample.count == MOST && thin.sample.total == n);
    bool same = true;
    for (size_t i = 0; i < MOST; i++) {
      size_t end = n * (i + 1) / MOST;
      same &= thin.sample.weight[i] == end - start && thin.sample.value[i] == (double)(start + (end - start) / 2);
      start = end;
    }
    CHECK_MSG(same, "%zu values", n);
    dw_thinned_free(&thin);
  }
  free(a);
}

TEST(long_runs_count_as_one)
{
  enum { N = 5000 };
  double a[N];
  for (size_t i = 0; i < N; i++) a[i] = (double)(i / 1000 * (i / 1000));
  dw_sorted s = dw_sorted_make(a, N);
  CHECK(dw_sorted_distinct(s, 0) == 5 && dw_sorted_distinct(s, 3) == 3 && dw_sorted_distinct_pooled(s, s, 0) == 5);
  size_t at = 1500;
  CHECK(dw_sorted_run(s, &at) == 500 && at == 2000);
}
