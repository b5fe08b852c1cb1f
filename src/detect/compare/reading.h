/* reading: what a column holds is decided for both sides together, before they are compared.
 *
 *   dw_dataset_finish(reference), dw_dataset_finish(current);
 *   dw_compare_read(&reference, &current, &options, err);
 *   dw_compare(…)
 *
 * A column that the reference shows to be one of numbers (or that --types says is) is read as numbers on both sides: what is none is a
 * stray and counts as missing. Where one side was read from CSV and the other from NDJSON, strings of NDJSON are read as CSV would have
 * read them, so that the same rows give the same findings; in a column that --types calls one of texts, CSV kept its texts
 * (dw_compare_as_text), and there the strings stay.
 */
#ifndef DW_DETECT_READING_H
#define DW_DETECT_READING_H

#include "detect/compare/compare.h"

/* The columns that a reader stores, and how: context of the two functions for dw_reader_options. */
typedef struct dw_compare_columns {
  dw_selection selection;
  const dw_compare_options *options;
  bool see_time; /* the column of instants is stored though no one wants it as a column */
} dw_compare_columns;

bool dw_compare_wants(void *columns, const char *name, size_t length);
bool dw_compare_as_text(void *columns, const char *name,
                        size_t length); /* those that --types calls categorical, identifier or text, and a time of time_text */

/* For dw_dataset_options.keep_texts, with the options as context: columns whose strings must all be known at the end. */
bool dw_compare_keeps_texts(void *options, const char *name);

/* Why nobody can say how a column that --types does not name is to be judged, and the type that most likely settles it (for an option).
 * NULL: it can be said. Once read; one side may be NULL. */
const char *dw_compare_unread(const dw_compare_options *options, const char *name, const dw_column *reference, const dw_column *current,
                              dw_type *type);
/* "--exclude 'net\, eur'": an option that a reader can paste, for a list of columns; value: what stands behind the column. In the arena. */
const char *dw_compare_option(dw_arena *arena, const char *option, const char *column, const char *value);
/* The same: "--types price=numeric". */
const char *dw_compare_types_option(dw_arena *arena, const char *name, dw_type type);

/* current NULL: the reference alone. Before names of columns in a comparison or frames are used. DW_EDATA names a column whose sides
 * cannot be read the same way, and the option that settles it. */
dw_status dw_compare_read(dw_dataset *reference, dw_dataset *current, const dw_compare_options *options, dw_err *err);

#endif
