#include "io/record/instant.h"

#include "base/clock.h"
#include "test.h"

static bool of_number(double number, int64_t *instant)
{
  return dw_instant_cell(NULL, &(dw_batch){0}, DW_REAL, (dw_cell){.number = number}, NULL, instant);
}

TEST(numbers_by_their_size)
{
  int64_t instant = 0;
  CHECK(of_number(1.5, &instant) && instant == 1500000);
  CHECK(of_number(1767225600, &instant) && instant == 1767225600 * DW_SECOND);
  CHECK(of_number(1767225600123, &instant) && instant == INT64_C(1767225600123000));
  CHECK(of_number(1767225600123456, &instant) && instant == INT64_C(1767225600123456));
  CHECK(of_number(-86400, &instant) && instant == -86400 * DW_SECOND);
  CHECK(of_number(-1.5e-6, &instant) && instant == -2); /* down, not towards 0 */
  CHECK(of_number(-2e-6, &instant) && instant == -2 && of_number(2.5e-6, &instant) && instant == 2);
  CHECK(of_number(1767225600123456789.0, &instant) && instant == INT64_C(1767225600123456));
  CHECK(of_number(1e17, &instant) && instant == INT64_C(100000000000000));
  CHECK(of_number(-1e18, &instant) && instant == INT64_C(-1000000000000000));
  CHECK(!of_number(9.3e18, &instant) && !of_number(NAN, &instant) && !of_number(INFINITY, &instant));
}

TEST(texts)
{
  dw_batch batch = {.text = "2026-01-01T00:00:00Z yesterday"};
  dw_buf scratch = {0};
  int64_t instant = 0;
  CHECK(dw_instant_cell(NULL, &batch, DW_STRING, (dw_cell){.text = {0, 20}}, &scratch, &instant) && instant == 1767225600 * DW_SECOND);
  CHECK(!dw_instant_cell(NULL, &batch, DW_STRING, (dw_cell){.text = {21, 9}}, &scratch, &instant));
  CHECK(!dw_instant_cell(NULL, &batch, DW_TRUE, (dw_cell){0}, &scratch, &instant) &&
        !dw_instant_cell(NULL, &batch, DW_NULL, (dw_cell){0}, &scratch, &instant));
  dw_buf_free(&scratch);
}

static bool of_text(const dw_time_format *format, const char *text, int64_t *instant)
{
  dw_buf scratch = {0};
  bool found =
      dw_instant_cell(format, &(dw_batch){.text = text}, DW_STRING, (dw_cell){.text = {0, (uint32_t)strlen(text)}}, &scratch, instant);
  dw_buf_free(&scratch);
  return found;
}

/* Expected values by Python's datetime. */
TEST(digits_of_the_calendar)
{
  static const struct {
    double number;
    int64_t seconds;
  } known[] = {{20240515, 1715731200},         {20000229, 951782400},        {10000101, -30610224000},     {99991231, 253402214400},
               {20140701000000, 1404172800},   {20140701235959, 1404259199}, {20240229120000, 1709208000}, {20140701240000, 1404259200},
               {99991231235959, 253402300799}, {19691231235959, -1}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    int64_t instant = 0, text_instant = 0;
    char text[32];
    snprintf(text, sizeof text, "%.0f", known[i].number);
    CHECK_MSG(of_number(known[i].number, &instant) && instant == known[i].seconds * DW_SECOND, "%s: %lld", text, (long long)instant);
    CHECK_MSG(of_text(NULL, text, &text_instant) && text_instant == instant, "%s as text", text);
  }
}

TEST(digits_that_say_nothing_sure)
{
  static const double none[] = {
      1800,           2014,           2014.5,         2199.75,           20240230,          20241301,         20240500,
      10000000,       99999999,       20240515.5,     201407010000,      197612312359,      20140701240001,   20140701006000,
      20230229000000, 10000000000000, 99999999999999, 20140701000000.25, 20140701000000124, 10000000000000000};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    int64_t instant = 42;
    CHECK_MSG(!of_number(none[i], &instant) && instant == 42, "%.17g was taken", none[i]);
  }
  static const char *const texts[] = {"2014",    "17200000",   "172000000x",   "172000000.",        "0720000000", "-1720000000",
                                      "1.72e9",  "172000000 ", "201407010000", "20240515123000123", "20240230",   "00000101",
                                      "2024051", "2024 515",   "+2024051",     "20140701246060"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int64_t instant = 42;
    CHECK_MSG(!of_text(NULL, texts[i], &instant) && instant == 42, "%s was taken", texts[i]);
  }
}

/* By Python's datetime: what a writer to whom all is text makes of a time since 1970. */
TEST(digits_since_1970_as_text)
{
  static const struct {
    const char *text;
    int64_t microseconds;
  } known[] = {{"100000000", INT64_C(100000000000000)},           {"1720000000", INT64_C(1720000000000000)},
               {"1720000000.25", INT64_C(1720000000250000)},      {"1720000000123", INT64_C(1720000000123000)},
               {"1720000000123456", INT64_C(1720000000123456)},   {"1720000000123456000", INT64_C(1720000000123456)},
               {"1720000000123456789", INT64_C(1720000000123456)}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    int64_t instant = 0;
    CHECK_MSG(of_text(NULL, known[i].text, &instant) && instant == known[i].microseconds, "%s: %lld", known[i].text, (long long)instant);
  }
}

/* On both sides of what is told apart: Unix times as they always were. */
TEST(numbers_beside_the_calendar)
{
  static const struct {
    double number;
    int64_t microseconds;
  } known[] = {{1799, 1799000000},
               {1799.5, 1799500000},
               {2200, 2200000000},
               {9999999, 9999999000000},
               {100000000, 100000000000000},
               {-2014, -2014000000},
               {-20240515, -20240515000000},
               {1720000000, 1720000000000000},
               {2024051509, 2024051509000000}, /* a double meaning that seconds of 2034 have, too */
               {99999999999, INT64_C(99999999999000000)},
               {201407010060, INT64_C(201407010060000)},
               {201413010000, INT64_C(201413010000000)},
               {189302400000, INT64_C(189302400000000)},
               {210001010000, INT64_C(210001010000000)},
               {1720000000123, INT64_C(1720000000123000)},
               {9999999999999, INT64_C(9999999999999000)},
               {100000000000000, INT64_C(100000000000000)},
               {1720000000123456, INT64_C(1720000000123456)},
               {9999999999999998, INT64_C(9999999999999998)}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    int64_t instant = 0;
    CHECK_MSG(of_number(known[i].number, &instant) && instant == known[i].microseconds, "%.17g: %lld", known[i].number, (long long)instant);
  }
}

TEST(the_form_of_the_user_is_the_only_one)
{
  dw_time_format format;
  int64_t instant = 0;
  CHECK(dw_time_format_parse(&format, "%d/%m/%Y", NULL) == DW_OK);
  CHECK(of_text(&format, "03/04/2024", &instant) && instant == 1712102400 * DW_SECOND);
  CHECK(!of_text(&format, "2024-04-03", &instant) && !of_text(&format, "20240403", &instant));
  CHECK(dw_time_format_parse(&format, "%Y", NULL) == DW_OK);
  CHECK(of_text(&format, "2014", &instant) && instant == 1388534400 * DW_SECOND);
  /* a column that is not read as text: Parquet's numbers */
  CHECK(dw_instant_cell(&format, &(dw_batch){0}, DW_INTEGER, (dw_cell){.number = 2014}, NULL, &instant) &&
        instant == 1388534400 * DW_SECOND);
  CHECK(!dw_instant_cell(&format, &(dw_batch){0}, DW_TRUE, (dw_cell){0}, NULL, &instant));
}

static const char *wrong(const dw_time_format *format, const char *text, double number)
{
  static char out[400];
  dw_buf why = {0};
  dw_cell cell = {.number = number};
  if (text) cell = (dw_cell){.text = {0, (uint32_t)strlen(text)}};
  snprintf(out, sizeof out, "%s", dw_instant_wrong(format, &(dw_batch){.text = text}, text ? DW_STRING : DW_REAL, cell, &why));
  dw_buf_free(&why);
  return out;
}

TEST(messages_name_the_value_and_the_way_out)
{
  dw_time_format format;
  dw_buf why = {0};
  CHECK(strstr(wrong(NULL, "03/04/2024", 0), "is not a time: \"03/04/2024\" is of the form %d/%m/%Y, or %m/%d/%Y: --time-format"));
  CHECK(strstr(wrong(NULL, "31.12.2024", 0), "\"31.12.2024\" is of the form %d.%m.%Y: --time-format"));
  CHECK(strstr(wrong(NULL, NULL, 2014), "2014 is a year, or seconds since 1970: --time-format %Y, or %s"));
  CHECK(strstr(wrong(NULL, "2014", 0), "\"2014\" is a year, or seconds"));
  CHECK(strstr(wrong(NULL, NULL, 20240230), "20240230 is no date YYYYMMDD"));
  CHECK(strstr(wrong(NULL, NULL, 201407010000), "201407010000 is a time, or milliseconds"));
  CHECK(strstr(wrong(NULL, NULL, 20140701250000), "20140701250000 is no time YYYYMMDDHHMMSS"));
  CHECK(strstr(wrong(NULL, NULL, 20140701000000124), "--time-format %Y%m%d%H%M%S%f"));
  CHECK(strstr(wrong(NULL, "Oct 10 13:55:36", 0), "\"Oct 10 13:55:36\" has no year, and none is assumed"));
  CHECK(strstr(wrong(NULL, "yesterday", 0), "is not a time: \"yesterday\"; a time is ISO 8601 text"));
  CHECK(strstr(wrong(NULL, "0123456789012345678901234567890123456789 and on", 0), "\"0123456789012345678901234567890123456789...\""));
  CHECK(dw_time_format_parse(&format, "%d/%m/%Y", NULL) == DW_OK);
  CHECK(strstr(wrong(&format, "2024-04-03", 0), "is not a time: \"2024-04-03\" is not of the form --time-format %d/%m/%Y"));
  CHECK(strcmp(dw_instant_wrong(NULL, &(dw_batch){0}, DW_NULL, (dw_cell){0}, &why), "is missing; each record needs its time") == 0);
  CHECK(strstr(dw_instant_wrong(NULL, &(dw_batch){0}, DW_TRUE, (dw_cell){0}, &why), "is not a time; a time is ISO 8601 text"));
  dw_buf_free(&why);
}
