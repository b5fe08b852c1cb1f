#include "model/fit/training.h"

#include <math.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/judge/metrics.h"

void dw_training_free(dw_training *training)
{
  dw_train_set *sets[] = {&training->train, &training->holdout};
  for (int i = 0; i < 2; i++) {
    dw_free(sets[i]->value);
    dw_free(sets[i]->label);
    dw_free(sets[i]->weight);
  }
  *training = (dw_training){0};
}

/* Where each row goes, and its label. */
enum { ROW_LEFT_OUT, ROW_TRAIN, ROW_HOLDOUT };

typedef struct plan {
  unsigned char *where; /* [rows] */
  float *label;         /* [rows] */
  uint64_t *of_class;   /* [classes] rows trained on */
} plan;

/* The features, XGBoost's sparse rows of them, and its index or sorted columns. */
static double row_bytes(size_t width) { return (double)width * (sizeof(float) + 8 + 8); }

/* Leaves out labelled rows beyond what memory has room for. */
static void thin_rows(plan *p, dw_training *out, const dw_matrix *matrix, size_t labelled, size_t width, const dw_training_options *o)
{
  double fit = o->memory ? (double)o->memory / row_bytes(width) : INFINITY;
  if ((double)labelled <= fit || fit < DW_MATRIX_LEAST_ROWS) return;
  dw_row_sample sample;
  dw_row_sample_init(&sample, o->seed);
  size_t *keep = dw_alloc_array(labelled, sizeof *keep), *row_of = dw_alloc_array(labelled, sizeof *row_of), count = 0;
  for (size_t row = 0; row < matrix->rows; row++) {
    if (p->where[row] == ROW_LEFT_OUT) continue;
    dw_row_sample_add(&sample, dw_matrix_record(matrix, row));
    row_of[count++] = row;
    p->where[row] = ROW_LEFT_OUT;
  }
  size_t kept = dw_row_sample_trim(&sample, (size_t)fit, keep);
  for (size_t i = 0; i < kept; i++) p->where[row_of[keep[i]]] = ROW_TRAIN;
  out->left_over = labelled - kept;
  dw_row_sample_free(&sample);
  dw_free(keep);
  dw_free(row_of);
}

static void plan_rows(plan *p, dw_training *out, const dw_target *target, const dw_matrix *matrix, size_t width,
                      const dw_training_options *o)
{
  const dw_matrix_column *column = dw_matrix_find(matrix, target->column);
  dw_rng_key key = dw_rng_derive(o->seed, "dw-train");
  size_t labelled = 0;
  for (size_t row = 0; row < matrix->rows; row++) {
    p->label[row] = dw_target_value(target, column, row);
    p->where[row] = (unsigned char)(isnan(p->label[row]) ? ROW_LEFT_OUT : ROW_TRAIN);
    labelled += p->where[row] == ROW_TRAIN;
  }
  out->unlabelled = matrix->rows - labelled;
  thin_rows(p, out, matrix, labelled, width, o);
  for (size_t row = 0; row < matrix->rows; row++) {
    if (p->where[row] == ROW_LEFT_OUT) continue;
    dw_rng rng;
    dw_rng_start(&rng, key, dw_matrix_record(matrix, row), 0);
    bool held = dw_rng_uniform(&rng) < o->holdout;
    if (held) p->where[row] = ROW_HOLDOUT;
    out->train.rows += !held;
    out->holdout.rows += held;
    if (!held && target->task != DW_TASK_REGRESSION) p->of_class[(size_t)p->label[row]]++;
  }
}

static dw_status check_rows(const plan *p, const dw_training *out, const dw_target *target, size_t width, const dw_training_options *o,
                            dw_err *err)
{
  size_t rows = out->train.rows + out->holdout.rows, with = 0;
  if (rows < DW_TRAINING_LEAST_ROWS || out->train.rows == 0)
    return dw_err_set(err, DW_ENODATA, "%zu records with a label%s: too few, at least %d are needed", rows,
                      out->train.rows ? "" : " (all of them held out)", DW_TRAINING_LEAST_ROWS);
  for (size_t c = 0; c < target->classes.count; c++) with += p->of_class[c] > 0;
  if (target->task != DW_TASK_REGRESSION && with < 2)
    return dw_err_set(err, DW_ENODATA, "the %zu records to train on are all of one class (%zu are held out)", out->train.rows,
                      out->holdout.rows);
  double bytes = (double)rows * row_bytes(width);
  if (o->memory && bytes > (double)o->memory)
    return dw_err_set(
        err, DW_ENODATA,
        "training on as few as %d records of %zu features takes more than the memory allowed; give more by --memory, or fewer "
        "columns",
        DW_MATRIX_LEAST_ROWS, width);
  return DW_OK;
}

static void set_room(dw_train_set *set, size_t width, bool weights)
{
  set->width = width;
  set->value = dw_alloc_array(set->rows * width, sizeof *set->value);
  set->label = dw_alloc_array(set->rows, sizeof *set->label);
  set->weight = weights ? dw_alloc_array(set->rows, sizeof *set->weight) : NULL;
  set->rows = 0; /* counts again while rows come in */
}

static float weight_of(const plan *p, const dw_training_options *o, const dw_target *target, uint64_t trained, float label)
{
  if (o->weight == DW_WEIGHT_POSITIVE) return label > 0 ? (float)o->positive_weight : 1;
  uint64_t count = p->of_class[(size_t)label];
  return count ? (float)((double)trained / ((double)target->classes.count * (double)count)) : 1;
}

dw_status dw_training_make(dw_training *out, const dw_encoding *encoding, const dw_target *target, const dw_matrix *matrix,
                           const dw_training_options *options, dw_err *err)
{
  *out = (dw_training){0};
  plan p = {.where = dw_alloc_zero(matrix->rows, 1),
            .label = dw_alloc_array(matrix->rows, sizeof(float)),
            .of_class = dw_alloc_zero(target->classes.count, sizeof(uint64_t))};
  plan_rows(&p, out, target, matrix, encoding->width, options);
  dw_status status = check_rows(&p, out, target, encoding->width, options, err);
  if (status == DW_OK) {
    bool weights = options->weight != DW_WEIGHT_NONE;
    uint64_t trained = out->train.rows;
    const dw_matrix_column **columns = dw_encoding_columns(encoding, matrix);
    set_room(&out->train, encoding->width, weights);
    set_room(&out->holdout, encoding->width, weights);
    for (size_t row = 0; row < matrix->rows; row++) {
      if (p.where[row] == ROW_LEFT_OUT) continue;
      dw_train_set *set = p.where[row] == ROW_TRAIN ? &out->train : &out->holdout;
      dw_encoding_row(encoding, matrix, columns, row, set->value + set->rows * set->width);
      set->label[set->rows] = p.label[row];
      if (weights) set->weight[set->rows] = weight_of(&p, options, target, trained, p.label[row]);
      set->rows++;
    }
    dw_free(columns);
  }
  dw_free(p.where);
  dw_free(p.label);
  dw_free(p.of_class);
  return status;
}

/* --- measuring --- */

static void write_metrics(const dw_target *target, const dw_train_set *set, const float *predicted, size_t outputs, dw_json *json)
{
  size_t rows = set->rows, count = rows * outputs, positives = 0;
  double *score = dw_alloc_array(count, sizeof *score), *wanted = dw_alloc_array(rows, sizeof *wanted);
  uint32_t *label = dw_alloc_array(rows, sizeof *label), *prediction = dw_alloc_array(rows, sizeof *prediction);
  for (size_t i = 0; i < count; i++) score[i] = (double)predicted[i];
  for (size_t i = 0; i < rows; i++) {
    wanted[i] = (double)set->label[i];
    if (target->task == DW_TASK_REGRESSION) continue;
    label[i] = (uint32_t)set->label[i];
    positives += label[i] == 1;
    prediction[i] = outputs == 1 && score[i] >= 0.5;
    for (size_t c = 1; c < outputs; c++)
      if (score[i * outputs + c] > score[i * outputs + prediction[i]]) prediction[i] = (uint32_t)c;
  }
  bool classes = target->task != DW_TASK_REGRESSION;
  dw_judged judged = {.task = target->task,
                      .rows = rows,
                      .classes = classes ? target->classes.count : 0,
                      .score = score,
                      .label = classes ? label : NULL,
                      .prediction = classes ? prediction : NULL,
                      .target = wanted};
  dw_metric_values values;
  dw_metrics *metrics = dw_metrics_new(&judged);
  dw_metrics_compute(metrics, NULL, &values);
  dw_metrics_free(metrics);
  if (target->task == DW_TASK_BINARY) dw_json_integer(json, "positives", (int64_t)positives);
  for (int m = 0; m < DW_METRICS; m++)
    if (!isnan(values.value[m])) dw_json_number(json, dw_metric_name((dw_metric)m), values.value[m]);
  dw_free(score);
  dw_free(wanted);
  dw_free(label);
  dw_free(prediction);
}

dw_status dw_training_measure(dw_booster *booster, const dw_target *target, const dw_train_set *set, unsigned threads, dw_json *json,
                              const char *key, dw_err *err)
{
  if (!set->rows) {
    dw_json_null(json, key);
    return DW_OK;
  }
  size_t outputs = dw_booster_outputs(booster);
  float *predicted = dw_alloc_array(set->rows * outputs, sizeof *predicted);
  dw_status status = dw_booster_predict(booster, set->value, set->rows, threads, predicted, err);
  if (status == DW_OK) {
    dw_json_open(json, key, '{');
    dw_json_integer(json, "rows", (int64_t)set->rows);
    write_metrics(target, set, predicted, outputs, json);
    dw_json_close(json, '}');
  }
  dw_free(predicted);
  return status;
}
