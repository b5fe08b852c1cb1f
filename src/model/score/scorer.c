#include "model/score/scorer.h"

#include <math.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/formats/csv_write.h"

static dw_status read_calibration(dw_scorer *scorer, const dw_buf *text, const char *name, dw_err *err)
{
  dw_value *document;
  if (scorer->model->target.task != DW_TASK_BINARY)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "a calibration goes with a model of two classes; this one's task is %s",
                     dw_task_name(scorer->model->target.task));
  dw_status status = dw_value_parse(&document, text->data, text->length, name, 1, err);
  if (status != DW_OK) return status;
  status = dw_calibration_read(&scorer->map, document, name, err);
  scorer->calibrated = status == DW_OK;
  dw_value_free(document);
  return status;
}

dw_status dw_scorer_init(dw_scorer *scorer, const dw_model *model, bool missing_ok, unsigned threads, const dw_buf *calibration,
                         const char *name, dw_err *err)
{
  *scorer = (dw_scorer){.model = model, .threads = threads, .outputs = dw_booster_outputs(model->booster)};
  dw_encoder_init(&scorer->encoder, &model->encoding, missing_ok);
  scorer->encoder.closed = model->imported; /* as XGBoost has it: what stands for another category is not known */
  const dw_buf *text = calibration ? calibration : model->calibration.length ? &model->calibration : NULL;
  return text ? read_calibration(scorer, text, name, err) : DW_OK;
}

void dw_scorer_free(dw_scorer *scorer)
{
  dw_encoder_free(&scorer->encoder);
  if (scorer->calibrated) dw_calibration_free(&scorer->map);
  dw_free(scorer->feature);
  dw_free(scorer->raw);
  dw_free(scorer->score);
}

double dw_scorer_round(float score)
{
  static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  double x = (double)score, size = fabs(x);
  if (!(size >= 1e-13 && size < 1e9)) return x;
  int first = 0; /* the power of ten that brings 9 digits before the point */
  while (size * power[first] < 1e8) first++;
  for (int at = first > 3 ? first - 3 : 0; at <= first; at++) {
    double rounded = rint(x * power[at]) / power[at];
    if ((float)rounded == score) return rounded;
  }
  return x;
}

dw_status dw_scorer_batch(dw_scorer *scorer, dw_reader *reader, const dw_batch *batch, uint8_t *take, dw_err *err)
{
  size_t count = batch->rows * scorer->outputs;
  scorer->feature =
      dw_grow(scorer->feature, &scorer->feature_capacity, batch->rows * scorer->model->encoding.width, sizeof *scorer->feature);
  scorer->raw = dw_grow(scorer->raw, &scorer->raw_capacity, count, sizeof *scorer->raw);
  scorer->score = dw_grow(scorer->score, &scorer->score_capacity, count, sizeof *scorer->score);
  dw_status status = dw_encoder_batch(&scorer->encoder, reader, batch, scorer->feature, take, err);
  if (status == DW_OK) status = dw_booster_predict(scorer->model->booster, scorer->feature, batch->rows, scorer->threads, scorer->raw, err);
  if (status != DW_OK) return status;
  for (size_t i = 0; i < count; i++) scorer->score[i] = dw_scorer_round(scorer->raw[i]);
  for (size_t i = 0; scorer->calibrated && i < count; i++) scorer->score[i] = dw_calibration_apply(&scorer->map, scorer->score[i]);
  return DW_OK;
}

size_t dw_scorer_class(const dw_scorer *scorer, size_t row, double cut)
{
  const double *score = scorer->score + row * scorer->outputs;
  if (scorer->outputs == 1) return score[0] >= cut;
  size_t best = 0;
  for (size_t c = 1; c < scorer->outputs; c++)
    if (score[c] > score[best]) best = c;
  return best;
}

void dw_scorer_put(const dw_scorer *scorer, size_t row, char delimiter, dw_buf *out)
{
  const double *score = scorer->score + row * scorer->outputs;
  if (scorer->outputs == 1) {
    dw_buf_number(out, *score);
    return;
  }
  dw_buf list = {0};
  for (size_t i = 0; i < scorer->outputs; i++) {
    dw_buf_char(&list, i ? ',' : '[');
    dw_buf_number(&list, score[i]);
  }
  dw_buf_char(&list, ']');
  if (delimiter) dw_csv_field(out, list.data, list.length, delimiter);
  else dw_buf_add(out, list.data, list.length);
  dw_buf_free(&list);
}
