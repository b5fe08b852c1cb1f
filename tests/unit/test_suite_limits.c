/* The statistics suite of the limits that reference chunks make: how often a chunk without drift is outside of them. Odds: a share leaves
 * its interval by chance once in a million checks. DW_SUITE=full (make test-statistics) has 50 times the trials. */
#include "base/rng.h"
#include "model/estimate/estimate.h"
#include "stats/distributions/special.h"
#include "suite_case.h"

static void check_rate(const char *what, size_t k, size_t outside, size_t trials, double least, double most)
{
  double n = (double)trials, share = (double)outside / n, low = least - 4.9 * sqrt(least / n) - 3 / n,
         high = most + 4.9 * sqrt(most / n) + 3 / n;
  CHECK_MSG(share >= low && share <= high, "%s, %zu chunks: %g of the chunks without drift are outside, not %g to %g", what, k, share,
            least, most);
}

static const size_t chunks[] = {6, 10, 20, 50};
/* Of three standard deviations (mpmath): P(|T| > 3 sqrt((k - 1) / (k + 1))) with k - 1 degrees of freedom */
static const double of_nannyml[] = {0.0521814, 0.023856385, 0.010162572, 0.0049882688};
static const double three_sigmas = 0.0026997960632601890;

/* Chunks whose values are normal, as means are. */
TEST(normal_chunks)
{
  size_t trials = full() ? 500000 : 10000;
  for (int nannyml = 0; nannyml < 2; nannyml++)
    for (size_t i = 0; i < 4; i++) {
      size_t outside = 0;
      for (size_t trial = 0; trial < trials; trial++) {
        dw_rng rng;
        dw_moments over;
        dw_rng_start(&rng, dw_rng_derive(chunks[i], "limits"), trial, 0);
        dw_moments_init(&over);
        for (size_t k = 0; k < chunks[i]; k++) dw_moments_add(&over, dw_normal_quantile(dw_rng_uniform(&rng)));
        dw_estimate_facts of = {.least = -INFINITY, .most = INFINITY};
        dw_estimate now = {.value = dw_normal_quantile(dw_rng_uniform(&rng))};
        dw_estimate_limits(&of, &over, NAN, 0, false, nannyml);
        dw_estimate_judge(&of, false, 1, &now);
        outside += now.alert;
      }
      double rate = nannyml ? of_nannyml[i] : three_sigmas;
      check_rate(nannyml ? "NannyML's" : "ours", chunks[i], outside, trials, rate, rate);
    }
}

/* Rows to estimates: an estimate varies less than the real value that the limits come from, so it is outside more seldom. */
TEST(estimates_of_rows)
{
  enum { ROWS = 100, MOST = 51, LOOKED = 5 };
  static const dw_estimated looked[LOOKED] = {DW_ESTIMATED_AUC, DW_ESTIMATED_ACCURACY, DW_ESTIMATED_PRECISION, DW_ESTIMATED_RECALL,
                                              DW_ESTIMATED_F1};
  size_t trials = full() ? 1000 : 40;
  static double score[ROWS * MOST];
  static uint32_t label[ROWS * MOST], prediction[ROWS * MOST];
  dw_chunk chunk[MOST];
  for (size_t k = 0; k < MOST; k++) chunk[k] = (dw_chunk){.first = k * ROWS, .count = ROWS};
  for (size_t i = 0; i < 4; i++) {
    size_t outside[LOOKED] = {0}, rows = chunks[i] * ROWS;
    for (size_t trial = 0; trial < trials; trial++) {
      dw_rng rng;
      dw_rng_start(&rng, dw_rng_derive(chunks[i], "estimates"), trial, 0);
      for (size_t r = 0; r < rows + ROWS; r++) {
        score[r] = dw_rng_uniform(&rng);
        label[r] = dw_rng_uniform(&rng) < score[r];
        prediction[r] = score[r] >= 0.5;
      }
      dw_judged reference = {.task = DW_TASK_BINARY, .rows = rows, .classes = 2, .score = score, .label = label, .prediction = prediction};
      dw_judged now = {.task = DW_TASK_BINARY, .rows = ROWS, .classes = 2, .score = score + rows, .prediction = prediction + rows};
      dw_estimator e;
      dw_estimate found[DW_ESTIMATED_CELLS + 4];
      dw_err err;
      CHECK(dw_estimator_fit(&e, &reference, chunk, chunks[i], &(dw_estimator_options){.seed = 1}, &err) == DW_OK);
      dw_estimator_apply(&e, &now, found);
      for (size_t m = 0; m < LOOKED; m++) outside[m] += found[looked[m]].alert;
      dw_estimator_free(&e);
    }
    for (size_t m = 0; m < LOOKED; m++) check_rate(dw_estimated_name(looked[m], 2), chunks[i], outside[m], trials, 0, three_sigmas);
  }
}
