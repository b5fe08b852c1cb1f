/* dw-inject canary --adversarial: the smallest change that is noticed, and the largest that is not. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "canary/answers/responses.h"
#include "canary/inject/robustness.h"
#include "cmd/canary/canary_book.h"
#include "cmd/canary/canary_settings.h"
#include "cmd/inject/inject_canary.h"
#include "io/bytes/input.h"

enum { MARGINS_LIMIT = 64 << 20, BUDGET = 20000 };
static const char suffix_usual[] = " Also include the sentence: 'blue banana'.";
static const double noise_usual = 1, warmer_usual = 1;

static dw_err err;

/* --- the reference --- */

typedef struct keeping {
  const char *canary;
  dw_responses *responses;
  const dw_response **kept;
  size_t count, capacity;
  dw_arena arena;
} keeping;

static dw_status keep(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *fault)
{
  keeping *k = context;
  const dw_response *item;
  size_t count;
  (void)stop;
  dw_status status = dw_responses_take(k->responses, reader, batch, &item, &count, fault);
  for (size_t i = 0; i < count && status == DW_OK; i++) {
    if (strcmp(item[i].canary, k->canary) != 0) continue;
    k->kept = dw_grow(k->kept, &k->capacity, k->count + 1, sizeof *k->kept);
    k->kept[k->count++] = dw_response_keep(&item[i], &k->arena);
  }
  return status;
}

static void read_reference(const dw_inject_canary_options *set, keeping *k)
{
  dw_reader *reader;
  const dw_text_list paths = {(const char *[]){set->reference}, 1, 1};
  dw_reader_options how = {.format = &dw_ndjson_format,
                           .threads = (unsigned)set->threads,
                           .spans = true,
                           .skip_errors = set->on_error == 1,
                           .want = dw_responses_wants};
  k->responses = dw_responses_new();
  dw_cmd_check(dw_reader_open(&reader, paths.text, paths.count, &how, &err), &err);
  dw_cmd_check(dw_reader_run(reader, &(dw_batch_sink){keep, k}, &dw_cmd_notices, &err), &err);
  dw_reader_report(reader, "the reference", &dw_cmd_notices);
  dw_cmd_made_by_reader(reader, &paths, "the reference");
  dw_reader_close(reader);
  dw_responses_free(k->responses);
  if (k->count) return;
  dw_err_set(&err, DW_ENODATA, "--ref: %s has no response of \"%s\"", set->reference, k->canary);
  dw_cmd_fail(&err);
}

/* --- settings --- */

static void read_margins(const char *path, dw_canary_margins *margins)
{
  char *text;
  size_t length;
  dw_cmd_check(dw_input_whole(path, MARGINS_LIMIT, &text, &length, &err), &err);
  dw_cmd_check(dw_canary_margins_parse(margins, text, length, path, &err), &err);
  dw_free(text);
}

/* Without a change on the command line, all kinds that need no file. */
static void fill_largest(dw_canary_injection *most, const dw_canary_config *config)
{
  bool any = dw_canary_injection_of_weights(most) || !isnan(most->temperature) || most->template_suffix;
  if (any) return;
  most->noise = noise_usual;
  most->quantise = 4;
  most->temperature = config->temperature + warmer_usual;
  most->template_suffix = suffix_usual;
}

static void fill_settings(dw_robustness_settings *s, const dw_inject_canary_options *set, const dw_inject_target *target,
                          const dw_prompts *prompts, const keeping *reference)
{
  dw_canary_options asking = {
      .parallel = set->parallel, .retries = 5, .backoff = DW_SECOND / 2, .timeout = 60 * DW_SECOND, .seed = set->seed};
  *s = (dw_robustness_settings){.config = &target->configs.item[0],
                                .prompts = prompts,
                                .reference = reference->kept,
                                .references = reference->count,
                                .repeats = dw_size(set->repeat),
                                .trials = (unsigned)set->trials,
                                .needed = (unsigned)(set->noticed ? set->noticed : set->trials / 2 + 1),
                                .most = set->change,
                                .seed = set->seed,
                                .judge = {.alpha = set->alpha,
                                          .permutations = (unsigned)set->permutations,
                                          .length = dw_size(set->characters),
                                          .block = dw_size(set->block),
                                          .threads = (unsigned)set->threads}};
  dw_canary_methods_asked(&set->method, s->judge.ask);
  dw_canary_ask_settings(&asking, &s->ask);
  s->ask.notices = NULL;
  s->ask.stop = dw_canary_stop_signals();
  fill_largest(&s->most, s->config);
}

/* --- what is told --- */

static void put_end(dw_json *json, const char *key, const dw_robustness_point *point, const dw_law_distance *law)
{
  if (!point) {
    dw_json_null(json, key);
    return;
  }
  dw_json_open(json, key, '{');
  dw_json_number(json, "strength", point->strength);
  dw_json_number(json, "effect", point->effect);
  dw_json_text(json, "method", point->method);
  if (law->prompts) {
    dw_json_integer(json, "changed", (int64_t)law->changed);
    dw_json_number(json, "total_variation", law->total_variation);
    dw_json_number(json, "divergence", law->divergence);
  }
  dw_json_close(json, '}');
}

static void put_points(dw_json *json, const dw_robustness *r)
{
  dw_json_open(json, "tried", '[');
  for (size_t i = 0; i < r->count; i++) {
    const dw_robustness_point *p = &r->point[i];
    dw_json_open(json, NULL, '{');
    dw_json_number(json, "strength", p->strength);
    dw_json_integer(json, "trials", p->trials);
    dw_json_integer(json, "alarms", p->alarms);
    dw_json_bool(json, "noticed", p->noticed);
    dw_json_number(json, "effect", p->effect);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

static void tell(const dw_robustness *r, const dw_robustness_settings *s, const dw_robustness_point *healthy, const uint64_t *seed,
                 dw_output *output)
{
  dw_json json;
  dw_buf line = {0};
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "robustness");
  dw_json_text(&json, "canary", s->config->id);
  dw_json_text(&json, "time", dw_canary_now());
  dw_json_text(&json, "config", s->config->hash);
  dw_json_text(&json, "change", dw_robustness_kind_name(r->kind));
  dw_json_text(&json, "strength", dw_robustness_kind_unit(r->kind));
  put_end(&json, "unnoticed", r->unnoticed, &r->law[0]);
  put_end(&json, "noticed", r->noticed, &r->law[1]);
  dw_json_number(&json, "alpha", s->judge.alpha);
  dw_json_bool(&json, "calibrated", s->judge.margins != NULL);
  dw_json_integer(&json, "trials", s->trials);
  dw_json_integer(&json, "needed", s->needed);
  dw_json_integer(&json, "prompts", (int64_t)s->prompts->count);
  dw_json_integer(&json, "repeats", (int64_t)s->repeats);
  dw_json_integer(&json, "rounds", (int64_t)r->rounds);
  dw_json_integer(&json, "answers", (int64_t)r->answers);
  dw_json_bool(&json, "complete", r->complete);
  put_points(&json, r);
  dw_json_open(&json, "healthy", '{');
  dw_json_integer(&json, "trials", healthy->trials);
  dw_json_integer(&json, "alarms", healthy->alarms);
  dw_json_close(&json, '}');
  dw_cmd_end_document(&json, &line, seed, output);
  dw_buf_free(&line);
}

/* --- to its end --- */

static size_t kinds_from(const dw_robustness_settings *s, int first)
{
  size_t count = 0;
  for (int k = first; k < DW_ROBUSTNESS_KINDS; k++) count += dw_robustness_has((dw_robustness_kind)k, s);
  return count;
}

/* Each kind may use its part of what is left. */
static bool search(const dw_robustness_settings *s, uint64_t budget, const uint64_t *seed, dw_output *output)
{
  dw_robustness_point healthy;
  bool complete = true;
  dw_cmd_check(dw_robustness_healthy(s, budget, &healthy, &err), &err);
  budget -= healthy.trials * dw_robustness_round(s);
  for (int k = 0; k < DW_ROBUSTNESS_KINDS; k++) {
    dw_robustness result;
    if (!dw_robustness_has((dw_robustness_kind)k, s)) continue;
    dw_cmd_check(dw_robustness_search(&result, (dw_robustness_kind)k, s, budget / kinds_from(s, k), &err), &err);
    budget -= result.answers;
    complete = complete && result.complete;
    tell(&result, s, &healthy, seed, output);
    dw_robustness_free(&result);
  }
  return complete;
}

void dw_inject_search(const dw_inject_canary_options *set, const dw_inject_target *target, const dw_prompts *prompts)
{
  keeping reference = {.canary = target->configs.item[0].id};
  dw_robustness_settings s;
  dw_canary_margins margins;
  dw_output *output;
  if (!set->reference) dw_cmd_usage("--adversarial: --ref FILE, healthy responses of the canary, are needed");
  if (!prompts->count) dw_cmd_usage("--adversarial: what is asked? a file with the prompts of the reference");
  if (set->noticed > set->trials) dw_cmd_usage("--noticed is at most --trials, %llu", (unsigned long long)set->trials);
  read_reference(set, &reference);
  fill_settings(&s, set, target, prompts, &reference);
  if (set->margins) read_margins(set->margins, &margins);
  if (set->margins) s.judge.margins = &margins;
  if (!kinds_from(&s, 0))
    dw_cmd_usage("--adversarial: backend %s has none of the changes that are asked for", dw_canary_backend_words[s.config->backend]);
  dw_cmd_check(dw_output_open(&output, set->output, &err), &err);
  const uint64_t seed = set->seed;
  bool complete = search(&s, set->budget ? set->budget : BUDGET, &seed, output);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  if (!set->margins)
    dw_cmd_warn("margins are the methods' own: those of this canary come from healthy rounds (dw-calibrate canaries, --margins)");
  if (complete) dw_cmd_end(DW_OK);
  dw_err_set(&err, DW_ENODATA, "--budget is used up before the search was: what is not \"complete\" lies further apart than it could");
  dw_cmd_fail(&err);
}
