/* joint_mmd: the kernel two-sample test (stats/tests/kernel.h) of whole rows.
 *
 * A column of numbers is one coordinate, standardised (missing: its mean); one of categories has a coordinate for each of its seven most
 * frequent and one for the others, scaled so that two rows are as far apart on average as by a number. Means, deviations and shares are
 * those of both sides together: a permutation test holds only where nothing in it knows the sides. At most 1,000 rows a side, drawn by
 * row number, fewer for very many columns.
 */
#ifndef DW_DETECT_JOINT_MMD_H
#define DW_DETECT_JOINT_MMD_H

#include "base/err.h"
#include "detect/joint/joint_table.h"
#include "stats/tests/kernel.h"

typedef struct dw_joint_distance {
  dw_mmd mmd;
  size_t rows[DW_SIDES]; /* used */
} dw_joint_distance;

/* DW_ENODATA: no columns, or fewer than two rows on a side. */
dw_status dw_joint_mmd_run(dw_joint_distance *out, const dw_joint_table *table, unsigned threads, dw_err *err);

#endif
