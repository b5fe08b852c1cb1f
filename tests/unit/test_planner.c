#include "base/clock.h"
#include "decide/planner.h"
#include "test.h"

#define NOW INT64_C(1767225600000000) /* 2026-01-01T00:00:00Z */
#define HOUR (3600 * DW_SECOND)

static dw_value *plan;
static dw_err err;
static dw_plan_settings everything = {.registry = "R", .data = "d.ndjson", .holdout = "h.ndjson", .label = "y", .id = "k", .events = "E"};

static const char *departed; /* the incident's canaries, JSON; NULL: none */

static dw_status make(const char *policy_text, const char *action, const dw_plan_settings *settings, dw_plan_state state)
{
  dw_policy *policy;
  dw_value *incident;
  dw_buf text = {0}, out = {0};
  dw_buf_format(&text, "version: 2\nname: n\n%s\ndrift_policy: {on_high: %s}\n", policy_text, action);
  CHECK_MSG(dw_policy_parse(&policy, text.data, text.length, "p", &err) == DW_OK, "%s", err.message);
  text.length = 0;
  dw_buf_format(&text,
                "{\"kind\":\"incident\",\"id\":\"i-1\",\"type\":\"feature_drift\",\"severity\":\"high\",\"summary\":\"s\",\"recommended_"
                "action\":\"%s\"}",
                action);
  if (departed) {
    text.length--;
    dw_buf_format(&text, ",\"canaries\":%s}", departed);
  }
  CHECK(dw_value_parse(&incident, text.data, text.length, "i", 1, &err) == DW_OK);
  state.run = "r-1";
  if (!state.now) state.now = NOW;
  dw_status status = policy ? dw_planner(incident, policy, settings, &state, &out, &err) : DW_EUSAGE;
  dw_value_free(plan);
  plan = NULL;
  if (status == DW_OK) CHECK_MSG(dw_value_parse(&plan, out.data, out.length, "plan", 1, &err) == DW_OK, "%s", err.message);
  else CHECK(out.length == 0);
  dw_policy_free(policy);
  dw_value_free(incident);
  dw_buf_free(&text);
  dw_buf_free(&out);
  return status;
}

static const char *text_of(const char *key) { return dw_value_text(dw_value_get(plan, key), ""); }

/* Names of the steps, by space; arguments of one by its name. */
static const char *steps(void)
{
  static dw_buf out;
  out.length = 0;
  for (const dw_value *s = dw_value_first(dw_value_get(plan, "steps")); s; s = dw_value_next(s))
    dw_buf_format(&out, "%s%s", out.length ? " " : "", dw_value_text(dw_value_get(s, "name"), "?"));
  return dw_buf_cstr(&out);
}

static const dw_value *step(const char *name)
{
  for (const dw_value *s = dw_value_first(dw_value_get(plan, "steps")); s; s = dw_value_next(s))
    if (strcmp(dw_value_text(dw_value_get(s, "name"), ""), name) == 0) return s;
  return NULL;
}

static const char *arguments(const char *name)
{
  static dw_buf out;
  out.length = 0;
  for (const dw_value *a = dw_value_first(dw_value_get(step(name), "arguments")); a; a = dw_value_next(a))
    dw_buf_format(&out, "%s%s", out.length ? " " : "", dw_value_text(a, "?"));
  return dw_buf_cstr(&out);
}

TEST(arguments_are_filled)
{
  CHECK(make("quality_gates: {min_auc: 0.8}\nactions: {go: {command: [do, '{registry}/x', '{data}', '{label}{stage}', '{work}', '{share}', "
             "'{\"a\":1}', '{severity}'], time_limit: 2s,"
             " environment: {A: '{run}'}, pass_environment: [T]}}",
             "go", &everything, (dw_plan_state){0}) == DW_OK);
  CHECK_TEXT(arguments("go"), "do R/x d.ndjson y100 E/runs/r-1 1 {\"a\":1} high");
  CHECK_TEXT(dw_value_text(dw_value_first(dw_value_get(step("go"), "environment")), ""), "A=r-1");
  CHECK_TEXT(dw_value_text(dw_value_get(step("go"), "id"), ""), "r-1.1");
  CHECK(dw_value_number(dw_value_get(step("go"), "time_limit"), 0) == 2);
  CHECK_TEXT(dw_value_text(dw_value_first(dw_value_get(plan, "gates")), ""), "auc>=0.8");
  CHECK_TEXT(text_of("id"), "r-1");
  CHECK_TEXT(text_of("incident"), "i-1");
  CHECK_TEXT(text_of("action"), "go");
  CHECK_TEXT(text_of("reason"), "feature_drift of severity high (s): the policy says go");
  CHECK(dw_value_kind(dw_value_get(plan, "held")) == DW_VALUE_NULL && dw_value_bool(dw_value_get(plan, "changes"), false));
}

TEST(missing_options)
{
  dw_plan_settings some = everything;
  some.registry = NULL;
  CHECK(make("", "rollback", &some, (dw_plan_state){0}) == DW_EUSAGE);
  CHECK_TEXT(err.message, "rollback: the step \"rollback\" needs --registry WHERE");
  CHECK(make("", "alert", &some, (dw_plan_state){0}) == DW_OK);
  CHECK_TEXT(steps(), "alert");
}

TEST(builtin_retraining)
{
  CHECK(make("", "retrain_and_evaluate", &everything, (dw_plan_state){0}) == DW_OK);
  CHECK_MSG(strstr(arguments("train"), "dw-train") == arguments("train"), "%s", arguments("train"));
  CHECK_MSG(strstr(arguments("promote"), "{version}") != NULL, "%s", arguments("promote"));
  CHECK(make("release_policy: {approval: [promote, retrain_and_evaluate]}", "retrain_and_evaluate", &everything, (dw_plan_state){0}) ==
        DW_OK);
  CHECK_MSG(strncmp(steps(), "approve-retrain_and_evaluate current ", 37) == 0 && strstr(steps(), " approve-promote promote"), "%s",
            steps());
}

TEST(stages)
{
  const char *text = "release_policy: {stages: [5%, 25%, 100%]}\nactions:\n  go:\n    steps:\n      - {name: a, command: [a]}\n      - "
                     "{name: split, command: [s, '{share}', '{stage}'], staged: true}\n"
                     "      - {name: judge, decide: split, staged: true}\n      - {name: z, command: [z], when: split}\n";
  CHECK(make(text, "go", &everything, (dw_plan_state){0}) == DW_OK);
  CHECK_TEXT(steps(), "a split-5 judge-5 split-25 judge-25 split-100 judge-100 z");
  CHECK_TEXT(arguments("split-25"), "s 0.25 25");
  CHECK_TEXT(dw_value_text(dw_value_get(step("judge-25"), "metrics"), ""), "split-25");
  CHECK_TEXT(dw_value_text(dw_value_get(step("z"), "when"), ""), "split-100");
  CHECK(dw_value_number(dw_value_get(step("judge-5"), "share"), 0) == 0.05);
  CHECK(make("actions:\n  go:\n    steps:\n      - {name: a, command: [a]}\n      - {name: split, command: [s], staged: true}\n      - "
             "{name: judge, decide: a}\n      - {name: z, command: [z]}\n",
             "go", &everything, (dw_plan_state){0}) == DW_OK);
  CHECK_MSG(strcmp(steps(), "a judge z") == 0, "%s", steps());
}

TEST(stages_are_not_the_way_around_a_judgement)
{
  CHECK(make("actions: {go: {steps: [{name: a, command: [a]}, {name: judge, decide: a, staged: true}, {name: z, command: [z]}]}}", "go",
             &everything, (dw_plan_state){0}) == DW_EUSAGE);
  CHECK_TEXT(err.message, "go: only its canary stages decide, and the policy has none (release_policy: stages)");
}

TEST(cool_down)
{
  dw_plan_state state = {.now = NOW + 5 * HOUR, .changed = true, .last_change = NOW, .last_what = "rollback"};
  CHECK(make("release_policy: {cool_down: 6h}", "rollback", &everything, state) == DW_OK);
  CHECK_TEXT(text_of("action"), "noop");
  CHECK_TEXT(text_of("recommended_action"), "rollback");
  CHECK_TEXT(text_of("reason"), "rollback is held back: the cool-down of 6h since the last change (rollback, 2026-01-01T00:00:00Z) lasts "
                                "until 2026-01-01T06:00:00Z; what is in production stays");
  CHECK_TEXT(dw_value_text(dw_value_get(dw_value_get(plan, "held"), "until"), ""), "2026-01-01T06:00:00Z");
  CHECK_TEXT(steps(), "");
  CHECK(make("release_policy: {cool_down: 6h}", "alert", &everything, state) == DW_OK);
  CHECK_TEXT(text_of("action"), "alert");
  state.now = NOW + 6 * HOUR;
  CHECK(make("release_policy: {cool_down: 6h}", "rollback", &everything, state) == DW_OK);
  CHECK_TEXT(text_of("action"), "rollback");
}

TEST(daily_limit)
{
  dw_plan_state state = {.now = NOW + 5 * HOUR, .changes_today = 2};
  CHECK(make("release_policy: {max_actions_per_day: 2}", "rollback", &everything, state) == DW_OK);
  CHECK_TEXT(text_of("action"), "noop");
  CHECK_TEXT(dw_value_text(dw_value_get(dw_value_get(plan, "held"), "by"), ""), "max_actions_per_day");
  CHECK_TEXT(dw_value_text(dw_value_get(dw_value_get(plan, "held"), "until"), ""), "2026-01-02T00:00:00Z");
  CHECK(make("release_policy: {max_actions_per_day: 3}", "rollback", &everything, state) == DW_OK);
  CHECK_TEXT(text_of("action"), "rollback");
  dw_value_free(plan);
  plan = NULL;
}

/* dw-canary does it, where it is said which configs and the evidence names canaries; else it is asked for. */
TEST(actions_on_canaries)
{
  static const struct {
    const char *action, *arguments;
  } cases[] = {{"restore_canary", "dw-canary restore --each --configs=c/*.json --canaries=a,b"},
               {"retrain_canary", "dw-canary retrain --configs=c/*.json --canaries=a,b"},
               {"retrain", "dw-canary retrain --configs=c/*.json --canaries=a,b"},
               {"quarantine", "dw-canary quarantine --configs=c/*.json --canaries=a,b --reason=i-1"},
               {"rebalance", "dw-canary rebalance --configs=c/*.json -- E/runs/r-1/consensus.ndjson"}};
  dw_plan_settings with = everything;
  dw_plan_state state = {.consensus = "E/runs/r-1/consensus.ndjson"};
  with.configs = "c/*.json";
  departed = "[\"a\",\"b\"]";
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *action = cases[i].action;
    CHECK(make("", action, &with, state) == DW_OK);
    CHECK_TEXT(arguments(action), cases[i].arguments);
    CHECK(dw_value_bool(dw_value_get(step(action), "repeat"), false) && dw_value_bool(dw_value_get(plan, "changes"), false));
    CHECK(make("", action, &everything, state) == DW_OK); /* no --configs */
    CHECK_TEXT(dw_value_text(dw_value_get(step(action), "type"), ""), "request");
    CHECK(!dw_value_get(step(action), "arguments") && dw_value_bool(dw_value_get(plan, "changes"), false));
    departed = NULL;
    CHECK(make("", action, &with, (dw_plan_state){0}) == DW_OK); /* nobody departed, by no consensus */
    CHECK_TEXT(dw_value_text(dw_value_get(step(action), "type"), ""), "request");
    departed = "[\"a\",\"b\"]";
  }
  /* held back like any change */
  CHECK(make("release_policy: {cool_down: 1h}", "restore_canary", &with, (dw_plan_state){.changed = true, .last_change = NOW - 1}) ==
        DW_OK);
  CHECK_TEXT(text_of("action"), "noop");

  /* ids are no syntax: a comma in one is not a comma between two, as options read lists */
  departed = "[\"a,b\",\"-x\",\"c\\\\d\",\"{run} $(e) *\"]";
  CHECK(make("", "restore_canary", &with, state) == DW_OK);
  CHECK_TEXT(arguments("restore_canary"), "dw-canary restore --each --configs=c/*.json --canaries=a\\,b,-x,c\\\\d,{run} $(e) *");

  /* an action that does not say or_request needs what it names */
  departed = NULL;
  CHECK(make("actions: {go: [do, '{canaries}']}", "go", &with, state) == DW_EUSAGE);
  CHECK_TEXT(err.message, "go: the step \"go\" needs canaries that departed, and the evidence names none");
  CHECK(make("actions: {go: [do, '{configs}']}", "go", &everything, state) == DW_EUSAGE);
  CHECK_TEXT(err.message, "go: the step \"go\" needs --configs FILES");
}
