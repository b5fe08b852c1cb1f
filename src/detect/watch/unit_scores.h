/* unit_scores: what one period of time looks like, in a few numbers, against all others: those of a baseline against the rest of it, those
 * that come against all of it. Inside of detect/watch/unit_stream only.
 *
 *   location     mean of the values' midranks among the baseline's, as shares: where they lie
 *   spread       distance of the quartiles
 *   share_shift  the largest change of a share (stats/shift/share_shift.h), h at the baseline's quantiles, or of a category
 *   upper, lower share of the values beyond the baseline's 95 % and 5 % quantile
 *   median       itself; with a line instead of location, since ranks among the baseline end where the baseline does
 *   top          share of the baseline's most frequent category
 *   fresh        share of categories that the rest of the baseline does not have
 *   missing      share of rows without a value
 *
 * A period of the baseline is compared with the baseline without it, and for share_shift also without its neighbours as far as they
 * resemble it (`near`), since those that come have no neighbours in the baseline.
 */
#ifndef DW_DETECT_UNIT_SCORES_H
#define DW_DETECT_UNIT_SCORES_H

#include "data/columns/column.h"
#include "detect/watch/units.h"

typedef enum dw_unit_score {
  DW_UNIT_LOCATION,
  DW_UNIT_SPREAD,
  DW_UNIT_SHARE_SHIFT,
  DW_UNIT_UPPER,
  DW_UNIT_LOWER,
  DW_UNIT_MEDIAN,
  DW_UNIT_TOP,
  DW_UNIT_FRESH,
  DW_UNIT_MISSING,
  DW_UNIT_SCORES
} dw_unit_score;
extern const char *const dw_unit_score_names[DW_UNIT_SCORES];

/* Numbers of one column of a side, period by period. */
typedef struct dw_unit_values {
  double *value; /* ascending within a period */
  size_t *start; /* [units + 1] */
  size_t *rows;  /* [units] of the period, with and without a value */
  size_t units;
} dw_unit_values;

/* number: [frame->rows], NaN without a value. */
void dw_unit_values_make(dw_unit_values *out, const dw_units *units, const double *number);
void dw_unit_values_free(dw_unit_values *values);

/* The score of period u; NaN: it has no value. baseline: its values, ascending. own: the period is one of the baseline, of which `near`
 * periods on either side are left out for share_shift. */
double dw_unit_score_numbers(dw_unit_score score, dw_sorted baseline, const dw_unit_values *values, size_t u, bool own, size_t near);

/* Categories of one column of a side, row by row. */
typedef struct dw_unit_categories {
  uint32_t *place;          /* [frame->rows] in the baseline's categories; DW_UNIT_NONE: no value */
  const uint64_t *baseline; /* [count] counts */
  size_t count;
  uint64_t total;
} dw_unit_categories;

#define DW_UNIT_NONE UINT32_MAX

double dw_unit_score_categories(dw_unit_score score, const dw_unit_categories *categories, const dw_units *units, size_t u, bool own,
                                size_t near);

#endif
