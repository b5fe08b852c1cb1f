/* severity: how bad it is. The order is that of the words, and a higher one is worse.
 *
 * A drift is graded on a scale: a number, and from which number on it is medium and high. What is made of several parts, columns and
 * segments and checks, is as bad as its worst part, unless somebody asks for another rule.
 */
#ifndef DW_KINDS_SEVERITY_H
#define DW_KINDS_SEVERITY_H

#include <stdbool.h>

typedef enum dw_severity { DW_SEVERITY_NONE, DW_SEVERITY_LOW, DW_SEVERITY_MEDIUM, DW_SEVERITY_HIGH } dw_severity;

const char *dw_severity_word(dw_severity severity);             /* "none", "low", "medium", "high" */
bool dw_severity_find(const char *word, dw_severity *severity); /* false: no such word, or word is NULL */
#define DW_SEVERITY_WORDS "none, low, medium or high"           /* for messages */

/* The scales: what the number is, and from where it is medium and high. */
/* clang-format off */
#define DW_SCALE_ROWS(ROW) \
  /*  DW_SCALE_…  in documents    medium  high */ \
  ROW(KIND,       "kind",         NAN,    NAN)   /* no number: a matter of what it is, such as a lost column */ \
  ROW(H,          "h",            0.2,    0.5)   /* of the share that changed most, Cohen's h */ \
  ROW(SIZE,       "size",         0.3,    0.6)   /* of a difference that is 0 to 1: |2 AUC - 1|, a correlation's change */ \
  ROW(TIMES,      "times",        1.5,    3)     /* the score as a multiple of its threshold, from where nothing drifts */ \
  ROW(CHANCE,     "chance",       5,      50)    /* how many times smaller than its threshold a p-value is */ \
  ROW(CELLS,      "cells",        0.01,   0.1)   /* share of cells beyond a limit of 0 */ \
  ROW(COLUMNS,    "columns",      0.2,    0.5)   /* share of columns that drifted */ \
  ROW(EFFECT,     "effect",       NAN,    NAN)   /* of a canary: the method says from where */ \
  ROW(BELOW,      "mean_z",       -1.5,   -2)    /* of a canary by rule seed: the further below, the worse */
/* clang-format on */

#define DW_SCALE_ENTRY(scale, ...) DW_SCALE_##scale,
typedef enum dw_scale { DW_SCALE_ROWS(DW_SCALE_ENTRY) DW_SCALES, DW_SCALE_UNKNOWN = DW_SCALES } dw_scale;
#undef DW_SCALE_ENTRY

typedef struct dw_grading {
  dw_scale scale;
  double value;        /* NaN: of KIND */
  double medium, high; /* NaN: never */
} dw_grading;

dw_grading dw_grading_of(dw_scale scale, double value);     /* with the scale's own bounds */
dw_severity dw_grading_severity(const dw_grading *grading); /* LOW for KIND: whoever knows the kind says */
const char *dw_scale_word(dw_scale scale);
dw_scale dw_scale_named(const char *word); /* UNKNOWN: of a later version */

#endif
