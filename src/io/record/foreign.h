/* foreign: files that people have and no format reads (Excel workbooks, pickles, bzip2 …): told by how they begin, with the one command
 * that makes something of them that is read.
 *
 * They are asked about before the formats are, because CSV takes any text for its own.
 */
#ifndef DW_IO_FOREIGN_H
#define DW_IO_FOREIGN_H

#include "base/str.h"
#include "io/record/format.h"

/* bytes[0..length) begin an input, uncompressed; all: no more will come. file: as people call it, for the command. DW_SNIFF_NO: of none of
 * them; DW_SNIFF_WRONG: *why says which and what to do. */
dw_sniff dw_foreign_told(const char *bytes, size_t length, bool all, const char *file, dw_buf *why);

#endif
