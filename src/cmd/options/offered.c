#include "cmd/options/offered.h"

#include <stddef.h>

#include "canary/judge/canary_methods.h"
#include "detect/check/methods.h"
#include "detect/joint/joint.h"
#include "kinds/check.h"
#include "model/judge/metrics.h"

const char *const dw_offered_fail_on[] = {"any", "share", "column:", "severity:low", "severity:medium", "severity:high", NULL};

/* What stands behind the last of a table. */
static const char *behind(int index, int count, const char *first, const char *second)
{
  return index == count ? first : index == count + 1 ? second : NULL;
}

const char *dw_offered_method(int index)
{
  size_t count = 0;
  while (dw_method_at(count)) count++;
  return (size_t)index < count ? dw_method_at((size_t)index)->name : behind(index, (int)count, "all", NULL);
}

const char *dw_offered_canary_method(int index)
{
  if (index < (int)DW_CANARY_METHODS) return dw_canary_method_name((dw_canary_method)index);
  return behind(index, (int)DW_CANARY_METHODS, "all", "auto");
}

const char *dw_offered_joint(int index)
{
  return index < DW_JOINT_METHODS ? dw_joint_methods[index].name : behind(index, DW_JOINT_METHODS, "all", NULL);
}

const char *dw_offered_check(int index)
{
  for (int check = 0; check < (int)DW_CHECKS; check++)
    if (dw_check_is_of_columns((dw_check)check) && index-- == 0) return dw_check_of((dw_check)check)->name;
  return NULL;
}

const char *dw_offered_metric(int index) { return index < (int)DW_METRICS ? dw_metric_name((dw_metric)index) : NULL; }
