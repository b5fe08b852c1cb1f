#include "synth/scenario/course.h"

#include "test.h"

static dw_position at(const char *text)
{
  dw_position position = {0};
  if (!dw_position_parse(text, &position)) abort();
  return position;
}

static dw_position every(const char *text)
{
  dw_position period = {0};
  if (!dw_period_parse(text, &period)) abort();
  return period;
}

TEST(positions_are_rows_shares_or_times)
{
  dw_position p;
  CHECK(dw_position_parse("0", &p) && p.axis == DW_AXIS_ROW && p.at == 0);
  CHECK(dw_position_parse("5000", &p) && p.axis == DW_AXIS_ROW && p.at == 5000);
  CHECK(dw_position_parse("1", &p) && p.axis == DW_AXIS_ROW && p.at == 1);
  CHECK(dw_position_parse("1.0", &p) && p.axis == DW_AXIS_SHARE && p.share == 1);
  CHECK(dw_position_parse("30%", &p) && p.axis == DW_AXIS_SHARE && p.share == 0.3);
  CHECK(dw_position_parse("0.25", &p) && p.axis == DW_AXIS_SHARE && p.share == 0.25);
  CHECK(dw_position_parse("1970-01-02", &p) && p.axis == DW_AXIS_TIME && p.at == INT64_C(86400000000));
  CHECK(dw_position_parse("1970-01-01T00:00:01.5Z", &p) && p.axis == DW_AXIS_TIME && p.at == 1500000);
  static const char *const bad[] = {"", "-1", "1.5", "101%", "-1%", "%", "x", "5e3", "2026-13-01", "99999999999999999999", "0.5x"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK_MSG(!dw_position_parse(bad[i], &p), "%s was taken", bad[i]);
}

TEST(periods)
{
  dw_position p;
  CHECK(dw_period_parse("1000", &p) && p.axis == DW_AXIS_ROW && p.at == 1000);
  CHECK(dw_period_parse("10%", &p) && p.axis == DW_AXIS_SHARE && p.share == 0.1);
  CHECK(dw_period_parse("24h", &p) && p.axis == DW_AXIS_TIME && p.at == INT64_C(86400000000));
  static const char *const bad[] = {"", "0", "0%", "0.0", "-1h", "2026-01-01"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK_MSG(!dw_period_parse(bad[i], &p), "%s was taken", bad[i]);
}

static void check_print(const char *text, const char *want)
{
  char out[41];
  dw_position p = at(text);
  out[dw_position_print(out, &p)] = '\0';
  CHECK_TEXT(out, want);
}

TEST(positions_print_as_they_are_read)
{
  check_print("77", "77");
  check_print("0.25", "25%");
  check_print("2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z");
  char out[41];
  dw_position p = every("90m");
  out[dw_period_print(out, &p)] = '\0';
  CHECK_TEXT(out, "1h30m");
  p = (dw_position){0};
  out[dw_position_print(out, &p)] = '\0';
  CHECK_TEXT(out, "null");
}

TEST(sudden)
{
  dw_course always = {.kind = DW_COURSE_SUDDEN};
  CHECK(dw_course_axis(&always) == DW_AXIS_NONE && dw_course_at(&always, 0) == 1);
  dw_course c = {.kind = DW_COURSE_SUDDEN, .from = at("10")};
  CHECK(dw_course_axis(&c) == DW_AXIS_ROW);
  CHECK(dw_course_at(&c, 9) == 0 && dw_course_at(&c, 10) == 1 && dw_course_at(&c, 1000000) == 1);
  CHECK(dw_course_idle(&c, 0, 9) && !dw_course_idle(&c, 0, 10) && !dw_course_idle(&c, 50, 60));
}

TEST(gradual_and_incremental_grow_in_a_straight_line)
{
  for (int kind = DW_COURSE_GRADUAL; kind <= DW_COURSE_INCREMENTAL; kind++) {
    dw_course c = {.kind = (dw_course_kind)kind, .from = at("100"), .to = at("200")};
    CHECK(dw_course_at(&c, 99) == 0 && dw_course_at(&c, 100) == 0);
    CHECK(dw_course_at(&c, 125) == 0.25 && dw_course_at(&c, 150) == 0.5);
    CHECK(dw_course_at(&c, 200) == 1 && dw_course_at(&c, 5000) == 1);
    CHECK(!dw_course_idle(&c, 300, 400));
    c.from = (dw_position){0};
    CHECK(dw_course_at(&c, 0) == 0 && dw_course_at(&c, 50) == 0.25);
  }
}

TEST(blip_ends_before_to)
{
  dw_course c = {.kind = DW_COURSE_BLIP, .from = at("5"), .to = at("7")};
  CHECK(dw_course_at(&c, 4) == 0 && dw_course_at(&c, 5) == 1 && dw_course_at(&c, 6) == 1 && dw_course_at(&c, 7) == 0);
  CHECK(dw_course_idle(&c, 0, 4) && dw_course_idle(&c, 7, 9) && !dw_course_idle(&c, 4, 5) && !dw_course_idle(&c, 6, 9));
}

TEST(recurring_is_on_for_its_duty)
{
  dw_course c = {.kind = DW_COURSE_RECURRING, .from = at("10"), .period = every("4"), .duty = 0.5};
  static const int want[] = {0, 1, 1, 0, 0, 1, 1, 0, 0, 1};
  for (int i = 0; i < 10; i++) CHECK(dw_course_at(&c, 9 + i) == want[i]);
  c.to = at("15");
  CHECK(dw_course_at(&c, 14) == 1 && dw_course_at(&c, 15) == 0);
  CHECK(dw_course_idle(&c, 15, 20) && !dw_course_idle(&c, 12, 13));
  c.duty = 0.25;
  CHECK(dw_course_at(&c, 10) == 1 && dw_course_at(&c, 11) == 0);
  /* without --from, periods of time count from 1970: days begin at midnight, before 1970 as well */
  dw_course day = {.kind = DW_COURSE_RECURRING, .period = every("24h"), .duty = 0.5};
  CHECK(dw_course_at(&day, at("2026-03-01T03:00Z").at) == 1 && dw_course_at(&day, at("2026-03-01T12:00Z").at) == 0);
  CHECK(dw_course_at(&day, at("1960-03-01T03:00Z").at) == 1 && dw_course_at(&day, at("1960-03-01T12:00Z").at) == 0);
}

TEST(shares_become_rows)
{
  dw_course c = {.kind = DW_COURSE_RECURRING, .from = at("25%"), .to = at("1.0"), .period = every("1%"), .duty = 0.5};
  CHECK(dw_course_has_shares(&c) && dw_course_axis(&c) == DW_AXIS_ROW);
  dw_course_resolve(&c, 1000);
  CHECK(!dw_course_has_shares(&c));
  CHECK(c.from.at == 250 && c.to.at == 1000 && c.period.at == 10);
  dw_course tiny = {.kind = DW_COURSE_GRADUAL, .from = at("10%"), .to = at("20%"), .period = every("1%")};
  dw_course_resolve(&tiny, 0);
  CHECK(tiny.period.at == 1);
  CHECK(dw_course_at(&tiny, 0) == 1); /* from and to fall on one row: no division by nothing */
}

static void wrong(dw_course c, const char *want)
{
  char message[160];
  const char *got = dw_course_wrong(&c, "--", message);
  if (!want) CHECK_MSG(!got, "%s", got);
  else CHECK_TEXT(got ? got : "(nothing)", want);
}

TEST(what_is_wrong_with_a_course)
{
  wrong((dw_course){.kind = DW_COURSE_SUDDEN}, NULL);
  wrong((dw_course){.kind = DW_COURSE_GRADUAL, .to = at("5")}, NULL);
  wrong((dw_course){.kind = DW_COURSE_BLIP, .from = at("10%"), .to = at("500")}, NULL);
  wrong((dw_course){.kind = DW_COURSE_GRADUAL, .from = at("5")}, "gradual needs --to");
  wrong((dw_course){.kind = DW_COURSE_BLIP}, "blip needs --to");
  wrong((dw_course){.kind = DW_COURSE_SUDDEN, .to = at("5")},
        "sudden does not end: --to belongs to blip, gradual, incremental and recurring");
  wrong((dw_course){.kind = DW_COURSE_RECURRING}, "recurring needs --period");
  wrong((dw_course){.kind = DW_COURSE_BLIP, .to = at("5"), .period = every("5")}, "--period belongs to --course recurring");
  wrong((dw_course){.kind = DW_COURSE_BLIP, .from = at("5"), .to = at("2026-01-01")}, "--from, --to and --period mix rows and time");
  wrong((dw_course){.kind = DW_COURSE_RECURRING, .from = at("5"), .period = every("1h")}, "--from, --to and --period mix rows and time");
  wrong((dw_course){.kind = DW_COURSE_GRADUAL, .to = at("2026-01-01")}, "gradual by time needs --from");
  wrong((dw_course){.kind = DW_COURSE_BLIP, .from = at("7"), .to = at("7")}, "--from does not come before --to");
  wrong((dw_course){.kind = DW_COURSE_BLIP, .from = at("70%"), .to = at("0.5")}, "--from does not come before --to");
  wrong((dw_course){.kind = DW_COURSE_GRADUAL, .from = at("2026-01-02"), .to = at("2026-01-01")}, "--from does not come before --to");
}
