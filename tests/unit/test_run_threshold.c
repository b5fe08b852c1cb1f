#include "stats/run_lengths/run_threshold.h"

#include "test.h"

/* What is wanted is short, and known to a tenth only: tests must not take long. */
static const double WANTED = 100, PRECISION = 0.1;

static dw_status find_from(dw_run_threshold *out, dw_detector *detector, const char *parameter, const dw_run_source *source, double wanted,
                           unsigned threads, dw_err *err)
{
  dw_run_search search = {.source = source, .wanted = wanted, .precision = PRECISION, .seed = 1, .parameter = -1, .threads = threads};
  if (parameter) search.parameter = dw_detector_parameter_place(detector->method, parameter);
  return dw_run_threshold_find(out, detector, &search, err);
}

static dw_status find(dw_run_threshold *out, const char *method, const char *parameter, dw_run_source source, double wanted, dw_err *err)
{
  dw_detector detector;
  dw_detector_init(&detector, dw_detector_find(method));
  dw_status status = find_from(out, &detector, parameter, &source, wanted, 2, err);
  if (status == DW_OK) CHECK(detector.parameter[out->parameter] == out->value);
  return status;
}

/* The mean time measured with other random numbers is the one wanted, within four standard errors of search and measurement. */
static void check_found(const char *method, const char *parameter, dw_run_source source, double wanted)
{
  dw_run_threshold found;
  dw_err err = {0};
  CHECK_MSG(find(&found, method, parameter, source, wanted, &err) == DW_OK, "%s: %s", method, err.message);
  double by = 4 * sqrt(2) * PRECISION;
  CHECK_MSG(fabs(log(found.measured.mean / wanted)) < by, "%s: %g", method, found.measured.mean);
  CHECK_MSG(found.measured.error <= PRECISION && found.low < found.measured.mean && found.high > found.measured.mean, "%s", method);
  CHECK(found.measured.mean != found.sought.mean);
}

TEST(thresholds_have_the_mean_time_wanted)
{
  dw_run_source normal = {.law = DW_RUN_NORMAL}, errors = {.law = DW_RUN_BERNOULLI, .parameter = 0.2};
  check_found("page_hinkley", NULL, normal, WANTED);
  check_found("cusum", NULL, normal, WANTED);
  check_found("shewhart", NULL, normal, WANTED);
  check_found("cusum", "slack", normal, WANTED); /* another parameter than the method's own: larger is calmer here too, which nobody said */
  check_found("hddm_w", NULL, errors, WANTED);   /* a level: smaller is calmer */
  check_found("stepd", NULL, (dw_run_source){.law = DW_RUN_BERNOULLI, .parameter = 0.8}, 300);
}

/* Shewhart's chart of normal values whose mean and deviation are known from 1,000 values: after these there is an alarm with probability
 * 2 (1 - Phi(k)) at each, and for a mean time of 2,000 that is 1 / 1000 (k = 3.2905, but for what 1,000 values do not know). The logarithm
 * of the mean time grows by half of 3.6 for each 1 of k: 0.03 times four is 0.07 of k. */
TEST(a_threshold_that_can_be_computed)
{
  dw_detector detector;
  dw_run_threshold found;
  dw_err err = {0};
  dw_run_source normal = {.law = DW_RUN_NORMAL};
  dw_detector_init(&detector, dw_detector_find("shewhart"));
  CHECK(dw_detector_set(&detector, "min_instances", "1000", &err) == DW_OK);
  dw_run_search search = {.source = &normal, .wanted = 2000, .precision = 0.03, .seed = 1, .parameter = -1};
  CHECK(dw_run_threshold_find(&found, &detector, &search, &err) == DW_OK);
  CHECK_MSG(fabs(found.value - 3.2905) < 0.07, "%g", found.value);
}

TEST(steps_have_the_rarer_alarms)
{
  dw_run_threshold found;
  dw_err err = {0};
  CHECK(find(&found, "kswin", NULL, (dw_run_source){.law = DW_RUN_NORMAL}, 500, &err) == DW_OK);
  CHECK_MSG(found.sought.mean > 500 * (1 - 0.3 * PRECISION), "%g", found.sought.mean);
  /* 100, 400 and 1000 are all that ecdd has, and its mean times are shorter than their names */
  CHECK(find(&found, "ecdd", NULL, (dw_run_source){.law = DW_RUN_BERNOULLI, .parameter = 0.2}, 60, &err) == DW_OK);
  CHECK(found.value == floor(found.value) && found.value <= 2 && found.sought.mean >= 60);
}

TEST(a_mean_time_that_cannot_be_had_is_said)
{
  dw_run_threshold found;
  dw_err err = {0};
  dw_run_source errors = {.law = DW_RUN_BERNOULLI, .parameter = 0.2};
  CHECK(find(&found, "ecdd", NULL, errors, 5000, &err) == DW_ENODATA);
  CHECK_MSG(strstr(err.message,
                   "ecdd cannot have a mean time between false alarms of 5000 on this data: average_run_length 2, the calmest"),
            "%s", err.message);
  CHECK(find(&found, "adwin", NULL, (dw_run_source){.law = DW_RUN_NORMAL}, WANTED, &err) == DW_ENODATA);
  CHECK_MSG(strstr(err.message, "delta 1, the keenest that it can have"), "%s", err.message);
  CHECK(find(&found, "rddm", NULL, errors, WANTED, &err) == DW_ENODATA); /* the warning's threshold stands below it */
  CHECK_MSG(strstr(err.message, "beyond: ") && strstr(err.message, "warning_threshold"), "%s", err.message);
  double same[400] = {0};
  dw_run_source constant = {.law = DW_RUN_SAMPLE, .value = same, .count = 400, .block = 1};
  CHECK(find(&found, "kswin", NULL, constant, WANTED, &err) == DW_ENODATA);
  CHECK_MSG(strstr(err.message, "kswin has no alarm in"), "%s", err.message);
  CHECK(find(&found, "cusum", "mode", constant, WANTED, &err) == DW_EUSAGE);
}

TEST(a_sample_in_its_order_is_halved)
{
  enum { COUNT = 8000 };
  static double value[COUNT];
  dw_run_stream stream;
  dw_run_source normal = {.law = DW_RUN_NORMAL}, ordered = {.law = DW_RUN_SAMPLE, .value = value, .count = COUNT};
  dw_run_stream_start(&stream, &normal, dw_rng_derive(9, "test"), 0);
  for (int i = 0; i < COUNT; i++) value[i] = dw_run_stream_next(&stream);
  dw_run_threshold found;
  dw_err err = {0};
  CHECK_MSG(find(&found, "page_hinkley", NULL, ordered, WANTED, &err) == DW_OK, "%s", err.message);
  CHECK(found.sought.rows == COUNT / 2 && found.measured.rows == COUNT / 2);
  CHECK_MSG(found.measured.mean > 50 && found.measured.mean < 200, "%g", found.measured.mean); /* 40 alarms: four standard errors */
  CHECK(find(&found, "page_hinkley", NULL, ordered, 201, &err) == DW_ENODATA);
  CHECK_MSG(strstr(err.message, "8000 values in their order are too few for a mean time of 201: it takes 8040"), "%s", err.message);
}

TEST(streams_can_be_as_long_as_asked)
{
  dw_run_source normal = {.law = DW_RUN_NORMAL};
  dw_run_threshold found;
  dw_err err = {0};
  dw_detector detector;
  dw_run_search search = {.source = &normal, .wanted = WANTED, .precision = PRECISION, .rows = 300, .seed = 1, .parameter = -1};
  dw_detector_init(&detector, dw_detector_find("cusum"));
  CHECK(dw_run_threshold_find(&found, &detector, &search, &err) == DW_OK);
  CHECK(found.measured.rows == 300 * found.measured.streams);
  CHECK_MSG(fabs(log(found.measured.mean / WANTED)) < 4 * sqrt(2) * PRECISION, "%g", found.measured.mean);
}

TEST(the_same_for_any_number_of_threads)
{
  dw_run_source normal = {.law = DW_RUN_NORMAL};
  dw_run_threshold one, two;
  dw_err err = {0};
  dw_detector detector;
  dw_detector_init(&detector, dw_detector_find("page_hinkley"));
  CHECK(find_from(&one, &detector, NULL, &normal, WANTED, 1, &err) == DW_OK);
  dw_detector_init(&detector, dw_detector_find("page_hinkley"));
  CHECK(find_from(&two, &detector, NULL, &normal, WANTED, 2, &err) == DW_OK);
  CHECK(one.value == two.value && one.measured.mean == two.measured.mean && one.low == two.low && one.tried == two.tried);
}
