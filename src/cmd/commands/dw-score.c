/* dw-score: records in, the same records out with a model's score behind their other fields. */
#include "base/num.h"
#include "cmd/options/cmd.h"
#include "data/datasets/column_names.h"
#include "data/datasets/share.h"
#include "io/bytes/input.h"
#include "model/score/score_fields.h"
#include "synth/inject/append.h"
#include "synth/inject/rewrite.h"

enum { CALIBRATION_BYTES = 64 << 20 };

static const char *const incomplete_words[] = {"error", "ok", NULL};
static const char *const engine_words[] = {"auto", "library", "own", NULL};
enum { WORD_LIBRARY = 1 };

static struct settings {
  dw_text_list names, id, text;
  const char *model, *champion, *calibration, *categories, *rounds, *score, *output;
  double cut, split;
  uint64_t threads;
  int incomplete, engine, format, form, on_error;
  dw_dialect dialect;
  bool replace, raw;
} set = {.output = "-", .score = "score", .cut = -1, .split = -1};

static dw_err err;

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Model"),
    {.name = "model", .type = DW_OPTION_TEXT, .target = &set.model, .argument = "FILE", .help = "the model: of dw-train, or of XGBoost in JSON or UBJSON (needed)"},
    DW_OPTION_COLUMNS("feature-names", &set.names, "a model of XGBoost: the columns that its features are, in order"),
    {.name = "categories", .type = DW_OPTION_TEXT, .target = &set.categories, .argument = "FILE", .help = "a model of XGBoost: the categories that its codes stand for, JSON"},
    {.name = "engine", .type = DW_OPTION_CHOICE, .target = &set.engine, .argument = "auto|library|own", .initial = "auto", .choices = engine_words, .help = "what scores: the model's trees summed by us (auto, own), or XGBoost's library"},
    {.name = "rounds", .type = DW_OPTION_TEXT, .target = &set.rounds, .argument = "N|all", .help = "rounds of boosting to use"},
    {.name = "raw", .type = DW_OPTION_FLAG, .target = &set.raw, .help = "the scores before any calibration, the model's own included"},
    {.name = "calibration", .type = DW_OPTION_TEXT, .target = &set.calibration, .argument = "FILE", .help = "a map of dw-calibrate scores, instead of the model's own"},
    DW_GROUP("Result"),
    {.name = "score", .type = DW_OPTION_TEXT, .target = &set.score, .argument = "NAME", .initial = "score", .help = "the field that the score goes to"},
    {.name = "cut", .type = DW_OPTION_REAL, .target = &set.cut, .argument = "X", .low = 0, .high = 1, .help = "two classes: add the prediction too, positive from this score on"},
    {.name = "incomplete", .type = DW_OPTION_CHOICE, .target = &set.incomplete, .argument = "error|ok", .initial = "error", .choices = incomplete_words, .help = "what a record without a feature is: an error, or scored without it"},
    {.name = "replace", .type = DW_OPTION_FLAG, .target = &set.replace, .help = "give new values to fields that are there already"},
    DW_OPTION_FORM(&set.form),
    DW_OPTION_WRITTEN_TEXT(&set.text),
    DW_GROUP("Challenger and champion"),
    {.name = "champion", .type = DW_OPTION_TEXT, .target = &set.champion, .argument = "FILE", .help = "the model that scores what --split leaves"},
    {.name = "split", .type = DW_OPTION_REAL, .target = &set.split, .argument = "SHARE", .low = 0, .high = 1, .help = "share of the ids that --model scores; the rest is the champion's"},
    DW_OPTION_COLUMNS("id", &set.id, "what --split goes by: records of one id stay with one model"),
    DW_OPTIONS_RECORDS(set),
};
/* clang-format on */

static dw_command command = {.name = "dw-score",
                             .synopsis = "--model FILE [OPTION]... [FILE]...",
                             .purpose = "Add a model's score to records.",
                             .example = "dw-train --label is_fraud --id transaction_id reference.ndjson >model.json\n"
                                        "dw-score --model model.json current.ndjson >scored.ndjson",
                             .options = options};

/* The models in use (the second: the champion), and what goes behind each record. */
static struct work {
  dw_model model[2];
  dw_scorer scorer[2];
  size_t models;
  dw_append append;
  dw_convert *convert;
  dw_score_fields fields;
  dw_roster names;   /* of the input's columns */
  unsigned char *by; /* [rows] the model of each record */
  uint8_t *take;     /* [rows] 0: the record could not be scored, and does not leave */
  size_t by_capacity, take_capacity;
} work;

/* --missing ok and --missing error are what --incomplete was called before. */
static void take_former_word(void)
{
  for (int i = 0; incomplete_words[i] && set.dialect.missing.count == 1; i++) {
    if (strcmp(set.dialect.missing.text[0], incomplete_words[i]) != 0) continue;
    set.incomplete = i;
    set.dialect.missing.count = 0;
  }
}

static void name_fields(void)
{
  dw_task task = work.model[0].target.task;
  bool other = work.models == 2 && !work.model[0].target.classes.count; /* XGBoost's own files name no classes */
  if (set.cut >= 0 && task != DW_TASK_BINARY)
    dw_cmd_usage("--cut goes with two classes; the task of %s is %s", set.model, dw_task_name(task));
  dw_score_fields_init(&work.fields, &work.model[other].target, work.scorer[0].outputs, set.score, set.cut);
  if (work.models == 2) dw_score_fields_name(&work.fields, "scored_by");
}

static void choose_engine(dw_booster *booster)
{
  if (set.rounds) dw_cmd_check(dw_booster_use(booster, set.rounds, &err), &err);
  dw_cmd_check(dw_booster_engine(booster, set.engine == WORD_LIBRARY ? DW_ENGINE_LIBRARY : DW_ENGINE_OWN, &err), &err);
}

static void read_models(void)
{
  const char *path[] = {set.model, set.champion};
  dw_buf calibration = {0};
  dw_category_file categories = {0};
  if (set.calibration) dw_cmd_check(dw_input_whole(set.calibration, CALIBRATION_BYTES, &calibration.data, &calibration.length, &err), &err);
  if (set.categories) dw_cmd_check(dw_category_file_read(&categories, set.categories, &err), &err);
  dw_model_beside beside = {set.names.count ? set.names.text : NULL, set.names.count, set.categories ? &categories : NULL, false,
                            command.operands.count == 1 ? command.operands.text[0] : NULL};
  work.models = set.champion ? 2 : 1;
  for (size_t i = 0; i < work.models; i++) {
    dw_model_init(&work.model[i]);
    dw_cmd_check(dw_model_read(&work.model[i], path[i], &beside, &err), &err);
    choose_engine(work.model[i].booster);
    if (set.raw) dw_buf_free(&work.model[i].calibration);
    dw_cmd_check(dw_scorer_init(&work.scorer[i], &work.model[i], set.incomplete == 1, (unsigned)set.threads,
                                set.calibration ? &calibration : NULL, set.calibration ? set.calibration : path[i], &err),
                 &err);
  }
  dw_buf_free(&calibration);
  dw_category_file_free(&categories);
  if (work.models == 2 &&
      (!dw_target_equal(&work.model[0].target, &work.model[1].target) || work.scorer[0].outputs != work.scorer[1].outputs))
    dw_cmd_check(dw_err_set(&err, DW_EDATA, "%s and %s do not have the same task and classes", set.model, set.champion), &err);
}

static bool wants(void *context, const char *name, size_t length)
{
  char *text = dw_strndup(name, length);
  dw_roster_add(&work.names, name, length);
  bool want = dw_append_wants(&work.append, text);
  for (size_t i = 0; i < work.models; i++) want |= dw_encoding_uses(&work.model[i].encoding, text);
  for (size_t i = 0; i < set.id.count; i++) want |= strcmp(set.id.text[i], text) == 0;
  dw_free(text);
  return want;
}

static bool reads_text(void *context, const char *name, size_t length)
{
  bool found = false;
  for (size_t i = 0; i < work.models; i++) found |= dw_encoding_reads_text(&work.model[i].encoding, name, length);
  return found;
}

static void put(void *context, size_t row, size_t field, char delimiter, dw_buf *out)
{
  size_t by = work.models == 2 ? work.by[row] : 0;
  const char *who = by ? "champion" : "challenger";
  if (work.models == 2 && field + 1 == work.fields.names.count) dw_score_fields_text(who, strlen(who), delimiter, out);
  else dw_score_fields_put(&work.fields, &work.scorer[by], row, field, delimiter, out);
}

static dw_status share(dw_reader *reader, const dw_batch *batch)
{
  work.by = dw_grow(work.by, &work.by_capacity, batch->rows, 1);
  dw_status status = dw_share_batch(reader, batch, set.id.text, set.id.count, set.split, work.by, work.take, &err);
  for (size_t i = 0; i < set.id.count && status == DW_EDATA; i++)
    dw_cmd_check(dw_column_names_check("--id", set.id.text[i], "input", &work.names, &err), &err);
  return status;
}

static dw_status take_batch(void *output, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *e)
{
  dw_status status = DW_OK;
  *stop = dw_output_closed(output);
  if (*stop) return DW_OK;
  work.take = dw_grow(work.take, &work.take_capacity, batch->rows, sizeof *work.take);
  memset(work.take, 1, batch->rows);
  if (work.models == 2) status = share(reader, batch);
  for (size_t i = 0; i < work.models && status == DW_OK; i++) status = dw_scorer_batch(&work.scorer[i], reader, batch, work.take, e);
  dw_convert_delimiter(work.convert, dw_reader_delimiter(reader));
  return status == DW_OK ? dw_append_batch(&work.append, reader, batch, work.take, put, NULL, e) : status;
}

/* A column that the model needs may be there under a name that is nearly the same. */
static void name_rename(void)
{
  const dw_err told = err;
  for (size_t i = 0; i < work.models && told.status == DW_EDATA; i++)
    for (size_t f = 0; f < work.model[i].encoding.count; f++) {
      const char *column = work.model[i].encoding.feature[f].column, *near = dw_roster_nearest(&work.names, column);
      if (dw_roster_have(&work.names, column) || !near) continue;
      dw_err_set(&err, told.status, "%s; --rename '%s=%s' reads \"%s\" as it", told.message, near, column, near);
      return;
    }
}

static dw_status run(dw_reader *reader, dw_output *output, dw_convert *convert)
{
  dw_status status = dw_reader_run(reader, &(dw_batch_sink){take_batch, output}, &dw_cmd_notices, &err);
  dw_convert_delimiter(convert, dw_reader_delimiter(reader));
  if (status != DW_OK) name_rename();
  if (status == DW_OK && !dw_output_closed(output)) status = dw_append_batch(&work.append, reader, NULL, NULL, put, NULL, &err);
  if (status == DW_OK) status = dw_append_flush(&work.append, &err);
  if (status == DW_OK) return dw_output_closed(output) ? DW_OK : dw_convert_end(convert, &err);
  dw_err ignored; /* what came before the mistake still leaves; the mistake is what is told */
  if (dw_append_flush(&work.append, &ignored) == DW_OK) dw_output_flush(output, &ignored);
  return status;
}

static void report(void)
{
  for (size_t i = 0; i < work.models; i++) {
    const dw_encoder *encoder = &work.scorer[i].encoder;
    for (size_t f = 0; f < encoder->encoding->count; f++) /* with --incomplete ok */
      dw_column_names_warn(set.names.count ? "--feature-names"
                           : i             ? "--champion"
                                           : "--model",
                           encoder->encoding->feature[f].column, &work.names, &dw_cmd_notices);
    for (size_t f = 0; f < encoder->encoding->count; f++)
      if (encoder->unseen[f])
        dw_cmd_warn("%llu values of %s were never seen in training, and count as missing", (unsigned long long)encoder->unseen[f],
                    encoder->encoding->feature[f].column);
  }
}

int main(int argc, char **argv)
{
  dw_cmd_start(&command, argc, argv);
  if (!set.model) dw_cmd_usage("--model FILE is needed");
  if ((set.split >= 0) != (set.champion != NULL) || (set.split >= 0) != (set.id.count > 0))
    dw_cmd_usage("--split, --champion and --id go together");
  if (set.text.count && set.form != DW_WRITTEN_PARQUET) dw_cmd_usage("--text goes with --format parquet");
  if (set.raw && set.calibration) dw_cmd_usage("--raw and --calibration exclude each other");
  take_former_word();
  read_models();
  name_fields();
  dw_output *output;
  dw_reader *reader;
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  dw_convert *convert = dw_cmd_convert(set.form, &set.text, &set.dialect, output);
  work.convert = convert;
  dw_roster_init(&work.names);
  dw_append_init(&work.append, work.fields.names.text, work.fields.names.count, set.replace, dw_convert_write, convert);
  dw_reader_options how = {.format = dw_format_at(set.format),
                           .threads = (unsigned)set.threads,
                           .skip_errors = set.on_error == 1,
                           .dialect = &set.dialect,
                           .spans = true,
                           .want = wants,
                           .as_text = reads_text};
  dw_cmd_check(dw_reader_open(&reader, command.operands.text, command.operands.count, &how, &err), &err);
  dw_cmd_check_converted(run(reader, output, convert), set.form, &command.operands, &how, &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  if (dw_reader_rows(reader) == 0 && dw_cmd_follows_failure()) dw_cmd_check(dw_err_set(&err, DW_EDATA, "no records"), &err);
  dw_reader_report(reader, NULL, &dw_cmd_notices);
  for (size_t i = 0; i < work.fields.names.count; i++)
    dw_roster_add(&work.names, work.fields.names.text[i], strlen(work.fields.names.text[i]));
  for (size_t i = 0; i < set.text.count; i++) dw_column_names_warn("--text", set.text.text[i], &work.names, &dw_cmd_notices);
  report();
  dw_convert_free(convert);
  dw_cmd_end(DW_OK);
}
