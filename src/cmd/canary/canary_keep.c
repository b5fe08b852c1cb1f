/* What is done about canaries that departed, one by one: quarantine and its end, weights of the consensus, models trained anew. All is
 * checked first and then changed, file by file, whole or not at all; done again, nothing changes: whoever was killed in the middle begins
 * anew. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "canary/config/canary_training.h"
#include "canary/config/config_edit.h"
#include "canary/judge/canary_weights.h"
#include "cmd/canary/canary_settings.h"
#include "cmd/options/option_rows.h"
#include "decide/evidence.h"
#include "io/bytes/input.h"
#include "io/text/yaml.h"

enum { CONFIG_LARGEST = 4 << 20 };

static dw_err err;
static dw_text_list files, canaries;
static const char *reason, *where = "-";

/* What holds for a config that is changed, not asked: what comes from the environment may be missing, and so may models. */
static const dw_canary_defaults lenient = {.model = "-", .unhashed = true};

/* clang-format off */
#define CONFIGS {.name = "configs", .type = DW_OPTION_LIST, .target = &files, .argument = "FILES", .help = "the canaries: a file each, YAML or JSON; with * and ? in quotes"}
#define CANARIES {.name = "canaries", .type = DW_OPTION_LIST, .target = &canaries, .argument = "IDS", .help = "which of them"}
static dw_option of_quarantine[] = {
    CONFIGS,
    CANARIES,
    {.name = "reason", .type = DW_OPTION_TEXT, .target = &reason, .argument = "TEXT", .help = "why, for people: stands in the config"},
    DW_OPTION_OUTPUT(&where),
    {.name = NULL},
};
static dw_option of_release[] = {CONFIGS, CANARIES, DW_OPTION_OUTPUT(&where), {.name = NULL}};
static dw_option of_rebalance[] = {CONFIGS, DW_OPTION_OUTPUT(&where), {.name = NULL}};
static dw_option of_retrain[] = {CONFIGS, CANARIES, DW_OPTION_OUTPUT(&where), {.name = NULL}};
/* clang-format on */

dw_command dw_canary_quarantine_command = {.name = "dw-canary",
                                           .synopsis = "quarantine --configs FILES --canaries IDS [--reason TEXT]",
                                           .purpose = "Have canaries left out of the rounds to come.",
                                           .options = of_quarantine};
dw_command dw_canary_release_command = {.name = "dw-canary",
                                        .synopsis = "release --configs FILES --canaries IDS",
                                        .purpose = "End the quarantine of canaries.",
                                        .options = of_release};
dw_command dw_canary_rebalance_command = {.name = "dw-canary",
                                          .synopsis = "rebalance --configs FILES [CONSENSUS]...",
                                          .purpose = "Weigh canaries in the consensus by how they did in its newest round.",
                                          .options = of_rebalance};
dw_command dw_canary_retrain_command = {.name = "dw-canary",
                                        .synopsis = "retrain --configs FILES --canaries IDS",
                                        .purpose = "Train the models of builtin canaries anew, from the base and texts of their configs.",
                                        .options = of_retrain};

static void read_configs(dw_canary_configs *out)
{
  dw_text_list paths;
  *out = (dw_canary_configs){0};
  dw_canary_config_paths(&files, &paths);
  for (size_t i = 0; i < paths.count; i++) dw_cmd_check(dw_canary_config_read(out, paths.text[i], &lenient, &err), &err);
}

/* A canary that is to be changed: what is to stand in its file, and what is said of it. */
typedef struct change {
  const dw_canary_config *config;
  const char *path; /* of the file that changes */
  dw_buf bytes;     /* what will stand there; nothing, where it stays */
  dw_buf members;   /* of the document, JSON members with a comma in front of each */
} change;

typedef struct changes {
  const char *action;
  change *item;
  size_t count;
} changes;

/* --- which canaries --- */

static const dw_canary_config *find(const dw_canary_configs *configs, const char *id)
{
  for (size_t i = 0; i < configs->count; i++)
    if (strcmp(configs->item[i].id, id) == 0) return &configs->item[i];
  return NULL;
}

static const dw_canary_config *named(const dw_canary_configs *configs, const char *id)
{
  const dw_canary_config *config = find(configs, id);
  if (config) return config;
  const char **known = dw_alloc_array(configs->count, sizeof *known);
  for (size_t i = 0; i < configs->count; i++) known[i] = configs->item[i].id;
  const char *near = dw_nearest(id, known, configs->count);
  if (near) dw_cmd_usage("--canaries: no config of --configs has the id \"%s\": did you mean \"%s\"?", id, near);
  dw_cmd_usage("--canaries: no config of --configs has the id \"%s\"", id);
}

/* Those of --canaries, each once. */
static changes begin(const char *action, const dw_canary_configs *configs)
{
  changes all = {.action = action, .item = dw_alloc_zero(canaries.count, sizeof *all.item)};
  if (!canaries.count) dw_cmd_usage("%s: which? --canaries ID,...", action);
  for (size_t i = 0; i < canaries.count; i++) {
    const dw_canary_config *config = named(configs, canaries.text[i]);
    bool there = false;
    for (size_t k = 0; k < all.count; k++) there = there || all.item[k].config == config;
    if (!there) all.item[all.count++] = (change){.config = config, .path = config->path};
  }
  return all;
}

/* --- changed --- */

/* What the config's file will be. */
static void edit(change *c, const dw_config_change *keys, size_t count)
{
  char *text;
  size_t length;
  dw_cmd_check(dw_input_whole(c->path, CONFIG_LARGEST, &text, &length, &err), &err);
  dw_cmd_check(dw_config_edit(text, length, c->path, keys, count, &c->bytes, &err), &err);
  dw_cmd_check(dw_config_valid(c->bytes.data, c->bytes.length, c->path, &lenient, &err), &err);
  if (c->bytes.length == length && memcmp(c->bytes.data, text, length) == 0) c->bytes.length = 0;
  dw_free(text);
}

static void say(dw_json *json, const change *c, const char *action)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "canary_change");
  dw_json_text(json, "action", action);
  dw_json_text(json, "canary", c->config->id);
  dw_json_text(json, "config", c->config->path);
  dw_json_text(json, "time", dw_canary_now());
  dw_json_bool(json, "changed", c->bytes.length > 0);
}

_Noreturn static void carry_out(const changes *all)
{
  dw_output *output;
  dw_buf line = {0};
  dw_cmd_check(dw_output_open(&output, where, &err), &err);
  for (size_t i = 0; i < all->count; i++) {
    const change *c = &all->item[i];
    if (c->bytes.length) dw_cmd_check(dw_output_file(c->path, c->bytes.data, c->bytes.length, &err), &err);
  }
  for (size_t i = 0; i < all->count; i++) {
    dw_json json;
    dw_json_start(&json, &line, 0);
    say(&json, &all->item[i], all->action);
    dw_buf_add(&line, all->item[i].members.data, all->item[i].members.length);
    dw_cmd_end_document(&json, &line, NULL, output);
  }
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_cmd_end(DW_OK);
}

/* Members of a document of its own, without its braces, behind those of say. */
static void members(change *c, const dw_buf *object)
{
  if (object->length <= 2) return;
  dw_buf_char(&c->members, ',');
  dw_buf_add(&c->members, object->data + 1, object->length - 2);
}

/* --- quarantine, release --- */

void dw_canary_quarantine(const dw_text_list *operands)
{
  dw_canary_configs configs;
  read_configs(&configs);
  if (operands->count) dw_cmd_usage("quarantine reads no files");
  changes all = begin("quarantine", &configs);
  dw_buf quoted = {0};
  if (reason) dw_json_quote(&quoted, reason, strlen(reason));
  for (size_t i = 0; i < all.count; i++) {
    const dw_config_change keys[] = {{"quarantined", "true"}, {"quarantine_reason", quoted.length ? dw_buf_cstr(&quoted) : NULL}};
    dw_json json;
    dw_buf object = {0};
    edit(&all.item[i], keys, reason ? 2 : 1); /* without a reason, one from before stays */
    dw_json_start(&json, &object, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_bool(&json, "quarantined", true);
    dw_json_text(&json, "reason", reason ? reason : all.item[i].config->quarantine_reason);
    dw_json_close(&json, '}');
    members(&all.item[i], &object);
    dw_buf_free(&object);
  }
  carry_out(&all);
}

void dw_canary_release(const dw_text_list *operands)
{
  static const dw_config_change keys[] = {{"quarantined", NULL}, {"quarantine_reason", NULL}};
  dw_canary_configs configs;
  read_configs(&configs);
  if (operands->count) dw_cmd_usage("release reads no files");
  changes all = begin("release", &configs);
  for (size_t i = 0; i < all.count; i++) {
    change *c = &all.item[i];
    if (c->config->quarantined || c->config->quarantine_reason) edit(c, keys, 2);
    dw_buf_text(&c->members, ",\"quarantined\":false");
  }
  carry_out(&all);
}

/* --- rebalance --- */

/* One without a time is earlier than any other. */
static bool earlier(const char *a, const char *b)
{
  int64_t x, y;
  bool has = dw_time_parse(a, strlen(a), &x), other = dw_time_parse(b, strlen(b), &y);
  return other && (!has || x < y);
}

/* The newest round's document: by its time; of equal ones, and without times, the last. */
static const dw_value *newest(const dw_evidence *evidence)
{
  const dw_value *best = NULL;
  const char *best_time = "";
  for (size_t i = 0; i < evidence->count; i++) {
    if (evidence->item[i].kind != DW_EVIDENCE_CONSENSUS || !dw_value_get(evidence->item[i].value, "canaries")) continue;
    const char *time = dw_value_text_of(evidence->item[i].value, "time", "");
    if (best && earlier(time, best_time)) continue;
    best = evidence->item[i].value;
    best_time = time;
  }
  if (best) return best;
  dw_err_set(&err, DW_ENODATA, "no document \"consensus\" with canaries: dw-compare --canaries --method consensus writes them");
  dw_cmd_fail(&err);
}

static dw_canary_place *places(const dw_value *consensus, size_t *count)
{
  const dw_value *list = dw_value_get(consensus, "canaries");
  dw_canary_place *place = dw_alloc_zero(dw_value_count(list), sizeof *place);
  *count = 0;
  for (const dw_value *item = dw_value_first(list); item; item = dw_value_next(item))
    place[(*count)++] = (dw_canary_place){.canary = dw_value_text_of(item, "canary", ""),
                                          .judged = dw_value_bool(dw_value_get(item, "judged"), true),
                                          .anomalous = dw_value_bool(dw_value_get(item, "anomalous"), false),
                                          .similarity = dw_value_number(dw_value_get(item, "similarity"), NAN)};
  return place;
}

/* 1 is what holds without the key. */
static void weigh(change *c, double weight)
{
  dw_buf number = {0};
  dw_config_change key = {"weight", NULL};
  if (weight == c->config->weight) return;
  if (weight != 1) {
    dw_buf_number(&number, weight);
    key.value = dw_buf_cstr(&number);
  }
  edit(c, &key, 1);
  dw_buf_free(&number);
}

static void tell_weight(change *c, const dw_canary_place *place, const char *round, double median)
{
  dw_json json;
  dw_buf object = {0};
  dw_json_start(&json, &object, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "round", round);
  dw_json_number(&json, "weight", place->judged ? place->weight : c->config->weight);
  dw_json_number(&json, "before", c->config->weight);
  dw_json_bool(&json, "judged", place->judged);
  dw_json_bool(&json, "anomalous", place->judged && place->anomalous);
  dw_json_number(&json, "similarity", place->similarity);
  dw_json_number(&json, "median", median);
  dw_json_close(&json, '}');
  members(c, &object);
  dw_buf_free(&object);
}

void dw_canary_rebalance(const dw_text_list *operands)
{
  dw_canary_configs configs;
  dw_evidence *evidence;
  size_t count;
  double median;
  read_configs(&configs);
  dw_cmd_check(dw_evidence_read(&evidence, operands->text, operands->count, &err), &err);
  const dw_value *consensus = newest(evidence);
  dw_canary_place *place = places(consensus, &count);
  dw_cmd_check(dw_canary_weights(place, count, &median, &err), &err);
  changes all = {.action = "rebalance", .item = dw_alloc_zero(count, sizeof *all.item)};
  for (size_t i = 0; i < count; i++) {
    const dw_canary_config *config = find(&configs, place[i].canary);
    if (!config && place[i].judged && place[i].anomalous)
      dw_cmd_usage("the consensus says that \"%s\" departed, and no config of --configs has this id", place[i].canary);
    if (!config) continue; /* not ours, and it counts fully */
    change *c = &all.item[all.count++];
    *c = (change){.config = config, .path = config->path};
    if (place[i].judged) weigh(c, place[i].weight);
    tell_weight(c, &place[i], dw_value_text_of(consensus, "round", NULL), median);
  }
  if (!all.count) dw_cmd_usage("--configs: no canary of the consensus is among them");
  carry_out(&all);
}

/* --- retrain --- */

void dw_canary_retrain(const dw_text_list *operands)
{
  dw_canary_configs configs;
  read_configs(&configs);
  if (operands->count) dw_cmd_usage("retrain reads no files: a config names its base and texts");
  changes all = begin("retrain", &configs);
  for (size_t i = 0; i < all.count; i++) {
    change *c = &all.item[i];
    dw_canary_trained trained = {0};
    dw_json json;
    dw_buf object = {0};
    dw_cmd_check(dw_canary_train(&trained, c->config, &dw_cmd_notices, &err), &err);
    dw_cmd_made_by_stage(&trained.made.made_by, NULL);
    c->path = c->config->model;
    if (!trained.same) dw_cmd_check(dw_language_write(&trained.made, &c->bytes, &err), &err);
    dw_json_start(&json, &object, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "model", c->path);
    dw_json_text(&json, "digest", trained.digest);
    dw_json_text(&json, "before", *trained.before ? trained.before : NULL);
    dw_json_close(&json, '}');
    members(c, &object);
    dw_buf_free(&object);
    dw_canary_trained_free(&trained);
  }
  carry_out(&all);
}
