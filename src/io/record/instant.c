#include "io/record/instant.h"

#include "base/clock.h"
#include "base/num.h"

/* Digits in quotes that are what they are as numbers: of the calendar (8 and 14), and, from a writer to whom all is text, of a time since
 * 1970 of 1973 or later: 9 digits and more before the point. Shorter ones are not taken for numbers of anything, and no leading zero. */
static bool digits_cell(const char *text, size_t length, int64_t *instant)
{
  enum { SECONDS = 9, MOST = 40 };
  double number;
  size_t digits = 0;
  while (digits < length && text[digits] >= '0' && text[digits] <= '9') digits++;
  bool calendar = digits == length && (length == 8 || length == 14), point = digits + 1 < length && text[digits] == '.';
  if (!calendar && (digits < SECONDS || (digits < length && !point) || length > MOST)) return false;
  for (size_t i = digits + 1; i < length; i++)
    if (text[i] < '0' || text[i] > '9') return false;
  return *text != '0' && dw_num_parse(text, length, &number, NULL) && dw_time_number(number, instant);
}

static const char *cell_text(const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch, char number[DW_NUM_TEXT], size_t *length)
{
  if (tag == DW_INTEGER || tag == DW_REAL) return *length = dw_num_print(number, cell.number), number;
  return dw_cell_text(batch, tag, cell, scratch, length);
}

bool dw_instant_cell(const dw_time_format *format, const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch, int64_t *instant)
{
  char number[DW_NUM_TEXT];
  size_t length;
  if (tag < DW_INTEGER || tag > DW_STRING_ESCAPED || tag == DW_FALSE || tag == DW_TRUE) return false;
  if (!format && (tag == DW_INTEGER || tag == DW_REAL)) return dw_time_number(cell.number, instant);
  const char *text = cell_text(batch, tag, cell, scratch, number, &length);
  if (format) return dw_time_format_read(format, text, length, instant);
  return dw_time_parse(text, length, instant) || digits_cell(text, length, instant);
}

/* --- what is wrong --- */

static void put_value(dw_buf *out, const char *text, size_t length)
{
  enum { SHOWN = 40 };
  size_t shown = 0, next;
  while (shown < length && shown < SHOWN && (next = dw_utf8_length(text + shown, length - shown))) shown += next;
  dw_buf_format(out, "\"%.*s%s\"", (int)shown, text, shown < length ? "..." : "");
}

/* Digits that may mean several things, or that are nearly a date. */
static const char *about_number(double number)
{
  if (number >= 1800 && number < 2200) return "is a year, or seconds since 1970: --time-format %Y, or %s, says which";
  if (number >= 1e7 && number < 1e8) return "is no date YYYYMMDD (--time-format %s takes all numbers for seconds since 1970)";
  if (number >= 1e11 && number < 1e12) return "is a time, or milliseconds since 1970: --time-format %Y%m%d%H%M says that it is a time";
  if (number >= 1e13 && number < 1e14)
    return "is no time YYYYMMDDHHMMSS (--time-format says another form, %Y%m%d%H%M%S.%f one with a fraction)";
  if (number >= 1e16 && number < 1e17) return "is a time of more digits than a number holds: --time-format %Y%m%d%H%M%S%f reads them";
  return NULL;
}

const char *dw_instant_wrong(const dw_time_format *format, const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *out)
{
  char number[DW_NUM_TEXT], form[2][DW_TIME_FORMAT_TEXT];
  dw_buf scratch = {0};
  size_t length = 0;
  const char *text = NULL, *about = NULL;
  if (tag == DW_ABSENT || tag == DW_NULL) return "is missing; each record needs its time";
  bool is_number = tag == DW_INTEGER || tag == DW_REAL, is_text = tag == DW_STRING || tag == DW_STRING_ESCAPED;
  if (is_number || is_text) text = cell_text(batch, tag, cell, &scratch, number, &length);
  out->length = 0;
  dw_buf_text(out, "is not a time");
  if (text) {
    dw_buf_text(out, ": ");
    if (is_number) dw_buf_add(out, text, length);
    else put_value(out, text, length);
  }
  double value = cell.number;
  int forms = text && !format ? dw_time_format_guess(text, length, form) : 0;
  if (!format && (is_number || (text && dw_num_parse(text, length, &value, NULL)))) about = about_number(value);
  if (format) dw_buf_format(out, "%s not of the form --time-format %s", text ? " is" : ":", format->text);
  else if (forms)
    dw_buf_format(out, " is of the form %s%s%s: --time-format says so", form[0], forms == 2 ? ", or " : "", forms == 2 ? form[1] : "");
  else if (about) dw_buf_format(out, " %s", about);
  else if (is_text && dw_time_format_yearless(text, length, &(int64_t){0}))
    dw_buf_text(out, " has no year, and none is assumed: --time-format '%{2026-02-01}%b %d %H:%M:%S' says that it is the last such time "
                     "before that day");
  else dw_buf_text(out, "; a time is ISO 8601 text (2026-01-31T09:30:00Z), a number of seconds since 1970, or what --time-format says");
  dw_buf_free(&scratch);
  return dw_buf_cstr(out);
}
