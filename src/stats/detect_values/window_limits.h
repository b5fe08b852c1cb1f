/* window_limits: the limits of two_windows' statistics, for a mean time to a false alarm. */
#ifndef DW_STATS_WINDOW_LIMITS_H
#define DW_STATS_WINDOW_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum dw_window_statistic { DW_WINDOW_CVM, DW_WINDOW_KS } dw_window_statistic;

enum { DW_WINDOW_LEAST = 20, DW_WINDOW_MOST = 200, DW_WINDOW_RATIO = 10 }; /* window; reference: so many windows at most, one at least */
#define DW_WINDOW_RUN_LEAST 100.0
#define DW_WINDOW_RUN_MOST 100000.0

/* The least value of the statistic that is a drift, so that on exchangeable values one comes after run_length values of full windows, on
 * average. Between what was simulated (tests/bench/simulate_windows.c) it is interpolated, in the logarithms of all three. */
double dw_window_limit(dw_window_statistic statistic, bool frozen, uint64_t reference, uint64_t window, double run_length);

#endif
