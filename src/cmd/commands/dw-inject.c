/* dw-inject: records in, the same records out, drifted. What it does not touch passes through byte for byte. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/inject/inject_canary.h"
#include "cmd/options/cmd.h"
#include "data/datasets/column_names.h"
#include "synth/inject/inject.h"

static dw_injections plan;
static const char *scenario, *time_column, *time_form, *truth_path, *output_path = "-";
static uint64_t seed = 1, rows, threads;
static int input_format, on_error, form;
static dw_text_list as_text;
static dw_dialect dialect;

static const char *operation_at(int index) { return index < (int)DW_OP_NONE ? dw_op_table[index].name : NULL; }

#define EACH(word, what, text)                                                                                                             \
  {                                                                                                                                        \
    .name = (word), .type = DW_OPTION_EACH, .target = &plan, .each = dw_injections_option, .argument = (what), .help = (text)              \
  }
#define EACH_INITIAL(word, what, text, value)                                                                                              \
  {                                                                                                                                        \
    .name = (word), .type = DW_OPTION_EACH, .target = &plan, .each = dw_injections_option, .argument = (what), .help = (text),             \
    .initial = (value)                                                                                                                     \
  }

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Injection"),
    EACH("column", "NAME", "begins an injection: the column it works on"),
    {.name = "op", .type = DW_OPTION_EACH, .target = &plan, .each = dw_injections_option, .argument = "OPERATION", .choice = operation_at,
     .help = "what is done: shift, scale, noise, missing, outliers, new-category, label-flip …"},
    EACH("by", "X", "shift: what is added; outliers: how many standard deviations away"),
    EACH("factor", "F", "scale, outliers: what the value is multiplied by; reweight: how often a record leaves on average"),
    EACH("sd", "S", "noise: its standard deviation; shift, outliers: the unit of --by"),
    EACH("mean", "M", "outliers: the middle that they lie away from"),
    EACH("min", "X", "clip: the lowest value that stays"),
    EACH("max", "X", "clip: the highest value that stays"),
    EACH("decimals", "N", "round: digits behind the point, negative for tens and hundreds"),
    EACH_INITIAL("copies", "N", "duplicate: how many more of the record, on average", "1"),
    EACH_INITIAL("buffer", "N", "permute: records among which values are shuffled", "10000"),
    EACH_INITIAL("integers", "real|keep", "whether a whole number may become one that is not, or is rounded", "real"),
    EACH("value", "V", "the new value, the wild one, or one of two that are swapped"),
    EACH("with", "V", "the other of two values that are swapped"),
    EACH("else", "V", "swap-label-rule: the value where the condition does not hold"),
    EACH("as", "WORD", "rename-column: the new name; change-type: string, number or boolean"),
    DW_GROUP("Where and how strong"),
    EACH("where", "CONDITION", "only records that meet it: 'amount > 100 and country in (IT, FR)'"),
    EACH_INITIAL("fraction", "F", "the share of the records that are taken, at random", "1"),
    EACH_INITIAL("course", "COURSE", "sudden, gradual, incremental, recurring or blip", "sudden; blip with --to"),
    EACH("from", "POSITION", "where the injection begins: a row (5000), a share (30%), a time"),
    EACH("to", "POSITION", "where it ends, or has come to its full strength"),
    EACH("period", "LENGTH", "recurring: rows (1000), share (10%) or duration (24h) from one begin to the next"),
    EACH_INITIAL("duty", "SHARE", "recurring: the share of the period that is on", "0.5"),
    DW_GROUP("Plan"),
    {.name = "scenario", .type = DW_OPTION_TEXT, .target = &scenario, .argument = "FILE", .help = "injections from a YAML file, after those of the command line"},
    {.name = "truth", .type = DW_OPTION_TEXT, .target = &truth_path, .argument = "FILE", .help = "where to write what was done, as NDJSON",
     .unrecorded = true},
    {.name = "time", .type = DW_OPTION_TEXT, .target = &time_column, .argument = "NAME", .help = "the column that times are compared with"},
    DW_OPTION_TIME_FORMAT(&time_form),
    {.name = "rows", .type = DW_OPTION_UNSIGNED, .target = &rows, .argument = "N", .initial = "counted in files", .low = 1, .high = 9007199254740992.0,
     .help = "records in all, for shares of what is read only once"},
    DW_OPTION_SEED(&seed),
    DW_GROUP("Result"),
    DW_OPTION_FORM(&form),
    DW_OPTION_WRITTEN_TEXT(&as_text),
    DW_GROUP("Records"),
    DW_OPTION_INPUT_FORMAT(&input_format),
    DW_OPTIONS_DIALECT(&dialect),
    DW_OPTION_ON_ERROR(&on_error),
    DW_GROUP("General"),
    DW_OPTION_THREADS(&threads),
    DW_OPTION_OUTPUT(&output_path),
    {.name = NULL},
};
/* clang-format on */

static dw_command command = {.name = "dw-inject",
                             .synopsis = "--column NAME --op OPERATION [PARAMETER]... [OPTION]... [FILE]\n"
                                         "--scenario FILE [OPTION]... [FILE]...\n[--format FORMAT] [OPTION]... [FILE]...",
                             .purpose = "Make records drift, in known ways, or only convert them.",
                             .example = "dw-inject --column transaction_amount --op scale --factor 1.5 --from 50% \\\n"
                                        "  --truth truth.ndjson reference.ndjson >drifted.ndjson",
                             .options = options};

static dw_reader_options reader_options(void)
{
  return (dw_reader_options){.format = dw_format_at(input_format),
                             .threads = (unsigned)threads,
                             .skip_errors = on_error == 1,
                             .dialect = &dialect};
}

static bool want_nothing(void *context, const char *name, size_t length) { return false; }

/* Shares of the stream need its length: the files are read once for it. What can be read only once cannot. */
static dw_status count_rows(dw_err *err)
{
  for (size_t i = 0; i < command.operands.count || i == 0; i++) {
    const char *path = command.operands.count ? command.operands.text[i] : "-";
    struct stat info;
    if (strcmp(path, "-") == 0 || (stat(path, &info) == 0 && !S_ISREG(info.st_mode)))
      return dw_err_set(err, DW_EUSAGE, "a position is a share of the stream, and %s can be read only once: give --rows N",
                        strcmp(path, "-") == 0 ? "standard input" : path);
  }
  dw_reader_options how = reader_options();
  how.want = want_nothing;
  dw_reader *reader;
  dw_status status = dw_reader_open(&reader, command.operands.text, command.operands.count, &how, err);
  if (status != DW_OK) return status;
  status = dw_reader_run(reader, &(dw_batch_sink){0}, NULL, err);
  rows = dw_reader_rows(reader); /* a bad record ends the count, and will end the run where it stands */
  dw_reader_close(reader);
  return status == DW_EDATA ? DW_OK : status;
}

/* Records on their way through, and the columns and the input that the filter has met. */
typedef struct filter {
  dw_inject *inject;
  dw_output *output;
  dw_convert *convert;
  size_t columns;
  const char *input;
} filter;

/* The reader's news to the filter: columns and inputs that it has not met yet. batch NULL: there was none at all. */
static dw_status introduce(filter *f, const dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  for (; f->columns < dw_reader_columns(reader); f->columns++)
    dw_inject_column(f->inject, (uint32_t)f->columns, dw_reader_column_name(reader, (uint32_t)f->columns));
  const char *name = batch ? batch->name : command.operands.count ? command.operands.text[0] : "standard input";
  if (name == f->input) return DW_OK;
  f->input = name;
  size_t length;
  const char *header = dw_reader_header(reader, &length);
  if (!batch && !header) return DW_OK;
  dw_convert_delimiter(f->convert, dw_reader_delimiter(reader));
  return dw_inject_input(f->inject, name, dw_reader_delimiter(reader), header, length, err);
}

static dw_status take_batch(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  filter *f = context;
  *stop = dw_output_closed(f->output);
  if (*stop) return DW_OK;
  dw_status status = introduce(f, reader, batch, err);
  return status == DW_OK ? dw_inject_batch(f->inject, reader, batch, err) : status;
}

/* Everything before a bad record has been written when its error is returned. */
static dw_status run(filter *f, dw_reader *reader, dw_err *err)
{
  dw_status status = dw_reader_run(reader, &(dw_batch_sink){take_batch, f}, &dw_cmd_notices, err);
  if (status == DW_OK && dw_output_closed(f->output)) return DW_OK;
  if (status == DW_OK && !f->input) status = introduce(f, reader, NULL, err); /* a CSV header without records */
  if (status == DW_OK) status = dw_inject_finish(f->inject, err);
  if (status == DW_OK) status = dw_convert_end(f->convert, err);
  if (status == DW_OK) return DW_OK;
  dw_err ignored; /* what came before the mistake still leaves; the mistake is what is told */
  if (dw_inject_flush(f->inject, &ignored) == DW_OK) dw_output_flush(f->output, &ignored);
  return status;
}

static void write_truth(const dw_inject *inject, const dw_reader *reader, dw_output *truth, dw_err *err)
{
  dw_buf made_by = {0}, text = {0};
  dw_json json;
  dw_cmd_made_by_reader(reader, &command.operands, NULL);
  dw_cmd_made_by_stage(&made_by, &seed);
  for (size_t i = 0; i < plan.count; i++) {
    dw_json_start(&json, &text, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "kind", "injection");
    dw_inject_print(inject, i, &json);
    dw_made_by_write(&json, made_by.data, made_by.length);
    dw_json_close(&json, '}');
    dw_buf_char(&text, '\n');
  }
  dw_cmd_check(dw_output_write(truth, text.data, text.length, err), err);
  dw_cmd_check(dw_output_commit(truth, err), err);
  dw_buf_free(&made_by);
  dw_buf_free(&text);
}

/* The first word may say that it is no records that drift. */
static void start(int argc, char **argv)
{
  dw_command *canary = &dw_inject_canary_command;
  if (argc > 1 && strcmp(argv[1], "canary") == 0) {
    dw_cmd_start(canary, argc, argv);
    dw_inject_canary(&(dw_text_list){canary->operands.text + 1, canary->operands.count - 1, 0});
  }
  dw_cmd_start_all(&command, (dw_command *const[]){&command, canary}, 2, argc, argv);
}

int main(int argc, char **argv)
{
  dw_err err;
  dw_injections_init(&plan);
  start(argc, argv);

  if (scenario) dw_cmd_check(dw_injections_read(&plan, scenario, &err), &err);
  if (time_column) plan.time = time_column;
  dw_time_format format;
  if (time_form && !plan.time) dw_cmd_usage("--time-format goes with --time COLUMN");
  if (time_form) {
    dw_cmd_check(dw_time_format_parse(&format, time_form, &err), &err);
    plan.time_format = &format;
  }
  bool converts = !plan.count && !scenario; /* nothing is to be injected */
  if (!converts && dw_injections_check(&plan, &err) != DW_OK) dw_cmd_usage("%s", err.message);
  if (converts && truth_path) dw_cmd_usage("--truth goes with an injection: give --column and --op, or --scenario FILE");
  if (converts && form == DW_WRITTEN_ALIKE) form = DW_WRITTEN_NDJSON;
  if (as_text.count && form != DW_WRITTEN_PARQUET) dw_cmd_usage("--text goes with --format parquet");
  if (!rows && dw_injections_need_rows(&plan)) dw_cmd_check(count_rows(&err), &err);

  dw_output *output, *truth = NULL;
  dw_cmd_check(dw_output_open(&output, output_path, &err), &err);
  if (truth_path) dw_cmd_check(dw_output_open(&truth, truth_path, &err), &err);
  dw_inject *inject;
  dw_convert *convert = dw_cmd_convert(form, &as_text, &dialect, output);
  dw_inject_new(&inject, &plan, &(dw_inject_options){.seed = seed, .rows = rows, .write = dw_convert_write, .context = convert});
  dw_reader_options how = reader_options();
  how.spans = true;
  how.want = dw_inject_wants;
  how.context = inject;
  dw_reader *reader;
  dw_cmd_check(dw_reader_open(&reader, command.operands.text, command.operands.count, &how, &err), &err);

  filter f = {.inject = inject, .output = output, .convert = convert};
  dw_cmd_check_converted(run(&f, reader, &err), form, &command.operands, &how, &err);
  if (dw_output_closed(output)) { /* nobody reads on: there is no whole stream that a truth could speak of */
    dw_output_drop(truth);
    dw_cmd_end(DW_OK);
  }
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_reader_report(reader, NULL, &dw_cmd_notices);
  dw_column_names_warn("--time", time_column, dw_inject_names(inject),
                       &dw_cmd_notices); /* where no position is a time, nothing else asks for it */
  const char *first;
  uint64_t untimed = dw_inject_untimed(inject, &first);
  if (untimed)
    dw_cmd_warn("%s (%llu of %llu records have no time: what goes by time left them as they are)", first, (unsigned long long)untimed,
                (unsigned long long)dw_reader_rows(reader));
  size_t idle = 0;
  while (idle < plan.count && dw_inject_records(inject, idle) == 0) idle++;
  for (size_t i = 0; i < as_text.count; i++) dw_column_names_warn("--text", as_text.text[i], dw_inject_names(inject), &dw_cmd_notices);
  if (dw_reader_rows(reader) == 0 && dw_cmd_follows_failure()) dw_cmd_check(dw_err_set(&err, DW_EDATA, "no records"), &err);
  if (!converts && idle == plan.count && dw_reader_rows(reader))
    dw_cmd_warn("no record was changed: is there none that the injection is for, and can its column take it?");
  if (truth) write_truth(inject, reader, truth, &err);
  dw_reader_close(reader);
  dw_inject_free(inject);
  dw_convert_free(convert);
  dw_injections_free(&plan);
  dw_cmd_end(DW_OK);
}
