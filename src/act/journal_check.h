/* journal_check: may a line of the audit log be believed in its form? The chain of an unsigned log tells that nobody changed a line, not
 * who wrote it: each document that is read back is held to driftwatch-records(5), member by member, as a stranger's would be, and to what
 * came before it in its run. Pure.
 *
 * What passes can be carried out without a further look: texts are texts, names make no paths of their own, numbers fit where they go.
 */
#ifndef DW_ACT_JOURNAL_CHECK_H
#define DW_ACT_JOURNAL_CHECK_H

#include "act/journal.h"

/* A line of the log by itself. DW_EDATA: what is wrong, at name:number. */
dw_status dw_journal_check_line(const dw_value *line, const char *name, uint64_t number, dw_err *err);
/* An event with its document, as the next one of a run (NULL: the run's first). Events of a later version pass. */
dw_status dw_journal_check_event(const dw_journal_run *run, const dw_value *line, const char *name, uint64_t number, dw_err *err);
/* A plan by itself, before it goes into the log. */
dw_status dw_journal_check_plan(const dw_value *plan, const char *run, const char *name, uint64_t number, dw_err *err);

#endif
