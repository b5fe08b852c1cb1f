/* The statistics suite of rows in time: dependent rows are called so, independent ones seldom, and looks without change alarm at the rate
 * of one test whichever they are. Odds as in test_suite_pvalues.c. DW_SUITE=full has 1,000 and 400 runs a case and prints the rates. */
#include "rows_in_time.h"
#include "suite_case.h"

/* 1,000 rows: of dependent ones 95 in 100 are called so, of independent ones at most 5. */
TEST(rates)
{
  bool whole = full();
  int runs = whole ? 1000 : 30;
  static const double phi[] = {0, 0.5, 0.9};
  for (int k = 0; k < 3; k++) {
    int said = 0;
    for (int run = 0; run < runs; run++) {
      found f;
      look(&f, &(wanted){.phi = phi[k], .rows = 1000, .step = 1800}, 1000 + (uint64_t)run);
      said += f.dependence.count > 0;
      found_free(&f);
    }
    if (whole) printf("# 1,000 rows, AR %g: said of %d in %d\n", phi[k], said, runs);
    double a = 0.05, off = 4.9 * sqrt(a * (1 - a) * runs) + 3;
    if (phi[k] > 0) CHECK_MSG(said >= runs * 0.95, "AR %g: %d of %d", phi[k], said, runs);
    else CHECK_MSG(said <= runs * a + off, "independent: %d of %d", said, runs);
  }
}

enum { BASELINE = 21 * 48, A_DAY = 48, LOOKS = 7 };

/* Where row `row` of text begins; its records are lines. */
static char *line_of(char *text, size_t row)
{
  while (row-- > 0) text = strchr(text, '\n') + 1;
  return text;
}

typedef enum counts { AS_ROWS, AS_WORTH, AS_WORTH_WITHOUT_CYCLES } counts;

/* Every fourth of 28 days after `baseline` half hours, x alone, compared with those: how many alarm. */
static int alarms_after(size_t baseline, const wanted *w, uint64_t seed, counts how)
{
  static const char *const only_x[] = {"x"};
  int drifted = 0;
  char *text = records(w, seed);
  dw_limits limits;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_selection selection = {.only = {only_x, 1}};
  dw_compare_options options = {.limits = &limits, .time = "ts", .threads = 1, .selection = &selection};
  dw_dataset reference;
  dw_dependence dependence = {0};
  for (int look = 0; look < LOOKS; look++) {
    char *from = line_of(text, baseline + (size_t)look * 4 * A_DAY), *to = line_of(from, A_DAY), *first = line_of(text, baseline);
    dw_dataset current;
    dw_comparison result;
    if (look == 0) {
      char kept_byte = *first;
      *first = '\0';
      fixture_dataset(&reference, text, &kept);
      *first = kept_byte;
      dw_dependence_find(&dependence, &reference, &options);
      if (how != AS_ROWS) options.dependence = &dependence;
      static const char *const others[] = {"y", "k", "z"};
      for (size_t i = 0; i < 3; i++) dw_dataset_drop(&reference, others[i]);
    }
    char end = *to;
    *to = '\0';
    fixture_dataset(&current, from, &kept);
    *to = end;
    static const char *const others[] = {"y", "k", "z"};
    for (size_t i = 0; i < 3; i++) dw_dataset_drop(&current, others[i]);
    if (how == AS_WORTH_WITHOUT_CYCLES) dw_dependence_cover(&dependence, current.succession);
    dw_compare(&result, &reference, &current, &options);
    drifted += result.drift;
    dw_comparison_free(&result);
    dw_dataset_free(&current);
  }
  dw_dependence_free(&dependence);
  dw_dataset_free(&reference);
  dw_limits_free(&limits);
  free(text);
  return drifted;
}

static int alarms(const wanted *w, uint64_t seed, counts how) { return alarms_after(BASELINE, w, seed, how); }

/* Without any change a look alarms at about alpha, however rows depend on each other: at most 0.1 where the dependence has to be guessed
 * from 21 days. The looks of a run share their reference, so that the rate is known as well as from as many runs, not looks. */
TEST(alarms_without_change)
{
  bool whole = full();
  int runs = whole ? 400 : 12;
  static const struct {
    wanted w;
    const char *name;
    double most;
  } process[] = {{{.rows = 49 * A_DAY, .step = 1800}, "independent", 0.05},
                 {{.phi = 0.5, .rows = 49 * A_DAY, .step = 1800}, "AR 0.5", 0.1},
                 {{.phi = 0.9, .rows = 49 * A_DAY, .step = 1800}, "AR 0.9", 0.1},
                 {{.phi = 0.99, .rows = 49 * A_DAY, .step = 1800}, "AR 0.99", 0.1},
                 {{.day = 1.5, .rows = 49 * A_DAY, .step = 1800}, "daily cycle", 0.05}};
  for (size_t k = 0; k < sizeof process / sizeof *process; k++) {
    int seen = 0, plain = 0;
    for (int run = 0; run < runs; run++) {
      seen += alarms(&process[k].w, 5000 + (uint64_t)run, AS_WORTH_WITHOUT_CYCLES);
      if (whole) plain += alarms(&process[k].w, 5000 + (uint64_t)run, AS_ROWS);
    }
    double looks = (double)runs * LOOKS, most = process[k].most, off = 4.9 * sqrt(most * (1 - most) / runs) + 3.0 / runs;
    if (whole) printf("# %s: %.3f of looks alarm, %.3f where rows count as independent\n", process[k].name, seen / looks, plain / looks);
    CHECK_MSG(seen / looks <= most + off, "%s: %d of %.0f", process[k].name, seen, looks);
  }
}

/* Whole days of a daily cycle against 21 such days: alarms without change stay at the level, within two standard errors of as many runs as
 * there are (the looks of one share their reference), and half a standard deviation more is found far more often than where the cycle
 * counts as dependence. */
TEST(whole_days_of_a_cycle)
{
  bool whole = full();
  int runs = whole ? 400 : 12;
  static const struct {
    wanted w;
    double least;
    const char *name;
  } process[] = {{{.day = 0.7, .rows = 49 * A_DAY, .step = 1800, .shifted = BASELINE}, 0.6, "daily cycle of 0.7"},
                 {{.day = 1.5, .rows = 49 * A_DAY, .step = 1800, .shifted = BASELINE}, 0.35, "daily cycle of 1.5"},
                 {{.day = 0.7, .phi = 0.5, .rows = 49 * A_DAY, .step = 1800, .shifted = BASELINE}, 0.25, "daily cycle of 0.7, AR 0.5"}};
  for (size_t k = 0; k < sizeof process / sizeof *process; k++) {
    int seen = 0, told = 0, before = 0;
    for (int run = 0; run < runs; run++) {
      wanted w = process[k].w;
      seen += alarms(&w, 5000 + (uint64_t)run, AS_WORTH_WITHOUT_CYCLES);
      w.shift = 0.5;
      told += alarms(&w, 5000 + (uint64_t)run, AS_WORTH_WITHOUT_CYCLES);
      before += alarms(&w, 5000 + (uint64_t)run, AS_WORTH);
    }
    double looks = (double)runs * LOOKS, a = 0.05;
    if (whole)
      printf("# %s: %.3f alarm, of 0.5 sd more %.3f (%.3f with the cycle)\n", process[k].name, seen / looks, told / looks, before / looks);
    CHECK_MSG(seen / looks <= a + 2 * sqrt(a * (1 - a) / runs), "%s: %d of %.0f", process[k].name, seen, looks);
    CHECK_MSG(told / looks >= process[k].least && (told - before) / looks >= 0.15, "%s: %d, %d with the cycle", process[k].name, told,
              before);
  }
}
