/* two_windows: the newest values of a stream against those before them, or against the first ones, by ranks alone: what cvm_window and
 * ks_window share.
 *
 * The first `reference` values are the reference, the next `window` the window. From then on a value pushes the oldest of the window out:
 * away, when the reference is frozen, else into the reference, whose oldest goes. Equal values are put in order by random numbers, so that
 * a statistic of ranks has one distribution whatever that of the values is.
 */
#ifndef DW_STATS_TWO_WINDOWS_H
#define DW_STATS_TWO_WINDOWS_H

#include "base/rng.h"
#include "stats/detectors/detector_method.h"

/* A value, and the random number that it has among equal ones. */
typedef struct dw_placed {
  double value, number;
} dw_placed;

typedef struct dw_two_windows {
  uint64_t reference, window;
  bool frozen;
  dw_rng_key key;
  uint64_t count, drawn;   /* values taken; random numbers so far, over all beginnings */
  uint64_t start;          /* place of the oldest in the ring */
  double limit;            /* of the statistic */
  uint64_t *below;         /* [window]: how many of the reference are below each of the window, ascending */
  dw_placed *ring;         /* [reference + window] in the order of arrival; of a frozen reference [window] */
  dw_placed *first, *last; /* [reference] and [window], ascending */
} dw_two_windows;

size_t dw_two_windows_bytes(uint64_t reference, uint64_t window);
/* Into memory of that size, of zeros or anew: drawn and limit stay. */
void dw_two_windows_reset(dw_two_windows *w, uint64_t reference, uint64_t window, bool frozen, uint64_t seed);
bool dw_two_windows_add(dw_two_windows *w, double x); /* true: both are full */
bool dw_two_windows_fields(dw_two_windows *w, dw_detector_fields *fields);

/* Of full ones. Cramér and von Mises' T, as dw_cramer_von_mises has it; Kolmogorov and Smirnov's D times sqrt(n m / (n + m)). */
double dw_two_windows_cvm(const dw_two_windows *w);
double dw_two_windows_ks(const dw_two_windows *w);
double dw_two_windows_mean(const dw_placed *value, uint64_t count);

#endif
