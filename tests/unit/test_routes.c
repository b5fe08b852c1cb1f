#include "serve/request/routes.h"

#include "test.h"

static const dw_route routes[] = {
    {.method = DW_METHOD_GET, .pattern = "/"},
    {.method = DW_METHOD_GET, .pattern = "/livez"},
    {.method = DW_METHOD_GET, .pattern = "/v1/models/{model}"},
    {.method = DW_METHOD_PUT, .pattern = "/v1/models/{model}"},
    {.method = DW_METHOD_POST, .pattern = "/v1/models/{model}/records"},
    {.pattern = NULL},
};

static const struct {
  dw_http_method method;
  const char *path;
  int code;
  size_t route;
  const char *part, *allow;
} cases[] = {
    {DW_METHOD_GET, "/", 0, 0, NULL, NULL},
    {DW_METHOD_HEAD, "/livez", 0, 1, NULL, NULL},
    {DW_METHOD_GET, "/live%7a", 0, 1, NULL, NULL},
    {DW_METHOD_GET, "/v1/models/fraud", 0, 2, "fraud", NULL},
    {DW_METHOD_PUT, "/v1/models/a%2Fb%20c", 0, 3, "a/b c", NULL},
    {DW_METHOD_POST, "/v1/models/fraud/records", 0, 4, "fraud", NULL},
    {DW_METHOD_GET, "/livez/", 404, 0, NULL, NULL},
    {DW_METHOD_GET, "//livez", 404, 0, NULL, NULL},
    {DW_METHOD_GET, "/LIVEZ", 404, 0, NULL, NULL},
    {DW_METHOD_GET, "/v1/models/", 404, 0, NULL, NULL},
    {DW_METHOD_GET, "/v1/models", 404, 0, NULL, NULL},
    {DW_METHOD_GET, "/v1%2Fmodels/fraud", 404, 0, NULL, NULL},
    {DW_METHOD_POST, "/v1/models//records", 404, 0, NULL, NULL},
    {DW_METHOD_POST, "/livez", 405, 0, NULL, "GET, HEAD"},
    {DW_METHOD_DELETE, "/v1/models/x", 405, 0, NULL, "GET, HEAD, PUT"},
    {DW_METHOD_GET, "/v1/models/x/records", 405, 0, NULL, "POST"},
    {DW_METHOD_OPTIONS, "*", 404, 0, NULL, NULL},
};

TEST(rows_are_found_by_path_and_method)
{
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_route_found found;
    dw_buf allow = {0};
    CHECK_MSG(dw_routes_find(routes, cases[i].method, cases[i].path, &found) == cases[i].code, "case %zu", i);
    CHECK_MSG(cases[i].code ? !found.route : found.route == &routes[cases[i].route], "case %zu", i);
    if (cases[i].part) CHECK_TEXT(found.part, cases[i].part);
    else CHECK(found.part == NULL);
    dw_routes_allow(found.allow, &allow);
    if (cases[i].allow) CHECK_TEXT(dw_buf_cstr(&allow), cases[i].allow);
    dw_buf_free(&allow);
    dw_free(found.part);
  }
}

TEST(the_base_path_may_be_there_or_not)
{
  CHECK_TEXT(dw_routes_below("", "/a"), "/a");
  CHECK_TEXT(dw_routes_below("/dw", "/dw/a"), "/a");
  CHECK_TEXT(dw_routes_below("/dw", "/dw/"), "/");
  CHECK_TEXT(dw_routes_below("/dw", "/a"), "/a");
  CHECK_TEXT(dw_routes_below("/dw", "/dwx/a"), "/dwx/a");
  CHECK(dw_routes_below("/dw", "/dw") == NULL);
}
