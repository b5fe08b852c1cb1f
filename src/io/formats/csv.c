#include "io/formats/csv.h"

#include <assert.h>
#include <csv.h>

#include "io/formats/csv_parts.h"
#include "io/library/library.h"

#define CSV_CALLS(call)                                                                                                                    \
  call(csv_init) call(csv_set_delim) call(csv_set_space_func) call(csv_set_realloc_func) call(csv_set_free_func) call(csv_set_blk_size)    \
      call(csv_parse) call(csv_free)
static struct {
  CSV_CALLS(DW_LIBRARY_CALL)
} csv;
static const char *const csv_names[] = {CSV_CALLS(DW_LIBRARY_NAME)};
static dw_library csv_its_library = DW_LIBRARY(DW_SONAME_csv, "CSV", csv, csv_names);

enum { LIBRARY_GROWTH = 4096 };

struct csv_library {
  struct csv_parser parser;
  csv_field_function *each;
  void *context;
  const char *text; /* the record */
  size_t length;
  size_t at;     /* where the next field begins */
  bool returned; /* a CR outside quotes: libcsv takes it for a line end, and what is behind it must not count */
  size_t return_at;
  bool begun; /* the parser is initialized */
  bool dirty; /* it stopped in the middle */
};

/* RFC 4180: "Spaces are considered part of a field". libcsv would strip them. */
static int library_no_space(unsigned char c) { return 0; }

static void *library_realloc(void *old, size_t size) { return dw_realloc_array(old, size, 1); }

static void library_start(csv_library *library)
{
  if (library->begun) csv.csv_free(&library->parser);
  csv.csv_init(&library->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
  csv.csv_set_space_func(&library->parser, library_no_space);
  csv.csv_set_realloc_func(&library->parser, library_realloc); /* it never fails, so libcsv's only error is a malformed record */
  csv.csv_set_free_func(&library->parser, dw_free);
  csv.csv_set_blk_size(&library->parser, LIBRARY_GROWTH);
  library->begun = true;
  library->dirty = false;
}

dw_status dw_csv_library_ready(dw_err *err) { return dw_library_load(&csv_its_library, err); }

csv_library *dw_csv_library_new(void) { return dw_alloc_zero(1, sizeof(csv_library)); }

void dw_csv_library_free(csv_library *library)
{
  if (!library) return;
  if (library->begun) csv.csv_free(&library->parser);
  dw_free(library);
}

static size_t count_quotes(const char *text, size_t length)
{
  size_t count = 0;
  for (const char *p = text, *end = text + length; (p = memchr(p, '"', (size_t)(end - p))); p++) count++;
  return count;
}

/* libcsv tells the text of a field but not its place. Its place is where the one before ended, and its size follows from its text: in
 * strict mode nothing but the quotes around it and the doubled ones within it comes on top. */
static void library_field(void *text, size_t length, void *context)
{
  csv_library *library = context;
  if (library->returned) return;
  csv_field field = {.text = text ? text : "", .length = length, .raw = library->at, .raw_length = length};
  field.quoted = library->at < library->length && library->text[library->at] == '"';
  if (field.quoted) field.raw_length += 2 + count_quotes(field.text, length);
  library->at += field.raw_length + 1;
  assert(library->at <= library->length + 1);
  library->each(library->context, &field);
}

static void library_record_end(int terminator, void *context)
{
  csv_library *library = context;
  if (terminator != CSV_CR || library->returned) return;
  library->returned = true;
  library->return_at = library->at ? library->at - 1 : 0; /* the field before it has been told */
}

static csv_fault library_fault(csv_library *library, size_t at)
{
  bool quoted = library->at < library->length && library->text[library->at] == '"';
  if (at >= library->length) return (csv_fault){"a quoted field is not closed", library->at};
  return (csv_fault){quoted ? "text behind the closing quote of a field (a quote within a quoted field is written twice)"
                            : "a quote within a field that does not begin with one (quote the whole field, and write the quote twice)",
                     at};
}

csv_fault dw_csv_library_record(csv_library *library, char delimiter, const char *text, size_t length, csv_field_function *each,
                                void *context)
{
  if (dw_csv_library_ready(NULL) != DW_OK) return (csv_fault){"the library that splits it cannot be loaded", 0};
  if (!library->begun || library->dirty) library_start(library);
  library->each = each;
  library->context = context;
  library->text = text;
  library->length = length;
  library->at = 0;
  library->returned = false;
  csv.csv_set_delim(&library->parser, (unsigned char)delimiter);
  library->dirty = true;
  size_t taken = csv.csv_parse(&library->parser, text, length, library_field, library_record_end, library);
  if (!library->returned && taken < length) return library_fault(library, taken);
  if (!library->returned && csv.csv_parse(&library->parser, "\n", 1, library_field, library_record_end, library) < 1)
    return library_fault(library, length);
  if (library->returned) return (csv_fault){CSV_RETURN_FAULT, library->return_at};
  if (library->at != length + 1) return library_fault(library, length); /* inside quotes still */
  library->dirty = false;
  return (csv_fault){0};
}
