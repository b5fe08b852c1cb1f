#include "stats/streams/alarm_tally.h"

#include "test.h"

/* Every expected value is counted by hand from the definitions in the header; those marked "river" are also what the documentation of
 * river's drift.evaluate shows for the same alarms and drifts. */

static dw_alarm_tally tally_of(const uint64_t *alarm, size_t alarms, const dw_drift_span *drift, size_t drifts, uint64_t delta_max,
                               uint64_t delta_pre)
{
  dw_alarm_tally tally = {0};
  dw_alarm_tally_add(&tally, &(dw_alarm_stream){alarm, alarms, drift, drifts, 1000}, delta_max, delta_pre);
  return tally;
}

#define TALLY(alarms, drifts, max, pre) tally_of(alarms, sizeof alarms / sizeof *alarms, drifts, sizeof drifts / sizeof *drifts, max, pre)

TEST(an_alarm_is_a_hit_from_delta_pre_before_to_delta_max_after)
{
  static const struct {
    uint64_t alarm, first, last, pre;
    bool hit;
  } cases[] = {
      {120, 100, 100, 0, true}, {150, 100, 100, 0, true},  {151, 100, 100, 0, false}, {100, 100, 100, 0, true},
      {99, 100, 100, 0, false}, {95, 100, 100, 10, true},  {90, 100, 100, 10, true},  {89, 100, 100, 10, false},
      {250, 100, 200, 0, true}, {251, 100, 200, 0, false}, {130, 100, 200, 0, true},  {0, 3, 3, 10, true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_drift_span drift = {cases[i].first, cases[i].last};
    dw_alarm_tally tally = tally_of(&cases[i].alarm, 1, &drift, 1, 50, cases[i].pre);
    CHECK_MSG(tally.hits == cases[i].hit && tally.false_alarms == !cases[i].hit && tally.caught == cases[i].hit, "case %zu", i);
  }
}

TEST(one_hit_one_false_alarm_one_drift_missed) /* river: report(alarms=[110, 900], drifts=[100, 500], n_samples=1000, delta_max=50) */
{
  uint64_t alarm[] = {110, 900};
  dw_drift_span drift[] = {{100, 100}, {500, 500}};
  dw_alarm_tally tally = TALLY(alarm, drift, 50, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_DELAY), 10.0, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_NORMALISED), 0.2, 1e-15);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_PRECISION), 0.5, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_RECALL), 0.5, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_EPISODE_RECALL), 0.5, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_MISSED), 0.5, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_F1), 0.5, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_FALSE_RATE), 0.001, 1e-15);
  CHECK(isnan(dw_alarm_measure_of(&tally, DW_ALARM_FALSE_TIME)) && isnan(dw_alarm_measure_of(&tally, DW_ALARM_TIME_RATIO)));
  CHECK(dw_alarm_measure_count(&tally, DW_ALARM_PRECISION) == 2 && dw_alarm_measure_count(&tally, DW_ALARM_TIME_RATIO) == 0);
}

TEST(every_hit_counts_for_recall_and_the_first_for_delay) /* river: recall(alarms=[110, 130], drifts=[100, 500], delta_max=50) */
{
  uint64_t alarm[] = {110, 130};
  dw_drift_span drift[] = {{100, 100}, {500, 500}};
  dw_alarm_tally tally = TALLY(alarm, drift, 50, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_RECALL), 2.0 / 3, 1e-15);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_EPISODE_RECALL), 0.5, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_DELAY), 10.0, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_F1), 2 * 1.0 * 0.5 / 1.5, 1e-15);
}

TEST(an_alarm_belongs_to_the_earliest_drift_whose_span_it_is_in)
{
  uint64_t alarm[] = {130, 160};
  dw_drift_span drift[] = {{100, 100}, {120, 120}};
  dw_alarm_tally tally = TALLY(alarm, drift, 50, 0); /* 130 is of the first, 160 of the second */
  CHECK(tally.hits == 2 && tally.caught == 2 && tally.delay == 30 + 40);
  tally = tally_of(alarm, 1, drift, 2, 50, 0);
  CHECK(tally.caught == 1 && tally.delay == 30);
}

TEST(false_alarms_have_gaps_and_a_ratio) /* river: mean_time_ratio(alarms=[110, 400, 700], drifts=[100, 900], delta_max=50) is 15 */
{
  uint64_t alarm[] = {110, 400, 700}, false_alarm[] = {200, 300, 500};
  dw_drift_span drift[] = {{100, 100}, {900, 900}};
  dw_alarm_tally tally = TALLY(alarm, drift, 50, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_FALSE_TIME), 300.0, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_TIME_RATIO), 15.0, 1e-15);
  tally = tally_of(false_alarm, 3, NULL, 0, 50, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_FALSE_TIME), 150.0, 0);
  CHECK(isnan(dw_alarm_measure_of(&tally, DW_ALARM_RECALL)) && isnan(dw_alarm_measure_of(&tally, DW_ALARM_F1)));
  alarm[0] = 100; /* at once */
  tally = TALLY(alarm, drift, 50, 0);
  CHECK(dw_alarm_measure_of(&tally, DW_ALARM_TIME_RATIO) == INFINITY);
}

TEST(no_alarm_has_no_precision_and_misses_all)
{
  dw_drift_span drift[] = {{100, 100}};
  dw_alarm_tally tally = tally_of(NULL, 0, drift, 1, 50, 0);
  CHECK(isnan(dw_alarm_measure_of(&tally, DW_ALARM_PRECISION)) && isnan(dw_alarm_measure_of(&tally, DW_ALARM_DELAY)));
  CHECK(isnan(dw_alarm_measure_of(&tally, DW_ALARM_F1)));
  CHECK(dw_alarm_measure_of(&tally, DW_ALARM_RECALL) == 0 && dw_alarm_measure_of(&tally, DW_ALARM_MISSED) == 1);
  uint64_t wrong = 800; /* an alarm, and none that hits: F1 is 0 */
  tally = tally_of(&wrong, 1, drift, 1, 50, 0);
  CHECK(dw_alarm_measure_of(&tally, DW_ALARM_F1) == 0);
}

TEST(streams_are_pooled_without_gaps_between_them)
{
  uint64_t one[] = {200, 260}, two[] = {300, 320, 510};
  dw_drift_span drift[] = {{500, 500}};
  dw_alarm_tally tally = {0};
  dw_alarm_tally_add(&tally, &(dw_alarm_stream){one, 2, NULL, 0, 1000}, 50, 0);
  dw_alarm_tally_add(&tally, &(dw_alarm_stream){two, 3, drift, 1, 500}, 50, 0);
  CHECK(tally.rows == 1500 && tally.alarms == 5 && tally.false_alarms == 4 && tally.hits == 1 && tally.gaps == 2);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_FALSE_TIME), (60.0 + 20) / 2, 0);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_FALSE_RATE), 4.0 / 1500, 1e-15);
  CHECK_CLOSE(dw_alarm_measure_of(&tally, DW_ALARM_PRECISION), 0.2, 1e-15);
}
