/* csv: the scanner of CSV blocks (RFC 4180, by libcsv in strict mode; blocks without a quote take a fast split path that gives the
 * same batches). */
#ifndef DW_IO_CSV_H
#define DW_IO_CSV_H

#include "io/reader.h"

typedef struct dw_csv dw_csv;

#endif
