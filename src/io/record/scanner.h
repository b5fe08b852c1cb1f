/* scanner: what the reader and the scanners of the formats agree on.
 *
 * Each worker of the reader has a scanner of each format. The reader gives it a block, a scanner fills a table:
 *
 *   size_t from = 0 (or behind the header);
 *   do format->scan(scanner, &block, &from, table); while (from < block.length && !table->error.set);   (a format of text)
 *
 * A scan normally takes the whole block; it stops early when the table is full (dw_builder_commit says so), with *from at the
 * next record, and is called again with another table: with the same scanner, or with another one, which may have had other blocks
 * meanwhile. *from is a place in the block's bytes, and at the end its length; of a format with blocks of its own, whose rows have no such
 * places, it is how many of the block's rows were given, and at the end DW_SCAN_OVER. A scan also stops at the first bad record
 * (table->error; the rows before it are in the table), unless options->skip_errors: then bad records are left out, counted in
 * table->batch.skipped, and the first one of the table is described in table->first_skipped. table->lines counts the line ends between
 * *from before and after; where a format has no lines, the records, and the lines of errors are rows. What a scan gives depends on the
 * bytes of the block (and its header) alone.
 */
#ifndef DW_IO_SCANNER_H
#define DW_IO_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/record/dialect.h"
#include "io/record/table.h"

struct dw_marks;

struct dw_scan_options {
  bool spans;
  bool lines; /* of each record its line: spans have it anyway */
  bool skip_errors;
  unsigned describe;    /* of the records that a table leaves out, so many are described; 0: the first */
  size_t line_limit;    /* longest record in bytes without its line end; the scanner refuses longer ones. At most 1 GiB */
  unsigned field_limit; /* most fields of a record */
  size_t table_cells;   /* that one table holds at most; 0: DW_TABLE_CELLS */
  size_t name_bytes;    /* of names that were seen, past which a scanner forgets them and learns anew; 0: 256 MiB */
  bool (*want)(void *context, const char *name, size_t length);    /* NULL: all; may be called from several threads at once */
  bool (*as_text)(void *context, const char *name, size_t length); /* NULL: none; likewise. What it means: io/reader/reader.h */
  void *context;
  const struct dw_marks *marks; /* what is missing by the user's word (io/record/marks.h), applied behind the scan; NULL: the usual marks */
  const dw_dialect *dialect;    /* NULL: nobody knew anything, and no message names an option */
};

#define DW_SCAN_OVER SIZE_MAX
enum { DW_BLOCK_PADDING = 64, DW_LINE_LIMIT = 16 << 20, DW_FIELD_LIMIT = 65536 };

/* What stands in front of the records of an input, such as the names of columns. What a format knows of an input begins with it. */
typedef struct dw_header dw_header;
struct dw_header {
  const char *raw; /* what the records' own text follows, line end included: as it stood, but for names that were changed; NULL: no text */
  size_t raw_length;
  size_t bytes;       /* of the input, in front of its first record */
  uint64_t lines;     /* line ends among them */
  char delimiter;     /* between the fields of a record; NUL: none */
  const char *notice; /* what of the input is not read, or not as it stands, for people; NULL: nothing */
  void (*free)(dw_header *header);
};

/* Whole records of one input. bytes[length] is a newline that is not part of the block (it ends a last record without one);
 * DW_BLOCK_PADDING bytes from there on may be read. Offsets into a block fit into 32 bits. */
typedef struct dw_block {
  const char *bytes;
  size_t length;
  uint64_t serial;         /* no other block of the reader has it: a scanner knows the one that it has begun by it */
  bool first;              /* it begins the input */
  const dw_header *header; /* of the block's input; NULL: none */
} dw_block;

#define DW_SCAN_TOO_LONG "a record longer than %zu bytes"

/* Fills *error once: line within the block's text from *from on, column in bytes. */
void dw_scan_fail(dw_scan_error *error, uint64_t line, uint64_t column, const char *format, ...) DW_PRINTF(4, 5);

/* Where a record that is left out is to be described; what is described already is not changed. */
dw_scan_error *dw_scan_skipped(const dw_scan_options *options, dw_table *table);

#endif
