#include "cmd/serve/serve_recheck.h"

#include "cmd/inputs/records_address.h"
#include "cmd/options/cmd.h"
#include "serve/rounds/recheck.h"

static dw_err err;

typedef struct answers {
  dw_output *output;
  uint64_t windows, drift, not_judged;
} answers;

static dw_status take(void *context, const dw_look_result *result, dw_err *e)
{
  answers *a = context;
  a->windows++;
  a->drift += result->answer == DW_ANSWER_DRIFT;
  a->not_judged += result->answer == DW_ANSWER_NOT_JUDGED;
  dw_status status = dw_output_write(a->output, result->lines.data, result->lines.length, e);
  return status == DW_OK ? dw_output_write(a->output, result->run.data, result->run.length, e) : status;
}

static int64_t instant(const char *option, const char *text, int64_t now)
{
  int64_t value;
  if (!text) dw_cmd_usage("recheck: --from and --to say which windows: those that end between them");
  if (!dw_time_asked(text, now, &value)) dw_cmd_usage("--%s: \"%s\" is no time: 60m (ago), now, 2026-01-31T09:30:00Z", option, text);
  return value;
}

void dw_serve_recheck(const dw_once_settings *set, const char *from, const char *to, bool all)
{
  dw_records *records;
  dw_receivers nobody;
  dw_buf stages = {0};
  answers a = {.output = NULL};
  dw_rounds_settings settings;
  dw_once_settings asked = *set;
  dw_recheck recheck = {.settings = &settings, .model = set->model, .all = all};
  asked.receivers = NULL;
  dw_serve_settle(&asked, &settings, &nobody);
  dw_cmd_check(dw_time_now(&recheck.now, &err), &err);
  recheck.windows = (dw_period){instant("from", from, recheck.now), instant("to", to, recheck.now)};
  if (recheck.windows.from >= recheck.windows.to) dw_cmd_usage("--from and --to: the span ends before it begins");
  dw_cmd_check(dw_records_open(&records, dw_records_address(set->db), &(dw_records_options){.create = false}, &err), &err);
  dw_cmd_made_by_stage(&stages, NULL);
  settings.stages = &stages;
  settings.notices = &dw_cmd_notices;
  dw_cmd_check(dw_output_open(&a.output, "-", &err), &err);
  dw_cmd_check(dw_recheck_run(&recheck, records, take, &a, &err), &err);
  dw_cmd_check(dw_output_commit(a.output, &err), &err);
  dw_records_close(records);
  dw_buf_free(&stages);
  if (!a.windows) dw_cmd_note("no window of model \"%s\" that ended in that span %s", set->model, all ? "was judged" : "is stale");
  if (a.windows && a.not_judged == a.windows) {
    dw_err_set(&err, DW_ENODATA, "not judged: none of %llu windows", (unsigned long long)a.windows);
    dw_cmd_fail(&err);
  }
  dw_cmd_end(a.drift ? DW_YES : DW_OK);
}
