#include "stats/shift/shift_rule.h"

#include "test.h"

TEST(drift_needs_both)
{
  CHECK(dw_shift_is_drift(0.049, DW_SHIFT_ALPHA, 0.1, DW_SHIFT_MIN_EFFECT));
  CHECK(!dw_shift_is_drift(0.05, DW_SHIFT_ALPHA, 0.1, DW_SHIFT_MIN_EFFECT));
  CHECK(!dw_shift_is_drift(1e-200, DW_SHIFT_ALPHA, 0.0999, DW_SHIFT_MIN_EFFECT));
  CHECK(dw_shift_is_drift(1e-200, DW_SHIFT_ALPHA, 0.06, DW_SHIFT_MIN_EFFECT_LABEL));
  CHECK(!dw_shift_is_drift(NAN, DW_SHIFT_ALPHA, 3, DW_SHIFT_MIN_EFFECT));
  CHECK(!dw_shift_is_drift(0, DW_SHIFT_ALPHA, NAN, DW_SHIFT_MIN_EFFECT));
}

TEST(severity_goes_by_effect_alone)
{
  CHECK(dw_shift_severity_of(false, 3) == DW_SHIFT_NONE);
  CHECK(dw_shift_severity_of(true, 0.199) == DW_SHIFT_LOW);
  CHECK(dw_shift_severity_of(true, 0.2) == DW_SHIFT_MIDDLE);
  CHECK(dw_shift_severity_of(true, 0.499) == DW_SHIFT_MIDDLE);
  CHECK(dw_shift_severity_of(true, 0.5) == DW_SHIFT_GREAT);
}
