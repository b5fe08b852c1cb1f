/* emit: the output of a filter. Records come in pieces of whole records with their line ends; small pieces are gathered, large
 * ones go straight through. A last record without line end stays without, unless more records follow it.
 */
#ifndef DW_SYNTH_EMIT_H
#define DW_SYNTH_EMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* Takes bytes of the output, in order. */
typedef dw_status dw_emit_write(void *context, const void *bytes, size_t length, dw_err *err);

typedef struct dw_emit {
  dw_emit_write *write;
  void *context;
  dw_buf out; /* gathered */
  bool crlf;  /* lines that need an end of ours get CR LF */
  bool owed;  /* the last record has no line end yet */
} dw_emit;

void dw_emit_init(dw_emit *emit, dw_emit_write *write, void *context);
void dw_emit_free(dw_emit *emit);

dw_status dw_emit_records(dw_emit *emit, const char *bytes, size_t length, dw_err *err);

/* A record (or a line) written in place: at the end of what begin returns; end looks at how it ended. */
dw_buf *dw_emit_begin(dw_emit *emit);
dw_status dw_emit_end(dw_emit *emit, dw_err *err);

dw_status dw_emit_flush(dw_emit *emit, dw_err *err);

#endif
