#include "serve/request/admit.h"

#include "base/mem.h"
#include "test.h"

static const dw_route routes[] = {
    {.method = DW_METHOD_GET, .pattern = "/livez"},
    {.method = DW_METHOD_GET, .pattern = "/v1/models/{model}", .scope = DW_SCOPE_READ, .model = true},
    {.method = DW_METHOD_POST,
     .pattern = "/v1/models/{model}/records",
     .scope = DW_SCOPE_INGEST,
     .model = true,
     .body = DW_BODY_STREAM,
     .limit = 100},
    {.method = DW_METHOD_POST, .pattern = "/v1/reload", .scope = DW_SCOPE_ADMIN},
    {.pattern = NULL},
};

/* The hash is what sha256sum says of "secret-a". */
static const char file[] = "shop ingest,read fraud sha256:8766b9cb08e6040b704f1e3ee1e186efccf2635b1d2634d6525333007e6aeae1\n";

static const char *hosts[] = {"dw.example.org"};

#define HOST "Host: 127.0.0.1:3001\r\n"
#define BEARER "Authorization: Bearer secret-a\r\n"

/* With tokens (code) and without (open). */
static const struct {
  const char *request;
  int code, open;
} cases[] = {
    {"GET /livez HTTP/1.1\r\n" HOST "\r\n", 0, 0},
    {"HEAD /livez HTTP/1.1\r\n" HOST "\r\n", 0, 0},
    {"GET /dw/livez HTTP/1.1\r\nHost: dw.example.org\r\n\r\n", 0, 0},
    {"GET /livez HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421, 421},
    {"GET /nothing HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421, 421},
    {"GET /livez HTTP/1.0\r\n\r\n", 0, 0},
    {"GET /dw HTTP/1.1\r\n" HOST "\r\n", 308, 308},
    {"GET /nothing HTTP/1.1\r\n" HOST "\r\n", 404, 404},
    {"POST /livez HTTP/1.1\r\n" HOST "\r\n", 405, 405},
    {"DELETE /v1/models/fraud HTTP/1.1\r\n" HOST "\r\n", 405, 405},
    {"GET /v1/models/fraud HTTP/1.1\r\n" HOST "\r\n", 401, 0},
    {"GET /v1/models/fraud HTTP/1.1\r\n" HOST BEARER "\r\n", 0, 0},
    {"GET /dw/v1/models/fraud HTTP/1.1\r\n" HOST "authorization: bearer   secret-a\r\n\r\n", 0, 0},
    {"GET /v1/models/fraud?a=b&token=secret-a HTTP/1.1\r\n" HOST "\r\n", 0, 0},
    {"GET /v1/models/fraud?token=secret%2Da HTTP/1.1\r\n" HOST "\r\n", 0, 0},
    {"GET /v1/models/fraud?token=secret HTTP/1.1\r\n" HOST "\r\n", 401, 0},
    {"GET /v1/models/fraud?token= HTTP/1.1\r\n" HOST "\r\n", 401, 0},
    {"GET /v1/models/fraud?token=secret-a HTTP/1.1\r\n" HOST "Authorization: Bearer wrong\r\n\r\n", 401, 0}, /* the header wins */
    {"GET /v1/models/fraud HTTP/1.1\r\n" HOST "Authorization: Basic secret-a\r\n\r\n", 401, 0},
    {"GET /v1/models/fraud HTTP/1.1\r\n" HOST "Authorization: secret-a\r\n\r\n", 401, 0},
    {"GET /v1/models/churn HTTP/1.1\r\n" HOST BEARER "\r\n", 403, 0},
    {"POST /v1/reload HTTP/1.1\r\n" HOST BEARER "\r\n", 403, 0},
    {"POST /v1/reload HTTP/1.1\r\n" HOST BEARER "Content-Length: 1\r\n\r\n", 403, 413},
    {"POST /v1/models/fraud/records HTTP/1.1\r\n" HOST BEARER "Content-Length: 100\r\n\r\n", 0, 0},
    {"POST /v1/models/fraud/records HTTP/1.1\r\n" HOST BEARER "Content-Length: 101\r\n\r\n", 413, 413},
    {"POST /v1/models/fraud/records HTTP/1.1\r\n" HOST "Content-Length: 101\r\n\r\n", 401, 413},
    {"POST /v1/models/fraud/records HTTP/1.1\r\n" HOST BEARER "Transfer-Encoding: chunked\r\n\r\n", 0, 0},
    {"GET /livez HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n", 413, 413},
    {"GET /livez HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 413, 413},
    {"POST /v1/reload HTTP/1.1\r\n" HOST "Origin: http://evil.example\r\n\r\n", 403, 403},
};

TEST(what_a_request_passes)
{
  dw_site site = {.routes = routes, .base_path = "/dw", .hosts = {.text = hosts, .count = 1}};
  dw_tokens *tokens;
  CHECK(dw_tokens_parse(&tokens, file, sizeof file - 1, "tokens", NULL) == DW_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_head head;
    const char *why;
    CHECK_MSG(dw_head_parse(&head, cases[i].request, strlen(cases[i].request), &why) == 0, "case %zu", i);
    for (int open = 0; open < 2; open++) {
      dw_admission admission;
      site.tokens = open ? NULL : tokens;
      dw_admit(&site, &head, &admission);
      int want = open ? cases[i].open : cases[i].code;
      CHECK_MSG(admission.code == want, "%s%d, want %d (%s)", cases[i].request, admission.code, want, open ? "no tokens" : "tokens");
      CHECK(admission.code ? admission.why != NULL : admission.found.route != NULL);
      dw_free(admission.found.part);
    }
    dw_head_free(&head);
  }
  dw_tokens_release(tokens);
}

TEST(a_grant_goes_with_the_request)
{
  dw_site site = {.routes = routes};
  static const char text[] = "GET /v1/models/fraud HTTP/1.1\r\n" HOST BEARER "\r\n";
  dw_head head;
  dw_admission admission;
  const char *why;
  CHECK(dw_tokens_parse(&site.tokens, file, sizeof file - 1, "tokens", NULL) == DW_OK);
  CHECK(dw_head_parse(&head, text, sizeof text - 1, &why) == 0);
  dw_admit(&site, &head, &admission);
  CHECK_TEXT(admission.grant ? admission.grant->name : NULL, "shop");
  CHECK_TEXT(admission.found.part, "fraud");
  dw_free(admission.found.part);
  dw_head_free(&head);
  dw_tokens_release(site.tokens);
}
