/* drift_truth: the alarms of dw-detect, and the drifts that dw-inject made, column by column, out of their documents (kinds "detection" and
 * "injection", man/driftwatch-records.5).
 *
 *   dw_drift_truth truth;
 *   dw_drift_truth_init(&truth);
 *   dw_drift_truth_injections(&truth, "injection.ndjson", &made, err);     any number of files each
 *   dw_drift_truth_detections(&truth, "-", &made, err);
 *   dw_drift_truth_settle(&truth, false, err);
 *   for each column: dw_alarm_tally_add(&tally, &(dw_alarm_stream){column->alarm, …}, delta_max, delta_pre)
 *   dw_drift_truth_free(&truth);
 */
#ifndef DW_DETECT_DRIFT_TRUTH_H
#define DW_DETECT_DRIFT_TRUTH_H

#include "base/err.h"
#include "io/text/made_by.h"
#include "stats/streams/alarm_tally.h"

typedef struct dw_truth_column {
  char *name;
  uint64_t *alarm; /* [alarms] ascending once settled: detections of a drift, not warnings */
  size_t alarms, alarm_capacity;
  dw_drift_span *drift; /* [drifts] ascending once settled */
  size_t drifts, drift_capacity;
  bool watched;  /* dw-detect had a detector for it */
  uint64_t seen; /* records that the detector was asked about, over all runs; UINT64_MAX: a summary does not say */
} dw_truth_column;

typedef struct dw_drift_truth {
  dw_truth_column *column; /* [count] in the order in which they came */
  size_t count, capacity;
  dw_truth_column whole; /* drifts of whole records: of every column; no alarms */
  uint64_t rows;         /* of the stream: the most that any document says */
  uint64_t warnings;     /* detections that are warnings, and count for nothing */
  size_t idle;           /* injections that changed no record: no drifts */
  size_t injections, summaries;
} dw_drift_truth;

void dw_drift_truth_init(dw_drift_truth *truth);
void dw_drift_truth_free(dw_drift_truth *truth);

/* path: "-" is standard input; made: what is to be said of it. Documents of other kinds are passed over. DW_EDATA: malformed; for the
 * first: an injection that does not say where it comes and goes, for the second: documents without the summary that ends them. */
dw_status dw_drift_truth_injections(dw_drift_truth *truth, const char *path, dw_made_input *made, dw_err *err);
dw_status dw_drift_truth_detections(dw_drift_truth *truth, const char *path, dw_made_input *made, dw_err *err);

/* Behind all documents. Drifts of whole records, and with every_column all drifts, become those of each column that was watched; columns
 * that were not are left out, and drifts of a column that overlap become one. DW_EDATA: an alarm behind the stream's end. DW_ENODATA: no
 * injection, or no column that was watched. */
dw_status dw_drift_truth_settle(dw_drift_truth *truth, bool every_column, dw_err *err);

/* Drifts of columns that dw-detect did not watch, after dw_drift_truth_settle; NULL: there is no such column, else the next one at *at. */
const char *dw_drift_truth_unwatched(const dw_drift_truth *truth, size_t *at);

#endif
