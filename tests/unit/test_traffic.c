#include "serve/http/traffic.h"

#include "test.h"

static const dw_route routes[] = {
    {.method = DW_METHOD_GET, .pattern = "/a"},
    {.method = DW_METHOD_POST, .pattern = "/a"},
    {.method = DW_METHOD_GET, .pattern = "/b"},
    {.pattern = NULL},
};

TEST(requests_are_counted_by_route_method_and_code)
{
  dw_traffic *traffic = dw_traffic_new(routes);
  dw_buf out = {0};
  dw_traffic_add(traffic, &routes[0], "GET", 200, UINT64_C(1000000)); /* 1 ms: in the first bin, whose bound it is */
  dw_traffic_add(traffic, &routes[0], "GET", 200, UINT64_C(1000001));
  dw_traffic_add(traffic, &routes[1], "POST", 413, UINT64_C(2000000000));
  dw_traffic_add(traffic, NULL, "", 400, UINT64_C(100000000000));
  CHECK(dw_traffic_count(traffic) == 4);
  dw_traffic_print(traffic, &out);
  const char *text = dw_buf_cstr(&out);
  static const char *const lines[] = {
      "# TYPE dw_http_requests_total counter\n",
      "\ndw_http_requests_total{route=\"/a\",method=\"GET\",code=\"200\"} 2\n",
      "\ndw_http_requests_total{route=\"/a\",method=\"POST\",code=\"413\"} 1\n",
      "\ndw_http_requests_total{route=\"\",method=\"\",code=\"400\"} 1\n",
      "# TYPE dw_http_request_duration_seconds histogram\n",
      "\ndw_http_request_duration_seconds_bucket{route=\"/a\",le=\"0.001\"} 1\n",
      "\ndw_http_request_duration_seconds_bucket{route=\"/a\",le=\"0.0025\"} 2\n",
      "\ndw_http_request_duration_seconds_bucket{route=\"/a\",le=\"1\"} 2\n",
      "\ndw_http_request_duration_seconds_bucket{route=\"/a\",le=\"2.5\"} 3\n",
      "\ndw_http_request_duration_seconds_bucket{route=\"/a\",le=\"+Inf\"} 3\n",
      "\ndw_http_request_duration_seconds_count{route=\"/a\"} 3\n",
      "\ndw_http_request_duration_seconds_bucket{route=\"\",le=\"60\"} 0\n",
      "\ndw_http_request_duration_seconds_bucket{route=\"\",le=\"+Inf\"} 1\n",
      "\ndw_http_request_duration_seconds_sum{route=\"\"} 100\n",
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) CHECK_MSG(strstr(text, lines[i]), "no %s in %s", lines[i], text);
  const char *first = strstr(text, "_count{route=\"/a\"}");
  CHECK(first && !strstr(first + 1, "_count{route=\"/a\"}")); /* one series a path */
  CHECK(!strstr(text, "route=\"/b\""));
  dw_buf_free(&out);
  dw_traffic_free(traffic);
  dw_traffic_free(NULL);
}
