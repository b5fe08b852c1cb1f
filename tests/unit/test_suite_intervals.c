/* The statistics suite of intervals: 95 % intervals of every metric cover the population's value in 93 to 97 % of samples of 200, 2,000 and
 * 20,000 rows, at a prevalence of 0.1 and 0.3; what does not is listed, here and in dw-eval(1). The population's values are in
 * tests/golden/intervals.txt. The short form looks at 200 rows; DW_SUITE=full (make test-statistics) at all sizes, 1,000 samples each (400
 * of 20,000 rows), and prints what it found. Odds: a share of n samples leaves its bounds by chance once in 100,000 checks. */
#include "base/fmath.h"
#include "base/rng.h"
#include "golden.h"
#include "model/judge/interval.h"
#include "stats/distributions/special.h"
#include "suite_case.h"

enum { MOST = 20000 };

/* One kind of data, and what its metrics are. */
typedef struct population {
  const char *name;         /* in the golden table */
  double prevalence, sharp; /* 0: regression */
  bool heavy;
  double truth[DW_METRICS];
} population;

static population populations[] = {{"binary:0.1:1", 0.1, 1, false, {0}}, {"binary:0.1:2", 0.1, 2, false, {0}},
                                   {"binary:0.3:1", 0.3, 1, false, {0}}, {"binary:0.3:2", 0.3, 2, false, {0}},
                                   {"normal", 0, 0, false, {0}},         {"t5", 0, 0, true, {0}}};
enum { POPULATIONS = sizeof populations / sizeof *populations };

/* Coverage that is known to lie elsewhere. population: the start of a name. */
typedef struct exception {
  const char *population;
  dw_metric metric;
  size_t most; /* rows up to which it holds */
  double low, high;
} exception;

static const exception exceptions[] = {
    /* calibrated scores: an interval from 0 cannot miss but above */
    {"binary:0.1:1", DW_METRIC_ECE, MOST, 0.95, 1},
    {"binary:0.3:1", DW_METRIC_ECE, MOST, 0.95, 1},
    /* squares of errors with 5 degrees of freedom have no skewness: what has not been seen yet counts */
    {"t5", DW_METRIC_RMSE, MOST, 0.90, 0.97},
    {"t5", DW_METRIC_R2, MOST, 0.90, 0.97},
};

static void read_truth(void)
{
  golden table = golden_open("golden/intervals.txt");
  while (golden_next(&table))
    for (size_t i = 0; i < POPULATIONS && strcmp(table.field[0], "truth") == 0; i++) {
      dw_metric metric;
      if (strcmp(table.field[1], populations[i].name) == 0 && dw_metric_from_name(table.field[2], &metric))
        populations[i].truth[metric] = golden_number(&table, 3);
    }
}

static double score[MOST], target[MOST];
static uint32_t label[MOST], prediction[MOST];

static double normal(dw_rng *rng) { return dw_normal_quantile(dw_rng_uniform(rng)); }

static dw_judged draw(const population *from, size_t n, uint64_t trial)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(n, from->name), trial, 0);
  if (!from->prevalence) {
    for (size_t i = 0; i < n; i++) {
      double error = normal(&rng), squares = 0;
      for (int k = 0; from->heavy && k < 5; k++) {
        double z = normal(&rng);
        squares += z * z / 5;
      }
      target[i] = 10 + 2 * normal(&rng);
      score[i] = target[i] + (from->heavy ? error / sqrt(squares) : error);
    }
    return (dw_judged){.task = DW_TASK_REGRESSION, .rows = n, .score = score, .target = target};
  }
  for (size_t i = 0; i < n; i++) {
    label[i] = dw_rng_uniform(&rng) < from->prevalence;
    double logit = dw_log(from->prevalence / (1 - from->prevalence)) + 1.5 * (normal(&rng) + 1.5 * label[i]) - 1.125;
    score[i] = 1 / (1 + dw_exp(-from->sharp * logit));
    prediction[i] = score[i] >= 0.3;
  }
  return (dw_judged){.task = DW_TASK_BINARY, .rows = n, .classes = 2, .score = score, .label = label, .prediction = prediction};
}

static void check_population(const population *of, size_t n, size_t trials, unsigned replicates)
{
  size_t made[DW_METRICS] = {0}, below[DW_METRICS] = {0}, above[DW_METRICS] = {0};
  bool wanted[DW_METRICS];
  for (int i = 0; i < DW_METRICS; i++) wanted[i] = i != DW_METRIC_CONFUSION_MATRIX;
  for (size_t trial = 0; trial < trials; trial++) {
    dw_judged rows = draw(of, n, trial);
    dw_metric_values values;
    dw_interval out[DW_METRICS];
    dw_metrics *metrics = dw_metrics_new(&rows);
    dw_metrics_compute(metrics, NULL, &values);
    dw_resampling how = {.confidence = 0.95, .replicates = replicates, .seed = trial, .threads = 1};
    dw_intervals(metrics, &rows, wanted, &values, &how, out);
    dw_metrics_free(metrics);
    for (int i = 0; i < DW_METRICS; i++) {
      if (!out[i].method) continue;
      made[i]++;
      CHECK(out[i].low <= values.value[i] && values.value[i] <= out[i].high && out[i].low < out[i].high);
      below[i] += out[i].high < of->truth[i]; /* the interval lies below */
      above[i] += out[i].low > of->truth[i];
    }
  }
  for (int i = 0; i < DW_METRICS; i++) {
    if (!made[i]) continue;
    double share = 1 - (double)(below[i] + above[i]) / (double)made[i], low = 0.93, high = 0.97;
    for (size_t k = 0; k < sizeof exceptions / sizeof *exceptions; k++) {
      const exception *e = &exceptions[k];
      if (e->metric != (dw_metric)i || n > e->most || strncmp(of->name, e->population, strlen(e->population)) != 0) continue;
      low = e->low;
      high = e->high;
    }
    double chance = 4.4 * sqrt(0.05 * 0.95 / (double)made[i]);
    if (full())
      printf("# %-13s %6zu %-17s %.3f (too low %.3f, too high %.3f)\n", of->name, n, dw_metric_name((dw_metric)i), share,
             (double)below[i] / (double)made[i], (double)above[i] / (double)made[i]);
    CHECK(made[i] * 100 >= trials * 98);
    CHECK_MSG(share >= low - chance && share <= high + chance, "%s, %zu rows, %s: %g covered, not %g to %g", of->name, n,
              dw_metric_name((dw_metric)i), share, low, high);
  }
}

TEST(intervals_cover)
{
  read_truth();
  for (size_t i = 0; i < POPULATIONS; i++) {
    CHECK(populations[i].truth[populations[i].prevalence ? DW_METRIC_AUC : DW_METRIC_MAE] > 0);
    check_population(&populations[i], 200, full() ? 1000 : 150, full() ? 500 : 150);
    if (!full()) continue;
    check_population(&populations[i], 2000, 1000, 200);
    check_population(&populations[i], 20000, 400, 150);
  }
}
