/* verdict_handlers: the rows of the table of routes that are about what checks found, by the file that has them. */
#ifndef DW_SERVE_VERDICT_HANDLERS_H
#define DW_SERVE_VERDICT_HANDLERS_H

#include "serve/http/exchange.h"

/* runs.c */
void dw_handle_drift_latest(dw_exchange *exchange, void *service);
void dw_handle_drift_history(dw_exchange *exchange, void *service);
/* run_report.c */
void dw_handle_report(dw_exchange *exchange, void *service);
/* alert_state.c */
void dw_handle_alerts(dw_exchange *exchange, void *service);
/* alert_deeds.c */
void dw_handle_alert_ack(dw_exchange *exchange, void *service);
void dw_handle_alert_undo(dw_exchange *exchange, void *service);
void dw_handle_alert_silence(dw_exchange *exchange, void *service);
/* deliveries.c */
void dw_handle_outbox(dw_exchange *exchange, void *service);
void dw_handle_outbox_replay(dw_exchange *exchange, void *service);

#endif
