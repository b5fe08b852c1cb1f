#include "stats/samples/winsor.h"

#include "stats/samples/distance.h"
#include "test.h"

/* A 40th of 400 values is 10: the tenth from either end. */
TEST(limits)
{
  double x[400];
  for (int i = 0; i < 400; i++) x[i] = i + 1;
  dw_winsor at = dw_winsor_of(dw_sorted_make(x, 400));
  CHECK(at.low == 10 && at.high == 391);
  at = dw_winsor_of(dw_sorted_make(x, 100)); /* 3, and at least 5 */
  CHECK(at.low == 5 && at.high == 96);
  at = dw_winsor_of(dw_sorted_make(x, 6)); /* no more than half */
  CHECK(at.low == 3 && at.high == 4);
  at = dw_winsor_of(dw_sorted_make(x, 7)); /* 4 from both ends would be one value */
  CHECK(at.low == 3 && at.high == 5);
  at = dw_winsor_of(dw_sorted_make(x, 1));
  CHECK(at.low == 1 && at.high == 1);
}

TEST(a_lump_has_tails_as_far_as_there_are_others)
{
  double x[400] = {0};
  x[397] = 1, x[398] = 2, x[399] = 7;
  dw_winsor at = dw_winsor_of(dw_sorted_make(x, 400));
  CHECK(at.low == 0 && at.high == 1);
  x[397] = x[398] = 0;
  at = dw_winsor_of(dw_sorted_make(x, 400));
  CHECK(at.low == 0 && at.high == 7);
  x[399] = 0;
  at = dw_winsor_of(dw_sorted_make(x, 400));
  CHECK(at.low == 0 && at.high == 0);
}

TEST(weights_are_so_many_values)
{
  const double x[] = {-4, 0, 1, 2, 9};
  const uint64_t weight[] = {3, 3, 88, 4, 2};
  double each[100], room[100];
  size_t count = 0;
  for (size_t i = 0; i < 5; i++)
    for (uint64_t k = 0; k < weight[i]; k++) each[count++] = x[i];
  dw_sorted weighted = dw_sorted_make_weighted(x, weight, 5), plain = dw_sorted_make(each, count);
  dw_winsor at = dw_winsor_of(weighted), same = dw_winsor_of(plain);
  CHECK(at.low == 0 && at.high == 2 && same.low == 0 && same.high == 2);
  double std = dw_winsor_std(dw_winsor_shares(at, weighted, room));
  CHECK_CLOSE(std, dw_winsor_std(dw_winsor_shares(at, plain, room)), 1e-15);
  /* 6 of 0, 88 of a half, 6 of 1 */
  CHECK_CLOSE(std, sqrt(0.03), 1e-14);
}

/* However far an outlier lies, and whatever the unit, the distance is the same. */
TEST(outliers_and_units_do_not_count)
{
  double x[200], y[200], room[400], first = 0;
  static const double units[] = {1, 1e-300, 1e300}, far[] = {250, 1e5, 1e7};
  for (int u = 0; u < 3; u++)
    for (int k = 0; k < 3; k++) {
      for (int i = 0; i < 200; i++) x[i] = units[u] * i, y[i] = units[u] * (i + 20);
      x[199] = y[199] = units[u] * far[k];
      dw_winsor at = dw_winsor_of(dw_sorted_make(x, 200));
      dw_sorted r = dw_winsor_shares(at, dw_sorted_make(x, 200), room), c = dw_winsor_shares(at, dw_sorted_make(y, 200), room + 200);
      double distance = dw_wasserstein(r, c) / dw_winsor_std(r);
      if (u + k == 0) first = distance;
      CHECK_CLOSE(distance, first, 1e-12);
    }
  CHECK(first > 0.2 && first < 0.4); /* 20 of a standard deviation of 57.7 */
}

TEST(no_overflow_between_the_largest_numbers)
{
  double x[40], room[40];
  for (int i = 0; i < 40; i++) x[i] = i < 20 ? -1.7e308 : 1.7e308;
  dw_winsor at = dw_winsor_of(dw_sorted_make(x, 40));
  CHECK_CLOSE(dw_winsor_std(dw_winsor_shares(at, dw_sorted_make(x, 40), room)), 0.5, 1e-15);
}
