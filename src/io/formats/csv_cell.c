#include <math.h>
#include <strings.h>

#include "base/num.h"
#include "base/str.h"
#include "io/formats/csv.h"
#include "io/formats/csv_parts.h"

/* Marks that stand for a missing value: those of pandas.read_csv (STR_NA_VALUES of pandas 2), what pandas writes for an instant that is
 * none, and what databases write for NULL; by what they begin with. The text must match whole, case included. */
static const char *const missing_n[] = {"NA", "NaN", "nan", "null", "NULL", "None", "NaT", "N/A", "n/a", NULL};
static const char *const missing_hash[] = {"#N/A", "#NA", "#N/A N/A", NULL};
static const char *const missing_less[] = {"<NA>", NULL};
static const char *const missing_stroke[] = {"\\N", NULL};
static const char *const missing_number[] = {"-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", NULL};
static const char *const words_true[] = {"true", "True", "TRUE", NULL};
static const char *const words_false[] = {"false", "False", "FALSE", NULL};
enum { LONGEST_WORD = 9 };

static bool cell_among(const char *text, size_t length, const char *const *words)
{
  if (length > LONGEST_WORD) return false;
  for (; *words; words++)
    if (dw_text_equal(text, length, *words)) return true;
  return false;
}

static dw_tag cell_infinite(const char *text, size_t length, double *number)
{
  bool negative = text[0] == '-', sign = negative || text[0] == '+';
  if (length - sign != 3 && length - sign != 8) return DW_STRING;
  if (strncasecmp(text + sign, "infinity", length - sign) != 0) return DW_STRING;
  *number = negative ? -INFINITY : INFINITY;
  return DW_REAL;
}

/* Dates with a zone, codes and amounts with units end otherwise. Letters: inf, infinity, nan and #IND. */
static bool cell_ends_as_number(char last)
{
  switch (last) {
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
  case '8':
  case '9':
  case '.':
  case ' ':
  case '\t':
  case 'f':
  case 'F':
  case 'y':
  case 'Y':
  case 'n':
  case 'N':
  case 'D': return true;
  default: return false;
  }
}

/* Digits that begin with a zero are a code: no program writes a number so. */
static bool cell_code(const char *text, size_t length)
{
  if (length < 2 || *text != '0') return false;
  size_t i = 0;
  while (i < length && text[i] >= '0' && text[i] <= '9') i++;
  return i == length;
}

static dw_tag cell_number(const char *text, size_t length, double *number)
{
  const char *p = text, *end = text + length;
  bool integer;
  if (cell_code(text, length)) return DW_STRING;
  if (!cell_ends_as_number(end[-1])) return DW_STRING;
  while (p < end && (*p == ' ' || *p == '\t')) p++;
  while (p < end && (end[-1] == ' ' || end[-1] == '\t')) end--;
  if (dw_num_parse(p, (size_t)(end - p), number, &integer)) return integer ? DW_INTEGER : DW_REAL;
  return cell_among(text, length, missing_number) ? DW_NULL : cell_infinite(text, length, number);
}

dw_tag dw_csv_cell(const char *text, size_t length, double *number)
{
  if (length == 0) return DW_NULL;
  switch (*text) {
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
  case '8':
  case '9':
  case '+':
  case '-':
  case '.':
  case ' ':
  case '\t': return cell_number(text, length, number);
  case 'N':
  case 'n': return cell_among(text, length, missing_n) ? DW_NULL : DW_STRING;
  case '#': return cell_among(text, length, missing_hash) ? DW_NULL : DW_STRING;
  case '<': return cell_among(text, length, missing_less) ? DW_NULL : DW_STRING;
  case '\\': return cell_among(text, length, missing_stroke) ? DW_NULL : DW_STRING;
  case 'I':
  case 'i': return cell_infinite(text, length, number);
  case 'T':
  case 't': return cell_among(text, length, words_true) ? DW_TRUE : DW_STRING;
  case 'F':
  case 'f': return cell_among(text, length, words_false) ? DW_FALSE : DW_STRING;
  default: return DW_STRING;
  }
}

bool dw_csv_mark(const char *text, size_t length)
{
  double number;
  if (length > LONGEST_WORD) return false;
  if (length == 0) return true;
  switch (*text) {
  case 'N':
  case 'n':
  case '#':
  case '<':
  case '\\':
  case '-':
  case '1': return dw_csv_cell(text, length, &number) == DW_NULL;
  default: return false;
  }
}

dw_tag dw_csv_cell_text(const char *text, size_t length)
{
  if (length == 0) return DW_NULL;
  if (cell_among(text, length, words_true)) return DW_TRUE;
  return cell_among(text, length, words_false) ? DW_FALSE : DW_STRING;
}
