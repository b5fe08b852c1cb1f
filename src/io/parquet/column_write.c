#include "io/parquet/column_write.h"

#include "base/clock.h"
#include "io/parquet/footer.h"
#include "io/parquet/hybrid_write.h"
#include "io/parquet/page.h"
#include "io/parquet/thrift_write.h"
#include "io/parquet/values.h"

enum {
  DICTIONARY_LOOK = 4096,     /* of so many values, one in eight at least has to be there already, */
  DICTIONARY_SHARE = 4,       /* and of all of them three in four, */
  DICTIONARY_BYTES = 1 << 20, /* and the dictionary must not be longer */
  LEVEL_EMPTY = 1,
  LEVEL_IN = 3,     /* definition levels of lists */
  INSTANT_TEXT = 27 /* 2026-01-01T00:00:00.123456Z */
};

const char *dw_column_type_name(dw_column_type type)
{
  switch (type) {
  case DW_COLUMN_TEXT: return "texts";
  case DW_COLUMN_BOOLEAN: return "booleans";
  case DW_COLUMN_WHOLE: return "whole numbers of 64 bits";
  case DW_COLUMN_REAL: return "numbers";
  case DW_COLUMN_INSTANT: return "times in UTC";
  case DW_COLUMN_VECTOR: return "vectors";
  }
  return "";
}

static bool is_instant(const dw_gathered_column *c, size_t row, int64_t *instant)
{
  const dw_gathered_cell *cell = &c->cells[row];
  const char *text = c->text.data + cell->text;
  return cell->length > 11 && cell->length <= INSTANT_TEXT && text[10] == 'T' && text[cell->length - 1] == 'Z' &&
         dw_time_parse(text, cell->length, instant);
}

dw_column_type dw_column_settle(const dw_gathered *rows, size_t column)
{
  const dw_gathered_column *c = &rows->column[column];
  size_t count[DW_OTHER + 1] = {0}, values = 0;
  for (size_t i = 0; i < rows->rows; i++) count[c->tags[i]]++;
  for (int tag = DW_INTEGER; tag <= DW_OTHER; tag++) values += count[tag];
  if (values == 0) return DW_COLUMN_TEXT;
  if (count[DW_FALSE] + count[DW_TRUE] == values) return DW_COLUMN_BOOLEAN;
  if (count[DW_INTEGER] == values) return DW_COLUMN_WHOLE;
  if (count[DW_INTEGER] + count[DW_REAL] == values) return DW_COLUMN_REAL;
  if (count[DW_VECTOR] == values) return DW_COLUMN_VECTOR;
  if (count[DW_STRING] != values) return DW_COLUMN_TEXT;
  int64_t instant;
  for (size_t i = 0; i < rows->rows; i++)
    if (c->tags[i] == DW_STRING && !is_instant(c, i, &instant)) return DW_COLUMN_TEXT;
  return DW_COLUMN_INSTANT;
}

/* --- values, as PLAIN has them: one behind the other, those that are missing left out --- */

typedef struct plain {
  dw_buf bytes;
  size_t *end;     /* [rows] of the value of the row, in bytes */
  uint32_t *place; /* [rows] in the dictionary */
} plain;

static void put_little(dw_buf *out, uint64_t value, int bytes)
{
  for (int i = 0; i < bytes; i++) dw_buf_char(out, (char)(value >> 8 * i));
}

static void put_real(dw_buf *out, double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  put_little(out, bits, 8);
}

static void put_as_text(dw_buf *out, const dw_gathered *rows, const dw_gathered_column *c, size_t row)
{
  size_t at = out->length;
  put_little(out, 0, 4);
  dw_gathered_text(out, rows, c, row);
  uint64_t length = out->length - at - 4;
  for (int i = 0; i < 4; i++) out->data[at + (size_t)i] = (char)(length >> 8 * i);
}

static bool put_whole(dw_buf *out, dw_tag tag, const dw_gathered_cell *cell)
{
  static const double exact = 9007199254740992.0;
  double real = cell->value.real;
  if (tag == DW_INTEGER) return put_little(out, (uint64_t)cell->value.whole, 8), true;
  if (tag != DW_REAL || !(real >= -exact && real <= exact) || (double)(int64_t)real != real) return false;
  return put_little(out, (uint64_t)(int64_t)real, 8), true;
}

static bool put_value(dw_buf *out, const dw_gathered *rows, const dw_gathered_column *c, size_t row, dw_column_type type)
{
  dw_tag tag = (dw_tag)c->tags[row];
  const dw_gathered_cell *cell = &c->cells[row];
  int64_t instant;
  switch (type) {
  case DW_COLUMN_TEXT: return put_as_text(out, rows, c, row), true;
  case DW_COLUMN_BOOLEAN: return dw_buf_char(out, tag == DW_TRUE), tag == DW_TRUE || tag == DW_FALSE;
  case DW_COLUMN_WHOLE: return put_whole(out, tag, cell);
  case DW_COLUMN_REAL:
    if (tag == DW_INTEGER) return put_real(out, (double)cell->value.whole), true;
    return put_real(out, cell->value.real), tag == DW_REAL;
  case DW_COLUMN_INSTANT:
    if (tag != DW_STRING || !is_instant(c, row, &instant)) return false;
    return put_little(out, (uint64_t)instant, 8), true;
  case DW_COLUMN_VECTOR:
    if (tag != DW_VECTOR) return false;
    for (size_t i = 0; i < cell->length; i++) put_real(out, rows->pool[cell->value.first + i]);
    return true;
  }
  return false;
}

static bool put_values(plain *p, const dw_gathered *rows, const dw_gathered_column *c, dw_column_type type, size_t *wrong)
{
  p->end = dw_alloc_array(rows->rows, sizeof *p->end);
  for (size_t i = 0; i < rows->rows; i++) {
    *wrong = i;
    if (c->tags[i] != DW_NULL && !put_value(&p->bytes, rows, c, i, type)) return false;
    p->end[i] = p->bytes.length;
  }
  return true;
}

/* --- the dictionary --- */

static bool make_dictionary(plain *p, const dw_gathered *rows, const dw_gathered_column *c, dw_column_type type, dw_map *map)
{
  if (type == DW_COLUMN_BOOLEAN || type == DW_COLUMN_VECTOR || type == DW_COLUMN_INSTANT) return false;
  size_t values = 0, bytes = 0, before;
  p->place = dw_alloc_array(rows->rows, sizeof *p->place);
  for (size_t i = 0; i < rows->rows; i++) {
    if (c->tags[i] == DW_NULL) continue;
    size_t from = i ? p->end[i - 1] : 0;
    before = map->count;
    p->place[i] = dw_map_intern(map, p->bytes.data + from, p->end[i] - from);
    if (map->count > before) bytes += p->end[i] - from;
    values++;
    if (bytes > DICTIONARY_BYTES || (values == DICTIONARY_LOOK && map->count > DICTIONARY_LOOK / 8 * 7)) return false;
  }
  return values > 0 && map->count <= values / DICTIONARY_SHARE;
}

/* --- pages --- */

static void put_page(dw_buf *out, const dw_buf *body, size_t values, unsigned encoding, bool dictionary, dw_buf *packed,
                     dw_column_chunk *chunk)
{
  dw_thrift_out t = {.out = out};
  size_t at = out->length;
  packed->length = 0;
  dw_page_zstd(packed, body->data, body->length);
  dw_thrift_put_integer(&t, 1, DW_THRIFT_I32, dictionary ? DW_PAGE_DICTIONARY : DW_PAGE_DATA);
  dw_thrift_put_integer(&t, 2, DW_THRIFT_I32, (int64_t)body->length);
  dw_thrift_put_integer(&t, 3, DW_THRIFT_I32, (int64_t)packed->length);
  dw_thrift_put_struct(&t, dictionary ? 7 : 5);
  dw_thrift_put_integer(&t, 1, DW_THRIFT_I32, (int64_t)values);
  dw_thrift_put_integer(&t, 2, DW_THRIFT_I32, encoding);
  if (!dictionary) {
    dw_thrift_put_integer(&t, 3, DW_THRIFT_I32, DW_ENCODED_RLE);
    dw_thrift_put_integer(&t, 4, DW_THRIFT_I32, DW_ENCODED_RLE);
    chunk->values += values;
  }
  dw_thrift_end(&t);
  dw_thrift_end(&t);
  chunk->plain += out->length - at + body->length;
  dw_buf_add(out, packed->data, packed->length);
  chunk->packed += out->length - at;
}

/* Behind their length. */
static void put_levels(dw_buf *out, const uint32_t *level, size_t count, unsigned width)
{
  size_t at = out->length;
  put_little(out, 0, 4);
  dw_hybrid_write(out, level, count, width);
  uint64_t length = out->length - at - 4;
  for (int i = 0; i < 4; i++) out->data[at + (size_t)i] = (char)(length >> 8 * i);
}

typedef struct levels {
  uint32_t *repetition, *definition;
  size_t count, repetition_capacity, definition_capacity;
} levels;

static void add_level(levels *l, uint32_t repetition, uint32_t definition)
{
  l->repetition = dw_grow(l->repetition, &l->repetition_capacity, l->count + 1, sizeof *l->repetition);
  l->definition = dw_grow(l->definition, &l->definition_capacity, l->count + 1, sizeof *l->definition);
  l->repetition[l->count] = repetition;
  l->definition[l->count++] = definition;
}

static void collect_levels(levels *l, const dw_gathered_column *c, size_t from, size_t end, bool list)
{
  l->count = 0;
  for (size_t i = from; i < end; i++) {
    bool there = c->tags[i] != DW_NULL;
    size_t elements = list && there ? c->cells[i].length : 0;
    if (!list || !there) add_level(l, 0, there);
    else if (elements == 0) add_level(l, 0, LEVEL_EMPTY);
    for (size_t k = 0; k < elements; k++) add_level(l, k > 0, LEVEL_IN);
  }
}

static unsigned width_of(size_t places)
{
  unsigned width = 1;
  while (width < 32 && (size_t)1 << width < places) width++;
  return width;
}

static void put_places(dw_buf *body, const plain *p, const dw_gathered_column *c, size_t from, size_t end, unsigned width)
{
  uint32_t *place = dw_alloc_array(end - from + 1, sizeof *place);
  size_t count = 0;
  for (size_t i = from; i < end; i++)
    if (c->tags[i] != DW_NULL) place[count++] = p->place[i];
  dw_buf_char(body, (char)width);
  dw_hybrid_write(body, place, count, width);
  dw_free(place);
}

static void put_bits(dw_buf *body, const char *value, size_t count)
{
  for (size_t i = 0; i < count; i += 8) {
    unsigned byte = 0;
    for (size_t k = i; k < count && k < i + 8; k++) byte |= (unsigned)value[k] << (k - i);
    dw_buf_char(body, (char)byte);
  }
}

static void put_pages(dw_buf *out, const dw_gathered *rows, const dw_gathered_column *c, dw_column_type type, size_t page_rows,
                      const plain *p, const dw_map *dictionary, dw_column_chunk *chunk)
{
  dw_buf body = {0}, packed = {0};
  levels l = {0};
  bool list = type == DW_COLUMN_VECTOR;
  if (dictionary) {
    for (size_t k = 0; k < dictionary->count; k++) dw_buf_add(&body, dictionary->keys[k].text, dictionary->keys[k].length);
    put_page(out, &body, dictionary->count, DW_ENCODED_PLAIN, true, &packed, chunk);
  }
  chunk->data = out->length;
  for (size_t from = 0; from < rows->rows; from += page_rows) {
    size_t end = from + page_rows < rows->rows ? from + page_rows : rows->rows, first = from ? p->end[from - 1] : 0;
    const char *bytes = p->bytes.data ? p->bytes.data + first : ""; /* all are missing */
    body.length = 0;
    collect_levels(&l, c, from, end, list);
    if (list) put_levels(&body, l.repetition, l.count, 1);
    put_levels(&body, l.definition, l.count, list ? 2 : 1);
    if (dictionary) put_places(&body, p, c, from, end, width_of(dictionary->count));
    else if (type == DW_COLUMN_BOOLEAN) put_bits(&body, bytes, p->end[end - 1] - first);
    else dw_buf_add(&body, bytes, p->end[end - 1] - first);
    put_page(out, &body, l.count, dictionary ? DW_ENCODED_RLE_DICTIONARY : DW_ENCODED_PLAIN, false, &packed, chunk);
  }
  dw_buf_free(&body);
  dw_buf_free(&packed);
  dw_free(l.repetition);
  dw_free(l.definition);
}

bool dw_column_write(dw_buf *out, const dw_gathered *rows, size_t column, dw_column_type type, size_t page_rows, dw_column_chunk *chunk,
                     size_t *wrong)
{
  const dw_gathered_column *c = &rows->column[column];
  plain p = {0};
  dw_map map;
  dw_map_init(&map);
  *chunk = (dw_column_chunk){0};
  bool right = put_values(&p, rows, c, type, wrong);
  if (right) {
    chunk->dictionary = make_dictionary(&p, rows, c, type, &map);
    put_pages(out, rows, c, type, page_rows, &p, chunk->dictionary ? &map : NULL, chunk);
  }
  dw_map_free(&map);
  dw_buf_free(&p.bytes);
  dw_free(p.end);
  dw_free(p.place);
  return right;
}
