/* adaptive: thresholds from what past comparisons said: the mean of a score over the last runs and so many standard deviations beyond.
 *
 * A p-value is taken as its logarithm: between runs without drift -ln p has mean 1 and standard deviation 1, so that two deviations stand
 * at p = 0.05; on the p-values themselves they would stand below 0, and nothing would ever alarm.
 *
 *   dw_adaptive_init(&history);
 *   for each document of each stream, in order: dw_adaptive_finding or dw_adaptive_summary     // a summary ends a run
 */
#ifndef DW_DETECT_ADAPTIVE_H
#define DW_DETECT_ADAPTIVE_H

#include "detect/check/calibrated.h"
#include "kinds/summary.h"

typedef struct dw_adaptive_run {
  size_t first, count;                      /* of score */
  double drift_share, rows, reference_rows; /* NaN: not said */
} dw_adaptive_run;

typedef struct dw_adaptive_score {
  uint32_t series;
  double value; /* as it is averaged */
} dw_adaptive_score;

typedef struct dw_adaptive {
  dw_map series; /* column and method, in order of first sight */
  dw_adaptive_score *score;
  size_t score_count, score_capacity;
  dw_adaptive_run *run;
  size_t run_count, run_capacity;
  size_t open; /* scores of the run that has no summary yet */
} dw_adaptive;

void dw_adaptive_init(dw_adaptive *history);
/* Taken are the scores of methods on a whole column, and what the summaries of comparisons say. false: passed over. */
bool dw_adaptive_finding(dw_adaptive *history, const dw_finding *finding);
bool dw_adaptive_summary(dw_adaptive *history, const dw_summary *summary);
void dw_adaptive_free(dw_adaptive *history);

typedef struct dw_adaptive_threshold {
  dw_threshold threshold; /* column NULL: of the share of drifted columns */
  size_t runs;            /* that had the score */
  double mean, std;       /* of the score; of a p-value: of -ln p */
} dw_adaptive_threshold;

/* From the last `last` runs; a score that fewer than `least` of them have gets none. The caller frees *out; names are the history's.
 * DW_ENODATA: fewer than `least` runs in all. */
dw_status dw_adaptive_thresholds(const dw_adaptive *history, size_t last, double sigma, size_t least, dw_adaptive_threshold **out,
                                 size_t *count, dw_err *err);

#endif
