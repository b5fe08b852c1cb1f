/* policy: what is to be done about drift, as a file says (man/driftwatch-policy.5): checked whole before anything is done, with the line of
 * what is wrong; an unknown key, action, metric or placeholder is an error that names the nearest one.
 *
 *   dw_policy *policy;
 *   dw_policy_read(&policy, "policy.yaml", err);
 *   dw_policy_action(policy, "retrain_and_evaluate")->step[0] …
 *   dw_policy_free(policy);
 *
 * An action may be a sequence of others: their steps, one after the other, as the user has them. Embeddings, refusals, toxicity, a fall of
 * the metric and silence have an action of their own unless by_type says otherwise (policy.c).
 *
 * The built-in actions are such a file too (dw_policy_builtin), read before the user's: an action of the same name replaces the built-in
 * one. Pure: nothing is run here. All texts belong to the policy.
 */
#ifndef DW_DECIDE_POLICY_H
#define DW_DECIDE_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "decide/gate.h"
#include "kinds/severity.h"

typedef enum dw_step_type {
  DW_STEP_COMMAND, /* an argument vector */
  DW_STEP_REQUEST, /* a document for whoever does it: EVENTS/outbox/ */
  DW_STEP_DECIDE   /* the release agent judges the metrics that an earlier step wrote; what stands behind runs only when it says promote */
} dw_step_type;
extern const char *const dw_step_type_names[4]; /* "command" …, NULL */

#define DW_POLICY_LONGEST (INT64_C(1000000000) * 1000000) /* microseconds, of a time limit and a cool-down: 31 years */

typedef struct dw_policy_step {
  const char *name;
  dw_step_type type;
  const char *const *argument; /* COMMAND: with placeholders as written */
  size_t argument_count;
  const char *metrics; /* DECIDE: the steps whose output holds the metrics, by comma; those that did not run are passed over */
  /* DECIDE: the metric that says whether the new model is better; NULL: that of the first gate, or AUC, or RMSE */
  const char *better_by;
  int64_t time_limit;             /* microseconds */
  const char *const *environment; /* "NAME=VALUE" */
  size_t environment_count;
  const char *const *pass; /* names of variables handed on from dw-heal's own environment */
  size_t pass_count;
  const char *gives;      /* placeholder that its output fills for later steps; NULL: none */
  bool repeat;            /* may run again when nobody knows whether it took effect */
  bool optional;          /* its failure does not end the run */
  bool or_request;        /* COMMAND: a request instead where nothing fills one of its placeholders */
  const int64_t *excused; /* or these exit statuses do not; NULL: none */
  size_t excused_count;
  const char *when, *unless; /* runs only if that earlier step succeeded, or did not; NULL: always */
  bool staged;               /* done once for each of release.share, a canary stage; not at all when there are none */
  uint32_t line;
} dw_policy_step;

typedef struct dw_policy_action {
  const char *name;
  const dw_policy_step *step;
  size_t count;
  bool changes;                /* it changes what is in production, or may: cool-down and the daily limit hold for it */
  const char *const *sequence; /* [sequence_count]: names of the actions that it is made of; none: it is one */
  size_t sequence_count;
} dw_policy_action;

typedef struct dw_policy_release {
  bool promote;                /* promote_if_quality_gates_pass */
  const char *stage;           /* "Production", "Staging" */
  bool better;                 /* require_better_than_current: otherwise it must not be worse */
  int64_t cool_down;           /* microseconds; 0: none */
  int64_t most_a_day;          /* -1: no limit */
  const char *const *approval; /* names of actions, or of steps of actions, that wait for a person */
  size_t approval_count;
  const double *share; /* canary stages, ascending, the last is 1; none: at once */
  size_t share_count;
} dw_policy_release;

typedef struct dw_policy_type {
  const char *type; /* of an incident */
  const dw_policy_action *action;
} dw_policy_type;

typedef struct dw_policy {
  const char *name;
  int64_t version;
  char digest[33]; /* of the file's bytes */
  dw_gates gates;
  const dw_policy_action *on[4]; /* by dw_severity */
  const dw_policy_type *by_type; /* instead, for incidents of a type */
  size_t by_type_count;
  double medium, high;      /* shares of drifted columns; NaN: as the summary says */
  dw_severity gate_refused; /* severity of a model in production that fails a gate */
  bool act_on_drift;        /* of dw-serve: act on each run that says drift, and not once when an alert opens */
  dw_policy_release release;
  const dw_policy_action *action;
  size_t action_count;
  struct dw_policy_memory *memory;
} dw_policy;

/* DW_EUSAGE: what is wrong, with file and line; DW_ESYSTEM: the file cannot be read. */
dw_status dw_policy_read(dw_policy **out, const char *path, dw_err *err);
dw_status dw_policy_parse(dw_policy **out, const char *text, size_t length, const char *name, dw_err *err);
void dw_policy_free(dw_policy *policy); /* NULL is fine */

const dw_policy_action *dw_policy_action_find(const dw_policy *policy, const char *name); /* NULL: none */
/* What to do about an incident of this type and severity. */
const dw_policy_action *dw_policy_choose(const dw_policy *policy, const char *type, dw_severity severity);
bool dw_policy_waits(const dw_policy *policy, const char *name); /* the action or step needs approval */

extern const char dw_policy_builtin[];             /* the built-in actions, YAML */
extern const char *const dw_policy_placeholders[]; /* that every step may use, NULL behind the last */
extern const char *const dw_incident_types[];      /* "none", "feature_drift" …, NULL behind the last */

#endif
