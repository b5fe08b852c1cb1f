#include "test.h"

#include <errno.h>

#include "base/err.h"

TEST(err_set_fills_and_returns)
{
  dw_err err = {0};
  CHECK(dw_err_set(&err, DW_EDATA, "expected %d fields, got %s", 9, "8") == DW_EDATA);
  CHECK(err.status == DW_EDATA);
  CHECK_TEXT(err.message, "expected 9 fields, got 8");
  CHECK(dw_err_set(NULL, DW_ENODATA, "%d", 1) == DW_ENODATA);
}

TEST(err_usage_points_to_help_until_the_next_mistake)
{
  dw_err err;
  CHECK(dw_err_usage(&err, "--%s goes with --ref", "window") == DW_EUSAGE);
  CHECK(err.status == DW_EUSAGE && err.see_help);
  CHECK_TEXT(err.message, "--window goes with --ref");
  dw_err_set(&err, DW_EUSAGE, "no such method");
  CHECK(!err.see_help);
  CHECK(dw_err_usage(NULL, "x") == DW_EUSAGE);
}

TEST(err_at_names_the_place)
{
  dw_err err;
  CHECK(dw_err_at(&err, DW_EDATA, "a.csv", 17, 0, "bad") == DW_EDATA);
  CHECK_TEXT(err.message, "a.csv:17: bad");
  dw_err_at(&err, DW_EDATA, "a.csv", 17, 4, "bad");
  CHECK_TEXT(err.message, "a.csv:17:4: bad");
  dw_err_at(&err, DW_EDATA, "a.csv", 0, 0, "bad");
  CHECK_TEXT(err.message, "a.csv: bad");
  dw_err_at(&err, DW_EDATA, "a.csv", UINT64_MAX, UINT64_MAX, "bad");
  CHECK_TEXT(err.message, "a.csv:18446744073709551615:18446744073709551615: bad");
}

TEST(err_system_adds_the_reason)
{
  dw_err err;
  CHECK(dw_err_system(&err, ENOENT, "%s", "a.csv") == DW_ESYSTEM);
  CHECK(err.status == DW_ESYSTEM);
  char want[200];
  snprintf(want, sizeof want, "a.csv: %s", strerror(ENOENT));
  CHECK_TEXT(err.message, want);
  CHECK(dw_err_system(NULL, ENOENT, "x") == DW_ESYSTEM);
}

/* What a hostile file name or value may hold must not reach a terminal. */
TEST(err_replaces_what_a_terminal_would_obey)
{
  static const struct {
    const char *text, *want;
  } cases[] = {
      {"a\x1b[31mb", "a?[31mb"},
      {"a\nb\rc\td", "a?b?c?d"},
      {"\x7f", "?"},
      {"h\xc3\xa9llo \xe2\x82\xac \xf0\x9f\x98\x80", "h\xc3\xa9llo \xe2\x82\xac \xf0\x9f\x98\x80"},
      {"\xff\xfe", "??"},
      {"\xc2\x9b"
       "31m",
       "?31m"} /* U+009B is CSI */,
      {"a\xe2\x80\xae"
       "b\xe2\x81\xa6"
       "c\xe2\x80\xa8"
       "d\xe2\x80\x8b"
       "e\xef\xbb\xbf"
       "f\xc2\xa0"
       "g",
       "a?b?c?d?e?f\xc2\xa0g"},
      {"\xc3", "?"},
      {"\xc0\xaf", "??"},
      {"\xed\xa0\x80", "???"},
      {"\xe2\x82", "??"},
      {"", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_err err;
    dw_err_set(&err, DW_EDATA, "%s", cases[i].text);
    CHECK_TEXT(err.message, cases[i].want);
    char want[64];
    snprintf(want, sizeof want, "%s:1: x", cases[i].want);
    dw_err_at(&err, DW_EDATA, cases[i].text, 1, 0, "x");
    CHECK_TEXT(err.message, want);
  }
}

TEST(err_cuts_what_is_too_long)
{
  enum { LONG = 5000 };
  char *text = malloc(LONG + 1);
  memset(text, 'x', LONG);
  text[LONG] = '\0';
  dw_err err;
  dw_err_set(&err, DW_EDATA, "%s", text);
  CHECK(strlen(err.message) == sizeof err.message - 1);
  dw_err_at(&err, DW_EDATA, text, 12, 3, "%s", text); /* the place and the beginning of the text stay */
  CHECK(strlen(err.message) == sizeof err.message - 1);
  CHECK(strstr(err.message, "x:12:3: xxx") != NULL);
  dw_err_system(&err, ENOENT, "%s", text); /* the reason stays */
  CHECK(strlen(err.message) == sizeof err.message - 1);
  const char *reason = strerror(ENOENT);
  CHECK_TEXT(err.message + strlen(err.message) - strlen(reason), reason);
  for (size_t i = 0; i + 2 <= LONG; i += 2) memcpy(text + i, "\xc3\xa9", 2);
  dw_err_set(&err, DW_EDATA, "%s", text); /* a character cut in the middle becomes '?' */
  CHECK(strlen(err.message) == sizeof err.message - 1 && err.message[sizeof err.message - 2] == '?');
  free(text);
}

TEST(err_may_quote_itself)
{
  dw_err err;
  dw_err_set(&err, DW_EDATA, "inner");
  dw_err_set(&err, DW_EUSAGE, "outer: %s", err.message);
  CHECK(err.status == DW_EUSAGE);
  CHECK_TEXT(err.message, "outer: inner");
  dw_err_system(&err, EACCES, "%s again", err.message);
  CHECK(strncmp(err.message, "outer: inner again: ", 20) == 0);
}

TEST(err_statuses_are_the_exit_statuses)
{
  CHECK(DW_OK == 0 && DW_YES == 1 && DW_EUSAGE == 2 && DW_EDATA == 3 && DW_ESYSTEM == 4 && DW_ENODATA == 5);
}
