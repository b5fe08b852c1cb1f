#include "serve/receivers/notification.h"

static void read_alerts(dw_notification *n)
{
  for (const dw_value *a = dw_value_first(dw_value_get(n->document, "alerts")); a && n->alert_count < DW_NOTIFICATION_ALERTS;
       a = dw_value_next(a)) {
    size_t i = n->alert_count++;
    n->alert[i].check = dw_value_text_of(a, "check", "");
    n->alert[i].news = dw_value_text_of(a, "news", "");
    n->alert[i].state = dw_value_text_of(a, "state", "");
    n->alert[i].severity = dw_value_text_of(a, "severity", "none");
    n->alert[i].since = dw_value_text_of(a, "since", "");
    n->alert[i].opened = dw_value_text_of(a, "opened", "");
    n->alert[i].closed = dw_value_text_of(a, "closed", "");
  }
}

dw_status dw_notification_read(dw_notification *n, const char *content, size_t length, dw_err *err)
{
  *n = (dw_notification){.rows = 0};
  dw_status status = dw_value_parse_shown(&n->document, content, length, "notification", 0, err);
  if (status != DW_OK) return status;
  const dw_value *window = dw_value_get(n->document, "window");
  n->id = dw_value_text_of(n->document, "id", "");
  n->model = dw_value_text_of(n->document, "model", "");
  n->time = dw_value_text_of(n->document, "time", "");
  n->news = dw_value_text_of(n->document, "news", "");
  n->severity = dw_value_text_of(n->document, "severity", "none");
  n->from = dw_value_text_of(window, "from", "");
  n->to = dw_value_text_of(window, "to", "");
  n->rows = dw_value_number(dw_value_get(n->document, "rows"), 0);
  n->drifted = dw_value_number(dw_value_get(n->document, "drifted"), 0);
  for (const dw_value *c = dw_value_first(dw_value_get(n->document, "top_columns")); c && n->top_count < DW_NOTIFICATION_TOP;
       c = dw_value_next(c))
    n->top[n->top_count++] = dw_value_text(c, "");
  read_alerts(n);
  if (n->alert_count) return DW_OK;
  dw_notification_free(n);
  return dw_err_set(err, DW_EDATA, "a notification without alerts");
}

void dw_notification_free(dw_notification *n)
{
  dw_value_free(n->document);
  n->document = NULL;
}

static void add_columns(const dw_notification *n, dw_buf *out)
{
  for (size_t i = 0; i < n->top_count; i++) dw_buf_format(out, "%s%s", i ? ", " : ": ", n->top[i]);
  if (n->top_count && n->drifted > (double)n->top_count) dw_buf_format(out, " and %zu more", (size_t)n->drifted - n->top_count);
}

void dw_notification_headline(const dw_notification *n, dw_buf *out)
{
  dw_buf_format(out, "%s: ", *n->model ? n->model : "(no model)");
  for (size_t i = 0; i < n->alert_count; i++) dw_buf_format(out, "%s%s %s", i ? ", " : "", n->alert[i].check, n->alert[i].news);
  dw_buf_format(out, n->alert_count > 1 ? " (%s, as of the worst)" : " (%s)", n->severity);
  if (strcmp(n->news, "resolved") != 0) add_columns(n, out);
}

void dw_notification_line(const dw_notification *n, size_t i, dw_buf *out)
{
  dw_buf_format(out, "%s %s, severity %s, since %s", n->alert[i].check, n->alert[i].news, n->alert[i].severity, n->alert[i].since);
}
