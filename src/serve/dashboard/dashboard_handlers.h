/* dashboard_handlers: the rows of the table of routes that the dashboard has, by the file that has them. */
#ifndef DW_SERVE_DASHBOARD_HANDLERS_H
#define DW_SERVE_DASHBOARD_HANDLERS_H

#include "serve/http/exchange.h"

/* dashboard_page.c */
void dw_handle_dashboard(dw_exchange *exchange, void *service);
void dw_handle_dashboard_script(dw_exchange *exchange, void *service);
void dw_handle_dashboard_style(dw_exchange *exchange, void *service);
/* alert_feed.c */
void dw_handle_alert_feed(dw_exchange *exchange, void *service);
/* drift_series.c */
void dw_handle_drift_series(dw_exchange *exchange, void *service);

#endif
