#include "data/frames/windows.h"

#include "data/frames/frame.h"

enum { STEPS_IN_ORDER = 100 };

dw_windows dw_windows_over(int64_t first, int64_t last)
{
  uint64_t span = (uint64_t)last - (uint64_t)first, period = 1;
  while (period <= span / (2 * DW_WINDOWS_LEAST)) period *= 2;
  return (dw_windows){period, period};
}

void dw_windows_narrow(dw_windows *windows) { windows->width /= 2; }

bool dw_windows_hold(const dw_windows *windows, int64_t instant)
{
  return windows->period == 0 || ((uint64_t)instant & (windows->period - 1)) < windows->width;
}

bool dw_windows_part(const dw_windows *windows, int64_t a, int64_t b)
{
  if (windows->width == windows->period) return false;
  return ((uint64_t)a ^ (uint64_t)b) & ~(windows->period - 1);
}

bool dw_instants_in_order(const int64_t *instant, size_t count)
{
  int64_t before = DW_FRAME_NO_INSTANT;
  size_t up = 0, down = 0;
  for (size_t i = 0; i < count; i++) {
    if (instant[i] == DW_FRAME_NO_INSTANT) continue;
    up += before != DW_FRAME_NO_INSTANT && instant[i] > before;
    down += before != DW_FRAME_NO_INSTANT && instant[i] < before;
    before = instant[i];
  }
  return (up < down ? up : down) * STEPS_IN_ORDER <= up + down;
}
