/* GET /, /dashboard.js and /dashboard.css: the dashboard's page, script and style, out of the program itself.
 *
 * They hold no data, so that they need no token: what the script then asks for does. The style sheet is the report's with the dashboard's
 * behind it, so that both look alike, and a run's report is shown inside the page as it is. Nothing comes from elsewhere, and nothing
 * inline runs: names in the data are names, whatever they spell.
 */
#include "base/digest.h"
#include "report/write/report_format.h"
#include "serve/dashboard/dashboard_files.h"
#include "serve/dashboard/dashboard_handlers.h"

#define POLICY                                                                                                                             \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "                   \
  "form-action 'self'; frame-ancestors 'none'"

/* Asked again each time, and not sent again while it is the same: a new program's script never meets an old one's page. */
static void give(dw_exchange *exchange, const char *type, const dw_buf *file)
{
  char tag[36] = "\"";
  dw_digest digest;
  const char *known = dw_head_field_of(dw_exchange_head(exchange), "If-None-Match");
  dw_digest_init(&digest);
  dw_digest_add(&digest, file->data, file->length);
  dw_digest_text(&digest, tag + 1);
  tag[33] = '"';
  tag[34] = '\0';
  dw_exchange_field(exchange, "ETag", tag);
  dw_exchange_field(exchange, "Cache-Control", "no-cache");
  dw_exchange_field(exchange, "Referrer-Policy", "no-referrer");
  dw_exchange_field(exchange, "Content-Security-Policy", POLICY);
  if (known && strstr(known, tag)) dw_exchange_reply(exchange, 304, NULL, NULL, 0);
  else dw_exchange_reply(exchange, 200, type, file->data, file->length);
}

void dw_handle_dashboard(dw_exchange *exchange, void *service)
{
  give(exchange, "text/html; charset=utf-8", &(dw_buf){.data = (char *)dw_dashboard_html, .length = dw_dashboard_html_length});
}

void dw_handle_dashboard_script(dw_exchange *exchange, void *service)
{
  give(exchange, "text/javascript; charset=utf-8", &(dw_buf){.data = (char *)dw_dashboard_js, .length = dw_dashboard_js_length});
}

void dw_handle_dashboard_style(dw_exchange *exchange, void *service)
{
  dw_buf sheet = {0};
  dw_buf_text(&sheet, dw_html_sheet());
  dw_buf_add(&sheet, dw_dashboard_css, dw_dashboard_css_length);
  give(exchange, "text/css; charset=utf-8", &sheet);
  dw_buf_free(&sheet);
}
