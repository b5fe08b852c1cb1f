/* yaml: YAML documents (scenarios, policies, settings) as a tree that remembers lines, so that a wrong key is reported where it
 * stands. libyaml reads; aliases and tags are refused, duplicate keys too, depth at most 64, size at most 4 MiB. JSON is YAML: a .json
 * file works as well.
 */
#ifndef DW_IO_YAML_H
#define DW_IO_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef enum dw_node_type { DW_NODE_SCALAR, DW_NODE_LIST, DW_NODE_MAP } dw_node_type;

/* For who changes a document and leaves the rest of it as it is. A node without a value (`key:`) ends where it begins; what is written
 * with | or > ends with its last line that is not blank, a list or map in lines with the end of its last member. */
typedef struct dw_node_place {
  uint32_t key, key_end; /* of the key of a member, quotes included; 0 elsewhere */
  uint32_t begin, end;   /* of the value, quotes and brackets included */
  bool flow, literal;    /* a list or map in brackets; a text written with | or > */
} dw_node_place;

typedef struct dw_node {
  dw_node_type type;
  bool quoted;      /* a scalar in quotes: text even when it looks like a number */
  const char *text; /* of a scalar, NUL-terminated */
  size_t length;
  const char *key;       /* of a member of a map; NULL elsewhere */
  uint32_t line;         /* from 1; of the key for a member of a map */
  dw_node_place place;   /* where it stands in the text, in bytes */
  struct dw_node *first; /* children in order */
  struct dw_node *next;
  size_t count;
} dw_node;

typedef struct dw_yaml dw_yaml;

dw_status dw_yaml_read(dw_yaml **out, const char *path, dw_err *err);
dw_status dw_yaml_parse(dw_yaml **out, const char *text, size_t length, const char *name, dw_err *err);
const dw_node *dw_yaml_root(const dw_yaml *yaml); /* NULL for an empty document */
const char *dw_yaml_name(const dw_yaml *yaml);    /* for messages */
void dw_yaml_free(dw_yaml *yaml);

const dw_node *dw_node_get(const dw_node *map, const char *key); /* NULL when absent or map is no map */

/* Typed views; DW_EUSAGE with "FILE:LINE: KEY: what was wrong, what would be right". */
dw_status dw_node_number(const dw_yaml *yaml, const dw_node *node, double low, double high, double *value, dw_err *err);
dw_status dw_node_integer(const dw_yaml *yaml, const dw_node *node, int64_t low, int64_t high, int64_t *value, dw_err *err);
dw_status dw_node_bool(const dw_yaml *yaml, const dw_node *node, bool *value, dw_err *err);
dw_status dw_node_text(const dw_yaml *yaml, const dw_node *node, const char **text, dw_err *err);
/* Every key of map is one of known[0..count); otherwise an error with the line, and the nearest known key as a suggestion. */
dw_status dw_node_keys(const dw_yaml *yaml, const dw_node *map, const char *const *known, size_t count, dw_err *err);
dw_status dw_node_error(const dw_yaml *yaml, const dw_node *node, dw_err *err, const char *format, ...) DW_PRINTF(4, 5);

/* The known word nearest to text (edit distance at most 2 and a third of its length), or NULL: for "did you mean". */
const char *dw_nearest(const char *text, const char *const *known, size_t count);

#endif
