/* dw-calibrate adaptive: thresholds from what past comparisons said. */
#include <sys/stat.h>

#include "cmd/calibrate/calibrate.h"
#include "decide/evidence.h"
#include "detect/calibrate/adaptive.h"

static struct settings {
  const char *history, *output;
  double sigma;
  uint64_t runs, least;
} set = {.sigma = 2, .runs = 100, .least = 10, .output = "-"};

/* clang-format off */
static dw_option options[] = {
    {.name = "runs", .type = DW_OPTION_UNSIGNED, .target = &set.runs, .argument = "N", .initial = "100", .low = 2, .high = 1e6, .help = "how many of the last runs count"},
    {.name = "sigma", .type = DW_OPTION_REAL, .target = &set.sigma, .argument = "K", .initial = "2.0", .low = 0, .high = 100, .help = "standard deviations between mean and threshold"},
    {.name = "least", .type = DW_OPTION_UNSIGNED, .target = &set.least, .argument = "N", .initial = "10", .low = 2, .high = 1e6, .help = "fewer past runs are too few: exit status 5"},
    {.name = "history", .type = DW_OPTION_TEXT, .target = &set.history, .argument = "FILE", .help = "past runs; those of the input are put behind them"},
    DW_GROUP("General"),
    DW_OPTION_OUTPUT(&set.output),
    {.name = NULL},
};
/* clang-format on */

dw_command dw_calibrate_adaptive_command = {.name = "dw-calibrate",
                                            .synopsis = "adaptive [--history FILE] [OPTION]... [FINDINGS]...",
                                            .purpose = "Make thresholds from past runs: the mean of a score and standard deviations.",
                                            .example = "for seed in 1 2 3; do\n"
                                                       "  dw-gen --seed $seed --rows 200 |\n"
                                                       "    dw-compare --ref reference.ndjson --exit-zero >run$seed.ndjson\n"
                                                       "done\n"
                                                       "dw-calibrate adaptive --least 3 run*.ndjson",
                                            .options = options};

static dw_err err;

static void copy_member(dw_json *json, const dw_value *document, const char *key)
{
  dw_buf text = {0};
  const dw_value *member = dw_value_get(document, key);
  if (!member) return;
  dw_value_print(member, &text);
  dw_json_raw(json, key, text.data, text.length);
  dw_buf_free(&text);
}

/* A run in the history: the documents as they were, without what is never asked again (the portraits). */
static void keep(dw_output *output, const dw_value *document)
{
  static const char *const kept[] = {"kind",    "check",   "column",      "type",           "method",      "statistic",
                                     "p_value", "score",   "threshold",   "rule",           "drift",       "severity",
                                     "columns", "drifted", "drift_share", "reference_rows", "current_rows"};
  dw_buf line = {0};
  dw_json json;
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) copy_member(&json, document, kept[i]);
  dw_cmd_end_line(&json, &line, output);
  dw_buf_free(&line);
}

static bool add(dw_adaptive *history, const dw_evidence_item *item)
{
  if (item->finding) return dw_adaptive_finding(history, item->finding);
  return item->summary && dw_adaptive_summary(history, item->summary);
}

static void add_all(dw_adaptive *history, const dw_evidence *evidence, dw_output *output)
{
  for (size_t i = 0; evidence && i < evidence->count; i++)
    if (add(history, &evidence->item[i]) && output) keep(output, evidence->item[i].value);
}

/* The history, and behind it the runs of the input: the file is another one at once, or as it was. */
static void read_runs(dw_adaptive *history, const dw_text_list *operands)
{
  dw_evidence *past = NULL, *fresh = NULL;
  dw_output *output = NULL;
  struct stat info;
  if (set.history && stat(set.history, &info) == 0 && info.st_size > 0) dw_cmd_check(dw_evidence_read(&past, &set.history, 1, &err), &err);
  dw_status status = dw_evidence_read(&fresh, operands->text, operands->count, &err);
  if (status != DW_OK && !(status == DW_ENODATA && set.history)) dw_cmd_fail(&err);
  if (set.history) dw_cmd_check(dw_output_open(&output, set.history, &err), &err);
  add_all(history, past, output);
  add_all(history, fresh, output);
  if (output) dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_evidence_free(past);
  dw_evidence_free(fresh);
}

static void write_thresholds(const dw_adaptive_threshold *item, size_t count, size_t runs)
{
  dw_output *output;
  dw_buf line = {0};
  dw_json json;
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  for (size_t i = 0; i < count; i++) {
    dw_json_start(&json, &line, 0);
    dw_threshold_start(&item[i].threshold, &json);
    dw_json_number(&json, "mean", item[i].mean);
    dw_json_number(&json, "std", item[i].std);
    dw_json_number(&json, "sigma", set.sigma);
    dw_json_integer(&json, "runs", (int64_t)item[i].runs);
    dw_cmd_end_line(&json, &line, output);
  }
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "thresholds");
  dw_json_integer(&json, "count", (int64_t)count);
  dw_json_integer(&json, "runs", (int64_t)(runs < set.runs ? runs : set.runs));
  dw_json_number(&json, "sigma", set.sigma);
  dw_cmd_end_document(&json, &line, NULL, output);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&line);
}

void dw_calibrate_adaptive(const dw_text_list *operands)
{
  dw_adaptive history;
  dw_adaptive_threshold *threshold;
  size_t count;
  if (set.least > set.runs)
    dw_cmd_usage("--least %llu is more than --runs %llu", (unsigned long long)set.least, (unsigned long long)set.runs);
  dw_adaptive_init(&history);
  read_runs(&history, operands);
  dw_cmd_check(dw_adaptive_thresholds(&history, dw_size(set.runs), set.sigma, dw_size(set.least), &threshold, &count, &err), &err);
  if (count == 0) {
    dw_err_set(&err, DW_ENODATA, "no score of a column is in at least %llu of the last %llu runs: there is nothing to make a threshold of",
               (unsigned long long)set.least, (unsigned long long)set.runs);
    dw_cmd_fail(&err);
  }
  write_thresholds(threshold, count, history.run_count);
  dw_free(threshold);
  dw_adaptive_free(&history);
}
