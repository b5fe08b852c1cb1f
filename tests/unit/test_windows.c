#include "data/frames/windows.h"

#include "data/frames/frame.h"
#include "test.h"

enum { DAY = 24 * 3600 };
static const int64_t second = 1000000;

/* 2^40 microseconds are 12.7 days: of 220 days a 17th. */
TEST(over_a_span)
{
  dw_windows w = dw_windows_over(1767571200 * second, (1767571200 + INT64_C(220) * DAY) * second);
  CHECK(w.period == UINT64_C(1) << 40 && w.width == w.period);
  int64_t at = 1767571200 * second;
  CHECK(dw_windows_hold(&w, at) && !dw_windows_part(&w, at, at + 100 * DAY * second)); /* as yet they touch */
  w = dw_windows_over(5, 5);
  CHECK(w.period == 1 && w.width == 1);
  dw_windows_narrow(&w);
  CHECK(w.width == 0 && !dw_windows_hold(&w, 5));
  w = dw_windows_over(INT64_MIN + 1, INT64_MAX);
  CHECK(w.period == UINT64_C(1) << 60);
}

TEST(narrower_ones_lie_inside)
{
  dw_windows w = dw_windows_over(-3000, 3000), before = w; /* before 1970 too */
  CHECK(w.period == 512);
  for (int step = 0; step < 9; step++) {
    dw_windows_narrow(&w);
    int held = 0;
    for (int64_t at = -3072; at < 3072; at++) {
      bool now = dw_windows_hold(&w, at);
      held += now;
      CHECK(!now || dw_windows_hold(&before, at));
    }
    CHECK(held == 12 << (8 - step));
    before = w;
  }
  CHECK(dw_windows_part(&w, -512, 0) && dw_windows_part(&w, 0, 512) && !dw_windows_part(&w, 512, 512));
}

TEST(the_default_holds_everything) { CHECK(dw_windows_hold(&(dw_windows){0}, 17) && !dw_windows_part(&(dw_windows){0}, 17, 18)); }

TEST(order)
{
  int64_t t[200];
  for (int i = 0; i < 200; i++) t[i] = i / 2; /* 99 steps up */
  CHECK(dw_instants_in_order(t, 200) && dw_instants_in_order(t, 1) && dw_instants_in_order(t, 0));
  t[100] = DW_FRAME_NO_INSTANT;
  CHECK(dw_instants_in_order(t, 200));
  t[150] = -1; /* one step down among 100 */
  CHECK(dw_instants_in_order(t, 200));
  t[60] = -1;
  CHECK(!dw_instants_in_order(t, 200));
  for (int i = 0; i < 200; i++) t[i] = -i;
  CHECK(dw_instants_in_order(t, 200));
  for (int i = 0; i < 200; i++) t[i] = i * 7919 % 199;
  CHECK(!dw_instants_in_order(t, 200));
}
