#include "test.h"

#include "base/clock.h"
#include "serve/watch/baseline_rule.h"

#define HOUR (3600 * DW_SECOND)
#define NOON (INT64_C(1767268800) * DW_SECOND) /* 2026-01-01T12:00:00Z */

/* The periods as hours from noon, "-25..-1 …". */
static const char *hours_of(const char *rule, dw_period window, const dw_periods *left_out)
{
  static char text[1000];
  dw_baseline_rule baseline;
  dw_periods out = {0};
  dw_err err;
  size_t length = 0;
  text[0] = '\0';
  CHECK_MSG(dw_baseline_rule_parse(&baseline, rule, &err) == DW_OK, "%s", err.message);
  dw_baseline_rule_periods(&baseline, window, left_out, &out);
  for (size_t i = 0; i < out.count; i++)
    length += (size_t)snprintf(text + length, sizeof text - length, "%s%d..%d", i ? " " : "", (int)((out.period[i].from - NOON) / HOUR),
                               (int)((out.period[i].to - NOON) / HOUR));
  dw_periods_free(&out);
  return text;
}

TEST(baselines_are_the_time_before_the_window_without_alerts)
{
  dw_period window = {NOON - HOUR, NOON}, long_window = {NOON - 200 * HOUR, NOON};
  dw_period alert[] = {{NOON - 5 * HOUR, NOON - 3 * HOUR}, {NOON - 30 * HOUR, NOON - 20 * HOUR}, {NOON - 4 * HOUR, NOON - 2 * HOUR}};
  dw_period open[] = {{NOON - 10 * HOUR, INT64_MAX}}, always[] = {{INT64_MIN, INT64_MAX}}, old[] = {{NOON - 169 * HOUR, NOON - 168 * HOUR}};
  dw_periods none = {0}, alerts = {alert, 3, 3}, still = {open, 1, 1}, all = {always, 1, 1}, last_week = {old, 1, 1};
  CHECK_TEXT(hours_of("trailing", window, &none), "-25..-1");
  CHECK_TEXT(hours_of("trailing(0,24h)", window, &none), "-25..-1");
  CHECK_TEXT(hours_of("trailing(2h,6h)", window, &none), "-9..-3");
  CHECK_TEXT(hours_of("trailing(6h)", window, &none), "-7..-1");
  CHECK_TEXT(hours_of("trailing(0,24h)", window, &alerts), "-38..-30 -20..-5 -2..-1");
  CHECK_TEXT(hours_of("trailing(0,24h)", window, &still), "-34..-10");
  CHECK_TEXT(hours_of("trailing(0,1h)", window, &still), ""); /* 8 sizes back, and no further */
  CHECK_TEXT(hours_of("trailing(0,24h)", window, &all), "");
  CHECK_TEXT(hours_of("fixed(2026-01-01T00:00:00Z,2026-01-01T06:00:00Z)", window, &all), "-12..-6");
  CHECK_TEXT(hours_of("hour-of-week", window, &none), "-673..-672 -505..-504 -337..-336 -169..-168");
  CHECK_TEXT(hours_of("hour-of-week(2)", window, &last_week), "-337..-336");
  CHECK_TEXT(hours_of("hour-of-week(2)", long_window, &none), "-536..-336 -336..-200"); /* no record twice, none of the window */
}

TEST(baselines_are_refused_by_their_words)
{
  static const char *const wrong[] = {"",
                                      "last",
                                      "trailing()",
                                      "trailing(,1h)",
                                      "trailing(1h,)",
                                      "trailing(1h,2h,3h)",
                                      "trailing(0,0)",
                                      "trailing 24h",
                                      "fixed",
                                      "fixed(2026-01-01)",
                                      "fixed(2026-01-02,2026-01-01)",
                                      "fixed(2026-01-01,2026-01-01)",
                                      "hour-of-week(0)",
                                      "hour-of-week(53)",
                                      "hour-of-week(1,2)",
                                      "hour-of-week(x)",
                                      "trailing(24h",
                                      "trailing(0,3661d)",
                                      "version",
                                      "version:",
                                      "version:v(3661d)"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_baseline_rule baseline;
    dw_err err;
    CHECK_MSG(dw_baseline_rule_parse(&baseline, wrong[i], &err) == DW_EUSAGE, "%s", wrong[i]);
    CHECK(strncmp(err.message, "--baseline: \"", 13) == 0);
  }
}
