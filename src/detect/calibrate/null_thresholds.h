/* null_thresholds: the thresholds that simulated runs without drift ask for.
 *
 *   dw_null_prepare(&runs, ...); dw_null_simulate(&runs, 2000);
 *   dw_null_thresholds(&runs, 0.05, threshold, &level, &err);
 */
#ifndef DW_DETECT_NULL_THRESHOLDS_H
#define DW_DETECT_NULL_THRESHOLDS_H

#include "detect/calibrate/null_runs.h"
#include "detect/check/calibrated.h"
#include "stats/tests/minp.h"

/* out[runs->count], in the order of runs->item; threshold NaN: the method had no answer in any run. All get the same level, with which a
 * run alarms at most at `rate`. While rows are drawn by themselves the exact p-values hold, and their threshold is that level: the runs
 * tell which alarm together. Scores that are statistics of share_shift become p-values then, by their rank among the runs. Of whole looks
 * (dw_null_by_look) the limits are those of stats/tests/look_limits.h, and the rate in *level is what they can promise, which may be above
 * `rate`. DW_ENODATA: too few runs. */
dw_status dw_null_thresholds(dw_null_runs *runs, double rate, dw_threshold *out, dw_minp_level *level, dw_err *err);

#endif
