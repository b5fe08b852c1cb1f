/* dw-model: a registry of model versions. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "cmd/options/cmd.h"
#include "cmd/options/verbs.h"
#include "model/booster/booster_text.h"
#include "model/booster/ubjson.h"
#include "registry/mlflow.h"
#include "registry/registry.h"
#include "registry/version.h"
#include "io/bytes/input.h"

enum { MODEL_MOST = 512 << 20, METRICS_MOST = 64 << 20, STAGE_STAGING = 0 };
static const char *const stage_words[] = {"staging", "production", NULL};

static struct {
  const char *registry, *model, *metrics, *name, *parent, *once, *reason, *mlflow, *experiment, *champion, *challenger, *to, *output;
  int stage;
  bool remove;
} set = {.stage = 1, .output = "-", .champion = "champion", .challenger = "challenger"};

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Registry"),
    {.name = "registry", .type = DW_OPTION_TEXT, .target = &set.registry, .argument = "WHERE", .unrecorded = true,
     .help = "the registry: a folder, sqlite:FILE or postgres:URL; register makes it"},
    {.name = "reason", .type = DW_OPTION_TEXT, .target = &set.reason, .argument = "TEXT", .help = "of a change, for the history"},
    {.name = "once", .type = DW_OPTION_TEXT, .target = &set.once, .argument = "KEY",
     .help = "a change that was made under this key already is answered, not made again"},
    DW_GROUP("Versions"),
    {.name = "model", .type = DW_OPTION_TEXT, .target = &set.model, .argument = "FILE", .help = "register: the model, of dw-train or XGBoost's own, JSON or UBJSON"},
    {.name = "metrics", .type = DW_OPTION_TEXT, .target = &set.metrics, .argument = "FILE", .help = "register: what dw-eval said about it"},
    {.name = "name", .type = DW_OPTION_TEXT, .target = &set.name, .argument = "NAME", .initial = "model", .help = "register: what the model is called"},
    {.name = "parent", .type = DW_OPTION_TEXT, .target = &set.parent, .argument = "VERSION", .help = "register: the version that it comes from"},
    {.name = "stage", .type = DW_OPTION_CHOICE, .target = &set.stage, .argument = "STAGE", .initial = "production", .choices = stage_words,
     .help = "promote: where to, staging or production"},
    DW_GROUP("MLflow"),
    {.name = "mlflow", .type = DW_OPTION_TEXT, .target = &set.mlflow, .argument = "URL", .unrecorded = true, .help = "export, alias: the MLflow server (http://host:5000)"},
    {.name = "experiment", .type = DW_OPTION_TEXT, .target = &set.experiment, .argument = "NAME", .initial = "driftwatch",
     .help = "export: the experiment that the run goes to"},
    {.name = "production-alias", .type = DW_OPTION_TEXT, .target = &set.champion, .argument = "NAME", .initial = "champion",
     .help = "export: the alias of what is in Production; empty: none"},
    {.name = "staging-alias", .type = DW_OPTION_TEXT, .target = &set.challenger, .argument = "NAME", .initial = "challenger",
     .help = "export: the alias of what is in Staging; empty: none"},
    {.name = "to", .type = DW_OPTION_TEXT, .target = &set.to, .argument = "N", .help = "alias: the version at MLflow that is to have it"},
    {.name = "delete", .type = DW_OPTION_FLAG, .target = &set.remove, .help = "alias: no version has it any more"},
    DW_GROUP("General"),
    {.name = "output", .type = DW_OPTION_TEXT, .target = &set.output, .argument = "FILE", .initial = "-", .unrecorded = true,
     .help = "where the result goes; show: where the model goes"},
    {.name = NULL},
};
/* clang-format on */

static dw_command command = {.name = "dw-model",
                             .synopsis = "--registry WHERE register --model FILE [OPTION]...\n"
                                         "--registry WHERE promote VERSION [--stage STAGE] [OPTION]...\n"
                                         "--registry WHERE rollback [OPTION]...\n"
                                         "--registry WHERE list | history\n"
                                         "--registry WHERE show VERSION [--output MODEL]\n"
                                         "--registry WHERE export VERSION --mlflow URL [OPTION]...\n"
                                         "alias models:/NAME@ALIAS --mlflow URL [--to N | --delete]",
                             .purpose = "Keep versions of a model, and which of them is used.",
                             .example = "dw-train --label is_fraud --id transaction_id reference.ndjson >model.json\n"
                                        "dw-model --registry registry register --model model.json\n"
                                        "dw-model --registry registry promote v1",
                             .options = options};

static dw_err err;

static void write_text(const char *path, const dw_buf *text)
{
  dw_output *output;
  dw_cmd_check(dw_output_open(&output, path, &err), &err);
  dw_cmd_check(dw_output_write(output, text->data, text->length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
}

static dw_registry_call circumstances(dw_buf *made_by)
{
  dw_registry_call call = {.once = set.once, .reason = set.reason};
  dw_cmd_check(dw_time_now(&call.now, &err), &err);
  dw_cmd_made_by_stage(made_by, NULL);
  call.made_by = dw_buf_cstr(made_by);
  return call;
}

static dw_registry *opened(bool create)
{
  dw_registry *registry;
  dw_cmd_check(dw_registry_open(&registry, set.registry, create, &err), &err);
  return registry;
}

/* A model of XGBoost may be UBJSON, or have NaN in it: as JSON it is read, and kept as it is. */
static void read_text(dw_version_source *source, dw_buf *text)
{
  if (dw_ubjson_is(source->model, source->model_length))
    dw_cmd_check(dw_ubjson_to_json(source->model, source->model_length, source->model_name, text, &err), &err);
  else if (!dw_booster_nulls((dw_text_slice){source->model, source->model_length}, text)) return;
  source->text = dw_buf_cstr(text);
  source->text_length = text->length;
}

static void run_register(const char *version)
{
  char *model, *metrics = NULL;
  dw_version_source source = {.model_name = set.model, .metrics_name = set.metrics, .name = set.name};
  dw_buf made_by = {0}, members = {0}, change = {0}, text = {0};
  if (!set.model) dw_cmd_usage("register what? give --model FILE");
  if (set.name && !*set.name) dw_cmd_usage("--name: a name has at least one character");
  dw_registry_call call = circumstances(&made_by);
  dw_cmd_check(dw_input_whole(set.model, MODEL_MOST, &model, &source.model_length, &err), &err);
  if (set.metrics) dw_cmd_check(dw_input_whole(set.metrics, METRICS_MOST, &metrics, &source.metrics_length, &err), &err);
  source.model = model;
  source.metrics = metrics;
  read_text(&source, &text);
  source.made_by = call.made_by;
  dw_cmd_check(dw_version_describe(&source, &members, &err), &err);
  dw_registry *registry = opened(true);
  dw_cmd_check(dw_registry_register(registry, model, source.model_length, dw_buf_cstr(&members), set.parent, &call, &change, &err), &err);
  dw_registry_close(registry);
  write_text(set.output, &change);
  dw_buf_free(&made_by);
  dw_buf_free(&members);
  dw_buf_free(&change);
  dw_buf_free(&text);
  dw_free(model);
  dw_free(metrics);
}

/* promote (a version) and rollback (NULL). */
static void run_change(const char *version)
{
  dw_buf made_by = {0}, change = {0};
  dw_registry_call call = circumstances(&made_by);
  dw_registry *registry = opened(false);
  if (version)
    dw_cmd_check(dw_registry_promote(registry, version, set.stage == STAGE_STAGING ? DW_STAGE_STAGING : DW_STAGE_PRODUCTION, &call, &change,
                                     &err),
                 &err);
  else dw_cmd_check(dw_registry_rollback(registry, &call, &change, &err), &err);
  dw_registry_close(registry);
  write_text(set.output, &change);
  dw_buf_free(&made_by);
  dw_buf_free(&change);
}

static void print_lines(dw_status (*read)(dw_registry *registry, dw_buf *lines, dw_err *err))
{
  dw_buf lines = {0};
  dw_registry *registry = opened(false);
  dw_cmd_check(read(registry, &lines, &err), &err);
  dw_registry_close(registry);
  write_text(set.output, &lines);
  dw_buf_free(&lines);
}

static void run_list(const char *version) { print_lines(dw_registry_list); }
static void run_history(const char *version) { print_lines(dw_registry_history); }

/* The document; with --output the model, and the document unless both would go to standard output. */
static void run_show(const char *version)
{
  dw_buf line = {0}, model = {0};
  bool wants_model = dw_command_option(&command, "output")->given;
  dw_registry *registry = opened(false);
  dw_cmd_check(dw_registry_show(registry, version, &line, &model, &err), &err);
  dw_registry_close(registry);
  if (wants_model) write_text(set.output, &model);
  if (!wants_model || strcmp(set.output, "-") != 0) write_text("-", &line);
  dw_buf_free(&line);
  dw_buf_free(&model);
}

/* What a user of MLflow's own client has set already. */
static const char *setting(const char *name)
{
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

static void check_alias(const char *option, const char *alias)
{
  const char *wrong = *alias ? dw_mlflow_alias_wrong(alias) : NULL;
  if (wrong) dw_cmd_usage("--%s: \"%s\" cannot be an alias: %s", option, alias, wrong);
}

static dw_mlflow server(const dw_registry_call *call)
{
  return (dw_mlflow){.url = set.mlflow,
                     .experiment = set.experiment,
                     .champion = set.champion,
                     .challenger = set.challenger,
                     .now = call->now,
                     .made_by = call->made_by,
                     .token = setting("MLFLOW_TRACKING_TOKEN"),
                     .user = setting("MLFLOW_TRACKING_USERNAME"),
                     .password = setting("MLFLOW_TRACKING_PASSWORD")};
}

static void run_export(const char *version)
{
  dw_buf made_by = {0}, line = {0}, model = {0}, done = {0};
  if (!set.mlflow) dw_cmd_usage("export where to? give --mlflow URL");
  check_alias("production-alias", set.champion);
  check_alias("staging-alias", set.challenger);
  if (*set.champion && strcmp(set.champion, set.challenger) == 0) dw_cmd_usage("--production-alias and --staging-alias are the same");
  dw_registry_call call = circumstances(&made_by);
  dw_mlflow mlflow = server(&call);
  dw_registry *registry = opened(false);
  dw_cmd_check(dw_registry_show(registry, version, &line, &model, &err), &err);
  dw_registry_close(registry);
  dw_cmd_check(dw_mlflow_export(&mlflow, line.data, line.length, &model, &done, &err), &err);
  write_text(set.output, &done);
  dw_buf_free(&made_by);
  dw_buf_free(&line);
  dw_buf_free(&model);
  dw_buf_free(&done);
}

static void run_alias(const char *uri)
{
  const char *alias;
  dw_buf made_by = {0}, name = {0}, done = {0};
  uint64_t number;
  if (!set.mlflow) dw_cmd_usage("an alias of which server? give --mlflow URL");
  if (!dw_mlflow_uri(uri, &name, &alias)) dw_cmd_usage("\"%s\" is not models:/NAME@ALIAS", uri);
  if (set.to && set.remove) dw_cmd_usage("--to and --delete exclude each other");
  if (set.to && (!dw_num_parse_unsigned(set.to, strlen(set.to), &number) || number == 0))
    dw_cmd_usage("--to: \"%s\" is not the number of a version at MLflow", set.to);
  dw_registry_call call = circumstances(&made_by);
  dw_mlflow mlflow = server(&call);
  dw_mlflow_action action = set.remove ? DW_MLFLOW_DELETE : set.to ? DW_MLFLOW_SET : DW_MLFLOW_GET;
  dw_cmd_check(dw_mlflow_alias(&mlflow, action, dw_buf_cstr(&name), alias, set.to, &done, &err), &err);
  write_text(set.output, &done);
  dw_buf_free(&made_by);
  dw_buf_free(&name);
  dw_buf_free(&done);
}

static const char which_show[] = "show which version? v1, v2, …, production, staging or latest";
static const char which_promote[] = "promote which version? v1, v2, …, production, staging or latest";
static const char which_export[] = "export which version? v1, v2, …, production, staging or latest";

static const char which_alias[] = "which alias? models:/NAME@ALIAS";

static const dw_verb verbs[] = {
    {"register", run_register, NULL, NULL, {"model", "metrics", "name", "parent", "reason", "once"}},
    {"promote", run_change, "VERSION", which_promote, {"stage", "reason", "once"}},
    {"rollback", run_change, NULL, NULL, {"reason", "once"}},
    {"list", run_list, NULL, NULL, {NULL}},
    {"history", run_history, NULL, NULL, {NULL}},
    {"show", run_show, "VERSION", which_show, {NULL}},
    {"export", run_export, "VERSION", which_export, {"mlflow", "experiment", "production-alias", "staging-alias"}},
    {"alias", run_alias, "models:/NAME@ALIAS", which_alias, {"mlflow", "to", "delete"}},
    {.name = NULL},
};

static const char *const for_all[] = {"registry", "output", NULL};

int main(int argc, char **argv)
{
  command.verbs = verbs;
  command.common = for_all;
  dw_cmd_start(&command, argc, argv);
  const dw_verb *verb = dw_verb_asked(&command, argc, argv);
  bool elsewhere = verb->run == run_alias; /* at MLflow */
  if (!elsewhere && (!set.registry || !*set.registry))
    dw_cmd_usage("which registry? give --registry FOLDER, sqlite:FILE or postgres:URL (or DW_REGISTRY)");
  verb->run(verb->operand ? command.operands.text[1] : NULL);
  dw_cmd_end(DW_OK);
}
