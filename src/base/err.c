#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

/* Messages quote input, in which a terminal must find no control characters. Printable UTF-8 stays, the rest becomes '?'. */
static void err_clean(char *text)
{
  size_t length = strlen(text);
  size_t i = 0;
  while (i < length) {
    unsigned char c = (unsigned char)text[i];
    if (c < 0x80) {
      if (c < 0x20 || c == 0x7f) text[i] = '?';
      i++;
      continue;
    }
    size_t n = dw_utf8_length(text + i, length - i);
    /* U+0080..U+009F are control characters too */
    if (n == 0 || (n == 2 && c == 0xc2 && (unsigned char)text[i + 1] < 0xa0)) {
      text[i] = '?';
      if (n == 2) text[i + 1] = '?';
      i += n == 0 ? 1 : n;
      continue;
    }
    i += n;
  }
}

/* prefix, the formatted text and suffix; when they are too long, the text in the middle is cut. Filled beside and copied, because the
 * arguments may point into err itself (a message that quotes the one before). */
DW_PRINTF(5, 0)
static dw_status err_fill(dw_err *err, dw_status status, const char *prefix, const char *suffix, const char *format, va_list args)
{
  if (!err) return status;
  char message[sizeof err->message];
  size_t used = (size_t)snprintf(message, sizeof message, "%s", prefix), tail = strlen(suffix);
  size_t room = sizeof message - used - tail; /* prefix and suffix are far shorter than the whole */
  int count = vsnprintf(message + used, room, format, args);
  if (count > 0) used += (size_t)count < room ? (size_t)count : room - 1;
  memcpy(message + used, suffix, tail + 1);
  err_clean(message);
  err->status = status;
  memcpy(err->message, message, sizeof message);
  return status;
}

dw_status dw_err_set(dw_err *err, dw_status status, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  err_fill(err, status, "", "", format, args);
  va_end(args);
  return status;
}

dw_status dw_err_at(dw_err *err, dw_status status, const char *file, uint64_t line, uint64_t column, const char *format, ...)
{
  char prefix[512];
  if (line && column) snprintf(prefix, sizeof prefix, "%.400s:%llu:%llu: ", file, (unsigned long long)line, (unsigned long long)column);
  else if (line) snprintf(prefix, sizeof prefix, "%.400s:%llu: ", file, (unsigned long long)line);
  else snprintf(prefix, sizeof prefix, "%.400s: ", file);
  va_list args;
  va_start(args, format);
  err_fill(err, status, prefix, "", format, args);
  va_end(args);
  return status;
}

dw_status dw_err_system(dw_err *err, int errnum, const char *format, ...)
{
  char suffix[200];
  snprintf(suffix, sizeof suffix, ": %s", strerror(errnum));
  va_list args;
  va_start(args, format);
  err_fill(err, DW_ESYSTEM, "", suffix, format, args);
  va_end(args);
  return DW_ESYSTEM;
}
