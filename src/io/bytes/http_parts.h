/* http_parts: what a request alone (http.c) and requests side by side (http_pool.c) share. */
#ifndef DW_IO_HTTP_PARTS_H
#define DW_IO_HTTP_PARTS_H

#include <curl/curl.h>

#include "io/bytes/http.h"

typedef struct dw_http_answer {
  dw_buf *out;
  size_t room;
  bool full;
  bool refused; /* an address that is not public */
} dw_http_answer;

size_t dw_http_room(const dw_http_request *request);
struct curl_slist *dw_http_headers(const dw_http_request *request); /* to be freed */
/* All but the request's body, which stays the caller's, holds for the handle; problem: [CURL_ERROR_SIZE]. */
void dw_http_settings(void *curl, const dw_http_request *request, struct curl_slist *headers, dw_http_answer *answer, char *problem);
dw_status dw_http_fail(const dw_http_request *request, CURLcode result, const char *problem, const dw_http_answer *answer, dw_err *err);
int64_t dw_http_retry_after(void *curl); /* microseconds; 0: not said */

#endif
