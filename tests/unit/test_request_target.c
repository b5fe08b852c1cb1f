#include "serve/request/request_target.h"

#include "base/mem.h"
#include "test.h"

TEST(escapes_are_undone)
{
  static const struct {
    const char *text;
    bool query;
    const char *want; /* NULL: refused */
  } cases[] = {
      {"a%20b+c", false, "a b+c"},
      {"a%20b+c%2B", true, "a b c+"},
      {"", false, ""},
      {"%c3%A9", false, "\xc3\xa9"},
      {"%2f", false, "/"},
      {"%", false, NULL},
      {"%2", false, NULL},
      {"%g0", false, NULL},
      {"%0g", false, NULL},
      {"%00", false, NULL},
      {"%c3", false, NULL},
      {"%ed%a0%80", false, NULL},
      {"%c0%80", false, NULL},
      {"%%20", false, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char out[64];
    bool fits = dw_request_target_decode(cases[i].text, strlen(cases[i].text), cases[i].query, out);
    CHECK_MSG(fits == (cases[i].want != NULL), "%s", cases[i].text);
    if (cases[i].want) CHECK_TEXT(out, cases[i].want);
  }
  char out[8];
  CHECK(!dw_request_target_decode("%41", 2, false, out)); /* the length ends it, whatever stands behind */
}

static void check_parameter(const char *query, const char *name, size_t index, const char *want)
{
  char *value = dw_request_target_parameter(query, name, index);
  if (want) CHECK_TEXT(value, want);
  else CHECK_MSG(!value, "%s of %s", name, query);
  dw_free(value);
}

TEST(parameters_are_found_by_name)
{
  static const char query[] = "a=1&b=x%26y&a=2&c&=d&e=&%61=3";
  CHECK(dw_request_target_query_fits(query));
  check_parameter(query, "a", 0, "1");
  check_parameter(query, "a", 1, "2");
  check_parameter(query, "a", 2, "3");
  check_parameter(query, "a", 3, NULL);
  check_parameter(query, "b", 0, "x&y");
  check_parameter(query, "c", 0, "");
  check_parameter(query, "e", 0, "");
  check_parameter(query, "", 0, "d");
  check_parameter(query, "f", 0, NULL);
  check_parameter("", "a", 0, NULL);
}

TEST(paths_without_dots_fit)
{
  static const char *const fit[] = {"/", "/a/b", "/a//b", "/...", "/.a", "/a%2Fb", "*"};
  static const char *const not_fit[] = {"/.", "/..", "/a/./b", "/%2e", "/a/%2E.", "/%", "/a/%ff"};
  for (size_t i = 0; i < sizeof fit / sizeof *fit; i++) CHECK_MSG(dw_request_target_path_fits(fit[i]), "%s", fit[i]);
  for (size_t i = 0; i < sizeof not_fit / sizeof *not_fit; i++) CHECK_MSG(!dw_request_target_path_fits(not_fit[i]), "%s", not_fit[i]);
}
