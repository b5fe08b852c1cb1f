/* append: records with fields added behind their own, everything else byte for byte, in NDJSON and CSV. A field that is there already is an
 * error, or gets the new value in its place.
 *
 *   dw_append_init(&append, names, 2, false, write, context);
 *   for each batch of ONE reader with spans: dw_append_batch(&append, reader, batch, take, put, values, err);
 *   dw_append_batch(&append, reader, NULL, …);  // at the end: a CSV header without records still leaves
 *   dw_append_flush(&append, err);
 */
#ifndef DW_SYNTH_APPEND_H
#define DW_SYNTH_APPEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/reader/reader.h"
#include "synth/generate/emit.h"

/* Writes the value of a field of a row of the batch: JSON, or (delimiter not 0) a CSV field. */
typedef void dw_append_put(void *context, size_t row, size_t field, char delimiter, dw_buf *out);

typedef struct dw_append {
  dw_emit emit;
  const char *const *field; /* the caller's */
  size_t count;
  bool replace;
  bool started;
  char delimiter;
  const char *input; /* name of the input at hand */
  dw_buf header;     /* CSV: that of the first input, bare */
  uint32_t *id;      /* by field: the reader's column, DW_MAP_NONE while it has none */
  uint32_t *inner;   /* the reader's columns that are members of an object of a field's name */
  size_t inner_count, inner_capacity;
  size_t known;
} dw_append;

void dw_append_init(dw_append *append, const char *const *fields, size_t count, bool replace, dw_emit_write *write, void *context);
void dw_append_free(dw_append *append);
bool dw_append_wants(const dw_append *append, const char *name); /* for dw_reader_options.want */
/* take[row] 0: the record does not leave. One that has a field already goes to dw_reader_unusable. DW_EDATA: that; inputs of two formats,
 * or of two CSV headers. What came before it can still be flushed. */
dw_status dw_append_batch(dw_append *append, dw_reader *reader, const dw_batch *batch, uint8_t *take, dw_append_put *put, void *context,
                          dw_err *err);
dw_status dw_append_flush(dw_append *append, dw_err *err);

#endif
