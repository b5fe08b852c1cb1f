#include "base/mem.h"
#include "data/frames/usable.h"
#include "data/datasets/column_names.h"
#include "data/profiles/profile_among.h"
#include "detect/compare/reading.h"
#include "detect/job/comparison_parts.h"
#include "io/formats/formats.h"

/* What is done with each batch of a source. */
typedef struct intake {
  dw_comparison_job *job;
  dw_dataset *side;
  dw_partition *partition;
  bool check; /* records without an instant are found here */
  dw_usable usable;
  dw_buf scratch;
} intake;

/* No instants because of a slip in the name, or in the data. */
static dw_status time_status(const dw_comparison_job *job, dw_status status, dw_err *err)
{
  if (status != DW_EDATA) return status;
  dw_err slip;
  dw_status named = dw_column_names_check("--time", job->settings->time, job->settings->alone ? "baseline" : "input", &job->names, &slip);
  if (named != DW_OK) *err = slip;
  return status;
}

/* The first and the last instant of each side that was read now. */
static void take_spans(dw_comparison_job *job)
{
  const dw_dataset *side[2] = {&job->reference, &job->current};
  for (int i = 0; i < 2; i++) {
    if (side[i]->first > side[i]->last || !job->settings->time) continue;
    job->first[i] = side[i]->first;
    job->last[i] = side[i]->last;
  }
}

static dw_status refuse_profile(intake *in, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  dw_place place;
  if (!dw_profile_among(reader, batch, &in->scratch, &place)) return DW_OK;
  return dw_record_fault(err, place, "a profile among records: what is compared is records, or profiles");
}

static dw_status take_batch(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  intake *in = context;
  dw_comparison_job *job = in->job;
  dw_status status = refuse_profile(in, reader, batch, err);
  if (status != DW_OK) return status;
  status = in->check ? dw_usable_instants(&in->usable, reader, &batch, job->settings->time, job->time_format, err) : DW_OK;
  if (status != DW_OK) return time_status(job, status, err);
  batch = dw_chats_expand(&job->chats, reader, batch);
  if (in->partition) return time_status(job, dw_partition_add(in->partition, reader, batch, err), err);
  if (in->check) dw_dataset_know_times(in->side, in->usable.instant);
  dw_dataset_add(in->side, reader, batch, NULL);
  return DW_OK;
}

static bool has(const dw_reader *reader, const char *const *names)
{
  size_t found = 0, all = 0;
  for (; names[all]; all++)
    for (uint32_t id = 0; id < dw_reader_columns(reader); id++) found += strcmp(dw_reader_column_name(reader, id), names[all]) == 0;
  return found == all;
}

/* Documents of ours in the place of records. Findings may be compared with findings. */
static dw_status check_documents(dw_comparison_job *job, const dw_reader *reader, const char *name, dw_err *err)
{
  static const char *const finding[] = {"kind", "check", "rule", "drift", "severity", NULL}, *const model[] = {"kind", "task",
                                                                                                               "booster_kind", NULL};
  if (has(reader, model)) return dw_err_at(err, DW_EDATA, name, 0, 0, "this is a model of dw-train, and what is compared is records");
  if (!job->documents_told && (job->documents_told = has(reader, finding)))
    dw_notices_warn(job->notices, "%s: these are findings of dw-compare, and are compared as data; dw-report shows them", name);
  return DW_OK;
}

/* Progress says which side it is of. */
typedef struct side_notices {
  const dw_notices *to;
  const char *side;
} side_notices;

static void say_side(void *context, const dw_progress *progress)
{
  const side_notices *named = context;
  dw_progress of_side = progress ? *progress : (dw_progress){0};
  of_side.what = named->side;
  dw_notices_progress(named->to, progress ? &of_side : NULL);
}

static dw_status open_source(dw_reader **reader, const dw_comparison_source *source, const dw_reader_options *options, dw_err *err)
{
  if (source->open) return source->open(source->context, reader, options, err);
  return dw_reader_open(reader, source->paths.text, source->paths.count, options, err);
}

dw_status dw_comparison_read_source(dw_comparison_job *job, const dw_comparison_source *source, const char *what, dw_dataset *side,
                                    dw_partition *partition, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  intake in = {.job = job, .side = side, .partition = partition};
  in.check = job->by_instant && (!partition || set->on_error || job->compare.matched); /* a partition that is to stop does so itself */
  dw_reader_options options = {.format = dw_format_at(set->format),
                               .threads = (unsigned)set->threads,
                               .memory = dw_size(set->memory / 4),
                               .skip_errors = set->on_error,
                               .dialect = &set->dialect,
                               .lines = partition || job->by_instant,
                               .marks = job->marks,
                               .renames = job->renames,
                               .want = dw_compare_wants,
                               .as_text = job->compare.type_count || job->time_format ? dw_compare_as_text : NULL,
                               .context = &job->columns};
  dw_reader *reader;
  bool profiles;
  dw_status status = dw_comparison_look(job, source, &options.begun, &profiles, err);
  if (status == DW_OK && profiles) return dw_comparison_read_profiles(job, source, options.begun, side, err);
  if (status == DW_OK) status = open_source(&reader, source, &options, err);
  if (status != DW_OK) return status;
  dw_chats_begin(&job->chats, &job->columns.selection);
  side_notices named = {job->notices, what};
  status = dw_reader_run(reader, &(dw_batch_sink){take_batch, &in}, &(dw_notices){.progress = say_side, .context = &named}, err);
  dw_usable_free(&in.usable);
  dw_buf_free(&in.scratch);
  const char *first = source->paths.count && strcmp(source->paths.text[0], "-") != 0 ? source->paths.text[0] : "standard input";
  if (status == DW_OK) status = check_documents(job, reader, first, err);
  if (status == DW_OK) {
    size_t length;
    if (partition) dw_partition_finish(partition, reader);
    take_spans(job);
    dw_reader_report(reader, what, job->notices);
    const char *header = dw_reader_header(reader, &length);
    job->lone_csv |= header && !memchr(header, dw_reader_delimiter(reader), length);
    job->input[job->input_count++] = dw_reader_made_by(reader, source->paths.count ? source->paths.text[0] : "-");
    job->skipped += dw_reader_skipped(reader);
  }
  dw_reader_close(reader);
  return status;
}

/* A form that settles whether day or month comes first. */
static void put_forms(dw_buf *out, int forms, char form[2][DW_TIME_FORMAT_TEXT])
{
  dw_buf_format(out, "--time-format '%s'%s%s%s", form[0], forms == 2 ? ", or '" : "", forms == 2 ? form[1] : "", forms == 2 ? "'" : "");
}

/* The first of the column's strings that is a date of another form than ISO 8601; NULL: none of those that are known. */
static const dw_stray *first_date(const dw_column *column, char form[2][DW_TIME_FORMAT_TEXT], int *forms)
{
  for (size_t i = 0; column && column->instants && column->dates && i < column->first_count; i++) {
    const dw_stray *stray = &column->first[i];
    *forms = stray->cut ? 0 : dw_time_format_guess(stray->text, stray->length, form);
    if (*forms) return stray;
  }
  return NULL;
}

/* The same of one that lacks its year. */
static const dw_stray *first_yearless(const dw_column *column)
{
  for (size_t i = 0; column && column->instants && column->dates && i < column->first_count; i++)
    if (dw_time_format_yearless(column->first[i].text, column->first[i].length, &(int64_t){0})) return &column->first[i];
  return NULL;
}

static void warn_left_out(const dw_comparison_job *job, const char *name, const dw_stray *stray, const char *what, const char *options)
{
  dw_err place;
  dw_err_at(&place, DW_EDATA, stray->file ? stray->file : "-", stray->line, 0, "column \"%s\" holds %s: it is left out, not compared (%s)",
            name, what, options);
  dw_notices_warn(job->notices, "%s", place.message);
}

static void warn_dates(const dw_comparison_job *job, const char *name, const dw_column *reference, const dw_column *current)
{
  char form[2][DW_TIME_FORMAT_TEXT];
  int forms;
  if (dw_compare_type_choice(&job->compare, name) || (job->settings->time && strcmp(job->settings->time, name) == 0)) return;
  if (dw_compare_type(&job->compare, name, reference, current) != DW_TYPE_DATETIME) return;
  if (reference->timing && !reference->undated) return; /* they are read */
  const dw_stray *stray = first_date(reference, form, &forms), *lacks = first_yearless(reference);
  if (!stray) stray = first_date(current, form, &forms);
  if (!lacks) lacks = first_yearless(current);
  dw_buf what = {0}, options = {0};
  if (stray) {
    dw_buf_format(&what, "dates (\"%.*s\"), %s", (int)stray->length, stray->text,
                  reference->undated && forms == 2 ? "of which nobody can tell whether day or month comes first" : "which pass");
    if (reference->undated && forms == 2) {
      put_forms(&options, forms, form);
      dw_buf_format(&options, " says so; --types %s=categorical compares the texts", name);
    } else {
      dw_buf_format(&options, "--types %s=categorical compares it; as the time of a record: --time %s ", name, name);
      put_forms(&options, forms, form);
    }
    warn_left_out(job, name, stray, dw_buf_cstr(&what), dw_buf_cstr(&options));
  } else if (lacks) {
    dw_buf_format(&what, "times without a year (\"%.*s\"), %s", (int)lacks->length, lacks->text,
                  reference->undated ? "whose order nobody can tell" : "and none is assumed");
    dw_buf_format(&options, "--types %s=categorical compares the texts", name);
    warn_left_out(job, name, lacks, dw_buf_cstr(&what), dw_buf_cstr(&options));
  }
  dw_buf_free(&what);
  dw_buf_free(&options);
}

/* Its rules know of numbers and texts: time that goes on is drift to them. */
static void warn_compared(const dw_comparison_job *job, const dw_column *reference, const dw_column *current)
{
  const char *name = reference->name, *time = job->settings->time;
  if (!current || dw_compare_type_choice(&job->compare, name) || (time && strcmp(time, name) == 0)) return;
  if (!dw_column_holds_instants(reference) || !dw_column_holds_instants(current)) return;
  dw_arena arena;
  dw_arena_init(&arena);
  dw_notices_warn(
      job->notices,
      "column \"%s\" holds instants, which --preset evidently compares as %s: that time goes on is drift to it (%s leaves it out)", name,
      dw_column_kinds(reference) == DW_KIND_NUMBER ? "numbers" : "texts", dw_compare_option(&arena, "--exclude", name, ""));
  dw_arena_free(&arena);
}

void dw_comparison_warn_dates(const dw_comparison_job *job)
{
  if (job->by_chunks) return;
  const dw_dataset *reference = &job->reference, *current = job->settings->alone ? NULL : &job->current;
  for (size_t i = 0; i < reference->column_count; i++) {
    const dw_column *column = reference->column[i], *other = current ? dw_dataset_find(current, column->name) : NULL;
    if (job->settings->preset == DW_PRESET_EVIDENTLY) warn_compared(job, column, other);
    else warn_dates(job, column->name, column, other);
  }
}
