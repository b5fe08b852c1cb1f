/* The statistics suite of dw-serve --once: how often a check alarms where nothing drifts. Odds: a share leaves its interval by chance once
 * in a million checks. DW_SUITE=full has ten times the looks and prints the rates. */
#include "records_case.h"

#include "base/fmath.h"
#include "base/rng.h"
#include "serve/watch/look.h"
#include "stats/distributions/special.h"
#include "suite_case.h"

#define DAY (24 * HOUR)

/* --- the seeds' rule --- */

/* Beta(a, b) of whole numbers: the a-th least of a + b - 1 uniform numbers (Devroye, Non-Uniform Random Variate Generation, I.4.3). */
static double beta(dw_rng *rng, int a, int b)
{
  double u[16];
  int n = a + b - 1;
  for (int i = 0; i < n; i++) {
    int at = i;
    double x = dw_rng_uniform(rng);
    for (; at > 0 && u[at - 1] > x; at--) u[at] = u[at - 1];
    u[at] = x;
  }
  return u[a - 1];
}

static double seed_alarms(int a, int b, int an_hour, int looks, uint64_t stream)
{
  dw_rng rng;
  int alarms = 0;
  dw_rng_start(&rng, dw_rng_derive(9, "seed rule"), stream, 0);
  for (int look = 0; look < looks; look++) {
    dw_seed_histogram side[2] = {{{0}, 0}, {{0}, 0}};
    for (int i = 0; i < 24 * an_hour; i++) dw_seed_add(&side[0], beta(&rng, a, b));
    for (int i = 0; i < an_hour; i++) dw_seed_add(&side[1], beta(&rng, a, b));
    alarms += dw_seed_judge(&side[0], &side[1]).alarm;
  }
  return (double)alarms / looks;
}

/* An hour against the 24 before it, confidences of four shapes: the figures of the manual (dw-serve, CHECKS). */
TEST(seed_rule_alarms_without_drift)
{
  static const int shape[][2] = {{1, 1}, {2, 2}, {5, 2}, {8, 2}}, rows[] = {20, 50, 200, 1000};
  enum { SHAPES = sizeof shape / sizeof *shape, ROWS = sizeof rows / sizeof *rows };
  int looks = full() ? 20000 : 400;
  for (int r = 0; r < ROWS; r++) {
    double least = 1, most = 0;
    for (int s = 0; s < SHAPES; s++) {
      double rate = seed_alarms(shape[s][0], shape[s][1], rows[r], rows[r] > 100 ? looks / 10 : looks, (uint64_t)(r * SHAPES + s));
      if (full()) printf("seed rule, %d records an hour, beta(%d,%d): %.3f\n", rows[r], shape[s][0], shape[s][1], rate);
      least = rate < least ? rate : least;
      most = rate > most ? rate : most;
    }
    if (rows[r] == 20) CHECK_MSG(least > 0.5 && most > 0.85, "%g to %g", least, most);
    if (rows[r] == 50) CHECK_MSG(least > 0.1 && most > 0.3, "%g to %g", least, most);
    if (rows[r] >= 200) CHECK_MSG(most < 0.01, "%g", most);
  }
}

/* --- a day's rhythm --- */

static void add_day(dw_records *records, int64_t from, dw_rng *rng)
{
  enum { AN_HOUR = 60, ROWS = 24 * AN_HOUR };
  static dw_records_item items[ROWS];
  static char content[ROWS][120], id[ROWS][40];
  for (int i = 0; i < ROWS; i++) {
    int64_t time = from + (int64_t)((double)HOUR * ((double)(i / AN_HOUR) + dw_rng_uniform(rng)));
    double wave = dw_sin(2 * 3.14159265358979 * (double)(time % DAY) / (double)DAY);
    double x = 3 * wave + dw_normal_quantile(dw_rng_uniform(rng)), y = dw_normal_quantile(dw_rng_uniform(rng));
    snprintf(content[i], sizeof *content, "{\"x\":%.9f,\"y\":%.9f,\"word\":\"%s\"}", x, y,
             dw_rng_uniform(rng) < 0.5 + 0.4 * wave ? "yes" : "no");
    snprintf(id[i], sizeof *id, "%lld.%d", (long long)(from / HOUR), i);
    items[i] = item_of(id[i], content[i], time);
    items[i].received = time;
  }
  dw_records_batch batch = {.items = items, .count = ROWS};
  CHECK(dw_records_put(records, &batch, &err) == DW_OK && batch.stored == ROWS);
}

typedef struct rates {
  int looks, alarms, unjudged;
} rates;

static void look_each(rates *sum, dw_records *records, const char *rule, int64_t from, int64_t to, int64_t step)
{
  dw_look_settings set = {.model = "m", .window = HOUR, .baseline_text = rule, .alpha = NAN, .threads = 1};
  set.limits = (dw_behaviour_limits){NAN, NAN, NAN, NAN, 50};
  CHECK(dw_baseline_rule_parse(&set.baseline, rule, &err) == DW_OK);
  for (int64_t now = from; now <= to; now += step) {
    dw_look_result result;
    CHECK_MSG(dw_look(&result, &set, records, now, &(dw_periods){0}, &(dw_buf){0}, NULL, &err) == DW_OK, "%s", err.message);
    sum->looks++;
    sum->alarms += result.answer == DW_ANSWER_DRIFT;
    sum->unjudged += result.answer == DW_ANSWER_NOT_JUDGED;
    dw_look_free(&result);
  }
}

TEST(a_clean_daily_cycle_over_30_days_stays_within_alpha_by_the_hour_of_the_week)
{
  enum { DAYS = 30 };
  rates week = {0}, day = {0};
  for (int run = 0; run < (full() ? 10 : 1); run++) {
    dw_rng rng;
    place p = fresh(0);
    dw_records *records = opened(p.address);
    dw_rng_start(&rng, dw_rng_derive(9, "daily cycle"), (uint64_t)run, 0);
    int64_t first = NOON - 12 * HOUR;
    for (int i = 0; i < DAYS; i++) add_day(records, first + i * DAY, &rng);
    look_each(&week, records, "hour-of-week", first + 7 * DAY + HOUR, first + DAYS * DAY, full() ? HOUR : 5 * HOUR);
    look_each(&day, records, "trailing(0,24h)", first + 2 * DAY, first + DAYS * DAY, 7 * HOUR);
    dw_records_close(records);
  }
  double rate = (double)week.alarms / week.looks;
  if (full()) {
    printf("daily cycle, 30 days, an hour of 60 records: hour-of-week alarms in %d of %d looks (%.3f)\n", week.alarms, week.looks, rate);
    printf("daily cycle, 30 days, an hour of 60 records: trailing(0,24h) in %d of %d\n", day.alarms, day.looks);
  }
  CHECK_MSG(week.unjudged == 0 && rate <= most_of(0.05, week.looks), "%d of %d, %d not judged", week.alarms, week.looks, week.unjudged);
  CHECK(week.looks >= 23 * 24 / (full() ? 1 : 5));
}
