#include "stats/run_lengths/run_length.h"

#include "test.h"

/* A detector whose run length is known: an alarm at each value of at least `limit` beyond a warm-up of none. Of uniform values the run
 * length is geometric, of mean 1 / (1 - limit). */
enum { LIMIT };
static size_t bytes(const double *parameter) { return sizeof(double); }
static void reset(void *state, const double *parameter) { *(double *)state = parameter[LIMIT]; }
static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  *told = (dw_detector_told){.statistic = x};
  return x >= *(double *)state ? DW_DETECTOR_DRIFT : DW_DETECTOR_NONE;
}

static const dw_detector_method above = {.name = "above",
                                         .parameter = {{"limit", 0.5, 0, 1, NULL, false}},
                                         .knob = LIMIT,
                                         .knob_calms = true,
                                         .bytes = bytes,
                                         .reset = reset,
                                         .add = add};

static dw_run_length measure(double limit, size_t streams, double wanted, unsigned threads)
{
  dw_detector detector;
  dw_run_length length;
  dw_err err;
  dw_run_source source = {.law = DW_RUN_UNIFORM};
  dw_run_plan plan = {
      .source = &source, .key = dw_rng_derive(5, "test"), .streams = streams, .rows = 2000, .wanted = wanted, .threads = threads};
  dw_detector_init(&detector, &above);
  dw_detector_set_number(&detector, LIMIT, limit);
  CHECK(dw_run_length_measure(&length, &detector, &plan, &err) == DW_OK);
  return length;
}

TEST(the_mean_of_a_geometric_run_length)
{
  dw_run_length length = measure(0.99, 200, 0, 2);
  CHECK(length.rows == 400000 && length.streams == 200);
  CHECK_MSG(fabs(length.mean / 100 - 1) < 4 * length.error, "%g", length.mean);
  CHECK_CLOSE(length.error, 1 / sqrt(4000 * 0.99), 0.2); /* binomial counts; 200 of them tell their spread to a twentieth */
  dw_run_length none = measure(1, 4, 0, 2);
  CHECK(none.alarms == 0 && none.mean == INFINITY && isnan(none.error));
}

TEST(no_more_streams_than_it_takes_and_the_same_for_any_number_of_threads)
{
  dw_run_length far = measure(0.5, 200, 100, 1), near = measure(0.99, 200, 100, 1), never = measure(1, 200, 100, 1);
  CHECK(far.streams == 4 && near.streams == 200 && never.streams == 4);
  dw_run_length two = measure(0.99, 200, 100, 2);
  CHECK(two.alarms == near.alarms && two.mean == near.mean && two.error == near.error);
}

TEST(alarms_are_followed_by_a_new_begin)
{
  dw_detector detector;
  dw_run_length length;
  dw_err err;
  double step[100]; /* 50 of one level, 50 of another: in their order cusum sees one change, then learns the new level */
  for (int i = 0; i < 100; i++) step[i] = (i < 50 ? 0 : 9) + (i % 2);
  dw_run_source source = {.law = DW_RUN_SAMPLE, .value = step, .count = 100};
  dw_run_plan plan = {.source = &source, .key = dw_rng_derive(5, "test"), .streams = 1, .rows = 100};
  dw_detector_init(&detector, dw_detector_find("cusum"));
  CHECK(dw_run_length_measure(&length, &detector, &plan, &err) == DW_OK);
  CHECK(length.alarms == 1 && length.mean == 100);
  CHECK_CLOSE(length.error, 1, 0);
}
