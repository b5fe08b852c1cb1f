/* release: the third agent. Metrics of the new version and the plan's gates in, a decision out (driftwatch-records(5), kind "release"):
 * promote or block, with each gate's figure and reason. Pure: nothing is read or run.
 *
 * The metrics are those of dw-eval. With --compare the current model is the champion (--score) and the new one the challenger (--compare),
 * both on the same rows: the gates are held to the challenger's figures, and the paired difference tells whether it is better.
 * require_better_than_current blocks unless it is; otherwise it blocks only when the new model is worse beyond chance (the interval of the
 * difference lies on the worse side). A canary stage (a share of the traffic below 1) is judged by the comparison alone, on the rows that
 * the new model served (the segment scored_by=challenger, when the metrics have it), and blocks when the new model is worse beyond chance:
 * with few rows a gate says little. A gate whose metric was not computed, or has no value, blocks.
 */
#ifndef DW_DECIDE_RELEASE_H
#define DW_DECIDE_RELEASE_H

#include "decide/evidence.h"
#include "io/text/json.h"

/* What came out of a run. */
typedef enum dw_decision {
  DW_DECISION_PROMOTE,  /* of a step that decides: go on */
  DW_DECISION_BLOCKED,  /* gates or comparison say no: what is in production stays */
  DW_DECISION_PROMOTED, /* done, to its end */
  DW_DECISION_DONE,     /* the action is done; it had no release in it */
  DW_DECISION_NONE,     /* there was nothing to do */
  DW_DECISION_HELD,     /* cool-down or daily limit */
  DW_DECISION_WAITING,  /* for approval */
  DW_DECISION_FAILED,   /* a step failed */
  DW_DECISIONS
} dw_decision;
extern const char *const dw_decision_names[DW_DECISIONS + 1]; /* "promote" …, NULL */

/* The judgement of one step that decides, at the end of out as one JSON text. metrics: what dw-eval wrote. share: of the traffic (a canary
 * stage), NaN: none. better_by: the metric whose difference tells which model is better, NULL: that of the first gate that was compared,
 * else AUC or RMSE, else any. The answer is PROMOTE or BLOCKED. *trouble: DW_EDATA when a gate's metric was not computed, DW_ENODATA when
 * it has no value, with *err; DW_OK otherwise. */
dw_decision dw_release_judge(const dw_value *plan, const dw_evidence *metrics, double share, const char *better_by, int64_t now,
                             dw_buf *out, dw_status *trouble, dw_err *err);

/* The result of a whole run. judged: the judgements of its steps, in order. reason: why it ended so; NULL: as the judgements, or the plan,
 * say. version: of the new model; NULL: none. */
void dw_release_close(const dw_value *plan, const dw_value *const *judged, size_t count, dw_decision decision, const char *reason,
                      const char *version, int64_t now, dw_buf *out);

#endif
