/* envelope: a stored record as a document, and back: what export writes and import reads (driftwatch-records(5)).
 *
 *   {"kind":"stored","record":"inference","model":"…","source":"…","id":"…","time":"…","received":"…","content":…}
 *
 * Content stands last and as it is. Nested as deep as a record may be, it would be too deep inside another: then it is a text, "text".
 */
#ifndef DW_STORE_ENVELOPE_H
#define DW_STORE_ENVELOPE_H

#include "io/reader/reader.h"
#include "store/records/records.h"

void dw_envelope_write(dw_buf *out, const dw_records_row *row); /* with a newline */

bool dw_envelope_wants(void *context, const char *name, size_t length); /* for dw_reader_options.want */
enum { DW_ENVELOPE_LINE = 512 << 20 };                                  /* bytes of the longest, for dw_reader_options.line_limit */

typedef struct dw_envelopes dw_envelopes;

dw_envelopes *dw_envelopes_new(void);
void dw_envelopes_free(dw_envelopes *envelopes); /* NULL is fine */

/* Items of a batch of such documents, read with spans; valid as long as it is and until the next call. What is none is reported by
 * dw_reader_unusable. */
dw_status dw_envelopes_take(dw_envelopes *envelopes, dw_reader *reader, const dw_batch *batch, dw_records_item **items, size_t *count,
                            dw_err *err);
dw_place dw_envelopes_place(const dw_envelopes *envelopes, const dw_batch *batch, size_t item); /* where an item of the last batch stands */

#endif
