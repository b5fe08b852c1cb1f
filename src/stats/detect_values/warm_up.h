/* warm_up: mean and variance of the first values of a stream, as river's Mean and Var have them. */
#ifndef DW_STATS_WARM_UP_H
#define DW_STATS_WARM_UP_H

#include <math.h>

#include "stats/detectors/detector_method.h"

typedef struct dw_warm_up {
  uint64_t count;
  double mean, squares; /* sum of squared deviations */
} dw_warm_up;

static inline void dw_warm_up_add(dw_warm_up *w, double x)
{
  double before = w->mean;
  w->count++;
  w->mean += (x - w->mean) / (double)w->count;
  w->squares += (x - before) * (x - w->mean);
}

static inline double dw_warm_up_std(const dw_warm_up *w) /* of the sample; 0 of fewer than 2 */
{
  return w->count > 1 && w->squares > 0 ? sqrt(w->squares / (double)(w->count - 1)) : 0;
}

static inline void dw_warm_up_fields(dw_warm_up *w, dw_detector_fields *f)
{
  dw_fields_count(f, "count", &w->count);
  dw_fields_number(f, "mean", &w->mean);
  dw_fields_number(f, "squares", &w->squares);
}

#endif
