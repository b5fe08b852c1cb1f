/* unjudged: what a comparison should have judged and has no answer to. "No drift" does not speak of it, so it is never passed over: it
 * joins the list of what was left out (dw_left_out.unjudged), which the summary and every report name.
 *
 *   Findings without an answer (their error), where no other method answers for the column, or where the method was named; of chunks when
 *   no chunk has an answer; but not performance while there are no labels yet.
 *
 *   What the user named (a column in --columns, --fail-on column:, --types, --label, --score or --by, one that --thresholds has limits for,
 *   a method in --method or --multivariate) and no finding answers: dw_comparison.unanswered is set, and without drift the answer is
 *   "not judged".
 *
 *   What has to be judged (--require, --min-columns) and is not: dw_comparison.unmet. That is asked of this very call, whatever else it
 * leaves out, and a column that is lost was found to have drifted, but nobody compared it.
 *
 * What is named for other calls of the same settings and left out of this one (--exclude, --id, --time, --columns) is not asked for.
 */
#ifndef DW_DETECT_UNJUDGED_H
#define DW_DETECT_UNJUDGED_H

#include "detect/compare/compare.h"

/* Findings are decided, segments compared. Adds to out->left_out and sets out->unanswered. */
void dw_unjudged_collect(dw_comparison *out, const dw_dataset *reference, const dw_dataset *current, const dw_compare_options *options);
/* Whether a finding tells drift from no drift, and not only what labels, missing cells or the schema are like beside it. */
bool dw_unjudged_answers(const dw_finding *finding, const dw_limits *limits);
/* Whether anything that was to be judged was. */
bool dw_unjudged_any_answer(const dw_comparison *comparison, const dw_limits *limits);

#endif
