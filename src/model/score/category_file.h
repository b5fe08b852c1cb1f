/* category_file: which codes of a model stand for which categories, from a file beside it. Models of XGBoost before 3.1 split by codes, and
 * do not keep what they stood for.
 *
 * The file is a JSON object with a member for each column: the list of its categories (texts, whole numbers, true and false) in the order
 * of their codes from 0, or the text "codes" for a column whose records hold the codes themselves.
 *
 *   {"city":["Bern","Basel","Genf"],"weekday":"codes"}
 */
#ifndef DW_MODEL_CATEGORY_FILE_H
#define DW_MODEL_CATEGORY_FILE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/map.h"
#include "io/text/json.h"

typedef struct dw_category_file {
  dw_value *document;
  char *name; /* for messages */
} dw_category_file;

/* DW_EDATA: not such a file: no object, or a member that is no list of at least one category, each once. Nothing is to be freed then. */
dw_status dw_category_file_read(dw_category_file *file, const char *path, dw_err *err);
dw_status dw_category_file_parse(dw_category_file *file, const char *text, size_t length, const char *name, dw_err *err);
void dw_category_file_free(dw_category_file *file); /* one that is all zero is fine */

/* The categories of a column, added to categories (empty: the column holds codes). false: the file has nothing of this column. */
bool dw_category_file_find(const dw_category_file *file, const char *column, dw_map *categories);

#endif
