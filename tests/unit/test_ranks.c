/* ranks: the promise about false alarms, and that changes are found. stats/detect_values/ranks.c is a row of stats/detectors/detector.h. */
#include "base/rng.h"
#include "stats/detectors/detector.h"
#include "stats/distributions/special.h"
#include "test.h"

typedef double law(dw_rng *rng);

static double normal(dw_rng *rng) { return dw_normal_quantile(dw_rng_uniform(rng)); }
static double heavy(dw_rng *rng) { return 1e6 / (1e-9 + dw_rng_uniform(rng)); }
static double rare(dw_rng *rng) { return dw_rng_uniform(rng) < 0.05; }
static double few(dw_rng *rng) { return (double)dw_rng_below(rng, 4); }
static double same(dw_rng *rng) { return 3; }

static void start(dw_detector *detector, const char *run_length, const char *warning, const char *reference, const char *seed)
{
  dw_err err = {0};
  dw_detector_init(detector, dw_detector_find("ranks"));
  CHECK(dw_detector_set(detector, "run_length", run_length, &err) == DW_OK);
  CHECK(dw_detector_set(detector, "warning_run_length", warning, &err) == DW_OK);
  CHECK(dw_detector_set(detector, "reference", reference, &err) == DW_OK);
  CHECK(dw_detector_set(detector, "seed", seed, &err) == DW_OK);
  CHECK(dw_detector_start(detector, &err) == DW_OK);
}

/* The mean time to a false alarm is at least what was asked for: exactly so, so that only chance can make it less. Runs are cut off at a
 * length that makes the mean smaller. A reference of 40 has most values ranked by the urn. */
TEST(false_alarms_are_as_rare_as_promised)
{
  static law *const laws[] = {normal, heavy, rare, few, same};
  enum { RUNS = 150, ASKED = 200, CUT = 4000 };
  for (size_t l = 0; l < sizeof laws / sizeof *laws; l++) {
    double sum = 0, squares = 0;
    dw_detector detector;
    start(&detector, "200", "100", "40", l % 2 ? "1" : "7");
    for (int run = 0; run < RUNS; run++) {
      dw_rng rng;
      int t = 1;
      dw_rng_start(&rng, dw_rng_derive(21, "ranks"), (uint64_t)run, (uint32_t)l);
      dw_detector_restart(&detector);
      while (dw_detector_add(&detector, laws[l](&rng)) != DW_DETECTOR_DRIFT && t < CUT) t++;
      sum += t;
      squares += (double)t * t;
    }
    double mean = sum / RUNS, error = sqrt((squares / RUNS - mean * mean) / RUNS);
    CHECK_MSG(mean + 4.9 * error > ASKED, "law %zu: %g +- %g", l, mean, error);
    dw_detector_free(&detector);
  }
}

typedef struct change {
  double shift, scale;
  int within; /* values */
} change;

/* A change after 600 values is found, in any unit; the means are told apart. */
TEST(changes_are_found)
{
  static const change changes[] = {{3, 1, 12}, {-3, 1, 12}, {1, 1, 90}, {-1, 1, 90}, {0, 4, 40}, {0, 0.2, 90}};
  static const double units[] = {1, 1e-9, 1e12};
  dw_detector detector;
  start(&detector, "10000", "1000", "500", "1");
  for (size_t c = 0; c < sizeof changes / sizeof *changes; c++)
    for (size_t u = 0; u < 3; u++) {
      dw_rng rng;
      dw_rng_start(&rng, dw_rng_derive(22, "changes"), c, 0);
      dw_detector_restart(&detector);
      int at = 0;
      dw_detector_event event = DW_DETECTOR_NONE;
      for (; at < 1000 && event != DW_DETECTOR_DRIFT; at++) {
        double z = normal(&rng);
        event = dw_detector_add(&detector, units[u] * (at < 600 ? z : changes[c].shift + changes[c].scale * z));
      }
      CHECK_MSG(at > 600 && at <= 600 + changes[c].within, "change %zu in unit %g: %d", c, units[u], at - 600);
      CHECK(detector.told.statistic >= 10000 && detector.told.threshold == 10000);
      if (changes[c].shift != 0) {
        double moved = (detector.told.after - detector.told.before) / units[u];
        CHECK_MSG(fabs(moved - changes[c].shift) < 0.7, "change %zu: moved %g", c, moved);
        CHECK(detector.told.after_count <= (uint64_t)changes[c].within + 20);
      }
    }
  dw_detector_free(&detector);
}
