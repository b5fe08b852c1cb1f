/* segmented: the comparison inside each segment (--by): where a drift is, and which part of it. */
#ifndef DW_DETECT_SEGMENTED_H
#define DW_DETECT_SEGMENTED_H

#include "detect/compare/compare.h"
#include "kinds/summary.h"

/* Fills comparison->segment: one for each value that both sides have, the columns with the types of the whole; the p-values of all segments
 * together are corrected as one family, apart from the whole's. comparison: of the whole, its findings are there. */
void dw_segmented_compare(dw_comparison *comparison, const dw_dataset *reference, const dw_dataset *current,
                          const dw_compare_options *options);
/* Once the whole has its verdict: the part of each, and the order. */
void dw_segmented_rank(dw_comparison *comparison);
void dw_segmented_free(dw_comparison *comparison); /* the segments alone */
/* What the summary says of them: every segment, the largest part of the drift first. */
void dw_segmented_summary(const dw_comparison *comparison, dw_arena *arena, dw_summary *out);

#endif
