/* method_matched: a column within the cells of the calendar that both sides have (dw_pair.cells): the default method's numbers and those
 * of the checks of shares. Their test is that of stats/shift/stratified.h.
 */
#ifndef DW_DETECT_METHOD_MATCHED_H
#define DW_DETECT_METHOD_MATCHED_H

#include "detect/method/method.h"
#include "stats/shift/stratified.h"

/* The categories of the whole that are told apart within cells are the most frequent ones; the others are counted as one. */
enum { DW_MATCHED_CATEGORIES = 1024 };

/* h NaN: no cell has values of the column on both sides. */
void dw_matched_shift(dw_pair *pair, dw_share_shift *out);
/* The size of the difference: of numbers the mean over the cells, in standard deviations within them; superiority and intervals are NaN. */
void dw_matched_strength(const dw_pair *pair, dw_strength *out);
/* Numbers and categories. detail gets the members "omnibus" and "matched". DW_ENODATA: as above. */
dw_status dw_matched_run(dw_pair *pair, const dw_stratified_settings *settings, dw_method_result *result, dw_stratified *test, dw_err *err);

/* Missing cells against the others. DW_ENODATA: no cell has rows on both sides. */
dw_status dw_matched_missing(const dw_pair_cells *cells, const dw_stratified_settings *settings, double *p_value, dw_share_shift *out,
                             dw_err *err);

/* The chance that rows[cell] pooled rows of each cell, whichever they are, all belong to the current side, whose rows are current_rows of
 * reference_rows + current_rows. */
double dw_matched_exceedance(const uint64_t *reference_rows, const uint64_t *current_rows, const uint64_t *rows, size_t cells);

#endif
