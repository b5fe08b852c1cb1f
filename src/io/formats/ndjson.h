/* ndjson: the scanner of NDJSON blocks. One for each worker; it learns the shape of the records it sees.
 *
 * A record is read as a walk through states: "the value of column c was read, inside these objects". From each state the scanner
 * remembers the byte strings that led to the next value before (punctuation, key, white space, braces: everything), so a step is one
 * comparison, and the value is parsed straight into its column. A step never seen before is taken by the full grammar (RFC 8259,
 * well-formed UTF-8) and remembered. Both kinds of step end in the same place, so what was learned before never changes a result.
 *
 * The contract of a scan is in io/record/scanner.h. Names are the decoded keys, joined with a dot for nested objects; a name may occur
 * once in a record, as a value or as an object. Objects inside arrays are checked for grammar only.
 */
#ifndef DW_IO_NDJSON_H
#define DW_IO_NDJSON_H

#include "io/record/format.h"

typedef struct dw_ndjson dw_ndjson;

extern const dw_format dw_ndjson_format; /* what begins with a brace, and what is nothing but white space */

#define DW_NDJSON_ARRAY "an array where a record should be; NDJSON has one object a line (jq -c '.[]' makes it)"

/* Deepest nesting of objects and arrays, the record itself included. */
enum { DW_NDJSON_DEPTH = 64 };

/* Bytes of the longest prefix that ends with a line end; 0 when there is none. */
size_t dw_ndjson_cut(const char *bytes, size_t length);

dw_ndjson *dw_ndjson_new(const dw_scan_options *options); /* options must outlive the scanner */
void dw_ndjson_free(dw_ndjson *scanner);                  /* NULL is fine */
void dw_ndjson_scan(dw_ndjson *scanner, const dw_block *block, size_t *from, dw_table *table);

#endif
