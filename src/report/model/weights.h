/* weights: what columns are worth to a model, brought into a report: shares that add up to 1 over the model's columns, whoever made them.
 * A column that the model has not is worth nothing that is known.
 *
 * Columns are then in order of their importance, those that drifted first; the summary's share of columns that drifted has a second one
 * beside it, in which each column counts by its importance. What the model has and was not compared counts as not drifted.
 */
#ifndef DW_REPORT_WEIGHTS_H
#define DW_REPORT_WEIGHTS_H

#include "base/map.h"
#include "report/model/findings.h"

/* share [columns->count]. Behind dw_findings_finish. */
void dw_report_weigh(dw_report *report, const dw_map *columns, const double *share);

#endif
