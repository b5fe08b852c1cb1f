/* column_read: the cells of a column read again, once it is known what the column holds.
 *
 * A cell has no type; a column has. What the reader made of single cells (a string here, a number there) is settled here for a finished
 * column as a whole, from the distinct strings that it counted. Where strings hardly repeat they were given up (dw_column.endless), and
 * nothing can be read again. Segments (data/datasets/segments.h) have columns of their own.
 */
#ifndef DW_DATA_COLUMN_READ_H
#define DW_DATA_COLUMN_READ_H

#include "data/columns/column.h"
#include "data/frames/frame.h"
#include "data/columns/numeral.h"

/* How the texts of this column write numbers, and the numbers among them. */
void dw_column_look_numerals(const dw_column *column, dw_numeral_evidence *evidence);

uint64_t dw_column_readable(const dw_column *column, dw_numeral_form form); /* cells that are texts and numbers of this form */

/* The column holds numbers. Strings that are numbers are read as such, unless (not `declared`) so much else is among them that the column
 * of this side is not one of numbers any more; what is left are strays, which count as missing. */
void dw_column_read_numbers(dw_column *column, dw_numeral_form form, bool declared);
/* Those texts that are numbers become such, of a column that is not endless; the others stay texts. */
void dw_column_read_numerals(dw_column *column, dw_numeral_form form);

/* The strings are read as CSV would have read them: numbers, booleans, and (marks) marks for a missing value. */
void dw_column_read_as_csv(dw_column *column, bool marks);
/* Of the strings only those that are booleans to CSV (True, FALSE), in a column of texts; marks: also those that are missing to it. */
void dw_column_read_words(dw_column *column, bool marks);
void dw_column_read_marks(dw_column *column); /* and nothing but those that are missing to it */
/* Its numbers are categories, each as it is written (data/columns/spellings.h). */
void dw_column_read_spelled(dw_column *column);
uint64_t dw_column_marks(const dw_column *column); /* strings that are missing values to CSV */

/* The same for the rows of a frame. */
void dw_frame_column_read_numbers(dw_frame_column *column, dw_numeral_form form);
void dw_frame_column_read_as_csv(dw_frame_column *column, bool marks);
void dw_frame_column_read_words(dw_frame_column *column, bool marks);
void dw_frame_column_read_marks(dw_frame_column *column);
void dw_frame_column_read_spelled(dw_frame_column *column);

#endif
