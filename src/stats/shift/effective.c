#include "stats/shift/effective.h"

#include "base/wide.h"

uint64_t dw_effective_count(uint64_t total, uint64_t effective) { return effective > 0 && effective < total ? effective : total; }

void dw_effective_counts(const uint64_t *count, size_t cells, uint64_t total, uint64_t effective, uint64_t *out)
{
  uint64_t worth = dw_effective_count(total, effective), before = 0, sum = 0;
  for (size_t i = 0; i < cells; i++) {
    sum += count[i];
    uint64_t up_to = worth == total ? sum : (uint64_t)((dw_wide)sum * worth / total);
    out[i] = up_to - before;
    before = up_to;
  }
}
