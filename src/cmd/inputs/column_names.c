#include "cmd/inputs/column_names.h"

#include "cmd/options/cmd.h"

enum { SHOWN = 20 };

/* "; did you mean "amount"?", or what there is. The names are of both sides where there are two. */
static void add_hint(dw_buf *out, const char *name, const char *there, const dw_roster *names)
{
  if (dw_roster_have(names, name)) {
    dw_buf_text(out, "; the other side has it");
    return;
  }
  const char *near = dw_roster_nearest(names, name);
  if (near) dw_buf_format(out, "; did you mean \"%s\"?", near);
  if (near || !names->map.count) return;
  dw_buf_format(out, "; %s ", there);
  dw_roster_list(names, SHOWN, out);
}

static void warn(const char *option, const char *name, const dw_roster *names)
{
  dw_buf hint = {0};
  add_hint(&hint, name, "there are", names);
  dw_cmd_warn("%s: there is no column \"%s\"%s", option, name, dw_buf_cstr(&hint));
  dw_buf_free(&hint);
}

void dw_cmd_warn_column(const char *option, const char *name, const dw_roster *names)
{
  if (name && names->map.count && !dw_roster_have(names, name)) warn(option, name, names);
}

void dw_cmd_warn_columns(const char *option, dw_patterns list, const dw_roster *names)
{
  for (size_t i = 0; i < list.count && names->map.count; i++)
    if (!dw_roster_match(names, list.text[i])) warn(option, list.text[i], names);
}

void dw_cmd_fail_column(const char *option, const char *name, const char *side, const dw_roster *names)
{
  dw_err err;
  dw_buf hint = {0};
  add_hint(&hint, name, "it has", names);
  dw_err_set(&err, DW_EDATA, "%s: the %s has no column \"%s\"%s", option, side, name, dw_buf_cstr(&hint));
  dw_buf_free(&hint);
  dw_cmd_fail(&err);
}

void dw_cmd_check_column(const char *option, const char *name, const char *side, const dw_roster *names)
{
  if (name && !dw_roster_have(names, name)) dw_cmd_fail_column(option, name, side, names);
}

void dw_cmd_check_selection(const dw_selection *s, const char *side)
{
  dw_cmd_check_column("--label", s->label, side, s->names);
  dw_cmd_check_column("--score", s->score, side, s->names);
  dw_cmd_check_column("--by", s->by, side, s->names);
  for (size_t i = 0; i < s->only.count; i++)
    if (!dw_roster_match(s->names, s->only.text[i])) dw_cmd_fail_column("--columns", s->only.text[i], side, s->names);
  if (s->need_time) dw_cmd_check_column("--time", s->time, side, s->names);
  dw_cmd_warn_column("--time", s->time, s->names);
  dw_cmd_warn_columns("--exclude", s->exclude, s->names);
  dw_cmd_warn_columns("--id", s->id, s->names);
}
