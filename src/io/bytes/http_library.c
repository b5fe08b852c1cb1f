#include "io/bytes/http_parts.h"

static dw_curl curl;
static const char *const curl_names[] = {DW_CURL_CALLS(DW_LIBRARY_NAME)};
static dw_library curl_library = DW_LIBRARY(DW_SONAME_curl, "http: and https: addresses", curl, curl_names);

const dw_curl *dw_http_library(dw_err *err) { return dw_library_load(&curl_library, err) == DW_OK ? &curl : NULL; }
