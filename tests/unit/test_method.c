#include "detect/method/method.h"
#include "detect/check/methods.h"

#include "base/num.h"
#include "fixture.h"
#include "stats/distributions/special.h"

/* rows records with `distinct` values in turn: BEFORE i % distinct AFTER. */
static char *cycle(size_t rows, size_t distinct, const char *before, const char *after)
{
  dw_buf text = {0};
  for (size_t i = 0; i < rows; i++) dw_buf_format(&text, "{\"v\":%s%zu%s}\n", before, i % distinct, after);
  dw_buf_char(&text, '\0');
  return text.data;
}

typedef struct subject {
  dw_dataset reference, current;
  dw_pair pair;
} subject;

static void subject_make(subject *s, dw_type type, const char *reference, const char *current)
{
  fixture_dataset(&s->reference, reference, NULL);
  fixture_dataset(&s->current, current, NULL);
  dw_pair_make(&s->pair, "v", type, dw_dataset_find(&s->reference, "v"), dw_dataset_find(&s->current, "v"));
}

static void subject_free(subject *s)
{
  dw_pair_free(&s->pair);
  dw_dataset_free(&s->reference);
  dw_dataset_free(&s->current);
}

static void check_default(dw_type type, size_t reference_rows, size_t current_rows, size_t distinct, dw_preset preset, const char *want)
{
  subject s;
  const char *before = type == DW_TYPE_NUMERIC ? "" : "\"c", *after = type == DW_TYPE_NUMERIC ? ".5" : "\"";
  char *reference = cycle(reference_rows, distinct, before, after), *current = cycle(current_rows, distinct, before, after);
  subject_make(&s, type, reference, current);
  CHECK_TEXT(dw_method_default(&s.pair, preset)->name, want);
  subject_free(&s);
  free(reference);
  free(current);
}

TEST(the_default_is_one_method_for_all)
{
  static const size_t rows[] = {20, 1000, 1001};
  for (size_t i = 0; i < 3; i++)
    for (size_t distinct = 2; distinct < 20; distinct += 6) {
      check_default(DW_TYPE_NUMERIC, rows[i], 1000, distinct, DW_PRESET_DRIFTWATCH, "share_shift");
      check_default(DW_TYPE_CATEGORICAL, 1000, rows[i], distinct, DW_PRESET_DRIFTWATCH, "share_shift");
    }
}

TEST(the_default_table_of_evidently)
{
  dw_preset preset = DW_PRESET_EVIDENTLY;
  check_default(DW_TYPE_NUMERIC, 1000, 1000, 6, preset, "ks");
  check_default(DW_TYPE_NUMERIC, 1000, 1000, 5, preset, "chisquare");
  check_default(DW_TYPE_NUMERIC, 1000, 1000, 3, preset, "chisquare");
  check_default(DW_TYPE_NUMERIC, 1000, 1000, 2, preset, "z");
  check_default(DW_TYPE_NUMERIC, 1001, 1001, 6, preset, "wasserstein");
  check_default(DW_TYPE_NUMERIC, 1001, 1001, 5, preset, "jensenshannon");
  check_default(DW_TYPE_CATEGORICAL, 1000, 1000, 3, preset, "chisquare");
  check_default(DW_TYPE_CATEGORICAL, 1000, 1000, 2, preset, "z");
  check_default(DW_TYPE_CATEGORICAL, 1001, 1001, 3, preset, "jensenshannon");
  check_default(DW_TYPE_NUMERIC, 1001, 100, 50, preset, "wasserstein");
  check_default(DW_TYPE_CATEGORICAL, 1500, 1500, 60, preset, "jensenshannon");
}

TEST(names_types_and_rules)
{
  const dw_method *method;
  size_t count = 0;
  for (; (method = dw_method_at(count)); count++) {
    CHECK(dw_method_find(method->name) == method);
    CHECK(dw_method_fits(method, DW_TYPE_NUMERIC) || dw_method_fits(method, DW_TYPE_CATEGORICAL) || dw_method_fits(method, DW_TYPE_TEXT) ||
          dw_method_fits(method, DW_TYPE_VECTOR));
    CHECK(!dw_method_fits(method, DW_TYPE_IDENTIFIER) && !dw_method_fits(method, DW_TYPE_EMPTY));
    if (method->types & (DW_FITS(DW_TYPE_NUMERIC) | DW_FITS(DW_TYPE_CATEGORICAL)))
      CHECK(method->p_value ? method->threshold == 0.05 || method->threshold == 0.1
                            : method->threshold == (method->rule == DW_RULE_BELOW ? 0.9 : 0.1));
    CHECK(method->threshold > 0 && method->threshold < 1 && dw_method_under(method, DW_PRESET_DRIFTWATCH) == method);
    CHECK(strcmp(dw_method_under(method, DW_PRESET_EVIDENTLY)->name, method->name) == 0);
  }
  CHECK(count >= 21 && !dw_method_find("none") && !dw_method_find(""));
  CHECK(dw_rule_holds(1, DW_RULE_AT_LEAST, 1) && !dw_rule_holds(1, DW_RULE_ABOVE, 1) && dw_rule_holds(1, DW_RULE_AT_MOST, 1) &&
        !dw_rule_holds(1, DW_RULE_BELOW, 1));
  for (int rule = DW_RULE_AT_LEAST; rule <= DW_RULE_BELOW; rule++) CHECK(!dw_rule_holds(NAN, (dw_rule)rule, 0.5));
}

/* Every method runs, and says whether chance alone explains its number. */
TEST(warnings_of_small_samples)
{
  for (int large = 0; large < 2; large++) {
    subject s;
    char *reference = cycle(large ? 20000 : 40, 30, "", ".5"), *current = cycle(large ? 20000 : 40, 29, "", ".5");
    subject_make(&s, DW_TYPE_NUMERIC, reference, current);
    const dw_method *method;
    for (size_t i = 0; (method = dw_method_at(i)); i++) {
      if (!dw_method_fits(method, DW_TYPE_NUMERIC) && !dw_method_fits(method, DW_TYPE_CATEGORICAL)) continue;
      dw_method_result result = {.statistic = NAN, .p_value = NAN};
      dw_err err = {0};
      bool two = strcmp(method->name, "fisher_exact") == 0;
      CHECK_MSG(method->run(&s.pair, &(dw_method_settings){.permutations = 19}, &result, &err) == (two ? DW_ENODATA : DW_OK), "%s: %s",
                method->name, err.message);
      dw_buf_free(&result.detail);
      if (two) continue;
      CHECK_MSG(isfinite(result.statistic) && isfinite(result.p_value) == method->p_value, "%s", method->name);
      bool doubtful =
          strcmp(method->name, "psi") == 0 || strcmp(method->name, "wasserstein") == 0 || strcmp(method->name, "jensenshannon") == 0;
      if (doubtful) CHECK_MSG((result.warning != NULL) == !large, "%s", method->name);
    }
    subject_free(&s);
    free(reference);
    free(current);
  }
}

/* Evidently's one-sided Mann-Whitney misses a downward shift; ours does not. */
TEST(mannw_is_two_sided)
{
  subject s;
  char *reference = cycle(100, 50, "1", ".5"), *current = cycle(100, 50, "", ".5");
  subject_make(&s, DW_TYPE_NUMERIC, reference, current);
  dw_method_result ours = {0}, theirs = {0};
  const dw_method *mannw = dw_method_find("mannw");
  CHECK(mannw->run(&s.pair, &(dw_method_settings){.preset = DW_PRESET_DRIFTWATCH}, &ours, NULL) == DW_OK);
  CHECK(mannw->run(&s.pair, &(dw_method_settings){.preset = DW_PRESET_EVIDENTLY}, &theirs, NULL) == DW_OK);
  dw_buf_free(&ours.detail);
  dw_buf_free(&theirs.detail);
  CHECK(ours.p_value < 1e-6 && theirs.p_value > 0.99);
  subject_free(&s);
  free(reference);
  free(current);
}

/* 2,000 values i / 2000, taken to what `law` makes of them. */
static char *quantiles_of(double (*law)(double p), double unit, double shift)
{
  enum { ROWS = 2000 };
  dw_buf text = {0};
  for (int i = 0; i < ROWS; i++) {
    dw_buf_text(&text, "{\"v\":");
    dw_buf_number(&text, unit * (law((i + 0.5) / ROWS) + shift));
    dw_buf_text(&text, "}\n");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

static double uniform(double p) { return p; }
static double exponential(double p) { return -log(1 - p); }
static double lognormal_1(double p) { return exp(dw_normal_quantile(p)); }
static double lognormal_2(double p) { return exp(2 * dw_normal_quantile(p)); }
static double cauchy(double p) { return tan(M_PI * (p - 0.5)); }
static double sentinel(double p) { return p < 0.01 ? -999999 : p; }
static double mostly_zero(double p) { return p < 0.96 ? 0 : p; }

static dw_method_result run_named(subject *s, const char *name, const dw_method_settings *settings)
{
  dw_method_result result = {.statistic = NAN, .p_value = NAN};
  dw_err err = {0};
  CHECK_MSG(dw_method_find(name)->run(&s->pair, settings, &result, &err) == DW_OK, "%s: %s", name, err.message);
  dw_buf_free(&result.detail);
  return result;
}

/* A shift of 0.29 is one standard deviation of a uniform distribution, whatever its unit; Evidently's is 0.001 at least. */
TEST(wasserstein_has_no_unit)
{
  static const double units[] = {1, 1e-5, 1e-200, 5e-320, 1e200, 1e308};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    subject s;
    char *reference = quantiles_of(uniform, units[i], 0), *current = quantiles_of(uniform, units[i], sqrt(1.0 / 12));
    subject_make(&s, DW_TYPE_NUMERIC, reference, current);
    dw_method_result ours = run_named(&s, "wasserstein", &(dw_method_settings){0}),
                     theirs = run_named(&s, "wasserstein", &(dw_method_settings){.preset = DW_PRESET_EVIDENTLY});
    /* 2,000 steps of equal length have 1 - 1 / 2000^2 of the variance; numbers of the last unit have four digits */
    CHECK_MSG(test_close(ours.statistic, 1, units[i] < 1e-300 ? 1e-4 : 1e-6) && !ours.warning, "unit %g: %.17g", units[i], ours.statistic);
    CHECK_CLOSE(theirs.statistic, units[i] < 1e-3 ? units[i] * sqrt(1.0 / 12) / 0.001 : 1, 1e-4);
    subject_free(&s);
    free(reference);
    free(current);
  }
}

TEST(outliers_that_rule_the_deviation_are_told)
{
  static const struct {
    double (*law)(double p);
    bool ruled;
  } cases[] = {{uniform, false},     {dw_normal_quantile, false}, {exponential, false},
               {lognormal_1, false}, {lognormal_2, true},         {cauchy, true},
               {sentinel, true},     {mostly_zero, true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    subject s;
    char *text = quantiles_of(cases[i].law, 1, 0);
    subject_make(&s, DW_TYPE_NUMERIC, text, text);
    dw_method_result ours = run_named(&s, "wasserstein", &(dw_method_settings){0}),
                     theirs = run_named(&s, "wasserstein", &(dw_method_settings){.preset = DW_PRESET_EVIDENTLY});
    CHECK_MSG(cases[i].ruled == (ours.warning && strstr(ours.warning, "outliers") && strstr(ours.warning, "share_shift")), "case %zu: %s",
              i, ours.warning ? ours.warning : "no warning");
    CHECK(!theirs.warning && ours.statistic == 0);
    subject_free(&s);
    free(text);
  }
}

TEST(a_constant_reference_has_no_deviation)
{
  static const struct {
    const char *reference, *current;
    double want; /* NaN: an error */
  } cases[] = {{"v\n5\n5\n5\n", "v\n5\n5\n", 0}, {"v\n5\n5\n5\n", "v\n5\n6\n", NAN}, {"v\n0.1\n0.1\n0.1\n", "v\n0.2\n0.2\n", NAN}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    subject s;
    dw_method_result result = {.statistic = NAN};
    dw_err err = {0};
    subject_make(&s, DW_TYPE_NUMERIC, cases[i].reference, cases[i].current);
    dw_status status = dw_method_find("wasserstein")->run(&s.pair, &(dw_method_settings){0}, &result, &err);
    CHECK(status == (isnan(cases[i].want) ? DW_ENODATA : DW_OK));
    CHECK_CLOSE(result.statistic, cases[i].want, 0);
    if (status != DW_OK)
      CHECK_MSG(strstr(err.message, "the reference is one value") && strstr(err.message, "share_shift"), "%s", err.message);
    dw_buf_free(&result.detail);
    subject_free(&s);
  }
}

/* Tenths of the reference unless asked otherwise: of 100 numbers that lie 5 higher, 5 leave the lowest tenth and 5 come to the highest. */
TEST(bins_that_are_asked_for)
{
  static const double halves[] = {50};
  subject s;
  char *reference = cycle(100, 100, "", "");
  dw_buf moved = {0};
  dw_buf_text(&moved, "v\n");
  for (int i = 0; i < 100; i++) dw_buf_format(&moved, "%d\n", i + 5);
  dw_buf_char(&moved, '\0');
  subject_make(&s, DW_TYPE_NUMERIC, reference, moved.data);
  CHECK_CLOSE(run_named(&s, "psi", &(dw_method_settings){0}).statistic, (0.1 - 0.05) * log(0.1 / 0.05) + (0.1 - 0.15) * log(0.1 / 0.15),
              1e-12);
  CHECK_CLOSE(run_named(&s, "l_infinity", &(dw_method_settings){0}).statistic, 0.05, 1e-12);
  /* 0 to 49 and 50 to 99; 0 to 50 and 51 to 99 */
  CHECK_CLOSE(run_named(&s, "psi", &(dw_method_settings){.bins = {.count = 2}}).statistic, 0.05 * log(0.55 / 0.45), 1e-12);
  CHECK_CLOSE(run_named(&s, "hellinger", &(dw_method_settings){.bins = {DW_BINS_EDGES, 1, halves}}).statistic,
              sqrt(1 - sqrt(0.51 * 0.46) - sqrt(0.49 * 0.54)), 1e-10);
  /* Evidently's ceil(log2 200 + 1) = 9 equal ones from 0 to 104: 11.55 wide, of 12, 12, 11, 12, 11, 12, 11, 12 and 7 numbers; the moved
   * ones begin with 7 and end with 12 */
  static const double p[] = {12, 12, 11, 12, 11, 12, 11, 12, 7}, q[] = {7, 12, 11, 12, 11, 12, 11, 12, 12};
  double psi = 0;
  for (int i = 0; i < 9; i++) psi += (p[i] - q[i]) / 100 * log(p[i] / q[i]);
  double evidently = run_named(&s, "psi", &(dw_method_settings){.preset = DW_PRESET_EVIDENTLY}).statistic;
  CHECK_CLOSE(evidently, psi, 1e-12);
  CHECK(run_named(&s, "psi", &(dw_method_settings){.bins = {.kind = DW_BINS_EVIDENTLY}}).statistic == evidently);
  subject_free(&s);
  dw_buf_free(&moved);
  free(reference);
}

/* Disjoint sides, one outlier: all but one row of the first nine tenths are gone. */
TEST(an_outlier_does_not_hide_a_move)
{
  subject s;
  dw_buf reference = {0}, current = {0};
  for (int i = 0; i < 1000; i++) dw_buf_format(&reference, "%s%d\n", i ? "" : "v\n", i ? i : 1000000);
  for (int i = 0; i < 1000; i++) dw_buf_format(&current, "%s%d\n", i ? "" : "v\n", 2000 + i);
  dw_buf_char(&reference, '\0');
  dw_buf_char(&current, '\0');
  subject_make(&s, DW_TYPE_NUMERIC, reference.data, current.data);
  CHECK_CLOSE(run_named(&s, "l_infinity", &(dw_method_settings){0}).statistic, 0.9, 1e-12);
  CHECK_CLOSE(run_named(&s, "hellinger", &(dw_method_settings){0}).statistic, sqrt(1 - sqrt(0.1)), 1e-12);
  CHECK_CLOSE(run_named(&s, "cosine", &(dw_method_settings){0}).statistic, 0.1 / sqrt(0.1), 1e-12);
  CHECK(run_named(&s, "psi", &(dw_method_settings){0}).statistic > 5 &&
        run_named(&s, "jensenshannon", &(dw_method_settings){0}).statistic > 0.7);
  CHECK(run_named(&s, "psi", &(dw_method_settings){.bins = {.kind = DW_BINS_EVIDENTLY}}).statistic < 0.02);
  subject_free(&s);
  dw_buf_free(&reference);
  dw_buf_free(&current);
}
