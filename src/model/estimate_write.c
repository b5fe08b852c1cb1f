/* The lines of estimates: the second half of estimate.h. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "model/estimate.h"

bool dw_estimated_from_name(const char *name, dw_estimated *metric)
{
  for (int m = 0; m < DW_ESTIMATES; m++)
    if (strcmp(dw_estimated_name((dw_estimated)m), name) == 0) {
      *metric = (dw_estimated)m;
      return true;
    }
  return false;
}

bool dw_estimates_choose(const char *name, bool wanted[DW_ESTIMATES])
{
  dw_estimated metric;
  bool matrix = strcmp(name, "confusion_matrix") == 0;
  for (int m = DW_ESTIMATED_TRUE_NEGATIVE; matrix && m <= DW_ESTIMATED_TRUE_POSITIVE; m++) wanted[m] = true;
  if (matrix) return true;
  if (!dw_estimated_from_name(name, &metric)) return false;
  wanted[metric] = true;
  return true;
}

dw_status dw_estimates_pick(bool wanted[DW_ESTIMATES], const char *const *picked, size_t count, bool predictions, bool business, dw_err *err)
{
  for (size_t i = 0; i < count; i++)
    if (!dw_estimates_choose(picked[i], wanted)) return dw_err_set(err, DW_EUSAGE, "--metrics: there is no estimate of \"%s\"", picked[i]);
  if (wanted[DW_ESTIMATED_BUSINESS_VALUE] && !business) return dw_err_set(err, DW_EUSAGE, "--metrics: business_value needs --business-value TN,FP,FN,TP");
  for (int m = 0; m < DW_ESTIMATES && !count; m++)
    wanted[m] = m <= DW_ESTIMATED_AVERAGE_PRECISION || (predictions && (m != DW_ESTIMATED_BUSINESS_VALUE || business));
  return DW_OK;
}

dw_status dw_business_parse(dw_business *out, const char *const *text, size_t count, dw_err *err)
{
  if (count != 4) return dw_err_set(err, DW_EUSAGE, "--business-value wants four numbers, TN,FP,FN,TP, not %zu", count);
  for (size_t k = 0; k < 4; k++)
    if (!dw_num_parse(text[k], strlen(text[k]), &out->value[k], NULL) || !isfinite(out->value[k]))
      return dw_err_set(err, DW_EUSAGE, "--business-value: \"%s\" is not a number", text[k]);
  out->given = true;
  return DW_OK;
}

/* The arrays of a side in the order of its chunks. */
static dw_judged gather(const dw_outcomes *from, const uint32_t *row, size_t count)
{
  double *score = dw_alloc_array(count, sizeof *score);
  uint32_t *label = dw_alloc_array(count, sizeof *label), *prediction = from->predicted ? dw_alloc_array(count, sizeof *prediction) : NULL;
  for (size_t i = 0; i < count; i++) {
    score[i] = from->score[row[i]];
    label[i] = from->class_of[row[i]];
    if (prediction) prediction[i] = from->predicted[row[i]];
  }
  return (dw_judged){.task = DW_TASK_BINARY, .rows = count, .classes = 2, .score = score, .label = label, .prediction = prediction};
}

static void drop(dw_judged *rows)
{
  dw_free((void *)rows->score);
  dw_free((void *)rows->label);
  dw_free((void *)rows->prediction);
}

dw_status dw_estimator_fit_outcomes(dw_estimator *out, const dw_outcomes *reference, const dw_chunks *chunks, const dw_business *business, uint64_t seed,
                                    dw_err *err)
{
  dw_judged rows = gather(reference, chunks->order, reference->rows);
  dw_status status = dw_estimator_fit(out, &rows, chunks->chunk, chunks->count, business, seed, err);
  drop(&rows);
  return status;
}

static dw_status write_line(const dw_estimation *e, dw_estimated metric, size_t window, size_t count, const dw_estimates *found, dw_buf *line, dw_err *err)
{
  bool whole = window == SIZE_MAX;
  dw_json json;
  line->length = 0;
  dw_json_start(&json, line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "metric");
  dw_json_text(&json, "metric", dw_estimated_name(metric));
  dw_json_number(&json, "value", found->value[metric]);
  dw_json_number(&json, "low", found->low[metric]);
  dw_json_number(&json, "high", found->high[metric]);
  dw_json_integer(&json, "count", (int64_t)count);
  dw_json_null(&json, "positives");
  dw_chunk_write(e->chunks, window, &json);
  dw_json_null(&json, "segment");
  dw_json_bool(&json, "estimated", true);
  dw_json_text(&json, "method", "cbpe");
  dw_json_text(&json, "score", e->rows->options.score);
  dw_json_number(&json, "sampling_error", found->sampling_error[metric]);
  if (!whole) {
    dw_json_open(&json, "threshold", '{');
    dw_json_number(&json, "lower", e->estimator->lower[metric]);
    dw_json_number(&json, "upper", e->estimator->upper[metric]);
    dw_json_close(&json, '}');
    dw_json_bool(&json, "alert", found->alert[metric]);
  }
  if (isnan(found->value[metric])) dw_json_text(&json, "error", e->rows->predicted ? "no rows of one of the classes are expected" : "no predictions");
  dw_json_close(&json, '}');
  dw_buf_char(line, '\n');
  return e->write(e->context, line->data, line->length, err);
}

static dw_status estimate_rows(const dw_estimation *e, const uint32_t *row, size_t count, size_t window, dw_figures *figures, size_t *alerts, dw_buf *line,
                               dw_err *err)
{
  dw_judged rows = gather(e->rows, row, count);
  dw_estimates found;
  dw_estimator_apply(e->estimator, &rows, &found);
  drop(&rows);
  dw_status status = DW_OK;
  for (int m = 0; m < DW_ESTIMATES && status == DW_OK; m++) {
    if (!e->wanted[m]) continue;
    status = write_line(e, (dw_estimated)m, window, count, &found, line, err);
    if (window != SIZE_MAX) {
      *alerts += found.alert[m];
      continue;
    }
    dw_figures_add(figures, dw_estimated_name((dw_estimated)m), NULL, found.value[m]);
    dw_figures_add(figures, dw_estimated_name((dw_estimated)m), "low", found.low[m]);
    dw_figures_add(figures, dw_estimated_name((dw_estimated)m), "high", found.high[m]);
  }
  return status;
}

dw_status dw_estimate(const dw_estimation *e, dw_figures *figures, size_t *alerts, dw_err *err)
{
  dw_buf line = {0};
  dw_status status = DW_OK;
  *alerts = 0;
  for (size_t k = 0; k < e->chunks->count && status == DW_OK; k++)
    status = estimate_rows(e, e->chunks->order + e->chunks->chunk[k].first, e->chunks->chunk[k].count, k, figures, alerts, &line, err);
  if (status == DW_OK) status = estimate_rows(e, e->chunks->order, e->rows->rows, SIZE_MAX, figures, alerts, &line, err);
  dw_buf_free(&line);
  return status;
}
