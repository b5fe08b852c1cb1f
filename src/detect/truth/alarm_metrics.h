/* alarm_metrics: what a tally of alarms comes to, as documents of kind "metric". */
#ifndef DW_DETECT_ALARM_METRICS_H
#define DW_DETECT_ALARM_METRICS_H

#include "io/text/json.h"
#include "stats/streams/alarm_tally.h"

/* An interval of a measure, where there is one. */
typedef struct dw_alarm_bounds {
  double low, high;   /* NaN: none */
  const char *method; /* NULL: none */
} dw_alarm_bounds;

/* All members, in an object that stays open. column: NULL, all together. */
void dw_alarm_metric_write(const dw_alarm_tally *tally, dw_alarm_measure measure, const char *column, const dw_alarm_bounds *bounds,
                           dw_json *json);

/* Members of a summary: "rows", "alarms", "hits", "false_alarms", "drifts", "caught". */
void dw_alarm_tally_write(const dw_alarm_tally *tally, dw_json *json);

/* A share of independent drifts, that an interval can be made of. */
static inline bool dw_alarm_measure_is_of_drifts(dw_alarm_measure measure)
{
  return measure == DW_ALARM_EPISODE_RECALL || measure == DW_ALARM_MISSED;
}

#endif
