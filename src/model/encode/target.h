/* target: what a model learns to tell: the label column, its classes or numbers, and the task that follows from them. */
#ifndef DW_MODEL_TARGET_H
#define DW_MODEL_TARGET_H

#include <stddef.h>

#include "base/err.h"
#include "io/text/json.h"
#include "model/encode/matrix.h"
#include "model/encode/task.h"

typedef struct dw_target {
  dw_task task;
  char *column; /* NULL: not known (a model that was not trained here) */
  /* their JSON texts (1, true, "fraud"): numbers ascending, then the others by their bytes; the second of two is the positive one */
  dw_map classes;
} dw_target;

void dw_target_init(dw_target *target);
void dw_target_free(dw_target *target);

/* task: DW_TASKS to tell it by the rule of model/encode/task.h, or the one that is wanted. positive: the text of the class to be the second
 * of two, NULL for the order above. DW_EDATA: no such label, or one that does not suit the task. DW_ENODATA: one class only. */
dw_status dw_target_learn(dw_target *target, const dw_matrix *matrix, const char *column, int task, const char *positive, dw_err *err);
/* The number of the class of a row, or the number itself; NaN where the label is missing or (of a model trained before) no known class. */
float dw_target_value(const dw_target *target, const dw_matrix_column *column, size_t row);

/* The classes in the order of the scores, as a list of class_list.h that goes with the scores; nothing when everybody takes them for what
 * they are: a regression, classes 0 and 1, false and true, or two of a model that names none. outputs: numbers of a score. */
void dw_target_list(const dw_target *target, size_t outputs, dw_buf *out);
/* a class as a text: what stands between the quotes, if it has any */
void dw_target_text(const dw_target *target, size_t place, dw_buf *out);
bool dw_target_equal(const dw_target *a, const dw_target *b); /* the same task and classes, as far as both name them */

void dw_target_write(const dw_target *target, dw_json *json, const char *key); /* {"column","classes"} */
/* "task" and "label" of a model document */
dw_status dw_target_read(dw_target *target, const dw_value *document, const char *name, dw_err *err);

#endif
