/* csv_parts: what the files of the CSV scanner share. Private to csv*.c. */
#ifndef DW_IO_CSV_PARTS_H
#define DW_IO_CSV_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
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

/* For a fault of dw_csv_byte_fault in text: the same with what the text may be written in, and the option; else what. */
enum { CSV_HINT = 128 };
const char *dw_csv_charset_hint(const dw_scan_options *options, const char *text, size_t length, const char *what, char hint[CSV_HINT]);

/* The end of the record at p: the first newline outside quotes before end, or end, where a newline stands that is no part of the text.
 * *open: the end came inside quotes. *quotes: there are some. */
const char *dw_csv_record_end(const char *p, const char *end, bool *quotes, bool *open);

/* Nothing but spaces and tabs (and not with a tab for the delimiter): such lines are passed over, as pandas does. */
bool dw_csv_blank(const char *text, size_t length, char delimiter);

/* --- a field's value (csv_cell.c) --- */

/* A number whose decimals stand behind a comma (csv_first.c). */
bool dw_csv_comma_number(const char *text, size_t length, double *number);

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

dw_status dw_csv_library_ready(dw_err *err); /* loads libcsv (io/library/library.h), once; before the first record */
csv_library *dw_csv_library_new(void);
void dw_csv_library_free(csv_library *library);

/* One record, without its line end, field by field; the fields before a fault are reported too. */
csv_fault dw_csv_library_record(csv_library *library, char delimiter, const char *text, size_t length, csv_field_function *each,
                                void *context);

/* --- records of files whose delimiter is the tab (csv_tab.c) --- */

/* The newline that ends the record at p, or end. *more: where it ends may look otherwise once more bytes are there. */
const char *dw_csv_tab_record_end(const char *p, const char *end, bool *more);
size_t dw_csv_tab_cut(const char *bytes, size_t length); /* dw_csv_cut (csv.h) */
/* One record, as dw_csv_library_record takes it. scratch: for what has to be rewritten. quotes false: they are characters, all of them. */
csv_fault dw_csv_tab_record(dw_buf *scratch, const char *text, size_t length, bool quotes, csv_field_function *each, void *context);

/* --- a record of any delimiter (csv_header.c) --- */

typedef struct csv_splitter {
  csv_library *library;
  dw_buf scratch;
  char delimiter;
} csv_splitter;

csv_fault dw_csv_split(csv_splitter *splitter, const char *text, size_t length, csv_field_function *each, void *context);
char dw_csv_delimiter(const char *text, size_t length); /* as a record of names shows it */
/* Bytes of the record that text begins with, without its newline; length when it has none. */
size_t dw_csv_first_record(const char *text, size_t length, char delimiter);

/* --- the header (csv_header.c) --- */

/* What a comma and a point are in the numbers of a column. */
typedef enum csv_decimal {
  CSV_DECIMAL_POINT,    /* the point stands before decimals */
  CSV_DECIMAL_DOUBTFUL, /* it is taken to, in a file whose other numbers may have a comma there */
  CSV_DECIMAL_COMMA,    /* the comma does, as the caller says; a number with a point is a text */
  CSV_DECIMAL_TOLD      /* the comma does, as the first numbers of the column say; one with a point cannot be read */
} csv_decimal;

enum { CSV_COMMA_BYTES = 64 }; /* of the longest number with a comma */

struct dw_csv_header {
  dw_header begin;
  dw_arena arena;
  const char **names; /* [count], each different from the others */
  uint32_t *lengths;
  const char **first; /* [count] the fields of the first record; the names, where they were given */
  uint8_t *decimal;   /* [count] csv_decimal */
  size_t count, first_capacity;
  size_t commas;    /* columns of CSV_DECIMAL_TOLD */
  bool quotes_tell; /* a name stands without quotes: the writer quotes what needs it, and a quoted NA is no missing value */
  bool suspect;     /* the first record looks like one of values */
  char *identity;   /* equal for headers whose records are read alike */
  size_t identity_length;
};

/* Fills header->suspect, decimal and commas from the records in text[0..bytes), the last of which may be cut. named: the names are the
 * caller's. decimals: what the comma means is to be told. */
void dw_csv_first_look(dw_csv_header *header, const char *text, size_t bytes, bool named, bool decimals);

#endif
