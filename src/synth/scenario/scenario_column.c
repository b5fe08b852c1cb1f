/* One column of a scenario: which keys it may have, what they may be. */
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/rng.h"
#include "io/formats/csv_write.h"
#include "io/text/json.h"
#include "synth/scenario/scenario_parts.h"

enum { NO_DIST = -1, KEYS = 16, DECIMALS = 15, CATEGORIES = 100000 };

/* What can be written behind `distribution:`. The numeric ones take decimals, min, max, multiply and add as well; dist's parameters
 * come from its own table. */
static const struct kind {
  const char *word;
  dw_scenario_kind kind;
  int dist;
  bool numeric;
  bool whole; /* decimals: 0 unless said otherwise */
  const char *keys[4];
} kinds[] = {
    {"normal", DW_SCENARIO_DRAWN, DW_DIST_NORMAL, true, false, {0}},
    {"lognormal", DW_SCENARIO_DRAWN, DW_DIST_LOGNORMAL, true, false, {0}},
    {"gamma", DW_SCENARIO_DRAWN, DW_DIST_GAMMA, true, false, {0}},
    {"beta", DW_SCENARIO_DRAWN, DW_DIST_BETA, true, false, {0}},
    {"exponential", DW_SCENARIO_DRAWN, DW_DIST_EXPONENTIAL, true, false, {0}},
    {"uniform", DW_SCENARIO_DRAWN, DW_DIST_UNIFORM, true, false, {0}},
    {"integer", DW_SCENARIO_DRAWN, DW_DIST_INTEGER, true, true, {0}},
    {"poisson", DW_SCENARIO_DRAWN, DW_DIST_POISSON, true, true, {0}},
    {"bernoulli", DW_SCENARIO_DRAWN, DW_DIST_BERNOULLI, false, true, {"boolean"}},
    {"categorical", DW_SCENARIO_DRAWN, DW_DIST_CATEGORICAL, false, false, {"values", "weights"}},
    {"constant", DW_SCENARIO_DRAWN, DW_DIST_CATEGORICAL, false, false, {"value"}},
    {"hour_of_day", DW_SCENARIO_DRAWN, DW_DIST_CATEGORICAL, false, true, {"weights", "column"}},
    {"sequence", DW_SCENARIO_SEQUENCE, NO_DIST, true, false, {"start", "step"}},
    {"timestamp", DW_SCENARIO_TIMESTAMP, NO_DIST, false, false, {"jitter", "decimals"}},
    {"text", DW_SCENARIO_TEXT, NO_DIST, false, false, {"template", "words", "by"}},
    {"vector", DW_SCENARIO_VECTOR, NO_DIST, true, false, {"dimension", "component", "mean_shift", "by"}},
    {"label", DW_SCENARIO_LABEL, NO_DIST, false, true, {"boolean"}},
    {"logistic_score", DW_SCENARIO_SCORE, NO_DIST, false, false, {"intercept", "terms", "noise", "decimals"}},
};

static const struct kind *kind_find(const char *word)
{
  for (size_t i = 0; i < DW_COUNT(kinds); i++)
    if (strcmp(kinds[i].word, word) == 0) return &kinds[i];
  return NULL;
}

static dw_status kind_read(const dw_yaml *yaml, const dw_node *node, const struct kind **kind, dw_err *err)
{
  const dw_node *child = dw_node_get(node, "distribution");
  if (!child) return dw_node_error(yaml, node, err, "a column needs a distribution");
  const char *word, *words[DW_COUNT(kinds)];
  dw_status status = dw_node_text(yaml, child, &word, err);
  if (status != DW_OK) return status;
  *kind = kind_find(word);
  if (*kind) return DW_OK;
  for (size_t i = 0; i < DW_COUNT(kinds); i++) words[i] = kinds[i].word;
  const char *near = dw_nearest(word, words, DW_COUNT(kinds));
  if (near) return dw_node_error(yaml, child, err, "unknown distribution \"%.60s\": did you mean \"%s\"?", word, near);
  dw_buf list = {0};
  for (size_t i = 0; i < DW_COUNT(kinds); i++) {
    if (i) dw_buf_text(&list, ", ");
    dw_buf_text(&list, kinds[i].word);
  }
  status = dw_node_error(yaml, child, err, "unknown distribution \"%.60s\"; there are %s", word, dw_buf_cstr(&list));
  dw_buf_free(&list);
  return status;
}

static dw_status keys_check(const dw_yaml *yaml, const dw_node *node, const struct kind *kind, bool phase, dw_err *err)
{
  static const char *const numeric[] = {"decimals", "min", "max", "multiply", "add"};
  const char *known[KEYS];
  size_t count = 0;
  known[count++] = "distribution";
  known[count++] = "missing";
  if (!phase) known[count++] = "optional";
  for (size_t i = 0; kind->dist >= 0 && i < 2; i++)
    if (dw_dist_table[kind->dist].param[i].name) known[count++] = dw_dist_table[kind->dist].param[i].name;
  for (size_t i = 0; i < DW_COUNT(kind->keys) && kind->keys[i]; i++) known[count++] = kind->keys[i];
  for (size_t i = 0; kind->numeric && i < DW_COUNT(numeric); i++) known[count++] = numeric[i];
  return dw_node_keys(yaml, node, known, count, err);
}

/* ---- single values: untouched when the key is absent ---- */

static dw_status take_number(const dw_yaml *yaml, const dw_node *node, const char *key, double low, double high, double *value, dw_err *err)
{
  const dw_node *child = dw_node_get(node, key);
  return child ? dw_node_number(yaml, child, low, high, value, err) : DW_OK;
}

static dw_status take_bool(const dw_yaml *yaml, const dw_node *node, const char *key, bool *value, dw_err *err)
{
  const dw_node *child = dw_node_get(node, key);
  return child ? dw_node_bool(yaml, child, value, err) : DW_OK;
}

static dw_status take_decimals(const dw_yaml *yaml, const dw_node *node, int most, int *decimals, dw_err *err)
{
  const dw_node *child = dw_node_get(node, "decimals");
  int64_t value = *decimals;
  if (!child) return DW_OK;
  dw_status status = dw_node_integer(yaml, child, 0, most, &value, err);
  *decimals = (int)value;
  return status;
}

dw_status dw_scenario_numbers(dw_scenario *s, const dw_yaml *yaml, const dw_node *node, double low, double high, const double **values,
                              size_t *count, dw_err *err)
{
  if (node->type != DW_NODE_LIST || node->count == 0) return dw_node_error(yaml, node, err, "expected a list of numbers");
  double *list = dw_arena_alloc(&s->arena, node->count * sizeof *list);
  size_t n = 0;
  for (const dw_node *item = node->first; item; item = item->next) {
    dw_status status = dw_node_number(yaml, item, low, high, &list[n++], err);
    if (status != DW_OK) return status;
  }
  *values = list;
  *count = n;
  return DW_OK;
}

static dw_status dist_params(const dw_yaml *yaml, const dw_node *node, dw_dist *dist, unsigned *given, dw_err *err)
{
  for (unsigned i = 0; i < 2; i++) {
    const dw_dist_param *param = &dw_dist_table[dist->type].param[i];
    const dw_node *child = param->name ? dw_node_get(node, param->name) : NULL;
    if (!child) continue;
    dw_status status = dw_node_number(yaml, child, param->low, param->high, &dist->p[i], err);
    if (status != DW_OK) return status;
    if (param->open && dist->p[i] == param->low) return dw_node_error(yaml, child, err, "%s must be above 0", child->text);
    if (param->whole && dist->p[i] != floor(dist->p[i])) return dw_node_error(yaml, child, err, "%s is not a whole number", child->text);
    *given |= 1u << i;
  }
  return DW_OK;
}

/* What is still wrong once every key has been read: a parameter absent, or at odds with another. */
static dw_status dist_check(const dw_yaml *yaml, const dw_node *node, const dw_dist *dist, unsigned given, dw_err *err)
{
  const dw_dist_info *info = &dw_dist_table[dist->type];
  for (unsigned i = 0; i < 2; i++)
    if (info->param[i].name && !(given & 1u << i)) return dw_node_error(yaml, node, err, "%s needs %s", info->name, info->param[i].name);
  const char *wrong = dw_dist_wrong(dist);
  if (!wrong) return DW_OK;
  const dw_node *at = dw_node_get(node, dist->type == DW_DIST_CATEGORICAL ? "weights" : info->param[0].name);
  return dw_node_error(yaml, at ? at : node, err, "%s", wrong);
}

/* ---- categories ---- */

static dw_template_text piece(dw_scenario *s, dw_buf *buf)
{
  char *text = dw_arena_alloc(&s->arena, buf->length + DW_SCENARIO_PADDING);
  memcpy(text, buf->data, buf->length);
  memset(text + buf->length, 0, DW_SCENARIO_PADDING);
  dw_template_text kept = {text, buf->length};
  buf->length = 0;
  return kept;
}

static uint32_t category_code(dw_scenario *s, dw_scenario_categories *set, const dw_node *value)
{
  double number = 0;
  bool is_number = !value->quoted && dw_num_parse(value->text, value->length, &number, NULL);
  for (size_t i = 0; i < set->count; i++)
    if (strcmp(set->text[i], value->text) == 0 && isnan(set->number[i]) != is_number) return (uint32_t)i;
  size_t need = set->count + 1;
  set->text = dw_grow(set->text, &set->capacity, need, sizeof *set->text);
  set->number = dw_grow(set->number, &set->number_capacity, need, sizeof *set->number);
  set->json = dw_grow(set->json, &set->json_capacity, need, sizeof *set->json);
  set->csv = dw_grow(set->csv, &set->csv_capacity, need, sizeof *set->csv);
  dw_buf buf = {0};
  bool boolean = !value->quoted && (strcmp(value->text, "true") == 0 || strcmp(value->text, "false") == 0);
  if (is_number) dw_buf_number(&buf, number);
  else if (boolean) dw_buf_text(&buf, value->text);
  else dw_json_quote(&buf, value->text, value->length);
  set->json[set->count] = piece(s, &buf);
  if (is_number) dw_buf_number(&buf, number);
  else dw_csv_field(&buf, value->text, value->length, ',');
  set->csv[set->count] = piece(s, &buf);
  dw_buf_free(&buf);
  set->text[set->count] = value->text;
  set->number[set->count] = is_number ? number : (double)NAN;
  set->has_number = set->has_number || is_number;
  set->numeric = is_number && (set->count == 0 || set->numeric);
  return (uint32_t)set->count++;
}

/* `values` (a list) or `value` (one), and `weights`, of equal length. */
static dw_status categories_take(dw_scenario *s, dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  const dw_node *values = dw_node_get(node, "values"), *value = dw_node_get(node, "value"), *weights = dw_node_get(node, "weights");
  dw_status status = DW_OK;
  if (values && (values->type != DW_NODE_LIST || values->count == 0)) return dw_node_error(yaml, values, err, "expected a list of values");
  if (values && values->count > CATEGORIES) return dw_node_error(yaml, values, err, "more than %d values", CATEGORIES);
  if (values || value) {
    if (!column->categories) {
      column->categories = dw_arena_alloc(&s->arena, sizeof *column->categories);
      *column->categories = (dw_scenario_categories){0};
      dw_scenario_keep_categories(s, column->categories);
    }
    size_t count = values ? values->count : 1, n = 0;
    uint32_t *codes = dw_arena_alloc(&s->arena, count * sizeof *codes);
    double *equal = dw_arena_alloc(&s->arena, count * sizeof *equal);
    for (const dw_node *item = values ? values->first : value; item && n < count; item = item->next) {
      const char *text;
      if (item->type != DW_NODE_SCALAR) status = dw_node_text(yaml, item, &text, err);
      if (status != DW_OK) return status;
      codes[n] = category_code(s, column->categories, item);
      for (size_t i = 0; i < n; i++)
        if (codes[i] == codes[n]) return dw_node_error(yaml, item, err, "\"%.100s\" stands twice among the values", item->text);
      equal[n++] = 1;
    }
    column->codes = codes;
    if (!weights) column->dist.weights = equal;
    column->dist.count = count;
    column->given |= 1;
  }
  if (!weights) return DW_OK;
  size_t count;
  status = dw_scenario_numbers(s, yaml, weights, 0, 1e15, &column->dist.weights, &count, err);
  if (status != DW_OK) return status;
  if (!(column->given & 1)) return dw_node_error(yaml, node, err, "categorical needs values");
  if (count != column->dist.count) return dw_node_error(yaml, weights, err, "%zu weights for %zu values", count, column->dist.count);
  return DW_OK;
}

static dw_status hours_take(dw_scenario *s, dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  const dw_node *weights = dw_node_get(node, "weights"), *source = dw_node_get(node, "column");
  if (weights && source) return dw_node_error(yaml, source, err, "hour_of_day takes either column or weights");
  if (source) {
    column->kind = DW_SCENARIO_HOUR;
    return dw_node_text(yaml, source, &column->source_name, err);
  }
  if (!weights) return DW_OK;
  column->kind = DW_SCENARIO_DRAWN;
  column->source_name = NULL;
  dw_status status = dw_scenario_numbers(s, yaml, weights, 0, 1e15, &column->dist.weights, &column->dist.count, err);
  if (status != DW_OK) return status;
  if (column->dist.count != 24) return dw_node_error(yaml, weights, err, "%zu weights, a day has 24 hours", column->dist.count);
  return DW_OK;
}

/* ---- texts and vectors ---- */

static dw_status text_take(dw_scenario *s, dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  const dw_node *pattern = dw_node_get(node, "template"), *words = dw_node_get(node, "words");
  dw_status status = dw_scenario_cases_take(s, column, yaml, node, "template", err);
  if (status != DW_OK) return status;
  if (pattern && pattern->type == DW_NODE_SCALAR) {
    status = dw_node_text(yaml, pattern, &column->pattern, err);
    if (status != DW_OK) return status;
    column->pattern_length = pattern->length;
  }
  if (!words) return DW_OK;
  if (words->type != DW_NODE_LIST || words->count == 0) return dw_node_error(yaml, words, err, "expected a list of words");
  dw_template_text *list = dw_arena_alloc(&s->arena, words->count * sizeof *list);
  size_t n = 0;
  for (const dw_node *item = words->first; item; item = item->next, n++) {
    status = dw_node_text(yaml, item, &list[n].text, err);
    if (status != DW_OK) return status;
    list[n].length = item->length;
  }
  column->words = list;
  column->word_count = n;
  return DW_OK;
}

static dw_status vector_take(dw_scenario *s, dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  const dw_node *dimension = dw_node_get(node, "dimension"), *component = dw_node_get(node, "component"),
                *shift = dw_node_get(node, "mean_shift");
  dw_status status = DW_OK;
  if (dimension) {
    int64_t value;
    status = dw_node_integer(yaml, dimension, 1, DW_SCENARIO_DIMENSION, &value, err);
    if (status != DW_OK) return status;
    if (column->dimension && (int64_t)column->dimension != value)
      return dw_node_error(yaml, dimension, err, "the dimension of a vector cannot change");
    column->dimension = (size_t)value;
  }
  if (component) {
    const struct kind *kind = NULL;
    bool again = column->given & 4 && component->type == DW_NODE_MAP && !dw_node_get(component, "distribution");
    if (!again) {
      status = kind_read(yaml, component, &kind, err);
      if (status != DW_OK) return status;
      if (kind->dist == NO_DIST || kind->dist == DW_DIST_CATEGORICAL)
        return dw_node_error(yaml, component, err, "the components of a vector cannot be %s", kind->word);
      column->dist = (dw_dist){.type = (dw_dist_type)kind->dist};
      column->given &= ~3u;
    }
    const dw_dist_info *info = &dw_dist_table[column->dist.type];
    const char *known[] = {"distribution", info->param[0].name, info->param[1].name};
    status = dw_node_keys(yaml, component, known, info->param[1].name ? 3 : 2, err);
    if (status == DW_OK) status = dist_params(yaml, component, &column->dist, &column->given, err);
    if (status == DW_OK) status = dist_check(yaml, component, &column->dist, column->given, err);
    if (status != DW_OK) return status;
    column->given |= 4;
  }
  status = dw_scenario_cases_take(s, column, yaml, node, "mean_shift", err);
  if (status != DW_OK || !shift || shift->type == DW_NODE_MAP) return status;
  return dw_scenario_shift_take(s, yaml, shift, &column->mean_shift, err);
}

/* ---- the column ---- */

static dw_status kind_take(dw_scenario *s, dw_scenario_column *column, const struct kind *kind, const dw_yaml *yaml, const dw_node *node,
                           dw_err *err)
{
  switch (column->kind) {
  case DW_SCENARIO_SEQUENCE: {
    dw_status status = take_number(yaml, node, "start", -1e15, 1e15, &column->start, err);
    return status == DW_OK ? take_number(yaml, node, "step", -1e15, 1e15, &column->step, err) : status;
  }
  case DW_SCENARIO_TIMESTAMP: return take_number(yaml, node, "jitter", 0, 1, &column->jitter, err);
  case DW_SCENARIO_TEXT: return text_take(s, column, yaml, node, err);
  case DW_SCENARIO_VECTOR: return vector_take(s, column, yaml, node, err);
  case DW_SCENARIO_SCORE: return dw_scenario_rule_change(s, &column->rule, yaml, node, err);
  default: break;
  }
  if (strcmp(kind->word, "hour_of_day") == 0) return hours_take(s, column, yaml, node, err);
  if (kind->dist == DW_DIST_CATEGORICAL) return categories_take(s, column, yaml, node, err);
  return kind->dist >= 0 ? dist_params(yaml, node, &column->dist, &column->given, err) : DW_OK;
}

static dw_status column_check(const dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  if (column->min > column->max) {
    const dw_node *at = dw_node_get(node, "min");
    if (!at) at = dw_node_get(node, "max");
    return dw_node_error(yaml, at ? at : node, err, "min is above max");
  }
  switch (column->kind) {
  case DW_SCENARIO_TEXT:
    if (!column->pattern && !column->case_count) return dw_node_error(yaml, node, err, "text needs template");
    return dw_scenario_cases_check(column, yaml, node, err);
  case DW_SCENARIO_VECTOR:
    if (!column->dimension) return dw_node_error(yaml, node, err, "vector needs dimension");
    if (!(column->given & 4)) return dw_node_error(yaml, node, err, "vector needs component");
    if (column->mean_shift.count > 1 && column->mean_shift.count != column->dimension)
      return dw_node_error(yaml, node, err, "mean_shift has %zu numbers, dimension is %zu", column->mean_shift.count, column->dimension);
    return dw_scenario_cases_check(column, yaml, node, err);
  case DW_SCENARIO_DRAWN: break;
  default: return DW_OK;
  }
  if (strcmp(column->type_name, "hour_of_day") == 0 && !column->dist.count)
    return dw_node_error(yaml, node, err, "hour_of_day needs weights (24 of them) or column (a timestamp)");
  if (column->dist.type == DW_DIST_CATEGORICAL && !column->dist.count)
    return dw_node_error(yaml, node, err, "%s needs %s", column->type_name, strcmp(column->type_name, "constant") ? "values" : "value");
  return dist_check(yaml, node, &column->dist, column->given, err);
}

/* What a column has before its keys are read. */
static void column_reset(dw_scenario_column *column, const struct kind *kind)
{
  *column = (dw_scenario_column){.name = column->name,
                                 .stream = column->stream,
                                 .optional = column->optional,
                                 .missing = column->missing,
                                 .kind = kind->kind,
                                 .type_name = kind->word,
                                 .decimals = -1,
                                 .multiply = 1,
                                 .min = -INFINITY,
                                 .max = INFINITY,
                                 .start = 1,
                                 .step = 1};
  column->dist = (dw_dist){.type = kind->dist >= 0 ? (dw_dist_type)kind->dist : DW_DIST_UNIFORM};
  if (kind->whole) column->decimals = 0;
  if (kind->kind == DW_SCENARIO_TIMESTAMP) column->decimals = 3;
}

dw_status dw_scenario_column_change(dw_scenario *s, dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, bool phase,
                                    dw_err *err)
{
  if (node->type != DW_NODE_MAP) return dw_node_error(yaml, node, err, "expected keys of the column (distribution: ...)");
  const struct kind *kind = kind_find(column->type_name), *wanted = kind;
  dw_status status = dw_node_get(node, "distribution") ? kind_read(yaml, node, &wanted, err) : DW_OK;
  if (status != DW_OK) return status;
  if (wanted != kind) {
    bool numbers = kind->numeric && wanted->numeric && kind->kind == DW_SCENARIO_DRAWN && wanted->kind == DW_SCENARIO_DRAWN;
    if (phase && !numbers)
      return dw_node_error(yaml, dw_node_get(node, "distribution"), err, "a phase cannot turn %s into %s (numbers into numbers only)",
                           kind->word, wanted->word);
    column_reset(column, wanted);
  }
  column->yaml = yaml;
  column->node = node;
  status = keys_check(yaml, node, wanted, phase, err);
  if (status == DW_OK) status = kind_take(s, column, wanted, yaml, node, err);
  if (status == DW_OK) status = take_bool(yaml, node, "optional", &column->optional, err);
  if (status == DW_OK) status = take_bool(yaml, node, "boolean", &column->boolean, err);
  if (status == DW_OK) status = take_number(yaml, node, "missing", 0, 1, &column->missing, err);
  if (status == DW_OK) status = take_number(yaml, node, "min", -1e300, 1e300, &column->min, err);
  if (status == DW_OK) status = take_number(yaml, node, "max", -1e300, 1e300, &column->max, err);
  if (status == DW_OK) status = take_number(yaml, node, "multiply", -1e300, 1e300, &column->multiply, err);
  if (status == DW_OK) status = take_number(yaml, node, "add", -1e300, 1e300, &column->add, err);
  if (status == DW_OK) status = take_decimals(yaml, node, column->kind == DW_SCENARIO_TIMESTAMP ? 6 : DECIMALS, &column->decimals, err);
  return status == DW_OK ? column_check(column, yaml, node, err) : status;
}

dw_status dw_scenario_column_new(dw_scenario *s, dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  if (node->type != DW_NODE_MAP) return dw_node_error(yaml, node, err, "expected keys of the column (distribution: ...)");
  const struct kind *kind;
  dw_status status = kind_read(yaml, node, &kind, err);
  if (status != DW_OK) return status;
  *column = (dw_scenario_column){.name = node->key, .stream = (uint32_t)dw_rng_hash(node->key, strlen(node->key))};
  column_reset(column, kind);
  return dw_scenario_column_change(s, column, yaml, node, false, err);
}

bool dw_scenario_plain(const dw_scenario_column *column)
{
  return column->kind == DW_SCENARIO_DRAWN || column->kind == DW_SCENARIO_HOUR || column->kind == DW_SCENARIO_SEQUENCE;
}
