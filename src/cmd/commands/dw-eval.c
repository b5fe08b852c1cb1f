/* dw-eval: scored records in, metrics out. */
#include <math.h>
#include <string.h>

#include "cmd/eval/eval_truth.h"
#include "cmd/options/cmd.h"
#include "cmd/inputs/scored_input.h"
#include "decide/gate.h"
#include "model/estimate/estimate.h"
#include "model/estimate/loss_estimate.h"

static const char *const task_words[] = {"auto", "binary", "multiclass", "regression", NULL};
static const char *const interval_words[] = {"best", "percentile", "bca", NULL};
static const char *const preset_words[] = {"driftwatch", "nannyml", NULL};
static const char *const normalise_words[] = {"none", "all", "true", "pred", NULL};

/* What the options say; defaults where they differ from zero. */
static struct settings {
  const char *label, *score, *prediction, *compare, *positive, *classes, *time, *time_format, *gate, *output;
  dw_text_list by, metrics, reference, worth;
  dw_business business;
  int64_t window;
  uint64_t chunk_size, chunk_count, bootstrap, seed, threads, memory;
  double cut, confidence;
  int task, interval, normalise, preset, format, on_error;
  dw_dialect dialect;
  bool estimate, exit_zero;
  dw_truth_settings truth;
} set = {
    .truth = DW_TRUTH_DEFAULTS, .output = "-", .bootstrap = 1000, .seed = 1, .memory = UINT64_C(1) << 30, .cut = 0.5, .confidence = 0.95};

static dw_err err;
static dw_estimate_trial trial[DW_ESTIMATED_BUSINESS_VALUE]; /* how estimates do on the reference itself */
static dw_time_format time_format;

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Columns"),
    DW_OPTION_COLUMN("label", &set.label, "the true outcome"),
    DW_OPTION_COLUMN("score", &set.score, "the model's output: a probability, an array of them, or a number"),
    DW_OPTION_COLUMN("prediction", &set.prediction, "the predicted label, instead of the score cut at --cut"),
    {.name = "cut", .type = DW_OPTION_REAL, .target = &set.cut, .argument = "X", .initial = "0.5", .help = "scores from here on are predicted positive"},
    {.name = "task", .type = DW_OPTION_CHOICE, .target = &set.task, .argument = "TASK", .initial = "auto", .choices = task_words, .help = "binary, multiclass or regression; auto: by the labels"},
    DW_OPTION_POSITIVE(&set.positive),
    DW_OPTION_CLASSES(&set.classes),
    DW_GROUP("Windows and segments"),
    DW_OPTION_COLUMN("time", &set.time, "the instant of a record: rows are taken in its order"),
    DW_OPTION_TIME_FORMAT(&set.time_format),
    {.name = "window", .type = DW_OPTION_DURATION, .target = &set.window, .argument = "DURATION", .help = "metrics of each DURATION of --time"},
    {.name = "chunk-size", .type = DW_OPTION_UNSIGNED, .target = &set.chunk_size, .argument = "N", .low = 1, .high = 4294967295.0, .help = "metrics of each N rows"},
    {.name = "chunk-count", .type = DW_OPTION_UNSIGNED, .target = &set.chunk_count, .argument = "K", .low = 1, .high = 1000000, .help = "metrics of each of K equal parts"},
    DW_OPTION_COLUMNS("by", &set.by, "metrics of each value of these columns too"),
    DW_GROUP("Metrics"),
    {.name = "metrics", .type = DW_OPTION_LIST, .target = &set.metrics, .argument = "METRICS", .initial = "all that fit", .choice = dw_offered_metric, .help = "auc, average_precision, log_loss, brier, accuracy, precision, recall …"},
    DW_OPTION_COLUMN("compare", &set.compare, "a challenger's score: difference to --score, interval and p-value"),
    {.name = "confidence", .type = DW_OPTION_REAL, .target = &set.confidence, .argument = "X", .initial = "0.95", .low = 0.5, .high = 0.9999, .help = "of the intervals, and of the thresholds of windows"},
    {.name = "bootstrap", .type = DW_OPTION_UNSIGNED, .target = &set.bootstrap, .argument = "N", .initial = "1000", .low = 0, .high = 100000, .help = "replicates for the intervals; 0: only those that need none"},
    {.name = "interval", .type = DW_OPTION_CHOICE, .target = &set.interval, .argument = "WORD", .initial = "best", .choices = interval_words, .help = "best for each metric, or of the bootstrap: percentile or bca"},
    {.name = "normalise", .type = DW_OPTION_CHOICE, .target = &set.normalise, .argument = "WORD", .initial = "none", .choices = normalise_words, .help = "the confusion matrix, to 1: none, all, true or pred"},
    DW_OPTION_SEED(&set.seed),
    DW_GROUP("Estimates and alerts"),
    DW_OPTION_REFERENCE(&set.reference, "labelled reference, for --estimate or for what windows are held to; repeatable"),
    {.name = "estimate", .type = DW_OPTION_FLAG, .target = &set.estimate, .help = "without labels: what the metrics probably are, by --ref"},
    {.name = "preset", .type = DW_OPTION_CHOICE, .target = &set.preset, .argument = "NAME", .initial = "driftwatch", .choices = preset_words, .help = "whose thresholds: driftwatch, or nannyml (0.13)"},
    {.name = "business-value", .type = DW_OPTION_LIST, .target = &set.worth, .argument = "TN,FP,FN,TP", .help = "what a row of each cell is worth: adds business_value to the estimates"},
    {.name = "per-row", .type = DW_OPTION_FLAG, .target = &set.business.per_row, .help = "the business value is the mean over the rows, not the sum"},
    DW_GROUP("Detections"),
    DW_OPTIONS_TRUTH(set.truth),
    DW_GROUP("Decision"),
    {.name = "gate", .type = DW_OPTION_TEXT, .target = &set.gate, .argument = "GATES", .help = "what must hold: 'auc>=0.82,log_loss<=0.3'"},
    DW_OPTION_EXIT_ZERO(&set.exit_zero, "a refused gate, or an alert, is exit status 0 too; not judged stays 5"),
    DW_GROUP("General"),
    DW_OPTION_MEMORY(&set.memory, "bound on the data held"),
    DW_OPTIONS_RECORDS(set),
};
/* clang-format on */

static dw_command command = {.name = "dw-eval",
                             .synopsis = "--label COLUMN --score COLUMN [OPTION]... [FILE]...\n"
                                         "--label COLUMN --prediction COLUMN [OPTION]... [FILE]...\n"
                                         "--ref REFERENCE --window DURATION [OPTION]... [FILE]...\n"
                                         "--estimate --ref REFERENCE --label COLUMN [OPTION]... [FILE]...\n"
                                         "--truth INJECTIONS [OPTION]... [DETECTIONS]...",
                             .purpose = "Measure how well scores, or detections, agree with the truth.",
                             .example = "dw-eval --label is_fraud --score fraud_score --metrics auc reference.ndjson",
                             .yes = "a gate refused the model, or a window or an estimate raised an alert",
                             .options = options};

/* A gate's metric may name a part of it: auc.low. */
static void check_gate(const dw_gate *gate)
{
  char base[64];
  dw_metric metric;
  dw_loss loss;
  size_t length = strcspn(gate->metric, ".");
  snprintf(base, sizeof base, "%.*s", (int)length, gate->metric);
  bool known = set.estimate && set.task == 3 ? dw_loss_from_name(base, &loss)
               : set.estimate                ? dw_estimated_is_known(base)
                                             : dw_metric_from_name(base, &metric);
  if (!known || length >= sizeof base)
    dw_cmd_usage("--gate: there is no metric \"%s\"%s", gate->metric, set.estimate ? " among the estimates" : "");
}

static bool in_windows(void) { return set.window || set.chunk_size || set.chunk_count; }

static void check_options(dw_gates *gates)
{
  if (!set.label) dw_cmd_usage("--label COLUMN is needed");
  if (!set.score && !set.prediction) dw_cmd_usage("--score COLUMN or --prediction COLUMN is needed");
  if (set.compare && !set.score) dw_cmd_usage("--compare goes with --score");
  if ((set.window != 0) + (set.chunk_size != 0) + (set.chunk_count != 0) > 1)
    dw_cmd_usage("--window, --chunk-size and --chunk-count exclude each other");
  if (set.window && !set.time) dw_cmd_usage("--window goes with --time COLUMN");
  if (set.time_format && !set.time) dw_cmd_usage("--time-format goes with --time COLUMN");
  if (set.time_format) dw_cmd_check(dw_time_format_parse(&time_format, set.time_format, &err), &err);
  if (set.estimate && (!set.reference.count || !set.score)) dw_cmd_usage("--estimate needs --ref FILE and --score COLUMN");
  if (set.reference.count && (set.compare || set.by.count)) dw_cmd_usage("--ref goes with neither --compare nor --by");
  if (set.reference.count && !set.estimate && !in_windows())
    dw_cmd_usage("--ref goes with --estimate, or with --window, --chunk-size or --chunk-count");
  if (set.preset && !set.estimate) dw_cmd_usage("--preset goes with --estimate");
  if (set.worth.count && (!set.estimate || set.task == 3)) dw_cmd_usage("--business-value goes with --estimate of classes");
  if (set.business.per_row && !set.worth.count) dw_cmd_usage("--per-row goes with --business-value");
  if (set.worth.count && dw_business_parse(&set.business, set.worth.text, set.worth.count, &err) != DW_OK) dw_cmd_usage("%s", err.message);
  if (set.gate && dw_gates_parse(gates, set.gate, &err) != DW_OK) dw_cmd_usage("--gate: %s", err.message);
  for (size_t i = 0; i < gates->count; i++) check_gate(&gates->gate[i]);
}

static void write_summary(dw_output *output, const dw_outcomes *rows, const dw_gates *gates, size_t alerts, uint64_t skipped)
{
  dw_buf line = {0};
  dw_json json;
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "summary");
  dw_json_text(&json, "command", "dw-eval");
  dw_json_text(&json, "task", dw_task_name(rows->task));
  dw_json_raw(&json, "drift", !set.reference.count ? "null" : alerts ? "true" : "false", !set.reference.count || alerts ? 4 : 5);
  if (gates->count) dw_gates_write(gates, &json, "gate");
  else dw_json_null(&json, "gate");
  dw_row_counts_write(rows, &json);
  dw_classes_write(rows, &json);
  dw_json_integer(&json, "skipped_records", (int64_t)skipped);
  dw_json_number(&json, "alerts", set.reference.count ? (double)alerts : NAN);
  dw_estimate_trials_write(trial, "assumption", &json);
  dw_cmd_end_document(&json, &line, &set.seed, output);
  dw_buf_free(&line);
}

/* Rows of one side, their classes told, in chunks; the estimate of a regression looks at all columns. */
typedef struct side {
  dw_outcomes rows;
  dw_chunks chunks;
  dw_matrix matrix;
} side;

/* what: NULL, or what stands in front of messages. like: NULL, or the side whose task and classes hold. */
static void take_side(side *out, const dw_text_list *paths, const char *what, const side *like, uint64_t *skipped)
{
  bool unlabelled = like && set.estimate;
  dw_outcome_options columns = {.label = unlabelled ? NULL : set.label, /* what an estimate is to do without */
                                .score = set.score,
                                .other = set.compare,
                                .prediction = set.prediction,
                                .time = set.time,
                                .time_format = set.time_format ? &time_format : NULL,
                                .by = set.by.text,
                                .by_count = set.by.count,
                                .memory = dw_size(set.memory),
                                .unlabelled = unlabelled};
  dw_reader_options how = {.format = dw_format_at(set.format),
                           .memory = dw_size(set.memory / 4),
                           .threads = (unsigned)set.threads,
                           .skip_errors = set.on_error == 1,
                           .dialect = &set.dialect};
  dw_class_options classes = {.task_given = set.task != 0,
                              .task = set.task ? (dw_task)(set.task - 1) : DW_TASK_BINARY,
                              .positive = set.positive,
                              .cut = set.cut,
                              .like = like ? &like->rows : NULL};
  dw_chunk_options cut = {.window = set.window, .size = set.chunk_size, .number = set.estimate && !in_windows() ? 10 : set.chunk_count};
  dw_outcomes_init(&out->rows, &columns);
  dw_matrix_init(&out->matrix, dw_size(set.memory / 2));
  dw_scored_input(&out->rows, paths, &how, what, set.estimate && set.task == 3 ? &out->matrix : NULL, skipped);
  dw_scored_classes(&out->rows, &classes, like ? NULL : set.classes, what);
  dw_cmd_check(dw_chunks_make(&out->chunks, &cut, out->rows.instant, out->rows.rows, &err), &err);
}

static void free_side(side *s)
{
  dw_chunks_free(&s->chunks);
  dw_outcomes_free(&s->rows);
  dw_matrix_free(&s->matrix);
}

static dw_evaluation evaluation_of(const side *of, dw_output *output)
{
  return (dw_evaluation){.rows = &of->rows,
                         .chunks = &of->chunks,
                         .windows = in_windows(),
                         .cut = set.cut,
                         .normalise = (dw_normalise)set.normalise,
                         .how = {.confidence = set.confidence,
                                 .replicates = (unsigned)set.bootstrap,
                                 .seed = set.seed,
                                 .kind = (dw_interval_kind)set.interval,
                                 .threads = (unsigned)set.threads},
                         .tail = 1 - set.confidence,
                         .write = dw_cmd_write,
                         .context = output};
}

/* reference: NULL, or what each window is held to; the windows' alerts and figures. */
static void evaluate(const side *now, const side *reference, dw_output *output, dw_figures *figures, dw_windows_found *found)
{
  dw_evaluation evaluation = evaluation_of(now, output);
  dw_metric_limits limits[DW_METRICS];
  dw_cmd_check(dw_metrics_pick(evaluation.wanted, &now->rows, set.metrics.text, set.metrics.count, &err), &err);
  if (reference) {
    dw_evaluation past = evaluation_of(reference, output);
    memcpy(past.wanted, evaluation.wanted, sizeof past.wanted);
    dw_scored_limits(&past, limits);
    evaluation.limits = limits;
    evaluation.found = found;
  }
  dw_cmd_check(dw_evaluate(&evaluation, figures, &err), &err);
}

/* Fits to the reference, then estimates; the chunks' alerts. */
static size_t estimate(const side *now, const side *reference, dw_output *output, dw_figures *figures)
{
  dw_estimator estimator;
  dw_estimator_options how = {.business = &set.business,
                              .normalise = (dw_normalise)set.normalise,
                              .as_nannyml = set.preset,
                              .seed = set.seed};
  dw_estimation estimation = {
      .estimator = &estimator, .rows = &now->rows, .chunks = &now->chunks, .write = dw_cmd_write, .context = output};
  size_t alerts;
  bool *wanted = dw_estimates_pick(now->rows.classes, set.metrics.text, set.metrics.count, now->rows.predicted, set.business.count, &err);
  if (!wanted) dw_cmd_fail(&err);
  estimation.wanted = wanted;
  dw_cmd_check(dw_estimator_fit_outcomes(&estimator, &reference->rows, &reference->chunks, &how, &err), &err);
  dw_scored_trials(&estimator, &reference->rows, &reference->chunks, wanted, trial);
  dw_cmd_check(dw_estimate_write(&estimation, figures, &alerts, &err), &err);
  dw_estimator_free(&estimator);
  dw_free(wanted);
  return alerts;
}

static size_t estimate_losses(const side *now, const side *reference, dw_output *output, dw_figures *figures)
{
  dw_loss_estimation e = {.reference = {&reference->rows, &reference->chunks, &reference->matrix},
                          .current = {&now->rows, &now->chunks, &now->matrix},
                          .as_nannyml = set.preset,
                          .seed = set.seed,
                          .threads = (unsigned)set.threads,
                          .write = dw_cmd_write,
                          .context = output};
  size_t alerts;
  dw_cmd_check(dw_losses_pick(e.wanted, set.metrics.text, set.metrics.count, &err), &err);
  dw_cmd_check(dw_loss_estimate(&e, figures, &alerts, &err), &err);
  return alerts;
}

int main(int argc, char **argv)
{
  dw_cmd_start(&command, argc, argv);
  dw_gates gates = {0};
  side now, reference;
  dw_figures figures = {0};
  dw_windows_found found = {0};
  uint64_t skipped = 0;
  size_t alerts = 0;
  dw_eval_truth(&set.truth, &(dw_truth_shared){set.gate, set.output, &set.metrics, set.confidence, set.exit_zero}, &command);
  check_options(&gates);
  bool watched = set.reference.count > 0;
  if (watched) take_side(&reference, &set.reference, "reference", NULL, &skipped);
  bool losses = set.estimate && reference.rows.task == DW_TASK_REGRESSION;
  if (losses && set.task != 3) dw_cmd_usage("the reference's labels are numbers: --task regression estimates the losses of such");
  take_side(&now, &command.operands, NULL, watched ? &reference : NULL, &skipped);

  dw_output *output;
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  if (set.estimate) alerts = (losses ? estimate_losses : estimate)(&now, &reference, output, &figures);
  else evaluate(&now, watched ? &reference : NULL, output, &figures, &found);
  alerts += found.alerts;
  dw_scored_gates(&gates, found.windows ? &found.figures : &figures, found.windows);
  write_summary(output, &now.rows, &gates, alerts, skipped);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_status answer = (alerts || (gates.count && !gates.passed)) && !set.exit_zero ? DW_YES : DW_OK;
  if (watched) free_side(&reference);
  free_side(&now);
  dw_gates_free(&gates);
  dw_figures_free(&figures);
  dw_figures_free(&found.figures);
  dw_business_free(&set.business);
  dw_cmd_end(answer);
}
