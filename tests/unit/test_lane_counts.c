#include "stats/answers/lane_counts.h"

#include "base/mem.h"
#include "base/rng.h"
#include "test.h"

enum { ROWS = 1300 };

TEST(counts_are_those_of_single_lanes)
{
  dw_lanes *row = dw_alloc_array(ROWS, sizeof *row);
  uint32_t member[ROWS];
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "lanes"), 0, 0);
  for (size_t i = 0; i < ROWS; i++) {
    member[i] = (uint32_t)(ROWS - 1 - i);
    for (int w = 0; w < DW_LANE_WORDS; w++)
      row[i].word[w] = dw_rng_u64(&rng) | (w == 3 ? UINT64_MAX : 0); /* all there: the largest count */
  }
  static const size_t sizes[] = {0, 1, 2, 7, 8, 9, 63, 255, 256, 257, ROWS};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    dw_lane_counts counts;
    uint64_t sum[DW_LANES];
    for (int l = 0; l < DW_LANES; l++) sum[l] = (uint64_t)l; /* added to */
    dw_lane_counts_of(&counts, row, member, sizes[s]);
    dw_lane_counts_add_squares(&counts, sum);
    int wrong = 0;
    for (int l = 0; l < DW_LANES; l++) {
      uint64_t count = 0;
      for (size_t i = 0; i < sizes[s]; i++) count += row[member[i]].word[l / 64] >> l % 64 & 1;
      wrong += sum[l] != (uint64_t)l + count * count;
    }
    CHECK_MSG(wrong == 0, "%zu rows: %d lanes are wrong", sizes[s], wrong);
  }
  dw_free(row);
}
