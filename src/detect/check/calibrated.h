/* calibrated: thresholds that were made for the data at hand, by dw-calibrate: documents of kind "threshold", the last one of kind
 * "thresholds" (man/driftwatch-records.5). How they are written, read, and put in the place of the defaults.
 *
 *   dw_calibrated thresholds;
 *   dw_calibrated_read(&thresholds, path, &err);
 *   limits.calibrated = &thresholds;                  // dw_compare does the rest
 */
#ifndef DW_DETECT_CALIBRATED_H
#define DW_DETECT_CALIBRATED_H

#include "detect/check/limits.h"

typedef struct dw_threshold {
  const char *column, *method; /* column NULL: the share of drifted columns */
  dw_check check;              /* COLUMN stands for every test of a distribution: target_drift and prediction_drift too */
  double threshold;
  dw_rule rule;
  double rows, reference_rows; /* the sizes that it was made for; 0: not known */
  unsigned deals;              /* of share_shift: as many as its null had, or as let its p-value pass the threshold; 0: not said */
  bool winsorised;             /* a distance between winsorised samples: dw_method_settings */
} dw_threshold;

struct dw_calibrated {
  dw_threshold *item;
  size_t count, capacity;
  double share;             /* threshold of the share of drifted columns; NaN: none */
  double level;             /* of each test of the file; NaN or 0: not known */
  const char *match, *zone; /* the cells of the calendar that it was made within, and their clock; NULL: none */
  dw_arena names;
};

/* The whole of a file of thresholds; documents of other kinds are passed over. DW_EDATA: malformed, or cut before its last document. */
dw_status dw_calibrated_read(dw_calibrated *out, const char *path, dw_err *err);
dw_status dw_calibrated_parse(dw_calibrated *out, const char *text, size_t length, const char *name, dw_err *err);
void dw_calibrated_free(dw_calibrated *calibrated);

/* The threshold of a finding; NULL when there is none. method: of missing values, ranges and new categories it does not
 * matter. */
const dw_threshold *dw_calibrated_find(const dw_calibrated *calibrated, dw_check check, const char *column, const char *method);

/* Whether these sizes are within a tenth of those that the threshold was made for. */
bool dw_threshold_fits(const dw_threshold *threshold, uint64_t reference_rows, uint64_t rows);
/* The first threshold that was made for other sizes; NULL: all fit. */
const dw_threshold *dw_calibrated_misfit(const dw_calibrated *calibrated, uint64_t reference_rows, uint64_t rows);

/* That which judges a finding: the file's, unless the user named another for its column, method or check. NULL: none. */
const dw_threshold *dw_calibrated_judging(const dw_limits *limits, dw_check check, const char *column, const char *method);

/* Findings get the threshold and rule of the file, unless the user named another for their column, method or check. What data_quality finds
 * of columns that had nothing of the kind in the baseline, and of whole records, is held to the level of the file's tests: its p-values are
 * those of exact tests, P(p <= level) <= level. To be called before the
 * correction for many tests, which calibrated findings do not take part in: their thresholds allow for each other. */
void dw_calibrated_apply(dw_finding *finding, size_t count, const dw_limits *limits, uint64_t reference_rows, uint64_t rows);

/* The members that every threshold document starts with, "kind" to "reference_rows"; the document stays open. */
void dw_threshold_start(const dw_threshold *threshold, dw_json *json);

#endif
