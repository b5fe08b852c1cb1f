/* convert: records as a filter writes them, as NDJSON or CSV, on their way out in the form that was asked for.
 *
 *   dw_convert *convert = dw_convert_new(&(dw_convert_options){.form = DW_WRITTEN_PARQUET, .by = "dw-gen", .write = write, .context =
 * output}); dw_convert_write(convert, bytes, length, &err);     cut anywhere: a dw_convert is a context of a writing callback
 *   dw_convert_end(convert, &err);
 *   dw_convert_free(convert);
 *
 * What comes in is told from its begin, as the reader does; what is in the form that is asked for already passes byte for byte, but for
 * what is not JSON in NDJSON (io/record/dialect.h): NaN becomes null, and infinities texts; and but for missing values where the dialect
 * says what stands for them (io/record/marks.h) and the form was asked for: null in NDJSON, an empty field in CSV.
 *
 * NDJSON: a line a record. Of CSV, each cell as it was understood: numbers as they stood where JSON has them so, else the shortest digits
 * that read back the same, infinities as texts; true and false; null for what is missing; texts.
 * CSV: a comma between fields. The columns are those of the first DW_PARQUET_ROWS records; what occurs later for the first time is
 * DW_EDATA. Missing and absent: an empty field; an empty text in quotes. Vectors and what else is nested: as JSON. Parquet:
 * io/parquet/parquet_write.h. Memory: CSV and Parquet keep DW_PARQUET_ROWS records, or fewer where they are long.
 */
#ifndef DW_IO_CONVERT_H
#define DW_IO_CONVERT_H

#include <stddef.h>

#include "base/err.h"
#include "io/record/format.h"

typedef enum dw_written { DW_WRITTEN_ALIKE, DW_WRITTEN_NDJSON, DW_WRITTEN_CSV, DW_WRITTEN_PARQUET } dw_written;

extern const char *const dw_convert_words[]; /* "input", "ndjson" …, in that order; NULL behind the last */

typedef struct dw_convert_options {
  const dw_dialect *dialect; /* how the input was written that is passed on as it stood, in UTF-8 and with a header; NULL: not known */
  dw_written form;           /* DW_WRITTEN_ALIKE: as it comes in */
  const char *by;            /* Parquet: who writes it */
  const char *const *text;
  size_t text_count; /* Parquet: columns that are texts whatever their values are */
  dw_status (*write)(void *context, const void *bytes, size_t length, dw_err *err);
  void *context;
} dw_convert_options;

typedef struct dw_convert dw_convert;

dw_convert *dw_convert_new(const dw_convert_options *options);
void dw_convert_free(dw_convert *convert); /* NULL is fine */

/* What stands between the fields of the CSV that comes, as its reader found it: before the first bytes, or with them. NUL: nothing is
 * known. */
void dw_convert_delimiter(dw_convert *convert, char delimiter);
dw_status dw_convert_write(void *convert, const void *bytes, size_t length, dw_err *err);
/* What is held back, and the end of the form. Without it nothing of the last records was written. */
dw_status dw_convert_end(dw_convert *convert, dw_err *err);

#endif
