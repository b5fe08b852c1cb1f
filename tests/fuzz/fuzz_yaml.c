/* fuzz_yaml: the reader of YAML: a document is a tree whose nodes lie in the text one behind the other and within each other, on the lines
 * that they say; or it is refused with a place. */
#include "io/text/yaml.h"
#include "target.h"

/* NULL: as it should be. */
static const char *tree_holds(const dw_node *node, uint32_t low, uint32_t high, uint32_t lines, int depth)
{
  if (depth > 70) return "too many levels";
  if (node->line < 1 || node->line > lines) return "a line that is not there";
  if (node->key && (node->place.key < low || node->place.key_end < node->place.key || node->place.key_end > high)) return "a key elsewhere";
  if (node->place.begin < low || node->place.end < node->place.begin || node->place.end > high) return "a value elsewhere";
  if (node->type == DW_NODE_SCALAR) {
    if (!node->text || node->text[node->length] != '\0') return "a text without its end";
    return node->first || node->count ? "a scalar with children" : NULL;
  }
  size_t count = 0;
  uint32_t from = node->place.begin;
  for (const dw_node *child = node->first; child; child = child->next, count++) {
    if ((node->type == DW_NODE_MAP) != (child->key != NULL)) return "a key where none belongs";
    const char *problem = tree_holds(child, from, node->place.end, lines, depth + 1);
    if (problem) return problem;
    if (node->type == DW_NODE_MAP && dw_node_get(node, child->key) != child) return "a key that stands twice";
    from = child->place.end;
  }
  return count == node->count ? NULL : "another number of children";
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_yaml *yaml = NULL;
  const char *problem = NULL;
  uint32_t lines = 2;
  for (size_t i = 0; i < length; i++) lines += bytes[i] == '\n' || bytes[i] == '\r' || (bytes[i] & 0x80); /* other line ends too */
  dw_status status = dw_yaml_parse(&yaml, bytes, length, "f", &err);
  if (status == DW_OK && dw_yaml_root(yaml)) problem = tree_holds(dw_yaml_root(yaml), 0, (uint32_t)length, lines, 0);
  else if (status != DW_OK && strncmp(err.message, "f:", 2) != 0) problem = "refused without a place";
  if (status == DW_OK) dw_yaml_free(yaml);
  return problem;
}

static void fuzz_change(dw_buf *input, dw_rng *rng)
{
  static const char *const piece[] = {"\n", "\n  ", ": ",           "- ",           "a: b\n", "[",  "]",   "{",  "}",     ", ",    "\"",
                                      "'",  "|\n ", ">\n ",         "# c\n",        "&a ",    "*a", "!t ", "? ", "---\n", "...\n", "~",
                                      "\t", "\\n",  "\xef\xbb\xbf", "\xe2\x80\xa8", "\r"};
  fuzz_words(input, rng, piece, sizeof piece / sizeof *piece);
}

FUZZ_TARGET("yaml", fuzz_one, fuzz_change);
