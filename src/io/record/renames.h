/* renames: columns that are read under another name by the user's word (--rename OLD=NEW): the same column is called otherwise on two
 * sides.
 *
 * Names alone change, once for each name: records that are passed on as they stood keep theirs.
 */
#ifndef DW_IO_RENAMES_H
#define DW_IO_RENAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "base/text_list.h"
#include "io/text/roster.h"

typedef struct dw_renames dw_renames;

/* items: OLD=NEW, kept by the caller; the first = separates. *out NULL: there are none. DW_EUSAGE: what is not of that form, an OLD twice.
 */
dw_status dw_renames_make(dw_renames **out, const dw_text_list *items, dw_err *err);
void dw_renames_free(dw_renames *renames); /* NULL is fine */

/* What a column is called from now on; NULL: as before. By any thread; remembers that there is one of this name. renames may be NULL. */
const char *dw_renames_of(dw_renames *renames, const char *name, size_t length);
bool dw_renames_makes(const dw_renames *renames, const char *name, size_t length); /* it is the NEW of one */

/* Once all was read, whose columns names has: DW_EDATA when there was no column of an OLD, with the one that was probably meant. made: a
 * NEW that is there is enough, as what was read had its names changed before. DW_OK where there were no records. renames may be NULL. */
dw_status dw_renames_check(const dw_renames *renames, const dw_roster *names, bool made, dw_err *err);

#endif
