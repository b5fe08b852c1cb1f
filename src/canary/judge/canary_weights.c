#include "canary/judge/canary_weights.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double median_of(const dw_canary_place *place, size_t count)
{
  size_t n = 0;
  double *value = dw_alloc_array(count, sizeof *value);
  for (size_t i = 0; i < count; i++)
    if (place[i].judged && !place[i].anomalous && !isnan(place[i].similarity)) value[n++] = place[i].similarity;
  if (n) qsort(value, n, sizeof *value, by_value);
  double median = n ? n % 2 ? value[n / 2] : (value[n / 2 - 1] + value[n / 2]) / 2 : NAN;
  dw_free(value);
  return median;
}

static double cut(double weight) { return weight < DW_CANARY_WEIGHT_LEAST ? DW_CANARY_WEIGHT_LEAST : weight > 1 ? 1 : weight; }

dw_status dw_canary_weights(dw_canary_place *place, size_t count, double *median, dw_err *err)
{
  *median = median_of(place, count);
  for (size_t i = 0; i < count; i++) {
    dw_canary_place *p = &place[i];
    p->weight = p->judged ? 1 : NAN;
    if (!p->judged || !p->anomalous) continue;
    if (!(*median > 0)) return dw_err_set(err, DW_ENODATA, "no weight for \"%.100s\": no canary is left to weigh it against", p->canary);
    if (isnan(p->similarity)) return dw_err_set(err, DW_ENODATA, "no weight for \"%.100s\": it has no similarity", p->canary);
    p->weight = rint(cut(p->similarity / *median) * 1e4) / 1e4;
  }
  return DW_OK;
}
