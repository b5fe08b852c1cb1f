#include "stats/sample.h"

dw_sorted dw_sorted_make(const double *ascending, size_t count) { return (dw_sorted){.value = ascending, .count = count, .total = count}; }

dw_sorted dw_sorted_make_weighted(const double *ascending, const uint64_t *weight, size_t count)
{
  uint64_t total = 0;
  for (size_t i = 0; i < count; i++) total += weight[i];
  return (dw_sorted){.value = ascending, .weight = weight, .count = count, .total = total};
}

size_t dw_sorted_distinct(dw_sorted a, size_t limit)
{
  if (a.count == 0) return 0;
  size_t distinct = 1;
  for (size_t i = 1; i < a.count && (limit == 0 || distinct < limit); i++) distinct += a.value[i] != a.value[i - 1];
  return distinct;
}

size_t dw_sorted_distinct_pooled(dw_sorted a, dw_sorted b, size_t limit)
{
  size_t distinct = 0;
  dw_merge walk;
  dw_merge_start(&walk, a, b);
  while ((limit == 0 || distinct < limit) && dw_merge_next(&walk)) distinct++;
  return distinct;
}
