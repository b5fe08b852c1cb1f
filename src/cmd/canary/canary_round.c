/* A round of all canaries and prompts. */
#include "cmd/canary/canary_settings.h"

static dw_err err;

/* Those behind the others are not asked, and whoever reads the round learns that. */
static void tell_quarantined(const dw_canary_configs *configs, size_t quarantined, const char *round, dw_canary_writing *writing)
{
  bool stop = false;
  for (size_t i = 0; i < quarantined && !stop; i++) {
    const dw_canary_config *config = &configs->item[configs->count + i];
    dw_response out = dw_response_unknown;
    out.quarantined = true;
    out.canary = config->id;
    if (round) out.round = round;
    out.text = config->quarantine_reason;
    dw_cmd_warn("canary \"%s\" is quarantined, and not asked%s%s", config->id, out.text ? ": " : "", out.text ? out.text : "");
    dw_cmd_check(dw_canary_write(writing, &out, &stop, &err), &err);
  }
}

static void put_cost(dw_json *json, const dw_ask_counts *counts)
{
  dw_json_integer(json, "requests", (int64_t)counts->requests);
  dw_json_open(json, "tokens", '{');
  dw_json_integer(json, "prompt", (int64_t)counts->prompt_tokens);
  dw_json_integer(json, "completion", (int64_t)counts->completion_tokens);
  dw_json_close(json, '}');
}

static void put_each(dw_json *json, const dw_ask *ask, const dw_canary_configs *configs)
{
  dw_json_open(json, "each", '[');
  for (size_t i = 0; i < configs->count; i++) {
    dw_ask_counts counts = dw_ask_count_of(ask, i);
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "canary", configs->item[i].id);
    dw_json_integer(json, "answers", (int64_t)counts.answers);
    dw_json_integer(json, "errors", (int64_t)counts.errors);
    put_cost(json, &counts);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

/* What it cost, and that it is whole. quarantined: configs behind those that were asked. */
static void tell(const dw_ask *ask, const dw_ask_counts *counts, const dw_canary_configs *configs, size_t quarantined,
                 const dw_prompts *prompts, const char *round, dw_output *output)
{
  dw_json json;
  dw_buf line = {0};
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "asked");
  if (round) dw_json_text(&json, "round", round);
  dw_json_integer(&json, "canaries", (int64_t)configs->count);
  if (quarantined) dw_json_open(&json, "quarantined", '[');
  for (size_t i = 0; i < quarantined; i++) dw_json_text(&json, NULL, configs->item[configs->count + i].id);
  if (quarantined) dw_json_close(&json, ']');
  dw_json_integer(&json, "prompts", (int64_t)prompts->count);
  dw_json_integer(&json, "answers", (int64_t)counts->answers);
  dw_json_integer(&json, "errors", (int64_t)counts->errors);
  dw_json_integer(&json, "not_asked", (int64_t)counts->unasked);
  put_cost(&json, counts);
  put_each(&json, ask, configs);
  dw_cmd_end_document(&json, &line, NULL, output);
  dw_buf_free(&line);
}

/* How it ends: what was not asked must not pass for a whole round. */
_Noreturn static void leave(const dw_ask_counts *counts, const char *failed)
{
  if (counts->bare)
    dw_cmd_warn("%llu answers have no embedding: %s", (unsigned long long)counts->bare, counts->bare_why ? counts->bare_why : "");
  if (counts->stopped) {
    dw_err_set(&err, DW_ESYSTEM, "stopped by a signal: %llu answers were not asked for, those that came are written",
               (unsigned long long)counts->unasked);
    dw_cmd_fail(&err);
  }
  if (counts->unasked) {
    dw_err_set(&err, DW_ENODATA, "--max-requests is used up: %llu answers were not asked for", (unsigned long long)counts->unasked);
    dw_cmd_fail(&err);
  }
  if (counts->errors && !counts->answers) {
    dw_err_set(&err, DW_ESYSTEM, "no canary answered: each of the %llu responses says why; the first: %s",
               (unsigned long long)counts->errors, failed);
    dw_cmd_fail(&err);
  }
  if (counts->errors)
    dw_cmd_warn("%llu of %llu responses are errors; the first: %s", (unsigned long long)counts->errors,
                (unsigned long long)(counts->errors + counts->answers), failed);
  dw_cmd_end(DW_OK);
}

/* NULL: that of the recordings. */
static const char *round_of(const dw_canary_options *set, const dw_canary_configs *configs)
{
  for (size_t i = 0; i < configs->count && !set->round; i++)
    if (configs->item[i].backend == DW_CANARY_REPLAY) return NULL;
  return set->round ? set->round : dw_canary_now();
}

void dw_canary_ask_round(const dw_canary_options *set, const dw_text_list *paths)
{
  dw_ask *ask;
  dw_prompts prompts;
  dw_canary_configs configs;
  dw_ask_settings how;
  dw_canary_configs_asked(set, &configs);
  size_t quarantined = configs.count;
  configs.count = dw_canary_configs_part(&configs);
  quarantined -= configs.count;
  if (!configs.count) {
    dw_err_set(&err, DW_ENODATA, "all canaries are quarantined: nobody is asked (dw-canary release ends a quarantine)");
    dw_cmd_fail(&err);
  }
  dw_canary_ask_settings(set, &how);
  dw_cmd_check(dw_ask_open(&ask, &configs, &how, &err), &err);
  dw_canary_read_prompts(set, paths, &prompts);
  bool recorded = dw_ask_recorded(ask);
  if (!prompts.count && recorded) dw_ask_recorded_prompts(ask, &prompts);
  if (!prompts.count) {
    dw_err_set(&err, DW_ENODATA, "no prompts: records with a text \"prompt\"");
    dw_cmd_fail(&err);
  }
  const char *round = round_of(set, &configs);
  how.stop = dw_canary_stop_signals();
  dw_canary_writing writing = {.ask = ask, .at_once = !recorded && strcmp(set->output, "-") == 0};
  dw_cmd_check(dw_output_open(&writing.output, set->output, &err), &err);
  tell_quarantined(&configs, quarantined, round, &writing);
  dw_ask_job job = {.prompts = &prompts, .repeats = set->repeat ? dw_size(set->repeat) : recorded ? 0 : 1, .round = round};
  dw_cmd_check(dw_ask_run(ask, &job, &(dw_ask_sink){dw_canary_write, &writing}, &err), &err);
  bool closed = dw_output_closed(writing.output);
  dw_ask_counts counts = dw_ask_count(ask);
  tell(ask, &counts, &configs, quarantined, &prompts, round, writing.output);
  dw_cmd_check(dw_output_commit(writing.output, &err), &err);
  dw_buf_free(&writing.line);
  char *why = counts.bare_why ? dw_strdup(counts.bare_why) : NULL; /* the ask's */
  counts.bare_why = why;
  dw_ask_close(ask);
  dw_prompts_free(&prompts);
  dw_canary_configs_free(&configs);
  if (closed) dw_cmd_end(DW_OK); /* nobody reads any more */
  leave(&counts, writing.failed ? writing.failed : "");
}
