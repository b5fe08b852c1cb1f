/* fuzz_plans: what dw-heal reads back of its log: incidents, plans, steps and releases. What is taken can be walked through: each step of a
 * run is one of its plan's, and a plan that is taken by itself stays one. */
#include "act/journal.h"
#include "act/journal_check.h"
#include "base/clock.h"
#include "target.h"

static const char *walked(const dw_journal *journal)
{
  dw_journal_changes changes;
  for (size_t i = 0; i < journal->count; i++) {
    const dw_journal_run *run = &journal->run[i];
    size_t number;
    if (!run->id || !dw_journal_find(journal, run->id)) return "a run that is not found";
    if (!dw_journal_newest(journal, run->id, &number) || !number) return "a run that is not counted";
    dw_journal_decision(run);
    for (size_t k = 0; k < run->step_count; k++)
      if (dw_journal_step_of(run, run->step[k].id) != &run->step[k]) return "a step that is not found";
    for (const dw_value *step = dw_value_first(dw_value_get(run->plan, "steps")); step; step = dw_value_next(step))
      if (!*dw_value_text_of(step, "id", "")) return "a step without a name";
  }
  dw_journal_unfinished(journal);
  dw_journal_changes_of(journal, INT64_C(1800000000) * DW_SECOND, &changes);
  return NULL;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_journal journal = {0};
  dw_value *plan = NULL;
  const char *problem = NULL;
  dw_status status = dw_journal_read(&journal, bytes, length, "f", &err);
  if (status == DW_OK) problem = walked(&journal);
  else if (status != DW_EDATA || !err.message[0]) problem = "refused without a reason";
  dw_journal_free(&journal);
  if (!problem && dw_value_parse(&plan, bytes, length, "f", 1, &err) == DW_OK) {
    dw_journal_check_plan(plan, dw_value_text_of(plan, "id", "r"), "f", 1, &err);
    dw_value_free(plan);
  }
  return problem;
}

FUZZ_TARGET("plans", fuzz_one, fuzz_values);
