/* text: drift of columns of free text: can a classifier tell on which side a text stands?
 *
 * Both methods: a sample of the texts of each side (data/columns/passages.h), as character n-grams (text_grams.h), is cut into halves at
 * random; a logistic regression learns from the first halves to tell the sides apart, and its ROC AUC on the second halves is the statistic
 * (Lopez-Paz and Oquab, Revisiting classifier two-sample tests, ICLR 2017). Texts of the second halves have no part in the classifier, so
 * without drift their scores are exchangeable: the Mann-Whitney test of AUC = 1/2 (by deals where ties are many, stats/shift/tied_deals.h)
 * is a valid p-value at any size, with any classifier.
 *
 * perc_text_content_drift is judged by that p-value: below 0.05 means an AUC above the 95th percentile of what classifiers without
 * knowledge reach, which is Evidently's rule without its simulation. abs_text_content_drift is judged by the AUC itself: above 0.55, where
 * the p-value is below 0.05 too. With --preset evidently both are Evidently's own: text_evidently.h.
 */
#include <math.h>

#include "detect/method/method_run.h"
#include "detect/text/text_detail.h"
#include "detect/text/text_evidently.h"
#include "detect/text/text_grams.h"
#include "stats/shift/tied_deals.h"
#include "stats/tests/roc.h"
#include "stats/samples/sort.h"

#define PENALTY 1.0 /* of weights, on rows of length 1; the AUC hardly depends on it */

/* One comparison of two samples of texts. Matrix rows: those of the reference first. Of each side the first `learned` teach, the others are
 * judged. */
typedef struct reading {
  dw_passages own[2];
  dw_text_scored scored;
  size_t learned[2];
  dw_rows rows;
  unsigned char *label; /* [rows] 1: current */
  uint32_t *train;      /* rows that teach */
  size_t train_count;
  uint32_t *judged[2]; /* places of the texts judged */
  double *score[2];
  double *sorted[2];
} reading;

/* Texts that repeat come from their counts, equal ones side by side, in an order that depends on their number alone: which of them teach
 * would then follow from the counts, and who is judged from who teaches. The counts of both sides draw another order, the same one for
 * both, so that a side differs in nothing from itself. */
static void mix(dw_passages *own, const dw_pair *pair, dw_rng_key key)
{
  uint64_t counts = 0;
  const dw_column *column[2] = {pair->reference, pair->current};
  for (int k = 0; k < 2; k++)
    for (size_t i = 0; column[k]->text_count && i < column[k]->texts.count; i++)
      counts = (counts ^ column[k]->text_count[i]) * UINT64_C(0x9e3779b97f4a7c15) + 1;
  dw_rng rng;
  dw_rng_start(&rng, key, counts ^ counts >> 32, 0);
  for (size_t i = own->count; i > 1; i--) {
    size_t k = (size_t)dw_rng_below(&rng, i);
    dw_passage swap = own->item[i - 1];
    own->item[i - 1] = own->item[k];
    own->item[k] = swap;
  }
}

static void reading_start(reading *r, const dw_pair *pair, dw_rng_key key)
{
  *r = (reading){.scored.chance = NAN};
  const dw_column *column[2] = {pair->reference, pair->current};
  for (int side = 0; side < 2; side++) {
    const dw_passages *passages = dw_column_passages(column[side], &r->own[side]);
    if (passages == &r->own[side]) mix(&r->own[side], pair, key);
    size_t count = dw_grams_affordable(passages);
    r->scored.side[side] = passages;
    r->scored.count[side] = count;
    r->learned[side] = count / 2;
    r->scored.scored[side] = count - count / 2;
  }
}

static void reading_free(reading *r)
{
  for (int side = 0; side < 2; side++) {
    dw_passages_free(&r->own[side]);
    dw_free(r->judged[side]);
    dw_free(r->score[side]);
    dw_free(r->sorted[side]);
  }
  dw_grams_free(&r->rows);
  dw_free(r->label);
  dw_free(r->train);
}

static void reading_divide(reading *r)
{
  size_t *count = r->scored.count;
  dw_grams_make(&r->rows, r->scored.side[0], count[0], r->scored.side[1], count[1]);
  r->label = dw_alloc_zero(r->rows.count, 1);
  r->train = dw_alloc_array(r->learned[0] + r->learned[1], sizeof *r->train);
  for (int side = 0; side < 2; side++) {
    size_t first = side ? count[0] : 0;
    for (size_t i = 0; i < count[side]; i++) r->label[first + i] = (unsigned char)side;
    for (size_t i = 0; i < r->learned[side]; i++) r->train[r->train_count++] = (uint32_t)(first + i);
    r->judged[side] = dw_alloc_array(r->scored.scored[side], sizeof(uint32_t));
    r->score[side] = dw_alloc_array(r->scored.scored[side], sizeof(double));
    r->sorted[side] = dw_alloc_array(r->scored.scored[side], sizeof(double));
    for (size_t i = 0; i < r->scored.scored[side]; i++) r->judged[side][i] = (uint32_t)(r->learned[side] + i);
    r->scored.text[side] = r->judged[side];
    r->scored.score[side] = r->score[side];
  }
}

static void reading_score(reading *r, const dw_logistic *model)
{
  double *scratch = dw_alloc_array(r->rows.count, sizeof *scratch);
  for (int side = 0; side < 2; side++) {
    size_t first = side ? r->scored.count[0] : 0, scored = r->scored.scored[side];
    for (size_t i = 0; i < scored; i++)
      r->score[side][i] = r->sorted[side][i] = dw_logistic_score(model, &r->rows, first + r->judged[side][i]);
    dw_sort_doubles(r->sorted[side], scored, scratch);
  }
  dw_free(scratch);
}

/* The test: statistic the AUC, p-value the chance of one at least as large without drift. */
static dw_status reading_judge(reading *r, dw_rng_key key, dw_method_result *result, dw_err *err)
{
  dw_sorted reference = dw_sorted_make(r->sorted[0], r->scored.scored[0]), current = dw_sorted_make(r->sorted[1], r->scored.scored[1]);
  dw_status status = dw_auc_sorted(current, reference, &r->scored.auc, err);
  if (status == DW_OK) status = dw_tied_larger(current, reference, key, &result->p_value, err);
  if (status != DW_OK) return status;
  result->statistic = r->scored.auc.auc;
  result->shifted = dw_share_shift_numbers(reference, current, (dw_effective){0}, &result->shift, err) == DW_OK;
  for (int side = 0; side < 2; side++) result->approximate |= r->scored.count[side] < r->scored.side[side]->seen;
  dw_text_detail_write(&result->detail, &r->scored);
  return DW_OK;
}

static dw_status run_classifier(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  reading r;
  dw_logistic model;
  dw_rng_key key = dw_rng_derive(settings->seed, "text classifier");
  reading_start(&r, pair, key);
  dw_status status = DW_OK;
  if (r.learned[0] == 0 || r.learned[1] == 0)
    status = dw_err_set(err, DW_ENODATA, "%zu and %zu texts: at least 2 a side are needed, one to learn from and one to judge",
                        r.scored.count[0], r.scored.count[1]);
  if (status == DW_OK) {
    reading_divide(&r);
    dw_logistic_options o = {.penalty = PENALTY, .tolerance = 1e-4, .rounds = 60};
    status = dw_logistic_fit(&model, &r.rows, r.train, r.train_count, r.label, &o, err);
  }
  if (status == DW_OK) {
    reading_score(&r, &model);
    dw_logistic_free(&model);
    status = reading_judge(&r, key, result, err);
  }
  reading_free(&r);
  return status;
}

dw_status dw_run_perc_text_content_drift(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  result->by_shift = true;
  return run_classifier(pair, settings, result, err);
}

/* Between small samples of one distribution the AUC passes 0.55 easily: its standard deviation is sqrt((n + m + 1) / 12 n m) over the texts
 * judged. */
dw_status dw_run_abs_text_content_drift(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_status status = run_classifier(pair, settings, result, err);
  if (!(result->p_value < 0.05)) result->verdict = DW_VERDICT_NO;
  double n = fmin((double)pair->reference_count, DW_PASSAGES_MOST) / 2, m = fmin((double)pair->current_count, DW_PASSAGES_MOST) / 2;
  if (sqrt((n + m + 1) / (12 * n * m)) > 0.025)
    result->warning = "few texts for this method: chance alone brings the AUC above 0.55; the p-value tells";
  return status;
}

/* --- as Evidently does it --- */

static dw_status run_evidently(dw_pair *pair, bool percentile, dw_method_result *result, dw_err *err)
{
  dw_passages own[2];
  dw_text_scored scored = {.side = {dw_column_passages(pair->reference, &own[0]), dw_column_passages(pair->current, &own[1])},
                           .chance = NAN};
  dw_status status = dw_text_evidently_classify(&scored, err);
  if (status == DW_OK) {
    result->statistic = scored.auc.auc;
    for (int side = 0; side < 2; side++) result->approximate |= scored.side[side]->count < scored.side[side]->seen;
    if (percentile) {
      scored.chance = dw_text_evidently_chance(&scored, 100 * fmin(result->threshold_given, 1));
      result->verdict = scored.auc.auc > scored.chance ? DW_VERDICT_YES : DW_VERDICT_NO;
    }
    dw_text_detail_write(&result->detail, &scored);
  }
  dw_text_evidently_free(&scored);
  for (int side = 0; side < 2; side++) dw_passages_free(&own[side]);
  return status;
}

dw_status dw_run_perc_text_content_drift_evidently(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_evidently(pair, true, result, err);
}

dw_status dw_run_abs_text_content_drift_evidently(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_evidently(pair, false, result, err);
}
