#include "test.h"

#include "base/power.h"

/* tests/golden/power.txt: made by power.py beside it (Python's integers). */
TEST(power_agrees_with_exact_integers)
{
  char *text = test_read("golden/power.txt", NULL);
  CHECK(text != NULL);
  if (!text) return;
  char *save = NULL;
  int lines = 0;
  for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), lines++) {
    int k, exponent;
    unsigned long long high, low;
    CHECK(sscanf(line, "%d %d %llx %llx", &k, &exponent, &high, &low) == 4);
    dw_power power = dw_power_ten(k);
    CHECK_MSG(power.high == high && power.low == low, "10^%d = %016llx %016llx, want %016llx %016llx", k, (unsigned long long)power.high,
              (unsigned long long)power.low, high, low);
    CHECK_MSG(dw_power_exponent(k) == exponent, "10^%d: exponent %d, want %d", k, dw_power_exponent(k), exponent);
  }
  CHECK(lines > 150);
  free(text);
}
