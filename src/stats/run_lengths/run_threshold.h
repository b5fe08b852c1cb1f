/* run_threshold: the threshold with which a detector has a wanted mean time between false alarms.
 *
 *   dw_run_search search = {.source = &source, .wanted = 10000, .precision = 0.03, .seed = 1, .parameter = -1};
 *   dw_run_threshold found;
 *   status = dw_run_threshold_find(&found, &detector, &search, err);     detector then has it
 *
 * The mean time is measured (run_length.h) over streams of DW_RUN_TIMES times the wanted mean or as long as asked, with the same random
 * numbers for every value of the parameter, on a scale of its logarithm: away from where it stands until the wanted mean lies between two
 * values, then by bisection and interpolation between them. Of parameters for which the mean time moves in steps (whole numbers, errors
 * that are 0 or 1) the value with the rarer alarms is taken. What was found is measured again with random numbers that had no part in
 * finding it.
 */
#ifndef DW_STATS_RUN_THRESHOLD_H
#define DW_STATS_RUN_THRESHOLD_H

#include "stats/run_lengths/run_length.h"

enum { DW_RUN_TIMES = 20, DW_RUN_MOST = 32 };

typedef struct dw_run_search {
  const dw_run_source *source; /* of a sample in its order the first half is searched, and the second measured */
  double wanted;               /* mean rows between false alarms, at least 1 */
  double precision;            /* relative standard error of the mean time to aim at: streams are run until it is reached, up to
                                * DW_RUN_MOST times as many as alarms that come independently would need */
  uint64_t rows;               /* of each stream; 0: DW_RUN_TIMES times the wanted mean */
  uint64_t seed;
  int parameter; /* the place of the one to be found; -1: the method's own */
  unsigned threads;
} dw_run_search;

typedef struct dw_run_threshold {
  int parameter;
  double value;
  dw_run_length sought;   /* in the search, at this value */
  dw_run_length measured; /* again, with other random numbers */
  double low, high;       /* 95 % interval of the mean time by what was measured */
  unsigned tried;         /* values of the parameter */
} dw_run_threshold;

/* DW_EUSAGE: the method has no such parameter, or it is no number. DW_ENODATA: no value of it has that mean time (*out is then the nearest
 * that was tried, not measured again), or the sample is too short to be run in its order. */
dw_status dw_run_threshold_find(dw_run_threshold *out, dw_detector *detector, const dw_run_search *search, dw_err *err);

#endif
