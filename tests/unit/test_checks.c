/* The data-quality tests against numbers worked out by hand. */
#include "detect/check/checks.h"

#include "base/rng.h"
#include "fixture.h"
#include "stats/distributions/special.h"

typedef struct subject {
  dw_dataset reference, current;
  dw_limits limits;
  dw_pair pair;
  dw_finding_list list;
} subject;

static void subject_make(subject *s, dw_type type, const char *reference, const char *current)
{
  *s = (subject){0};
  fixture_dataset(&s->reference, reference, NULL);
  fixture_dataset(&s->current, current, NULL);
  dw_limits_init(&s->limits, DW_PRESET_DRIFTWATCH);
  dw_pair_make(&s->pair, "v", type, dw_dataset_find(&s->reference, "v"), dw_dataset_find(&s->current, "v"));
}

static void subject_free(subject *s)
{
  for (size_t i = 0; i < s->list.count; i++) dw_finding_free(&s->list.item[i]);
  dw_free(s->list.item);
  dw_pair_free(&s->pair);
  dw_limits_free(&s->limits);
  dw_dataset_free(&s->reference);
  dw_dataset_free(&s->current);
}

/* Three of four current values above all four reference values: 2 * (4/8 * 3/7 * 2/6). */
TEST(range)
{
  subject s;
  subject_make(&s, DW_TYPE_NUMERIC, "{\"v\":1}\n{\"v\":2}\n{\"v\":3}\n{\"v\":4}\n", "{\"v\":2.5}\n{\"v\":5}\n{\"v\":6}\n{\"v\":7}\n");
  dw_check_range(&s.list, &s.limits, &s.pair);
  CHECK(s.list.count == 1 && s.list.without_finding == 0);
  CHECK_CLOSE(s.list.item[0].p_value, 2.0 * 4 * 3 * 2 / (8 * 7 * 6), 1e-14);
  CHECK(s.list.item[0].statistic == 0.75 && strcmp(s.list.item[0].direction, "up") == 0);
  CHECK(strstr(dw_buf_cstr(&s.list.item[0].detail), "\"low\":1,\"high\":4,\"below\":0,\"above\":3,\"current_min\":2.5,\"current_max\":7"));
  subject_free(&s);
}

TEST(range_with_nothing_to_say)
{
  subject s;
  subject_make(&s, DW_TYPE_NUMERIC, "{\"v\":1}\n{\"v\":4}\n", "{\"v\":1}\n{\"v\":4}\n");
  dw_check_range(&s.list, &s.limits, &s.pair);
  CHECK(s.list.count == 0 && s.list.without_finding == 1);
  subject_free(&s);
}

/* Fisher's exact test of 0 missing of 5 against 3 of 5: 2 * C(5,3) C(5,0) / C(10,3). */
TEST(missing)
{
  subject s;
  subject_make(&s, DW_TYPE_NUMERIC, "{\"v\":1}\n{\"v\":1}\n{\"v\":1}\n{\"v\":1}\n{\"v\":1}\n",
               "{\"v\":1}\n{\"v\":null}\n{\"w\":1}\n{\"v\":null}\n{\"v\":1}\n");
  dw_check_missing(&s.list, &s.limits, "v", DW_TYPE_NUMERIC, s.pair.reference, s.pair.current, (dw_effective){0});
  CHECK(s.list.count == 1);
  CHECK_CLOSE(s.list.item[0].p_value, 2.0 * 10 / 120, 1e-12);
  CHECK_CLOSE(s.list.item[0].statistic, 0.6, 1e-15);
  CHECK_TEXT(dw_buf_cstr(&s.list.item[0].own_current), "{\"count\":2,\"missing\":3,\"infinite\":0,\"share\":0.6}");
  subject_free(&s);
}

/* Five current rows worth two: of three missing ones one is left, which is among those two of seven. */
TEST(missing_among_rows_that_depend)
{
  subject s;
  subject_make(&s, DW_TYPE_NUMERIC, "{\"v\":1}\n{\"v\":1}\n{\"v\":1}\n{\"v\":1}\n{\"v\":1}\n",
               "{\"v\":1}\n{\"v\":null}\n{\"w\":1}\n{\"v\":null}\n{\"v\":1}\n");
  dw_check_missing(&s.list, &s.limits, "v", DW_TYPE_NUMERIC, s.pair.reference, s.pair.current, (dw_effective){.current = 2});
  CHECK_CLOSE(s.list.item[0].p_value, 2.0 / 7, 1e-12);
  CHECK_CLOSE(s.list.item[0].statistic, 0.6, 1e-15);
  subject_free(&s);
}

/* Four of six current values above all six of the reference's, worth two of three: P(both greatest of nine are of those three), twice. */
TEST(range_of_rows_that_depend)
{
  subject s;
  subject_make(&s, DW_TYPE_NUMERIC, "{\"v\":1}\n{\"v\":2}\n{\"v\":3}\n{\"v\":4}\n{\"v\":5}\n{\"v\":6}\n",
               "{\"v\":3}\n{\"v\":4}\n{\"v\":7}\n{\"v\":8}\n{\"v\":7}\n{\"v\":9}\n");
  s.pair.effective = (dw_effective){.current = 3};
  dw_check_range(&s.list, &s.limits, &s.pair);
  CHECK_CLOSE(s.list.item[0].p_value, 2 * (3.0 / 9) * (2.0 / 8), 1e-12);
  subject_free(&s);
}

/* "c" twice in the current four alone: 4/8 * 3/7, times 3 categories, doubled for both sides. "b" vanished once. */
TEST(categories)
{
  subject s;
  subject_make(&s, DW_TYPE_CATEGORICAL, "{\"v\":\"a\"}\n{\"v\":\"a\"}\n{\"v\":\"a\"}\n{\"v\":\"b\"}\n",
               "{\"v\":\"a\"}\n{\"v\":\"a\"}\n{\"v\":\"c\"}\n{\"v\":\"c\"}\n");
  dw_check_categories(&s.list, &s.limits, &s.pair);
  CHECK(s.list.count == 1);
  CHECK_CLOSE(s.list.item[0].p_value, fmin(1, 2 * 3 * 4.0 * 3 / (8 * 7)), 1e-14);
  CHECK_TEXT(dw_buf_cstr(&s.list.item[0].detail),
             "{\"new\":[{\"value\":\"c\",\"count\":2}],\"vanished\":[{\"value\":\"b\",\"count\":1}],\"new_count\":1,\"vanished_count\":1}");
  subject_free(&s);
}

TEST(schema)
{
  subject s;
  subject_make(&s, DW_TYPE_NUMERIC, "{\"v\":1}\n", "{\"v\":2}\n");
  dw_check_schema(&s.list, "v", DW_TYPE_NUMERIC, s.pair.reference, s.pair.current);
  CHECK(s.list.count == 0);
  dw_check_schema(&s.list, "v", DW_TYPE_NUMERIC, s.pair.reference, NULL);
  dw_check_schema(&s.list, "v", DW_TYPE_NUMERIC, NULL, s.pair.current);
  CHECK(s.list.count == 2 && s.list.item[0].drift && s.list.item[1].drift);
  CHECK_TEXT(dw_buf_cstr(&s.list.item[0].detail), "{\"change\":\"missing_column\",\"reference\":\"number\",\"current\":null}");
  CHECK_TEXT(dw_buf_cstr(&s.list.item[1].detail), "{\"change\":\"new_column\",\"reference\":null,\"current\":\"number\"}");
  subject_free(&s);
}

static dw_scored scored(const double *score, const double *label, size_t count)
{
  dw_scored s = {.score = (double *)score, .label = (double *)label, .count = count};
  dw_labels_init(&s.labels);
  return s;
}

TEST(performance_of_numbers_is_the_mean_absolute_error)
{
  static const double label[] = {1, 2, 3, 4, 5, 6}, good[] = {1.1, 2.2, 2.9, 4.1, 4.8, 6.1}, bad[] = {2, 4, 1, 7, 3, 9};
  dw_scored before = scored(good, label, 6), after = scored(bad, label, 6);
  dw_limits limits;
  dw_finding_list list = {0};
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_check_performance(&list, &limits, "s", &before, &after);
  CHECK(list.count == 1 && !list.item[0].error[0]);
  CHECK_TEXT(list.item[0].method, "mae");
  CHECK_CLOSE(list.item[0].statistic, 13.0 / 6 - 0.8 / 6, 1e-12);
  CHECK(list.item[0].p_value < 0.01 && strcmp(list.item[0].direction, "up") == 0);
  dw_finding_free(&list.item[0]);
  dw_free(list.item);
  dw_limits_free(&limits);
}

static dw_finding performance_of(const dw_scored *before, const dw_scored *after)
{
  dw_limits limits;
  dw_finding_list list = {0};
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_check_performance(&list, &limits, "s", before, after);
  dw_finding found = list.item[0];
  dw_free(list.item);
  dw_limits_free(&limits);
  return found;
}

/* DeLong's variances are 0 on both sides, his p is 0 then. What holds: of C(4, 2) deals of either class 2 are as far apart, and either
 * class has half of the level. */
TEST(performance_of_four_rows_a_side)
{
  static const double label[] = {0, 0, 1, 1}, good[] = {0.1, 0.2, 0.8, 0.9}, bad[] = {0.85, 0.95, 0.05, 0.15};
  dw_scored before = scored(good, label, 4), after = scored(bad, label, 4);
  dw_finding found = performance_of(&before, &after);
  CHECK(!found.error[0] && found.statistic == -1);
  CHECK_MSG(found.p_value > 0.5 && found.p_value <= 1, "%g", found.p_value);
  CHECK(found.shift.place == DW_PLACE_IN_ORDER && found.shift.reference == 1 && found.shift.current == 0);
  CHECK_CLOSE(found.shift.h, 3.141592653589793, 1e-15);
  CHECK(found.shift.high == found.shift.h);                                   /* no change is larger */
  CHECK_CLOSE(found.shift.low, 3.141592653589793 - 1.959963984540054, 1e-12); /* sqrt(1/2 + 1/2) */
  dw_finding_free(&found);
}

/* A reference whose pairs were looked at before answers as it would without; what was noted is what is used, and only while it holds. */
TEST(performance_of_a_reference_that_was_looked_at)
{
  static const double label[] = {1, 0, 1, 0, 1, 0}, score[] = {0.9, 0.2, 0.6, 0.7, 0.8, 0.1}, now[] = {0.3, 0.4, 0.9, 0.2, 0.5, 0.6};
  static const double third[] = {1, 0, 2, 0, 1, 0}, ones[] = {1, 1, 1, 1, 1, 1};
  dw_scored before = scored(score, label, 6), after = scored(now, label, 6), others = scored(now, third, 6), lone = scored(score, ones, 6);
  dw_finding plain = performance_of(&before, &after), plain_others = performance_of(&before, &others);
  dw_check_performance_look(&before);
  CHECK(before.looked.known && before.looked.ranked && before.looked.distinct == 2 && before.looked.positive == 1);
  CHECK_CLOSE(before.looked.auc.auc, 8.0 / 9, 1e-15); /* of nine pairs one, 0.6 and 0.7, is out of order */
  dw_finding looked = performance_of(&before, &after), looked_others = performance_of(&before, &others);
  CHECK(looked.statistic == plain.statistic && looked.p_value == plain.p_value && looked.shift.h == plain.shift.h);
  CHECK_TEXT(looked_others.error, plain_others.error);
  before.looked.auc.auc = 0.5;
  dw_finding noted = performance_of(&before, &after);
  CHECK_CLOSE(noted.statistic, plain.statistic + 8.0 / 9 - 0.5, 1e-14);
  before.looked.named = true; /* as if labels that were texts had become numbers since */
  dw_finding anew = performance_of(&before, &after);
  CHECK(anew.statistic == plain.statistic);
  dw_check_performance_look(&lone);
  CHECK(lone.looked.known && !lone.looked.ranked && lone.looked.distinct == 1 && lone.looked.seen[0] == 1);
  dw_finding *all[] = {&plain, &plain_others, &looked, &looked_others, &noted, &anew};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) dw_finding_free(all[i]);
}

/* --preset evidently with --checks performance: as it was. */
TEST(performance_of_a_preset)
{
  static const double label[] = {0, 0, 1, 1}, good[] = {0.1, 0.2, 0.8, 0.9}, bad[] = {0.85, 0.95, 0.05, 0.15};
  dw_scored before = scored(good, label, 4), after = scored(bad, label, 4);
  dw_limits limits;
  dw_finding_list list = {0};
  dw_limits_init(&limits, DW_PRESET_EVIDENTLY);
  dw_check_performance(&list, &limits, "s", &before, &after);
  CHECK(list.count == 1 && list.item[0].p_value == 0 && isnan(list.item[0].shift.h));
  dw_finding_free(&list.item[0]);
  dw_free(list.item);
  dw_limits_free(&limits);
}

/* Rows of both sides from one distribution: labels and scores as `draw` makes them. How many of RUNS alarm at 0.05. */
enum { RUNS = 200, RUNS_ALARM = 19 /* more alarm in 1 of 400 such tests where each alarms at 0.05 */ };

static unsigned alarms(size_t n, size_t m, void (*draw)(dw_rng *rng, double *score, double *label), double shift)
{
  unsigned found = 0;
  double *score = malloc((n + m) * sizeof *score), *label = malloc((n + m) * sizeof *label);
  for (unsigned run = 0; run < RUNS; run++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(1, "performance without drift"), run, n);
    for (size_t i = 0; i < n + m; i++) draw(&rng, &score[i], &label[i]);
    for (size_t i = n; i < n + m; i++) score[i] -= shift * label[i];
    dw_scored before = scored(score, label, n), after = scored(score + n, label + n, m);
    dw_finding finding = performance_of(&before, &after);
    found += !finding.error[0] && finding.p_value < 0.05;
    dw_finding_free(&finding);
  }
  free(score);
  free(label);
  return found;
}

static void few_positives(dw_rng *rng, double *score, double *label)
{
  *label = dw_rng_uniform(rng) < 0.05;
  *score = *label + dw_normal_quantile(dw_rng_uniform(rng));
}

static void heavy_errors(dw_rng *rng, double *score, double *label)
{
  *label = 10 * dw_normal_quantile(dw_rng_uniform(rng));
  *score = *label + exp(2 * dw_normal_quantile(dw_rng_uniform(rng)));
}

/* Five positives, and errors of which few make the mean: DeLong's and Welch's laws alone alarm in 40 of 200 runs. */
TEST(performance_alarms_at_its_rate)
{
  unsigned classes = alarms(2000, 100, few_positives, 0), numbers = alarms(2000, 50, heavy_errors, 0);
  CHECK_MSG(classes <= RUNS_ALARM && numbers <= RUNS_ALARM, "%u and %u of %d", classes, numbers, RUNS);
  unsigned drifted = alarms(2000, 1000, few_positives, 1);
  CHECK_MSG(drifted == RUNS, "%u of %d with scores that tell nothing any more", drifted, RUNS);
}
