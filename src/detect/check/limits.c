#include "detect/check/limits.h"

#include <math.h>

#include "base/num.h"
#include "base/str.h"
#include "detect/check/calibrated.h"
#include "detect/check/checks.h"
#include "detect/check/methods.h"

void dw_limits_init(dw_limits *limits, dw_preset preset)
{
  *limits = (dw_limits){.settings = {.preset = preset, .alternative = DW_TWO_SIDED, .cosine_threshold = NAN},
                        .correction = DW_CORRECTION_BH,
                        .alpha = NAN,
                        .drift_share = 0.5,
                        .fail_any = true};
  dw_arena_init(&limits->words);
  for (int i = 0; i < DW_CHECKS; i++) limits->check[i] = dw_check_runs((dw_check)i, preset);
  if (preset != DW_PRESET_DRIFTWATCH) limits->correction = DW_CORRECTION_NONE;
  if (preset == DW_PRESET_EVIDENTLY) {
    limits->fail_any = false;
    limits->fail_share = true;
  }
}

void dw_limits_free(dw_limits *limits)
{
  dw_free(limits->method);
  dw_free(limits->threshold);
  dw_free(limits->effect);
  dw_free(limits->fail_column);
  dw_arena_free(&limits->words);
}

static void list_methods(dw_buf *out)
{
  const dw_method *method;
  for (size_t i = 0; (method = dw_method_at(i)); i++) dw_buf_format(out, "%s%s", i ? ", " : "", method->name);
}

/* COLUMN=REST: the part before the last '=' (column names may hold one), kept in the arena; NULL when there is none. */
static const char *column_of(dw_limits *limits, const char *word, const char **rest)
{
  const char *equals = strrchr(word, '=');
  *rest = equals ? equals + 1 : word;
  return equals ? dw_arena_strndup(&limits->words, word, (size_t)(equals - word)) : NULL;
}

dw_status dw_limits_add_method(dw_limits *limits, const char *word, dw_err *err)
{
  if (strcmp(word, "all") == 0) {
    limits->every_method = true;
    return DW_OK;
  }
  const char *name;
  const char *column = column_of(limits, word, &name);
  const dw_method *method = dw_method_find(name);
  if (!method) {
    dw_buf known = {0};
    list_methods(&known);
    dw_status status =
        dw_err_set(err, DW_EUSAGE, "--method: no method \"%s\"; there are all, %s, and COLUMN=METHOD", name, dw_buf_cstr(&known));
    dw_buf_free(&known);
    return status;
  }
  limits->method = dw_grow(limits->method, &limits->method_capacity, limits->method_count + 1, sizeof *limits->method);
  limits->method[limits->method_count++] = (dw_method_choice){column, method};
  return DW_OK;
}

dw_status dw_limits_add_threshold(dw_limits *limits, const char *word, dw_err *err)
{
  const char *number;
  const char *name = column_of(limits, word, &number);
  dw_threshold_choice choice = {0};
  if (!dw_num_parse(number, strlen(number), &choice.value, NULL) || !(choice.value >= 0 && choice.value < INFINITY))
    return dw_err_set(err, DW_EUSAGE,
                      "--threshold: \"%s\" is not a number of at least 0; write X, METHOD=X, CHECK=X, COLUMN=X or column:NAME=X", number);
  if (name && strncmp(name, "column:", 7) == 0) {
    choice.column = name + 7;
  } else if (name && dw_method_find(name)) {
    choice.method = dw_method_find(name)->name;
  } else if (name && strcmp(name, DW_SEQUENTIAL_METHOD) == 0) {
    choice.method = DW_SEQUENTIAL_METHOD;
  } else if (name && dw_check_is_of_columns(dw_check_named(name))) {
    choice.check = dw_check_named(name);
    choice.for_check = true;
  } else {
    choice.column = name;
  }
  limits->threshold = dw_grow(limits->threshold, &limits->threshold_capacity, limits->threshold_count + 1, sizeof *limits->threshold);
  limits->threshold[limits->threshold_count++] = choice;
  return DW_OK;
}

dw_status dw_limits_add_effect(dw_limits *limits, const char *word, dw_err *err)
{
  const char *number;
  dw_effect_choice choice = {.column = column_of(limits, word, &number)};
  if (!dw_num_parse(number, strlen(number), &choice.value, NULL) || !(choice.value >= 0 && choice.value <= 3.2))
    return dw_err_set(err, DW_EUSAGE, "--min-effect: \"%s\" is not a number from 0 to 3.2; write X or COLUMN=X, such as 0.1", number);
  limits->effect = dw_grow(limits->effect, &limits->effect_capacity, limits->effect_count + 1, sizeof *limits->effect);
  limits->effect[limits->effect_count++] = choice;
  return DW_OK;
}

dw_status dw_limits_add_fail(dw_limits *limits, const char *word, dw_err *err)
{
  if (strcmp(word, "any") == 0) {
    limits->fail_any = true;
  } else if (strcmp(word, "share") == 0) {
    limits->fail_share = true;
  } else if (strncmp(word, "column:", 7) == 0 && word[7]) {
    limits->fail_column =
        dw_grow(limits->fail_column, &limits->fail_column_capacity, limits->fail_column_count + 1, sizeof *limits->fail_column);
    limits->fail_column[limits->fail_column_count++] = word + 7;
  } else if (strncmp(word, "severity:", 9) == 0) {
    if (!dw_severity_find(word + 9, &limits->fail_severity) || limits->fail_severity == DW_SEVERITY_NONE)
      return dw_err_set(err, DW_EUSAGE, "--fail-on: no severity \"%s\"; there are low, medium and high", word + 9);
  } else {
    return dw_err_set(err, DW_EUSAGE, "--fail-on: \"%s\" is not any, share, column:NAME or severity:LEVEL", word);
  }
  return DW_OK;
}

dw_status dw_limits_set_checks(dw_limits *limits, const char *const *words, size_t count, dw_err *err)
{
  for (int i = 0; i < DW_CHECKS; i++) limits->check[i] = false;
  for (size_t i = 0; i < count; i++) {
    dw_check check = dw_check_named(words[i]);
    if (!dw_check_is_of_columns(check)) {
      dw_buf known = {0};
      for (int k = 0; k < DW_CHECKS; k++)
        if (dw_check_is_of_columns((dw_check)k)) dw_buf_format(&known, "%s%s", k ? ", " : "", dw_check_of((dw_check)k)->name);
      dw_status status = dw_err_set(err, DW_EUSAGE, "--checks: no check \"%s\"; there are %s", words[i], dw_buf_cstr(&known));
      dw_buf_free(&known);
      return status;
    }
    limits->check[check] = true;
  }
  return DW_OK;
}

dw_status dw_limits_set_severity(dw_limits *limits, const char *word, dw_err *err)
{
  const char *comma = strchr(word, ',');
  double medium, high;
  if (!comma || !dw_num_parse(word, (size_t)(comma - word), &medium, NULL) || !dw_num_parse(comma + 1, strlen(comma + 1), &high, NULL) ||
      !(0 < medium && medium <= high && high <= 1))
    return dw_err_set(err, DW_EUSAGE,
                      "--severity: \"%s\" is not MEDIUM,HIGH: two shares of drifted columns, 0 < MEDIUM <= HIGH <= 1, such as 0.2,0.5",
                      word);
  limits->severity_by_share = true;
  limits->severity_medium = medium;
  limits->severity_high = high;
  return DW_OK;
}

static bool of_a_feature(dw_check check) { return dw_check_of(check)->judges == DW_JUDGES_FEATURE; }

double dw_limits_threshold(const dw_limits *limits, dw_check check, const char *column, const char *method, double otherwise)
{
  int closest = 0;
  for (size_t i = 0; i < limits->threshold_count; i++) {
    const dw_threshold_choice *choice = &limits->threshold[i];
    int closeness;
    if (choice->column) closeness = of_a_feature(check) && column && strcmp(choice->column, column) == 0 ? 3 : 0;
    else if (choice->method) closeness = method && strcmp(choice->method, method) == 0 ? 2 : 0;
    else if (choice->for_check) closeness = choice->check == check ? 2 : 0;
    else closeness = of_a_feature(check) ? 1 : 0;
    if (closeness == 0 || closeness < closest) continue;
    closest = closeness;
    otherwise = choice->value;
  }
  return otherwise;
}

double dw_limits_level(const dw_limits *limits, dw_check check, const char *column, const char *method, double otherwise)
{
  return dw_limits_threshold(limits, check, column, method, isnan(limits->alpha) ? otherwise : limits->alpha);
}

double dw_limits_effect(const dw_limits *limits, dw_check check, const char *column)
{
  dw_judgement judges = dw_check_of(check)->judges;
  bool answers = judges == DW_JUDGES_TARGET || judges == DW_JUDGES_PREDICTION;
  double effect = answers ? DW_SHIFT_MIN_EFFECT_LABEL : DW_SHIFT_MIN_EFFECT;
  bool named = false;
  for (size_t i = 0; i < limits->effect_count; i++) {
    const dw_effect_choice *choice = &limits->effect[i];
    bool names = choice->column && column && strcmp(choice->column, column) == 0;
    if (!names && (named || choice->column)) continue;
    effect = choice->value;
    named = names;
  }
  return effect;
}

static bool wants_method(const dw_limits *limits, const dw_pair *pair, const dw_method *method, int closeness)
{
  for (size_t i = 0; i < limits->method_count; i++) {
    const dw_method_choice *choice = &limits->method[i];
    if (choice->method == method && (closeness == 2 ? choice->column && strcmp(choice->column, pair->name) == 0 : !choice->column))
      return true;
  }
  return false;
}

const dw_method **dw_limits_methods(const dw_limits *limits, const dw_pair *pair, size_t *count)
{
  const dw_method *method, **chosen;
  size_t all = 0;
  while (dw_method_at(all)) all++;
  chosen = dw_alloc_array(all, sizeof *chosen);
  *count = 0;
  for (int closeness = limits->every_method ? 3 : 2; closeness >= 0 && *count == 0; closeness--) {
    for (size_t i = 0; (method = dw_method_at(i)); i++) {
      if (!dw_method_fits(method, pair->type)) continue;
      if (closeness == 3 && limits->settings.preset == DW_PRESET_EVIDENTLY && method == dw_method_find("share_shift"))
        continue; /* all that were its own */
      bool calibrated = closeness == 0 && limits->calibrated && !pair->in_segment &&
                        dw_calibrated_find(limits->calibrated, DW_CHECK_COLUMN, pair->name, method->name);
      if (closeness == 3 || calibrated || (closeness > 0 && wants_method(limits, pair, method, closeness))) chosen[(*count)++] = method;
    }
  }
  if (*count == 0 && (method = dw_method_default(pair, limits->settings.preset))) chosen[(*count)++] = method;
  return chosen;
}

dw_grading dw_limits_grading(const dw_limits *limits, double drift_share)
{
  return (dw_grading){DW_SCALE_COLUMNS, drift_share, limits->severity_medium, limits->severity_high};
}

bool dw_limits_fail_on(const dw_limits *limits, const char *column)
{
  for (size_t i = 0; i < limits->fail_column_count; i++)
    if (strcmp(limits->fail_column[i], column) == 0) return true;
  return false;
}

bool dw_limits_look_at(const dw_limits *limits, dw_check own, dw_type type)
{
  const bool *check = limits->check;
  return check[own] || check[DW_CHECK_SCHEMA] || check[DW_CHECK_MISSING] || check[DW_CHECK_DATA_QUALITY] ||
         dw_check_values_asked(limits, type);
}

bool dw_limits_ask(const dw_limits *limits, const char *method)
{
  bool asked = limits->every_method;
  for (size_t i = 0; i < limits->method_count; i++) asked |= strcmp(limits->method[i].method->name, method) == 0;
  return asked;
}
