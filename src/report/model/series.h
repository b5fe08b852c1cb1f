/* series: the findings about chunks (dw-compare --preset nannyml) of one check, column and method, one behind the other: for a reader they
 * are a line, not a list. Part of the report (report/model/findings.h), whose rules about text and numbers hold here too.
 */
#ifndef DW_REPORT_SERIES_H
#define DW_REPORT_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/str.h"
#include "kinds/severity.h"

typedef struct dw_report_point {
  double chunk;            /* its number */
  const char *start, *end; /* instants; "" when not given */
  bool reference, drift;
  double value, lower, upper; /* what is judged, and the bounds that it has to keep; NaN: none */
  const char *error;          /* NULL when not given */
  dw_severity severity;
} dw_report_point;

typedef struct dw_report_series {
  const char *check, *column, *method;
  dw_report_point *point; /* as they came */
  size_t count, capacity;
  size_t current, alerts; /* chunks of the current data, and those of them that say drift */
  dw_severity severity;
  double low, high; /* of all values and bounds */
} dw_report_series;

typedef struct dw_report_chunks {
  dw_report_series *series; /* once finished: the most alerts first, then as they came */
  size_t count, capacity;
  dw_map names;
} dw_report_chunks;

void dw_series_add(dw_report_chunks *chunks, const char *check, const char *column, const char *method, const dw_report_point *point);
void dw_series_finish(dw_report_chunks *chunks);
void dw_series_free(dw_report_chunks *chunks);

#endif
