#include "io/parquet/page.h"

enum { PAGE_LARGEST = 1 << 30 };

static void read_data(dw_thrift *t, const dw_thrift_field *field, dw_page_head *h)
{
  if (!dw_thrift_enter(t, field)) return;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);) switch (f.id) {
    case 1: h->values = (size_t)dw_thrift_integer(t, &f); break;
    case 2: h->encoding = (unsigned)dw_thrift_integer(t, &f); break;
    case 3: h->definition_encoding = (unsigned)dw_thrift_integer(t, &f); break;
    case 4: h->repetition_encoding = (unsigned)dw_thrift_integer(t, &f); break;
    default: dw_thrift_skip(t, &f);
    }
}

static void read_dictionary(dw_thrift *t, const dw_thrift_field *field, dw_page_head *h)
{
  if (!dw_thrift_enter(t, field)) return;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);)
    if (f.id == 1) h->values = (size_t)dw_thrift_integer(t, &f);
    else if (f.id == 2) h->encoding = (unsigned)dw_thrift_integer(t, &f);
    else dw_thrift_skip(t, &f);
}

static void read_data_v2(dw_thrift *t, const dw_thrift_field *field, dw_page_head *h)
{
  if (!dw_thrift_enter(t, field)) return;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);) switch (f.id) {
    case 1: h->values = (size_t)dw_thrift_integer(t, &f); break;
    case 3: h->rows = dw_thrift_integer(t, &f); break;
    case 4: h->encoding = (unsigned)dw_thrift_integer(t, &f); break;
    case 5: h->definition_bytes = (size_t)dw_thrift_integer(t, &f); break;
    case 6: h->repetition_bytes = (size_t)dw_thrift_integer(t, &f); break;
    case 7: h->unpacked = !dw_thrift_boolean(t, &f); break;
    default: dw_thrift_skip(t, &f);
    }
}

const char *dw_page_head_read(dw_page_head *h, const void *bytes, size_t length, bool *more)
{
  dw_thrift t = dw_thrift_of(bytes, length);
  *h = (dw_page_head){.kind = UINT32_MAX, .rows = -1, .definition_encoding = 3, .repetition_encoding = 3};
  *more = false;
  int64_t plain = -1, packed = -1;
  for (dw_thrift_field f = {0}; dw_thrift_next(&t, &f);) switch (f.id) {
    case 1: h->kind = (unsigned)dw_thrift_integer(&t, &f); break;
    case 2: plain = dw_thrift_integer(&t, &f); break;
    case 3: packed = dw_thrift_integer(&t, &f); break;
    case 4: h->crc = (uint32_t)dw_thrift_integer(&t, &f), h->has_crc = true; break;
    case 5: read_data(&t, &f, h); break;
    case 7: read_dictionary(&t, &f, h); break;
    case 8: read_data_v2(&t, &f, h); break;
    default: dw_thrift_skip(&t, &f);
    }
  if (t.wrong) {
    *more = t.at == t.end;
    return t.wrong;
  }
  h->head = length - (size_t)(t.end - t.at);
  if (plain < 0 || packed < 0 || plain > PAGE_LARGEST || packed > PAGE_LARGEST) return "its header has a length that none can have";
  h->plain = (size_t)plain;
  h->packed = (size_t)packed;
  if (h->values > INT32_MAX || h->rows > INT32_MAX) return "its header has a number that none can have";
  if (h->kind == DW_PAGE_DATA_V2 && (h->definition_bytes > h->plain || h->repetition_bytes > h->plain - h->definition_bytes ||
                                     h->definition_bytes + h->repetition_bytes > h->packed))
    return "its levels are longer than itself";
  return NULL;
}

/* V1: levels behind their length, or as many bits as they need in the older form. */
static const char *take_levels(dw_page *page, dw_hybrid *out, unsigned encoding, unsigned highest)
{
  unsigned bits = dw_bits_for(highest);
  const unsigned char *at = (const unsigned char *)page->bytes;
  size_t bytes;
  if (bits == 0) return NULL;
  if (encoding == 4) { /* BIT_PACKED */
    bytes = (page->values * bits + 7) / 8;
    if (bytes > page->length) return "its levels end early";
    *out = dw_hybrid_older(at, bytes, bits);
  } else {
    if (encoding != 3) return "its levels are encoded in a way that is not read";
    if (page->length < 4) return "its levels end early";
    bytes = (size_t)at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16 | (size_t)at[3] << 24;
    if (bytes > page->length - 4) return "its levels end early";
    *out = dw_hybrid_of(at + 4, bytes, bits);
    bytes += 4;
  }
  page->bytes += bytes;
  page->length -= bytes;
  return NULL;
}

static const char *unpack(const dw_page_head *head, unsigned codec, const char *body, dw_buf *buffer)
{
  size_t levels = head->kind == DW_PAGE_DATA_V2 ? head->definition_bytes + head->repetition_bytes : 0;
  buffer->length = 0;
  char *to = dw_buf_room(buffer, head->plain + DW_HYBRID_PADDING);
  buffer->length = head->plain;
  memset(to + head->plain, 0, DW_HYBRID_PADDING);
  if (levels) memcpy(to, body, levels);
  size_t plain = head->plain - levels, packed = head->packed - levels;
  if (plain == 0) return NULL; /* some writers compress nothing to something, others to nothing */
  return dw_page_decompress(head->unpacked ? DW_PACKED_NONE : (dw_page_codec)codec, body + levels, packed, to + levels, plain);
}

const char *dw_page_open(dw_page *page, const dw_page_head *head, const dw_leaf *leaf, unsigned codec, const char *body, dw_buf *buffer)
{
  *page = (dw_page){.values = head->values, .encoding = head->encoding};
  if (head->has_crc && !dw_page_crc_is(head->crc, body, (uint32_t)head->packed)) return "its checksum is wrong: it is damaged";
  const char *wrong = unpack(head, codec, body, buffer);
  if (wrong) return wrong;
  page->bytes = buffer->data;
  page->length = buffer->length;
  if (head->kind == DW_PAGE_DICTIONARY) return NULL;
  if (head->kind == DW_PAGE_DATA) {
    wrong = take_levels(page, &page->repetition, head->repetition_encoding, leaf->repetition);
    return wrong ? wrong : take_levels(page, &page->definition, head->definition_encoding, leaf->definition);
  }
  page->repetition = dw_hybrid_of(page->bytes, head->repetition_bytes, dw_bits_for(leaf->repetition));
  page->definition = dw_hybrid_of(page->bytes + head->repetition_bytes, head->definition_bytes, dw_bits_for(leaf->definition));
  page->bytes += head->definition_bytes + head->repetition_bytes;
  page->length -= head->definition_bytes + head->repetition_bytes;
  return NULL;
}
