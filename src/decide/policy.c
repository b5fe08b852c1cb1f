#include "decide/policy.h"

#include <math.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/num.h"
#include "decide/policy_parts.h"
#include "io/bytes/input.h"

enum { POLICY_BYTES = 4 << 20 };

const char *const dw_incident_types[] = {"none",
                                         "feature_drift",
                                         "concept_drift",
                                         "label_drift",
                                         "prediction_drift",
                                         "data_quality",
                                         "schema_change",
                                         "behaviour_drift",
                                         "embedding_drift",
                                         "refusal_rate",
                                         "toxicity_rate",
                                         "accuracy_drop",
                                         "silence",
                                         NULL};

/* What to do about incidents for which no severity of columns says it, where by_type does not. */
static const struct {
  const char *type, *action;
} usual[] = {{"embedding_drift", "reindex_and_refresh"},
             {"refusal_rate", "update_system_prompt"},
             {"toxicity_rate", "update_system_prompt_and_retrain"},
             {"accuracy_drop", "retrain"},
             {"silence", "alert"}};

static size_t words_count(const char *const *words)
{
  size_t count = 0;
  while (words[count]) count++;
  return count;
}

dw_status dw_policy_words(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, const char *const **words, size_t *count,
                          dw_err *err)
{
  bool one = node->type == DW_NODE_SCALAR;
  if (node->type == DW_NODE_MAP) return dw_node_error(yaml, node, err, "expected a list of texts");
  size_t most = one ? 1 : node->count;
  if (most > DW_POLICY_WORDS) return dw_node_error(yaml, node, err, "more than %d entries", DW_POLICY_WORDS);
  const char **list = dw_arena_alloc(&policy->memory->arena, (most + 1) * sizeof *list);
  *count = 0;
  dw_status status = DW_OK;
  for (const dw_node *item = one ? node : node->first; item && status == DW_OK; item = one ? NULL : item->next) {
    if (item->type == DW_NODE_SCALAR && strlen(item->text) != item->length) return dw_node_error(yaml, item, err, "holds a NUL character");
    status = dw_node_text(yaml, item, &list[(*count)++], err);
  }
  *words = list;
  return status;
}

dw_status dw_policy_duration(const dw_yaml *yaml, const dw_node *node, int64_t *microseconds, dw_err *err)
{
  const char *text;
  dw_status status = dw_node_text(yaml, node, &text, err);
  if (status != DW_OK) return status;
  if (strcmp(text, "0") == 0 || strcmp(text, "0s") == 0) return *microseconds = 0, DW_OK;
  if (dw_duration_parse(text, node->length, microseconds) && *microseconds <= DW_POLICY_LONGEST) return DW_OK;
  return dw_node_error(yaml, node, err, "%.60s is not a duration (30s, 10m, 6h, 1d)", text);
}

/* --- quality_gates --- */

/* The names that dw-eval gives its metrics. */
static const char *const metric_names[] = {"auc",         "average_precision",
                                           "log_loss",    "brier",
                                           "accuracy",    "precision",
                                           "recall",      "f1",
                                           "specificity", "ks",
                                           "ece",         "mae",
                                           "rmse",        "mape",
                                           "r2",          NULL};

dw_status dw_policy_metric(const dw_yaml *yaml, const dw_node *node, const char *metric, const char *prefix, dw_err *err)
{
  size_t i = 0, count = words_count(metric_names);
  while (i < count && strcmp(metric_names[i], metric) != 0) i++;
  if (i < count) return DW_OK;
  const char *near = dw_nearest(metric, metric_names, count);
  if (near) return dw_node_error(yaml, node, err, "dw-eval has no metric \"%.60s\": did you mean %s%s?", metric, prefix, near);
  return dw_node_error(yaml, node, err, "dw-eval has no metric \"%.60s\" (auc, average_precision, log_loss, brier, f1, rmse ...)", metric);
}

static dw_status gate_read(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  double threshold;
  bool least = strncmp(node->key, "min_", 4) == 0;
  if (!least && strncmp(node->key, "max_", 4) != 0)
    return dw_node_error(yaml, node, err, "a gate is min_METRIC or max_METRIC, such as min_auc: 0.82");
  const char *metric = node->key + 4;
  dw_status status = dw_policy_metric(yaml, node, metric, least ? "min_" : "max_", err);
  if (status == DW_OK) status = dw_node_number(yaml, node, -HUGE_VAL, HUGE_VAL, &threshold, err);
  if (status != DW_OK) return status;
  return dw_gates_add(&policy->gates, metric, least ? DW_RULE_AT_LEAST : DW_RULE_AT_MOST, threshold, err);
}

static dw_status gates_read(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  if (node->type != DW_NODE_MAP) return dw_node_error(yaml, node, err, "expected lines such as min_auc: 0.82");
  dw_status status = DW_OK;
  for (const dw_node *gate = node->first; gate && status == DW_OK; gate = gate->next) status = gate_read(policy, yaml, gate, err);
  return status;
}

/* --- drift_policy --- */

static dw_status action_named(const dw_policy *policy, const dw_yaml *yaml, const dw_node *node, const dw_policy_action **action,
                              dw_err *err)
{
  const char *name, *known[DW_POLICY_ACTIONS];
  dw_status status = dw_node_text(yaml, node, &name, err);
  if (status != DW_OK) return status;
  *action = dw_policy_action_find(policy, name);
  if (*action) return DW_OK;
  for (size_t i = 0; i < policy->action_count; i++) known[i] = policy->action[i].name;
  const char *near = dw_nearest(name, known, policy->action_count);
  if (near) return dw_node_error(yaml, node, err, "there is no action \"%.60s\": did you mean %s?", name, near);
  dw_buf list = {0};
  for (size_t i = 0; i < policy->action_count; i++) dw_buf_format(&list, "%s%s", i ? ", " : "", known[i]);
  dw_node_error(yaml, node, err, "there is no action \"%.60s\"; there are %.400s (add your own under actions)", name, dw_buf_cstr(&list));
  dw_buf_free(&list);
  return DW_EUSAGE;
}

static dw_status by_type_read(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  dw_status status = dw_node_keys(yaml, node, dw_incident_types + 1, words_count(dw_incident_types) - 1, err);
  if (status != DW_OK) return status;
  dw_policy_type *list = dw_arena_alloc(&policy->memory->arena, (node->count + 1) * sizeof *list);
  for (const dw_node *item = node->first; item && status == DW_OK; item = item->next) {
    dw_policy_type *entry = &list[policy->by_type_count++];
    entry->type = item->key;
    status = action_named(policy, yaml, item, &entry->action, err);
  }
  policy->by_type = list;
  return status;
}

static dw_status act_on_read(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  const char *word;
  dw_status status = dw_node_text(yaml, node, &word, err);
  if (status != DW_OK) return status;
  policy->act_on_drift = strcmp(word, "drift") == 0;
  if (policy->act_on_drift || strcmp(word, "alert") == 0) return DW_OK;
  return dw_node_error(yaml, node, err, "\"%.60s\" is neither alert (once, when one opens) nor drift (each run that says so)", word);
}

static dw_status drift_read(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  static const char *const known[] = {"on_none", "on_low", "on_medium", "on_high", "by_type", "act_on"};
  dw_status status = dw_node_keys(yaml, node, known, DW_COUNT(known), err);
  for (size_t i = 0; i < 4 && status == DW_OK; i++) {
    const dw_node *item = dw_node_get(node, known[i]);
    if (item) status = action_named(policy, yaml, item, &policy->on[i], err);
  }
  const dw_node *by_type = dw_node_get(node, "by_type"), *act_on = dw_node_get(node, "act_on");
  if (status == DW_OK && act_on) status = act_on_read(policy, yaml, act_on, err);
  return status == DW_OK && by_type ? by_type_read(policy, yaml, by_type, err) : status;
}

/* --- release_policy --- */

/* "5%", 5 % or 0.05 as a share. */
static dw_status share_read(const dw_yaml *yaml, const dw_node *node, double *share, dw_err *err)
{
  const char *text;
  dw_status status = dw_node_text(yaml, node, &text, err);
  if (status != DW_OK) return status;
  size_t length = node->length;
  bool percent = length > 1 && text[length - 1] == '%';
  while (percent && length > 1 && (text[length - 1] == '%' || text[length - 1] == ' ')) length--;
  if (dw_num_parse(text, length, share, NULL)) {
    if (percent) *share /= 100;
    if (*share > 0 && *share <= 1) return DW_OK;
  }
  return dw_node_error(yaml, node, err, "\"%.60s\" is not a share of the traffic (5%%, 25%%, 100%%)", text);
}

static dw_status stages_read(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  if (node->type != DW_NODE_LIST || node->count == 0)
    return dw_node_error(yaml, node, err, "expected a list of shares of the traffic: [5%%, 25%%, 100%%]");
  if (node->count > DW_POLICY_STAGES) return dw_node_error(yaml, node, err, "more than %d stages", DW_POLICY_STAGES);
  double *share = dw_arena_alloc(&policy->memory->arena, node->count * sizeof *share);
  size_t count = 0;
  for (const dw_node *item = node->first; item; item = item->next) {
    dw_status status = share_read(yaml, item, &share[count], err);
    if (status != DW_OK) return status;
    if (count && share[count] <= share[count - 1])
      return dw_node_error(yaml, item, err, "stages grow: each share is larger than the one before");
    count++;
  }
  if (share[count - 1] != 1) return dw_node_error(yaml, node, err, "the last stage is 100%%");
  policy->release.share = share;
  policy->release.share_count = count;
  return DW_OK;
}

/* An action, or a step of one. */
static bool approval_known(const dw_policy *policy, const char *name)
{
  if (dw_policy_action_find(policy, name)) return true;
  for (size_t a = 0; a < policy->action_count; a++)
    for (size_t s = 0; s < policy->action[a].count; s++)
      if (strcmp(policy->action[a].step[s].name, name) == 0) return true;
  return false;
}

static dw_status approval_read(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  dw_status status = dw_policy_words(policy, yaml, node, &policy->release.approval, &policy->release.approval_count, err);
  for (size_t i = 0; i < policy->release.approval_count && status == DW_OK; i++) {
    const char *name = policy->release.approval[i];
    if (!approval_known(policy, name)) status = dw_node_error(yaml, node, err, "\"%.60s\" is no action and no step of one", name);
  }
  return status;
}

static dw_status release_read(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  static const char *const known[] = {"promote_if_quality_gates_pass",
                                      "promote_stage",
                                      "require_better_than_current",
                                      "cool_down",
                                      "max_actions_per_day",
                                      "approval",
                                      "stages"};
  static const char *const places[] = {"Staging", "Production"};
  dw_policy_release *r = &policy->release;
  const dw_node *item;
  dw_status status = dw_node_keys(yaml, node, known, DW_COUNT(known), err);
  if (status == DW_OK && (item = dw_node_get(node, known[0]))) status = dw_node_bool(yaml, item, &r->promote, err);
  if (status == DW_OK && (item = dw_node_get(node, known[1]))) {
    status = dw_node_text(yaml, item, &r->stage, err);
    if (status == DW_OK && strcmp(r->stage, places[0]) != 0 && strcmp(r->stage, places[1]) != 0)
      return dw_node_error(yaml, item, err, "\"%.60s\" is not Staging or Production", r->stage);
  }
  if (status == DW_OK && (item = dw_node_get(node, known[2]))) status = dw_node_bool(yaml, item, &r->better, err);
  if (status == DW_OK && (item = dw_node_get(node, known[3]))) status = dw_policy_duration(yaml, item, &r->cool_down, err);
  if (status == DW_OK && (item = dw_node_get(node, known[4]))) status = dw_node_integer(yaml, item, 0, 1000000, &r->most_a_day, err);
  if (status == DW_OK && (item = dw_node_get(node, known[5]))) status = approval_read(policy, yaml, item, err);
  if (status == DW_OK && (item = dw_node_get(node, known[6]))) status = stages_read(policy, yaml, item, err);
  return status;
}

/* --- severity --- */

static dw_status severity_read(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  static const char *const known[] = {"medium", "high", "gate_refused"};
  const dw_node *item;
  dw_status status = dw_node_keys(yaml, node, known, DW_COUNT(known), err);
  policy->medium = 0.2;
  policy->high = 0.5;
  if (status == DW_OK && (item = dw_node_get(node, known[0]))) status = dw_node_number(yaml, item, 0, 1, &policy->medium, err);
  if (status == DW_OK && (item = dw_node_get(node, known[1]))) status = dw_node_number(yaml, item, 0, 1, &policy->high, err);
  if (status == DW_OK && policy->high < policy->medium)
    return dw_node_error(yaml, node, err, "high lies below medium; both are shares of drifted columns");
  if (status != DW_OK || !(item = dw_node_get(node, known[2]))) return status;
  const char *word;
  status = dw_node_text(yaml, item, &word, err);
  if (status != DW_OK || dw_severity_find(word, &policy->gate_refused)) return status;
  return dw_node_error(yaml, item, err, "\"%.60s\" is not " DW_SEVERITY_WORDS, word);
}

/* --- the whole --- */

static dw_status document_read(dw_policy *policy, dw_err *err)
{
  static const char *const known[] = {"version",       "name",         "description",    "severity",
                                      "quality_gates", "drift_policy", "release_policy", "actions"};
  const dw_yaml *yaml = policy->memory->yaml;
  const dw_node *root = dw_yaml_root(yaml), *item;
  if (!root) return dw_err_at(err, DW_EUSAGE, dw_yaml_name(yaml), 0, 0, "the policy is empty");
  dw_status status = dw_node_keys(yaml, root, known, DW_COUNT(known), err);
  if (status == DW_OK && (item = dw_node_get(root, "version"))) {
    status = dw_node_integer(yaml, item, 0, INT64_C(9000000000000000), &policy->version, err);
  } else if (status == DW_OK) {
    status = dw_err_at(err, DW_EUSAGE, dw_yaml_name(yaml), root->line, 0,
                       "a policy has a version: add the line `version: 1`, and count it up with each change");
  }
  if (status == DW_OK && (item = dw_node_get(root, "name"))) status = dw_node_text(yaml, item, &policy->name, err);
  if (status == DW_OK && (item = dw_node_get(root, "severity"))) status = severity_read(policy, yaml, item, err);
  if (status == DW_OK && (item = dw_node_get(root, "quality_gates"))) status = gates_read(policy, yaml, item, err);
  if (status == DW_OK && (item = dw_node_get(root, "actions"))) status = dw_policy_actions(policy, yaml, item, err);
  if (status == DW_OK) status = dw_policy_sequences(policy, err);
  if (status == DW_OK && (item = dw_node_get(root, "drift_policy"))) {
    status = drift_read(policy, yaml, item, err);
  } else if (status == DW_OK) {
    status = dw_err_at(err, DW_EUSAGE, dw_yaml_name(yaml), root->line, 0,
                       "a policy has a drift_policy (on_low, on_medium, on_high: what to do)");
  }
  if (status == DW_OK && (item = dw_node_get(root, "release_policy"))) status = release_read(policy, yaml, item, err);
  return status;
}

static dw_status policy_build(dw_policy *policy, const char *text, size_t length, const char *name, dw_err *err)
{
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, text, length);
  dw_digest_text(&digest, policy->digest);
  dw_status status = dw_yaml_parse(&policy->memory->builtin, dw_policy_builtin, strlen(dw_policy_builtin), "built-in actions", err);
  if (status == DW_OK) status = dw_policy_actions(policy, policy->memory->builtin, dw_yaml_root(policy->memory->builtin), err);
  if (status != DW_OK) return status;
  for (size_t i = 0; i < 4; i++) policy->on[i] = dw_policy_action_find(policy, i < 2 ? "noop" : "alert");
  status = dw_yaml_parse(&policy->memory->yaml, text, length, name, err);
  return status == DW_OK ? document_read(policy, err) : status;
}

dw_status dw_policy_parse(dw_policy **out, const char *text, size_t length, const char *name, dw_err *err)
{
  dw_policy *policy = dw_alloc_zero(1, sizeof *policy);
  policy->memory = dw_alloc_zero(1, sizeof *policy->memory);
  dw_arena_init(&policy->memory->arena);
  policy->action = policy->memory->action;
  policy->name = "";
  policy->medium = policy->high = NAN;
  policy->gate_refused = DW_SEVERITY_HIGH;
  policy->release = (dw_policy_release){.promote = true, .stage = "Production", .better = true, .most_a_day = -1};
  dw_status status = policy_build(policy, text, length, name, err);
  if (status != DW_OK) {
    dw_policy_free(policy);
    policy = NULL;
  }
  *out = policy;
  return status;
}

dw_status dw_policy_read(dw_policy **out, const char *path, dw_err *err)
{
  char *text;
  size_t length;
  *out = NULL;
  dw_status status = dw_input_whole(path, POLICY_BYTES, &text, &length, err);
  if (status != DW_OK) return status;
  status = dw_policy_parse(out, text, length, path, err);
  dw_free(text);
  return status;
}

void dw_policy_free(dw_policy *policy)
{
  if (!policy) return;
  dw_gates_free(&policy->gates);
  dw_yaml_free(policy->memory->builtin);
  dw_yaml_free(policy->memory->yaml);
  dw_arena_free(&policy->memory->arena);
  dw_free(policy->memory);
  dw_free(policy);
}

const dw_policy_action *dw_policy_action_find(const dw_policy *policy, const char *name)
{
  for (size_t i = 0; i < policy->action_count; i++)
    if (strcmp(policy->action[i].name, name) == 0) return &policy->action[i];
  return NULL;
}

const dw_policy_action *dw_policy_choose(const dw_policy *policy, const char *type, dw_severity severity)
{
  for (size_t i = 0; severity != DW_SEVERITY_NONE && i < policy->by_type_count; i++)
    if (strcmp(policy->by_type[i].type, type) == 0) return policy->by_type[i].action;
  for (size_t i = 0; severity != DW_SEVERITY_NONE && i < DW_COUNT(usual); i++)
    if (strcmp(usual[i].type, type) == 0) return dw_policy_action_find(policy, usual[i].action);
  return policy->on[severity];
}

bool dw_policy_waits(const dw_policy *policy, const char *name)
{
  for (size_t i = 0; i < policy->release.approval_count; i++)
    if (strcmp(policy->release.approval[i], name) == 0) return true;
  return false;
}
