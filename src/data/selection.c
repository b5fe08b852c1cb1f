#include "data/selection.h"

#include "base/str.h"

bool dw_patterns_match(dw_patterns patterns, const char *name)
{
  for (size_t i = 0; i < patterns.count; i++)
    if (dw_text_match(patterns.text[i], name)) return true;
  return false;
}

static bool is_role(const char *role, const char *name) { return role && strcmp(role, name) == 0; }

static bool wants(const dw_selection *s, const char *name)
{
  if (is_role(s->time, name)) return s->need_time;
  if (is_role(s->label, name) || is_role(s->score, name) || is_role(s->by, name)) return true;
  if (dw_patterns_match(s->id, name) || dw_patterns_match(s->exclude, name)) return false;
  return s->only.count == 0 || dw_patterns_match(s->only, name);
}

bool dw_selection_wants(void *selection, const char *name, size_t length)
{
  const dw_selection *s = selection;
  if (s->names) dw_roster_add(s->names, name, length);
  char *text = dw_strndup(name, length);
  bool want = wants(s, text);
  dw_free(text);
  return want;
}
