#include "io/record/time_format.h"

#include "base/clock.h"
#include "test.h"

/* Read from memory of exactly its length, so that the sanitizer sees a read behind the end. */
static bool reads(const char *form, const char *text, int64_t *instant)
{
  dw_time_format format;
  dw_err err = {0};
  CHECK_MSG(dw_time_format_parse(&format, form, &err) == DW_OK, "%s", err.message);
  size_t length = strlen(text);
  char *exact = malloc(length ? length : 1);
  memcpy(exact, text, length);
  bool found = dw_time_format_read(&format, exact, length, instant);
  free(exact);
  return found;
}

typedef struct known {
  const char *form, *text;
  int64_t instant;
} known;

static void check_known(const known *k)
{
  int64_t got = 42;
  bool found = reads(k->form, k->text, &got);
  CHECK_MSG(found && got == k->instant, "%s by %s: %d, %lld instead of %lld", k->text, k->form, found, (long long)got,
            (long long)k->instant);
}

/* By datetime.strptime of Python 3. */
TEST(as_python_reads_them)
{
  static const known cases[] = {
      {"%d/%m/%Y", "03/04/2024", INT64_C(1712102400000000)},
      {"%m/%d/%Y", "03/04/2024", INT64_C(1709510400000000)},
      {"%d/%m/%Y", "3/4/2024", INT64_C(1712102400000000)},
      {"%d.%m.%Y", "31.12.2024", INT64_C(1735603200000000)},
      {"%d.%m.%Y", "29.2.2000", INT64_C(951782400000000)},
      {"%m/%d/%y", "02/29/00", INT64_C(951782400000000)},
      {"%m/%d/%y", "01/01/68", INT64_C(3092601600000000)},
      {"%m/%d/%y", "01/01/69", INT64_C(-31536000000000)},
      {"%Y%m%d", "20240515", INT64_C(1715731200000000)},
      {"%Y%m%d%H%M%S", "20140701235959", INT64_C(1404259199000000)},
      {"%Y%m%d%H%M", "202405150930", INT64_C(1715765400000000)},
      {"%Y%m%d%H", "2024051509", INT64_C(1715763600000000)},
      {"%Y", "2014", INT64_C(1388534400000000)},
      {"%Y-%m", "2014-07", INT64_C(1404172800000000)},
      {"%Y-%j", "2024-366", INT64_C(1735603200000000)},
      {"%Y%j", "2023001", INT64_C(1672531200000000)},
      {"%d/%m/%Y %H:%M", "31/12/2024 23:59", INT64_C(1735689540000000)},
      {"%m/%d/%Y %I:%M:%S %p", "03/04/2024 12:00:01 AM", INT64_C(1709510401000000)},
      {"%m/%d/%Y %I:%M %p", "3/4/2024 12:30 pm", INT64_C(1709555400000000)},
      {"%m/%d/%Y %I:%M %p", "3/4/2024 1:05 PM", INT64_C(1709557500000000)},
      {"%d %b %Y", "5 Jan 2024", INT64_C(1704412800000000)},
      {"%d %B %Y", "29 february 2024", INT64_C(1709164800000000)},
      {"%b %d, %Y", "May 5, 2024", INT64_C(1714867200000000)},
      {"%a, %d %b %Y %H:%M:%S %z", "Mon, 05 Feb 2024 10:00:00 +0530", INT64_C(1707107400000000)},
      {"%d/%b/%Y:%H:%M:%S %z", "10/Oct/2000:13:55:36 -0700", INT64_C(971211336000000)},
      {"%Y-%m-%dT%H:%M:%S.%f%z", "2024-02-29T23:59:59.999999+01:00", INT64_C(1709247599999999)},
      {"%d.%m.%Y %H:%M:%S.%f", "01.03.2024 00:00:00.5", INT64_C(1709251200500000)},
      {"%Y-%m-%d %H:%M:%S %Z", "1969-12-31 23:59:59 GMT", INT64_C(-1000000)},
      {"%d/%m/%Y", "01/01/0001", INT64_C(-62135596800000000)},
      {"%d/%m/%Y", "31/12/9999", INT64_C(253402214400000000)},
      {"%m/%d/%y", "12/31/99", INT64_C(946598400000000)},
      {"%H:%M %d/%m/%Y", "23:59 28/02/2023", INT64_C(1677628740000000)},
      {"%%%Y", "%1999", INT64_C(915148800000000)},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_known(&cases[i]);
}

/* What Python's strptime has otherwise or not at all: POSIX's letters, seconds since 1970, more digits, runs of white space. */
TEST(beyond_python)
{
  static const known cases[] = {
      {"%F %T", "2024-02-29 12:34:56", INT64_C(1709210096000000)},
      {"%F %R", "2024-02-29 12:34", INT64_C(1709210040000000)},
      {"%D", "02/29/24", INT64_C(1709164800000000)},
      {"%e %h %Y", "29 Feb 2024", INT64_C(1709164800000000)},
      {"%A %d %b %Y", "thursday 29 Feb 2024", INT64_C(1709164800000000)},
      {"%F  %T", "2024-02-29 \t 12:34:56", INT64_C(1709210096000000)},
      {"%F %T", "2024-01-01 24:00:00", INT64_C(1704153600000000)},
      {"%d/%m/%Y %H:%M:%S", "31/12/2016 23:59:60", INT64_C(1483228800000000)},
      {"%d.%m.%Y %H:%M:%S,%f", "01.03.2024 00:00:00,5", INT64_C(1709251200500000)},
      {"%s", "1709210096", INT64_C(1709210096000000)},
      {"%s", "2014", INT64_C(2014000000)},
      {"%s", "20240515", INT64_C(20240515000000)},
      {"%s", "-1.5", INT64_C(-1500000)},
      {"%s", "0.1234567", INT64_C(123456)},
      {"%s", "-62135596800", INT64_C(-62135596800000000)},
      {"%s", "253402300799.999999", INT64_C(253402300799999999)},
      {"%F %T.%f", "2024-02-29 12:34:56.123456789", INT64_C(1709210096123456)},
      {"%Y%m%d%H%M%S%f", "20240229123456789", INT64_C(1709210096789000)},
      {"%{2026-02-01}%b %d %H:%M:%S", "Jan  5 09:12:33", INT64_C(1767604353000000)},
      {"%{2026-02-01}%b %d %H:%M:%S", "Feb  1 00:00:00", INT64_C(1738368000000000)},
      {"%{2026-02-01}%b %d %H:%M:%S", "Dec 31 23:59:59", INT64_C(1767225599000000)},
      {"%{2026-02-01}%b %d %H:%M:%S", "Feb 29 00:00:00", INT64_C(1709164800000000)},
      {"%{1904-01-01}%d.%m.", "29.02.", INT64_C(-2330121600000000)}, /* of 1896: 1900 was no leap year */
      {"%m/%d %H:%M%{2026-01-01T00:30:00Z}", "01/01 00:29", INT64_C(1767227340000000)},
      {"%{2026-01-01}%m/%d %H:%M %z", "01/01 00:30 +01:00", INT64_C(1767223800000000)},
      {"%F %T%z", "2024-02-29 12:34:56Z", INT64_C(1709210096000000)},
      {"%F %T%z", "2024-02-29 12:34:56-03", INT64_C(1709220896000000)},
      {"%F %T %Z", "2024-02-29 12:34:56 utc", INT64_C(1709210096000000)},
      {"%F %T%Z", "2024-02-29 12:34:56Z", INT64_C(1709210096000000)},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_known(&cases[i]);
}

TEST(what_does_not_match_leaves_the_instant_alone)
{
  static const char *const cases[][2] = {
      {"%{2026-02-01}%b %d", "Feb 30"},
      {"%{0001-01-05}%b %d", "Jan 05"},
      {"%d/%m/%Y", ""},
      {"%d/%m/%Y", "03/04/24"},
      {"%d/%m/%Y", "03/04/02024"},
      {"%d/%m/%Y", "04/13/2024"},
      {"%d/%m/%Y", "00/04/2024"},
      {"%d/%m/%Y", "01/00/2024"},
      {"%d/%m/%Y", "29/02/2023"},
      {"%d/%m/%Y", "29/02/1900"},
      {"%d/%m/%Y", "31/04/2024"},
      {"%d/%m/%Y", "01/01/0000"},
      {"%d/%m/%Y", "003/4/2024"},
      {"%d/%m/%Y", " 03/04/2024"},
      {"%d/%m/%Y", "03/04/2024 "},
      {"%d/%m/%Y", "03/04/2024 10:00"},
      {"%d/%m/%Y", "03-04-2024"},
      {"%d/%m/%Y", "2024-04-03"},
      {"%m/%d/%y", "1/2/3"},
      {"%Y%m%d", "2024515"},
      {"%Y%m%d", "202405"},
      {"%Y%m%d", "2024051"},
      {"%Y%m%d", "20240230"},
      {"%Y%j", "2023366"},
      {"%Y-%j", "2024-0"},
      {"%Y-%j", "2024-367"},
      {"%F %T", "2024-01-01 24:00:01"},
      {"%F %T", "2024-01-01 23:60:00"},
      {"%F %T", "2016-12-31 23:58:60"},
      {"%F %T", "2024-01-01 10:00"},
      {"%F %T.%f", "2024-01-01 10:00:00."},
      {"%F %T.%f", "2024-01-01 10:00:00"},
      {"%F %I:%M %p", "2024-01-01 13:00 PM"},
      {"%F %I:%M %p", "2024-01-01 00:00 AM"},
      {"%F %I:%M %p", "2024-01-01 10:00 XM"},
      {"%F %I:%M %p", "2024-01-01 10:00"},
      {"%d %b %Y", "5 Janu 2024"},
      {"%d %b %Y", "5 J 2024"},
      {"%d %b %Y", "5 gen 2024"},
      {"%d %b %Y", "5Jan2024"},
      {"%F %T %z", "2024-01-01 10:00:00 "},
      {"%F %T %z", "2024-01-01 10:00:00 CET"},
      {"%F %T %Z", "2024-01-01 10:00:00 CET"},
      {"%F %T%z", "0001-01-01 00:00:00+01:00"},
      {"%F %T%z", "9999-12-31 23:59:59-01:00"},
      {"%s", ""},
      {"%s", "-"},
      {"%s", "1e9"},
      {"%s", "12."},
      {"%s", "253402300800"},
      {"%s", "-62135596800.5"},
      {"%s", "99999999999999999999999"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t got = 42;
    CHECK_MSG(!reads(cases[i][0], cases[i][1], &got) && got == 42, "\"%s\" was read by %s", cases[i][1], cases[i][0]);
  }
}

TEST(a_day_after_the_other_from_the_year_1_to_9999)
{
  dw_time_format format;
  CHECK(dw_time_format_parse(&format, "%d.%m.%Y %H", NULL) == DW_OK);
  int64_t day = 86400 * DW_SECOND, want = INT64_C(-62135596800) * DW_SECOND, got;
  uint64_t bad = 0, days = 0;
  for (; want < INT64_C(253402300800) * DW_SECOND; want += day, days++) {
    char iso[DW_TIME_TEXT], text[DW_TIME_TEXT];
    dw_time_print(iso, want);
    int length = snprintf(text, sizeof text, "%.2s.%.2s.%.4s %.2s", iso + 8, iso + 5, iso, iso + 11);
    bad += !dw_time_format_read(&format, text, (size_t)length, &got) || got != want;
  }
  CHECK(bad == 0 && days == 3652059); /* datetime.date.max.toordinal() */
}

TEST(formats_that_are_none)
{
  static const char *const cases[][2] = {
      {"", "no year"},
      {"%H:%M", "no year"},
      {"%d/%m", "no year"},
      {"dd/mm/yyyy", "no year"},
      {"%Y-%q", "there is no %q"},
      {"%Y-%G", "there is no %G"},
      {"%c", "there is no %c"},
      {"%Y-%", "ends in a % without its letter"},
      {"%Y %y", "twice"},
      {"%F %d", "twice"},
      {"%m %b %Y", "twice"},
      {"%F %H %I %p", "twice"},
      {"%F %T%z %Z", "twice"},
      {"%Y %d", "a day without a month"},
      {"%Y-%m-%j", "the day of the year beside"},
      {"%F %I:%M", "%I and %p together"},
      {"%F %H:%M %p", "%I and %p together"},
      {"%F %M", "minutes without an hour"},
      {"%F %H %S", "seconds without minutes"},
      {"%F %H:%M.%f", "a fraction without seconds"},
      {"%s %Y", "%s is the whole time"},
      {"%s %s", "%s twice"},
      {"%{2026}%b %d", "takes a day"},
      {"%{2026-01-01%b %d", "takes a day"},
      {"%{2026-01-01}%b %d%{2026-01-01}", "twice"},
      {"%{2026-01-01}%Y %b %d", "says the year"},
      {"%{2026-01-01}%H:%M", "a month and a day"},
      {"%{2026-01-01}%j", "a month and a day"},
      {"%{2026-01-01}%s", "the whole time"},
      {"%Y-----------------------------------------------------------------", "longer than any time"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_time_format format;
    dw_err err = {0};
    CHECK_MSG(dw_time_format_parse(&format, cases[i][0], &err) == DW_EUSAGE, "%s was taken", cases[i][0]);
    CHECK_MSG(strstr(err.message, cases[i][1]) && strncmp(err.message, "--time-format: \"", 16) == 0, "%s: %s", cases[i][0], err.message);
  }
}

TEST(which_form_a_text_has)
{
  static const char *const cases[][3] = {
      {"03/04/2024", "%d/%m/%Y", "%m/%d/%Y"},
      {"3/4/24", "%d/%m/%y", "%m/%d/%y"},
      {"13/04/2024", "%d/%m/%Y", NULL},
      {"04/13/2024", "%m/%d/%Y", NULL},
      {"31.12.2024", "%d.%m.%Y", NULL},
      {"1.2.2024", "%d.%m.%Y", "%m.%d.%Y"},
      {"31-12-2024", "%d-%m-%Y", NULL},
      {"2024/12/31", "%Y/%m/%d", NULL},
      {"2024-1-5", "%Y-%m-%d", NULL},
      {"5 Jan 2024", "%d %b %Y", NULL},
      {"05-Jan-2024", "%d-%b-%Y", NULL},
      {"January 5, 2024", "%b %d, %Y", NULL},
      {"Mon, 05 Feb 2024 10:00:00 GMT", "%a, %d %b %Y %H:%M:%S %Z", NULL},
      {"10/Oct/2000:13:55:36 -0700", "%d/%b/%Y:%H:%M:%S %z", NULL},
      {"[10/Oct/2000:13:55:36 -0700]", "[%d/%b/%Y:%H:%M:%S %z]", NULL},
      {"[Wed Oct 11 14:32:52.123456 2000]", "[%a %b %d %H:%M:%S.%f %Y]", NULL},
      {"Sun Oct  1 14:32:52 2000", "%a %b %d %H:%M:%S %Y", NULL},
      {"Sat Jan  5 09:12:33 UTC 2019", "%a %b %d %H:%M:%S %Z %Y", NULL},
      {"Sat Jan  5 09:12:33 CET 2019", NULL, NULL},
      {"05-JAN-19", "%d-%b-%y", NULL},
      {"Saturday, 05-Jan-19 10:00:00 GMT", "%a, %d-%b-%y %H:%M:%S %Z", NULL},
      {"05 Jan 19", NULL, NULL},
      {"Oct 11 14:32:52 2000", "%b %d %H:%M:%S %Y", NULL},
      {"[10/Oct/2000:13:55:36 -0700", NULL, NULL},
      {"[]", NULL, NULL},
      {"[      ]", NULL, NULL},
      {"31.12.2024 23:59", "%d.%m.%Y %H:%M", NULL},
      {"31.12.2024 23:59:59,125", "%d.%m.%Y %H:%M:%S,%f", NULL},
      {"1/5/2019", "%d/%m/%Y", "%m/%d/%Y"},
      {"05.01.2019", "%d.%m.%Y", "%m.%d.%Y"},
      {"Jan 05 2019", "%b %d %Y", NULL},
      {"Oct 10 13:55:36", NULL, NULL},
      {"12/31/2024, 11:59:59.5 PM", "%m/%d/%Y, %I:%M:%S.%f %p", NULL},
      {"12/31/2024 1pm", "%m/%d/%Y %I%p", NULL},
      {"2024/12/31T10:00:00+02:00", "%Y/%m/%dT%H:%M:%S%z", NULL},
      {"20240304T101500Z", "%Y%m%dT%H%M%S%z", NULL},
      {"31/04/2024", NULL, NULL},
      {"13/13/2024", NULL, NULL},
      {"29/02/2023", NULL, NULL},
      {"1.12.24", NULL, NULL}, /* a version, for all that can be known */
      {"10.1.2.3", NULL, NULL},
      {"555-12-3456", NULL, NULL},
      {"1/2", NULL, NULL},
      {"20240304", NULL, NULL},
      {"1234567", NULL, NULL},
      {"12:30:00", NULL, NULL},
      {"May", NULL, NULL},
      {"May be 5, 2024", NULL, NULL},
      {"03/04/2024 and more", NULL, NULL},
      {"03/04/2024 25:00", NULL, NULL},
      {"03/04/2024 10:00 CET", NULL, NULL},
      {"", NULL, NULL},
      {"/04/2024", NULL, NULL},
      {"2024/", NULL, NULL},
      {"%d/%m/%Y", NULL, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char form[2][DW_TIME_FORMAT_TEXT] = {"", ""};
    size_t length = strlen(cases[i][0]);
    char *exact = malloc(length ? length : 1);
    memcpy(exact, cases[i][0], length);
    int want = cases[i][1] ? cases[i][2] ? 2 : 1 : 0, got = dw_time_format_guess(exact, length, form);
    free(exact);
    bool same = got == want;
    for (int k = 0; k < want; k++) same = same && strcmp(form[k], cases[i][1 + k]) == 0;
    CHECK_MSG(same, "%s: %d of %d, %s, %s", cases[i][0], got, want, form[0], form[1]);
  }
}

/* Whatever is guessed reads the text that it was guessed from, and no byte behind it is looked at. */
TEST(what_is_guessed_can_be_read)
{
  static const char *const pieces[] = {"0",  "1",   "2",        "3",   "12",  "29", "31", "2024", "1999",     "/", "/",      ".",
                                       "-",  "-",   " ",        " ",   ":",   ":",  ",",  "T",    "Z",        "+", "+01:00", "AM",
                                       "pm", "Jan", "february", "Mon", "UTC", "10", "59", "%",    "\xc3\xa9", "x"};
  enum { PIECES = sizeof pieces / sizeof *pieces, TRIES = 300000 };
  uint64_t state = 1, guessed = 0, bad = 0;
  for (int i = 0; i < TRIES; i++) {
    char text[128] = "", form[2][DW_TIME_FORMAT_TEXT];
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    if (i % 2)
      snprintf(text, sizeof text, "%d%c%d%c2024", (int)(state >> 60) + 17, "/.- "[i / 2 % 4], (int)(state >> 40 & 15), "/.- "[i / 2 % 4]);
    for (int k = (int)(state >> 33 & 7) + (i % 2 ? 0 : 3); k; k--) {
      state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
      strcat(text, pieces[(state >> 33) % PIECES]);
    }
    size_t length = strlen(text);
    char *exact = malloc(length ? length : 1);
    memcpy(exact, text, length);
    int count = dw_time_format_guess(exact, length, form);
    guessed += count > 0;
    for (int k = 0; k < count; k++) {
      dw_time_format format;
      int64_t instant;
      bool fine = dw_time_format_parse(&format, form[k], NULL) == DW_OK && dw_time_format_read(&format, exact, length, &instant);
      bad += !fine || instant < INT64_C(-62135596800) * DW_SECOND || instant >= INT64_C(253402300800) * DW_SECOND;
    }
    free(exact);
  }
  CHECK_MSG(bad == 0 && guessed > 1000, "%llu of %llu", (unsigned long long)bad, (unsigned long long)guessed);
}

TEST(a_time_that_lacks_its_year)
{
  static const char *const lack[] = {"Oct 10 13:55:36", "Oct  1 03:05:06", "feb 29 00:00:00.123456", "Dec 31 23:59:59,5"};
  static const char *const others[] = {"",
                                       "Oct 10",
                                       "Oct 10 2000",
                                       "Oct 10 13:55:36 2000",
                                       "10 Oct 13:55:36",
                                       "Oct 32 13:55:36",
                                       "Feb 30 00:00:00",
                                       "Oct 10 13:55",
                                       "May be 10 13:55:36",
                                       "2000 Oct 10 13:55:36"};
  /* by Python's datetime, of the year 2000 */
  static const int64_t within[] = {INT64_C(24501336000000), INT64_C(23684706000000), INT64_C(5097600123456), INT64_C(31622399500000)};
  for (size_t i = 0; i < sizeof lack / sizeof *lack; i++) {
    int64_t got = 42;
    CHECK_MSG(dw_time_format_yearless(lack[i], strlen(lack[i]), &got) && got == within[i], "%s: %lld", lack[i], (long long)got);
  }
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    int64_t got = 42;
    CHECK_MSG(!dw_time_format_yearless(others[i], strlen(others[i]), &got) && got == 42, "%s", others[i]);
  }
}
