/* The scan of a block: which records there are, and a record's fields straight into columns. Records without a quote are split here;
 * records with one go through libcsv (csv.c). */
#include <assert.h>

#include "io/csv.h"
#include "io/csv_parts.h"
#include "io/ndjson_number.h"

typedef struct csv_column {
  uint32_t id;
  bool wanted;
} csv_column;

struct dw_csv {
  dw_builder builder;
  csv_library *library;
  bool library_only;
  char *header;           /* the text of the header that columns are of */
  size_t header_length, count, column_capacity;
  char delimiter;
  csv_column *columns;    /* of the header, in its order */
  uint32_t *ids;          /* the same ids, for dw_builder_discard */
  size_t ids_capacity;
  /* of the scan */
  const char *base;
  size_t length;
  bool spans, returns;    /* a CR occurs in the block */
  size_t got;             /* fields of the record so far */
  const char *record;     /* its first byte */
};

dw_csv *dw_csv_new(const dw_scan_options *options)
{
  dw_csv *s = dw_alloc_zero(1, sizeof *s);
  dw_builder_init(&s->builder, options);
  s->library = csv_library_new();
  return s;
}

void dw_csv_free(dw_csv *s)
{
  if (!s) return;
  dw_builder_free(&s->builder);
  csv_library_free(s->library);
  dw_free(s->header);
  dw_free(s->columns);
  dw_free(s->ids);
  dw_free(s);
}

void dw_csv_library_only(dw_csv *s, bool only) { s->library_only = only; }

enum { CSV_NAMES_MORE = 1024 };

/* Makes the columns those of the block's header. Most blocks have the header of the block before. */
static void csv_bind(dw_csv *s, const dw_csv_header *header)
{
  if (s->header && s->header_length == header->text_length && memcmp(s->header, header->text, header->text_length) == 0) return;
  dw_builder *builder = &s->builder;
  if (builder->names->map.count > 2 * (size_t)builder->options->field_limit + CSV_NAMES_MORE) dw_builder_forget(builder);
  dw_free(s->header);
  s->header = dw_strndup(header->text, header->text_length);
  s->header_length = header->text_length;
  s->delimiter = header->delimiter;
  s->count = header->count;
  s->columns = dw_grow(s->columns, &s->column_capacity, s->count, sizeof *s->columns);
  s->ids = dw_grow(s->ids, &s->ids_capacity, s->count, sizeof *s->ids);
  for (size_t k = 0; k < s->count; k++) {
    s->ids[k] = dw_builder_name(builder, header->names[k], header->lengths[k]);
    s->columns[k] = (csv_column){s->ids[k], builder->names->wanted[s->ids[k]]};
  }
}

static void csv_store(const dw_slot *slot, size_t row, dw_tag tag, double number, size_t offset, size_t length)
{
  slot->tags[row] = (uint8_t)tag;
  if (tag == DW_STRING)
    slot->cells[row].text.offset = (uint32_t)offset, slot->cells[row].text.length = (uint32_t)length;
  else if (tag == DW_INTEGER || tag == DW_REAL)
    slot->cells[row].number = number;
}

/* --- a record without quotes --- */

/* The whole record when it is well formed: the place behind its newline. NULL otherwise: csv_bad finds out what is wrong. */
DW_INLINE const char *csv_quick_record(dw_csv *s, const char *p, const bool spans)
{
  dw_builder *builder = &s->builder;
  const size_t row = builder->row, count = s->count;
  const char delimiter = s->delimiter;
  for (size_t k = 0; k < count; k++) {
    const csv_column column = s->columns[k];
    dw_slot *slot = dw_builder_slot(builder, column.id);
    const char *start = p, *behind = NULL; /* of the field */
    double number = 0;
    bool integer;
    if (DW_LIKELY((unsigned)(*p - '0') <= 9 || *p == '-')) {
      behind = number_quick(p, &number, &integer);
      if (behind && *behind == '\r' && behind[1] == '\n') {
        p = behind + 1;
      } else {
        p = behind;
        if (behind && *behind != delimiter && *behind != '\n') behind = NULL;
      }
    }
    if (DW_LIKELY(behind != NULL)) {
      slot->tags[row] = integer ? DW_INTEGER : DW_REAL;
      slot->cells[row].number = number;
    } else {
      p = behind = csv_find(start, delimiter);
      if (DW_UNLIKELY(s->returns)) {
        if (*p == '\n' && behind > start && behind[-1] == '\r') behind--;
        if (memchr(start, '\r', (size_t)(behind - start))) return NULL;
      }
      dw_tag tag = column.wanted ? csv_cell(start, (size_t)(behind - start), &number) : DW_NULL;
      csv_store(slot, row, tag, number, (size_t)(start - s->base), (size_t)(behind - start));
    }
    if (spans) slot->spans[row] = (dw_span){(uint32_t)(start - s->base), (uint32_t)(start - s->base), (uint32_t)(behind - start)};
    if (*p != (k + 1 < count ? delimiter : '\n')) return NULL;
    p++;
  }
  return p;
}

static __attribute__((noinline)) const char *csv_quick_plain(dw_csv *s, const char *p) { return csv_quick_record(s, p, false); }
static __attribute__((noinline)) const char *csv_quick_spans(dw_csv *s, const char *p) { return csv_quick_record(s, p, true); }

/* --- a record with quotes --- */

/* A text that does not stand in the block as it is goes behind a copy of the block, so that the offsets of all others hold. */
static size_t csv_rewritten(dw_csv *s, const csv_field *field)
{
  dw_buf *text = &s->builder.table->text;
  if (text->length == 0) dw_buf_add(text, s->base, s->length);
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
  double number = 0;
  size_t raw = (size_t)(s->record - s->base) + field->raw, offset = raw + field->quoted;
  dw_tag tag = s->columns[k].wanted ? csv_cell(field->text, field->length, &number) : DW_NULL;
  if (tag == DW_STRING && field->quoted && field->raw_length != field->length + 2) offset = csv_rewritten(s, field);
  csv_store(slot, row, tag, number, offset, field->length);
  if (s->spans) slot->spans[row] = (dw_span){(uint32_t)raw, (uint32_t)raw, (uint32_t)field->raw_length};
}

/* --- records that are wrong --- */

static const char csv_too_long[] = DW_SCAN_TOO_LONG;

static __attribute__((noinline, cold)) void csv_fail(dw_csv *s, size_t length, csv_fault fault)
{
  dw_builder *builder = &s->builder;
  dw_table *table = builder->table;
  dw_scan_error *error = builder->options->skip_errors ? &table->first_skipped : &table->error;
  if (fault.what == csv_too_long) {
    dw_scan_fail(error, builder->line, 0, DW_SCAN_TOO_LONG, builder->options->line_limit);
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
  dw_builder_discard(builder, s->ids, s->got < s->count ? s->got : s->count);
  table->batch.skipped += builder->options->skip_errors;
}

/* What libcsv and the quick split have to check besides: the same for both, in the same order. */
static csv_fault csv_check(const dw_csv *s, size_t length, bool broken)
{
  csv_fault fault = {0};
  if (length > s->builder.options->line_limit) return (csv_fault){csv_too_long, 0};
  if (broken) fault = csv_byte_fault(s->record, length);
  return fault;
}

/* A record without quotes that the quick split refused, or must not see. */
static __attribute__((noinline, cold)) void csv_bad(dw_csv *s, size_t length)
{
  csv_fault fault = csv_check(s, length, true);
  const char *cr = memchr(s->record, '\r', length);
  if (!fault.what && cr) fault = (csv_fault){CSV_RETURN_FAULT, (size_t)(cr - s->record)};
  s->got = 1;
  for (size_t i = 0; i < length; i++) s->got += s->record[i] == s->delimiter;
  csv_fail(s, length, fault);
}

/* --- the scan --- */

static size_t csv_without_return(const char *text, size_t length) { return length && text[length - 1] == '\r' ? length - 1 : length; }

/* One record whose end must be found before it is read: *behind is set; false when it was bad. */
static bool csv_careful_record(dw_csv *s, const char *end, bool broken, const char **behind, bool *blank)
{
  bool quotes, open;
  const char *stop = csv_record_end(s->record, end, &quotes, &open);
  size_t raw = (size_t)(stop - s->record), length = open ? raw : csv_without_return(s->record, raw);
  *behind = stop + 1;
  *blank = !quotes && csv_blank(s->record, length, s->delimiter);
  if (*blank) return true;
  csv_fault fault = csv_check(s, length, broken);
  s->got = 0;
  if (!fault.what && !quotes && !s->library_only) {
    if (s->spans ? csv_quick_spans(s, s->record) : csv_quick_plain(s, s->record)) return true;
    csv_bad(s, length);
    return false;
  }
  if (!fault.what) fault = csv_library_record(s->library, s->delimiter, s->record, length, csv_library_field, s);
  if (!fault.what && s->got == s->count) return true;
  csv_fail(s, length, fault);
  return false;
}

/* The same for a block of plain records, where the end is found on the way. */
static bool csv_easy_record(dw_csv *s, const char **behind, bool *blank)
{
  const char *p = s->record;
  *blank = false;
  if (DW_UNLIKELY(*p == '\n' || *p == '\r' || *p == ' ' || *p == '\t')) {
    const char *stop = csv_find(p, '\n');
    *behind = stop + 1;
    *blank = csv_blank(p, csv_without_return(p, (size_t)(stop - p)), s->delimiter);
    if (*blank) return true;
  }
  s->got = 0;
  *behind = s->spans ? csv_quick_spans(s, p) : csv_quick_plain(s, p);
  if (DW_LIKELY(*behind && (size_t)(*behind - p) - 1 <= s->builder.options->line_limit)) return true;
  const char *stop = csv_find(p, '\n');
  size_t length = csv_without_return(p, (size_t)(stop - p));
  if (*behind && length <= s->builder.options->line_limit) return true; /* the limit counts without the CR */
  *behind = stop + 1;
  csv_bad(s, length);
  return false;
}

static uint64_t csv_lines(const char *p, const char *end)
{
  uint64_t lines = 0;
  while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) lines++, p++;
  return lines;
}

void dw_csv_scan(dw_csv *s, const dw_block *block, size_t *from, dw_table *table)
{
  dw_builder *builder = &s->builder;
  csv_bind(s, block->header);
  s->base = block->bytes;
  s->length = block->length;
  s->spans = builder->options->spans;
  const char *end = s->base + s->length, *start = s->base + *from, *next = start;
  csv_looks looks = csv_look(start, s->length - *from);
  bool easy = !looks.quotes && !looks.broken && !s->library_only;
  s->returns = looks.returns;
  builder->line = 1;
  dw_builder_start(builder, table, s->length - *from);
  for (bool room = true; room && next < end;) {
    bool blank;
    s->record = next;
    bool good = easy ? csv_easy_record(s, &next, &blank) : csv_careful_record(s, end, looks.broken, &next, &blank);
    if (!good && table->error.set) break;
    if (good && !blank) {
      if (s->spans) dw_builder_place(builder, (size_t)(s->record - s->base), csv_without_return(s->record, (size_t)(next - 1 - s->record)));
      room = dw_builder_commit(builder, (size_t)(next - start));
    }
    builder->line += easy ? 1 : csv_lines(s->record, next);
  }
  if (next > end) next = end;
  table->lines = builder->line - 1;
  *from = (size_t)(next - s->base);
  bool rewritten = table->text.length > 0;
  dw_builder_finish(builder, rewritten ? table->text.data : s->base, rewritten ? table->text.length : s->length, (size_t)(next - start));
}
