#include "stats/shift/shift_rule.h"

bool dw_shift_is_drift(double p_adjusted, double alpha, double h, double min_effect) { return p_adjusted < alpha && h >= min_effect; }

dw_shift_severity dw_shift_severity_of(bool drift, double h)
{
  if (!drift) return DW_SHIFT_NONE;
  return h < DW_SHIFT_MEDIUM ? DW_SHIFT_LOW : h < DW_SHIFT_HIGH ? DW_SHIFT_MIDDLE : DW_SHIFT_GREAT;
}
