#include "io/parquet/thrift_write.h"

#include <assert.h>

static void put_varint(dw_buf *out, uint64_t value)
{
  for (; value > 0x7f; value >>= 7) dw_buf_char(out, (char)(value | 0x80));
  dw_buf_char(out, (char)value);
}

static void put_zigzag(dw_buf *out, int64_t value) { put_varint(out, (uint64_t)value << 1 ^ (uint64_t)(value >> 63)); }

static void put_head(dw_thrift_out *t, int32_t id, dw_thrift_type type)
{
  int32_t step = id - t->last[t->depth];
  assert(step > 0 && step < 16);
  dw_buf_char(t->out, (char)(step << 4 | (int)type));
  t->last[t->depth] = id;
}

void dw_thrift_put_integer(dw_thrift_out *t, int32_t id, dw_thrift_type type, int64_t value)
{
  assert(type >= DW_THRIFT_I16 && type <= DW_THRIFT_I64);
  put_head(t, id, type);
  put_zigzag(t->out, value);
}

void dw_thrift_put_boolean(dw_thrift_out *t, int32_t id, bool value) { put_head(t, id, value ? DW_THRIFT_TRUE : DW_THRIFT_FALSE); }

void dw_thrift_put_text(dw_thrift_out *t, int32_t id, const char *text, size_t length)
{
  put_head(t, id, DW_THRIFT_BINARY);
  dw_thrift_item_text(t, text, length);
}

void dw_thrift_put_struct(dw_thrift_out *t, int32_t id)
{
  put_head(t, id, DW_THRIFT_STRUCT);
  dw_thrift_begin(t);
}

void dw_thrift_put_list(dw_thrift_out *t, int32_t id, dw_thrift_type type, size_t count)
{
  put_head(t, id, DW_THRIFT_LIST);
  dw_buf_char(t->out, (char)((count < 15 ? count : 15) << 4 | (size_t)type));
  if (count >= 15) put_varint(t->out, count);
}

void dw_thrift_item_integer(dw_thrift_out *t, int64_t value) { put_zigzag(t->out, value); }

void dw_thrift_item_text(dw_thrift_out *t, const char *text, size_t length)
{
  put_varint(t->out, length);
  dw_buf_add(t->out, text, length);
}

void dw_thrift_begin(dw_thrift_out *t)
{
  assert(t->depth + 1 < DW_THRIFT_OUT_DEPTH);
  t->last[++t->depth] = 0;
}

void dw_thrift_end(dw_thrift_out *t)
{
  dw_buf_char(t->out, DW_THRIFT_STOP);
  if (t->depth > 0) t->depth--;
}
