#include "synth/generate/emit.h"

enum { EMIT_GATHER = 256 << 10, EMIT_LARGE = 64 << 10 };

void dw_emit_init(dw_emit *emit, dw_emit_write *write, void *context) { *emit = (dw_emit){.write = write, .context = context}; }

void dw_emit_free(dw_emit *emit) { dw_buf_free(&emit->out); }

dw_status dw_emit_flush(dw_emit *emit, dw_err *err)
{
  if (!emit->out.length) return DW_OK;
  size_t length = emit->out.length;
  emit->out.length = 0;
  return emit->write(emit->context, emit->out.data, length, err);
}

dw_buf *dw_emit_begin(dw_emit *emit)
{
  if (emit->owed) dw_buf_text(&emit->out, emit->crlf ? "\r\n" : "\n");
  emit->owed = false;
  return &emit->out;
}

dw_status dw_emit_end(dw_emit *emit, dw_err *err)
{
  emit->owed = emit->out.length && emit->out.data[emit->out.length - 1] != '\n';
  return emit->out.length >= EMIT_GATHER ? dw_emit_flush(emit, err) : DW_OK;
}

dw_status dw_emit_records(dw_emit *emit, const char *bytes, size_t length, dw_err *err)
{
  if (!length) return DW_OK;
  dw_buf *out = dw_emit_begin(emit);
  if (length < EMIT_LARGE) {
    dw_buf_add(out, bytes, length);
    return dw_emit_end(emit, err);
  }
  dw_status status = dw_emit_flush(emit, err);
  if (status != DW_OK) return status;
  emit->owed = bytes[length - 1] != '\n';
  return emit->write(emit->context, bytes, length, err);
}
