/* detector_threshold: the document of kind "detector_threshold" (man/driftwatch-records.5): a detector with the threshold that was found
 * for a mean time between false alarms; written by dw-calibrate detector, read by dw-detect --thresholds.
 */
#ifndef DW_DETECT_DETECTOR_THRESHOLD_H
#define DW_DETECT_DETECTOR_THRESHOLD_H

#include "io/text/json.h"
#include "stats/run_lengths/run_threshold.h"

/* What there is to write besides what was found. */
typedef struct dw_detector_threshold_made {
  const char *column; /* NULL: simulated values, of any column */
  const dw_detector *detector;
  const dw_run_search *search;
  const char *simulated; /* the law in words; NULL: the source is a sample */
  uint64_t missing;      /* cells of the sample */
} dw_detector_threshold_made;

/* All members, in an object that stays open. */
void dw_detector_threshold_write(const dw_run_threshold *found, const dw_detector_threshold_made *made, dw_json *json);

/* --- read --- */

typedef struct dw_detector_threshold {
  char *column;         /* NULL: any that has none of its own */
  dw_detector detector; /* set, not started */
} dw_detector_threshold;

typedef struct dw_detector_thresholds {
  dw_detector_threshold *item;
  size_t count, capacity;
} dw_detector_thresholds;

/* The whole of a file; documents of other kinds are passed over. DW_EDATA: malformed, of several methods, or cut before its last document
 * (of kind "thresholds"). */
dw_status dw_detector_thresholds_read(dw_detector_thresholds *out, const char *path, dw_err *err);
dw_status dw_detector_thresholds_parse(dw_detector_thresholds *out, const char *text, size_t length, const char *name, dw_err *err);
void dw_detector_thresholds_free(dw_detector_thresholds *thresholds);

/* The detector of a column; NULL: the file has none for it. */
const dw_detector *dw_detector_thresholds_find(const dw_detector_thresholds *thresholds, const char *column);

#endif
