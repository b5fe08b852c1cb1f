#include "synth/inject/injection.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"

#define BIT(param) (UINT32_C(1) << DW_PARAM_##param)

/* What each operation takes. clip and outliers have alternatives besides: injection_alternatives. */
const dw_op_info dw_op_table[DW_OP_NONE] = {
    [DW_OP_SHIFT] = {"shift", true, true, BIT(BY), BIT(SD) | BIT(INTEGERS)},
    [DW_OP_SCALE] = {"scale", true, true, BIT(FACTOR), BIT(INTEGERS)},
    [DW_OP_NOISE] = {"noise", true, true, BIT(SD), BIT(INTEGERS)},
    [DW_OP_CLIP] = {"clip", true, false, 0, BIT(MIN) | BIT(MAX)},
    [DW_OP_ROUND] = {"round", true, false, BIT(DECIMALS), 0},
    [DW_OP_MISSING] = {"missing", true, false, 0, 0},
    [DW_OP_OUTLIERS] = {"outliers", true, true, 0, BIT(VALUE) | BIT(FACTOR) | BIT(MEAN) | BIT(SD) | BIT(BY) | BIT(INTEGERS)},
    [DW_OP_SWAP_CATEGORIES] = {"swap-categories", true, false, BIT(VALUE) | BIT(WITH), 0},
    [DW_OP_NEW_CATEGORY] = {"new-category", true, false, BIT(VALUE), 0},
    [DW_OP_REWEIGHT] = {"reweight", false, true, BIT(FACTOR) | BIT(WHERE), 0},
    [DW_OP_PERMUTE] = {"permute", true, false, 0, BIT(BUFFER)},
    [DW_OP_DROP_COLUMN] = {"drop-column", true, false, 0, 0},
    [DW_OP_RENAME_COLUMN] = {"rename-column", true, false, BIT(AS), 0},
    [DW_OP_CHANGE_TYPE] = {"change-type", true, false, BIT(AS), 0},
    [DW_OP_DUPLICATE] = {"duplicate", false, true, 0, BIT(COPIES)},
    [DW_OP_LABEL_FLIP] = {"label-flip", true, false, 0, BIT(VALUE) | BIT(WITH)},
    [DW_OP_SWAP_LABEL_RULE] = {"swap-label-rule", true, false, BIT(WHERE) | BIT(VALUE), BIT(ELSE)},
};

const char *const dw_param_words[] = {"by",     "factor",   "sd",    "mean",     "min",   "max", "decimals", "copies",
                                      "buffer", "integers", "value", "with",     "else",  "as",  "course",   "from",
                                      "to",     "period",   "duty",  "fraction", "where", NULL};

typedef enum kind { REAL, OPERAND, OTHER } kind;

static const struct {
  kind kind;
  size_t offset;
  double low, high;
  bool whole;
} params[DW_PARAM_COUNT] = {
    [DW_PARAM_BY] = {REAL, offsetof(dw_injection, by), -1e300, 1e300, false},
    [DW_PARAM_FACTOR] = {REAL, offsetof(dw_injection, factor), -1e300, 1e300, false},
    [DW_PARAM_SD] = {REAL, offsetof(dw_injection, sd), 0, 1e300, false},
    [DW_PARAM_MEAN] = {REAL, offsetof(dw_injection, mean), -1e300, 1e300, false},
    [DW_PARAM_MIN] = {REAL, offsetof(dw_injection, min), -1e300, 1e300, false},
    [DW_PARAM_MAX] = {REAL, offsetof(dw_injection, max), -1e300, 1e300, false},
    [DW_PARAM_DECIMALS] = {REAL, offsetof(dw_injection, decimals), -15, 15, true},
    [DW_PARAM_COPIES] = {REAL, offsetof(dw_injection, copies), 0, 1000, false},
    [DW_PARAM_BUFFER] = {REAL, offsetof(dw_injection, buffer), 2, 1e7, true},
    [DW_PARAM_INTEGERS] = {OTHER, 0, 0, 0, false},
    [DW_PARAM_VALUE] = {OPERAND, offsetof(dw_injection, value), 0, 0, false},
    [DW_PARAM_WITH] = {OPERAND, offsetof(dw_injection, with), 0, 0, false},
    [DW_PARAM_ELSE] = {OPERAND, offsetof(dw_injection, otherwise), 0, 0, false},
    [DW_PARAM_AS] = {OTHER, 0, 0, 0, false},
    [DW_PARAM_COURSE] = {OTHER, 0, 0, 0, false},
    [DW_PARAM_FROM] = {OTHER, 0, 0, 0, false},
    [DW_PARAM_TO] = {OTHER, 0, 0, 0, false},
    [DW_PARAM_PERIOD] = {OTHER, 0, 0, 0, false},
    [DW_PARAM_DUTY] = {OTHER, 0, 0, 0, false},
    [DW_PARAM_FRACTION] = {OTHER, 0, 0, 0, false},
    [DW_PARAM_WHERE] = {OTHER, 0, 0, 0, false},
};

static const char *const type_words[] = {"string", "number", "boolean", NULL};

void dw_injections_init(dw_injections *injections)
{
  *injections = (dw_injections){0};
  dw_arena_init(&injections->arena);
}

void dw_injections_free(dw_injections *injections)
{
  for (size_t i = 0; i < injections->count; i++) dw_condition_free(injections->list[i].where);
  dw_free(injections->list);
  dw_arena_free(&injections->arena);
  *injections = (dw_injections){0};
}

static dw_injection *injection_begin(dw_injections *all, const char *column)
{
  all->list = dw_grow(all->list, &all->capacity, all->count + 1, sizeof *all->list);
  dw_injection *injection = &all->list[all->count++];
  *injection = (dw_injection){.column = column, .op = DW_OP_NONE, .fraction = 1, .copies = 1, .buffer = 10000, .course.duty = 0.5};
  return injection;
}

static int word_index(const char *word, const char *const *words)
{
  for (int i = 0; words[i]; i++)
    if (strcmp(word, words[i]) == 0) return i;
  return -1;
}

/* "NAME: "TEXT" is …". The caller puts the place in front: the option's name, or the file and line. */
static dw_status value_wrong(dw_err *err, const char *name, const char *text, const char *format, ...) DW_PRINTF(4, 5);
static dw_status value_wrong(dw_err *err, const char *name, const char *text, const char *format, ...)
{
  char what[300];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  return dw_err_set(err, DW_EUSAGE, "%s: \"%.200s\" %s", name, text, what);
}

static dw_status word_wrong(dw_err *err, const char *name, const char *text, const char *const *words, const char *what)
{
  dw_buf list = {0};
  size_t count = 0;
  for (; words[count]; count++) dw_buf_format(&list, "%s%s", count ? ", " : "", words[count]);
  const char *near = dw_nearest(text, words, count);
  dw_status status = near ? value_wrong(err, name, text, "is no %s; did you mean %s?", what, near)
                          : value_wrong(err, name, text, "is no %s (%s)", what, dw_buf_cstr(&list));
  dw_buf_free(&list);
  return status;
}

static dw_status set_real(double *out, const char *name, const char *text, double low, double high, bool whole, dw_err *err)
{
  double value;
  if (!dw_num_parse(text, strlen(text), &value, NULL) || !isfinite(value) || (whole && value != rint(value)))
    return value_wrong(err, name, text, "is no %snumber", whole ? "whole " : "");
  if (value < low || value > high) {
    char limit[DW_NUM_TEXT + 1];
    limit[dw_num_print(limit, value < low ? low : high)] = '\0';
    return value_wrong(err, name, text, "is %s %s", value < low ? "below" : "above", limit);
  }
  *out = value;
  return DW_OK;
}

static dw_status set_op(dw_injection *injection, const char *name, const char *text, dw_err *err)
{
  const char *words[DW_OP_NONE + 1] = {NULL};
  for (int i = 0; i < DW_OP_NONE; i++) words[i] = dw_op_table[i].name;
  int index = word_index(text, words);
  if (index < 0) return word_wrong(err, name, text, words, "operation");
  injection->op = (dw_op)index;
  return DW_OK;
}

static dw_status set_position(dw_position *position, const char *name, const char *text, dw_err *err)
{
  if (dw_position_parse(text, position)) return DW_OK;
  return value_wrong(err, name, text, "is no row (5000), share of the stream (30%%, 0.3) or time (2026-01-31T09:30:00Z)");
}

static dw_status set_where(dw_injections *all, dw_injection *injection, const char *text, dw_err *err)
{
  dw_condition_free(injection->where);
  injection->where = NULL;
  injection->where_text = dw_arena_strndup(&all->arena, text, strlen(text));
  return dw_condition_parse(&injection->where, text, err);
}

/* One parameter of the injection. name is how the user wrote it, for messages. */
static dw_status set_param(dw_injections *all, dw_injection *injection, dw_param param, const char *name, const char *text, bool quoted,
                           dw_err *err)
{
  if (dw_injection_has(injection, param)) return value_wrong(err, name, text, "was given already for this injection");
  injection->given |= UINT32_C(1) << param;
  char *base = (char *)injection;
  if (params[param].kind == REAL)
    return set_real((double *)(base + params[param].offset), name, text, params[param].low, params[param].high, params[param].whole, err);
  if (params[param].kind == OPERAND) {
    const char *copy = dw_arena_strndup(&all->arena, text, strlen(text));
    size_t length = strlen(copy);
    bool marked = length >= 2 && (copy[0] == '\'' || copy[0] == '"') && copy[length - 1] == copy[0]; /* '7' is the text 7 */
    *(dw_operand *)(base + params[param].offset) =
        dw_operand_literal(marked ? copy + 1 : copy, marked ? length - 2 : length, marked || quoted);
    return DW_OK;
  }
  switch (param) {
  case DW_PARAM_INTEGERS: {
    static const char *const words[] = {"real", "keep", NULL};
    int index = word_index(text, words);
    injection->keep_integers = index == 1;
    return index < 0 ? word_wrong(err, name, text, words, "word for it") : DW_OK;
  }
  case DW_PARAM_AS: injection->as = dw_arena_strndup(&all->arena, text, strlen(text)); return DW_OK;
  case DW_PARAM_COURSE: {
    int index = word_index(text, dw_course_words);
    if (index >= 0) injection->course.kind = (dw_course_kind)index;
    return index < 0 ? word_wrong(err, name, text, dw_course_words, "course") : DW_OK;
  }
  case DW_PARAM_FROM: return set_position(&injection->course.from, name, text, err);
  case DW_PARAM_TO: return set_position(&injection->course.to, name, text, err);
  case DW_PARAM_PERIOD:
    if (dw_period_parse(text, &injection->course.period)) return DW_OK;
    return value_wrong(err, name, text, "is no count of rows (1000), share of the stream (10%%) or duration (24h)");
  case DW_PARAM_DUTY: return set_real(&injection->course.duty, name, text, 0, 1, false, err);
  case DW_PARAM_FRACTION: return set_real(&injection->fraction, name, text, 0, 1, false, err);
  case DW_PARAM_WHERE: return set_where(all, injection, text, err);
  default: assert(false && "a parameter without a setter"); return DW_EUSAGE;
  }
}

dw_status dw_injections_option(void *context, const char *name, const char *value, dw_err *err)
{
  dw_injections *all = context;
  char shown[64];
  snprintf(shown, sizeof shown, "--%s", name);
  dw_injection *last = all->count ? &all->list[all->count - 1] : NULL;
  if (last && last->file) last = NULL;
  if (strcmp(name, "column") == 0) {
    if (!*value) return dw_err_set(err, DW_EUSAGE, "--column: the name is empty");
    injection_begin(all, dw_arena_strndup(&all->arena, value, strlen(value)));
    return DW_OK;
  }
  if (strcmp(name, "op") == 0) {
    if (!last || last->op != DW_OP_NONE) last = injection_begin(all, last ? last->column : NULL);
    return set_op(last, shown, value, err);
  }
  int param = word_index(name, dw_param_words);
  assert(param >= 0);
  if (!last) return dw_err_set(err, DW_EUSAGE, "%s stands before the first --column or --op", shown);
  return set_param(all, last, (dw_param)param, shown, value, false, err);
}

/* --- YAML --- */

static dw_status yaml_injection(dw_injections *all, const dw_yaml *yaml, const dw_node *map, dw_err *err)
{
  const char *known[DW_PARAM_COUNT + 2] = {"column", "op"};
  memcpy(known + 2, dw_param_words, DW_PARAM_COUNT * sizeof *known);
  if (map->type != DW_NODE_MAP) return dw_node_error(yaml, map, err, "an injection is a map: {column: …, op: …}");
  dw_status status = dw_node_keys(yaml, map, known, DW_PARAM_COUNT + 2, err);
  if (status != DW_OK) return status;
  dw_injection *injection = injection_begin(all, NULL);
  injection->file = dw_arena_strndup(&all->arena, dw_yaml_name(yaml), strlen(dw_yaml_name(yaml)));
  injection->line = map->line;
  for (const dw_node *node = map->first; node; node = node->next) {
    const char *text;
    status = dw_node_text(yaml, node, &text, err);
    if (status != DW_OK) return status;
    dw_err inner;
    if (strcmp(node->key, "column") == 0) {
      injection->column = dw_arena_strndup(&all->arena, text, strlen(text));
    } else if (strcmp(node->key, "op") == 0) {
      status = set_op(injection, node->key, text, &inner);
    } else {
      status = set_param(all, injection, (dw_param)word_index(node->key, dw_param_words), node->key, text, node->quoted, &inner);
    }
    if (status != DW_OK) return dw_err_at(err, status, injection->file, node->line, 0, "%s", inner.message);
  }
  return DW_OK;
}

dw_status dw_injections_yaml(dw_injections *injections, const dw_yaml *yaml, dw_err *err)
{
  static const char *const known[] = {"description", "time", "injections"};
  const dw_node *root = dw_yaml_root(yaml);
  if (!root || root->type != DW_NODE_MAP)
    return dw_err_at(err, DW_EUSAGE, dw_yaml_name(yaml), 1, 0, "expected a map with the key injections");
  dw_status status = dw_node_keys(yaml, root, known, 3, err);
  if (status != DW_OK) return status;
  const dw_node *time = dw_node_get(root, "time");
  if (time) {
    const char *text;
    status = dw_node_text(yaml, time, &text, err);
    if (status != DW_OK) return status;
    injections->time = dw_arena_strndup(&injections->arena, text, strlen(text));
  }
  const dw_node *list = dw_node_get(root, "injections");
  if (!list || list->type != DW_NODE_LIST) return dw_node_error(yaml, list ? list : root, err, "expected the key injections with a list");
  for (const dw_node *item = list->first; item && status == DW_OK; item = item->next) status = yaml_injection(injections, yaml, item, err);
  return status;
}

dw_status dw_injections_read(dw_injections *injections, const char *path, dw_err *err)
{
  dw_yaml *yaml;
  dw_status status = dw_yaml_read(&yaml, path, err);
  if (status != DW_OK) return status;
  status = dw_injections_yaml(injections, yaml, err);
  dw_yaml_free(yaml);
  return status;
}

/* --- is it complete? --- */

static dw_status injection_wrong(const dw_injections *all, const dw_injection *injection, dw_err *err, const char *format, ...)
    DW_PRINTF(4, 5);
static dw_status injection_wrong(const dw_injections *all, const dw_injection *injection, dw_err *err, const char *format, ...)
{
  char what[500];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  const char *op = injection->op == DW_OP_NONE ? "no operation" : dw_op_table[injection->op].name;
  const char *column = injection->column ? injection->column : "";
  const char *gap = *column ? " " : "";
  if (injection->file) return dw_err_at(err, DW_EUSAGE, injection->file, injection->line, 0, "%s%s%s: %s", op, gap, column, what);
  return dw_err_set(err, DW_EUSAGE, "injection %zu (%s%s%s): %s", (size_t)(injection - all->list) + 1, op, gap, column, what);
}

static void list_params(dw_buf *out, uint32_t bits, const char *dash)
{
  for (int p = 0; p < DW_PARAM_COUNT; p++)
    if (bits >> p & 1) dw_buf_format(out, "%s%s%s", out->length ? ", " : "", dash, dw_param_words[p]);
}

/* NULL, or what is wrong with the injection beyond what the table of needs and takes can express. */
static const char *alternatives_wrong(const dw_injection *injection)
{
  bool value = dw_injection_has(injection, DW_PARAM_VALUE), factor = dw_injection_has(injection, DW_PARAM_FACTOR);
  bool mean = dw_injection_has(injection, DW_PARAM_MEAN), sd = dw_injection_has(injection, DW_PARAM_SD);
  bool by = dw_injection_has(injection, DW_PARAM_BY);
  switch (injection->op) {
  case DW_OP_CLIP:
    if (!dw_injection_has(injection, DW_PARAM_MIN) && !dw_injection_has(injection, DW_PARAM_MAX)) return "needs min, max or both";
    if ((injection->given & (BIT(MIN) | BIT(MAX))) == (BIT(MIN) | BIT(MAX)) && injection->min > injection->max) return "min is above max";
    break;
  case DW_OP_OUTLIERS:
    if (value + factor + (mean || sd || by) != 1) return "needs one of: value; factor; mean, sd and by";
    if ((mean || sd || by) && !(mean && sd && by)) return "needs mean, sd and by together";
    if (value && injection->value.kind != DW_OPERAND_NUMBER) return "value is no number";
    if (value && injection->course.kind == DW_COURSE_INCREMENTAL)
      return "value has no size that could grow: use factor, or mean, sd and by";
    break;
  case DW_OP_LABEL_FLIP:
    if (value != dw_injection_has(injection, DW_PARAM_WITH)) return "needs value and with together, or neither (0 and 1, false and true)";
    break;
  case DW_OP_REWEIGHT:
    if (injection->factor < 0 || injection->factor > 1000) return "factor is not from 0 to 1000";
    break;
  default: break;
  }
  if (value && dw_injection_has(injection, DW_PARAM_WITH) && dw_operand_equal(&injection->value, &injection->with))
    return "value and with are the same";
  return NULL;
}

static dw_status as_check(const dw_injections *all, dw_injection *injection, dw_err *err)
{
  if (injection->op == DW_OP_RENAME_COLUMN && !*injection->as) return injection_wrong(all, injection, err, "the new name is empty");
  if (injection->op == DW_OP_RENAME_COLUMN && strcmp(injection->as, injection->column) == 0)
    return injection_wrong(all, injection, err, "the new name is the old one");
  if (injection->op != DW_OP_CHANGE_TYPE) return DW_OK;
  int index = word_index(injection->as, type_words);
  if (index < 0) return injection_wrong(all, injection, err, "\"%.100s\" is no type (string, number, boolean)", injection->as);
  injection->as_type = (dw_type_name)index;
  return DW_OK;
}

static dw_status injection_check(const dw_injections *all, dw_injection *injection, dw_err *err)
{
  const char *dash = injection->file ? "" : "--";
  if (injection->op == DW_OP_NONE) return injection_wrong(all, injection, err, "%sop is missing", dash);
  const dw_op_info *info = &dw_op_table[injection->op];
  if (!info->column) injection->column = NULL;
  if (info->column && !(injection->column && *injection->column)) return injection_wrong(all, injection, err, "%scolumn is missing", dash);

  uint32_t own = (UINT32_C(1) << DW_PARAM_COURSE) - 1;
  uint32_t missing = info->needs & ~injection->given;
  uint32_t foreign = injection->given & own & ~(info->needs | info->takes);
  if (missing || foreign) {
    dw_buf wrong = {0}, taken = {0};
    list_params(&wrong, missing ? missing : foreign & -foreign, dash);
    list_params(&taken, (info->needs | info->takes) & own, dash);
    dw_status status = missing ? injection_wrong(all, injection, err, "%s is missing", dw_buf_cstr(&wrong))
                               : injection_wrong(all, injection, err, "%s does not belong to %s (it takes %s)", dw_buf_cstr(&wrong),
                                                 info->name, taken.length ? dw_buf_cstr(&taken) : "no parameters of its own");
    dw_buf_free(&wrong);
    dw_buf_free(&taken);
    return status;
  }
  if (!dw_injection_has(injection, DW_PARAM_COURSE) && dw_injection_has(injection, DW_PARAM_TO)) injection->course.kind = DW_COURSE_BLIP;
  if (dw_injection_has(injection, DW_PARAM_DUTY) && injection->course.kind != DW_COURSE_RECURRING)
    return injection_wrong(all, injection, err, "%sduty belongs to %scourse recurring", dash, dash);
  char message[160];
  const char *wrong = dw_course_wrong(&injection->course, dash, message);
  if (!wrong && injection->course.kind == DW_COURSE_INCREMENTAL && !info->sized)
    wrong = "has no size that could grow: incremental is for shift, scale, noise, outliers, reweight and duplicate";
  if (!wrong) wrong = alternatives_wrong(injection);
  if (!wrong && dw_course_axis(&injection->course) == DW_AXIS_TIME && !all->time) wrong = "goes by time: say which column holds it (time)";
  return wrong ? injection_wrong(all, injection, err, "%s", wrong) : as_check(all, injection, err);
}

dw_status dw_injections_check(dw_injections *injections, dw_err *err)
{
  if (!injections->count) return dw_err_set(err, DW_EUSAGE, "nothing to inject: give --column and --op, or --scenario FILE");
  for (size_t i = 0; i < injections->count; i++) {
    dw_status status = injection_check(injections, &injections->list[i], err);
    if (status != DW_OK) return status;
  }
  return DW_OK;
}

bool dw_injections_need_rows(const dw_injections *injections)
{
  for (size_t i = 0; i < injections->count; i++)
    if (dw_course_has_shares(&injections->list[i].course)) return true;
  return false;
}

/* --- what was done --- */

double dw_injection_size(const dw_injection *injection)
{
  switch (injection->op) {
  case DW_OP_SHIFT: return dw_injection_has(injection, DW_PARAM_SD) ? injection->by * injection->sd : injection->by;
  case DW_OP_SCALE:
  case DW_OP_REWEIGHT: return injection->factor;
  case DW_OP_NOISE: return injection->sd;
  case DW_OP_DUPLICATE: return injection->copies;
  case DW_OP_OUTLIERS:
    return dw_injection_has(injection, DW_PARAM_FACTOR) ? injection->factor
           : dw_injection_has(injection, DW_PARAM_BY)   ? injection->by * injection->sd
                                                        : NAN;
  default: return NAN;
  }
}

static void print_operand(dw_json *json, const char *key, const dw_operand *operand)
{
  switch (operand->kind) {
  case DW_OPERAND_MISSING: dw_json_null(json, key); break;
  case DW_OPERAND_NUMBER: dw_json_number(json, key, operand->number); break;
  case DW_OPERAND_BOOL: dw_json_bool(json, key, operand->number != 0); break;
  case DW_OPERAND_TEXT: dw_json_bytes(json, key, operand->text, operand->length); break;
  }
}

static void print_position(dw_json *json, const char *key, const dw_position *position, bool period)
{
  char text[40];
  size_t length = period ? dw_period_print(text, position) : dw_position_print(text, position);
  if (position->axis == DW_AXIS_NONE || position->axis == DW_AXIS_ROW) dw_json_raw(json, key, text, length);
  else dw_json_bytes(json, key, text, length);
}

void dw_injection_print(const dw_injection *injection, dw_json *json)
{
  const char *base = (const char *)injection;
  dw_json_text(json, "column", injection->column);
  dw_json_text(json, "op", dw_op_table[injection->op].name);
  dw_json_number(json, "size", dw_injection_size(injection));
  dw_json_open(json, "parameters", '{');
  uint32_t shown = dw_op_table[injection->op].takes & (BIT(COPIES) | BIT(BUFFER)); /* they have defaults */
  for (int p = 0; p < DW_PARAM_COURSE; p++) {
    if (!((injection->given | shown) >> p & 1)) continue;
    const char *key = dw_param_words[p];
    if (params[p].kind == REAL) dw_json_number(json, key, *(const double *)(base + params[p].offset));
    else if (params[p].kind == OPERAND) print_operand(json, key, (const dw_operand *)(base + params[p].offset));
    else dw_json_text(json, key, p == DW_PARAM_AS ? injection->as : injection->keep_integers ? "keep" : "real");
  }
  dw_json_close(json, '}');
  dw_json_text(json, "course", dw_course_words[injection->course.kind]);
  print_position(json, "from", &injection->course.from, false);
  print_position(json, "to", &injection->course.to, false);
  if (injection->course.kind == DW_COURSE_RECURRING) {
    print_position(json, "period", &injection->course.period, true);
    dw_json_number(json, "duty", injection->course.duty);
  }
  dw_json_number(json, "fraction", injection->fraction);
  dw_json_text(json, "where", injection->where_text);
}
