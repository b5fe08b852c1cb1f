#include "base/map.h"
#include "base/str.h"
#include "io/formats/csv.h"
#include "io/formats/csv_parts.h"

typedef struct header_build {
  dw_csv_header *header;
  size_t limit;
} header_build;

static void header_field(void *context, const csv_field *field)
{
  header_build *b = context;
  dw_csv_header *h = b->header;
  if (h->count++ >= b->limit) return; /* counted, for the message */
  h->names = dw_grow(h->names, &h->names_capacity, h->count, sizeof *h->names);
  h->lengths = dw_grow(h->lengths, &h->lengths_capacity, h->count, sizeof *h->lengths);
  h->quotes_tell |= !field->quoted;
  h->names[h->count - 1] = dw_arena_strndup(&h->arena, field->text, field->length);
  h->lengths[h->count - 1] = (uint32_t)field->length;
}

/* A comma anywhere outside quotes, then a tab, then a semicolon, then a pipe; one column otherwise. */
static char header_delimiter(const char *text, size_t length)
{
  size_t tabs = 0, semicolons = 0, pipes = 0;
  bool inside = false;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"') inside = !inside;
    if (inside) continue;
    if (text[i] == ',') return ',';
    tabs += text[i] == '\t';
    semicolons += text[i] == ';';
    pipes += text[i] == '|';
  }
  return tabs ? '\t' : semicolons ? ';' : pipes ? '|' : ',';
}

static dw_status header_check(const dw_csv_header *h, unsigned limit, const char *name, dw_err *err)
{
  if (h->count > limit) return dw_err_at(err, DW_EDATA, name, 1, 0, "%zu columns; the most is %u", h->count, limit);
  dw_status status = DW_OK;
  dw_map seen;
  dw_map_init(&seen);
  for (size_t k = 0; k < h->count && status == DW_OK; k++) {
    size_t before = seen.count;
    uint32_t first = dw_map_intern(&seen, h->names[k], h->lengths[k]);
    if (h->lengths[k] == 0)
      status = dw_err_at(err, DW_EDATA, name, 1, 0, "column %zu has no name%s", k + 1,
                         k == 0 && h->count > 1 ? " (an index that pandas wrote? to_csv(index=False) leaves it out)" : "");
    else if (seen.count == before)
      status = dw_err_at(err, DW_EDATA, name, 1, 0, "columns %u and %zu are both named \"%.100s\"", first + 1, k + 1, h->names[k]);
  }
  dw_map_free(&seen);
  return status;
}

/* The line of the header that byte `at` of it is on, and the byte column there. */
static dw_status header_fault(const char *text, csv_fault fault, size_t bom, const char *name, dw_err *err)
{
  uint64_t line = 1, column = bom + 1;
  for (size_t i = 0; i < fault.at; i++, column++)
    if (text[i] == '\n') {
      line++;
      column = 0;
    }
  return dw_err_at(err, DW_EDATA, name, line, column, "%s", fault.what);
}

static void header_free(dw_header *header) { dw_csv_header_free((dw_csv_header *)header); }

dw_status dw_csv_header_read(dw_csv_header **out, const char *bytes, size_t length, unsigned field_limit, const char *name, dw_err *err)
{
  *out = NULL;
  if (length >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
    return dw_err_at(err, DW_EDATA, name, 1, 0, "this is UTF-16; convert it to UTF-8");
  size_t bom = dw_utf8_mark(bytes, length);
  const char *text = bytes + bom;
  size_t left = length - bom, size = 0;
  bool inside = false;
  for (; size < left && (inside || text[size] != '\n'); size++)
    if (text[size] == '"') inside = !inside;
  bool ended = size < left;
  size_t line_end = size;
  if (size && text[size - 1] == '\r' && !inside) size--;
  csv_fault fault = dw_csv_byte_fault(text, size);
  if (fault.what) return header_fault(text, fault, bom, name, err);
  if (dw_csv_blank(text, size, '\0')) return dw_err_at(err, DW_EDATA, name, 1, 0, "the first line is empty; it should name the columns");

  dw_csv_header *h = dw_alloc_zero(1, sizeof *h);
  dw_arena_init(&h->arena);
  h->begin = (dw_header){.bytes = bom + line_end + ended, .delimiter = header_delimiter(text, size), .free = header_free};
  h->begin.raw = dw_arena_strndup(&h->arena, bytes, h->begin.bytes);
  h->text = dw_arena_strndup(&h->arena, text, size);
  h->text_length = size;
  for (size_t i = 0; i < line_end + ended; i++) h->begin.lines += text[i] == '\n';
  csv_library *library = dw_csv_library_new();
  fault = dw_csv_library_record(library, h->begin.delimiter, text, size, header_field, &(header_build){h, field_limit});
  dw_csv_library_free(library);
  dw_status status = fault.what ? header_fault(text, fault, bom, name, err) : header_check(h, field_limit, name, err);
  if (status != DW_OK) {
    dw_csv_header_free(h);
    return status;
  }
  *out = h;
  return DW_OK;
}

void dw_csv_header_free(dw_csv_header *header)
{
  if (!header) return;
  dw_arena_free(&header->arena);
  dw_free(header->names);
  dw_free(header->lengths);
  dw_free(header);
}

dw_header *dw_csv_header_begin(dw_csv_header *header) { return &header->begin; }

size_t dw_csv_header_count(const dw_csv_header *header) { return header->count; }

const char *dw_csv_header_name(const dw_csv_header *header, size_t k, size_t *length)
{
  *length = header->lengths[k];
  return header->names[k];
}
