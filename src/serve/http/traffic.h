/* traffic: what a server has answered, for /metrics: how many requests by route, method and status, and how long they took by route. */
#ifndef DW_SERVE_TRAFFIC_H
#define DW_SERVE_TRAFFIC_H

#include <stdint.h>

#include "base/str.h"
#include "serve/request/routes.h"

typedef struct dw_traffic dw_traffic;

dw_traffic *dw_traffic_new(const dw_route *routes);
void dw_traffic_free(dw_traffic *traffic); /* NULL is fine */

/* An answer: from any thread. route NULL: no route took the request. method: its name, "" when the request was none. */
void dw_traffic_add(dw_traffic *traffic, const dw_route *route, const char *method, int code, uint64_t nanoseconds);
uint64_t dw_traffic_count(const dw_traffic *traffic); /* answers so far */

/* In the text format of Prometheus: dw_http_requests_total{route,method,code}, and the histogram dw_http_request_duration_seconds{route}
 * from the first byte of a request to the last of its answer. */
void dw_traffic_print(dw_traffic *traffic, dw_buf *out);

#endif
