#include "report/draw/ticks.h"

#include <math.h>

#include "test.h"

static dw_buf buf;

static const char *labels(double low, double high, size_t most)
{
  dw_ticks ticks;
  dw_ticks_in(&ticks, low, high, most);
  buf.length = 0;
  for (size_t i = 0; i < ticks.count; i++) {
    if (i) dw_buf_char(&buf, ' ');
    dw_ticks_label(&buf, &ticks, i);
  }
  return dw_buf_cstr(&buf);
}

TEST(steps)
{
  CHECK_TEXT(labels(0.87, 384.5, 5), "100 200 300");
  CHECK_TEXT(labels(0, 1, 5), "0 0.5 1");
  CHECK_TEXT(labels(0, 1, 6), "0 0.2 0.4 0.6 0.8 1");
  CHECK_TEXT(labels(-2.5, 3.5, 5), "-2 0 2");
  CHECK_TEXT(labels(2019, 2026.5, 5), "2,020 2,022 2,024 2,026");
  CHECK_TEXT(labels(1e6 + 0.2, 1e6 + 0.9, 5), "1,000,000.2 1,000,000.4 1,000,000.6 1,000,000.8");
  CHECK_TEXT(labels(2e-7, 9e-7, 4), "2e-07 4e-07 6e-07 8e-07");
  CHECK_TEXT(labels(0, 1.7e308, 3), "0 1e+308");
}

TEST(no_range)
{
  CHECK_TEXT(labels(1, 1, 5), "");
  CHECK_TEXT(labels(2, 1, 5), "");
  CHECK_TEXT(labels(NAN, 1, 5), "");
  CHECK_TEXT(labels(-1.7e308, 1.7e308, 5), "");
  CHECK_TEXT(labels(1e17, 1e17 + 32, 5), "");
  dw_buf_free(&buf);
}
