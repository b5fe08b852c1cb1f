/* dialect: how the records of an input are written, as the caller knows it: what an input does not say of itself, or says wrongly. {0}:
 * every input tells by itself. What does not concern the format of an input does nothing there: a Parquet file has no delimiter, and one
 * set of words is for all inputs of a comparison.
 */
#ifndef DW_IO_DIALECT_H
#define DW_IO_DIALECT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text_list.h"

typedef enum dw_decimal {
  DW_DECIMAL_TOLD, /* the point; in a file of semicolons, a column's comma where its first numbers can mean nothing else */
  DW_DECIMAL_POINT,
  DW_DECIMAL_COMMA
} dw_decimal;

typedef enum dw_nan {
  DW_NAN_STOP,   /* a bare NaN or Infinity in NDJSON is a bad record, and so is a number beyond a double's range */
  DW_NAN_MISSING /* NaN is missing, and the others are infinite; the reader counts them */
} dw_nan;

extern const char *const dw_decimal_words[], *const dw_nan_words[]; /* by those numbers; NULL behind the last */

typedef struct dw_dialect {
  const char *delimiter; /* CSV: one character, or "\t" in two; NULL: told by the first record */
  dw_text_list header;   /* CSV: the names of the columns, of a file that has no record of them; count 0: it has */
  int decimal;           /* CSV: dw_decimal */
  int encoding;          /* of text: dw_charset (io/bytes/charset.h) */
  int nan;               /* NDJSON: dw_nan */
  dw_text_list rename;   /* OLD=NEW: columns that are called otherwise (io/record/renames.h); count 0: none is */
  dw_text_list missing;  /* what stands for a missing value (io/record/marks.h); count 0: what is usual */
} dw_dialect;

/* DW_EUSAGE: a delimiter that is none. */
dw_status dw_dialect_check(const dw_dialect *dialect, dw_err *err);
bool dw_dialect_separates(char c); /* it may stand between fields */
/* NUL: none was given. Of a dialect that was checked; NULL is fine. */
char dw_dialect_delimiter(const dw_dialect *dialect);

#endif
