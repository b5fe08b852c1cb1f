#include "detect/job/comparison_job.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "data/datasets/segments.h"
#include "detect/job/comparison_parts.h"

/* --- what the words come to --- */

/* Rows of the columns that are looked at together, and of those cut in chunks: all rows are in the frames then, their categories once more
 * in a numbering that both sides share; the columns only tell what they are. Resampling draws from all rows too. */
static void set_frame(const dw_comparison_job *job, dw_dataset_options *side)
{
  const dw_comparison_settings *set = job->settings;
  bool all = job->by_chunks || set->alone || job->unit.text;
  if (!all && !job->compare.multivariate) return;
  side->frame = (dw_frame_options){.policy = all ? DW_FRAME_ALL : DW_FRAME_SAMPLE,
                                   .rows = all ? 0 : set->joint_rows,
                                   .memory = job->by_chunks || job->unit.text ? set->memory / 16 * 3
                                             : set->alone                     ? set->memory / 2
                                                                              : set->memory / 8,
                                   .time = set->time,
                                   .time_format = job->time_format,
                                   .keep_texts = side->keep_texts,
                                   .context = side->context};
  if (job->by_chunks) side->memory = set->memory / 16;
  else if (job->unit.text) side->memory -= side->frame.memory;
  else if (!all) side->memory -= side->frame.memory;
}

/* Of the reference alone: detect/compare/dependence.h. */
static void set_succession(const dw_comparison_job *job, dw_dataset_options *side)
{
  side->succession = (dw_frame_options){.policy = DW_FRAME_BLOCKS,
                                        .rows = DW_DEPENDENCE_ROWS,
                                        .memory = job->settings->memory / 16,
                                        .time = job->settings->time,
                                        .time_format = job->time_format};
  side->memory -= side->succession.memory;
}

static void set_sides(dw_comparison_job *job)
{
  const dw_comparison_settings *set = job->settings;
  bool evidently = set->preset == DW_PRESET_EVIDENTLY;
  dw_dataset_options side = {.memory = set->memory / 2, .keep_texts = dw_compare_keeps_texts, .context = &job->compare};
  if (!set->alone) {
    side.sample_texts = evidently;
    side.label = set->label;
    side.score = set->score;
    side.by = set->by;
    side.matching = job->compare.matched ? &job->matching : NULL;
    side.gather = dw_comparison_patterns(&set->vector);
    side.describe = dw_comparison_patterns(&set->describe);
    side.describe_not = dw_comparison_patterns(&set->exclude);
    side.keep_order = evidently && dw_limits_ask(&job->limits, "tvd"); /* it shuffles rows */
  }
  set_frame(job, &side);
  if ((job->by_time && !job->columns.selection.need_time) || job->unit.text) side.pass = set->time; /* frames alone see it */
  dw_dataset_init(&job->current, &side);
  if (job->by_time) set_succession(job, &side);
  if (job->unit.text && !set->sequential_reset && access(set->sequential, F_OK) == 0)
    side.frame.policy = DW_FRAME_NONE; /* the state knows the reference's periods */
  dw_dataset_init(&job->reference, &side);
}

static void set_selection(dw_comparison_job *job)
{
  const dw_comparison_settings *set = job->settings;
  bool need_time = set->alone || job->unit.text || set->window || set->split || job->compare.matched || (set->time && job->by_chunks);
  job->columns = (dw_compare_columns){.options = &job->compare,
                                      .selection = {.only = dw_comparison_patterns(&set->columns),
                                                    .exclude = dw_comparison_patterns(&set->exclude),
                                                    .id = dw_comparison_patterns(&set->id),
                                                    .label = set->label,
                                                    .score = set->score,
                                                    .by = set->by,
                                                    .time = set->time,
                                                    .need_time = need_time,
                                                    .names = &job->names,
                                                    .chats = true}};
}

dw_status dw_comparison_job_open(dw_comparison_job **out, const dw_comparison_settings *settings, const dw_notices *notices, dw_err *err)
{
  dw_comparison_job *job = dw_alloc_zero(1, sizeof *job);
  job->settings = settings;
  for (int side = 0; side < 2; side++) job->first[side] = INT64_MAX, job->last[side] = INT64_MIN;
  job->notices = notices;
  dw_roster_init(&job->names);
  dw_limits_init(&job->limits, (dw_preset)settings->preset);
  dw_status status = dw_comparison_settle(job, err);
  if (status == DW_OK) status = dw_comparison_settle_sources(job, err);
  job->by_time = settings->time && settings->preset == DW_PRESET_DRIFTWATCH && !job->by_chunks &&
                 settings->match == DW_UNSAID && /* which compares like with like, and knows of hours and days */
                 !settings->unit;                /* whose periods bear the dependence of rows */
  set_selection(job);
  job->columns.see_time = job->by_time;
  job->compare.limits = &job->limits;
  job->compare.label = settings->label;
  job->compare.score = settings->score;
  job->compare.by = settings->by;
  job->compare.time = settings->time;
  job->compare.time_text = job->time_format != NULL;
  job->compare.selection = settings->alone ? NULL : &job->columns.selection;
  job->compare.type = job->type;
  job->compare.type_count = settings->types.count;
  job->compare.threads = (unsigned)settings->threads;
  set_sides(job);
  if (status != DW_OK) {
    dw_comparison_job_free(job);
    job = NULL;
  }
  *out = job;
  return status;
}

void dw_comparison_job_free(dw_comparison_job *job)
{
  if (!job) return;
  dw_sequential_close(job->compare.sequential);
  if (job->compared) dw_comparison_free(&job->comparison);
  dw_dependence_free(&job->dependence);
  dw_dataset_free(&job->reference);
  dw_dataset_free(&job->current);
  dw_chats_free(&job->chats);
  dw_calibrated_free(&job->calibrated);
  dw_limits_free(&job->limits);
  dw_roster_free(&job->names);
  dw_zone_free(job->zone);
  dw_free(job->type);
  dw_free(job);
}

/* --- reading --- */

static dw_status read_parts(dw_comparison_job *job, dw_err *err)
{
  dw_partition *partition = dw_partition_new(&job->parts, &job->reference, &job->current);
  dw_status status = dw_comparison_read_source(job, &job->settings->current, NULL, NULL, partition, err);
  if (status == DW_OK) status = dw_partition_check(partition, job->notices, err);
  dw_partition_free(partition);
  return status;
}

static dw_status read_sides(dw_comparison_job *job, dw_err *err)
{
  dw_status status = dw_comparison_read_source(job, &job->settings->reference, "reference", &job->reference, NULL, err);
  return status == DW_OK ? dw_comparison_read_source(job, &job->settings->current, "current", &job->current, NULL, err) : status;
}

static dw_status without_records(const dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  const dw_text_list *files = &(job->reference.rows || job->parted ? &set->current : &set->reference)->paths;
  const char *name = files->count == 0 || strcmp(files->text[0], "-") == 0 ? "standard input" : files->text[0];
  return dw_err_set(err, DW_ENODATA, "%s%s: the %s has no records", name, files->count > 1 ? " and the rest" : "",
                    job->reference.rows ? "current data" : "reference");
}

static dw_status check_sides(const dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  if (job->reference.rows == 0 || job->current.rows == 0) return without_records(job, err);
  if (set->expect_rows && job->current.rows != set->expect_rows)
    return dw_err_set(err, DW_EDATA, "expected %llu current records, got %llu", (unsigned long long)set->expect_rows,
                      (unsigned long long)job->current.rows);
  dw_status status = dw_comparison_check_names(job, err);
  if (status == DW_OK && set->by && (job->reference.segments->full || job->current.segments->full))
    status = dw_err_set(err, DW_EDATA, "--by: \"%s\" has more than %d values; give a column of few, such as a country or a version",
                        set->by, DW_SEGMENTS_MOST);
  return status;
}

static dw_status read_alone(dw_comparison_job *job, dw_err *err)
{
  dw_status status = dw_comparison_read_source(job, &job->settings->reference, "baseline", &job->reference, NULL, err);
  if (status == DW_OK) status = dw_comparison_check_baseline(job, err);
  if (status != DW_OK) return status;
  dw_dataset_finish(&job->reference, (unsigned)job->settings->threads);
  status = dw_chats_check(&job->chats, &job->reference, NULL, err);
  if (status == DW_OK) status = dw_compare_read(&job->reference, NULL, &job->compare, err);
  if (status != DW_OK) return status;
  dw_chats_settle(&job->chats, &job->reference, NULL);
  dw_comparison_warn_dates(job);
  dw_comparison_find_dependence(job);
  return DW_OK;
}

dw_status dw_comparison_job_read(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  if (set->alone) return read_alone(job, err);
  dw_status status = job->parted ? read_parts(job, err) : read_sides(job, err);
  if (status == DW_OK) status = check_sides(job, err);
  if (status != DW_OK) return status;
  dw_dataset_finish(&job->reference, (unsigned)set->threads);
  dw_dataset_finish(&job->current, (unsigned)set->threads);
  status = dw_chats_check(&job->chats, &job->reference, &job->current, err);
  if (status == DW_OK) status = dw_compare_read(&job->reference, &job->current, &job->compare, err);
  if (status != DW_OK) return status;
  dw_chats_settle(&job->chats, &job->reference, &job->current);
  dw_dataset_describe_unknown(&job->reference, &job->current);
  dw_comparison_warn_dates(job);
  if (set->label && set->score) status = dw_dataset_match_labels(&job->reference, &job->current, err);
  return status == DW_OK ? dw_comparison_check_settings(job, err) : status;
}

/* --- comparing --- */

/* thresholds that were calibrated for others */
static void warn_sizes(const dw_comparison_job *job)
{
  const dw_threshold *odd =
      job->limits.calibrated ? dw_calibrated_misfit(job->limits.calibrated, job->reference.rows, job->current.rows) : NULL;
  if (!odd) return;
  dw_notices_warn(job->notices,
                  "%s: made for %.0f reference rows and %.0f current ones; here are %.0f and %.0f: the rate of false alarms is another",
                  job->settings->thresholds, odd->reference_rows, odd->rows, (double)job->reference.rows, (double)job->current.rows);
}

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
  if (dw_sequential_repeated(watch))
    dw_notices_warn(job->notices, "%s: an earlier look was at this very data: it is not counted again", set->sequential);
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
  if (watch && by_unit && status == DW_OK) tell_units(job, dw_sequential_units(watch));
  return status;
}

/* What was seen is remembered before anybody hears of it: an alarm that was given is never forgotten. */
static dw_status keep_sequential(dw_sequential *watch, dw_err *err)
{
  dw_status status = watch ? dw_sequential_check(watch, err) : DW_OK;
  return watch && status == DW_OK ? dw_sequential_commit(watch, err) : status;
}

static dw_status compare_chunks(dw_comparison_job *job, dw_err *err)
{
  dw_status status = dw_chunked_compare(&job->comparison, &job->reference, &job->current, &job->chunks, err);
  if (status != DW_OK) return status;
  job->compared = true;
  for (size_t i = 0; i < job->comparison.chunked->warnings; i++) dw_notices_warn(job->notices, "%s", job->comparison.chunked->warning[i]);
  return DW_OK;
}

dw_status dw_comparison_job_run(dw_comparison_job *job, dw_err *err)
{
  dw_status status = dw_comparison_job_read(job, err);
  if (status != DW_OK) return status;
  warn_sizes(job);
  status = open_sequential(job, err);
  if (status == DW_OK && job->compare.sequential) tell_order(job, job->compare.sequential);
  if (status == DW_OK) status = cut_units(job, err);
  if (status != DW_OK) return status;
  if (job->by_chunks) return compare_chunks(job, err);
  dw_comparison_find_dependence(job);
  dw_compare(&job->comparison, &job->reference, &job->current, &job->compare);
  job->compared = true;
  if (job->unit.text) tell_hint(job);
  return keep_sequential(job->compare.sequential, err);
}
