#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/letters.h"
#include "base/str.h"

/* Messages quote input, in which a terminal must find nothing that it obeys, and a reader nothing that is not to be seen: such a character
 * becomes '?', and so does each byte that is none. */
static void err_clean(char *text)
{
  size_t length = strlen(text), put = 0;
  for (size_t i = 0; i < length;) {
    size_t from = i, bytes = dw_utf8_length(text + i, length - i);
    uint32_t c = dw_letters_next(text, length, &i);
    if (bytes == 0 || dw_letters_misleads(c)) {
      text[put++] = '?';
    } else {
      memmove(text + put, text + from, bytes);
      put += bytes;
    }
  }
  text[put] = '\0';
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
  err->see_help = false;
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

dw_status dw_err_usage(dw_err *err, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  err_fill(err, DW_EUSAGE, "", "", format, args);
  va_end(args);
  if (err) err->see_help = true;
  return DW_EUSAGE;
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
