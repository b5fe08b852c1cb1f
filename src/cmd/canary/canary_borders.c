/* dw-canary find-borders. */
#include "canary/ask/border_search.h"
#include "cmd/canary/canary_settings.h"

enum { PUBLISHED_LEAST = 10 };

static dw_err err;

static void tell_input(const dw_border_sampled *input, const dw_canary_config *config, const char *round, dw_canary_writing *w)
{
  dw_json json;
  w->line.length = 0;
  dw_json_start(&json, &w->line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "border_input");
  dw_json_text(&json, "canary", config->id);
  dw_json_text(&json, "round", round);
  if (input->prompt->id != input->prompt->text) dw_json_text(&json, "id", input->prompt->id);
  dw_json_text(&json, "prompt", input->prompt->text);
  dw_json_integer(&json, "samples", input->samples);
  dw_json_number(&json, "balance", input->balance);
  dw_json_open(&json, "answers", '[');
  for (size_t i = 0; i < input->answers; i++) {
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "text", input->answer[i].text);
    dw_json_integer(&json, "count", input->answer[i].count);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  dw_json_text(&json, "config", config->hash);
  dw_json_close(&json, '}');
  dw_ask_scrub(w->ask, &w->line);
  dw_buf_char(&w->line, '\n');
  dw_cmd_check(dw_output_write(w->output, w->line.data, w->line.length, &err), &err);
}

_Noreturn static void leave(const dw_border_found *found, const dw_ask_counts *counts)
{
  unsigned long long requests = counts->requests, asked = found->asked, inputs = found->count;
  if (counts->stopped) dw_err_set(&err, DW_ESYSTEM, "stopped by a signal: %llu border inputs found so far are written", inputs);
  else if (!found->asked)
    dw_err_set(&err, DW_ENODATA, "no candidates: records with a text \"prompt\", or --candidates N, and a budget for them");
  else if (!found->answered) dw_err_set(&err, DW_ESYSTEM, "the canary answered none of %llu candidates", asked);
  else if (!found->count)
    dw_err_set(&err, DW_ENODATA,
               "no border inputs among %llu candidates (%llu requests): an endpoint that always computes the same has none; "
               "compare log-probabilities or answers instead",
               asked, requests);
  else {
    if (found->count < PUBLISHED_LEAST) dw_cmd_warn("%llu border inputs: the published rule wants %d at least", inputs, PUBLISHED_LEAST);
    dw_cmd_end(DW_OK);
  }
  dw_cmd_fail(&err);
}

static void read_candidates(const dw_canary_options *set, const dw_text_list *paths, dw_prompts *out)
{
  if (!set->candidates) {
    dw_canary_read_prompts(set, paths, out);
    return;
  }
  if (paths->count) dw_cmd_usage("--candidates makes the prompts: no file is read beside it");
  dw_prompts_init(out);
  dw_border_candidates(out, (size_t)set->candidates);
}

void dw_canary_find_borders(const dw_canary_options *set, const dw_text_list *paths)
{
  dw_ask *ask;
  dw_prompts candidates;
  dw_canary_configs configs;
  dw_ask_settings how;
  dw_border_found found;
  dw_canary_configs_asked(set, &configs);
  if (configs.count != 1) dw_cmd_usage("find-borders: border inputs are those of one canary; --configs names %zu", configs.count);
  if (configs.item[0].quarantined) dw_cmd_usage("find-borders: %s is quarantined (dw-canary release ends that)", configs.item[0].id);
  dw_cmd_check(dw_canary_config_probe(&configs.item[0], &err), &err);
  dw_canary_ask_settings(set, &how);
  dw_cmd_check(dw_ask_open(&ask, &configs, &how, &err), &err);
  read_candidates(set, paths, &candidates);
  how.stop = dw_canary_stop_signals();
  dw_canary_writing writing = {.ask = ask}, answers = {.ask = ask};
  dw_cmd_check(dw_output_open(&writing.output, set->output, &err), &err);
  if (set->answers) dw_cmd_check(dw_output_open(&answers.output, set->answers, &err), &err);
  dw_ask_sink sink = {dw_canary_write, &answers};
  dw_border_search search = {.queries = (unsigned)set->queries,
                             .samples = (unsigned)set->samples,
                             .keep = (unsigned)set->keep,
                             .max_requests = set->max_requests,
                             .round = set->round ? set->round : dw_canary_now()};
  dw_cmd_check(dw_border_search_run(ask, &search, &candidates, set->answers ? &sink : NULL, &found, &err), &err);
  for (size_t i = 0; i < found.count; i++) tell_input(&found.input[i], &configs.item[0], search.round, &writing);
  if (set->answers) dw_cmd_check(dw_output_commit(answers.output, &err), &err);
  dw_cmd_check(dw_output_commit(writing.output, &err), &err);
  dw_ask_counts counts = dw_ask_count(ask);
  dw_buf_free(&writing.line);
  dw_buf_free(&answers.line);
  dw_free(answers.failed);
  dw_ask_close(ask);
  dw_canary_configs_free(&configs);
  leave(&found, &counts);
}
