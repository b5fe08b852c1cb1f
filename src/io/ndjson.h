/* ndjson: the scanner of NDJSON blocks. One for each worker; it learns the shape of the records it sees.
 *
 * Fast path: a record that repeats the shape of the one before (the same keys in the same order and spacing) is read by comparing
 * the bytes between values with the remembered ones and parsing values straight into columns. Anything else takes the full-grammar
 * path, which enforces RFC 8259 and well-formed UTF-8, and teaches the shape. Both give the same batches and the same errors.
 */
#ifndef DW_IO_NDJSON_H
#define DW_IO_NDJSON_H

#include "io/reader.h"

typedef struct dw_ndjson dw_ndjson;

#endif
