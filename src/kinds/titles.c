#include "kinds/titles.h"

#include <string.h>

#include "kinds/method_rows.h"

#define TITLE(name, title, ...) {#name, title},
static const dw_title titles[] = {DW_METHOD_ROWS(TITLE) DW_MEASURE_ROWS(TITLE)};
#undef TITLE
enum { TITLES = sizeof titles / sizeof *titles };

const dw_title *dw_title_at(size_t index) { return index < TITLES ? &titles[index] : NULL; }

const char *dw_title_of_method(const char *name)
{
  for (size_t i = 0; i < TITLES; i++)
    if (strcmp(titles[i].name, name) == 0) return titles[i].title;
  return NULL;
}
