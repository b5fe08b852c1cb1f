/* sentinel: the first agent. Evidence in, one incident out (driftwatch-records(5), kind "incident"): what happened, how bad it is, on what
 * evidence, and what the policy recommends. Pure: nothing is read or run.
 *
 * The type is the first of these that the evidence shows:
 *   concept_drift     a performance finding, or a quality gate of the model in production, says that it got worse, and no feature
 *                     drifted; also with features that did, when the data set as a whole did not
 *   feature_drift     findings of column, text, multivariate or correlation drift, and of embeddings beside them
 *   embedding_drift   findings of embeddings alone
 *   schema_change     schema findings
 *   prediction_drift  the score's distribution; of dw-serve also the seeds' rule
 *   label_drift       the label's distribution
 *   data_quality      missing values, new categories, ranges, slips in the records
 *   accuracy_drop     a check of dw-serve (kind "watch"), as are refusal_rate, toxicity_rate and silence, which come last
 *   behaviour_drift   canary_drift findings, or a consensus of canaries
 * A summary without any of these that says drift, severity and drifted_columns is feature_drift of those columns. Estimates that raised an
 * alert are signs that the model got worse. Severity: the highest of the summaries' (or of the policy's bounds on their share of drifted
 * columns), of target, prediction, performance and canary findings', of columns that are lost, of consensus documents', and the policy's
 * word for a gate refused. A summary that says drift is at least low.
 */
#ifndef DW_DECIDE_SENTINEL_H
#define DW_DECIDE_SENTINEL_H

#include "decide/evidence.h"
#include "decide/policy.h"

/* Appends the incident to out, as one JSON text without a newline. now: microseconds since 1970. */
void dw_sentinel(const dw_evidence *evidence, const dw_policy *policy, int64_t now, dw_buf *out);

/* DW_ENODATA with the reason: the incident that was made of this evidence says that there is nothing to act on, and that is not known,
 * because a comparison was not judged, or a metric that the policy has a gate for has no value. */
dw_status dw_sentinel_check(const dw_evidence *evidence, const dw_policy *policy, const dw_value *incident, dw_err *err);

#endif
