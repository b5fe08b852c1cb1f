/* The statistics suite of online detectors: how often they tell of a change where there is none, and how soon of one that there is. Odds: a
 * figure leaves its interval by chance once in a million checks. DW_SUITE=full has longer streams and prints the tables of the manual. */
#include "base/rng.h"
#include "stats/detectors/detector.h"
#include "stats/distributions/special.h"
#include "suite_case.h"

typedef enum law { NORMAL, EXPONENTIAL, FEW, RARE, LAWS } law;

static const char *const law_words[] = {"normal", "exponential", "0 to 3", "errors of 0.1"};

static double draw(dw_rng *rng, law of)
{
  double u = dw_rng_uniform(rng);
  switch (of) {
  case NORMAL: return dw_normal_quantile(u);
  case EXPONENTIAL: return -log(u);
  case FEW: return floor(4 * u);
  default: return u < 0.1;
  }
}

static void start(dw_detector *detector, const dw_detector_method *method)
{
  dw_err err;
  dw_detector_init(detector, method);
  CHECK(dw_detector_start(detector, &err) == DW_OK);
}

/* Of a value as the method takes it: HITS are what errors are not. */
static double as_taken(const dw_detector_method *method, double x) { return method->input == DW_DETECTOR_HITS ? 1 - x : x; }

static double alarms_in(const dw_detector_method *method, law of, double values, uint64_t stream)
{
  dw_detector detector;
  dw_rng rng;
  double alarms = 0;
  start(&detector, method);
  dw_rng_start(&rng, dw_rng_derive(41, "detectors"), stream, (uint32_t)of);
  for (double i = 0; i < values; i++) alarms += dw_detector_add(&detector, as_taken(method, draw(&rng, of))) == DW_DETECTOR_DRIFT;
  dw_detector_free(&detector);
  return alarms;
}

static bool is_slow(const dw_detector_method *method) { return !strcmp(method->name, "bocd") || !strcmp(method->name, "kswin"); }

/* The promise of those that make one: a false alarm in 10,000 values at most, on average; those with simulated limits not much fewer. */
TEST(false_alarms)
{
  for (size_t m = 0; dw_detector_methods[m]; m++) {
    const dw_detector_method *method = dw_detector_methods[m];
    bool promises = dw_detector_parameter_place(method, "run_length") >= 0;
    double values = (full() ? 4e6 : promises ? 2e5 : 0) / (full() && is_slow(method) ? 20 : 1);
    for (law l = method->input == DW_DETECTOR_NUMBERS ? NORMAL : RARE; l < LAWS && values > 0; l++) {
      double alarms = alarms_in(method, l, values, m), expected = values / 10000;
      if (full()) printf("%s, %s: %.2f alarms in 10,000 values\n", method->name, law_words[l], alarms / values * 10000);
      if (promises) CHECK_MSG(alarms <= expected * 1.15 + 4.9 * sqrt(expected) + 3, "%s, %s: %g", method->name, law_words[l], alarms);
      if (promises && strcmp(method->name, "cvm_window") == 0)
        CHECK_MSG(alarms >= expected * 0.75 - 4.9 * sqrt(expected) - 3, "%s, %s: %g", method->name, law_words[l], alarms);
    }
  }
}

typedef struct change {
  const char *name;
  double shift, scale;
  int within; /* values, for the default: the mean delay of found ones stays below */
} change;

static const change changes[] = {{"0.25 sd", 0.25, 1, 0}, {"0.5 sd", 0.5, 1, 220}, {"1 sd", 1, 1, 70},
                                 {"3 sd", 3, 1, 15},      {"sd x 2", 0, 2, 90},    {"sd / 2", 0, 0.5, 130}};

typedef struct delay {
  double found, early, mean; /* shares of runs; values after the change */
} delay;

/* Normal values, or errors of 0.1 that become more: value BEFORE + 1 is the first of the others. What was told before is early. */
static delay delays_of(const dw_detector_method *method, const change *to, int runs)
{
  enum { BEFORE = 1000, AFTER = 1000 };
  dw_detector detector;
  delay out = {0};
  bool errors = method->input != DW_DETECTOR_NUMBERS;
  start(&detector, method);
  for (int run = 0; run < runs; run++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(42, "delays"), (uint64_t)run, 0);
    dw_detector_restart(&detector);
    for (int i = 0; i < BEFORE + AFTER; i++) {
      bool changed = i >= BEFORE;
      double x = errors ? dw_rng_uniform(&rng) < (changed ? 0.1 + 0.1 * to->shift : 0.1)
                        : draw(&rng, NORMAL) * (changed ? to->scale : 1) + (changed ? to->shift : 0);
      if (dw_detector_add(&detector, as_taken(method, x)) != DW_DETECTOR_DRIFT) continue;
      out.early += !changed;
      if (!changed) continue;
      out.found++;
      out.mean += i - BEFORE + 1;
      break;
    }
  }
  out.mean = out.found > 0 ? out.mean / out.found : 0;
  out.found /= runs;
  out.early /= runs;
  dw_detector_free(&detector);
  return out;
}

TEST(delays)
{
  for (size_t m = 0; dw_detector_methods[m]; m++) {
    const dw_detector_method *method = dw_detector_methods[m];
    if (!full() && m > 0) break;
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
      if (method->input != DW_DETECTOR_NUMBERS && changes[c].scale != 1) continue;
      delay d = delays_of(method, &changes[c], full() ? 400 : 40);
      if (full())
        printf("%s, %s: %.2f found, after %.0f values; %.2f false alarms before\n", method->name, changes[c].name, d.found, d.mean,
               d.early);
      if (m == 0 && changes[c].within)
        CHECK_MSG(d.found > 0.9 && d.mean < changes[c].within, "%s: %g after %g", changes[c].name, d.found, d.mean);
      CHECK(m > 0 || d.early <= most_of(0.1, full() ? 400 : 40));
    }
  }
}

/* kswin draws numbers of its own. On river's streams, where river with one seed alarms at 1016 and 1042 (tests/golden/detectors.txt),
 * alarms of ours, over seeds, lie about there. */
TEST(kswin_is_rivers_in_kind)
{
  static const struct {
    const char *alpha, *window, *stat;
    int levels, first; /* values 4 to 7, or 0 to 7, behind 1,000 of 0 and 1 */
    int river;
  } cases[] = {{"0.0001", "100", "30", 4, 4, 1016}, {"0.0001", "200", "100", 8, 0, 1042}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    int below = 0, above = 0, runs = 60;
    for (int run = 0; run < runs; run++) {
      dw_detector detector;
      dw_err err;
      dw_rng rng;
      char seed[20];
      snprintf(seed, sizeof seed, "%d", run + 1);
      dw_detector_init(&detector, dw_detector_find("kswin"));
      CHECK(dw_detector_set(&detector, "alpha", cases[c].alpha, &err) == DW_OK && dw_detector_set(&detector, "seed", seed, &err) == DW_OK);
      CHECK(dw_detector_set(&detector, "window_size", cases[c].window, &err) == DW_OK);
      CHECK(dw_detector_set(&detector, "stat_size", cases[c].stat, &err) == DW_OK && dw_detector_start(&detector, &err) == DW_OK);
      dw_rng_start(&rng, dw_rng_derive(43, "kswin"), (uint64_t)run, (uint32_t)c);
      int at = 0;
      for (bool told = false; at < 1300 && !told; at++) {
        uint64_t level = dw_rng_below(&rng, at < 1000 ? 2 : (uint64_t)cases[c].levels);
        told = dw_detector_add(&detector, at < 1000 ? (double)level : (double)(level + (uint64_t)cases[c].first)) == DW_DETECTOR_DRIFT;
      }
      below += at - 1 >= 1000 && at - 1 <= cases[c].river;
      above += at - 1 >= cases[c].river;
      dw_detector_free(&detector);
    }
    CHECK_MSG(below >= 3 && above >= 3, "case %zu: %d of %d up to river's, %d from there on", c, below, runs, above);
  }
}
