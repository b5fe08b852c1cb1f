/* usable: the records of a batch that a command can use. Those that it cannot, though they parse, go to dw_reader_unusable: an error that
 * names file and line, or, with skip_errors, one more record left out. The reader keeps lines.
 *
 *   dw_usable usable = {0};
 *   … status = dw_usable_instants(&usable, reader, &batch, "ts", NULL, err);   // batch: as it was, or without the others
 *   dw_usable_free(&usable);
 */
#ifndef DW_DATA_USABLE_H
#define DW_DATA_USABLE_H

#include "io/record/time_format.h"
#include "io/reader/reader.h"

typedef struct dw_usable {
  uint8_t *take; /* [rows] */
  size_t take_capacity;
  dw_batch batch; /* what is left of one that is not whole; the arrays behind it: */
  dw_batch_column *columns;
  uint8_t *tags;
  dw_cell *cells;
  dw_span *spans;
  uint32_t *record, *record_length;
  uint64_t *line;
  int64_t *instant; /* dw_usable_instants: [rows of *batch] when its records were; until the next call */
  size_t instant_capacity, kept;
  size_t columns_capacity, tags_capacity, cells_capacity, spans_capacity, record_capacity, length_capacity, line_capacity;
  dw_buf scratch, why;
  const dw_time_format *format; /* of the instants */
} dw_usable;

/* Every record has an instant in the column `time` (format: io/record/instant.h). *batch lives until the next call, or that of the reader.
 */
dw_status dw_usable_instants(dw_usable *usable, dw_reader *reader, const dw_batch **batch, const char *time, const dw_time_format *format,
                             dw_err *err);

/* A label is missing, or a number, a string or a boolean; with numbers: a number. */
dw_status dw_usable_labels(dw_usable *usable, dw_reader *reader, const dw_batch **batch, const char *label, bool numbers, dw_err *err);

void dw_usable_free(dw_usable *usable);

#endif
