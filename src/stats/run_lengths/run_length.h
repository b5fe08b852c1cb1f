/* run_length: the mean time between false alarms of an online detector, by simulation.
 *
 * Streams without a change are run as dw-detect runs them: after an alarm the detector begins anew (unless it keeps what it has), and goes
 * on. The mean time is all rows over all alarms. That is what a user of streams that long will count; where the time to an alarm has a
 * heavy tail (a detector that holds all values against the first thirty may have found calm ones) it depends on the length, so the length
 * is part of the answer.
 *
 * Stream number r has the same values for each detector and parameter (common random numbers), and does not depend on threads.
 */
#ifndef DW_STATS_RUN_LENGTH_H
#define DW_STATS_RUN_LENGTH_H

#include "stats/detectors/detector.h"
#include "stats/run_lengths/run_source.h"

typedef struct dw_run_plan {
  const dw_run_source *source;
  dw_rng_key key;
  size_t streams;   /* at most; of a sample in its order: 1 */
  uint64_t rows;    /* of each stream */
  double wanted;    /* > 0: no more streams than it takes to see that the mean time is longer or shorter */
  double precision; /* > 0: nor than it takes for such an error. Both 0: all of them */
  unsigned threads; /* 0: the cores */
} dw_run_plan;

typedef struct dw_run_length {
  double mean;  /* rows between alarms; infinite: there was none */
  double error; /* standard error of its logarithm: relative. Of one stream as if alarms came independently. NaN: no alarm */
  uint64_t alarms, rows;
  size_t streams; /* that were run */
} dw_run_length;

/* detector: set, not started, and left as it is. DW_EUSAGE: its parameters contradict each other. */
dw_status dw_run_length_measure(dw_run_length *out, const dw_detector *detector, const dw_run_plan *plan, dw_err *err);

#endif
