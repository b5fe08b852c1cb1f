#include "stats/tests/minp.h"

#include "base/rng.h"
#include "test.h"

enum { RUNS = 2000, TESTS = 12 };

/* Scores of independent tests (stream: the test), uniform. */
static double uniform_at(const char *purpose, size_t run, size_t test)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(5, purpose), run, (uint32_t)test);
  return dw_rng_uniform(&rng);
}

static double scores[TESTS][RUNS];
static dw_minp_test tests[TESTS];

static bool beyond(const dw_minp_test *test, double score) { return test->low ? score < test->limit : score > test->limit; }

TEST(one_test_gets_its_own_quantile)
{
  dw_minp_level level;
  for (size_t i = 0; i < RUNS; i++) scores[0][i] = (double)((i * 7) % RUNS); /* 0 … RUNS - 1 */
  tests[0] = (dw_minp_test){.score = scores[0]};
  CHECK(dw_minp_limits(tests, 1, RUNS, 0.05, &level, NULL) == DW_OK);
  CHECK(tests[0].limit == RUNS - 100); /* of the others 99 are beyond it; of all, 99 */
  CHECK_CLOSE(level.level, 0.05, 1e-12);
  CHECK_CLOSE(level.rate, 0.05, 1e-12);
  CHECK_CLOSE(level.error, sqrt(0.05 * 0.95 / RUNS), 1e-12);
  tests[0].low = true;
  CHECK(dw_minp_limits(tests, 1, RUNS, 0.05, &level, NULL) == DW_OK);
  CHECK(tests[0].limit == 99);
}

/* Limits from RUNS runs hold for 40,000 fresh ones. The rate of the limits has a standard error of 0.005 (2,000 runs), the count one of
 * 0.0011: 5 of both together: 0.026, one in 2 million. */
static double fresh_rate(size_t count, bool same)
{
  enum { FRESH = 40000 };
  size_t alarms = 0;
  for (size_t i = 0; i < FRESH; i++) {
    bool alarm = false;
    for (size_t k = 0; k < count; k++) alarm |= beyond(&tests[k], uniform_at("fresh", i, same ? 0 : k));
    alarms += alarm;
  }
  return (double)alarms / FRESH;
}

TEST(many_tests_alarm_together_at_the_rate)
{
  for (int same = 0; same <= 1; same++) {
    dw_minp_level level;
    for (size_t k = 0; k < TESTS; k++) {
      for (size_t i = 0; i < RUNS; i++) scores[k][i] = uniform_at("runs", i, same ? 0 : k);
      tests[k] = (dw_minp_test){.score = scores[k], .low = k % 2};
      if (same) tests[k].low = false;
    }
    CHECK(dw_minp_limits(tests, TESTS, RUNS, 0.05, &level, NULL) == DW_OK);
    double rate = fresh_rate(TESTS, same);
    CHECK_MSG(fabs(rate - 0.05) < 0.026, "same %d: rate %g", same, rate);
    CHECK(level.rate <= 0.05);
    /* Independent: about 1 - 0.95^(1/12) each; the same score twelve times: one test. */
    if (same) CHECK_CLOSE(level.level, 0.05, 1e-9);
    if (!same) CHECK(level.level > 0.0025 && level.level < 0.0065);
  }
}

TEST(ties_never_alarm_more_often)
{
  dw_minp_level level;
  for (size_t i = 0; i < RUNS; i++) scores[0][i] = i % 10 == 0; /* one in ten: too many for 5 % */
  tests[0] = (dw_minp_test){.score = scores[0]};
  CHECK(dw_minp_limits(tests, 1, RUNS, 0.05, &level, NULL) == DW_OK);
  CHECK(tests[0].limit == 1 && level.rate == 0);
  for (size_t i = 0; i < RUNS; i++) scores[0][i] = i % 25 == 0;
  CHECK(dw_minp_limits(tests, 1, RUNS, 0.05, &level, NULL) == DW_OK);
  CHECK(tests[0].limit == 0 && level.rate == 0.04);
}

/* Of exact tests the runs tell which alarm together; what chance makes of their quantiles does not move the limit. */
TEST(exact_tests_are_held_to_the_level)
{
  dw_minp_level level;
  for (size_t k = 0; k < TESTS; k++) {
    for (size_t i = 0; i < RUNS; i++) scores[k][i] = uniform_at("runs", i, k / 2); /* in pairs that go together */
    tests[k] = (dw_minp_test){.score = scores[k], .low = true, .exact = true};
  }
  CHECK(dw_minp_limits(tests, TESTS, RUNS, 0.05, &level, NULL) == DW_OK);
  for (size_t k = 0; k < TESTS; k++) CHECK(tests[k].limit == level.level);
  /* 1 - 0.95^(1/6) = 0.0085, whose standard error is a tenth of it (100 alarms) */
  CHECK(level.level > 0.0085 / 1.5 && level.level < 0.0085 * 1.5);
  CHECK_MSG(fabs(fresh_rate(TESTS / 2, false) - 0.05) < 0.026, "rate %g", fresh_rate(TESTS / 2, false));
  for (size_t i = 0; i < RUNS; i++)
    scores[0][i] = i % 3 ? 1 : NAN; /* p-values that are never small, or not there: conservative, but exact */
  CHECK(dw_minp_limits(tests, 1, RUNS, 0.05, &level, NULL) == DW_OK);
  CHECK(tests[0].limit == level.level && level.rate == 0);
}

TEST(bounded_tests_are_never_above_the_level)
{
  dw_minp_level level;
  for (size_t i = 0; i < RUNS; i++) scores[0][i] = 0.5; /* these runs would allow any limit up to 0.5 */
  for (size_t i = 0; i < RUNS; i++) scores[1][i] = uniform_at("runs", i, 1);
  tests[0] = (dw_minp_test){.score = scores[0], .low = true, .bounded = true};
  tests[1] = (dw_minp_test){.score = scores[1], .low = true};
  CHECK(dw_minp_limits(tests, 2, RUNS, 0.05, &level, NULL) == DW_OK);
  CHECK_CLOSE(tests[0].limit, level.level, 1e-12);
  CHECK_CLOSE(level.level, 0.05, 1e-12);
  /* And a test whose p-values are not what they claim, since rows depend on each other, counts as it is. */
  for (size_t i = 0; i < RUNS; i++) scores[0][i] = scores[1][i] * scores[1][i];
  CHECK(dw_minp_limits(tests, 2, RUNS, 0.05, &level, NULL) == DW_OK);
  CHECK(tests[0].limit < level.level && level.rate <= 0.05);
}

TEST(no_answer_and_too_few_runs)
{
  dw_minp_level level;
  dw_err err;
  for (size_t i = 0; i < RUNS; i++) scores[0][i] = NAN, scores[1][i] = i < 50 ? (double)i : NAN;
  tests[0] = (dw_minp_test){.score = scores[0]};
  tests[1] = (dw_minp_test){.score = scores[1]};
  CHECK(dw_minp_limits(tests, 2, RUNS, 0.05, &level, NULL) == DW_OK);
  CHECK(isnan(tests[0].limit));
  CHECK(dw_minp_limits(tests, 1, 10, 0.05, &level, &err) == DW_OK); /* nothing ever alarms */
  for (size_t i = 0; i < RUNS; i++) scores[0][i] = (double)i;
  CHECK(dw_minp_limits(tests, 1, 10, 0.05, &level, &err) == DW_ENODATA);
  CHECK_TEXT(err.message, "10 runs are too few for a rate of alarms this low over 1 tests; about 40 are needed");
  CHECK(dw_minp_limits(tests, 1, 40, 0.05, &level, &err) == DW_OK);
}
