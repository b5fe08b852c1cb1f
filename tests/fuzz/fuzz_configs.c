/* fuzz_configs: what people write in YAML: scenarios, injections, policies, canaries, receivers and baselines of dw-serve, settings of
 * --config. What is refused says in which file and where. What a scenario is taken for is drawn from. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "canary/config/canary_config.h"
#include "cmd/options/options.h"
#include "decide/policy.h"
#include "serve/receivers/receiver.h"
#include "serve/watch/baseline_rule.h"
#include "synth/inject/injection.h"
#include "synth/scenario/scenario.h"
#include "target.h"

static const char *placed(dw_status status, const dw_err *err)
{
  if (status == DW_OK) return NULL;
  if (status != DW_EUSAGE && status != DW_ESYSTEM && status != DW_EDATA) return "an error of no kind";
  return err->message[0] ? NULL : "refused without a word";
}

static const char *as_injections(const char *text, size_t length)
{
  dw_err err = {0};
  dw_yaml *yaml;
  dw_injections all;
  if (dw_yaml_parse(&yaml, text, length, "f", &err) != DW_OK) return NULL;
  dw_injections_init(&all);
  dw_status status = dw_injections_yaml(&all, yaml, &err);
  if (status == DW_OK) status = dw_injections_check(&all, &err);
  dw_buf out = {0};
  dw_json json;
  dw_json_start(&json, &out, 0);
  for (size_t i = 0; status == DW_OK && i < all.count; i++) {
    dw_json_open(&json, NULL, '{');
    dw_injection_print(&all.list[i], &json);
    dw_json_close(&json, '}');
    out.length = 0;
  }
  const char *problem = placed(status, &err);
  dw_buf_free(&out);
  dw_injections_free(&all);
  dw_yaml_free(yaml);
  return problem;
}

static const char *as_scenario(const char *text, size_t length)
{
  dw_err err = {0};
  dw_scenario *scenario = NULL;
  dw_status status = dw_scenario_parse(&scenario, text, length, "f", &err);
  if (status == DW_OK) dw_scenario_free(scenario);
  return placed(status, &err);
}

static const char *as_policy(const char *text, size_t length)
{
  dw_err err = {0};
  dw_policy *policy = NULL;
  dw_status status = dw_policy_parse(&policy, text, length, "f", &err);
  const char *problem = placed(status, &err);
  for (int severity = 0; status == DW_OK && severity < 4 && !problem; severity++)
    for (size_t i = 0; dw_incident_types[i] && !problem; i++) {
      const dw_policy_action *action = dw_policy_choose(policy, dw_incident_types[i], (dw_severity)severity);
      if (!action || dw_policy_action_find(policy, action->name) != action) problem = "an action that is none";
      else if (action->count) dw_policy_waits(policy, action->step[0].name);
    }
  if (status == DW_OK) dw_policy_free(policy);
  return problem;
}

static const char *as_canary(const char *text, size_t length)
{
  dw_err err = {0};
  dw_canary_configs configs = {0};
  dw_buf prompt = {0};
  dw_status status = dw_canary_config_parse(&configs, text, length, "f",
                                            &(dw_canary_defaults){.base_url = "http://h", .model = "m", .unhashed = true}, &err);
  for (size_t i = 0; status == DW_OK && i < configs.count; i++) dw_canary_config_fill(&configs.item[i], "p", &prompt);
  dw_buf_free(&prompt);
  dw_canary_configs_free(&configs);
  return placed(status, &err);
}

static const char *as_receivers(const char *text, size_t length)
{
  dw_err err = {0};
  dw_receivers receivers;
  dw_status status = dw_receivers_parse(&receivers, text, length, "f", &err);
  if (status == DW_OK) {
    dw_text_list names = dw_receivers_of(&receivers, "m");
    dw_free(names.text);
  }
  dw_receivers_free(&receivers);
  return placed(status, &err);
}

static const char *as_baseline(const char *text, size_t length)
{
  dw_err err = {0};
  dw_baseline_rule rule;
  dw_periods periods = {0};
  char *line = dw_strndup(text, length < 80 ? length : 80);
  dw_status status = dw_baseline_rule_parse(&rule, line, &err);
  if (status == DW_OK && rule.form != DW_BASELINE_VERSION)
    dw_baseline_rule_periods(&rule, (dw_period){INT64_C(1700000000000000), INT64_C(1700003600000000)}, &(dw_periods){0}, &periods);
  dw_periods_free(&periods);
  dw_free(line);
  return placed(status, &err);
}

/* Of an option of every type, through a file in memory. */
static const char *as_settings(const char *text, size_t length)
{
  static int file = -1;
  static char path[40];
  if (file < 0) {
    file = memfd_create("settings", 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  }
  if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, text, length, 0) != (ssize_t)length) return "no file in memory";
  static const char *const words[] = {"one", "two", NULL};
  bool flag = false;
  int choice = 0;
  double number = 0;
  uint64_t count = 0, size = 0;
  int64_t duration = 0;
  const char *string = NULL;
  dw_text_list list = {0};
  dw_option options[] = {{.name = "flag", .type = DW_OPTION_FLAG, .target = &flag, .help = "h"},
                         {.name = "text", .type = DW_OPTION_TEXT, .target = &string, .argument = "T", .help = "h"},
                         {.name = "list", .type = DW_OPTION_LIST, .target = &list, .argument = "L", .help = "h", .pairs = true},
                         {.name = "choice", .type = DW_OPTION_CHOICE, .target = &choice, .choices = words, .argument = "C", .help = "h"},
                         {.name = "count", .type = DW_OPTION_UNSIGNED, .target = &count, .high = 9, .argument = "N", .help = "h"},
                         {.name = "number", .type = DW_OPTION_REAL, .target = &number, .argument = "R", .help = "h"},
                         {.name = "size", .type = DW_OPTION_SIZE, .target = &size, .argument = "S", .help = "h"},
                         {.name = "duration", .type = DW_OPTION_DURATION, .target = &duration, .argument = "D", .help = "h"},
                         {.name = NULL}};
  char name[] = "dw-f", config[] = "--config";
  char *argv[] = {name, config, path, NULL};
  dw_command command = {.name = "dw-f", .synopsis = "", .purpose = "", .options = options};
  dw_command_wish wish;
  dw_err err = {0};
  dw_status status = dw_command_read(&command, 3, argv, &wish, &err);
  dw_command_free(&command);
  if (status == DW_OK && (count > 9 || choice > 1)) return "a value out of its range";
  return placed(status, &err);
}

/* Each takes what has a word of its own in it, and one text in eight of the others; what is no YAML is left to one of them. */
static const char *fuzz_one(const char *bytes, size_t length)
{
  static const struct {
    const char *(*read)(const char *, size_t);
    const char *word;
  } readers[] = {{as_injections, "injections"}, {as_scenario, "columns"}, {as_scenario, "base"},  {as_policy, "_policy"},
                 {as_policy, "actions"},        {as_canary, "id"},        {as_receivers, "url"},  {as_baseline, "trailing"},
                 {as_settings, "text"},         {as_settings, "count"},   {as_settings, "choice"}};
  enum { READERS = sizeof readers / sizeof *readers };
  const char *problem = NULL, *(*before)(const char *, size_t) = NULL;
  uint64_t any = dw_rng_hash(bytes, length);
  dw_yaml *yaml = NULL;
  if (dw_yaml_parse(&yaml, bytes, length, "f", NULL) != DW_OK) return readers[any % READERS].read(bytes, length);
  dw_yaml_free(yaml);
  for (size_t i = 0; i < READERS && !problem; i++) {
    const char *(*read)(const char *, size_t) = readers[i].read;
    if (read == before || (!memmem(bytes, length, readers[i].word, strlen(readers[i].word)) && (any >> i) % 8)) continue;
    problem = read(bytes, length);
    before = read;
  }
  return problem;
}

static void fuzz_change(dw_buf *input, dw_rng *rng)
{
  static const char *const piece[] = {"\n",         "\n  ", ": ",   "- ",    "[]",   "{}",  "0",     "-1",        "1e300",      "1h",
                                      "2026-01-01", "a",    "true", "\"x\"", "null", "50%", "{{a}}", "{version}", "columns:\n", "name: "};
  fuzz_words(input, rng, piece, sizeof piece / sizeof *piece);
}

FUZZ_TARGET("configs", fuzz_one, fuzz_change);
