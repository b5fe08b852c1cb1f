/* reader_run: a reader run to its end, each batch given to a sink: the loop of all who read records.
 *
 *   dw_batch_sink sink = {take, &mine};
 *   dw_reader_open(&reader, …);
 *   status = dw_reader_run(reader, &sink, &notices, err);
 *   dw_reader_report(reader, "reference", &notices);
 *   dw_made_input input = dw_reader_made_by(reader, path);
 *   dw_reader_close(reader);
 */
#ifndef DW_IO_READER_RUN_H
#define DW_IO_READER_RUN_H

#include "io/reader/notices.h"
#include "io/reader/reader.h"
#include "io/text/made_by.h"

typedef struct dw_batch_sink {
  /* The batch is valid until take returns. *stop = true with DW_OK: no more are wanted, nobody reads what comes of them. NULL: nothing is
   * done with the batches. */
  dw_status (*take)(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err);
  void *context;
} dw_batch_sink;

/* Every batch to the sink, until the end, a stop or the first failure of either, which is returned; progress after each batch, and its end
 * whatever comes. The reader stays open. */
dw_status dw_reader_run(dw_reader *reader, const dw_batch_sink *sink, const dw_notices *notices, dw_err *err);

/* Somebody else who took the same records apart once more found them to be bad (DW_EDATA in *err) and does not know where. The inputs are
 * read again, where they can be, with all columns: *err is what the reader says of them, with name and line, if it finds anything. */
void dw_reader_place_fault(const char *const *paths, size_t count, const dw_reader_options *options, dw_err *err);

/* Warns of what reading left out or found odd (skipped records, marks for a column that is not there, a last line without line end). what
 * ("reference", NULL for none) stands in front. */
void dw_reader_report(const dw_reader *reader, const char *what, const dw_notices *notices);

/* What made_by says of what was read to its end. The name is the caller's. */
dw_made_input dw_reader_made_by(const dw_reader *reader, const char *name);

#endif
