/* class_list: the classes of a model in the order of its scores, as they travel: a JSON array, ["a","b"] or [0,1,2]. */
#ifndef DW_MODEL_CLASS_LIST_H
#define DW_MODEL_CLASS_LIST_H

#include <stddef.h>

#include "base/err.h"
#include "data/frames/labels.h"

/* Behind the name of a score: the field that says which classes it is of, such as score_classes. It is a text, so that CSV and NDJSON hold
 * the same, and to every other command it is a category with one value. */
#define DW_CLASSES_SUFFIX "_classes"

typedef struct dw_class_item {
  char *json; /* as it is shown: "a", 1, true */
  char *text; /* of a text; NULL: a number or a boolean */
  size_t length;
  bool is_boolean;
  double number; /* of a number, or 0 and 1 */
} dw_class_item;

typedef struct dw_class_list {
  dw_class_item *item;
  size_t count;
} dw_class_list;

/* A JSON array of texts, numbers and booleans, or words with commas between them (then texts, as they stand). DW_EDATA: neither, fewer than
 * two, or one of them twice. The list is empty then. */
dw_status dw_class_list_parse(dw_class_list *out, const char *text, size_t length, dw_err *err);
void dw_class_list_free(dw_class_list *list);
void dw_class_list_print(const dw_class_list *list, dw_buf *out); /* "a", "b" */

/* What a class is among these labels, which are turned as labels of their kind would turn them. NaN: labels->clash says why. */
double dw_class_item_value(const dw_class_item *item, dw_labels *labels);

#endif
