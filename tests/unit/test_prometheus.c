#include "test.h"

#include "report/metrics/prometheus.h"

TEST(samples_stand_behind_help_and_type)
{
  dw_buf out = {0};
  const char *const labels[] = {"kind", "inference", "model", "a\\b\"c\nd", NULL}, *const none[] = {NULL};
  dw_prometheus_head(&out, "x_total", "counter", "How many.");
  dw_prometheus_count(&out, "x_total", labels, 18446744073709551615u);
  dw_prometheus_count(&out, "x_total", NULL, 1);
  dw_prometheus_number(&out, "x_total", none, 0.5);
  CHECK_TEXT(dw_buf_cstr(&out), "# HELP x_total How many.\n# TYPE x_total counter\n"
                                "x_total{kind=\"inference\",model=\"a\\\\b\\\"c\\nd\"} 18446744073709551615\nx_total 1\nx_total 0.5\n");
  dw_buf_free(&out);
}

TEST(buckets_of_a_histogram_are_cumulative)
{
  dw_buf out = {0};
  dw_prometheus_histogram(&out, "t_seconds", "Time.", (const double[]){0.5, 1}, (const uint64_t[]){2, 0, 3}, 2, 7.25);
  CHECK_TEXT(dw_buf_cstr(&out), "# HELP t_seconds Time.\n# TYPE t_seconds histogram\nt_seconds_bucket{le=\"0.5\"} 2\n"
                                "t_seconds_bucket{le=\"1\"} 2\nt_seconds_bucket{le=\"+Inf\"} 5\nt_seconds_sum 7.25\nt_seconds_count 5\n");
  dw_buf_free(&out);
}
