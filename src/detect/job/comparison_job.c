#include "detect/job/comparison_job.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "data/datasets/segments.h"
#include "detect/compare/timing.h"
#include "detect/job/comparison_parts.h"
#include "detect/job/reference_cache.h"

/* --- what the words come to --- */

/* Rows of the columns that are looked at together, and of those cut in chunks: all rows are in the frames then, their categories once more
 * in a numbering that both sides share; the columns only tell what they are. Resampling draws from all rows too. */
static void set_frame(const dw_comparison_job *job, dw_dataset_options *side)
{
  const dw_comparison_settings *set = job->settings;
  bool all = job->by_chunks || set->alone || job->unit.text;
  if (!all && !job->compare.multivariate) return;
  side->frame = (dw_frame_options){.policy = all ? DW_FRAME_ALL : DW_FRAME_SAMPLE,
                                   .rows = all ? 0 : dw_size(set->joint_rows),
                                   .memory = dw_size(job->by_chunks || job->unit.text ? set->memory / 16 * 3
                                                     : set->alone                     ? set->memory / 2
                                                                                      : set->memory / 8),
                                   .time = set->time,
                                   .time_format = job->time_format,
                                   .keep_texts = side->keep_texts,
                                   .context = side->context};
  if (job->by_chunks) side->memory = dw_size(set->memory / 16);
  else if (job->unit.text) side->memory -= side->frame.memory;
  else if (!all) side->memory -= side->frame.memory;
}

static bool keep_none(void *context, const char *name) { return false; }

/* detect/compare/dependence.h: rows of the reference, instants of the current side. */
static void set_succession(const dw_comparison_job *job, dw_dataset_options *side, bool current)
{
  side->succession = (dw_frame_options){.policy = current ? DW_FRAME_SAMPLE : DW_FRAME_BLOCKS,
                                        .rows = current ? DW_DEPENDENCE_INSTANTS : DW_DEPENDENCE_ROWS,
                                        .memory = dw_size(job->settings->memory / 16),
                                        .time = job->settings->time,
                                        .time_format = job->time_format,
                                        .keep = current ? keep_none : NULL};
}

static void set_sides(dw_comparison_job *job)
{
  const dw_comparison_settings *set = job->settings;
  bool evidently = set->preset == DW_PRESET_EVIDENTLY;
  dw_dataset_options side = {.memory = dw_size(set->memory / 2), .keep_texts = dw_compare_keeps_texts, .context = &job->compare};
  if (!set->alone) {
    side.sample_texts = evidently;
    side.label = set->label;
    side.score = set->score;
    side.by = set->by;
    side.matching = job->compare.matched ? &job->matching : NULL;
    side.gather = dw_comparison_patterns(&set->vector);
    side.describe = dw_comparison_patterns(&set->describe);
    side.describe_not = dw_comparison_patterns(&set->exclude);
    side.instants = job->by_timing;
    side.time = set->time;
    side.time_format = job->time_format;
    side.span = set->time != NULL;
    /* hashing every cell costs a tenth of all instructions: where the check is asked for by name */
    side.repeats = set->checks.count > 0 && job->limits.check[DW_CHECK_DATA_QUALITY] && !job->by_chunks;
    side.keep_order = evidently && dw_limits_ask(&job->limits, "tvd"); /* it shuffles rows */
    /* the rest looks at columns of other sets, or at numbers of all columns at once */
    side.pack = !set->by && !job->compare.matched && !job->by_chunks && !set->sequential && !job->unit.text && !set->ref_cache;
  }
  job->compare.repeats = side.repeats;
  set_frame(job, &side);
  if ((job->by_time && !job->columns.selection.need_time) || job->unit.text || job->by_chunks)
    side.pass = set->time; /* frames alone see it */
  if (job->by_time) {
    set_succession(job, &side, true);
    side.memory -= side.succession.memory;
  }
  dw_dataset_init(&job->current, &side);
  if (job->by_time) set_succession(job, &side, false);
  if (job->by_file)
    side.succession = (dw_frame_options){.policy = DW_FRAME_FIRST, .rows = DW_DEPENDENCE_FIRST, .memory = dw_size(set->memory / 64)};
  if (job->unit.text && !set->sequential_reset && access(set->sequential, F_OK) == 0)
    side.frame.policy = DW_FRAME_NONE; /* the state knows the reference's periods */
  job->reference_side = side;
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
  job->by_timing = dw_comparison_by_timing(settings);
  job->by_file = !settings->time && settings->preset == DW_PRESET_DRIFTWATCH && !settings->alone && !job->by_chunks && !job->parted &&
                 settings->reference.paths.count > 0 && !settings->reference.open;
  set_selection(job);
  job->columns.see_time = job->by_time;
  job->compare.limits = &job->limits;
  job->compare.label = settings->label;
  job->compare.score = settings->score;
  job->compare.by = settings->by;
  job->compare.time = settings->time;
  job->compare.time_text = settings->time && job->time_format;
  job->compare.marks = job->marks;
  job->compare.decimal = settings->dialect.decimal;
  job->compare.selection = settings->alone ? NULL : &job->columns.selection;
  job->compare.type = job->type;
  job->compare.require = dw_comparison_patterns(&settings->require);
  job->compare.min_columns = dw_size(settings->min_columns);
  job->compare.type_count = settings->types.count;
  job->compare.threads = (unsigned)settings->threads;
  job->compare.notices = notices;
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
  dw_reference_cache_free(job->cache); /* the reference's numbers may stand in it */
  dw_chats_free(&job->chats);
  dw_calibrated_free(&job->calibrated);
  dw_limits_free(&job->limits);
  dw_roster_free(&job->names);
  dw_zone_free(job->zone);
  dw_free(job->type);
  dw_buf_free(&job->profile_stages);
  dw_marks_free(job->marks);
  dw_renames_free(job->renames);
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
  dw_status status = dw_comparison_read_reference(job, err);
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
  dw_status status = job->reference_ready ? DW_OK : dw_comparison_check_names(job, err);
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
  dw_comparison_warn_codes(job);
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
  if (!job->reference_ready) dw_dataset_finish(&job->reference, (unsigned)set->threads);
  if (!job->current.profiled) dw_dataset_finish(&job->current, (unsigned)set->threads);
  status = dw_comparison_settle_profiles(job, err);
  if (status != DW_OK) return status;
  status = dw_chats_check(&job->chats, &job->reference, &job->current, err);
  if (status == DW_OK) status = dw_compare_read(&job->reference, &job->current, &job->compare, err);
  if (status != DW_OK) return status;
  dw_chats_settle(&job->chats, &job->reference, &job->current);
  bool profiled = job->reference.profiled || job->current.profiled;
  if (!profiled) dw_dataset_describe_unknown(&job->reference, &job->current);
  if (job->by_timing && !profiled)
    dw_timing_add(&job->reference, &job->current, &job->compare,
                  &(dw_timing_options){.leave_out = dw_comparison_patterns(&set->exclude),
                                       .letters = job->time_format ? job->time_format->text : NULL,
                                       .zone = job->zone,
                                       .zone_name = set->zone});
  dw_comparison_warn_dates(job);
  dw_comparison_warn_codes(job);
  if (set->label && set->score && !profiled) status = dw_dataset_match_labels(&job->reference, &job->current, err);
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
  status = dw_comparison_open_watch(job, err);
  if (status != DW_OK) return status;
  if (job->by_chunks) return compare_chunks(job, err);
  dw_comparison_find_dependence(job);
  dw_comparison_hint_at_order(job);
  dw_compare(&job->comparison, &job->reference, &job->current, &job->compare);
  job->compared = true;
  return dw_comparison_keep_watch(job, err);
}
