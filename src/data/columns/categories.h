/* categories: the values of a column on both sides side by side, with their counts, in the order of the values. */
#ifndef DW_DATA_CATEGORIES_H
#define DW_DATA_CATEGORIES_H

#include "base/str.h"
#include "data/columns/column.h"

typedef struct dw_category {
  const char *text; /* NUL-terminated; numbers in their shortest form */
  uint32_t length;
  bool numeric; /* the value is a number: sorts by it, before all strings */
  double number;
  uint64_t reference, current;
} dw_category;

typedef struct dw_categories {
  dw_category *item; /* numbers ascending, then strings by their bytes */
  size_t count;
  uint64_t reference_total, current_total; /* those of no item with them: */
  uint64_t reference_other, current_other; /* of a profile: texts that it does not name (dw_column.texts_lost) */
  uint64_t *reference, *current;           /* the counts again, as the statistics take them */
  dw_arena names;
} dw_categories;

/* All values of both columns: numbers, strings, booleans. Either may be NULL. */
void dw_categories_make(dw_categories *out, const dw_column *reference, const dw_column *current);
void dw_categories_free(dw_categories *categories);

#endif
