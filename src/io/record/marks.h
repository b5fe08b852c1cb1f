/* marks: what stands for a missing value by the user's word (--missing), instead of the usual marks (io/formats/csv.h).
 *
 *   "NA", "-", "-999"     a text, in whole and with its case, or a number, in columns that have no marks of their own
 *   "region=", "zip=-"    the marks of one column; with nothing behind =, it has none
 *
 *   "*=-"                 the same as "-"
 *
 * In every format alike: what a scanner took for missing by a usual mark becomes text again, strings and numbers that are a mark become
 * missing. An empty text is missing always. The last = of an item is the one that counts.
 */
#ifndef DW_IO_MARKS_H
#define DW_IO_MARKS_H

#include "base/err.h"
#include "base/text_list.h"
#include "io/record/renames.h"
#include "io/record/table.h"

typedef struct dw_marks dw_marks;

/* items: of --missing, kept by the caller. *out NULL: there are none. DW_EUSAGE: nothing stands in front of an =. */
dw_status dw_marks_make(dw_marks **out, const dw_text_list *items, dw_err *err);
void dw_marks_free(dw_marks *marks); /* NULL is fine */

/* Whether the usual marks hold for a column. marks may be NULL. */
bool dw_marks_usual(const dw_marks *marks, const char *column, size_t length);

/* The i-th column that has marks of its own; NULL behind the last. marks may be NULL. */
const char *dw_marks_column(const dw_marks *marks, size_t i);

/* A table that a scanner has filled. renames: the names that the marks know, or NULL. */
void dw_marks_apply(const dw_marks *marks, dw_renames *renames, dw_table *table);

#endif
