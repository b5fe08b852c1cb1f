/* dw-calibrate detector: a detector run on data without a change, until its threshold has the mean time between false alarms asked for. */
#include <string.h>

#include "cmd/calibrate/calibrate.h"
#include "detect/calibrate/baseline_values.h"
#include "detect/calibrate/detector_threshold.h"
#include "io/formats/numbers.h"

static struct settings {
  dw_text_list column, parameters, error;
  const char *positive, *parameter, *simulate, *output;
  double cut, every, precision;
  uint64_t rows, block, seed, threads, memory;
  int method, resample, format, on_error;
  dw_dialect dialect;
} set = {.output = "-", .cut = 0.5, .precision = 0.05, .seed = 1, .memory = UINT64_C(1) << 30};

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Detector"),
    {.name = "false-alarm-every", .type = DW_OPTION_REAL, .target = &set.every, .argument = "N", .low = 10, .high = 1e9, .help = "the mean time between false alarms that is wanted, in values"},
    {.name = "method", .type = DW_OPTION_CHOICE, .target = &set.method, .argument = "METHOD", .initial = "ranks", .choice = dw_detector_word, .help = "as in dw-detect"},
    {.name = "param", .type = DW_OPTION_LIST, .target = &set.parameters, .argument = "NAME=VALUE", .help = "parameters that the detector will have"},
    {.name = "parameter", .type = DW_OPTION_TEXT, .target = &set.parameter, .argument = "NAME", .initial = "the method's threshold", .help = "the parameter that is looked for"},
    {.name = "precision", .type = DW_OPTION_REAL, .target = &set.precision, .argument = "X", .initial = "0.05", .low = 0.005, .high = 0.5, .help = "relative standard error of the mean time to simulate for"},
    DW_GROUP("Baseline"),
    {.name = "column", .type = DW_OPTION_EACH, .target = &set.column, .each = dw_option_add_text, .argument = "COLUMN", .initial = "value", .help = "whose threshold; repeatable"},
    {.name = "error", .type = DW_OPTION_LIST, .target = &set.error, .argument = "LABEL,SCORE", .help = "of a model's mistakes instead, as in dw-detect"},
    {.name = "cut", .type = DW_OPTION_REAL, .target = &set.cut, .argument = "X", .initial = "0.5", .help = "--error: scores from here on predict the positive label"},
    {.name = "positive", .type = DW_OPTION_TEXT, .target = &set.positive, .argument = "VALUE", .initial = "1, or true", .help = "--error: the label that is positive"},
    {.name = "simulate", .type = DW_OPTION_TEXT, .target = &set.simulate, .argument = "LAW", .help = "instead of a baseline: normal, uniform, exponential, lognormal:SD, ar:COEFFICIENT, bernoulli:P"},
    {.name = "resample", .type = DW_OPTION_CHOICE, .target = &set.resample, .argument = "HOW", .initial = "auto", .choices = dw_baseline_order_words, .help = "rows, blocks or order; auto: rows, or blocks where values resemble those before"},
    {.name = "block", .type = DW_OPTION_UNSIGNED, .target = &set.block, .argument = "VALUES", .initial = "20 autocorrelation times", .low = 1, .high = 1e9, .help = "length of the blocks"},
    {.name = "rows", .type = DW_OPTION_UNSIGNED, .target = &set.rows, .argument = "VALUES", .initial = "20 N", .low = 1, .high = 1e12, .help = "how long the streams are that are drawn"},
    DW_OPTION_SEED(&set.seed),
    DW_GROUP("General"),
    DW_OPTION_MEMORY(&set.memory, "bound on the values held"),
    DW_OPTIONS_RECORDS(set),
};
/* clang-format on */

dw_command dw_calibrate_detector_command = {.name = "dw-calibrate",
                                            .synopsis = "detector --false-alarm-every N [OPTION]... [BASELINE]...\n"
                                                        "detector --false-alarm-every N --simulate LAW [OPTION]...",
                                            .purpose = "Find the threshold of dw-detect for a false alarm every N values.",
                                            .example = "dw-calibrate detector --method page_hinkley --false-alarm-every 500 \\\n"
                                                       "  --column transaction_amount reference.ndjson >detector.ndjson",
                                            .options = options};

static dw_err err;

static bool given(const char *option) { return dw_command_option(&dw_calibrate_detector_command, option)->given; }

static void check_options(const dw_text_list *operands, dw_run_source *law)
{
  if (!given("false-alarm-every")) dw_cmd_usage("--false-alarm-every N is needed");
  if (set.error.count && set.column.count) dw_cmd_usage("--error goes without --column");
  if (set.error.count && set.error.count != 2) dw_cmd_usage("--error: expected LABEL,SCORE");
  if (set.positive && !set.error.count) dw_cmd_usage("--positive goes with --error");
  if (set.rows && set.resample == DW_BASELINE_ORDER) dw_cmd_usage("--rows does not go with --resample order");
  if (set.block && set.resample != DW_BASELINE_AUTO && set.resample != DW_BASELINE_BLOCKS)
    dw_cmd_usage("--block goes with --resample blocks");
  if (!set.simulate) return;
  if (operands->count || set.column.count || set.error.count || given("resample") || set.block)
    dw_cmd_usage("--simulate goes with neither a baseline nor what is said of one");
  if (dw_run_source_parse(law, set.simulate, &err) != DW_OK) dw_cmd_usage("--simulate: %s", err.message);
  const dw_detector_method *method = dw_detector_methods[set.method];
  if (method->input != DW_DETECTOR_NUMBERS && law->law != DW_RUN_BERNOULLI && law->law != DW_RUN_UNIFORM)
    dw_cmd_usage("--simulate: %s takes mistakes, 1 or 0: bernoulli:P", method->name);
}

static dw_detector make_detector(void)
{
  dw_detector detector;
  dw_detector_init(&detector, dw_detector_methods[set.method]);
  for (size_t i = 0; i < set.parameters.count; i++) {
    const char *text = set.parameters.text[i], *value = strchr(text, '=');
    if (!value || value == text) dw_cmd_usage("--param: expected NAME=VALUE, not \"%s\"", text);
    char *name = dw_strndup(text, (size_t)(value - text));
    if (dw_detector_set(&detector, name, value + 1, &err) != DW_OK) dw_cmd_usage("--param: %s", err.message);
    dw_free(name);
  }
  const dw_detector_method *method = detector.method;
  if (method->check && method->check(detector.parameter, &err) != DW_OK) dw_cmd_usage("--param: %s", err.message);
  return detector;
}

static int parameter_place(const dw_detector_method *method)
{
  int place = set.parameter ? dw_detector_parameter_place(method, set.parameter) : -1;
  if (set.parameter && place < 0) dw_cmd_usage("--parameter: %s has no parameter \"%s\"", method->name, set.parameter);
  return place;
}

static dw_status take_batch(void *values, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *e)
{
  return dw_baseline_batch(values, reader, batch, e);
}

static void read_baseline(dw_baseline_values *values, const dw_text_list *operands, dw_detector_input input)
{
  static const char *const field[] = {DW_NUMBERS_FIELD};
  bool errors = set.error.count > 0;
  dw_baseline_columns asked = {.column = set.column.count ? set.column.text : field,
                               .count = set.column.count ? set.column.count : 1,
                               .label = errors ? set.error.text[0] : NULL,
                               .score = errors ? set.error.text[1] : NULL,
                               .positive = set.positive,
                               .cut = set.cut,
                               .hits = input == DW_DETECTOR_HITS,
                               .shares = input != DW_DETECTOR_NUMBERS,
                               .memory = set.memory};
  dw_reader *reader;
  dw_reader_options how = {.format = dw_format_at(set.format),
                           .memory = dw_size(set.memory / 4),
                           .formats = set.dialect.header.count ? NULL : dw_formats_with_numbers,
                           .threads = (unsigned)set.threads,
                           .skip_errors = set.on_error == 1,
                           .dialect = &set.dialect,
                           .want = dw_baseline_wants,
                           .context = values};
  dw_baseline_values_init(values, &asked);
  dw_cmd_check(dw_reader_open(&reader, operands->text, operands->count, &how, &err), &err);
  dw_cmd_check(dw_reader_run(reader, &(dw_batch_sink){take_batch, values}, &dw_cmd_notices, &err), &err);
  dw_cmd_check(dw_baseline_check(values, &err), &err);
  dw_reader_report(reader, NULL, &dw_cmd_notices);
  dw_cmd_made_by_reader(reader, operands, NULL);
  dw_reader_close(reader);
}

/* One column's threshold, as a document. */
static void calibrate(const dw_run_source *source, const dw_baseline_item *item, dw_buf *line, dw_output *output)
{
  dw_detector detector = make_detector();
  dw_run_threshold found;
  dw_json json;
  dw_run_search search = {.source = source,
                          .wanted = set.every,
                          .precision = set.precision,
                          .rows = set.rows,
                          .seed = set.seed,
                          .parameter = parameter_place(detector.method),
                          .threads = (unsigned)set.threads};
  dw_status status = dw_run_threshold_find(&found, &detector, &search, &err);
  dw_err why = err;
  if (status != DW_OK && item) dw_err_set(&err, status, "%s: %s", item->name, why.message);
  dw_cmd_check(status, &err);
  dw_detector_threshold_made made = {.column = item ? item->name : NULL,
                                     .detector = &detector,
                                     .search = &search,
                                     .simulated = item ? NULL : set.simulate,
                                     .missing = item ? item->missing : 0};
  if (found.low > set.every || found.high < set.every)
    dw_cmd_note("%s%sthe threshold that was found has a false alarm every %.4g values, %.4g to %.4g", item ? item->name : "",
                item ? ": " : "", found.measured.mean, found.low, found.high);
  dw_json_start(&json, line, 0);
  dw_detector_threshold_write(&found, &made, &json);
  dw_cmd_end_line(&json, line, output);
}

void dw_calibrate_detector(const dw_text_list *operands)
{
  dw_run_source law;
  dw_baseline_values values = {0};
  dw_output *output;
  dw_buf line = {0};
  dw_json json;
  check_options(operands, &law);
  dw_detector detector = make_detector();
  parameter_place(detector.method);
  if (!set.simulate) read_baseline(&values, operands, detector.method->input);
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  if (set.simulate) calibrate(&law, NULL, &line, output);
  for (size_t i = 0; i < values.count; i++) {
    dw_run_source source = dw_baseline_source(&values.item[i], (dw_baseline_order)set.resample, (size_t)set.block);
    calibrate(&source, &values.item[i], &line, output);
  }
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "thresholds");
  dw_json_integer(&json, "count", set.simulate ? 1 : (int64_t)values.count);
  dw_json_number(&json, "false_alarm_every", set.every);
  dw_cmd_end_document(&json, &line, &set.seed, output);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&line);
  if (!set.simulate) dw_baseline_values_free(&values);
}
