/* CBPE. NannyML's published table of car_loan is held by tests/dw-eval.bats where its data are; here: the definitions on small cases,
 * several classes against scikit-learn (tests/golden/make_cbpe.py), and that estimates meet what labels say where nothing drifted. */
#include "model/estimate/estimate.h"
#include "model/judge/prediction_limits.h"

#include "golden.h"

static dw_err err;
static const dw_estimator_options plain = {.seed = 1};
enum { ESTIMATES = DW_ESTIMATED_CELLS + 4 }; /* of two classes */

typedef struct side {
  dw_judged rows;
  double *score;
  uint32_t *label, *prediction;
} side;

/* Scores are the true probability, warped by a monotone map (the square) so that it has to be calibrated back. */
static side make(uint64_t seed, size_t n, double lift, bool warped)
{
  side s = {.score = malloc(n * 8), .label = malloc(n * 4), .prediction = malloc(n * 4)};
  for (size_t i = 0; i < n; i++) {
    double p = golden_uniform(seed, i);
    p = p + lift * p * (1 - p);
    s.label[i] = golden_uniform(seed + 1, i) < p;
    s.score[i] = warped ? p * p : p;
    s.prediction[i] = p > 0.6;
  }
  s.rows = (dw_judged){.task = DW_TASK_BINARY, .rows = n, .classes = 2, .score = s.score, .label = s.label, .prediction = s.prediction};
  return s;
}

static void drop(side *s)
{
  free(s->score);
  free(s->label);
  free(s->prediction);
}

static const dw_metric same[] = {DW_METRIC_AUC, DW_METRIC_AVERAGE_PRECISION, DW_METRIC_ACCURACY, DW_METRIC_PRECISION, DW_METRIC_RECALL,
                                 DW_METRIC_F1,  DW_METRIC_SPECIFICITY};

static void halves(dw_chunk chunk[4], size_t n)
{
  for (size_t k = 0; k < 4; k++) chunk[k] = (dw_chunk){.first = n * k / 4, .count = n / 4};
}

TEST(estimates_meet_the_truth)
{
  for (int warped = 0; warped < 2; warped++) {
    side reference = make(1, 20000, 0, warped), now = make(5, 4000, 0.5, warped);
    dw_chunk chunk[4];
    dw_estimator e;
    dw_estimate found[ESTIMATES];
    dw_metric_values real;
    halves(chunk, 20000);
    CHECK(dw_estimator_fit(&e, &reference.rows, chunk, 4, &plain, &err) == DW_OK);
    if (warped) CHECK(e.map[0].needed);
    dw_metrics *metrics = dw_metrics_new(&now.rows);
    dw_metrics_compute(metrics, NULL, &real);
    dw_metrics_free(metrics);
    now.rows.label = NULL;
    dw_estimator_apply(&e, &now.rows, found);
    for (size_t m = 0; m < DW_ESTIMATED_BUSINESS_VALUE; m++) {
      CHECK_MSG(fabs(found[m].value - real.value[same[m]]) < 0.02, "%s: %g, really %g", dw_estimated_name(m, 2), found[m].value,
                real.value[same[m]]);
      CHECK(found[m].low < real.value[same[m]] && real.value[same[m]] < found[m].high);
      CHECK(found[m].sampling_error > 0 && found[m].sampling_error < 0.03);
    }
    double n = 0;
    for (size_t m = DW_ESTIMATED_CELLS; m < ESTIMATES; m++) n += found[m].value;
    CHECK_CLOSE(n, 4000, 1e-12);
    CHECK(isnan(found[DW_ESTIMATED_BUSINESS_VALUE].value) && !found[DW_ESTIMATED_BUSINESS_VALUE].alert);
    dw_estimator_free(&e);
    drop(&reference);
    drop(&now);
  }
}

/* Four rows by hand, uncalibrated: p = 0.9, 0.6 predicted positive; 0.4, 0.1 negative. */
TEST(definitions)
{
  double score[] = {0.4, 0.9, 0.1, 0.6};
  uint32_t prediction[] = {0, 1, 0, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 4, .classes = 2, .score = score, .prediction = prediction};
  dw_probability map = {.needed = false};
  dw_estimate_facts of[ESTIMATES];
  dw_estimator e = {.classes = 2, .map = &map, .of = of};
  for (size_t m = 0; m < ESTIMATES; m++) of[m] = (dw_estimate_facts){.spread = 0.04, .lower = 0.74, .upper = 0.76};
  dw_estimate found[ESTIMATES];
  dw_estimator_apply(&e, &rows, found);
  CHECK_CLOSE(found[DW_ESTIMATED_TRUE_POSITIVE].value, 1.5, 1e-15);
  CHECK_CLOSE(found[DW_ESTIMATED_FALSE_POSITIVE].value, 0.5, 1e-15);
  CHECK_CLOSE(found[DW_ESTIMATED_FALSE_NEGATIVE].value, 0.5, 1e-15);
  CHECK_CLOSE(found[DW_ESTIMATED_TRUE_NEGATIVE].value, 1.5, 1e-15);
  CHECK_CLOSE(found[DW_ESTIMATED_ACCURACY].value, 0.75, 1e-15);
  CHECK_CLOSE(found[DW_ESTIMATED_F1].value, 0.75, 1e-15);
  CHECK_CLOSE(found[DW_ESTIMATED_SPECIFICITY].value, 0.75, 1e-15);
  CHECK_CLOSE(found[DW_ESTIMATED_AVERAGE_PRECISION].value, (0.9 * 0.9 + 0.6 * 1.5 / 2 + 0.4 * 1.9 / 3 + 0.1 * 2 / 4) / 2, 1e-14);
  CHECK_CLOSE(found[DW_ESTIMATED_AUC].value, (0.1 * 0.45 + 0.4 * 1.2 + 0.6 * 1.7 + 0.9 * 1.95) / 4, 1e-14);
  CHECK_CLOSE(found[DW_ESTIMATED_F1].sampling_error, 0.02, 1e-14);
  CHECK_CLOSE(found[DW_ESTIMATED_TRUE_POSITIVE].sampling_error, 0.08, 1e-14); /* a total */
  CHECK_CLOSE(found[DW_ESTIMATED_F1].low, 0.69, 1e-14);
  CHECK(!found[DW_ESTIMATED_F1].alert && found[DW_ESTIMATED_AVERAGE_PRECISION].alert && found[DW_ESTIMATED_TRUE_POSITIVE].alert);
  rows.prediction = NULL;
  dw_estimator_apply(&e, &rows, found);
  CHECK(isnan(found[DW_ESTIMATED_F1].value) && !found[DW_ESTIMATED_F1].alert && !isnan(found[DW_ESTIMATED_AUC].value));
  rows.rows = 0;
  dw_estimator_apply(&e, &rows, found);
  CHECK(isnan(found[DW_ESTIMATED_AUC].value));
}

/* Three classes, uncalibrated: a row's scores are divided by their sum, and a row of zeros is as likely each. */
TEST(several_classes_by_hand)
{
  double score[] = {0.5, 0.5, 0.5, 0, 0, 0, 0.2, 0, 0.2};
  uint32_t prediction[] = {0, 1, 2};
  dw_judged rows = {.task = DW_TASK_MULTICLASS, .rows = 3, .classes = 3, .score = score, .prediction = prediction};
  dw_probability map[3] = {{.needed = false}};
  dw_estimate_facts of[DW_ESTIMATED_CELLS + 9] = {{0}};
  dw_estimator e = {.classes = 3, .map = map, .of = of, .how = {.normalise = DW_NORMALISE_TRUE}};
  dw_estimate found[DW_ESTIMATED_CELLS + 9];
  dw_estimator_apply(&e, &rows, found);
  double third = 1.0 / 3, want[9] = {third, third, 0.5, third, third, 0, third, third, 0.5}, row[3] = {7.0 / 6, 2.0 / 3, 7.0 / 6};
  for (size_t k = 0; k < 9; k++) CHECK_CLOSE(found[DW_ESTIMATED_CELLS + k].value, want[k] / row[k / 3], 1e-14);
  CHECK_CLOSE(found[DW_ESTIMATED_ACCURACY].value, (third + third + 0.5) / 3, 1e-14);
  CHECK_CLOSE(found[DW_ESTIMATED_PRECISION].value, (third + third + 0.5) / 3, 1e-14); /* each is predicted once */
}

typedef struct classes_sample {
  double *score;
  uint32_t *label, *prediction;
} classes_sample;

/* As sample() of make_cbpe.py, operation for operation. */
static classes_sample make_classes(uint64_t seed, size_t n, size_t classes, int kind, double lift)
{
  classes_sample s = {malloc(n * classes * 8), malloc(n * 4), malloc(n * 4)};
  for (size_t i = 0; i < n; i++) {
    double w[8], q[8], total = 0, all = 0, at = 0, *p = s.score + i * classes, v = golden_uniform(seed + classes, i);
    for (size_t k = 0; k < classes; k++) {
      w[k] = golden_uniform(seed + k, i) + (k == 0 ? lift : 0.05);
      w[k] *= w[k];
      total += w[k];
    }
    for (size_t k = 0; k < classes; k++) {
      q[k] = kind == 1 && k == 0 ? 0 : w[k] * w[k];
      all += q[k];
    }
    uint32_t label = 0;
    for (at = q[0]; label + 1 < classes && !(v * all < at); at += q[label]) label++;
    uint32_t largest = 0;
    for (size_t k = 0; k < classes; k++) p[k] = w[k] / total;
    s.label[i] = kind != 1 ? label : p[0] > 0.5 ? 0 : label == 0 ? 1 : label;
    for (uint32_t k = 0; k < classes; k++) {
      if (kind == 2) p[k] = floor(p[k] * 16) / 16;
      if (p[k] > p[largest]) largest = k;
    }
    s.prediction[i] = largest;
  }
  return s;
}

static void drop_classes(classes_sample *s)
{
  free(s->score);
  free(s->label);
  free(s->prediction);
}

TEST(several_classes_against_scikit_learn)
{
  golden table = golden_open("golden/cbpe.txt");
  int lines = 0;
  for (; golden_next(&table); lines++) {
    size_t classes = (size_t)golden_whole(&table, 0), rows = (size_t)golden_whole(&table, 2), n = (size_t)golden_whole(&table, 3),
           chunks = (size_t)golden_whole(&table, 4);
    int kind = (int)golden_whole(&table, 5);
    dw_estimator_options how = {.as_nannyml = true, .seed = 1};
    while (strcmp(dw_normalise_name(how.normalise), table.field[6]) != 0) how.normalise++;
    classes_sample ref = make_classes(golden_whole(&table, 1), rows, classes, kind, 0.05),
                   now = make_classes(golden_whole(&table, 1) + 100, n, classes, kind, 0.35);
    dw_judged reference = {
        .task = DW_TASK_MULTICLASS, .rows = rows, .classes = classes, .score = ref.score, .label = ref.label, .prediction = ref.prediction};
    dw_judged current = {.task = DW_TASK_MULTICLASS, .rows = n, .classes = classes, .score = now.score, .prediction = now.prediction};
    dw_chunk chunk[24]; /* all of them three times, for enough: mean and standard deviation stay */
    for (size_t k = 0; k < 3 * chunks; k++) chunk[k] = (dw_chunk){.first = rows / chunks * (k % chunks), .count = rows / chunks};
    CHECK(3 * chunks >= DW_PREDICTION_LEAST);
    dw_estimator e;
    dw_estimate found[DW_ESTIMATED_CELLS + 16];
    CHECK(dw_estimator_fit(&e, &reference, chunk, 3 * chunks, &how, &err) == DW_OK);
    CHECK(e.map[0].needed == (kind != 1) && e.map[1].needed);
    dw_estimator_apply(&e, &current, found);
    int at = 7;
    for (size_t m = 0; m < dw_estimates_count(classes); m++) {
      if (m == DW_ESTIMATED_BUSINESS_VALUE) continue;
      double want[4];
      for (int k = 0; k < 4; k++) want[k] = golden_number(&table, at++);
      CHECK_CLOSE(found[m].value, want[0], 1e-9);
      if (!isnan(want[1])) CHECK_CLOSE(found[m].sampling_error, want[1], 1e-9);
      CHECK_CLOSE(e.of[m].lower, want[2], 1e-9);
      if (isinf(want[3])) CHECK(e.of[m].upper > 0);
      else CHECK_CLOSE(e.of[m].upper, want[3], 1e-9);
    }
    dw_estimator_free(&e);
    drop_classes(&ref);
    drop_classes(&now);
  }
  CHECK(lines == 4);
}

/* A class without labels is taken as it is scored, has no AUC, and adds no error. */
TEST(a_class_that_the_reference_lacks)
{
  double score[] = {0.5, 0.3, 0.2, 0.2, 0.6, 0.2, 0.6, 0.3, 0.1, 0.1, 0.8, 0.1};
  uint32_t label[] = {0, 1, 1, 1}, prediction[] = {0, 1, 0, 1};
  dw_judged rows = {.task = DW_TASK_MULTICLASS, .rows = 4, .classes = 3, .score = score, .label = label, .prediction = prediction};
  dw_chunk chunk = {.first = 0, .count = 4};
  dw_estimator e;
  dw_estimate found[DW_ESTIMATED_CELLS + 9];
  CHECK(dw_estimator_fit(&e, &rows, &chunk, 1, &plain, &err) == DW_OK);
  CHECK(!e.map[2].needed && isnan(e.of[DW_ESTIMATED_AUC].lower) && e.of[DW_ESTIMATED_RECALL].spread > 0);
  dw_estimator_apply(&e, &rows, found);
  CHECK(found[DW_ESTIMATED_AUC].value > 0 && !found[DW_ESTIMATED_AUC].alert && found[DW_ESTIMATED_CELLS + 8].value == 0);
  dw_estimator_free(&e);
}

/* mpmath: the quantile of Student's law that leaves erfc(3 / sqrt 2) / 2, times sqrt(1 + 1 / 6) / sqrt(5 / 6), in population standard
 * deviations of six chunks */
#define REACH_OF_SIX 6.5160645901715249

/* Thresholds: limits of prediction from the chunks' real values, or mean and three population standard deviations, within [0, 1]. */
TEST(thresholds)
{
  double score[] = {0.1, 0.9, 0.2, 0.8, 0.9, 0.1, 0.2, 0.8};
  uint32_t label[] = {0, 1, 0, 1, 0, 1, 0, 1}, prediction[] = {0, 1, 0, 1, 1, 0, 0, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 8, .classes = 2, .score = score, .label = label, .prediction = prediction};
  dw_chunk chunk[6]; /* three times the two */
  for (size_t k = 0; k < 6; k++) chunk[k] = (dw_chunk){.first = k % 2 * 4, .count = 4};
  dw_estimator e;
  for (int nannyml = 0; nannyml < 2; nannyml++) {
    double reach = nannyml ? 3 : REACH_OF_SIX;
    dw_estimator_options how = {.as_nannyml = nannyml, .seed = 1};
    CHECK(dw_estimator_fit(&e, &rows, chunk, 6, &how, &err) == DW_OK);
    CHECK_CLOSE(e.of[DW_ESTIMATED_ACCURACY].upper, 1, 0); /* 0.75 + 3 * 0.25, cut */
    CHECK_CLOSE(e.of[DW_ESTIMATED_ACCURACY].lower, 0, 0);
    CHECK_CLOSE(e.of[DW_ESTIMATED_TRUE_POSITIVE].upper, 1.5 + reach * 0.5, 1e-14); /* 2 and 1 */
    dw_estimator_free(&e);
  }
}

/* Reference by hand: cells TN, TP, TN, TP in one chunk (worth 10 at 0, -1, -4, 5) and FP, FN, TN, TP in the other (worth 0). Eight rows are
 * worth 10: mean 1.25, second moment (3 * 25 + 1 + 16) / 8 = 11.5. */
TEST(business_value)
{
  double score[] = {0.1, 0.9, 0.2, 0.8, 0.9, 0.1, 0.2, 0.8};
  uint32_t label[] = {0, 1, 0, 1, 0, 1, 0, 1}, prediction[] = {0, 1, 0, 1, 1, 0, 0, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 8, .classes = 2, .score = score, .label = label, .prediction = prediction};
  dw_chunk chunk[6]; /* three times the two */
  for (size_t k = 0; k < 6; k++) chunk[k] = (dw_chunk){.first = k % 2 * 4, .count = 4};
  double cells[] = {0, -1, -4, 5};
  dw_business business = {.value = cells, .count = 4};
  dw_estimator_options how = {.business = &business, .seed = 1};
  double spread = sqrt(11.5 - 1.25 * 1.25);
  for (int mean = 0; mean < 2; mean++) {
    business.per_row = mean;
    double unit = mean ? 4 : 1, scale = mean ? 1 / sqrt(4) : sqrt(4);
    dw_estimator e;
    dw_estimate found[ESTIMATES];
    CHECK(dw_estimator_fit(&e, &rows, chunk, 6, &how, &err) == DW_OK);
    CHECK_CLOSE(e.of[DW_ESTIMATED_BUSINESS_VALUE].lower, (5 - REACH_OF_SIX * 5) / unit, 1e-14); /* not cut at 0 */
    CHECK_CLOSE(e.of[DW_ESTIMATED_BUSINESS_VALUE].upper, (5 + REACH_OF_SIX * 5) / unit, 1e-14);
    dw_probability_free(&e.map[0]);
    e.map[0].needed = false;
    double now[] = {0.4, 0.9, 0.1, 0.6}; /* TN 1.5, FP 0.5, FN 0.5, TP 1.5: worth -0.5 - 2 + 7.5 */
    uint32_t told[] = {0, 1, 0, 1};
    dw_judged four = {.task = DW_TASK_BINARY, .rows = 4, .classes = 2, .score = now, .prediction = told};
    dw_estimator_apply(&e, &four, found);
    CHECK_CLOSE(found[DW_ESTIMATED_BUSINESS_VALUE].value, 5 / unit, 1e-14);
    CHECK_CLOSE(found[DW_ESTIMATED_BUSINESS_VALUE].sampling_error, spread * scale, 1e-14);
    CHECK_CLOSE(found[DW_ESTIMATED_BUSINESS_VALUE].low, (5 - 3 * spread * 2) / unit, 1e-14); /* -13.9, above the least, -16 */
    CHECK_CLOSE(found[DW_ESTIMATED_BUSINESS_VALUE].high, 20 / unit, 1e-14);                  /* cut: all true positives */
    CHECK(!found[DW_ESTIMATED_BUSINESS_VALUE].alert);
    told[1] = told[3] = 0; /* all negative: TN 2, FN 2 */
    e.of[DW_ESTIMATED_BUSINESS_VALUE].lower = -1;
    dw_estimator_apply(&e, &four, found);
    CHECK_CLOSE(found[DW_ESTIMATED_BUSINESS_VALUE].value, -8 / unit, 1e-14);
    CHECK(found[DW_ESTIMATED_BUSINESS_VALUE].alert);
    four.prediction = NULL;
    dw_estimator_apply(&e, &four, found);
    CHECK(isnan(found[DW_ESTIMATED_BUSINESS_VALUE].value));
    e.map[0] = (dw_probability){0};
    dw_estimator_free(&e);
  }
  business.count = 9;
  dw_estimator e;
  CHECK(dw_estimator_fit(&e, &rows, chunk, 2, &how, &err) == DW_EUSAGE && strstr(err.message, "wants 4 numbers for 2 classes, not 9"));
  dw_estimator_free(&e);
}

TEST(business_values_are_read)
{
  const char *good[] = {"0", "-1.5", "-1e2", "5", "1", "2", "3", "4", "6"}, *bad[] = {"0", "-1", "x", "5"},
             *huge[] = {"0", "1", "1e999", "5"};
  dw_business business = {.per_row = true};
  CHECK(dw_business_parse(&business, good, 4, &err) == DW_OK && business.count == 4 && business.per_row);
  CHECK(business.value[0] == 0 && business.value[1] == -1.5 && business.value[2] == -100 && business.value[3] == 5);
  dw_business_free(&business);
  CHECK(dw_business_parse(&business, good, 9, &err) == DW_OK && business.count == 9);
  dw_business_free(&business);
  for (size_t count = 0; count < 4; count++) CHECK(dw_business_parse(&business, good, count, &err) == DW_EUSAGE && business.count == 0);
  CHECK(strstr(err.message, "not 3"));
  CHECK(dw_business_parse(&business, bad, 4, &err) == DW_EUSAGE && strstr(err.message, "\"x\""));
  dw_business_free(&business);
  CHECK(dw_business_parse(&business, huge, 4, &err) == DW_EUSAGE);
  dw_business_free(&business);
}

TEST(references_that_say_nothing)
{
  double score[] = {0.1, 0.9, 0.2};
  uint32_t label[] = {1, 1, 1};
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = 3, .classes = 2, .score = score, .label = label};
  dw_chunk chunk = {.first = 0, .count = 3};
  dw_estimator e;
  CHECK(dw_estimator_fit(&e, &rows, &chunk, 1, &plain, &err) == DW_ENODATA);
  CHECK(strstr(err.message, "one class"));
  dw_estimator_free(&e);
}

static void pick(size_t classes, const char *name, bool predictions, bool business, const char *want)
{
  bool *wanted = dw_estimates_pick(classes, &name, name != NULL, predictions, business, &err);
  char got[64] = "";
  CHECK_MSG(wanted != NULL, "%s", err.message);
  for (size_t m = 0; m < dw_estimates_count(classes); m++) strcat(got, wanted[m] ? "1" : "0");
  CHECK_TEXT(got, want);
  free(wanted);
}

TEST(names)
{
  pick(2, NULL, true, false, "111111101111");
  pick(2, NULL, true, true, "111111111111");
  pick(2, NULL, false, false, "110000000000");
  pick(2, "confusion_matrix", true, false, "000000001111");
  pick(2, "false_positive", true, false, "000000000100");
  pick(3, NULL, true, true, "11111111000000000");
  pick(3, "confusion_matrix", true, false, "00000000111111111");
  pick(3, "f1", true, false, "00000100000000000");
  const char *wrong[] = {"brier", "business_value", "true_positive"},
             *says[] = {"no estimate of \"brier\"", "--business-value", "a cell of two classes"};
  for (size_t i = 0; i < 3; i++) CHECK(!dw_estimates_pick(3, &wrong[i], 1, true, false, &err) && strstr(err.message, says[i]));
  CHECK(dw_estimated_is_known("true_negative") && !dw_estimated_is_known("brier"));
  CHECK_TEXT(dw_estimated_name(DW_ESTIMATED_TRUE_POSITIVE, 2), "true_positive");
  CHECK_TEXT(dw_estimated_name(DW_ESTIMATED_TRUE_POSITIVE, 3), "confusion_matrix");
}

/* One reference chunk has no spread: thresholds are three sampling errors of both sides about the reference's value, and nothing alarms
 * where nothing drifted. */
TEST(few_reference_chunks)
{
  enum { N = 3000, M = 300 };
  double score[N], now[M];
  uint32_t label[N], prediction[N], told[M];
  for (size_t i = 0; i < N; i++) {
    score[i] = golden_uniform(71, i);
    label[i] = golden_uniform(72, i) < score[i];
    prediction[i] = score[i] >= 0.5;
  }
  dw_judged rows = {.task = DW_TASK_BINARY, .rows = N, .classes = 2, .score = score, .label = label, .prediction = prediction};
  dw_chunk chunk[] = {{.first = 0, .count = N / 2}, {.first = N / 2, .count = N / 2}}, whole = {.first = 0, .count = N};
  for (size_t chunks = 1; chunks <= 2; chunks++) {
    dw_estimator e;
    dw_estimate found[ESTIMATES];
    CHECK(dw_estimator_fit(&e, &rows, chunks == 1 ? &whole : chunk, chunks, &plain, &err) == DW_OK);
    double hits = 0;
    for (size_t i = 0; i < N; i++) hits += prediction[i] == label[i];
    double p = hits / N, reach = 3 * sqrt(p * (1 - p) * (1.0 / M + 1.0 / N));
    for (uint64_t trial = 0; trial < 20; trial++) {
      for (size_t i = 0; i < M; i++) {
        now[i] = golden_uniform(100 + trial, i);
        told[i] = now[i] >= 0.5;
      }
      dw_judged part = {.task = DW_TASK_BINARY, .rows = M, .classes = 2, .score = now, .prediction = told};
      dw_estimator_apply(&e, &part, found);
      for (size_t m = 0; m < ESTIMATES; m++) CHECK_MSG(!found[m].alert, "%s: %g", dw_estimated_name(m, 2), found[m].value);
      CHECK_CLOSE(found[DW_ESTIMATED_ACCURACY].lower, p - reach, 1e-12);
      CHECK_CLOSE(found[DW_ESTIMATED_ACCURACY].upper, p + reach, 1e-12);
      CHECK(found[DW_ESTIMATED_TRUE_POSITIVE].lower < found[DW_ESTIMATED_TRUE_POSITIVE].value &&
            found[DW_ESTIMATED_TRUE_POSITIVE].upper < M);
    }
    for (size_t i = 0; i < M; i++) { /* scores that say nothing */
      now[i] = 0.4 + 0.2 * golden_uniform(99, i);
      told[i] = now[i] >= 0.5;
    }
    dw_judged part = {.task = DW_TASK_BINARY, .rows = M, .classes = 2, .score = now, .prediction = told};
    dw_estimator_apply(&e, &part, found);
    CHECK(found[DW_ESTIMATED_ACCURACY].alert && found[DW_ESTIMATED_AUC].alert);
    dw_estimator_free(&e);
  }
}

/* Without any error at all in a small reference some is assumed; chunks that are all alike are as one. */
TEST(no_error_in_few_rows)
{
  dw_moments over;
  dw_estimate low = {.value = 0.95};
  dw_estimate_facts of;
  dw_moments_init(&over);
  dw_moments_add(&over, 1);
  of = (dw_estimate_facts){.spread = 0, .least = 0, .most = 1};
  dw_estimate_limits(&of, &over, 1, 100, false, false);
  dw_estimate_judge(&of, false, 100, &low);
  double share = 102.0 / 104;
  CHECK_CLOSE(low.lower, 1 - 3 * sqrt(share * (1 - share) * 0.02), 1e-12);
  for (int k = 1; k < 10; k++) dw_moments_add(&over, 1);
  dw_estimate alike = {.value = 0.95};
  of = (dw_estimate_facts){.spread = 0, .least = 0, .most = 1};
  dw_estimate_limits(&of, &over, 1, 100, false, false);
  dw_estimate_judge(&of, false, 100, &alike);
  CHECK(alike.lower == low.lower && !alike.alert);
  of = (dw_estimate_facts){.spread = 0, .least = 0, .most = 1};
  dw_estimate_limits(&of, &over, 1, 100, false, true);
  dw_estimate_judge(&of, false, 100, &alike);
  CHECK(alike.lower == 1 && alike.alert);
}

/* Scores that mean in one half of the reference what they do not in the other: over all of it the map is right, in no chunk it is. */
TEST(estimates_are_tried_on_the_reference)
{
  enum { ROWS = 4000, CHUNKS = 8 };
  const bool wanted[ESTIMATES] = {[DW_ESTIMATED_AUC] = true, [DW_ESTIMATED_ACCURACY] = true};
  uint32_t order[ROWS];
  dw_chunk chunk[CHUNKS];
  for (size_t i = 0; i < ROWS; i++) order[i] = (uint32_t)i;
  for (size_t k = 0; k < CHUNKS; k++) chunk[k] = (dw_chunk){.first = ROWS / CHUNKS * k, .count = ROWS / CHUNKS};
  dw_chunks chunks = {.order = order, .chunk = chunk, .count = CHUNKS};
  for (int drifts = 0; drifts < 2; drifts++) {
    side s = make(11, ROWS, 0, true);
    for (size_t i = 0; drifts && i < ROWS; i++)
      if (i / (ROWS / CHUNKS) % 2) s.label[i] = golden_uniform(77, i) < 0.5;
    dw_outcomes outcomes = {.rows = ROWS,
                            .task = DW_TASK_BINARY,
                            .classes = 2,
                            .known = 2,
                            .width = 1,
                            .score = s.score,
                            .class_of = s.label,
                            .predicted = s.prediction};
    dw_estimator e;
    dw_estimate_trial found[DW_ESTIMATED_BUSINESS_VALUE];
    CHECK(dw_estimator_fit_outcomes(&e, &outcomes, &chunks, &plain, &err) == DW_OK);
    dw_estimator_try(&e, &outcomes, &chunks, wanted, found);
    CHECK(found[DW_ESTIMATED_RECALL].chunks == 0 && !found[DW_ESTIMATED_RECALL].fails);
    for (int m = DW_ESTIMATED_AUC; m <= DW_ESTIMATED_ACCURACY; m += DW_ESTIMATED_ACCURACY) {
      CHECK(found[m].chunks == CHUNKS && found[m].fails == drifts);
      CHECK_MSG(drifts ? found[m].p_value < 1e-6 : found[m].p_value > 0.001, "%d: p %g", drifts, found[m].p_value);
      CHECK(fabs(found[m].estimated - found[m].realised) < 0.06);
    }
    /* of 500 rows each: the standard error of a share at most root(0.25 / 500), and a ninth more variance or so for the map */
    CHECK(found[DW_ESTIMATED_ACCURACY].chance < 0.0224 * 1.1 && found[DW_ESTIMATED_ACCURACY].chance > 0.01);
    chunks.count = 1;
    dw_estimator_try(&e, &outcomes, &chunks, wanted, found);
    CHECK(found[DW_ESTIMATED_AUC].chunks == 0);
    chunks.count = CHUNKS;
    dw_estimator_free(&e);
    drop(&s);
  }
}
