/* calibrate_case: a baseline made ready, simulated and judged, as dw-calibrate thresholds does it. */
#ifndef DW_TESTS_CALIBRATE_CASE_H
#define DW_TESTS_CALIBRATE_CASE_H

#include "detect/calibrate/null_thresholds.h"
#include "fixture.h"

/* Thresholds of the runs, as a file would hold them; the names are the runs'. */
static inline dw_calibrated case_thresholds(dw_null_runs *runs, double rate, dw_minp_level *level)
{
  dw_calibrated out = {.share = NAN};
  dw_err err = {0};
  dw_arena_init(&out.names);
  out.item = dw_alloc_zero(runs->count, sizeof *out.item);
  dw_status status = dw_null_thresholds(runs, rate, out.item, level, &err);
  out.level = level->level;
  CHECK_MSG(status == DW_OK, "%s", err.message);
  for (size_t i = 0; i < runs->count && status == DW_OK; i++)
    if (!isnan(out.item[i].threshold)) out.item[out.count++] = out.item[i];
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
