/* The logistic rule of a label or a score: intercept, terms, noise. */
#include <string.h>

#include "base/num.h"
#include "synth/scenario/scenario_parts.h"

enum { TERMS = 1000 };

static const char *const transform_words[] = {"none", "log", "log1p", "sqrt"};

static dw_status weights_change(dw_scenario *s, dw_scenario_term *term, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  if (node->type != DW_NODE_MAP) return dw_node_error(yaml, node, err, "expected CATEGORY: WEIGHT pairs");
  dw_scenario_weight *weights = dw_arena_alloc(&s->arena, (term->weight_count + node->count) * sizeof *weights);
  if (term->weight_count) memcpy(weights, term->weights, term->weight_count * sizeof *weights);
  size_t n = term->weight_count;
  for (const dw_node *item = node->first; item; item = item->next, n++) {
    weights[n] = (dw_scenario_weight){.category = item->key, .yaml = yaml, .node = item};
    dw_status status = dw_node_number(yaml, item, -1e6, 1e6, &weights[n].weight, err);
    if (status != DW_OK) return status;
  }
  term->weights = weights; /* a later pair wins over an earlier one of its category */
  term->weight_count = n;
  return DW_OK;
}

static dw_status transform_read(const dw_yaml *yaml, const dw_node *node, dw_scenario_transform *transform, dw_err *err)
{
  const char *word;
  dw_status status = dw_node_text(yaml, node, &word, err);
  if (status != DW_OK) return status;
  for (size_t i = 0; i < DW_COUNT(transform_words); i++) {
    if (strcmp(word, transform_words[i]) != 0) continue;
    *transform = (dw_scenario_transform)i;
    return DW_OK;
  }
  return dw_node_error(yaml, node, err, "%.60s is not none, log, log1p or sqrt", word);
}

static dw_status term_change(dw_scenario *s, dw_scenario_term *term, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  static const char *const known[] = {"column", "when", "weight", "weights", "transform", "center", "scale"};
  dw_status status = dw_node_keys(yaml, node, known, DW_COUNT(known), err);
  if (status != DW_OK) return status;
  const dw_node *column = dw_node_get(node, "column"), *when = dw_node_get(node, "when"), *weight = dw_node_get(node, "weight");
  const dw_node *weights = dw_node_get(node, "weights"), *transform = dw_node_get(node, "transform"), *center = dw_node_get(node, "center");
  const dw_node *scale = dw_node_get(node, "scale");
  if (column && when) return dw_node_error(yaml, node, err, "a term takes either column or when");
  term->yaml = yaml;
  term->node = node;
  if (column) {
    term->when = NULL;
    status = dw_node_text(yaml, column, &term->column_name, err);
  } else if (when) {
    term->column_name = NULL;
    status = dw_node_text(yaml, when, &term->when, err);
  }
  if (status == DW_OK && !term->column_name && !term->when) return dw_node_error(yaml, node, err, "a term needs column or when");
  if (status == DW_OK && weight) status = dw_node_number(yaml, weight, -1e6, 1e6, &term->weight, err);
  if (status == DW_OK && weight) term->has_weight = true;
  if (status == DW_OK && weights) status = weights_change(s, term, yaml, weights, err);
  if (status == DW_OK && transform) status = transform_read(yaml, transform, &term->transform, err);
  if (status == DW_OK && center) status = dw_node_number(yaml, center, -1e300, 1e300, &term->center, err);
  if (status == DW_OK && scale) status = dw_node_number(yaml, scale, -1e300, 1e300, &term->scale, err);
  if (status == DW_OK && term->scale == 0) return dw_node_error(yaml, scale, err, "the scale of a term cannot be 0");
  return status;
}

static dw_scenario_term *term_find(dw_scenario_rule *rule, const char *name)
{
  for (size_t i = 0; i < rule->count; i++)
    if (strcmp(rule->terms[i].name, name) == 0) return &rule->terms[i];
  return NULL;
}

dw_status dw_scenario_rule_change(dw_scenario *s, dw_scenario_rule *rule, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  const dw_node *intercept = dw_node_get(node, "intercept"), *noise = dw_node_get(node, "noise"), *terms = dw_node_get(node, "terms");
  dw_status status = DW_OK;
  if (intercept) status = dw_node_number(yaml, intercept, -1e6, 1e6, &rule->intercept, err);
  if (status == DW_OK && noise) status = dw_node_number(yaml, noise, 0, 1e6, &rule->noise, err);
  if (status != DW_OK) return status;
  if (intercept || terms) {
    rule->given = true;
    rule->yaml = yaml;
    rule->node = node;
  }
  if (!terms) return DW_OK;
  if (terms->type != DW_NODE_MAP) return dw_node_error(yaml, terms, err, "expected NAME: {column or when, weight} pairs");
  if (rule->count + terms->count > TERMS) return dw_node_error(yaml, terms, err, "more than %d terms", TERMS);
  /* a copy: what the terms were before may still be another phase's */
  dw_scenario_term *changed = dw_arena_alloc(&s->arena, (rule->count + terms->count) * sizeof *changed);
  if (rule->count) memcpy(changed, rule->terms, rule->count * sizeof *changed);
  rule->terms = changed;
  for (const dw_node *item = terms->first; item; item = item->next) {
    dw_scenario_term *term = term_find(rule, item->key);
    if (!term) {
      term = &rule->terms[rule->count++];
      *term = (dw_scenario_term){.name = item->key, .scale = 1};
    }
    status = term_change(s, term, yaml, item, err);
    if (status != DW_OK) return status;
  }
  return DW_OK;
}

/* ---- resolving ---- */

bool dw_scenario_category(const dw_scenario_categories *set, const char *text, size_t length, size_t *code)
{
  for (size_t i = 0; i < set->count; i++) {
    if (!dw_text_equal(text, length, set->text[i])) continue;
    *code = i;
    return true;
  }
  return false;
}

dw_status dw_scenario_no_category(const dw_scenario_column *column, const char *text, size_t length, const dw_yaml *yaml,
                                  const dw_node *node, dw_err *err)
{
  char name[100];
  if (length > sizeof name - 1) length = sizeof name - 1;
  memcpy(name, text, length);
  name[length] = '\0';
  const char *near = dw_nearest(name, column->categories->text, column->categories->count);
  return dw_node_error(yaml, node, err, "%.100s has no value \"%s\"%s%s%s", column->name, name, near ? ": did you mean \"" : "",
                       near ? near : "", near ? "\"?" : "");
}

/* The column that a term or condition names: one that is known before labels and texts are made. */
static dw_status plain_find(const dw_scenario *s, const dw_scenario_state *state, const dw_scenario_term *term, const char *name,
                            uint32_t *index, dw_err *err)
{
  dw_status status = dw_scenario_find(s, name, term->yaml, term->node, index, err);
  if (status != DW_OK) return status;
  if (dw_scenario_plain(&state->columns[*index])) return DW_OK;
  return dw_node_error(term->yaml, term->node, err, "%.100s is a %s: rules look at numbers and categories only", name,
                       state->columns[*index].type_name);
}

struct value_check {
  const dw_scenario_state *state;
  const dw_scenario_term *term;
  const uint32_t *columns;
};

static dw_status value_check(void *context, size_t index, const dw_operand *value, bool ordered, dw_err *err)
{
  struct value_check *check = context;
  const dw_scenario_term *term = check->term;
  const dw_scenario_column *column = &check->state->columns[check->columns[index]];
  size_t code;
  if (!dw_scenario_categorical(column)) {
    if (value->kind == DW_OPERAND_NUMBER || value->kind == DW_OPERAND_BOOL) return DW_OK;
    return dw_node_error(term->yaml, term->node, err, "%.100s is a number and cannot be compared with \"%.*s\"", column->name,
                         (int)(value->length < 100 ? value->length : 100), value->text);
  }
  if (ordered) return dw_node_error(term->yaml, term->node, err, "the values of %.100s have no order: compare with == or !=", column->name);
  if (value->kind != DW_OPERAND_TEXT) {
    if (column->categories->has_number) return DW_OK;
    return dw_node_error(term->yaml, term->node, err, "the values of %.100s are texts, not numbers", column->name);
  }
  if (dw_scenario_category(column->categories, value->text, value->length, &code)) return DW_OK;
  return dw_scenario_no_category(column, value->text, value->length, term->yaml, term->node, err);
}

static dw_status condition_resolve(dw_scenario *s, const dw_scenario_state *state, dw_scenario_term *term, dw_err *err)
{
  dw_err inner;
  dw_condition *condition;
  if (dw_condition_parse(&condition, term->when, &inner) != DW_OK) return dw_node_error(term->yaml, term->node, err, "%s", inner.message);
  s->conditions = dw_grow(s->conditions, &s->condition_capacity, s->condition_count + 1, sizeof *s->conditions);
  s->conditions[s->condition_count++] = condition;
  size_t count = dw_condition_columns(condition);
  uint32_t *columns = dw_arena_alloc(&s->arena, count * sizeof *columns);
  for (size_t i = 0; i < count; i++) {
    dw_status status = plain_find(s, state, term, dw_condition_column(condition, i), &columns[i], err);
    if (status != DW_OK) return status;
  }
  struct value_check check = {.state = state, .term = term, .columns = columns};
  dw_status status = dw_condition_values(condition, value_check, &check, err);
  term->condition = condition;
  term->condition_columns = columns;
  return status;
}

static dw_status term_resolve(dw_scenario *s, const dw_scenario_state *state, dw_scenario_term *term, dw_err *err)
{
  term->condition = NULL;
  term->by_code = NULL;
  if (term->when) {
    if (term->weight_count) return dw_node_error(term->yaml, term->node, err, "weights go with a column; a condition has one weight");
    if (!term->has_weight) return dw_node_error(term->yaml, term->node, err, "a condition needs weight");
    return condition_resolve(s, state, term, err);
  }
  dw_status status = plain_find(s, state, term, term->column_name, &term->column, err);
  if (status != DW_OK) return status;
  const dw_scenario_column *column = &state->columns[term->column];
  if (!dw_scenario_categorical(column)) {
    if (term->weight_count) return dw_node_error(term->yaml, term->node, err, "%.100s is a number: give it one weight", column->name);
    return term->has_weight ? DW_OK : dw_node_error(term->yaml, term->node, err, "a term needs weight");
  }
  if (!term->weight_count)
    return dw_node_error(term->yaml, term->node, err, "%.100s has categories: give it weights ({CATEGORY: WEIGHT})", column->name);
  double *by_code = dw_arena_alloc(&s->arena, column->categories->count * sizeof *by_code);
  memset(by_code, 0, column->categories->count * sizeof *by_code);
  for (size_t i = 0; i < term->weight_count; i++) {
    const dw_scenario_weight *weight = &term->weights[i];
    size_t code;
    if (!dw_scenario_category(column->categories, weight->category, strlen(weight->category), &code))
      return dw_scenario_no_category(column, weight->category, strlen(weight->category), weight->yaml, weight->node, err);
    by_code[code] = weight->weight;
  }
  term->by_code = by_code;
  return DW_OK;
}

dw_status dw_scenario_rule_resolve(dw_scenario *s, const dw_scenario_state *state, dw_scenario_rule *rule, dw_err *err)
{
  dw_scenario_term *terms = dw_arena_alloc(&s->arena, rule->count * sizeof *terms);
  if (rule->count) memcpy(terms, rule->terms, rule->count * sizeof *terms);
  rule->terms = terms;
  for (size_t i = 0; i < rule->count; i++) {
    dw_status status = term_resolve(s, state, &terms[i], err);
    if (status != DW_OK) return status;
  }
  return DW_OK;
}
