/* rewrite: the text of one record with some fields replaced, renamed, removed or added, and everything else byte for byte.
 *
 *   dw_rewrite rw;
 *   dw_rewrite_begin(&rw, &out, batch->text, begin, end, 0);
 *   dw_rewrite_value(&rw, &span_of_a);  dw_buf_number(&out, 3);     // the caller writes the new value
 *   dw_rewrite_remove(&rw, &span_of_b);
 *   dw_rewrite_end(&rw);
 *
 * Fields are visited in the order in which they stand in the record (dw_span.value grows). Spans are those of the reader.
 */
#ifndef DW_SYNTH_REWRITE_H
#define DW_SYNTH_REWRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "io/record/record.h"

typedef struct dw_rewrite {
  dw_buf *out; /* the record is written at its end */
  size_t out_begin;
  const char *text; /* spans are offsets into it */
  size_t at;        /* copied up to here */
  size_t end;
  char delimiter; /* 0: NDJSON */
} dw_rewrite;

/* The record is text[begin, end), without or with its line end. delimiter: of CSV fields; 0 for NDJSON. */
void dw_rewrite_begin(dw_rewrite *rewrite, dw_buf *out, const char *text, size_t begin, size_t end, char delimiter);

/* Copies up to the value and steps over it: what the caller now adds to out stands in its place (as JSON, or as a CSV field). */
void dw_rewrite_value(dw_rewrite *rewrite, const dw_span *span);

/* NDJSON: copies up to the key and puts another in its place (name in plain UTF-8). dw_rewrite_value of the field may follow. */
void dw_rewrite_key(dw_rewrite *rewrite, const dw_span *span, const char *name, size_t length);

/* Leaves the field out, with one comma or delimiter beside it (NDJSON: and the spaces that belong to it). */
void dw_rewrite_remove(dw_rewrite *rewrite, const dw_span *span);

void dw_rewrite_end(dw_rewrite *rewrite); /* copies the rest */

/* After all others: one field more at the end of the record (NDJSON: a member of the outermost object called name). What the caller
 * now adds to out is its value. */
void dw_rewrite_add(dw_rewrite *rewrite, const char *name, size_t length);

/* NDJSON: bytes of the key at span->key, both quotes included. */
size_t dw_rewrite_key_length(const char *text, const dw_span *span);

/* The fields of a CSV line (no line end), as spans with quotes included; returns how many there are, of which the first `most` are
 * stored. The line is one that the reader has taken. */
size_t dw_rewrite_csv_split(const char *line, size_t length, char delimiter, dw_span *spans, size_t most);

/* The content of a CSV field: quotes undone into scratch (replaced) when it has any. */
const char *dw_rewrite_csv_content(const char *field, size_t length, dw_buf *scratch, size_t *content_length);

#endif
