#include "synth/scenario/daily_cycle.h"

#include "base/clock.h"
#include "test.h"

static const int64_t hour = 3600 * DW_SECOND, day = 24 * 3600 * DW_SECOND;

static const double office[24] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 1, 2, 2, 2, 1, 1, 0, 0, 0, 0, 0, 0};
static const double skewed[24] = {1e-3, 5, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1e6};

TEST(without_a_cycle_instants_stay)
{
  dw_daily_cycle cycle = {0};
  CHECK(dw_daily_cycle_instant(&cycle, 12345) == 12345 && dw_daily_cycle_even(&cycle, -12345) == -12345);
}

TEST(equal_weights_change_nothing)
{
  double equal[24];
  for (int h = 0; h < 24; h++) equal[h] = 0.3;
  dw_daily_cycle cycle = {0};
  dw_daily_cycle_set(&cycle, equal);
  for (int64_t t = -3 * day; t < 3 * day; t += 7 * hour + 1) {
    CHECK(dw_daily_cycle_instant(&cycle, t) == t);
    CHECK(dw_daily_cycle_even(&cycle, t) == t);
  }
}

/* The weights sum to 16: a sixteenth of the day's rows (90 even minutes) stands for a weight of 1. */
TEST(an_hour_gets_its_share_of_the_day)
{
  dw_daily_cycle cycle = {0};
  dw_daily_cycle_set(&cycle, office);
  const int64_t part = day / 16, days[] = {0, 20454 * day, -5 * day};
  for (int i = 0; i < 3; i++) {
    int64_t d = days[i];
    CHECK(dw_daily_cycle_instant(&cycle, d) == d + 8 * hour);             /* nothing comes before eight */
    CHECK(dw_daily_cycle_instant(&cycle, d + part) == d + 9 * hour);      /* weight 1 until nine */
    CHECK(dw_daily_cycle_instant(&cycle, d + 3 * part) == d + 10 * hour); /* and 2 until ten */
    CHECK(dw_daily_cycle_instant(&cycle, d + 2 * part) == d + 9 * hour + hour / 2);
    CHECK(dw_daily_cycle_instant(&cycle, d + day - part / 2) == d + 17 * hour + hour / 2);
    CHECK(dw_daily_cycle_instant(&cycle, d + day - 1) < d + 18 * hour);
    CHECK(dw_daily_cycle_even(&cycle, d) == d && dw_daily_cycle_even(&cycle, d + 8 * hour) == d);
    CHECK(dw_daily_cycle_even(&cycle, d + 10 * hour) == d + 3 * part);
    CHECK(dw_daily_cycle_even(&cycle, d + 20 * hour) == d + day); /* after six nothing more comes that day */
  }
}

/* even() is the first time that the cycle puts at or behind the instant: what a phase that begins then asks. */
TEST(even_is_the_first_time_at_or_behind_an_instant)
{
  const double *const weights[] = {office, skewed};
  for (int w = 0; w < 2; w++) {
    dw_daily_cycle cycle = {0};
    dw_daily_cycle_set(&cycle, weights[w]);
    for (int64_t t = -day; t < 2 * day; t += 997 * DW_SECOND + 13) {
      int64_t even = dw_daily_cycle_even(&cycle, t);
      CHECK(dw_daily_cycle_instant(&cycle, even) >= t);
      CHECK(dw_daily_cycle_instant(&cycle, even - 1) < t);
    }
  }
}

TEST(order_is_kept)
{
  dw_daily_cycle cycle = {0};
  dw_daily_cycle_set(&cycle, skewed);
  int64_t before = INT64_MIN;
  for (int64_t t = -day; t < 2 * day; t += 31 * DW_SECOND + 7) {
    int64_t instant = dw_daily_cycle_instant(&cycle, t);
    CHECK(instant >= before);
    CHECK((instant + day) / day == (t + day) / day); /* and the day */
    before = instant;
  }
}
