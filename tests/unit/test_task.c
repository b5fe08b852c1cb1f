/* The rule of the task; that dw-train and dw-eval follow it alike is held by tests/dw-eval.bats. */
#include "model/encode/task.h"

#include "test.h"

TEST(names_there_and_back)
{
  dw_task task;
  for (int i = 0; i < DW_TASKS; i++) CHECK(dw_task_from_name(dw_task_name((dw_task)i), &task) && task == (dw_task)i);
  CHECK(!dw_task_from_name("ranking", &task));
}

TEST(numbers)
{
  double whole[11] = {-3, 0, 1, 2, 3, 4, 5, 6, 7, 1e300, 9}, halves[] = {1, 1.5, 2};
  CHECK(dw_task_of_numbers(whole, 0) == DW_TASK_BINARY);
  CHECK(dw_task_of_numbers(halves, 2) == DW_TASK_BINARY); /* two of anything */
  CHECK(dw_task_of_numbers(whole, 3) == DW_TASK_MULTICLASS);
  CHECK(dw_task_of_numbers(halves, 3) == DW_TASK_REGRESSION);
  CHECK(dw_task_of_numbers(whole, 10) == DW_TASK_MULTICLASS);
  CHECK(dw_task_of_numbers(whole, 11) == DW_TASK_REGRESSION);
}

TEST(strings)
{
  CHECK(dw_task_of_classes(1) == DW_TASK_BINARY);
  CHECK(dw_task_of_classes(2) == DW_TASK_BINARY);
  CHECK(dw_task_of_classes(3) == DW_TASK_MULTICLASS);
  CHECK(dw_task_of_classes(500) == DW_TASK_MULTICLASS);
}
