/* The typed views of yaml.h: no libyaml here. */
#include <stdarg.h>
#include <stdio.h>

#include "base/num.h"
#include "base/str.h"
#include "io/text/yaml.h"

const dw_node *dw_node_get(const dw_node *map, const char *key)
{
  if (!map || map->type != DW_NODE_MAP) return NULL;
  for (const dw_node *node = map->first; node; node = node->next)
    if (strcmp(node->key, key) == 0) return node;
  return NULL;
}

dw_status dw_node_error(const dw_yaml *yaml, const dw_node *node, dw_err *err, const char *format, ...)
{
  char what[640];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  if (node && node->key) return dw_err_at(err, DW_EUSAGE, dw_yaml_name(yaml), node->line, 0, "%.100s: %s", node->key, what);
  return dw_err_at(err, DW_EUSAGE, dw_yaml_name(yaml), node ? node->line : 0, 0, "%s", what);
}

/* What stands there instead of what was wanted. */
static dw_status node_wrong(const dw_yaml *yaml, const dw_node *node, dw_err *err, const char *wanted)
{
  if (node->type == DW_NODE_LIST) return dw_node_error(yaml, node, err, "a list is not %s", wanted);
  if (node->type == DW_NODE_MAP) return dw_node_error(yaml, node, err, "a map is not %s", wanted);
  if (node->length == 0 && !node->quoted) return dw_node_error(yaml, node, err, "no value here, expected %s", wanted);
  if (node->quoted) return dw_node_error(yaml, node, err, "the text \"%.100s\" is not %s", node->text, wanted);
  return dw_node_error(yaml, node, err, "%.100s is not %s", node->text, wanted);
}

static dw_status node_range(const dw_yaml *yaml, const dw_node *node, double low, double high, dw_err *err)
{
  char a[DW_NUM_TEXT], b[DW_NUM_TEXT];
  bool lower = low - low == 0, upper = high - high == 0;
  int an = lower ? (int)dw_num_print(a, low) : 0, bn = upper ? (int)dw_num_print(b, high) : 0;
  if (lower && upper) return dw_node_error(yaml, node, err, "%.100s is out of range: from %.*s to %.*s", node->text, an, a, bn, b);
  if (lower) return dw_node_error(yaml, node, err, "%.100s is out of range: at least %.*s", node->text, an, a);
  if (upper) return dw_node_error(yaml, node, err, "%.100s is out of range: at most %.*s", node->text, bn, b);
  return dw_node_error(yaml, node, err, "%.100s is beyond the range of a double", node->text);
}

dw_status dw_node_number(const dw_yaml *yaml, const dw_node *node, double low, double high, double *value, dw_err *err)
{
  double number;
  if (node->type != DW_NODE_SCALAR || node->quoted || !dw_num_parse(node->text, node->length, &number, NULL))
    return node_wrong(yaml, node, err, "a number");
  if (!(number >= low && number <= high) || number - number != 0) return node_range(yaml, node, low, high, err);
  *value = number;
  return DW_OK;
}

/* 1000, and also 1e3: people write large counts so. */
static bool node_whole(const dw_node *node, int64_t *whole)
{
  double number;
  if (dw_num_parse_signed(node->text, node->length, whole)) return true;
  if (!dw_num_parse(node->text, node->length, &number, NULL)) return false;
  if (!(number >= -9007199254740992.0 && number <= 9007199254740992.0)) return false;
  *whole = (int64_t)number;
  return (double)*whole == number;
}

dw_status dw_node_integer(const dw_yaml *yaml, const dw_node *node, int64_t low, int64_t high, int64_t *value, dw_err *err)
{
  int64_t whole;
  if (node->type != DW_NODE_SCALAR || node->quoted || !node_whole(node, &whole)) return node_wrong(yaml, node, err, "a whole number");
  if (whole < low || whole > high)
    return dw_node_error(yaml, node, err, "%.100s is out of range: from %lld to %lld", node->text, (long long)low, (long long)high);
  *value = whole;
  return DW_OK;
}

dw_status dw_node_bool(const dw_yaml *yaml, const dw_node *node, bool *value, dw_err *err)
{
  static const char *const words[] = {"false", "False", "FALSE", "true", "True", "TRUE"};
  if (node->type == DW_NODE_SCALAR && !node->quoted)
    for (size_t i = 0; i < 6; i++)
      if (strcmp(node->text, words[i]) == 0) {
        *value = i >= 3;
        return DW_OK;
      }
  return node_wrong(yaml, node, err, "true or false");
}

dw_status dw_node_text(const dw_yaml *yaml, const dw_node *node, const char **text, dw_err *err)
{
  if (node->type != DW_NODE_SCALAR || (node->length == 0 && !node->quoted)) return node_wrong(yaml, node, err, "a text");
  *text = node->text;
  return DW_OK;
}

dw_status dw_node_keys(const dw_yaml *yaml, const dw_node *map, const char *const *known, size_t count, dw_err *err)
{
  if (map->type != DW_NODE_MAP) return node_wrong(yaml, map, err, "a map (KEY: VALUE lines)");
  for (const dw_node *node = map->first; node; node = node->next) {
    size_t i = 0;
    while (i < count && strcmp(node->key, known[i]) != 0) i++;
    if (i < count) continue;
    const char *near = dw_nearest(node->key, known, count);
    if (near)
      return dw_err_at(err, DW_EUSAGE, dw_yaml_name(yaml), node->line, 0, "unknown key \"%.100s\": did you mean \"%s\"?", node->key, near);
    dw_buf list = {0};
    for (size_t k = 0; k < count && list.length < 400; k++) {
      if (k) dw_buf_text(&list, ", ");
      dw_buf_text(&list, known[k]);
    }
    dw_err_at(err, DW_EUSAGE, dw_yaml_name(yaml), node->line, 0, "unknown key \"%.100s\"; the keys here are %.450s", node->key,
              dw_buf_cstr(&list));
    dw_buf_free(&list);
    return DW_EUSAGE;
  }
  return DW_OK;
}

enum { NEAREST_LONGEST = 64 };

/* Edits (insert, delete, change, swap of neighbours) between a and b, at most NEAREST_LONGEST bytes each: the optimal string alignment
 * form of Damerau's distance, three rows of its table at a time. */
static size_t nearest_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
  size_t rows[3][NEAREST_LONGEST + 1];
  size_t *two = rows[0], *one = rows[1], *now = rows[2];
  for (size_t j = 0; j <= b_length; j++) one[j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    now[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      size_t best = one[j - 1] + (a[i - 1] != b[j - 1]);
      if (one[j] + 1 < best) best = one[j] + 1;
      if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && two[j - 2] + 1 < best) best = two[j - 2] + 1;
      now[j] = best;
    }
    size_t *oldest = two;
    two = one;
    one = now;
    now = oldest;
  }
  return one[b_length];
}

const char *dw_nearest(const char *text, const char *const *known, size_t count)
{
  size_t length = strlen(text), best = 3;
  const char *nearest = NULL;
  if (length > NEAREST_LONGEST) return NULL;
  for (size_t i = 0; i < count; i++) {
    size_t known_length = strlen(known[i]);
    if (known_length > NEAREST_LONGEST) continue;
    size_t distance = nearest_distance(text, length, known[i], known_length);
    if (distance < best && distance * 3 <= length) {
      best = distance;
      nearest = known[i];
    }
  }
  return nearest;
}
