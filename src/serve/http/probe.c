#include "serve/http/probe.h"

#include <string.h>

#include "base/clock.h"
#include "io/bytes/http.h"

enum { PROBE_SECONDS = 5, PROBE_SHOWN = 300 };

/* An address that stands for all of the machine's is none to connect to everywhere. */
static const char *reachable(const char *host)
{
  if (strcmp(host, "") == 0 || strcmp(host, "0.0.0.0") == 0) return "127.0.0.1";
  if (strcmp(host, "[::]") == 0) return "[::1]";
  return host;
}

dw_status dw_probe_url(dw_buf *out, const char *listen, const char *path, dw_err *err)
{
  const char *colon = strrchr(listen, ':'), *port = colon ? colon + 1 : listen;
  size_t digits = strspn(port, "0123456789");
  if (!digits || port[digits] || port[strspn(port, "0")] == '\0')
    return dw_err_set(err, DW_EUSAGE, "\"%s\" is no address to ask; it is HOST:PORT, [IPV6]:PORT or PORT, and the port is not 0", listen);
  if (*path != '/' || strpbrk(path, " #")) return dw_err_set(err, DW_EUSAGE, "\"%s\" is no path such as /readyz", path);
  dw_buf host = {0};
  dw_buf_add(&host, listen, colon ? (size_t)(colon - listen) : 0);
  dw_buf_format(out, "http://%s:%s%s", reachable(dw_buf_cstr(&host)), port, path);
  dw_buf_free(&host);
  return DW_OK;
}

dw_status dw_probe(const char *listen, const char *path, dw_err *err)
{
  dw_buf url = {0}, answer = {0};
  int code = 0;
  dw_status status = dw_probe_url(&url, listen, path, err);
  if (status == DW_OK) {
    /* The name in --listen need not be one of --allowed-hosts; this one always is. */
    static const char *const headers[] = {"Host: localhost", NULL};
    const dw_http_request request = {
        .method = "GET", .url = dw_buf_cstr(&url), .limit = PROBE_SECONDS * DW_SECOND, .headers = headers, .direct = true};
    status = dw_http_ask(&request, &code, &answer, err);
  }
  if (status == DW_OK && code != 200) {
    while (answer.length && answer.data[answer.length - 1] == '\n') answer.length--;
    if (answer.length > PROBE_SHOWN) answer.length = PROBE_SHOWN;
    status = dw_err_set(err, DW_ESYSTEM, "%s: %d: %s", dw_buf_cstr(&url), code, dw_buf_cstr(&answer));
  }
  dw_buf_free(&url);
  dw_buf_free(&answer);
  return status;
}
