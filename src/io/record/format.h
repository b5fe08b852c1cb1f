/* format: what records may be written in: a row of functions. The rows are in io/formats/formats.c; the reader (io/reader) knows no
 * format but by its row.
 *
 * One thread reads an input and makes blocks of it, any thread turns a block into tables: a row says how. A format of text (NDJSON,
 * CSV) cuts what was read where a record ends. A format with blocks of its own (row groups, record batches) takes over the input and reads
 * the next one itself: it need not look at columns that nobody wants, and has types and names of its own. Its rows have no lines: where a
 * message would name one, it names the row, "row 12 of NAME".
 */
#ifndef DW_IO_FORMAT_H
#define DW_IO_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/bytes/input.h"
#include "io/record/scanner.h"

/* What the begin of an input is to a format. */
typedef enum dw_sniff {
  DW_SNIFF_NO,   /* of another one */
  DW_SNIFF_MORE, /* not known before more bytes have come */
  DW_SNIFF_YES,
  DW_SNIFF_WRONG /* meant to be this one, and none of it can be read: the error says why */
} dw_sniff;

/* An input as it begins. */
typedef struct dw_begin {
  const char *bytes; /* what was read so far. A format of text: the first record at least is whole. Not to be kept */
  size_t length;
  dw_input *input; /* where more comes from: for a format with blocks of its own */
  const dw_scan_options *options;
} dw_begin;

typedef struct dw_format {
  const char *word;  /* of --input-format: "csv" */
  const char *title; /* in messages: "CSV" */
  /* Its cells are texts, and what a cell is (number, boolean, missing) was guessed from its text. Where this meets a format that says it,
   * strings there are read again as they would have been guessed here (io/formats/csv.h). In a format that says it, a string's text has
   * a quote in front of it, and the digits of a number that is read as text have none. */
  bool untyped;
  bool lines; /* a record is a line: one that is too long can be passed over */

  /* bytes[0..length) begin an input; all: no more will come. *wrong: for DW_SNIFF_WRONG, line and column in the input. */
  dw_sniff (*sniff)(const char *bytes, size_t length, bool all, dw_scan_error *wrong);

  /* Once for each input, by the thread that reads: what stands in front of the records, or all that its blocks have in common. The reader
   * frees it when it is closed. NULL: nothing. */
  dw_status (*open)(dw_header **out, const dw_begin *begin, dw_err *err);

  /* A format of text: bytes of the longest prefix that ends with a record end, 0 when there is none. bytes begins at a record. header NULL:
   * it is not known yet, and the first record is asked for. */
  size_t (*cut)(const char *bytes, size_t length, const dw_header *header);
  /* A format with blocks of its own (cut is NULL): appends the next one to block, or nothing at the end. */
  dw_status (*next)(dw_header *header, dw_buf *block, dw_err *err);

  bool text; /* has blocks of its own, and its scanner makes a text of each record where spans are asked for (io/record/row_text.h) */

  /* By any thread, each with a scanner of its own: the contract of a scan is in io/record/scanner.h. */
  void *(*scanner_new)(const dw_scan_options *options); /* options outlive it */
  void (*scanner_free)(void *scanner);                  /* NULL is fine */
  void (*scan)(void *scanner, const dw_block *block, size_t *from, dw_table *table);
} dw_format;

#endif
