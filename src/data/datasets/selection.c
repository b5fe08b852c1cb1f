#include "data/datasets/selection.h"

#include "base/str.h"
#include "data/datasets/chats.h"

bool dw_patterns_match(dw_patterns patterns, const char *name)
{
  for (size_t i = 0; i < patterns.count; i++)
    if (dw_text_match(patterns.text[i], name)) return true;
  return false;
}

static bool is_role(const char *role, const char *name) { return role && strcmp(role, name) == 0; }

static bool has_a_role(const dw_selection *s, const char *name)
{
  return is_role(s->label, name) || is_role(s->score, name) || is_role(s->by, name);
}

static bool left_out(const dw_selection *s, const char *name)
{
  return dw_patterns_match(s->id, name) || dw_patterns_match(s->exclude, name);
}

bool dw_selection_keeps(const dw_selection *s, const char *name)
{
  if (is_role(s->time, name)) return s->need_time;
  if (has_a_role(s, name)) return true;
  if (left_out(s, name)) return false;
  return s->only.count == 0 || dw_patterns_match(s->only, name);
}

bool dw_selection_wants_part(const dw_selection *s, const char *name, const char *part)
{
  if (has_a_role(s, part)) return true;
  if (left_out(s, part)) return false;
  return s->only.count == 0 || dw_patterns_match(s->only, name) || dw_patterns_match(s->only, part);
}

/* A part may be wanted of what may be a chat: only the values will tell. */
static bool wants_any_part(const dw_selection *s, const char *name)
{
  bool want = false;
  dw_buf part = {0};
  for (int i = 0; i < DW_CHAT_PARTS && !want; i++) {
    part.length = 0;
    dw_buf_format(&part, "%s.%s", name, dw_chat_suffix[i]);
    want = dw_selection_wants_part(s, name, dw_buf_cstr(&part));
  }
  dw_buf_free(&part);
  return want;
}

bool dw_selection_wants(void *selection, const char *name, size_t length)
{
  const dw_selection *s = selection;
  if (s->names) dw_roster_add(s->names, name, length);
  char *text = dw_strndup(name, length);
  bool want = dw_selection_keeps(s, text);
  if (!want && s->chats && !left_out(s, text) && !is_role(s->time, text)) want = wants_any_part(s, text);
  dw_free(text);
  return want;
}
