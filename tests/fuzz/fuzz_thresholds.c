/* fuzz_thresholds: what dw-calibrate wrote, read as thresholds of comparisons and as margins of canaries (of detectors: fuzz_detectors.c);
 * what is taken is found by the name that it is of, and margins are written and read again as they are. */
#include <math.h>

#include "canary/judge/canary_margins.h"
#include "detect/check/calibrated.h"
#include "target.h"

static const char *margins_again(const dw_canary_margins *margins)
{
  dw_err err = {0};
  dw_buf once = {0}, twice = {0};
  dw_canary_margins again = {0};
  const char *problem = NULL;
  dw_canary_margins_write(margins, &once);
  if (dw_canary_margins_parse(&again, once.data, once.length, "f", &err) != DW_OK) problem = "margins that were written are refused";
  dw_canary_margins_write(&again, &twice);
  if (!problem && (once.length != twice.length || (once.length && memcmp(once.data, twice.data, once.length) != 0)))
    problem = "margins differ when they are read again";
  dw_canary_margins_free(&again);
  dw_buf_free(&once);
  dw_buf_free(&twice);
  return problem;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_calibrated calibrated = {0};
  dw_canary_margins margins = {0};
  const char *problem = NULL;
  if (dw_calibrated_parse(&calibrated, bytes, length, "f", &err) == DW_OK) {
    for (size_t i = 0; i < calibrated.count; i++) {
      const dw_threshold *t = &calibrated.item[i];
      if (t->column && !dw_calibrated_find(&calibrated, t->check, t->column, t->method)) problem = "a threshold that is not found";
      dw_threshold_fits(t, 100, 100);
    }
    dw_calibrated_misfit(&calibrated, 100, 100);
  }
  dw_calibrated_free(&calibrated);
  if (dw_canary_margins_parse(&margins, bytes, length, "f", &err) == DW_OK && margins.count && !problem) problem = margins_again(&margins);
  dw_canary_margins_free(&margins);
  return problem;
}

FUZZ_TARGET("thresholds", fuzz_one, fuzz_values);
