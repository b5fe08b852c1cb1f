/* parquet: records from Parquet files, as a row of formats (io/record/format.h): the footer is read first, then, row group by row group,
 * the pages of the columns that are wanted, and nothing else. A block is some rows with their pages as they stand in the file; workers
 * unpack them (column_pages.h).
 *
 * What cannot be a column (maps, lists of structs) is left out, and the header says so.
 */
#ifndef DW_IO_PARQUET_H
#define DW_IO_PARQUET_H

#include "io/record/format.h"

extern const dw_format dw_parquet_format;

#endif
