/* json_layout: JSON that holds records and is no NDJSON: a table in one object or array, as pandas' to_json() writes it by default, and an
 * object over several lines. Told from how the input begins; what is wrong in the middle of records is the scanner's (io/formats/ndjson.h).
 */
#ifndef DW_IO_JSON_LAYOUT_H
#define DW_IO_JSON_LAYOUT_H

#include "io/record/format.h"

/* text[0..length) begins with { or [; all: no more will come. DW_SNIFF_YES: records, a line each, or nothing that is known;
 * DW_SNIFF_WRONG: *why, a constant, says what it is and what would be right. */
dw_sniff dw_json_layout_told(const char *text, size_t length, bool all, const char **why);

#endif
