/* What a comparison has to say once it is made: its documents, and what they do not speak of. */
#include "base/clock.h"
#include "base/str.h"
#include "detect/compare/verdict.h"
#include "detect/job/comparison_parts.h"

typedef dw_status write_bytes(void *context, const void *bytes, size_t length, dw_err *err);

static dw_status write_findings(const dw_comparison *comparison, write_bytes *write, void *context, dw_err *err)
{
  dw_status status = DW_OK;
  dw_buf line = {0};
  for (size_t i = 0; i < comparison->finding_count && status == DW_OK; i++) {
    const dw_finding *finding = &comparison->finding[i];
    if (finding->by && !finding->drift && !finding->error[0]) continue;
    line.length = 0;
    dw_finding_write(finding, &line);
    status = write(context, line.data, line.length, err);
  }
  dw_buf_free(&line);
  return status;
}

dw_status dw_comparison_job_write_findings(const dw_comparison_job *job, write_bytes *write, void *context, dw_err *err)
{
  const dw_comparison *comparison = &job->comparison;
  dw_status status = write_findings(comparison, write, context, err);
  for (size_t i = 0; i < comparison->segment_count && status == DW_OK; i++)
    status = write_findings(&comparison->segment[i].comparison, write, context, err);
  return status;
}

static void say_profiles(const dw_comparison_job *job, dw_summary *summary)
{
  dw_summary_profile *out[] = {&summary->reference_profile, &summary->current_profile};
  for (int side = 0; side < 2; side++) {
    const dw_comparison_profiled *of = &job->profiled[side];
    if (of->profiles) *out[side] = (dw_summary_profile){(double)of->profiles, of->rank_error, of->digest};
  }
}

static dw_summary_period period(const dw_comparison_job *job, int side, dw_arena *arena)
{
  if (job->first[side] > job->last[side]) return (dw_summary_period){NULL, NULL};
  char from[DW_TIME_TEXT], to[DW_TIME_TEXT];
  size_t from_length = dw_time_print(from, job->first[side]), to_length = dw_time_print(to, job->last[side]);
  return (dw_summary_period){dw_arena_strndup(arena, from, from_length), dw_arena_strndup(arena, to, to_length)};
}

void dw_comparison_job_write_summary(const dw_comparison_job *job, const dw_buf *stages, dw_buf *line)
{
  dw_arena arena;
  dw_summary summary;
  dw_arena_init(&arena);
  dw_verdict_summary(&job->comparison, &job->limits, &arena, &summary);
  dw_comparison_summarise_dependence(job, &arena, &summary);
  summary.reference_rows = (double)job->reference.rows;
  summary.current_rows = (double)job->current.rows;
  summary.skipped_records = (double)job->skipped;
  summary.reference_period = period(job, 0, &arena);
  summary.current_period = period(job, 1, &arena);
  if (job->compare.matched) {
    summary.match = dw_match_words[job->matching.by - DW_MATCH_HOUR];
    summary.zone = job->settings->zone ? job->settings->zone : "UTC";
    summary.match_cells = (double)job->comparison.cells;
    summary.match_reference_rows = (double)job->comparison.cell_rows[0];
    summary.match_current_rows = (double)job->comparison.cell_rows[1];
  }
  say_profiles(job, &summary);
  dw_buf all = {0};
  if (job->profile_stages.length) dw_made_by_append(&all, job->profile_stages.data, job->profile_stages.length);
  dw_made_by_append(&all, stages->data, stages->length);
  summary.made_by = &all;
  dw_summary_write(&summary, line);
  dw_buf_free(&all);
  dw_arena_free(&arena);
}

/* --- what is not judged --- */

static bool told_alike(const dw_left_out *a, const dw_left_out *b)
{
  bool same_method = a->method && b->method ? strcmp(a->method, b->method) == 0 : a->method == b->method;
  return a->unjudged && b->unjudged && a->column && b->column && same_method && !a->option == !b->option &&
         strcmp(a->reason, b->reason) == 0;
}

/* Says the columns behind first that have no answer for the same reason, of very many the first; how many there are, first among them. */
static size_t name_alike(dw_buf *names, const dw_comparison *comparison, size_t first)
{
  enum { SAID = 20 };
  const dw_left_out *left = comparison->left_out;
  size_t all = 1;
  for (size_t i = first + 1; i < comparison->left_out_count; i++)
    if (told_alike(&left[first], &left[i]) && all++ < SAID) dw_buf_format(names, ", \"%s\"", left[i].column);
  if (all > SAID) dw_buf_format(names, " and %zu more, which the summary names", all - SAID);
  return all;
}

/* A line a reason, not one for each of a thousand columns. */
static void warn_unjudged(const dw_comparison *comparison, const dw_notices *notices)
{
  dw_buf text = {0};
  for (size_t i = 0; i < comparison->left_out_count; i++) {
    const dw_left_out *left = &comparison->left_out[i];
    bool told = !left->unjudged;
    for (size_t k = 0; k < i && !told; k++) told = told_alike(&comparison->left_out[k], left);
    if (told) continue;
    text.length = 0;
    if (left->column) dw_buf_format(&text, "\"%s\"", left->column);
    size_t all = name_alike(&text, comparison, i);
    if (left->method) dw_buf_format(&text, "%s%s", left->column ? ", " : "", left->method);
    dw_buf_format(&text, ": %s", left->reason);
    if (left->option) dw_buf_format(&text, "; settled by %s%s", left->option, all > 1 ? ", likewise the others" : "");
    dw_notices_warn(notices, "not judged: %s", dw_buf_cstr(&text));
  }
  dw_buf_free(&text);
}

dw_status dw_comparison_job_answer(const dw_comparison_job *job, dw_err *err)
{
  static const char lone[] = "one column was read: fields of CSV are separated by commas, tabs, semicolons or pipes";
  warn_unjudged(&job->comparison, job->notices);
  if (job->comparison.unmet)
    return dw_err_set(err, DW_ENODATA, "not judged as --require and --min-columns have it%s: %s",
                      job->comparison.drift ? ", though there is drift in the rest" : "", job->comparison.unmet);
  if (!job->comparison.not_judged) return DW_OK;
  if (job->comparison.judged)
    return dw_err_set(err, DW_ENODATA, "not judged: there is no drift in the rest, but what was asked for by name has no answer");
  return dw_err_set(err, DW_ENODATA, "not judged: nothing could be compared; %s",
                    job->lone_csv ? lone : "the summary says why, column by column");
}
