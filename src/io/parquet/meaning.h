/* meaning: values of a Parquet column as cells of a batch: numbers as numbers, instants, days and the like as text in ISO 8601, bytes that
 * are no text in base64.
 *
 * Texts are put behind the table's own (dw_table.text), strings with a quote in front of them as the reader has it (io/record/format.h).
 */
#ifndef DW_IO_MEANING_H
#define DW_IO_MEANING_H

#include "io/parquet/footer.h"
#include "io/parquet/values.h"
#include "io/record/table.h"

typedef struct dw_meaning_sink {
  uint8_t *tags;
  dw_cell *cells;
  dw_buf *text;
  bool as_text; /* numbers are digits */
} dw_meaning_sink;

/* count values as cells 0 to count of the sink. NULL: fine, else what is wrong; *at: with which value. */
const char *dw_meaning_wholes(const dw_leaf *leaf, const int64_t *value, size_t count, const dw_meaning_sink *sink, size_t *at);
const char *dw_meaning_reals(const dw_leaf *leaf, const double *value, size_t count, const dw_meaning_sink *sink, size_t *at);
const char *dw_meaning_pieces(const dw_leaf *leaf, const dw_piece *value, size_t count, const dw_meaning_sink *sink, size_t *at);

/* Element i becomes the list of what is in the table's pool from `from` on: a vector; with gaps (NaN, infinities) the text of a list that
 * is none, and out of the pool again. */
const char *dw_meaning_list(const dw_meaning_sink *sink, size_t i, size_t from, bool gaps, dw_table *table);

/* Numbers of which a double does not hold all digits: a text of records has to have them as they stand. */
bool dw_meaning_keeps_digits(const dw_leaf *leaf);

/* Elements of vectors: count numbers, NaN where a piece holds none. */
void dw_meaning_numbers_of_pieces(const dw_leaf *leaf, const dw_piece *value, size_t count, double *out);
double dw_meaning_number_of_whole(const dw_leaf *leaf, int64_t value);

#endif
