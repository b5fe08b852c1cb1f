#include "base/power.h"

#include <assert.h>
#include <pthread.h>

/* 10^k and 5^k have the same leading bits. Powers 5^k are built up by multiplying a long integer by 5; negative ones are what is left of
 * 2^960 divided by 5 again and again: floor(floor(n / 5) / 5) = floor(n / 25), so that the leading bits are those of the true quotient. */
enum { LIMBS = 31 }; /* of 32 bits, least significant first: 2^960, and 5^324 has 753 bits */

typedef struct long_integer {
  uint32_t limb[LIMBS];
  int used;
} long_integer;

static dw_power power_table[DW_POWER_MOST - DW_POWER_LEAST + 1];
static pthread_once_t power_once = PTHREAD_ONCE_INIT;

/* 32 bits of n that start offset bits below its leading one; zeros behind its end. */
static uint32_t bits_at(const long_integer *n, int offset)
{
  int top = n->used * 32 - __builtin_clz(n->limb[n->used - 1]); /* bits in n */
  int low = top - offset - 32;
  uint64_t window = 0;
  int limb = low >= 0 ? low / 32 : -((31 - low) / 32), shift = low - limb * 32;
  if (limb + 1 >= 0 && limb + 1 < n->used) window = (uint64_t)n->limb[limb + 1] << 32;
  if (limb >= 0 && limb < n->used) window |= n->limb[limb];
  return (uint32_t)(window >> shift);
}

static dw_power leading_bits(const long_integer *n)
{
  return (dw_power){(uint64_t)bits_at(n, 0) << 32 | bits_at(n, 32), (uint64_t)bits_at(n, 64) << 32 | bits_at(n, 96)};
}

static void power_fill(void)
{
  long_integer n = {{1}, 1};
  for (int k = 0; k <= DW_POWER_MOST; k++) {
    power_table[k - DW_POWER_LEAST] = leading_bits(&n);
    uint64_t carry = 0;
    for (int i = 0; i < n.used; i++) {
      carry += (uint64_t)n.limb[i] * 5;
      n.limb[i] = (uint32_t)carry;
      carry >>= 32;
    }
    if (carry) n.limb[n.used++] = (uint32_t)carry;
  }
  n = (long_integer){.used = LIMBS};
  n.limb[LIMBS - 1] = 1;
  for (int k = -1; k >= DW_POWER_LEAST; k--) {
    uint64_t rest = 0;
    for (int i = n.used - 1; i >= 0; i--) {
      rest = rest << 32 | n.limb[i];
      n.limb[i] = (uint32_t)(rest / 5);
      rest %= 5;
    }
    if (n.limb[n.used - 1] == 0) n.used--;
    power_table[k - DW_POWER_LEAST] = leading_bits(&n);
  }
}

dw_power dw_power_ten(int k)
{
  assert(k >= DW_POWER_LEAST && k <= DW_POWER_MOST);
  pthread_once(&power_once, power_fill);
  return power_table[k - DW_POWER_LEAST];
}
