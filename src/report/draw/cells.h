/* cells: text in terminal cells. A cell is one column of the terminal; wide characters (CJK, emoji) take two, combining marks none.
 * Text from input is cleaned first: control characters, bidirectional controls and broken UTF-8 would break a table or trick its reader.
 */
#ifndef DW_REPORT_CELLS_H
#define DW_REPORT_CELLS_H

#include "base/str.h"

/* Appends text with everything unprintable as U+FFFD; with ascii, our own symbols in plain letters (→ is "->", ≥ is ">=", ▅ is "=")
 * and any other character as '?'. The isolates around names (report/words/wording.h) go. */
void dw_cells_clean(dw_buf *out, const char *text, size_t length, bool ascii);

/* Cells that clean text takes. */
size_t dw_cells_width(const char *text, size_t length);

/* Appends clean text in exactly width cells, padded with spaces behind (or before, with right); longer text is cut in the middle with
 * an ellipsis ("…", "..." in ascii), so that names that differ at either end still differ. */
void dw_cells_fit(dw_buf *out, const char *text, size_t length, size_t width, bool right, bool ascii);

/* Appends clean text broken at spaces into lines of at most width cells, each behind indent spaces and ended by a newline. A longer
 * word is broken where it must. */
void dw_cells_wrap(dw_buf *out, const char *text, size_t length, size_t indent, size_t width);

#endif
