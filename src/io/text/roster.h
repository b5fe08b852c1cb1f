/* roster: the columns that an input has, wanted or not: an option that names none of them is a slip of the pen, and silence about it would
 * look like an answer.
 *
 *   dw_roster names;
 *   dw_roster_init(&names);
 *   … dw_roster_add from dw_reader_options.want (dw_selection has a place for names) …
 *   … one or more inputs are read …
 *   if (!dw_roster_match(&names, "amount*")) near = dw_roster_nearest(&names, "amount*");
 *   dw_roster_free(&names);
 */
#ifndef DW_IO_ROSTER_H
#define DW_IO_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/str.h"

typedef struct dw_roster {
  dw_map map;
  dw_map objects; /* what stands before a dot in one of them */
  bool full;      /* names that are ever new are not all remembered: no name is said to be missing any more */
} dw_roster;

void dw_roster_init(dw_roster *names);
void dw_roster_free(dw_roster *names);

/* One more name; again for one that is there: nothing. Where dw_reader_options.want is called (under the reader's lock). */
void dw_roster_add(dw_roster *names, const char *name, size_t length);

/* Is there a column of this name? What only holds others ("in" of {"in":{"x":1}}, whose column is in.x) is no column. */
bool dw_roster_have(const dw_roster *names, const char *name);
bool dw_roster_match(const dw_roster *names, const char *pattern); /* the same for a name that may hold * and ? */

/* The column that was probably meant, or NULL: one that differs in case, dashes, underscores, dots and blanks only; else the nearest by
 * edit distance (at most 2, and a third of its length); else the one that holds the name as a part of its own. For the name of an object
 * the first column in it. Stars and question marks of a pattern are passed over. Lives as long as names. */
const char *dw_roster_nearest(const dw_roster *names, const char *name);

/* "amount, country, ts …": the first `most` columns, in the order of their bytes. */
void dw_roster_list(const dw_roster *names, size_t most, dw_buf *out);

/* What a message says behind a name that is no column's: "; did you mean "amount"?", or "; there are amount, ts" with there "there are".
 * Where another input has it: "; the other side has it". */
void dw_roster_hint(const dw_roster *names, const char *name, const char *there, dw_buf *out);

#endif
