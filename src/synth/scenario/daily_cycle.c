#include "synth/scenario/daily_cycle.h"

#include <math.h>

#include "base/clock.h"
#include "base/wide.h"

#define HOUR (INT64_C(3600) * DW_SECOND)
#define DAY (DW_DAY_HOURS * HOUR)

void dw_daily_cycle_set(dw_daily_cycle *cycle, const double weights[DW_DAY_HOURS])
{
  double sum = 0, before = 0;
  for (int h = 0; h < DW_DAY_HOURS; h++) sum += weights[h];
  cycle->given = true;
  for (int h = 0; h < DW_DAY_HOURS; h++) {
    cycle->until[h] = (int64_t)rint(before / sum * (double)DAY);
    before += weights[h];
  }
  cycle->until[DW_DAY_HOURS] = DAY;
}

static int64_t time_of_day(int64_t instant)
{
  int64_t rest = instant % DAY;
  return rest < 0 ? rest + DAY : rest;
}

int64_t dw_daily_cycle_instant(const dw_daily_cycle *cycle, int64_t even)
{
  if (!cycle->given) return even;
  int64_t rest = time_of_day(even);
  int h = 0;
  while (cycle->until[h + 1] <= rest) h++; /* ends: the last one is DAY; an hour without weight is passed over */
  int64_t length = cycle->until[h + 1] - cycle->until[h];
  return even - rest + h * HOUR + (int64_t)((dw_wide_signed)(rest - cycle->until[h]) * HOUR / length);
}

int64_t dw_daily_cycle_even(const dw_daily_cycle *cycle, int64_t instant)
{
  if (!cycle->given) return instant;
  int64_t rest = time_of_day(instant), h = rest / HOUR, length = cycle->until[h + 1] - cycle->until[h];
  int64_t into = (int64_t)(((dw_wide_signed)(rest % HOUR) * length + HOUR - 1) / HOUR);
  return instant - rest + cycle->until[h] + into;
}
