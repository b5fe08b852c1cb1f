/* titles: what the methods are called for people, one name and title a row of method_rows.h. */
#ifndef DW_KINDS_TITLES_H
#define DW_KINDS_TITLES_H

#include <stddef.h>

typedef struct dw_title {
  const char *name, *title;
} dw_title;

const char *dw_title_of_method(const char *name); /* NULL: no method of ours */
const dw_title *dw_title_at(size_t index);        /* NULL behind the last one */

#endif
