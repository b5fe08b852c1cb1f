/* A look of many (--sequential): the state opened and held to the times of this look, cut into periods, and kept before anybody hears of
 * the answer. */
#include "base/clock.h"
#include "detect/job/comparison_parts.h"

static dw_status open_sequential(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  if (!set->sequential) return DW_OK;
  dw_sequential *watch;
  dw_sequential_look look = {.reference_digest = job->input[0].digest,
                             .current_digest = job->input[1].digest,
                             .reset = set->sequential_reset};
  dw_status status = dw_time_now(&look.now, err);
  if (status == DW_OK) status = dw_sequential_open(&watch, set->sequential, &look, &job->reference, &job->current, err);
  if (status != DW_OK) return status;
  job->compare.sequential = watch;
  return DW_OK;
}

static void print_time(char out[DW_TIME_TEXT + 1], int64_t instant) { out[dw_time_print(out, instant)] = '\0'; }

/* Looks come in the order of time, behind the reference: anything else is most likely a slip. */
static void tell_order(const dw_comparison_job *job, dw_sequential *watch)
{
  char first[DW_TIME_TEXT + 1], last[DW_TIME_TEXT + 1];
  if (!job->settings->time || job->first[1] > job->last[1]) return;
  print_time(first, job->first[1]);
  print_time(last, job->last[1]);
  bool back = dw_sequential_goes_back(watch, job->first[1], job->last[1]);
  if (back && !job->unit.text) /* periods are told apart */
    dw_notices_warn(job->notices, "%s: this look begins at %s, before the end of an earlier look: times go backwards",
                    job->settings->sequential, first);
  if (job->first[0] > job->last[0] || job->last[1] >= job->last[0]) return;
  print_time(first, job->last[0]);
  dw_notices_warn(job->notices, "the current data ends at %s, before the reference does (%s): are the two swapped?", last, first);
}

static void add_units(dw_buf *text, size_t count, const char *what)
{
  if (count) dw_buf_format(text, "%s%zu %s", text->length ? ", " : "", count, what);
}

/* Periods that were not watched. */
static void tell_units(const dw_comparison_job *job, const dw_unit_notes *notes)
{
  dw_buf text = {0};
  add_units(&text, notes->baseline_small, "of the reference with fewer than half of the usual rows");
  add_units(&text, notes->small, "with fewer than half of the usual rows");
  add_units(&text, notes->unfinished, "that are not over yet");
  add_units(&text, notes->old, "that an earlier look watched");
  if (text.length) dw_notices_warn(job->notices, "--unit %s: periods left out: %s", job->unit.text, dw_buf_cstr(&text));
  dw_buf_free(&text);
}

static void tell_hint(const dw_comparison_job *job)
{
  dw_buf text = {0};
  dw_sequential_unit_hint(job->compare.sequential, &text);
  if (text.length) dw_notices_warn(job->notices, "%s", dw_buf_cstr(&text));
  dw_buf_free(&text);
}

static dw_status cut_units(dw_comparison_job *job, dw_err *err)
{
  dw_sequential *watch = job->compare.sequential;
  bool by_unit = job->unit.text != NULL;
  dw_status status = watch ? dw_sequential_cut(watch, by_unit ? &job->unit : NULL, by_unit ? job->reference.frame : NULL,
                                               by_unit ? job->current.frame : NULL, err)
                           : DW_OK;
  if (!watch || status != DW_OK) return status;
  if (dw_sequential_repeated(watch))
    dw_notices_warn(job->notices, "%s: an earlier look was at this very data: it is not counted again", job->settings->sequential);
  else if (by_unit) tell_units(job, dw_sequential_units(watch));
  return DW_OK;
}

dw_status dw_comparison_open_watch(dw_comparison_job *job, dw_err *err)
{
  dw_status status = open_sequential(job, err);
  if (status != DW_OK || !job->compare.sequential) return status;
  tell_order(job, job->compare.sequential);
  return cut_units(job, err);
}

/* What was seen is remembered before anybody hears of it: an alarm that was given is never forgotten. */
dw_status dw_comparison_keep_watch(dw_comparison_job *job, dw_err *err)
{
  dw_sequential *watch = job->compare.sequential;
  if (!watch) return DW_OK;
  if (job->unit.text) tell_hint(job);
  dw_status status = dw_sequential_check(watch, err);
  return status == DW_OK ? dw_sequential_commit(watch, err) : status;
}
