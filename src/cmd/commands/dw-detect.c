/* dw-detect: a stream of records in, what online detectors tell of it out, as it happens. */
#include <string.h>

#include "cmd/options/cmd.h"
#include "detect/calibrate/detector_threshold.h"
#include "detect/online/online.h"
#include "detect/online/online_state.h"
#include "io/formats/numbers.h"

static const char *const fail_words[] = {"never", "drift", "warning", NULL};

static struct settings {
  dw_text_list column, columns, parameters, error;
  const char *positive, *time, *time_format, *state, *thresholds, *output;
  double cut;
  uint64_t threads;
  int method, after, fail_on, format, on_error;
  dw_dialect dialect;
  bool exit_zero;
} set = {.output = "-", .cut = 0.5};

static dw_err err;

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Columns"),
    {.name = "column", .type = DW_OPTION_EACH, .target = &set.column, .each = dw_option_add_text, .argument = "COLUMN", .initial = "value", .help = "what is watched; repeatable"},
    DW_OPTION_COLUMNS("columns", &set.columns, "columns that are watched, a detector each; * and ? match"),
    {.name = "error", .type = DW_OPTION_LIST, .target = &set.error, .argument = "LABEL,SCORE", .help = "watch a model's mistakes instead: its label, and its score or prediction"},
    {.name = "cut", .type = DW_OPTION_REAL, .target = &set.cut, .argument = "X", .initial = "0.5", .help = "--error: scores from here on predict the positive label"},
    {.name = "positive", .type = DW_OPTION_TEXT, .target = &set.positive, .argument = "VALUE", .initial = "1, or true", .help = "--error: the label that is positive"},
    DW_OPTION_COLUMN("time", &set.time, "the instant of a record, for the detections"),
    DW_OPTION_TIME_FORMAT(&set.time_format),
    DW_GROUP("Method"),
    {.name = "method", .type = DW_OPTION_CHOICE, .target = &set.method, .argument = "METHOD", .initial = "ranks", .choice = dw_detector_word, .help = "see driftwatch-methods(7)"},
    {.name = "param", .type = DW_OPTION_LIST, .target = &set.parameters, .argument = "NAME=VALUE", .help = "parameters of the method, under river's names"},
    {.name = "thresholds", .type = DW_OPTION_TEXT, .target = &set.thresholds, .argument = "FILE", .help = "method and parameters of each column, from dw-calibrate detector"},
    {.name = "after-drift", .type = DW_OPTION_CHOICE, .target = &set.after, .argument = "reset|keep|stop", .initial = "reset", .choices = dw_after_drift_words, .help = "the detector begins anew, goes on, or ends"},
    {.name = "state", .type = DW_OPTION_TEXT, .target = &set.state, .argument = "FILE", .help = "go on from what FILE remembers, and leave it there"},
    DW_GROUP("Decision"),
    {.name = "fail-on", .type = DW_OPTION_CHOICE, .target = &set.fail_on, .argument = "WHAT", .initial = "never", .choices = fail_words, .help = "exit status 1 at the end when there was a drift, or a warning or drift"},
    DW_OPTION_EXIT_ZERO(&set.exit_zero, "what --fail-on says is exit status 0 too"),
    DW_OPTIONS_RECORDS(set),
};
/* clang-format on */

static dw_command command = {.name = "dw-detect",
                             .synopsis =
                                 "[OPTION]... [FILE]...\n--column COLUMN [--method METHOD] [OPTION]... [FILE]...\n--error LABEL,SCORE "
                                 "[--method METHOD] [OPTION]... [FILE]...",
                             .purpose = "Tell when a stream changes, as it happens.",
                             .example = "dw-detect --column transaction_amount --time ts current.ndjson",
                             .yes = "there was what --fail-on names",
                             .options = options};

static struct work {
  dw_detector detector; /* as asked for */
  dw_online online;
  dw_online_state state;
  dw_output *output;
  dw_buf lines;
  dw_detector_thresholds thresholds;
  bool stopped; /* before the end of the input */
} work;

static const dw_detector *detector_of(void *thresholds, const char *column) { return dw_detector_thresholds_find(thresholds, column); }

/* Those of the file are all parameters of the method. */
static void read_thresholds(void)
{
  dw_cmd_check(dw_detector_thresholds_read(&work.thresholds, set.thresholds, &err), &err);
  const char *method = work.thresholds.item[0].detector.method->name;
  if (set.parameters.count) dw_cmd_usage("--param goes without --thresholds, which has all parameters");
  if (dw_command_option(&command, "method")->given && strcmp(method, dw_detector_word(set.method)) != 0)
    dw_cmd_usage("--thresholds are of %s, not of --method %s", method, dw_detector_word(set.method));
  for (set.method = 0; strcmp(dw_detector_word(set.method), method) != 0;) set.method++;
}

static void make_detector(void)
{
  dw_detector_init(&work.detector, dw_detector_methods[set.method]);
  for (size_t i = 0; i < set.parameters.count; i++) {
    const char *text = set.parameters.text[i], *value = strchr(text, '=');
    if (!value || value == text) dw_cmd_usage("--param: expected NAME=VALUE, not \"%s\"", text);
    char *name = dw_strndup(text, (size_t)(value - text));
    if (dw_detector_set(&work.detector, name, value + 1, &err) != DW_OK) dw_cmd_usage("--param: %s", err.message);
    dw_free(name);
  }
  if (dw_detector_start(&work.detector, &err) != DW_OK) dw_cmd_usage("--param: %s", err.message);
}

/* --column and --columns, or the field that a bare number has. */
static dw_patterns columns_asked(void)
{
  static dw_text_list all;
  const dw_text_list *lists[] = {&set.column, &set.columns};
  size_t count = set.column.count + set.columns.count;
  all.text = dw_alloc_array(count + 1, sizeof *all.text);
  for (size_t k = 0; k < 2; k++)
    for (size_t i = 0; i < lists[k]->count; i++) all.text[all.count++] = lists[k]->text[i];
  if (!count && !set.error.count) all.text[all.count++] = DW_NUMBERS_FIELD;
  return (dw_patterns){all.text, all.count};
}

static void begin(void)
{
  static dw_time_format form;
  if (set.error.count && (set.column.count || set.columns.count)) dw_cmd_usage("--error goes with neither --column nor --columns");
  if (set.error.count && set.error.count != 2) dw_cmd_usage("--error: expected LABEL,SCORE");
  if (set.positive && !set.error.count) dw_cmd_usage("--positive goes with --error");
  if (set.time_format && !set.time) dw_cmd_usage("--time-format goes with --time COLUMN");
  if (set.time_format) dw_cmd_check(dw_time_format_parse(&form, set.time_format, &err), &err);
  if (set.thresholds) read_thresholds();
  make_detector();
  dw_online_options how = {.detector = &work.detector,
                           .columns = columns_asked(),
                           .from_column = set.columns.count ? set.column.count : SIZE_MAX,
                           .label = set.error.count ? set.error.text[0] : NULL,
                           .score = set.error.count ? set.error.text[1] : NULL,
                           .positive = set.positive,
                           .cut = set.cut,
                           .time = set.time,
                           .time_format = set.time_format ? &form : NULL,
                           .after = (dw_after_drift)set.after,
                           .detector_of = set.thresholds ? detector_of : NULL,
                           .context = &work.thresholds};
  dw_online_init(&work.online, &how);
  if (set.state) dw_cmd_check(dw_online_state_open(&work.state, set.state, &work.online, &err), &err);
}

/* What there is to tell leaves at once. */
static dw_status tell(dw_err *e)
{
  if (!work.lines.length) return DW_OK;
  dw_status status = dw_output_write(work.output, work.lines.data, work.lines.length, e);
  work.lines.length = 0;
  return status == DW_OK ? dw_output_flush(work.output, e) : status;
}

static dw_status take(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *e)
{
  dw_err ignored;
  dw_status status = dw_online_batch(&work.online, reader, batch, stop, &work.lines, e);
  dw_status told = tell(status == DW_OK ? e : &ignored);
  if (status == DW_OK) status = told;
  if (status == DW_OK && set.state && dw_online_state_due(&work.state)) status = dw_online_state_save(&work.state, &work.online, e);
  *stop = work.stopped = *stop || dw_output_closed(work.output);
  return status;
}

static void summarise(const dw_reader *reader)
{
  dw_json json;
  if (!work.stopped) dw_cmd_made_by_reader(reader, &command.operands, NULL); /* what was not read to its end has no digest */
  dw_json_start(&json, &work.lines, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "summary");
  dw_json_text(&json, "command", "dw-detect");
  dw_online_members(&work.online, &json);
  dw_json_integer(&json, "skipped_records", (int64_t)dw_reader_skipped(reader));
  dw_cmd_end_document(&json, &work.lines, NULL, work.output);
}

/* A column without a drift because nothing looked at it; where that is so of all, the exit status says it. */
static void warn_unseen(const dw_online_column *column)
{
  if (column->values || column->texts || column->drifts) return;
  if (column->stopped) dw_cmd_warn("%s was not looked at: a drift of an earlier run ended it (--after-drift stop)", column->name);
  else if (dw_online_judged(&work.online))
    dw_cmd_warn("%s had no value in %llu records, and was not judged", column->name, (unsigned long long)work.online.records);
}

static void warn(const dw_reader *reader)
{
  dw_reader_report(reader, NULL, &dw_cmd_notices);
  for (size_t i = 0; i < work.online.count; i++) warn_unseen(&work.online.column[i]);
  for (size_t i = 0; i < work.online.count; i++)
    if (work.online.column[i].texts)
      dw_cmd_warn("%s: %llu values are no numbers, and were passed over", work.online.column[i].name,
                  (unsigned long long)work.online.column[i].texts);
  for (size_t i = 0; set.thresholds && i < work.online.count; i++)
    if (!work.online.column[i].own)
      dw_cmd_warn("%s: %s has no threshold for it; it was watched with the method's own", work.online.column[i].name, set.thresholds);
  if (work.online.late)
    dw_cmd_warn("%llu records are earlier than one before them: the stream is not in the order of --time",
                (unsigned long long)work.online.late);
  if (work.online.untimed)
    dw_cmd_warn("%llu records have no time in %s that can be read: their detections have none, and their order is not known",
                (unsigned long long)work.online.untimed, set.time);
}

/* Who names a column relies on its being looked at. */
static bool named_unseen(void)
{
  for (size_t i = 0; i < work.online.count; i++) {
    const dw_online_column *column = &work.online.column[i];
    if (column->strict && !column->stopped && !column->values) return true;
  }
  return false;
}

int main(int argc, char **argv)
{
  dw_reader *reader;
  dw_cmd_start(&command, argc, argv);
  begin();
  dw_reader_options how = {.format = dw_format_at(set.format),
                           .formats = set.dialect.header.count ? NULL : dw_formats_with_numbers,
                           .threads = (unsigned)set.threads,
                           .skip_errors = set.on_error == 1,
                           .dialect = &set.dialect,
                           .live = true,
                           .want = dw_online_wants,
                           .as_text = dw_online_as_text,
                           .context = &work.online};
  dw_cmd_check(dw_output_open(&work.output, set.output, &err), &err);
  dw_cmd_check(dw_reader_open(&reader, command.operands.text, command.operands.count, &how, &err), &err);
  dw_cmd_check(dw_reader_run(reader, &(dw_batch_sink){take, NULL}, &dw_cmd_notices, &err), &err);
  if (!work.stopped) dw_cmd_check(dw_online_check(&work.online, &err), &err);
  summarise(reader);
  dw_cmd_check(dw_output_commit(work.output, &err), &err);
  if (set.state) dw_cmd_check(dw_online_state_save(&work.state, &work.online, &err), &err);
  warn(reader);
  if (!dw_online_judged(&work.online)) dw_cmd_check(dw_err_set(&err, DW_ENODATA, "no value was there to be judged"), &err);
  bool yes = (set.fail_on && work.online.drifts) || (set.fail_on == 2 && work.online.warnings);
  if (!yes && named_unseen()) dw_cmd_check(dw_err_set(&err, DW_ENODATA, "a column that was named had no value to be judged"), &err);
  dw_reader_close(reader);
  dw_cmd_end(yes && !set.exit_zero ? DW_YES : DW_OK);
}
