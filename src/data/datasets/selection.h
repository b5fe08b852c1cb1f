/* selection: which columns of the input a command looks at, by their roles and by name patterns. */
#ifndef DW_DATA_SELECTION_H
#define DW_DATA_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "io/text/roster.h"

/* Names that may hold * and ?. A view; the strings belong to the caller. */
typedef struct dw_patterns {
  const char *const *text;
  size_t count;
} dw_patterns;

bool dw_patterns_match(dw_patterns patterns, const char *name); /* false for none */

typedef struct dw_selection {
  dw_patterns only;               /* none: every column */
  dw_patterns exclude;            /* these never, */
  dw_patterns id;                 /* nor these, which identify records */
  const char *label, *score, *by; /* NULL, or columns that are always wanted */
  const char *time;               /* NULL, or the column of instants: wanted only when */
  bool need_time;
  dw_roster *names; /* NULL, or where the names of all columns are kept, wanted or not */
  bool chats;       /* the parts of chats are columns too (data/datasets/chats.h): a column is stored when one of them is wanted */
} dw_selection;

/* For dw_reader_options.want, with the selection as context: columns that nobody wants are not even stored. */
bool dw_selection_wants(void *selection, const char *name, size_t length);
bool dw_selection_keeps(const dw_selection *selection, const char *name); /* the column itself is wanted */
/* The column made of a chat is: part, "messages.content", of the chat name, "messages"; in `only` the chat stands for all its parts. */
bool dw_selection_wants_part(const dw_selection *selection, const char *name, const char *part);

#endif
