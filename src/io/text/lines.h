/* lines: a text line by line, as NDJSON documents stand in it.
 *
 *   dw_lines lines = dw_lines_of(text, length);
 *   for (dw_line line; dw_lines_next(&lines, &line);)
 *     if (!dw_line_blank(&line)) status = dw_value_parse(&value, line.text, line.length, name, line.number, err);
 *
 * A line ends with a newline, which is no part of it; a carriage return before it is (white space to JSON, and a byte like any other to
 * who checks bytes). The last line may have no end: line.ended says so, as a file that was cut looks like that.
 *
 * A text that comes in pieces:
 *
 *   dw_lines lines = {0};
 *   for each piece:
 *     for (dw_lines_add(&lines, piece, length); dw_lines_next(&lines, &line);) use(&line);
 *   for (dw_lines_end(&lines); dw_lines_next(&lines, &line);) use(&line);
 *   dw_lines_free(&lines);
 */
#ifndef DW_IO_LINES_H
#define DW_IO_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

typedef struct dw_line {
  const char
      *text; /* length bytes; behind them the newline, when it is ended. Valid until the next call of dw_lines_next or dw_lines_add */
  size_t length;
  uint64_t number; /* from 1 */
  bool ended;
} dw_line;

/* {0} is a text of which nothing has come yet. */
typedef struct dw_lines {
  const char *at, *stop; /* of the piece: what has not been given */
  dw_buf held;           /* the begin of a line whose end has not come yet */
  bool given;            /* held is the line that was given last */
  bool over;             /* no more pieces come */
  uint64_t number;       /* of the line given last */
} dw_lines;

dw_lines dw_lines_of(const char *text, size_t length); /* of a whole text, which must stay; there is nothing to free */

/* The next piece, once dw_lines_next has said that there are no more lines in the one before. Not copied: it must stay until then. */
void dw_lines_add(dw_lines *lines, const char *piece, size_t length);
void dw_lines_end(dw_lines *lines); /* no more pieces: what is left is a line without end */

bool dw_lines_next(dw_lines *lines, dw_line *line); /* false: no more lines, or none that is whole yet */

size_t dw_lines_waiting(const dw_lines *lines); /* bytes kept of a line whose end has not come yet: to hold a limit */
void dw_lines_free(dw_lines *lines);            /* {0} again */

bool dw_line_blank(const dw_line *line); /* nothing but spaces, tabs and carriage returns */

#endif
