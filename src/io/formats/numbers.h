/* numbers: streams of numbers, one a line, beside the formats of records. It is no row of the formats, since a CSV file may begin with a
 * name that is a number: who expects a stream says so (dw_reader_options.formats).
 *
 * A line is a number as CSV has it, or a mark for a missing value, with spaces and tabs around it; blank lines are passed over. A line is
 * a record with one field, "value". An input is one of numbers when its first line that is not blank is a number.
 */
#ifndef DW_IO_NUMBERS_H
#define DW_IO_NUMBERS_H

#include "io/formats/formats.h"

#define DW_NUMBERS_FIELD "value"

extern const dw_format dw_numbers_format;
extern const dw_format *const dw_formats_with_numbers[]; /* it, and all formats; NULL behind the last */

#endif
