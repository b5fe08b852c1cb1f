/* daily_cycle: when in a day records come. Rows are laid out evenly in time first; the cycle then moves each within its own day (UTC), so
 * that every hour gets its share, evenly within the hour. Order, the number of rows a day, and midnights stay as they were.
 *
 *   dw_daily_cycle cycle = {0};              no cycle: instants stay
 *   dw_daily_cycle_set(&cycle, weights);
 *   instant = dw_daily_cycle_instant(&cycle, even);
 */
#ifndef DW_SYNTH_DAILY_CYCLE_H
#define DW_SYNTH_DAILY_CYCLE_H

#include <stdbool.h>
#include <stdint.h>

enum { DW_DAY_HOURS = 24 };

typedef struct dw_daily_cycle {
  bool given;
  int64_t until[DW_DAY_HOURS + 1]; /* microseconds of the even day that lie before each hour */
} dw_daily_cycle;

/* Weights of the hours: none below 0, their sum positive and finite. */
void dw_daily_cycle_set(dw_daily_cycle *cycle, const double weights[DW_DAY_HOURS]);

/* Microseconds since 1970, even time in, the cycle's time out; it never goes backwards. */
int64_t dw_daily_cycle_instant(const dw_daily_cycle *cycle, int64_t even);

/* The first even time whose instant is not before this one. */
int64_t dw_daily_cycle_even(const dw_daily_cycle *cycle, int64_t instant);

#endif
