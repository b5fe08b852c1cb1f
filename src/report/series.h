/* series: the findings about chunks (dw-compare --preset nannyml) of one check, column and method, one behind the other: for a reader they are a
 * line, not a list. Part of the report (report/findings.h), whose rules about text and numbers hold here too.
 */
#ifndef DW_REPORT_SERIES_H
#define DW_REPORT_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/str.h"
#include "report/severity.h"

typedef struct dw_report_point {
  double chunk;               /* its number */
  const char *start, *end;    /* instants; "" when not given */
  bool reference, drift;
  double value, lower, upper; /* what is judged, and the bounds that it has to keep; NaN: none */
  const char *error;          /* NULL when not given */
  dw_report_severity severity;
} dw_report_point;

typedef struct dw_report_series {
  const char *check, *column, *method;
  dw_report_point *point; /* as they came */
  size_t count, capacity;
  size_t current, alerts; /* chunks of the current data, and those of them that say drift */
  dw_report_severity severity;
  double low, high;       /* of all values and bounds */
} dw_report_series;

typedef struct dw_report_chunks {
  dw_report_series *series; /* once finished: the most alerts first, then as they came */
  size_t count, capacity;
  dw_map names;
} dw_report_chunks;

void dw_series_add(dw_report_chunks *chunks, const char *check, const char *column, const char *method, const dw_report_point *point);
void dw_series_finish(dw_report_chunks *chunks);
void dw_series_free(dw_report_chunks *chunks);

/* "car_value", "PCA reconstruction error": what the line is of. */
void dw_series_title(dw_buf *out, const dw_report_series *series);
/* "6 of 10 chunks, from 2019-03-31T12:27:16Z on, 0.026 to 0.468, limit 0.0353" */
void dw_series_words(dw_buf *out, const dw_report_series *series);
/* A line of eighth blocks, at most `most` of them; neighbours show their largest. */
void dw_series_spark(dw_buf *out, const dw_report_series *series, size_t most);

#endif
