/* dependence: rows of the reference in time order: how many independent ones each column's are worth, and whether the hours of the day or
 * the days of the week tell its values.
 *
 * The reference alone says it, for both sides: in the current rows a change that came among them would pass for dependence, and hide
 * itself. An answer is given only where independent rows would hardly give one: over all columns and questions of a run of independent
 * rows, the chance that any is said is at most DW_DEPENDENCE_ALPHA. Rows of one instant are taken in an order of chance, so that the order
 * of a file within a second, or a day, is not taken for one in time.
 */
#ifndef DW_DETECT_DEPENDENCE_H
#define DW_DETECT_DEPENDENCE_H

#include "data/datasets/dataset.h"
#include "detect/compare/compare.h"

#define DW_DEPENDENCE_ALPHA 0.05

/* Rows looked at: all, or of a larger reference whole blocks (DW_FRAME_BLOCKS), where it is in time order as it stands. */
enum { DW_DEPENDENCE_ROWS = 20 * DW_FRAME_BLOCK };

typedef enum dw_cycle { DW_CYCLE_HOUR, DW_CYCLE_WEEKDAY, DW_CYCLES } dw_cycle;

typedef struct dw_dependent {
  const char *column;   /* the frame's */
  double time, missing; /* autocorrelation time, in rows, of its values and of whether it has one; 1: independent as far as one can see */
  double cycle[DW_CYCLES];                       /* share of the variance of the ranks that the cells explain; 0: no cycle was found */
  double p_value, p_missing, p_cycle[DW_CYCLES]; /* NaN: not asked */
} dw_dependent;

typedef struct dw_dependence {
  dw_dependent *item; /* columns of numbers and categories that rows depend in, or that have a cycle, as the reference has them */
  size_t count;
  uint64_t rows; /* of the reference */
  bool unseen;   /* no row has an instant, or only blocks were kept and rows do not stand in time order: nothing can be said */
} dw_dependence;

/* reference: finished and read, with dw_dataset.succession. */
void dw_dependence_find(dw_dependence *out, const dw_dataset *reference, const dw_compare_options *options);
void dw_dependence_free(dw_dependence *dependence);

const dw_dependent *dw_dependence_of(const dw_dependence *dependence, const char *column); /* NULL: independent; dependence may be NULL */
/* What rows with this autocorrelation time are worth of which a share was taken, as in a segment: rows / (1 + (time - 1) share), rounded
 * down, at least 1. */
uint64_t dw_dependence_worth(double time, uint64_t rows, double share);

#endif
