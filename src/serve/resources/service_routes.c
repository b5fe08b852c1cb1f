/* The table of what a service answers. */
#include "serve/resources/handlers.h"
#include "serve/resources/service.h"

enum { BULK = 1 << 30 }; /* bytes of a body */

const dw_route dw_service_routes[] = {
    {.method = DW_METHOD_GET, .pattern = "/livez", .at_once = true, .handle = dw_handle_livez},
    {.method = DW_METHOD_GET, .pattern = "/readyz", .handle = dw_handle_readyz},
    {.method = DW_METHOD_GET, .pattern = "/health", .handle = dw_handle_health},
    {.method = DW_METHOD_GET, .pattern = "/metrics", .scope = DW_SCOPE_READ, .handle = dw_handle_metrics},
    {.method = DW_METHOD_GET, .pattern = "/openapi.json", .at_once = true, .handle = dw_handle_openapi},
    {.method = DW_METHOD_POST,
     .pattern = "/inference",
     .scope = DW_SCOPE_INGEST,
     .body = DW_BODY_STREAM,
     .limit = BULK,
     .handle = dw_handle_post_inference},
    {.method = DW_METHOD_POST,
     .pattern = "/labels",
     .scope = DW_SCOPE_INGEST,
     .body = DW_BODY_STREAM,
     .limit = BULK,
     .handle = dw_handle_post_label},
    {.method = DW_METHOD_POST,
     .pattern = "/interactions",
     .scope = DW_SCOPE_INGEST,
     .body = DW_BODY_STREAM,
     .limit = BULK,
     .handle = dw_handle_post_interaction},
    {.method = DW_METHOD_POST,
     .pattern = "/embeddings",
     .scope = DW_SCOPE_INGEST,
     .body = DW_BODY_STREAM,
     .limit = BULK,
     .handle = dw_handle_post_embedding},
    {.method = DW_METHOD_GET, .pattern = "/stats", .scope = DW_SCOPE_READ, .handle = dw_handle_stats},
    {.method = DW_METHOD_GET, .pattern = "/models", .scope = DW_SCOPE_READ, .handle = dw_handle_models},
    {.method = DW_METHOD_GET, .pattern = "/records", .scope = DW_SCOPE_READ, .handle = dw_handle_records},
    {.pattern = NULL},
};
