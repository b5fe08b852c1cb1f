/* Texts and vectors that go by the category of another column: a template or a mean_shift for each. */
#include <string.h>

#include "synth/scenario/scenario_parts.h"

dw_status dw_scenario_shift_take(dw_scenario *s, const dw_yaml *yaml, const dw_node *node, dw_scenario_shift *shift, dw_err *err)
{
  if (node->type == DW_NODE_LIST) return dw_scenario_numbers(s, yaml, node, -1e300, 1e300, &shift->values, &shift->count, err);
  double *one = dw_arena_alloc(&s->arena, sizeof *one);
  *shift = (dw_scenario_shift){.values = one, .count = 1};
  return dw_node_number(yaml, node, -1e300, 1e300, one, err);
}

static dw_scenario_case *case_of(dw_scenario_column *column, const char *category)
{
  for (size_t i = 0; i < column->case_count; i++)
    if (strcmp(column->cases[i].category, category) == 0) return &column->cases[i];
  dw_scenario_case *added = &column->cases[column->case_count++];
  *added = (dw_scenario_case){.category = category};
  return added;
}

dw_status dw_scenario_cases_take(dw_scenario *s, dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, const char *key,
                                 dw_err *err)
{
  const dw_node *by = dw_node_get(node, "by"), *map = dw_node_get(node, key);
  dw_status status = by ? dw_node_text(yaml, by, &column->by_name, err) : DW_OK;
  if (status != DW_OK || !map) return status;
  if (map->type != DW_NODE_MAP && column->by_name)
    return dw_node_error(yaml, map, err, "expected {CATEGORY: ...}: the column goes by %.100s", column->by_name);
  if (map->type != DW_NODE_MAP) return DW_OK;
  if (!column->by_name) return dw_node_error(yaml, map, err, "a map needs by: the column whose categories it names");
  /* a fresh array: the old one may be shared with another state */
  dw_scenario_case *cases = dw_arena_alloc(&s->arena, (column->case_count + map->count) * sizeof *cases);
  if (column->case_count) memcpy(cases, column->cases, column->case_count * sizeof *cases);
  column->cases = cases;
  for (const dw_node *item = map->first; item && status == DW_OK; item = item->next) {
    dw_scenario_case *one = case_of(column, item->key);
    one->yaml = yaml;
    one->node = item;
    if (column->kind == DW_SCENARIO_VECTOR) {
      status = dw_scenario_shift_take(s, yaml, item, &one->shift, err);
    } else {
      status = dw_node_text(yaml, item, &one->pattern, err);
      one->pattern_length = item->length;
    }
  }
  return status;
}

dw_status dw_scenario_cases_check(const dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  const char *key = column->kind == DW_SCENARIO_VECTOR ? "mean_shift" : "template";
  bool one = column->pattern || column->mean_shift.count;
  if (column->by_name && (one || !column->case_count))
    return dw_node_error(yaml, node, err, "by needs %s: {CATEGORY: ...}, one for each category", key);
  for (size_t i = 0; i < column->case_count; i++) {
    const dw_scenario_case *of = &column->cases[i];
    if (of->shift.count > 1 && of->shift.count != column->dimension)
      return dw_node_error(of->yaml, of->node, err, "mean_shift has %zu numbers, dimension is %zu", of->shift.count, column->dimension);
  }
  return DW_OK;
}

dw_status dw_scenario_cases_resolve(dw_scenario *s, const dw_scenario_state *state, dw_scenario_column *column,
                                    const dw_scenario_case ***of_code, size_t *count, dw_err *err)
{
  *count = 1;
  *of_code = NULL;
  if (!column->by_name) return DW_OK;
  const dw_node *by = dw_node_get(column->node, "by");
  dw_status status = dw_scenario_find(s, column->by_name, column->yaml, by ? by : column->node, &column->by, err);
  if (status != DW_OK) return status;
  const dw_scenario_column *chooser = &state->columns[column->by];
  if (!dw_scenario_categorical(chooser))
    return dw_node_error(column->yaml, by ? by : column->node, err, "%.100s has no categories to go by", chooser->name);
  *count = chooser->categories->count;
  *of_code = dw_arena_alloc(&s->arena, *count * sizeof **of_code);
  memset(*of_code, 0, *count * sizeof **of_code);
  for (size_t i = 0; i < column->case_count; i++) {
    const dw_scenario_case *one = &column->cases[i];
    size_t code;
    if (!dw_scenario_category(chooser->categories, one->category, strlen(one->category), &code))
      return dw_scenario_no_category(chooser, one->category, strlen(one->category), one->yaml, one->node, err);
    (*of_code)[code] = one;
  }
  return DW_OK;
}
