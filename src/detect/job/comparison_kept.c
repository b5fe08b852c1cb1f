/* A reference that was read before: what decides how it is read, and what comes of reading taken from the cache. */
#include "base/str.h"
#include "data/datasets/segments.h"
#include "detect/job/comparison_parts.h"
#include "detect/job/reference_cache.h"

static void add_bytes(dw_digest *digest, const void *bytes, size_t length) { dw_digest_add(digest, bytes, length); }
#define ADD(digest, value) add_bytes((digest), &(value), sizeof(value))

static void add_text(dw_digest *digest, const char *text)
{
  bool given = text != NULL;
  ADD(digest, given);
  if (given) add_bytes(digest, text, strlen(text) + 1);
}

static void add_list(dw_digest *digest, const dw_text_list *list)
{
  ADD(digest, list->count);
  for (size_t i = 0; i < list->count; i++) add_text(digest, list->text[i]);
}

static void add_frame(dw_digest *digest, const dw_frame_options *frame)
{
  ADD(digest, frame->policy);
  ADD(digest, frame->rows);
  ADD(digest, frame->memory);
}

/* Whatever set_selection, set_sides and dw_comparison_read_source make of the settings. */
static void add_settings(const dw_comparison_job *job, dw_digest *digest)
{
  const dw_comparison_settings *set = job->settings;
  const dw_text_list *const lists[] = {&set->columns,        &set->exclude, &set->id,     &set->dialect.missing,
                                       &set->dialect.rename, &set->types,   &set->vector, &set->describe};
  const char *const texts[] = {set->label, set->score, set->time, set->time_format, set->by};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) add_list(digest, lists[i]);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) add_text(digest, texts[i]);
  ADD(digest, set->preset);
  ADD(digest, set->memory);
  ADD(digest, set->format);
  ADD(digest, set->on_error);
  add_text(digest, set->dialect.delimiter);
  add_list(digest, &set->dialect.header);
  ADD(digest, set->dialect.decimal);
  ADD(digest, set->dialect.encoding);
  ADD(digest, set->dialect.nan);
  ADD(digest, job->columns.selection.need_time);
  ADD(digest, job->by_time);
  ADD(digest, job->by_timing);
  ADD(digest, job->by_instant);
  ADD(digest, job->reference_side.span);
  add_text(digest, job->reference_side.pass);
  ADD(digest, job->reference_side.memory);
  ADD(digest, job->reference_side.sample_texts);
  ADD(digest, job->reference_side.keep_order);
  ADD(digest, job->reference_side.repeats);
  add_frame(digest, &job->reference_side.frame);
  add_frame(digest, &job->reference_side.succession);
  ADD(digest, job->matching.by);
  if (job->zone) dw_zone_digest(job->zone, digest);
}

static void open_cache(dw_comparison_job *job)
{
  const dw_comparison_settings *set = job->settings;
  dw_digest how;
  dw_digest_init(&how);
  add_settings(job, &how);
  job->cache = dw_reference_cache_new(set->ref_cache, set->reference.paths.text, set->reference.paths.count, &how, job->notices);
}

static void take_read(dw_comparison_job *job, const dw_reference_read *read)
{
  dw_dataset_free(&job->reference);
  dw_roster_free(&job->names);
  job->reference = read->set;
  job->names = read->names;
  job->chats = read->chats;
  job->skipped = read->skipped;
  job->first[0] = read->first;
  job->last[0] = read->last;
  job->lone_csv = read->lone_csv;
  job->input[job->input_count++] = read->input;
  job->reference_ready = job->reference_made = true;
}

static bool load(dw_comparison_job *job)
{
  dw_reference_read read = {.input.name = job->settings->reference.paths.count ? job->settings->reference.paths.text[0] : "-"};
  dw_dataset_init(&read.set, &job->reference_side);
  dw_roster_init(&read.names);
  if (dw_reference_cache_load(job->cache, &read)) {
    take_read(job, &read);
    return true;
  }
  dw_dataset_free(&read.set);
  dw_roster_free(&read.names);
  dw_chats_free(&read.chats);
  return false;
}

/* A reference that is refused, or lacks a name that is asked for, is told of in its place, and not finished here. */
static bool is_sound(const dw_comparison_job *job)
{
  dw_err err;
  bool full = job->settings->by && job->reference.segments->full;
  return job->reference.rows > 0 && !full && dw_comparison_check_names(job, &err) == DW_OK;
}

static void keep(dw_comparison_job *job)
{
  dw_err err;
  if (dw_renames_check(job->renames, &job->names, false, &err) != DW_OK) return; /* a slip, unless the current data has the name */
  if (job->settings->label && job->settings->score) dw_check_performance_look(&job->reference.scored);
  dw_reference_read read = {.set = job->reference,
                            .names = job->names,
                            .chats = job->chats,
                            .input = job->input[0],
                            .skipped = job->skipped,
                            .first = job->first[0],
                            .last = job->last[0],
                            .lone_csv = job->lone_csv};
  dw_reference_cache_keep(job->cache, &read);
}

dw_status dw_comparison_read_reference(dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  const dw_notices *notices = job->notices;
  if (set->ref_cache && !set->reference.open) open_cache(job);
  if (job->cache && load(job)) return DW_OK;
  if (job->cache) job->notices = dw_reference_cache_listen(job->cache);
  dw_status status = dw_comparison_read_source(job, &set->reference, "reference", &job->reference, NULL, err);
  job->notices = notices;
  if (job->reference.profiled) { /* which is as good as what would be kept of it */
    job->reference_ready = job->reference_made = status == DW_OK && dw_comparison_check_names(job, err) == DW_OK;
    return status == DW_OK && !job->reference_ready ? DW_EDATA : status;
  }
  if (status != DW_OK || !is_sound(job)) return status;
  dw_dataset_finish(&job->reference, (unsigned)set->threads); /* it is smaller then */
  job->reference_ready = true;
  if (job->cache) keep(job);
  return status;
}
