/* behaviour: limits on rates, and on the fall of a metric, beside the comparison of distributions.
 *
 *   refusal_rate, toxicity_rate   shares over the last 7 days, of interactions and inferences that say; drift when above the limit
 *   accuracy_drop                 the metric of the last 7 days against that of the days 30 to 37 before the window's end. The metric is
 * the share of predictions that are right, where there are labels, else the mean of feedback. Drift when it fell by more than the limit: a
 * share of the earlier value, or points of the metric where points are given.
 *
 * A side with fewer records that say than min_rows has no answer.
 */
#ifndef DW_SERVE_BEHAVIOUR_H
#define DW_SERVE_BEHAVIOUR_H

#include "serve/watch/census.h"

#define DW_BEHAVIOUR_DAYS (7 * 86400 * DW_SECOND)
#define DW_BEHAVIOUR_BACK (30 * 86400 * DW_SECOND)

typedef struct dw_behaviour_limits {
  double refusal_rate, toxicity_rate; /* NaN: not asked */
  double accuracy_drop, accuracy_points;
  uint64_t min_rows;
} dw_behaviour_limits;

typedef enum dw_behaviour_kind { DW_BEHAVIOUR_REFUSAL, DW_BEHAVIOUR_TOXICITY, DW_BEHAVIOUR_ACCURACY, DW_BEHAVIOURS } dw_behaviour_kind;

const char *dw_behaviour_word(dw_behaviour_kind kind);

typedef struct dw_behaviour {
  dw_behaviour_kind kind;
  const char *metric;   /* of ACCURACY: "accuracy" or "feedback"; NULL: there is none */
  double value, limit;  /* the rate; the fall, as the limit has it. NaN: no answer */
  uint64_t rows, known; /* of the last 7 days: records, and those that say */
  double before;        /* ACCURACY: the metric then, */
  uint64_t rows_before, known_before;
  double now;   /* and now */
  double least; /* ACCURACY: below it, the fall is above the limit; NaN: no answer */
  bool asked, judged, drift;
} dw_behaviour;

/* recent: the last 7 days; before: days 30 to 37. All answers, asked for or not. */
void dw_behaviour_judge(const dw_behaviour_limits *limits, const dw_census *recent, const dw_census *before,
                        dw_behaviour out[DW_BEHAVIOURS]);

#endif
