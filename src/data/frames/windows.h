/* windows: stretches of time, evenly apart, by which rows are sampled that stand in no order of time: whatever lies in one is kept whole,
 * so that rows which follow each other in time stay together wherever they stand in the input.
 *
 *   dw_windows windows = dw_windows_over(first, last);
 *   while (too many rows are held) dw_windows_narrow(&windows);
 *
 * Narrower windows lie inside wider ones: what was kept under these holds all that those want. A period is a power of two of microseconds
 * (such as 1.27 or 2.55 days), never nearly a whole number of days over many of them, so that windows are at all hours.
 */
#ifndef DW_DATA_WINDOWS_H
#define DW_DATA_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DW_WINDOWS_LEAST = 10 };

typedef struct dw_windows {
  uint64_t period, width; /* microseconds; period 0: all of time is one window */
} dw_windows;

/* 10 to 20 windows from the first instant to the last, which touch each other as yet. */
dw_windows dw_windows_over(int64_t first, int64_t last);
void dw_windows_narrow(dw_windows *windows); /* half as wide; below a microsecond they hold nothing */
bool dw_windows_hold(const dw_windows *windows, int64_t instant);
bool dw_windows_part(const dw_windows *windows, int64_t a, int64_t b); /* they are not in the same window; both are in one */

/* Instants rise, or fall, but for one step in a hundred; DW_FRAME_NO_INSTANT is passed over. Equal ones are no step. */
bool dw_instants_in_order(const int64_t *instant, size_t count);

#endif
