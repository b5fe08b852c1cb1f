#include "model/estimate/loss_estimate.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "model/encode/encode.h"
#include "model/estimate/estimate.h"
#include "model/fit/train.h"
#include "stats/samples/moments.h"
#include "stats/samples/sum.h"

enum { ROUNDS = 100, DEPTH = 5, LEAST_ROWS = 20, SIGMAS = 3 };
#define SMALLEST 2.220446049250313e-16 /* of a target's size in mape, as dw_metrics */

static const char *const names[DW_LOSSES] = {"mae", "mape", "mse", "rmse", "msle", "rmsle"};

bool dw_loss_from_name(const char *name, dw_loss *loss)
{
  for (int k = 0; k < DW_LOSSES; k++)
    if (strcmp(names[k], name) == 0) {
      *loss = (dw_loss)k;
      return true;
    }
  return false;
}

dw_status dw_losses_pick(bool wanted[DW_LOSSES], const char *const *picked, size_t count, dw_err *err)
{
  for (size_t i = 0; i < count; i++) {
    dw_loss loss;
    if (!dw_loss_from_name(picked[i], &loss)) return dw_err_set(err, DW_EUSAGE, "--metrics: there is no estimate of \"%s\"", picked[i]);
    wanted[loss] = true;
  }
  for (int k = DW_LOSS_MAE; k <= DW_LOSS_RMSE && !count; k++) wanted[k] = true;
  return DW_OK;
}

static bool is_root(dw_loss loss) { return loss == DW_LOSS_RMSE || loss == DW_LOSS_RMSLE; }

/* Of one row; RMSE and RMSLE: the square that their mean is the root of. NaN: msle of values not above -1. */
static double loss_of_row(dw_loss loss, double target, double predicted)
{
  double error = fabs(target - predicted);
  if (loss == DW_LOSS_MAE) return error;
  if (loss == DW_LOSS_MAPE) return error / fmax(fabs(target), SMALLEST);
  if (loss == DW_LOSS_MSE || loss == DW_LOSS_RMSE) return error * error;
  if (!(target > -1 && predicted > -1)) return NAN;
  double d = dw_log1p(target) - dw_log1p(predicted);
  return d * d;
}

typedef struct work {
  const dw_loss_estimation *e;
  dw_encoding encoding;
  float *reference, *current; /* features */
  double *real;               /* losses of the reference */
  float *told;                /* losses of the current rows */
  dw_estimate_facts of;       /* the loss at hand */
  dw_figures *figures;
  size_t *alerts;
  dw_buf line;
} work;

/* The features of the rows that count, side by side. */
static float *encode_side(const dw_encoding *encoding, const dw_loss_side *side)
{
  size_t n = side->rows->rows, width = encoding->width;
  float *out = dw_alloc_array(n * (width ? width : 1), sizeof *out);
  const dw_matrix_column **columns = dw_encoding_columns(encoding, side->matrix);
  for (size_t i = 0; i < n; i++) dw_encoding_row(encoding, side->matrix, columns, side->rows->source[i], out + i * width);
  dw_free(columns);
  return out;
}

static double mean_of(const double *x, const uint32_t *row, size_t count, bool root)
{
  dw_sum sum = {0};
  for (size_t i = 0; i < count; i++) dw_sum_add(&sum, x[row[i]]);
  double mean = dw_sum_value(&sum) / (double)count;
  return root ? sqrt(mean) : mean;
}

static void set_thresholds(work *w, dw_loss loss)
{
  const dw_loss_side *side = &w->e->reference;
  dw_moments over;
  dw_moments_init(&over);
  for (size_t k = 0; k < side->chunks->count; k++) {
    const dw_chunk *chunk = &side->chunks->chunk[k];
    dw_moments_add(&over, mean_of(w->real, side->chunks->order + chunk->first, chunk->count, is_root(loss)));
  }
  w->of = (dw_estimate_facts){.least = 0, .most = INFINITY};
  dw_estimate_limits(&w->of, &over, mean_of(w->real, side->chunks->order, side->rows->rows, is_root(loss)), side->rows->rows, false,
                     w->e->as_nannyml);
  dw_moments rows;
  dw_moments_init(&rows);
  dw_moments_add_array(&rows, w->real, side->rows->rows);
  w->of.spread = dw_moments_std(&rows, 0);
  if (is_root(loss) && rows.mean > 0) w->of.spread /= 2 * sqrt(rows.mean); /* the error of a root, by its slope */
}

/* Learns the losses of the reference and tells those of the current rows. */
static dw_status learn(work *w, dw_loss loss, dw_err *err)
{
  const dw_outcomes *reference = w->e->reference.rows, *current = w->e->current.rows;
  float *label = dw_alloc_array(reference->rows, sizeof *label);
  for (size_t i = 0; i < reference->rows; i++) {
    w->real[i] = loss_of_row(loss, reference->label[i], reference->score[i]);
    label[i] = dw_matrix_float(w->real[i]);
    if (!isnan(w->real[i])) continue;
    dw_free(label);
    return dw_err_set(err, DW_ENODATA, "%s: a target or prediction of the reference is not above -1", names[loss]);
  }
  dw_train_set train = {.value = w->reference, .label = label, .rows = reference->rows, .width = w->encoding.width};
  dw_train_set none = {.width = train.width};
  dw_train_options how = {.task = DW_TASK_REGRESSION, .rounds = ROUNDS, .depth = DEPTH, .rate = 0.1, .seed = w->e->seed};
  dw_train_result result;
  dw_booster *booster = NULL;
  dw_status status = dw_train(&booster, &how, &train, &none, NULL, &result, err);
  if (status == DW_OK) status = dw_booster_predict(booster, w->current, current->rows, w->e->threads, w->told, err);
  dw_booster_free(booster);
  dw_free(label);
  return status;
}

static dw_status write_line(work *w, dw_loss loss, size_t window, size_t count, double value, dw_err *err)
{
  double error = w->of.spread / sqrt((double)count), low = fmax(value - SIGMAS * error, 0), high = value + SIGMAS * error;
  dw_estimate found = {.value = value, .sampling_error = error, .low = low, .high = high};
  dw_estimate_judge(&w->of, false, count, &found);
  dw_estimate_line line = {.metric = names[loss],
                           .method = "dle",
                           .score = w->e->current.rows->options.score,
                           .found = found,
                           .chunks = w->e->current.chunks,
                           .window = window,
                           .count = count};
  if (window == SIZE_MAX) dw_figures_add_bounds(w->figures, names[loss], value, low, high);
  else *w->alerts += found.alert;
  w->line.length = 0;
  dw_estimate_line_write(&line, &w->line);
  return w->e->write(w->e->context, w->line.data, w->line.length, err);
}

static dw_status estimate_loss(work *w, dw_loss loss, dw_err *err)
{
  const dw_loss_side *side = &w->e->current;
  size_t n = side->rows->rows;
  dw_status status = learn(w, loss, err);
  if (status != DW_OK) return status;
  set_thresholds(w, loss);
  double *told = dw_alloc_array(n, sizeof *told);
  for (size_t i = 0; i < n; i++) told[i] = fmax(w->told[i], 0);
  for (size_t k = 0; k < side->chunks->count && status == DW_OK; k++) {
    const dw_chunk *chunk = &side->chunks->chunk[k];
    status = write_line(w, loss, k, chunk->count, mean_of(told, side->chunks->order + chunk->first, chunk->count, is_root(loss)), err);
  }
  if (status == DW_OK) status = write_line(w, loss, SIZE_MAX, n, mean_of(told, side->chunks->order, n, is_root(loss)), err);
  dw_free(told);
  return status;
}

dw_status dw_loss_estimate(const dw_loss_estimation *e, dw_figures *figures, size_t *alerts, dw_err *err)
{
  work w = {.e = e, .figures = figures, .alerts = alerts};
  dw_buf left_out = {0};
  *alerts = 0;
  if (e->reference.rows->rows < LEAST_ROWS)
    return dw_err_set(err, DW_ENODATA, "the reference has fewer than %d rows with target and prediction", LEAST_ROWS);
  dw_encoding_init(&w.encoding);
  dw_status status = dw_encoding_learn(&w.encoding, e->reference.matrix, e->reference.rows->options.label, 0, &left_out, err);
  if (status != DW_OK) {
    dw_encoding_free(&w.encoding);
    dw_buf_free(&left_out);
    return status;
  }
  w.reference = encode_side(&w.encoding, &e->reference);
  w.current = encode_side(&w.encoding, &e->current);
  w.real = dw_alloc_array(e->reference.rows->rows, sizeof *w.real);
  w.told = dw_alloc_array(e->current.rows->rows, sizeof *w.told);
  for (int k = 0; k < DW_LOSSES && status == DW_OK; k++)
    if (e->wanted[k]) status = estimate_loss(&w, (dw_loss)k, err);
  dw_encoding_free(&w.encoding);
  dw_free(w.reference);
  dw_free(w.current);
  dw_free(w.real);
  dw_free(w.told);
  dw_buf_free(&w.line);
  dw_buf_free(&left_out);
  return status;
}
