#include "test.h"

#include "report/model/figures.h"

static dw_buf buf;

static const char *shown(void)
{
  const char *text = dw_buf_cstr(&buf);
  buf.length = 0;
  return text;
}

static const char *figure(double value, int digits)
{
  dw_figure(&buf, value, digits);
  return shown();
}

static const char *share(double value)
{
  dw_figure_share(&buf, value);
  return shown();
}

static const char *pair(double from, double to)
{
  dw_figure_pair(&buf, from, to);
  return shown();
}

static const char *change(double from, double to)
{
  bool wrote = dw_figure_change(&buf, from, to);
  CHECK(wrote == (buf.length > 0));
  return shown();
}

TEST(digits)
{
  CHECK_TEXT(figure(0, 3), "0");
  CHECK_TEXT(figure(-0.0, 3), "0");
  CHECK_TEXT(figure(33.21, 3), "33.2");
  CHECK_TEXT(figure(0.03125, 3), "0.0313"); /* ties away from zero */
  CHECK_TEXT(figure(0.05, 4), "0.05");
  CHECK_TEXT(figure(1702.1, 3), "1,702");
  CHECK_TEXT(figure(999.96, 3), "1,000");
  CHECK_TEXT(figure(99.96, 3), "100");
  CHECK_TEXT(figure(0.9996, 3), "1");
  CHECK_TEXT(figure(-12345678.5, 3), "-12,345,679");
  CHECK_TEXT(figure(123456, 6), "123,456");
  CHECK_TEXT(figure(100, 1), "100");
  CHECK_TEXT(figure(1e-3, 2), "0.001");
  CHECK_TEXT(figure(1e-4, 2), "0.0001");
  CHECK_TEXT(figure(9.96e-5, 2), "1e-04");
  CHECK_TEXT(figure(1.234e-17, 2), "1.2e-17");
  CHECK_TEXT(figure(5e-324, 2), "5e-324");
  CHECK_TEXT(figure(3.44e15, 2), "3.4e+15");
  CHECK_TEXT(figure(999999999999999.0, 3), "999,999,999,999,999");
  CHECK_TEXT(figure(1.7976931348623157e308, 3), "1.8e+308");
  CHECK_TEXT(figure(NAN, 3), "–");
  CHECK_TEXT(figure(INFINITY, 3), "∞");
  CHECK_TEXT(figure(-INFINITY, 3), "-∞");
}

TEST(counts)
{
  dw_figure_count(&buf, 5000);
  CHECK_TEXT(shown(), "5,000");
  dw_figure_count(&buf, 0);
  CHECK_TEXT(shown(), "0");
  dw_figure_count(&buf, 999);
  CHECK_TEXT(shown(), "999");
  dw_figure_count(&buf, 1234567890);
  CHECK_TEXT(shown(), "1,234,567,890");
  dw_figure_count(&buf, NAN);
  CHECK_TEXT(shown(), "–");
}

TEST(shares)
{
  CHECK_TEXT(share(0), "0 %");
  CHECK_TEXT(share(1), "100 %");
  CHECK_TEXT(share(0.444), "44 %");
  CHECK_TEXT(share(0.0444), "4.4 %");
  CHECK_TEXT(share(0.00444), "0.44 %");
  CHECK_TEXT(share(0.5), "50 %");
  CHECK_TEXT(share(0.1), "10 %");
  CHECK_TEXT(share(0.00001), "< 0.01 %");
  CHECK_TEXT(share(0.999), "99.9 %");
  CHECK_TEXT(share(0.99972), "99.97 %");
  CHECK_TEXT(share(0.9999999999), "99.99999999 %");
  CHECK_TEXT(share(1.34), "134 %");
  CHECK_TEXT(share(-0.123), "-12 %");
  CHECK_TEXT(share(NAN), "–");
}

TEST(pairs_tell_apart)
{
  CHECK_TEXT(pair(33.21, 48.1), "33.2 → 48.1");
  CHECK_TEXT(pair(1000.1, 1000.4), "1,000.1 → 1,000.4");
  CHECK_TEXT(pair(2, 2), "2 → 2");
  CHECK_TEXT(pair(1, 1 + 1e-15), "1 → 1"); /* eight digits are the end */
  CHECK_TEXT(pair(NAN, 3), "– → 3");
  dw_figure_share_pair(&buf, 0.8818, 0.877);
  CHECK_TEXT(shown(), "88.2 % → 87.7 %");
  dw_figure_share_pair(&buf, 0.41, 0.28);
  CHECK_TEXT(shown(), "41 % → 28 %");
  dw_figure_share_pair(&buf, 0.9971, 0.9968);
  CHECK_TEXT(shown(), "99.71 % → 99.68 %");
}

TEST(changes)
{
  CHECK_TEXT(change(33, 48), "+45 %");
  CHECK_TEXT(change(100, 88), "-12 %");
  CHECK_TEXT(change(10, 31), "×3.1");
  CHECK_TEXT(change(10, 29), "+190 %");
  CHECK_TEXT(change(10, 0), "-100 %");
  CHECK_TEXT(change(5, 5), "unchanged");
  CHECK_TEXT(change(0, 5), "");
  CHECK_TEXT(change(-5, -4), "");
  CHECK_TEXT(change(5, -4), "");
  CHECK_TEXT(change(NAN, 1), "");
  CHECK_TEXT(change(1, INFINITY), "");
  CHECK_TEXT(change(1e-300, 1e300), "");
}

TEST(bytes)
{
  dw_figure_bytes(&buf, 252000000);
  CHECK_TEXT(shown(), "252 MB");
  dw_figure_bytes(&buf, 999);
  CHECK_TEXT(shown(), "999 B");
  dw_figure_bytes(&buf, 1234);
  CHECK_TEXT(shown(), "1.23 kB");
  dw_figure_bytes(&buf, 999999);
  CHECK_TEXT(shown(), "1 MB");
  dw_buf_free(&buf);
}
