/* series_wording: what all writers say of a series of chunks (report/model/series.h). */
#ifndef DW_REPORT_SERIES_WORDING_H
#define DW_REPORT_SERIES_WORDING_H

#include "report/model/series.h"
#include "report/words/series_wording.h"

/* "car_value", "PCA reconstruction error": what the line is of. */
void dw_series_title(dw_buf *out, const dw_report_series *series);
/* "6 of 10 chunks, from 2019-03-31T12:27:16Z on, 0.026 to 0.468, limit 0.0353" */
void dw_series_words(dw_buf *out, const dw_report_series *series);
/* A line of eighth blocks, at most `most` of them; neighbours show their largest. */
void dw_series_spark(dw_buf *out, const dw_report_series *series, size_t most);

#endif
