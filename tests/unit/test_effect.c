#include "stats/effect.h"

#include "golden_pair.h"

TEST(golden_table)
{
  golden table = golden_open("golden/stats_twosample.txt");
  int seen = 0;
  while (golden_next(&table)) {
    pair p = pair_make(&table);
    dw_moments r = dw_moments_of(p.ref), c = dw_moments_of(p.cur);
    double want = golden_number(&table, FIRST + 18), pairs = (double)p.ref.total * (double)p.cur.total;
    if (!isnan(want) && isfinite(want) && r.m2 > 0) {
      CHECK(fabs(dw_cohen_d(&r, &c) - want) < 1e-12 * (1 + fabs(want)));
      seen++;
    }
    CHECK_CLOSE(dw_superiority(p.ref, p.cur), 1 - golden_number(&table, FIRST + 3) / pairs, 1e-12); /* U of scipy */
    pair_free(&p);
  }
  CHECK(seen > 100);
}

TEST(edges)
{
  double zero[] = {0, 0, 0}, one[] = {1, 1, 1};
  dw_sorted a = dw_sorted_make(zero, 3), b = dw_sorted_make(one, 3), none = dw_sorted_make(NULL, 0);
  dw_moments ma = dw_moments_of(a), mb = dw_moments_of(b), empty = dw_moments_of(none), single = dw_moments_of(dw_sorted_make(zero, 1));
  CHECK(dw_cohen_d(&ma, &ma) == 0 && isnan(dw_cohen_d(&ma, &mb)) && isnan(dw_cohen_d(&ma, &empty)) && isnan(dw_cohen_d(&single, &single)));
  CHECK(dw_superiority(a, b) == 1 && dw_superiority(b, a) == 0 && dw_superiority(a, a) == 0.5 && isnan(dw_superiority(none, a)));
}
