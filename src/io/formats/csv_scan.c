/* The scan of a block: which records there are, and a record's fields straight into columns. Records whose quotes, if any, only
 * enclose whole fields are split here; quotes within fields, and whatever is malformed, go through libcsv (csv.c). */
#include <assert.h>

#include "io/formats/csv.h"
#include "io/formats/csv_parts.h"
#include "io/formats/csv_number.h"
#include "io/formats/formats.h"

typedef struct csv_column {
  uint32_t id;
  bool wanted, as_text;
  bool careful;    /* its cells are not read as usual: as text, or with a decimal comma */
  uint8_t decimal; /* csv_decimal */
} csv_column;

typedef struct csv_marks csv_marks;
typedef const char *csv_quick_function(dw_csv *s, csv_marks *marks, const char *p);

struct dw_csv {
  dw_builder builder;
  csv_library *library;
  bool library_only;
  char *header; /* the identity of the header that columns are of */
  size_t header_length, count, column_capacity;
  char delimiter;
  dw_buf scratch;      /* of records between tabs */
  size_t lines_until;  /* between tabs: records that begin before this byte of the block are lines (csv_careful_record) */
  csv_column *columns; /* of the header, in its order */
  bool quotes_tell;    /* as the header has it */
  bool texts;          /* some of them are careful */
  uint32_t *ids;       /* the same ids, for dw_builder_discard */
  size_t ids_capacity;
  /* of the scan */
  const char *base;
  size_t length;
  bool returns; /* a CR occurs in the block */
  csv_quick_function *quick;
  uint64_t inner_lines; /* line ends within the record */
  size_t got;           /* fields of the record so far */
  const char *record;   /* its first byte */
  char hint[CSV_HINT];
  size_t pointed; /* 1 + the column of decimal commas whose cell has a number with a point */
};

dw_csv *dw_csv_new(const dw_scan_options *options)
{
  dw_csv *s = dw_alloc_zero(1, sizeof *s);
  dw_builder_init(&s->builder, options);
  s->library = dw_csv_library_new();
  return s;
}

void dw_csv_free(dw_csv *s)
{
  if (!s) return;
  dw_builder_free(&s->builder);
  dw_csv_library_free(s->library);
  dw_buf_free(&s->scratch);
  dw_free(s->header);
  dw_free(s->columns);
  dw_free(s->ids);
  dw_free(s);
}

void dw_csv_library_only(dw_csv *s, bool only) { s->library_only = only; }

enum { CSV_NAMES_MORE = 1024 };

static dw_cell_decimal decimal_of(const csv_column *column)
{
  if (column->as_text || column->decimal == CSV_DECIMAL_POINT) return DW_CELLS_POINT;
  return column->decimal == CSV_DECIMAL_DOUBTFUL ? DW_CELLS_POINT_DOUBTFUL : DW_CELLS_COMMA;
}

/* Makes the columns those of the block's header. Most blocks have the header of the block before. */
static void csv_bind(dw_csv *s, const dw_csv_header *header)
{
  if (s->header && s->header_length == header->identity_length && memcmp(s->header, header->identity, s->header_length) == 0) return;
  dw_builder *builder = &s->builder;
  if (builder->names->map.count > 2 * (size_t)builder->options->field_limit + CSV_NAMES_MORE) dw_builder_forget(builder);
  dw_free(s->header);
  s->header = dw_alloc(header->identity_length);
  memcpy(s->header, header->identity, header->identity_length);
  s->header_length = header->identity_length;
  s->delimiter = header->begin.delimiter;
  s->count = header->count;
  s->quotes_tell = header->quotes_tell;
  s->columns = dw_grow(s->columns, &s->column_capacity, s->count, sizeof *s->columns);
  s->ids = dw_grow(s->ids, &s->ids_capacity, s->count, sizeof *s->ids);
  s->texts = false;
  for (size_t k = 0; k < s->count; k++) {
    s->ids[k] = dw_builder_name(builder, header->names[k], header->lengths[k]);
    csv_column *column = &s->columns[k];
    *column = (csv_column){.id = s->ids[k], .wanted = builder->names->wanted[s->ids[k]], .as_text = builder->names->as_text[s->ids[k]]};
    column->decimal = header->decimal[k];
    column->careful = column->as_text || column->decimal == CSV_DECIMAL_COMMA || column->decimal == CSV_DECIMAL_TOLD;
    s->texts |= column->careful;
    dw_builder_decimal(builder, column->id, decimal_of(column));
  }
}

DW_INLINE bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* A list of numbers as NDJSON has it, one at least, into the pool; the text is in brackets. Anything else stays a string. */
static __attribute__((noinline)) dw_tag csv_vector(dw_csv *s, const char *text, size_t length, dw_cell *cell)
{
  dw_table *table = s->builder.table;
  const size_t first = table->pool_count;
  const char *p = text + 1, *end = text + length - 1;
  if (length < 3 || *end != ']') return DW_STRING;
  for (;; p++) {
    while (p < end && is_blank(*p)) p++;
    const char *stop = p;
    while (stop < end && *stop != ',') stop++;
    const char *last = stop;
    while (last > p && is_blank(last[-1])) last--;
    const char *digits = p + (last > p && *p == '-');
    bool code = last - digits > 1 && digits[0] == '0' && (unsigned)(digits[1] - '0') <= 9;
    double number;
    if (code || !dw_num_parse(p, (size_t)(last - p), &number, NULL) || number - number != 0) {
      table->pool_count = first;
      return DW_STRING;
    }
    *dw_builder_pool(&s->builder, 1) = number;
    table->pool_count++;
    if (stop == end) break;
    p = stop;
  }
  cell->text.offset = (uint32_t)first;
  cell->text.length = (uint32_t)(table->pool_count - first);
  return DW_VECTOR;
}

/* In a column of decimal commas. A number with a point would be another one there, or one of thousands. */
static dw_tag csv_comma_value(dw_csv *s, const csv_column *column, const char *text, size_t length, double *number)
{
  if (dw_csv_comma_number(text, length, number)) return DW_REAL;
  dw_tag tag = dw_csv_cell(text, length, number);
  if (tag != DW_REAL || !memchr(text, '.', length)) return tag;
  if (column->decimal == CSV_DECIMAL_TOLD) s->pointed = 1 + (size_t)(column - s->columns);
  return DW_STRING;
}

/* What the text of a field is to its column; the place of a string's text is the caller's to set. */
DW_INLINE dw_tag csv_value(dw_csv *s, const csv_column *column, const char *text, size_t length, dw_cell *cell, const bool texts)
{
  if (!column->wanted) return DW_NULL;
  if (texts && column->as_text) return dw_csv_cell_text(text, length);
  dw_tag tag =
      texts && column->careful ? csv_comma_value(s, column, text, length, &cell->number) : dw_csv_cell(text, length, &cell->number);
  return DW_UNLIKELY(tag == DW_STRING && *text == '[') ? csv_vector(s, text, length, cell) : tag;
}

/* --- a simple record --- */

/* Delimiters and newlines ahead: bit i << MARK_SHIFT of bits stands for chunk[i]. Finding many at once means that the fields of a record
 * do not wait for each other: the processor parses several at a time. */
struct csv_marks {
  const char *chunk;
  uint64_t bits;
};

#ifdef __SSE2__
enum { MARK_SHIFT = 0, MARK_WIDTH = 64 };

DW_INLINE uint64_t mark_bits(const char *p, char delimiter)
{
  const __m128i wanted = _mm_set1_epi8(delimiter), newline = _mm_set1_epi8('\n');
  uint64_t bits = 0;
  for (int k = 0; k < 4; k++) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * k));
    bits |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, wanted), _mm_cmpeq_epi8(bytes, newline))) << (16 * k);
  }
  return bits;
}
#else
enum { MARK_SHIFT = 3, MARK_WIDTH = 8 };

/* The top bit of each byte of the word that is 0. */
DW_INLINE uint64_t mark_zeros(uint64_t word)
{
  const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
  return ~(((word & low) + low) | word | low);
}

DW_INLINE uint64_t mark_bits(const char *p, char delimiter)
{
  const uint64_t each = UINT64_C(0x0101010101010101), word = number_word(p);
  return mark_zeros(word ^ each * (unsigned char)delimiter) | mark_zeros(word ^ each * '\n');
}
#endif

/* The next delimiter or newline. A newline must come; up to MARK_WIDTH bytes from there on are read. */
DW_INLINE const char *mark_next(csv_marks *marks, char delimiter)
{
  while (!marks->bits) {
    marks->chunk += MARK_WIDTH;
    marks->bits = mark_bits(marks->chunk, delimiter);
  }
  const char *mark = marks->chunk + ((unsigned)__builtin_ctzll(marks->bits) >> MARK_SHIFT);
  marks->bits &= marks->bits - 1;
  return mark;
}

/* Goes on behind the newline at p. */
static void mark_behind(csv_marks *marks, const char *p, char delimiter)
{
  marks->chunk = p;
  marks->bits = mark_bits(p, delimiter);
  marks->bits &= marks->bits - 1;
}

/* The closing quote of the field that opens at p; NULL when there are quotes within it, or none comes. */
static const char *csv_closing(dw_csv *s, const char *p)
{
  for (p++;; p++) {
    p = csv_find(p, '"');
    if (p >= s->base + s->length) return NULL;
    if (*p == '"') return p[1] == '"' ? NULL : p;
    s->inner_lines++;
  }
}

/* The whole record at p when it is well formed and simple: the place behind its newline. NULL otherwise. quotes: there may be some. texts:
 * some columns are careful. */
DW_INLINE const char *csv_quick_record(dw_csv *s, csv_marks *ahead, const char *p, const bool spans, const bool quotes, const bool texts)
{
  dw_builder *builder = &s->builder;
  const csv_column *column = s->columns, *last = column + s->count - 1;
  const dw_slot *slots = builder->slots;
  const size_t row = builder->row;
  const char delimiter = s->delimiter, *base = s->base;
  const bool returns = s->returns;
  csv_marks marks = *ahead;
  for (;; column++) {
    if (DW_UNLIKELY(!slots[column->id].tags)) dw_builder_touch(builder, column->id);
    const dw_slot slot = slots[column->id];
    const char *text = p, *raw = p; /* of the field, without and with its quotes */
    const char *stop = mark_next(&marks, delimiter);
    const char *close = NULL;
    const bool quoted = quotes && *p == '"';
    if (quoted) {
      close = csv_closing(s, p);
      if (!close) return NULL;
      while (stop < close) stop = mark_next(&marks, delimiter);
      text++;
    }
    const char *raw_end = stop;
    if (DW_UNLIKELY(returns) && stop > p && *stop == '\n' && stop[-1] == '\r') raw_end--;
    const char *end = raw_end - quoted;
    if (quoted && end != close) return NULL;
    double number = 0;
    bool real = false;
    if (!(texts && column->careful) && ((unsigned)(*text - '0') <= 9 || *text == '-') && (unsigned)(end[-1] - '0') <= 9 &&
        (csv_number(text, (size_t)(end - text), &number, &real) || number_long(text, &number, &real) == end)) {
      slot.tags[row] = real ? DW_REAL : DW_INTEGER;
      slot.cells[row].number = number;
      if (DW_UNLIKELY(dw_spelled_odd(text, (size_t)(end - text), real)))
        dw_builder_spelled(builder, column->id, (size_t)(text - base), (size_t)(end - text), number);
    } else {
      size_t length = (size_t)(end - text);
      if (!quoted && DW_UNLIKELY(returns) && memchr(text, '\r', length)) return NULL;
      if (!quoted && quotes && memchr(text, '"', length)) return NULL;
      dw_cell cell = {.number = 0};
      dw_tag tag = csv_value(s, column, text, length, &cell, texts);
      if (DW_UNLIKELY(quoted && tag == DW_NULL && length > 0 && s->quotes_tell)) tag = DW_STRING;
      if (tag == DW_STRING || tag == DW_NULL) cell.text.offset = (uint32_t)(text - base), cell.text.length = (uint32_t)length;
      slot.tags[row] = (uint8_t)tag;
      slot.cells[row] = cell;
      if (tag == DW_INTEGER || tag == DW_REAL) dw_builder_spelled(builder, column->id, (size_t)(text - base), length, cell.number);
    }
    if (spans) slot.spans[row] = (dw_span){(uint32_t)(raw - base), (uint32_t)(raw - base), (uint32_t)(raw_end - raw)};
    p = stop + 1;
    if (column == last) break;
    if (DW_UNLIKELY(*stop != delimiter)) return NULL;
  }
  *ahead = marks;
  return p[-1] == '\n' ? p : NULL;
}

#define CSV_QUICK(name, spans, quotes, texts)                                                                                              \
  static __attribute__((noinline)) const char *csv_quick_##name(dw_csv *s, csv_marks *marks, const char *p)                                \
  {                                                                                                                                        \
    return csv_quick_record(s, marks, p, spans, quotes, texts);                                                                            \
  }
CSV_QUICK(plain, false, false, false)
CSV_QUICK(spans, true, false, false)
CSV_QUICK(quotes, false, true, false)
CSV_QUICK(quotes_spans, true, true, false)
CSV_QUICK(texts, false, true, true)
CSV_QUICK(texts_spans, true, true, true)

/* --- a record that libcsv reads --- */

/* A text that does not stand in the block as it is goes behind a copy of the block, so that the offsets of all others hold. The NUL
 * between them keeps a line end that such a text begins with from being taken for that of the block's last record. */
static size_t csv_rewritten(dw_csv *s, const csv_field *field)
{
  dw_buf *text = &s->builder.table->text;
  if (text->length == 0) {
    dw_buf_add(text, s->base, s->length);
    dw_buf_char(text, '\0');
  }
  size_t offset = text->length;
  dw_buf_add(text, field->text, field->length);
  assert(text->length <= UINT32_MAX);
  return offset;
}

static void csv_library_field(void *context, const csv_field *field)
{
  dw_csv *s = context;
  size_t k = s->got++, row = s->builder.row;
  if (k >= s->count) return;
  dw_slot *slot = dw_builder_slot(&s->builder, s->columns[k].id);
  dw_cell cell = {.number = 0};
  size_t raw = (size_t)(s->record - s->base) + field->raw, offset = raw + field->quoted;
  dw_tag tag = csv_value(s, &s->columns[k], field->text, field->length, &cell, true);
  if (field->quoted && tag == DW_NULL && field->length > 0 && s->quotes_tell) tag = DW_STRING;
  if (tag == DW_STRING && field->quoted && field->raw_length != field->length + 2) offset = csv_rewritten(s, field);
  if (tag == DW_STRING || tag == DW_NULL) cell.text.offset = (uint32_t)offset, cell.text.length = (uint32_t)field->length;
  slot->tags[row] = (uint8_t)tag;
  slot->cells[row] = cell;
  if (tag == DW_INTEGER || tag == DW_REAL) dw_builder_spelled(&s->builder, s->columns[k].id, offset, field->length, cell.number);
  if (slot->spans) slot->spans[row] = (dw_span){(uint32_t)raw, (uint32_t)raw, (uint32_t)field->raw_length};
}

/* --- records that are wrong --- */

static const char csv_too_long[] = DW_SCAN_TOO_LONG, csv_pointed[] = "";
#define CSV_POINTED                                                                                                                        \
  "column \"%.*s\" has decimal commas in its first numbers and a point in this one, which may stand before decimals or between "           \
  "thousands: "                                                                                                                            \
  "write one of them, or say --decimal ,"

/* What the text may be written in, where there is somebody to give an option. */
static csv_fault csv_hint(dw_csv *s, size_t length, csv_fault fault)
{
  fault.what = dw_csv_charset_hint(s->builder.options, s->record, length, fault.what, s->hint);
  return fault;
}

static __attribute__((noinline, cold)) void csv_fail(dw_csv *s, size_t length, csv_fault fault)
{
  dw_builder *builder = &s->builder;
  dw_table *table = builder->table;
  dw_scan_error *error = builder->options->skip_errors ? dw_scan_skipped(builder->options, table) : &table->error;
  fault = csv_hint(s, length, fault);
  if (fault.what == csv_too_long) {
    dw_scan_fail(error, builder->line, 0, DW_SCAN_TOO_LONG, builder->options->line_limit);
  } else if (fault.what == csv_pointed) {
    const dw_map_key *key = &builder->names->map.keys[s->columns[s->pointed - 1].id];
    dw_scan_fail(error, builder->line, 0, CSV_POINTED, (int)(key->length < 100 ? key->length : 100), key->text);
  } else if (fault.what) {
    uint64_t line = builder->line, column = 1;
    for (size_t i = 0; i < fault.at && i < length; i++, column++)
      if (s->record[i] == '\n') {
        line++;
        column = 0;
      }
    dw_scan_fail(error, line, column, "%s", fault.what);
  } else {
    dw_scan_fail(error, builder->line, 0, "expected %zu field%s, got %zu", s->count, s->count == 1 ? "" : "s", s->got);
  }
  s->pointed = 0;
  dw_builder_discard(builder, s->ids, s->count);
  table->batch.skipped += builder->options->skip_errors;
}

/* --- the scan --- */

static size_t csv_without_return(const char *text, size_t length) { return length && text[length - 1] == '\r' ? length - 1 : length; }

/* Line ends in the record. */
static uint64_t csv_lines(const char *p, const char *end)
{
  uint64_t lines = 0;
  while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) lines++, p++;
  return lines;
}

/* How the quotes of a record are taken. */
typedef enum csv_quoting {
  QUOTING_USUAL,
  QUOTING_LINE, /* the record is one line, whatever its quotes say */
  QUOTING_NONE  /* and they are characters */
} csv_quoting;

static csv_fault csv_fields(dw_csv *s, size_t length, bool broken, csv_quoting quoting)
{
  csv_fault fault = {0};
  s->got = 0;
  dw_builder_unspell(&s->builder);
  if (length > s->builder.options->line_limit) fault.what = csv_too_long;
  else if (broken) fault = dw_csv_byte_fault(s->record, length);
  if (fault.what) return fault;
  if (s->delimiter != '\t') return dw_csv_library_record(s->library, s->delimiter, s->record, length, csv_library_field, s);
  return dw_csv_tab_record(&s->scratch, s->record, length, quoting != QUOTING_NONE, csv_library_field, s);
}

/* Between tabs, quotes that leave a record with other fields than it should have are characters: what to try next. */
static bool csv_try_again(const dw_csv *s, csv_fault fault, csv_quoting *quoting)
{
  if (s->delimiter != '\t' || *quoting == QUOTING_NONE || (!fault.what && s->got == s->count)) return false;
  ++*quoting;
  return true;
}

static bool csv_is_line(const dw_csv *s) { return (size_t)(s->record - s->base) < s->lines_until; }

/* One record whose end is found before it is read: *behind is set; false when it was bad.
 *
 * Where the quotes between tabs turn out to be characters, that holds up to where the record would have ended by them: blocks are cut there
 * (dw_csv_tab_cut), and a quote before it must not pair with one behind it. */
static __attribute__((noinline)) bool csv_careful_record(dw_csv *s, bool broken, const char **behind, bool *blank)
{
  bool quotes = false, open = false, more;
  const char *end = s->base + s->length, *stop;
  const bool line = csv_is_line(s);
  if (line) stop = NULL;
  else if (s->delimiter == '\t') stop = dw_csv_tab_record_end(s->record, end, &more);
  else stop = dw_csv_record_end(s->record, end, &quotes, &open);
  const char *by_quotes = stop;
  csv_quoting quoting = line ? QUOTING_LINE : QUOTING_USUAL;
  csv_fault fault;
  size_t length;
  do {
    if (quoting != QUOTING_USUAL) stop = csv_find(s->record, '\n');
    size_t raw = (size_t)(stop - s->record);
    length = open ? raw : csv_without_return(s->record, raw);
    *behind = stop + 1;
    *blank = !quotes && dw_csv_blank(s->record, length, s->delimiter);
    if (*blank) return true;
    fault = csv_fields(s, length, broken, quoting);
  } while (csv_try_again(s, fault, &quoting));
  if (by_quotes && by_quotes > stop) s->lines_until = (size_t)(by_quotes + 1 - s->base);
  if (!fault.what && s->got == s->count) return true;
  csv_fail(s, length, fault);
  return false;
}

/* A record that was read: is there a number in it that cannot be? */
static bool csv_is_clear(dw_csv *s)
{
  if (DW_LIKELY(!s->pointed)) return true;
  csv_fail(s, 0, (csv_fault){csv_pointed, 0});
  return false;
}

/* The same for a record that is likely to be simple: its end is found on the way. */
static bool csv_easy_record(dw_csv *s, csv_marks *marks, const char **behind, bool *blank)
{
  const char *p = s->record;
  const size_t limit = s->builder.options->line_limit;
  s->inner_lines = 0;
  *blank = false;
  /* A line that may be blank is one for the careful way, but for the line of a table whose first cell is empty or padded. */
  const bool full = DW_LIKELY(*p != '\n' && *p != '\r' && *p != ' ' && *p != '\t') || *csv_find(p, s->delimiter) == s->delimiter;
  if (full && DW_LIKELY(!csv_is_line(s))) {
    *behind = s->quick(s, marks, p);
    if (DW_LIKELY(*behind && (size_t)(*behind - p) - 1 <= limit)) return true;
  }
  bool good = csv_careful_record(s, false, behind, blank);
  s->inner_lines = csv_lines(p, *behind) - 1;
  mark_behind(marks, *behind - 1, s->delimiter);
  return good;
}

void dw_csv_scan(dw_csv *s, const dw_block *block, size_t *from, dw_table *table)
{
  dw_builder *builder = &s->builder;
  const bool spans = builder->options->spans, lines = builder->options->lines;
  csv_bind(s, (const dw_csv_header *)block->header);
  s->base = block->bytes;
  s->length = block->length;
  const char *end = s->base + s->length, *start = s->base + *from, *next = start;
  csv_looks looks = dw_csv_look(start, s->length - *from);
  bool easy = !looks.broken && !s->library_only;
  s->returns = looks.returns;
  if (s->texts) s->quick = spans ? csv_quick_texts_spans : csv_quick_texts;
  else s->quick = looks.quotes ? spans ? csv_quick_quotes_spans : csv_quick_quotes : spans ? csv_quick_spans : csv_quick_plain;
  csv_marks marks = {start, mark_bits(start, s->delimiter)};
  builder->line = 1;
  dw_builder_start(builder, table, s->length - *from);
  for (bool room = true; room && next < end;) {
    bool blank;
    s->record = next;
    bool good = easy ? csv_easy_record(s, &marks, &next, &blank) : csv_careful_record(s, looks.broken, &next, &blank);
    good = good && csv_is_clear(s);
    if (!good && table->error.set) break;
    if (good && !blank) {
      if (spans) dw_builder_place(builder, (size_t)(s->record - s->base), csv_without_return(s->record, (size_t)(next - 1 - s->record)));
      else if (lines) dw_builder_line(builder);
      room = dw_builder_commit(builder, (size_t)(next - start));
    }
    builder->line += easy ? 1 + s->inner_lines : csv_lines(s->record, next);
  }
  if (next > end) next = end;
  table->lines = builder->line - 1;
  table->batch.text_first = (uint32_t)*from;
  *from = table->batch.text_end = (uint32_t)(next - s->base);
  bool rewritten = table->text.length > 0;
  table->batch.null_texts = true;
  if (*from == block->length || table->error.set) s->lines_until = 0; /* of the next block nothing is known */
  dw_builder_finish(builder, rewritten ? table->text.data : s->base, rewritten ? table->text.length : s->length, (size_t)(next - start));
}

/* --- the row --- */

static dw_sniff format_sniff(const char *bytes, size_t length, bool all, dw_scan_error *wrong) { return DW_SNIFF_YES; }

static dw_status format_open(dw_header **out, const dw_begin *begin, dw_err *err)
{
  dw_csv_header *header;
  dw_status status = dw_csv_header_read(&header, begin->bytes, begin->length, begin->options, dw_input_name(begin->input), err);
  *out = header ? &header->begin : NULL;
  return status;
}

/* Where the header is not known yet, its first line shows well enough where it ends. */
static size_t format_cut(const char *bytes, size_t length, const dw_header *header)
{
  const char *newline = memchr(bytes, '\n', length);
  bool tabs = header ? header->delimiter == '\t' : newline && dw_csv_delimiter(bytes, (size_t)(newline - bytes)) == '\t';
  return tabs ? dw_csv_tab_cut(bytes, length) : dw_csv_cut(bytes, length);
}

static void *scanner_new(const dw_scan_options *options) { return dw_csv_new(options); }
static void scanner_free(void *scanner) { dw_csv_free(scanner); }
static void scan(void *scanner, const dw_block *block, size_t *from, dw_table *table) { dw_csv_scan(scanner, block, from, table); }

const dw_format dw_csv_format = {.word = "csv",
                                 .title = "CSV",
                                 .untyped = true,
                                 .sniff = format_sniff,
                                 .open = format_open,
                                 .cut = format_cut,
                                 .scanner_new = scanner_new,
                                 .scanner_free = scanner_free,
                                 .scan = scan};
