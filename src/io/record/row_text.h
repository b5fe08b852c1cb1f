/* row_text: the text of records that came without one (from a file with columns): each as a line of NDJSON, for who copies records or
 * changes a value in them.
 *
 * Names are those of the columns, dots and all; what is missing is null; numbers are the shortest digits that read back the same; texts
 * that were read as digits stand as digits. An infinity, which JSON has not, is null.
 */
#ifndef DW_IO_ROW_TEXT_H
#define DW_IO_ROW_TEXT_H

#include "io/record/scanner.h"

/* Before dw_builder_finish, of a builder whose options want spans: rows 0 to row of all its columns, behind the table's text, with
 * places and spans. Row i has the line first + i. false: the text would be longer than 4 GiB. */
bool dw_row_text_make(dw_builder *builder, uint64_t first);
/* Behind it: a column whose numbers were kept as digits for the text has numbers again, unless it is asked for as text. */
void dw_row_text_numbers(dw_builder *builder, const char *name);

#endif
