/* The names that a comparison is given must be those of columns: silence about a slip of the pen would look like "no drift". */
#include "base/str.h"
#include "data/datasets/column_names.h"
#include "detect/compare/timing.h"
#include "detect/job/comparison_parts.h"

/* --- what must be there --- */

static bool kept_out(const dw_comparison_settings *set, const char *name)
{
  bool time = set->time && strcmp(set->time, name) == 0;
  return time || dw_patterns_match(dw_comparison_patterns(&set->id), name) ||
         dw_patterns_match(dw_comparison_patterns(&set->exclude), name);
}

static dw_status unknown(const dw_comparison_job *job, const char *option, const char *name, dw_err *err)
{
  if (kept_out(job->settings, name)) return dw_err_set(err, DW_EDATA, "%s: \"%s\" is left out by --time, --id or --exclude", option, name);
  return dw_column_names_missing(option, name, "reference", &job->names, err);
}

static dw_status check_column(const dw_comparison_job *job, const char *option, const char *name, dw_err *err)
{
  return name && !dw_dataset_find(&job->reference, name) ? unknown(job, option, name, err) : DW_OK;
}

static bool any_match(const dw_dataset *set, const char *pattern)
{
  for (size_t i = 0; i < set->column_count; i++)
    if (dw_text_match(pattern, set->column[i]->name)) return true;
  return false;
}

static dw_status check_vector(const dw_comparison_job *job, size_t i, dw_err *err)
{
  const char *pattern = job->settings->vector.text[i];
  if (job->reference.gather[i].parts > 0) return DW_OK;
  if (!dw_roster_match(&job->names, pattern)) return unknown(job, "--vector", pattern, err);
  return dw_err_set(err, DW_EDATA, "--vector: the reference has no column of numbers that \"%s\" matches", pattern);
}

dw_status dw_comparison_check_names(const dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  dw_status status = check_column(job, "--label", set->label, err);
  if (status == DW_OK) status = check_column(job, "--score", set->score, err);
  if (status == DW_OK) status = check_column(job, "--by", set->by, err);
  for (size_t i = 0; i < set->columns.count && status == DW_OK; i++)
    if (!any_match(&job->reference, set->columns.text[i])) status = unknown(job, "--columns", set->columns.text[i], err);
  for (size_t i = 0; i < set->vector.count && status == DW_OK; i++) status = check_vector(job, i, err);
  return status;
}

/* --- what had nothing to act on --- */

/* Settings often serve several calls: what this call leaves out is no slip. */
static bool left_out(const dw_comparison_settings *set, const char *name)
{
  return kept_out(set, name) || dw_patterns_match(dw_comparison_patterns(&set->vector), name) ||
         (set->columns.count && !dw_patterns_match(dw_comparison_patterns(&set->columns), name));
}

static void warn_unknown(const dw_comparison_job *job, const char *option, const char *name)
{
  bool known = !name || dw_dataset_find(&job->reference, name) || dw_dataset_find(&job->current, name);
  if (!known && !left_out(job->settings, name)) dw_column_names_warn(option, name, &job->names, job->notices);
}

static void warn_unmatched(const dw_comparison_job *job, const char *option, const char *pattern)
{
  dw_column_names_warn_all(option, (dw_patterns){&pattern, 1}, &job->names, job->notices);
}

/* comment.words, with --describe comment, and created_at.gap, or *.gap: columns that the input does not have. */
static bool is_description(const dw_comparison_job *job, const char *pattern)
{
  const char *dot = strrchr(pattern, '.');
  char *text = dw_strndup(pattern, dot ? (size_t)(dot - pattern) : 0);
  bool made = job->settings->describe.count || (job->by_timing && (dw_timing_name(pattern) || (dot && strcmp(dot, ".*") == 0)));
  bool is = dot && made && dw_roster_match(&job->names, text);
  dw_free(text);
  return is;
}

static bool is_described(const dw_dataset *set, const char *pattern)
{
  for (size_t i = 0; i < set->column_count; i++)
    if (set->column[i]->describes && dw_text_match(pattern, set->column[i]->describes->name)) return true;
  return false;
}

/* A column that is there is no text, then. */
static void warn_describe(const dw_comparison_job *job, const char *pattern)
{
  if (is_described(&job->reference, pattern)) return;
  if (dw_roster_match(&job->names, pattern)) dw_notices_warn(job->notices, "--describe: there is no column of text \"%s\"", pattern);
  else warn_unmatched(job, "--describe", pattern);
}

static dw_status check_fail_on(const dw_comparison_job *job, dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t i = 0; i < job->limits.fail_column_count && status == DW_OK; i++)
    if (!dw_dataset_find(&job->current, job->limits.fail_column[i]))
      status = check_column(job, "--fail-on", job->limits.fail_column[i], err);
  return status;
}

dw_status dw_comparison_check_settings(const dw_comparison_job *job, dw_err *err)
{
  const dw_comparison_settings *set = job->settings;
  const dw_limits *limits = &job->limits;
  dw_status status = DW_OK;
  status = dw_renames_check(job->renames, &job->names, job->reference_made, err);
  if (status == DW_OK && job->by_chunks)
    status = dw_column_names_check("--time", set->time, "reference", &job->names, err); /* its chunks are of time */
  if (status != DW_OK) return status;
  dw_column_names_warn("--time", set->time, &job->names, job->notices);
  dw_column_names_warn_all("--id", dw_comparison_patterns(&set->id), &job->names, job->notices);
  for (size_t i = 0; i < set->exclude.count; i++)
    if (!is_description(job, set->exclude.text[i])) warn_unmatched(job, "--exclude", set->exclude.text[i]);
  status = check_fail_on(job, err);
  if (status != DW_OK) return status;
  for (size_t i = 0; i < set->require.count; i++) warn_unknown(job, "--require", set->require.text[i]);
  const char *marked;
  for (size_t i = 0; (marked = dw_marks_column(job->marks, i)); i++) warn_unknown(job, "--missing", marked);
  for (size_t i = 0; i < limits->method_count; i++) warn_unknown(job, "--method", limits->method[i].column);
  for (size_t i = 0; i < limits->threshold_count; i++) warn_unknown(job, "--threshold", limits->threshold[i].column);
  for (size_t i = 0; i < limits->effect_count; i++) warn_unknown(job, "--min-effect", limits->effect[i].column);
  for (size_t i = 0; i < set->types.count; i++) {
    const char *pattern = job->type[i].column;
    bool known = any_match(&job->reference, pattern) || any_match(&job->current, pattern);
    if (!known && !left_out(set, pattern)) warn_unmatched(job, "--types", pattern);
  }
  for (size_t i = 0; i < set->describe.count; i++) warn_describe(job, set->describe.text[i]);
  return DW_OK;
}

dw_status dw_comparison_check_baseline(dw_comparison_job *job, dw_err *err)
{
  const dw_limits *limits = &job->limits;
  for (size_t i = 0; i < job->reference.column_count; i++) { /* those made of chats, too */
    const char *name = job->reference.column[i]->name;
    dw_roster_add(&job->names, name, strlen(name));
  }
  dw_status status = dw_renames_check(job->renames, &job->names, false, err);
  if (status == DW_OK && job->input[0].rows)
    status = dw_column_names_check_selection(&job->columns.selection, "baseline", job->notices, err);
  if (status != DW_OK) return status;
  const char *marked;
  for (size_t i = 0; (marked = dw_marks_column(job->marks, i)); i++) dw_column_names_warn("--missing", marked, &job->names, job->notices);
  for (size_t i = 0; i < job->settings->types.count; i++) warn_unmatched(job, "--types", job->type[i].column);
  for (size_t i = 0; i < limits->method_count; i++) dw_column_names_warn("--method", limits->method[i].column, &job->names, job->notices);
  return DW_OK;
}

static bool is_code(const dw_map_key *key)
{
  return key->length == 2 && key->text[0] >= 'A' && key->text[0] <= 'Z' && key->text[1] >= 'A' && key->text[1] <= 'Z';
}

static bool mostly_codes(const dw_column *column)
{
  size_t codes = 0;
  for (size_t i = 0; column && i < column->texts.count; i++) codes += is_code(&column->texts.keys[i]);
  return codes > 1 && codes * 2 > column->texts.count;
}

/* Namibia, North America: nobody but the reader knows. */
static void warn_codes(const dw_comparison_job *job, const char *name, const dw_column *reference, const dw_column *current)
{
  uint64_t marks = (reference ? reference->null_codes : 0) + (current ? current->null_codes : 0);
  if (marks == 0 || (!mostly_codes(reference) && !mostly_codes(current)) || !dw_marks_usual(job->marks, name, strlen(name))) return;
  if (dw_compare_type(&job->compare, name, reference, current) != DW_TYPE_CATEGORICAL) return;
  dw_arena arena;
  dw_arena_init(&arena);
  dw_notices_warn(job->notices, "\"%s\": NA is read as a missing value (%llu times), among codes of two letters; %s keeps it", name,
                  (unsigned long long)marks, dw_compare_option(&arena, "--missing", name, "="));
  dw_arena_free(&arena);
}

void dw_comparison_warn_codes(const dw_comparison_job *job)
{
  if (job->by_chunks) return;
  const dw_dataset *reference = &job->reference, *current = job->settings->alone ? NULL : &job->current;
  for (size_t i = 0; i < reference->column_count; i++) {
    const char *name = reference->column[i]->name;
    const dw_column *now = current ? dw_dataset_find(current, name) : NULL;
    warn_codes(job, name, reference->column[i], now);
    if (reference->column[i]->guessed || (now && now->guessed))
      dw_notices_warn(
          job->notices,
          "\"%s\": the comma of numbers such as 1,234 is taken to separate thousands; --decimal , says otherwise, --decimal . that it does",
          name);
  }
}
