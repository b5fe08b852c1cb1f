/* csv: the scanner of CSV blocks: RFC 4180, by libcsv in strict mode; records without a quote take a fast split path that gives the same
 * batches. The contract of a scan is in io/record/scanner.h.
 *
 * The first record names the columns, unless the caller does (io/record/dialect.h). The delimiter is the comma; a header without one may
 * set a tab, a semicolon or a pipe; a line "sep=;" in front of it says it. A column without a name is called column_3, by its place, and
 * one of a name that is taken price_2. Lines end with LF or CRLF; a record ends at the first line end before which an even number of quotes
 * stands, whatever else is wrong with it. Where the delimiter is the tab, quotes are only those that enclose a whole field (csv_tab.c).
 * Lines of nothing but spaces and tabs are passed over. Every record has as many fields as the header.
 *
 * A field's text, quoted or not, is a number when it is one (sign, digits, point, exponent; spaces and tabs around it, and nothing else;
 * digits that begin with a zero, such as 02134, are a code and stay a string), missing when it is empty or one of the marks of
 * pandas.read_csv (NA, N/A, NaN, null, None …), NaT or \N, a boolean when it is true, True, TRUE, false, False or FALSE, infinite when it
 * is inf or infinity in any case with or without a sign, a vector when it is a list of numbers ("[0.1, 0.2]", one at least), and a string
 * otherwise. In a column of decimal commas 3,14 is a number. Spaces belong to strings and names. A mark in quotes is a string where the
 * names of the columns stand without: such a writer quotes what needs it. Columns that are read as text (io/reader/reader.h) know neither
 * numbers nor marks: nothing but an empty field is missing there. A missing cell keeps its text (dw_batch.null_texts), and numbers that are
 * not written as usual are noted (dw_batch.spelled).
 */
#ifndef DW_IO_CSV_H
#define DW_IO_CSV_H

#include "base/err.h"
#include "io/record/format.h"

typedef struct dw_csv dw_csv;
typedef struct dw_csv_header dw_csv_header; /* io/formats/csv_parts.h */

/* The header: the first record of an input, whose fields name the columns. bytes is the begin of the input (a BOM is skipped) and
 * holds the whole first record, or the whole input; what is there of the others tells what a comma in numbers means. Called once for each
 * input, by the thread that reads. DW_EDATA with name:1 for malformed quotes, an empty first line, more than field_limit fields. */
dw_status dw_csv_header_read(dw_csv_header **out, const char *bytes, size_t length, const dw_scan_options *options, const char *name,
                             dw_err *err);
void dw_csv_header_free(dw_csv_header *header);        /* NULL is fine */
dw_header *dw_csv_header_begin(dw_csv_header *header); /* what the reader knows of it; freed with it, either way */
size_t dw_csv_header_count(const dw_csv_header *header);
const char *dw_csv_header_name(const dw_csv_header *header, size_t k, size_t *length);

/* Bytes of the longest prefix that ends with a record end outside quotes; 0 when there is none. bytes begins at a record. */
size_t dw_csv_cut(const char *bytes, size_t length);

/* What CSV takes the text of a field for: DW_NULL, DW_INTEGER, DW_REAL, DW_FALSE, DW_TRUE or DW_STRING; *number is set for numbers, and may
 * be infinite for DW_REAL. */
dw_tag dw_csv_cell(const char *text, size_t length, double *number);
bool dw_csv_mark(const char *text, size_t length); /* DW_NULL: empty, NA, NaN, null … */

dw_csv *dw_csv_new(const dw_scan_options *options);   /* options must outlive the scanner */
void dw_csv_free(dw_csv *scanner);                    /* NULL is fine */
void dw_csv_library_only(dw_csv *scanner, bool only); /* for tests: libcsv reads the records without a quote too */
/* block->header is a dw_csv_header's. The first block of an input is scanned with *from behind the header. */
void dw_csv_scan(dw_csv *scanner, const dw_block *block, size_t *from, dw_table *table);

#endif
