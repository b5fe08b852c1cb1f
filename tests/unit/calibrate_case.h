/* calibrate_case: a baseline made ready, simulated and judged, as dw-calibrate thresholds does it. */
#ifndef DW_TESTS_CALIBRATE_CASE_H
#define DW_TESTS_CALIBRATE_CASE_H

#include "detect/check/calibrated.h"
#include "detect/calibrate/null_runs.h"
#include "fixture.h"
#include "stats/tests/minp.h"

/* Thresholds of the runs, as a file would hold them; the names are the runs'. */
static inline dw_calibrated case_thresholds(dw_null_runs *runs, double rate, dw_minp_level *level)
{
  dw_calibrated out = {.share = NAN};
  dw_err err = {0};
  dw_arena_init(&out.names);
  dw_minp_test *test = dw_alloc_zero(runs->count, sizeof *test);
  for (size_t i = 0; i < runs->count; i++)
    test[i] = (dw_minp_test){.score = runs->item[i].score, .low = runs->item[i].low, .exact = runs->item[i].exact};
  dw_status status = dw_minp_limits(test, runs->count, runs->runs, rate, level, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  for (size_t i = 0; i < runs->count && status == DW_OK; i++) {
    if (isnan(test[i].limit)) continue;
    out.item = dw_grow(out.item, &out.capacity, out.count + 1, sizeof *out.item);
    out.item[out.count++] = (dw_threshold){runs->item[i].column,
                                           runs->item[i].method,
                                           runs->item[i].check,
                                           test[i].limit,
                                           runs->item[i].low ? DW_RULE_BELOW : DW_RULE_ABOVE,
                                           (double)runs->rows,
                                           (double)runs->reference_rows};
  }
  dw_free(test);
  return out;
}

static inline bool case_prepare(dw_null_runs *runs, const dw_dataset *baseline, const dw_null_options *options)
{
  dw_err err = {0};
  dw_status status = dw_null_prepare(runs, baseline, options, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  return status == DW_OK;
}

#endif
