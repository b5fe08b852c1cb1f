/* What a server is asked at, and what its answers are worth. */
#include "serve/http/probe.h"

#include <stdlib.h>

#include "wire.h"

static void check_url(const char *listen, const char *path, const char *want)
{
  dw_buf url = {0};
  dw_err err = {0};
  dw_status status = dw_probe_url(&url, listen, path, &err);
  CHECK_MSG(status == (want ? DW_OK : DW_EUSAGE), "%s %s: %s", listen, path, err.message);
  if (want) CHECK_MSG(strcmp(dw_buf_cstr(&url), want) == 0, "%s: %s", listen, dw_buf_cstr(&url));
  else CHECK(url.length == 0 && *err.message);
  dw_buf_free(&url);
}

TEST(where_it_listens_is_where_it_is_asked)
{
  check_url("127.0.0.1:3001", "/livez", "http://127.0.0.1:3001/livez");
  check_url("3001", "/livez", "http://127.0.0.1:3001/livez");
  check_url("0.0.0.0:3001", "/readyz", "http://127.0.0.1:3001/readyz");
  check_url("[::]:80", "/readyz", "http://[::1]:80/readyz");
  check_url("[::1]:80", "/readyz", "http://[::1]:80/readyz");
  check_url("monitor.example.org:8080", "/livez", "http://monitor.example.org:8080/livez");
}

TEST(what_cannot_be_asked_is_a_mistake_in_the_call)
{
  check_url("127.0.0.1:0", "/livez", NULL); /* the port that it got is not known */
  check_url("127.0.0.1", "/livez", NULL);
  check_url("127.0.0.1:", "/livez", NULL);
  check_url("127.0.0.1:http", "/livez", NULL);
  check_url("", "/livez", NULL);
  check_url("3001", "livez", NULL);
  check_url("3001", "", NULL);
  check_url("3001", "/a b", NULL);
  check_url("3001", "/a#b", NULL);
}

static void well(dw_exchange *exchange, void *context) { dw_exchange_reply(exchange, 200, "text/plain", "ok\n", 3); }
static void unwell(dw_exchange *exchange, void *context) { dw_exchange_reply(exchange, 503, "text/plain", "no database\n", 12); }

static const dw_route routes[] = {
    {.method = DW_METHOD_GET, .pattern = "/well", .at_once = true, .handle = well},
    {.method = DW_METHOD_GET, .pattern = "/unwell", .at_once = true, .handle = unwell},
    {.pattern = NULL},
};

TEST(only_200_is_well)
{
  dw_server *server;
  dw_err err = {0};
  const dw_server_settings settings = {.listen = "127.0.0.1:0", .site.routes = routes};
  setenv("http_proxy", "http://127.0.0.1:1", 1); /* which nobody answers at: it must not be asked */
  CHECK(dw_server_start(&server, &settings, &err) == DW_OK);
  char address[DW_NUM_TEXT];
  snprintf(address, sizeof address, "%s", dw_server_address(server));
  CHECK_MSG(dw_probe(address, "/well", &err) == DW_OK, "%s", err.message);
  CHECK(dw_probe(address, "/unwell", &err) == DW_ESYSTEM);
  CHECK_MSG(strstr(err.message, "/unwell: 503: no database") != NULL, "%s", err.message);
  CHECK(dw_probe(address, "/absent", &err) == DW_ESYSTEM);
  CHECK_MSG(strstr(err.message, "/absent: 404: ") != NULL, "%s", err.message);
  dw_server_stop(server);
  CHECK(dw_probe(address, "/well", &err) == DW_ESYSTEM);
  unsetenv("http_proxy");
}
