/* notification: what is told, as it was committed (kind "notification"), read back for those who put it into words. */
#ifndef DW_SERVE_NOTIFICATION_H
#define DW_SERVE_NOTIFICATION_H

#include "io/text/json.h"

enum { DW_NOTIFICATION_ALERTS = 8, DW_NOTIFICATION_TOP = 8 };

/* Texts are the document's. */
typedef struct dw_notification {
  dw_value *document;
  const char *id, *model, *time, *news, *severity, *from, *to; /* "" where it does not say */
  double rows, drifted;
  const char *top[DW_NOTIFICATION_TOP];
  size_t top_count;
  struct {
    const char *check, *news, *state, *severity, *since, *opened, *closed;
  } alert[DW_NOTIFICATION_ALERTS];
  size_t alert_count;
} dw_notification;

/* DW_EDATA: no such document. */
dw_status dw_notification_read(dw_notification *out, const char *content, size_t length, dw_err *err);
void dw_notification_free(dw_notification *notification);

/* "fraud: drift of data, high severity: amount, age and 5 more" */
void dw_notification_headline(const dw_notification *notification, dw_buf *out);
/* "data_drift opened, high, since 2026-…" */
void dw_notification_line(const dw_notification *notification, size_t alert, dw_buf *out);

#endif
