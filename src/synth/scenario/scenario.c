#include "synth/scenario/scenario.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "synth/scenario/scenario_parts.h"

enum { PAIRS = 10000 };
#define ROWS_MOST INT64_C(1000000000000000)

/* ---- phases ---- */

static bool edge_share(const char *text, size_t length, double *share)
{
  if (length > 1 && text[length - 1] == '%' && dw_num_parse(text, length - 1, share, NULL)) {
    *share /= 100;
    return true;
  }
  return memchr(text, '.', length) && dw_num_parse(text, length, share, NULL);
}

/* `40%` or 0.4, a row (from 1, as lines are counted), `6h`, or 2026-11-27T00:00:00Z. */
static dw_status edge_read(const dw_yaml *yaml, const dw_node *node, bool to, dw_scenario_edge *edge, dw_err *err)
{
  uint64_t row;
  const char *text;
  dw_status status = dw_node_text(yaml, node, &text, err);
  if (status != DW_OK) return status;
  if (dw_num_parse_unsigned(text, node->length, &row)) {
    if (row < 1 || row > (uint64_t)ROWS_MOST) return dw_node_error(yaml, node, err, "rows count from 1 (0.5 or 50%% is a share)");
    *edge = (dw_scenario_edge){.type = DW_EDGE_ROW, .value = (int64_t)row - (to ? 0 : 1)};
    return DW_OK;
  }
  if (edge_share(text, node->length, &edge->share)) {
    if (!(edge->share >= 0 && edge->share <= 1)) return dw_node_error(yaml, node, err, "%.60s is not a share from 0 to 1", text);
    edge->type = DW_EDGE_SHARE;
    return DW_OK;
  }
  edge->type = DW_EDGE_OFFSET;
  if (dw_duration_parse(text, node->length, &edge->value)) return DW_OK;
  edge->type = DW_EDGE_INSTANT;
  if (dw_time_parse(text, node->length, &edge->value)) return DW_OK;
  return dw_node_error(yaml, node, err, "%.60s is no row (1000), share (40%%), time since the start (6h) or time (2026-11-27T00:00:00Z)",
                       text);
}

static dw_status phase_read(dw_scenario *s, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  static const char *const known[] = {"name", "from", "to", "set", "label", "correlations", "step", "rate"};
  dw_status status = dw_node_keys(yaml, node, known, DW_COUNT(known), err);
  if (status != DW_OK) return status;
  const dw_node *from = dw_node_get(node, "from"), *to = dw_node_get(node, "to");
  dw_scenario_phase phase = {.yaml = yaml, .node = node};
  if (from) status = edge_read(yaml, from, false, &phase.from, err);
  if (status == DW_OK && to) status = edge_read(yaml, to, true, &phase.to, err);
  if (status != DW_OK) return status;
  bool backwards = phase.from.type == phase.to.type && phase.from.type != DW_EDGE_NONE &&
                   (phase.from.type == DW_EDGE_SHARE ? phase.to.share <= phase.from.share : phase.to.value <= phase.from.value);
  if (backwards) return dw_node_error(yaml, to, err, "the phase ends before it begins");
  if (s->phase_count == DW_SCENARIO_PHASES) return dw_node_error(yaml, node, err, "more than %d phases", DW_SCENARIO_PHASES);
  s->phases = dw_grow(s->phases, &s->phase_capacity, s->phase_count + 1, sizeof *s->phases);
  s->phases[s->phase_count++] = phase;
  return DW_OK;
}

static dw_status step_read(const dw_yaml *yaml, const dw_node *node, int64_t *step, dw_err *err)
{
  const char *text;
  dw_status status = dw_node_text(yaml, node, &text, err);
  if (status != DW_OK) return status;
  if (dw_duration_parse(text, node->length, step)) return DW_OK;
  return dw_node_error(yaml, node, err, "%.60s is not a duration (17s, 250ms, 1h30m)", text);
}

static dw_status label_change(dw_scenario *s, dw_scenario_rule *rule, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  static const char *const known[] = {"intercept", "terms", "noise"};
  dw_status status = dw_node_keys(yaml, node, known, DW_COUNT(known), err);
  return status == DW_OK ? dw_scenario_rule_change(s, rule, yaml, node, err) : status;
}

/* ---- correlations ---- */

static dw_status pair_add(dw_scenario *s, dw_scenario_state *state, dw_scenario_pair pair, dw_err *err)
{
  if (state->pair_count == PAIRS) return dw_node_error(pair.yaml, pair.node, err, "more than %d correlations", PAIRS);
  if (state->pair_count == state->pair_capacity) { /* a fresh array: the old one may be shared with another state */
    state->pair_capacity = state->pair_capacity * 2 + 8;
    dw_scenario_pair *pairs = dw_arena_alloc(&s->arena, state->pair_capacity * sizeof *pairs);
    if (state->pair_count) memcpy(pairs, state->pairs, state->pair_count * sizeof *pairs);
    state->pairs = pairs;
  }
  state->pairs[state->pair_count++] = pair;
  return DW_OK;
}

static dw_status matrix_rows(const dw_yaml *yaml, const dw_node *matrix, size_t n, double *a, dw_err *err)
{
  if (matrix->type != DW_NODE_LIST || matrix->count != n)
    return dw_node_error(yaml, matrix, err, "expected %zu rows, one for each column", n);
  size_t i = 0;
  for (const dw_node *row = matrix->first; row; row = row->next, i++) {
    if (row->type != DW_NODE_LIST || row->count != n)
      return dw_node_error(yaml, row, err, "row %zu of the matrix needs %zu numbers", i + 1, n);
    size_t j = 0;
    for (const dw_node *cell = row->first; cell; cell = cell->next, j++) {
      dw_status status = dw_node_number(yaml, cell, -1, 1, &a[i * n + j], err);
      if (status != DW_OK) return status;
      if (i == j && a[i * n + j] != 1) return dw_node_error(yaml, cell, err, "the diagonal of a correlation matrix is 1");
      if (j < i && a[i * n + j] != a[j * n + i])
        return dw_node_error(yaml, cell, err, "the matrix is not symmetric (row %zu, column %zu)", i + 1, j + 1);
    }
  }
  return DW_OK;
}

static dw_status correlation_entry(dw_scenario *s, dw_scenario_state *state, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  static const char *const known[] = {"columns", "value", "matrix"};
  dw_status status = dw_node_keys(yaml, node, known, DW_COUNT(known), err);
  if (status != DW_OK) return status;
  const dw_node *columns = dw_node_get(node, "columns"), *value = dw_node_get(node, "value"), *matrix = dw_node_get(node, "matrix");
  if (!columns || columns->type != DW_NODE_LIST || columns->count < 2 || columns->count > DW_SCENARIO_CORRELATED)
    return dw_node_error(yaml, columns ? columns : node, err, "expected columns: a list of 2 to %d names", DW_SCENARIO_CORRELATED);
  size_t n = columns->count, i = 0;
  const char **names = dw_arena_alloc(&s->arena, n * sizeof *names);
  for (const dw_node *item = columns->first; item; item = item->next) {
    status = dw_node_text(yaml, item, &names[i++], err);
    if (status != DW_OK) return status;
  }
  if (!value == !matrix) return dw_node_error(yaml, node, err, "expected either value or matrix");
  if (value && n != 2) return dw_node_error(yaml, node, err, "value is the correlation of 2 columns; for more give a matrix");
  double *a = dw_arena_alloc(&s->arena, n * n * sizeof *a);
  status = value ? dw_node_number(yaml, value, -1, 1, &a[1], err) : matrix_rows(yaml, matrix, n, a, err);
  for (i = 0; i < n; i++)
    for (size_t j = i + 1; j < n && status == DW_OK; j++)
      status = pair_add(s, state, (dw_scenario_pair){.a = names[i], .b = names[j], .value = a[i * n + j], .yaml = yaml, .node = node}, err);
  return status;
}

static dw_status correlations_read(dw_scenario *s, dw_scenario_state *state, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  if (node->type != DW_NODE_LIST) return dw_node_error(yaml, node, err, "expected a list of {columns, value} entries");
  for (const dw_node *item = node->first; item; item = item->next) {
    dw_status status = correlation_entry(s, state, yaml, item, err);
    if (status != DW_OK) return status;
  }
  return DW_OK;
}

/* ---- phases over a state ---- */

dw_scenario_state dw_scenario_copy(dw_scenario *s, const dw_scenario_state *state)
{
  dw_scenario_state copy = *state;
  copy.columns = dw_arena_alloc(&s->arena, state->column_count * sizeof *copy.columns);
  if (state->column_count) memcpy(copy.columns, state->columns, state->column_count * sizeof *copy.columns);
  copy.pair_capacity = copy.pair_count; /* the first one added moves to an array of its own; terms are copied when they change */
  return copy;
}

dw_status dw_scenario_phase_apply(dw_scenario *s, dw_scenario_state *state, const dw_scenario_phase *phase, dw_err *err)
{
  const dw_yaml *yaml = phase->yaml;
  const dw_node *set = dw_node_get(phase->node, "set"), *label = dw_node_get(phase->node, "label"),
                *step = dw_node_get(phase->node, "step");
  const dw_node *rate = dw_node_get(phase->node, "rate"), *correlations = dw_node_get(phase->node, "correlations");
  dw_status status = DW_OK;
  if (set && set->type != DW_NODE_MAP) return dw_node_error(yaml, set, err, "expected COLUMN: {PARAMETER: VALUE} pairs");
  for (const dw_node *item = set ? set->first : NULL; item && status == DW_OK; item = item->next) {
    uint32_t index;
    status = dw_scenario_find(s, item->key, yaml, item, &index, err);
    if (status == DW_OK) status = dw_scenario_column_change(s, &state->columns[index], yaml, item, true, err);
  }
  if (status == DW_OK && label) status = label_change(s, &state->label, yaml, label, err);
  if (status == DW_OK && correlations) status = correlations_read(s, state, yaml, correlations, err);
  if (status == DW_OK && step) status = step_read(yaml, step, &state->step, err);
  if (status == DW_OK && rate) status = dw_node_number(yaml, rate, 1e-6, 1e6, &state->rate, err);
  return status;
}

/* ---- the document ---- */

static dw_status columns_read(dw_scenario *s, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  if (node->type != DW_NODE_MAP) return dw_node_error(yaml, node, err, "expected NAME: {distribution: ...} pairs");
  for (const dw_node *item = node->first; item; item = item->next) {
    uint32_t index = dw_map_find(&s->names, item->key, strlen(item->key));
    dw_status status;
    if (index != DW_MAP_NONE) { /* of the scenario that this one extends */
      status = dw_scenario_column_change(s, &s->base.columns[index], yaml, item, false, err);
    } else {
      if (item->key[0] == '\0') return dw_node_error(yaml, item, err, "a column needs a name");
      if (s->base.column_count == DW_SCENARIO_COLUMNS) return dw_node_error(yaml, item, err, "more than %d columns", DW_SCENARIO_COLUMNS);
      s->base.columns = dw_grow(s->base.columns, &s->column_capacity, s->base.column_count + 1, sizeof *s->base.columns);
      dw_scenario_column *column = &s->base.columns[s->base.column_count];
      status = dw_scenario_column_new(s, column, yaml, item, err);
      if (status != DW_OK) return status;
      for (size_t i = 0; i < s->base.column_count; i++) /* two names with one hash: the later one moves on */
        if (s->base.columns[i].stream == column->stream) column->stream++, i = (size_t)-1;
      dw_map_intern(&s->names, item->key, strlen(item->key));
      s->base.column_count++;
    }
    if (status != DW_OK) return status;
  }
  return DW_OK;
}

static dw_status cycle_read(dw_scenario *s, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  double weights[DW_DAY_HOURS], sum = 0;
  size_t hour = 0;
  if (node->type != DW_NODE_LIST) return dw_node_error(yaml, node, err, "expected a list of 24 weights, one an hour");
  if (node->count != DW_DAY_HOURS) return dw_node_error(yaml, node, err, "%zu weights, a day has 24 hours", node->count);
  for (const dw_node *item = node->first; item && hour < DW_DAY_HOURS; item = item->next, hour++) {
    dw_status status = dw_node_number(yaml, item, 0, 1e15, &weights[hour], err);
    if (status != DW_OK) return status;
    sum += weights[hour];
  }
  if (!(sum > 0)) return dw_node_error(yaml, node, err, "all weights are 0");
  dw_daily_cycle_set(&s->cycle, weights);
  return DW_OK;
}

static dw_status settings_read(dw_scenario *s, const dw_yaml *yaml, const dw_node *root, dw_err *err)
{
  const dw_node *name = dw_node_get(root, "name"), *description = dw_node_get(root, "description"), *rows = dw_node_get(root, "rows");
  const dw_node *start = dw_node_get(root, "start"), *step = dw_node_get(root, "step");
  const dw_node *cycle = dw_node_get(root, "daily_cycle"), *quick = dw_node_get(root, "quick");
  dw_status status = name ? dw_node_text(yaml, name, &s->name, err) : DW_OK;
  if (status == DW_OK && description) status = dw_node_text(yaml, description, &s->description, err);
  if (status == DW_OK && step) status = step_read(yaml, step, &s->base.step, err);
  if (status == DW_OK && rows) {
    int64_t count = 0;
    status = dw_node_integer(yaml, rows, 0, ROWS_MOST, &count, err);
    s->rows = (uint64_t)count;
  }
  if (status == DW_OK && quick) status = dw_node_integer(yaml, quick, 1, 1000000, &s->quick, err);
  if (status == DW_OK && cycle) status = cycle_read(s, yaml, cycle, err);
  if (status != DW_OK || !start) return status;
  const char *text;
  status = dw_node_text(yaml, start, &text, err);
  if (status == DW_OK && !dw_time_parse(text, start->length, &s->start))
    return dw_node_error(yaml, start, err, "%.60s is not a time (2026-01-01T00:00:00Z)", text);
  return status;
}

static dw_status document_read(dw_scenario *s, dw_yaml *yaml, dw_err *err);

/* `extends: fraud-baseline`: the file of that name beside this one. */
static dw_status extends_read(dw_scenario *s, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  const char *name;
  dw_status status = dw_node_text(yaml, node, &name, err);
  if (status != DW_OK) return status;
  if (s->document_count == DW_SCENARIO_EXTENDS)
    return dw_node_error(yaml, node, err, "scenarios extend one another more than %d deep (in a circle?)", DW_SCENARIO_EXTENDS - 1);
  const char *self = dw_yaml_name(yaml), *slash = strrchr(self, '/');
  dw_buf path = {0};
  if (name[0] != '/' && slash) dw_buf_add(&path, self, (size_t)(slash - self) + 1);
  dw_buf_text(&path, name);
  if (!strchr(name, '.')) dw_buf_text(&path, ".yaml");
  dw_yaml *document;
  dw_err inner;
  status = dw_yaml_read(&document, dw_buf_cstr(&path), &inner);
  dw_buf_free(&path);
  if (status == DW_ESYSTEM) return dw_node_error(yaml, node, err, "%s", inner.message);
  if (status != DW_OK) {
    if (err) *err = inner;
    return status;
  }
  return document_read(s, document, err);
}

/* yaml belongs to the scenario from here on. */
static dw_status document_read(dw_scenario *s, dw_yaml *yaml, dw_err *err)
{
  static const char *const known[] = {"name",        "description", "extends", "rows",  "start",        "step",
                                      "daily_cycle", "quick",       "columns", "label", "correlations", "phases"};
  s->documents[s->document_count++] = yaml;
  const dw_node *root = dw_yaml_root(yaml);
  if (!root) return dw_err_at(err, DW_EUSAGE, dw_yaml_name(yaml), 0, 0, "the scenario is empty");
  dw_status status = dw_node_keys(yaml, root, known, DW_COUNT(known), err);
  const dw_node *extends = dw_node_get(root, "extends"), *columns = dw_node_get(root, "columns"), *label = dw_node_get(root, "label");
  const dw_node *correlations = dw_node_get(root, "correlations"), *phases = dw_node_get(root, "phases");
  if (status == DW_OK && extends) status = extends_read(s, yaml, extends, err);
  if (status == DW_OK) status = settings_read(s, yaml, root, err);
  if (status == DW_OK && columns) status = columns_read(s, yaml, columns, err);
  if (status == DW_OK && label) status = label_change(s, &s->base.label, yaml, label, err);
  if (status == DW_OK && correlations) status = correlations_read(s, &s->base, yaml, correlations, err);
  if (status != DW_OK || !phases) return status;
  if (phases->type != DW_NODE_LIST) return dw_node_error(yaml, phases, err, "expected a list of phases (- from: ...)");
  for (const dw_node *item = phases->first; item && status == DW_OK; item = item->next) status = phase_read(s, yaml, item, err);
  return status;
}

/* Every phase is tried alone, so that its mistakes show whatever rows are asked for. All are read before anything is resolved: a
 * condition may name a category that only a phase brings. */
static dw_status scenario_finish(dw_scenario *s, dw_err *err)
{
  if (s->base.column_count == 0) return dw_err_at(err, DW_EUSAGE, dw_yaml_name(s->documents[0]), 0, 0, "a scenario needs columns");
  dw_scenario_state *tried = dw_arena_alloc(&s->arena, (s->phase_count + 1) * sizeof *tried);
  dw_status status = DW_OK;
  for (size_t i = 0; i < s->phase_count && status == DW_OK; i++) {
    tried[i] = dw_scenario_copy(s, &s->base);
    status = dw_scenario_phase_apply(s, &tried[i], &s->phases[i], err);
  }
  tried[s->phase_count] = dw_scenario_copy(s, &s->base);
  if (status == DW_OK) status = dw_scenario_resolve(s, &tried[s->phase_count], err);
  for (size_t i = 0; i < s->phase_count && status == DW_OK; i++) status = dw_scenario_resolve(s, &tried[i], err);
  return status;
}

static dw_status scenario_build(dw_scenario **out, dw_yaml *yaml, dw_err *err)
{
  dw_scenario *s = dw_alloc_zero(1, sizeof *s);
  dw_arena_init(&s->arena);
  dw_map_init(&s->names);
  s->name = dw_yaml_name(yaml);
  s->description = "";
  s->rows = 1000;
  s->quick = 10;
  s->base.step = 60 * DW_SECOND;
  s->base.rate = 1;
  dw_time_parse("2026-01-01", 10, &s->start);
  dw_status status = document_read(s, yaml, err);
  if (status == DW_OK) status = scenario_finish(s, err);
  if (status != DW_OK) {
    dw_scenario_free(s);
    return status;
  }
  *out = s;
  return DW_OK;
}

dw_status dw_scenario_read(dw_scenario **out, const char *path, dw_err *err)
{
  dw_yaml *yaml;
  dw_status status = dw_yaml_read(&yaml, path, err);
  return status == DW_OK ? scenario_build(out, yaml, err) : status;
}

dw_status dw_scenario_parse(dw_scenario **out, const char *text, size_t length, const char *name, dw_err *err)
{
  dw_yaml *yaml;
  dw_status status = dw_yaml_parse(&yaml, text, length, name, err);
  return status == DW_OK ? scenario_build(out, yaml, err) : status;
}

void dw_scenario_keep_categories(dw_scenario *s, dw_scenario_categories *categories)
{
  s->categories = dw_grow(s->categories, &s->categories_capacity, s->categories_count + 1, sizeof *s->categories);
  s->categories[s->categories_count++] = categories;
}

void dw_scenario_free(dw_scenario *s)
{
  if (!s) return;
  for (size_t i = 0; i < s->categories_count; i++) {
    dw_free(s->categories[i]->text);
    dw_free(s->categories[i]->number);
    dw_free(s->categories[i]->json);
    dw_free(s->categories[i]->csv);
  }
  for (size_t i = 0; i < s->condition_count; i++) dw_condition_free(s->conditions[i]);
  for (size_t i = 0; i < s->document_count; i++) dw_yaml_free(s->documents[i]);
  dw_free(s->categories);
  dw_free(s->conditions);
  dw_free(s->dists);
  dw_free(s->phases);
  dw_free(s->base.columns);
  dw_map_free(&s->names);
  dw_arena_free(&s->arena);
  dw_free(s);
}

const dw_scenario_state *dw_scenario_base(const dw_scenario *s) { return &s->base; }
