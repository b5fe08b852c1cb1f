#include "io/reader/notices.h"

#include <stdarg.h>
#include <stdio.h>

void dw_notices_warn(const dw_notices *notices, const char *format, ...)
{
  if (!notices || !notices->warn) return;
  dw_err line;
  char message[sizeof line.message];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  dw_err_set(&line, DW_OK, "%s", message);
  notices->warn(notices->context, line.message);
}

void dw_notices_progress(const dw_notices *notices, const dw_progress *progress)
{
  if (notices && notices->progress) notices->progress(notices->context, progress);
}
