#include "cmd/serve/serve_once.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "cmd/inputs/records_address.h"
#include "cmd/options/cmd.h"
#include "serve/receivers/receiver.h"

const char *const dw_once_rules[] = {"default", "seed", NULL};
enum { RULE_SEED = 1, CATCH_UP = 12 }; /* slots: an hour of the default grid */

static dw_err err;

/* A limit that a service's environment says; "off" asks for none. */
static double limit_of(const char *name, double initial, double most)
{
  double value;
  bool integer;
  const char *text = getenv(name);
  if (!text || !*text) return initial;
  if (strcmp(text, "off") == 0) return NAN;
  if (!dw_num_parse(text, strlen(text), &value, &integer) || value < 0 || value > most)
    dw_cmd_usage("%s: \"%s\" is neither a number from 0 to %d nor off", name, text, (int)most);
  return value;
}

static void ask_environment(dw_look_settings *asked)
{
  static const char *const names[] = {"EMBEDDING_DRIFT_THRESHOLD", "EMBEDDING_COSINE_THRESHOLD"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *text = getenv(names[i]);
    if (!text || !*text) continue;
    asked->cosine_name = names[i];
    asked->cosine_threshold = text;
  }
  asked->limits.refusal_rate = limit_of("REFUSAL_RATE_THRESHOLD", 0.1, 1);
  asked->limits.toxicity_rate = limit_of("TOXICITY_RATE_THRESHOLD", 0.05, 1);
  asked->limits.accuracy_drop = limit_of("ACCURACY_DROP_THRESHOLD", 0.1, 1);
  asked->limits.accuracy_points = limit_of("ACCURACY_DROP_POINTS", NAN, 100);
}

/* --every, or CHECK_INTERVAL_SECONDS, or 5 minutes. */
static int64_t interval(const dw_once_settings *set)
{
  uint64_t seconds;
  const char *text = getenv("CHECK_INTERVAL_SECONDS");
  if (set->every) return set->every;
  if (!text || !*text) return 300 * DW_SECOND;
  if (!dw_num_parse_unsigned(text, strlen(text), &seconds) || seconds < 1 || seconds > 31 * 86400)
    dw_cmd_usage("CHECK_INTERVAL_SECONDS: \"%s\" is not a whole number of seconds, from 1 to 31 days", text);
  return (int64_t)seconds * DW_SECOND;
}

static void print(const dw_look_result *result)
{
  dw_output *output;
  dw_cmd_check(dw_output_open(&output, "-", &err), &err);
  dw_cmd_check(dw_output_write(output, result->lines.data, result->lines.length, &err), &err);
  dw_cmd_check(dw_output_write(output, result->run.data, result->run.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
}

/* Receivers that cannot be reached change nothing about the answer: what they were to hear waits in the database. */
static void deliver(dw_records *records, const dw_receivers *receivers, int64_t now)
{
  dw_outbox_counts counts;
  dw_mail mail = {.receivers = receivers, .now = now};
  dw_cmd_check(dw_outbox_deliver(records, DW_LETTER_NOTIFICATION, now, dw_receiver_deliver, &mail, &counts, &err), &err);
  if (counts.waiting + counts.failed == 0) return;
  dw_cmd_warn("%llu notifications are still to be delivered, %llu could not be (dw-serve outbox says why)",
              (unsigned long long)counts.waiting, (unsigned long long)counts.failed);
}

void dw_serve_settle(const dw_once_settings *set, dw_rounds_settings *out, dw_receivers *receivers)
{
  *out = (dw_rounds_settings){.rule = {.open_after = set->open_after, .close_after = set->close_after, .repeat = set->repeat},
                              .every = interval(set),
                              .catch_up = CATCH_UP,
                              .receivers = set->receivers ? receivers : NULL,
                              .look = {.model = set->model,
                                       .window = set->window,
                                       .delay = set->delay,
                                       .silence = set->silence,
                                       .baseline_text = set->baseline,
                                       .seed_rule = set->rule == RULE_SEED,
                                       .limits.min_rows = set->min_rows,
                                       .exclude = set->exclude,
                                       .by = set->by,
                                       .adaptive = set->adaptive,
                                       .alpha = set->alpha,
                                       .threads = set->threads,
                                       .memory = set->memory}};
  if (set->window > DW_BASELINE_LONGEST || set->delay > DW_BASELINE_LONGEST) dw_cmd_usage("--window and --delay: at most 3660d");
  dw_cmd_check(dw_baseline_rule_parse(&out->look.baseline, set->baseline, &err), &err);
  ask_environment(&out->look);
  if (set->receivers) dw_cmd_check(dw_receivers_read(receivers, set->receivers, &err), &err);
}

/* Beside this program, where an installation has all of them; else wherever PATH has it. */
static const char *healer(void)
{
  static char path[PATH_MAX + 16];
  ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);
  while (length > 0 && path[length - 1] != '/') length--;
  if (length <= 0) length = 0;
  snprintf(path + length, sizeof path - (size_t)length, "dw-heal");
  if (access(path, X_OK) != 0) dw_cmd_usage("--policy: dw-heal is not where this program is, which calls it");
  return path;
}

static void tell_deed(void *context, const dw_remedy_deed *deed)
{
  dw_cmd_note("%s, %s: %s%s%s%s%s", deed->model, deed->check, deed->decision, *deed->action ? ": " : "", deed->action,
              *deed->reason ? ": " : "", deed->reason);
}

void dw_serve_settle_policy(const dw_once_settings *set, dw_rounds_settings *settings, dw_remedy *out)
{
  dw_policy *policy;
  if (!set->policy) return;
  dw_cmd_check(dw_policy_read(&policy, set->policy, &err), &err);
  *out = (dw_remedy){.program = healer(),
                     .policy_file = set->policy,
                     .policy = policy,
                     .folder = set->events,
                     .registry = set->registry,
                     .data = set->data,
                     .holdout = set->holdout,
                     .label = set->label,
                     .id = set->id,
                     .sign = set->sign,
                     .tell = tell_deed};
  settings->remedy = out;
}

static void act(dw_records *records, const dw_remedy *remedy, int64_t now)
{
  dw_outbox_counts counts;
  dw_cmd_check(dw_remedy_act(remedy, records, now, NULL, NULL, &counts, &err), &err);
  if (counts.failed) dw_cmd_warn("%llu actions failed (dw-serve outbox says why)", (unsigned long long)counts.failed);
}

void dw_serve_once(const dw_once_settings *set)
{
  int64_t now;
  dw_records *records;
  dw_look_result result;
  dw_buf stages = {0};
  dw_receivers receivers = {0};
  dw_rounds_settings settings;
  dw_remedy remedy;
  dw_serve_settle(set, &settings, &receivers);
  dw_serve_settle_policy(set, &settings, &remedy);
  dw_cmd_check(dw_time_now(&now, &err), &err);
  dw_cmd_check(dw_records_open(&records, dw_records_address(set->db), &(dw_records_options){0}, &err), &err);
  dw_cmd_made_by_stage(&stages, NULL);
  settings.stages = &stages;
  settings.notices = &dw_cmd_notices;
  dw_cmd_check(dw_rounds_look(&settings, records, set->model, now, &result, &err), &err);
  print(&result);
  if (set->receivers) deliver(records, &receivers, now);
  if (settings.remedy) act(records, settings.remedy, now);
  dw_records_close(records);
  dw_answer answer = result.answer;
  if (answer == DW_ANSWER_NOT_JUDGED) {
    dw_err_set(&err, DW_ENODATA, "not judged: %s", result.reason);
    dw_cmd_fail(&err);
  }
  dw_look_free(&result);
  dw_buf_free(&stages);
  if (set->receivers) dw_receivers_free(&receivers);
  dw_cmd_end(answer == DW_ANSWER_DRIFT ? DW_YES : DW_OK);
}
