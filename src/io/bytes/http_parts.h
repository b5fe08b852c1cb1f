/* http_parts: what a request alone (http.c) and requests side by side (http_pool.c) share. */
#ifndef DW_IO_HTTP_PARTS_H
#define DW_IO_HTTP_PARTS_H

#define CURL_DISABLE_TYPECHECK /* its macros check calls by name, and these go through pointers */
#include <curl/curl.h>

#include "io/library/library.h"
#include "io/bytes/http.h"

/* clang-format off */
#define DW_CURL_CALLS(call) \
  call(curl_easy_cleanup) call(curl_easy_getinfo) call(curl_easy_init) call(curl_easy_perform) call(curl_easy_setopt) \
  call(curl_easy_strerror) call(curl_slist_append) call(curl_slist_free_all) call(curl_multi_add_handle) call(curl_multi_cleanup) \
  call(curl_multi_info_read) call(curl_multi_init) call(curl_multi_perform) call(curl_multi_poll) call(curl_multi_remove_handle)
/* clang-format on */
typedef struct dw_curl {
  DW_CURL_CALLS(DW_LIBRARY_CALL)
} dw_curl;

const dw_curl *dw_http_library(dw_err *err); /* loaded at the first call; NULL: it cannot be, DW_ESYSTEM */

typedef struct dw_http_answer {
  dw_buf *out;
  size_t room;
  bool full;
  bool refused; /* an address that is not public */
} dw_http_answer;

size_t dw_http_room(const dw_http_request *request);
struct curl_slist *dw_http_headers(const dw_curl *lib, const dw_http_request *request); /* to be freed */
/* All but the request's body, which stays the caller's, holds for the handle; problem: [CURL_ERROR_SIZE]. */
void dw_http_settings(const dw_curl *lib, void *curl, const dw_http_request *request, struct curl_slist *headers, dw_http_answer *answer,
                      char *problem);
dw_status dw_http_fail(const dw_curl *lib, const dw_http_request *request, CURLcode result, const char *problem,
                       const dw_http_answer *answer, dw_err *err);
int64_t dw_http_retry_after(const dw_curl *lib, void *curl); /* microseconds; 0: not said */

#endif
