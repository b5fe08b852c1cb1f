#include "stats/run_lengths/run_source.h"

#include "test.h"

enum { DRAWS = 100000 };

/* Mean, variance and the product of neighbours, each within five standard errors (of independent draws; of ar 0.5 three times as wide). */
static void check_moments(const char *text, double mean, double variance, double kurtosis, double product, double wide)
{
  dw_run_source source;
  dw_run_stream stream;
  dw_err err;
  CHECK(dw_run_source_parse(&source, text, &err) == DW_OK);
  dw_run_stream_start(&stream, &source, dw_rng_derive(3, "test"), 1);
  double sum = 0, squares = 0, products = 0, before = 0;
  for (int i = 0; i < DRAWS; i++) {
    double x = dw_run_stream_next(&stream) - mean;
    sum += x, squares += x * x, products += x * before, before = x;
  }
  double by = 5 * wide / sqrt(DRAWS);
  CHECK_MSG(fabs(sum / DRAWS) < by * sqrt(variance), "%s: mean off by %g", text, sum / DRAWS);
  CHECK_MSG(fabs(squares / DRAWS - variance) < by * variance * sqrt(kurtosis - 1), "%s: variance %g", text, squares / DRAWS);
  CHECK_MSG(fabs(products / DRAWS - product) < by * variance, "%s: product of neighbours %g", text, products / DRAWS);
}

TEST(laws_have_their_moments)
{
  check_moments("normal", 0, 1, 3, 0, 1);
  check_moments("uniform", 0.5, 1.0 / 12, 1.8, 0, 1);
  check_moments("exponential", 1, 1, 9, 0, 1);
  check_moments("lognormal:0.5", 1.1331484530668263, 0.36469584370796715, 8.9, 0, 1); /* e^(1/8), (e^(1/4) - 1) e^(1/4) */
  check_moments("ar:0.5", 0, 1, 3, 0.5, 3);
  check_moments("bernoulli:0.1", 0.1, 0.09, 8.2, 0, 1); /* 1 / 0.09 - 3 + 0.1: below */
}

TEST(words_that_are_no_law_are_refused)
{
  static const char *const wrong[] = {"",     "gauss", "normal:1",    "normal:", "bernoulli", "bernoulli:", "bernoulli:0", "bernoulli:1",
                                      "ar:1", "ar:x",  "lognormal:-1"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_run_source source;
    dw_err err;
    CHECK_MSG(dw_run_source_parse(&source, wrong[i], &err) == DW_EUSAGE, "%s", wrong[i]);
    CHECK(strstr(err.message, "is none of normal, uniform"));
  }
}

TEST(a_sample_is_taken_in_blocks_around_its_end)
{
  double value[7];
  for (int i = 0; i < 7; i++) value[i] = i;
  dw_run_source source = {.law = DW_RUN_SAMPLE, .value = value, .count = 7, .block = 3};
  dw_run_stream stream;
  int seen[7] = {0};
  dw_run_stream_start(&stream, &source, dw_rng_derive(3, "test"), 1);
  for (int b = 0; b < 700; b++) {
    double first = dw_run_stream_next(&stream);
    seen[(int)first]++;
    for (int i = 1; i < 3; i++) CHECK(dw_run_stream_next(&stream) == fmod(first + i, 7));
  }
  for (int i = 0; i < 7; i++) CHECK_MSG(seen[i] > 50 && seen[i] < 150, "%d begins %d times", i, seen[i]); /* 100, five deviations of 9.3 */
}

TEST(a_sample_without_blocks_stays_in_its_order)
{
  double value[] = {3, 1, 2};
  dw_run_source source = {.law = DW_RUN_SAMPLE, .value = value, .count = 3};
  dw_run_stream stream;
  dw_run_stream_start(&stream, &source, dw_rng_derive(3, "test"), 9);
  for (int i = 0; i < 6; i++) CHECK(dw_run_stream_next(&stream) == value[i % 3]);
}
