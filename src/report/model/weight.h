/* weight: how bad it is; the order is that of the words. */
#ifndef DW_REPORT_WEIGHT_H
#define DW_REPORT_WEIGHT_H

typedef enum dw_report_severity { DW_REPORT_NONE, DW_REPORT_LOW, DW_REPORT_MEDIUM, DW_REPORT_HIGH } dw_report_severity;
const char *dw_report_severity_word(dw_report_severity severity); /* "none", "low", "medium", "high" */

#endif
