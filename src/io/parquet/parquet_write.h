/* parquet_write: records into a Parquet file: a row group after the other, then the footer. Pages of version 1 in zstd, dictionaries where
 * they pay, no statistics (who reads may not trust them anyway).
 *
 *   dw_parquet_writer *writer = dw_parquet_writer_new("driftwatch", write, context);
 *   dw_parquet_write(writer, rows, &err);      up to DW_PARQUET_ROWS rows; any number of times
 *   dw_parquet_write_end(writer, rows, &err);
 *   dw_parquet_writer_free(writer);
 *
 * Columns and their types are those of the first rows written (io/parquet/column_write.h). All may be missing. A name with dots is one
 * name, not a path of structs.
 */
#ifndef DW_IO_PARQUET_WRITE_H
#define DW_IO_PARQUET_WRITE_H

#include "base/err.h"
#include "io/record/gathered.h"

enum { DW_PARQUET_ROWS = 128 << 10 }; /* of a row group */

typedef struct dw_parquet_writer dw_parquet_writer;

/* Takes bytes of the file, in order. */
typedef dw_status dw_parquet_bytes(void *context, const void *bytes, size_t length, dw_err *err);

/* by: who writes it, as the footer says; it outlives the writer. */
dw_parquet_writer *dw_parquet_writer_new(const char *by, dw_parquet_bytes *write, void *context);
void dw_parquet_writer_free(dw_parquet_writer *writer); /* NULL is fine */

/* Columns that are texts whatever their first values are. They outlive the writer. */
void dw_parquet_write_texts(dw_parquet_writer *writer, const char *const *names, size_t count);

/* A row group. DW_EDATA: a value that is not of its column's type, or a column that the first row group had not; of a record by its
 * number, from 1. */
dw_status dw_parquet_write(dw_parquet_writer *writer, const dw_gathered *rows, dw_err *err);
/* The footer. columns: of a file without rows; else what was written last. */
dw_status dw_parquet_write_end(dw_parquet_writer *writer, const dw_gathered *columns, dw_err *err);

#endif
