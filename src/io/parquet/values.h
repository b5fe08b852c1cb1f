/* values: the values of one page of a Parquet column, in whatever encoding they stand, as plain arrays.
 *
 * Whole numbers and booleans come as int64, floats as double, everything else as pieces of bytes: of INT96 12, of fixed length its width.
 * Pieces lie in the page, or in memory of the decoder (texts that share a begin with the one before): until the next page.
 * Encodings: PLAIN, PLAIN_DICTIONARY and RLE_DICTIONARY (indices alone: dw_values_indices), RLE (booleans), DELTA_BINARY_PACKED,
 * DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT.
 */
#ifndef DW_IO_VALUES_H
#define DW_IO_VALUES_H

#include "base/str.h"
#include "io/parquet/delta.h"
#include "io/parquet/footer.h"
#include "io/parquet/hybrid.h"

/* The numbers are Parquet's. */
typedef enum dw_value_encoding {
  DW_ENCODED_PLAIN = 0,
  DW_ENCODED_PLAIN_DICTIONARY = 2,
  DW_ENCODED_RLE = 3,
  DW_ENCODED_BIT_PACKED = 4,
  DW_ENCODED_DELTA = 5,
  DW_ENCODED_DELTA_LENGTH = 6,
  DW_ENCODED_DELTA_BYTES = 7,
  DW_ENCODED_RLE_DICTIONARY = 8,
  DW_ENCODED_STREAM_SPLIT = 9
} dw_value_encoding;

typedef struct dw_piece {
  const char *bytes;
  uint32_t length;
} dw_piece;

typedef enum dw_values_shape { DW_VALUES_WHOLE, DW_VALUES_REAL, DW_VALUES_PIECES } dw_values_shape;

/* {0} is one that has no page. */
typedef struct dw_values {
  dw_physical physical;
  size_t width; /* bytes of a plain value; 0: they differ */
  unsigned encoding;
  const unsigned char *at, *end;
  size_t count;     /* that are left */
  size_t given;     /* that were taken */
  dw_hybrid hybrid; /* indices, booleans */
  dw_delta delta;
  int64_t *length, *suffix_length; /* of the pieces of a page, of what they share with the one before, and of the rest */
  size_t length_capacity, suffix_capacity;
  char *joined; /* pieces that share a begin with the one before, whole */
  size_t joined_capacity;
  dw_buf split; /* BYTE_STREAM_SPLIT: the values put together */
} dw_values;

dw_values_shape dw_values_shape_of(dw_physical physical);
/* bytes[0..length), followed by DW_HYBRID_PADDING readable ones, hold count values. NULL: fine, else what is wrong. */
const char *dw_values_begin(dw_values *values, const dw_leaf *leaf, unsigned encoding, const void *bytes, size_t length, size_t count);
bool dw_values_indexed(const dw_values *values); /* the values are indices into the dictionary */
/* The next count ones, of those that are left. NULL: fine. */
const char *dw_values_wholes(dw_values *values, int64_t *out, size_t count);
const char *dw_values_reals(dw_values *values, double *out, size_t count);
const char *dw_values_pieces(dw_values *values, dw_piece *out, size_t count);
const char *dw_values_indices(dw_values *values, uint32_t *out, size_t count);
void dw_values_free(dw_values *values);

#endif
