#include "cmd/inputs/compare_names.h"

#include "base/str.h"
#include "cmd/inputs/column_names.h"
#include "cmd/inputs/compare_settings.h"
#include "data/datasets/selection.h"

/* --- what must be there --- */

static dw_patterns patterns(const dw_text_list *list) { return (dw_patterns){list->text, list->count}; }

static bool kept_out(const char *name)
{
  const dw_compare_settings *set = &dw_compare_set;
  bool time = set->time && strcmp(set->time, name) == 0;
  return time || dw_patterns_match(patterns(&set->id), name) || dw_patterns_match(patterns(&set->exclude), name);
}

_Noreturn static void fail_unknown(const char *option, const char *name, const dw_roster *names)
{
  dw_err err;
  if (kept_out(name)) {
    dw_err_set(&err, DW_EDATA, "%s: \"%s\" is left out by --time, --id or --exclude", option, name);
    dw_cmd_fail(&err);
  }
  dw_cmd_fail_column(option, name, "reference", names);
}

static void check_column(const char *option, const char *name, const dw_dataset *reference, const dw_roster *names)
{
  if (name && !dw_dataset_find(reference, name)) fail_unknown(option, name, names);
}

static bool any_match(const dw_dataset *set, const char *pattern)
{
  for (size_t i = 0; i < set->column_count; i++)
    if (dw_text_match(pattern, set->column[i]->name)) return true;
  return false;
}

void dw_compare_check_names(const dw_dataset *reference, const dw_roster *names)
{
  const dw_compare_settings *set = &dw_compare_set;
  check_column("--label", set->label, reference, names);
  check_column("--score", set->score, reference, names);
  check_column("--by", set->by, reference, names);
  for (size_t i = 0; i < set->columns.count; i++)
    if (!any_match(reference, set->columns.text[i])) fail_unknown("--columns", set->columns.text[i], names);
  for (size_t i = 0; i < set->vector.count; i++) {
    if (reference->gather[i].parts > 0) continue;
    if (!dw_roster_match(names, set->vector.text[i])) fail_unknown("--vector", set->vector.text[i], names);
    dw_err err;
    dw_err_set(&err, DW_EDATA, "--vector: the reference has no column of numbers that \"%s\" matches", set->vector.text[i]);
    dw_cmd_fail(&err);
  }
}

/* --- what had nothing to act on --- */

/* Settings often serve several calls: what this call leaves out is no slip. */
static bool left_out(const char *name)
{
  const dw_compare_settings *set = &dw_compare_set;
  return kept_out(name) || dw_patterns_match(patterns(&set->vector), name) ||
         (set->columns.count && !dw_patterns_match(patterns(&set->columns), name));
}

static void warn_unknown(const char *option, const char *name, const dw_dataset *reference, const dw_dataset *current,
                         const dw_roster *names)
{
  bool known = dw_dataset_find(reference, name) || dw_dataset_find(current, name);
  if (!known && !left_out(name)) dw_cmd_warn_column(option, name, names);
}

/* comment.words, with --describe comment: a column that the input does not have. */
static bool is_description(const char *pattern, const dw_roster *names)
{
  const char *dot = strrchr(pattern, '.');
  char *text = dw_strndup(pattern, dot ? (size_t)(dot - pattern) : 0);
  bool is = dot && dw_compare_set.describe.count && dw_roster_match(names, text);
  dw_free(text);
  return is;
}

/* A column that is there is no text, then. */
static void warn_describe(const char *pattern, const dw_roster *names)
{
  if (dw_roster_match(names, pattern)) dw_cmd_warn("--describe: there is no column of text \"%s\"", pattern);
  else dw_cmd_warn_columns("--describe", (dw_patterns){&pattern, 1}, names);
}

static bool is_described(const dw_dataset *set, const char *pattern)
{
  for (size_t i = 0; i < set->column_count; i++)
    if (set->column[i]->describes && dw_text_match(pattern, set->column[i]->describes->name)) return true;
  return false;
}

static void check_fail_on(const dw_limits *limits, const dw_dataset *reference, const dw_dataset *current, const dw_roster *names)
{
  for (size_t i = 0; i < limits->fail_column_count; i++)
    if (!dw_dataset_find(current, limits->fail_column[i])) check_column("--fail-on", limits->fail_column[i], reference, names);
}

void dw_compare_check_settings(const dw_compare_options *options, const dw_dataset *reference, const dw_dataset *current,
                               const dw_roster *names)
{
  const dw_compare_settings *set = &dw_compare_set;
  const dw_limits *limits = options->limits;
  if (set->preset == DW_PRESET_NANNYML) dw_cmd_check_column("--time", set->time, "reference", names); /* its chunks are of time */
  dw_cmd_warn_column("--time", set->time, names);
  dw_cmd_warn_columns("--id", patterns(&set->id), names);
  for (size_t i = 0; i < set->exclude.count; i++)
    if (!is_description(set->exclude.text[i], names)) dw_cmd_warn_columns("--exclude", (dw_patterns){&set->exclude.text[i], 1}, names);
  check_fail_on(limits, reference, current, names);
  for (size_t i = 0; i < limits->method_count; i++)
    if (limits->method[i].column) warn_unknown("--method", limits->method[i].column, reference, current, names);
  for (size_t i = 0; i < limits->threshold_count; i++)
    if (limits->threshold[i].column) warn_unknown("--threshold", limits->threshold[i].column, reference, current, names);
  for (size_t i = 0; i < options->type_count; i++) {
    const char *pattern = options->type[i].column;
    bool known = any_match(reference, pattern) || any_match(current, pattern);
    if (!known && !left_out(pattern)) dw_cmd_warn_columns("--types", (dw_patterns){&pattern, 1}, names);
  }
  for (size_t i = 0; i < set->describe.count; i++)
    if (!is_described(reference, set->describe.text[i])) warn_describe(set->describe.text[i], names);
}
