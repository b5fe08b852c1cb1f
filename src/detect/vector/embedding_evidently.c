/* Evidently's domain classifier of embeddings, for --preset evidently: the very computation while all vectors are in the sample. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "detect/vector/embedding_parts.h"
#include "stats/learners/logistic.h"
#include "stats/samples/mersenne.h"
#include "stats/samples/quantile.h"
#include "stats/tests/roc.h"
#include "stats/learners/sgd.h"
#include "stats/samples/sort.h"

enum { SEED = 42, GUESSES = 100, BOOTSTRAP_BELOW = 1000 };

typedef struct numbered {
  uint64_t number;
  const double *row;
} numbered;

static int by_number(const void *left, const void *right)
{
  const numbered *a = left, *b = right;
  return a->number < b->number ? -1 : a->number > b->number;
}

/* In the order of arrival: the split depends on it. */
static void copy_in_order(const dw_vectors *vectors, double *out)
{
  numbered *place = dw_alloc_array(vectors->kept, sizeof *place);
  for (size_t i = 0; i < vectors->kept; i++) place[i] = (numbered){vectors->place[i].number, dw_vectors_row(vectors, i)};
  qsort(place, vectors->kept, sizeof *place, by_number);
  for (size_t i = 0; i < vectors->kept; i++) memcpy(out + i * vectors->width, place[i].row, vectors->width * sizeof *out);
  dw_free(place);
}

static dw_status auc_of(const double *score, const uint32_t *order, const unsigned char *label, size_t test, dw_auc *auc, dw_err *err)
{
  unsigned char *own = dw_alloc_array(test, 1);
  for (size_t i = 0; i < test; i++) own[i] = label[order[i]];
  dw_status status = dw_auc_labels(score, own, test, auc, err);
  dw_free(own);
  return status;
}

/* The 95th percentile of the AUC of classifiers that guess. */
static double chance(const uint32_t *order, const unsigned char *label, size_t test)
{
  double *guess = dw_alloc_array(test, sizeof *guess), auc[GUESSES], scratch[GUESSES];
  for (uint32_t k = 0; k < GUESSES; k++) {
    dw_mersenne twister;
    dw_auc one = {.auc = NAN};
    dw_mersenne_seed(&twister, k);
    for (size_t i = 0; i < test; i++) guess[i] = dw_mersenne_uniform(&twister);
    auc_of(guess, order, label, test, &one, NULL);
    auc[k] = one.auc;
  }
  dw_free(guess);
  dw_sort_doubles(auc, GUESSES, scratch);
  return dw_quantile(dw_sorted_make(auc, GUESSES), 0.95);
}

dw_status dw_run_domain_classifier_evidently(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_status status = dw_embedding_check(pair, err);
  if (status != DW_OK) return status;
  const dw_vectors *r = pair->reference->vectors, *c = pair->current->vectors;
  size_t n = r->kept, m = c->kept, test = (n + m + 1) / 2, train = n + m - test, positive = 0;
  double *cell = dw_alloc_array((n + m) * r->width, sizeof *cell), *score = dw_alloc_array(test, sizeof *score);
  unsigned char *label = dw_alloc_array(n + m, 1);
  uint32_t *order = dw_alloc_array(n + m, sizeof *order);
  dw_mersenne twister;
  dw_auc auc;
  copy_in_order(r, cell);
  copy_in_order(c, cell + n * r->width);
  for (size_t i = 0; i < n + m; i++) label[i] = i < n;
  dw_mersenne_seed(&twister, SEED);
  dw_mersenne_permutation(&twister, order, (uint32_t)(n + m));
  for (size_t i = 0; i < train; i++) positive += label[order[test + i]];
  if (positive == 0 || positive == train) {
    status = dw_err_set(err, DW_ENODATA, "the half that teaches has vectors of one side only");
  } else {
    dw_rows rows = {.count = n + m, .width = r->width, .dense = cell};
    dw_logistic model;
    dw_sgd_fit_log(&model, &rows, order + test, train, label,
                   &(dw_sgd_options){.alpha = 0.0001, .epochs = 1000, .tolerance = 1e-3, .seed = SEED});
    for (size_t i = 0; i < test; i++) score[i] = dw_logistic_score(&model, &rows, order[i]);
    status = auc_of(score, order, label, test, &auc, err);
    dw_logistic_free(&model);
  }
  if (status == DW_OK) {
    dw_json json;
    result->statistic = auc.auc;
    result->undrifted = 0.5;
    if (r->count < BOOTSTRAP_BELOW) result->threshold = chance(order, label, test);
    dw_embedding_detail(&json, pair, n, m, result);
    dw_json_number(&json, "auc", auc.auc);
    dw_json_integer(&json, "told_apart", (int64_t)test);
    dw_json_close(&json, '}');
  }
  dw_free(cell);
  dw_free(score);
  dw_free(label);
  dw_free(order);
  return status;
}
