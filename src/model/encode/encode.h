/* encode: columns of records become features of a model, the same way in training and in scoring.
 *
 * Categories are texts, to the last digit: 123456789 and 123456791 are two. Numbers stay as they are, booleans are 0 and 1; a column of
 * categories becomes one feature a category (one-hot) up to a limit, beyond it one feature: the rank of the category by frequency in
 * training. What is missing, and a category that training has not seen, is NaN in every feature of the column.
 */
#ifndef DW_MODEL_ENCODE_H
#define DW_MODEL_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/str.h"
#include "io/text/json.h"
#include "io/reader/reader.h"
#include "model/encode/matrix.h"

enum { DW_ENCODE_ONE_HOT_LIMIT = 32 };

typedef enum dw_encode_kind { DW_ENCODE_NUMBER, DW_ENCODE_BOOLEAN, DW_ENCODE_ONE_HOT, DW_ENCODE_ORDINAL } dw_encode_kind;

typedef struct dw_feature {
  char *column;
  dw_type type; /* of the column in training */
  dw_encode_kind kind;
  bool rounded;        /* of a document that was written when numbers among categories had the digits of a float */
  dw_map categories;   /* ONE_HOT: by their bytes; ORDINAL: the most frequent first */
  size_t first, width; /* its floats in a row of features */
} dw_feature;

typedef struct dw_encoding {
  dw_feature *feature;
  size_t count, capacity;
  size_t width; /* floats a row */
} dw_encoding;

void dw_encoding_init(dw_encoding *encoding);
void dw_encoding_free(dw_encoding *encoding);
/* Adds a column; categories (of ONE_HOT and ORDINAL) are added to the map of the answer, then dw_encoding_close is called. */
dw_feature *dw_encoding_open(dw_encoding *encoding, const char *column, dw_type type, dw_encode_kind kind);
void dw_encoding_close(dw_encoding *encoding);

/* For dw_reader_options.as_text: a column of categories is read as text, so that its digits are those of training. */
bool dw_encoding_reads_text(const dw_encoding *encoding, const char *name, size_t length);

/* Every column of the matrix but the label, in order; those that are no features (texts, identifiers, instants, vectors) are named in
 * left_out with their types: "ts (datetime), note (text)". one_hot_limit: 0 for DW_ENCODE_ONE_HOT_LIMIT. DW_EDATA: categories of
 * a column may have lost digits (dw_matrix_column.rounded). */
dw_status dw_encoding_learn(dw_encoding *encoding, const dw_matrix *matrix, const char *label, size_t one_hot_limit, dw_buf *left_out,
                            dw_err *err);
/* The features of one row of the matrix. A column that the matrix lacks is missing. */
void dw_encoding_row(const dw_encoding *encoding, const dw_matrix *matrix, const dw_matrix_column *const *columns, size_t row, float *out);
/* The columns of the matrix by feature, for dw_encoding_row; NULL where it lacks one. Caller frees. */
const dw_matrix_column **dw_encoding_columns(const dw_encoding *encoding, const dw_matrix *matrix);

/* The name of each float of a row: the column's, or column=category. Calls add once for each. */
void dw_encoding_names(const dw_encoding *encoding, void (*add)(void *context, const char *name), void *context);
bool dw_encoding_uses(const dw_encoding *encoding, const char *column);

/* The list of features of the model document, and back. DW_EDATA: not such a list; name is of the file. */
void dw_encoding_write(const dw_encoding *encoding, dw_json *json, const char *key);
dw_status dw_encoding_read(dw_encoding *encoding, const dw_value *features, const char *name, dw_err *err);

/* --- scoring: batches of a reader --- */

typedef struct dw_encoder {
  const dw_encoding *encoding;
  bool missing_ok;  /* a field that is absent or of another kind is a missing value, not an error */
  bool closed;      /* the categories are all that there can be: another one is an error too, unless missing_ok */
  uint32_t *id;     /* by feature: the reader's column, DW_MAP_NONE while it has none */
  size_t known;     /* columns of the reader looked at */
  uint64_t *unseen; /* by feature: cells with a category that training has not seen */
  uint64_t absent;  /* cells taken as missing because of missing_ok */
  bool untyped;     /* the format has texts (io/record/format.h): its marks for a missing value are no new categories */
  dw_buf scratch;
} dw_encoder;

void dw_encoder_init(dw_encoder *encoder, const dw_encoding *encoding, bool missing_ok);
void dw_encoder_free(dw_encoder *encoder);
/* batch->rows rows of encoding->width floats. null (CSV: an empty field) is a missing value. A record that lacks fields, or has a text
 * where the model needs a number, or (closed) an unknown category, goes to dw_reader_unusable, with file, line and all that is wrong, and
 * take[row] becomes 0 (of a row where it is 0 already nothing is said). The reader keeps spans (for the lines). */
dw_status dw_encoder_batch(dw_encoder *encoder, dw_reader *reader, const dw_batch *batch, float *out, uint8_t *take, dw_err *err);

#endif
