/* chunked_summary: what a comparison by chunks (detect/chunked/chunked.h) knows beside its findings. */
#ifndef DW_DETECT_CHUNKED_SUMMARY_H
#define DW_DETECT_CHUNKED_SUMMARY_H

#include "kinds/summary.h"

/* A column by the number of its alerts. */
typedef struct dw_alerts {
  const char *column;
  size_t count;
} dw_alerts;

/* What is known beside the findings. */
typedef struct dw_chunked {
  size_t reference, current; /* chunks */
  dw_alerts *alerts;         /* of the columns compared, column_drift of the current chunks: most alerts first, then by name */
  size_t alert_count;
  char *warning[4]; /* about the chunks; for people */
  size_t warnings;
} dw_chunked;

/* What the summary says of the chunks. */
void dw_chunked_summary(const dw_chunked *chunked, dw_arena *arena, dw_summary *out);
void dw_chunked_free(dw_chunked *chunked); /* NULL is fine */

#endif
