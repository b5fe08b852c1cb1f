#include "io/record/dialect.h"

#include "test.h"

TEST(a_delimiter_is_one_character_that_numbers_and_words_do_not_have)
{
  static const char *const good[] = {";", "|", "\t", "\\t", ",", " ", ":", "\x01", "~"};
  static const char *const bad[] = {"", "xx", "a", "5", "\"", "\n", "\r", ".", "-", "+", ";;", "\\tx", "\xc2\xa7", "\\n"};
  dw_err err;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    dw_dialect dialect = {.delimiter = good[i]};
    CHECK(dw_dialect_check(&dialect, &err) == DW_OK);
    CHECK(dw_dialect_delimiter(&dialect) == (good[i][0] == '\\' ? '\t' : good[i][0]));
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK(dw_dialect_check(&(dw_dialect){.delimiter = bad[i]}, &err) == DW_EUSAGE && err.see_help);
  CHECK(dw_dialect_check(&(dw_dialect){.delimiter = "ab"}, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message,
             "--delimiter: \"ab\" is no delimiter; give one character that is no letter, digit, quote or sign, such as ; or \\t");
  CHECK(dw_dialect_check(&(dw_dialect){0}, &err) == DW_OK);
  CHECK(dw_dialect_delimiter(NULL) == '\0' && dw_dialect_delimiter(&(dw_dialect){0}) == '\0');
}

TEST(words_stand_in_the_order_of_their_numbers)
{
  CHECK_TEXT(dw_decimal_words[DW_DECIMAL_POINT], ".");
  CHECK_TEXT(dw_decimal_words[DW_DECIMAL_COMMA], ",");
  CHECK(!dw_decimal_words[DW_DECIMAL_COMMA + 1]);
  CHECK_TEXT(dw_nan_words[DW_NAN_MISSING], "missing");
  CHECK(!dw_nan_words[DW_NAN_MISSING + 1]);
}
