#include "io/arrow/arrow_batch.h"

#include <math.h>

#include "base/num.h"
#include "io/parquet/page_codec.h"

enum { CHUNK = 1024, SIZED_MOST = 64 };
#define UNPACKED_MOST (UINT64_C(1) << 32)

static const char short_buffer[] = "a buffer is shorter than its rows need", outside[] = "an offset points outside of its buffer";

/* --- buffers --- */

static int64_t little(const unsigned char *at, size_t bytes, bool is_unsigned)
{
  uint64_t value = 0;
  for (size_t i = bytes; i-- > 0;) value = value << 8 | at[i];
  unsigned shift = (unsigned)(64 - 8 * bytes);
  return is_unsigned ? (int64_t)value : (int64_t)(value << shift) >> shift;
}

/* Buffer number `number` of the batch, unpacked. */
static const char *open_bytes(dw_arrow_batch *b, size_t number, dw_arrow_bytes *out)
{
  enum { PLACE = 16, PLAIN_LENGTH = 8 };
  if (number >= b->buffers.count) return "it has fewer buffers than its columns need";
  int64_t offset = dw_flat_long(&b->flat, b->buffers.at + PLACE * number),
          length = dw_flat_long(&b->flat, b->buffers.at + PLACE * number + 8);
  if (offset < 0 || length < 0 || (uint64_t)offset > b->body_length || (uint64_t)length > b->body_length - (uint64_t)offset)
    return "a buffer lies outside of its body";
  out->bytes = (const unsigned char *)b->body + offset;
  out->length = (size_t)length;
  if (b->codec == DW_PACKED_NONE || length == 0) return NULL;
  if (length < PLAIN_LENGTH) return short_buffer;
  int64_t plain = little(out->bytes, PLAIN_LENGTH, false);
  out->bytes += PLAIN_LENGTH;
  out->length -= PLAIN_LENGTH;
  if (plain == -1) return NULL; /* it is not compressed after all */
  if (plain < 0 || (uint64_t)plain > UNPACKED_MOST) return "a buffer has a length that none can have";
  out->unpacked.length = 0;
  char *to = dw_buf_room(&out->unpacked, (size_t)plain + 1);
  const char *wrong = dw_page_decompress((dw_page_codec)b->codec, out->bytes, out->length, to, (size_t)plain);
  out->bytes = (unsigned char *)to;
  out->length = (size_t)plain;
  return wrong;
}

static const dw_arrow_field *field_at(const dw_arrow_batch *b, size_t field) { return &b->schema->field[field]; }

static bool is_coded(const dw_arrow_batch *b, size_t field) { return field_at(b, field)->coded && !(b->dictionary && field == b->from); }

static const char *open_part(dw_arrow_batch *b, size_t field)
{
  dw_arrow_part *p = &b->part[field - b->from];
  const dw_arrow_field *f = field_at(b, field);
  bool coded = is_coded(b, field);
  size_t buffers = coded ? 2 : dw_arrow_buffers(f->layout);
  const char *wrong = NULL;
  if (p->opened) return NULL;
  p->opened = true;
  p->validity.length = p->first.length = p->second.length = 0;
  if (buffers > 0) wrong = open_bytes(b, p->buffer, &p->validity);
  if (buffers > 1 && !wrong) wrong = open_bytes(b, p->buffer + 1, &p->first);
  if (buffers > 2 && !wrong) wrong = open_bytes(b, p->buffer + 2, &p->second);
  size_t before = p->more_capacity;
  if (p->views > before) {
    p->more = dw_grow(p->more, &p->more_capacity, p->views, sizeof *p->more);
    memset(p->more + before, 0, (p->more_capacity - before) * sizeof *p->more);
  }
  for (size_t i = 0; i < p->views && !wrong; i++) wrong = open_bytes(b, p->buffer + 2 + i, &p->more[i]);
  if (!wrong && p->validity.length && p->validity.length < ((uint64_t)p->rows + 7) / 8) wrong = short_buffer;
  return wrong;
}

/* --- the batch: its nodes and buffers in the order of the fields --- */

static const char *walk(dw_arrow_batch *b, size_t field, size_t *node, size_t *buffer, size_t *view)
{
  const dw_arrow_field *f = field_at(b, field);
  dw_arrow_part *p = &b->part[field - b->from];
  bool coded = is_coded(b, field);
  p->opened = false;
  p->node = *node;
  p->buffer = *buffer;
  p->views = 0;
  if (*node >= b->nodes.count) return "it has fewer nodes than columns";
  p->rows = dw_flat_long(&b->flat, b->nodes.at + 16 * (*node)++);
  if (p->rows < 0) return "a column has a number of rows that none can have";
  *buffer += coded ? 2 : dw_arrow_buffers(f->layout);
  if (!coded && f->layout == DW_ARROW_VIEWS) {
    int64_t views = *view < b->views.count ? dw_flat_long(&b->flat, b->views.at + 8 * (*view)++) : 0;
    if (views < 0 || (uint64_t)views > b->buffers.count) return "a column has a number of buffers that none can have";
    p->views = (size_t)views;
    *buffer += p->views;
  }
  const char *wrong = NULL;
  for (size_t child = field + 1; child < f->end && !wrong && !coded; child = field_at(b, child)->end)
    wrong = walk(b, child, node, buffer, view);
  return wrong;
}

dw_page_codec dw_arrow_batch_codec(dw_flat *flat, dw_flat_table head)
{
  dw_flat_table packed = dw_flat_inner(flat, head, 3);
  int64_t codec = dw_flat_integer(flat, packed, 0, 1, 0);
  return !packed ? DW_PACKED_NONE : codec == 0 ? DW_PACKED_LZ4_FRAME : codec == 1 ? DW_PACKED_ZSTD : DW_PACKED_WAYS;
}

const char *dw_arrow_batch_read(dw_arrow_batch *b, const dw_arrow_schema *schema, uint32_t field, dw_flat flat, dw_flat_table head,
                                const char *body, size_t body_length)
{
  b->schema = schema;
  b->dictionary = field != UINT32_MAX;
  b->from = b->dictionary ? field : 0;
  b->fields = (b->dictionary ? schema->field[field].end : schema->fields) - b->from;
  b->flat = flat;
  b->rows = dw_flat_integer(&b->flat, head, 0, 8, 0);
  b->nodes = dw_flat_list(&b->flat, head, 1, 16);
  b->buffers = dw_flat_list(&b->flat, head, 2, 16);
  b->views = dw_flat_list(&b->flat, head, 4, 8);
  b->codec = (int)dw_arrow_batch_codec(&b->flat, head);
  b->body = body;
  b->body_length = body_length;
  if (b->flat.wrong) return "its head points outside of itself";
  if (b->codec == DW_PACKED_WAYS) return "it is compressed in a way that is not read";
  if (b->rows < 0) return "it has a number of rows that none can have";
  /* Columns of nothing take no bytes: a few would ask for any number of rows. Arrow's own limit for what others are to read. */
  if (b->rows > INT32_MAX) return "it has more rows than the 2147483647 that a batch should have";
  size_t before = b->capacity, node = 0, buffer = 0, view = 0;
  b->part = dw_grow(b->part, &b->capacity, b->fields + 1, sizeof *b->part);
  memset(b->part + before, 0, (b->capacity - before) * sizeof *b->part);
  const char *wrong = NULL;
  for (size_t i = b->from; i < b->from + b->fields && !wrong; i = field_at(b, i)->end) {
    wrong = walk(b, i, &node, &buffer, &view);
    if (!wrong && b->part[i - b->from].rows != b->rows) wrong = "a column has another number of rows than its batch";
  }
  return wrong;
}

static void free_bytes(dw_arrow_bytes *bytes) { dw_buf_free(&bytes->unpacked); }

void dw_arrow_batch_free(dw_arrow_batch *b)
{
  for (size_t i = 0; i < b->capacity; i++) {
    dw_arrow_part *p = &b->part[i];
    free_bytes(&p->validity);
    free_bytes(&p->first);
    free_bytes(&p->second);
    for (size_t k = 0; k < p->more_capacity; k++) free_bytes(&p->more[k]);
    dw_free(p->more);
  }
  dw_free(b->part);
  *b = (dw_arrow_batch){0};
}

/* --- values --- */

typedef struct chunk {
  uint64_t elements; /* of lists, in this column so far */
  uint8_t there[CHUNK];
  int64_t whole[CHUNK];
  double real[CHUNK];
  dw_piece piece[CHUNK];
  char turned[CHUNK * SIZED_MOST]; /* decimals with the highest byte first */
} chunk;

static bool bit(const dw_arrow_bytes *bits, size_t at) { return bits->bytes[at / 8] >> at % 8 & 1; }

/* A row is missing where it is, or any struct that it is in. */
static const char *mark_there(dw_arrow_batch *b, size_t field, size_t row, size_t count, uint8_t *there)
{
  memset(there, 1, count);
  for (uint32_t at = (uint32_t)field; at != UINT32_MAX && at >= b->from; at = field_at(b, at)->parent) {
    const char *wrong = open_part(b, at);
    dw_arrow_part *p = &b->part[at - b->from];
    if (wrong) return wrong;
    if ((uint64_t)p->rows < row + count) return short_buffer;
    for (size_t i = 0; p->validity.length && i < count; i++) there[i] &= bit(&p->validity, row + i);
    if (b->dictionary) break;
  }
  return NULL;
}

static const char *take_text(const dw_arrow_field *f, const dw_arrow_part *p, size_t row, dw_piece *out)
{
  size_t w = f->width;
  if ((row + 2) * w > p->first.length) return short_buffer;
  int64_t from = little(p->first.bytes + row * w, w, false), to = little(p->first.bytes + (row + 1) * w, w, false);
  if (from < 0 || to < from || (uint64_t)to > p->second.length || to - from > UINT32_MAX) return outside;
  *out = (dw_piece){(const char *)p->second.bytes + from, (uint32_t)(to - from)};
  return NULL;
}

static const char *take_view(const dw_arrow_part *p, size_t row, dw_piece *out)
{
  enum { VIEW = 16, INLINE = 12 };
  if ((row + 1) * VIEW > p->first.length) return short_buffer;
  const unsigned char *view = p->first.bytes + row * VIEW;
  int64_t length = little(view, 4, false), number = little(view + 8, 4, false), offset = little(view + 12, 4, false);
  if (length < 0) return outside;
  *out = (dw_piece){(const char *)view + 4, (uint32_t)length};
  if (length <= INLINE) return NULL;
  if (number < 0 || (uint64_t)number >= p->views || offset < 0) return outside;
  const dw_arrow_bytes *more = &p->more[number];
  if ((uint64_t)offset > more->length || (uint64_t)length > more->length - (uint64_t)offset) return outside;
  out->bytes = (const char *)more->bytes + offset;
  return NULL;
}

/* Values of one width that are no numbers of the machine; decimals are turned. */
static const char *take_sized(const dw_arrow_field *f, const dw_arrow_part *p, size_t row, size_t i, chunk *c)
{
  size_t size = f->size;
  if ((row + 1) * (uint64_t)size > p->first.length) return short_buffer;
  const char *from = (const char *)p->first.bytes + row * size;
  if (f->leaf.meaning == DW_MEANS_DECIMAL) {
    char *to = c->turned + i * SIZED_MOST;
    for (size_t k = 0; k < size; k++) to[k] = from[size - 1 - k];
    from = to;
  }
  c->piece[i] = (dw_piece){from, (uint32_t)size};
  return NULL;
}

static void take_number(const dw_arrow_field *f, const unsigned char *at, size_t i, chunk *c)
{
  if (f->leaf.physical == DW_PHYSICAL_FLOAT) {
    uint32_t bits = (uint32_t)little(at, 4, true);
    float value;
    memcpy(&value, &bits, sizeof value);
    c->real[i] = value;
  } else if (f->leaf.physical == DW_PHYSICAL_DOUBLE) {
    uint64_t bits = (uint64_t)little(at, 8, true);
    memcpy(&c->real[i], &bits, sizeof bits);
  } else {
    c->whole[i] = little(at, f->width, f->is_unsigned);
  }
}

/* Value of a row as element i of the chunk. */
static const char *take_value(const dw_arrow_field *f, const dw_arrow_part *p, size_t row, size_t i, chunk *c)
{
  switch (f->layout) {
  case DW_ARROW_BITS:
    if (row / 8 >= p->first.length) return short_buffer;
    c->whole[i] = bit(&p->first, row);
    return NULL;
  case DW_ARROW_TEXT: return take_text(f, p, row, &c->piece[i]);
  case DW_ARROW_VIEWS: return take_view(p, row, &c->piece[i]);
  case DW_ARROW_FIXED:
    if (f->size) return take_sized(f, p, row, i, c);
    if ((row + 1) * f->width > p->first.length) return short_buffer;
    take_number(f, p->first.bytes + row * f->width, i, c);
    return NULL;
  default: return "it is of a kind that is no column";
  }
}

static const char *to_cells(const dw_leaf *leaf, const chunk *c, size_t count, const dw_meaning_sink *sink)
{
  size_t at;
  switch (dw_values_shape_of(leaf->physical)) {
  case DW_VALUES_WHOLE: return dw_meaning_wholes(leaf, c->whole, count, sink, &at);
  case DW_VALUES_REAL: return dw_meaning_reals(leaf, c->real, count, sink, &at);
  case DW_VALUES_PIECES: break;
  }
  return dw_meaning_pieces(leaf, c->piece, count, sink, &at);
}

/* Cells stand at the begin: each to its row, from the last one on. */
static void spread(const uint8_t *there, size_t count, size_t present, const dw_meaning_sink *sink)
{
  for (size_t i = count; i-- > 0;)
    if (there[i]) {
      present--;
      sink->tags[i] = sink->tags[present];
      sink->cells[i] = sink->cells[present];
    } else {
      sink->tags[i] = DW_NULL;
    }
}

static const char *fill_chunk(dw_arrow_batch *b, size_t field, size_t row, size_t count, const dw_arrow_codes *codes, chunk *c,
                              const dw_meaning_sink *sink)
{
  const dw_arrow_field *f = field_at(b, field);
  const dw_arrow_part *p = &b->part[field - b->from];
  const char *wrong = mark_there(b, field, row, count, c->there);
  size_t present = 0;
  for (size_t i = 0; i < count && !wrong; i++) {
    if (!c->there[i]) continue;
    if (!is_coded(b, field)) {
      wrong = take_value(f, p, row + i, present, c);
    } else if ((row + i + 1) * f->index > p->first.length) {
      wrong = short_buffer;
    } else {
      uint64_t code = (uint64_t)little(p->first.bytes + (row + i) * f->index, f->index, f->index_unsigned);
      if (code >= codes->count) return "an index points outside of its dictionary";
      sink->tags[present] = codes->tags[code];
      sink->cells[present] = codes->cells[code];
    }
    present++;
  }
  if (!wrong && !is_coded(b, field)) wrong = to_cells(&f->leaf, c, present, sink);
  if (!wrong && present < count) spread(c->there, count, present, sink);
  return wrong;
}

/* --- lists of numbers --- */

static const char *list_bounds(const dw_arrow_field *f, const dw_arrow_part *p, size_t row, int64_t *from, int64_t *to)
{
  size_t w = f->width;
  if (f->layout == DW_ARROW_ARRAY) {
    *from = (int64_t)row * f->size;
    *to = *from + f->size;
    return NULL;
  }
  if (f->layout == DW_ARROW_WINDOWS) {
    if ((row + 1) * w > p->first.length || (row + 1) * w > p->second.length) return short_buffer;
    *from = little(p->first.bytes + row * w, w, false);
    int64_t count = little(p->second.bytes + row * w, w, false);
    if (*from < 0 || count < 0 || count > INT64_MAX - *from) return outside;
    *to = *from + count;
    return NULL;
  }
  if ((row + 2) * w > p->first.length) return short_buffer;
  *from = little(p->first.bytes + row * w, w, false);
  *to = little(p->first.bytes + (row + 1) * w, w, false);
  return *from < 0 || *to < *from ? outside : NULL;
}

static double element(const dw_arrow_field *f, chunk *c)
{
  double value;
  switch (dw_values_shape_of(f->leaf.physical)) {
  case DW_VALUES_WHOLE: return dw_meaning_number_of_whole(&f->leaf, c->whole[0]);
  case DW_VALUES_REAL: return c->real[0];
  case DW_VALUES_PIECES: break;
  }
  dw_meaning_numbers_of_pieces(&f->leaf, c->piece, 1, &value);
  return value;
}

/* Elements that have bytes in the file are as many as those allow. Views may lie over each other, and what is nothing takes no bytes: of
 * those so many, or a small file could ask for any amount of memory. */
enum { FREE_ELEMENTS = 1 << 24 };

static uint64_t elements_at_most(const dw_arrow_field *inner, const dw_arrow_part *q)
{
  uint64_t most = inner->layout == DW_ARROW_NOTHING ? 0 : 8 * (uint64_t)q->first.length;
  return (most < (uint64_t)q->rows ? most : (uint64_t)q->rows) + FREE_ELEMENTS;
}

static const char *fill_list(dw_arrow_batch *b, size_t field, size_t row, chunk *c, const dw_meaning_sink *sink, size_t i,
                             dw_builder *builder)
{
  const dw_arrow_field *inner = field_at(b, field + 1);
  const dw_arrow_part *p = &b->part[field - b->from], *q = &b->part[field + 1 - b->from];
  dw_table *table = builder->table;
  int64_t from, to;
  const char *wrong = list_bounds(field_at(b, field), p, row, &from, &to);
  if (wrong) return wrong;
  if (to > q->rows) return outside;
  size_t count = (size_t)(to - from), start = table->pool_count;
  if (count > elements_at_most(inner, q) - c->elements) return "its lists are longer than what is there for them";
  c->elements += count;
  double *out = dw_builder_pool(builder, count);
  bool gaps = false;
  for (size_t k = 0; k < count; k++) {
    size_t at = (size_t)from + k;
    out[k] = NAN;
    if (inner->layout != DW_ARROW_NOTHING && (!q->validity.length || bit(&q->validity, at))) {
      wrong = take_value(inner, q, at, 0, c);
      if (wrong) return wrong;
      out[k] = element(inner, c);
    }
    gaps |= !isfinite(out[k]);
  }
  table->pool_count += count;
  return dw_meaning_list(sink, i, start, gaps, table);
}

static const char *fill_lists(dw_arrow_batch *b, size_t field, size_t row, size_t count, chunk *c, const dw_meaning_sink *sink,
                              dw_builder *builder)
{
  const char *wrong = mark_there(b, field, row, count, c->there);
  if (!wrong) wrong = open_part(b, field + 1);
  for (size_t i = 0; i < count && !wrong; i++)
    if (c->there[i]) wrong = fill_list(b, field, row + i, c, sink, i, builder);
    else sink->tags[i] = DW_NULL;
  return wrong;
}

/* --- runs of equal values --- */

static const char *end_of_run(const dw_arrow_field *f, const dw_arrow_part *ends, size_t run, int64_t *end)
{
  if ((uint64_t)ends->rows <= run) return "its runs end before its rows";
  if (run >= ends->first.length / f->width) return short_buffer;
  *end = little(ends->first.bytes + run * f->width, f->width, false);
  return NULL;
}

/* The run that a row is in: the first one that ends behind it. */
static const char *find_run(const dw_arrow_field *f, const dw_arrow_part *ends, size_t row, size_t *run)
{
  size_t low = 0, high = (size_t)ends->rows;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int64_t end;
    const char *wrong = end_of_run(f, ends, middle, &end);
    if (wrong) return wrong;
    if (end > (int64_t)row) high = middle;
    else low = middle + 1;
  }
  *run = low;
  return NULL;
}

static const char *fill_runs(dw_arrow_batch *b, size_t field, size_t row, size_t count, chunk *c, const dw_meaning_sink *sink)
{
  const dw_arrow_field *inner = field_at(b, field + 2);
  const dw_arrow_part *ends = &b->part[field + 1 - b->from], *q = &b->part[field + 2 - b->from];
  size_t run = 0, present = 0;
  int64_t end = -1; /* of the run; -1: none has been looked at */
  const char *wrong = mark_there(b, field, row, count, c->there);
  if (!wrong) wrong = open_part(b, field + 1);
  if (!wrong) wrong = open_part(b, field + 2);
  if (!wrong) wrong = find_run(field_at(b, field + 1), ends, row, &run);
  for (size_t i = 0; i < count && !wrong; i++) {
    while (!wrong && end <= (int64_t)(row + i)) {
      run += end >= 0;
      wrong = end_of_run(field_at(b, field + 1), ends, run, &end);
      if (!wrong && end < 0) wrong = outside;
    }
    if (!wrong && (uint64_t)q->rows <= run) wrong = short_buffer;
    if (wrong) break;
    if (inner->layout == DW_ARROW_NOTHING || (q->validity.length && !bit(&q->validity, run))) c->there[i] = 0;
    if (c->there[i]) wrong = take_value(inner, q, run, present++, c);
  }
  if (!wrong) wrong = to_cells(&inner->leaf, c, present, sink);
  if (!wrong && present < count) spread(c->there, count, present, sink);
  return wrong;
}

/* --- */

static const char *fill(dw_arrow_batch *b, size_t field, size_t row, size_t count, const dw_arrow_codes *codes, chunk *c,
                        const dw_meaning_sink *sink, dw_builder *builder)
{
  if (is_coded(b, field)) return fill_chunk(b, field, row, count, codes, c, sink);
  if (field_at(b, field)->layout == DW_ARROW_RUNS) return fill_runs(b, field, row, count, c, sink);
  if (dw_arrow_element(b->schema, field)) return fill_lists(b, field, row, count, c, sink, builder);
  return fill_chunk(b, field, row, count, codes, c, sink);
}

const char *dw_arrow_fill(dw_arrow_batch *b, size_t field, size_t row, size_t count, const dw_arrow_codes *codes,
                          const dw_meaning_sink *sink, dw_builder *builder)
{
  const char *wrong = NULL;
  if (field_at(b, field)->layout == DW_ARROW_NOTHING) {
    memset(sink->tags, DW_NULL, count);
    return NULL;
  }
  chunk *c = dw_alloc(sizeof *c);
  c->elements = 0;
  for (size_t at = 0, n; at < count && !wrong; at += n) {
    n = count - at < CHUNK ? count - at : CHUNK;
    dw_meaning_sink part = {sink->tags + at, sink->cells + at, sink->text, sink->as_text};
    wrong = fill(b, field, row + at, n, codes, c, &part, builder);
  }
  dw_free(c);
  return wrong;
}
