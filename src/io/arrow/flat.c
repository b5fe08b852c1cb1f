#include "io/arrow/flat.h"

dw_flat dw_flat_of(const void *bytes, size_t length) { return (dw_flat){.bytes = bytes, .length = length}; }

static uint64_t flat_read(dw_flat *flat, size_t at, size_t bytes)
{
  uint64_t value = 0;
  if (at > flat->length || bytes > flat->length - at) {
    flat->wrong = true;
    return 0;
  }
  for (size_t i = bytes; i-- > 0;) value = value << 8 | flat->bytes[at + i];
  return value;
}

/* What a reference at this place points to; 0: nothing, or a fault. */
static size_t flat_follow(dw_flat *flat, size_t at)
{
  uint64_t offset = flat_read(flat, at, 4);
  if (offset == 0 || offset > flat->length - at) {
    flat->wrong = true;
    return 0;
  }
  return at + (size_t)offset;
}

dw_flat_table dw_flat_root(dw_flat *flat) { return flat_follow(flat, 0); }

/* The place of a member; 0: the table has none. */
static size_t flat_member(dw_flat *flat, dw_flat_table table, unsigned member)
{
  if (!table || flat->wrong) return 0;
  int64_t back = (int32_t)flat_read(flat, table, 4), list = (int64_t)table - back;
  if (flat->wrong || list < 0 || list > (int64_t)flat->length) {
    flat->wrong = true;
    return 0;
  }
  size_t size = (size_t)flat_read(flat, (size_t)list, 2), slot = 4 + 2 * (size_t)member;
  if (flat->wrong || slot + 2 > size) return 0;
  size_t offset = (size_t)flat_read(flat, (size_t)list + slot, 2);
  return flat->wrong || offset == 0 ? 0 : table + offset;
}

int64_t dw_flat_integer(dw_flat *flat, dw_flat_table table, unsigned member, size_t bytes, int64_t otherwise)
{
  size_t at = flat_member(flat, table, member);
  if (!at) return otherwise;
  uint64_t value = flat_read(flat, at, bytes);
  unsigned shift = (unsigned)(64 - 8 * bytes);
  return (int64_t)(value << shift) >> shift;
}

dw_flat_table dw_flat_inner(dw_flat *flat, dw_flat_table table, unsigned member)
{
  size_t at = flat_member(flat, table, member);
  return at ? flat_follow(flat, at) : 0;
}

dw_flat_vector dw_flat_list(dw_flat *flat, dw_flat_table table, unsigned member, size_t bytes)
{
  size_t at = dw_flat_inner(flat, table, member);
  if (!at) return (dw_flat_vector){0};
  dw_flat_vector vector = {at + 4, (size_t)flat_read(flat, at, 4)};
  if (!flat->wrong && vector.count <= (flat->length - vector.at) / bytes) return vector;
  flat->wrong = true;
  return (dw_flat_vector){0};
}

const char *dw_flat_text(dw_flat *flat, dw_flat_table table, unsigned member, size_t *length)
{
  dw_flat_vector text = dw_flat_list(flat, table, member, 1);
  *length = text.count;
  return text.at ? (const char *)flat->bytes + text.at : NULL;
}

dw_flat_table dw_flat_element(dw_flat *flat, dw_flat_vector vector, size_t i) { return flat_follow(flat, vector.at + 4 * i); }

int64_t dw_flat_long(dw_flat *flat, size_t at) { return (int64_t)flat_read(flat, at, 8); }
