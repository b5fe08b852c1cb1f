/* planner: the second agent. An incident and the policy in, one plan out (driftwatch-records(5), kind "plan"): the action, or why none is
 * taken now, and its steps with all their arguments, so that whoever carries it out needs nothing else. Pure: nothing is read or run.
 */
#ifndef DW_DECIDE_PLANNER_H
#define DW_DECIDE_PLANNER_H

#include "decide/policy.h"
#include "io/text/json.h"

/* What fills the placeholders; NULL: the option was not given. */
typedef struct dw_plan_settings {
  const char *registry, *data, *holdout, *label, *id, *events, *model, *configs;
} dw_plan_settings;

/* What was done before. */
typedef struct dw_plan_state {
  const char *run;       /* id of the new run */
  int64_t now;           /* microseconds since 1970 */
  bool changed;          /* something in production was changed before: */
  int64_t last_change;   /* when */
  const char *last_what; /* what: an action, or "model 3 went to Production"; for people */
  const char *consensus; /* the evidence's consensus documents: a file; NULL: it has none */
  int64_t changes_today; /* actions that change something, started since midnight UTC */
} dw_plan_state;

/* Appends the plan to out, as one JSON text without a newline. DW_EUSAGE: the action needs an option that was not given. */
dw_status dw_planner(const dw_value *incident, const dw_policy *policy, const dw_plan_settings *settings, const dw_plan_state *state,
                     dw_buf *out, dw_err *err);

#endif
