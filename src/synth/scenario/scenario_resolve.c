/* The second pass over a scenario, once every column and phase has been read: names become indices. */
#include <math.h>
#include <string.h>

#include "synth/scenario/scenario_parts.h"

dw_status dw_scenario_find(const dw_scenario *s, const char *name, const dw_yaml *yaml, const dw_node *node, uint32_t *index, dw_err *err)
{
  *index = dw_map_find(&s->names, name, strlen(name));
  if (*index != DW_MAP_NONE) return DW_OK;
  const char **names = dw_alloc_array(s->names.count, sizeof *names);
  for (size_t i = 0; i < s->names.count; i++) names[i] = s->names.keys[i].text;
  const char *near = dw_nearest(name, names, s->names.count);
  dw_free(names);
  if (near) return dw_node_error(yaml, node, err, "there is no column \"%.100s\": did you mean \"%s\"?", name, near);
  return dw_node_error(yaml, node, err, "there is no column \"%.100s\"", name);
}

/* ---- correlations ---- */

static size_t correlated_place(dw_scenario_state *state, uint32_t column)
{
  for (size_t i = 0; i < state->correlated_count; i++)
    if (state->correlated[i] == column) return i;
  state->correlated[state->correlated_count] = column;
  return state->correlated_count++;
}

/* In place, the lower factor; the row that fails, or n. */
static size_t cholesky(double *a, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j <= i; j++) {
      double sum = a[i * n + j];
      for (size_t k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      if (j < i) {
        a[i * n + j] = sum / a[j * n + j];
        continue;
      }
      if (!(sum > 1e-10)) return i;
      a[i * n + i] = sqrt(sum);
    }
  }
  return n;
}

static dw_status correlations_resolve(dw_scenario *s, dw_scenario_state *state, dw_err *err)
{
  state->correlated_count = 0;
  if (state->pair_count == 0) return DW_OK;
  state->correlated = dw_arena_alloc(&s->arena, 2 * state->pair_count * sizeof *state->correlated);
  size_t *place = dw_arena_alloc(&s->arena, 2 * state->pair_count * sizeof *place);
  for (size_t i = 0; i < 2 * state->pair_count; i++) {
    const dw_scenario_pair *pair = &state->pairs[i / 2];
    uint32_t column;
    dw_status status = dw_scenario_find(s, i % 2 ? pair->b : pair->a, pair->yaml, pair->node, &column, err);
    if (status != DW_OK) return status;
    const dw_scenario_column *c = &state->columns[column];
    if (c->kind != DW_SCENARIO_DRAWN || strcmp(c->type_name, "constant") == 0)
      return dw_node_error(pair->yaml, pair->node, err, "%.100s is a %s: only columns drawn from a distribution can be correlated", c->name,
                           c->type_name);
    if (state->correlated_count == DW_SCENARIO_CORRELATED)
      return dw_node_error(pair->yaml, pair->node, err, "more than %d columns are correlated", DW_SCENARIO_CORRELATED);
    place[i] = correlated_place(state, column);
    if (i % 2 && place[i] == place[i - 1]) return dw_node_error(pair->yaml, pair->node, err, "%.100s is correlated with itself", c->name);
  }
  size_t n = state->correlated_count;
  double *a = dw_arena_alloc(&s->arena, n * n * sizeof *a);
  memset(a, 0, n * n * sizeof *a);
  for (size_t i = 0; i < n; i++) a[i * n + i] = 1;
  for (size_t i = 0; i < state->pair_count; i++)
    a[place[2 * i] * n + place[2 * i + 1]] = a[place[2 * i + 1] * n + place[2 * i]] = state->pairs[i].value;
  size_t failed = cholesky(a, n);
  const dw_scenario_pair *last = &state->pairs[state->pair_count - 1];
  if (failed < n)
    return dw_node_error(last->yaml, last->node, err,
                         "the correlations are not positive definite: those of %.100s contradict the others (no data can have them)",
                         state->columns[state->correlated[failed]].name);
  state->factor = a;
  return DW_OK;
}

/* ---- templates ---- */

struct template_names {
  const dw_scenario *s;
  const dw_scenario_state *state;
  const dw_scenario_column *column;
};

static dw_status template_column(void *context, const char *name, size_t length, uint32_t *index, dw_err *err)
{
  struct template_names *names = context;
  char text[256];
  if (length >= sizeof text) length = sizeof text - 1;
  memcpy(text, name, length);
  text[length] = '\0';
  const dw_node *at = dw_node_get(names->column->node, "template");
  dw_status status = dw_scenario_find(names->s, text, names->column->yaml, at ? at : names->column->node, index, err);
  if (status == DW_OK && names->state->columns[*index].kind == DW_SCENARIO_VECTOR)
    status = dw_node_error(names->column->yaml, at ? at : names->column->node, err, "%.100s is a vector and cannot stand in a text", text);
  return status;
}

/* of: the case whose template it is; NULL: the column's only one. */
static dw_status template_make(dw_scenario *s, const dw_scenario_state *state, const dw_scenario_column *column, const dw_scenario_case *of,
                               dw_template *template, dw_err *err)
{
  struct template_names names = {.s = s, .state = state, .column = column};
  dw_err inner;
  dw_status status = dw_template_parse(template, of ? of->pattern : column->pattern, of ? of->pattern_length : column->pattern_length,
                                       column->words, column->word_count, template_column, &names, &s->arena, &inner);
  if (status == DW_OK) return DW_OK;
  if (strncmp(inner.message, "at byte", 7) != 0) {
    if (err) *err = inner; /* a name's error has its place already */
    return status;
  }
  const dw_node *at = of ? of->node : dw_node_get(column->node, "template");
  return dw_node_error(of ? of->yaml : column->yaml, at ? at : column->node, err, "%s", inner.message);
}

static dw_status templates_resolve(dw_scenario *s, const dw_scenario_state *state, dw_scenario_column *column, dw_err *err)
{
  const dw_scenario_case **of_code;
  dw_status status = dw_scenario_cases_resolve(s, state, column, &of_code, &column->template_count, err);
  if (status != DW_OK) return status;
  column->templates = dw_arena_alloc(&s->arena, column->template_count * sizeof *column->templates);
  for (size_t i = 0; i < column->template_count && status == DW_OK; i++) {
    if (of_code && !of_code[i])
      return dw_node_error(column->yaml, column->node, err, "there is no template for \"%.100s\" of %.100s",
                           state->columns[column->by].categories->text[i], column->by_name);
    status = template_make(s, state, column, of_code ? of_code[i] : NULL, &column->templates[i], err);
  }
  return status;
}

static dw_status shifts_resolve(dw_scenario *s, const dw_scenario_state *state, dw_scenario_column *column, dw_err *err)
{
  const dw_scenario_case **of_code;
  size_t count;
  dw_status status = dw_scenario_cases_resolve(s, state, column, &of_code, &count, err);
  if (status != DW_OK) return status;
  column->shifts = dw_arena_alloc(&s->arena, count * sizeof *column->shifts);
  for (size_t i = 0; i < count; i++) {
    column->shifts[i] = of_code ? (dw_scenario_shift){0} : column->mean_shift; /* a category that is not named: not shifted */
    if (of_code && of_code[i]) column->shifts[i] = of_code[i]->shift;
  }
  return DW_OK;
}

/* Texts may name texts, but not in a circle. mark: 0 not seen, 1 being looked at, 2 fine. */
static dw_status cycle_check(const dw_scenario_state *state, uint32_t index, uint8_t *mark, unsigned depth, dw_err *err)
{
  const dw_scenario_column *column = &state->columns[index];
  if (column->kind != DW_SCENARIO_TEXT || mark[index] == 2) return DW_OK;
  const dw_node *at = dw_node_get(column->node, "template");
  if (mark[index] == 1)
    return dw_node_error(column->yaml, at ? at : column->node, err, "the template of %.100s leads back to itself", column->name);
  if (depth > 8) return dw_node_error(column->yaml, at ? at : column->node, err, "texts within texts more than 8 levels deep");
  mark[index] = 1;
  for (size_t k = 0; k < column->template_count; k++) {
    const dw_template *template = &column->templates[k];
    for (size_t i = 0; i < template->count; i++) {
      if (template->parts[i].type != DW_TEMPLATE_COLUMN) continue;
      dw_status status = cycle_check(state, template->parts[i].column, mark, depth + 1, err);
      if (status != DW_OK) return status;
    }
  }
  mark[index] = 2;
  return DW_OK;
}

/* ---- columns ---- */

/* Tables are made once for each set of parameters, however many segments use them. */
static void dist_resolve(dw_scenario *s, dw_dist *dist)
{
  for (size_t i = 0; i < s->dist_count; i++) {
    if (!dw_dist_same(&s->dists[i], dist)) continue;
    dist->knots = s->dists[i].knots;
    return;
  }
  dw_dist_prepare(dist, &s->arena);
  s->dists = dw_grow(s->dists, &s->dist_capacity, s->dist_count + 1, sizeof *s->dists);
  s->dists[s->dist_count++] = *dist;
}

static dw_status hour_resolve(const dw_scenario *s, const dw_scenario_state *state, dw_scenario_column *column, dw_err *err)
{
  dw_status status = dw_scenario_find(s, column->source_name, column->yaml, column->node, &column->source, err);
  if (status != DW_OK || state->columns[column->source].kind == DW_SCENARIO_TIMESTAMP) return status;
  return dw_node_error(column->yaml, column->node, err, "%.100s is no timestamp", column->source_name);
}

static dw_status score_resolve(dw_scenario *s, const dw_scenario_state *state, dw_scenario_column *column, dw_err *err)
{
  if (column->rule.given) return dw_scenario_rule_resolve(s, state, &column->rule, err);
  if (!s->base.label.given)
    return dw_node_error(column->yaml, column->node, err,
                         "logistic_score needs terms of its own where there is no label to take them from");
  double noise = column->rule.noise;
  column->rule = s->base.label; /* as it stands outside phases: like the data that a model was trained on */
  column->rule.noise = noise;
  return dw_scenario_rule_resolve(s, state, &column->rule, err);
}

static dw_status column_resolve(dw_scenario *s, const dw_scenario_state *state, dw_scenario_column *column, dw_err *err)
{
  switch (column->kind) {
  case DW_SCENARIO_DRAWN: dist_resolve(s, &column->dist); return DW_OK;
  case DW_SCENARIO_VECTOR: dist_resolve(s, &column->dist); return shifts_resolve(s, state, column, err);
  case DW_SCENARIO_HOUR: return hour_resolve(s, state, column, err);
  case DW_SCENARIO_TEXT: return templates_resolve(s, state, column, err);
  case DW_SCENARIO_SCORE: return score_resolve(s, state, column, err);
  default: return DW_OK;
  }
}

dw_status dw_scenario_resolve(dw_scenario *s, dw_scenario_state *state, dw_err *err)
{
  dw_status status = DW_OK;
  const dw_scenario_column *label = NULL;
  for (size_t i = 0; i < state->column_count && status == DW_OK; i++) {
    dw_scenario_column *column = &state->columns[i];
    status = column_resolve(s, state, column, err);
    if (status != DW_OK || column->kind != DW_SCENARIO_LABEL) continue;
    if (label) return dw_node_error(column->yaml, column->node, err, "a second label; %.100s is one already", label->name);
    label = column;
  }
  if (status != DW_OK) return status;
  if (label && !state->label.given)
    return dw_node_error(label->yaml, label->node, err, "there is no rule for it: add label: at the top level");
  if (state->label.given) status = dw_scenario_rule_resolve(s, state, &state->label, err);
  uint8_t *mark = dw_alloc_zero(state->column_count + 1, 1);
  for (uint32_t i = 0; i < state->column_count && status == DW_OK; i++) status = cycle_check(state, i, mark, 0, err);
  dw_free(mark);
  return status == DW_OK ? correlations_resolve(s, state, err) : status;
}
