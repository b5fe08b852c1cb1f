/* alarm_tally: which alarms of an online detector were true, and what that says of the detector.
 *
 *   dw_alarm_tally tally = {0};
 *   dw_alarm_tally_add(&tally, &(dw_alarm_stream){alarm, alarms, drift, drifts, rows}, delta_max, delta_pre);   any number of streams
 *   double f1 = dw_alarm_measure_of(&tally, DW_ALARM_F1);
 *
 * The definitions are those of river's drift.evaluate (of 2026). A drift is a span of rows, first and last, equal where it is sudden. An
 * alarm from delta_pre rows before the first to delta_max rows after the last, both included, is a hit, of the earliest drift whose span
 * that is; any other alarm is false. Several hits of one drift are all hits; the first of them tells the delay, from the drift's first row.
 * Of several streams hits, drifts, delays and gaps are pooled; no gap reaches from one stream to the next.
 */
#ifndef DW_STATS_ALARM_TALLY_H
#define DW_STATS_ALARM_TALLY_H

#include <stddef.h>
#include <stdint.h>

typedef struct dw_drift_span {
  uint64_t first, last; /* rows; first <= last */
} dw_drift_span;

typedef struct dw_alarm_stream {
  const uint64_t *alarm; /* [alarms] rows, ascending */
  size_t alarms;
  const dw_drift_span *drift; /* [drifts] by their first rows, ascending */
  size_t drifts;
  uint64_t rows;
} dw_alarm_stream;

/* {0} is that of no stream. */
typedef struct dw_alarm_tally {
  uint64_t rows, alarms, hits, false_alarms, drifts, caught;
  double delay;   /* sum, of the drifts caught */
  double waiting; /* sum of the gaps between one false alarm and the next */
  uint64_t gaps;
  uint64_t delta_max;
} dw_alarm_tally;

typedef enum dw_alarm_measure {
  DW_ALARM_DELAY,          /* rows from the first of a drift to its first hit; mean of the drifts caught */
  DW_ALARM_NORMALISED,     /* the same as a share of delta_max */
  DW_ALARM_PRECISION,      /* hits / alarms */
  DW_ALARM_RECALL,         /* hits / (hits + drifts missed) */
  DW_ALARM_EPISODE_RECALL, /* drifts caught / drifts */
  DW_ALARM_MISSED,         /* 1 - the same */
  DW_ALARM_F1,             /* harmonic mean of precision and episode recall */
  DW_ALARM_FALSE_RATE,     /* false alarms / rows */
  DW_ALARM_FALSE_TIME,     /* mean gap between one false alarm and the next, rows; of two at least */
  DW_ALARM_TIME_RATIO,     /* DW_ALARM_FALSE_TIME / DW_ALARM_DELAY * DW_ALARM_EPISODE_RECALL */
  DW_ALARM_MEASURES
} dw_alarm_measure;

const char *dw_alarm_measure_name(dw_alarm_measure measure); /* river's: "detection_delay", "mean_time_ratio" */

/* delta_max: of all streams the same, at least 1. */
void dw_alarm_tally_add(dw_alarm_tally *tally, const dw_alarm_stream *stream, uint64_t delta_max, uint64_t delta_pre);

/* NaN where there is none (precision without alarms, delays without a drift caught); the time ratio is infinite when the delay is 0. */
double dw_alarm_measure_of(const dw_alarm_tally *tally, dw_alarm_measure measure);
/* What it was computed from: alarms, drifts, rows, gaps; 0 where there is no value. */
uint64_t dw_alarm_measure_count(const dw_alarm_tally *tally, dw_alarm_measure measure);

#endif
