#include "io/parquet/column_pages.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/num.h"

static const char early[] = "its pages end before its rows do", no_entry[] = "a value is none of its dictionary";

static DW_PRINTF(2, 3) const char *fail(dw_column_pages *p, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(p->wrong, sizeof p->wrong, format, args);
  va_end(args);
  return p->wrong;
}

static const char *page_fault(dw_column_pages *p, const char *what)
{
  return what ? fail(p, "the page at byte %llu: %s", (unsigned long long)p->page_offset, what) : NULL;
}

/* --- the dictionary --- */

/* Blocks of a row group bring the same dictionary again, a memory comparison away from being read already. */
static bool dictionary_known(const dw_column_pages *p)
{
  const dw_pages_part *part = &p->part;
  const dw_dictionary_source *known = &p->known;
  return p->dictionary && known->physical == part->leaf->physical && known->width == part->leaf->width && known->codec == part->codec &&
         known->page.length == part->dictionary_bytes && memcmp(known->page.data, part->dictionary, part->dictionary_bytes) == 0;
}

/* What was unpacked stays with us; what was not is the block's, and goes with it. */
static void keep_dictionary(dw_column_pages *p, const dw_page *page)
{
  const dw_pages_part *part = &p->part;
  p->known.page.length = 0;
  if (page->bytes != p->dictionary_buffer.data) return;
  p->known.physical = part->leaf->physical;
  p->known.width = part->leaf->width;
  p->known.codec = part->codec;
  dw_buf_add(&p->known.page, part->dictionary, part->dictionary_bytes);
}

static const char *read_dictionary(dw_column_pages *p)
{
  const dw_pages_part *part = &p->part;
  dw_page_head head;
  dw_page page;
  bool more;
  p->seen_count = 0;
  p->celled = false;
  if (part->dictionary && dictionary_known(p)) return NULL;
  p->dictionary = p->known.page.length = 0;
  if (!part->dictionary) return NULL;
  const char *wrong = dw_page_head_read(&head, part->dictionary, part->dictionary_bytes, &more);
  if (!wrong) wrong = dw_page_open(&page, &head, part->leaf, part->codec, part->dictionary + head.head, &p->dictionary_buffer);
  if (!wrong) wrong = dw_values_begin(&p->values, part->leaf, DW_ENCODED_PLAIN, page.bytes, page.length, page.values);
  /* a value takes a byte at least, but for booleans, which have no dictionary */
  if (!wrong && part->leaf->physical == DW_PHYSICAL_BOOLEAN) wrong = "booleans have no dictionary";
  if (!wrong && page.values > page.length && p->values.width) wrong = early;
  if (!wrong && page.values > page.length && part->leaf->physical == DW_PHYSICAL_BYTES) wrong = early;
  if (wrong) return fail(p, "its dictionary: %s", wrong);
  size_t count = p->dictionary = page.values;
  p->tags = dw_grow(p->tags, &p->tags_capacity, count + 1, sizeof *p->tags);
  p->cells = dw_grow(p->cells, &p->cells_capacity, count + 1, sizeof *p->cells);
  switch (dw_values_shape_of(part->leaf->physical)) {
  case DW_VALUES_WHOLE:
    p->whole = dw_grow(p->whole, &p->whole_capacity, count + 1, sizeof *p->whole);
    wrong = dw_values_wholes(&p->values, p->whole, count);
    break;
  case DW_VALUES_REAL:
    p->real = dw_grow(p->real, &p->real_capacity, count + 1, sizeof *p->real);
    wrong = dw_values_reals(&p->values, p->real, count);
    break;
  case DW_VALUES_PIECES:
    p->piece = dw_grow(p->piece, &p->piece_capacity, count + 1, sizeof *p->piece);
    wrong = dw_values_pieces(&p->values, p->piece, count);
    break;
  }
  if (wrong) return fail(p, "its dictionary: %s", wrong);
  keep_dictionary(p, &page);
  return NULL;
}

static const char *to_cells(dw_column_pages *p, const int64_t *whole, const double *real, const dw_piece *piece, size_t count,
                            const dw_meaning_sink *sink)
{
  const dw_leaf *leaf = p->part.leaf;
  size_t at = 0;
  switch (dw_values_shape_of(leaf->physical)) {
  case DW_VALUES_WHOLE: return page_fault(p, dw_meaning_wholes(leaf, whole, count, sink, &at));
  case DW_VALUES_REAL: return page_fault(p, dw_meaning_reals(leaf, real, count, sink, &at));
  case DW_VALUES_PIECES: break;
  }
  return page_fault(p, dw_meaning_pieces(leaf, piece, count, sink, &at));
}

static const char *cell_dictionary(dw_column_pages *p, const dw_pages_sink *sink)
{
  if (p->celled) return NULL;
  p->celled = true;
  dw_meaning_sink own = {p->tags, p->cells, &sink->builder->table->text, sink->as_text};
  p->times = dw_grow(p->times, &p->times_capacity, p->dictionary + 1, sizeof *p->times);
  p->seen = dw_grow(p->seen, &p->seen_capacity, p->dictionary + 1, sizeof *p->seen);
  memset(p->times, 0, p->dictionary * sizeof *p->times);
  return to_cells(p, p->whole, p->real, p->piece, p->dictionary, &own);
}

/* The values of the dictionary as they stand in the table's rows, of which `counted` were taken from it. */
static void tell_counted(const dw_column_pages *p, size_t rows, size_t counted, size_t missing, const dw_pages_sink *sink)
{
  size_t count = p->seen_count + (missing > 0);
  if (counted + missing != rows || 2 * count > rows || !sink->slot) return;
  dw_counted_cell *out = dw_builder_counted(sink->builder, sink->slot, count);
  for (size_t i = 0; i < p->seen_count; i++) out[i] = (dw_counted_cell){p->cells[p->seen[i]], p->times[p->seen[i]], p->tags[p->seen[i]]};
  if (missing) out[p->seen_count] = (dw_counted_cell){.times = (uint32_t)missing, .tag = DW_NULL};
  sink->slot->counted_count = count;
}

/* --- pages --- */

/* The next data page; NULL with left 0: there is none. */
static const char *next_page(dw_column_pages *p)
{
  const dw_pages_part *part = &p->part;
  while (p->left == 0 && p->at < part->bytes) {
    dw_page_head head;
    bool more;
    p->page_offset = part->offset + p->at;
    const char *wrong = dw_page_head_read(&head, part->pages + p->at, part->bytes - p->at, &more);
    if (!wrong && head.packed > part->bytes - p->at - head.head) wrong = "it is longer than its column";
    if (wrong) return page_fault(p, wrong);
    const char *body = part->pages + p->at + head.head;
    p->at += head.head + head.packed;
    if (head.kind != DW_PAGE_DATA && head.kind != DW_PAGE_DATA_V2) continue;
    wrong = dw_page_open(&p->page, &head, part->leaf, part->codec, body, &p->buffer);
    if (wrong) return page_fault(p, wrong);
    p->left = head.values;
    p->values.count = SIZE_MAX; /* begun with the first chunk */
  }
  return NULL;
}

/* Values that the page has: all entries but those that are missing. It takes a look at all levels. */
static const char *count_values(dw_column_pages *p, size_t *count)
{
  const dw_leaf *leaf = p->part.leaf;
  dw_hybrid levels = p->page.definition;
  uint32_t part[DW_PAGES_CHUNK];
  *count = p->page.values;
  if (!leaf->definition) return NULL;
  for (size_t left = p->page.values, n; left > 0; left -= n) {
    uint32_t level;
    if ((n = dw_hybrid_repeat(&levels, left, &level)) > 0) {
      if (level != leaf->definition) *count -= n;
      continue;
    }
    n = left < DW_PAGES_CHUNK ? left : DW_PAGES_CHUNK;
    if (!dw_hybrid_take(&levels, part, n)) return "its levels end early";
    size_t missing = 0;
    for (size_t i = 0; i < n; i++) missing += part[i] != leaf->definition;
    *count -= missing;
  }
  return NULL;
}

static const char *begin_values(dw_column_pages *p)
{
  size_t count;
  const char *wrong = count_values(p, &count);
  if (!wrong) wrong = dw_values_begin(&p->values, p->part.leaf, p->page.encoding, p->page.bytes, p->page.length, count);
  return page_fault(p, wrong);
}

/* Levels of the next n entries of the page; how many of them have a value. all: every one has. */
static const char *take_levels(dw_column_pages *p, size_t n, size_t *present, bool *all)
{
  const dw_leaf *leaf = p->part.leaf;
  uint32_t level;
  if (leaf->repetition && !dw_hybrid_take(&p->page.repetition, p->chunk->repetition, n)) return page_fault(p, "its levels end early");
  *present = n;
  *all = true;
  if (!leaf->definition) return NULL;
  size_t got = dw_hybrid_repeat(&p->page.definition, n, &level);
  if (got == n && level == leaf->definition && !leaf->repetition) return NULL;
  for (size_t i = 0; i < got; i++) p->chunk->definition[i] = level;
  if (!dw_hybrid_take(&p->page.definition, p->chunk->definition + got, n - got)) return page_fault(p, "its levels end early");
  size_t with = 0;
  for (size_t i = 0; i < n; i++) with += p->chunk->definition[i] == leaf->definition;
  *present = with;
  *all = with == n;
  return with <= p->values.count ? NULL : page_fault(p, "it has other levels than values");
}

static const char *take_values(dw_column_pages *p, size_t count)
{
  if (dw_values_indexed(&p->values)) {
    const char *wrong = page_fault(p, dw_values_indices(&p->values, p->chunk->index, count));
    uint32_t most = 0;
    for (size_t i = 0; i < count && !wrong; i++) most = p->chunk->index[i] > most ? p->chunk->index[i] : most;
    return wrong ? wrong : count && most >= p->dictionary ? page_fault(p, no_entry) : NULL;
  }
  switch (dw_values_shape_of(p->part.leaf->physical)) {
  case DW_VALUES_WHOLE: return page_fault(p, dw_values_wholes(&p->values, p->chunk->whole, count));
  case DW_VALUES_REAL: return page_fault(p, dw_values_reals(&p->values, p->chunk->real, count));
  case DW_VALUES_PIECES: break;
  }
  return page_fault(p, dw_values_pieces(&p->values, p->chunk->piece, count));
}

/* The next entries, most at most, with their levels and values; *n 0: there are none. */
static const char *next_chunk(dw_column_pages *p, size_t most, size_t *n, size_t *present, bool *all)
{
  const char *wrong = NULL;
  *n = *present = 0;
  if (p->left == 0) wrong = next_page(p);
  if (wrong || p->left == 0) return wrong;
  if (p->values.count == SIZE_MAX) wrong = begin_values(p);
  *n = p->left < most ? p->left : most;
  if (*n > DW_PAGES_CHUNK) *n = DW_PAGES_CHUNK;
  if (!wrong) wrong = take_levels(p, *n, present, all);
  if (!wrong) wrong = take_values(p, *present);
  p->left -= *n;
  return wrong;
}

/* --- rows of one value each --- */

/* Values stand at the begin of tags and cells: each to its row, from the last one on. */
static void spread(const dw_column_pages *p, size_t n, size_t present, uint8_t *tags, dw_cell *cells)
{
  for (size_t i = n; i-- > 0;) {
    if (p->chunk->definition[i] != p->part.leaf->definition) {
      tags[i] = DW_NULL;
      continue;
    }
    present--;
    tags[i] = tags[present];
    cells[i] = cells[present];
  }
}

/* Whole numbers of which a double does not hold all digits are noted with these. row: of the table, of the chunk's first entry. */
static void note_digits(const dw_column_pages *p, size_t n, size_t present, bool all, size_t row, const dw_pages_sink *sink)
{
  dw_builder *builder = sink->builder;
  dw_buf *text = &builder->table->text;
  const int64_t most = INT64_C(1) << 53;
  bool indexed = dw_values_indexed(&p->values), any = false;
  if (builder->slots[sink->id].spelled == DW_SPELLED_MANY) return;
  for (size_t i = 0; i < present; i++) {
    int64_t value = indexed ? p->whole[p->chunk->index[i]] : p->chunk->whole[i];
    any |= value > most || value < -most;
  }
  size_t before = builder->row;
  for (size_t i = 0, k = 0; i < n && any; i++) {
    if (!all && p->chunk->definition[i] != p->part.leaf->definition) continue;
    int64_t value = indexed ? p->whole[p->chunk->index[k]] : p->chunk->whole[k];
    k++;
    if (value <= most && value >= -most) continue;
    size_t offset = text->length;
    char digits[DW_NUM_TEXT];
    if (p->part.leaf->meaning == DW_MEANS_UNSIGNED) dw_buf_unsigned(text, (uint64_t)value);
    else dw_buf_add(text, digits, dw_num_print_signed(digits, value));
    builder->row = row + i;
    dw_builder_spelled(builder, sink->id, offset, text->length - offset, sink->cells[row + i].number);
    any = builder->slots[sink->id].spelled != DW_SPELLED_MANY;
  }
  builder->row = before;
}

static const char *fill_chunk(dw_column_pages *p, size_t n, size_t present, bool all, uint8_t *tags, dw_cell *cells,
                              const dw_pages_sink *sink)
{
  const char *wrong = NULL;
  if (p->part.leaf->meaning == DW_MEANS_NOTHING) {
    memset(tags, DW_NULL, n);
    return NULL;
  }
  if (dw_values_indexed(&p->values)) {
    wrong = cell_dictionary(p, sink);
    for (size_t i = 0; i < present && !wrong; i++) {
      uint32_t at = p->chunk->index[i];
      tags[i] = p->tags[at];
      cells[i] = p->cells[at];
      p->seen[p->seen_count] = at; /* there is room for one more */
      p->seen_count += p->times[at]++ == 0;
    }
  } else {
    dw_meaning_sink own = {tags, cells, &sink->builder->table->text, sink->as_text};
    wrong = to_cells(p, p->chunk->whole, p->chunk->real, p->chunk->piece, present, &own);
  }
  if (!wrong && !all) spread(p, n, present, tags, cells);
  return wrong;
}

static const char *fill_flat(dw_column_pages *p, size_t rows, const dw_pages_sink *sink)
{
  size_t counted = 0, missing = 0;
  bool digits = p->part.leaf->physical == DW_PHYSICAL_INT64 && sink && !sink->as_text && dw_meaning_keeps_digits(p->part.leaf) &&
                p->part.leaf->meaning != DW_MEANS_DECIMAL;
  for (size_t at = 0, n, present; at < rows; at += n) {
    bool all;
    const char *wrong = next_chunk(p, rows - at, &n, &present, &all);
    if (!wrong && n == 0) wrong = fail(p, "%s", early);
    if (!wrong && sink) wrong = fill_chunk(p, n, present, all, sink->tags + at, sink->cells + at, sink);
    if (wrong) return wrong;
    if (sink && digits) note_digits(p, n, present, all, at, sink);
    if (dw_values_indexed(&p->values)) counted += present;
    missing += n - present;
  }
  if (sink && p->celled) tell_counted(p, rows, counted, missing, sink);
  return NULL;
}

/* --- rows of lists --- */

/* Numbers of the values in the chunk. */
static void chunk_numbers(dw_column_pages *p, size_t present)
{
  const dw_leaf *leaf = p->part.leaf;
  bool indexed = dw_values_indexed(&p->values);
  for (size_t i = 0; i < present; i++) {
    size_t at = indexed ? p->chunk->index[i] : i;
    switch (dw_values_shape_of(leaf->physical)) {
    case DW_VALUES_WHOLE: p->chunk->real[i] = dw_meaning_number_of_whole(leaf, (indexed ? p->whole : p->chunk->whole)[at]); break;
    case DW_VALUES_REAL:
      if (indexed) p->chunk->real[i] = p->real[at];
      break;
    case DW_VALUES_PIECES: dw_meaning_numbers_of_pieces(leaf, (indexed ? p->piece : p->chunk->piece) + at, 1, &p->chunk->real[i]); break;
    }
  }
}

typedef struct list_row {
  size_t row;  /* the one that is open, counted from 1; 0: none */
  size_t from; /* in the pool */
  bool gaps;   /* an element is missing, or no number that a vector can have */
  bool missing;
} list_row;

static const char *end_list(const dw_pages_sink *sink, const list_row *row)
{
  if (row->row == 0 || !sink) return NULL;
  if (row->missing) {
    sink->tags[row->row - 1] = DW_NULL;
    return NULL;
  }
  dw_table *table = sink->builder->table;
  return dw_meaning_list(&(dw_meaning_sink){sink->tags, sink->cells, &table->text, false}, row->row - 1, row->from, row->gaps, table);
}

static void list_element(dw_column_pages *p, const dw_pages_sink *sink, list_row *row, uint32_t level)
{
  const dw_leaf *leaf = p->part.leaf;
  double value = level == leaf->definition ? p->chunk->real[p->chunk_value++] : NAN;
  if (leaf->meaning == DW_MEANS_NOTHING) value = NAN;
  if (row->row == 0 || !sink) return; /* the end of a row of the block before, or one that is passed over */
  if (!isfinite(value)) row->gaps = true;
  *dw_builder_pool(sink->builder, 1) = value;
  sink->builder->table->pool_count++;
}

static const char *fill_lists(dw_column_pages *p, size_t rows, const dw_pages_sink *sink)
{
  const dw_leaf *leaf = p->part.leaf;
  list_row row = {0};
  const char *wrong = NULL;
  for (;; p->chunk_at++) {
    if (p->chunk_at == p->chunk_count) {
      size_t present;
      bool all;
      wrong = next_chunk(p, DW_PAGES_CHUNK, &p->chunk_count, &present, &all);
      p->chunk_at = p->chunk_value = 0;
      if (wrong || p->chunk_count == 0) break;
      chunk_numbers(p, present);
    }
    uint32_t level = p->chunk->definition[p->chunk_at];
    if (p->chunk->repetition[p->chunk_at] == 0) {
      if ((wrong = end_list(sink, &row)) || row.row == rows) break;
      row = (list_row){.row = row.row + 1, .missing = level + 1 < leaf->in_list};
      if (sink) row.from = sink->builder->table->pool_count;
    }
    if (level >= leaf->in_list) list_element(p, sink, &row, level);
  }
  if (wrong) return p->wrong == wrong ? wrong : page_fault(p, wrong);
  if (p->chunk_count) return NULL; /* the next row begins here */
  if (row.row < rows) return fail(p, "%s", early);
  return page_fault(p, end_list(sink, &row));
}

/* --- */

const char *dw_pages_fill(dw_column_pages *p, size_t rows, const dw_pages_sink *sink)
{
  return rows == 0 ? NULL : p->part.leaf->repetition ? fill_lists(p, rows, sink) : fill_flat(p, rows, sink);
}

const char *dw_pages_begin(dw_column_pages *p, const dw_pages_part *part, dw_pages_chunk *chunk)
{
  p->part = *part;
  if (part->leaf->repetition && !p->own) p->own = dw_alloc(sizeof *p->own);
  p->chunk = part->leaf->repetition ? p->own : chunk;
  p->at = p->left = p->chunk_at = p->chunk_count = p->chunk_value = 0;
  p->page_offset = part->offset;
  const char *wrong = read_dictionary(p);
  return wrong ? wrong : dw_pages_fill(p, part->skip, NULL);
}

void dw_pages_table(dw_column_pages *p)
{
  p->celled = false;
  p->seen_count = 0;
}

void dw_pages_free(dw_column_pages *p)
{
  dw_buf_free(&p->buffer);
  dw_buf_free(&p->dictionary_buffer);
  dw_buf_free(&p->known.page);
  dw_values_free(&p->values);
  dw_free(p->whole);
  dw_free(p->real);
  dw_free(p->piece);
  dw_free(p->tags);
  dw_free(p->cells);
  dw_free(p->own);
  dw_free(p->times);
  dw_free(p->seen);
}

const char *dw_pages_count(const dw_page_head *head, const dw_leaf *leaf, unsigned codec, const char *body, dw_buf *buffer, size_t *rows,
                           bool *continues)
{
  dw_page page;
  uint32_t part[DW_PAGES_CHUNK];
  *rows = 0;
  *continues = false;
  const char *wrong = dw_page_open(&page, head, leaf, codec, body, buffer);
  for (size_t left = page.values, n; left > 0 && !wrong; left -= n) {
    n = left < DW_PAGES_CHUNK ? left : DW_PAGES_CHUNK;
    if (!dw_hybrid_take(&page.repetition, part, n)) return "its levels end early";
    if (left == page.values) *continues = part[0] != 0;
    for (size_t i = 0; i < n; i++) *rows += part[i] == 0;
  }
  return wrong;
}
