/* contribution: which bins or categories carry most of a statistic: the member "contributions" of a finding's detail. */
#ifndef DW_DETECT_CONTRIBUTION_H
#define DW_DETECT_CONTRIBUTION_H

#include "data/columns/categories.h"
#include "io/text/json.h"
#include "stats/samples/distance.h"

/* Writes "contributions": the (up to five) largest of term[0 .. count), each with both sides' shares and its part of the sum of all terms;
 * ties by the order of the bins. Nothing when no term is positive. */
void dw_contribution_bins(dw_json *json, const dw_binned *bins, const double *term);
void dw_contribution_categories(dw_json *json, const dw_categories *categories, const double *term);

/* The same of the area between the distribution functions (power: see dw_gap_areas), over the tenths of the reference. */
void dw_contribution_areas(dw_json *json, dw_sorted reference, dw_sorted current, int power);

/* For tests whose statistic has no parts: Pearson's (reference - current)^2 / reference of the shares in the tenths of the reference. */
void dw_contribution_tenths(dw_json *json, dw_sorted reference, dw_sorted current);

#endif
