#include <math.h>
#include <strings.h>

#include "base/num.h"
#include "base/str.h"
#include "io/csv_parts.h"

/* Marks that stand for a missing value: those of pandas.read_csv (STR_NA_VALUES of pandas 2). The text must match whole, case included. */
static const char *const missing_marks[] = {"NA",   "NaN",  "nan",  "null",    "NULL",     "None",    "N/A",     "n/a",       "#N/A",
                                            "<NA>", "-NaN", "-nan", "#N/A N/A", "#NA", "-1.#IND", "1.#IND", "-1.#QNAN", "1.#QNAN"};
enum { MISSING_MARKS = sizeof missing_marks / sizeof *missing_marks, LONGEST_WORD = 9 };

/* Texts that begin with one of these may be more than text. */
static bool cell_may_be_special(char first)
{
  switch (first) {
  case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
  case '+': case '-': case '.': case ' ': case '\t': case '#': case '<':
  case 'N': case 'n': case 'T': case 't': case 'F': case 'f': case 'I': case 'i': return true;
  default: return false;
  }
}

static bool cell_missing(const char *text, size_t length)
{
  for (size_t i = 0; i < MISSING_MARKS; i++)
    if (dw_text_equal(text, length, missing_marks[i])) return true;
  return false;
}

static bool cell_infinite(const char *text, size_t length, double *number)
{
  bool negative = text[0] == '-', sign = negative || text[0] == '+';
  if (length - sign != 3 && length - sign != 8) return false;
  if (strncasecmp(text + sign, "infinity", length - sign) != 0) return false;
  *number = negative ? -INFINITY : INFINITY;
  return true;
}

static bool cell_number(const char *text, size_t length, double *number, bool *integer)
{
  while (length && (*text == ' ' || *text == '\t')) text++, length--;
  while (length && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  return dw_num_parse(text, length, number, integer);
}

dw_tag csv_cell(const char *text, size_t length, double *number)
{
  if (length == 0) return DW_NULL;
  if (!cell_may_be_special(*text)) return DW_STRING;
  bool integer;
  if (cell_number(text, length, number, &integer)) return integer ? DW_INTEGER : DW_REAL;
  if (length > LONGEST_WORD) return DW_STRING;
  if (cell_missing(text, length)) return DW_NULL;
  if (dw_text_equal(text, length, "true") || dw_text_equal(text, length, "True") || dw_text_equal(text, length, "TRUE")) return DW_TRUE;
  if (dw_text_equal(text, length, "false") || dw_text_equal(text, length, "False") || dw_text_equal(text, length, "FALSE")) return DW_FALSE;
  return cell_infinite(text, length, number) ? DW_REAL : DW_STRING;
}
