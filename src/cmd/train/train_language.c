#include "cmd/train/train_language.h"

#include "base/fmath.h"
#include "base/rng.h"
#include "cmd/options/cmd.h"
#include "data/datasets/column_names.h"
#include "model/language/language_file.h"
#include "model/language/language_train.h"

static dw_err err;

void dw_train_language_usage(const dw_command *command, bool language)
{
  static const char *const of_language[] = {"text", "order", "weight", NULL};
  static const char *const of_trees[] = {"label",    "columns", "exclude", "id",   "time",       "types",        "booster", "task",
                                         "positive", "rounds",  "depth",   "rate", "early-stop", "class-weight", NULL};
  for (const char *const *other = language ? of_trees : of_language; *other; other++)
    if (dw_command_option(command, *other)->given) dw_cmd_usage("--%s does not go with --type %s", *other, language ? "lm" : "xgboost");
  if (language && dw_command_option(command, "weight")->given && !dw_command_option(command, "continue")->given)
    dw_cmd_usage("--weight goes with --continue MODEL: it is the weight of the texts beside those of the model");
}

/* --- records --- */

typedef struct texts {
  const dw_language_settings *set;
  dw_roster names;
  dw_corpus train, holdout;
  uint64_t seen, without;
  dw_rng_key key;
  dw_language_training how;
  dw_buf scratch;
} texts;

static bool wants(void *context, const char *name, size_t length)
{
  texts *t = context;
  dw_roster_add(&t->names, name, length);
  return dw_text_equal(name, length, t->set->text);
}

static bool reads_text(void *context, const char *name, size_t length)
{
  return dw_text_equal(name, length, ((const texts *)context)->set->text);
}

static size_t held_bytes(const texts *t)
{
  const size_t end = sizeof *t->train.end;
  return t->train.text.capacity + t->holdout.text.capacity + (t->train.capacity + t->holdout.capacity) * end;
}

/* A share of the documents, by seed and record alone, is kept apart. */
static dw_status take_text(texts *t, uint64_t row, const char *text, size_t length)
{
  dw_rng rng;
  dw_rng_start(&rng, t->key, row, 0);
  dw_corpus_add(dw_rng_uniform(&rng) < t->set->holdout ? &t->holdout : &t->train, text, length);
  if (held_bytes(t) + dw_language_train_least(&t->train) > t->set->memory)
    return dw_err_set(&err, DW_ENODATA, "training on more than %zu bytes of text takes more than --memory allows", t->train.text.length);
  return DW_OK;
}

static dw_status take_batch(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *fault)
{
  texts *t = context;
  const dw_batch_column *column = dw_reader_find(reader, batch, t->set->text);
  dw_status status = DW_OK;
  for (size_t row = 0; row < batch->rows && status == DW_OK; row++) {
    dw_tag tag = column ? (dw_tag)column->tags[row] : DW_ABSENT;
    size_t length;
    t->seen++;
    if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
      const char *text = dw_cell_text(batch, tag, column->cells[row], &t->scratch, &length);
      status = take_text(t, batch->first_row + row, text, length);
    } else if (tag == DW_ABSENT || tag == DW_NULL) {
      t->without++;
    } else {
      dw_err why;
      dw_record_fault(&why, dw_batch_place(batch, row), "\"%s\" is not a text", t->set->text);
      status = dw_reader_unusable(reader, &why, &err);
    }
  }
  if (status != DW_OK) *fault = err;
  return status;
}

static void read_texts(texts *t, const dw_text_list *paths)
{
  dw_reader_options options = t->set->reader;
  dw_reader *reader;
  options.want = wants;
  options.as_text = reads_text;
  options.context = t;
  options.spans = true;
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &options, &err), &err);
  dw_cmd_check(dw_reader_run(reader, &(dw_batch_sink){take_batch, t}, &dw_cmd_notices, &err), &err);
  dw_reader_report(reader, NULL, &dw_cmd_notices);
  dw_cmd_made_by_reader(reader, paths, NULL);
  dw_reader_close(reader);
  if (t->seen) dw_cmd_check(dw_column_names_check("--text", t->set->text, "input", &t->names, &err), &err);
  if (t->without)
    dw_cmd_warn("%llu of %llu records without a text are left out", (unsigned long long)t->without, (unsigned long long)t->seen);
  if (!t->train.count) dw_cmd_check(dw_err_set(&err, DW_ENODATA, "there are no texts to train on"), &err);
}

/* --- what is said of the model --- */

static double mean_loss(const dw_language *language, const dw_corpus *corpus)
{
  double sum = 0;
  for (size_t i = 0; i < corpus->count; i++) {
    size_t length;
    const char *text = dw_corpus_document(corpus, i, &length);
    sum += dw_language_loss(language, text, length);
  }
  return sum / (double)(corpus->text.length + corpus->count);
}

static void put_measures(dw_json *json, const char *key, const dw_language *language, const dw_language *before, const dw_corpus *corpus)
{
  if (!corpus->count) {
    dw_json_null(json, key);
    return;
  }
  double loss = mean_loss(language, corpus);
  dw_json_open(json, key, '{');
  dw_json_integer(json, "rows", (int64_t)corpus->count);
  dw_json_integer(json, "bytes", (int64_t)corpus->text.length);
  dw_json_number(json, "log_loss", loss);
  dw_json_number(json, "perplexity", dw_exp(loss));
  if (before) dw_json_number(json, "log_loss_before", mean_loss(before, corpus));
  dw_json_close(json, '}');
}

static void put_training(dw_json *json, const texts *t)
{
  dw_json_open(json, NULL, '{');
  dw_json_integer(json, "rows_seen", (int64_t)t->seen);
  dw_json_integer(json, "rows", (int64_t)t->train.count);
  dw_json_integer(json, "holdout_rows", (int64_t)t->holdout.count);
  dw_json_integer(json, "rows_without_text", (int64_t)t->without);
  dw_json_integer(json, "bytes", (int64_t)t->train.text.length);
  if (t->how.start) dw_json_number(json, "weight", t->how.weight);
  dw_json_bool(json, "continued", t->how.start != NULL);
  dw_json_close(json, '}');
}

void dw_train_language(dw_language_settings *set, const dw_command *command)
{
  dw_language_document start = {0}, made = {0};
  dw_output *output;
  dw_json json;
  dw_buf line = {0};
  if (set->start) {
    dw_cmd_check(dw_language_open(&start, set->start, &err), &err);
    if (dw_command_option(command, "order")->given && set->order != dw_language_order(start.language))
      dw_cmd_usage("--continue: %s is a model of --order %u", set->start, dw_language_order(start.language));
    set->order = dw_language_order(start.language);
  }
  texts t = {.set = set,
             .key = dw_rng_derive(set->seed, "dw-train"),
             .how = {.order = (unsigned)set->order, .start = start.language, .weight = set->weight}};
  dw_roster_init(&t.names);
  dw_cmd_check(dw_output_open(&output, set->output, &err), &err);
  read_texts(&t, &command->operands);
  t.how.memory = dw_size(set->memory - held_bytes(&t));
  dw_cmd_check(dw_language_train(&made.language, &t.train, &t.how, &err), &err);
  dw_json_start(&json, &made.training, 0);
  put_training(&json, &t);
  dw_json_start(&json, &made.metrics, 0);
  dw_json_open(&json, NULL, '{');
  put_measures(&json, "train", made.language, start.language, &t.train);
  put_measures(&json, "holdout", made.language, start.language, &t.holdout);
  dw_json_close(&json, '}');
  dw_buf_add(&made.made_by, start.made_by.data, start.made_by.length);
  dw_cmd_made_by_stage(&made.made_by, &set->seed);
  dw_cmd_check(dw_language_write(&made, &line, &err), &err);
  dw_cmd_check(dw_output_write(output, line.data, line.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_cmd_end(DW_OK);
}
