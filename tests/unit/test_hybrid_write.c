/* Runs and packed groups: what is written is what the reader reads, for all widths and whatever the order of runs. */
#include "io/parquet/hybrid_write.h"

#include "io/parquet/hybrid.h"
#include "test.h"

TEST(what_is_written_is_read)
{
  enum { MOST = 300 };
  uint32_t value[MOST], got[MOST];
  uint64_t state = 1;
  for (unsigned width = 1; width <= 32; width++)
    for (size_t count = 0; count < MOST; count += 1 + count / 8) {
      for (size_t i = 0; i < count;) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        size_t run = (state >> 60) < 4 ? 1 + (state >> 40) % 40 : 1;
        for (; run > 0 && i < count; run--) value[i++] = (uint32_t)(state >> 20) & (uint32_t)((UINT64_C(1) << width) - 1);
      }
      dw_buf out = {0};
      dw_hybrid_write(&out, value, count, width);
      size_t length = out.length;
      memset(dw_buf_room(&out, DW_HYBRID_PADDING), 0, DW_HYBRID_PADDING);
      dw_hybrid hybrid = dw_hybrid_of(out.data, length, width);
      CHECK_MSG(dw_hybrid_take(&hybrid, got, count) && memcmp(got, value, count * sizeof *got) == 0, "width %u, count %zu", width, count);
      dw_buf_free(&out);
    }
}

TEST(one_value_repeated_is_one_run)
{
  static const uint32_t value[1000] = {0};
  dw_buf out = {0};
  dw_hybrid_write(&out, value, 1000, 1);
  CHECK(out.length == 3 && memcmp(out.data, "\xd0\x0f\x00", 3) == 0); /* 1000 twice, then 0 */
  dw_buf_free(&out);
}
