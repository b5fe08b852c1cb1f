#include "test.h"

#include "base/clock.h"

#define DAY (86400 * DW_SECOND)

/* Parsed from memory of exactly its length, so that the sanitizer sees a read behind the end. */
static bool time_parse(const char *text, int64_t *instant)
{
  size_t length = strlen(text);
  char *exact = malloc(length ? length : 1);
  memcpy(exact, text, length);
  bool ok = dw_time_parse(exact, length, instant);
  free(exact);
  return ok;
}

static const char *time_text(int64_t instant)
{
  static char text[DW_TIME_TEXT + 1];
  text[dw_time_print(text, instant)] = '\0';
  return text;
}

static const char *duration_text(int64_t microseconds)
{
  static char text[DW_TIME_TEXT + 1];
  text[dw_duration_print(text, microseconds)] = '\0';
  return text;
}

/* tests/golden/clock.txt: made by clock.py beside it (Python's datetime). */
TEST(time_agrees_with_python)
{
  char *text = test_read("golden/clock.txt", NULL);
  CHECK(text != NULL);
  if (!text) return;
  char *save = NULL;
  int lines = 0;
  for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save), lines++) {
    char first[64], second[64];
    long long want;
    CHECK(sscanf(line, "%lld %63s %63s", &want, first, second) == 3);
    int64_t got = -1;
    CHECK_TEXT(time_text(want), first);
    CHECK_MSG(time_parse(first, &got) && got == want, "%s: %lld, want %lld", first, (long long)got, want);
    CHECK_MSG(time_parse(second, &got) && got == want, "%s: %lld, want %lld", second, (long long)got, want);
  }
  CHECK(lines > 400);
  free(text);
}

TEST(time_every_day_of_the_calendar)
{
  static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t instant = -62135596800 * DW_SECOND; /* 0001-01-01, which Python's datetime puts there */
  for (int year = 1; year <= 9999; year++)
    for (int month = 1; month <= 12; month++) {
      bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
      int last = month_days[month - 1] + (month == 2 && leap);
      for (int day = 1; day <= last; day += day == 1 ? last - 1 : 1) {
        char text[40];
        int64_t got = -1, want = instant + (day - 1) * DAY;
        snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        CHECK_MSG(dw_time_parse(text, 10, &got) && got == want, "%s", text);
        char back[DW_TIME_TEXT];
        CHECK_MSG(dw_time_print(back, want) == 20 && memcmp(back, text, 10) == 0 && memcmp(back + 10, "T00:00:00Z", 10) == 0, "%s", text);
      }
      char beyond[40];
      int64_t untouched = 5;
      snprintf(beyond, sizeof beyond, "%04d-%02d-%02d", year, month, last + 1);
      CHECK_MSG(!dw_time_parse(beyond, 10, &untouched) && untouched == 5, "%s", beyond);
      instant += last * DAY;
    }
}

TEST(time_forms)
{
  static const struct {
    const char *text;
    int64_t want;
  } cases[] = {
      {"1970-01-01", 0},
      {"1970-01-01T00:00", 0},
      {"1970-01-01 00:00:01", DW_SECOND},
      {"1970-01-01t00:00:01z", DW_SECOND},
      {"1970-01-01T00:00:00.5Z", 500000},
      {"1970-01-01T00:00:00.000001", 1},
      {"1970-01-01T00:00:00.0000019999999999999999999999", 1},
      {"1970-01-01T00:00:00.123456789Z", 123456},
      {"1969-12-31T23:59:59.999999Z", -1},
      {"1970-01-01T01:00+01:00", 0},
      {"1969-12-31T19:00-05:00", 0},
      {"1970-01-01T05:30+0530", 0},
      {"1970-01-01 02:00:00+02", 0},
      {"1970-01-01T00:00Z", 0},
      {"1970-01-01T23:59:59-00:00", 86399 * DW_SECOND},
      {"1970-01-02T00:00:00+23:59", 60 * DW_SECOND},
      {"2026-01-31T09:30:00Z", 1769851800 * DW_SECOND},
      /* by Python's datetime, the end of the day as the next one's begin, the leap second as the second behind it */
      {"2026-01-31T09:30:00,25", INT64_C(1769851800250000)},
      {"2026-01-31 09:30:00,123456789Z", INT64_C(1769851800123456)},
      {"2026-01-31T09:30:00.123456789+05:30", INT64_C(1769832000123456)},
      {"2026-01-31 09:30:00 UTC", 1769851800 * DW_SECOND},
      {"2026-01-31 09:30:00.5 GMT", INT64_C(1769851800500000)},
      {"2026-01-31T09:30:00UTC", 1769851800 * DW_SECOND},
      {"2026-01-31 09:30 UTC", 1769851800 * DW_SECOND},
      {"2024-02-29T24:00:00", 1709251200 * DW_SECOND},
      {"2024-12-31T24:00Z", 1735689600 * DW_SECOND},
      {"2024-12-31T24:00:00.000+01:00", 1735686000 * DW_SECOND},
      {"2016-12-31T23:59:60Z", 1483228800 * DW_SECOND},
      {"2016-12-31T23:59:60.5Z", INT64_C(1483228800500000)},
      {"2017-01-01T05:29:60+05:30", 1483228800 * DW_SECOND},
      {"2016-12-31T18:59:60-05:00", 1483228800 * DW_SECOND},
      {"2000-02-29 23:59:59", 951868799 * DW_SECOND},
      {"9999-12-31T23:59:59.999999", INT64_C(253402300799999999)},
      {"0001-01-01 00:00:00", INT64_C(-62135596800000000)},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t got = -77;
    CHECK_MSG(time_parse(cases[i].text, &got) && got == cases[i].want, "%s: %lld", cases[i].text, (long long)got);
  }
}

TEST(time_refuses)
{
  static const char *texts[] = {
      "",
      "2026",
      "2026-01",
      "2026-1-31",
      "2026-01-1",
      "26-01-31",
      "2026/01/31",
      "20260131",
      "0000-01-01",
      "+2026-01-31",
      "-001-01-01",
      "2026-00-10",
      "2026-13-10",
      "2026-01-00",
      "2026-02-29",
      "1900-02-29",
      "2026-04-31",
      "2026-01-31T",
      "2026-01-31T9:30",
      "2026-01-31T09",
      "2026-01-31T09:3",
      "2026-01-31T09:60",
      "2026-01-31T09:30:60",
      "2026-01-31T09:59:60+00:30",
      "2026-01-31T09:59:61",
      "2026-01-31T24:01",
      "2026-01-31T24:00:01",
      "2026-01-31T24:00:00.5",
      "2026-01-31T25:00",
      "9999-12-31T24:00:00",
      "9999-12-31T23:59:60",
      "2026-01-31T09:30:00,",
      "2026-01-31T09:30:00,5,5",
      "2026-01-31T09:30,5",
      "2026-01-31T09:30:00 ",
      "2026-01-31T09:30:00 CET",
      "2026-01-31T09:30:00 utc",
      "2026-01-31T09:30:00  UTC",
      "2026-01-31T09:30:00UTC ",
      "2026-01-31T09:30:00.5 ZZ",
      "2026-01-31T09:30:0a",
      "2026-01-3/T09:30:00",
      "2026-02-30T09:30:00",
      "0000-01-31T09:30:00",
      "2026-01-31T09:30:",
      "2026-01-31T09:30:5",
      "2026-01-31T09:30:00.",
      "2026-01-31T09:30:00.Z",
      "2026-01-31T09:30.5",
      "2026-01-31T09:30:00ZZ",
      "2026-01-31T09:30:00Z ",
      " 2026-01-31",
      "2026-01-31 ",
      "2026-01-31Z",
      "2026-01-31+01:00",
      "2026-01-31T09:30:00+",
      "2026-01-31T09:30:00+1",
      "2026-01-31T09:30:00+24:00",
      "2026-01-31T09:30:00+01:60",
      "2026-01-31T09:30:00+01:",
      "2026-01-31T09:30:00+01:0",
      "2026-01-31T09:30:00+010",
      "2026-01-31T09:30:00+01:00:00",
      "2026-01-31  09:30",
      "2026-01-31_09:30",
      "2026-01-31T09-30",
      "2026-01-3xT09:30",
      "10000-01-01",
      "0001-01-01T00:00+00:01",
      "9999-12-31T23:59:59-00:01",
      "now",
      "2026-01-31T-9:30",
      "2026-01-31T09:30:00 Z",
      "2026-01-31T09:30:00 +01:00",
      "2026-01-31T09:30:00--1:00",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int64_t value = 77;
    CHECK_MSG(!time_parse(texts[i], &value) && value == 77, "\"%s\" was read as %lld", texts[i], (long long)value);
  }
  int64_t value = 77;
  CHECK(!dw_time_parse("2026-01-31\0", 11, &value) && value == 77);
  for (size_t cut = 0; cut < 27; cut++) { /* no prefix may be read past its end */
    char *exact = malloc(cut + 1);
    memcpy(exact, "2026-01-31T09:30:00.5+01:00", cut);
    exact = realloc(exact, cut ? cut : 1);
    bool whole = cut == 10 || cut == 16 || cut == 19 || cut == 21 || cut == 24;
    CHECK_MSG(dw_time_parse(exact, cut, &value) == whole, "first %zu bytes", cut);
    free(exact);
  }
}

/* The usual form is read eight bytes at once; with a small t in it a time is read byte by byte, and says the same. */
TEST(the_usual_form_is_read_as_all_others_are)
{
  static const char *const times[] = {"2026-01-31T09:30:59",    "1999-12-31T23:59:60Z",       "2024-02-29T24:00:00",
                                      "0001-01-01T00:00:00.5Z", "2100-02-29T12:34:56.123456", "9999-12-31T23:59:59.999999Z"};
  int read = 0;
  for (size_t i = 0; i < sizeof times / sizeof *times; i++)
    for (size_t at = 0; times[i][at]; at++)
      for (int byte = 0; byte < 256; byte++) {
        char usual[40], other[40];
        int64_t instant = 1, same = 1;
        size_t length = strlen(strcpy(usual, times[i]));
        if (at == 10) continue;
        usual[at] = (char)byte;
        memcpy(other, usual, length);
        other[10] = 't';
        bool known = dw_time_parse(usual, length, &instant);
        read += known;
        CHECK_MSG(known == dw_time_parse(other, length, &same) && instant == same, "%.*s", (int)length, usual);
      }
  CHECK_MSG(read > 500 && read < 1500, "%d", read);
}

TEST(time_print_extremes)
{
  CHECK_TEXT(time_text(0), "1970-01-01T00:00:00Z");
  CHECK_TEXT(time_text(-1), "1969-12-31T23:59:59.999999Z");
  CHECK_TEXT(time_text(120000), "1970-01-01T00:00:00.12Z");
  CHECK_TEXT(time_text(INT64_MAX), "+294247-01-10T04:00:54.775807Z");
  CHECK_TEXT(time_text(INT64_MIN), "-290308-12-21T19:59:05.224192Z");
}

TEST(duration_forms)
{
  static const struct {
    const char *text;
    int64_t want;
  } cases[] = {
      {"90s", 90 * DW_SECOND},
      {"60m", 3600 * DW_SECOND},
      {"24h", DAY},
      {"7d", 7 * DAY},
      {"2w", 14 * DAY},
      {"250ms", 250000},
      {"100us", 100},
      {"1.5h", 5400 * DW_SECOND},
      {"1h30m", 5400 * DW_SECOND},
      {"1w2d3h4m5s6ms7us", 9 * DAY + 11045 * DW_SECOND + 6007},
      {"0.5s", 500000},
      {"0h1us", 1},
      {"1.0000001s", DW_SECOND},
      {"0.1us1us", 0},
      {"1.5d12h", 2 * DAY},
      {"0.333333333333333333333333333h", 1199999999},
      {"106751991d4h54s775ms807us", INT64_MAX},
      {"007s", 7 * DW_SECOND},
      {"0.000001s", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t got = 0;
    bool ok = dw_duration_parse(cases[i].text, strlen(cases[i].text), &got);
    CHECK_MSG(ok == (cases[i].want != 0) && got == cases[i].want, "%s: %d, %lld", cases[i].text, ok, (long long)got);
  }
  static const char *bad[] = {"",
                              "5",
                              "s",
                              "-5s",
                              "+5s",
                              "5 s",
                              " 5s",
                              "5s ",
                              "5S",
                              "5M",
                              "5min",
                              "5sec",
                              "1..5h",
                              ".5h",
                              "1.h",
                              "5mm",
                              "5msus",
                              "0s",
                              "0.0000001s",
                              "30m1h",
                              "1h1h",
                              "1h30",
                              "1e3s",
                              "0x5s",
                              "1,5h",
                              "106751991d4h54s775ms808us",
                              "99999999999999999999s",
                              "99999999w",
                              "9223372036854775808us",
                              "5\xc2\xb5s"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    int64_t got = 77;
    CHECK_MSG(!dw_duration_parse(bad[i], strlen(bad[i]), &got) && got == 77, "\"%s\" was read as %lld", bad[i], (long long)got);
  }
}

TEST(duration_print_parses_back)
{
  CHECK_TEXT(duration_text(5400 * DW_SECOND), "1h30m");
  CHECK_TEXT(duration_text(7 * DAY), "7d");
  CHECK_TEXT(duration_text(DAY), "1d");
  CHECK_TEXT(duration_text(90 * DW_SECOND), "1m30s");
  CHECK_TEXT(duration_text(1500), "1ms500us");
  CHECK_TEXT(duration_text(0), "0s");
  CHECK_TEXT(duration_text(-1500000), "-1s500ms");
  CHECK_TEXT(duration_text(INT64_MAX), "106751991d4h54s775ms807us");
  CHECK_TEXT(duration_text(INT64_MIN), "-106751991d4h54s775ms808us");
  uint64_t state = 1;
  for (int i = 0; i < 20000; i++) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    int64_t want = (int64_t)(state >> (1 + i % 60)) | 1, got = 0;
    const char *text = duration_text(want);
    CHECK_MSG(dw_duration_parse(text, strlen(text), &got) && got == want, "%s", text);
  }
}

TEST(time_now_obeys_DW_NOW)
{
  int64_t now = 0;
  dw_err err = {0};
  setenv("DW_NOW", "2026-01-31T09:30:00Z", 1);
  CHECK(dw_time_now(&now, &err) == DW_OK && now == 1769851800 * DW_SECOND);
  setenv("DW_NOW", "yesterday\n", 1);
  CHECK(dw_time_now(&now, &err) == DW_EUSAGE && err.status == DW_EUSAGE);
  CHECK_TEXT(err.message, "DW_NOW: \"yesterday?\" is not a time such as 2026-01-31T09:30:00Z");
  CHECK(dw_time_now(&now, NULL) == DW_EUSAGE);
  unsetenv("DW_NOW");
  CHECK(dw_time_now(&now, &err) == DW_OK && now > 1700000000 * DW_SECOND);
  setenv("DW_NOW", "", 1); /* as if unset */
  CHECK(dw_time_now(&now, &err) == DW_OK);
  unsetenv("DW_NOW");
  uint64_t before = dw_monotonic_ns();
  CHECK(dw_monotonic_ns() >= before && before > 0);
}

TEST(times_asked_are_of_the_calendar_or_of_now)
{
  static const struct {
    const char *text;
    bool good;
    int64_t want; /* seconds, of a now of 1,000,000 */
  } cases[] = {{"now", true, 1000000}, {"60m", true, 996400}, {"2d", true, 827200}, {"1970-01-02T00:00:00Z", true, 86400},
               {"then", false, 0},     {"", false, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t instant = -1;
    CHECK(dw_time_asked(cases[i].text, 1000000 * DW_SECOND, &instant) == cases[i].good);
    if (cases[i].good) CHECK_MSG(instant == cases[i].want * DW_SECOND, "%s", cases[i].text);
  }
}
