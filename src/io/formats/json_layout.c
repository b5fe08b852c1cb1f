#include "io/formats/json_layout.h"

#include "io/formats/ndjson.h"

#define LAYOUT(what) "one JSON " what "; write it with orient='records', lines=True"

static const char by_columns[] = LAYOUT("object with a whole table in it, column by column (pandas' to_json, orient='columns')");
static const char by_index[] = LAYOUT("object with a whole table in it, row by row (pandas' to_json, orient='index')");
static const char by_label[] =
    LAYOUT("object with a whole table in it, an object a row or a column (pandas' to_json, orient='index' or 'columns')");
static const char by_lists[] = "one JSON object with a whole table in it, a list a column (pandas' to_dict('list')); write it with "
                               "to_json(orient='records', lines=True)";
static const char by_split[] = LAYOUT("object with a whole table in it (pandas' to_json, orient='split')");
static const char by_table[] = LAYOUT("object with a whole table in it (pandas' to_json, orient='table')");
static const char by_values[] = LAYOUT("array of arrays, a table without names (pandas' to_json, orient='values')");
static const char spread[] = "a JSON object over several lines; NDJSON has one object a line (jq -c . makes it)";
static const char wrapped[] =
    "a JSON object over several lines, with the records in an array; NDJSON has one a line (jq -c '.NAME[]' makes it)";

/* --- a walk over what is there: lines do not matter, and what is no JSON ends it --- */

typedef struct walk {
  const char *p, *end;
  bool wrong;  /* no JSON */
  bool closed; /* the last walk_name came to the brace */
} walk;

static bool here(const walk *w) { return !w->wrong && w->p < w->end; }

static char walk_space(walk *w)
{
  while (here(w) && *w->p && strchr(" \t\r\n", *w->p)) w->p++;
  return here(w) ? *w->p : '\0';
}

static bool walk_string(walk *w)
{
  for (w->p++; here(w) && *w->p != '"'; w->p++) {
    if (*w->p == '\n') w->wrong = true;
    if (*w->p == '\\' && w->p + 1 < w->end) w->p++;
  }
  if (!here(w)) return false;
  w->p++;
  return true;
}

/* Past a value, whatever is in it. */
static void walk_value(walk *w)
{
  size_t depth = 0;
  do {
    char c = walk_space(w);
    if (c == '"') walk_string(w);
    else if (c == '{' || c == '[') depth++, w->p++;
    else if ((c == '}' || c == ']') && depth) depth--, w->p++;
    else if (!c) w->wrong |= here(w);
    else if (c == ',' || c == ':') w->wrong |= depth == 0, w->p++;
    else
      for (w->wrong |= c == '}' || c == ']'; here(w) && !strchr(" \t\r\n,:]}\"{[", *w->p);) w->p++;
  } while (here(w) && depth);
}

/* The name of the next member of an object, behind { or a value; NULL: it is over (w->p stands behind the brace), or ends here. */
static const char *walk_name(walk *w, size_t *length)
{
  char c = walk_space(w);
  w->closed = c == '}';
  if (c == ',') w->p++, c = walk_space(w);
  const char *name = w->p + 1;
  if (c != '"') {
    w->wrong |= here(w) && !w->closed;
    w->p += here(w);
    return NULL;
  }
  if (!walk_string(w)) return NULL;
  *length = (size_t)(w->p - 1 - name);
  if (walk_space(w) != ':') return w->wrong |= here(w), NULL;
  w->p++;
  return walk_space(w) ? name : NULL;
}

/* --- what an object is --- */

static bool is_whole(const char *name, size_t length)
{
  size_t digits = 0;
  for (size_t i = 0; i < length; i++) digits += (unsigned)(name[i] - '0') <= 9;
  return length > 0 && digits == length;
}

typedef struct seen {
  size_t members, objects, numbered; /* whose names are whole numbers */
  size_t columns;                    /* objects whose members' names are all whole numbers, and whose members are no objects */
  size_t alike, lists;               /* objects with the first one's names; arrays of as many plain values as the first has */
  bool named_columns, data, schema, records;
} seen;

/* An object's members; w->p stands at its brace. */
static bool is_column(walk *w)
{
  size_t length, count = 0, whole = 0, nested = 0;
  bool from_zero = false;
  w->p++;
  for (const char *name; (name = walk_name(w, &length));) {
    count++;
    whole += is_whole(name, length);
    nested += *w->p == '{';
    from_zero |= count == 1 && *name == '0';
    walk_value(w);
  }
  return whole == count && nested == 0 && (count > 1 || from_zero);
}

/* Of plain values under two names or more, the same as those in the object at `first`, in their order. */
static bool is_alike(walk w, walk first)
{
  size_t length, first_length, count = 0;
  w.p++, first.p++;
  for (const char *name; (name = walk_name(&w, &length)); count++) {
    const char *same = walk_name(&first, &first_length);
    if (*w.p == '{' || *w.p == '[' || !same || length != first_length || memcmp(name, same, length) != 0) return false;
    walk_value(&w);
    walk_value(&first);
  }
  return w.closed && count > 1 && !walk_name(&first, &first_length) && first.closed;
}

/* How many values an array has; 0: arrays or objects are among them. */
static size_t plain_values(walk w)
{
  size_t count = 0;
  w.p++;
  for (char c; (c = walk_space(&w)) && c != ']'; count++) {
    if (c == ',') w.p++, c = walk_space(&w);
    if (!c || strchr("{[]},:", c)) return 0;
    walk_value(&w);
  }
  return here(&w) ? count : 0;
}

static bool array_of_objects(const walk *w)
{
  walk inside = {.p = w->p + 1, .end = w->end};
  return walk_space(&inside) == '{';
}

static seen look_at(walk *w)
{
  seen s = {0};
  size_t length, rows = 0;
  walk first = {0};
  w->p++;
  for (const char *name; (name = walk_name(w, &length)); s.members++) {
    char c = *w->p;
    if (s.members == 0) first = *w, rows = c == '[' ? plain_values(*w) : 0;
    if (rows > 1 && c == '[') s.lists += plain_values(*w) == rows;
    if (c == '{' && *first.p == '{') s.alike += is_alike(*w, first);
    s.numbered += is_whole(name, length);
    s.named_columns |= c == '[' && dw_text_equal(name, length, "columns");
    s.data |= c == '[' && dw_text_equal(name, length, "data");
    s.schema |= c == '{' && dw_text_equal(name, length, "schema");
    s.records |= c == '[' && array_of_objects(w);
    s.objects += c == '{';
    if (c == '{') s.columns += is_column(w);
    else walk_value(w);
  }
  return s;
}

/* Two objects with the same names are as well a pair in one record: what was before and after, a user and an item. */
enum { LABELLED = 3 };

static const char *table_of(const seen *s)
{
  if (s->data && s->schema && s->members <= 3) return by_table;
  if (s->data && s->named_columns) return by_split;
  if (s->members > 1 && s->lists == s->members) return by_lists;
  if (!s->members || s->objects != s->members) return NULL;
  if (s->columns == s->members) return by_columns;
  if (s->numbered == s->members && s->members > 1) return by_index;
  return s->alike == s->members && s->members >= LABELLED ? by_label : NULL;
}

/* --- the whole --- */

static dw_sniff object_told(const char *text, size_t length, bool all, const char **why)
{
  const char *line = memchr(text, '\n', length);
  if (!line && !all) return DW_SNIFF_MORE;
  walk w = {.p = text, .end = text + length};
  seen s = look_at(&w);
  bool whole = !w.wrong && w.closed, lines = line && line < w.p;
  *why = w.wrong ? NULL : table_of(&s);
  if (!*why && lines && !w.wrong) *why = s.records ? wrapped : spread;
  if (!*why) return DW_SNIFF_YES;
  if (!whole && !all) return DW_SNIFF_MORE; /* what is wrong in it may still come */
  if (lines || !whole) return DW_SNIFF_WRONG;
  return walk_space(&w) ? DW_SNIFF_YES : all ? DW_SNIFF_WRONG : DW_SNIFF_MORE; /* of several records each may hold a table */
}

dw_sniff dw_json_layout_told(const char *text, size_t length, bool all, const char **why)
{
  if (*text == '{') return object_told(text, length, all, why);
  walk w = {.p = text + 1, .end = text + length};
  char c = walk_space(&w);
  if (!c && !all) return DW_SNIFF_MORE;
  *why = c == '[' ? by_values : DW_NDJSON_ARRAY;
  return DW_SNIFF_WRONG;
}
