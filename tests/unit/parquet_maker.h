/* parquet_maker: small Parquet files in memory, page by page as a test says: what a writer would have to do is done by hand, so that a test
 * can do it in any way that the format allows, and in some that it does not.
 *
 *   maker m = {0};
 *   size_t c = maker_column(&m, "n", DW_PHYSICAL_INT64, OPTIONAL);
 *   maker_page(&m, c, (maker_head){.values = 3, .encoding = 0}, bytes, length);
 *   maker_finish(&m, 3, &file);
 */
#ifndef DW_TESTS_PARQUET_MAKER_H
#define DW_TESTS_PARQUET_MAKER_H

#include <zlib.h>

#include "base/str.h"
#include "io/parquet/page.h"

enum { MAKER_REQUIRED, MAKER_OPTIONAL, MAKER_REPEATED, MAKER_COLUMNS = 8 };

static void put_varint(dw_buf *out, uint64_t value)
{
  for (; value >= 0x80; value >>= 7) dw_buf_char(out, (char)(value | 0x80));
  dw_buf_char(out, (char)value);
}

static void put_zigzag(dw_buf *out, int64_t value) { put_varint(out, (uint64_t)value << 1 ^ (uint64_t)(value >> 63)); }

/* A field of Thrift whose number is that of the one before and by. */
static void put_field(dw_buf *out, int by, int type) { dw_buf_char(out, (char)(by << 4 | type)); }

static void put_number(dw_buf *out, int by, int64_t value)
{
  put_field(out, by, DW_THRIFT_I64);
  put_zigzag(out, value);
}

static void put_words(dw_buf *out, int by, const char *text)
{
  put_field(out, by, DW_THRIFT_BINARY);
  put_varint(out, strlen(text));
  dw_buf_text(out, text);
}

static void put_little(dw_buf *out, uint64_t value, int bytes)
{
  for (int i = 0; i < bytes; i++) dw_buf_char(out, (char)(value >> 8 * i));
}

typedef struct maker_node {
  const char *name;
  int physical;                               /* -1: a group */
  int repetition, children, width, converted; /* converted -1: none */
  int scale;
} maker_node;

typedef struct maker {
  dw_buf pages[MAKER_COLUMNS];
  int64_t values[MAKER_COLUMNS], dictionary[MAKER_COLUMNS]; /* bytes of the dictionary's page */
  unsigned codec;
  maker_node node[3 * MAKER_COLUMNS];
  size_t nodes, columns;
} maker;

static void maker_add(maker *m, maker_node node)
{
  m->node[m->nodes++] = node;
  m->columns += node.physical >= 0;
}

static size_t maker_column(maker *m, const char *name, dw_physical physical, int repetition)
{
  maker_add(m, (maker_node){.name = name, .physical = (int)physical, .repetition = repetition, .converted = -1});
  return m->columns - 1;
}

typedef struct maker_head {
  int kind, encoding;
  int64_t values, rows;
  size_t definition_bytes, repetition_bytes; /* V2 */
  bool crc, crc_wrong;
  size_t plain; /* 0: as many as there are bytes */
  bool unpacked;
} maker_head;

static void maker_page(maker *m, size_t column, maker_head head, const void *bytes, size_t length)
{
  dw_buf *out = &m->pages[column];
  size_t before = out->length;
  put_number(out, 1, head.kind);
  put_number(out, 1, (int64_t)(head.plain ? head.plain : length));
  put_number(out, 1, (int64_t)length);
  int by = head.kind == DW_PAGE_DATA ? 2 : head.kind == DW_PAGE_DICTIONARY ? 4 : 5;
  if (head.crc) {
    put_number(out, 1, (int32_t)(uint32_t)(crc32(0, bytes, (uInt)length) + head.crc_wrong));
    by--;
  }
  put_field(out, by, DW_THRIFT_STRUCT);
  put_number(out, 1, head.values);
  if (head.kind == DW_PAGE_DATA_V2) {
    put_number(out, 1, 0);
    put_number(out, 1, head.rows);
    put_number(out, 1, head.encoding);
    put_number(out, 1, (int64_t)head.definition_bytes);
    put_number(out, 1, (int64_t)head.repetition_bytes);
    put_field(out, 1, head.unpacked ? DW_THRIFT_FALSE : DW_THRIFT_TRUE);
  } else {
    put_number(out, 1, head.encoding);
    put_number(out, 1, 3);
    put_number(out, 1, 3);
  }
  dw_buf_char(out, 0);
  dw_buf_char(out, 0);
  dw_buf_add(out, bytes, length);
  if (head.kind == DW_PAGE_DICTIONARY) m->dictionary[column] = (int64_t)(out->length - before);
  else m->values[column] += head.values;
}

static void maker_schema(const maker *m, dw_buf *out, int top)
{
  put_field(out, 1, DW_THRIFT_LIST);
  dw_buf_char(out, (char)(15 << 4 | DW_THRIFT_STRUCT));
  put_varint(out, m->nodes + 1);
  put_words(out, 4, "schema");
  put_number(out, 1, top);
  dw_buf_char(out, 0);
  for (size_t i = 0; i < m->nodes; i++) {
    const maker_node *node = &m->node[i];
    if (node->physical >= 0) put_number(out, 1, node->physical);
    if (node->physical == DW_PHYSICAL_FIXED) put_number(out, 1, node->width);
    put_number(out, node->physical < 0 ? 3 : node->physical == DW_PHYSICAL_FIXED ? 1 : 2, node->repetition);
    put_words(out, 1, node->name);
    if (node->physical < 0) put_number(out, 1, node->children);
    if (node->converted >= 0) put_number(out, node->physical < 0 ? 1 : 2, node->converted);
    if (node->scale) put_number(out, node->converted >= 0 ? 1 : 3, node->scale);
    dw_buf_char(out, 0);
  }
}

/* One row group of rows; top: nodes below the root. The columns' pages are free again. */
static void maker_finish(maker *m, int64_t rows, int top, dw_buf *file)
{
  int64_t offset[MAKER_COLUMNS];
  dw_buf foot = {0};
  file->length = 0;
  dw_buf_text(file, "PAR1");
  for (size_t k = 0; k < m->columns; k++) {
    offset[k] = (int64_t)file->length;
    dw_buf_add(file, m->pages[k].data, m->pages[k].length);
  }
  put_number(&foot, 1, 2);
  maker_schema(m, &foot, top);
  put_number(&foot, 1, rows);
  put_field(&foot, 1, DW_THRIFT_LIST);
  dw_buf_char(&foot, (char)(1 << 4 | DW_THRIFT_STRUCT));
  put_field(&foot, 1, DW_THRIFT_LIST);
  dw_buf_char(&foot, (char)(m->columns << 4 | DW_THRIFT_STRUCT));
  for (size_t k = 0; k < m->columns; k++) {
    put_number(&foot, 2, 0);
    put_field(&foot, 1, DW_THRIFT_STRUCT);
    put_number(&foot, 4, m->codec);
    put_number(&foot, 1, m->values[k]);
    put_number(&foot, 2, (int64_t)m->pages[k].length);
    put_number(&foot, 2, offset[k] + m->dictionary[k]);
    if (m->dictionary[k]) put_number(&foot, 2, offset[k]);
    dw_buf_char(&foot, 0);
    dw_buf_char(&foot, 0);
  }
  put_number(&foot, 1, 0);
  put_number(&foot, 1, rows);
  dw_buf_char(&foot, 0);
  dw_buf_char(&foot, 0);
  dw_buf_add(file, foot.data, foot.length);
  put_little(file, foot.length, 4);
  dw_buf_text(file, "PAR1");
  dw_buf_free(&foot);
  for (size_t k = 0; k < m->columns; k++) dw_buf_free(&m->pages[k]);
  *m = (maker){0};
}

#endif
