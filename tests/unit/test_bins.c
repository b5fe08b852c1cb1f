#include "stats/samples/bins.h"

#include "base/mem.h"
#include "test.h"

TEST(few_numbers_have_a_bin_each)
{
  static const double value[] = {3, NAN, 1, 2, 3, 1, -7};
  dw_bins bins;
  dw_bins_init(&bins, 7, 2);
  dw_bins_numbers(&bins, 1, value);
  static const uint8_t want[] = {4, 0, 2, 3, 4, 2, 1};
  CHECK(bins.count[1] == 5 && !bins.categorical[1] && memcmp(bins.bin + 7, want, 7) == 0);
  CHECK(bins.count[0] == 1 && bins.bin[0] == 0);
  dw_bins_free(&bins);
}

TEST(many_numbers_are_spread_evenly_and_in_order)
{
  enum { N = 10007 };
  static double value[N];
  size_t held[DW_BINS] = {0};
  for (size_t i = 0; i < N; i++) value[i] = (double)(i * 4999 % N) * 0.5 - 100;
  dw_bins bins;
  dw_bins_init(&bins, N, 1);
  dw_bins_numbers(&bins, 0, value);
  CHECK(bins.count[0] == DW_BINS);
  for (size_t i = 0; i < N; i++) {
    held[bins.bin[i]]++;
    size_t k = (i * 31) % N;
    CHECK(value[i] == value[k] || (value[i] < value[k]) == (bins.bin[i] < bins.bin[k]) || bins.bin[i] == bins.bin[k]);
  }
  CHECK(held[0] == 0);
  for (int k = 1; k < DW_BINS; k++) CHECK_MSG(held[k] >= N / 63 - 1 && held[k] <= N / 63 + 2, "bin %d holds %zu", k, held[k]);
  dw_bins_free(&bins);
}

/* Half of the values are equal: one bin of theirs, and the extremes still bins of their own. */
TEST(ties)
{
  enum { N = 1000 };
  static double value[N];
  for (size_t i = 0; i < N; i++) value[i] = i % 2 ? 5 : (double)i / 100;
  dw_bins bins;
  dw_bins_init(&bins, N, 1);
  dw_bins_numbers(&bins, 0, value);
  CHECK(bins.count[0] > 30 && bins.count[0] <= DW_BINS);
  for (size_t i = 3; i < N; i += 2) CHECK(bins.bin[i] == bins.bin[1]);
  CHECK(bins.bin[0] == 1 && bins.bin[998] == bins.count[0] - 1 && bins.bin[998] > bins.bin[1]);
  dw_bins_free(&bins);
}

TEST(frequent_categories_have_a_bin_each)
{
  enum { N = 5050, CATEGORIES = 100 }; /* category k occurs k times */
  static uint32_t code[N];
  size_t at = 0;
  for (uint32_t k = 1; k <= CATEGORIES; k++)
    for (uint32_t i = 0; i < k; i++) code[at++] = k;
  code[0] = 0;
  dw_bins bins;
  dw_bins_init(&bins, N, 1);
  dw_bins_categories(&bins, 0, code, CATEGORIES);
  CHECK(bins.count[0] == DW_BINS && bins.categorical[0] && bins.bin[0] == 0);
  CHECK(bins.bin[N - 1] == 1 && bins.bin[N - 101] == 2); /* 100, 99 */
  CHECK(bins.bin[1] == DW_BINS - 1 && bins.bin[3] == DW_BINS - 1);
  dw_bins_free(&bins);
}

TEST(nothing_at_all)
{
  dw_bins bins;
  dw_bins_init(&bins, 2, 2);
  dw_bins_numbers(&bins, 0, (double[]){NAN, NAN});
  dw_bins_categories(&bins, 1, (uint32_t[]){0, 0}, 0);
  CHECK(bins.count[0] == 1 && bins.count[1] == 1 && bins.bin[0] == 0 && bins.bin[3] == 0);
  dw_bins_free(&bins);
  dw_bins_init(&bins, 0, 0);
  dw_bins_free(&bins);
  CHECK(bins.bin == NULL);
}
