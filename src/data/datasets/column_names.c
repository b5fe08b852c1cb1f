#include "data/datasets/column_names.h"

static void warn(const char *option, const char *name, const dw_roster *names, const dw_notices *notices)
{
  dw_buf hint = {0};
  dw_roster_hint(names, name, "there are", &hint);
  dw_notices_warn(notices, "%s: there is no column \"%s\"%s", option, name, dw_buf_cstr(&hint));
  dw_buf_free(&hint);
}

void dw_column_names_warn(const char *option, const char *name, const dw_roster *names, const dw_notices *notices)
{
  if (name && names->map.count && !dw_roster_have(names, name)) warn(option, name, names, notices);
}

void dw_column_names_warn_all(const char *option, dw_patterns list, const dw_roster *names, const dw_notices *notices)
{
  for (size_t i = 0; i < list.count && names->map.count; i++)
    if (!dw_roster_match(names, list.text[i])) warn(option, list.text[i], names, notices);
}

dw_status dw_column_names_missing(const char *option, const char *name, const char *side, const dw_roster *names, dw_err *err)
{
  dw_buf hint = {0};
  dw_roster_hint(names, name, "it has", &hint);
  dw_err_set(err, DW_EDATA, "%s: the %s has no column \"%s\"%s", option, side, name, dw_buf_cstr(&hint));
  dw_buf_free(&hint);
  return DW_EDATA;
}

dw_status dw_column_names_check(const char *option, const char *name, const char *side, const dw_roster *names, dw_err *err)
{
  return name && !dw_roster_have(names, name) ? dw_column_names_missing(option, name, side, names, err) : DW_OK;
}

dw_status dw_column_names_check_selection(const dw_selection *s, const char *side, const dw_notices *notices, dw_err *err)
{
  const struct {
    const char *option, *name;
  } needed[] = {{"--label", s->label}, {"--score", s->score}, {"--by", s->by}};
  dw_status status = DW_OK;
  for (size_t i = 0; i < sizeof needed / sizeof *needed && status == DW_OK; i++)
    status = dw_column_names_check(needed[i].option, needed[i].name, side, s->names, err);
  for (size_t i = 0; i < s->only.count && status == DW_OK; i++)
    if (!dw_roster_match(s->names, s->only.text[i])) status = dw_column_names_missing("--columns", s->only.text[i], side, s->names, err);
  if (status == DW_OK && s->need_time) status = dw_column_names_check("--time", s->time, side, s->names, err);
  if (status != DW_OK) return status;
  dw_column_names_warn("--time", s->time, s->names, notices);
  dw_column_names_warn_all("--exclude", s->exclude, s->names, notices);
  dw_column_names_warn_all("--id", s->id, s->names, notices);
  return DW_OK;
}
