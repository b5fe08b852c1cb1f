#include "io/text/yaml.h"

#include <assert.h>
#include <yaml.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "io/bytes/input.h"
#include "io/library/library.h"
#include "io/text/lines.h"

#define YAML_CALLS(call)                                                                                                                   \
  call(yaml_parser_initialize) call(yaml_parser_set_encoding) call(yaml_parser_set_input_string) call(yaml_parser_parse)                   \
      call(yaml_event_delete) call(yaml_parser_delete)
static struct {
  YAML_CALLS(DW_LIBRARY_CALL)
} lib;
static const char *const yaml_names[] = {YAML_CALLS(DW_LIBRARY_NAME)};
static dw_library yaml_library = DW_LIBRARY(DW_SONAME_yaml, "YAML", lib, yaml_names);

enum { YAML_LARGEST = 4 << 20, YAML_DEPTH = 64 };

struct dw_yaml {
  dw_arena arena; /* nodes and texts */
  char *name;
  dw_node *root;
};

typedef struct build {
  yaml_parser_t parser;
  dw_yaml *yaml;
  const char *text;
  size_t length;
  int depth;
  size_t characters, bytes; /* as far as places were asked for */
  dw_err *err;
} build;

/* libyaml counts characters. Places are asked for in the order of the text, but for a few that lie a little before. */
static uint32_t build_place(build *b, const yaml_mark_t *mark)
{
  while (mark->index < b->characters) {
    b->characters--;
    do b->bytes--;
    while (((unsigned char)b->text[b->bytes] & 0xc0) == 0x80);
  }
  for (; b->characters < mark->index && b->bytes < b->length; b->characters++)
    b->bytes += dw_utf8_length(b->text + b->bytes, b->length - b->bytes);
  return (uint32_t)b->bytes;
}

static dw_status build_fault(build *b, size_t line, const char *what)
{
  return dw_err_at(b->err, DW_EUSAGE, b->yaml->name, line, 0, "%s", what);
}

/* libyaml's words for it are "found character that cannot start any token". */
static bool build_tab_indents(const build *b, size_t line)
{
  dw_lines lines = dw_lines_of(b->text, b->length);
  dw_line at;
  while (dw_lines_next(&lines, &at) && at.number <= line) continue;
  size_t spaces = 0;
  while (spaces < at.length && at.text[spaces] == ' ') spaces++;
  return spaces < at.length && at.text[spaces] == '\t';
}

/* The next event; libyaml's own complaint with its line when there is none. */
static dw_status build_next(build *b, yaml_event_t *event)
{
  if (lib.yaml_parser_parse(&b->parser, event)) return DW_OK;
  const yaml_parser_t *p = &b->parser;
  if (p->error == YAML_MEMORY_ERROR) return dw_err_at(b->err, DW_ESYSTEM, b->yaml->name, 0, 0, "not enough memory for this document");
  const char *problem = p->problem ? p->problem : "malformed";
  /* The reader counts bytes, not lines; it complains of control characters (broken UTF-8 was refused before). */
  if (p->error == YAML_READER_ERROR)
    return dw_err_at(b->err, DW_EUSAGE, b->yaml->name, p->mark.line + 1, 0, "%s (byte %zu)", problem, p->problem_offset + 1);
  if (build_tab_indents(b, p->problem_mark.line)) return build_fault(b, p->problem_mark.line + 1, "a tab must not indent: use spaces");
  if (p->context)
    return dw_err_at(b->err, DW_EUSAGE, b->yaml->name, p->problem_mark.line + 1, 0, "%s (%s that began at line %zu)", problem, p->context,
                     p->context_mark.line + 1);
  return dw_err_at(b->err, DW_EUSAGE, b->yaml->name, p->problem_mark.line + 1, 0, "%s", problem);
}

static dw_node *build_node(build *b, const yaml_event_t *event, dw_node_type type)
{
  dw_node *node = dw_arena_alloc(&b->yaml->arena, sizeof *node);
  *node = (dw_node){.type = type, .line = (uint32_t)event->start_mark.line + 1};
  node->place.begin = build_place(b, &event->start_mark);
  node->place.end = build_place(b, &event->end_mark);
  return node;
}

static dw_status build_scalar(build *b, const yaml_event_t *event, dw_node **out)
{
  const char *text = (const char *)event->data.scalar.value;
  size_t length = event->data.scalar.length;
  if (memchr(text, '\0', length)) return build_fault(b, event->start_mark.line + 1, "a NUL character in a text");
  dw_node *node = build_node(b, event, DW_NODE_SCALAR);
  yaml_scalar_style_t style = event->data.scalar.style;
  node->quoted = style != YAML_PLAIN_SCALAR_STYLE;
  node->place.literal = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
  while (node->place.literal && node->place.end > node->place.begin && strchr(" \t\r\n", b->text[node->place.end - 1])) node->place.end--;
  node->text = dw_arena_strndup(&b->yaml->arena, text, length);
  node->length = length;
  *out = node;
  return DW_OK;
}

static dw_status build_value(build *b, yaml_event_t *event, dw_node **out);

static dw_status build_list(build *b, dw_node *list)
{
  dw_node **tail = &list->first;
  for (;; tail = &(*tail)->next, list->count++) {
    yaml_event_t event;
    dw_status status = build_next(b, &event);
    if (status != DW_OK) return status;
    bool end = event.type == YAML_SEQUENCE_END_EVENT;
    if (!end) status = build_value(b, &event, tail);
    if (end && list->place.flow) list->place.end = build_place(b, &event.end_mark);
    else if (!end && status == DW_OK) list->place.end = (*tail)->place.end;
    lib.yaml_event_delete(&event);
    if (end || status != DW_OK) return status;
  }
}

static dw_status build_key(build *b, const yaml_event_t *event, dw_map *seen, const char **key)
{
  size_t line = event->start_mark.line + 1;
  dw_node *node;
  if (event->type != YAML_SCALAR_EVENT) return build_fault(b, line, "a key must be a plain text");
  if (event->data.scalar.tag || event->data.scalar.anchor) return build_fault(b, line, "tags and anchors are not taken");
  dw_status status = build_scalar(b, event, &node);
  if (status != DW_OK) return status;
  size_t before = seen->count;
  dw_map_intern(seen, node->text, node->length);
  if (seen->count == before)
    return dw_err_at(b->err, DW_EUSAGE, b->yaml->name, line, 0, "the key \"%.100s\" stands twice in this map", node->text);
  *key = node->text;
  return DW_OK;
}

static dw_status build_member(build *b, yaml_event_t *key_event, dw_map *seen, dw_node **out)
{
  const char *key = NULL;
  yaml_event_t event;
  uint32_t begin = build_place(b, &key_event->start_mark), end = build_place(b, &key_event->end_mark);
  dw_status status = build_key(b, key_event, seen, &key);
  if (status == DW_OK) status = build_next(b, &event);
  if (status != DW_OK) return status;
  status = build_value(b, &event, out);
  lib.yaml_event_delete(&event);
  if (status != DW_OK) return status;
  (*out)->key = key;
  (*out)->line = (uint32_t)key_event->start_mark.line + 1;
  (*out)->place.key = begin;
  (*out)->place.key_end = end;
  return DW_OK;
}

static dw_status build_map(build *b, dw_node *map)
{
  dw_map seen;
  dw_map_init(&seen);
  dw_status status;
  bool end = false;
  for (dw_node **tail = &map->first; !end; map->count++) {
    yaml_event_t event;
    status = build_next(b, &event);
    if (status != DW_OK) break;
    end = event.type == YAML_MAPPING_END_EVENT;
    if (!end) status = build_member(b, &event, &seen, tail);
    if (end && map->place.flow) map->place.end = build_place(b, &event.end_mark);
    else if (!end && status == DW_OK) map->place.end = (*tail)->place.end;
    lib.yaml_event_delete(&event);
    if (end || status != DW_OK) break;
    tail = &(*tail)->next;
  }
  dw_map_free(&seen);
  return status;
}

/* The node that begins with event, which stays the caller's. Depth is bounded, so recursion is. */
static dw_status build_value(build *b, yaml_event_t *event, dw_node **out)
{
  size_t line = event->start_mark.line + 1;
  const yaml_char_t *anchor = NULL, *tag = NULL;
  if (event->type == YAML_SCALAR_EVENT) anchor = event->data.scalar.anchor, tag = event->data.scalar.tag;
  if (event->type == YAML_SEQUENCE_START_EVENT) anchor = event->data.sequence_start.anchor, tag = event->data.sequence_start.tag;
  if (event->type == YAML_MAPPING_START_EVENT) anchor = event->data.mapping_start.anchor, tag = event->data.mapping_start.tag;
  if (event->type == YAML_ALIAS_EVENT) return build_fault(b, line, "aliases (*name) are not taken: write the value out");
  if (anchor) return build_fault(b, line, "anchors (&name) are not taken: write the value out where it is needed");
  if (tag) return build_fault(b, line, "tags (!name) are not taken: write the bare value");
  if (event->type == YAML_SCALAR_EVENT) return build_scalar(b, event, out);
  if (b->depth == YAML_DEPTH) return dw_err_at(b->err, DW_EUSAGE, b->yaml->name, line, 0, "nested more than %d deep", YAML_DEPTH);
  b->depth++;
  bool list = event->type == YAML_SEQUENCE_START_EVENT;
  assert(list || event->type == YAML_MAPPING_START_EVENT);
  *out = build_node(b, event, list ? DW_NODE_LIST : DW_NODE_MAP);
  (*out)->place.flow =
      list ? event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE : event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
  dw_status status = list ? build_list(b, *out) : build_map(b, *out);
  b->depth--;
  return status;
}

/* STREAM-START [DOCUMENT-START value DOCUMENT-END] STREAM-END */
static dw_status build_document(build *b)
{
  bool done = false, inside = false;
  while (!done) {
    yaml_event_t event;
    dw_status status = build_next(b, &event);
    if (status != DW_OK) return status;
    switch (event.type) {
    case YAML_STREAM_START_EVENT: break;
    case YAML_DOCUMENT_START_EVENT:
      if (inside) status = build_fault(b, event.start_mark.line + 1, "a second document begins: one file holds one");
      inside = true;
      break;
    case YAML_DOCUMENT_END_EVENT: break;
    case YAML_STREAM_END_EVENT: done = true; break;
    default: status = build_value(b, &event, &b->yaml->root);
    }
    lib.yaml_event_delete(&event);
    if (status != DW_OK) return status;
  }
  return DW_OK;
}

/* What "no document" looks like to libyaml (`---` alone): one plain empty scalar. */
static bool node_empty(const dw_node *node) { return node && node->type == DW_NODE_SCALAR && !node->quoted && node->length == 0; }

static dw_status yaml_check_bytes(const char *text, size_t length, const char *name, dw_err *err)
{
  uint64_t line = 1;
  if (length > YAML_LARGEST) return dw_err_at(err, DW_EUSAGE, name, 0, 0, "larger than %d MiB", YAML_LARGEST >> 20);
  for (size_t i = 0; i < length;) {
    size_t n = dw_utf8_length(text + i, length - i);
    if (n == 0) return dw_err_at(err, DW_EUSAGE, name, line, 0, "invalid UTF-8 (byte 0x%02x)", (unsigned char)text[i]);
    if (text[i] == '\0') return dw_err_at(err, DW_EUSAGE, name, line, 0, "a NUL byte: this is no text");
    if (text[i] == '\n') line++;
    i += n;
  }
  return DW_OK;
}

dw_status dw_yaml_parse(dw_yaml **out, const char *text, size_t length, const char *name, dw_err *err)
{
  *out = NULL;
  dw_status status = yaml_check_bytes(text, length, name, err);
  if (status == DW_OK) status = dw_library_load(&yaml_library, err);
  if (status != DW_OK) return status;
  build b = {.err = err, .text = text, .length = length, .yaml = dw_alloc_zero(1, sizeof *b.yaml)};
  b.yaml->name = dw_strdup(name);
  dw_arena_init(&b.yaml->arena);
  if (!lib.yaml_parser_initialize(&b.parser)) {
    dw_yaml_free(b.yaml);
    return dw_err_at(err, DW_ESYSTEM, name, 0, 0, "not enough memory for this document");
  }
  /* A byte order mark is no character of the text; libyaml takes it for one that indents the first line. */
  if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) b.bytes = 3;
  lib.yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
  lib.yaml_parser_set_input_string(&b.parser, (const unsigned char *)text + b.bytes, length - b.bytes);
  status = build_document(&b);
  lib.yaml_parser_delete(&b.parser);
  if (status != DW_OK) {
    dw_yaml_free(b.yaml);
    return status;
  }
  if (node_empty(b.yaml->root)) b.yaml->root = NULL;
  *out = b.yaml;
  return DW_OK;
}

dw_status dw_yaml_read(dw_yaml **out, const char *path, dw_err *err)
{
  char *text;
  size_t length;
  *out = NULL;
  dw_status status = dw_input_whole(path, YAML_LARGEST, &text, &length, err);
  if (status != DW_OK) return status;
  status = dw_yaml_parse(out, text, length, strcmp(path, "-") == 0 ? "standard input" : path, err);
  dw_free(text);
  return status;
}

const dw_node *dw_yaml_root(const dw_yaml *yaml) { return yaml->root; }
const char *dw_yaml_name(const dw_yaml *yaml) { return yaml->name; }

void dw_yaml_free(dw_yaml *yaml)
{
  if (!yaml) return;
  dw_arena_free(&yaml->arena);
  dw_free(yaml->name);
  dw_free(yaml);
}
