/* heal: the control plane: sentinel, planner and release agent, one after the other, and the executor that does what the plan says.
 * Everything is in the audit log before it is done and after it is done; files under EVENTS are views of it.
 *
 * EVENTS/ sentinel_report.json, execution_plan.json, release_result.json (each replaced as a whole), audit.ndjson, audit.ndjson.head,
 *         outbox/STEP.json (requests), runs/RUN/NAME.out, NAME.err, NAME.status (what the steps of a run wrote, and how they ended),
 *         runs/RUN/consensus.ndjson (the evidence's documents of that kind)
 *
 * A run that a crash cut short is taken up where it stopped. A step that was started has its outcome in runs/RUN/NAME.status, written by
 * its supervisor even when dw-heal was killed. Where even that is missing the step is done again if the policy calls it safe (repeat:
 * true), and otherwise waits for a person (approve). What was handled is not handled again: the same evidence under the same policy is
 * answered with the result there is, unless it was held back or failed.
 */
#ifndef DW_ACT_HEAL_H
#define DW_ACT_HEAL_H

#include "act/audit.h"
#include "decide/evidence.h"
#include "decide/planner.h"
#include "decide/policy.h"
#include "decide/release.h"

typedef struct dw_heal_options {
  const dw_policy *policy;     /* NULL only with approve, or without evidence */
  const dw_evidence *evidence; /* NULL: only finish what is unfinished */
  dw_plan_settings settings;   /* events is needed but for a dry run */
  const char *approve;         /* id of a run or step that waits; NULL: none */
  bool again;                  /* handle what was handled before once more */
  bool dry_run;                /* incident and plan only; nothing is written or run */
  const dw_seal *seal;         /* signs the log, all of whose lines it must have signed; NULL: the log is unsigned */
  int64_t wait;                /* microseconds, for another process's lock */
  const char *self;            /* path of dw-heal, for supervisors */
  /* Every document as it comes to be, one JSON text: incident, plan, action, release. */
  dw_status (*emit)(void *context, const char *text, size_t length, dw_err *err);
  void *context;
} dw_heal_options;

typedef struct dw_heal_result {
  dw_decision decision; /* of the last run; PROMOTE never */
  bool repeated;        /* it was handled before: nothing was done */
  uint64_t unlooked;    /* of a dry run without a key: signed lines of the log, whose signatures nobody looked at */
  uint64_t lines;       /* of a dry run: all lines of the log */
} dw_heal_result;

/* DW_OK with the decision. DW_ESYSTEM: a step failed or timed out (also decision FAILED, and everything is in the log), or a file could not
 * be written. DW_EDATA or DW_ENODATA: a gate could not be judged (decision BLOCKED), or the log does not hold together. DW_EUSAGE: an
 * option is missing. */
dw_status dw_heal(const dw_heal_options *options, dw_heal_result *result, dw_err *err);

#endif
