#include "decide/policy.h"
#include "test.h"

static dw_policy *policy;
static dw_err err;

static dw_status parse(const char *text)
{
  dw_policy_free(policy);
  return dw_policy_parse(&policy, text, strlen(text), "p.yaml", &err);
}

static void done(void)
{
  dw_policy_free(policy);
  policy = NULL;
}

#define REST "drift_policy: {on_high: alert}\n"

TEST(whole)
{
  CHECK(parse("version: 3\nname: fraud\nseverity: {medium: 0.1, high: 0.3, gate_refused: medium}\n"
              "quality_gates: {min_auc: 0.82, max_log_loss: 0.3}\n"
              "drift_policy:\n  on_none: noop\n  on_low: alert\n  on_medium: page\n  on_high: retrain_and_evaluate\n  by_type: "
              "{schema_change: alert}\n"
              "release_policy:\n  promote_if_quality_gates_pass: false\n  promote_stage: Staging\n  require_better_than_current: false\n  "
              "cool_down: 6h\n"
              "  max_actions_per_day: 4\n  approval: [rollback, promote]\n  stages: [5%, 0.25, 100%]\n"
              "actions:\n  page: [send, '{type}', '{\"json\":1}']\n"
              "  mail: {command: [mail, x], time_limit: 5s, environment: {TO: '{label}'}, pass_environment: [TOKEN], repeat: true, "
              "changes: false}\n") == DW_OK);
  if (!policy) return test_check(false, __FILE__, __LINE__, "%s", err.message);
  CHECK(policy->version == 3 && policy->medium == 0.1 && policy->high == 0.3 && policy->gate_refused == DW_SEVERITY_MEDIUM);
  CHECK_TEXT(policy->name, "fraud");
  CHECK(policy->gates.count == 2 && policy->gates.gate[0].rule == DW_RULE_AT_LEAST && policy->gates.gate[1].rule == DW_RULE_AT_MOST);
  CHECK_TEXT(policy->gates.gate[1].metric, "log_loss");
  CHECK_TEXT(policy->on[2]->name, "page");
  CHECK_TEXT(policy->on[2]->step[0].argument[1], "{type}");
  CHECK(policy->on[2]->changes && policy->on[2]->step[0].time_limit == 600000000);
  CHECK_TEXT(dw_policy_choose(policy, "schema_change", DW_SEVERITY_HIGH)->name, "alert");
  CHECK_TEXT(dw_policy_choose(policy, "schema_change", DW_SEVERITY_NONE)->name, "noop");
  CHECK_TEXT(dw_policy_choose(policy, "feature_drift", DW_SEVERITY_HIGH)->name, "retrain_and_evaluate");
  const dw_policy_release *r = &policy->release;
  CHECK(!r->promote && !r->better && r->cool_down == INT64_C(6) * 3600 * 1000000 && r->most_a_day == 4);
  CHECK(r->share_count == 3 && r->share[0] == 0.05 && r->share[1] == 0.25 && r->share[2] == 1);
  CHECK(dw_policy_waits(policy, "rollback") && dw_policy_waits(policy, "promote") && !dw_policy_waits(policy, "page"));
  const dw_policy_action *mail = dw_policy_action_find(policy, "mail");
  CHECK(mail && !mail->changes && mail->step[0].time_limit == 5000000 && mail->step[0].repeat && mail->step[0].pass_count == 1);
  CHECK_TEXT(mail->step[0].environment[0], "TO={label}");
  done();
}

TEST(defaults)
{
  CHECK(parse("version: 1\n" REST) == DW_OK);
  CHECK(policy->release.promote && policy->release.better && policy->release.cool_down == 0 && policy->release.most_a_day == -1);
  CHECK_TEXT(policy->release.stage, "Production");
  CHECK(policy->medium != policy->medium);
  static const char *const builtin[] = {"noop",        "alert",         "retrain_and_evaluate",
                                        "rollback",    "reindex",       "update_system_prompt",
                                        "recalibrate", "restore_canary"};
  for (size_t i = 0; i < 8; i++) CHECK_MSG(dw_policy_action_find(policy, builtin[i]) != NULL, "no built-in action %s", builtin[i]);
  CHECK(!dw_policy_action_find(policy, "alert")->changes && dw_policy_action_find(policy, "rollback")->changes);
  CHECK(dw_policy_action_find(policy, "noop")->count == 0);
  done();
}

TEST(an_own_action_replaces_the_builtin_one)
{
  CHECK(parse("version: 1\nactions:\n  alert: [logger, '{incident}']\n  rollback: [undo]\n" REST) == DW_OK);
  CHECK_TEXT(policy->on[3]->step[0].argument[0], "logger");
  CHECK(!policy->on[3]->changes && dw_policy_action_find(policy, "rollback")->changes);
  done();
}

TEST(what_columns_do_not_say_has_actions_of_its_own)
{
  CHECK(parse("version: 1\ndrift_policy: {on_low: rollback, on_medium: rollback, on_high: rollback, by_type: {silence: noop}}\n") == DW_OK);
  static const char *const want[][2] = {{"embedding_drift", "reindex_and_refresh"},
                                        {"refusal_rate", "update_system_prompt"},
                                        {"accuracy_drop", "retrain"},
                                        {"toxicity_rate", "update_system_prompt_and_retrain"},
                                        {"silence", "noop"},
                                        {"feature_drift", "rollback"}};
  for (size_t i = 0; i < sizeof want / sizeof *want; i++)
    CHECK_TEXT(dw_policy_choose(policy, want[i][0], DW_SEVERITY_LOW)->name, want[i][1]);
  CHECK_TEXT(dw_policy_choose(policy, "refusal_rate", DW_SEVERITY_NONE)->name, "noop");
  CHECK(!policy->act_on_drift);
  CHECK(parse("version: 1\ndrift_policy: {act_on: drift}\n") == DW_OK && policy->act_on_drift);
  done();
}

TEST(a_sequence_has_the_steps_of_the_actions_as_the_user_has_them)
{
  CHECK(parse("version: 1\nactions:\n  both: {sequence: [alert, retrain]}\n  retrain: [own, '{model}']\n" REST) == DW_OK);
  const dw_policy_action *toxic = dw_policy_action_find(policy, "update_system_prompt_and_retrain"),
                         *both = dw_policy_action_find(policy, "both");
  CHECK(toxic->count == 2 && toxic->changes && toxic->step[0].type == DW_STEP_REQUEST && toxic->step[1].type == DW_STEP_COMMAND);
  CHECK_TEXT(toxic->step[0].name, "update_system_prompt");
  CHECK_TEXT(toxic->step[1].argument[0], "own");
  CHECK(both->count == 2 && both->changes);
  CHECK_TEXT(both->step[0].name, "alert");
  done();
}

static void wrong(const char *text, const char *message)
{
  CHECK_MSG(parse(text) == DW_EUSAGE && !policy, "taken: %s", text);
  CHECK_TEXT(err.message, message);
}

TEST(mistakes_are_told_with_their_line)
{
  wrong("", "p.yaml: the policy is empty");
  wrong("name: x\n" REST, "p.yaml:1: a policy has a version: add the line `version: 1`, and count it up with each change");
  wrong("version: 1\n", "p.yaml:1: a policy has a drift_policy (on_low, on_medium, on_high: what to do)");
  wrong("version: 1\nquality_gate: {}\n" REST, "p.yaml:2: unknown key \"quality_gate\": did you mean \"quality_gates\"?");
  wrong("version: 1\nquality_gates:\n  auc: 0.8\n" REST, "p.yaml:3: auc: a gate is min_METRIC or max_METRIC, such as min_auc: 0.82");
  wrong("version: 1\nquality_gates:\n  min_acu: 0.8\n" REST, "p.yaml:3: min_acu: dw-eval has no metric \"acu\": did you mean min_auc?");
  wrong("version: 1\nquality_gates:\n  min_auc: high\n" REST, "p.yaml:3: min_auc: high is not a number");
  wrong("version: 1\ndrift_policy:\n  on_high: retrain_and_evaluat\n",
        "p.yaml:3: on_high: there is no action \"retrain_and_evaluat\": did you mean retrain_and_evaluate?");
  wrong("version: 1\ndrift_policy:\n  on_high: frobnicate\n", "p.yaml:3: on_high: there is no action \"frobnicate\"; there are noop, "
                                                              "alert, reindex, update_system_prompt, restore_canary, rebalance, "
                                                              "retrain_canary, quarantine, refresh_retrieval, "
                                                              "retrain, reindex_and_refresh, update_system_prompt_and_retrain, "
                                                              "rollback, recalibrate, "
                                                              "retrain_and_evaluate (add your own under actions)");
  wrong("version: 1\ndrift_policy:\n  on_higher: alert\n", "p.yaml:3: unknown key \"on_higher\": did you mean \"on_high\"?");
  wrong("version: 1\ndrift_policy:\n  by_type: {feature: alert}\n",
        "p.yaml:3: unknown key \"feature\"; the keys here are feature_drift, concept_drift, label_drift, prediction_drift, data_quality, "
        "schema_change, behaviour_drift, embedding_drift, refusal_rate, toxicity_rate, accuracy_drop, silence");
  wrong("version: 1\nactions: {ask: {request: true, or_request: true}}\n" REST, "p.yaml:2: or_request: or_request goes with command");
  wrong("version: 1\nactions: {go: [do, '{canarie}']}\n" REST, "p.yaml:2: unknown placeholder {canarie}: did you mean {canaries}?");
  wrong("version: 1\nrelease_policy:\n  cool_down: soon\n" REST, "p.yaml:3: cool_down: soon is not a duration (30s, 10m, 6h, 1d)");
  wrong("version: 1\nrelease_policy:\n  promote_stage: Prod\n" REST, "p.yaml:3: promote_stage: \"Prod\" is not Staging or Production");
  wrong("version: 1\nrelease_policy:\n  stages: [25%, 5%, 100%]\n" REST, "p.yaml:3: stages grow: each share is larger than the one before");
  wrong("version: 1\nrelease_policy:\n  stages: [5%, 25%]\n" REST, "p.yaml:3: stages: the last stage is 100%");
  wrong("version: 1\nrelease_policy:\n  stages: [0, 1]\n" REST, "p.yaml:3: \"0\" is not a share of the traffic (5%, 25%, 100%)");
  wrong("version: 1\nrelease_policy:\n  approval: [promotion]\n" REST, "p.yaml:3: approval: \"promotion\" is no action and no step of one");
  wrong("version: 1\nseverity: {medium: 0.5, high: 0.2}\n" REST,
        "p.yaml:2: severity: high lies below medium; both are shares of drifted columns");
  wrong("version: 1\nseverity: {gate_refused: bad}\n" REST, "p.yaml:2: gate_refused: \"bad\" is not none, low, medium or high");
}

TEST(mistakes_in_actions)
{
  wrong("version: 1\nactions:\n  a: {sequence: [retrain], changes: false}\n" REST,
        "p.yaml:3: sequence: expected a list of actions, and nothing beside it: what they do stands with them");
  wrong("version: 1\nactions:\n  a: {sequence: [retrian]}\n" REST, "p.yaml:3: sequence: the sequence a: \"retrian\" is no action");
  wrong("version: 1\nactions:\n  a: {sequence: [reindex_and_refresh]}\n" REST,
        "p.yaml:3: sequence: the sequence a: \"reindex_and_refresh\" is a sequence too: name its actions");
  wrong("version: 1\nactions:\n  a: {sequence: [retrain, retrain]}\n" REST,
        "p.yaml:3: sequence: the sequence a: \"retrain\" is a step of two");
  wrong("version: 1\ndrift_policy: {act_on: always}\n",
        "p.yaml:2: act_on: \"always\" is neither alert (once, when one opens) nor drift (each run that says so)");
  wrong("version: 1\nactions:\n  a: []\n" REST, "p.yaml:3: a: expected an argument vector: [PROGRAM, ARGUMENT, ...]; no shell reads it");
  wrong("version: 1\nactions:\n  a: {command: ls -l}\n" REST,
        "p.yaml:3: command: expected an argument vector: [PROGRAM, ARGUMENT, ...]; no shell reads it");
  wrong("version: 1\nactions:\n  a: {comand: [ls]}\n" REST, "p.yaml:3: unknown key \"comand\": did you mean \"command\"?");
  wrong("version: 1\nactions:\n  a: {repeat: true}\n" REST,
        "p.yaml:3: a: one of command: [PROGRAM, ARGUMENT, ...], request: true, decide: STEP is what a step does");
  wrong("version: 1\nactions:\n  a: [ls, '{dat}']\n" REST, "p.yaml:3: unknown placeholder {dat}: did you mean {data}?");
  wrong("version: 1\nactions:\n  a:\n    steps:\n      - {name: x, command: [ls, '{version}']}\n" REST,
        "p.yaml:5: unknown placeholder {version}; there are {registry}, {data}, {holdout}, {label}, {events}, {work} ... and what earlier "
        "steps give");
  wrong("version: 1\nactions:\n  a:\n    steps:\n      - {name: x, command: [ls]}\n      - {name: x, command: [ls]}\n" REST,
        "p.yaml:6: name: there is an earlier step \"x\"");
  wrong("version: 1\nactions:\n  a:\n    steps:\n      - {name: x, decide: y}\n" REST,
        "p.yaml:5: decide: \"y\" is no earlier step of this action");
  wrong("version: 1\nactions:\n  a:\n    steps:\n      - {name: x, command: [ls], when: z}\n" REST,
        "p.yaml:5: when: \"z\" is no earlier step of this action");
  wrong("version: 1\nactions:\n  a:\n    steps:\n      - {command: [ls]}\n" REST, "p.yaml:5: a step has a name");
  wrong("version: 1\nactions:\n  a:\n    steps:\n      - {name: ../x, command: [ls]}\n" REST,
        "p.yaml:5: name: \"../x\" is not a name of letters, digits, _ and -");
  wrong("version: 1\nactions:\n  a: {command: [ls], time_limit: 0s}\n" REST, "p.yaml:3: time_limit: a time limit is longer than nothing");
  wrong("version: 1\nactions:\n  a b: [ls]\n" REST, "p.yaml:3: a b: an action's name has letters, digits, _ and -");
  done();
}
