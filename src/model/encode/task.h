/* task: what a label asks of a model. The one rule by which every command tells it from the labels. */
#ifndef DW_MODEL_TASK_H
#define DW_MODEL_TASK_H

#include <stdbool.h>
#include <stddef.h>

typedef enum dw_task { DW_TASK_BINARY, DW_TASK_MULTICLASS, DW_TASK_REGRESSION } dw_task;

enum {
  DW_TASKS = 3,         /* the number of them, and: let the label tell */
  DW_TASK_NUMBERS = 10, /* so many distinct whole numbers are classes still */
  DW_TASK_MOST_CLASSES = 1000
};

const char *dw_task_name(dw_task task); /* "binary" … */
bool dw_task_from_name(const char *name, dw_task *task);

/* Of labels that are strings or booleans: up to two distinct ones are binary, more multiclass. */
dw_task dw_task_of_classes(size_t distinct);

/* Of labels that are numbers: up to two distinct ones are binary, up to DW_TASK_NUMBERS whole ones multiclass, others a regression. Only
 * the first DW_TASK_NUMBERS + 1 distinct values are looked at; more need not be given. */
dw_task dw_task_of_numbers(const double *distinct, size_t count);

#endif
