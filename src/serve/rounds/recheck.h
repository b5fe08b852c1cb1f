/* recheck: windows that were judged before all of their records had come, judged again. Nobody is told, and the course of alerts stays what
 * it was: the new run has the alerts of the one that it supersedes, and its members "supersedes" (that one's id) and "rechecked" (when).
 * Both are kept; lists show the newest for its time.
 */
#ifndef DW_SERVE_RECHECK_H
#define DW_SERVE_RECHECK_H

#include "serve/rounds/rounds.h"

typedef struct dw_recheck {
  const dw_rounds_settings *settings; /* of its look: what is asked; window and delay are each run's */
  const char *model;
  dw_period windows; /* those that end in it */
  bool all;          /* not those alone that records came late for */
  int64_t now;
} dw_recheck;

/* What a window comes to: its lines and its run; valid during the call. */
typedef dw_status dw_recheck_sink(void *context, const dw_look_result *result, dw_err *err);

dw_status dw_recheck_run(const dw_recheck *recheck, dw_records *records, dw_recheck_sink *sink, void *context, dw_err *err);

/* The id of the run that this one supersedes, in scratch; NULL: none. */
const char *dw_run_supersedes(const char *content, size_t length, dw_buf *scratch);

#endif
