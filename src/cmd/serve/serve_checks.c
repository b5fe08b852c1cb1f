#include "cmd/serve/serve_checks.h"

#include <string.h>

#include "cmd/options/cmd.h"
#include "serve/receivers/postman.h"
#include "serve/remedy/remedies.h"

static struct {
  const dw_once_settings *once;
  dw_service *service;
  dw_rounds_settings settings;
  dw_swap *receivers, *remedy; /* NULL: there are none */
  dw_buf stages;
  dw_rounds *rounds;
  dw_postman *postman;
  dw_remedies *remedies;
} my;

static dw_err err;

/* --- what they have to tell --- */

static void heed(void *context, const char *text)
{
  dw_log_line line;
  if (!dw_log_begin(&my.service->log, DW_LOG_WARN, "check", &line)) return;
  dw_json_text(&line.json, "message", text);
  dw_log_end(&my.service->log, &line);
}

static const dw_notices notices = {.warn = heed};

/* Each check; what is as ever, for who looks for it. */
static void tell_check(const char *model, int64_t now, dw_answer answer)
{
  dw_log_line line;
  char time[DW_TIME_TEXT];
  if (!dw_log_begin(&my.service->log, answer == DW_ANSWER_DRIFT ? DW_LOG_WARN : DW_LOG_DEBUG, "checked", &line)) return;
  dw_json_text(&line.json, "model", model);
  dw_json_bytes(&line.json, "at", time, dw_time_print(time, now));
  dw_json_text(&line.json, "verdict", dw_answer_words(answer));
  dw_log_end(&my.service->log, &line);
}

/* What was decided about an alert. */
static void tell_deed(void *context, const dw_remedy_deed *deed)
{
  dw_log_line line;
  if (!dw_log_begin(&my.service->log, strcmp(deed->decision, "failed") == 0 ? DW_LOG_ERROR : DW_LOG_INFO, "action", &line)) return;
  dw_json_text(&line.json, "model", deed->model);
  dw_json_text(&line.json, "check", deed->check);
  dw_json_text(&line.json, "decision", deed->decision);
  if (*deed->action) dw_json_text(&line.json, "action", deed->action);
  if (*deed->run) dw_json_text(&line.json, "run", deed->run);
  if (*deed->reason) dw_json_text(&line.json, "message", deed->reason);
  dw_log_end(&my.service->log, &line);
}

static void count_action(void *context, const char *action, const char *reason) { dw_tally_action(my.service->tally, action, reason); }

static void count_letters(void *context, const dw_outbox_counts *counts)
{
  dw_tally_set_letters(my.service->tally, counts->waiting, counts->failed);
}

/* --- files that are read again --- */

static void end_receivers(void *receivers)
{
  dw_receivers_free(receivers);
  dw_free(receivers);
}

static void end_remedy(void *thing)
{
  dw_remedy *remedy = thing;
  dw_policy_free((dw_policy *)remedy->policy);
  dw_free(remedy);
}

static void keep_receivers(const dw_receivers *receivers)
{
  dw_receivers *kept = dw_alloc(sizeof *kept);
  *kept = *receivers;
  if (my.receivers) dw_swap_set(my.receivers, kept);
  else my.receivers = dw_swap_new(kept, end_receivers);
}

static void keep_remedy(const dw_remedy *remedy)
{
  dw_remedy *kept = dw_alloc(sizeof *kept);
  *kept = *remedy;
  kept->tell = tell_deed;
  kept->count = count_action;
  if (my.remedy) dw_swap_set(my.remedy, kept);
  else my.remedy = dw_swap_new(kept, end_remedy);
}

void dw_serve_checks_read(const dw_once_settings *once)
{
  dw_receivers receivers;
  dw_remedy remedy;
  my.once = once;
  dw_serve_settle(once, &my.settings, &receivers);
  dw_serve_settle_policy(once, &my.settings, &remedy);
  if (once->receivers) keep_receivers(&receivers);
  if (once->policy) keep_remedy(&remedy);
  my.settings.receivers = NULL; /* the swaps have them */
  my.settings.remedy = NULL;
}

static dw_status reload_receivers(dw_err *problem)
{
  dw_receivers receivers;
  dw_status status = dw_receivers_read(&receivers, my.once->receivers, problem);
  if (status == DW_OK) keep_receivers(&receivers);
  else dw_receivers_free(&receivers);
  return status;
}

static dw_status reload_policy(dw_err *problem)
{
  dw_policy *policy;
  dw_status status = dw_policy_read(&policy, my.once->policy, problem);
  if (status != DW_OK) return status;
  dw_remedy *now = dw_swap_take(my.remedy), other = *now;
  dw_swap_give(my.remedy, now);
  other.policy = policy;
  keep_remedy(&other);
  return DW_OK;
}

bool dw_serve_checks_reload(void (*fault)(const char *message))
{
  dw_err problem;
  bool all = true;
  if (my.receivers && reload_receivers(&problem) != DW_OK) fault(problem.message), all = false;
  if (my.remedy && reload_policy(&problem) != DW_OK) fault(problem.message), all = false;
  return all;
}

/* --- their threads --- */

static void start_postman(void)
{
  dw_postman_settings settings = {.receivers = my.receivers, .records = my.service->records, .notices = &notices, .counted = count_letters};
  if (my.receivers) dw_cmd_check(dw_postman_start(&my.postman, &settings, &err), &err);
}

static void start_rounds(void)
{
  dw_cmd_made_by_stage(&my.stages, NULL);
  my.settings.stages = &my.stages;
  my.settings.notices = &notices;
  my.settings.checked = tell_check;
  my.settings.tally = my.service->tally;
  my.settings.receivers_now = my.receivers;
  my.settings.remedy_now = my.remedy;
  my.settings.postman = my.postman;
  dw_cmd_check(dw_rounds_start(&my.rounds, &my.settings, my.service->records, &err), &err);
}

void dw_serve_checks_start(dw_service *service)
{
  my.service = service;
  start_postman();
  start_rounds();
  if (my.remedy) dw_cmd_check(dw_remedies_start(&my.remedies, my.remedy, service->records, &notices, &err), &err);
}

/* Rounds hand letters to the postman, so that they end before him. */
void dw_serve_checks_stop(void)
{
  dw_remedies_stop(my.remedies);
  dw_rounds_stop(my.rounds);
  dw_postman_stop(my.postman);
  dw_swap_free(my.receivers);
  dw_swap_free(my.remedy);
  dw_buf_free(&my.stages);
}
