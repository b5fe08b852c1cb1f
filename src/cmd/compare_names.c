#include "cmd/compare_names.h"

#include "base/str.h"
#include "cmd/compare_settings.h"
#include "data/selection.h"

/* --- what must be there --- */

static dw_patterns patterns(const dw_text_list *list) { return (dw_patterns){list->text, list->count}; }

_Noreturn static void fail_unknown(const char *option, const char *name, const dw_dataset *reference)
{
  const dw_compare_settings *set = &dw_compare_set;
  dw_err err;
  if ((set->time && strcmp(set->time, name) == 0) || dw_patterns_match(patterns(&set->id), name) || dw_patterns_match(patterns(&set->exclude), name)) {
    dw_err_set(&err, DW_EDATA, "%s: \"%s\" is left out by --time, --id or --exclude", option, name);
    dw_cmd_fail(&err);
  }
  dw_buf known = {0};
  for (size_t i = 0; i < reference->column_count && i < 20; i++) dw_buf_format(&known, "%s%s", i ? ", " : "", reference->column[i]->name);
  dw_err_set(&err, DW_EDATA, "%s: the reference has no column \"%s\"%s%s%s", option, name, known.length ? "; it has " : "", dw_buf_cstr(&known),
             reference->column_count > 20 ? " …" : "");
  dw_cmd_fail(&err);
}

static void check_column(const char *option, const char *name, const dw_dataset *reference)
{
  if (name && !dw_dataset_find(reference, name)) fail_unknown(option, name, reference);
}

static bool any_match(const dw_dataset *set, const char *pattern)
{
  for (size_t i = 0; i < set->column_count; i++)
    if (dw_text_match(pattern, set->column[i]->name)) return true;
  return false;
}

void dw_compare_check_names(const dw_dataset *reference)
{
  const dw_compare_settings *set = &dw_compare_set;
  check_column("--label", set->label, reference);
  check_column("--score", set->score, reference);
  check_column("--by", set->by, reference);
  for (size_t i = 0; i < set->columns.count; i++)
    if (!any_match(reference, set->columns.text[i])) fail_unknown("--columns", set->columns.text[i], reference);
  for (size_t i = 0; i < set->vector.count; i++) {
    if (reference->gather[i].parts > 0) continue;
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
  return (set->time && strcmp(set->time, name) == 0) || dw_patterns_match(patterns(&set->id), name) || dw_patterns_match(patterns(&set->exclude), name) ||
         dw_patterns_match(patterns(&set->vector), name) || (set->columns.count && !dw_patterns_match(patterns(&set->columns), name));
}

static void warn_unknown(const char *option, const char *name, const dw_dataset *reference, const dw_dataset *current)
{
  if (!dw_dataset_find(reference, name) && !dw_dataset_find(current, name) && !left_out(name)) dw_cmd_warn("%s: there is no column \"%s\"", option, name);
}

static bool is_described(const dw_dataset *set, const char *pattern)
{
  for (size_t i = 0; i < set->column_count; i++)
    if (set->column[i]->describes && dw_text_match(pattern, set->column[i]->describes->name)) return true;
  return false;
}

static void check_fail_on(const dw_limits *limits, const dw_dataset *reference, const dw_dataset *current)
{
  for (size_t i = 0; i < limits->fail_column_count; i++)
    if (!dw_dataset_find(current, limits->fail_column[i])) check_column("--fail-on", limits->fail_column[i], reference);
}

void dw_compare_check_settings(const dw_compare_options *options, const dw_dataset *reference, const dw_dataset *current)
{
  const dw_compare_settings *set = &dw_compare_set;
  check_fail_on(options->limits, reference, current);
  for (size_t i = 0; i < options->limits->method_count; i++)
    if (options->limits->method[i].column) warn_unknown("--method", options->limits->method[i].column, reference, current);
  for (size_t i = 0; i < options->limits->threshold_count; i++)
    if (options->limits->threshold[i].column) warn_unknown("--threshold", options->limits->threshold[i].column, reference, current);
  for (size_t i = 0; i < options->type_count; i++) {
    const char *pattern = options->type[i].column;
    if (!any_match(reference, pattern) && !any_match(current, pattern) && !left_out(pattern)) dw_cmd_warn("--types: there is no column \"%s\"", pattern);
  }
  for (size_t i = 0; i < set->describe.count; i++)
    if (!is_described(reference, set->describe.text[i])) dw_cmd_warn("--describe: there is no column of text \"%s\"", set->describe.text[i]);
}
