#include "test.h"

#include <math.h>

#include "data/columns/numeral.h"

static dw_numeral_form form_of(const char *const *texts)
{
  dw_numeral_evidence evidence = {0};
  for (; *texts; texts++) dw_numeral_look(&evidence, *texts, strlen(*texts), 1);
  return dw_numeral_settle(&evidence);
}

/* The texts of a column, and what each is read as; NaN: not a number. */
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct column_case {
  const char *texts[8];
  double numbers[8];
} column_case;

TEST(what_a_comma_means_is_said_by_the_column)
{
  /* clang-format off */
  static const column_case cases[] = {
      {{"50.00", "0.5", "1e5", "-3", "+7", " 12 "}, {50, 0.5, 1e5, -3, 7, 12}},
      {{"3,14", "12,5", "100", "1.234,56", "-0,5"}, {3.14, 12.5, 100, 1234.56, -0.5}},
      {{"3,14", "1.234", "1.234.567"}, {3.14, 1234, 1234567}},
      {{"1,234.56", "1,234", "999", "1,234,567"}, {1234.56, 1234, 999, 1234567}},
      {{"1,234", "999", "12"}, {1234, 999, 12}},              /* those without a comma are short: thousands */
      {{"1,234", "2,345"}, {1234, 2345}},                     /* nobody says: a guess */
      {{"1,234", "2345"}, {NAN, 2345}},                       /* what stands between thousands would stand in the other too */
      {{"0,123", "1,234"}, {0.123, 1.234}},                   /* no group of thousands begins with a zero */
      {{"1.234", "2.345"}, {1.234, 2.345}},                   /* as programs write them */
      {{"€ 123", "€ 99,50", "12,00 €", "-€ 5", "7"}, {123, 99.5, 12, -5, 7}},
      {{"$1,234.50", "$-5", "$ 7", "€ 3"}, {1234.5, -5, 7, NAN}},
      {{"5 %", "7.5%", "9"}, {5, 7.5, NAN}},
      {{"1 234,5", "1\xc2\xa0" "234,5", "1'234,5"}, {1234.5, 1234.5, 1234.5}},
      {{"02134", "90210"}, {2134, 90210}},
      {{"1,2,3", "12,34.5", "1.2.3.4", "4-5", "2026-01-31", "", "-"}, {NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
      {{"abc", "1a", "%", "€", "0x10", "inf", "1e999"}, {NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
      {{"12 34", "1 23", "1  234", "1,", ".5,5"}, {NAN, NAN, NAN, NAN, NAN}},
  };
  /* clang-format on */
  for (size_t i = 0; i < COUNT(cases); i++) {
    dw_numeral_form form = form_of(cases[i].texts);
    for (size_t k = 0; cases[i].texts[k]; k++) {
      double number = NAN, want = cases[i].numbers[k];
      bool good = dw_numeral_read(form, cases[i].texts[k], strlen(cases[i].texts[k]), &number);
      CHECK_MSG(good == !isnan(want) && (!good || number == want), "case %zu, \"%s\": got %g, want %g", i, cases[i].texts[k], number, want);
    }
  }
}

TEST(a_comma_before_three_digits)
{
  static const struct {
    dw_numeral_evidence side[2];
    bool doubtful, guessed;
  } cases[] = {
      {{{.doubtful = 9}, {.doubtful = 9}}, false, true},
      {{{.doubtful = 9, .short_whole = 1}, {.doubtful = 9}}, false, false},
      {{{.doubtful = 9, .short_whole = 1}, {.doubtful = 9, .long_whole = 1}}, true, false},
      {{{.doubtful = 9}, {.long_whole = 9}}, false, false}, /* the other side writes the same without */
      {{{.doubtful = 9}, {.short_whole = 9}}, false, true},
      {{{.doubtful = 9}, {.plain_point = 9, .long_whole = 9}}, true, false},
      {{{.doubtful = 9, .plain_point = 1}, {.plain_point = 9}}, false, false},
      {{{.doubtful = 9, .comma = 1}, {.long_whole = 9}}, false, false}, /* before decimals */
  };
  for (size_t i = 0; i < COUNT(cases); i++) {
    dw_numeral_evidence all = {0};
    for (int side = 0; side < 2; side++) dw_numeral_join(&all, &cases[i].side[side]);
    dw_numeral_form form = dw_numeral_settle(&all);
    CHECK_MSG(form.doubtful == cases[i].doubtful && form.guessed == cases[i].guessed, "case %zu", i);
  }
}

/* One text of another kind in a long column does not turn the meaning of the others. */
TEST(the_many_decide)
{
  dw_numeral_evidence evidence = {0};
  double number;
  dw_numeral_look(&evidence, "3,14", 4, 100);
  dw_numeral_look(&evidence, "3.14", 4, 5);
  CHECK(dw_numeral_settle(&evidence).decimal == ',');
  CHECK(!dw_numeral_read(dw_numeral_settle(&evidence), "3.14", 4, &number));
  dw_numeral_look(&evidence, "3.14", 4, 1);
  CHECK(dw_numeral_settle(&evidence).decimal == '.');
  CHECK(!dw_numeral_read(dw_numeral_settle(&evidence), "3,14", 4, &number));
}

TEST(what_looks_like_a_number)
{
  static const char *const yes[] = {"1", "007", "50.00", "3,14", "1,234", "€ 5", "5%", "1e5", "-1.5", " 2 ", "1 234"};
  static const char *const no[] = {"",           " ",   "NA",    "N/A", "-",       "?",           "true", "v1.2",
                                   "2026-01-31", "1/2", "12:30", "A1",  "#DIV/0!", "192.168.0.1", "NaN"};
  for (size_t i = 0; i < COUNT(yes); i++) CHECK_MSG(dw_numeral_like(yes[i], strlen(yes[i])), "%s", yes[i]);
  for (size_t i = 0; i < COUNT(no); i++) CHECK_MSG(!dw_numeral_like(no[i], strlen(no[i])), "%s", no[i]);
}
