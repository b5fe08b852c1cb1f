#include "stats/shift/effective.h"

#include "test.h"

TEST(counts)
{
  CHECK(dw_effective_count(100, 0) == 100);
  CHECK(dw_effective_count(100, 40) == 40);
  CHECK(dw_effective_count(100, 400) == 100);
}

TEST(cells_keep_their_shares)
{
  uint64_t count[] = {3, 0, 50, 47, 100}, out[5], sum = 0, sum_out = 0;
  dw_effective_counts(count, 5, 200, 37, out);
  for (int i = 0; i < 5; i++) {
    sum += count[i];
    sum_out += out[i];
    CHECK(sum_out <= (double)sum * 37 / 200 && sum_out + 1 > (double)sum * 37 / 200);
  }
  CHECK(sum_out == 37);
  dw_effective_counts(count, 5, 200, 0, count); /* in place, all of them */
  CHECK(count[0] == 3 && count[4] == 100);
}

TEST(counts_beyond_32_bits)
{
  uint64_t count[] = {UINT64_C(1) << 51, UINT64_C(1) << 51}, out[2];
  dw_effective_counts(count, 2, UINT64_C(1) << 52, UINT64_C(1) << 50, out);
  CHECK(out[0] == UINT64_C(1) << 49 && out[1] == UINT64_C(1) << 49);
}
