/* severity: how bad it is. The order is that of the words, and a higher one is worse. */
#ifndef DW_KINDS_SEVERITY_H
#define DW_KINDS_SEVERITY_H

#include <stdbool.h>

typedef enum dw_severity { DW_SEVERITY_NONE, DW_SEVERITY_LOW, DW_SEVERITY_MEDIUM, DW_SEVERITY_HIGH } dw_severity;

const char *dw_severity_word(dw_severity severity);             /* "none", "low", "medium", "high" */
bool dw_severity_find(const char *word, dw_severity *severity); /* false: no such word, or word is NULL */
#define DW_SEVERITY_WORDS "none, low, medium or high"           /* for messages */

#endif
