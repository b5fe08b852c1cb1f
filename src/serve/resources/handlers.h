/* handlers: the rows of the table of routes (routes.c), by the file that has them. */
#ifndef DW_SERVE_HANDLERS_H
#define DW_SERVE_HANDLERS_H

#include "serve/http/exchange.h"

#define DW_TYPE_JSON "application/json"
#define DW_TYPE_NDJSON "application/x-ndjson"

/* readiness.c */
void dw_handle_livez(dw_exchange *exchange, void *service);
void dw_handle_readyz(dw_exchange *exchange, void *service);
void dw_handle_health(dw_exchange *exchange, void *service);
void dw_handle_metrics(dw_exchange *exchange, void *service);
/* openapi.c */
void dw_handle_openapi(dw_exchange *exchange, void *service);
/* post.c */
void dw_handle_post_inference(dw_exchange *exchange, void *service);
void dw_handle_post_label(dw_exchange *exchange, void *service);
void dw_handle_post_interaction(dw_exchange *exchange, void *service);
void dw_handle_post_embedding(dw_exchange *exchange, void *service);
/* overview.c */
void dw_handle_stats(dw_exchange *exchange, void *service);
void dw_handle_models(dw_exchange *exchange, void *service);
/* list.c */
void dw_handle_records(dw_exchange *exchange, void *service);

#endif
