/* The lines of estimates: the second half of estimate.h. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "model/estimate/estimate_parts.h"

static const char *const names[] = {
    "auc",         "average_precision", "accuracy",      "precision",      "recall",         "f1",
    "specificity", "business_value",    "true_negative", "false_positive", "false_negative", "true_positive"};
enum { NAMES = sizeof names / sizeof *names };

/* The place of a metric in names; NAMES: it is none of them. */
static size_t find(const char *name)
{
  size_t k = 0;
  while (k < NAMES && strcmp(names[k], name) != 0) k++;
  return k;
}

const char *dw_estimated_name(size_t estimate, size_t classes)
{
  return estimate < DW_ESTIMATED_CELLS || classes == 2 ? names[estimate] : "confusion_matrix";
}

bool dw_estimated_is_known(const char *name) { return find(name) < NAMES; }

static dw_status pick_one(bool *wanted, size_t classes, const char *name, bool business, dw_err *err)
{
  bool cells = strcmp(name, "confusion_matrix") == 0;
  size_t place = cells ? DW_ESTIMATED_CELLS : find(name);
  for (size_t k = DW_ESTIMATED_CELLS; cells && k < dw_estimates_count(classes); k++) wanted[k] = true;
  if (place == NAMES) return dw_err_set(err, DW_EUSAGE, "--metrics: there is no estimate of \"%s\"", name);
  if (!cells && place >= DW_ESTIMATED_CELLS && classes != 2)
    return dw_err_set(err, DW_EUSAGE, "--metrics: %s is a cell of two classes; of %zu say confusion_matrix", name, classes);
  if (place == DW_ESTIMATED_BUSINESS_VALUE && !business)
    return dw_err_set(err, DW_EUSAGE, "--metrics: business_value needs --business-value, what a row of each cell is worth");
  wanted[place] = true;
  return DW_OK;
}

bool *dw_estimates_pick(size_t classes, const char *const *picked, size_t count, bool predictions, bool business, dw_err *err)
{
  size_t estimates = dw_estimates_count(classes);
  bool *wanted = dw_alloc_zero(estimates, sizeof *wanted);
  dw_status status = DW_OK;
  for (size_t i = 0; i < count && status == DW_OK; i++) status = pick_one(wanted, classes, picked[i], business, err);
  for (size_t m = 0; m < estimates && !count; m++)
    wanted[m] = m <= DW_ESTIMATED_AVERAGE_PRECISION ||
                (predictions && (m < DW_ESTIMATED_BUSINESS_VALUE || (m == DW_ESTIMATED_BUSINESS_VALUE ? business : classes == 2)));
  if (status == DW_OK) return wanted;
  dw_free(wanted);
  return NULL;
}

dw_status dw_business_parse(dw_business *out, const char *const *text, size_t count, dw_err *err)
{
  size_t side = 2;
  while (side * side < count) side++;
  *out = (dw_business){.per_row = out->per_row};
  if (side * side != count)
    return dw_err_set(err, DW_EUSAGE,
                      "--business-value wants four numbers, TN,FP,FN,TP, not %zu; of more classes one a cell of the confusion matrix",
                      count);
  out->value = dw_alloc_array(count, sizeof *out->value);
  out->count = count;
  for (size_t k = 0; k < count; k++)
    if (!dw_num_parse(text[k], strlen(text[k]), &out->value[k], NULL) || !isfinite(out->value[k]))
      return dw_err_set(err, DW_EUSAGE, "--business-value: \"%s\" is not a number", text[k]);
  return DW_OK;
}

void dw_business_free(dw_business *business)
{
  dw_free(business->value);
  *business = (dw_business){0};
}

/* The arrays of a side in the order of its chunks. */
dw_judged dw_estimate_gather(const dw_outcomes *from, const uint32_t *row, size_t count)
{
  size_t width = from->width;
  double *score = dw_alloc_array(count * width, sizeof *score);
  uint32_t *label = dw_alloc_array(count, sizeof *label), *prediction = from->predicted ? dw_alloc_array(count, sizeof *prediction) : NULL;
  for (size_t i = 0; i < count; i++) {
    memcpy(score + i * width, from->score + row[i] * width, width * sizeof *score);
    label[i] = from->class_of[row[i]];
    if (prediction) prediction[i] = from->predicted[row[i]];
  }
  return (dw_judged){.task = from->task, .rows = count, .classes = from->classes, .score = score, .label = label, .prediction = prediction};
}

void dw_estimate_drop(dw_judged *rows)
{
  dw_free((void *)rows->score);
  dw_free((void *)rows->label);
  dw_free((void *)rows->prediction);
}

dw_status dw_estimator_fit_outcomes(dw_estimator *out, const dw_outcomes *reference, const dw_chunks *chunks,
                                    const dw_estimator_options *how, dw_err *err)
{
  if (reference->classes > reference->known) {
    *out = (dw_estimator){0};
    return dw_err_set(err, DW_EDATA,
                      "the reference has labels or predictions of the class %s, which the model does not have: leave these rows out of it",
                      reference->class_name[reference->known]);
  }
  dw_judged rows = dw_estimate_gather(reference, chunks->order, reference->rows);
  dw_status status = dw_estimator_fit(out, &rows, chunks->chunk, chunks->count, how, err);
  dw_estimate_drop(&rows);
  return status;
}

/* --- lines --- */

typedef struct work {
  const dw_estimation *e;
  dw_estimate *found; /* [dw_estimates_count] */
  dw_figures *figures;
  size_t *alerts;
  bool judged; /* a chunk's estimate was held to a threshold */
  dw_buf line;
} work;

void dw_estimate_line_write(const dw_estimate_line *line, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "metric");
  dw_json_text(&json, "metric", line->metric);
  dw_json_number(&json, "value", line->found.value);
  dw_json_number(&json, "low", line->found.low);
  dw_json_number(&json, "high", line->found.high);
  dw_json_integer(&json, "count", (int64_t)line->count);
  dw_json_null(&json, "positives");
  dw_chunk_write(line->chunks, line->window, "window", &json);
  dw_json_null(&json, "segment");
  dw_json_bool(&json, "estimated", true);
  dw_json_text(&json, "method", line->method);
  dw_json_text(&json, "score", line->score);
  if (line->label) {
    dw_json_open(&json, "cell", '{');
    dw_json_raw(&json, "label", line->label, strlen(line->label));
    dw_json_raw(&json, "prediction", line->prediction, strlen(line->prediction));
    dw_json_close(&json, '}');
  }
  if (line->normalised) dw_json_text(&json, "normalised", line->normalised);
  dw_json_number(&json, "sampling_error", line->found.sampling_error);
  if (line->window != SIZE_MAX) {
    dw_json_open(&json, "threshold", '{');
    dw_json_number(&json, "lower", line->found.lower);
    dw_json_number(&json, "upper", line->found.upper);
    dw_json_close(&json, '}');
    dw_json_bool(&json, "alert", line->found.alert);
  }
  if (line->error) dw_json_text(&json, "error", line->error);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

static dw_status write_line(work *w, size_t estimate, size_t window, size_t count, dw_err *err)
{
  const dw_estimation *e = w->e;
  const dw_estimator *estimator = e->estimator;
  size_t classes = estimator->classes;
  dw_estimate_line line = {.metric = dw_estimated_name(estimate, classes),
                           .method = "cbpe",
                           .score = e->rows->options.score,
                           .found = w->found[estimate],
                           .chunks = e->chunks,
                           .window = window,
                           .count = count};
  if (estimate >= DW_ESTIMATED_CELLS && classes > 2) {
    line.label = e->rows->class_name[(estimate - DW_ESTIMATED_CELLS) / classes];
    line.prediction = e->rows->class_name[(estimate - DW_ESTIMATED_CELLS) % classes];
  }
  if (estimate >= DW_ESTIMATED_CELLS && estimator->how.normalise) line.normalised = dw_normalise_name(estimator->how.normalise);
  if (isnan(line.found.value)) line.error = e->rows->predicted ? "no rows of one of the classes are expected" : "no predictions";
  w->line.length = 0;
  dw_estimate_line_write(&line, &w->line);
  return e->write(e->context, w->line.data, w->line.length, err);
}

static void keep_figures(work *w, size_t estimate)
{
  size_t classes = w->e->estimator->classes;
  const char *name = dw_estimated_name(estimate, classes);
  if (estimate >= DW_ESTIMATED_CELLS && classes > 2) return;
  dw_figures_add_bounds(w->figures, name, w->found[estimate].value, w->found[estimate].low, w->found[estimate].high);
}

/* window: SIZE_MAX for all rows. */
static dw_status estimate_rows(work *w, const uint32_t *row, size_t count, size_t window, dw_err *err)
{
  dw_judged rows = dw_estimate_gather(w->e->rows, row, count);
  dw_estimator_apply(w->e->estimator, &rows, w->found);
  dw_estimate_drop(&rows);
  dw_status status = DW_OK;
  for (size_t m = 0; m < dw_estimates_count(w->e->estimator->classes) && status == DW_OK; m++) {
    if (!w->e->wanted[m]) continue;
    status = write_line(w, m, window, count, err);
    if (window == SIZE_MAX) {
      keep_figures(w, m);
      continue;
    }
    *w->alerts += w->found[m].alert;
    w->judged |= isfinite(w->found[m].value) && (isfinite(w->found[m].lower) || isfinite(w->found[m].upper));
  }
  return status;
}

dw_status dw_estimate_write(const dw_estimation *e, dw_figures *figures, size_t *alerts, dw_err *err)
{
  work w = {.e = e, .figures = figures, .alerts = alerts};
  w.found = dw_alloc_array(dw_estimates_count(e->estimator->classes), sizeof *w.found);
  dw_status status = DW_OK;
  *alerts = 0;
  for (size_t k = 0; k < e->chunks->count && status == DW_OK; k++)
    status = estimate_rows(&w, e->chunks->order + e->chunks->chunk[k].first, e->chunks->chunk[k].count, k, err);
  if (status == DW_OK) status = estimate_rows(&w, e->chunks->order, e->rows->rows, SIZE_MAX, err);
  if (status == DW_OK && !w.judged)
    status = dw_err_set(err, DW_ENODATA,
                        "no chunk has an estimate and a threshold from the reference's chunks: nothing was judged; take larger chunks");
  dw_buf_free(&w.line);
  dw_free(w.found);
  return status;
}
