/* checks: what can go wrong with a column besides its distribution: its schema, missing values, categories never seen, values out of range;
 * and what labels and scores tell.
 *
 * Each adds a finding when there is something to say. The statistical ones are exact tests whose false-alarm rate is known, and drift from
 * them has to be as large as any (dw_limits_effect): a single new category in a million rows is reported, and is no drift. A test that
 * found nothing at all to report (p = 1) is counted in `without_finding`, since a correction for many tests must know of it, unless it
 * could not have found anything.
 */
#ifndef DW_DETECT_CHECKS_H
#define DW_DETECT_CHECKS_H

#include "data/datasets/dataset.h"
#include "kinds/finding.h"
#include "detect/check/limits.h"

typedef struct dw_finding_list {
  dw_finding *item;
  size_t count, capacity;
  size_t without_finding; /* tests of DW_TESTS_BESIDE that ran, have p = 1 and no finding */
} dw_finding_list;

/* Room for one more, initialised. Valid until the next one. */
dw_finding *dw_finding_list_add(dw_finding_list *findings, dw_check check, const char *column, dw_type type);

/* What a check found of one share, and the verdict on it: by the p-value, and by how much the share changed. Beside a preset, whose own
 * findings know of no share, the p-value alone decides, and is asked for more certainty since there are several checks for every column. */
void dw_check_take_share(dw_finding *finding, const dw_share_shift *found, dw_shift_place place);
void dw_check_judge_share(dw_finding *finding, const dw_limits *limits, const char *method, double p_value);

/* Either side NULL: the column is missing, or new. Otherwise: a kind of value (number, string …) that the reference never held. */
void dw_check_schema(dw_finding_list *findings, const char *name, dw_type type, const dw_column *reference, const dw_column *current);
/* Share of missing and infinite cells: Fisher's exact test of the 2 x 2 table, of as many rows as they are worth. */
void dw_check_missing(dw_finding_list *findings, const dw_limits *limits, const char *name, dw_type type, const dw_column *reference,
                      const dw_column *current, dw_effective effective);
/* The same within the cells of the pair: Mantel and Haenszel's sum, by deals. The checks of values below see to pair->cells themselves. */
void dw_check_missing_matched(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair, const dw_method_settings *settings);
/* The shares of missing cells on both sides, and the change as effect and direction. current NULL: the reference's alone. */
void dw_check_missing_shares(dw_finding *finding, const dw_column *reference, const dw_column *current, dw_effective effective);
/* Categories of one side only: for each, the chance that all its k occurrences fall on that side (hypergeometric), the least of them times
 * the number of categories (Bonferroni). */
void dw_check_categories(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair);
/* Values outside the reference's range: the chance that the k most extreme of all values are all current ones; the smaller of both ends,
 * twice. */
void dw_check_range(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair);
/* The checks of the values that both sides of a column have, those of them that limits ask for and that fit its type: one row each in
 * checks.c. */
void dw_check_values(dw_finding_list *findings, const dw_limits *limits, const dw_pair *pair);
bool dw_check_values_asked(const dw_limits *limits, dw_type type); /* there is one */
/* Label against score: AUC with two classes (DeLong), mean absolute error with numbers (Welch). */
void dw_check_performance(dw_finding_list *findings, const dw_limits *limits, const char *score, const dw_scored *reference,
                          const dw_scored *current);
/* What that asks of all pairs of a reference, noted in it (dw_scored.looked): for a reference that is kept. */
void dw_check_performance_look(dw_scored *reference);

#endif
