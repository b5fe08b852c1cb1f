/* segment_wording: what the writers say of the segments of --by. */
#ifndef DW_REPORT_SEGMENT_WORDING_H
#define DW_REPORT_SEGMENT_WORDING_H

#include "base/str.h"
#include "report/model/findings.h"

/* "100 % of the drift; 991 → 1,018 rows; 1 of 8 columns drifted" */
void dw_segment_words(dw_buf *out, const dw_report_segment *segment);
const char *dw_segment_name(const char *value); /* what stands for the rows without a value, too */

/* What was found inside a segment, one line for each column and check: its title ("Value range of age", "age") and the words: the change
 * once, then every method. *at is 0 before the first call; false when there is no further line. */
bool dw_segment_line(dw_buf *title, dw_buf *out, const dw_report_section *section, const dw_report_segment *segment, size_t *at);

#endif
