/* dw-train: labelled records in, a model document out. */
#include <math.h>
#include <stdio.h>

#include "base/num.h"
#include "cmd/options/cmd.h"
#include "cmd/train/train_language.h"
#include "cmd/inputs/train_records.h"
#include "model/score/model_json.h"
#include "model/fit/training.h"
#include "model/fit/training_profile.h"

static const char *const type_words[] = {"xgboost", "lm", NULL};
enum { TYPE_LANGUAGE = 1 };
static const char *const booster_words[] = {"gbtree", "gblinear", NULL};
static const char *const task_words[] = {"binary", "multiclass", "regression", "auto", NULL};

static struct settings {
  dw_text_list columns, exclude, id, types;
  const char *label, *time, *class_weight, *positive, *start, *output, *categories;
  double holdout, rate;
  uint64_t rounds, depth, early_stop, seed, threads, memory;
  int type, booster, task, format, on_error;
  dw_dialect dialect;
  dw_language_settings language;
} set = {.output = "-",
         .holdout = 0.2,
         .rounds = 200,
         .depth = 3,
         .early_stop = 20,
         .seed = 1,
         .memory = UINT64_C(1) << 30,
         .task = DW_TASKS,
         .language = DW_LANGUAGE_DEFAULTS};

static dw_err err;

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Model"),
    {.name = "type", .type = DW_OPTION_CHOICE, .target = &set.type, .argument = "WORD", .initial = "xgboost", .choices = type_words, .help = "xgboost: tells a label from columns; or lm, a language model: the next byte of a text"},
    {.name = "task", .type = DW_OPTION_CHOICE, .target = &set.task, .argument = "WORD", .initial = "auto", .choices = task_words, .help = "binary, multiclass, regression, or auto: told by the label"},
    {.name = "positive", .type = DW_OPTION_TEXT, .target = &set.positive, .argument = "CLASS", .initial = "the last", .help = "the class that a high score stands for"},
    {.name = "booster", .type = DW_OPTION_CHOICE, .target = &set.booster, .argument = "WORD", .initial = "gbtree", .choices = booster_words, .help = "gbtree, trees; or gblinear, a linear model"},
    {.name = "class-weight", .type = DW_OPTION_TEXT, .target = &set.class_weight, .argument = "balanced|X", .help = "classes count alike, or a positive record X times"},
    {.name = "rounds", .type = DW_OPTION_UNSIGNED, .target = &set.rounds, .argument = "N", .initial = "200", .low = 1, .high = 100000, .help = "rounds of boosting, at most"},
    {.name = "depth", .type = DW_OPTION_UNSIGNED, .target = &set.depth, .argument = "N", .initial = "3", .low = 1, .high = 20, .help = "splits on the way to a leaf, at most"},
    {.name = "rate", .type = DW_OPTION_REAL, .target = &set.rate, .argument = "X", .initial = "0.1; gblinear 0.5", .low = 1e-6, .high = 1, .help = "learning rate"},
    {.name = "early-stop", .type = DW_OPTION_UNSIGNED, .target = &set.early_stop, .argument = "N", .initial = "20", .low = 0, .high = 100000, .help = "stop after N rounds without a gain on the holdout; 0: never"},
    {.name = "holdout", .type = DW_OPTION_REAL, .target = &set.holdout, .argument = "SHARE", .initial = "0.2", .low = 0, .high = 0.9, .help = "share of the records that the model is measured on"},
    DW_OPTION_SEED(&set.seed),
    DW_GROUP("Columns"),
    DW_OPTION_COLUMN("label", &set.label, "what the model learns to tell (needed, but for lm)"),
    DW_OPTION_COLUMNS("columns", &set.columns, "learn from these only; * and ? match"),
    DW_OPTION_COLUMNS("exclude", &set.exclude, "leave these out; * and ? match"),
    DW_OPTION_COLUMNS("id", &set.id, "identifiers; not learned from"),
    DW_OPTION_COLUMN("time", &set.time, "the instant of a record; not learned from"),
    {.name = "types", .type = DW_OPTION_LIST, .pairs = true, .target = &set.types, .argument = "COLUMN=TYPE", .help = "categorical: codes, whose digits are kept as they are written; numeric: quantities that look like Unix times"},
    DW_GROUP("Going on"),
    {.name = "continue", .type = DW_OPTION_TEXT, .target = &set.start, .argument = "MODEL", .help = "go on from this model, on these records"},
    {.name = "categories", .type = DW_OPTION_TEXT, .target = &set.categories, .argument = "FILE", .help = "--continue: the categories that its codes stand for, JSON (as dw-score)"},
    DW_GROUP("Language model, with --type lm"),
    DW_OPTIONS_LANGUAGE(set.language),
    DW_GROUP("General"),
    {.name = "memory", .type = DW_OPTION_SIZE, .target = &set.memory, .argument = "SIZE", .initial = "1GiB", .low = 1 << 20, .high = 9e18, .help = "bound on the data held; of more a sample is trained on"},
    DW_OPTIONS_RECORDS(set),
};
/* clang-format on */

static dw_command command = {.name = "dw-train",
                             .synopsis = "--label COLUMN [OPTION]... [FILE]...\n--type lm [OPTION]... [FILE]...",
                             .purpose = "Train a model on labelled records, or a language model on texts.",
                             .example = "dw-train --label is_fraud --id transaction_id reference.ndjson >model.json",
                             .options = options};

static dw_training_options weights(void)
{
  dw_training_options o = {.holdout = set.holdout, .seed = set.seed, .memory = dw_size(set.memory - set.memory / 4)};
  if (!set.class_weight) return o;
  o.weight = strcmp(set.class_weight, "balanced") == 0 ? DW_WEIGHT_BALANCED : DW_WEIGHT_POSITIVE;
  if (o.weight == DW_WEIGHT_BALANCED) return o;
  if (!dw_num_parse(set.class_weight, strlen(set.class_weight), &o.positive_weight, NULL) ||
      !(o.positive_weight > 0 && o.positive_weight < 1e9))
    dw_cmd_usage("--class-weight: \"%s\" is neither balanced nor a number above 0", set.class_weight);
  return o;
}

/* The model that is trained on. */
static void start(dw_model *model)
{
  dw_category_file categories = {0};
  dw_model_beside beside = {.categories = set.categories ? &categories : NULL};
  if (set.categories) dw_cmd_check(dw_category_file_read(&categories, set.categories, &err), &err);
  dw_cmd_check(dw_model_read(model, set.start, &beside, &err), &err);
  dw_category_file_free(&categories);
}

/* Label and features: learned from the records, or those of the model that is trained on. */
static void learn(dw_model *model, const dw_matrix *matrix)
{
  dw_buf left_out = {0};
  bool named = model->booster && model->target.column;
  if (named && strcmp(model->target.column, set.label) != 0)
    dw_cmd_usage("--continue: the model was trained on the label \"%s\", not \"%s\"", model->target.column, set.label);
  if (model->imported && set.task == DW_TASKS) set.task = (int)model->target.task;
  dw_target target;
  dw_target_init(&target);
  /* of one class only: refused here in any case */
  dw_cmd_check(dw_target_learn(&target, matrix, set.label, set.task, set.positive, &err), &err);
  if (!named) {
    dw_target_free(&model->target);
    model->target = target;
  } else {
    dw_target_free(&target);
  }
  if (model->booster) {
    for (size_t i = 0; i < model->encoding.count; i++) {
      const char *column = model->encoding.feature[i].column;
      if (!dw_matrix_find(matrix, column)) dw_buf_format(&left_out, "%s%s", left_out.length ? ", " : "", column);
    }
    if (left_out.length)
      dw_cmd_check(dw_err_set(&err, DW_EDATA, "the records lack what the model of --continue needs: %s", dw_buf_cstr(&left_out)), &err);
    return;
  }
  dw_cmd_check(dw_encoding_learn(&model->encoding, matrix, set.label, 0, &left_out, &err), &err);
  if (left_out.length) dw_cmd_warn("not learned from: %s", dw_buf_cstr(&left_out));
  if (!model->encoding.width)
    dw_cmd_check(dw_err_set(&err, DW_EDATA,
                            "no column is left to learn from, beside the label and what --columns, --exclude, --id and "
                            "--time leave out"),
                 &err);
  dw_buf_free(&left_out);
}

static void show_round(void *context, unsigned round, unsigned rounds, double loss, double best)
{
  dw_buf line = {0};
  char text[400];
  dw_buf_format(&line, "round %u of %u  %s ", round, rounds, (const char *)context);
  dw_buf_add(&line, text, dw_num_print_fixed(text, loss, 5));
  dw_buf_text(&line, "  best ");
  dw_buf_add(&line, text, dw_num_print_fixed(text, best, 5));
  dw_cmd_progress_text(dw_buf_cstr(&line));
  dw_buf_free(&line);
}

static void add_name(void *context, const char *name)
{
  dw_text_list *list = context;
  list->text = dw_grow(list->text, &list->capacity, list->count + 1, sizeof *list->text);
  list->text[list->count++] = dw_strdup(name);
}

/* seen: records read. */
static void train(dw_model *model, const dw_training *data, uint64_t seen)
{
  bool linear = set.booster == 1;
  dw_train_options o = {.task = model->target.task,
                        .classes = model->target.classes.count,
                        .linear = linear,
                        .rounds = (unsigned)set.rounds,
                        .depth = (unsigned)set.depth,
                        .rate = set.rate > 0 ? set.rate
                                : linear     ? 0.5
                                             : 0.1,
                        .early_stop = (unsigned)set.early_stop,
                        .seed = set.seed,
                        .progress = dw_cmd_progress_wanted() ? show_round : NULL,
                        .context = data->holdout.rows ? "holdout loss" : "training loss"};
  dw_train_result result;
  dw_booster *booster;
  dw_json json;
  dw_cmd_check(dw_train(&booster, &o, &data->train, &data->holdout, model->booster, &result, &err), &err);
  dw_cmd_progress_end();
  dw_booster_free(model->booster);
  model->booster = booster;
  dw_text_list names = {0};
  dw_encoding_names(&model->encoding, add_name, &names);
  dw_cmd_check(dw_booster_name_features(booster, names.text, names.count, &err), &err);
  dw_json_start(&json, &model->training, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_integer(&json, "rows_seen", (int64_t)seen);
  dw_json_integer(&json, "rows_used", (int64_t)(data->train.rows + data->holdout.rows));
  dw_json_integer(&json, "rows", (int64_t)data->train.rows);
  dw_json_integer(&json, "holdout_rows", (int64_t)data->holdout.rows);
  dw_json_integer(&json, "rows_without_label", (int64_t)data->unlabelled);
  dw_json_integer(&json, "rounds", result.rounds_kept);
  dw_json_integer(&json, "rounds_run", result.rounds_run);
  if (!linear) dw_json_integer(&json, "depth", o.depth);
  dw_json_number(&json, "rate", o.rate);
  dw_json_text(&json, "class_weight", set.class_weight);
  dw_json_bool(&json, "continued", set.start != NULL);
  dw_json_close(&json, '}');
  dw_json_start(&json, &model->metrics, 0);
  dw_json_open(&json, NULL, '{');
  dw_cmd_check(dw_training_measure(booster, &model->target, &data->train, (unsigned)set.threads, &json, "train", &err), &err);
  dw_cmd_check(dw_training_measure(booster, &model->target, &data->holdout, (unsigned)set.threads, &json, "holdout", &err), &err);
  dw_json_close(&json, '}');
}

static _Noreturn void language(void)
{
  set.language.start = set.start;
  set.language.output = set.output;
  set.language.holdout = set.holdout;
  set.language.seed = set.seed;
  set.language.memory = set.memory;
  set.language.reader = (dw_reader_options){.format = dw_format_at(set.format),
                                            .memory = dw_size(set.memory / 4),
                                            .threads = (unsigned)set.threads,
                                            .dialect = &set.dialect,
                                            .skip_errors = set.on_error};
  dw_train_language(&set.language, &command);
}

int main(int argc, char **argv)
{
  dw_model model;
  dw_matrix matrix;
  dw_training data;
  dw_output *output;
  dw_json json;
  dw_buf document = {0};
  dw_cmd_start(&command, argc, argv);
  dw_train_language_usage(&command, set.type == TYPE_LANGUAGE);
  if (set.type == TYPE_LANGUAGE) language();
  if (!set.label) dw_cmd_usage("--label COLUMN is needed: what is the model to learn?");
  if (set.categories && !set.start) dw_cmd_usage("--categories goes with --continue");
  dw_training_options how = weights();
  dw_train_reading records = {.selection = {.only = {set.columns.text, set.columns.count},
                                            .exclude = {set.exclude.text, set.exclude.count},
                                            .id = {set.id.text, set.id.count},
                                            .label = set.label,
                                            .time = set.time},
                              .reader = {.format = dw_format_at(set.format),
                                         .threads = (unsigned)set.threads,
                                         .dialect = &set.dialect,
                                         .skip_errors = set.on_error},
                              .start = &model.encoding};
  dw_train_types(&set.types, set.label, &records.types);
  dw_booster_expect();
  dw_model_init(&model);
  if (set.start) start(&model);
  if (set.start && dw_command_option(&command, "booster")->given && dw_booster_linear(model.booster) != (set.booster == 1))
    dw_cmd_usage("--continue: %s is a model of another --booster", set.start);
  if (set.start) set.booster = dw_booster_linear(model.booster);
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  dw_matrix_init(&matrix, dw_size(set.memory / 2));
  dw_matrix_sample(&matrix, set.seed);
  int task = set.task == DW_TASKS && model.booster && model.target.column ? (int)model.target.task : set.task;
  records.number_label = task == DW_TASK_REGRESSION;
  records.exact_label = !records.number_label;
  dw_train_records(&matrix, &records, &command.operands);
  learn(&model, &matrix);
  if (how.weight == DW_WEIGHT_POSITIVE && model.target.task != DW_TASK_BINARY) dw_cmd_usage("--class-weight X goes with two classes");
  if (how.weight != DW_WEIGHT_NONE && model.target.task == DW_TASK_REGRESSION)
    dw_cmd_usage("--class-weight goes with classes, and the label is a number");
  dw_cmd_check(dw_training_make(&data, &model.encoding, &model.target, &matrix, &how, &err), &err);
  if (data.unlabelled) dw_cmd_warn("%llu records without a label are left out", (unsigned long long)data.unlabelled);
  uint64_t seen = dw_matrix_seen(&matrix);
  if (matrix.rows < seen || data.left_over)
    dw_cmd_warn("the records do not fit into --memory: the model is trained on a sample, %zu of %llu", data.train.rows + data.holdout.rows,
                (unsigned long long)seen);
  model.training.length = model.metrics.length = model.profile.length = model.calibration.length = 0;
  dw_json_start(&json, &model.profile, 0);
  dw_training_profile_write(&matrix, &json, NULL);
  dw_matrix_free(&matrix);
  train(&model, &data, seen);
  dw_cmd_made_by_stage(&model.made_by, &set.seed);
  dw_cmd_check(dw_model_write(&model, &document, &err), &err);
  dw_cmd_check(dw_output_write(output, document.data, document.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_cmd_end(DW_OK);
}
