/* journal: what was planned, started, done and failed, as the audit log tells it. The log is the only memory: after a crash the next run
 * reads it and goes on where the last one stopped.
 *
 * Events of a run, in order: incident, plan; for each step started, ended (or approved; or release, the judgement of a step that decides);
 * waiting, when a person has to approve; finished. Every line, document and order is held to that (journal_check.h): what was read can be
 * carried out.
 */
#ifndef DW_ACT_JOURNAL_H
#define DW_ACT_JOURNAL_H

#include "base/err.h"
#include "io/text/json.h"

typedef struct dw_journal_step {
  const char *id;
  bool started, ended, approved;
  const dw_value *action;  /* of ended: the document of kind action; NULL before */
  const dw_value *release; /* of a step that decides: its judgement */
} dw_journal_step;

typedef struct dw_journal_run {
  const char *id;
  int64_t time;                    /* of its incident, microseconds since 1970 */
  const dw_value *incident, *plan; /* plan NULL: killed between the two */
  const char *waiting;             /* id of the step that waits for approval; NULL: none */
  const dw_value *result;          /* of finished: the document of kind release; NULL: not finished */
  bool acted;                      /* a step was started */
  int64_t first_act, last_act;     /* first start and last end of a step */
  dw_journal_step *step;
  size_t step_count, step_capacity;
} dw_journal_run;

typedef struct dw_journal {
  dw_journal_run *run;
  size_t count, capacity;
  dw_value **line; /* owns all that the runs point to */
  size_t line_count, line_capacity;
} dw_journal;

/* From the lines of an audit log (complete ones; what follows the last line end is passed over). DW_EDATA: what is wrong with the
 * first one that is not such a line. */
dw_status dw_journal_read(dw_journal *journal, const char *text, size_t length, const char *name, dw_err *err);
void dw_journal_free(dw_journal *journal);

dw_journal_run *dw_journal_find(const dw_journal *journal, const char *run);
/* The newest run whose id is base, or base with -2, -3 … behind it; NULL: none. *number: how many there are. */
dw_journal_run *dw_journal_newest(const dw_journal *journal, const char *base, size_t *number);
/* The oldest run that is neither finished nor waiting; NULL: none. */
dw_journal_run *dw_journal_unfinished(const dw_journal *journal);
/* The run that waits for this approval: id of the run, or of the step. */
dw_journal_run *dw_journal_waiting(const dw_journal *journal, const char *id);
const dw_journal_step *dw_journal_step_of(const dw_journal_run *run, const char *step); /* NULL: nothing happened to it yet */
const char *dw_journal_decision(const dw_journal_run *run);                             /* of a finished run; "" before */

/* The last time that an action with `changes` was at work, and how many such actions were begun since midnight UTC. */
typedef struct dw_journal_changes {
  bool any;
  int64_t last;
  const char *what; /* the action */
  int64_t today;
} dw_journal_changes;
void dw_journal_changes_of(const dw_journal *journal, int64_t now, dw_journal_changes *out);

#endif
