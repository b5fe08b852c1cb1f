/* csv_parts: what the files of the CSV scanner share. Private to csv*.c. */
#ifndef DW_IO_CSV_PARTS_H
#define DW_IO_CSV_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "io/record/scanner.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* --- bytes (csv_text.c) --- */

/* The next c or newline from p on. A newline must come, and DW_BLOCK_PADDING readable bytes behind it. */
static inline const char *csv_find(const char *p, char c)
{
#ifdef __SSE2__
  const __m128i wanted = _mm_set1_epi8(c), newline = _mm_set1_epi8('\n');
  for (;; p += 16) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
    unsigned hits = (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, wanted), _mm_cmpeq_epi8(bytes, newline)));
    if (hits) return p + __builtin_ctz(hits);
  }
#else
  while (*p != c && *p != '\n') p++;
  return p;
#endif
}

typedef struct csv_looks {
  bool quotes, returns; /* a " or a CR occurs */
  bool broken;          /* a NUL occurs, or it is not UTF-8 */
} csv_looks;

csv_looks dw_csv_look(const char *bytes, size_t length);

typedef struct csv_fault {
  const char *what; /* NULL: none */
  size_t at;        /* byte of the record */
} csv_fault;

#define CSV_RETURN_FAULT "a carriage return inside a line (quote the field, or end lines with a newline)"

csv_fault dw_csv_byte_fault(const char *text, size_t length); /* NUL and broken UTF-8 */

/* The end of the record at p: the first newline outside quotes before end, or end, where a newline stands that is no part of the text.
 * *open: the end came inside quotes. *quotes: there are some. */
const char *dw_csv_record_end(const char *p, const char *end, bool *quotes, bool *open);

/* Nothing but spaces and tabs (and not with a tab for the delimiter): such lines are passed over, as pandas does. */
bool dw_csv_blank(const char *text, size_t length, char delimiter);

/* --- a field's value (csv_cell.c) --- */

/* dw_csv_cell (csv.h) for a column that is read as text: DW_NULL when empty, DW_FALSE, DW_TRUE or DW_STRING. */
dw_tag dw_csv_cell_text(const char *text, size_t length);

/* --- records as libcsv reads them (csv.c) --- */

typedef struct csv_library csv_library;

typedef struct csv_field {
  const char *text; /* quotes undone; valid during the call */
  size_t length;
  size_t raw, raw_length; /* where it stands in the record, quotes included */
  bool quoted;
} csv_field;

typedef void csv_field_function(void *context, const csv_field *field);

csv_library *dw_csv_library_new(void);
void dw_csv_library_free(csv_library *library);

/* One record, without its line end, field by field; the fields before a fault are reported too. */
csv_fault dw_csv_library_record(csv_library *library, char delimiter, const char *text, size_t length, csv_field_function *each,
                                void *context);

/* --- the header (csv_header.c) --- */

struct dw_csv_header {
  dw_header begin;
  dw_arena arena;
  const char **names;
  uint32_t *lengths;
  size_t count, names_capacity, lengths_capacity;
  bool quotes_tell; /* a name stands without quotes: the writer quotes what needs it, and a quoted NA is no missing value */
  const char *text; /* of the line */
  size_t text_length;
};

#endif
