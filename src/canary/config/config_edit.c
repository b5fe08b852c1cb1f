#include "canary/config/config_edit.h"

#include <string.h>

#include "io/bytes/input.h"
#include "io/bytes/output.h"
#include "io/text/json.h"
#include "io/text/json_check.h"
#include "io/text/yaml.h"

enum { CONFIG_LARGEST = 4 << 20 }; /* as yaml.h */

/* A text, and its bytes [from, to) that others replace. */
typedef struct cut {
  const char *text;
  size_t length, from, to;
} cut;

static void put(const cut *at, const dw_buf *fresh, dw_buf *out)
{
  dw_buf_add(out, at->text, at->from);
  dw_buf_add(out, fresh->data, fresh->length);
  dw_buf_add(out, at->text + at->to, at->length - at->to);
}

/* --- where lines and blanks are --- */

static size_t line_begin(const cut *at, size_t place)
{
  while (place && at->text[place - 1] != '\n') place--;
  return place;
}

static size_t line_end(const cut *at, size_t place) /* behind its '\n' */
{
  while (place < at->length && at->text[place] != '\n') place++;
  return place + (place < at->length);
}

static size_t blanks(const cut *at, size_t place)
{
  while (place < at->length && strchr(" \t\r\n", at->text[place])) place++;
  return place;
}

static const char *newline(const cut *at)
{
  const char *first = memchr(at->text, '\n', at->length);
  return first && first > at->text && first[-1] == '\r' ? "\r\n" : "\n";
}

static const dw_node *last_of(const dw_node *map)
{
  const dw_node *node = map->first;
  while (node && node->next) node = node->next;
  return node;
}

/* --- the three changes; each says what is replaced, and by what --- */

/* Behind the colon of a key whose value stands there or further on. */
static size_t behind_colon(const cut *at, const dw_node *node)
{
  size_t place = node->place.key_end;
  while (place < node->place.begin && at->text[place] != ':') place++;
  return place < at->length && at->text[place] == ':' ? place + 1 : node->place.key_end;
}

static void replace(cut *at, const dw_node *node, const char *value, dw_buf *fresh)
{
  bool lines = node->type != DW_NODE_SCALAR && !node->place.flow, empty = node->place.begin == node->place.end;
  at->from = lines || empty ? behind_colon(at, node) : node->place.begin;
  at->to = empty ? at->from : node->place.end;
  if (lines || empty) dw_buf_char(fresh, ' ');
  dw_buf_text(fresh, value);
}

static void add_in_brackets(cut *at, const dw_node *root, const dw_config_change *change, dw_buf *fresh)
{
  const dw_node *last = last_of(root);
  size_t first = root->place.begin + 1, gap = blanks(at, first);
  at->from = at->to = last ? last->place.end : first;
  if (last) dw_buf_char(fresh, ',');
  if (last && gap == root->first->place.key) {      /* nothing but blanks before the first key: the same before this one */
    bool aired = gap == first && root->first->next; /* {"a": 1, "b": 2} */
    if (aired && at->text[root->first->next->place.key - 1] == ' ') dw_buf_char(fresh, ' ');
    dw_buf_add(fresh, at->text + first, gap - first);
  }
  dw_json_quote(fresh, change->key, strlen(change->key));
  bool close = last && root->first->place.begin == behind_colon(at, root->first);
  dw_buf_text(fresh, close ? ":" : ": ");
  dw_buf_text(fresh, change->value);
}

static void add_line(cut *at, const dw_node *root, const dw_config_change *change, dw_buf *fresh)
{
  const dw_node *last = last_of(root);
  size_t indent = root->first->place.key; /* blanks alone: a byte order mark may stand before them */
  while (indent && strchr(" \t", at->text[indent - 1])) indent--;
  at->from = at->to = line_end(at, last->place.end);
  bool ended = at->from && at->text[at->from - 1] == '\n';
  if (!ended) dw_buf_text(fresh, newline(at));
  dw_buf_add(fresh, at->text + indent, root->first->place.key - indent);
  dw_buf_text(fresh, change->key);
  dw_buf_text(fresh, ": ");
  dw_buf_text(fresh, change->value);
  if (ended) dw_buf_text(fresh, newline(at));
}

static const dw_node *before(const dw_node *map, const dw_node *node)
{
  const dw_node *at = NULL;
  for (const dw_node *item = map->first; item && item != node; item = item->next) at = item;
  return at;
}

static void take_out(cut *at, const dw_node *root, const dw_node *node)
{
  const dw_node *previous = before(root, node);
  if (root->place.flow && node->next) {
    at->from = node->place.key;
    at->to = node->next->place.key;
  } else if (root->place.flow) {
    at->from = previous ? previous->place.end : node->place.key;
    at->to = node->place.end;
  } else {
    at->from = line_begin(at, node->place.key);
    at->to = line_end(at, node->place.end);
    bool unended = at->to == at->length && at->text[at->to - 1] != '\n';
    if (unended && at->from) at->from -= at->from > 1 && at->text[at->from - 2] == '\r' ? 2 : 1;
  }
}

/* --- held to what was asked --- */

/* Depth is bounded by YAML's reader. */
static bool same(const dw_node *a, const dw_node *b)
{
  if (!a || !b) return a == b;
  if (a->type != b->type || a->count != b->count) return false;
  if (a->type == DW_NODE_SCALAR) return a->quoted == b->quoted && a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
  const dw_node *x = a->first, *y = b->first;
  for (; x && y; x = x->next, y = y->next)
    if ((a->type == DW_NODE_MAP && strcmp(x->key, y->key) != 0) || !same(x, y)) return false;
  return !x && !y;
}

static bool others_same(const dw_node *a, const dw_node *b, const char *key)
{
  for (const dw_node *item = a->first; item; item = item->next)
    if (strcmp(item->key, key) != 0 && !same(item, dw_node_get(b, item->key))) return false;
  return true;
}

static bool strict_json(const char *text, size_t length)
{
  dw_json_marks marks = {0};
  dw_json_source source = {.text = text, .length = length, .name = ""};
  bool strict = dw_json_check(&source, &marks, NULL) == DW_OK;
  dw_json_marks_free(&marks);
  return strict;
}

/* Whether after is before with this one change. */
static bool as_asked(const dw_yaml *old, const char *before_text, size_t before_length, dw_buf *after, const dw_config_change *change)
{
  dw_yaml *fresh = NULL, *value = NULL;
  const dw_node *root = NULL;
  bool good = dw_yaml_parse(&fresh, dw_buf_cstr(after), after->length, "", NULL) == DW_OK;
  if (good) root = dw_yaml_root(fresh);
  good = good && root && root->type == DW_NODE_MAP && others_same(dw_yaml_root(old), root, change->key) &&
         others_same(root, dw_yaml_root(old), change->key);
  if (good && change->value) good = dw_yaml_parse(&value, change->value, strlen(change->value), "", NULL) == DW_OK;
  if (good) good = same(value ? dw_yaml_root(value) : NULL, dw_node_get(root, change->key));
  if (good && strict_json(before_text, before_length)) good = strict_json(after->data, after->length);
  dw_yaml_free(value);
  dw_yaml_free(fresh);
  return good;
}

static dw_status no_map(const char *path, dw_err *err)
{
  return dw_err_at(err, DW_EUSAGE, path, 1, 0, "a canary is a map: id, backend, model, ...");
}

static dw_status change_one(const char *text, size_t length, const char *path, const dw_config_change *change, dw_buf *out, dw_err *err)
{
  dw_yaml *yaml;
  dw_buf fresh = {0};
  cut at = {.text = text, .length = length};
  dw_status status = dw_yaml_parse(&yaml, text, length, path, err);
  if (status != DW_OK) return status;
  const dw_node *root = dw_yaml_root(yaml), *node = dw_node_get(root, change->key);
  if (!root || root->type != DW_NODE_MAP) {
    dw_yaml_free(yaml);
    return no_map(path, err);
  }
  if (change->value && node) replace(&at, node, change->value, &fresh);
  else if (change->value && root->place.flow) add_in_brackets(&at, root, change, &fresh);
  else if (change->value) add_line(&at, root, change, &fresh);
  else if (node) take_out(&at, root, node);
  put(&at, &fresh, out);
  if (!as_asked(yaml, text, length, out, change))
    status = dw_err_at(err, DW_EUSAGE, path,
                       node            ? node->line
                       : last_of(root) ? last_of(root)->line
                                       : 1,
                       0, "%.100s cannot be changed where it stands: a key a line, its value behind it, would be right", change->key);
  dw_buf_free(&fresh);
  dw_yaml_free(yaml);
  return status;
}

dw_status dw_config_edit(const char *text, size_t length, const char *path, const dw_config_change *change, size_t count, dw_buf *out,
                         dw_err *err)
{
  dw_buf now = {0};
  dw_status status = DW_OK;
  dw_buf_add(&now, text, length);
  for (size_t i = 0; i < count && status == DW_OK; i++) {
    dw_buf next = {0};
    status = change_one(dw_buf_cstr(&now), now.length, path, &change[i], &next, err);
    dw_buf_free(&now);
    now = next;
  }
  if (status == DW_OK) dw_buf_add(out, now.data, now.length);
  dw_buf_free(&now);
  return status;
}

dw_status dw_config_id(const char *text, size_t length, const char *path, dw_buf *out, dw_err *err)
{
  dw_yaml *yaml;
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
  dw_status status = dw_yaml_parse(&yaml, length ? text : "", length, path, err);
  if (status != DW_OK) return status;
  const dw_node *root = dw_yaml_root(yaml), *id = dw_node_get(root, "id");
  if (!root || root->type != DW_NODE_MAP) status = no_map(path, err);
  else if (id && id->type == DW_NODE_SCALAR) dw_buf_add(out, id->text, id->length);
  else dw_buf_add(out, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
  dw_yaml_free(yaml);
  return status;
}

dw_status dw_config_valid(const char *text, size_t length, const char *path, const dw_canary_defaults *defaults, dw_err *err)
{
  dw_canary_configs configs = {0};
  dw_status status = dw_canary_config_parse(&configs, text, length, path, defaults, err);
  dw_canary_configs_free(&configs);
  return status;
}

dw_status dw_config_edit_file(const char *path, const dw_config_change *change, size_t count, const dw_canary_defaults *defaults,
                              dw_err *err)
{
  char *text;
  size_t length;
  dw_buf out = {0};
  dw_status status = dw_input_whole(path, CONFIG_LARGEST, &text, &length, err);
  if (status != DW_OK) return status;
  status = dw_config_edit(text, length, path, change, count, &out, err);
  if (status == DW_OK) status = dw_config_valid(out.data, out.length, path, defaults, err);
  /* of an edit that failed there is nothing to compare */
  if (status == DW_OK && (out.length != length || memcmp(out.data, text, length) != 0))
    status = dw_output_file(path, out.data, out.length, err);
  dw_buf_free(&out);
  dw_free(text);
  return status;
}
