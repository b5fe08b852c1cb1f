#include "io/bytes/http.h"

#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "io/bytes/address.h"
#include "io/bytes/http_parts.h"

enum { HTTP_SECONDS = 60, HTTP_CONNECT_SECONDS = 15 };

static size_t http_take(char *bytes, size_t size, size_t count, void *context)
{
  dw_http_answer *answer = context;
  if (size * count > answer->room) {
    answer->full = true;
    return 0;
  }
  answer->room -= size * count;
  dw_buf_add(answer->out, bytes, size * count);
  return size * count;
}

/* The address that is about to be connected to. */
static curl_socket_t open_public(void *refused, curlsocktype purpose, struct curl_sockaddr *address)
{
  if (dw_address_public(&address->addr)) return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  *(bool *)refused = true;
  return CURL_SOCKET_BAD;
}

static int ask_stop(void *context, curl_off_t to_come, curl_off_t came, curl_off_t to_go, curl_off_t went)
{
  const dw_http_request *request = context;
  return request->stop(request->context);
}

/* The URL without what may be secret in it. */
static void http_name(dw_buf *out, const char *url)
{
  const char *host = strstr(url, "://");
  host = host ? host + 3 : url;
  size_t authority = strcspn(host, "/?#");
  const char *at = memchr(host, '@', authority);
  dw_buf_add(out, url, (size_t)(host - url));
  if (at) authority -= (size_t)(at + 1 - host), host = at + 1;
  dw_buf_add(out, host, authority + strcspn(host + authority, "?#"));
}

void dw_http_settings(const dw_curl *lib, void *curl, const dw_http_request *request, struct curl_slist *headers, dw_http_answer *answer,
                      char *problem)
{
  int64_t limit = request->limit ? request->limit : HTTP_SECONDS * DW_SECOND;
  lib->curl_easy_setopt(curl, CURLOPT_URL, request->url);
#if LIBCURL_VERSION_NUM >= 0x075500
  lib->curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  lib->curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  lib->curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
  if (request->body) {
    lib->curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)request->body);
    lib->curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
  }
  lib->curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  if (request->user) lib->curl_easy_setopt(curl, CURLOPT_USERNAME, request->user);
  if (request->user && request->password) lib->curl_easy_setopt(curl, CURLOPT_PASSWORD, request->password);
  lib->curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, http_take);
  lib->curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
  lib->curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
  lib->curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  lib->curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)HTTP_CONNECT_SECONDS);
  lib->curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)((limit + 999) / 1000));
  lib->curl_easy_setopt(curl, CURLOPT_USERAGENT, "driftwatch");
  lib->curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  if (request->stop) {
    lib->curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ask_stop);
    lib->curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)request);
    lib->curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  }
  if (request->direct || request->public_only) lib->curl_easy_setopt(curl, CURLOPT_PROXY, "");
  if (!request->public_only) return;
  lib->curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_public);
  lib->curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &answer->refused);
}

static struct curl_slist *http_header(const dw_curl *lib, struct curl_slist *list, const char *name, const char *value)
{
  dw_buf line = {0};
  dw_buf_format(&line, "%s%s", name, value);
  struct curl_slist *longer = lib->curl_slist_append(list, dw_buf_cstr(&line));
  dw_buf_free(&line);
  if (!longer) dw_mem_out(0);
  return longer;
}

struct curl_slist *dw_http_headers(const dw_curl *lib, const dw_http_request *request)
{
  struct curl_slist *headers = http_header(lib, NULL, "Accept: ", "application/json");
  headers = http_header(lib, headers, "Expect:", ""); /* no waiting for "100 Continue" */
  if (request->body) headers = http_header(lib, headers, "Content-Type: ", request->type ? request->type : "application/json");
  if (request->bearer) headers = http_header(lib, headers, "Authorization: Bearer ", request->bearer);
  for (size_t i = 0; request->headers && request->headers[i]; i++) headers = http_header(lib, headers, request->headers[i], "");
  return headers;
}

size_t dw_http_room(const dw_http_request *request) { return request->most ? request->most : DW_HTTP_ANSWER; }

dw_status dw_http_fail(const dw_curl *lib, const dw_http_request *request, CURLcode result, const char *problem,
                       const dw_http_answer *answer, dw_err *err)
{
  dw_buf name = {0};
  http_name(&name, request->url);
  dw_status status = result == CURLE_URL_MALFORMAT || result == CURLE_UNSUPPORTED_PROTOCOL ? DW_EUSAGE : DW_ESYSTEM;
  if (answer->refused)
    dw_err_set(err, status, "%s: the address is of a private network, or of this machine: that must be allowed", dw_buf_cstr(&name));
  else if (answer->full) dw_err_set(err, status, "%s: the answer is larger than %zu bytes", dw_buf_cstr(&name), dw_http_room(request));
  else dw_err_set(err, status, "%s: %s", dw_buf_cstr(&name), *problem ? problem : lib->curl_easy_strerror(result));
  dw_buf_free(&name);
  return status;
}

int64_t dw_http_retry_after(const dw_curl *lib, void *curl)
{
  curl_off_t seconds = 0;
  lib->curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds);
  return seconds > 0 && seconds < INT64_MAX / DW_SECOND ? (int64_t)seconds * DW_SECOND : 0;
}

dw_status dw_http_ask(const dw_http_request *request, int *code, dw_buf *out, dw_err *err)
{
  char problem[CURL_ERROR_SIZE] = "";
  long answered = 0;
  const dw_curl *lib = dw_http_library(err);
  *code = 0;
  if (request->retry_after) *request->retry_after = 0;
  if (!lib) return DW_ESYSTEM;
  size_t before = out->length;
  dw_http_answer answer = {.out = out, .room = dw_http_room(request)};
  CURL *curl = lib->curl_easy_init();
  if (!curl) dw_mem_out(0);
  struct curl_slist *headers = dw_http_headers(lib, request);
  dw_http_settings(lib, curl, request, headers, &answer, problem);
  CURLcode result = lib->curl_easy_perform(curl);
  dw_status status = DW_OK;
  if (result != CURLE_OK) status = dw_http_fail(lib, request, result, problem, &answer, err);
  else lib->curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answered);
  if (request->retry_after && status == DW_OK) *request->retry_after = dw_http_retry_after(lib, curl);
  *code = (int)answered;
  if (status != DW_OK) out->length = before;
  lib->curl_slist_free_all(headers);
  lib->curl_easy_cleanup(curl);
  return status;
}

void dw_http_escape(dw_buf *out, const char *text, bool keep_slash)
{
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (; *text; text++) {
    if (strchr(plain, *text) || (keep_slash && *text == '/')) dw_buf_char(out, *text);
    else dw_buf_format(out, "%%%02X", (unsigned)(unsigned char)*text);
  }
}
