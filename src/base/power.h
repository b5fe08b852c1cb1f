/* power: powers of ten as 128-bit binary fractions, for the exact conversion of numbers (num.c, num_print.c).
 *
 * 10^k = (high * 2^64 + low + error) * 2^(dw_power_exponent(k) - 127) with high >= 2^63 and 0 <= error < 1; error is 0 exactly
 * for the k of 0 .. DW_POWER_EXACT, where the power fits.
 */
#ifndef DW_BASE_POWER_H
#define DW_BASE_POWER_H

#include <stdint.h>

enum { DW_POWER_LEAST = -342, DW_POWER_MOST = 324, DW_POWER_EXACT = 55 };

typedef struct dw_power {
  uint64_t high, low;
} dw_power;

/* DW_POWER_LEAST <= k <= DW_POWER_MOST. The table is computed on first use (some 20 microseconds); safe from any thread. */
dw_power dw_power_ten(int k);

/* floor(log2(10^k)), right for |k| <= 1233. */
static inline int dw_power_exponent(int k) { return (k * 1741647) >> 19; }

#endif
