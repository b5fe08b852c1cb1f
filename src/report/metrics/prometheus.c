#include "report/metrics/prometheus.h"

#include "base/num.h"

void dw_prometheus_head(dw_buf *out, const char *name, const char *type, const char *help)
{
  dw_buf_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_value(dw_buf *out, const char *text)
{
  for (; *text; text++) {
    if (*text == '\\' || *text == '"') dw_buf_char(out, '\\');
    if (*text == '\n') dw_buf_text(out, "\\n");
    else dw_buf_char(out, *text);
  }
}

static void begin(dw_buf *out, const char *name, const char *const *labels)
{
  dw_buf_text(out, name);
  if (labels && *labels) {
    char before = '{';
    for (; *labels; labels += 2, before = ',') {
      dw_buf_char(out, before);
      dw_buf_format(out, "%s=\"", labels[0]);
      add_value(out, labels[1]);
      dw_buf_char(out, '"');
    }
    dw_buf_char(out, '}');
  }
  dw_buf_char(out, ' ');
}

void dw_prometheus_count(dw_buf *out, const char *name, const char *const *labels, uint64_t value)
{
  begin(out, name, labels);
  dw_buf_format(out, "%llu\n", (unsigned long long)value);
}

void dw_prometheus_number(dw_buf *out, const char *name, const char *const *labels, double value)
{
  begin(out, name, labels);
  dw_buf_number(out, value);
  dw_buf_char(out, '\n');
}

void dw_prometheus_histogram(dw_buf *out, const char *name, const char *help, const double *bounds, const uint64_t *bin, size_t count,
                             double sum)
{
  uint64_t below = 0;
  dw_prometheus_head(out, name, "histogram", help);
  for (size_t i = 0; i < count; i++) {
    below += bin[i];
    dw_buf_format(out, "%s_bucket{le=\"", name);
    dw_buf_number(out, bounds[i]);
    dw_buf_format(out, "\"} %llu\n", (unsigned long long)below);
  }
  below += bin[count];
  dw_buf_format(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum ", name, (unsigned long long)below, name);
  dw_buf_number(out, sum);
  dw_buf_format(out, "\n%s_count %llu\n", name, (unsigned long long)below);
}
