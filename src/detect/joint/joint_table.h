/* joint_table: the columns that both sides have, side by side, as the methods that look at all of them together want them.
 *
 * Made of the frames of two datasets and of the types that the comparison gave the columns. A numeric feature has numbers, a categorical
 * one codes that mean the same value on both sides. Views into the frames, which must outlive it.
 */
#ifndef DW_DETECT_JOINT_TABLE_H
#define DW_DETECT_JOINT_TABLE_H

#include "data/frames/frame.h"
#include "data/columns/schema.h"

typedef struct dw_joint_column {
  const char *name;
  dw_type type; /* others than NUMERIC and CATEGORICAL are left out */
} dw_joint_column;

enum { DW_REFERENCE = 0, DW_CURRENT = 1, DW_SIDES = 2 };

typedef struct dw_joint_feature {
  const char *name;
  bool categorical;
  const double *number[DW_SIDES]; /* numeric: [rows], NaN: missing; NULL: all are */
  uint32_t *code[DW_SIDES];       /* categorical: [rows], 0: missing, else 1 to categories, as they first occur, the reference's first */
  size_t categories;
} dw_joint_feature;

typedef struct dw_joint_table {
  dw_joint_feature *feature;
  size_t count;
  size_t rows[DW_SIDES];
  const uint64_t *row[DW_SIDES]; /* row numbers, from which folds are drawn */
  uint64_t seen[DW_SIDES];       /* rows that these are a sample of */
} dw_joint_table;

/* Columns without any value on both sides are left out. */
void dw_joint_table_make(dw_joint_table *table, const dw_joint_column *column, size_t count, const dw_frame *reference,
                         const dw_frame *current);
/* The rows of a side in an order drawn from their numbers: [rows]; the caller frees. The first n are a uniform sample. Other purposes,
 * other orders. */
uint32_t *dw_joint_shuffle(const dw_joint_table *table, int side, const char *purpose);
void dw_joint_table_free(dw_joint_table *table);

#endif
