/* method_parts: what the rooms of methods for numeric and categorical columns share; for src/detect/method/method*.c alone. */
#ifndef DW_DETECT_METHOD_PARTS_H
#define DW_DETECT_METHOD_PARTS_H

#include "detect/method/method.h"
#include "io/text/json.h"
#include "stats/samples/distance.h"

/* The counts by category; a numeric column is counted by value when a method for categories is asked of it. */
const dw_categories *dw_pair_counts(dw_pair *pair);

/* How far off gaps between the two distribution functions of numbers may be: the rank errors of both sides together; 0: exact. */
double dw_pair_rank_slack(const dw_pair *pair);
/* DW_ENODATA: values are in sketches, or counts known within bounds, and the method has nothing to say then. */
dw_status dw_pair_needs_exact(const dw_pair *pair, dw_err *err);

/* The finding's detail: open it, write members, close it (an empty one is dropped). */
void dw_detail_open(dw_json *json, dw_method_result *result);
void dw_detail_close(dw_json *json, dw_method_result *result);

dw_status dw_take_test(dw_status status, const dw_test *test, dw_method_result *result); /* statistic and p-value */

/* Where a statistic of the gap between the distribution functions is attained. */
void dw_detail_location(double location, dw_method_result *result);

/* The bins that a distance compares: of a numeric column by the settings' rule, or of the categories (no edges). Frees with dw_binned_free.
 */
dw_status dw_pair_bins(dw_pair *pair, const dw_method_settings *settings, dw_binned *out, dw_err *err);
/* Are those Evidently's? */
static inline bool dw_bins_evidently(const dw_method_settings *settings)
{
  return settings->preset == DW_PRESET_EVIDENTLY || settings->bins.kind == DW_BINS_EVIDENTLY;
}

#endif
