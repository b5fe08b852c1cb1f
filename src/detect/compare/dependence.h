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

/* Rows looked at: all, or of a larger reference whole blocks or windows of time (DW_FRAME_BLOCKS). Current rows whose instants are asked
 * for their hours and days: a sample of more. Rows in the order of a file: the first. */
enum {
  DW_DEPENDENCE_ROWS = 20 * DW_FRAME_BLOCK,
  DW_DEPENDENCE_INSTANTS = 4 * DW_DEPENDENCE_ROWS,
  DW_DEPENDENCE_FIRST = 2 * DW_FRAME_BLOCK
};

typedef enum dw_cycle { DW_CYCLE_HOUR, DW_CYCLE_WEEKDAY, DW_CYCLES } dw_cycle;
enum { DW_CYCLE_CELLS = 24 }; /* at most, of a cycle */

typedef struct dw_dependent {
  const char *column;   /* the frame's */
  double time, missing; /* autocorrelation time, in rows, of its values and of whether it has one; 1: independent as far as one can see */
  double cycle[DW_CYCLES];                       /* share of the variance of the ranks that the cells explain; 0: no cycle was found */
  double p_value, p_missing, p_cycle[DW_CYCLES]; /* NaN: not asked */
  double rest[DW_CYCLES];                        /* autocorrelation time of what the cells of this cycle, and of those before it, leave */
  double mean[DW_CYCLES][DW_CYCLE_CELLS];        /* what the cells explain: the mean of the ranks, scaled to variance 1, in each */
  double spread[DW_CYCLES][DW_CYCLE_CELLS];      /* the same of the squared ranks, scaled to mean 0 and variance 1 */
  bool whole; /* the current rows lie in the cells of its cycles as the reference's do (dw_dependence_cover) */
} dw_dependent;

typedef struct dw_dependence {
  dw_dependent *item; /* columns of numbers and categories that rows depend in, or that have a cycle, as the reference has them */
  size_t count;
  uint64_t rows;                           /* of the reference */
  const char *unseen;                      /* why nothing can be said, as what follows "the reference: "; NULL: it was seen */
  double share[DW_CYCLES][DW_CYCLE_CELLS]; /* of the reference's rows in each cell */
} dw_dependence;

/* reference: finished and read, with dw_dataset.succession. */
void dw_dependence_find(dw_dependence *out, const dw_dataset *reference, const dw_compare_options *options);
/* The same of rows in the order of the file (DW_FRAME_FIRST), without cycles. skip: [succession->count] columns that are not asked. */
void dw_dependence_find_in_file(dw_dependence *out, const dw_dataset *reference, const dw_compare_options *options, const bool *skip);
void dw_dependence_free(dw_dependence *dependence);

/* Whether the current rows cover whole cycles, column by column; current: instants of them, or of a sample (DW_FRAME_SAMPLE). With n the
 * number of independent rows that they are worth where the cycle is taken away, the shares p and q of both sides' rows in its cells may
 * differ by as much as those of n rows at random: (sum of (q - p) mean)^2 <= share of the variance / n, so that what the cells' means add
 * to a test is not more than the cycle's variance, which n rows are held to have and whole cycles do not. The same of the squared ranks (a
 * share of at least 0.05), since cells may differ in how far from the middle their values lie; and, for whatever else they differ in, n
 * times the sum of (q - p)^2 / p is at most twice its mean there, the number of cells less 1. */
void dw_dependence_cover(dw_dependence *dependence, const dw_frame *current);

const dw_dependent *dw_dependence_of(const dw_dependence *dependence, const char *column); /* NULL: independent; dependence may be NULL */
/* The autocorrelation time that both sides count by: of what its cycles leave where the current rows cover them whole. */
double dw_dependent_time(const dw_dependent *one);
double dw_dependent_rest(const dw_dependent *one); /* of what its cycles leave; without one, of its values */
/* What rows with this autocorrelation time are worth of which a share was taken, as in a segment: rows / (1 + (time - 1) share), rounded
 * down, at least 1. */
uint64_t dw_dependence_worth(double time, uint64_t rows, double share);

#endif
