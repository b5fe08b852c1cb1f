/* dw-calibrate scores: a map from a model's scores to probabilities. */
#include "base/rng.h"
#include "cmd/calibrate/calibrate.h"
#include "cmd/inputs/scored_input.h"
#include "io/bytes/input.h"
#include "model/score/calibration.h"
#include "model/score/recalibrate.h"

enum { MODEL_BYTES = 1 << 30 };

static const char *const method_words[] = {"platt", "isotonic", "temperature", NULL};

/* What the options say; defaults where they differ from zero. */
static struct settings {
  const char *label, *score, *positive, *classes, *model, *output;
  double holdout;
  uint64_t seed, threads, memory;
  int method, format, on_error;
  dw_dialect dialect;
} set = {.output = "-", .seed = 1, .memory = UINT64_C(1) << 30, .holdout = 0.3, .method = DW_CALIBRATION_ISOTONIC};

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Map"),
    DW_OPTION_COLUMN("label", &set.label, "the true outcome"),
    DW_OPTION_COLUMN("score", &set.score, "the model's output"),
    DW_OPTION_POSITIVE(&set.positive),
    DW_OPTION_CLASSES(&set.classes),
    {.name = "method", .type = DW_OPTION_CHOICE, .target = &set.method, .argument = "METHOD", .initial = "isotonic", .choices = method_words, .help = "platt, isotonic or temperature"},
    {.name = "model", .type = DW_OPTION_TEXT, .target = &set.model, .argument = "FILE", .help = "write this model of dw-train with the map in it, instead of the map alone"},
    {.name = "holdout", .type = DW_OPTION_REAL, .target = &set.holdout, .argument = "SHARE", .initial = "0.3", .low = 0, .high = 0.9, .help = "share of the rows that the map is judged by and not fitted to; 0: none"},
    DW_OPTION_SEED(&set.seed),
    DW_GROUP("General"),
    DW_OPTION_MEMORY(&set.memory, "bound on the data held"),
    DW_OPTIONS_RECORDS(set),
};
/* clang-format on */

dw_command dw_calibrate_scores_command = {.name = "dw-calibrate",
                                          .synopsis = "scores --label COLUMN --score COLUMN [OPTION]... [FILE]...",
                                          .purpose = "Make a map from a model's scores to probabilities.",
                                          .example = "dw-calibrate scores --label is_fraud --score fraud_score reference.ndjson",
                                          .options = options};

static dw_err err;

/* The rows by what they are for: the held-out ones behind the others. */
typedef struct split {
  double *score;
  uint32_t *label;
  size_t fitted, held;
} split;

static split split_rows(const dw_outcomes *rows)
{
  split s = {.score = dw_alloc_array(rows->rows, sizeof *s.score), .label = dw_alloc_array(rows->rows, sizeof *s.label)};
  dw_rng_key key = dw_rng_derive(set.seed, "dw-calibrate scores");
  for (size_t i = 0; i < rows->rows; i++) {
    dw_rng rng;
    dw_rng_start(&rng, key, i, 0);
    size_t at = dw_rng_uniform(&rng) < set.holdout ? rows->rows - ++s.held : s.fitted++;
    s.score[at] = rows->score[i];
    s.label[at] = rows->class_of[i];
  }
  return s;
}

static void write_errors(dw_json *json, const char *key, const double *score, const uint32_t *label, size_t n)
{
  static const dw_metric wanted[] = {DW_METRIC_ECE, DW_METRIC_BRIER, DW_METRIC_LOG_LOSS};
  if (n == 0) {
    dw_json_null(json, key);
    return;
  }
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = n, .classes = 2, .score = score, .label = label};
  dw_metrics *metrics = dw_metrics_new(&rows);
  dw_metric_values values;
  dw_metrics_compute(metrics, NULL, &values);
  dw_metrics_free(metrics);
  dw_json_open(json, key, '{');
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) dw_json_number(json, dw_metric_name(wanted[i]), values.value[wanted[i]]);
  dw_json_close(json, '}');
}

/* The map's document, without a line end. */
static void describe_map(dw_buf *line, const dw_outcomes *rows, const split *s, const dw_calibration *map, uint64_t skipped)
{
  dw_json json;
  double *mapped = dw_alloc_array(s->held, sizeof *mapped);
  const double *held = s->score + s->fitted;
  for (size_t i = 0; i < s->held; i++) mapped[i] = dw_calibration_apply(map, held[i]);
  dw_json_start(&json, line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "calibration");
  dw_calibration_write(map, &json);
  dw_json_text(&json, "score", set.score);
  dw_json_text(&json, "label", set.label);
  dw_json_integer(&json, "fitted_rows", (int64_t)s->fitted);
  dw_json_integer(&json, "held_out_rows", (int64_t)s->held);
  write_errors(&json, "before", held, s->label + s->fitted, s->held);
  write_errors(&json, "after", mapped, s->label + s->fitted, s->held);
  dw_json_integer(&json, "without_label", (int64_t)rows->without_label);
  dw_json_integer(&json, "without_score", (int64_t)rows->without_score);
  dw_json_integer(&json, "skipped_records", (int64_t)skipped);
  dw_cmd_made_by_list(&json, &set.seed);
  dw_json_close(&json, '}');
  dw_free(mapped);
}

/* The map alone, or the model with the map in it. */
static void write_map(dw_output *output, const dw_buf *map)
{
  if (!set.model) {
    dw_cmd_check(dw_output_write(output, map->data, map->length, &err), &err);
    dw_cmd_check(dw_output_write(output, "\n", 1, &err), &err);
    return;
  }
  char *model;
  size_t length;
  dw_buf made_by = {0}, document = {0};
  dw_cmd_made_by_stage(&made_by, &set.seed);
  dw_cmd_check(dw_input_whole(set.model, MODEL_BYTES, &model, &length, &err), &err);
  dw_cmd_check(dw_model_recalibrate(model, length, set.model, map, &made_by, &document, &err), &err);
  dw_cmd_check(dw_output_write(output, document.data, document.length, &err), &err);
  dw_buf_free(&made_by);
  dw_buf_free(&document);
  dw_free(model);
}

void dw_calibrate_scores(const dw_text_list *operands)
{
  if (!set.label || !set.score) dw_cmd_usage("--label COLUMN and --score COLUMN are needed");
  dw_outcomes rows;
  uint64_t skipped = 0;
  dw_reader_options how = {.format = dw_format_at(set.format),
                           .memory = dw_size(set.memory / 4),
                           .threads = (unsigned)set.threads,
                           .skip_errors = set.on_error == 1,
                           .dialect = &set.dialect};
  dw_class_options classes = {.task_given = true, .task = DW_TASK_BINARY, .positive = set.positive, .cut = 0.5};
  dw_outcomes_init(&rows, &(dw_outcome_options){.label = set.label, .score = set.score, .memory = dw_size(set.memory)});
  dw_scored_input(&rows, operands, &how, NULL, NULL, &skipped);
  dw_scored_classes(&rows, &classes, set.classes, NULL);
  if (rows.classes > 2) {
    dw_err_set(&err, DW_EDATA, "labels of the class %s, which the model does not have: leave these rows out", rows.class_name[2]);
    dw_cmd_fail(&err);
  }

  dw_calibration map;
  dw_output *output;
  split s = split_rows(&rows);
  dw_cmd_check(dw_calibration_fit(&map, (dw_calibration_method)set.method, s.score, s.label, s.fitted, &err), &err);
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  dw_buf document = {0};
  describe_map(&document, &rows, &s, &map, skipped);
  write_map(output, &document);
  dw_buf_free(&document);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_calibration_free(&map);
  dw_free(s.score);
  dw_free(s.label);
  dw_outcomes_free(&rows);
}
