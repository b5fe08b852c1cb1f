/* dw-compare: reference and current in, findings and one summary out. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "canary/judge/canary_rules.h"
#include "cmd/canary/canary_book.h"
#include "cmd/canary/canary_compare.h"
#include "cmd/options/cmd.h"
#include "data/datasets/matching.h"
#include "detect/job/comparison_job.h"

static const char *const preset_words[] = {"driftwatch", "evidently", "nannyml", NULL};
static const char *const correction_words[] = {"none", "bonferroni", "holm", "bh", NULL};
static const char *const alternative_words[] = {"two-sided", "less", "greater", NULL};

static dw_comparison_settings set = DW_COMPARISON_DEFAULTS;
static bool exit_zero, canaries;
static dw_canaries_asked of_canaries = {.characters = 1000, .tokens = 50};

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Input"),
    DW_OPTION_REFERENCE(&set.reference.paths, "the reference, records or profiles; repeatable"),
    {.name = "split", .type = DW_OPTION_TEXT, .target = &set.split, .argument = "WHERE", .help = "one input: reference before row N, fraction F, or TIME (by --time)"},
    {.name = "window", .type = DW_OPTION_DURATION, .target = &set.window, .argument = "DURATION", .help = "one input: the last DURATION by --time is current"},
    {.name = "baseline", .type = DW_OPTION_DURATION, .target = &set.baseline, .argument = "DURATION", .help = "and the DURATION before it is the reference"},
    {.name = "max-ahead", .type = DW_OPTION_DURATION, .target = &set.max_ahead, .argument = "DURATION", .initial = "1d", .help = "--window: records further ahead of now are left out"},
    {.name = "expect-rows", .type = DW_OPTION_UNSIGNED, .target = &set.expect_rows, .argument = "N", .low = 1, .high = 1e15, .help = "fail unless the current data has exactly N records"},
    {.name = "ref-cache", .type = DW_OPTION_TEXT, .target = &set.ref_cache, .argument = "DIR", .help = "keep what was read of the reference here, for later looks", .unrecorded = true},
    DW_GROUP("Columns"),
    DW_OPTION_COLUMNS("columns", &set.columns, "compare these only; * and ? match"),
    DW_OPTION_COLUMNS("exclude", &set.exclude, "leave these out; * and ? match"),
    DW_OPTION_COLUMNS("id", &set.id, "identifiers; not compared"),
    DW_OPTION_COLUMN("label", &set.label, "the true outcome: checked as target_drift, and against --score"),
    DW_OPTION_COLUMN("score", &set.score, "a model's output: checked as prediction_drift, and against --label"),
    {.name = "types", .type = DW_OPTION_LIST, .pairs = true, .target = &set.types, .argument = "COLUMN=TYPE", .help = "numeric, categorical, text, datetime, identifier or vector"},
    DW_OPTION_COLUMNS("describe", &set.describe, "columns of text: compare lengths, words, refusals … too"),
    {.name = "vector", .type = DW_OPTION_LIST, .target = &set.vector, .argument = "PATTERNS", .help = "numeric columns that are one column of vectors: emb.*"},
    DW_OPTION_COLUMN("by", &set.by, "compare inside each of its values too"),
    DW_OPTION_COLUMNS("require", &set.require, "exit status 5 unless these were judged"),
    {.name = "min-columns", .type = DW_OPTION_UNSIGNED, .target = &set.min_columns, .argument = "N", .low = 1, .high = 1e9, .help = "exit status 5 unless so many were judged"},
    DW_GROUP("Time"),
    DW_OPTION_COLUMN("time", &set.time, "the instant of a record; not compared"),
    DW_OPTION_TIME_FORMAT(&set.time_format),
    {.name = "match", .type = DW_OPTION_CHOICE, .target = &set.match, .argument = "CELL", .choices = dw_match_words, .help = "compare like with like:"},
    {.name = "zone", .type = DW_OPTION_TEXT, .target = &set.zone, .argument = "ZONE", .initial = "UTC", .help = "the clock of hours and days: Europe/Berlin, say"},
    DW_GROUP("Methods"),
    {.name = "preset", .type = DW_OPTION_CHOICE, .target = &set.preset, .argument = "NAME", .initial = "driftwatch", .choices = preset_words, .help = "driftwatch; evidently, as Evidently 0.7; nannyml, as NannyML 0.13, by chunks"},
    DW_OPTION_METHODS(&set.method),
    {.name = "checks", .type = DW_OPTION_LIST, .target = &set.checks, .argument = "CHECKS", .initial = "all", .choice = dw_offered_check, .help = "run these checks only: column_drift, schema, missing_values …"},
    DW_OPTION_BINS(&set.bins),
    {.name = "multivariate", .type = DW_OPTION_LIST, .target = &set.multivariate, .argument = "METHODS", .initial = "none", .choice = dw_offered_joint, .help = "for all columns together: domain_classifier, pca, mmd, correlation, or all"},
    {.name = "joint-rows", .type = DW_OPTION_UNSIGNED, .target = &set.joint_rows, .argument = "N", .initial = "20000", .low = 10, .high = 1e9, .help = "rows of each side that --multivariate looks at, drawn evenly"},
    {.name = "alternative", .type = DW_OPTION_CHOICE, .target = &set.alternative, .argument = "WORD", .initial = "two-sided", .choices = alternative_words, .help = "of mannw: two-sided, less or greater"},
    {.name = "permutations", .type = DW_OPTION_UNSIGNED, .target = &set.permutations, .argument = "N", .initial = "by method", .low = 1, .high = 1e6, .help = "random permutations behind a p-value"},
    DW_OPTION_SEED(&set.seed),
    DW_GROUP("Decision"),
    {.name = "alpha", .type = DW_OPTION_REAL, .target = &set.alpha, .argument = "P", .initial = "0.05", .low = 1e-9, .high = 0.5, .help = "how often a whole comparison without drift may alarm"},
    {.name = "min-effect", .type = DW_OPTION_LIST, .pairs = true, .target = &set.min_effect, .argument = "H", .initial = "0.1", .help = "the least change of a share that is drift, or COLUMN=H"},
    {.name = "threshold", .type = DW_OPTION_LIST, .pairs = true, .target = &set.threshold, .argument = "LIMITS", .help = "X, METHOD=X, CHECK=X, or COLUMN=X"},
    {.name = "thresholds", .type = DW_OPTION_TEXT, .target = &set.thresholds, .argument = "FILE", .help = "methods and thresholds that dw-calibrate made for this reference"},
    {.name = "correction", .type = DW_OPTION_CHOICE, .target = &set.correction, .argument = "WORD", .initial = "bh", .choices = correction_words, .help = "for many tests: none, bonferroni, holm or bh"},
    {.name = "drift-share", .type = DW_OPTION_REAL, .target = &set.drift_share, .argument = "X", .initial = "0.5", .low = 0, .high = 1, .help = "share of drifted columns that is dataset drift"},
    {.name = "severity", .type = DW_OPTION_TEXT, .target = &set.severity, .argument = "MEDIUM,HIGH", .help = "by the share of drifted columns: medium and high from these; else as the worst finding"},
    {.name = "fail-on", .type = DW_OPTION_LIST, .target = &set.fail_on, .argument = "WHAT", .initial = "any", .choices = dw_offered_fail_on, .help = "exit status 1 on: any, share, column:NAME, severity:LEVEL"},
    DW_OPTION_EXIT_ZERO(&exit_zero, "drift is exit status 0 too; not judged stays 5"),
    DW_GROUP("Chunks, with --preset nannyml"),
    {.name = "chunk-size", .type = DW_OPTION_UNSIGNED, .target = &set.chunk_size, .argument = "N", .low = 1, .high = 4294967295.0, .help = "chunks of N rows"},
    {.name = "chunk-count", .type = DW_OPTION_UNSIGNED, .target = &set.chunk_count, .argument = "K", .initial = "10", .low = 1, .high = 1000000, .help = "K chunks of each side"},
    {.name = "chunk-period", .type = DW_OPTION_TEXT, .target = &set.chunk_period, .argument = "PERIOD", .help = "chunks by --time: 1d, say, or D, W, M, Q, Y"},
    {.name = "chunk-rest", .type = DW_OPTION_CHOICE, .target = &set.chunk_rest, .argument = "WORD", .initial = "keep", .choices = dw_chunk_rest_words, .help = "rows that do not fill a chunk: append, keep or drop"},
    {.name = "reference-chunks", .type = DW_OPTION_FLAG, .target = &set.reference_chunks, .help = "findings of the reference's chunks too"},
    DW_GROUP("Many looks"),
    {.name = "sequential", .type = DW_OPTION_TEXT, .target = &set.sequential, .argument = "STATE", .help = "one look of many, remembered in this file: --alpha holds for all looks together"},
    {.name = "unit", .type = DW_OPTION_TEXT, .target = &set.unit, .argument = "PERIOD", .help = "a period (1d, 1h, W …) is one observation, where rows depend on each other"},
    {.name = "detrend", .type = DW_OPTION_FLAG, .target = &set.detrend, .help = "--unit: periods may follow a straight line"},
    {.name = "sequential-reset", .type = DW_OPTION_FLAG, .target = &set.sequential_reset, .help = "begin the --sequential state anew"},
    DW_GROUP("Canaries"),
    {.name = "canaries", .type = DW_OPTION_FLAG, .target = &canaries, .help = "both sides are answers of dw-canary: has a model changed?"},
    {.name = "rule", .type = DW_OPTION_CHOICE, .target = &of_canaries.rule, .argument = "RULE", .initial = "own", .choices = dw_canary_rule_words, .help = "own; seed: mean z below -1; or published: three rounds"},
    {.name = "margins", .type = DW_OPTION_TEXT, .target = &of_canaries.margins, .argument = "FILE", .help = "what an alarm has to exceed, from dw-calibrate canaries"},
    {.name = "characters", .type = DW_OPTION_UNSIGNED, .target = &of_canaries.characters, .argument = "N", .initial = "1000", .low = 1, .high = 1e6, .help = "of an answer, that mmd_hamming reads"},
    {.name = "tokens", .type = DW_OPTION_UNSIGNED, .target = &of_canaries.tokens, .argument = "N", .initial = "50", .low = 1, .high = 1e6, .help = "of an answer, that mmd_hamming reads where they are given"},
    {.name = "units", .type = DW_OPTION_CHOICE, .target = &of_canaries.units, .argument = "UNITS", .initial = "auto", .help = "what mmd_hamming compares:", .choices = dw_canary_unit_words},
    {.name = "block", .type = DW_OPTION_UNSIGNED, .target = &of_canaries.block, .argument = "N", .initial = "1", .low = 1, .high = 1e6, .help = "so many answers in a row are dealt out together"},
    {.name = "words", .type = DW_OPTION_LIST, .target = &of_canaries.words, .argument = "FILES", .help = "words of refusals, toxic words, instead of our own"},
    {.name = "latency", .type = DW_OPTION_FLAG, .target = &of_canaries.latency, .help = "behavior judges latency, too, which is also the load's"},
    DW_GROUP("General"),
    DW_OPTION_MEMORY(&set.memory, "bound on the data held; past it numbers become sketches"),
    DW_OPTIONS_RECORDS(set),
};
/* clang-format on */

static dw_command command = {.name = "dw-compare",
                             .synopsis = "--ref REFERENCE [OPTION]... [CURRENT]...",
                             .purpose = "Compare data with a reference: findings, and one summary.",
                             .example = "dw-compare --ref reference.ndjson --id transaction_id --time ts current.ndjson",
                             .yes = "the answer is drift, by --fail-on",
                             .options = options};

/* How far centroids may be apart is often said once for all tools of a service. */
static void ask_environment(void)
{
  static const char *const names[] = {"EMBEDDING_DRIFT_THRESHOLD", "EMBEDDING_COSINE_THRESHOLD"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *text = getenv(names[i]);
    if (!text || !*text) continue;
    set.cosine_name = names[i];
    set.cosine_threshold = text;
  }
}

static void write_result(const dw_comparison_job *job)
{
  dw_err err;
  dw_output *output;
  dw_buf line = {0}, stages = {0};
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  dw_cmd_check(dw_comparison_job_write_findings(job, dw_cmd_write, output, &err), &err);
  for (size_t i = 0; i < job->input_count; i++) dw_cmd_made_by_input(&job->input[i]);
  dw_cmd_made_by_stage(&stages, NULL);
  dw_comparison_job_write_summary(job, &stages, &line);
  dw_cmd_check(dw_output_write(output, line.data, line.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&line);
  dw_buf_free(&stages);
}

/* Options are of columns or of canaries, and some of both. */
static void check_options(void)
{
  static const char *const of_both[] = {"ref",          "method",   "alpha",      "permutations",     "seed",  "exit-zero",
                                        "memory",       "threads",  "on-error",   "output",           "quiet", "config",
                                        "input-format", "canaries", "sequential", "sequential-reset", NULL};
  static const char *const canaries_alone[] = {"rule", "margins", "characters", "block", "words", "latency", "tokens", "units", NULL};
  for (const dw_option *option = options; option->name; option++) {
    bool both = false, alone = false;
    for (size_t i = 0; of_both[i]; i++) both = both || strcmp(option->name, of_both[i]) == 0;
    for (size_t i = 0; canaries_alone[i]; i++) alone = alone || strcmp(option->name, canaries_alone[i]) == 0;
    if (!option->given || both || alone == canaries) continue;
    if (canaries) dw_cmd_usage("--%s is of columns, and --canaries has none", option->name);
    dw_cmd_usage("--%s goes with --canaries", option->name);
  }
}

_Noreturn static void compare_canaries(void)
{
  of_canaries.reference = &set.reference.paths;
  of_canaries.current = &set.current.paths;
  of_canaries.method = &set.method;
  of_canaries.output = set.output;
  of_canaries.sequential = set.sequential;
  of_canaries.sequential_reset = set.sequential_reset;
  of_canaries.alpha = set.alpha;
  of_canaries.permutations = set.permutations;
  of_canaries.seed = set.seed;
  of_canaries.threads = set.threads;
  of_canaries.memory = set.memory;
  of_canaries.skip_errors = set.on_error == 1;
  of_canaries.exit_zero = exit_zero;
  dw_compare_canaries(&of_canaries);
}

/* The file that standard output goes to, as it is called from here; without a name: false. */
static bool names_output(dw_buf *out, const struct stat *file)
{
  char path[4096], here[4096];
  struct stat named;
  ssize_t length = readlink("/proc/self/fd/1", path, sizeof path - 1);
  if (length <= 0 || !S_ISREG(file->st_mode)) return false;
  path[length] = '\0';
  if (stat(path, &named) != 0 || named.st_ino != file->st_ino || named.st_dev != file->st_dev) return false; /* moved, or gone */
  size_t folder = getcwd(here, sizeof here) ? strlen(here) : 0;
  bool inside = folder && strncmp(path, here, folder) == 0 && path[folder] == '/';
  dw_buf_shell(out, inside ? path + folder + 1 : path);
  return true;
}

/* On a terminal, where a pipe has no reader who says more: the verdict, and how to see the rest. */
static void say_verdict(const dw_comparison_job *job)
{
  struct stat out;
  dw_buf line = {0};
  if (!isatty(STDERR_FILENO) || fstat(STDOUT_FILENO, &out) != 0 || S_ISFIFO(out.st_mode)) return;
  bool to_file = strcmp(set.output, "-") != 0;
  dw_comparison_job_say(job, &line);
  dw_buf_text(&line, "; more: ");
  dw_buf_text(&line, !to_file && isatty(STDOUT_FILENO) ? "the same command | dw-report" : "dw-report ");
  if (to_file) dw_buf_shell(&line, set.output);
  else if (!isatty(STDOUT_FILENO) && !names_output(&line, &out)) dw_buf_text(&line, "FINDINGS");
  dw_cmd_note("%s", dw_buf_cstr(&line));
  dw_buf_free(&line);
}

int main(int argc, char **argv)
{
  dw_err err;
  dw_comparison_job *job;
  dw_cmd_start(&command, argc, argv);
  set.current.paths = command.operands;
  check_options();
  if (canaries) compare_canaries();
  ask_environment();
  dw_cmd_check(dw_comparison_job_open(&job, &set, &dw_cmd_notices, &err), &err);
  dw_cmd_check(dw_comparison_job_run(job, &err), &err);
  write_result(job);
  dw_cmd_check(dw_comparison_job_answer(job, &err), &err);
  say_verdict(job);
  dw_status answer = job->comparison.drift && !exit_zero ? DW_YES : DW_OK;
  dw_comparison_job_free(job);
  dw_cmd_end(answer);
}
