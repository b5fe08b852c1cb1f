/* The actions of a policy: argument vectors and their steps. The built-in ones are written in the same language. */
#include "base/clock.h"
#include "decide/policy_parts.h"

const char *const dw_step_type_names[] = {"command", "request", "decide", NULL};

const char *const dw_policy_placeholders[] = {"registry", "data",      "holdout",  "label",         "id",    "events", "work",  "run",
                                              "incident", "type",      "severity", "promote_stage", "share", "stage",  "model", "configs",
                                              "canaries", "consensus", NULL};

const char dw_policy_builtin[] =
    "noop: {steps: []}\n"
    "alert: {request: true}\n"
    "reindex: {request: true, changes: true}\n"
    "update_system_prompt: {request: true, changes: true}\n"
    /* without a backup (5) it is another model behind an unchanged config, which nothing here brings back: somebody is told */
    "restore_canary: {changes: true, steps: [{name: restore_canary, command: [dw-canary, restore, --each, '--configs={configs}', "
    "'--canaries={canaries}'], repeat: true, optional: [5], or_request: true}, {name: tell, request: true, unless: restore_canary}]}\n"
    "rebalance: {command: [dw-canary, rebalance, '--configs={configs}', --, '{consensus}'], changes: true, repeat: true, or_request: "
    "true}\n"
    "retrain_canary: {command: [dw-canary, retrain, '--configs={configs}', '--canaries={canaries}'], changes: true, repeat: true, "
    "or_request: true}\n"
    "quarantine: {command: [dw-canary, quarantine, '--configs={configs}', '--canaries={canaries}', '--reason={incident}'], changes: true, "
    "repeat: true, or_request: true}\n"
    "refresh_retrieval: {request: true, changes: true}\n"
    "retrain: {command: [dw-canary, retrain, '--configs={configs}', '--canaries={canaries}'], changes: true, repeat: true, or_request: "
    "true}\n"
    "reindex_and_refresh: {sequence: [reindex, refresh_retrieval]}\n"
    "update_system_prompt_and_retrain: {sequence: [update_system_prompt, retrain]}\n"
    "rollback:\n"
    "  changes: true\n"
    "  steps:\n"
    "    - {name: rollback, command: [dw-model, --registry, '{registry}', rollback, --once, '{run}.rollback', --reason, '{incident}'], "
    "repeat: true}\n"
    "recalibrate:\n"
    "  changes: true\n"
    "  steps:\n"
    "    - {name: current, command: [dw-model, --registry, '{registry}', --output, '{work}/current.json', show, production], repeat: "
    "true}\n"
    "    - {name: raw, command: [dw-score, --raw, --model, '{work}/current.json', --output, '{work}/raw.ndjson', '{data}'], repeat: true}\n"
    "    - {name: calibrate, command: [dw-calibrate, scores, --label, '{label}', --score, score, --model, '{work}/current.json', --output, "
    "'{work}/model.json',\n"
    "       '{work}/raw.ndjson'], repeat: true}\n"
    "    - {name: score, command: [dw-score, --model, '{work}/model.json', --output, '{work}/scored.ndjson', '{holdout}'], repeat: true}\n"
    "    - {name: evaluate, command: [dw-eval, --label, '{label}', --score, score, '{work}/scored.ndjson'], repeat: true}\n"
    "    - {name: score_current, command: [dw-score, --model, '{work}/current.json', --score, current_score, --output, "
    "'{work}/both.ndjson', '{work}/scored.ndjson'],\n"
    "       repeat: true}\n"
    "    - {name: compare, command: [dw-eval, --label, '{label}', --score, current_score, --compare, score, '{work}/both.ndjson'], repeat: "
    "true}\n"
    "    - {name: decide, decide: compare, better_by: brier}\n"
    "    - {name: register, command: [dw-model, --registry, '{registry}', register, --model, '{work}/model.json', --metrics, "
    "'{work}/evaluate.out',\n"
    "       --once, '{run}.register', --reason, '{incident}'], gives: version, repeat: true}\n"
    "    - {name: promote, command: [dw-model, --registry, '{registry}', promote, --stage, '{promote_stage}', --once, '{run}.promote', "
    "--reason, '{incident}', '{version}'],\n"
    "       repeat: true}\n"
    "retrain_and_evaluate:\n"
    "  changes: true\n"
    "  steps:\n"
    "    - {name: current, command: [dw-model, --registry, '{registry}', --output, '{work}/current.json', show, production], optional: "
    "[5], repeat: true}\n"
    "    - {name: train, command: [dw-train, --label, '{label}', --output, '{work}/model.json', '{data}'], time_limit: 1h, repeat: true}\n"
    "    - {name: score, command: [dw-score, --model, '{work}/model.json', --output, '{work}/scored.ndjson', '{holdout}'], repeat: true}\n"
    "    - {name: evaluate, command: [dw-eval, --label, '{label}', --score, score, '{work}/scored.ndjson'], repeat: true}\n"
    "    - {name: score_current, command: [dw-score, --model, '{work}/current.json', --score, current_score, --output, "
    "'{work}/both.ndjson', '{work}/scored.ndjson'],\n"
    "       when: current, repeat: true}\n"
    "    - {name: compare, command: [dw-eval, --label, '{label}', --score, current_score, --compare, score, '{work}/both.ndjson'], when: "
    "current, repeat: true}\n"
    "    - {name: decide, decide: 'compare, evaluate'}\n"
    "    - {name: register, command: [dw-model, --registry, '{registry}', register, --model, '{work}/model.json', --metrics, "
    "'{work}/evaluate.out',\n"
    "       --once, '{run}.register', --reason, '{incident}'], gives: version, repeat: true}\n"
    "    - {name: split, command: [dw-score, --model, '{work}/model.json', --champion, '{work}/current.json', --split, '{share}', --id, "
    "'{id}', --score, served_score,\n"
    "       --output, '{work}/live-{stage}.ndjson', '{work}/both.ndjson'], when: current, staged: true, repeat: true}\n"
    "    - {name: canary, command: [dw-eval, --label, '{label}', --score, current_score, --compare, score, --by, scored_by, "
    "'{work}/live-{stage}.ndjson'],\n"
    "       when: current, staged: true, repeat: true}\n"
    "    - {name: judge, decide: canary, when: current, staged: true}\n"
    "    - {name: promote, command: [dw-model, --registry, '{registry}', promote, --stage, '{promote_stage}', --once, '{run}.promote', "
    "--reason, '{incident}', '{version}'],\n"
    "       repeat: true}\n";

/* --- placeholders --- */

static bool placeholder_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

/* The steps of an action as they are being read. */
typedef struct action_draft {
  dw_policy *policy;
  const dw_yaml *yaml;
  dw_policy_step step[DW_POLICY_STEPS];
  size_t count;
} action_draft;

/* Every {word} in text is a placeholder that is filled when the step runs. Other braces are text. */
static dw_status placeholders_check(const action_draft *draft, const dw_node *node, const char *text, dw_err *err)
{
  const char *known[64];
  size_t count = 0;
  while (dw_policy_placeholders[count]) known[count] = dw_policy_placeholders[count], count++;
  for (size_t i = 0; i < draft->count && count < 64; i++)
    if (draft->step[i].gives) known[count++] = draft->step[i].gives;
  for (const char *p = strchr(text, '{'); p; p = strchr(p + 1, '{')) {
    size_t length = 0, i = 0;
    while (placeholder_letter(p[1 + length])) length++;
    if (length == 0 || p[1 + length] != '}') continue;
    while (i < count && !dw_text_equal(p + 1, length, known[i])) i++;
    if (i < count) continue;
    char *word = dw_strndup(p + 1, length);
    const char *near = dw_nearest(word, known, count);
    if (near) dw_node_error(draft->yaml, node, err, "unknown placeholder {%.40s}: did you mean {%s}?", word, near);
    else
      dw_node_error(
          draft->yaml, node, err,
          "unknown placeholder {%.40s}; there are {registry}, {data}, {holdout}, {label}, {events}, {work} ... and what earlier steps give",
          word);
    dw_free(word);
    return DW_EUSAGE;
  }
  return DW_OK;
}

/* --- one step --- */

static bool name_ok(const char *name)
{
  size_t i = 0;
  for (; name[i]; i++)
    if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') || (name[i] >= '0' && name[i] <= '9') ||
          name[i] == '_' || (i && name[i] == '-')))
      return false;
  return i > 0 && i <= 64;
}

static dw_status environment_read(action_draft *draft, dw_policy_step *step, const dw_node *node, dw_err *err)
{
  if (node->type != DW_NODE_MAP) return dw_node_error(draft->yaml, node, err, "expected NAME: VALUE lines");
  if (node->count > DW_POLICY_WORDS) return dw_node_error(draft->yaml, node, err, "more than %d variables", DW_POLICY_WORDS);
  const char **list = dw_arena_alloc(&draft->policy->memory->arena, (node->count + 1) * sizeof *list);
  dw_status status = DW_OK;
  for (const dw_node *item = node->first; item && status == DW_OK; item = item->next) {
    const char *value;
    status = dw_node_text(draft->yaml, item, &value, err);
    if (status == DW_OK && (strchr(item->key, '=') || strlen(value) != item->length))
      status = dw_node_error(draft->yaml, item, err, "not a name and value that an environment can hold");
    if (status == DW_OK) status = placeholders_check(draft, item, value, err);
    if (status != DW_OK) break;
    dw_buf text = {0};
    dw_buf_format(&text, "%s=%s", item->key, value);
    list[step->environment_count++] = dw_arena_strndup(&draft->policy->memory->arena, text.data, text.length);
    dw_buf_free(&text);
  }
  step->environment = list;
  return status;
}

static const dw_policy_step *step_find(const action_draft *draft, const char *name, size_t length)
{
  for (size_t i = 0; i < draft->count; i++)
    if (dw_text_equal(name, length, draft->step[i].name)) return &draft->step[i];
  return NULL;
}

static dw_status earlier_step(const action_draft *draft, const dw_node *node, const char **name, dw_err *err)
{
  dw_status status = dw_node_text(draft->yaml, node, name, err);
  if (status == DW_OK && !step_find(draft, *name, strlen(*name)))
    return dw_node_error(draft->yaml, node, err, "\"%.60s\" is no earlier step of this action", *name);
  return status;
}

/* `evaluate` or `compare, evaluate`. */
static dw_status metrics_read(const action_draft *draft, dw_policy_step *step, const dw_node *node, dw_err *err)
{
  dw_status status = dw_node_text(draft->yaml, node, &step->metrics, err);
  for (const char *p = status == DW_OK ? step->metrics : NULL; p;) {
    p += strspn(p, " ");
    size_t length = strcspn(p, ", ");
    if (!step_find(draft, p, length))
      return dw_node_error(draft->yaml, node, err, "\"%.*s\" is no earlier step of this action", (int)(length < 60 ? length : 60), p);
    p = strchr(p, ',');
    if (p) p++;
  }
  return status;
}

static dw_status command_read(action_draft *draft, dw_policy_step *step, const dw_node *node, dw_err *err)
{
  if (node->type != DW_NODE_LIST || node->count == 0)
    return dw_node_error(draft->yaml, node, err, "expected an argument vector: [PROGRAM, ARGUMENT, ...]; no shell reads it");
  dw_status status = dw_policy_words(draft->policy, draft->yaml, node, &step->argument, &step->argument_count, err);
  const dw_node *item = node->first;
  for (size_t i = 0; i < step->argument_count && status == DW_OK; i++, item = item->next)
    status = placeholders_check(draft, item, step->argument[i], err);
  if (status == DW_OK && !*step->argument[0]) return dw_node_error(draft->yaml, node, err, "the program has no name");
  return status;
}

/* What a step and an action of one step have in common. */
static dw_status step_members(action_draft *draft, dw_policy_step *step, const dw_node *node, dw_err *err)
{
  const dw_yaml *yaml = draft->yaml;
  const dw_node *command = dw_node_get(node, "command"), *request = dw_node_get(node, "request"), *decide = dw_node_get(node, "decide"),
                *item;
  bool asked = false;
  if (!command + !request + !decide != 2)
    return dw_node_error(yaml, node, err, "one of command: [PROGRAM, ARGUMENT, ...], request: true, decide: STEP is what a step does");
  dw_status status = DW_OK;
  if (command) status = command_read(draft, step, command, err);
  if (request) {
    step->type = DW_STEP_REQUEST;
    status = dw_node_bool(yaml, request, &asked, err);
    if (status == DW_OK && !asked) return dw_node_error(yaml, request, err, "leave it out, or say true");
  }
  if (decide) {
    step->type = DW_STEP_DECIDE;
    status = metrics_read(draft, step, decide, err);
  }
  if (status == DW_OK && (item = dw_node_get(node, "time_limit"))) {
    status = dw_policy_duration(yaml, item, &step->time_limit, err);
    if (status == DW_OK && step->time_limit <= 0) return dw_node_error(yaml, item, err, "a time limit is longer than nothing");
  }
  if (status == DW_OK && (item = dw_node_get(node, "environment"))) status = environment_read(draft, step, item, err);
  if (status == DW_OK && (item = dw_node_get(node, "pass_environment")))
    status = dw_policy_words(draft->policy, yaml, item, &step->pass, &step->pass_count, err);
  if (status == DW_OK && (item = dw_node_get(node, "repeat"))) status = dw_node_bool(yaml, item, &step->repeat, err);
  if (status == DW_OK && (item = dw_node_get(node, "or_request"))) {
    status = dw_node_bool(yaml, item, &step->or_request, err);
    if (status == DW_OK && !command) return dw_node_error(yaml, item, err, "or_request goes with command");
  }
  return status;
}

static void step_init(dw_policy_step *step, const char *name, uint32_t line)
{
  *step = (dw_policy_step){.name = name, .line = line, .time_limit = 600 * DW_SECOND};
}

/* true, or the exit statuses that are no failure: [5]. */
static dw_status optional_read(action_draft *draft, dw_policy_step *step, const dw_node *node, dw_err *err)
{
  if (node->type != DW_NODE_LIST) return dw_node_bool(draft->yaml, node, &step->optional, err);
  int64_t *list = dw_arena_alloc(&draft->policy->memory->arena, (node->count + 1) * sizeof *list);
  dw_status status = DW_OK;
  for (const dw_node *item = node->first; item && status == DW_OK; item = item->next)
    status = dw_node_integer(draft->yaml, item, 1, 255, &list[step->excused_count++], err);
  step->excused = list;
  return status;
}

static dw_status better_by_read(const action_draft *draft, dw_policy_step *step, const dw_node *node, dw_err *err)
{
  if (step->type != DW_STEP_DECIDE) return dw_node_error(draft->yaml, node, err, "better_by goes with decide");
  dw_status status = dw_node_text(draft->yaml, node, &step->better_by, err);
  return status == DW_OK ? dw_policy_metric(draft->yaml, node, step->better_by, "", err) : status;
}

static dw_status step_read(action_draft *draft, const dw_node *node, dw_err *err)
{
  static const char *const known[] = {"name",   "command",  "request", "decide", "time_limit", "environment", "pass_environment", "gives",
                                      "repeat", "optional", "when",    "unless", "staged",     "better_by",   "or_request"};
  const dw_yaml *yaml = draft->yaml;
  const dw_node *item;
  dw_policy_step step;
  dw_status status = dw_node_keys(yaml, node, known, DW_COUNT(known), err);
  if (status != DW_OK) return status;
  if (draft->count == DW_POLICY_STEPS) return dw_node_error(yaml, node, err, "more than %d steps", DW_POLICY_STEPS);
  step_init(&step, NULL, node->line);
  if (!(item = dw_node_get(node, "name"))) return dw_node_error(yaml, node, err, "a step has a name");
  status = dw_node_text(yaml, item, &step.name, err);
  if (status != DW_OK) return status;
  if (!name_ok(step.name)) return dw_node_error(yaml, item, err, "\"%.60s\" is not a name of letters, digits, _ and -", step.name);
  if (step_find(draft, step.name, strlen(step.name)))
    return dw_node_error(yaml, item, err, "there is an earlier step \"%.60s\"", step.name);
  status = step_members(draft, &step, node, err);
  if (status == DW_OK && (item = dw_node_get(node, "gives"))) {
    status = dw_node_text(yaml, item, &step.gives, err);
    for (const char *p = status == DW_OK ? step.gives : ""; *p; p++)
      if (!placeholder_letter(*p)) return dw_node_error(yaml, item, err, "\"%.60s\" is not a name of small letters and _", step.gives);
  }
  if (status == DW_OK && (item = dw_node_get(node, "better_by"))) status = better_by_read(draft, &step, item, err);
  if (status == DW_OK && (item = dw_node_get(node, "optional"))) status = optional_read(draft, &step, item, err);
  if (status == DW_OK && (item = dw_node_get(node, "staged"))) status = dw_node_bool(yaml, item, &step.staged, err);
  if (status == DW_OK && (item = dw_node_get(node, "when"))) status = earlier_step(draft, item, &step.when, err);
  if (status == DW_OK && (item = dw_node_get(node, "unless"))) status = earlier_step(draft, item, &step.unless, err);
  if (status == DW_OK) draft->step[draft->count++] = step;
  return status;
}

/* --- one action --- */

static dw_status action_body(action_draft *draft, dw_policy_action *action, const dw_node *node, dw_err *err)
{
  static const char *const known[] = {"command",     "request",          "steps",  "changes",   "sequence", "time_limit",
                                      "environment", "pass_environment", "repeat", "or_request"};
  dw_status status = DW_OK;
  if (node->type == DW_NODE_LIST) { /* the short form: an argument vector */
    step_init(&draft->step[0], action->name, node->line);
    status = command_read(draft, &draft->step[0], node, err);
    draft->count = 1;
    return status;
  }
  const dw_node *steps = dw_node_get(node, "steps"), *changes = dw_node_get(node, "changes"), *sequence = dw_node_get(node, "sequence");
  status = dw_node_keys(draft->yaml, node, known, DW_COUNT(known), err);
  if (status == DW_OK && changes) status = dw_node_bool(draft->yaml, changes, &action->changes, err);
  if (status != DW_OK) return status;
  if (sequence && (node->count != 1 || sequence->type != DW_NODE_LIST || sequence->count == 0))
    return dw_node_error(draft->yaml, sequence, err, "expected a list of actions, and nothing beside it: what they do stands with them");
  if (sequence) return dw_policy_words(draft->policy, draft->yaml, sequence, &action->sequence, &action->sequence_count, err);
  if (!steps) {
    dw_policy_step step;
    step_init(&step, action->name, node->line);
    status = step_members(draft, &step, node, err);
    draft->step[draft->count++] = step;
    return status;
  }
  if (steps->type != DW_NODE_LIST) return dw_node_error(draft->yaml, steps, err, "expected a list of steps (- name: ...)");
  if (node->count != 1 + (changes != NULL))
    return dw_node_error(draft->yaml, steps, err, "with steps, everything else stands in the steps");
  for (const dw_node *item = steps->first; item && status == DW_OK; item = item->next) status = step_read(draft, item, err);
  return status;
}

static dw_status action_read(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  action_draft *draft = dw_alloc_zero(1, sizeof *draft);
  draft->policy = policy;
  draft->yaml = yaml;
  /* A user's own action is held to cool-down and daily limit unless it says otherwise; the built-in ones say. */
  dw_policy_action action = {.name = node->key, .changes = yaml != policy->memory->builtin};
  const dw_policy_action *old = dw_policy_action_find(policy, node->key);
  if (old) action.changes = old->changes;
  dw_status status = name_ok(node->key) ? DW_OK : dw_node_error(yaml, node, err, "an action's name has letters, digits, _ and -");
  if (status == DW_OK) status = action_body(draft, &action, node, err);
  if (status == DW_OK && !old && policy->action_count == DW_POLICY_ACTIONS)
    status = dw_node_error(yaml, node, err, "more than %d actions", DW_POLICY_ACTIONS);
  if (status == DW_OK) {
    dw_policy_step *steps = dw_arena_alloc(&policy->memory->arena, (draft->count + 1) * sizeof *steps);
    memcpy(steps, draft->step, draft->count * sizeof *steps);
    action.step = steps;
    action.count = draft->count;
    size_t at = old ? (size_t)(old - policy->action) : policy->action_count++;
    policy->memory->action[at] = action;
    policy->memory->sequence[at] = action.sequence && yaml != policy->memory->builtin ? dw_node_get(node, "sequence") : NULL;
  }
  dw_free(draft);
  return status;
}

dw_status dw_policy_actions(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  if (node->type != DW_NODE_MAP) return dw_node_error(yaml, node, err, "expected lines NAME: [PROGRAM, ARGUMENT, ...]");
  dw_status status = DW_OK;
  for (const dw_node *item = node->first; item && status == DW_OK; item = item->next) status = action_read(policy, yaml, item, err);
  return status;
}
