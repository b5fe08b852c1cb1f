#include "io/text/roster.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/text/yaml.h"

enum { ROSTER_NAMES = 1 << 17, ROSTER_BYTES = 32 << 20 };
enum { LEAST_PART = 3 }; /* letters: "id" is a part of half of all names */

void dw_roster_init(dw_roster *names)
{
  dw_map_init(&names->map);
  dw_map_init(&names->objects);
  names->full = false;
}

void dw_roster_free(dw_roster *names)
{
  dw_map_free(&names->map);
  dw_map_free(&names->objects);
}

void dw_roster_add(dw_roster *names, const char *name, size_t length)
{
  if (names->full || dw_map_find(&names->map, name, length) != DW_MAP_NONE) return;
  size_t held = dw_map_bytes(&names->map) + dw_map_bytes(&names->objects) + length;
  names->full = names->map.count == ROSTER_NAMES || held > ROSTER_BYTES;
  if (names->full) return;
  dw_map_intern(&names->map, name, length);
  for (size_t i = 1; i < length && !names->full; i++) {
    if (name[i] != '.') continue;
    held += i; /* the objects of one name with very many dots */
    names->full = held > ROSTER_BYTES;
    dw_map_intern(&names->objects, name, i);
  }
}

static bool is_object(const dw_roster *names, const char *name) { return dw_map_find(&names->objects, name, strlen(name)) != DW_MAP_NONE; }

bool dw_roster_have(const dw_roster *names, const char *name)
{
  if (names->full) return true;
  return dw_map_find(&names->map, name, strlen(name)) != DW_MAP_NONE && !is_object(names, name);
}

bool dw_roster_match(const dw_roster *names, const char *pattern)
{
  if (names->full) return true;
  for (size_t i = 0; i < names->map.count; i++) {
    const char *name = names->map.keys[i].text;
    if (dw_text_match(pattern, name) && !is_object(names, name)) return true;
  }
  return false;
}

static int text_order(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* The columns in the order of their bytes, as names come in the order of the threads; the caller frees the array. */
static const char **columns(const dw_roster *names, size_t *count)
{
  const char **column = dw_alloc_array(names->map.count, sizeof *column);
  *count = 0;
  for (size_t i = 0; i < names->map.count; i++)
    if (!is_object(names, names->map.keys[i].text)) column[(*count)++] = names->map.keys[i].text;
  qsort(column, *count, sizeof *column, text_order);
  return column;
}

/* In lower case, without what joins words and what stands for others. */
static char *folded(const char *name)
{
  char *text = dw_strdup(name), *out = text;
  for (const char *p = name; *p; p++)
    if (!strchr("-_. *?", *p)) *out++ = (char)tolower((unsigned char)*p);
  *out = '\0';
  return text;
}

static size_t same(const char *name, const char *const *known, size_t count)
{
  size_t i = 0;
  while (i < count && strcmp(known[i], name) != 0) i++;
  return i;
}

static size_t near(const char *name, const char *const *known, size_t count)
{
  const char *nearest = dw_nearest(name, known, count);
  size_t i = 0;
  while (i < count && known[i] != nearest) i++;
  return i;
}

/* One alone: of several nobody knows which. */
static size_t part(const char *name, const char *const *known, size_t count)
{
  size_t found = count, many = 0;
  for (size_t i = 0; i < count; i++) {
    const char *longer = strlen(known[i]) > strlen(name) ? known[i] : name, *shorter = longer == name ? known[i] : name;
    if (strlen(shorter) < LEAST_PART || !strstr(longer, shorter)) continue;
    found = i;
    many++;
  }
  return many == 1 ? found : count;
}

/* A column inside the object `name`. */
static size_t member(const char *name, const char *const *column, size_t count)
{
  size_t length = strlen(name), i = 0;
  while (i < count && (strncmp(column[i], name, length) != 0 || column[i][length] != '.')) i++;
  return i;
}

const char *dw_roster_nearest(const dw_roster *names, const char *name)
{
  size_t count;
  const char **column = columns(names, &count);
  char **known = dw_alloc_array(count, sizeof *known), *text = folded(name);
  for (size_t i = 0; i < count; i++) known[i] = folded(column[i]);
  const char *const *words = (const char *const *)known;
  size_t at = is_object(names, name) ? member(name, column, count) : count;
  if (*text && at == count) at = same(text, words, count);
  if (*text && at == count) at = near(text, words, count);
  if (*text && at == count) at = part(text, words, count);
  const char *found = at < count ? column[at] : NULL;
  for (size_t i = 0; i < count; i++) dw_free(known[i]);
  dw_free(known);
  dw_free(text);
  dw_free(column);
  return found;
}

void dw_roster_list(const dw_roster *names, size_t most, dw_buf *out)
{
  size_t count;
  const char **column = columns(names, &count);
  for (size_t i = 0; i < count && i < most; i++) dw_buf_format(out, "%s%s", i ? ", " : "", column[i]);
  if (count > most) dw_buf_text(out, " …");
  dw_free(column);
}

void dw_roster_hint(const dw_roster *names, const char *name, const char *there, dw_buf *out)
{
  enum { SHOWN = 20 };
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
