/* catalogue: scenarios by name. Folders, in this order: $DW_SCENARIOS, ./scenarios, and two beside the program's own folder, ../scenarios
 * (where it was built) and ../share/driftwatch/scenarios (where it was installed). A scenario NAME is the file NAME.yaml in the first that
 * has one.
 */
#ifndef DW_SYNTH_CATALOGUE_H
#define DW_SYNTH_CATALOGUE_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* The path of `name`, NUL-terminated in path: name itself when it has a '/' or a '.' (it is a file), otherwise looked up. DW_EUSAGE with
 * the nearest name, or all names, when there is no such scenario. */
dw_status dw_catalogue_find(const char *name, dw_buf *path, dw_err *err);

typedef struct dw_catalogue_entry {
  char *name; /* without .yaml */
  char *path;
  char *description; /* "" when there is none */
} dw_catalogue_entry;

/* The scenarios of all folders, sorted by name, each name once; other YAML files (policies, canaries) are left out, so is what cannot be
 * read. */
void dw_catalogue_list(dw_catalogue_entry **entries, size_t *count);
void dw_catalogue_free(dw_catalogue_entry *entries, size_t count);

#endif
