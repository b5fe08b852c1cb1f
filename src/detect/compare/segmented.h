/* segmented: the comparison inside each segment (--by): where a drift is, and which part of it. */
#ifndef DW_DETECT_SEGMENTED_H
#define DW_DETECT_SEGMENTED_H

#include "detect/compare/compare.h"
#include "kinds/summary.h"

/* How many comparisons are corrected together: that of the whole and those inside segments. */
size_t dw_segmented_family(const dw_dataset *reference);
/* Fills comparison->segment: the findings for each value that both sides have, the columns with the types of the whole, neither corrected
 * nor decided. comparison: of the whole, its findings are there. */
void dw_segmented_compare(dw_comparison *comparison, const dw_dataset *reference, const dw_dataset *current,
                          const dw_compare_options *options);
/* The p-values of the whole and of all segments as one family: dw_verdict_correct. */
void dw_segmented_correct(dw_comparison *comparison, dw_correction correction);
void dw_segmented_give(dw_comparison *comparison, const dw_limits *limits); /* the verdict of each segment: dw_verdict_give */
/* Once the whole has its verdict: the part of each, and the order. */
void dw_segmented_rank(dw_comparison *comparison);
void dw_segmented_free(dw_comparison *comparison); /* the segments alone */
/* What the summary says of them: every segment, the largest part of the drift first. */
void dw_segmented_summary(const dw_comparison *comparison, dw_arena *arena, dw_summary *out);

#endif
