/* notices: what a long piece of work has to say to whoever started it while it goes on. The library prints nothing itself.
 *
 *   dw_notices notices = {.warn = print_warning, .progress = show_progress, .context = &me};
 *   dw_notices_warn(&notices, "%s: the last line has no line end", name);
 *
 * Everything is called by the thread that the work was given to. NULL notices, and NULL functions, hear nothing.
 */
#ifndef DW_IO_NOTICES_H
#define DW_IO_NOTICES_H

#include "base/err.h"

typedef struct dw_progress {
  uint64_t rows, bytes;     /* so far */
  double share;             /* of the whole, 0 to 1; below 0: not known */
  const char *what;         /* "reference", "statistics" …: what is worked on; NULL: there is nothing else */
  uint64_t items, of_items; /* columns done, of so many, instead of rows; 0: rows */
} dw_progress;

typedef struct dw_notices {
  void (*warn)(void *context, const char *text);                /* one line, cleaned as messages are (base/err.h) */
  void (*progress)(void *context, const dw_progress *progress); /* NULL: this piece of the work is over */
  void *context;
} dw_notices;

void dw_notices_warn(const dw_notices *notices, const char *format, ...) DW_PRINTF(2, 3);
void dw_notices_progress(const dw_notices *notices, const dw_progress *progress);

#endif
