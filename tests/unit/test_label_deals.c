#include "stats/answers/label_deals.h"

#include "base/mem.h"
#include "test.h"

enum { ANSWERS = 12, FIRST = 4 };

static bool in(const dw_lanes *out, size_t answer, size_t lane) { return out[answer].word[lane / 64] >> lane % 64 & 1; }

TEST(as_many_in_each_lane_and_all_alike)
{
  dw_label_deals deals = {ANSWERS, FIRST, NULL, dw_rng_derive(1, "deals"), 0};
  dw_lanes one[ANSWERS], two[ANSWERS], later[ANSWERS], other[ANSWERS];
  dw_label_deals_make(&deals, 0, 1, one);
  dw_label_deals_make(&deals, 0, 3, two);
  dw_label_deals_make(&deals, 1, 1, later);
  deals.row = 1;
  dw_label_deals_make(&deals, 0, 1, other);
  CHECK(memcmp(one, two, sizeof one) == 0);
  CHECK(memcmp(one, later, sizeof one) != 0 && memcmp(one, other, sizeof one) != 0);
  int wrong = 0, taken[ANSWERS] = {0};
  for (size_t lane = 0; lane < DW_LANES; lane++) {
    int count = 0;
    for (size_t i = 0; i < ANSWERS; i++) {
      count += in(one, i, lane);
      taken[i] += lane && in(one, i, lane);
      if (lane == 0) CHECK(in(one, i, lane) == (i < FIRST));
    }
    wrong += count != FIRST;
  }
  CHECK(wrong == 0);
  for (int i = 0; i < ANSWERS; i++) CHECK_MSG(abs(taken[i] - 341) < 5 * 15, "answer %d is taken %d times of 1023", i, taken[i]);
}

TEST(blocks_are_cut_at_most_once)
{
  uint32_t block[ANSWERS] = {0, 0, 0, 1, 1, 1, 2, 3, 3, 3, 3, 3};
  dw_label_deals deals = {ANSWERS, FIRST, block, dw_rng_derive(1, "deals"), 0};
  dw_lanes out[ANSWERS];
  dw_label_deals_make(&deals, 0, 1, out);
  int wrong = 0, whole = 0;
  for (size_t lane = 1; lane < DW_LANES; lane++) {
    int cuts = 0, count = 0;
    for (size_t i = 0; i < ANSWERS; i++) {
      count += in(out, i, lane);
      if (i) cuts += block[i] == block[i - 1] && in(out, i, lane) != in(out, i - 1, lane);
    }
    wrong += cuts > 1 || count != FIRST;
    whole += cuts == 0;
  }
  CHECK(wrong == 0);
  CHECK(whole > 100 && whole < 1000); /* three and one fit, five do not */
}
