#include "model/encode/task.h"

#include <math.h>
#include <string.h>

static const char *const names[DW_TASKS] = {"binary", "multiclass", "regression"};

const char *dw_task_name(dw_task task) { return names[task]; }

bool dw_task_from_name(const char *name, dw_task *task)
{
  for (int i = 0; i < DW_TASKS; i++)
    if (strcmp(names[i], name) == 0) {
      *task = (dw_task)i;
      return true;
    }
  return false;
}

dw_task dw_task_of_classes(size_t distinct) { return distinct > 2 ? DW_TASK_MULTICLASS : DW_TASK_BINARY; }

dw_task dw_task_of_numbers(const double *distinct, size_t count)
{
  if (count <= 2) return DW_TASK_BINARY;
  if (count > DW_TASK_NUMBERS) return DW_TASK_REGRESSION;
  for (size_t i = 0; i < count; i++)
    if (distinct[i] != floor(distinct[i])) return DW_TASK_REGRESSION;
  return DW_TASK_MULTICLASS;
}
