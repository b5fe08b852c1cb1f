#include "cmd/inputs/compare_settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "detect/check/calibrated.h"
#include "detect/joint/joint.h"

static const char *const preset_words[] = {"driftwatch", "evidently", "nannyml", NULL};
static const char *const correction_words[] = {"none", "bonferroni", "holm", "bh", NULL};
static const char *const alternative_words[] = {"two-sided", "less", "greater", NULL};

dw_compare_settings dw_compare_set = {.drift_share = 0.5,
                                      .memory = UINT64_C(1) << 30,
                                      .joint_rows = 20000,
                                      .correction = DW_CORRECTION_BH,
                                      .seed = 1,
                                      .chunk_rest = DW_REST_KEEP,
                                      .output = "-"};

/* clang-format off */
static dw_option options[] = {
    {.name = "ref", .type = DW_OPTION_EACH, .target = &dw_compare_set.reference, .each = dw_option_add_text, .argument = "FILE", .help = "the reference data; repeatable, the files are one stream"},
    {.name = "label", .type = DW_OPTION_TEXT, .target = &dw_compare_set.label, .argument = "COLUMN", .help = "the true outcome: checked as target_drift, and against --score"},
    {.name = "score", .type = DW_OPTION_TEXT, .target = &dw_compare_set.score, .argument = "COLUMN", .help = "a model's output: checked as prediction_drift, and against --label"},
    {.name = "time", .type = DW_OPTION_TEXT, .target = &dw_compare_set.time, .argument = "COLUMN", .help = "the instant of a record; not compared"},
    {.name = "id", .type = DW_OPTION_LIST, .target = &dw_compare_set.id, .argument = "COLUMNS", .help = "identifiers; not compared"},
    {.name = "by", .type = DW_OPTION_TEXT, .target = &dw_compare_set.by, .argument = "COLUMN", .help = "compare inside each of its values too, and say which part of the drift is where"},
    {.name = "columns", .type = DW_OPTION_LIST, .target = &dw_compare_set.columns, .argument = "COLUMNS", .help = "compare these only; * and ? match"},
    {.name = "exclude", .type = DW_OPTION_LIST, .target = &dw_compare_set.exclude, .argument = "COLUMNS", .help = "leave these out; * and ? match"},
    {.name = "types", .type = DW_OPTION_LIST, .target = &dw_compare_set.types, .argument = "COLUMN=TYPE", .help = "numeric, categorical, text, datetime, identifier or vector, instead of what the reference shows"},
    {.name = "describe", .type = DW_OPTION_LIST, .target = &dw_compare_set.describe, .argument = "COLUMNS", .help = "columns of text: compare their lengths, words, sentences, refusals … too; * and ? match"},
    {.name = "vector", .type = DW_OPTION_LIST, .target = &dw_compare_set.vector, .argument = "PATTERNS", .help = "numeric columns that match a pattern are one column of vectors; * and ? match"},
    {.name = "method", .type = DW_OPTION_LIST, .target = &dw_compare_set.method, .argument = "METHODS", .initial = "by column", .help = "METHOD, COLUMN=METHOD, or all"},
    {.name = "multivariate", .type = DW_OPTION_LIST, .target = &dw_compare_set.multivariate, .argument = "METHODS", .initial = "none", .help = "for all columns together: domain_classifier, pca, mmd, correlation, or all"},
    {.name = "joint-rows", .type = DW_OPTION_UNSIGNED, .target = &dw_compare_set.joint_rows, .argument = "N", .initial = "20000", .low = 10, .high = 1e9, .help = "rows of each side that --multivariate looks at, drawn evenly"},
    {.name = "threshold", .type = DW_OPTION_LIST, .target = &dw_compare_set.threshold, .argument = "LIMITS", .help = "X, METHOD=X, CHECK=X, or COLUMN=X"},
    {.name = "thresholds", .type = DW_OPTION_TEXT, .target = &dw_compare_set.thresholds, .argument = "FILE", .help = "methods and thresholds that dw-calibrate made for this reference"},
    {.name = "correction", .type = DW_OPTION_CHOICE, .target = &dw_compare_set.correction, .argument = "WORD", .initial = "bh", .choices = correction_words, .help = "for many tests: none, bonferroni, holm or bh"},
    {.name = "alternative", .type = DW_OPTION_CHOICE, .target = &dw_compare_set.alternative, .argument = "WORD", .initial = "two-sided", .choices = alternative_words, .help = "of mannw: two-sided, less or greater"},
    {.name = "permutations", .type = DW_OPTION_UNSIGNED, .target = &dw_compare_set.permutations, .argument = "N", .initial = "by method", .low = 1, .high = 1e6, .help = "random permutations behind a p-value; 999 for tvd and empirical_mmd"},
    DW_OPTION_SEED(&dw_compare_set.seed),
    {.name = "preset", .type = DW_OPTION_CHOICE, .target = &dw_compare_set.preset, .argument = "NAME", .initial = "driftwatch", .choices = preset_words, .help = "driftwatch, evidently for the numbers and verdicts of Evidently 0.7, or nannyml for those of NannyML 0.13, chunk by chunk"},
    {.name = "chunk-size", .type = DW_OPTION_UNSIGNED, .target = &dw_compare_set.chunk_size, .argument = "N", .low = 1, .high = 4294967295.0, .help = "preset nannyml: chunks of N rows"},
    {.name = "chunk-count", .type = DW_OPTION_UNSIGNED, .target = &dw_compare_set.chunk_count, .argument = "K", .initial = "10", .low = 1, .high = 1000000, .help = "preset nannyml: K chunks of each side"},
    {.name = "chunk-period", .type = DW_OPTION_TEXT, .target = &dw_compare_set.chunk_period, .argument = "PERIOD", .help = "preset nannyml: chunks by --time: a duration such as 1d, or D, W, M, Q, Y of the calendar"},
    {.name = "chunk-rest", .type = DW_OPTION_CHOICE, .target = &dw_compare_set.chunk_rest, .argument = "WORD", .initial = "keep", .choices = dw_chunk_rest_words, .help = "rows that do not fill a chunk: append, keep (a chunk of its own) or drop"},
    {.name = "reference-chunks", .type = DW_OPTION_FLAG, .target = &dw_compare_set.reference_chunks, .help = "preset nannyml: findings of the reference's chunks too"},
    {.name = "checks", .type = DW_OPTION_LIST, .target = &dw_compare_set.checks, .argument = "CHECKS", .initial = "all", .help = "run these checks only: column_drift, schema, missing_values …"},
    {.name = "drift-share", .type = DW_OPTION_REAL, .target = &dw_compare_set.drift_share, .argument = "X", .initial = "0.5", .low = 0, .high = 1, .help = "share of drifted columns that is dataset drift"},
    {.name = "fail-on", .type = DW_OPTION_LIST, .target = &dw_compare_set.fail_on, .argument = "WHAT", .initial = "any", .help = "exit status 1 on: any, share, column:NAME, severity:LEVEL"},
    {.name = "severity", .type = DW_OPTION_TEXT, .target = &dw_compare_set.severity, .argument = "MEDIUM,HIGH", .initial = "0.2,0.5", .help = "shares of drifted columns from which severity is medium, and high"},
    {.name = "window", .type = DW_OPTION_DURATION, .target = &dw_compare_set.window, .argument = "DURATION", .help = "one input: the last DURATION by --time is current"},
    {.name = "baseline", .type = DW_OPTION_DURATION, .target = &dw_compare_set.baseline, .argument = "DURATION", .help = "and the DURATION before it is the reference"},
    {.name = "split", .type = DW_OPTION_TEXT, .target = &dw_compare_set.split, .argument = "WHERE", .help = "one input: reference before row N, fraction F, or TIME (by --time)"},
    {.name = "expect-rows", .type = DW_OPTION_UNSIGNED, .target = &dw_compare_set.expect_rows, .argument = "N", .low = 1, .high = 1e15, .help = "fail unless the current data has exactly N records"},
    {.name = "sequential", .type = DW_OPTION_TEXT, .target = &dw_compare_set.sequential, .argument = "STATE", .help = "one look of many at the same reference, remembered in this file: the rate of false alarms holds for all looks together"},
    {.name = "sequential-reset", .type = DW_OPTION_FLAG, .target = &dw_compare_set.sequential_reset, .help = "begin the --sequential state anew"},
    {.name = "exit-zero", .type = DW_OPTION_FLAG, .target = &dw_compare_set.exit_zero, .help = "drift is exit status 0 too", .unrecorded = true},
    {.name = "memory", .type = DW_OPTION_SIZE, .target = &dw_compare_set.memory, .argument = "SIZE", .initial = "1GiB", .help = "bound on the data held; past it numbers become sketches"},
    DW_OPTION_THREADS(&dw_compare_set.threads),
    DW_OPTION_INPUT_FORMAT(&dw_compare_set.format),
    DW_OPTION_ON_ERROR(&dw_compare_set.on_error),
    DW_OPTION_OUTPUT(&dw_compare_set.output),
    {.name = NULL},
};
/* clang-format on */

dw_command dw_compare_command = {
    .name = "dw-compare",
    .synopsis = "--ref REFERENCE [OPTION]... [CURRENT]...",
    .purpose = "Compare current data with a reference: one finding a column and check, then one summary.",
    .yes = "the answer is drift, by --fail-on",
    .options = options,
};

dw_type_choice *dw_compare_set_types(const dw_text_list *types, dw_arena *words)
{
  dw_type_choice *choice = dw_alloc_zero(types->count, sizeof *choice);
  for (size_t i = 0; i < types->count; i++) {
    const char *word = types->text[i], *equals = strrchr(word, '=');
    if (!equals || !dw_type_from_name(equals + 1, &choice[i].type))
      dw_cmd_usage("--types: \"%s\" is not COLUMN=TYPE with numeric, categorical, text, datetime, identifier or vector", word);
    choice[i].column = dw_arena_strndup(words, word, (size_t)(equals - word));
  }
  return choice;
}

unsigned dw_compare_set_multivariate(void)
{
  const dw_text_list *words = &dw_compare_set.multivariate;
  unsigned methods = 0;
  dw_err err;
  for (size_t i = 0; i < words->count; i++)
    if (words->count > 1 || strcmp(words->text[i], "none") != 0) dw_cmd_check(dw_joint_add(&methods, words->text[i], &err), &err);
  return methods;
}

static bool given(const char *name) { return dw_command_option(&dw_compare_command, name)->given; }

bool dw_compare_set_chunks(dw_chunked_options *chunks, const dw_compare_options *compare, dw_dataset_options *side)
{
  static const char *const chunk_options[] = {"chunk-size", "chunk-count", "chunk-period", "chunk-rest", "reference-chunks"};
  static const char *const others[] = {"by", "correction", "thresholds", "alternative", "multivariate", "vector", "describe"};
  const dw_compare_settings *set = &dw_compare_set;
  bool asked = set->preset == DW_PRESET_NANNYML;
  for (size_t i = 0; i < sizeof chunk_options / sizeof *chunk_options && !asked; i++)
    if (given(chunk_options[i])) dw_cmd_usage("--%s goes with --preset nannyml", chunk_options[i]);
  if (!asked) return false;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (given(others[i])) dw_cmd_usage("--%s does not go with --preset nannyml", others[i]);
  if ((set->chunk_size != 0) + (set->chunk_count != 0) + (set->chunk_period != NULL) > 1)
    dw_cmd_usage("--chunk-size, --chunk-count and --chunk-period exclude each other");
  if (set->chunk_period && !set->time) dw_cmd_usage("--chunk-period needs --time COLUMN");
  *chunks = (dw_chunked_options){.compare = compare,
                                 .timed = set->time != NULL,
                                 .reference_chunks = set->reference_chunks,
                                 .memory = set->memory / 8};
  chunks->cut = (dw_chunk_options){.size = set->chunk_size, .number = set->chunk_count, .rest = (dw_chunk_rest)set->chunk_rest};
  if (set->chunk_period && !dw_chunk_period(set->chunk_period, &chunks->cut))
    dw_cmd_usage("--chunk-period: \"%s\" is neither a duration such as 1d or 12h, nor D, W, M, Q or Y", set->chunk_period);
  /* All rows are in the frames, their categories once more in a numbering that both sides share; the columns only tell what they are. */
  side->memory = set->memory / 16;
  side->frame = (dw_frame_options){
      .policy = DW_FRAME_ALL, .memory = set->memory / 16 * 3, .time = set->time, .keep_texts = side->keep_texts, .context = side->context};
  return true;
}

/* How far centroids may be apart is often said once for all tools of a service. */
static double cosine_threshold(void)
{
  static const char *const names[] = {"EMBEDDING_COSINE_THRESHOLD", "EMBEDDING_DRIFT_THRESHOLD"};
  for (size_t i = 0; i < 2; i++) {
    const char *text = getenv(names[i]);
    double value;
    if (!text || !*text) continue;
    if (!dw_num_parse(text, strlen(text), &value, NULL) || !(value >= 0 && value <= 2))
      dw_cmd_usage("%s: \"%s\" is not a number from 0 to 2", names[i], text);
    return value;
  }
  return NAN;
}

void dw_compare_set_limits(dw_limits *limits)
{
  const dw_compare_settings *set = &dw_compare_set;
  dw_err err;
  dw_limits_init(limits, (dw_preset)set->preset);
  limits->settings.alternative = (dw_alternative)set->alternative;
  limits->settings.permutations = (unsigned)set->permutations;
  limits->settings.seed = set->seed;
  limits->settings.cosine_threshold = cosine_threshold();
  limits->drift_share = set->drift_share;
  if (dw_command_option(&dw_compare_command, "correction")->given) limits->correction = (dw_correction)set->correction;
  for (size_t i = 0; i < set->method.count; i++) dw_cmd_check(dw_limits_add_method(limits, set->method.text[i], &err), &err);
  for (size_t i = 0; i < set->threshold.count; i++) dw_cmd_check(dw_limits_add_threshold(limits, set->threshold.text[i], &err), &err);
  if (set->fail_on.count) limits->fail_any = limits->fail_share = false;
  for (size_t i = 0; i < set->fail_on.count; i++) dw_cmd_check(dw_limits_add_fail(limits, set->fail_on.text[i], &err), &err);
  if (set->checks.count) dw_cmd_check(dw_limits_set_checks(limits, set->checks.text, set->checks.count, &err), &err);
  if (set->thresholds) {
    static dw_calibrated calibrated;
    dw_cmd_check(dw_calibrated_read(&calibrated, set->thresholds, &err), &err);
    limits->calibrated = &calibrated;
    if (!isnan(calibrated.share) && !dw_command_option(&dw_compare_command, "drift-share")->given) limits->drift_share = calibrated.share;
  }
  if (set->severity) dw_cmd_check(dw_limits_set_severity(limits, set->severity, &err), &err);
}

void dw_compare_warn_sizes(const dw_limits *limits, uint64_t reference_rows, uint64_t rows)
{
  const dw_threshold *odd = limits->calibrated ? dw_calibrated_misfit(limits->calibrated, reference_rows, rows) : NULL;
  if (!odd) return;
  dw_cmd_warn("%s: made for %.0f reference rows and %.0f current ones; here are %.0f and %.0f: the rate of false alarms is another",
              dw_compare_set.thresholds, odd->reference_rows, odd->rows, (double)reference_rows, (double)rows);
}

static void check_sequential(void)
{
  const dw_compare_settings *set = &dw_compare_set;
  if (set->sequential_reset && !set->sequential) dw_cmd_usage("--sequential-reset goes with --sequential STATE");
  if (!set->sequential) return;
  if (!set->sequential[0] || strcmp(set->sequential, "-") == 0)
    dw_cmd_usage("--sequential needs the name of a file that stays from one look to the next");
  if (set->window || set->split) dw_cmd_usage("--sequential looks at one reference again and again: --ref, neither --window nor --split");
  if (set->preset == DW_PRESET_NANNYML)
    dw_cmd_usage("--sequential does not go with --preset nannyml: its chunks are judged by limits of their own");
  if (set->preset == DW_PRESET_EVIDENTLY) dw_cmd_usage("--sequential does not go with --preset evidently, whose verdict is of one look");
  if (strcmp(set->sequential, set->output) == 0) dw_cmd_usage("--output would overwrite the state of --sequential: name another file");
  if (set->by || set->multivariate.count || set->thresholds)
    dw_cmd_usage("--sequential goes with none of --by, --multivariate and --thresholds: these judge one look");
}

void dw_compare_check_options(void)
{
  const dw_compare_settings *set = &dw_compare_set;
  if (set->preset == DW_PRESET_EVIDENTLY && dw_compare_set_multivariate())
    dw_cmd_usage("--multivariate does not go with --preset evidently, which looks at one column at a time");
  check_sequential();
}
