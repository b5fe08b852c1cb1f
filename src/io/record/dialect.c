#include "io/record/dialect.h"

#include <string.h>

const char *const dw_decimal_words[] = {"auto", ".", ",", NULL};
const char *const dw_nan_words[] = {"stop", "missing", NULL};

char dw_dialect_delimiter(const dw_dialect *dialect)
{
  if (!dialect || !dialect->delimiter) return '\0';
  return strcmp(dialect->delimiter, "\\t") == 0 ? '\t' : dialect->delimiter[0];
}

/* What numbers, words and quotes are made of separates nothing; nor does a byte that is a part of a character. */
bool dw_dialect_separates(char c)
{
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
  return !letter && !digit && !strchr("\"\r\n.+-", c) && (unsigned char)c < 0x7f;
}

dw_status dw_dialect_check(const dw_dialect *dialect, dw_err *err)
{
  char c = dw_dialect_delimiter(dialect);
  if (!dialect->delimiter || (dw_dialect_separates(c) && (c == '\t' || dialect->delimiter[1] == '\0'))) return DW_OK;
  return dw_err_usage(err,
                      "--delimiter: \"%s\" is no delimiter; give one character that is no letter, digit, quote or sign, such as ; or \\t",
                      dialect->delimiter);
}
