#include "stats/tests/look_limits.h"

#include <math.h>

#include "base/rng.h"
#include "stats/distributions/special.h"
#include "test.h"

static double uniform_at(const char *purpose, uint64_t seed, size_t at, size_t test)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(seed, purpose), at, (uint32_t)test);
  return dw_rng_uniform(&rng);
}

static bool apart(const dw_looks *looks, size_t i, size_t k)
{
  size_t a = looks->start[i], b = looks->start[k];
  return a + looks->length <= b || b + looks->length <= a;
}

/* The definition, look by look: distances of one kind, whose usual sizes are those of the looks apart. */
static double limit_by_definition(const double *score, const dw_looks *looks, double rate)
{
  enum { MOST = 200 };
  double extent[MOST], rank[MOST], all = 0;
  size_t n = looks->count;
  for (size_t i = 0; i < n; i++) {
    double squares = 0, count = 0;
    for (size_t k = 0; k < n; k++)
      if (apart(looks, i, k)) squares += score[k] * score[k], count++;
    extent[i] = score[i] / sqrt(squares / count);
    all += score[i] * score[i] / (double)n;
  }
  for (size_t i = 0; i < n; i++) {
    double as_far = 0, count = 0;
    for (size_t k = 0; k < n; k++)
      if (apart(looks, i, k)) as_far += extent[k] >= extent[i], count++;
    rank[i] = as_far / count;
  }
  double bar = 1, limit = 0; /* the least rank at which more than `rate` of the looks are ranked as low or lower */
  for (size_t i = 0; i < n; i++) {
    size_t below = 0;
    for (size_t k = 0; k < n; k++) below += rank[k] <= rank[i];
    if (below > (size_t)floor(rate * (double)n) && rank[i] < bar) bar = rank[i];
  }
  /* the furthest of the looks that do not alarm: their share of looks as far is not below it */
  for (size_t i = 0; i < n; i++) {
    size_t as_far = 0;
    for (size_t k = 0; k < n; k++) as_far += extent[k] >= extent[i];
    if (!((double)as_far / (double)n < bar)) limit = fmax(limit, extent[i]);
  }
  return limit * sqrt(all);
}

TEST(the_limit_is_that_of_the_definition)
{
  static const double rates[] = {0.02, 0.05, 0.1, 0.3};
  for (uint64_t seed = 0; seed < 20; seed++) {
    enum { LOOKS = 150, LENGTH = 9 };
    double score[LOOKS], noise[LOOKS + LENGTH];
    size_t start[LOOKS];
    for (size_t i = 0; i < LOOKS + LENGTH; i++) noise[i] = uniform_at("noise", seed, i, 0) - 0.5;
    for (size_t i = 0; i < LOOKS; i++) { /* in an order that is not theirs */
      double sum = 0;
      start[i] = (i * 37) % LOOKS;
      for (size_t k = 0; k < LENGTH; k++) sum += noise[start[i] + k];
      score[i] = fabs(sum);
    }
    dw_looks looks = {start, LOOKS, LENGTH, (LOOKS + LENGTH - 1) / LENGTH};
    for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
      dw_look_test test = {.score = score, .beside = DW_LOOK_ALONE, .most = NAN};
      dw_minp_level level;
      dw_look_limits(&test, 1, &looks, rates[r], &level);
      CHECK_CLOSE(test.limit, limit_by_definition(score, &looks, rates[r]), 1e-12);
      CHECK(level.rate <= fmax(rates[r], 1.0 / (double)(looks.disjoint + 1)));
    }
  }
}

/* Of looks that do not overlap, are alike, and are few, a fresh one is the furthest at one in 20: for one score, and for eight together,
 * whose laws are as different as half-normal and Cauchy. Of 4,000 trials 5 sigma: 0.017. */
TEST(few_looks_hold_the_rate_for_any_number_of_scores)
{
  enum { LOOKS = 19, TRIALS = 4000, MOST = 8 };
  static const size_t counts[] = {1, 8};
  for (size_t c = 0; c < 2; c++)
    for (int heavy = 0; heavy <= 1; heavy++) {
      size_t alarms = 0;
      for (uint64_t trial = 0; trial < TRIALS; trial++) {
        double score[MOST][LOOKS + 1];
        size_t start[LOOKS];
        dw_look_test test[MOST];
        dw_minp_level level;
        for (size_t i = 0; i < LOOKS; i++) start[i] = 10 * i;
        for (size_t k = 0; k < counts[c]; k++) {
          for (size_t i = 0; i <= LOOKS; i++) {
            double u = uniform_at("looks", trial * 2 + (uint64_t)heavy, i, k);
            score[k][i] = heavy ? tan(u * 1.5707963) : fabs(dw_normal_quantile(u));
          }
          test[k] = (dw_look_test){.score = score[k], .beside = DW_LOOK_ALONE, .most = NAN};
        }
        dw_look_limits(test, counts[c], &(dw_looks){start, LOOKS, 10, LOOKS}, 0.05, &level);
        bool alarm = false;
        for (size_t k = 0; k < counts[c]; k++) alarm |= score[k][LOOKS] > test[k].limit;
        alarms += alarm;
      }
      double rate = (double)alarms / TRIALS;
      CHECK_MSG(rate <= 0.05 + 0.017, "%zu scores, %s: %g", counts[c], heavy ? "Cauchy" : "normal", rate);
      CHECK_MSG(rate > 0.02, "%zu scores, %s: %g", counts[c], heavy ? "Cauchy" : "normal", rate);
    }
}

TEST(p_values_and_similarities_have_limits_of_their_own_kind)
{
  enum { LOOKS = 40 };
  double p[LOOKS], beside[LOOKS], similar[LOOKS], none[LOOKS], zero[LOOKS], large[LOOKS];
  size_t start[LOOKS];
  for (size_t i = 0; i < LOOKS; i++) {
    double z = 4 * fabs(dw_normal_quantile(((double)i + 0.5) / LOOKS)); /* rows that are worth a sixteenth */
    start[i] = i;
    p[i] = 2 * dw_normal_sf(z);
    beside[i] = i == 7 ? 0.001 : 1;
    similar[i] = 1 - z / 1000;
    none[i] = NAN, zero[i] = 0, large[i] = z * 1e300;
  }
  dw_look_test test[] = {{.score = p, .low = true, .p_value = true, .usual = 1, .beside = DW_LOOK_ALONE, .most = 0.05},
                         {.score = beside, .low = true, .p_value = true, .usual = 1, .beside = 0, .most = 0.05},
                         {.score = similar, .low = true, .beside = DW_LOOK_ALONE, .most = NAN},
                         {.score = none, .low = true, .p_value = true, .usual = 1, .beside = DW_LOOK_ALONE, .most = 0.05},
                         {.score = zero, .beside = DW_LOOK_ALONE, .most = NAN},
                         {.score = large, .beside = DW_LOOK_ALONE, .most = NAN}};
  dw_minp_level level;
  dw_look_limits(test, 6, &(dw_looks){start, LOOKS, 1, LOOKS}, 0.1, &level);
  double z = -dw_normal_quantile(test[0].limit / 2);
  CHECK_MSG(z > 6 && z < 9, "a deviate of %g", z); /* of 4 |normal| one in ten is beyond 6.6, and four of 40 are allowed */
  CHECK_CLOSE(test[1].limit, test[0].limit, 1e-9); /* it is usually as large as the other */
  CHECK_CLOSE(1 - test[2].limit, z / 1000, 1e-6);
  CHECK(isnan(test[3].limit) && test[4].limit == 0);
  CHECK_CLOSE(test[5].limit, z * 1e300, 1e-6);
  /* p-values that have come to their end tell no look from another: nothing is beyond them */
  double ended[LOOKS];
  for (size_t i = 0; i < LOOKS; i++) ended[i] = i % 4 ? 1e-12 : 0;
  dw_look_test end = {.score = ended, .low = true, .p_value = true, .usual = 1, .beside = DW_LOOK_ALONE, .most = 0.05};
  dw_look_limits(&end, 1, &(dw_looks){start, LOOKS, 1, LOOKS}, 0.1, &level);
  CHECK(end.limit == 0);
  test[0].most = 1e-40;
  dw_look_limits(test, 1, &(dw_looks){start, LOOKS, 1, LOOKS}, 0.1, &level);
  CHECK(test[0].limit == 1e-40);
  CHECK_CLOSE(dw_look_least_rate(19), 0.05, 1e-15);
}
