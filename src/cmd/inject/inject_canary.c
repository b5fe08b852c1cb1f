#include "cmd/inject/inject_canary.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "canary/config/config_backup.h"
#include "canary/inject/law_distance.h"
#include "cmd/canary/canary_settings.h"
#include "cmd/options/option_rows.h"
#include "io/bytes/input.h"

enum { EFFECT_ANSWERS = 10, FILES_MOST = 1000 };
static const char *const quantise_words[] = {"8", "4", NULL};

static dw_err err;
static dw_inject_canary_options set = {.output = "-",
                                       .change = {.temperature = NAN, .top_p = NAN, .noise = NAN, .quantise_share = 1, .poison_weight = 1},
                                       .quantise = -1,
                                       .alpha = 0.05,
                                       .seed = 1,
                                       .repeat = 10,
                                       .trials = 5,
                                       .characters = 1000,
                                       .parallel = 4};

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Change"),
    {.name = "configs", .type = DW_OPTION_LIST, .target = &set.configs, .argument = "FILES", .help = "the canaries: a file each, YAML or JSON; with * and ? in quotes"},
    {.name = "target", .type = DW_OPTION_TEXT, .target = &set.target, .argument = "ID", .initial = "the only one", .help = "the canary that is changed"},
    {.name = "template-suffix", .type = DW_OPTION_TEXT, .target = &set.change.template_suffix, .argument = "TEXT", .help = "put right behind {prompt}"},
    {.name = "template", .type = DW_OPTION_TEXT, .target = &set.change.template, .argument = "TEXT", .help = "another template, with {prompt} in it"},
    {.name = "system", .type = DW_OPTION_TEXT, .target = &set.change.system, .argument = "TEXT", .help = "another system prompt; an empty one takes it away"},
    {.name = "temperature", .type = DW_OPTION_REAL, .target = &set.change.temperature, .argument = "T", .help = "another temperature", .low = 0, .high = 100},
    {.name = "top-p", .type = DW_OPTION_REAL, .target = &set.change.top_p, .argument = "P", .help = "another top_p", .low = 0, .high = 1},
    {.name = "model", .type = DW_OPTION_TEXT, .target = &set.change.model, .argument = "NAME", .help = "another model, as a config names one"},
    {.name = "weights-noise", .type = DW_OPTION_REAL, .target = &set.change.noise, .argument = "SIGMA", .help = "builtin: each weight is changed, by about so much of itself", .low = 1e-12, .high = 10},
    {.name = "quantise", .type = DW_OPTION_CHOICE, .target = &set.quantise, .argument = "8|4", .help = "builtin: weights of so many bits", .choices = quantise_words},
    {.name = "poison", .type = DW_OPTION_TEXT, .target = &set.poison, .argument = "FILE", .help = "builtin: trained on these besides: records with a text \"text\""},
    {.name = "weight", .type = DW_OPTION_REAL, .target = &set.change.poison_weight, .argument = "W", .initial = "1", .help = "of the poison beside what the model was trained on", .low = 1e-9, .high = 1e6},
    DW_OPTION_SEED(&set.seed),
    {.name = "backups", .type = DW_OPTION_TEXT, .target = &set.backups, .argument = "FOLDER", .initial = "backups/ beside the config", .help = "where the untouched config is kept"},
    {.name = "dry-run", .type = DW_OPTION_FLAG, .target = &set.dry_run, .help = "say what would change, and write nothing"},
    DW_GROUP("Search, with --adversarial"),
    {.name = "adversarial", .type = DW_OPTION_FLAG, .target = &set.adversarial, .help = "change nothing, but search the smallest change that is noticed"},
    {.name = "ref", .type = DW_OPTION_TEXT, .target = &set.reference, .argument = "FILE", .help = "healthy responses of the canary"},
    {.name = "budget", .type = DW_OPTION_UNSIGNED, .target = &set.budget, .argument = "N", .initial = "20000", .help = "answers that may be asked for", .low = 1, .high = 1e12},
    {.name = "repeat", .type = DW_OPTION_UNSIGNED, .target = &set.repeat, .argument = "N", .initial = "10", .help = "answers to each prompt in a round", .low = 1, .high = 1e6},
    {.name = "trials", .type = DW_OPTION_UNSIGNED, .target = &set.trials, .argument = "N", .initial = "5", .help = "rounds of each strength", .low = 1, .high = 1000},
    {.name = "noticed", .type = DW_OPTION_UNSIGNED, .target = &set.noticed, .argument = "K", .initial = "more than half", .help = "of these with an alarm, for a strength to be noticed", .low = 1, .high = 1000},
    {.name = "method", .type = DW_OPTION_LIST, .pairs = true, .target = &set.method, .argument = "METHODS", .initial = "auto", .choice = dw_offered_canary_method, .help = "as of dw-compare --canaries"},
    {.name = "alpha", .type = DW_OPTION_REAL, .target = &set.alpha, .argument = "P", .initial = "0.05", .low = 1e-9, .high = 0.5, .help = "of a round"},
    {.name = "margins", .type = DW_OPTION_TEXT, .target = &set.margins, .argument = "FILE", .initial = "the methods' own", .help = "of dw-calibrate canaries"},
    {.name = "permutations", .type = DW_OPTION_UNSIGNED, .target = &set.permutations, .argument = "N", .initial = "as many as needed", .low = 1, .high = 1e6, .help = "deals behind a p-value"},
    {.name = "characters", .type = DW_OPTION_UNSIGNED, .target = &set.characters, .argument = "N", .initial = "1000", .low = 1, .high = 1e6, .help = "of an answer, that mmd_hamming reads"},
    {.name = "block", .type = DW_OPTION_UNSIGNED, .target = &set.block, .argument = "N", .initial = "1", .low = 1, .high = 1e6, .help = "so many answers in a row are dealt out together"},
    {.name = "parallel", .type = DW_OPTION_UNSIGNED, .target = &set.parallel, .argument = "N", .initial = "4", .help = "requests under way at once", .low = 1, .high = 500},
    DW_OPTIONS_RECORDS(set),
};
/* clang-format on */

dw_command dw_inject_canary_command = {.name = "dw-inject",
                                       .synopsis = "canary --configs FILES CHANGE... [OPTION]... [PROMPTS]...\n"
                                                   "canary --configs FILE --adversarial --ref FILE [OPTION]... FILE",
                                       .purpose = "Make a canary drift, and keep its config; or search what goes unnoticed.",
                                       .example = "dw-inject canary --configs canary.json --temperature 1.5",
                                       .options = options};

/* --- what is asked for --- */

static void check_options(void)
{
  static const char *const of_search[] = {"ref",   "budget",  "repeat",       "trials",     "noticed", "method",
                                          "alpha", "margins", "permutations", "characters", "block",   "parallel"};
  static const char *const of_change[] = {"template", "system", "model", "top-p", "backups", "dry-run"};
  for (size_t i = 0; i < sizeof of_search / sizeof *of_search && !set.adversarial; i++)
    if (dw_command_option(&dw_inject_canary_command, of_search[i])->given) dw_cmd_usage("--%s goes with --adversarial", of_search[i]);
  for (size_t i = 0; i < sizeof of_change / sizeof *of_change && set.adversarial; i++)
    if (dw_command_option(&dw_inject_canary_command, of_change[i])->given)
      dw_cmd_usage(
          "--%s does not go with --adversarial, %s", of_change[i],
          i < 4 ? "which searches the strength of a change: --weights-noise, --quantise, --poison, --temperature or --template-suffix"
                : "which writes no config");
  if (dw_command_option(&dw_inject_canary_command, "weight")->given && !set.poison) dw_cmd_usage("--weight goes with --poison FILE");
}

/* --- written --- */

/* The changed weights as a document: trained as the healthy ones, and changed by this command. */
static void print_model(const dw_canary_injected *injected, const dw_inject_target *target, dw_buf *out)
{
  dw_language_document document = {.language = injected->language};
  dw_buf_add(&document.training, target->model.training.data, target->model.training.length);
  dw_buf_add(&document.made_by, target->model.made_by.data, target->model.made_by.length);
  dw_cmd_made_by_stage(&document.made_by, &set.seed);
  dw_cmd_check(dw_language_write(&document, out, &err), &err);
  dw_buf_free(&document.training);
  dw_buf_free(&document.made_by);
}

/* Whether a model file holds these weights; made_by may differ: what it was made by is not what it is. */
static bool holds(const char *path, const dw_language *language)
{
  char ours[33], its[33] = "";
  dw_language_document document = {0};
  dw_err ignored;
  dw_language_digest(language, ours);
  if (dw_language_open(&document, path, &ignored) == DW_OK) dw_language_digest(document.language, its);
  dw_language_document_free(&document);
  return strcmp(ours, its) == 0;
}

/* A name beside the healthy model that is free, or that holds these weights already. */
static const char *model_file(const dw_canary_injected *injected, const char *healthy, bool *there)
{
  dw_buf path = {0};
  for (unsigned n = 1; n < FILES_MOST; n++) {
    path.length = 0;
    dw_canary_injection_file(&set.change, healthy, n, &path);
    if (dw_input_there(dw_buf_cstr(&path), there, &err) != DW_OK) dw_cmd_fail(&err);
    if (!*there || holds(dw_buf_cstr(&path), injected->language)) return dw_buf_cstr(&path);
  }
  dw_err_set(&err, DW_EDATA, "%s: no name is free beside it for the changed weights", healthy);
  dw_cmd_fail(&err);
}

/* What is invisible to a prompt that has no word of its own is so to all: the builtin model sees a few bytes back, and the longest word. */
static void put_effect(dw_json *json, const dw_canary_config *config, const dw_canary_injected *injected, const dw_prompts *prompts)
{
  dw_law_distance d;
  dw_prompts probe;
  bool asked = prompts->count > 0, measured = injected->config.language && injected->config.model == config->model;
  dw_prompts_init(&probe);
  dw_prompts_add(&probe, "?", "?");
  if (measured) dw_law_measure(&d, config, &injected->config, asked ? prompts : &probe, EFFECT_ANSWERS, set.seed);
  dw_prompts_free(&probe);
  if (measured && !d.changed) dw_cmd_warn("no answer%s changes: the model does not see what was changed", asked ? " to these prompts" : "");
  if (!measured || !asked) {
    dw_json_null(json, "effect");
    return;
  }
  dw_json_open(json, "effect", '{');
  dw_json_integer(json, "prompts", (int64_t)d.prompts);
  dw_json_integer(json, "changed", (int64_t)d.changed);
  dw_json_number(json, "total_variation", d.total_variation);
  dw_json_number(json, "divergence", d.divergence);
  dw_json_close(json, '}');
}

/* --- to its end --- */

static void tell(const dw_inject_target *target, const dw_canary_injected *injected, const dw_prompts *prompts, const char *what,
                 const char *model, const char *after, dw_output *output)
{
  dw_json json;
  dw_buf line = {0};
  const dw_canary_config *config = &target->configs.item[0];
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "injection");
  dw_json_text(&json, "canary", config->id);
  dw_json_text(&json, "time", dw_canary_now());
  dw_json_text(&json, "file", config->path);
  dw_json_raw(&json, "changes", what, strlen(what));
  dw_json_text(&json, "config_before", *config->hash ? config->hash : NULL);
  dw_json_text(&json, "config", after && *after ? after : NULL);
  dw_json_text(&json, "model_file", model);
  put_effect(&json, config, injected, prompts);
  dw_json_bool(&json, "dry_run", set.dry_run);
  dw_cmd_end_document(&json, &line, &set.seed, output);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&line);
}

/* The hash that the canary's responses will have; also whether its backend takes it. */
static char *hash_of(const dw_buf *text, const char *path)
{
  dw_canary_configs configs = {0};
  dw_canary_defaults defaults = dw_canary_defaults_asked();
  dw_cmd_check(dw_canary_config_parse(&configs, text->data, text->length, path, &defaults, &err), &err);
  char *hash = dw_strdup(configs.item[0].hash);
  dw_canary_configs_free(&configs);
  return hash;
}

/* First the model, then the backup, then the config: whatever is killed in between, the config is the old or the new one, and whole. */
static void inject(const dw_inject_target *target, const dw_prompts *prompts)
{
  dw_canary_injected injected;
  dw_output *output;
  dw_buf text = {0}, what = {0}, model = {0};
  int64_t now;
  bool there = true;
  const char *file = NULL;
  char *after = NULL;
  const dw_canary_config *config = &target->configs.item[0];
  dw_cmd_check(dw_canary_inject(&injected, config, target->model.language, &set.change, &err), &err);
  if (injected.language) file = model_file(&injected, config->model, &there);
  dw_cmd_check(dw_canary_injected_text(&injected, config, &set.change, target->text.data, target->text.length, file, &text, &what, &err),
               &err);
  dw_cmd_check(dw_time_now(&now, &err), &err);
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  if (!set.dry_run && !there) {
    print_model(&injected, target, &model);
    dw_cmd_check(dw_output_file(file, model.data, model.length, &err), &err);
  }
  if (there || !set.dry_run) after = hash_of(&text, config->path);
  dw_config_place place = {.config = config->path, .folder = set.backups};
  if (!set.dry_run) {
    dw_output *changed; /* opened first: the backup does not tell of an injection into a config that may not be written */
    dw_cmd_check(dw_output_open(&changed, config->path, &err), &err);
    dw_cmd_check(dw_config_backup_keep(&place, now, text.data, text.length, dw_buf_cstr(&what), &err), &err);
    dw_cmd_check(dw_output_write(changed, text.data, text.length, &err), &err);
    dw_cmd_check(dw_output_commit(changed, &err), &err);
  }
  tell(target, &injected, prompts, dw_buf_cstr(&what), file, after, output);
  dw_free(after);
  dw_canary_injected_free(&injected);
  dw_buf_free(&text);
  dw_buf_free(&what);
  dw_buf_free(&model);
}

void dw_inject_canary(const dw_text_list *operands)
{
  dw_inject_target target = {0};
  dw_prompts prompts;
  dw_corpus poison = {0};
  check_options();
  set.change.seed = set.seed;
  if (set.quantise >= 0) set.change.quantise = set.quantise == 0 ? 8 : 4;
  if (set.poison) dw_inject_read_poison(&set, &poison);
  if (set.poison) set.change.poison = &poison;
  dw_inject_read_prompts(&set, operands, &prompts);
  dw_inject_find_target(&set, &target); /* last: whoever writes a pipe that we read may need the lock on the configs */
  if (set.adversarial) dw_inject_search(&set, &target, &prompts);
  inject(&target, &prompts);
  dw_cmd_end(DW_OK);
}
