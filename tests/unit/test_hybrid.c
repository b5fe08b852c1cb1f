#include "io/parquet/hybrid.h"

#include "test.h"

/* The example of the format's specification: 0 to 7 in three bits are 88 C6 FA packed. */
TEST(packed_values_and_runs_follow_each_other)
{
  unsigned char bytes[64] = {0x03, 0x88, 0xc6, 0xfa, /* eight packed */ 0x0a, 0x05 /* five times 5 */};
  dw_hybrid hybrid = dw_hybrid_of(bytes, 6, 3);
  uint32_t got[13];
  CHECK(dw_hybrid_take(&hybrid, got, 5) && dw_hybrid_take(&hybrid, got + 5, 8));
  for (uint32_t i = 0; i < 13; i++) CHECK_MSG(got[i] == (i < 8 ? i : 5), "value %u is %u", i, got[i]);
  CHECK(!dw_hybrid_take(&hybrid, got, 1));
}

/* The older packing has the highest bit first: the same values are 05 39 77. */
TEST(the_older_packing_has_the_highest_bit_first)
{
  unsigned char bytes[64] = {0x05, 0x39, 0x77};
  dw_hybrid hybrid = dw_hybrid_older(bytes, 3, 3);
  uint32_t got[8], value;
  CHECK(dw_hybrid_repeat(&hybrid, 8, &value) == 0);
  CHECK(dw_hybrid_take(&hybrid, got, 8));
  for (uint32_t i = 0; i < 8; i++) CHECK_MSG(got[i] == i, "value %u is %u", i, got[i]);
  CHECK(!dw_hybrid_take(&hybrid, got, 1));
}

TEST(every_width_comes_back)
{
  for (unsigned bits = 1; bits <= 32; bits++) {
    unsigned char bytes[1 + 32 * 4 + DW_HYBRID_PADDING] = {0x07}; /* three times eight values */
    uint32_t want[24], got[24];
    for (uint32_t i = 0; i < 24; i++) {
      want[i] = (uint32_t)((UINT64_C(0x9e3779b97f4a7c15) * (i + bits)) >> 20 & ((UINT64_C(1) << bits) - 1));
      for (unsigned k = 0; k < bits; k++)
        if (want[i] >> k & 1) bytes[1 + (i * bits + k) / 8] |= (unsigned char)(1 << (i * bits + k) % 8);
    }
    dw_hybrid hybrid = dw_hybrid_of(bytes, 1 + 3 * bits, bits);
    CHECK_MSG(dw_hybrid_take(&hybrid, got, 24) && memcmp(got, want, sizeof got) == 0, "%u bits", bits);
  }
}

TEST(runs_are_told_as_runs)
{
  unsigned char bytes[32] = {0xc8, 0x01, 0x01 /* a hundred times 1 */, 0x03, 0xff};
  dw_hybrid hybrid = dw_hybrid_of(bytes, 5, 1);
  uint32_t value = 9;
  CHECK(dw_hybrid_repeat(&hybrid, 60, &value) == 60 && value == 1);
  CHECK(dw_hybrid_repeat(&hybrid, 60, &value) == 40 && dw_hybrid_repeat(&hybrid, 60, &value) == 0);
}

TEST(a_last_run_may_lack_the_bytes_of_no_value)
{
  unsigned char bytes[32] = {0x05 /* sixteen values */, 0xff};
  dw_hybrid hybrid = dw_hybrid_of(bytes, 2, 1);
  uint32_t got[9];
  CHECK(dw_hybrid_take(&hybrid, got, 8) && !dw_hybrid_take(&hybrid, got, 1));
}

TEST(bits_hold_their_highest)
{
  CHECK(dw_bits_for(0) == 0 && dw_bits_for(1) == 1 && dw_bits_for(3) == 2 && dw_bits_for(4) == 3 && dw_bits_for(UINT32_MAX) == 32);
}
