/* data_quality: slips of whoever writes the records, which are wrong whatever the column measures: cells of a column of numbers that are
 * none, one category written in several ways, columns whose names are alike, the same record twice.
 *
 * Each is told when it is there, also when the reference has it too (detail says of which side how much), and is drift only when the
 * current side has more of it: by a test of one share against the other that knows of no other alternative than "more", and by as much as
 * any drift has to be (dw_limits_effect). Which tests there are is decided by both sides taken together, so that without drift the
 * p-values are those of exact tests whatever is found.
 *
 * untold: why the share is told and not judged (static text; the warning of the finding); NULL: it is judged.
 */
#ifndef DW_DETECT_DATA_QUALITY_H
#define DW_DETECT_DATA_QUALITY_H

#include "detect/check/checks.h"

/* Cells of a column of numbers that are none (dw_column.strays), of all its cells: Fisher's exact test. No finding where neither side has
 * one. */
void dw_check_strays(dw_finding_list *findings, const dw_limits *limits, const char *name, dw_type type, const dw_column *reference,
                     const dw_column *current, dw_effective effective, const char *untold);
/* Categories that differ from another one in case (dw_letters_fold) or in blanks alone: leading, trailing, or several for one. Judged are
 * those that the reference never wrote so: the chance that all rows of the most frequent one fall to the current side, times the number of
 * categories that another one is like. No finding where there are none of these. */
void dw_check_variants(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair);

size_t dw_check_spellings(const dw_categories *all); /* how many categories differ from another one so */

/* Records that repeat another one of their side. Of the larger side the share is the one to be expected of as many of its records as the
 * smaller side has, drawn by chance: the more records, the more of them are alike. Fisher's exact test; with independent records the number
 * of different ones is spread less than a binomial one. No finding where neither side has any. */
void dw_check_repeats(dw_finding_list *findings, const dw_limits *limits, const dw_repeats *reference, const dw_repeats *current,
                      double time, const char *untold);

extern const char dw_check_repeats_matched[], dw_check_repeats_uneven[]; /* why they are told and not judged */

/* A column by its name, and which side has it. */
typedef struct dw_named_column {
  const char *name;
  dw_type type;
  bool reference, current;
} dw_named_column;
/* Names that differ in case, blanks or underscores alone, a finding for each such group: no test, and no drift by itself. */
void dw_check_names(dw_finding_list *findings, const dw_named_column *column, size_t count);

#endif
