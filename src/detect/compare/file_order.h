/* file_order: whether the reference's rows resemble their neighbours in the file where nobody said what their time is.
 *
 * A file that is sorted by a column, or grouped by one, has alike neighbours and no dependence: nothing is said of it. What tells it from
 * one in time order is a column of instants that is in order, or, where no column holds instants, that no column is sorted or grouped.
 */
#ifndef DW_DETECT_FILE_ORDER_H
#define DW_DETECT_FILE_ORDER_H

#include "detect/compare/dependence.h"

typedef struct dw_file_order {
  const char *column; /* the one whose rows are worth least; NULL: nothing to say */
  size_t count;       /* of all such columns */
  const char *time;   /* the column of instants that the rows are in the order of; NULL: there is none */
} dw_file_order;

/* reference: finished and read, with dw_dataset.succession of DW_FRAME_FIRST. Of independent rows something is said with at most the
 * chance of dependence.h. Names are the frame's. */
void dw_file_order_find(dw_file_order *out, const dw_dataset *reference, const dw_compare_options *options);

#endif
