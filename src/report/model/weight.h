/* weight: how bad it is; the order is that of the words. */
#ifndef DW_REPORT_WEIGHT_H
#define DW_REPORT_WEIGHT_H

#include "kinds/severity.h"

typedef dw_severity dw_report_severity;
#define DW_REPORT_NONE DW_SEVERITY_NONE
#define DW_REPORT_LOW DW_SEVERITY_LOW
#define DW_REPORT_MEDIUM DW_SEVERITY_MEDIUM
#define DW_REPORT_HIGH DW_SEVERITY_HIGH
const char *dw_report_severity_word(dw_report_severity severity);

#endif
