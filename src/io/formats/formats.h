/* formats: those that records are read from, a row each (io/record/format.h). */
#ifndef DW_IO_FORMATS_H
#define DW_IO_FORMATS_H

#include "io/record/format.h"

/* A row: the structure dw_NAME_format, which the format's file defines. In the order in which they are asked whether an input is theirs. */
/* clang-format off */
#define DW_FORMAT_ROWS(ROW) \
  ROW(parquet) /* what begins with its four letters */ \
  ROW(arrow)   /* what begins with its six letters, or as a stream of it does */ \
  ROW(ndjson)  /* what begins with a brace, and what is nothing but white space */ \
  ROW(csv)     /* any text that no other takes for its own */
/* clang-format on */

#define DW_FORMAT_DECLARED(name) extern const dw_format dw_##name##_format;
DW_FORMAT_ROWS(DW_FORMAT_DECLARED)
#undef DW_FORMAT_DECLARED

extern const dw_format *const dw_formats[]; /* NULL behind the last */

/* The formats as a choice of words: 0 is "auto", told from the content (NULL as a format). Behind the last word: NULL. */
const char *dw_format_word(int choice);
const dw_format *dw_format_at(int choice);

/* The first of formats that says that bytes[0..length), the begin of an input, is its own; NULL while one before it needs more. all: no
 * more will come. DW_EDATA: it cannot be read; name is for the message. */
dw_status dw_format_told(const dw_format **out, const dw_format *const *formats, const char *bytes, size_t length, bool all,
                         const char *name, dw_err *err);

/* DW_EDATA: bytes[0..length), the begin of an input, are those of a file that no format reads (io/record/foreign.h). *more: not known
 * before more have come. */
dw_status dw_format_foreign(const char *bytes, size_t length, bool all, const char *name, bool *more, dw_err *err);

#endif
