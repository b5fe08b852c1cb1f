#include "io/parquet/thrift.h"

enum { THRIFT_DEPTH = 64 };

dw_thrift dw_thrift_of(const void *bytes, size_t length) { return (dw_thrift){.at = bytes, .end = (const unsigned char *)bytes + length}; }

static void thrift_fault(dw_thrift *t, const char *wrong)
{
  if (!t->wrong) t->wrong = wrong;
  t->at = t->end;
}

static unsigned char thrift_byte(dw_thrift *t)
{
  if (t->at < t->end) return *t->at++;
  thrift_fault(t, "it ends early");
  return 0;
}

static uint64_t thrift_varint(dw_thrift *t)
{
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    unsigned char byte = thrift_byte(t);
    if (shift == 63 && byte > 1) break;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return value;
  }
  thrift_fault(t, "a number has more than 64 bits");
  return 0;
}

static int64_t thrift_zigzag(dw_thrift *t)
{
  uint64_t value = thrift_varint(t);
  return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static dw_thrift_type thrift_type(dw_thrift *t, unsigned code)
{
  if (code >= DW_THRIFT_TRUE && code <= DW_THRIFT_STRUCT) return (dw_thrift_type)code;
  thrift_fault(t, "a field is of no type that there is");
  return DW_THRIFT_STOP;
}

bool dw_thrift_next(dw_thrift *t, dw_thrift_field *field)
{
  unsigned char head = thrift_byte(t);
  if (head == DW_THRIFT_STOP) return false;
  int64_t id = head >> 4 ? field->id + (head >> 4) : thrift_zigzag(t);
  if (id < INT16_MIN || id > INT16_MAX) thrift_fault(t, "a field has a number that none can have");
  field->id = (int32_t)id;
  field->type = thrift_type(t, head & 0x0f);
  return !t->wrong;
}

static bool thrift_is(dw_thrift *t, bool right)
{
  if (!right) thrift_fault(t, "a field is of another type than it has to be");
  return right;
}

int64_t dw_thrift_integer(dw_thrift *t, const dw_thrift_field *field)
{
  if (field->type == DW_THRIFT_BYTE) return (int8_t)thrift_byte(t);
  return thrift_is(t, field->type >= DW_THRIFT_I16 && field->type <= DW_THRIFT_I64) ? thrift_zigzag(t) : 0;
}

bool dw_thrift_boolean(dw_thrift *t, const dw_thrift_field *field)
{
  return thrift_is(t, field->type == DW_THRIFT_TRUE || field->type == DW_THRIFT_FALSE) && field->type == DW_THRIFT_TRUE;
}

static const char *thrift_binary(dw_thrift *t, size_t *length)
{
  uint64_t bytes = thrift_varint(t);
  *length = 0;
  if (bytes > (uint64_t)(t->end - t->at)) thrift_fault(t, "a text is longer than what is left");
  if (t->wrong) return NULL;
  const char *text = (const char *)t->at;
  t->at += bytes;
  *length = (size_t)bytes;
  return text;
}

const char *dw_thrift_text(dw_thrift *t, const dw_thrift_field *field, size_t *length)
{
  *length = 0;
  return thrift_is(t, field->type == DW_THRIFT_BINARY) ? thrift_binary(t, length) : NULL;
}

bool dw_thrift_enter(dw_thrift *t, const dw_thrift_field *field) { return thrift_is(t, field->type == DW_THRIFT_STRUCT); }

static size_t thrift_list(dw_thrift *t, dw_thrift_field *element)
{
  unsigned char head = thrift_byte(t);
  uint64_t count = head >> 4 == 15 ? thrift_varint(t) : head >> 4;
  *element = (dw_thrift_field){0, thrift_type(t, head & 0x0f)};
  if (count > (uint64_t)(t->end - t->at)) thrift_fault(t, "a list is longer than what is left");
  return t->wrong ? 0 : (size_t)count;
}

size_t dw_thrift_list(dw_thrift *t, const dw_thrift_field *field, dw_thrift_field *element)
{
  *element = (dw_thrift_field){0};
  return thrift_is(t, field->type == DW_THRIFT_LIST || field->type == DW_THRIFT_SET) ? thrift_list(t, element) : 0;
}

static void thrift_skip(dw_thrift *t, dw_thrift_type type, bool element, int depth);

static void thrift_skip_struct(dw_thrift *t, int depth)
{
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);) thrift_skip(t, f.type, false, depth);
}

static void thrift_skip_map(dw_thrift *t, int depth)
{
  uint64_t count = thrift_varint(t);
  unsigned char types = count ? thrift_byte(t) : 0;
  if (count > (uint64_t)(t->end - t->at)) thrift_fault(t, "a map is longer than what is left");
  for (uint64_t i = 0; i < count && !t->wrong; i++) {
    thrift_skip(t, thrift_type(t, types >> 4), true, depth);
    thrift_skip(t, thrift_type(t, types & 0x0f), true, depth);
  }
}

/* In a list a boolean is a byte; as a field it is in the field's type. */
static void thrift_skip(dw_thrift *t, dw_thrift_type type, bool element, int depth)
{
  size_t length;
  dw_thrift_field inner;
  if (depth == THRIFT_DEPTH) thrift_fault(t, "it is nested too deep");
  if (t->wrong) return;
  switch (type) {
  case DW_THRIFT_STOP: break;
  case DW_THRIFT_TRUE:
  case DW_THRIFT_FALSE:
    if (element) thrift_byte(t);
    break;
  case DW_THRIFT_BYTE: thrift_byte(t); break;
  case DW_THRIFT_I16:
  case DW_THRIFT_I32:
  case DW_THRIFT_I64: thrift_varint(t); break;
  case DW_THRIFT_DOUBLE:
    for (int i = 0; i < 8; i++) thrift_byte(t);
    break;
  case DW_THRIFT_BINARY: thrift_binary(t, &length); break;
  case DW_THRIFT_LIST:
  case DW_THRIFT_SET:
    for (size_t count = thrift_list(t, &inner); count > 0 && !t->wrong; count--) thrift_skip(t, inner.type, true, depth + 1);
    break;
  case DW_THRIFT_MAP: thrift_skip_map(t, depth + 1); break;
  case DW_THRIFT_STRUCT: thrift_skip_struct(t, depth + 1); break;
  }
}

void dw_thrift_skip(dw_thrift *t, const dw_thrift_field *field) { thrift_skip(t, field->type, false, 0); }
