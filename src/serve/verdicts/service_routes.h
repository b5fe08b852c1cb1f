/* service_routes: all that a service answers, as a table. What GET /… and POST /… do is said in dw-serve(1), and in the document at
 * /openapi.json. */
#ifndef DW_SERVE_SERVICE_ROUTES_H
#define DW_SERVE_SERVICE_ROUTES_H

#include "serve/request/routes.h"

extern const dw_route dw_service_routes[];
extern const dw_route dw_metrics_routes[];
/* /metrics alone, for a server of its own */ /* context of a handler: a dw_service (serve/resources/service.h) */

#endif
